//! Limits on a page: a store that changes its answers every time, or sends rows that are not orders, fills neither the database nor
//! the log.

use std::borrow::Cow;

use serde_json::json;
use sqlx::PgTransaction;

use super::raw_fingerprint;
use crate::{
    cartum::OrderRow,
    db::{
        DbError,
        growth::{self, Brought, NewStray},
        notices,
        stores::Store,
    },
    domain::{
        ids::{OrderId, OrderNumber},
        notice::{Plain, Topic},
        said::Said,
    },
};

/// Versions that may take the place of others in a day, for each store and by their weight, before only the newest of an order
/// and the end of its history is kept: at most 40 MB. A busy shop changes some hundreds of orders a day.
pub(crate) const CHANGED_A_DAY: i64 = 5_000;
/// Rows without a readable number that are kept in a day, for each store and by their weight.
pub(crate) const STRAY_A_DAY: i64 = 200;
/// Orders never seen before that a store may bring in a day, by their weight, before the rest waits for the next. At 2.5
/// calls a second RO App takes no more in two days, so that an import loses nothing by it.
pub(crate) const FRESH_A_DAY: i64 = 200_000;
/// Of what cannot be read, so much is kept, in bytes.
const KEPT: usize = 256 * 1024;
/// Rows of a page that it is looked at whether they are kept already.
const LOOKED_AT: usize = 1_000;
/// What the notices are about.
const STRAY: Topic = Topic::Plain(Plain::StrayRows);
const CHANGES: Topic = Topic::Plain(Plain::Changes);

/// What a page brought beside orders that are new or as they were.
#[derive(Debug, Default)]
pub(super) struct Surplus<'a> {
    /// What came earlier today.
    before: Brought,
    /// What the new orders weigh together.
    fresh_weight: i64,
    /// The first rows that cannot be orders of ours, and what they are.
    stray: Vec<(&'a OrderRow, Said)>,
    strays: usize,
    /// The first order that cannot be read, and why.
    unreadable: Option<(OrderNumber, String)>,
    unreadables: usize,
    /// Orders with a new version.
    changed: Vec<OrderId>,
    /// What their versions weigh together.
    changed_weight: i64,
}

/// Raw data that cannot be read, as it is kept: what is larger than an order of any shop is a JSON text of its beginning.
pub(super) fn beginning(raw: &str) -> Cow<'_, str> {
    if raw.len() <= KEPT {
        return Cow::Borrowed(raw);
    }
    // What was no JSON is such a text already.
    let text = serde_json::from_str::<String>(raw).map_or(Cow::Borrowed(raw), Cow::Owned);
    Cow::Owned(json!(&text[..text.floor_char_boundary(KEPT)]).to_string())
}

impl<'a> Surplus<'a> {
    /// Of a page, after what came earlier today.
    pub(super) fn after(before: Brought) -> Self {
        Self { before, ..Self::default() }
    }

    /// No order is taken any more today that was never seen before.
    pub(super) fn is_full(&self) -> bool {
        self.before.fresh + self.fresh_weight >= FRESH_A_DAY
    }

    /// An order never seen before.
    pub(super) fn fresh(&mut self, raw: &str) {
        self.fresh_weight += growth::weight(raw);
    }

    /// A row that is kept raw, if at all.
    pub(super) fn stray(&mut self, row: &'a OrderRow, what: Said) {
        self.strays += 1;
        if self.stray.len() < LOOKED_AT {
            self.stray.push((row, what));
        }
    }

    /// An order that cannot be read and is kept as such.
    pub(super) fn unreadable(&mut self, number: OrderNumber, why: &dyn std::fmt::Display) {
        self.unreadables += 1;
        self.unreadable.get_or_insert_with(|| (number, why.to_string()));
    }

    /// An order whose version took the place of another.
    pub(super) fn changed(&mut self, order: OrderId, raw: &str) {
        self.changed.push(order);
        self.changed_weight += growth::weight(raw);
    }

    /// Keeps what is kept of it, with at most one notice of a kind and one line of the log.
    pub(super) async fn save(self, tx: &mut PgTransaction<'_>, store: &Store) -> Result<(), DbError> {
        if let Some((order, error)) = &self.unreadable {
            let others = self.unreadables - 1;
            tracing::warn!(%order, error, others, "the order cannot be read; its raw data is kept");
        }
        if self.stray.is_empty() && self.changed.is_empty() && self.fresh_weight == 0 {
            return Ok(());
        }
        let stray = self.keep_stray(tx, store).await?;
        let brought = Brought { fresh: self.fresh_weight, changed: self.changed_weight, stray, articles: 0 };
        let changed = growth::count(tx, store.id, brought).await?;
        let account = store.account;
        if changed > CHANGED_A_DAY {
            growth::drop_superseded(tx, &self.changed).await?;
            let what = Said::new("too-many-changes").with("most", CHANGED_A_DAY);
            if notices::raise(tx, account, Some(store.id), &CHANGES, &what).await? {
                tracing::warn!(text = %what, "store notice raised");
            }
        } else if self.before.changed == 0 {
            notices::clear(tx, account, Some(store.id), &CHANGES).await?;
        }
        Ok(())
    }

    /// Keeps rows that are new, as far as the day's limit goes; their weight.
    async fn keep_stray(&self, tx: &mut PgTransaction<'_>, store: &Store) -> Result<i64, DbError> {
        let Some((_, first)) = self.stray.first() else { return Ok(0) };
        let left = STRAY_A_DAY - self.before.stray;
        let new: Vec<_> = self
            .stray
            .iter()
            .map(|(row, what)| NewStray {
                fingerprint: raw_fingerprint(&row.raw),
                raw: beginning(&row.raw),
                reason: what,
            })
            .collect();
        let kept = growth::keep_stray(tx, store.id, &new, left).await?;
        if kept.rows == 0 {
            return Ok(0);
        }
        let rows = self.strays;
        let is_over = kept.left_out > 0 || kept.weight >= left;
        let what =
            if is_over { Said::new("too-many-stray-rows").with("most", STRAY_A_DAY) } else { Said::new("stray-rows") };
        let what = what.with("first", first.clone()).with("others", rows.saturating_sub(1));
        notices::raise(tx, store.account, Some(store.id), &STRAY, &what).await?;
        tracing::warn!(
            what = %first,
            rows,
            kept = kept.rows,
            "some rows from the store are not orders; they are kept raw"
        );
        Ok(kept.weight)
    }
}
