//! What polling and importing notes about a store.

use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::{PgPool, PgTransaction};
use std::time::Duration;

use crate::{
    db::{DbError, leases, seconds, stores::Store},
    domain::ids::{EmployeeId, StoreId},
};

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

/// A poll went well: the watermark moves to the newest order that was saved, and the next poll is in `next`, a twentieth earlier
/// or later so that stores spread out, unless a command wanted one at once while this one ran. `seen` is when this one was due; when the next one is.
///
/// # Errors
/// When the database fails.
pub async fn succeeded(
    tx: &mut PgTransaction<'_>,
    id: StoreId,
    newest: Option<NaiveDateTime>,
    (seen, next): (DateTime<Utc>, Duration),
) -> Result<DateTime<Utc>, DbError> {
    let next = sqlx::query_scalar!(
        "/* polls.succeeded */ UPDATE store SET last_attempt_at = now(), last_success_at = now(), failing_since = NULL,
             failures = 0, last_error = '', login_refused_at = NULL, watermark = greatest(watermark, $2),
             next_poll_at = CASE WHEN next_poll_at = $3 THEN clock_timestamp() + $4 * (0.95 + random() * 0.1) * interval '1 second'
                            ELSE next_poll_at END,
             state_since = CASE WHEN state = 'needs_credentials' THEN now() ELSE state_since END,
             state = CASE WHEN state = 'needs_credentials' THEN coalesce(resume_state, 'active') ELSE state END,
             reason = CASE WHEN state = 'needs_credentials' THEN '' ELSE reason END
         WHERE id = $1 RETURNING next_poll_at",
        id.get(),
        newest,
        seen,
        seconds(next)
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(next)
}

/// What is noted about a failed poll.
#[derive(Debug, Clone, Copy)]
pub struct Failure {
    /// The first one in a row.
    pub first: bool,
    /// A command changed the store while it ran: it says nothing about what holds now.
    pub outdated: bool,
}

/// A poll failed; tried again after `next`, or at once when a command wanted that while it ran. `seen` is when it was due.
///
/// # Errors
/// When the database fails.
pub async fn failed(
    tx: &mut PgTransaction<'_>,
    id: StoreId,
    error: &str,
    (seen, next): (DateTime<Utc>, Duration),
) -> Result<Failure, DbError> {
    let failure = sqlx::query_as!(
        Failure,
        r#"/* polls.failed */ WITH old AS (SELECT next_poll_at FROM store WHERE id = $1 FOR UPDATE)
           UPDATE store SET last_attempt_at = now(), failing_since = coalesce(failing_since, now()),
             failures = failures + 1, last_error = $2, read_ended_at = clock_timestamp(), read_error = $2,
             next_poll_at = CASE WHEN old.next_poll_at = $3 THEN clock_timestamp() + $4 * interval '1 second'
                            ELSE old.next_poll_at END
           FROM old WHERE id = $1 RETURNING failures = 1 AS "first!", old.next_poll_at <> $3 AS "outdated!""#,
        id.get(),
        error,
        seen,
        seconds(next)
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(failure)
}

/// The reading of a store ended, its poll having gone well: early for this reason, or, where that is empty, whole.
///
/// # Errors
/// When the database fails.
pub async fn ended(tx: &mut PgTransaction<'_>, id: StoreId, error: &str) -> Result<(), DbError> {
    sqlx::query!(
        "/* polls.ended */ UPDATE store SET read_ended_at = clock_timestamp(), read_error = $2 WHERE id = $1",
        id.get(),
        error
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The next poll is in `next` if that is sooner, unless a command wanted one since it was due at `seen`.
///
/// # Errors
/// When the database fails.
pub async fn hasten(
    tx: &mut PgTransaction<'_>,
    id: StoreId,
    (seen, next): (DateTime<Utc>, Duration),
) -> Result<(), DbError> {
    sqlx::query!(
        "/* polls.hasten */ UPDATE store
             SET next_poll_at = least(next_poll_at, clock_timestamp() + $3 * interval '1 second')
         WHERE id = $1 AND next_poll_at = $2",
        id.get(),
        seen,
        seconds(next)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The store is not read for a while, unless a command changed that since the poll was due. Nothing else is noted.
///
/// # Errors
/// When the database fails.
pub async fn put_off(
    tx: &mut PgTransaction<'_>,
    id: StoreId,
    (seen, pause): (DateTime<Utc>, Duration),
) -> Result<(), DbError> {
    sqlx::query!(
        "/* polls.put_off */ UPDATE store SET next_poll_at = clock_timestamp() + $3 * interval '1 second'
         WHERE id = $1 AND next_poll_at = $2",
        id.get(),
        seen,
        seconds(pause)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A refusal of the login.
#[derive(Debug, Clone, Copy)]
pub struct Refusal {
    /// The first one in a row.
    pub since: DateTime<Utc>,
    /// That one is long enough ago: the refusal is no slip.
    pub believed: bool,
    /// The store works as far as anybody was told.
    pub is_news: bool,
}

/// The login was refused. The refusal is believed once the first one is `pause` ago.
///
/// # Errors
/// When the database fails.
pub async fn login_refused(tx: &mut PgTransaction<'_>, id: StoreId, pause: Duration) -> Result<Refusal, DbError> {
    let refusal = sqlx::query_as!(
        Refusal,
        r#"/* polls.login_refused */ UPDATE store SET login_refused_at = coalesce(login_refused_at, now()) WHERE id = $1
           RETURNING login_refused_at AS "since!", state IN ('importing', 'active') AS "is_news!",
             login_refused_at <= clock_timestamp() - $2 * interval '1 second' AS "believed!""#,
        id.get(),
        seconds(pause)
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(refusal)
}

/// Sets when a store is polled next, from now; a wish for a poll at once is kept.
///
/// # Errors
/// When the database fails.
pub async fn postpone(tx: &mut PgTransaction<'_>, id: StoreId, pause: Duration) -> Result<(), DbError> {
    sqlx::query!(
        "/* polls.postpone */ UPDATE store SET next_poll_at = clock_timestamp() + $2 * interval '1 second'
         WHERE id = $1 AND next_poll_at > clock_timestamp()",
        id.get(),
        seconds(pause)
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
        r#"/* polls.import_counts */ SELECT coalesce(sum(orders), 0)::bigint AS "found!",
             coalesce(sum(orders) FILTER (WHERE state IN ('synced', 'gone', 'removed')), 0)::bigint AS "done!",
             coalesce(sum(orders) FILTER (WHERE state = 'excluded'), 0)::bigint AS "excluded!",
             coalesce(sum(orders) FILTER (WHERE state = 'held'), 0)::bigint AS "held!",
             coalesce(sum(orders) FILTER (WHERE state IN ('failed', 'incomplete', 'unreadable')), 0)::bigint AS "failed!",
             coalesce(sum(orders) FILTER (WHERE state = 'waiting'), 0)::bigint AS "waiting!"
           FROM order_count WHERE store_id = $1 AND in_import"#,
        id.get()
    )
    .fetch_one(pool)
    .await?;
    Ok(counts)
}

/// The first work order showed its marker.
///
/// # Errors
/// When the database fails.
pub async fn read_back(tx: &mut PgTransaction<'_>, id: StoreId) -> Result<(), DbError> {
    sqlx::query!("/* polls.read_back */ UPDATE store SET marker_read_back = true WHERE id = $1", id.get())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Those of the selected managers that are known to be inactive.
///
/// # Errors
/// When the database fails.
pub async fn inactive_managers(tx: &mut PgTransaction<'_>, id: StoreId) -> Result<Vec<EmployeeId>, DbError> {
    let inactive = sqlx::query_scalar!(
        "/* polls.inactive_managers */ SELECT inactive_managers FROM store WHERE id = $1",
        id.get()
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(inactive.into_iter().map(EmployeeId::new).collect())
}

/// Counts the turns of a store's managers up; where the count stands.
///
/// # Errors
/// When the database fails.
pub async fn next_turn(tx: &mut PgTransaction<'_>, id: StoreId) -> Result<i64, DbError> {
    let turn = sqlx::query_scalar!(
        "/* polls.next_manager */ UPDATE store SET next_manager = next_manager + 1 WHERE id = $1 RETURNING next_manager",
        id.get()
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(turn)
}

/// Keeps which of the selected managers are inactive; those that are so newly.
///
/// # Errors
/// When the database fails.
pub async fn note_inactive(
    tx: &mut PgTransaction<'_>,
    id: StoreId,
    inactive: &[EmployeeId],
) -> Result<Vec<EmployeeId>, DbError> {
    let ids: Vec<_> = inactive.iter().map(|manager| manager.get()).collect();
    let before = sqlx::query_scalar!(
        r#"/* polls.note_inactive */ UPDATE store s SET inactive_managers = $2
           FROM (SELECT id, inactive_managers FROM store WHERE id = $1 FOR UPDATE) old WHERE s.id = old.id
           RETURNING old.inactive_managers AS "before!""#,
        id.get(),
        &ids
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(inactive.iter().copied().filter(|manager| !before.contains(&manager.get())).collect())
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
