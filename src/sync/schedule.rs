//! Leases accounts that are due and gives each a session: as many as this process's share and the settings allow. It checks when
//! the database reports that an account became due, and at intervals: for accounts that time made due, and for setups where the
//! report does not arrive, as through a connection pooler.

use std::{sync::Arc, time::Duration};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{Engine, LONGEST_PAUSE, session, store::PROBE};
use crate::{
    db::{
        DbError, clock_back, due,
        look::{self, Found, Looked, Looking},
        processes::{self, Load},
    },
    domain::ids::AccountId,
};

/// Minimum time between checks that the database triggers.
const LOOK_GAP: Duration = Duration::from_millis(100);
/// Pause after the database failed.
const DATABASE_PAUSE: Duration = Duration::from_secs(2);
/// A check that takes longer is waiting for a database that no longer answers.
const LOOK_LIMIT: Duration = Duration::from_secs(5);
/// How often to check whether the database's clock was set back.
const CLOCK_EVERY: Duration = Duration::from_mins(1);

/// Runs until the program is asked to stop.
pub async fn run(engine: Arc<Engine>) {
    // Processes that start together must not look together.
    let (seed, _) = engine.process.as_u64_pair();
    let mut chance = StdRng::seed_from_u64(seed);
    let mut scheduler =
        Scheduler { engine: Arc::clone(&engine), sessions: Vec::new(), clock_seen: None, has_failed: false };
    engine.stop.spawn(hear(Arc::clone(&engine)));
    loop {
        let began = Instant::now();
        let looked = timeout(LOOK_LIMIT, scheduler.lease_due()).await;
        let mut next = Some(Duration::ZERO);
        match looked.unwrap_or_else(|_| Err(sqlx::Error::PoolTimedOut.into())) {
            Ok(due_in) => {
                next = due_in;
                engine.outage.answered();
                engine.heartbeat.beat();
            }
            // Over a row, perhaps: the next look is careful.
            Err(error) if !error.is_away() => {
                tracing::warn!(error = error.with_cause(), "cannot look for accounts that are due");
                engine.heartbeat.beat();
            }
            Err(error) => {
                engine.outage.missed(&error);
                // The scheduler lives; that the database is away is told by itself.
                engine.heartbeat.beat();
                engine.stop.sleep(DATABASE_PAUSE).await;
            }
        }
        let least = engine.look_every.mul_f64(chance.random_range(0.5..1.5));
        // A process that is not heard of for longer counts as dead.
        let most = LONGEST_PAUSE.min(engine.settings.sync.lease_time / 3);
        let pause = next.map_or(most, |next| next.min(most)).max(least);
        if !wait(&engine, Instant::now() + pause, began + LOOK_GAP).await {
            break;
        }
    }
    if let Err(error) = processes::leave(&engine.pool, engine.process).await {
        tracing::debug!(error = &error as &dyn std::error::Error, "could not sign off this process");
    }
}

/// Waits until then, or until an account becomes due before that, but not less than until `soonest`; false where the program is asked
/// to stop.
async fn wait(engine: &Engine, mut until: Instant, soonest: Instant) -> bool {
    loop {
        tokio::select! {
            () = sleep_until(until) => return true,
            // News that came since the look began are kept for this.
            () = engine.news.told.notified() => {
                until = engine.news.take().map_or(until, |at| until.min(at.max(soonest)));
            }
            () = engine.stop.requested() => return false,
        }
    }
}

/// Listens for accounts that become due. While the database does not report them, they wait for the next check.
async fn hear(engine: Arc<Engine>) {
    loop {
        let heard = tokio::select! {
            heard = due::listen(&engine.pool, |account| tell(&engine, account)) => heard,
            () = engine.stop.requested() => return,
        };
        if let Err(error) = heard {
            tracing::debug!(error = &error as &dyn std::error::Error, "cannot listen for accounts that become due");
        }
        if !engine.stop.sleep(DATABASE_PAUSE).await {
            return;
        }
    }
}

/// An account became due, `None` where it may be any: whoever works on it looks what there is to do, and so does the scheduler.
fn tell(engine: &Engine, account: Option<AccountId>) {
    if let Some(account) = account {
        engine.wake_session(account);
    }
    engine.news.due_in(Duration::ZERO);
}

struct Scheduler {
    engine: Arc<Engine>,
    sessions: Vec<Session>,
    /// When the database's clock was last checked.
    clock_seen: Option<Instant>,
    /// The last look failed, or took too long.
    has_failed: bool,
}

/// An account that this process works on.
struct Session {
    let_go: CancellationToken,
    task: JoinHandle<()>,
}

impl Scheduler {
    /// Takes accounts that are due, and releases those that other processes should have. Returns the time until the next one is due,
    /// as far as it is known.
    async fn lease_due(&mut self) -> Result<Option<Duration>, DbError> {
        self.check_clock().await?;
        self.sessions.retain(|session| !session.task.is_finished());
        let Engine { pool, process, settings, keyring, outage, .. } = &*self.engine;
        let (load, lease_time) = (self.load(), settings.sync.lease_time);
        let (key_id, slack) = (keyring.key_id(), self.engine.slack());
        let (takes_nothing, is_careful) = (outage.rests(), std::mem::replace(&mut self.has_failed, true));
        let looking = Looking { process: *process, key_id, load, lease_time, slack, takes_nothing, is_careful };
        let Looked { crew, found, next } = look::look(pool, looking).await?;
        self.has_failed = false;
        if !looking.takes_nothing {
            self.let_go(crew.let_go(load));
        }
        if next == Some(Duration::ZERO) && !found.is_empty() {
            self.engine.news.due_in(Duration::ZERO);
        }
        for found in found {
            self.begin(found);
        }
        Ok(next)
    }

    /// What a wrong clock put off for hours or years is due now.
    async fn check_clock(&mut self) -> Result<(), DbError> {
        if self.clock_seen.is_some_and(|seen| seen.elapsed() < CLOCK_EVERY) {
            return Ok(());
        }
        let settings = &self.engine.settings.sync;
        let pauses = (settings.poll_interval, PROBE);
        let fixed = clock_back::set_right(&self.engine.pool, pauses, settings.lease_time).await?;
        self.clock_seen = Some(Instant::now());
        if fixed > 0 {
            tracing::warn!(fixed, "the database's clock was set back; accounts that were postponed are due now");
        }
        Ok(())
    }

    fn load(&self) -> Load {
        let held = i64::try_from(self.sessions.len()).unwrap_or(i64::MAX);
        let most = i64::from(self.engine.settings.sync.max_accounts);
        Load { held, free: (most - held).max(0) }
    }

    fn begin(&mut self, found: Found) {
        let (engine, let_go) = (Arc::clone(&self.engine), CancellationToken::new());
        let asked = let_go.clone();
        let task = self.engine.stop.spawn(async move { session::work(&engine, found, asked).await });
        self.sessions.push(Session { let_go, task });
    }

    /// Asks the newest sessions to end, until so many have been asked.
    fn let_go(&self, count: i64) {
        let count = usize::try_from(count).unwrap_or_default();
        for session in self.sessions.iter().rev().take(count) {
            if !session.let_go.is_cancelled() {
                tracing::debug!("releasing an account: another process has room for it");
                session.let_go.cancel();
            }
        }
    }
}
