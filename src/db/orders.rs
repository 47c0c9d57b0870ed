//! Store orders and their versions: what a page of the store's answer becomes. `work.rs` has what the executor does with them,
//! `order_list.rs` how they are listed.

use chrono::{DateTime, NaiveDateTime, Utc};
use rust_decimal::Decimal;
use sqlx::{PgPool, PgTransaction};

use super::DbError;
pub use super::order_list::Listed;
use crate::domain::ids::{OrderId, OrderNumber, StoreId, StoreStatusId, VersionId};
pub use crate::domain::order_state::OrderState;

/// A version that is new to us.
#[derive(Debug, Clone)]
pub struct NewVersion<'a> {
    /// Cartum's order number.
    pub number: OrderNumber,
    /// Fingerprint of the normalised order, or of the raw JSON where it could not be decoded.
    pub fingerprint: [u8; 32],
    /// As the store sent it, as JSON.
    pub raw: &'a str,
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
    // One that was seen before is no new one: a store that shows two answers in turn has two versions.
    let again = sqlx::query_scalar!(
        "/* orders.seen_again */ UPDATE version SET seen_at = now() WHERE id = (
             SELECT id FROM version WHERE order_id = $1 AND fingerprint = $2 ORDER BY id DESC LIMIT 1) RETURNING id",
        order,
        &new.fingerprint[..]
    )
    .fetch_optional(&mut **tx)
    .await?;
    let version = match again {
        Some(version) => version,
        None => add_version(tx, order, new).await?,
    };
    sqlx::query!("/* orders.newest */ UPDATE store_order SET version_id = $2 WHERE id = $1", order, version)
        .execute(&mut **tx)
        .await?;
    Ok(OrderId::new(order))
}

async fn add_version(tx: &mut PgTransaction<'_>, order: i64, new: &NewVersion<'_>) -> Result<i64, DbError> {
    let version = sqlx::query_scalar!(
        "/* orders.save_version */ INSERT INTO version (order_id, fingerprint, raw) VALUES ($1, $2, $3::text::json) RETURNING id",
        order,
        &new.fingerprint[..],
        // As text: bound as a value it would become jsonb on the way, which takes no \u0000.
        new.raw
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(version)
}

/// A work order was found that belongs to a later order of the number than the database knew of.
///
/// # Errors
/// When the database fails.
pub async fn set_generation(tx: &mut PgTransaction<'_>, order: OrderId, generation: i32) -> Result<(), DbError> {
    sqlx::query!(
        "/* orders.set_generation */ UPDATE store_order SET generation = $2 WHERE id = $1",
        order.get(),
        generation
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
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
        "/* orders.rest */ UPDATE store_order SET state = $4, reason = $5, gave_way_at = NULL, postponed = false,
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
