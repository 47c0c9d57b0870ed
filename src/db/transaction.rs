//! The one place that begins a transaction, and the database's clock.

use chrono::{DateTime, Utc};
use sqlx::{PgPool, PgTransaction};

use super::DbError;

/// Begins a transaction. The caller may be cancelled while it waits, so the begin runs in a task of its own and is rolled back
/// there. With sqlx 0.9.0 alone, the connection would return to the pool inside a transaction that nobody ends (its issue 4393,
/// fixed after that release), and nothing that the next borrower writes would ever be committed.
///
/// # Errors
/// When the database does not answer.
#[expect(clippy::disallowed_methods, reason = "the one place that begins")]
pub async fn begin(pool: &PgPool) -> Result<PgTransaction<'static>, sqlx::Error> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin().await });
    // Joining fails only while the program ends.
    begun.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
}

/// The time by the database's clock, which all times of orders use.
pub async fn now(pool: &PgPool) -> Result<DateTime<Utc>, DbError> {
    Ok(sqlx::query_scalar!(r#"/* db.now */ SELECT clock_timestamp() AS "now!""#).fetch_one(pool).await?)
}
