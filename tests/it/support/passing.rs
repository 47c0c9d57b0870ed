//! Time that passes at once: while a test waits and no daemon has anything to do, what is due next is due now.

use std::{
    cell::RefCell,
    sync::{Arc, Weak},
    time::Duration,
};

use sqlx::PgPool;
use tokio::time::{Instant, timeout};

/// Due times further ahead are waited for, or are none of the test's business.
const FURTHEST: &str = "3 seconds";
/// Between two leaps; each is twice as long as the one before, for what does not come by leaping takes real time.
const SHORTEST: Duration = Duration::from_millis(60);
/// A database that a test stopped does not answer.
const LIMIT: Duration = Duration::from_millis(300);

thread_local! {
    /// The databases of the test that this thread runs.
    static DATABASES: RefCell<Vec<Weak<PgPool>>> = const { RefCell::new(Vec::new()) };
}

/// Time passes in this database from now on when its test waits.
pub(super) fn in_database(pool: &Arc<PgPool>) {
    DATABASES.with_borrow_mut(|databases| {
        databases.retain(|known| known.strong_count() > 0);
        databases.push(Arc::downgrade(pool));
    });
}

/// In this one it takes the time it takes.
pub(super) fn not_in_database(pool: &Arc<PgPool>) {
    DATABASES.with_borrow_mut(|databases| databases.retain(|known| known.as_ptr() != Arc::as_ptr(pool)));
}

/// The leaps of one wait.
pub(super) struct Leaps {
    next: Instant,
    gap: Duration,
}

impl Leaps {
    pub(super) fn new() -> Self {
        Self { next: Instant::now(), gap: SHORTEST }
    }

    /// Leaps in each database whose daemons are idle, unless that was just done.
    pub(super) async fn leap(&mut self) {
        if Instant::now() < self.next {
            return;
        }
        let pools = DATABASES.with_borrow(|known| known.iter().filter_map(Weak::upgrade).collect::<Vec<_>>());
        let mut leapt = 0;
        for pool in pools {
            leapt += timeout(LIMIT, leap(&pool)).await.unwrap_or_default();
        }
        if leapt > 0 {
            self.next = Instant::now() + self.gap;
            self.gap *= 2;
        }
    }
}

/// In how many accounts time passed.
async fn leap(pool: &PgPool) -> u64 {
    // A test's wait makes no connection, and waits for none.
    let Some(mut connection) = pool.try_acquire() else { return 0 };
    // Asked by itself: whoever may leap waits for tables that a test locked.
    let idle = "SELECT 1 FROM account WHERE lease_token IS NULL AND removed_at IS NULL
        AND due_at > clock_timestamp() AND due_at < clock_timestamp() + $1::text::interval
        AND EXISTS (SELECT FROM process WHERE expires_at > clock_timestamp()) LIMIT 1";
    let idle = sqlx::query(idle).bind(FURTHEST).execute(&mut *connection).await;
    if idle.map_or(0, |found| found.rows_affected()) == 0 {
        return 0;
    }
    let leap = "WITH idle AS MATERIALIZED (
            SELECT id, due_at - clock_timestamp() AS ahead FROM account
            WHERE lease_token IS NULL AND removed_at IS NULL
              AND due_at > clock_timestamp() AND due_at < clock_timestamp() + $1::text::interval FOR UPDATE SKIP LOCKED),
        stores AS (
            UPDATE store s SET next_poll_at = next_poll_at - ahead FROM idle
            WHERE s.account_id = idle.id AND next_poll_at > clock_timestamp()),
        orders AS (
            UPDATE store_order o SET next_try_at = next_try_at - ahead FROM idle JOIN store s ON s.account_id = idle.id
            WHERE o.store_id = s.id AND o.state = 'waiting' AND o.next_try_at > clock_timestamp())
        UPDATE account a SET due_at = clock_timestamp(), watch_at = watch_at - ahead, retry_at = retry_at - ahead
        FROM idle WHERE a.id = idle.id";
    let leapt = sqlx::query(leap).bind(FURTHEST).execute(&mut *connection).await;
    leapt.map(|done| done.rows_affected()).unwrap_or_default()
}
