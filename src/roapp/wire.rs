//! Single values, in every form that the two dialects use (contract roapp 2).

use chrono::{DateTime, SubsecRound, Utc};
use rust_decimal::Decimal;
use serde_json::{Number, Value};

use crate::domain::{moment, money};

/// An amount from a text or a number. Never uses float arithmetic: a number is read from its shortest text. `None` for one that
/// is too large.
pub(super) fn amount(value: &Value) -> Option<Decimal> {
    let amount = match value {
        Value::String(text) => decimal(text.trim()),
        Value::Number(number) => decimal(&number.to_string()),
        _ => None,
    };
    amount.filter(|amount| money::is_believable(*amount))
}

fn decimal(text: &str) -> Option<Decimal> {
    Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text)).ok()
}

/// The JSON number that represents exactly this amount; `None` if it would need more than 15 digits.
pub(super) fn number(amount: Decimal) -> Option<Number> {
    let amount = amount.normalize();
    if amount.scale() == 0
        && let Ok(whole) = i64::try_from(amount)
    {
        return Some(whole.into());
    }
    let number = Number::from_f64(amount.to_string().parse().ok()?)?;
    (decimal(&number.to_string()) == Some(amount)).then_some(number)
}

/// An id, from an integer or its text.
pub(super) fn id(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The id of a record, which is shown whole or by its id.
pub(super) fn reference(value: &Value) -> Option<i64> {
    id(value.get("id").unwrap_or(value))
}

/// A status group, from a plain integer or `{type, name}`.
pub(super) fn group(value: &Value) -> Option<i64> {
    id(value.get("type").unwrap_or(value))
}

/// A text; numbers and booleans as they are written.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// A time: ISO 8601 with or without offset and fractions, a bare date (its last second), or epoch milliseconds. UTC if there is
/// no offset.
pub(super) fn instant(value: &Value) -> Option<DateTime<Utc>> {
    match id(value) {
        Some(milliseconds) => moment::of_milliseconds(milliseconds),
        None => moment::parse(value.as_str()?),
    }
}

/// A time as RO App accepts it: `2025-05-09T12:52:32Z`, never with fractions.
pub(super) fn instant_text(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Drops fractions of a second, which RO App does not know.
pub(super) fn whole_seconds(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(0)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn an_amount_is_read_from_text_and_from_number() {
        for (value, expected) in [
            (json!("20.00"), Some("20.00")),
            (json!("100.00000"), Some("100")),
            (json!(" 1.000 "), Some("1")),
            (json!(12.3), Some("12.3")),
            (json!(461_700.0), Some("461700")),
            (json!(0.000_01), Some("0.00001")),
            (json!(1e9), Some("1000000000")),
            (json!(1e21), None),
            (json!(54), Some("54")),
            (json!("-5.50"), Some("-5.5")),
            (json!(""), None),
            (json!("soon"), None),
            (json!(null), None),
            (json!({}), None),
        ] {
            assert_eq!(amount(&value), expected.map(dec), "{value}");
        }
    }

    #[test]
    fn an_amount_goes_out_with_all_its_digits_or_not_at_all() {
        for (amount, sent) in [
            ("12.30", "12.3"),
            ("0.1", "0.1"),
            ("1499", "1499"),
            ("1.000", "1"),
            ("81.99", "81.99"),
            ("-3.05", "-3.05"),
        ] {
            assert_eq!(number(dec(amount)).unwrap().to_string(), sent);
        }
        assert_eq!(number(dec("9007199254740993")).unwrap().to_string(), "9007199254740993");
        assert_eq!(number(dec("1234567890.1234567891")), None);
        assert_eq!(number(dec("12345678901234567.89")), None);
    }

    #[test]
    fn a_moment_is_read_in_every_form() {
        let expected = "2025-05-09T12:52:32Z".parse::<DateTime<Utc>>().unwrap();
        for value in [
            json!("2025-05-09T12:52:32Z"),
            json!("2025-05-09T15:52:32+03:00"),
            json!("2025-05-09T15:52:32+0300"),
            json!("2025-05-09T12:52:32.000Z"),
            json!("2025-05-09T12:52:32"),
            json!("2025-05-09 12:52:32"),
            json!(1_746_795_152_000_i64),
            json!("1746795152000"),
        ] {
            assert_eq!(instant(&value), Some(expected), "{value}");
        }
        assert_eq!(instant(&json!("2025-05-09")), "2025-05-09T23:59:59Z".parse().ok());
        assert_eq!(instant(&json!("2025-05-09T12:52:32.5Z")), "2025-05-09T12:52:32.500Z".parse().ok());
        for value in [json!(""), json!(null), json!("soon"), json!({})] {
            assert_eq!(instant(&value), None, "{value}");
        }
    }

    #[test]
    fn a_moment_goes_out_in_whole_seconds_of_utc() {
        let at = "2025-05-09T12:52:32.987Z".parse::<DateTime<Utc>>().unwrap();
        assert_eq!(instant_text(at), "2025-05-09T12:52:32Z");
        assert_eq!(instant_text(whole_seconds(at)), "2025-05-09T12:52:32Z");
    }

    proptest! {
        #[test]
        fn every_amount_of_fifteen_digits_survives_the_way_out_and_back(
            digits in -999_999_999_999_999_i64..=999_999_999_999_999, scale in 4_u32..=8
        ) {
            let sent = Decimal::new(digits, scale);
            let body = serde_json::to_string(&number(sent).unwrap()).unwrap();
            prop_assert_eq!(amount(&serde_json::from_str(&body).unwrap()), Some(sent));
        }

        #[test]
        fn no_amount_is_ever_sent_as_another_one(mantissa in any::<i64>(), more in any::<u32>(), scale in 0_u32..=12) {
            let exact = Decimal::from_i128_with_scale(i128::from(mantissa) * i128::from(more), scale);
            if let Some(number) = number(exact) {
                prop_assert_eq!(decimal(&number.to_string()), Some(exact));
            }
        }
    }
}
