//! Lists a store's orders between two points in time, and saves them page by page.

use std::sync::Arc;

use chrono::NaiveDateTime;

use super::{PullError, Reader};
use crate::{
    cartum::{OrderFilter, OrderRow},
    domain::{notice::Plain, said::Said, scope},
};

/// No store is known to send fewer rows than this at once when it has more.
const SMALLEST_PAGE: usize = 20;
/// A window is split no finer than this when a store ignores `offset`.
const FINEST: chrono::Duration = chrono::Duration::minutes(2);
/// A row this long before the window shows that the store does not know `from`; an old one ignores the time of day only.
const BEFORE_WINDOW: chrono::Duration = chrono::Duration::days(1);

impl Reader<'_> {
    /// Walks the orders between two moments and saves them page by page; the newest `placed_at` among them. A store that
    /// ignores `offset` is asked for ever narrower windows.
    pub(super) async fn walk(
        &mut self,
        from: NaiveDateTime,
        to: Option<NaiveDateTime>,
    ) -> Result<Option<NaiveDateTime>, PullError> {
        let shop = Arc::clone(&self.shop);
        let (mut windows, mut most_at_once, mut newest) = (vec![(from, to)], SMALLEST_PAGE, None);
        while let Some((from, to)) = windows.pop() {
            let mut walk = shop.walk(OrderFilter { from: Some(from), to, statuses: Vec::new() });
            let (mut rows_of_window, mut too_much) = (0, None);
            loop {
                let rows = match walk.next().await {
                    Ok(Some(rows)) => rows,
                    Ok(None) => break,
                    Err(error) if error.shows_several() => {
                        too_much = Some(error);
                        break;
                    }
                    Err(error) => return Err(error.into()),
                };
                rows_of_window += rows.len();
                self.check_window(from, &rows);
                newest = newest.max(self.save(&rows).await?.newest);
                if self.is_full {
                    return Err(PullError::Full);
                }
                if self.polls_between(from) {
                    Box::pin(self.poll_between()).await?;
                }
            }
            // Fewer rows than the store sends at once are all there are.
            let is_cut = walk.offset_ignored() && rows_of_window >= most_at_once;
            if too_much.is_some() || is_cut || (walk.unsettled() && rows_of_window >= walk.largest_page()) {
                most_at_once = most_at_once.max(if is_cut { rows_of_window } else { 0 });
                let end = to.unwrap_or_else(|| self.tomorrow());
                let middle = from + (end - from) / 2;
                if end - from <= FINEST {
                    return Err(too_much.map_or(PullError::TooDense, PullError::Cartum));
                }
                windows.extend([(from, Some(middle)), (middle, Some(end))]);
            }
        }
        Ok(newest)
    }

    /// Rows from before the window are judged by their own date, like all others; that they come is worth a notice.
    fn check_window(&mut self, from: NaiveDateTime, rows: &[OrderRow]) {
        if rows.iter().any(|row| row.placed_at.is_some_and(|at| at < from - BEFORE_WINDOW)) {
            self.notices.insert(Plain::Filter, Said::new("store-ignores-from"));
        }
    }

    /// Only the long walk over the whole window is interrupted for new orders, never a poll by another.
    fn polls_between(&self, from: NaiveDateTime) -> bool {
        from <= self.window.from
    }

    /// Up to when orders are asked for. Where this machine's clock is behind, the newest order that was seen knows better.
    fn tomorrow(&self) -> NaiveDateTime {
        let now = scope::local(self.engine.clock.now(), self.store.settings.time_zone);
        self.store.watermark.map_or(now, |newest| newest.max(now)) + chrono::Duration::days(1)
    }
}
