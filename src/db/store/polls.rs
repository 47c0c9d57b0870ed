//! The state of a store's polls and of its import.

use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::{PgPool, PgTransaction};
use std::time::Duration;

use crate::{
    db::{DbError, leases, said, seconds, stores::Store},
    domain::{
        ids::{EmployeeId, StoreId},
        said::Said,
    },
};

/// The first import's figures: `found = done + excluded + held + failed + waiting`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// Orders of the window.
    pub found: i64,
    /// In RO App, or deleted on one side.
    pub done: i64,
    /// Not wanted.
    pub excluded: i64,
    /// Waiting for a person.
    pub held: i64,
    /// Refused by RO App, incomplete or unreadable.
    pub failed: i64,
    /// Waiting to be sent.
    pub waiting: i64,
}

/// Asks for the first import; the time of connecting and the window are only set the first time.
pub async fn ask_import(
    tx: &mut PgTransaction<'_>,
    store: &Store,
    connected_at: DateTime<Utc>,
    window_from: NaiveDateTime,
) -> Result<(), DbError> {
    sqlx::query!(
        "/* polls.ask_import */ UPDATE store SET state = 'importing', reason = NULL, state_since = now(),
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

/// Records a successful poll: the watermark moves to the newest saved order, and the next poll follows after `next`, give or
/// take a twentieth so that stores spread out, unless a command asked for a poll at once while this one ran. `seen` is when
/// this poll was due, `ago` how long ago it went well. Returns when the next poll is due; `None` where a command wants it now.
pub async fn succeeded(
    tx: &mut PgTransaction<'_>,
    id: StoreId,
    newest: Option<NaiveDateTime>,
    (seen, next, ago): (DateTime<Utc>, Duration, Duration),
) -> Result<Option<DateTime<Utc>>, DbError> {
    let next = sqlx::query_scalar!(
        "/* polls.succeeded */ UPDATE store SET last_attempt_at = clock_timestamp() - $5 * interval '1 second',
             last_success_at = clock_timestamp() - $5 * interval '1 second', failing_since = NULL,
             failures = 0, last_error = NULL, login_refused_at = NULL, watermark = greatest(watermark, $2),
             next_poll_at = CASE WHEN next_poll_at = $3
                            THEN clock_timestamp() + ($4 * (0.95 + random() * 0.1) - $5) * interval '1 second'
                            ELSE next_poll_at END,
             state_since = CASE WHEN state = 'needs_credentials' THEN now() ELSE state_since END,
             state = CASE WHEN state = 'needs_credentials' THEN coalesce(resume_state, 'active') ELSE state END,
             reason = CASE WHEN state = 'needs_credentials' THEN NULL ELSE reason END
         WHERE id = $1 RETURNING CASE WHEN next_poll_at > clock_timestamp() THEN next_poll_at END",
        id.get(),
        newest,
        seen,
        seconds(next),
        seconds(ago)
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(next)
}

/// How a failed poll counts.
#[derive(Debug, Clone, Copy)]
pub struct Failure {
    /// It is the first failure in a row.
    pub first: bool,
    /// A command changed the store during the poll, so the failure may no longer apply.
    pub outdated: bool,
}

/// Records a failed poll, to be repeated after `next`, or at once if a command asked for that while it ran. `seen` is when the
/// poll was due.
pub async fn failed(
    tx: &mut PgTransaction<'_>,
    id: StoreId,
    error: &Said,
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
        said::to_json(error),
        seen,
        seconds(next)
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(failure)
}

/// The reading of a store ended, its poll having gone well: early for this reason, or whole.
pub async fn ended(tx: &mut PgTransaction<'_>, id: StoreId, error: Option<&Said>) -> Result<(), DbError> {
    sqlx::query!(
        "/* polls.ended */ UPDATE store SET read_ended_at = clock_timestamp(), read_error = $2 WHERE id = $1",
        id.get(),
        said::column(error)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Moves the next poll to `next` from now if that is sooner, unless a command has moved it since it was due at `seen`.
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

/// Postpones the next read of the store, unless a command has moved it since the poll was due. Records nothing else.
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

/// How a refused login counts.
#[derive(Debug, Clone, Copy)]
pub struct Refusal {
    /// When the first refusal in a row came.
    pub since: DateTime<Utc>,
    /// The first refusal is long enough ago that this is no passing fault.
    pub believed: bool,
    /// Nobody has been told yet: the store still counts as working.
    pub is_news: bool,
}

/// Records that the store refused the login. The refusal is believed once the first one is at least `pause` ago.
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

/// Sets the next poll to `pause` from now; a request for a poll at once is kept.
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

/// Records that every order of the window is saved.
pub async fn listed(tx: &mut PgTransaction<'_>, id: StoreId) -> Result<(), DbError> {
    sqlx::query!("/* polls.listed */ UPDATE store SET import_listed_at = now() WHERE id = $1", id.get())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Ends the import when none of its orders waits any more; true when this call ended it.
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

/// The present figures of the import.
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

/// Records that the first work order showed its marker.
pub async fn read_back(tx: &mut PgTransaction<'_>, id: StoreId) -> Result<(), DbError> {
    sqlx::query!("/* polls.read_back */ UPDATE store SET marker_read_back = true WHERE id = $1", id.get())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Records that RO App was searched for work orders made since the store's window began.
pub async fn looked_back(tx: &mut PgTransaction<'_>, id: StoreId) -> Result<(), DbError> {
    sqlx::query!("/* polls.looked_back */ UPDATE store SET looked_back = true WHERE id = $1", id.get())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Which of the selected managers are known to be inactive.
pub async fn inactive_managers(tx: &mut PgTransaction<'_>, id: StoreId) -> Result<Vec<EmployeeId>, DbError> {
    let inactive = sqlx::query_scalar!(
        "/* polls.inactive_managers */ SELECT inactive_managers FROM store WHERE id = $1",
        id.get()
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(inactive.into_iter().map(EmployeeId::new).collect())
}

/// Advances the rotation of a store's managers and returns the new count.
pub async fn next_turn(tx: &mut PgTransaction<'_>, id: StoreId) -> Result<i64, DbError> {
    let turn = sqlx::query_scalar!(
        "/* polls.next_manager */ UPDATE store SET next_manager = next_manager + 1 WHERE id = $1 RETURNING next_manager",
        id.get()
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(turn)
}

/// Saves which of the selected managers are inactive; returns those that were active before.
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

/// Records that a work order was refused with this reason; returns how many in a row were.
pub async fn refused(tx: &mut PgTransaction<'_>, id: StoreId, cause: &Said) -> Result<i32, DbError> {
    let refusals = sqlx::query_scalar!(
        "/* polls.refused */ UPDATE store SET refusals = CASE WHEN refusal = $2 THEN refusals + 1 ELSE 1 END, refusal = $2
         WHERE id = $1 RETURNING refusals",
        id.get(),
        said::to_json(cause)
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(refusals)
}

/// Records that a work order was accepted with its lines.
pub async fn accepted(tx: &mut PgTransaction<'_>, id: StoreId) -> Result<(), DbError> {
    sqlx::query!(
        "/* polls.accepted */ UPDATE store SET refusals = 0, refusal = NULL WHERE id = $1 AND refusals > 0",
        id.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
