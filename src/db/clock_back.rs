//! The database's clock was set back, by NTP after a start with a wrong one, say: what was put off until a time of the old clock
//! would wait for hours or years.
//!
//! No pause of ours is longer than a known limit. A moment that lies further ahead is of another clock, and is due now. What nobody
//! is to work at all (a paused, switched off or drafted store, an account that has no other) waits for a person and not for a moment.

use std::time::Duration;

use sqlx::PgPool;

use super::{DbError, seconds};

/// The longest pause of everything else that is no poll: of an order between two tries, of a store without the API, of an
/// account after a failure, of a lease (as settings allow it).
const LONGEST: Duration = Duration::from_hours(1);

/// Brings every moment that lies further ahead than it may back to now; how many there were. `interval` is that of polls and
/// `probe` that of tries of a refused login or key; what lies half as far ahead again is let pass, since polls are spread.
///
/// Nothing that was sent is looked for earlier than agreed: its wait begins anew. So does a lease of such a clock, with
/// `lease_time`: its holder, if it lives, prolongs it well before.
///
/// # Errors
/// When the database fails.
pub async fn set_right(
    pool: &PgPool,
    (interval, probe): (Duration, Duration),
    lease_time: Duration,
) -> Result<i64, DbError> {
    let mended = sqlx::query_scalar!(
        r#"/* clock_back.set_right */ WITH far AS (
               SELECT clock_timestamp() AS now, clock_timestamp() + $1 * interval '1.5 second' AS longest,
                      clock_timestamp() + $2 * interval '1.5 second' AS poll, clock_timestamp() + $3 * interval '1.5 second' AS probe
           ), processes AS (
               DELETE FROM process WHERE expires_at > (SELECT longest FROM far) RETURNING 1
           ), paces AS (
               UPDATE pace SET next_at = far.now FROM far WHERE next_at > far.longest RETURNING 1
           ), accounts AS (
               UPDATE account SET lease_expires_at = least(lease_expires_at, far.now + $4 * interval '1 second'),
                      due_at = CASE WHEN lease_token IS NULL THEN least(due_at, far.now) ELSE due_at END,
                      watch_at = least(watch_at, far.now), retry_at = least(retry_at, far.now)
               FROM far
               WHERE removed_at IS NULL AND (lease_expires_at > far.longest OR lease_token IS NULL AND due_at > far.probe AND due_at < 'infinity'
                     OR watch_at > far.poll OR retry_at > far.probe)
               RETURNING 1
           ), stores AS (
               UPDATE store SET next_poll_at = far.now, login_refused_at = least(login_refused_at, far.now)
               FROM far
               WHERE removed_at IS NULL AND state IN ('importing', 'active', 'needs_credentials')
                 AND next_poll_at > CASE WHEN state = 'needs_credentials' THEN far.probe ELSE far.poll END
               RETURNING 1
           ), orders AS (
               UPDATE store_order SET next_try_at = far.now FROM far
               WHERE state = 'waiting' AND next_try_at > far.longest RETURNING 1
           ), entries AS (
               UPDATE journal SET look_from = far.now + (look_from - sent_at), sent_at = far.now FROM far
               WHERE state = 'sent' AND look_from > far.longest RETURNING 1
           ), removals AS (
               UPDATE store_order SET look_for_removal_at = far.now FROM far
               WHERE look_for_removal_at > far.longest AND NOT (state = 'waiting' AND next_try_at > far.longest) RETURNING 1
           )
           SELECT (SELECT count(*) FROM processes) + (SELECT count(*) FROM paces) + (SELECT count(*) FROM accounts)
                + (SELECT count(*) FROM stores) + (SELECT count(*) FROM orders) + (SELECT count(*) FROM entries)
                + (SELECT count(*) FROM removals) AS "mended!""#,
        seconds(LONGEST),
        seconds(LONGEST.max(interval)),
        seconds(probe.max(interval)),
        seconds(lease_time)
    )
    .fetch_one(pool)
    .await?;
    Ok(mended)
}
