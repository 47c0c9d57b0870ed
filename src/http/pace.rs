//! Spaces the calls of one account evenly, in Postgres, so that all processes share the same spacing.

use std::time::Duration;

use sqlx::PgPool;
use tokio::{sync::Mutex, time::Instant};

use crate::domain::ids::AccountId;

/// Hands out the moments at which a call may be sent.
#[derive(Debug)]
pub enum Pace {
    /// The account's row, shared by all processes on one database.
    Shared {
        /// Where the row is.
        pool: PgPool,
        /// Whose calls are spaced.
        account: AccountId,
    },
    /// The same beside a daemon: no faster than `own`, so that most turns are left to it.
    Beside {
        /// Where the row is.
        pool: PgPool,
        /// Whose calls are spaced.
        account: AccountId,
        /// Spacing of these calls themselves.
        own: Gap,
    },
    /// Every account with this base URL: for a key whose account is not known yet.
    Host {
        /// Where the rows are.
        pool: PgPool,
        /// The base URL that is about to be called.
        base_url: String,
        /// Spacing of these calls themselves.
        own: Gap,
    },
    /// Only this process; for stores, whose account is leased, and for tests of a client.
    Local(Gap),
}

/// A least distance between two calls within this process.
#[derive(Debug)]
pub struct Gap {
    next: Mutex<Instant>,
    gap: Duration,
}

/// The pacing row could not be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot reserve a rate-limit slot for the account")]
pub struct PaceError(#[from] pub sqlx::Error);

impl Gap {
    /// `gap` may be zero.
    #[must_use]
    pub fn new(gap: Duration) -> Self {
        Self { next: Mutex::new(Instant::now()), gap }
    }

    async fn wait(&self) {
        let slot = {
            let mut next = self.next.lock().await;
            let slot = (*next).max(Instant::now());
            *next = slot + self.gap;
            slot
        };
        tokio::time::sleep_until(slot).await;
    }
}

impl Pace {
    /// Pacing within this process only.
    #[must_use]
    pub fn local(gap: Duration) -> Self {
        Self::Local(Gap::new(gap))
    }

    /// Waits for this call's turn.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn wait(&self) -> Result<(), PaceError> {
        let seconds = match self {
            Self::Local(gap) => {
                gap.wait().await;
                return Ok(());
            }
            Self::Host { pool, base_url, own } => {
                own.wait().await;
                slot_of_host(pool, base_url).await?
            }
            Self::Beside { pool, account, own } => {
                own.wait().await;
                slot_of_account(pool, *account).await?
            }
            Self::Shared { pool, account } => slot_of_account(pool, *account).await?,
        };
        tokio::time::sleep(Duration::try_from_secs_f64(seconds).unwrap_or_default()).await;
        Ok(())
    }

    /// Nobody calls for this long: RO App said so with a 429.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn hold_off(&self, pause: Duration) -> Result<(), PaceError> {
        match self {
            Self::Local(gap) | Self::Host { own: gap, .. } => {
                let mut next = gap.next.lock().await;
                *next = (*next).max(Instant::now() + pause);
            }
            Self::Shared { pool, account } | Self::Beside { pool, account, .. } => {
                sqlx::query!(
                    "/* pace.hold_off */ UPDATE pace SET next_at = greatest(next_at, clock_timestamp() + $2 * interval '1 second')
                     WHERE account_id = $1",
                    account.get(),
                    pause.as_secs_f64()
                )
                .execute(pool)
                .await?;
            }
        }
        Ok(())
    }
}

/// Takes the account's next slot; how many seconds from now it is.
async fn slot_of_account(pool: &PgPool, account: AccountId) -> Result<f64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* pace.slot */ UPDATE pace SET next_at = greatest(next_at, clock_timestamp()) + gap WHERE account_id = $1
           RETURNING greatest(0, extract(epoch FROM next_at - gap - clock_timestamp()))::float8 AS "seconds!""#,
        account.get()
    )
    .fetch_one(pool)
    .await
}

/// Takes the next slot of every account on a host; how many seconds from now the last of them is.
async fn slot_of_host(pool: &PgPool, base_url: &str) -> Result<f64, sqlx::Error> {
    let slots = sqlx::query_scalar!(
        r#"/* pace.slot_of_host */ UPDATE pace p SET next_at = greatest(p.next_at, clock_timestamp()) + p.gap
           FROM account a WHERE a.id = p.account_id AND a.base_url = $1
           RETURNING greatest(0, extract(epoch FROM p.next_at - p.gap - clock_timestamp()))::float8 AS "seconds!""#,
        base_url
    )
    .fetch_all(pool)
    .await?;
    Ok(slots.into_iter().fold(0.0, f64::max))
}
