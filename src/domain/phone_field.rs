//! What a person typed into a phone field: one number or several, mixed with words, extensions and names of messengers. Returns the
//! valid numbers in the order in which they appear.

use super::phone::Phone;

/// Numbers of one field that count, at most.
pub const MAX_PHONES: usize = 5;
/// Of a longer text, only so many characters are looked at.
const LOOKED_AT: usize = 500;
/// Pieces of one stretch of digits that are tried together, at most: a longer one is no phone.
const MOST_PIECES: usize = 24;
/// Most digits of a number with its prefixes: 15 of E.164, and `00`.
const MOST_DIGITS: usize = 17;
/// A number that stands in one piece among others has no fewer.
const FEWEST_DIGITS: usize = 8;
/// An extension has no more digits.
const LONGEST_EXTENSION: usize = 6;
/// Words that say that an extension follows, as they begin.
const EXTENSIONS: [&str; 10] = ["ext", "x", "доб", "дод", "вн", "int", "wew", "ramal", "#", "*"];

/// The valid phones of the field in `region`, each once, the first one first; at most [`MAX_PHONES`].
///
/// A stretch of digits and the signs between them is one number, or several with nothing left over, or else those of its pieces that
/// are whole numbers: of a number with a digit too many nothing is guessed.
#[must_use]
pub fn phones(field: &str, region: &str) -> Vec<Phone> {
    let mut found = Vec::new();
    for stretch in stretches(field) {
        for phone in of_stretch(&stretch, region).into_iter().filter(|phone| !phone.is_made_up()) {
            if !found.contains(&phone) {
                found.push(phone);
            }
        }
        if found.len() >= MAX_PHONES {
            break;
        }
    }
    found.truncate(MAX_PHONES);
    found
}

/// The field says one phone and nothing beside it.
#[must_use]
pub fn is_plain(field: &str, phones: &[Phone]) -> bool {
    let is_beside = |c: char| c.is_alphanumeric() && !c.is_ascii_digit() || matches!(c, '#' | '*' | ',' | ';');
    phones.len() == 1 && field.chars().take(LOOKED_AT + 1).count() <= LOOKED_AT && !field.chars().any(is_beside)
}

/// Digits with what stands between the digits of one number: words, commas and line ends part them, and so does a plus.
/// Extensions are left out.
fn stretches(field: &str) -> Vec<String> {
    let (mut stretches, mut word, mut stretch) = (Vec::new(), String::new(), String::new());
    let mut end = |stretch: &mut String, before: &str| {
        let digits = stretch.chars().filter(char::is_ascii_digit).count();
        let is_extension = digits <= LONGEST_EXTENSION && is_extension_word(before);
        if digits > 0 && !is_extension {
            stretches.push(std::mem::take(stretch));
        }
        stretch.clear();
    };
    for c in field.chars().take(LOOKED_AT) {
        if c.is_ascii_digit() {
            stretch.push(c);
        } else if c == '+' {
            end(&mut stretch, &word);
            word.clear();
            stretch.push(c);
        } else if c.is_alphanumeric() || matches!(c, '#' | '*' | ',' | ';' | '|' | ':' | '\n' | '\r') {
            if stretch.contains(|c: char| c.is_ascii_digit()) {
                end(&mut stretch, &word);
                word.clear();
            }
            stretch.clear();
            if matches!(c, '#' | '*') {
                word = c.to_string();
            } else if c.is_alphabetic() {
                word.extend(c.to_lowercase());
            } else if c != ':' {
                word.clear();
            }
        } else {
            stretch.push(c);
        }
    }
    end(&mut stretch, &word);
    stretches
}

fn is_extension_word(word: &str) -> bool {
    EXTENSIONS.iter().any(|extension| word.starts_with(extension))
}

/// One number; else, where a slash parts them, those before and after it; else several, one after the other.
fn of_stretch(stretch: &str, region: &str) -> Vec<Phone> {
    if let Some(phone) = Phone::parse(stretch, region) {
        return vec![phone];
    }
    let parts: Vec<_> = stretch.split(['/', '\\']).collect();
    let tried = parts.into_iter().flat_map(|part| match Phone::parse(part, region) {
        Some(phone) => vec![phone],
        None => one_after_the_other(part, region).unwrap_or_else(|| among_others(part, region)),
    });
    tried.take(MAX_PHONES).collect()
}

/// Those that are whole in one piece, among hours, extensions in brackets and numbers of a list.
fn among_others(part: &str, region: &str) -> Vec<Phone> {
    let before_bracket = part.trim_end().strip_suffix(')').and_then(|part| part.rsplit_once('('));
    if let Some((number, inside)) = before_bracket
        && inside.len() <= LONGEST_EXTENSION
        && let Some(phone) = Phone::parse(number, region)
    {
        return vec![phone];
    }
    let pieces = part.split(|c: char| !(c.is_ascii_digit() || c == '+'));
    let long = pieces.filter(|piece| (FEWEST_DIGITS..=MOST_DIGITS + 1).contains(&piece.len()));
    long.filter_map(|piece| Phone::parse(piece, region)).take(MAX_PHONES).collect()
}

/// The numbers that the pieces come to, each piece a part of one; `None` where they come to none.
fn one_after_the_other(part: &str, region: &str) -> Option<Vec<Phone>> {
    let is_digit = |c: char| c.is_ascii_digit() || c == '+';
    let pieces: Vec<_> = part.split(|c| !is_digit(c)).filter(|piece| !piece.is_empty()).collect();
    if pieces.len() < 2 || pieces.len() > MOST_PIECES {
        return None;
    }
    // From the end: what the pieces from each place on come to.
    let mut from: Vec<Option<Vec<Phone>>> = vec![None; pieces.len()];
    from.push(Some(Vec::new()));
    for start in (0..pieces.len()).rev() {
        let mut joined = String::new();
        for (end, piece) in pieces.iter().enumerate().skip(start) {
            joined.push_str(piece);
            if joined.len() > MOST_DIGITS + 1 {
                break;
            }
            let Some(rest) = &from[end + 1] else { continue };
            if let Some(phone) = Phone::parse(&joined, region) {
                from[start] = Some(std::iter::once(phone).chain(rest.iter().cloned()).collect());
            }
        }
    }
    from.swap_remove(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::effort::effort;

    fn read(field: &str) -> Vec<String> {
        phones(field, "UA").iter().map(ToString::to_string).collect()
    }

    const ONE: &str = "+380555550101";
    const TWO: &str = "+380671112233";

    #[test]
    fn several_numbers_are_taken_in_their_order() {
        for field in [
            "+38 055 555-01-01, 067 111 22 33 Viber",
            "0555550101;0671112233",
            "0555550101 / 067-111-22-33",
            "0555550101/0671112233",
            "055 555 01 01 067 111 22 33",
            "0555550101 0671112233",
            "0555550101-0671112233",
            "+380555550101+380671112233",
            "моб. 055 555 01 01\nроб. (067) 111-22-33",
            "Viber: 0555550101 Telegram: 0671112233",
            "0555550101 або 0671112233",
            "0555550101, 0671112233, 0555550101",
            "0555550101 (Anna), 0671112233 (Petro)",
            "1) 0555550101 2) 0671112233",
            "1. 0555550101 2. 0671112233",
            "0555550101 9-18, 0671112233 18-20",
        ] {
            assert_eq!(read(field), [ONE, TWO], "{field}");
        }
    }

    #[test]
    fn words_and_extensions_beside_a_number_do_not_hide_it() {
        for field in [
            "0555550101 дод. 12",
            "0555550101 доб.1234",
            "0555550101 ext 5",
            "0555550101 x12",
            "0555550101 #12",
            "0555550101*12",
            "tel: 0555550101",
            "тел.+38(055)555-01-01",
            "tel:+380555550101",
            "0555550101 Viber/WhatsApp",
            "Anna 055 555 01 01",
            "055/555-01-01",
            "no. +38 055 555 01 01.",
            "055 555-01-01 (123)",
            "0555550101 18:00-20:00",
            "з 9 до 18 0555550101",
            "0555550101 (12)",
        ] {
            assert_eq!(read(field), [ONE], "{field}");
        }
    }

    #[test]
    fn nothing_is_guessed_and_made_up_numbers_are_none() {
        for field in [
            "",
            "call me",
            "055 555 01 01 2",
            "05555501012",
            "0000000000",
            "+380000000000",
            "000-000-00-00",
            "0999999999",
            "1111111111",
            "*100#",
            "дод. 12",
            "12345",
            "1234567890",
        ] {
            assert_eq!(read(field), [] as [&str; 0], "{field}");
        }
        assert_eq!(read("0000000000, 0555550101"), [ONE]);
    }

    #[test]
    fn only_a_single_number_is_plain() {
        let plain = |field: &str| is_plain(field, &phones(field, "UA"));
        assert!(plain("+38 (055) 555-01-01"));
        for field in ["0555550101 Viber", "0555550101, 0671112233", "0555550101 #12", "", "12"] {
            assert!(!plain(field), "{field}");
        }
    }

    #[test]
    fn a_field_of_any_length_takes_no_longer_than_a_short_one() {
        for unit in ["0555550101 ", "1 ", "+", "0/", "a1", "-", "05 "] {
            let of = |length: usize| {
                let field = unit.repeat(length / unit.len());
                effort(|| assert!(phones(&field, "UA").len() <= MAX_PHONES))
            };
            let (short, long) = (of(4_000), of(4_000_000));
            assert!(long < short * 4, "{unit}: {short:?} became {long:?}");
        }
        let many: Vec<_> = (0..9).map(|n| format!("067111220{n}")).collect();
        assert_eq!(phones(&many.join(", "), "UA").len(), MAX_PHONES);
    }

    proptest! {
        #[test]
        fn a_field_that_is_one_phone_is_that_phone(typed in "[+0-9 ()/-]{0,18}", region in "UA|PL|US|DE") {
            if let Some(phone) = Phone::parse(&typed, &region).filter(|phone| !phone.is_made_up()) {
                prop_assert_eq!(phones(&typed, &region), [phone]);
            }
        }

        #[test]
        fn any_field_is_read(field in "(\\PC|[0-9+,/ ]){0,60}") {
            prop_assert!(phones(&field, "UA").len() <= MAX_PHONES);
        }
    }
}
