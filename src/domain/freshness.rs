//! How fresh a store's work orders are: the time from placing an order to its work order.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::scope;

/// Hours that are looked back on.
pub const HOURS: usize = 24;

/// The freshness of the last day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freshness {
    /// Orders that arrived.
    pub orders: usize,
    /// Half of them took no longer.
    pub median: TimeDelta,
    /// The one that took longest.
    pub worst: TimeDelta,
    /// What the slowest order of each hour took, oldest hour first; `None` = none arrived.
    pub hours: [Option<TimeDelta>; HOURS],
}

/// The freshness of orders, each by when it was placed in the store's zone and when its work order was made; `None` if none arrived within
/// the last day.
#[must_use]
pub fn freshness(arrived: &[(NaiveDateTime, DateTime<Utc>)], zone: Tz, now: DateTime<Utc>) -> Option<Freshness> {
    let mut hours = [None; HOURS];
    let mut took = Vec::new();
    for (placed, made) in arrived {
        let ago = usize::try_from((now - made).num_hours()).ok().filter(|ago| *ago < HOURS);
        let Some(hour) = ago.map(|ago| HOURS - 1 - ago) else { continue };
        // A clock that is a little off makes nothing arrive before it was placed.
        let time = (*made - scope::to_utc(*placed, zone)).max(TimeDelta::zero());
        took.push(time);
        hours[hour] = hours[hour].max(Some(time));
    }
    took.sort_unstable();
    let (median, worst) = (*took.get(took.len().checked_sub(1)? / 2)?, *took.last()?);
    Some(Freshness { orders: took.len(), median, worst, hours })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]

    use super::*;

    #[test]
    fn the_freshness_of_a_day_is_its_median_and_its_slowest_order_by_the_hour() {
        let now: DateTime<Utc> = "2026-11-30T12:00:00Z".parse().unwrap();
        let order = |placed: &str, made: &str| (placed.parse().unwrap(), made.parse().unwrap());
        // Kyiv is two hours ahead.
        let arrived = [
            order("2026-11-30T13:00:00", "2026-11-30T11:02:00Z"),
            order("2026-11-30T13:30:00", "2026-11-30T11:34:00Z"),
            order("2026-11-30T09:00:00", "2026-11-30T07:09:00Z"),
            order("2026-11-28T09:00:00", "2026-11-28T07:09:00Z"),
            order("2026-11-30T13:50:00", "2026-11-30T11:49:00Z"),
        ];
        let found = freshness(&arrived, chrono_tz::Europe::Kyiv, now).unwrap();
        let minutes = |time: TimeDelta| time.num_minutes();
        assert_eq!((found.orders, minutes(found.median), minutes(found.worst)), (4, 2, 9));
        assert_eq!(found.hours[23].map(minutes), Some(4));
        assert_eq!(found.hours[19].map(minutes), Some(9));
        assert_eq!(found.hours.iter().flatten().count(), 2);
        assert_eq!(freshness(&arrived[3..4], Tz::UTC, now), None);
        assert_eq!(freshness(&[], Tz::UTC, now), None);
    }
}
