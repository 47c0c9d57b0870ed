//! Which orders are in scope, and how to read the store's clock, which names no zone (design section 6 "Scope", contract cartum
//! 4.9).

use crate::domain::said::Said;
use chrono::{DateTime, Days, Months, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::{ids::StoreStatusId, missing::REMOVED, order::StoreOrder, order_state::OrderState, store::Settings};

/// How far each poll reaches back behind the newest order it saw: the zone may be off by up to a day (contract cartum 4.9).
pub const OVERLAP: TimeDelta = TimeDelta::hours(25);

/// Where the window of the first import begins, in the store's time: as many calendar months back as set, at the time of day
/// of the connection. A day that the month does not have becomes its last one.
#[must_use]
pub fn window_start(connected_at: DateTime<Utc>, months: u32, tz: Tz) -> NaiveDateTime {
    local(connected_at, tz).checked_sub_months(Months::new(months)).unwrap_or(NaiveDateTime::MIN)
}

/// A moment of the store's clock. What that clock skipped in spring is moved forward by as much as was skipped; of what it
/// showed twice in autumn, the first.
#[must_use]
pub fn to_utc(local: NaiveDateTime, tz: Tz) -> DateTime<Utc> {
    if let Some(moment) = tz.from_local_datetime(&local).earliest() {
        return moment.to_utc();
    }
    // A day earlier the offset from before the gap was in force, whatever the zone.
    let day_before = local.checked_sub_days(Days::new(1)).unwrap_or(local);
    let offset = tz.offset_from_utc_datetime(&day_before).fix();
    local.checked_sub_offset(offset).unwrap_or(local).and_utc()
}

/// The last moment that the store's clock can mean: in the hour that autumn repeats, that of its second time.
pub(super) fn latest_utc(local: NaiveDateTime, tz: Tz) -> DateTime<Utc> {
    tz.from_local_datetime(&local).latest().map_or_else(|| to_utc(local, tz), |moment| moment.to_utc())
}

/// What the store's clock shows at a point in time.
#[must_use]
pub fn local(moment: DateTime<Utc>, tz: Tz) -> NaiveDateTime {
    moment.with_timezone(&tz).naive_local()
}

/// Whether a store order without a work order is in scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// In the window: the first import takes it, or the nightly audit once it has left an excluded status.
    Import,
    /// Placed after the connection.
    Live,
    /// In the window, but in a status that the first import leaves out.
    ExcludedStatus,
    /// Placed before the window.
    BeforeWindow,
}

/// The scope of a store in time.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// The moment of connecting.
    pub connected_at: DateTime<Utc>,
    /// Start of the window, in the store's zone.
    pub from: NaiveDateTime,
}

/// An order as it was before this version of it came.
#[derive(Debug, Clone, Copy)]
pub struct Before {
    /// Its state.
    pub state: OrderState,
    /// It was in scope, or has a work order.
    pub was_wanted: bool,
}

/// The state of an order with a new version, and why it is not sent.
#[must_use]
pub fn state(
    order: &StoreOrder,
    settings: &Settings,
    window: Window,
    before: Option<Before>,
) -> (OrderState, Option<Said>, Scope) {
    let scope = decide(order.placed_at, order.status, settings, window.connected_at, window.from);
    let excluded = match scope {
        Scope::Import | Scope::Live => None,
        Scope::ExcludedStatus => Some(Said::new("excluded-status").with("store", order.status)),
        Scope::BeforeWindow => Some(Said::new("excluded-by-window").with("from", window.from.to_string())),
    };
    // Once wanted, an order stays wanted: a later "Delivered" is an edit like any other.
    let was_wanted = before.is_some_and(|before| before.was_wanted);
    match (excluded, before.map(|before| before.state)) {
        (_, Some(OrderState::Removed)) => (OrderState::Removed, Some(REMOVED), scope),
        (Some(reason), _) if !was_wanted => (OrderState::Excluded, Some(reason), scope),
        _ => (OrderState::Waiting, None, scope),
    }
}

/// Placed after the connection, or possibly so: ours whatever its status. In the window: ours unless its status is excluded. `placed_at` and
/// `window_from` are in the store's time.
#[must_use]
pub fn decide(
    placed_at: NaiveDateTime,
    status: StoreStatusId,
    settings: &Settings,
    connected_at: DateTime<Utc>,
    window_from: NaiveDateTime,
) -> Scope {
    if latest_utc(placed_at, settings.time_zone) >= connected_at {
        return Scope::Live;
    }
    if placed_at < window_from {
        return Scope::BeforeWindow;
    }
    if settings.excluded_statuses.contains(&status) { Scope::ExcludedStatus } else { Scope::Import }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop here")]
mod tests {
    use chrono_tz::{Europe::Kyiv, Pacific::Apia};
    use proptest::prelude::*;

    use super::*;
    use crate::domain::samples;

    fn at(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    fn utc(text: &str) -> DateTime<Utc> {
        at(text).and_utc()
    }

    #[test]
    fn the_window_counts_calendar_months_in_the_stores_zone() {
        assert_eq!(window_start(utc("2026-05-31T21:30:00"), 2, Kyiv), at("2026-04-01T00:30:00"));
        assert_eq!(window_start(utc("2026-04-30T12:00:00"), 2, Kyiv), at("2026-02-28T15:00:00"));
        assert_eq!(window_start(utc("2024-03-31T12:00:00"), 1, Kyiv), at("2024-02-29T15:00:00"));
    }

    #[test]
    fn the_hour_that_spring_skips_is_moved_forward() {
        assert_eq!(to_utc(at("2026-03-29T02:59:59"), Kyiv), utc("2026-03-29T00:59:59"));
        assert_eq!(to_utc(at("2026-03-29T03:30:00"), Kyiv), utc("2026-03-29T01:30:00"));
        assert_eq!(local(to_utc(at("2026-03-29T03:30:00"), Kyiv), Kyiv), at("2026-03-29T04:30:00"));
        assert_eq!(to_utc(at("2026-03-29T04:00:00"), Kyiv), utc("2026-03-29T01:00:00"));
    }

    #[test]
    fn the_hour_that_autumn_repeats_is_its_first() {
        assert_eq!(to_utc(at("2026-10-25T03:30:00"), Kyiv), utc("2026-10-25T00:30:00"));
        assert_eq!(to_utc(at("2026-10-25T04:00:00"), Kyiv), utc("2026-10-25T02:00:00"));
    }

    #[test]
    fn a_whole_day_that_a_zone_skips_is_moved_forward() {
        assert_eq!(local(to_utc(at("2011-12-30T12:00:00"), Apia), Apia), at("2011-12-31T12:00:00"));
    }

    #[test]
    fn scope_follows_the_connection_the_window_and_the_excluded_statuses() {
        let settings = samples::settings();
        let connected_at = utc("2026-05-10T09:00:00");
        let window_from = window_start(connected_at, 2, Kyiv);
        let decide =
            |placed_at, status| decide(at(placed_at), StoreStatusId::new(status), &settings, connected_at, window_from);
        assert_eq!(decide("2026-05-10T12:00:01", 3), Scope::Live);
        assert_eq!(decide("2026-05-10T11:59:59", 1), Scope::Import);
        assert_eq!(decide("2026-05-10T11:59:59", 3), Scope::ExcludedStatus);
        assert_eq!(decide("2026-03-10T12:00:00", 1), Scope::Import);
        assert_eq!(decide("2026-03-10T11:59:59", 1), Scope::BeforeWindow);
    }

    #[test]
    fn an_order_of_the_repeated_hour_may_be_after_the_connection_and_then_is_ours() {
        let settings = samples::settings();
        let connected_at = utc("2026-10-25T00:40:00");
        let decide = |placed_at| {
            decide(at(placed_at), StoreStatusId::new(3), &settings, connected_at, window_start(connected_at, 2, Kyiv))
        };
        assert_eq!(decide("2026-10-25T03:10:00"), Scope::Live, "03:10 was shown half an hour before and after");
        assert_eq!(decide("2026-10-25T02:59:59"), Scope::ExcludedStatus);
    }

    #[test]
    fn the_missing_hour_neither_hides_an_order_nor_makes_it_one_of_before() {
        let settings = samples::settings();
        let connected_at = utc("2026-03-29T00:59:00");
        let decide = |placed_at| {
            decide(at(placed_at), StoreStatusId::new(3), &settings, connected_at, window_start(connected_at, 2, Kyiv))
        };
        assert_eq!(decide("2026-03-29T03:30:00"), Scope::Live);
        assert_eq!(decide("2026-03-29T02:58:59"), Scope::ExcludedStatus);
    }

    #[test]
    fn an_order_that_was_wanted_stays_wanted_and_one_whose_work_order_is_gone_stays_removed() {
        let (settings, connected_at) = (samples::settings(), utc("2026-05-10T12:00:00"));
        let window = Window { connected_at, from: at("2026-03-10T12:00:00") };
        let order = |placed_at, status| StoreOrder {
            placed_at: at(placed_at),
            status: StoreStatusId::new(status),
            ..samples::order()
        };
        let (delivered, old) = (order("2026-05-01T12:00:00", 3), order("2026-01-01T12:00:00", 1));
        let of = |order: &StoreOrder, before: Option<(OrderState, bool)>| {
            let before = before.map(|(state, was_wanted)| Before { state, was_wanted });
            let (state, reason, _) = state(order, &settings, window, before);
            assert_eq!(reason.is_none(), state == OrderState::Waiting, "{reason:?}");
            state
        };
        for order in [&delivered, &old] {
            assert_eq!(of(order, None), OrderState::Excluded);
            assert_eq!(of(order, Some((OrderState::Excluded, false))), OrderState::Excluded);
            assert_eq!(of(order, Some((OrderState::Synced, true))), OrderState::Waiting);
            assert_eq!(of(order, Some((OrderState::Removed, true))), OrderState::Removed);
        }
        assert_eq!(of(&order("2026-05-01T12:00:00", 1), None), OrderState::Waiting);
    }

    proptest! {
        #[test]
        fn more_months_never_begin_later(seconds in 0_i64..4_000_000_000, months in 0_u32..30, more in 0_u32..30) {
            let connected_at = DateTime::from_timestamp(seconds, 0).unwrap();
            prop_assert!(window_start(connected_at, months + more, Kyiv) <= window_start(connected_at, months, Kyiv));
        }

        // Four days, as the 28th to the 31st may all become a 28th, and two hours, as the clock goes back by one in autumn.
        #[test]
        fn a_later_connection_never_begins_earlier(seconds in 0_i64..4_000_000_000, later in 352_800_i64..9_000_000, months in 0_u32..30) {
            let start = |seconds| window_start(DateTime::from_timestamp(seconds, 0).unwrap(), months, Kyiv);
            prop_assert!(start(seconds) <= start(seconds + later));
        }

        #[test]
        fn the_stores_clock_and_ours_agree(seconds in 0_i64..4_000_000_000) {
            let moment = DateTime::from_timestamp(seconds, 0).unwrap();
            let shown = local(moment, Kyiv);
            prop_assert_eq!(local(to_utc(shown, Kyiv), Kyiv), shown);
            prop_assert!(to_utc(shown, Kyiv) <= moment);
        }
    }
}
