//! Which of the records that carry the token of an unanswered call is the one that the call created.
//!
//! A token may be on more than that one record: staff copy notes and descriptions, merge records and rename them, and in older
//! releases two buyers could share one token. Only a record with the same content as what was sent is accepted.

use std::time::Duration;

use super::{
    marker::Token,
    name,
    remote::{PersonCard, ProductCard},
    text,
};

/// A name that was cut may still be known by so many characters.
const KNOWN_BY: usize = 20;
/// How the name of a person began whose buyer gave none, before that was on record.
pub const NAMELESS: &str = "Buyer of order";

/// An empty search counts only when a second one, a recovery wait later, is empty too (invariant 3).
const EMPTY_SEARCHES: i32 = 2;

/// What a search means that did not find the record of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// The call created nothing.
    Believed,
    /// Search again after this time.
    LookAgain(Duration),
}

/// What a search that found nothing means. `searches` were in vain before it; a negative number is a look before the call's own
/// time, after which `unclear` has to pass, and else `recovery`.
#[must_use]
pub fn found_nothing(searches: i32, unclear: Duration, recovery: Duration) -> Absence {
    if searches + 1 >= EMPTY_SEARCHES {
        Absence::Believed
    } else {
        Absence::LookAgain(if searches < 0 { unclear } else { recovery })
    }
}

/// A record that carries the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carrier {
    /// RO App's id.
    pub id: i64,
    /// Whether its content is what the call sent.
    pub is_as_sent: bool,
    /// Whether it is linked to another buyer or article.
    pub is_anothers: bool,
}

/// The result of a search for the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Traced {
    /// The call created nothing.
    Nothing,
    /// The call created this record.
    One(i64),
    /// Each of these may be the record that the call created.
    Several(Vec<i64>),
    /// The token is on records with other content: ours and changed since, or somebody copied the token.
    Changed(Vec<i64>),
}

/// Decides what the call created. A record with other content that is linked to another buyer or article belongs to that one.
#[must_use]
pub fn trace(carriers: &[Carrier]) -> Traced {
    let ids = |wanted: &dyn Fn(&Carrier) -> bool| -> Vec<i64> {
        carriers.iter().filter(|carrier| wanted(carrier)).map(|carrier| carrier.id).collect()
    };
    let as_sent = ids(&|carrier| carrier.is_as_sent);
    let changed = ids(&|carrier| !carrier.is_as_sent && !carrier.is_anothers);
    match (as_sent.as_slice(), changed.is_empty()) {
        ([], true) => Traced::Nothing,
        ([], false) => Traced::Changed(changed),
        ([one], _) => Traced::One(*one),
        _ => Traced::Several(as_sent),
    }
}

/// The people who carry the token; `name` is what was sent, `is_anothers` whether somebody else is linked with one.
#[must_use]
pub fn people(
    token: &Token,
    name: &str,
    people: &[PersonCard],
    is_anothers: impl Fn(&PersonCard) -> bool,
) -> Vec<Carrier> {
    let with_token = people.iter().filter(|card| token.is_in(&card.notes));
    let carrier = |card: &PersonCard| Carrier {
        id: card.id.get(),
        is_as_sent: is_name(name, &format!("{} {}", card.first_name, card.last_name)),
        is_anothers: is_anothers(card),
    };
    with_token.map(carrier).collect()
}

/// The products that carry the token; article, or title where there is none, is what was sent.
#[must_use]
pub fn products(
    token: &Token,
    (article, title): (&str, &str),
    products: &[ProductCard],
    is_anothers: impl Fn(&ProductCard) -> bool,
) -> Vec<Carrier> {
    let is_same = |one: &str, other: &str| text::one_line(one) == text::one_line(other);
    let carrier = |card: &ProductCard| Carrier {
        id: card.id.get(),
        is_as_sent: if article.is_empty() { is_same(&card.title, title) } else { is_same(&card.article, article) },
        is_anothers: is_anothers(card),
    };
    products.iter().filter(|card| token.is_in(&card.description)).map(carrier).collect()
}

/// Whether a client's name is the one that was sent, however RO App keeps it: escaped, cut, without tags, or completed by staff.
fn is_name(sent: &str, shown: &str) -> bool {
    let shown = text::without_html(shown);
    // Earlier entries of the journal do not say the number.
    let is_nameless = sent == NAMELESS && shown.starts_with(NAMELESS);
    let letters =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let theirs = letters(&shown);
    let is_kept = |sent: &str| {
        let ours = letters(sent);
        ours == theirs || (theirs.chars().count() >= KNOWN_BY && ours.starts_with(&theirs))
    };
    is_nameless || is_kept(sent) || is_kept(&text::without_html(sent)) || name::compatible(sent, &shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{PersonId, ProductId};

    const fn carrier(id: i64, is_as_sent: bool, is_anothers: bool) -> Carrier {
        Carrier { id, is_as_sent, is_anothers }
    }

    #[test]
    fn what_says_the_same_is_what_was_made_whoever_else_carries_the_sign() {
        assert_eq!(trace(&[]), Traced::Nothing);
        assert_eq!(trace(&[carrier(1, true, false)]), Traced::One(1));
        assert_eq!(trace(&[carrier(1, false, true), carrier(2, true, false)]), Traced::One(2));
        assert_eq!(trace(&[carrier(1, false, false), carrier(2, true, true)]), Traced::One(2));
    }

    #[test]
    fn another_buyers_client_is_nothing_that_was_made() {
        assert_eq!(trace(&[carrier(1, false, true)]), Traced::Nothing);
    }

    #[test]
    fn what_nobody_is_linked_with_and_says_something_else_is_for_a_person() {
        assert_eq!(trace(&[carrier(1, false, false), carrier(2, false, true)]), Traced::Changed(vec![1]));
        assert_eq!(trace(&[carrier(1, true, false), carrier(2, true, false)]), Traced::Several(vec![1, 2]));
    }

    #[test]
    fn nothing_found_counts_at_the_second_look_and_a_look_before_its_time_never() {
        let (unclear, recovery) = (Duration::from_mins(1), Duration::from_secs(30));
        let after = |searches| found_nothing(searches, unclear, recovery);
        assert_eq!(after(-1), Absence::LookAgain(unclear));
        assert_eq!(after(0), Absence::LookAgain(recovery));
        assert_eq!((after(1), after(5)), (Absence::Believed, Absence::Believed));
    }

    #[test]
    fn a_name_is_known_in_each_spelling_and_another_is_not() {
        for (sent, shown) in [
            ("Bohdan Melnyk", "Мельник Богдан"),
            ("Anna O'Neil", "Anna O&#39;Neil"),
            ("Anna <b>Koval</b>", "Anna Koval"),
            ("Maximilian Featherstonehaugh-Cholmondeley", "Maximilian Featherstonehaugh-Chol"),
            ("Buyer of order 7", "Buyer of order 7"),
            (NAMELESS, "Buyer of order 7"),
        ] {
            assert!(is_name(sent, shown), "{sent} {shown}");
        }
        for (sent, shown) in [("Bohdan Melnyk", "Anna Koval"), ("Buyer of order 7", "Anna Koval"), ("Anna", "Anna K")] {
            assert!(!is_name(sent, shown), "{sent} {shown}");
        }
    }

    #[test]
    fn only_who_carries_the_very_token_counts() {
        let token = Token::person("h", "key", 1);
        let card = |id, first_name: &str, notes: String| PersonCard {
            id: PersonId::new(id),
            first_name: first_name.into(),
            last_name: String::new(),
            email: String::new(),
            phones: Vec::new(),
            notes,
            created_at: None,
            modified_at: None,
        };
        let other = Token::person("h", "key", 2);
        let cards = [
            card(1, "Anna", format!("x\n{token}")),
            card(2, "Anna", other.to_string()),
            card(3, "Bo", token.to_string()),
        ];
        let found = people(&token, "Anna", &cards, |card| card.id.get() == 3);
        assert_eq!(found, [carrier(1, true, false), carrier(3, false, true)]);
    }

    #[test]
    fn a_product_is_known_by_its_article_else_by_its_title() {
        let token = Token::product("h", "key");
        let card = |id, article: &str, title: &str| ProductCard {
            id: ProductId::new(id),
            title: title.into(),
            article: article.into(),
            code: String::new(),
            barcodes: Vec::new(),
            description: format!("Text\n{token}"),
            cost: None,
        };
        let cards = [card(1, "A-1", "Thing"), card(2, "A-2", "Thing")];
        let is_as_sent =
            |what| products(&token, what, &cards, |_| false).iter().map(|one| one.is_as_sent).collect::<Vec<_>>();
        assert_eq!(is_as_sent(("A-1", "Other")), [true, false]);
        assert_eq!(is_as_sent(("", "Thing")), [true, true]);
    }
}
