//! The languages of the pages, and how each writes numbers, money and dates.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// Portuguese, as in Portugal.
    Pt,
    /// Ukrainian.
    Uk,
}

/// Parts groups of digits and does not end a line.
const NARROW: char = '\u{a0}';

impl Locale {
    /// All of them, in the order in which a person chooses from them.
    pub const ALL: [Self; 3] = [Self::En, Self::Pt, Self::Uk];

    /// Its code (BCP 47, without a region).
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Pt => "pt",
            Self::Uk => "uk",
        }
    }

    /// Its own name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Pt => "Português",
            Self::Uk => "Українська",
        }
    }

    /// The language with this code; a region after it says nothing more.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        let language = code.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|locale| locale.code().eq_ignore_ascii_case(language))
    }

    /// The first language that a browser accepts and we have (`Accept-Language`), by its weights; English where it accepts none of them.
    #[must_use]
    pub fn accepted(header: &str) -> Self {
        let ranges = header.split(',').take(20).filter_map(|range| {
            let (code, weight) = range.split_once(';').unwrap_or((range, ""));
            let weight = weight.trim().strip_prefix("q=").map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
            Some((Self::of(code)?, weight)).filter(|(_, weight): &(_, f64)| *weight > 0.0)
        });
        // The first of equal ones wins.
        let best = ranges.reduce(|best, next| if next.1 > best.1 { next } else { best });
        best.map(|(locale, _)| locale).unwrap_or_default()
    }

    /// A whole number, its digits in groups of three.
    #[must_use]
    pub fn number(self, number: i64) -> String {
        let digits = number.unsigned_abs().to_string();
        let sign = if number < 0 { "−" } else { "" };
        format!("{sign}{}", self.grouped(&digits))
    }

    /// An amount with its currency after it; with two decimal places, or more if it has more.
    #[must_use]
    pub fn money(self, amount: Decimal, currency: &str) -> String {
        let mut amount = amount.normalize();
        if amount.scale() < 2 {
            amount.rescale(2);
        }
        let text = amount.abs().to_string();
        let (whole, part) = text.split_once('.').unwrap_or((&text, "00"));
        let sign = if amount.is_sign_negative() && !amount.is_zero() { "−" } else { "" };
        let point = if self == Self::En { '.' } else { ',' };
        format!("{sign}{}{point}{part}{NARROW}{currency}", self.grouped(whole)).trim_end().to_owned()
    }

    /// English puts commas into numbers of four digits and more, Portuguese and Ukrainian blanks into those of five and more.
    fn grouped(self, digits: &str) -> String {
        let (mark, longest) = if self == Self::En { (',', 3) } else { (NARROW, 4) };
        if digits.len() <= longest {
            return digits.to_owned();
        }
        let mut text = String::with_capacity(digits.len() * 2);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(mark);
            }
            text.push(digit);
        }
        text
    }

    /// A day: `28 Nov 2026`, `28/11/2026`, `28.11.2026`.
    #[must_use]
    pub fn day(self, day: NaiveDate) -> String {
        let layout = match self {
            Self::En => "%-d %b %Y",
            Self::Pt => "%d/%m/%Y",
            Self::Uk => "%d.%m.%Y",
        };
        day.format(layout).to_string()
    }

    /// A day and a time of day.
    #[must_use]
    pub fn moment(self, at: NaiveDateTime) -> String {
        format!("{}, {}", self.day(at.date()), at.format("%H:%M"))
    }

    /// A point in time as a clock in the zone shows it: the time alone on the day of `now`, without the year in its year.
    #[must_use]
    pub fn near(self, at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
        let (at, now) = (at.with_timezone(&zone).naive_local(), now.with_timezone(&zone).naive_local());
        if at.date() == now.date() {
            return at.format("%H:%M").to_string();
        }
        if at.year() != now.year() {
            return self.moment(at);
        }
        let layout = match self {
            Self::En => "%-d %b, %H:%M",
            Self::Pt => "%d/%m, %H:%M",
            Self::Uk => "%d.%m, %H:%M",
        };
        at.format(layout).to_string()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]

    use super::*;

    #[test]
    fn a_browser_gets_the_language_that_it_likes_best_of_those_we_have() {
        for (header, expected) in [
            ("pt-PT,pt;q=0.9,en;q=0.8", Locale::Pt),
            ("de-DE, uk;q=0.5, en;q=0.4", Locale::Uk),
            ("en;q=0.3, pt-BR;q=0.7", Locale::Pt),
            ("uk;q=0, fr", Locale::En),
            ("", Locale::En),
            ("UK_ua", Locale::Uk),
            ("pt;q=nonsense, uk;q=0.1", Locale::Uk),
        ] {
            assert_eq!(Locale::accepted(header), expected, "{header}");
        }
    }

    #[test]
    fn numbers_and_money_are_written_as_people_write_them() {
        let all = |write: &dyn Fn(Locale) -> String| Locale::ALL.map(write).map(|text| text.replace('\u{a0}', "_"));
        assert_eq!(all(&|it| it.number(1_234)), ["1,234", "1234", "1234"]);
        assert_eq!(all(&|it| it.number(-1_234_567)), ["−1,234,567", "−1_234_567", "−1_234_567"]);
        let amount: Decimal = "12345.5".parse().unwrap();
        assert_eq!(all(&|it| it.money(amount, "EUR")), ["12,345.50_EUR", "12_345,50_EUR", "12_345,50_EUR"]);
        assert_eq!(Locale::En.money("-0.125".parse().unwrap(), ""), "−0.125");
        assert_eq!(Locale::En.money("0".parse().unwrap(), "UAH").replace('\u{a0}', " "), "0.00 UAH");
    }

    #[test]
    fn a_moment_says_no_more_than_its_distance_needs() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let zone = chrono_tz::Europe::Kyiv;
        let now = at("2026-11-30T10:00:00Z");
        assert_eq!(Locale::Uk.near(at("2026-11-30T07:05:00Z"), now, zone), "09:05");
        assert_eq!(Locale::Uk.near(at("2026-11-29T21:59:00Z"), now, zone), "29.11, 23:59");
        assert_eq!(Locale::Pt.near(at("2026-11-29T21:59:00Z"), now, zone), "29/11, 23:59");
        assert_eq!(Locale::En.near(at("2025-11-29T22:30:00Z"), now, zone), "30 Nov 2025, 00:30");
    }
}
