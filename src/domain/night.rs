//! When a store's nightly audit is due: once per day in the store's own zone, with the stores spread over the night.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{ids::StoreId, scope};

/// Hour of the store's clock at which the night begins.
const BEGINS: i64 = 1;
/// Hour at which every store has had its turn.
const ENDS: i64 = 5;
/// An odd number without a pattern: neighbouring ids get turns that lie far apart.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// Whether a proof is due now. `last` is the day of the last one in the store's zone, or of the import. Who was away at night
/// has it done at the next chance of the day, never before the night.
#[must_use]
pub fn is_due(now: DateTime<Utc>, zone: Tz, store: StoreId, last: Option<NaiveDate>) -> bool {
    let local = scope::local(now, zone);
    last.is_none_or(|last| last < local.date()) && local.time() >= turn(store)
}

/// The time of the night at which it is this store's turn.
fn turn(store: StoreId) -> NaiveTime {
    let of_night = store.get().unsigned_abs().wrapping_mul(SPREAD) >> 32;
    let length = (ENDS - BEGINS) * 3_600;
    let seconds = i64::try_from(of_night).unwrap_or_default() % length;
    NaiveTime::MIN.overflowing_add_signed(TimeDelta::seconds(BEGINS * 3_600 + seconds)).0
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop here")]
mod tests {
    use std::collections::BTreeMap;

    use chrono::Timelike;
    use chrono_tz::{America::New_York, Europe::Kyiv};

    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse::<chrono::NaiveDateTime>().unwrap().and_utc()
    }

    fn day(text: &str) -> Option<NaiveDate> {
        text.parse().ok()
    }

    #[test]
    fn a_thousand_stores_have_their_turns_all_over_the_night() {
        let mut by_quarter = BTreeMap::new();
        for store in 1..=1_000 {
            let turn = turn(StoreId::new(store));
            assert!((1..5).contains(&turn.hour()), "{turn}");
            *by_quarter.entry((turn.hour(), turn.minute() / 15)).or_insert(0) += 1;
        }
        assert_eq!(by_quarter.len(), 16);
        assert!(by_quarter.values().all(|count| (40..90).contains(count)), "{by_quarter:?}");
    }

    #[test]
    fn the_night_is_that_of_the_stores_own_zone() {
        let (store, yesterday) = (StoreId::new(1), day("2026-03-09"));
        // 05:30 in Kyiv is 23:30 of the day before in New York.
        let now = utc("2026-03-10T03:30:00");
        assert!(is_due(now, Kyiv, store, yesterday));
        assert!(!is_due(now, New_York, store, yesterday));
        assert!(is_due(utc("2026-03-10T09:30:00"), New_York, store, yesterday));
        assert!(!is_due(utc("2026-03-09T22:30:00"), Kyiv, store, yesterday), "half past midnight");
    }

    #[test]
    fn it_happens_once_a_day_and_at_the_next_chance_after_a_night_that_was_missed() {
        let store = StoreId::new(7);
        assert!(!is_due(utc("2026-03-10T12:00:00"), Kyiv, store, day("2026-03-10")));
        assert!(is_due(utc("2026-03-10T12:00:00"), Kyiv, store, day("2026-03-08")));
        assert!(is_due(utc("2026-03-10T12:00:00"), Kyiv, store, None));
        let hours = (0..72).map(|hour| utc("2026-10-24T00:00:00") + TimeDelta::hours(hour));
        let (mut last, mut times) = (day("2026-10-24"), 0);
        for now in hours {
            if is_due(now, Kyiv, store, last) {
                (last, times) = (Some(scope::local(now, Kyiv).date()), times + 1);
            }
        }
        assert_eq!(times, 2, "also where the clock is put back");
    }
}
