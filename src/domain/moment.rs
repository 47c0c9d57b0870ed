//! Points in time, in the formats in which peers may send them (contract roapp unknown 30).

use std::time::Duration;

use chrono::{
    DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta, TimeZone, Utc,
};

/// A text as a moment: ISO 8601 with or without offset and fractions, a bare date (its last second). UTC where nothing else is
/// said. One out of all proportion is none.
#[must_use]
pub fn parse(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    with_offset(text).or_else(|| without_zone(text)).filter(is_believable)
}

/// The date and the time of a text, which a blank or `T` parts; the time may be empty.
#[must_use]
pub fn parts(text: &str) -> (&str, &str) {
    let (day, time) = text.trim().split_once([' ', 'T', 't']).unwrap_or((text.trim(), ""));
    (day, time.trim())
}

/// A time of day without the offset from UTC that it ends with, and that offset: `Z`, `UTC`, `+03:00`, `+0300`, `+03`.
#[must_use]
pub fn offset(time: &str) -> Option<(&str, FixedOffset)> {
    for utc in ["Z", "z", "UTC", "GMT"] {
        if let Some(time) = time.strip_suffix(utc) {
            return Some((time.trim_end(), FixedOffset::east_opt(0)?));
        }
    }
    let (time, offset) = time.split_at(time.rfind(['+', '-'])?);
    let digits: String = offset[1..].chars().filter(|c| *c != ':').collect();
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let (hours, minutes) = match (is_plain, digits.len()) {
        (true, 2) => (digits.parse::<i32>().ok()?, 0),
        (true, 4) => (digits[..2].parse::<i32>().ok()?, digits[2..].parse::<i32>().ok()?),
        _ => return None,
    };
    let seconds = hours * 3600 + minutes * 60;
    let offset = FixedOffset::east_opt(if offset.starts_with('-') { -seconds } else { seconds })?;
    Some((time.trim_end(), offset))
}

fn with_offset(text: &str) -> Option<DateTime<Utc>> {
    let (day, time) = parts(text);
    let (time, offset) = offset(time)?;
    let time = ["%H:%M:%S%.f", "%H:%M"].iter().find_map(|layout| NaiveTime::parse_from_str(time, layout).ok())?;
    let at = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok().filter(is_believable)?.and_time(time);
    offset.from_local_datetime(&at).single().map(|at| at.to_utc())
}

/// A moment as logs have it: RFC 3339, UTC, whole seconds.
#[must_use]
pub fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A span as logs have it: whole milliseconds.
#[must_use]
pub fn milliseconds(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// The moment that so many milliseconds since 1970 are. One out of all proportion is none.
#[must_use]
pub fn of_milliseconds(milliseconds: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(milliseconds).filter(is_believable)
}

/// Whether it is in years from which there is a way to every span that is counted with.
pub fn is_believable(at: &impl Datelike) -> bool {
    (1900..3000).contains(&at.year())
}

fn without_zone(text: &str) -> Option<DateTime<Utc>> {
    let naive = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f"));
    let last = |day: NaiveDate| day.and_time(NaiveTime::MIN) + TimeDelta::days(1) - TimeDelta::seconds(1);
    naive.ok().or_else(|| day(text).map(last)).map(|at| at.and_utc())
}

/// Whether two texts may tell the same moment, one of them perhaps as epoch milliseconds, or by its day alone in whatever zone.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim(), other.trim());
    let are_numbers = [one, other].iter().all(|text| text.parse::<i64>().is_ok());
    let (Some(first), Some(second)) = (read(one), read(other)) else { return false };
    match (day(one), day(other)) {
        (None, None) => first.timestamp() == second.timestamp() && !are_numbers,
        (Some(one), Some(other)) => one == other,
        _ => (first - second).abs() < TimeDelta::days(2),
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(is_believable)
}

/// Numbers of fewer digits are no moments of our time.
fn read(text: &str) -> Option<DateTime<Utc>> {
    let milliseconds = text.parse().ok().filter(|number: &i64| *number > 100_000_000_000);
    milliseconds.map_or_else(|| parse(text), of_milliseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_out_of_all_proportion_is_none() {
        for text in ["+262142-12-31", "+262142-12-31 23:59:59", "-9999-01-01T00:00:00Z", "3000-01-01"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(of_milliseconds(8_000_000_000_000_000), None);
        assert!(!same("2026-05-10", "8000000000000000"));
    }

    #[test]
    fn an_offset_is_read_in_every_form() {
        for text in [
            "2026-05-10T22:30:00Z",
            "2026-05-11 01:30:00+03:00",
            "2026-05-11T01:30:00.000+0300",
            "2026-05-11 01:30:00 +03",
            "2026-05-10t17:30:00-05:00",
            "2026-05-10 22:30 UTC",
            "2026-05-10 22:30:00",
        ] {
            assert_eq!(parse(text), "2026-05-10T22:30:00Z".parse().ok(), "{text}");
        }
        for text in [
            "2026-05-10T22:30:00+99:00",
            "2026-05-10 Z",
            "2026-05-10 22:30:00+3x",
            "+03:00",
            "Z",
            "2026-05-10T22:30:00+1",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn one_moment_is_known_in_every_form() {
        let at = "2026-05-10T22:30:00Z";
        for form in ["2026-05-11T01:30:00+03:00", "2026-05-10T22:30:00.5Z", "1778452200000", "2026-05-10", "2026-05-11"]
        {
            assert!(same(at, form), "{form}");
        }
        for other in ["2026-05-10T22:31:00Z", "1778452260000", "2026-05-13", "7", ""] {
            assert!(!same(at, other), "{other}");
        }
        assert!(!same("20450123456789", "20450123456780"), "numbers of parcels");
        assert!(!same("2026-05-10", "2026-05-11"));
    }
}
