//! Lists of store orders, newest first, page by page. `pick.rs` chooses the orders, each choice by an index of its own; then
//! the shown values of these orders are read.

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
    db::{DbError, said},
    domain::{
        ids::{AccountId, OrderId, OrderNumber, StoreId, StoreStatusId, VersionId},
        plan::Conflict,
        said::Said,
    },
};

/// Orders that are read at once when a whole list is wanted.
const AT_ONCE: i64 = 500;

/// A row of `order list`.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Our id.
    pub id: OrderId,
    /// The account of its store.
    pub account_id: AccountId,
    /// The account's name.
    pub account: String,
    /// Its store.
    pub store_id: StoreId,
    /// The store's name.
    pub store: String,
    /// The store's zone; UTC if its settings cannot be read.
    pub zone: Tz,
    /// Cartum's order number.
    pub number: OrderNumber,
    /// Its state.
    pub state: OrderState,
    /// Why it is in that state, where that is not obvious.
    pub reason: Option<Said>,
    /// When it was placed, in the store's own zone.
    pub placed_at: Option<NaiveDateTime>,
    /// The store's status.
    pub status: Option<StoreStatusId>,
    /// The work order, once there is one.
    pub work_order: Option<i64>,
    /// The store's total.
    pub total: Option<Decimal>,
    /// A difference that is no longer written.
    pub pending_change: Option<Said>,
    /// What changed on both sides.
    pub conflicts: Vec<Conflict>,
    /// The conflicts as stored, if this release cannot read them; a newer release may have written them.
    pub unread_conflicts: Option<serde_json::Value>,
    /// Newest version.
    pub version: Option<VersionId>,
    /// When it is tried next, if it is waiting.
    pub next_try_at: DateTime<Utc>,
    /// What a person asked for it.
    pub asked: Asked,
    /// Why a person should look whether the client is the right one, if so.
    pub review: Option<Said>,
}

impl Listed {
    /// Whether a person may decide something about it.
    #[must_use]
    pub fn is_in_conflict(&self) -> bool {
        self.pending_change.is_some() || !self.conflicts.is_empty() || self.unread_conflicts.is_some()
    }
}

/// The subject of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum About {
    /// Every order.
    #[default]
    All,
    /// Orders with a conflict or a pending change.
    Conflicts,
    /// Orders whose client a person may want to check.
    Reviews,
    /// Orders that wait for a person: held, failed, incomplete, unreadable, or with a conflict or a pending change.
    ForYou,
}

/// Which orders are listed, among stores that are not removed. Days are in each store's own zone.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Only orders of this store.
    pub store: Option<StoreId>,
    /// Only orders of these accounts' stores.
    pub accounts: Option<Vec<AccountId>>,
    /// Only orders with this number.
    pub number: Option<OrderNumber>,
    /// Only orders in this state.
    pub state: Option<OrderState>,
    /// The subject of the list.
    pub about: About,
    /// Only orders whose buyer has all of these parts, see [`search_parts`](crate::domain::buyer::search_parts); none: any.
    pub buyer: Vec<String>,
    /// Only orders placed at this time or later; excludes orders without a readable date.
    pub from: Option<NaiveDateTime>,
    /// Only orders placed before this time.
    pub until: Option<NaiveDateTime>,
    /// Only orders after this one, which is the last of the page before.
    pub after: Option<OrderId>,
}

/// The first moment of a day.
#[must_use]
pub fn start_of(day: NaiveDate) -> NaiveDateTime {
    day.and_time(NaiveTime::MIN)
}

/// The first moment after a day; `None` after the last possible day.
#[must_use]
pub fn end_of(day: NaiveDate) -> Option<NaiveDateTime> {
    day.succ_opt().map(start_of)
}

/// One page of a list.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The orders, newest first.
    pub orders: Vec<Listed>,
    /// There are more; pass this as [`Choice::after`] to get them.
    pub next: Option<OrderId>,
}

/// At most `limit` orders, newest first. If `after` names an order that does not exist, the page is empty.
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

/// Every matching order, newest first: for orders that a person named, not for a whole database.
pub async fn whole(pool: &PgPool, choice: &Choice) -> Result<Vec<Listed>, DbError> {
    let (mut choice, mut orders) = (choice.clone(), Vec::new());
    loop {
        let page = page(pool, &choice, u32::try_from(AT_ONCE).unwrap_or(u32::MAX)).await?;
        orders.extend(page.orders);
        match page.next {
            Some(next) => choice.after = Some(next),
            None => return Ok(orders),
        }
    }
}

/// The orders of a store with these numbers, newest first.
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

/// The order of a store with this number.
pub async fn find(pool: &PgPool, store: StoreId, number: OrderNumber) -> Result<Option<Listed>, DbError> {
    Ok(numbered(pool, store, &[number]).await?.pop())
}

/// The shown values of these orders, in the given order.
async fn read(pool: &PgPool, ids: &[i64]) -> Result<Vec<Listed>, DbError> {
    let rows = sqlx::query!(
        r#"/* order_list.read */ SELECT o.id, s.account_id, a.name AS account, o.store_id, s.name AS store,
             s.settings->>'time_zone' AS zone, o.number, o.state, o.reason, o.placed_at,
             o.store_status, w.work_order_id AS "work_order_id?", o.total, o.pending_change, o.version_id,
             o.next_try_at,
             ARRAY(SELECT kind FROM order_ask WHERE order_id = o.id ORDER BY id) AS "asks!",
             ARRAY(SELECT id FROM order_ask WHERE order_id = o.id ORDER BY id) AS "ask_ids!",
             o.conflicts, b.refusal AS "refusal?",
             (SELECT l.review FROM link l WHERE l.order_id = o.id AND l.kind = 'person' AND l.review IS NOT NULL
                ORDER BY l.key LIMIT 1) AS review
           FROM unnest($1::bigint[]) WITH ORDINALITY AS wanted (id, place) JOIN store_order o ON o.id = wanted.id
           JOIN store s ON s.id = o.store_id JOIN account a ON a.id = s.account_id
           LEFT JOIN work_order w ON w.store_id = o.store_id AND w.number = o.number
           LEFT JOIN write_back b ON b.order_id = o.id AND b.refusal IS NOT NULL
           ORDER BY wanted.place"#,
        ids
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            let status = row.store_status.map(StoreStatusId::new);
            let refusal = said::read_any("write_back", row.id, "refusal", row.refusal)?;
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
                reason: said::read_any("store_order", row.id, "reason", row.reason)?,
                placed_at: row.placed_at,
                status,
                work_order: row.work_order_id,
                total: row.total,
                pending_change: said::read_any("store_order", row.id, "pending_change", row.pending_change)?,
                conflicts: conflicts::with_refusal(conflicts, status, refusal.as_ref()),
                unread_conflicts,
                version: row.version_id.map(VersionId::new),
                next_try_at: row.next_try_at,
                asked: Asked::read(row.id, &row.asks, &row.ask_ids)?,
                review: said::read_any("link", row.id, "review", row.review)?,
            })
        })
        .collect()
}
