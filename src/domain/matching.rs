//! Who the buyer is, and which product a line is: the rules of design section 6, applied to the results of a search.
//!
//! A search may return too much (contract roapp unknown 17): results that do not really match are dropped here.

use std::{cmp::Reverse, collections::BTreeSet};

use super::{
    ids::{PersonId, ProductId},
    name,
    order::Buyer,
    phone::Phone,
    remote::{PersonCard, ProductCard},
    said::{Said, Value},
    store::ProductKeyKind,
    text,
};

/// Why a buyer is linked to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonReason {
    /// The same phone, and a compatible name.
    PhoneAndName,
    /// The same e-mail, and a compatible name.
    EmailAndName,
    /// The same phone under another name: to be reviewed.
    PhoneAlone,
    /// We made the person.
    Made,
}

impl From<PersonReason> for Said {
    fn from(reason: PersonReason) -> Self {
        match reason {
            PersonReason::PhoneAndName => Said::new("matched-phone-and-name"),
            PersonReason::EmailAndName => Said::new("matched-email-and-name"),
            PersonReason::PhoneAlone => Said::new("matched-phone-alone"),
            PersonReason::Made => Said::new("person-made"),
        }
    }
}

/// What the person ladder came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonChoice {
    /// This one.
    Found {
        /// The person.
        id: PersonId,
        /// The rung of the ladder.
        reason: PersonReason,
        /// Why a person should look at the choice, if so.
        review: Option<Said>,
    },
    /// Nobody: a person is to be made.
    None,
}

/// Finds the buyer among the candidates: phone with a compatible name, else e-mail with a compatible name, else phone
/// alone. Any of the buyer's phones counts. Several on one rung: the oldest, and review. `region` reads the phones that RO App
/// stores.
#[must_use]
pub fn choose_person(buyer: &Buyer, phones: &[Phone], candidates: &[PersonCard], region: &str) -> PersonChoice {
    let phone_fits = |card: &PersonCard| card.phones.iter().any(|own| phones.iter().any(|phone| phone.is(own, region)));
    let email = email_key(&buyer.email);
    let email_fits = |card: &PersonCard| email.is_some() && email_key(&card.email) == email;
    let name_fits = |card: &PersonCard| is_name_of(buyer, card);

    let by_phone: Vec<_> = candidates.iter().filter(|card| phone_fits(card)).collect();
    let named: Vec<_> = by_phone.iter().copied().filter(|card| name_fits(card)).collect();
    if let Some(id) = oldest(&named) {
        return PersonChoice::Found { id, reason: PersonReason::PhoneAndName, review: several(&named, id) };
    }
    let by_email: Vec<_> = candidates.iter().filter(|card| email_fits(card) && name_fits(card)).collect();
    if let Some(id) = oldest(&by_email) {
        return PersonChoice::Found { id, reason: PersonReason::EmailAndName, review: several(&by_email, id) };
    }
    if let Some(id) = oldest(&by_phone) {
        let review = match several(&by_phone, id) {
            Some(several) => Said::new("review-phone-alone-of-several").with("client", id).with("several", several),
            None => Said::new("review-phone-alone").with("client", id),
        };
        return PersonChoice::Found { id, reason: PersonReason::PhoneAlone, review: Some(review) };
    }
    PersonChoice::None
}

/// The client's name may be the buyer's.
#[must_use]
pub fn is_name_of(buyer: &Buyer, card: &PersonCard) -> bool {
    name::compatible(&buyer.name, &format!("{} {}", card.first_name, card.last_name))
}

/// The oldest, those of unknown age last; then the lowest id.
fn oldest(cards: &[&PersonCard]) -> Option<PersonId> {
    cards.iter().max_by_key(|card| (card.created_at.map(Reverse), Reverse(card.id))).map(|card| card.id)
}

/// The sentence about several people on one rung; a person that was found twice is one.
fn several(cards: &[&PersonCard], chosen: PersonId) -> Option<Said> {
    let ids: BTreeSet<_> = cards.iter().map(|card| card.id).collect();
    (ids.len() > 1)
        .then(|| Said::new("review-several").with("clients", ids.into_iter().collect::<Value>()).with("chosen", chosen))
}

/// What a buyer is known by from one order to the next: `phone:+380…`, else `email:…` in lower case; `None` = nothing
/// that tells the buyer from another, so that each order is a person of its own.
#[must_use]
pub fn contact_key(buyer: &Buyer, phone: Option<&Phone>) -> Option<String> {
    match phone {
        Some(phone) => Some(format!("phone:{phone}")),
        None => email_key(&buyer.email).map(|email| format!("email:{email}")),
    }
}

/// The address in lower case, where the text looks like one.
pub(super) fn email_key(text: &str) -> Option<String> {
    let email = text.trim().to_lowercase();
    let (user, host) = email.split_once('@')?;
    let (name, zone) = host.rsplit_once('.')?;
    let is_one = !email.contains(char::is_whitespace) && !host.contains('@');
    (is_one && !user.is_empty() && !name.is_empty() && !zone.is_empty()).then_some(email)
}

/// What the search for a product came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProductChoice {
    /// This one.
    One(ProductId),
    /// RO App has no such product.
    None,
    /// More than one, by id: a person has to choose.
    Several(Vec<ProductId>),
}

/// Finds the product whose key is exactly this one; blanks around keys do not count, case does. A blank key finds none.
#[must_use]
pub fn choose_product(kind: ProductKeyKind, key: &str, candidates: &[ProductCard]) -> ProductChoice {
    let key = key.trim();
    if key.is_empty() {
        return ProductChoice::None;
    }
    let exact = with_key(kind, candidates, |text| text.trim() == key);
    // One that has what nobody sees, or entities of HTML, looks the same.
    let ids = if exact.is_empty() { with_key(kind, candidates, |text| key_as_seen(kind, text) == key) } else { exact };
    match ids.as_slice() {
        [] => ProductChoice::None,
        [one] => ProductChoice::One(*one),
        _ => ProductChoice::Several(ids),
    }
}

/// A key as people see it: without what nobody sees, and entities of HTML as the characters that they stand for.
#[must_use]
pub fn key_as_seen(kind: ProductKeyKind, text: &str) -> String {
    if kind == ProductKeyKind::Title { text::title(text) } else { text::word(text) }
}

/// The keys of this kind that a product has.
pub fn keys_of(kind: ProductKeyKind, card: &ProductCard) -> impl Iterator<Item = &str> {
    let (one, barcodes) = match kind {
        ProductKeyKind::Sku => (Some(&card.article), &[][..]),
        ProductKeyKind::Code => (Some(&card.code), &[][..]),
        ProductKeyKind::Barcode => (None, card.barcodes.as_slice()),
        ProductKeyKind::Title => (Some(&card.title), &[][..]),
    };
    one.into_iter().chain(barcodes).map(String::as_str)
}

fn with_key(kind: ProductKeyKind, candidates: &[ProductCard], is_key: impl Fn(&str) -> bool) -> Vec<ProductId> {
    let fits = |card: &&ProductCard| keys_of(kind, card).any(&is_key);
    let ids: BTreeSet<_> = candidates.iter().filter(fits).map(|card| card.id).collect();
    ids.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;

    const PHONE: &str = "+380671234567";

    fn buyer(name: &str, email: &str) -> Buyer {
        Buyer { name: name.into(), phone: String::new(), email: email.into() }
    }

    fn person(id: i64, name: (&str, &str), phones: &[&str], email: &str, created: Option<i64>) -> PersonCard {
        PersonCard {
            id: PersonId::new(id),
            first_name: name.0.into(),
            last_name: name.1.into(),
            email: email.into(),
            phones: phones.iter().map(|phone| String::from(*phone)).collect(),
            notes: String::new(),
            created_at: created.and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
            modified_at: None,
        }
    }

    fn choose(buyer: &Buyer, candidates: &[PersonCard]) -> PersonChoice {
        choose_person(buyer, Phone::parse(PHONE, "UA").as_slice(), candidates, "UA")
    }

    fn found(id: i64, reason: PersonReason, review: Option<Said>) -> PersonChoice {
        PersonChoice::Found { id: PersonId::new(id), reason, review }
    }

    fn alone(id: i64) -> Said {
        Said::new("review-phone-alone").with("client", id)
    }

    fn of_several(ids: &[i64], chosen: i64) -> Said {
        Said::new("review-several").with("clients", ids.iter().copied().collect::<Value>()).with("chosen", chosen)
    }

    const IVAN: (&str, &str) = ("Ivan", "Petrenko");
    const OLEH: (&str, &str) = ("Олег", "Коваль");

    #[test]
    fn a_phone_with_a_compatible_name_comes_first() {
        let people = [
            person(1, OLEH, &[PHONE], "", Some(1)),
            person(2, IVAN, &[], "i@example.com", Some(1)),
            person(3, IVAN, &["0501112233", "067 123 45 67"], "", Some(9)),
        ];
        assert_eq!(
            choose(&buyer("Петренко Іван", "i@example.com"), &people),
            found(3, PersonReason::PhoneAndName, None)
        );
    }

    #[test]
    fn any_of_the_buyers_phones_may_match() {
        let phones = crate::domain::phone_field::phones("0501112233, 067 123 45 67", "UA");
        let people = [person(1, OLEH, &["0501112233"], "", None), person(2, IVAN, &[PHONE], "", None)];
        let buyer = buyer("Іван Петренко", "");
        assert_eq!(choose_person(&buyer, &phones, &people, "UA"), found(2, PersonReason::PhoneAndName, None));
    }

    #[test]
    fn an_email_with_a_compatible_name_comes_before_the_phone_alone() {
        let people = [person(1, OLEH, &[PHONE], "", None), person(2, IVAN, &[], " I@Example.com ", None)];
        assert_eq!(
            choose(&buyer("Іван Петренко", "i@example.COM"), &people),
            found(2, PersonReason::EmailAndName, None)
        );
    }

    #[test]
    fn the_phone_alone_is_taken_and_reviewed() {
        let people = [person(1, OLEH, &["80671234567"], "", None), person(2, OLEH, &[], "i@example.com", None)];
        let review = alone(1);
        for name in ["Іван Петренко", ""] {
            assert_eq!(
                choose(&buyer(name, "i@example.com"), &people),
                found(1, PersonReason::PhoneAlone, Some(review.clone()))
            );
        }
    }

    #[test]
    fn candidates_that_do_not_really_match_are_ignored() {
        let people = [
            person(1, IVAN, &["0671234568", "67"], "ii@example.com", None),
            person(2, IVAN, &[], "", None),
            person(3, IVAN, &["+3806712345670"], "i@example.com.ua", None),
        ];
        assert_eq!(choose(&buyer("Іван Петренко", "i@example.com"), &people), PersonChoice::None);
        assert_eq!(choose(&buyer("Іван Петренко", ""), &people), PersonChoice::None);
    }

    #[test]
    fn a_text_that_is_no_address_finds_nobody() {
        let people = [person(1, IVAN, &[], "none", None)];
        assert_eq!(choose(&buyer("Іван Петренко", "none"), &people), PersonChoice::None);
    }

    #[test]
    fn of_several_the_oldest_is_taken_and_all_are_named() {
        let people = [
            person(4, IVAN, &[PHONE], "", None),
            person(9, IVAN, &[PHONE], "", Some(5)),
            person(7, IVAN, &[PHONE], "", Some(5)),
            person(8, IVAN, &[PHONE], "", Some(6)),
        ];
        let review = of_several(&[4, 7, 8, 9], 7);
        assert_eq!(choose(&buyer("Іван Петренко", ""), &people), found(7, PersonReason::PhoneAndName, Some(review)));
    }

    #[test]
    fn several_by_the_phone_alone_are_told_together() {
        let people = [person(2, OLEH, &[PHONE], "", None), person(1, OLEH, &[PHONE], "", None)];
        let review =
            Said::new("review-phone-alone-of-several").with("client", 1).with("several", of_several(&[1, 2], 1));
        assert_eq!(choose(&buyer("Іван Петренко", ""), &people), found(1, PersonReason::PhoneAlone, Some(review)));
    }

    #[test]
    fn a_person_that_two_searches_found_is_one() {
        let people = [person(1, IVAN, &[PHONE], "", None), person(1, IVAN, &[PHONE], "", None)];
        assert_eq!(choose(&buyer("Іван Петренко", ""), &people), found(1, PersonReason::PhoneAndName, None));
    }

    #[test]
    fn a_buyer_is_known_by_phone_else_by_email_else_by_nothing() {
        let phone = Phone::parse(PHONE, "UA");
        assert_eq!(contact_key(&buyer("", "A@b.ua"), phone.as_ref()).as_deref(), Some("phone:+380671234567"));
        assert_eq!(contact_key(&buyer("", " A@B.ua "), None).as_deref(), Some("email:a@b.ua"));
        for none in ["", "none", "a@b", "a.b@c", "@b.ua", "a@.ua", "a@b.", "a b@c.ua", "a@b@c.ua"] {
            assert_eq!(contact_key(&buyer("", none), None), None, "{none}");
        }
    }

    fn product(id: i64, title: &str, article: &str, code: &str, barcodes: &[&str]) -> ProductCard {
        ProductCard {
            id: ProductId::new(id),
            title: title.into(),
            article: article.into(),
            code: code.into(),
            barcodes: barcodes.iter().map(|barcode| String::from(*barcode)).collect(),
            description: String::new(),
            cost: None,
        }
    }

    #[test]
    fn each_kind_of_key_looks_at_its_own_field() {
        let products = [
            product(1, "x", "7", "", &[]),
            product(2, "", " x ", "", &[]),
            product(3, "", "", "x", &[]),
            product(4, "", "", "", &["7", "x"]),
        ];
        let kinds = [ProductKeyKind::Title, ProductKeyKind::Sku, ProductKeyKind::Code, ProductKeyKind::Barcode];
        let ids = kinds.map(|kind| choose_product(kind, " x", &products));
        assert_eq!(ids, [1, 2, 3, 4].map(|id| ProductChoice::One(ProductId::new(id))));
    }

    #[test]
    fn a_key_is_compared_exactly() {
        let products = [product(1, "", "AB-1", "", &[]), product(2, "", "ab-10", "", &[])];
        assert_eq!(choose_product(ProductKeyKind::Sku, "ab-1", &products), ProductChoice::None);
    }

    #[test]
    fn several_products_are_named_and_one_found_twice_is_one() {
        let products = [product(5, "", "a", "", &[]), product(2, "", "a", "", &[]), product(5, "", "a", "", &[])];
        let both = vec![ProductId::new(2), ProductId::new(5)];
        assert_eq!(choose_product(ProductKeyKind::Sku, "a", &products), ProductChoice::Several(both));
        let one = [products[0].clone(), products[2].clone()];
        assert_eq!(choose_product(ProductKeyKind::Sku, "a", &one), ProductChoice::One(ProductId::new(5)));
    }

    #[test]
    fn a_product_that_looks_the_same_is_the_product_unless_another_is_the_same() {
        let odd = product(1, "Bolt &amp; Nut\u{feff}", "ZW\u{200b}-7 ", "", &["400\u{ad}1"]);
        for (kind, key) in
            [(ProductKeyKind::Sku, "ZW-7"), (ProductKeyKind::Title, "Bolt & Nut"), (ProductKeyKind::Barcode, "4001")]
        {
            assert_eq!(choose_product(kind, key, std::slice::from_ref(&odd)), ProductChoice::One(ProductId::new(1)));
            let same = product(2, "Bolt & Nut", "ZW-7", "", &["4001"]);
            assert_eq!(choose_product(kind, key, &[odd.clone(), same]), ProductChoice::One(ProductId::new(2)));
        }
    }

    #[test]
    fn a_blank_key_finds_no_product() {
        assert_eq!(choose_product(ProductKeyKind::Sku, " ", &[product(1, "", "", "", &[""])]), ProductChoice::None);
    }

    proptest! {
        #[test]
        fn the_choice_does_not_depend_on_the_order_of_candidates(
            people in prop::collection::vec((1..6_i64, 0..2_usize, any::<bool>(), prop::option::of(0..3_i64)), 0..6),
            turn in 0..6_usize,
        ) {
            // One id has one age: a person found twice is the same person.
            let mut cards: Vec<_> = people
                .iter()
                .map(|(id, name, has_phone, _)| {
                    let created = people.iter().find(|other| other.0 == *id).and_then(|other| other.3);
                    person(*id, [IVAN, OLEH][*name], if *has_phone { &[PHONE] } else { &[] }, "i@example.com", created)
                })
                .collect();
            let buyer = buyer("Іван Петренко", "i@example.com");
            let straight = choose(&buyer, &cards);
            if !cards.is_empty() {
                let by = turn % cards.len();
                cards.rotate_left(by);
            }
            prop_assert_eq!(choose(&buyer, &cards), straight);
        }
    }
}
