//! The slots for calls to RO App: one row for each account, which all processes on this database take in turn.

use std::time::Duration;

use futures_util::{FutureExt as _, future::BoxFuture};
use sqlx::PgPool;

use crate::{
    domain::{ids::AccountId, rate},
    http::{PaceError, Slots},
};

/// The slots of an account.
#[derive(Debug)]
pub struct OfAccount {
    /// The database with the account's row.
    pub pool: PgPool,
    /// The account whose calls are spaced.
    pub account: AccountId,
}

/// The slots of all accounts with this base URL, for a key whose account is not known yet.
#[derive(Debug)]
pub struct OfHost {
    /// The database with the rows.
    pub pool: PgPool,
    /// The base URL that is about to be called.
    pub base_url: String,
}

impl OfAccount {
    async fn next(&self) -> Result<Duration, PaceError> {
        let seconds = sqlx::query_scalar!(
            r#"/* pace.next */ UPDATE pace p SET next_at = greatest(next_at, clock_timestamp()) + present_gap(p) WHERE account_id = $1
               RETURNING greatest(0, extract(epoch FROM next_at - present_gap(p) - clock_timestamp()))::float8 AS "seconds!""#,
            self.account.get()
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(duration(seconds))
    }

    /// RO App turned a call away: the account's calls wait, and where their rate is found out, they are further apart from then on.
    /// Those that were under way at the same time count once.
    async fn put_off(&self, pause: Duration) -> Result<(), PaceError> {
        sqlx::query!(
            "/* pace.put_off */ UPDATE pace p SET next_at = greatest(next_at, clock_timestamp() + $2 * interval '1 second'),
                 gap = CASE WHEN is_auto AND slowed_at < now() - interval '1 second'
                       THEN least(present_gap(p) * $3, make_interval(secs => 1 / $4::float8)) ELSE gap END,
                 slowed_at = CASE WHEN slowed_at < now() - interval '1 second' THEN now() ELSE slowed_at END
             WHERE account_id = $1",
            self.account.get(),
            pause.as_secs_f64(),
            rate::SLOWER,
            rate::LEAST
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

impl Slots for OfAccount {
    fn take(&self) -> BoxFuture<'_, Result<Duration, PaceError>> {
        self.next().boxed()
    }

    fn hold_off(&self, pause: Duration) -> BoxFuture<'_, Result<(), PaceError>> {
        self.put_off(pause).boxed()
    }
}

impl OfHost {
    async fn next(&self) -> Result<Duration, PaceError> {
        let slots = sqlx::query_scalar!(
            r#"/* pace.next_of_host */ UPDATE pace p SET next_at = greatest(p.next_at, clock_timestamp()) + present_gap(p)
               FROM account a WHERE a.id = p.account_id AND a.base_url = $1
               RETURNING greatest(0, extract(epoch FROM p.next_at - present_gap(p) - clock_timestamp()))::float8 AS "seconds!""#,
            self.base_url
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(duration(slots.into_iter().fold(0.0, f64::max)))
    }
}

impl Slots for OfHost {
    /// Takes one slot of each account; the latest of them counts.
    fn take(&self) -> BoxFuture<'_, Result<Duration, PaceError>> {
        self.next().boxed()
    }

    /// Nobody knows which account a 429 is about, so only the caller slows down.
    fn hold_off(&self, _: Duration) -> BoxFuture<'_, Result<(), PaceError>> {
        async { Ok(()) }.boxed()
    }
}

fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

/// Whether slots can be taken. A role without the right to write has to pace its calls itself.
pub(in crate::db) async fn can_be_taken(pool: &PgPool) -> bool {
    let nothing = sqlx::query!("/* pace.can_be_taken */ UPDATE pace SET next_at = next_at WHERE false");
    nothing.execute(pool).await.is_ok()
}
