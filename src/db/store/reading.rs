//! A reading of the store that a person asked for: everything that a poll reads, not only new orders.

use chrono::{DateTime, Utc};
use sqlx::{PgPool, PgTransaction};

use crate::{
    db::{DbError, leases, said, stores::Store},
    domain::{ids::StoreId, said::Said},
};

/// Has the store read now, even if it was to wait.
pub async fn begin_now(tx: &mut PgTransaction<'_>, store: &Store) -> Result<(), DbError> {
    sqlx::query!("/* reading.begin_now */ UPDATE store SET next_poll_at = now() WHERE id = $1", store.id.get())
        .execute(&mut **tx)
        .await?;
    leases::wake(tx, store.account).await
}

/// The progress of a reading that somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// It has not begun.
    Waits,
    /// It is being read.
    Begun,
    /// Why it ended early; none when it was read whole.
    Ended(Option<Said>),
}

/// The progress of the reading of a store since `at`.
pub async fn since(pool: &PgPool, store: StoreId, at: DateTime<Utc>) -> Result<Reading, DbError> {
    let row = sqlx::query!(
        r#"/* reading.since */ SELECT coalesce(read_ended_at >= last_attempt_at, false) AS "ended!", read_error FROM store
           WHERE id = $1 AND last_attempt_at >= $2"#,
        store.get(),
        at
    )
    .fetch_optional(pool)
    .await?;
    Ok(match row {
        None => Reading::Waits,
        Some(row) if row.ended => Reading::Ended(said::read_any("store", store.get(), "read_error", row.read_error)?),
        Some(_) => Reading::Begun,
    })
}
