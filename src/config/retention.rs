//! `[retention]`: how long data is kept once nothing depends on it.

use std::{ops::RangeInclusive, time::Duration};

use super::{DAY, layers::Layers};

/// A day to ten years.
const RANGE: RangeInclusive<Duration> = DAY..=Duration::from_hours(24 * 3_650);

/// How long data is kept once nothing depends on it. Orders, links and markers are kept for good.
#[derive(Clone, Copy, Debug)]
pub struct RetentionSettings {
    /// The hour of the day (UTC) after which old rows are deleted.
    pub hour: u32,
    /// Superseded versions of orders.
    pub versions: Duration,
    /// The history of orders.
    pub history: Duration,
    /// Settled calls to RO App, except those that created work orders.
    pub journal: Duration,
    /// Cleared notices.
    pub notices: Duration,
    /// Rows of stores without an order number.
    pub stray_rows: Duration,
}

/// Reads the section; none when a value is missing.
pub(super) fn read(layers: &mut Layers) -> Option<RetentionSettings> {
    let hour = layers.number("retention.hour", 0..=23);
    let versions = layers.duration("retention.versions", RANGE);
    let history = layers.duration("retention.history", RANGE);
    let journal = layers.duration("retention.journal", RANGE);
    let notices = layers.duration("retention.notices", RANGE);
    let stray_rows = layers.duration("retention.stray_rows", RANGE);
    Some(RetentionSettings {
        hour: hour?,
        versions: versions?,
        history: history?,
        journal: journal?,
        notices: notices?,
        stray_rows: stray_rows?,
    })
}
