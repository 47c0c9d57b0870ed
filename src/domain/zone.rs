//! Whether the store's clock runs in the zone that the settings name. No list of the store states its zone (contract cartum 4.9),
//! but the orders that a poll sees for the first time were placed since the poll before it.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::scope;

/// Signs that are kept.
pub const KEPT: usize = 3;
/// An order this far ahead of now was placed in another zone.
const AHEAD: TimeDelta = TimeDelta::minutes(20);
/// So was a new one this long before the poll that did not show it. Less than an hour, which is what neighbours differ by.
const BEHIND: TimeDelta = TimeDelta::minutes(40);
/// A poll longer ago says nothing about when an order was placed.
const FRESH: TimeDelta = TimeDelta::minutes(15);
/// The least shift that is told, and how far each sign may be from it; minutes.
const LEAST: i32 = 45;
const NEAR: i32 = 30;
/// Zones differ by multiples of this, minutes.
const STEP: i32 = 30;

/// What one poll's new orders say: by how many minutes the store's clock seems to be ahead of the configured zone, 0 when
/// they fit; `None` = nothing. Of several orders the one that fits best speaks: some are listed late.
#[must_use]
pub fn sign(
    placed_at: &[NaiveDateTime],
    zone: Tz,
    last_poll: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<i32> {
    let last_poll = last_poll.filter(|at| (TimeDelta::zero()..=FRESH).contains(&(now - *at)));
    placed_at.iter().filter_map(|at| sign_of(*at, zone, last_poll, now)).min_by_key(|minutes| minutes.abs())
}

/// An hour that autumn shows twice is read in whichever way fits better.
fn sign_of(placed_at: NaiveDateTime, zone: Tz, last_poll: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<i32> {
    let readings = [scope::to_utc(placed_at, zone), scope::latest_utc(placed_at, zone)];
    readings.into_iter().filter_map(|at| sign_at(at, last_poll, now)).min_by_key(|minutes| minutes.abs())
}

fn sign_at(placed_at: DateTime<Utc>, last_poll: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<i32> {
    let minutes = |shift: TimeDelta| i32::try_from(shift.num_minutes()).ok();
    // It was placed some time since the last poll: take the middle.
    let middle = last_poll.map_or(now, |last| last + (now - last) / 2);
    if placed_at > now + AHEAD {
        return minutes(placed_at - middle);
    }
    let last_poll = last_poll?;
    if placed_at < last_poll - BEHIND {
        return minutes(placed_at - middle);
    }
    Some(0)
}

/// The shift that all of the last [`KEPT`] signs speak for, in minutes: a multiple of half an hour, at least 45 minutes.
#[must_use]
pub fn common_shift(signs: &[i32]) -> Option<i32> {
    if signs.len() < KEPT {
        return None;
    }
    let count = i32::try_from(signs.len()).ok()?;
    let mean = signs.iter().sum::<i32>() / count;
    let shift = (f64::from(mean) / f64::from(STEP)).round() * f64::from(STEP);
    #[expect(clippy::cast_possible_truncation, reason = "a multiple of 30 within the range of the mean")]
    let shift = shift as i32;
    let speaks_for_it = |sign: &i32| *sign != 0 && (sign - shift).abs() <= NEAR;
    (shift.abs() >= LEAST && signs.iter().all(speaks_for_it)).then_some(shift)
}

/// All of the last [`KEPT`] signs fit the configured zone.
#[must_use]
pub fn fits(signs: &[i32]) -> bool {
    signs.len() >= KEPT && signs.iter().all(|sign| *sign == 0)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop here")]
mod tests {
    use chrono_tz::Europe::{Bucharest, Kyiv, Warsaw};
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// What an order says that a store in `store` took half a minute before a regular poll.
    fn said(store: Tz, configured: Tz, now: DateTime<Utc>) -> Option<i32> {
        let placed_at = scope::local(now - TimeDelta::seconds(30), store);
        sign(&[placed_at], configured, Some(now - TimeDelta::minutes(5)), now)
    }

    #[test]
    fn a_store_east_or_west_of_its_zone_is_measured_and_one_within_it_fits() {
        let now = at("2026-07-01T12:00:00Z");
        assert_eq!(said(Kyiv, Kyiv, now), Some(0));
        assert_eq!(said(Kyiv, Bucharest, now), Some(0), "another name of the same time");
        for (store, configured, shift) in
            [(Kyiv, Tz::UTC, 180), (Tz::UTC, Kyiv, -180), (Warsaw, Kyiv, -60), (Kyiv, Warsaw, 60)]
        {
            let sign = said(store, configured, now).unwrap();
            assert!((sign - shift).abs() <= 3, "{sign} for {shift}");
            assert_eq!(common_shift(&[sign; KEPT]), Some(shift));
        }
    }

    #[test]
    fn without_a_fresh_poll_only_the_future_speaks() {
        let now = at("2026-07-01T12:00:00Z");
        let yesterday = scope::local(now - TimeDelta::hours(20), Kyiv);
        for last in [None, Some(now - TimeDelta::hours(3)), Some(now + TimeDelta::minutes(1))] {
            assert_eq!(sign(&[yesterday], Kyiv, last, now), None);
            assert_eq!(sign(&[scope::local(now, Kyiv)], Kyiv, last, now), None);
            assert_eq!(sign(&[scope::local(now + TimeDelta::hours(2), Kyiv)], Kyiv, last, now), Some(120));
        }
    }

    #[test]
    fn an_order_that_fits_speaks_for_all_of_its_poll() {
        let now = at("2026-07-01T12:00:00Z");
        let (late, fresh) = (scope::local(now - TimeDelta::hours(5), Kyiv), scope::local(now, Kyiv));
        assert_eq!(sign(&[late, fresh], Kyiv, Some(now - TimeDelta::minutes(5)), now), Some(0));
        assert_eq!(sign(&[], Kyiv, Some(now), now), None);
    }

    #[test]
    fn the_hour_that_autumn_repeats_fits_in_its_second_time_too() {
        // 03:30 in Kyiv for the second time.
        let now = at("2026-10-25T01:30:00Z");
        assert_eq!(said(Kyiv, Kyiv, now), Some(0));
    }

    #[test]
    fn a_shift_is_told_only_when_three_in_a_row_agree() {
        assert_eq!(common_shift(&[120, 118]), None);
        assert_eq!(common_shift(&[120, 118, 0]), None);
        assert_eq!(common_shift(&[-70, -300, -900]), None, "orders that were listed late");
        assert_eq!(common_shift(&[25, 30, 40]), None, "too little to be a zone");
        assert_eq!(common_shift(&[95, 119, 140]), Some(120));
        assert!(fits(&[0, 0, 0]) && !fits(&[0, 0]) && !fits(&[0, 60, 0]));
    }

    proptest! {
        #[test]
        fn a_common_shift_is_near_to_every_sign(signs in prop::collection::vec(-900_i32..900, 3)) {
            if let Some(shift) = common_shift(&signs) {
                prop_assert!(shift % STEP == 0 && shift.abs() >= LEAST);
                prop_assert!(signs.iter().all(|sign| (sign - shift).abs() <= NEAR));
            }
        }
    }
}
