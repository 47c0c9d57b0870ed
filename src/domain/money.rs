//! Amounts: exact decimals, and whole minor units (cents) where a sum is divided. Never floats.

use rust_decimal::{Decimal, RoundingStrategy};

/// Digits after the point of every currency that stores sell in.
const SCALE: u32 = 2;

/// Amounts and quantities from here on are a mistake; products and sums of smaller ones fit a decimal.
const TOO_MUCH: Decimal = Decimal::from_parts(0xD4A5_1000, 0xE8, 0, false, 0);

/// Whether it is an amount or a quantity that may be meant: below a million millions.
#[must_use]
pub fn is_believable(amount: Decimal) -> bool {
    amount.abs() < TOO_MUCH
}

/// The amount in minor units. `None` when a third decimal is not zero, or when it is too large.
#[must_use]
pub fn to_minor(amount: Decimal) -> Option<i128> {
    let amount = amount.normalize();
    let missing = SCALE.checked_sub(amount.scale())?;
    let minor = amount.mantissa().checked_mul(10_i128.pow(missing))?;
    // What does not fit a decimal could not come back.
    Decimal::try_from_i128_with_scale(minor, SCALE).ok().map(|_| minor)
}

/// The amount that so many minor units are; for whatever [`to_minor`] gave and sums of it. Beyond what a decimal can hold
/// (28 digits) it is the largest or smallest there is.
#[must_use]
pub fn from_minor(minor: i128) -> Decimal {
    let limit = if minor < 0 { Decimal::MIN } else { Decimal::MAX };
    Decimal::try_from_i128_with_scale(minor, SCALE).unwrap_or(limit)
}

/// Half away from zero, to two decimals: how a store rounds price times quantity.
#[must_use]
pub fn round(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(SCALE, RoundingStrategy::MidpointAwayFromZero)
}

/// The amount for people, always with two decimals: `599.00`.
#[must_use]
pub fn plain(amount: Decimal) -> String {
    let rounded = round(amount);
    // Rounding can leave a zero with a minus sign.
    let rounded = if rounded.is_zero() { Decimal::ZERO } else { rounded };
    format!("{rounded:.2}")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop here")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn two_decimals_are_exact_and_a_third_is_refused() {
        assert_eq!(to_minor(decimal("599")), Some(59_900));
        assert_eq!(to_minor(decimal("-0.05")), Some(-5));
        assert_eq!(to_minor(decimal("1.5000")), Some(150));
        assert_eq!(to_minor(decimal("1.001")), None);
        assert_eq!(to_minor(Decimal::MAX), None);
        assert_eq!(from_minor(59_950), decimal("599.50"));
        assert_eq!(from_minor(i128::MIN), Decimal::MIN);
    }

    #[test]
    fn a_million_millions_is_a_mistake() {
        assert!(is_believable(decimal("-999999999999.99")));
        assert!(!is_believable(decimal("1000000000000")) && !is_believable(Decimal::MIN));
    }

    #[test]
    fn people_always_see_two_decimals() {
        assert_eq!(plain(decimal("599")), "599.00");
        assert_eq!(plain(decimal("0.005")), "0.01");
        assert_eq!(plain(decimal("-0.001")), "0.00");
        assert_eq!(plain(decimal("1234567.1")), "1234567.10");
    }

    proptest! {
        #[test]
        fn minor_units_come_back_as_they_were(minor in -1_000_000_000_000_000_000_i128..1_000_000_000_000_000_000) {
            prop_assert_eq!(to_minor(from_minor(minor)), Some(minor));
            prop_assert_eq!(plain(from_minor(minor)).parse::<Decimal>().unwrap(), from_minor(minor));
        }
    }
}
