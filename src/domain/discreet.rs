//! A reason in the form that may be logged: RO App quotes what it refuses, and the quote may hold the buyer's data (invariant 8).

use super::{order::StoreOrder, text::shorten};

/// Stands for what was the buyer's.
const BLANK: &str = "…";
/// Longest reason that is logged, in characters; `order show` has all of it.
const LONGEST: usize = 1000;
/// Words of a name that are looked for, at most.
const MOST_WORDS: usize = 20;
/// Shorter words of a name are not looked for: they are parts of others.
const SHORTEST_WORD: usize = 3;
/// A quoted text may be cut: so many characters of its beginning tell it.
const TOLD_BY: usize = 8;
/// The last digits of a phone tell it, however it is spelt.
const DIGITS: usize = 7;

/// The text without what it quotes of the buyer: names, e-mail, phones, address, comments. The order's own number, amounts, titles and
/// articles stay.
#[must_use]
pub fn without_buyer(text: &str, order: &StoreOrder) -> String {
    let (buyer, delivery) = (&order.buyer, &order.delivery);
    let mut told = shorten(text, LONGEST);
    for long in [&buyer.email, &delivery.address, &order.comment, &order.manager_comment, &delivery.tracking] {
        told = without_text(&told, long);
    }
    let words = [&buyer.name, &delivery.recipient, &delivery.city]
        .into_iter()
        .flat_map(|name| name.split_whitespace().take(MOST_WORDS));
    for word in words.filter(|word| word.chars().count() >= SHORTEST_WORD) {
        told = without_word(&told, word);
    }
    without_addresses(&without_phone(&told, &buyer.phone))
}

/// Where `lower`, which is in lower case, begins in the text, in whatever case; a whole word, if asked for.
fn find(text: &str, lower: &str, is_word: bool) -> Option<(usize, usize)> {
    let is_letter = |c: Option<char>| is_word && c.is_some_and(char::is_alphanumeric);
    let mut before = None;
    for (at, c) in text.char_indices() {
        if !is_letter(before)
            && let Some(end) = end_of(&text[at..], lower)
            && !is_letter(text[at + end..].chars().next())
        {
            return Some((at, at + end));
        }
        before = Some(c);
    }
    None
}

/// Bytes of the text that it begins with these lower-case letters in.
fn end_of(text: &str, lower: &str) -> Option<usize> {
    let mut wanted = lower.chars().peekable();
    for (at, c) in text.char_indices() {
        if wanted.peek().is_none() {
            return Some(at);
        }
        for letter in c.to_lowercase() {
            if wanted.next() != Some(letter) {
                return None;
            }
        }
    }
    wanted.peek().is_none().then_some(text.len())
}

fn without_word(text: &str, word: &str) -> String {
    let lower = word.to_lowercase();
    let (mut told, mut rest) = (String::new(), text);
    while let Some((start, end)) = find(rest, &lower, true) {
        told.push_str(&rest[..start]);
        told.push_str(BLANK);
        rest = &rest[end..];
    }
    told + rest
}

/// Without what begins like `quoted`, as far as both go on alike.
fn without_text(text: &str, quoted: &str) -> String {
    let quoted = quoted.trim().to_lowercase();
    let beginning: String = quoted.chars().take(TOLD_BY).collect();
    if beginning.chars().count() < SHORTEST_WORD {
        return text.to_owned();
    }
    let (mut told, mut rest) = (String::new(), text);
    while let Some((start, mut end)) = find(rest, &beginning, beginning.len() == quoted.len()) {
        let mut wanted = quoted[beginning.len()..].chars();
        for c in rest[end..].chars() {
            if !c.to_lowercase().all(|letter| wanted.next() == Some(letter)) {
                break;
            }
            end += c.len_utf8();
        }
        told.push_str(&rest[..start]);
        told.push_str(BLANK);
        rest = &rest[end..];
    }
    told + rest
}

/// Without numbers that end like the phone, whatever stands between their digits.
fn without_phone(text: &str, phone: &str) -> String {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let of_phone = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '(' | ')' | ' ' | '\u{a0}' | '.' | '/');
    // A field may hold several phones.
    let phones: Vec<_> =
        phone.split(|c| !of_phone(c) || c == '/').map(digits).filter(|found| found.len() >= DIGITS).collect();
    let ends: Vec<_> = phones.iter().map(|found| &found[found.len() - DIGITS..]).collect();
    let (mut told, mut rest) = (String::new(), text);
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let length = rest[start..].find(|c| !of_phone(c)).unwrap_or(rest.len() - start);
        let number = rest[start..start + length].trim_end_matches(|c: char| !c.is_ascii_digit());
        told.push_str(&rest[..start]);
        told.push_str(if ends.iter().any(|end| digits(number).contains(end)) { BLANK } else { number });
        rest = &rest[start + number.len()..];
    }
    told + rest
}

/// Without whatever looks like an e-mail address.
fn without_addresses(text: &str) -> String {
    let of_address = |c: char| c.is_alphanumeric() || matches!(c, '@' | '.' | '-' | '_' | '+' | '%');
    let (mut told, mut rest) = (String::new(), text);
    while let Some(at) = rest.find('@') {
        let start = rest[..at]
            .rfind(|c| !of_address(c))
            .map_or(0, |before| before + rest[before..].chars().next().map_or(1, char::len_utf8));
        let length = rest[at..].find(|c| !of_address(c)).unwrap_or(rest.len() - at);
        told.push_str(&rest[..start]);
        told.push_str(BLANK);
        rest = &rest[at + length..];
    }
    told + rest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::samples;

    fn order() -> StoreOrder {
        let mut order = samples::order();
        order.buyer.name = "Ольга O'Neil".into();
        order.buyer.phone = "+38 (050) 123-45-67, viber 0671112233".into();
        order.buyer.email = "Olha@Example.com".into();
        order.delivery.recipient = "Ольга O'Neil".into();
        order.delivery.city = "Львів".into();
        order.delivery.address = "вул. Шевченка 5, кв. 7".into();
        order.comment = "Please call before delivery".into();
        order
    }

    #[test]
    fn nothing_of_the_buyer_is_left_and_the_rest_is() {
        for (text, left) in [
            ("email: olha@example.com is invalid", "email: … is invalid"),
            ("the client ОЛЬГА O'NEIL is refused (400)", "the client … … is refused (400)"),
            ("phone 380501234567 is taken; phone 050 123 45 67 too", "phone … is taken; phone … too"),
            ("+380671112233", "+…"),
            ("address: вул. Шевченка 5, кв. 7 is too long", "address: … is too long"),
            ("\"ВУЛ. ШЕВЧЕНКА…", "\"……"),
            ("someone.else+x@mail.example, Львів", "…, …"),
            ("Please call before del…", "……"),
            (
                "order 1042: the total is 599.00 in the store, 598.00 in RO App",
                "order 1042: the total is 599.00 in the store, 598.00 in RO App",
            ),
            (
                "RO App refused POST /v2/orders with 400: due_date is required",
                "RO App refused POST /v2/orders with 400: due_date is required",
            ),
            ("work order 98765432 (A003)", "work order 98765432 (A003)"),
        ] {
            assert_eq!(without_buyer(text, &order()), left);
        }
    }

    #[test]
    fn a_short_name_does_not_blank_parts_of_words() {
        let mut order = order();
        order.buyer.name = "An Ort".into();
        assert_eq!(without_buyer("Ort: another sort of report", &order), "…: another sort of report");
    }

    proptest! {
        #[test]
        fn no_address_is_left_whatever_the_texts_are(text in "\\PC{0,80}", name in "\\PC{0,20}", address in "\\PC{0,20}") {
            let mut order = order();
            order.buyer.name = name;
            order.delivery.address = address;
            prop_assert!(!without_buyer(&text, &order).contains('@'));
        }
    }
}
