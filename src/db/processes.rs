//! The daemons on one database, and how many accounts each of them should work (design section 9).

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use super::{DbError, seconds};

/// A daemon that is alive.
#[derive(Debug, Clone)]
pub struct Process {
    /// The id that its leases carry.
    pub id: Uuid,
    /// The version of the program.
    pub version: String,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// Accounts that it works on.
    pub held: i64,
}

/// How many accounts a process works on, and how many more it could.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// Accounts that it works on.
    pub held: i64,
    /// How many more it can take.
    pub free: i64,
}

/// The work of all processes, and the load of the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crew {
    /// Accounts that are being worked on or are due.
    pub busy: i64,
    /// The other processes.
    pub others: Vec<Load>,
    /// Accounts that are due and that nobody works on.
    pub due: i64,
    /// Time until the next one becomes due; `None` where none will by the passing of time alone.
    pub next: Option<Duration>,
}

/// Records that this process is alive, and returns how the work is spread. The record is valid for two thirds of `lease_time`.
/// Leases are renewed each third of it, so a dead process loses its share before the first of its leases expires.
pub async fn beat(by: impl PgExecutor<'_>, id: Uuid, load: Load, lease_time: Duration) -> Result<Crew, DbError> {
    let row = sqlx::query!(
        r#"/* processes.beat */ WITH dead AS (DELETE FROM process WHERE expires_at <= now() AND id <> $1),
           own AS (
             INSERT INTO process AS p (id, version, expires_at, held, free)
             VALUES ($1, $2, clock_timestamp() + $3 * interval '1 second', $4, $5)
             ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at, held = excluded.held, free = excluded.free)
           SELECT ARRAY(SELECT held FROM process WHERE expires_at > now() AND id <> $1 ORDER BY id) AS "held!",
             ARRAY(SELECT free FROM process WHERE expires_at > now() AND id <> $1 ORDER BY id) AS "free!",
             (SELECT count(*) FROM account WHERE removed_at IS NULL AND (lease_token IS NOT NULL OR due_at <= now()))
               AS "busy!",
             (SELECT count(*) FROM account WHERE removed_at IS NULL AND lease_token IS NULL AND due_at <= now())
               + (SELECT count(*) FROM account WHERE removed_at IS NULL AND lease_token IS NOT NULL AND lease_expires_at <= now())
               AS "due!",
             extract(epoch FROM least(
               (SELECT min(due_at) FROM account
                 WHERE removed_at IS NULL AND lease_token IS NULL AND due_at > now() AND due_at < 'infinity'),
               (SELECT min(lease_expires_at) FROM account
                 WHERE removed_at IS NULL AND lease_token IS NOT NULL AND lease_expires_at > now())) - now())::float8 AS next"#,
        id,
        env!("CARGO_PKG_VERSION"),
        seconds(lease_time * 2 / 3),
        load.held,
        load.free
    )
    .fetch_one(by)
    .await?;
    let others = row.held.into_iter().zip(row.free).map(|(held, free)| Load { held, free }).collect();
    let next = row.next.map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or_default());
    Ok(Crew { busy: row.busy, others, due: row.due, next })
}

/// Records that this process takes no more accounts.
pub async fn leave(pool: &PgPool, id: Uuid) -> Result<(), DbError> {
    sqlx::query!("/* processes.leave */ DELETE FROM process WHERE id = $1", id).execute(pool).await?;
    Ok(())
}

/// Every daemon that is alive, the oldest first.
pub async fn alive(pool: &PgPool) -> Result<Vec<Process>, DbError> {
    let rows = sqlx::query_as!(
        Process,
        "/* processes.alive */ SELECT id, version, started_at, held FROM process WHERE expires_at > now()
         ORDER BY started_at, id"
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

impl Crew {
    /// The number of accounts for each process when all work on equally many.
    fn share(&self) -> i64 {
        let processes = i64::try_from(self.others.len()).unwrap_or(i64::MAX).saturating_add(1);
        (self.busy + processes - 1) / processes
    }

    /// How many more accounts this process takes at once: all that there are, unless others have a share. An account that nobody has
    /// taken after a while is taken by any process.
    #[must_use]
    pub fn take(&self, own: Load) -> i64 {
        if self.others.is_empty() { own.free } else { (self.share() - own.held).clamp(0, own.free) }
    }

    /// How many accounts this process releases because others have less than their share and room for more.
    #[must_use]
    pub fn let_go(&self, own: Load) -> i64 {
        let share = self.share();
        let wanted: i64 = self.others.iter().map(|other| (share - other.held).clamp(0, other.free)).sum();
        (own.held - share).clamp(0, wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crew(busy: i64, others: &[(i64, i64)]) -> Crew {
        Crew { busy, others: others.iter().map(|&(held, free)| Load { held, free }).collect(), due: busy, next: None }
    }

    #[test]
    fn a_process_alone_takes_everything_it_has_room_for_and_lets_nothing_go() {
        let alone = crew(10, &[]);
        assert_eq!(alone.take(Load { held: 0, free: 64 }), 64);
        assert_eq!(alone.take(Load { held: 0, free: 4 }), 4);
        assert_eq!(alone.let_go(Load { held: 10, free: 54 }), 0);
    }

    #[test]
    fn a_newcomer_gets_its_share_and_no_more_is_moved_than_that() {
        let newcomer = [(0, 64)];
        assert_eq!(crew(9, &newcomer).let_go(Load { held: 9, free: 55 }), 4);
        assert_eq!(crew(9, &[(9, 55)]).take(Load { held: 0, free: 64 }), 5);
        assert_eq!(crew(9, &[(4, 60)]).let_go(Load { held: 5, free: 59 }), 0);
        assert_eq!(crew(1, &newcomer).let_go(Load { held: 1, free: 63 }), 0);
    }

    #[test]
    fn nothing_is_let_go_that_nobody_has_room_for() {
        assert_eq!(crew(10, &[(1, 0)]).let_go(Load { held: 9, free: 55 }), 0);
        assert_eq!(crew(10, &[(4, 60), (1, 0)]).let_go(Load { held: 5, free: 60 }), 0);
    }
}
