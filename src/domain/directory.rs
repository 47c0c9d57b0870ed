//! Who is known to RO App, by contact: whom a buyer may be is found without a search. Neither names nor contacts are kept, only keyed
//! hashes of contacts. It finds too many rather than too few: who is found is read, and compared by the matching rules.

use std::{
    collections::{BTreeSet, hash_map::RandomState},
    hash::BuildHasher,
};

use super::{ids::PersonId, matching::email_key, phone::Phone, remote::PersonCard};

/// Digits at the end of a phone number that are the same in each of its spellings. What follows them in a field may be another number.
const SAME_DIGITS: usize = 7;
/// Numbers in a field are found within so many digits.
const LONGEST_FIELD: usize = 64;

/// The people of an account by the hashes of their contacts. The key of the hashes is drawn when it is made.
#[derive(Debug, Default)]
pub struct Directory {
    key: RandomState,
    people: BTreeSet<(u64, PersonId)>,
}

impl Directory {
    /// Adds a person, or new contacts of one.
    pub fn add(&mut self, card: &PersonCard) {
        let mut contacts: Vec<_> = self.of_email(&card.email).into_iter().collect();
        for field in &card.phones {
            let digits = digits(field);
            let windows = digits.as_bytes().windows(SAME_DIGITS.min(digits.len().max(1)));
            contacts.extend(windows.map(|window| self.of_digits(window)));
        }
        self.people.extend(contacts.into_iter().map(|contact| (contact, card.id)));
    }

    /// Removes a person who is gone.
    pub fn remove(&mut self, id: PersonId) {
        self.people.retain(|(_, known)| *known != id);
    }

    /// Everybody who may have one of these phones or this e-mail.
    #[must_use]
    pub fn with(&self, phones: &[Phone], email: &str) -> BTreeSet<PersonId> {
        let ends = phones.iter().map(|phone| {
            let digits = digits(phone.as_str());
            self.of_digits(&digits.as_bytes()[digits.len().saturating_sub(SAME_DIGITS)..])
        });
        let contacts = ends.chain(self.of_email(email));
        let of = |contact| self.people.range((contact, PersonId::new(i64::MIN))..=(contact, PersonId::new(i64::MAX)));
        contacts.flat_map(of).map(|(_, id)| *id).collect()
    }

    fn of_digits(&self, digits: &[u8]) -> u64 {
        self.key.hash_one(("phone", digits))
    }

    fn of_email(&self, email: &str) -> Option<u64> {
        email_key(email).map(|email| self.key.hash_one(("email", email)))
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).take(LONGEST_FIELD).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(id: i64, phones: &[&str], email: &str) -> PersonCard {
        PersonCard {
            id: PersonId::new(id),
            first_name: "Olena".into(),
            last_name: "Kovalenko".into(),
            email: email.into(),
            phones: phones.iter().map(|phone| (*phone).to_owned()).collect(),
            notes: String::new(),
            created_at: None,
            modified_at: None,
        }
    }

    fn phone(text: &str) -> Phone {
        Phone::parse(text, "UA").unwrap_or_else(|| panic!("no phone: {text}"))
    }

    #[test]
    fn people_are_found_by_each_contact_in_each_spelling_and_by_no_other() {
        let mut directory = Directory::default();
        directory.add(&card(1, &["0671234567", "+380 (50) 765-43-21"], "Olena@Example.com"));
        directory.add(&card(2, &["380671234567"], ""));
        directory.add(&card(3, &[], "olena@example.com "));
        directory.add(&card(4, &["", "none"], "not an address"));
        directory.add(&card(5, &["0931111111, 0932222222 доб. 12"], ""));
        let found = |phones: &[&str], email| {
            let phones: Vec<_> = phones.iter().map(|text| phone(text)).collect();
            directory.with(&phones, email).into_iter().map(PersonId::get).collect::<Vec<_>>()
        };
        assert_eq!(found(&["+380671234567"], ""), [1, 2]);
        assert_eq!(found(&["0507654321"], ""), [1]);
        assert_eq!(found(&[], "olena@example.com"), [1, 3]);
        assert_eq!(found(&["0507654321"], "OLENA@example.com"), [1, 3]);
        assert_eq!((found(&["0931111111"], ""), found(&["0932222222"], "")), (vec![5], vec![5]), "two in one field");
        assert!(found(&["0671234568"], "olga@example.com").is_empty());
        assert!(found(&[], "not an address").is_empty());
    }

    #[test]
    fn who_is_gone_is_found_no_more_and_a_new_contact_is() {
        let mut directory = Directory::default();
        directory.add(&card(1, &["0671234567"], ""));
        directory.add(&card(1, &["0501234567"], "olena@example.com"));
        assert_eq!(directory.with(&[phone("0501234567")], "").len(), 1);
        directory.remove(PersonId::new(1));
        assert!(directory.with(&[phone("0501234567"), phone("0671234567")], "olena@example.com").is_empty());
    }

    #[test]
    fn it_says_neither_names_nor_contacts() {
        let mut directory = Directory::default();
        directory.add(&card(1, &["0671234567"], "olena@example.com"));
        let said = format!("{directory:?}").to_lowercase();
        assert!(!said.contains("1234567") && !said.contains("olena") && !said.contains("kovalenko"), "{said}");
    }
}
