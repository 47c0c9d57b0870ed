//! The tokens that say where a record in RO App came from: a work order's marker, and our token on other records that we create.
//!
//! `[cartum:HOST/NUMBER]` is a marker, `[cartum:HOST/NUMBER#2]` the marker of the second order with that number,
//! `[cartum:HOST#person-…]` and `[cartum:HOST#product-…]` are tokens. The closing bracket is part of each of them, so that order 10
//! is never found in the marker of order 104.

use std::{collections::HashSet, fmt};

use sha2::{Digest, Sha256};

use super::{ids::OrderNumber, likeness};

const OPENING: &str = "[cartum:";

/// Longest host and number of a marker, in bytes: a name of DNS has at most 253, a port and a number 26 more.
const LONGEST: usize = 300;

/// Bytes of the digest that a token shows, two hexadecimal digits each.
const DIGEST_BYTES: usize = 8;

/// Says which store order a work order came from (contract roapp 10).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Marker {
    /// The store's host at its first connection, for good; a port belongs to it.
    pub host: String,
    /// The store order.
    pub number: OrderNumber,
    /// Which order of that number, from 1: a restored or emptied shop gives numbers anew.
    pub generation: i32,
}

impl Marker {
    /// Every marker in the text, in the order of the text, each once. Only whole, exactly written ones count.
    #[must_use]
    pub fn find_all(text: &str) -> Vec<Self> {
        let found = Self::find_literal(text);
        // RO App may have escaped the marker.
        if found.is_empty() && text.contains('&') { Self::find_literal(&likeness::unescaped(text)) } else { found }
    }

    fn find_literal(text: &str) -> Vec<Self> {
        let (mut found, mut known) = (Vec::new(), HashSet::new());
        for (at, _) in text.match_indices(OPENING) {
            let rest = &text[at + OPENING.len()..];
            if let Some(marker) = Self::read(&rest[..rest.floor_char_boundary(LONGEST)])
                && known.insert(marker.clone())
            {
                found.push(marker);
            }
        }
        found
    }

    /// Whether the text holds this very marker.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        has(text, &self.to_string())
    }

    /// The number; from the second order of that number on with which it is.
    fn which(&self) -> String {
        if self.generation == 1 { self.number.to_string() } else { format!("{}#{}", self.number, self.generation) }
    }

    /// The marker whose opening was just passed.
    fn read(text: &str) -> Option<Self> {
        let (host, rest) = text.split_once('/')?;
        let (which, _) = rest.split_once(']')?;
        let (digits, generation) = which.split_once('#').unwrap_or((which, "1"));
        let number: OrderNumber = digits.parse().ok()?;
        let marker = Self { host: host.to_owned(), number, generation: generation.parse().ok()? };
        // One order has one spelling: no sign, no leading zeros, no first generation.
        let is_plain = number.get() >= 0 && marker.generation > 0 && marker.which() == which;
        (is_plain && is_host(host)).then_some(marker)
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{OPENING}{}/{}]", self.host, self.which())
    }
}

/// Whether the text holds this, perhaps escaped by RO App.
fn has(text: &str, sign: &str) -> bool {
    text.contains(sign) || (text.contains('&') && likeness::unescaped(text).contains(sign))
}

/// A host with or without a port; brackets only around an address of IPv6.
fn is_host(host: &str) -> bool {
    let (address, rest) = match host.strip_prefix('[') {
        Some(bracketed) => match bracketed.split_once(']') {
            Some(parts) => parts,
            None => return false,
        },
        None => (host, ""),
    };
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    !address.is_empty() && address.chars().chain(rest.chars()).all(is_plain)
}

/// Stands on a person or product that we made, so that it is found again after an unclear answer.
///
/// It shows a digest of its key and not the key, which may be a phone or an e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Token(pub String);

impl Token {
    /// The token of one call that makes the person of this buyer, whose key has contact and name: `attempt` is another number
    /// with each call.
    #[must_use]
    pub fn person(host: &str, key: &str, attempt: i64) -> Self {
        Self::of(host, "person", &format!("{key}\n{attempt}"))
    }

    /// The token of the product made for this link key.
    #[must_use]
    pub fn product(host: &str, key: &str) -> Self {
        Self::of(host, "product", key)
    }

    /// Whether the text holds this very token.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        has(text, &self.0)
    }

    fn of(host: &str, thing: &str, key: &str) -> Self {
        let digest = Sha256::digest(key.as_bytes());
        let shown = digest.iter().take(DIGEST_BYTES).fold(0_u64, |shown, byte| (shown << 8) | u64::from(*byte));
        Self(format!("{OPENING}{host}#{thing}-{shown:016x}]"))
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{
        effort::{assert_linear, assert_linear_on},
        text::defuse_markers,
    };

    fn marker(host: &str, number: i64) -> Marker {
        Marker { host: host.to_owned(), number: OrderNumber::new(number), generation: 1 }
    }

    #[test]
    fn a_marker_is_written_with_host_and_number() {
        assert_eq!(marker("shop.example.com", 104).to_string(), "[cartum:shop.example.com/104]");
    }

    #[test]
    fn the_marker_of_order_104_is_not_that_of_order_10() {
        let text = marker("shop.example.com", 104).to_string();
        assert!(!marker("shop.example.com", 10).is_in(&text));
        assert!(!marker("shop.example.com", 4).is_in(&text));
        assert_eq!(Marker::find_all(&text), [marker("shop.example.com", 104)]);
    }

    #[test]
    fn the_marker_of_another_host_is_another_marker() {
        let text = "[cartum:my-shop.example.com/10]";
        assert!(!marker("shop.example.com", 10).is_in(text));
        assert!(!marker("my-shop.example.com:8080", 10).is_in(text));
    }

    #[test]
    fn the_marker_of_a_later_order_of_the_same_number_is_another_marker() {
        let later = Marker { generation: 2, ..marker("a.com", 10) };
        assert_eq!(later.to_string(), "[cartum:a.com/10#2]");
        assert_eq!(Marker::find_all(&later.to_string()), std::slice::from_ref(&later));
        assert!(!later.is_in("[cartum:a.com/10]") && !marker("a.com", 10).is_in("[cartum:a.com/10#2]"));
        assert!(!later.is_in("[cartum:a.com/10#22]"));
    }

    #[test]
    fn what_ro_app_escaped_is_known_again() {
        let escaped = |sign: &str| sign.replace('[', "&#91;").replace('/', "&amp;#x2F;").replace('#', "&num;");
        let (ours, token) = (marker("a.com:8080", 10), Token::person("a.com", "phone:1|anna", 1));
        let text = escaped(&format!("a & b {ours} {token}"));
        assert!(ours.is_in(&text) && token.is_in(&text), "{text}");
        assert_eq!(Marker::find_all(&text), std::slice::from_ref(&ours));
        assert!(!marker("a.com:8080", 1).is_in(&text) && !Token::person("a.com", "phone:1|anna", 2).is_in(&text));
    }

    #[test]
    fn several_markers_are_found_in_order_and_each_once() {
        let text = "a [cartum:b.com/2]\n[cartum:a.com/1][cartum:b.com/2] [cartum:[::1]:8080/3]";
        assert_eq!(Marker::find_all(text), [marker("b.com", 2), marker("a.com", 1), marker("[::1]:8080", 3)]);
    }

    #[test]
    fn work_grows_with_the_length_alone() {
        for piece in ["[cartum:", "[cartum:a/", "[cartum:a.b/7]"] {
            assert_linear(piece, |text| drop(Marker::find_all(text)));
        }
        let one = marker("a.b", 100_000).to_string().len();
        let each_another =
            |length: usize| (100_000..).take(length / one).map(|number| marker("a.b", number).to_string()).collect();
        assert_linear_on("markers", each_another, |text| drop(Marker::find_all(text)));
    }

    #[test]
    fn an_opening_before_a_marker_does_not_hide_it() {
        assert_eq!(Marker::find_all("[cartum:[cartum:a.com/1]"), [marker("a.com", 1)]);
        assert_eq!(Marker::find_all("[cartum: / [cartum:a.com/1]"), [marker("a.com", 1)]);
    }

    #[test]
    fn broken_tokens_are_no_markers() {
        for text in [
            "[cartum:a.com/10",
            "[cartum:a.com/]",
            "[cartum:/10]",
            "[cartum:a.com/010]",
            "[cartum:a.com/+10]",
            "[cartum:a.com/-10]",
            "[cartum:a.com/10 ]",
            "[cartum:a.com/10#]",
            "[cartum:a.com/10#1]",
            "[cartum:a.com/10#02]",
            "[cartum:a.com/10#-2]",
            "[cartum:a.com/#2]",
            "[cartum:a com/10]",
            "[cartum:a.com/10/11]",
            "[Cartum:a.com/10]",
            "(cartum:a.com/10]",
            "[cartum:a.com/99999999999999999999]",
        ] {
            assert_eq!(Marker::find_all(text), [], "{text}");
        }
    }

    #[test]
    fn a_token_shows_sixteen_digits_of_the_digest_and_not_the_key() {
        let token = Token::product("shop.example.com", "abc");
        assert_eq!(token.to_string(), "[cartum:shop.example.com#product-ba7816bf8f01cfea]");
        let token = Token::person("h", "anna", 7).to_string();
        assert!(token.starts_with("[cartum:h#person-") && !token.contains("anna"), "{token}");
    }

    #[test]
    fn the_token_of_a_person_stands_for_one_buyer_and_one_call() {
        let tokens =
            [("a|anna", 1), ("a|bohdan", 1), ("a|anna", 2)].map(|(key, attempt)| Token::person("h", key, attempt));
        assert!(tokens[0] != tokens[1] && tokens[0] != tokens[2] && tokens[1] != tokens[2]);
        assert_eq!(tokens[0], Token::person("h", "a|anna", 1));
    }

    #[test]
    fn a_token_is_found_only_as_a_whole() {
        let token = Token::person("h", "abc", 1);
        assert!(token.is_in(&format!("x{token}y")));
        assert!(!token.is_in(token.to_string().trim_end_matches(']')));
        assert!(!token.is_in(&Token::product("h", "abc").to_string()));
        assert!(!token.is_in(&Token::person("h", "abd", 1).to_string()));
    }

    proptest! {
        #[test]
        fn a_marker_is_found_whatever_surrounds_it(
            before in "(\\[cartum:|\\PC){0,12}",
            after in "(\\[cartum:|\\PC){0,12}",
            host in "[a-z0-9][a-z0-9.-]{0,20}(:[0-9]{2,5})?",
            number in 0..i64::MAX,
        ) {
            let marker = marker(&host, number);
            let text = format!("{before}{marker}{after}");
            prop_assert!(marker.is_in(&text));
            prop_assert!(Marker::find_all(&text).contains(&marker));
        }

        #[test]
        fn only_its_own_number_is_in_a_marker(host in "[a-z.]{1,9}", here in 0..2000_i64, sought in 0..2000_i64) {
            let text = marker(&host, here).to_string();
            prop_assert_eq!(marker(&host, sought).is_in(&text), here == sought);
        }

        #[test]
        fn a_token_is_never_read_as_a_marker(host in "[a-z.:0-9]{1,9}", key in any::<String>(), after in "[/0-9\\]]{0,6}") {
            let text = format!("{}{after}", Token::person(&host, &key, 1));
            prop_assert!(Marker::find_all(&text).is_empty());
            let text = format!("{}{after}", Token::product(&host, &key));
            prop_assert!(Marker::find_all(&text).is_empty());
        }

        #[test]
        fn a_defused_text_holds_no_marker(before in "\\PC{0,9}", host in "[a-z.]{1,9}", number in 0..i64::MAX) {
            let text = format!("{before}{}{}", marker(&host, number), Token::person(&host, "key", 1));
            prop_assert!(Marker::find_all(&defuse_markers(&text)).is_empty());
            prop_assert!(!Token::person(&host, "key", 1).is_in(&defuse_markers(&text)));
        }
    }
}
