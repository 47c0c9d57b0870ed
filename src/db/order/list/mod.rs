//! Lists of store orders, newest first, page by page. `pick.rs` asks which orders, each way by an index of its own; then it is read what
//! is shown of them.

mod pick;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use sqlx::PgPool;

use self::pick::{Begin, pick};
use super::{
    asks::Asked,
    conflicts,
    orders::{OrderState, state_of},
};
use crate::{
    db::DbError,
    domain::{
        ids::{AccountId, OrderId, OrderNumber, StoreId, StoreStatusId, VersionId},
        plan::Conflict,
    },
};

/// Orders that are read at once where all are wanted that fit.
const AT_ONCE: i64 = 500;

/// A row of `order list`.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Our id.
    pub id: OrderId,
    /// Whose store it is of.
    pub account_id: AccountId,
    /// The account's name.
    pub account: String,
    /// Of which store it is.
    pub store_id: StoreId,
    /// The store's name.
    pub store: String,
    /// The store's zone; UTC where its settings cannot be read.
    pub zone: Tz,
    /// Cartum's order number.
    pub number: OrderNumber,
    /// State.
    pub state: OrderState,
    /// Why.
    pub reason: String,
    /// Store's own zone.
    pub placed_at: Option<NaiveDateTime>,
    /// Store status.
    pub status: Option<StoreStatusId>,
    /// The work order, once there is one.
    pub work_order: Option<i64>,
    /// The store's total.
    pub total: Option<Decimal>,
    /// A difference that is not written any more.
    pub pending_change: String,
    /// Changed on both sides.
    pub conflicts: Vec<Conflict>,
    /// The same as it lies there, where this release cannot read it; a newer one may have written it.
    pub unread_conflicts: Option<serde_json::Value>,
    /// Newest version.
    pub version: Option<VersionId>,
    /// When it is tried next, while it waits.
    pub next_try_at: DateTime<Utc>,
    /// What a person asked of it.
    pub asked: Asked,
    /// Why a person may want to look whether the client is the right one; empty = no reason to.
    pub review: String,
}

impl Listed {
    /// A person may decide something about it.
    #[must_use]
    pub fn is_in_conflict(&self) -> bool {
        !self.pending_change.is_empty() || !self.conflicts.is_empty() || self.unread_conflicts.is_some()
    }
}

/// What a list is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum About {
    /// Every order.
    #[default]
    All,
    /// Orders with a conflict or a pending change.
    Conflicts,
    /// Orders whose client a person may want to look at.
    Reviews,
}

/// Which orders are listed, of stores that are not removed. Days are of each store's own zone.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choice {
    /// Only of this store.
    pub store: Option<StoreId>,
    /// Only of stores of this account.
    pub account: Option<AccountId>,
    /// Only with this number.
    pub number: Option<OrderNumber>,
    /// Only in this state.
    pub state: Option<OrderState>,
    /// What the list is about.
    pub about: About,
    /// Placed at this moment or later. Where it is set, orders without a readable date do not fit.
    pub from: Option<NaiveDateTime>,
    /// Placed before this moment.
    pub until: Option<NaiveDateTime>,
    /// Only what comes after this order, the last one of the page before.
    pub after: Option<OrderId>,
}

/// The first moment of a day.
#[must_use]
pub fn start_of(day: NaiveDate) -> NaiveDateTime {
    day.and_time(NaiveTime::MIN)
}

/// The first moment after a day; `None` after the last one that there is.
#[must_use]
pub fn end_of(day: NaiveDate) -> Option<NaiveDateTime> {
    day.succ_opt().map(start_of)
}

/// A part of a list.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Newest first.
    pub orders: Vec<Listed>,
    /// More fit; with this as [`Choice::after`] they come next.
    pub next: Option<OrderId>,
}

/// At most `limit` orders, newest first. Nothing fits after an order that there is not.
///
/// # Errors
/// When the database fails or a row cannot be read.
pub async fn page(pool: &PgPool, choice: &Choice, limit: u32) -> Result<Page, DbError> {
    let begin = match choice.after {
        None => Begin::newest(choice),
        Some(order) => match Begin::after(pool, order).await? {
            Some(begin) => begin,
            None => return Ok(Page::default()),
        },
    };
    let more = i64::from(limit) + 1;
    let mut ids = pick(pool, choice, &begin, more).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let next = (ids.len() > limit).then(|| limit.checked_sub(1).and_then(|last| ids.get(last)).copied()).flatten();
    ids.truncate(limit);
    Ok(Page { orders: read(pool, &ids).await?, next: next.map(OrderId::new) })
}

/// Every order that fits, newest first: for what a person named, not for a whole database.
///
/// # Errors
/// As [`page`].
pub async fn whole(pool: &PgPool, choice: &Choice) -> Result<Vec<Listed>, DbError> {
    let (mut choice, mut orders) = (*choice, Vec::new());
    loop {
        let page = page(pool, &choice, u32::try_from(AT_ONCE).unwrap_or(u32::MAX)).await?;
        orders.extend(page.orders);
        match page.next {
            Some(next) => choice.after = Some(next),
            None => return Ok(orders),
        }
    }
}

/// The orders of a store that have these numbers, newest first.
///
/// # Errors
/// When the database fails or a row cannot be read.
pub async fn numbered(pool: &PgPool, store: StoreId, numbers: &[OrderNumber]) -> Result<Vec<Listed>, DbError> {
    let numbers: Vec<_> = numbers.iter().map(|number| number.get()).collect();
    let ids = sqlx::query_scalar!(
        "/* order_list.numbered */ SELECT o.id FROM store_order o JOIN store s ON s.id = o.store_id
         WHERE o.store_id = $1 AND o.number = ANY($2) AND s.removed_at IS NULL
         ORDER BY coalesce(o.placed_at, '-infinity') DESC, o.number DESC",
        store.get(),
        &numbers
    )
    .fetch_all(pool)
    .await?;
    read(pool, &ids).await
}

/// The order of a store that has this number.
///
/// # Errors
/// As [`numbered`].
pub async fn find(pool: &PgPool, store: StoreId, number: OrderNumber) -> Result<Option<Listed>, DbError> {
    Ok(numbered(pool, store, &[number]).await?.pop())
}

/// What is shown of these orders, in this order.
async fn read(pool: &PgPool, ids: &[i64]) -> Result<Vec<Listed>, DbError> {
    let rows = sqlx::query!(
        r#"/* order_list.read */ SELECT o.id, s.account_id, a.name AS account, o.store_id, s.name AS store,
             s.settings->>'time_zone' AS zone, o.number, o.state, o.reason, o.placed_at,
             o.store_status, w.work_order_id AS "work_order_id?", o.total, o.pending_change, o.version_id,
             o.next_try_at,
             ARRAY(SELECT kind FROM order_ask WHERE order_id = o.id ORDER BY id) AS "asks!",
             ARRAY(SELECT id FROM order_ask WHERE order_id = o.id ORDER BY id) AS "ask_ids!",
             CASE WHEN b.order_id IS NULL OR o.conflicts @> '[{"part": "status"}]' THEN o.conflicts
               ELSE o.conflicts || jsonb_build_array(jsonb_build_object(
                 'part', 'status', 'store', coalesce(o.store_status::text, ''), 'roapp', b.refusal)) END AS "conflicts!",
             coalesce((SELECT max(l.review) FROM link l WHERE l.order_id = o.id AND l.kind = 'person' AND l.review <> ''), '')
               AS "review!"
           FROM unnest($1::bigint[]) WITH ORDINALITY AS wanted (id, place) JOIN store_order o ON o.id = wanted.id
           JOIN store s ON s.id = o.store_id JOIN account a ON a.id = s.account_id
           LEFT JOIN work_order w ON w.store_id = o.store_id AND w.number = o.number
           LEFT JOIN write_back b ON b.order_id = o.id AND b.refusal <> ''
           ORDER BY wanted.place"#,
        ids
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            let (conflicts, unread_conflicts) = match conflicts::read(&row.conflicts) {
                Ok(conflicts) => (conflicts, None),
                Err(_) => (Vec::new(), Some(row.conflicts)),
            };
            Ok(Listed {
                id: OrderId::new(row.id),
                account_id: AccountId::new(row.account_id),
                account: row.account,
                store_id: StoreId::new(row.store_id),
                store: row.store,
                zone: row.zone.and_then(|zone| zone.parse().ok()).unwrap_or(Tz::UTC),
                number: OrderNumber::new(row.number),
                state: state_of(row.id, &row.state)?,
                reason: row.reason,
                placed_at: row.placed_at,
                status: row.store_status.map(StoreStatusId::new),
                work_order: row.work_order_id,
                total: row.total,
                pending_change: row.pending_change,
                conflicts,
                unread_conflicts,
                version: row.version_id.map(VersionId::new),
                next_try_at: row.next_try_at,
                asked: Asked::read(row.id, &row.asks, &row.ask_ids)?,
                review: row.review,
            })
        })
        .collect()
}
