//! What identifies a buyer in link keys: one place, since a link must be looked up with the same spelling that it was created with.

use super::{marker::Marker, matching, name, order::Buyer, phone::Phone, phone_field, text};

/// What a new person is claimed under: phone, else e-mail, else the order itself, so that it is a person of its own.
#[must_use]
pub fn claim_key(buyer: &Buyer, phone: Option<&Phone>, marker: &Marker) -> String {
    let contact = matching::contact_key(buyer, phone);
    contact.map_or_else(|| format!("order:{}/{}", marker.host, marker.number), |key| text::key(&key))
}

/// What a person is known by: this phone, or where none is told the e-mail; as in [`claim_key`].
#[must_use]
pub fn contact_key(buyer: &Buyer, phone: Option<&Phone>) -> Option<String> {
    matching::contact_key(buyer, phone).map(|key| text::key(&key))
}

/// Every contact that a person is known by: valid phones and the e-mail, as in [`claim_key`].
#[must_use]
pub fn contact_keys(buyer: &Buyer, phones: &[Phone]) -> Vec<String> {
    let mut keys: Vec<_> =
        phones.iter().map(Some).chain([None]).filter_map(|phone| contact_key(buyer, phone)).collect();
    keys.dedup();
    keys
}

/// Whether both may be one person: names that are compatible or of which one is not told, and no contact that differs. Told anew by
/// one contact, a name may have been completed, or a slip of typing put right. Who was nobody, so that the client has a name of ours, is somebody else once told.
#[must_use]
pub fn is_same_person(was: &Buyer, now: &Buyer, region: &str) -> bool {
    if was == now {
        return true;
    }
    let of = |buyer: &Buyer| (phone_field::phones(&buyer.phone, region), matching::contact_key(buyer, None));
    let ((phones, email), (new_phones, new_email)) = (of(was), of(now));
    let is_nameless = |buyer: &Buyer| name::fold(&buyer.name).is_empty();
    if is_nameless(now) && new_phones.is_empty() && new_email.is_none() {
        return true;
    }
    if is_nameless(was) && phones.is_empty() && email.is_none() {
        return false;
    }
    let is_shared = phones.iter().any(|phone| new_phones.contains(phone)) || (email.is_some() && email == new_email);
    let differs = (!phones.is_empty() && !new_phones.is_empty()) || (email.is_some() && new_email.is_some());
    let fits = is_nameless(was)
        || is_nameless(now)
        || name::compatible(&was.name, &now.name)
        || (is_shared && (name::is_completed(&was.name, &now.name) || name::is_misspelt(&was.name, &now.name)));
    fits && (is_shared || !differs)
}

/// The longest form in which a buyer is searched for, in characters.
const LONGEST_SEARCHED: usize = 500;

/// Name, phone and e-mail in the form in which [`search_parts`] searches for them.
#[must_use]
pub fn searched(buyer: &Buyer) -> String {
    let text = format!("{} {} {}", buyer.name.to_lowercase(), digits(&buyer.phone), buyer.email.to_lowercase());
    // Postgres takes no such character in a text.
    text.chars().filter(|c| *c != '\0').take(LONGEST_SEARCHED).collect::<String>().trim().to_owned()
}

/// What each must be part of a buyer's searched form: the words of a name or an e-mail, or the digits of a phone number.
#[must_use]
pub fn search_parts(query: &str) -> Vec<String> {
    const MOST: usize = 8;
    let is_phone = query.chars().all(|c| c.is_ascii_digit() || "+-(). ".contains(c));
    if is_phone {
        return Some(digits(query)).filter(|digits| !digits.is_empty()).into_iter().collect();
    }
    let words = query.to_lowercase();
    words.split_whitespace().map(|word| word.replace('\0', "")).take(MOST).collect()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The name in a link key, in the form in which names are compared; empty for a buyer who gave none.
#[must_use]
pub fn name_in(link_key: &str) -> &str {
    link_key.rsplit_once('|').map_or("", |(_, name)| name)
}

/// What a buyer is linked with a person under: that and the name.
#[must_use]
pub fn link_key(buyer: &Buyer, phone: Option<&Phone>, marker: &Marker) -> String {
    format!("{}|{}", claim_key(buyer, phone, marker), text::key(&name::fold(&buyer.name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buyer((name, phone, email): (&str, &str, &str)) -> Buyer {
        Buyer { name: name.into(), phone: phone.into(), email: email.into() }
    }

    #[test]
    fn a_spelling_a_detail_or_a_corrected_e_mail_changes_nobody() {
        for (was, now) in [
            (("Anna Koval", "0671112233", "a@b.ua"), ("Коваль Анна", "+38 (067) 111-22-33", "new@b.ua")),
            (("Anna Koval", "0671112233", "a@b.ua"), ("Anna Koval", "0555550101", "A@B.ua")),
            (("Anna Koval", "0671112233", ""), ("Anna Koval", "0555550101, 0671112233", "")),
            (("Anna Koval", "0671112233", ""), ("Anna Koval", "", "a@b.ua")),
            (("Anna Koval", "", ""), ("A. Koval", "0671112233", "")),
            (("Anna", "0671112233", ""), ("Anna Koval", "0671112233", "")),
            (("Anna Kowal", "0671112233", ""), ("Anna Koval", "0671112233", "")),
            (("", "0671112233", ""), ("Anna Koval", "0671112233", "")),
            (("Anna Koval", "0671112233", ""), ("", "0671112233", "")),
            (("Anna Koval", "0671112233", ""), ("", "", "")),
            (("Anna Koval", "0671112233", ""), ("Anna Koval", "0000000000", "")),
        ] {
            assert!(is_same_person(&buyer(was), &buyer(now), "UA"), "{was:?} {now:?}");
        }
    }

    #[test]
    fn another_name_or_another_contact_is_somebody_else() {
        for (was, now) in [
            (("Wrong Buyer", "0555550101", ""), ("Right Person", "0555550180", "")),
            (("Wrong Buyer", "0555550101", "a@b.ua"), ("Right Person", "0555550101", "a@b.ua")),
            (("Anna Koval", "0555550101", ""), ("Anna Koval", "0555550180", "")),
            (("Anna Koval", "0555550101", "a@b.ua"), ("Anna Koval", "0555550180", "c@d.ua")),
            (("Anna Koval", "", "a@b.ua"), ("Anna Koval", "", "c@d.ua")),
            (("Anna Koval", "", ""), ("Bohdan Melnyk", "", "")),
            (("Anna Kowal", "0671112233", ""), ("Anna Koval", "0555550180", "")),
            (("", "", ""), ("Anna Koval", "0671112233", "")),
        ] {
            assert!(!is_same_person(&buyer(was), &buyer(now), "UA"), "{was:?} {now:?}");
        }
    }
}
