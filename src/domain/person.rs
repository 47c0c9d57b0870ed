//! A new person as sent to RO App, and what is left out when RO App refuses it: nothing that RO App refuses about a person ever
//! fails an order. What is left out is written to the person's notes, and to the work order's notes as typed.

mod attempts;

pub use self::attempts::Attempts;
use super::{
    ids::OrderNumber,
    name::PersonName,
    order::Buyer,
    phone::Phone,
    phone_field,
    store::{NameOrder, Settings},
    text::{self, MAX_NAME},
    words::{Language, Word},
};

/// Characters of a part of a name that was shortened since RO App refused the whole one.
const SHORT_NAME: usize = 50;

/// Phones of one buyer that are searched for, at most: each takes several calls.
const MOST_SEARCHED: usize = 3;

/// The spellings in which the phones of a buyer are searched for.
#[must_use]
pub fn searched_forms(buyer: &Buyer, phones: &[Phone]) -> Vec<String> {
    // One number is searched for as it was typed, too.
    let typed = if phones.len() == 1 { buyer.phone.as_str() } else { "" };
    phones.iter().take(MOST_SEARCHED).flat_map(|phone| phone.search_forms(typed)).collect()
}

/// A person as it is asked for, without our token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonDraft {
    /// Never empty.
    pub first_name: String,
    /// May be empty.
    pub last_name: String,
    /// As the buyer typed it.
    pub email: Option<String>,
    /// The first one is the primary one.
    pub phones: Vec<Phone>,
    /// What could not be put where it belongs, a line each.
    pub notes: Vec<String>,
}

/// What of the contact is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Contact {
    All,
    WithoutEmail,
    OnePhone,
    WithoutPhones,
    None,
}

/// The drafts, each with less than the one before, each once, fourteen at most: without our notes, with the contact detail by
/// detail, then with a name in plain letters, then with a name of ours, at last without a word of the buyer's.
#[must_use]
pub fn drafts(buyer: &Buyer, phones: &[Phone], settings: &Settings, number: OrderNumber) -> Vec<PersonDraft> {
    let words = settings.words();
    let named = |first| PersonName { first, last: String::new() };
    // RO App may take no digits in a name.
    let (nameless, wordless) = (named(words.buyer_of_order(number)), named(words.word(Word::Buyer)));
    let whole = PersonName::of(&buyer.name, settings.name_order);
    let plain = plain(&buyer.name, settings.name_order);
    let draft = |name: &PersonName, contact: Contact| {
        let email = Some(&buyer.email).filter(|email| !email.is_empty());
        let (email, phones) = match contact {
            Contact::All => (email, phones),
            Contact::WithoutEmail => (None, phones),
            Contact::OnePhone => (email, &phones[..phones.len().min(1)]),
            Contact::WithoutPhones => (email, &[][..]),
            Contact::None => (None, &[][..]),
        };
        let mut draft = PersonDraft {
            first_name: name.first.clone(),
            last_name: name.last.clone(),
            email: email.cloned(),
            phones: phones.to_vec(),
            notes: Vec::new(),
        };
        draft.notes = notes(buyer, &draft, (*name == whole, words));
        draft
    };
    let mut drafts = Vec::new();
    if !whole.first.is_empty() {
        let contacts = [Contact::All, Contact::WithoutEmail, Contact::OnePhone, Contact::WithoutPhones, Contact::None];
        drafts.push(draft(&whole, Contact::All));
        drafts.push(PersonDraft { notes: Vec::new(), ..draft(&whole, Contact::All) });
        drafts.extend(contacts.map(|contact| draft(&whole, contact)));
        let contacts = [Contact::All, Contact::WithoutEmail, Contact::None];
        drafts.extend(plain.iter().flat_map(|plain| contacts.map(|contact| draft(plain, contact))));
    }
    drafts.extend([Contact::All, Contact::WithoutEmail, Contact::None].map(|contact| draft(&nameless, contact)));
    drafts.push(draft(&wordless, Contact::All));
    drafts.push(PersonDraft { notes: Vec::new(), ..draft(&wordless, Contact::None) });
    let mut distinct: Vec<PersonDraft> = Vec::new();
    for draft in drafts {
        if !distinct.contains(&draft) {
            distinct.push(draft);
        }
    }
    distinct
}

/// The name in letters, blanks, hyphens, apostrophes and full stops, shortened; `None` where nothing is left.
fn plain(typed: &str, name_order: NameOrder) -> Option<PersonName> {
    let plain: String = typed
        .chars()
        .take(MAX_NAME * 4)
        .map(|c| match c {
            '’' | 'ʼ' | '`' => '\'',
            c if c.is_alphabetic() || matches!(c, '-' | '\'' | '.') => c,
            _ => ' ',
        })
        .collect();
    let name = PersonName::of(&plain, name_order);
    let cut = |part: String| part.chars().take(SHORT_NAME).collect::<String>().trim_end().to_owned();
    let name = PersonName { first: cut(name.first), last: cut(name.last) };
    name.first.contains(char::is_alphabetic).then_some(name)
}

fn notes(buyer: &Buyer, draft: &PersonDraft, (is_whole_name, words): (bool, Language)) -> Vec<String> {
    let as_typed = |label: Word, typed: &str| {
        let typed = text::shorten(&text::defuse_markers(&text::one_line(typed)), MAX_NAME);
        format!("{}: {typed}", words.word(label))
    };
    let is_phone_kept = phone_field::is_plain(&buyer.phone, &draft.phones);
    [
        (!is_whole_name && !buyer.name.is_empty()).then(|| as_typed(Word::NameAsTyped, &buyer.name)),
        (!is_phone_kept && !buyer.phone.is_empty()).then(|| as_typed(Word::PhoneAsTyped, &buyer.phone)),
        (draft.email.is_none() && !buyer.email.is_empty()).then(|| as_typed(Word::EmailAsTyped, &buyer.email)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drafts_of(name: &str, phone: &str, email: &str) -> Vec<PersonDraft> {
        let buyer = Buyer { name: name.into(), phone: phone.into(), email: email.into() };
        let phones = phone_field::phones(phone, "UA");
        let settings = Settings { language: "en".into(), ..crate::domain::samples::settings() };
        drafts(&buyer, &phones, &settings, OrderNumber::new(7))
    }

    /// First and last name, phones, and whether there is an e-mail.
    fn shown(drafts: &[PersonDraft]) -> Vec<(String, usize, bool)> {
        let name = |draft: &PersonDraft| format!("{} {}", draft.first_name, draft.last_name).trim().to_owned();
        drafts.iter().map(|draft| (name(draft), draft.phones.len(), draft.email.is_some())).collect()
    }

    #[test]
    fn details_are_left_out_one_by_one_before_the_name_is() {
        let drafts = drafts_of("Anna ★ Koval", "0671112233, 0555550101", "a@b.ua");
        let name = |name: &str, phones, email| (name.to_owned(), phones, email);
        let expected = [
            name("Anna ★ Koval", 2, true),
            name("Anna ★ Koval", 2, true),
            name("Anna ★ Koval", 2, false),
            name("Anna ★ Koval", 1, true),
            name("Anna ★ Koval", 0, true),
            name("Anna ★ Koval", 0, false),
            name("Anna Koval", 2, true),
            name("Anna Koval", 2, false),
            name("Anna Koval", 0, false),
            name("Buyer of order 7", 2, true),
            name("Buyer of order 7", 2, false),
            name("Buyer of order 7", 0, false),
            name("Buyer", 2, true),
            name("Buyer", 0, false),
        ];
        assert_eq!(shown(&drafts), expected);
        let typed = ["Phone as typed: 0671112233, 0555550101", "E-mail as typed: a@b.ua"];
        assert_eq!(drafts[0].notes, typed[..1], "several numbers are kept as they were typed, too");
        assert_eq!(drafts[1].notes, [] as [&str; 0]);
        assert_eq!(drafts[5].notes, typed);
        assert_eq!(drafts[6].notes, ["Name as typed: Anna ★ Koval", typed[0]]);
        assert_eq!(drafts[13].notes, [] as [&str; 0]);
    }

    #[test]
    fn the_same_is_not_asked_twice() {
        assert_eq!(shown(&drafts_of("Anna Koval", "", "")).len(), 4, "as typed, with names of ours, without a word");
        let nobody = ["Buyer of order 7", "Buyer"].map(|name| (name.to_owned(), 0, false));
        assert_eq!(shown(&drafts_of("", "", "")), nobody);
        assert_eq!(drafts_of("Anna Koval", "067 111 22 33", "")[0].notes, [] as [&str; 0]);
        assert_eq!(
            drafts_of("Anna Koval", "067 111 22 33 Viber", "")[0].notes,
            ["Phone as typed: 067 111 22 33 Viber"]
        );
    }

    #[test]
    fn a_long_name_is_shortened_before_it_is_replaced() {
        let drafts = drafts_of(&"ї".repeat(300), "", "");
        let lengths: Vec<_> = drafts.iter().map(|draft| draft.first_name.chars().count()).collect();
        assert_eq!(lengths, [MAX_NAME, SHORT_NAME, 16, 5, 5]);
    }

    proptest! {
        #[test]
        fn there_are_fourteen_at_most_each_with_a_name_and_nothing_long(
            name in "\\PC{0,300}", phone in "[+0-9, A-z]{0,60}", email in "\\PC{0,400}"
        ) {
            let drafts = drafts_of(&name, &phone, &email);
            prop_assert!((1..=14).contains(&drafts.len()));
            for draft in &drafts {
                prop_assert!(!draft.first_name.trim().is_empty());
                prop_assert!(draft.notes.iter().all(|line| line.chars().count() <= MAX_NAME + 20));
            }
            let last = drafts.last().map(|draft| (draft.phones.len(), draft.email.is_some(), draft.notes.len()));
            prop_assert_eq!(last, Some((0, false, 0)));
        }
    }
}
