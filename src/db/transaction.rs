//! The one place that begins a transaction, and the database's clock.

use chrono::{DateTime, Utc};
use sqlx::{PgPool, PgTransaction};

use super::DbError;

/// Begins a transaction. Whoever waits for it may be cancelled at any moment: the beginning goes on in a task of its own and
/// is rolled back there. sqlx 0.9.0 alone would give the connection back to the pool within a transaction that nobody ends
/// (its issue 4393, fixed after that release), so that nothing the next borrower writes is ever committed.
///
/// # Errors
/// When the database does not answer.
#[expect(clippy::disallowed_methods, reason = "the one place that begins")]
pub async fn begin(pool: &PgPool) -> Result<PgTransaction<'static>, sqlx::Error> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin().await });
    // It fails to join only while the program ends.
    begun.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
}

/// The database's clock, by which the times of orders are kept.
///
/// # Errors
/// When the database fails.
pub async fn now(pool: &PgPool) -> Result<DateTime<Utc>, DbError> {
    Ok(sqlx::query_scalar!(r#"/* db.now */ SELECT clock_timestamp() AS "now!""#).fetch_one(pool).await?)
}
