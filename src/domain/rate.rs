//! How many calls a second an account makes: a number, or as many as RO App takes.

use std::{fmt, str::FromStr};

/// Calls per second that an account may be given.
const RATES: std::ops::RangeInclusive<f64> = 0.1..=1_000.0;

/// A rate of calls to RO App, which allows 3 a second (contract roapp 1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rate {
    /// Close to what RO App allows; slower after each call that it turns away, and then slowly faster again.
    Auto,
    /// So many calls a second.
    Fixed(f64),
}

/// Calls a second of [`Rate::Auto`] while RO App takes them all: closer to 3, a late call would meet those before it. The database's
/// function `present_gap` knows it, too.
pub const MOST: f64 = 2.9;
/// Calls a second of [`Rate::Auto`] at least, however many RO App turns away.
pub const LEAST: f64 = 0.5;
/// How much longer the time between two calls is after one that RO App turned away.
pub const SLOWER: f64 = 1.2;

impl Rate {
    /// Whether it can be kept: a number from 0.1 to 1000.
    #[must_use]
    pub fn is_in_range(self) -> bool {
        match self {
            Self::Auto => true,
            Self::Fixed(rate) => RATES.contains(&rate),
        }
    }

    /// The calls a second that it begins with.
    #[must_use]
    pub fn first(self) -> f64 {
        match self {
            Self::Auto => MOST,
            Self::Fixed(rate) => rate,
        }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Fixed(rate) => rate.fmt(f),
        }
    }
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim() {
            "auto" => Ok(Self::Auto),
            number => number.parse().map(Self::Fixed).map_err(|_| format!("{text:?} is neither a number nor auto")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_number_or_auto() {
        let read = |text: &str| text.parse::<Rate>();
        assert_eq!((read("auto"), read("2.5")), (Ok(Rate::Auto), Ok(Rate::Fixed(2.5))));
        assert!(read("fast").is_err_and(|told| told.contains("neither a number nor auto")));
        assert_eq!((Rate::Auto.to_string(), Rate::Fixed(2.5).to_string()), ("auto".to_owned(), "2.5".to_owned()));
    }

    #[test]
    fn only_a_sensible_rate_is_taken() {
        for rate in [0.1, 2.5, 1_000.0] {
            assert!(Rate::Fixed(rate).is_in_range(), "{rate}");
        }
        for rate in [0.0, -1.0, 1_000.1, f64::NAN] {
            assert!(!Rate::Fixed(rate).is_in_range(), "{rate}");
        }
        assert!(Rate::Auto.is_in_range());
    }
}
