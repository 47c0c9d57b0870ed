//! What a person asked for with a command, for the daemon to do.

use chrono::{DateTime, Utc};
use sqlx::{PgPool, PgTransaction};

use super::{DbError, leases, stores::Store};
use crate::domain::ids::{OrderId, OrderNumber, StoreId};

/// The store is read now, whatever it was to wait for.
///
/// # Errors
/// When the database fails.
pub async fn read_now(tx: &mut PgTransaction<'_>, store: &Store) -> Result<(), DbError> {
    sqlx::query!("/* asks.read_now */ UPDATE store SET next_poll_at = now() WHERE id = $1", store.id.get())
        .execute(&mut **tx)
        .await?;
    leases::wake(tx, store.account).await
}

/// These orders are worked now and before all others; `resync` compares RO App with the newest version and the present
/// settings, also where nothing changed in the store.
///
/// # Errors
/// When the database fails.
pub async fn work_now(
    tx: &mut PgTransaction<'_>,
    store: &Store,
    orders: &[OrderId],
    resync: bool,
) -> Result<(), DbError> {
    let ids: Vec<_> = orders.iter().map(|order| order.get()).collect();
    sqlx::query!(
        "/* asks.work_now */ UPDATE store_order SET state = 'waiting', reason = '', tries = 0, repaired = false,
             state_since = CASE WHEN state = 'waiting' THEN state_since ELSE now() END, next_try_at = now(), priority = 0,
             resync = resync OR $2, resync_asks = resync_asks + 1
         WHERE id = ANY($1)",
        &ids,
        resync
    )
    .execute(&mut **tx)
    .await?;
    let what = if resync { "asked to be brought in step again" } else { "asked to be tried again" };
    sqlx::query!("/* asks.tell */ INSERT INTO history (order_id, what) SELECT unnest($1::bigint[]), $2", &ids, what)
        .execute(&mut **tx)
        .await?;
    leases::wake(tx, store.account).await
}

/// What happened to an order since a moment.
#[derive(Debug, Clone)]
pub struct Happened {
    /// Which.
    pub order: OrderId,
    /// Cartum's order number.
    pub number: OrderNumber,
    /// The state it is in now.
    pub state: String,
    /// Why.
    pub reason: String,
    /// What happened, oldest first.
    pub what: Vec<String>,
}

/// What happened to the orders of a store since `at`, in the order of their numbers.
///
/// # Errors
/// When the database fails.
pub async fn happened_since(pool: &PgPool, store: StoreId, at: DateTime<Utc>) -> Result<Vec<Happened>, DbError> {
    let rows = sqlx::query!(
        r#"/* asks.happened_since */ SELECT o.id, o.number, o.state, o.reason, array_agg(h.what ORDER BY h.id) AS "what!"
           FROM history h JOIN store_order o ON o.id = h.order_id
           WHERE o.store_id = $1 AND h.at >= $2 GROUP BY o.id ORDER BY o.number"#,
        store.get(),
        at
    )
    .fetch_all(pool)
    .await?;
    let happened = rows.into_iter().map(|row| Happened {
        order: OrderId::new(row.id),
        number: OrderNumber::new(row.number),
        state: row.state,
        reason: row.reason,
        what: row.what,
    });
    Ok(happened.collect())
}

/// The database's clock, by which histories are kept.
///
/// # Errors
/// When the database fails.
pub async fn now(pool: &PgPool) -> Result<DateTime<Utc>, DbError> {
    Ok(sqlx::query_scalar!(r#"/* asks.now */ SELECT clock_timestamp() AS "now!""#).fetch_one(pool).await?)
}

/// How far the reading of a store has come that somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// Nobody has begun.
    Waits,
    /// It is being read.
    Begun,
    /// Its error, empty when it was read whole.
    Ended(String),
}

/// How far the reading of a store has come since `at`.
///
/// # Errors
/// When the database fails.
pub async fn read_since(pool: &PgPool, store: StoreId, at: DateTime<Utc>) -> Result<Reading, DbError> {
    let row = sqlx::query!(
        r#"/* asks.read_since */ SELECT coalesce(read_ended_at >= last_attempt_at, false) AS "ended!", read_error FROM store
           WHERE id = $1 AND last_attempt_at >= $2"#,
        store.get(),
        at
    )
    .fetch_optional(pool)
    .await?;
    Ok(match row {
        None => Reading::Waits,
        Some(row) if row.ended => Reading::Ended(row.read_error),
        Some(_) => Reading::Begun,
    })
}
