//! Amounts in every form (contract cartum 0): JSON number, numeric text, text of a float. Never uses `f64` arithmetic.

use rust_decimal::Decimal;
use serde_json::Value;

/// Digits kept after the decimal point. No currency or quantity has more, and PHP may print a double with all its noise
/// (`19.989999999999998`).
const MAX_SCALE: u32 = 8;

/// The number that a JSON value represents; `None` if it represents none.
pub(super) fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => parse(&number.to_string()),
        Value::String(text) => parse(text.trim()),
        _ => None,
    }
}

/// A whole number, such as an id, in any form.
pub(super) fn integer(value: &Value) -> Option<i64> {
    if let Some(number) = value.as_i64() {
        return Some(number);
    }
    let number = decimal(value)?;
    if number.is_integer() { i64::try_from(number).ok() } else { None }
}

fn parse(text: &str) -> Option<Decimal> {
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+');
    let number = if text.contains(['e', 'E']) {
        if !text.chars().all(|c| plain(c) || matches!(c, 'e' | 'E')) {
            return None;
        }
        scientific(text)?
    } else {
        if !text.chars().all(plain) {
            return None;
        }
        text.parse::<Decimal>().ok()?
    };
    Some(number.round_dp(MAX_SCALE).normalize())
}

/// Reads a number with an exponent. Digits beyond [`MAX_SCALE`] are dropped, so that the noise of a sum of zero becomes zero.
fn scientific(text: &str) -> Option<Decimal> {
    const MOST_DIGITS: u32 = 28;
    let (base, power) = text.split_once(['e', 'E'])?;
    let (base, power) = (base.parse::<Decimal>().ok()?, power.parse::<i32>().ok()?);
    if power >= 0 {
        return Decimal::from_scientific(text).ok();
    }
    let first = power.unsigned_abs().min(MOST_DIGITS);
    let rest = power.unsigned_abs() - first;
    let shifted = |number: Decimal, by: u32| number.checked_div(Decimal::from_i128_with_scale(10_i128.pow(by), 0));
    if rest > MOST_DIGITS { Some(Decimal::ZERO) } else { shifted(shifted(base, first)?, rest) }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]
    use proptest::prelude::*;
    use serde_json::{from_str, json};

    use super::*;

    proptest! {
        #[test]
        fn an_amount_is_the_same_in_every_rendering(units in -9_999_999_999_i64..=9_999_999_999, scale in 0_u32..=5) {
            let amount = Decimal::new(units, scale);
            let wanted = Some(amount.normalize());
            let text = amount.to_string();
            prop_assert_eq!(decimal(&from_str(&text).unwrap()), wanted, "number {}", &text);
            prop_assert_eq!(decimal(&json!(text)), wanted, "text {}", &text);
            prop_assert_eq!(decimal(&json!(format!(" {text} "))), wanted, "text with spaces");
            prop_assert_eq!(decimal(&from_str(&format!("{text}e0")).unwrap()), wanted, "scientific {}", &text);
            let double: f64 = text.parse().unwrap();
            prop_assert_eq!(decimal(&from_str(&format!("{double:.17e}")).unwrap()), wanted, "double {}", double);
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,40}") {
            let _ = decimal(&json!(text));
            let _ = integer(&json!(text));
        }

        #[test]
        fn an_id_is_the_same_as_number_and_as_text(id in any::<i64>()) {
            prop_assert_eq!(integer(&json!(id)), Some(id));
            prop_assert_eq!(integer(&json!(id.to_string())), Some(id));
        }
    }

    #[test]
    fn a_double_printed_with_its_noise_is_the_amount_that_was_meant() {
        assert_eq!(decimal(&from_str("19.989999999999998").unwrap()), Some(Decimal::new(1999, 2)));
        assert_eq!(decimal(&json!("0.30000000000000004")), Some(Decimal::new(3, 1)));
        assert_eq!(decimal(&from_str("1e2").unwrap()), Some(Decimal::from(100)));
        for noise in ["5.551115123125783e-17", "-5.6898930012039273E-15", "1.1102230246251565e-16", "5e-324", "0e-400"]
        {
            assert_eq!(decimal(&json!(noise)), Some(Decimal::ZERO), "{noise}");
            assert_eq!(decimal(&crate::json::read(noise.as_bytes()).unwrap()), Some(Decimal::ZERO), "{noise}");
        }
        assert_eq!(decimal(&json!("-0.00000000000000005551115123125783")), Some(Decimal::ZERO));
        assert_eq!(decimal(&json!("1.2345678901234567e-1")), Some(Decimal::new(12_345_679, 8)));
        assert_eq!(decimal(&json!("12345678901234567e-14")), Some(Decimal::new(12_345_678_901, 8)));
    }

    #[test]
    fn what_is_no_number_is_not_guessed() {
        for text in ["", " ", "1 234", "1,5", "1_000", "12 UAH", "NaN", "inf", "--1", "0x10", "1e", "e5"] {
            assert_eq!(decimal(&json!(text)), None, "{text:?}");
        }
        for value in [json!(null), json!(true), json!([]), json!({})] {
            assert_eq!(decimal(&value), None);
        }
        assert_eq!(integer(&json!(1.5)), None);
        assert_eq!(integer(&json!("7.0")), Some(7));
        assert_eq!(integer(&json!(u64::MAX)), None);
    }
}
