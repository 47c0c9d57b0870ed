//! Leases on accounts: the only place that uses `SKIP LOCKED` (design section 9). All times are by the database's clock.

use std::{sync::Arc, time::Duration};

use sqlx::{PgExecutor, PgPool, PgTransaction};
use tokio::{
    sync::{Mutex, OwnedMutexGuard},
    time::Instant,
};
use tracing::Instrument;
use uuid::Uuid;

use crate::{
    db::{DbError, begin, seconds},
    domain::ids::AccountId,
};

/// How often a transaction is tried when the database keeps rolling it back in favour of others.
const MOST_TRIES: u32 = 5;

/// A transaction that [`Lease::commit`] lends.
pub type Tx = OwnedMutexGuard<PgTransaction<'static>>;

/// The right to work on one account until the lease expires.
#[derive(Debug, Clone)]
pub struct Lease {
    /// The leased account.
    pub account: AccountId,
    /// Every write under the lease repeats this token.
    pub token: Uuid,
    /// This process was the last to work on the account, so it knows what RO App showed.
    pub held_before: bool,
    /// The lease lasts at least until this time, counted from before it was requested.
    pub until: Instant,
}

/// Leases up to `max` accounts that are free and have been due for at least `waited`, longest due first. An account whose API
/// key was sealed with a key other than `key_id` is left to the processes that have that key.
pub async fn acquire(
    by: impl PgExecutor<'_>,
    (process, key_id): (Uuid, &str),
    max: i64,
    waited: Duration,
    lease_time: Duration,
) -> Result<Vec<Lease>, DbError> {
    let until = Instant::now() + lease_time;
    let rows = sqlx::query!(
        r#"/* leases.acquire */ WITH due AS (
               SELECT id, lease_holder FROM account
               WHERE removed_at IS NULL
                 AND ((lease_token IS NULL AND due_at <= now() - $4 * interval '1 second')
                   OR (lease_token IS NOT NULL AND lease_expires_at <= now() - $4 * interval '1 second'))
                 AND CASE WHEN octet_length(api_key) > 2 THEN substr(api_key, 3, get_byte(api_key, 1)) = $5 ELSE true END
               ORDER BY least(due_at, lease_expires_at) LIMIT $2 FOR UPDATE SKIP LOCKED
           )
           UPDATE account a SET lease_token = gen_random_uuid(), lease_holder = $1, due_at = 'infinity',
                  lease_expires_at = clock_timestamp() + $3 * interval '1 second'
           -- Named once more for the plan: that they are few is not known from the limit.
           FROM due WHERE a.id = due.id AND a.id = ANY (ARRAY(SELECT id FROM due))
           RETURNING a.id, a.lease_token AS "token!", coalesce(due.lease_holder = $1, false) AS "held_before!""#,
        process,
        max,
        seconds(lease_time),
        seconds(waited),
        key_id.as_bytes()
    )
    .fetch_all(by)
    .await?;
    let lease = |id, token, held_before| Lease { account: AccountId::new(id), token, held_before, until };
    Ok(rows.into_iter().map(|row| lease(row.id, row.token, row.held_before)).collect())
}

impl Lease {
    /// Extends the lease to `lease_time` from now; returns until when it lasts.
    ///
    /// # Errors
    /// [`DbError::LeaseLost`] when it expired and another process took it.
    pub async fn renew(&self, pool: &PgPool, lease_time: Duration) -> Result<Instant, DbError> {
        let until = Instant::now() + lease_time;
        let done = sqlx::query!(
            "/* leases.renew */ UPDATE account SET lease_expires_at = clock_timestamp() + $3 * interval '1 second'
             WHERE id = $1 AND lease_token = $2 AND lease_expires_at > clock_timestamp()",
            self.account.get(),
            self.token,
            seconds(lease_time)
        )
        .execute(pool)
        .await?;
        if done.rows_affected() == 1 { Ok(until) } else { Err(DbError::LeaseLost) }
    }

    /// Checks, inside a transaction, that the lease still holds, and keeps others from taking it until the transaction ends.
    ///
    /// # Errors
    /// [`DbError::LeaseLost`] when it does not.
    async fn hold(&self, tx: &mut PgTransaction<'_>) -> Result<(), DbError> {
        sqlx::query_scalar!(
            "/* leases.hold */ SELECT 1 FROM account
             WHERE id = $1 AND lease_token = $2 AND lease_expires_at > clock_timestamp() FOR KEY SHARE",
            self.account.get(),
            self.token
        )
        .fetch_optional(&mut **tx)
        .await?
        .map_or(Err(DbError::LeaseLost), |_| Ok(()))
    }

    /// Begins a transaction under the lease.
    ///
    /// # Errors
    /// [`DbError::LeaseLost`] when the lease no longer holds.
    async fn begin(&self, pool: &PgPool) -> Result<PgTransaction<'static>, DbError> {
        let mut tx = begin(pool).await?;
        self.hold(&mut tx).await?;
        Ok(tx)
    }

    /// Runs `work` in one transaction under the lease and commits it. When the database rolls it back in favour of another
    /// transaction, `work` runs again, so it must change nothing but the database.
    ///
    /// # Errors
    /// [`DbError::LeaseLost`] when the lease no longer holds, and the errors of `work`; in both cases nothing was written.
    pub async fn commit<T, F>(&self, pool: &PgPool, name: &'static str, work: impl Fn(Tx) -> F) -> Result<T, DbError>
    where
        F: Future<Output = Result<T, DbError>> + Send,
    {
        let span = tracing::debug_span!("db.commit", name, tries = tracing::field::Empty);
        let mut tries = 1;
        loop {
            let done = async {
                let tx = Arc::new(Mutex::new(self.begin(pool).await?));
                let done = work(Arc::clone(&tx).lock_owned().await).await?;
                // A copy of `tx` that `work` kept would leave the transaction open; rolled back instead.
                let tx = Arc::into_inner(tx).ok_or(sqlx::Error::WorkerCrashed)?;
                tx.into_inner().commit().await?;
                Ok(done)
            };
            match done.instrument(span.clone()).await {
                Err(error) if DbError::is_undone(&error) && tries < MOST_TRIES => tries += 1,
                done => {
                    span.record("tries", tries);
                    return done;
                }
            }
        }
    }

    /// Returns the account. The answer is the time until it is due again; `None` if only a command makes it due.
    ///
    /// It is due again when the first of its stores or orders is due, when the watch over RO App is overdue by `slack`, or when somebody
    /// asked for it meanwhile, but not before now: a released account goes to the end of the queue.
    ///
    /// # Errors
    /// [`DbError::LeaseLost`] when another process already had it.
    pub async fn release(&self, by: impl PgExecutor<'_>, slack: Duration) -> Result<Option<Duration>, DbError> {
        let due_in = sqlx::query_scalar!(
            "/* leases.release */ UPDATE account a
             SET lease_token = NULL, lease_expires_at = NULL, due_at = greatest(clock_timestamp(), least(
                 a.due_at,
                 (SELECT min(s.next_poll_at) FROM store s WHERE s.account_id = a.id AND s.is_worked),
                 (SELECT min(greatest(o.next_try_at, a.retry_at)) FROM store s CROSS JOIN LATERAL (
                    SELECT next_try_at FROM store_order WHERE store_id = s.id AND state = 'waiting'
                    ORDER BY next_try_at LIMIT 1) o
                  WHERE s.account_id = a.id AND a.state = 'active'
                    AND s.is_worked),
                 (SELECT greatest(a.watch_at + $3 * interval '1 second', a.retry_at) WHERE a.state = 'active' AND EXISTS (
                  SELECT 1 FROM store s WHERE s.account_id = a.id AND s.is_worked)),
                 CASE WHEN a.state = 'needs_key' THEN greatest(a.retry_at, clock_timestamp() + interval '1 minute') END))
             WHERE a.id = $1 AND a.lease_token = $2
             RETURNING extract(epoch FROM nullif(a.due_at, 'infinity') - clock_timestamp())::float8",
            self.account.get(),
            self.token,
            seconds(slack)
        )
        .fetch_optional(by)
        .await?;
        let due_in = due_in.ok_or(DbError::LeaseLost)?;
        Ok(due_in.map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or_default()))
    }
}

/// Makes the account due now, because a command changed something.
pub async fn wake(tx: &mut PgTransaction<'_>, account: AccountId) -> Result<(), DbError> {
    sqlx::query!("/* leases.wake */ UPDATE account SET due_at = now() WHERE id = $1", account.get())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
