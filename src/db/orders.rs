//! Store orders and their versions: what a page of the store's answer becomes. `work.rs` has what the executor does with them.

use chrono::{DateTime, NaiveDateTime, Utc};
use rust_decimal::Decimal;
use sqlx::{PgPool, PgTransaction};

use super::{DbError, resolve};
use crate::domain::{
    ids::{OrderId, OrderNumber, StoreId, StoreStatusId, VersionId},
    plan::Keep,
};

/// States of an order (design section 10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderState {
    /// To be sent, or being repaired.
    Waiting,
    /// RO App has the newest version.
    Synced,
    /// Sent, but total or lines differ after one repair.
    Incomplete,
    /// Waits for a person.
    Held,
    /// Refused by RO App or out of tries.
    Failed,
    /// Not wanted.
    Excluded,
    /// Could not be decoded; the raw JSON is kept.
    Unreadable,
    /// Deleted in the store.
    Gone,
    /// Deleted in RO App.
    Removed,
}

impl OrderState {
    /// All of them, in the order of the design's table.
    pub const ALL: [Self; 9] = [
        Self::Waiting,
        Self::Synced,
        Self::Incomplete,
        Self::Held,
        Self::Failed,
        Self::Excluded,
        Self::Unreadable,
        Self::Gone,
        Self::Removed,
    ];

    /// As it lies in the database and is shown to people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Synced => "synced",
            Self::Incomplete => "incomplete",
            Self::Held => "held",
            Self::Failed => "failed",
            Self::Excluded => "excluded",
            Self::Unreadable => "unreadable",
            Self::Gone => "gone",
            Self::Removed => "removed",
        }
    }

    /// The state with this word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// A version that is new to us.
#[derive(Debug, Clone)]
pub struct NewVersion<'a> {
    /// Cartum's order number.
    pub number: OrderNumber,
    /// Fingerprint of the normalised order, or of the raw JSON where it could not be decoded.
    pub fingerprint: [u8; 32],
    /// As the store sent it.
    pub raw: &'a serde_json::Value,
    /// Store's own zone; `None` where it could not be read.
    pub placed_at: Option<NaiveDateTime>,
    /// The store's status.
    pub status: Option<StoreStatusId>,
    /// The store's `total_sum`.
    pub total: Option<Decimal>,
    /// The state the order is in from now on.
    pub state: OrderState,
    /// Why, for every state but `waiting`.
    pub reason: String,
    /// Counted in the first import.
    pub in_import: bool,
    /// 0 a person asked, 1 live, 2 back-fill.
    pub priority: i16,
}

/// Saves a version of an order that is new, or new to us; one that waits already keeps its time. That RO App keeps its own instead of
/// a pending change was decided about the version before, and holds for no other.
///
/// # Errors
/// When the database fails.
pub async fn save(tx: &mut PgTransaction<'_>, store: StoreId, new: &NewVersion<'_>) -> Result<OrderId, DbError> {
    let order = sqlx::query_scalar!(
        "/* orders.save */ INSERT INTO store_order AS o
             (store_id, number, state, reason, in_import, priority, placed_at, store_status, total, wanted)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $3 NOT IN ('excluded', 'unreadable'))
         ON CONFLICT (store_id, number) DO UPDATE SET state = excluded.state, reason = excluded.reason,
             state_since = CASE WHEN o.state = excluded.state THEN o.state_since ELSE now() END,
             in_import = o.in_import OR excluded.in_import, priority = least(o.priority, excluded.priority),
             placed_at = coalesce(excluded.placed_at, o.placed_at), store_status = coalesce(excluded.store_status, o.store_status),
             total = coalesce(excluded.total, o.total), tries = 0, repaired = false, missing_times = 0, missing_since = NULL,
             gone_at = NULL, wanted = o.wanted OR excluded.wanted OR o.state NOT IN ('excluded', 'unreadable'),
             resolve = CASE WHEN o.pending_change = '' THEN o.resolve ELSE nullif(o.resolve, 'roapp') END,
             next_try_at = CASE WHEN o.state = 'waiting' THEN o.next_try_at ELSE now() END
         RETURNING o.id",
        store.get(),
        new.number.get(),
        new.state.word(),
        new.reason,
        new.in_import,
        new.priority,
        new.placed_at,
        new.status.map(StoreStatusId::get),
        new.total
    )
    .fetch_one(&mut **tx)
    .await?;
    let version = sqlx::query_scalar!(
        "/* orders.save_version */ INSERT INTO version (order_id, fingerprint, raw) VALUES ($1, $2, $3::text::json) RETURNING id",
        order,
        &new.fingerprint[..],
        // As text: bound as a value it would become jsonb on the way, which takes no \u0000.
        new.raw.to_string()
    )
    .fetch_one(&mut **tx)
    .await?;
    sqlx::query!("/* orders.newest */ UPDATE store_order SET version_id = $2 WHERE id = $1", order, version)
        .execute(&mut **tx)
        .await?;
    Ok(OrderId::new(order))
}

/// An order that was left out goes to RO App as it is.
///
/// # Errors
/// When the database fails.
pub async fn want(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    sqlx::query!(
        "/* orders.want */ UPDATE store_order SET state = 'waiting', reason = '', state_since = now(), next_try_at = now()
         WHERE id = $1 AND state = 'excluded'",
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Keeps a row that does not even show an order number; true when it is new.
///
/// # Errors
/// When the database fails.
pub async fn save_stray(
    tx: &mut PgTransaction<'_>,
    store: StoreId,
    fingerprint: &[u8; 32],
    raw: &serde_json::Value,
    reason: &str,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "/* orders.save_stray */ INSERT INTO stray_row (store_id, fingerprint, raw, reason) VALUES ($1, $2, $3::text::json, $4)
         ON CONFLICT DO NOTHING",
        store.get(),
        &fingerprint[..],
        raw.to_string(),
        reason
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What a run took an order up with.
#[derive(Debug, Clone, Copy)]
pub struct Turn {
    /// The order.
    pub order: OrderId,
    /// Its newest version then.
    pub version: VersionId,
    /// How often a person had asked for it.
    pub asks: i32,
}

/// Moves an order to a state because of one of its versions; an order that has a newer one, or that a person asked for
/// meanwhile, stays as it is and is tried again: false. Every state but `waiting` and `synced` wants a reason.
///
/// # Errors
/// When the database fails.
pub async fn rest(tx: &mut PgTransaction<'_>, turn: Turn, state: OrderState, reason: &str) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "/* orders.rest */ UPDATE store_order SET state = $4, reason = $5,
             state_since = CASE WHEN state = $4 THEN state_since ELSE now() END
         WHERE id = $1 AND version_id = $2 AND resync_asks = $3",
        turn.order.get(),
        turn.version.get(),
        turn.asks,
        state.word(),
        reason
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Adds a line to what happened to an order.
///
/// # Errors
/// When the database fails.
pub async fn tell(tx: &mut PgTransaction<'_>, order: OrderId, what: &str) -> Result<(), DbError> {
    sqlx::query!("/* orders.tell */ INSERT INTO history (order_id, what) VALUES ($1, $2)", order.get(), what)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// A row of `order list`.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Our id.
    pub id: OrderId,
    /// The account's name.
    pub account: String,
    /// The store's name.
    pub store: String,
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
    pub conflicts: serde_json::Value,
    /// Newest version.
    pub version: Option<VersionId>,
    /// When it is tried next, while it waits.
    pub next_try_at: DateTime<Utc>,
    /// What a person decided about conflicts and pending change, until that is done.
    pub resolve: Option<Keep>,
    /// Why a person may want to look whether the client is the right one; empty = no reason to.
    pub review: String,
}

impl Listed {
    /// A person may decide something about it.
    #[must_use]
    pub fn is_in_conflict(&self) -> bool {
        !self.pending_change.is_empty() || self.conflicts.as_array().is_some_and(|rows| !rows.is_empty())
    }
}

/// Orders of stores that are not removed, newest first within a store.
///
/// # Errors
/// When the database fails.
pub async fn list(
    pool: &PgPool,
    store: Option<StoreId>,
    state: Option<OrderState>,
    number: Option<OrderNumber>,
) -> Result<Vec<Listed>, DbError> {
    let rows = sqlx::query!(
        r#"/* orders.list */ SELECT o.id, a.name AS account, s.name AS store, o.number, o.state, o.reason, o.placed_at,
             o.store_status, w.work_order_id AS "work_order_id?", o.total, o.pending_change, o.version_id,
             o.next_try_at, o.resolve,
             CASE WHEN b.order_id IS NULL OR o.conflicts @> '[{"what": "status"}]' THEN o.conflicts
               ELSE o.conflicts || jsonb_build_array(jsonb_build_object(
                 'what', 'status', 'store', coalesce(o.store_status::text, ''), 'roapp', b.refusal)) END AS "conflicts!",
             coalesce(r.review, '') AS "review!"
           FROM store_order o JOIN store s ON s.id = o.store_id JOIN account a ON a.id = s.account_id
           LEFT JOIN work_order w ON w.store_id = o.store_id AND w.number = o.number
           LEFT JOIN write_back b ON b.order_id = o.id AND b.refusal <> ''
           LEFT JOIN (SELECT order_id, max(review) AS review FROM link WHERE kind = 'person' AND review <> '' GROUP BY order_id) r
             ON r.order_id = o.id
           WHERE s.removed_at IS NULL AND ($1::bigint IS NULL OR s.id = $1) AND ($2::text IS NULL OR o.state = $2)
             AND ($3::bigint IS NULL OR o.number = $3)
           ORDER BY a.name, s.name, o.placed_at DESC NULLS LAST, o.number DESC"#,
        store.map(StoreId::get),
        state.map(OrderState::word),
        number.map(OrderNumber::get)
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Listed {
                id: OrderId::new(row.id),
                account: row.account,
                store: row.store,
                number: OrderNumber::new(row.number),
                state: state_of(row.id, &row.state)?,
                reason: row.reason,
                placed_at: row.placed_at,
                status: row.store_status.map(StoreStatusId::new),
                work_order: row.work_order_id,
                total: row.total,
                pending_change: row.pending_change,
                conflicts: row.conflicts,
                version: row.version_id.map(VersionId::new),
                next_try_at: row.next_try_at,
                resolve: row.resolve.as_deref().and_then(resolve::read),
                review: row.review,
            })
        })
        .collect()
}

/// What happened to an order, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn history(pool: &PgPool, order: OrderId) -> Result<Vec<(DateTime<Utc>, String)>, DbError> {
    let rows =
        sqlx::query!("/* orders.history */ SELECT at, what FROM history WHERE order_id = $1 ORDER BY id", order.get())
            .fetch_all(pool)
            .await?;
    Ok(rows.into_iter().map(|row| (row.at, row.what)).collect())
}

pub(super) fn state_of(order: i64, word: &str) -> Result<OrderState, DbError> {
    OrderState::read(word).ok_or_else(|| DbError::Row {
        table: "store_order",
        row: order.to_string(),
        column: "state",
        detail: format!("unknown state {word:?}"),
    })
}
