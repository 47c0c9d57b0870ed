//! Repairs what was put off when the database's clock was set back, for example by NTP after the server started with a wrong
//! time. Anything put off until a time of the old clock would otherwise wait for hours or years.
//!
//! Every pause of ours has a known limit. A time further ahead than that comes from another clock, so it is due now. What
//! nobody is to work at all (a store that is paused, switched off or a draft, or an account with no other stores) is left as it
//! is: it waits for a person, not for a time.

use std::time::Duration;

use sqlx::PgPool;

use super::{DbError, seconds};

/// The longest pause of everything except polls: of an order between two tries, of a store without the API, of an account after
/// a failure, of a lease (as far as settings allow).
const LONGEST: Duration = Duration::from_hours(1);

/// Sets every time that is further ahead than it can be to now, and returns how many there were. `interval` is the pause
/// between polls, `probe` the pause between tries of a refused login or key. Up to half as much again is accepted, because
/// polls are spread out.
///
/// A sent call is not searched for any sooner than agreed: its wait starts again. A lease with such a time now lasts
/// `lease_time`; a living holder renews it long before that.
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
