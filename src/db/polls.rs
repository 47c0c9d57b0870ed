//! What polling and importing notes about a store.

use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::{PgPool, PgTransaction};
use std::time::Duration;

use super::{DbError, leases, seconds, stores::Store};
use crate::domain::ids::{EmployeeId, StatusId, StoreId};

/// The first import's figures: `found = done + excluded + held + failed + waiting`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// Orders of the window.
    pub found: i64,
    /// In RO App, or gone on one side.
    pub done: i64,
    /// Not wanted.
    pub excluded: i64,
    /// Waiting for a person.
    pub held: i64,
    /// Refused, incomplete or unreadable.
    pub failed: i64,
    /// To be sent.
    pub waiting: i64,
}

/// Asks for the first import: the moment of connecting and the window are fixed the first time.
///
/// # Errors
/// When the database fails.
pub async fn ask_import(
    tx: &mut PgTransaction<'_>,
    store: &Store,
    connected_at: DateTime<Utc>,
    window_from: NaiveDateTime,
) -> Result<(), DbError> {
    sqlx::query!(
        "/* polls.ask_import */ UPDATE store SET state = 'importing', reason = '', state_since = now(),
             connected_at = coalesce(connected_at, $2), window_from = coalesce(window_from, $3),
             import_asked_at = now(), import_listed_at = NULL, import_finished_at = NULL, next_poll_at = now()
         WHERE id = $1",
        store.id.get(),
        connected_at,
        window_from
    )
    .execute(&mut **tx)
    .await?;
    leases::wake(tx, store.account).await
}

/// A poll went well: the next one is in `next`, and the watermark moves to the newest order that was saved.
///
/// # Errors
/// When the database fails.
pub async fn succeeded(
    tx: &mut PgTransaction<'_>,
    id: StoreId,
    newest: Option<NaiveDateTime>,
    next: Duration,
) -> Result<(), DbError> {
    sqlx::query!(
        "/* polls.succeeded */ UPDATE store SET last_attempt_at = now(), last_success_at = now(), failing_since = NULL,
             failures = 0, last_error = '', login_refused_at = NULL, watermark = greatest(watermark, $2),
             next_poll_at = clock_timestamp() + $3 * interval '1 second',
             state = CASE WHEN state = 'needs_credentials' THEN coalesce(resume_state, 'active') ELSE state END,
             reason = CASE WHEN state = 'needs_credentials' THEN '' ELSE reason END
         WHERE id = $1",
        id.get(),
        newest,
        seconds(next)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A poll failed; tried again after `next`. True when it is the first failure in a row.
///
/// # Errors
/// When the database fails.
pub async fn failed(tx: &mut PgTransaction<'_>, id: StoreId, error: &str, next: Duration) -> Result<bool, DbError> {
    let first = sqlx::query_scalar!(
        r#"/* polls.failed */ UPDATE store SET last_attempt_at = now(), failing_since = coalesce(failing_since, now()),
             failures = failures + 1, last_error = $2, next_poll_at = clock_timestamp() + $3 * interval '1 second'
           WHERE id = $1 RETURNING failures = 1 AS "first!""#,
        id.get(),
        error,
        seconds(next)
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(first)
}

/// The login was refused a first time.
///
/// # Errors
/// When the database fails.
pub async fn login_refused(tx: &mut PgTransaction<'_>, id: StoreId) -> Result<(), DbError> {
    sqlx::query!(
        "/* polls.login_refused */ UPDATE store SET login_refused_at = coalesce(login_refused_at, now()) WHERE id = $1",
        id.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Every order of the window is saved.
///
/// # Errors
/// When the database fails.
pub async fn listed(tx: &mut PgTransaction<'_>, id: StoreId) -> Result<(), DbError> {
    sqlx::query!("/* polls.listed */ UPDATE store SET import_listed_at = now() WHERE id = $1", id.get())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Ends the import once nothing of it waits; true when this call ended it.
///
/// # Errors
/// When the database fails.
pub async fn finish_import(tx: &mut PgTransaction<'_>, id: StoreId) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "/* polls.finish_import */ UPDATE store SET import_finished_at = now(),
             state_since = CASE WHEN state = 'importing' THEN now() ELSE state_since END,
             state = CASE WHEN state = 'importing' THEN 'active' ELSE state END,
             resume_state = CASE WHEN resume_state = 'importing' THEN 'active' ELSE resume_state END
         WHERE id = $1 AND import_listed_at IS NOT NULL AND import_finished_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM store_order o WHERE o.store_id = $1 AND o.in_import AND o.state = 'waiting')",
        id.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The import's figures as they stand.
///
/// # Errors
/// When the database fails.
pub async fn import_counts(pool: &PgPool, id: StoreId) -> Result<ImportCounts, DbError> {
    let counts = sqlx::query_as!(
        ImportCounts,
        r#"/* polls.import_counts */ SELECT count(*) AS "found!",
             count(*) FILTER (WHERE state IN ('synced', 'gone', 'removed')) AS "done!",
             count(*) FILTER (WHERE state = 'excluded') AS "excluded!",
             count(*) FILTER (WHERE state = 'held') AS "held!",
             count(*) FILTER (WHERE state IN ('failed', 'incomplete', 'unreadable')) AS "failed!",
             count(*) FILTER (WHERE state = 'waiting') AS "waiting!"
           FROM store_order WHERE store_id = $1 AND in_import"#,
        id.get()
    )
    .fetch_one(pool)
    .await?;
    Ok(counts)
}

/// The first work order showed its marker, and this initial status.
///
/// # Errors
/// When the database fails.
pub async fn read_back(tx: &mut PgTransaction<'_>, id: StoreId, initial: Option<StatusId>) -> Result<(), DbError> {
    sqlx::query!(
        "/* polls.read_back */ UPDATE store SET marker_read_back = true, initial_status = coalesce($2, initial_status)
         WHERE id = $1",
        id.get(),
        initial.map(StatusId::get)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Whose turn it is among the selected managers.
///
/// # Errors
/// When the database fails.
pub async fn next_manager(
    tx: &mut PgTransaction<'_>,
    id: StoreId,
    managers: &[EmployeeId],
) -> Result<Option<EmployeeId>, DbError> {
    let turn = sqlx::query_scalar!(
        "/* polls.next_manager */ UPDATE store SET next_manager = next_manager + 1 WHERE id = $1 RETURNING next_manager",
        id.get()
    )
    .fetch_one(&mut **tx)
    .await?;
    let count = i64::try_from(managers.len()).unwrap_or(i64::MAX);
    let index = turn.checked_rem(count).and_then(|index| usize::try_from(index).ok());
    Ok(index.and_then(|index| managers.get(index).copied()))
}

/// A work order was refused with this reason; how many in a row were.
///
/// # Errors
/// When the database fails.
pub async fn refused(tx: &mut PgTransaction<'_>, id: StoreId, reason: &str) -> Result<i32, DbError> {
    let refusals = sqlx::query_scalar!(
        "/* polls.refused */ UPDATE store SET refusals = CASE WHEN refusal = $2 THEN refusals + 1 ELSE 1 END, refusal = $2
         WHERE id = $1 RETURNING refusals",
        id.get(),
        reason
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(refusals)
}

/// A work order was accepted with its lines.
///
/// # Errors
/// When the database fails.
pub async fn accepted(tx: &mut PgTransaction<'_>, id: StoreId) -> Result<(), DbError> {
    sqlx::query!(
        "/* polls.accepted */ UPDATE store SET refusals = 0, refusal = '' WHERE id = $1 AND refusals > 0",
        id.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
