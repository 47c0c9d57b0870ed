//! A buyer's phone in one format, E.164, and the formats in which RO App may have stored it.

use std::{fmt, str::FromStr};

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region};

use super::phone_field;

/// Spellings that RO App is searched with for one phone, at most.
pub const MAX_FORMS: usize = 5;
/// A phone as typed is searched for up to this length, in bytes.
const LONGEST_TYPED: usize = 40;

/// A valid phone in E.164: `+380671234567`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Phone {
    /// Reads a phone as a person typed it; `region` (ISO country code) gives one without a prefix its meaning.
    ///
    /// `None` for anything with letters, with more than one number, too short, or not in use in its country: such a
    /// contact is kept as typed and searches for nobody.
    #[must_use]
    pub fn parse(typed: &str, region: &str) -> Option<Self> {
        let dialled = Dialled::read(typed)?;
        let region = Region::from_str(region.trim().to_ascii_uppercase().as_str()).ok();
        let known = match (dialled.international, region) {
            (false, Some(Region::UA)) => ukrainian(&dialled.digits),
            _ => None,
        };
        known.or_else(|| valid(&dialled.to_string(), region)).map(|number| Self::of(&number))
    }

    /// The phone in E.164.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The spellings to search RO App with, since it keeps phones as typed (contract roapp 5.1, unknown 17): digits, digits
    /// with a plus, as dialled in its own country, as the store's own form writes it (contract cartum 4.4), and as `typed` in
    /// the order. Each is one call for a new buyer: at most [`MAX_FORMS`], without duplicates.
    #[must_use]
    pub fn search_forms(&self, typed: &str) -> Vec<String> {
        let mut forms = vec![self.digits().to_owned(), self.0.clone()];
        let national = valid(&self.0, None).map(|number| digits_of(&number.format_as(PhoneNumberFormat::National)));
        let typed = Some(typed.trim()).filter(|typed| !typed.is_empty() && typed.len() <= LONGEST_TYPED);
        for form in [national, self.as_the_store_writes(), typed.map(str::to_owned)].into_iter().flatten() {
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
        forms.truncate(MAX_FORMS);
        forms
    }

    /// `+38 (067) 123-45-67`: the store formats Ukrainian phones so, and staff copy them.
    fn as_the_store_writes(&self) -> Option<String> {
        let local = self.0.strip_prefix("+38").filter(|local| local.len() == 10 && local.starts_with('0'))?;
        Some(format!("+38 ({}) {}-{}-{}", &local[..3], &local[3..6], &local[6..8], &local[8..]))
    }

    /// Whether a stored spelling means this phone, in a shop of this region; staff may have typed several into it.
    #[must_use]
    pub fn is(&self, stored: &str, region: &str) -> bool {
        match Self::parse(stored, region) {
            Some(phone) => phone == *self,
            // A foreign number without its plus, or something beside the number.
            None => digits_of(stored) == self.digits() || phone_field::phones(stored, region).contains(self),
        }
    }

    /// Nobody's: one digit over and over, or in their order, as people type who do not want to give theirs.
    #[must_use]
    pub fn is_made_up(&self) -> bool {
        /// Zeros at the end of a number that nobody was given.
        const MANY: usize = 7;
        let national = valid(&self.0, None).map(|number| digits_of(&number.format_as(PhoneNumberFormat::National)));
        let national = national.unwrap_or_else(|| self.digits().to_owned());
        let digits = national.trim_start_matches('0');
        let is_one_digit = digits.chars().next().is_none_or(|first| digits.chars().all(|digit| digit == first));
        let zeros = digits.len() - digits.trim_end_matches('0').len();
        is_one_digit || zeros >= MANY || "1234567890".starts_with(digits)
    }

    fn of(number: &PhoneNumber) -> Self {
        Self(number.format_as(PhoneNumberFormat::E164).into_owned())
    }

    fn digits(&self) -> &str {
        self.0.trim_start_matches('+')
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is left of a typed phone: its digits, and whether a plus stood before them.
struct Dialled {
    digits: String,
    international: bool,
}

impl Dialled {
    /// `None` for letters, foreign digits, the signs of dialling codes, and a plus among the digits.
    fn read(typed: &str) -> Option<Self> {
        let mut dialled = Self { digits: String::new(), international: false };
        for c in typed.chars() {
            match c {
                '0'..='9' => dialled.digits.push(c),
                '+' if dialled.digits.is_empty() => dialled.international = true,
                '+' | '*' | '#' => return None,
                _ if c.is_alphanumeric() => return None,
                _ => {}
            }
        }
        Some(dialled)
    }
}

impl fmt::Display for Dialled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plus = if self.international { "+" } else { "" };
        write!(f, "{plus}{}", self.digits)
    }
}

/// Spellings that are common in Ukraine and that no numbering plan knows: the old trunk prefix, `8 067 …`, and a zero
/// too many, `0067 …`. The latter is taken for a mobile only, as `00` also begins a number abroad.
fn ukrainian(digits: &str) -> Option<PhoneNumber> {
    /// Digits of a Ukrainian number without its trunk prefix.
    const SIGNIFICANT: usize = 9;
    let significant = |prefix: &str| digits.strip_prefix(prefix).filter(|rest| rest.len() == SIGNIFICANT);
    let number = |rest: &str| valid(&format!("+380{rest}"), None);
    if let Some(rest) = significant("80") {
        return number(rest);
    }
    number(significant("00")?).filter(|number| number.get_type() == PhoneNumberType::Mobile)
}

fn valid(spelling: &str, region: Option<Region>) -> Option<PhoneNumber> {
    PHONE_NUMBER_UTIL.parse(spelling, region).ok().filter(PhoneNumber::is_valid)
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(typed: &str, region: &str) -> Option<String> {
        Phone::parse(typed, region).map(|phone| phone.as_str().to_owned())
    }

    #[test]
    fn every_ukrainian_spelling_means_the_same_phone() {
        for typed in [
            "+380671234567",
            "380671234567",
            "00380671234567",
            "0671234567",
            "671234567",
            "80671234567",
            "8 067 123 45 67",
            "8(067)123-45-67",
            "0067 123 45 67",
            "+38 (067) 123-45-67",
            "(+38) 067 123–45–67",
            " 38\u{a0}067 123 45 67 ",
        ] {
            assert_eq!(read(typed, "UA").as_deref(), Some("+380671234567"), "{typed}");
            assert_eq!(read(typed, " ua ").as_deref(), Some("+380671234567"), "{typed}");
        }
    }

    #[test]
    fn letters_are_refused_even_where_they_could_be_dialled() {
        for typed in ["0671234567 Viber", "+1 800 FLOWERS", "тел. 0671234567", "0671234567 x12"] {
            assert_eq!(read(typed, "UA"), None, "{typed}");
        }
    }

    #[test]
    fn what_is_no_phone_is_refused() {
        for typed in [
            "",
            "+",
            "-",
            "067",
            "067123456",
            "06712345678",
            "0671234567, 0501234567",
            "*100#",
            "0000000000",
            "+06712345",
            "067+1234567",
        ] {
            assert_eq!(read(typed, "UA"), None, "{typed}");
        }
    }

    #[test]
    fn a_number_abroad_needs_its_prefix() {
        assert_eq!(read("+48 601 234 567", "UA").as_deref(), Some("+48601234567"));
        assert_eq!(read("0048 601 234 567", "UA").as_deref(), Some("+48601234567"));
        assert_eq!(read("601 234 567", "PL").as_deref(), Some("+48601234567"));
        assert_eq!(read("601 234 567", "UA"), None);
    }

    #[test]
    fn an_unknown_region_leaves_only_full_numbers() {
        assert_eq!(read("+380671234567", "??").as_deref(), Some("+380671234567"));
        assert_eq!(read("0671234567", "??"), None);
    }

    #[test]
    fn ro_app_is_searched_in_the_usual_spellings_the_stores_and_the_buyers() {
        let phone = Phone("+380671234567".into());
        let usual = ["380671234567", "+380671234567", "0671234567", "+38 (067) 123-45-67"];
        assert_eq!(phone.search_forms("+38 (067) 123-45-67"), usual);
        assert_eq!(phone.search_forms(" 067 123-45-67 ")[..4], usual);
        assert_eq!(phone.search_forms(" 067 123-45-67 ")[4], "067 123-45-67");
        assert_eq!(phone.search_forms(&" ".repeat(3)), usual);
        assert_eq!(phone.search_forms(&format!("067{}1234567", " ".repeat(99))), usual);
        let abroad = Phone("+40720047545".into());
        let forms = ["40720047545", "+40720047545", "0720047545", "+40 720 047 545"];
        assert_eq!(abroad.search_forms("+40 720 047 545"), forms);
    }

    #[test]
    fn a_stored_spelling_is_compared_by_its_meaning() {
        let phone = Phone("+380671234567".into());
        assert!(phone.is("067 123-45-67", "UA"));
        assert!(phone.is("380671234567 (office)", "UA"));
        assert!(!phone.is("0671234568", "UA"));
        assert!(!phone.is("", "UA"));
        assert!(!phone.is("67", "UA"));
        assert!(phone.is("050 111 22 33, 067 123-45-67 Viber", "UA"));
    }

    #[test]
    fn what_is_typed_for_no_number_is_nobodys() {
        let is_made_up = |typed: &str, region: &str| Phone::parse(typed, region).map(|phone| phone.is_made_up());
        for typed in ["0999999999", "0500000000", "+380 99 999 99 99"] {
            assert_eq!(is_made_up(typed, "UA"), Some(true), "{typed}");
        }
        assert_eq!(is_made_up("123456789", "PL"), Some(true));
        for typed in ["0671234567", "0677777777", "+48601234567"] {
            assert_eq!(is_made_up(typed, "UA"), Some(false), "{typed}");
        }
    }

    #[test]
    fn a_foreign_phone_stored_without_its_plus_is_the_same_phone() {
        assert!(Phone("+48601234567".into()).is("48 601 234 567", "UA"));
    }

    proptest! {
        #[test]
        fn search_forms_read_back_as_the_phone(
            code in prop::sample::select(vec!["39", "50", "63", "66", "67", "68", "73", "93", "95", "96", "97", "98", "99", "44"]),
            rest in "[2-9][0-9]{6}",
            form in prop::sample::select(vec!["+380", "380", "0", "80", "+38 (0", " 0-"]),
        ) {
            let closed = if form.contains('(') { ")" } else { "" };
            let typed = format!("{form}{code}{closed}{rest}");
            let phone = Phone::parse(&typed, "UA");
            prop_assume!(phone.is_some());
            if let Some(phone) = phone {
                let forms = phone.search_forms(&typed);
                prop_assert!((4..=MAX_FORMS).contains(&forms.len()));
                let distinct: std::collections::BTreeSet<_> = forms.iter().collect();
                prop_assert_eq!(distinct.len(), forms.len());
                prop_assert!(phone.is(&typed, "UA") && forms.iter().any(|form| form == typed.trim()));
                for form in forms {
                    let read = Phone::parse(&form, "UA");
                    prop_assert_eq!(read.as_ref(), Some(&phone), "{}", form);
                    prop_assert!(phone.is(&form, "UA"));
                }
            }
        }

        #[test]
        fn what_is_read_is_e164_and_reads_as_itself(typed in "[+0-9 ()-]{0,18}", region in "UA|PL|US|DE|KZ") {
            if let Some(phone) = Phone::parse(&typed, &region) {
                prop_assert!(phone.as_str().starts_with('+'));
                prop_assert!((7..=15).contains(&phone.digits().len()));
                let read = Phone::parse(phone.as_str(), "");
                prop_assert_eq!(read, Some(phone));
            }
        }
    }
}
