//! Work orders that may stand for an order of the store although they do not carry its marker: another connector made them, or a
//! person did. What looks like it is shown to a person, who decides; nothing is linked or left out by itself.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

use super::{
    ids::{OrderNumber, PersonId, WorkOrderId},
    phone::Phone,
    remote::Head,
    said::Said,
};

/// A work order of the same client over the same total is a double if it was made within this time of the order.
const SAME_DAY: TimeDelta = TimeDelta::hours(24);
/// From here on a number in a text is hardly anything else.
const LONG_NUMBER: i64 = 10_000;
/// Digits of a number that is looked at: order numbers have fewer.
const MOST_DIGITS: usize = 12;
/// Words before a number that say what it is, in lower case, as far as their forms have in common.
const NUMBER_OF_AN_ORDER: [&str; 8] =
    ["order", "замовлен", "заказ", "encomenda", "pedido", "cartum", "horoshop", "хорошоп"];
/// Words between these and the number.
const NUMBER: [&str; 6] = ["number", "no", "n", "nr", "номер", "número"];
/// Letters that say no more than that a number follows: nº, nª.
const ORDINALS: [char; 3] = ['º', 'ª', '°'];
/// Words after a number that is an amount, in lower case.
const CURRENCIES: [&str; 9] = ["грн", "uah", "eur", "usd", "pln", "mdl", "lei", "zł", "руб"];
/// Signs of an amount.
const CURRENCY_SIGNS: [char; 4] = ['€', '$', '₴', '%'];

/// Why a work order may be the order's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// The order's number stands in its title, its notes or a custom field.
    Number,
    /// It is the same client's, over the same total, and was made within a day of the order.
    ClientAndTotal,
}

impl Sign {
    const ALL: [Self; 2] = [Self::Number, Self::ClientAndTotal];

    /// The word in the database and in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::ClientAndTotal => "client-and-total",
        }
    }

    /// The sign with this word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sign| sign.word() == word)
    }
}

impl From<Sign> for Said {
    fn from(sign: Sign) -> Self {
        match sign {
            Sign::Number => Said::new("double-by-number"),
            Sign::ClientAndTotal => Said::new("double-by-client"),
        }
    }
}

/// An order that work orders are compared with.
#[derive(Debug, Clone)]
pub struct Sought {
    /// Its number.
    pub number: OrderNumber,
    /// When it was placed.
    pub placed_at: DateTime<Utc>,
    /// Its total, rounded to cents.
    pub total: Decimal,
    /// The buyer's phones.
    pub phones: Vec<Phone>,
    /// The person whom the buyer is matched with.
    pub client: Option<PersonId>,
}

/// A work order that may be an order's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// RO App's id.
    pub id: WorkOrderId,
    /// The number that people see there; empty if it was not shown.
    pub number: String,
    /// When it was made.
    pub made_at: Option<DateTime<Utc>>,
    /// Its total.
    pub total: Option<Decimal>,
    /// What speaks for it; never empty.
    pub signs: Vec<Sign>,
}

/// What a person decided about an order that RO App may have already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// It is this work order, which stays as it is: from now on the two are kept in step.
    Link(WorkOrderId),
    /// It is in RO App already and is left alone: nothing is made, nothing is linked.
    Skip,
    /// It is another one: a work order is made.
    Create,
}

impl Choice {
    /// The word in the database and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Link(_) => "link",
            Self::Skip => "skip",
            Self::Create => "create",
        }
    }

    /// The work order that it links.
    #[must_use]
    pub fn work_order(self) -> Option<WorkOrderId> {
        match self {
            Self::Link(id) => Some(id),
            Self::Skip | Self::Create => None,
        }
    }

    /// The choice with this word; only a link names a work order.
    #[must_use]
    pub fn read(word: &str, work_order: Option<WorkOrderId>) -> Option<Self> {
        match (word, work_order) {
            ("link", Some(id)) => Some(Self::Link(id)),
            ("skip", None) => Some(Self::Skip),
            ("create", None) => Some(Self::Create),
            _ => None,
        }
    }
}

/// An order that RO App may have already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PossibleDouble {
    /// Cartum's order number.
    pub number: OrderNumber,
    /// When it was placed, in the store's zone.
    pub placed_at: NaiveDateTime,
    /// Its total.
    pub total: Decimal,
    /// Work orders that may be its own; never empty.
    pub candidates: Vec<Candidate>,
    /// What a person decided.
    pub choice: Option<Choice>,
    /// The import brings it. Else it is left out, or held for another reason, and matters once it is to be brought.
    pub is_wanted: bool,
    /// The order has a work order by now: nothing is left to decide.
    pub is_settled: bool,
}

/// What speaks for the work order being the order's; nothing = it is another one. `region` reads RO App's phones.
#[must_use]
pub fn signs(sought: &Sought, head: &Head, region: &str) -> Vec<Sign> {
    let has_phone =
        |phone: &Phone| head.client_card.iter().flat_map(|card| &card.phones).any(|shown| phone.is(shown, region));
    let is_clients = sought.phones.iter().any(has_phone) || (sought.client.is_some() && sought.client == head.client);
    let is_total = head.total == Some(sought.total);
    let is_same_day = head.created_at.is_some_and(|made| (made - sought.placed_at).abs() <= SAME_DAY);
    let is_named = match named(head, sought.number) {
        Named::Surely => true,
        Named::Perhaps => is_clients || is_total,
        Named::Not => false,
    };
    let signs = [(Sign::Number, is_named), (Sign::ClientAndTotal, is_clients && is_total && is_same_day)];
    signs.into_iter().filter_map(|(sign, is_there)| is_there.then_some(sign)).collect()
}

/// Every number that stands in the texts of a work order.
#[must_use]
pub fn numbers_in(head: &Head) -> BTreeSet<i64> {
    texts(head).flat_map(numbers).map(|(_, number)| number).collect()
}

/// Whether a number stands in a text as an order's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    Not,
    Perhaps,
    Surely,
}

fn named(head: &Head, number: OrderNumber) -> Named {
    let digits = number.to_string();
    let of_text = |text: &str| {
        let found = numbers(text).filter(|(_, found)| *found == number.get());
        let how = found.map(|(at, _)| {
            let (before, after) = (&text[..at], text[at..].trim_start_matches('0').trim_start_matches(digits.as_str()));
            let is_long = number.get() >= LONG_NUMBER && !is_an_amount(before, after);
            if is_long || says_what_follows(before) { Named::Surely } else { Named::Perhaps }
        });
        how.max().unwrap_or(Named::Not)
    };
    texts(head).map(of_text).max().unwrap_or(Named::Not)
}

fn texts(head: &Head) -> impl Iterator<Item = &str> {
    let own = [head.malfunction.as_str(), head.manager_notes.as_str()];
    own.into_iter().chain(head.custom_fields.values().map(String::as_str))
}

/// The numbers of a text with the places where they begin: digits with no letter, digit or decimals beside them.
fn numbers(text: &str) -> impl Iterator<Item = (usize, i64)> {
    let is_between = |c: char| !c.is_alphanumeric() || ORDINALS.contains(&c);
    let mut next = 0;
    let pieces = text.split_inclusive(is_between).map(move |piece| {
        let at = next;
        next += piece.len();
        (at, piece.trim_end_matches(is_between))
    });
    pieces.filter_map(|(at, piece)| {
        let is_whole = !piece.is_empty() && piece.len() <= MOST_DIGITS && piece.bytes().all(|b| b.is_ascii_digit());
        let (before, after) = (&text[..at], &text[at + piece.len()..]);
        let is_digit = |c: char| c.is_ascii_digit();
        let has_decimals = after.strip_prefix(['.', ',']).is_some_and(|after| after.starts_with(is_digit));
        let is_decimals = before.strip_suffix(['.', ',']).is_some_and(|before| before.ends_with(is_digit));
        piece.parse().ok().filter(|_| is_whole && !has_decimals && !is_decimals).map(|number| (at, number))
    })
}

/// What stands around a number says that it is an amount.
fn is_an_amount(before: &str, after: &str) -> bool {
    let word = after.trim_start().split(|c: char| !c.is_alphabetic()).next().unwrap_or_default().to_lowercase();
    CURRENCIES.iter().any(|known| word.starts_with(known))
        || after.trim_start().starts_with(CURRENCY_SIGNS)
        || before.trim_end().ends_with(CURRENCY_SIGNS)
}

/// The text ends with what stands before an order's number.
fn says_what_follows(before: &str) -> bool {
    let is_between = |c: char| " \u{a0}:.".contains(c) || ORDINALS.contains(&c);
    let before = before.trim_end_matches(is_between);
    if before.ends_with(['#', '№']) {
        return true;
    }
    // The address of an order's page.
    let last = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    if before.ends_with('/') {
        return last.contains("://") || NUMBER_OF_AN_ORDER.iter().any(|known| last.to_lowercase().contains(known));
    }
    let (own, rest) = last_word(before);
    let own = if NUMBER.contains(&own.to_lowercase().as_str()) {
        last_word(rest.trim_end_matches(is_between)).0
    } else {
        own
    };
    let own = own.to_lowercase();
    NUMBER_OF_AN_ORDER.iter().any(|known| own.starts_with(known))
}

/// The letters at the end of a text, and what is before them.
fn last_word(text: &str) -> (&str, &str) {
    let rest = text.trim_end_matches(char::is_alphabetic);
    (&text[rest.len()..], rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::remote::PersonCard;

    const PHONE: &str = "+380671234567";

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + hour * 3600, 0).unwrap_or_default()
    }

    fn sought(number: i64) -> Sought {
        Sought {
            number: OrderNumber::new(number),
            placed_at: at(100),
            total: Decimal::from(599),
            phones: Phone::parse(PHONE, "UA").into_iter().collect(),
            client: Some(PersonId::new(7)),
        }
    }

    fn head(title: &str, client: Option<i64>, total: i64, hour: i64) -> Head {
        Head {
            id: WorkOrderId::new(1),
            number: "A001".into(),
            status: None,
            group: None,
            created_at: Some(at(hour)),
            modified_at: None,
            client: client.map(PersonId::new),
            client_card: None,
            location: None,
            order_type: None,
            total: Some(Decimal::from(total)),
            malfunction: title.into(),
            manager_notes: String::new(),
            estimated_price: String::new(),
            custom_fields: std::collections::BTreeMap::new(),
        }
    }

    fn found(number: i64, head: &Head) -> Vec<Sign> {
        signs(&sought(number), head, "UA")
    }

    #[test]
    fn the_same_client_total_and_day_are_a_sign_and_two_of_them_are_none() {
        assert_eq!(found(1001, &head("", Some(7), 599, 110)), [Sign::ClientAndTotal]);
        assert_eq!(found(1001, &head("", Some(7), 599, 76)), [Sign::ClientAndTotal]);
        for other in [head("", Some(7), 599, 125), head("", Some(7), 600, 110), head("", Some(8), 599, 110)] {
            assert_eq!(found(1001, &other), []);
        }
    }

    #[test]
    fn a_client_who_was_not_matched_is_known_by_the_phone() {
        let card = PersonCard {
            id: PersonId::new(8),
            first_name: "Olena".into(),
            last_name: String::new(),
            email: String::new(),
            phones: vec!["067 123 45 67".into()],
            notes: String::new(),
            created_at: None,
            modified_at: None,
        };
        let other = Head { client_card: Some(card), ..head("", Some(8), 599, 100) };
        assert_eq!(found(1001, &other), [Sign::ClientAndTotal]);
    }

    #[test]
    fn the_number_is_a_sign_where_it_surely_is_an_orders() {
        for title in ["Order 1001", "Замовлення № 1001", "#1001", "Encomenda nº: 1001, order: 1001", "shop/orders/1001"]
        {
            assert_eq!(found(1001, &head(title, None, 1, 5_000)), [Sign::Number], "{title}");
        }
        assert_eq!(found(20_451, &head("Cable, 20451", None, 1, 5_000)), [Sign::Number], "a long one");
        for title in ["13500 грн", "€ 13500", "13500$"] {
            assert_eq!(found(13_500, &head(title, None, 1, 5_000)), [], "{title}");
        }
        for title in [
            "Redmi 1001",
            "12/1001",
            "No 1001",
            "1001.50 UAH",
            "12,1001",
            "order 11001",
            "order A1001",
            "order 1001a",
            "",
        ] {
            assert_eq!(found(1001, &head(title, None, 1, 5_000)), [], "{title}");
        }
    }

    #[test]
    fn a_number_that_may_be_something_else_needs_the_client_or_the_total() {
        assert_eq!(found(1001, &head("Redmi 1001", Some(7), 1, 5_000)), [Sign::Number]);
        assert_eq!(found(1001, &head("Redmi 1001", None, 599, 5_000)), [Sign::Number]);
        assert_eq!(found(1001, &head("Redmi 1001", None, 1, 100)), []);
    }

    #[test]
    fn the_number_is_found_in_notes_and_custom_fields() {
        let in_notes = Head { manager_notes: "paid\norder 1001\n".into(), ..head("", None, 1, 5_000) };
        let in_field = Head { custom_fields: [(601, "#1001".to_owned())].into(), ..head("", None, 1, 5_000) };
        for head in [in_notes, in_field] {
            assert_eq!(found(1001, &head), [Sign::Number]);
            assert!(numbers_in(&head).contains(&1001));
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_searched(text in "\\PC{0,80}") {
            let _ = found(1001, &head(&text, None, 1, 0));
            let _ = numbers_in(&head(&text, None, 1, 0));
        }
    }
}
