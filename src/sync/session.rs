//! One account while its lease lasts: reads the stores that are due, writes the waiting orders, and releases the account.

use std::{collections::HashSet, pin::pin, sync::Arc, time::Duration};

use tokio::{
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval, sleep, timeout_at},
};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::{Engine, LONGEST_PAUSE, account::Account, batch, store};
use crate::{
    db::{DbError, accounts, agenda, leases::Lease, stores},
    domain::ids::StoreId,
    http::{Fence, FenceKeeper},
    lifecycle::{Panicked, contain},
};

/// Stores of one account that are read at the same time.
const STORES_AT_ONCE: usize = 16;
/// How long to wait for a store's answer before checking again what is due, unless the store brings orders.
const GLANCE: Duration = Duration::from_secs(1);
/// How often to check for stores that are due while orders are written.
const LOOK_FOR_DUE: Duration = Duration::from_secs(1);

/// Works on the account until nothing is due, the lease is lost, the program stops, or the session is asked to release the account.
pub(super) async fn work(engine: &Arc<Engine>, lease: Lease, let_go: CancellationToken) {
    // Spans that name what an event is about have a level that no filter leaves out.
    let span = tracing::error_span!("sync.session", account = tracing::field::Empty);
    let (keeper, fence) = Fence::until(lease.until);
    let outcome = tokio::select! {
        outcome = run(engine, &lease, fence, &let_go).instrument(span.clone()) => outcome,
        () = heartbeat(engine, &lease, keeper) => Err(DbError::LeaseLost),
    };
    let has_failed = outcome.is_err();
    match outcome {
        Ok(()) => {}
        // That it ran out while the database was away is told with that.
        Err(DbError::LeaseLost) if engine.outage.is_on() => {
            tracing::debug!(parent: &span, "the lease expired");
            return;
        }
        Err(DbError::LeaseLost) => {
            tracing::warn!(parent: &span, "the lease was lost; another process takes over");
            return;
        }
        Err(error) if error.is_away() => {
            engine.outage.missed(&error);
            tracing::debug!(parent: &span, error = &error as &dyn std::error::Error, "the session ended early");
        }
        Err(error) => {
            tracing::warn!(parent: &span, error = error.with_cause(), "the session ended early");
        }
    }
    match lease.release(&engine.pool).instrument(span).await {
        // The scheduler may be about to sleep longer than that.
        Ok(Some(due_in)) if due_in < LONGEST_PAUSE && !has_failed => engine.news.notify_one(),
        Ok(_) => {}
        Err(error) => {
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                "the lease could not be released; it will expire"
            );
        }
    }
}

/// Renews the lease until it is lost, or has expired while the database did not answer.
async fn heartbeat(engine: &Engine, lease: &Lease, keeper: FenceKeeper) {
    let lease_time = engine.settings.sync.lease_time;
    let mut until = lease.until;
    while Instant::now() < until {
        sleep(lease_time / 3).await;
        match timeout_at(until, lease.renew(&engine.pool, lease_time)).await {
            Ok(Ok(renewed)) => {
                until = renewed;
                keeper.extend(until);
            }
            Ok(Err(DbError::LeaseLost)) | Err(_) => break,
            Ok(Err(error)) => {
                if error.is_away() {
                    engine.outage.missed(&error);
                }
                tracing::debug!(error = &error as &dyn std::error::Error, "the lease could not be renewed");
            }
        }
    }
    keeper.close();
}

async fn run(engine: &Arc<Engine>, lease: &Lease, fence: Fence, let_go: &CancellationToken) -> Result<(), DbError> {
    let Some(account) = accounts::get(&engine.pool, lease.account).await? else { return Ok(()) };
    tracing::Span::current().record("account", &account.name);
    let mut pulls = Pulls::default();
    let worked = Account::new(engine, lease, account, fence.clone(), let_go.clone());
    let orders_came = engine.seen(lease.account, |seen| Arc::clone(&seen.orders_came));
    while !engine.stop.is_requested() {
        pulls.reap()?;
        let agenda = agenda::of(&engine.pool, lease.account).await?;
        if let_go.is_cancelled() {
            // What is being read is read to its end.
            if pulls.tasks.is_empty() {
                return Ok(());
            }
        } else if agenda.stores {
            let due = due(engine, lease).await?;
            pulls.start(engine, (lease, &fence), due);
        }
        let is_read = !pulls.running.is_empty();
        let writing = Box::pin(batch::batch(&worked, agenda, is_read));
        if pulls.beside(engine, (lease, &fence), let_go, writing).await? {
            continue;
        }
        if agenda.offer && !let_go.is_cancelled() {
            worked.watch_offer().await?;
        }
        // Stores may be read for long after RO App failed: look whether it is time to try again, or a new key is there.
        if worked.rests()
            && let Some(account) = accounts::get(&engine.pool, lease.account).await?
            && !account.rests
        {
            worked.go_on(account);
        }
        if pulls.tasks.is_empty() {
            return Ok(());
        }
        tokio::select! {
            Some(done) = pulls.tasks.join_next() => pulls.note(done)?,
            () = orders_came.notified() => {}
            () = sleep(GLANCE) => {}
            () = engine.stop.requested() => {}
        }
    }
    Ok(())
}

/// The stores of the account that are to be read now.
async fn due(engine: &Engine, lease: &Lease) -> Result<Vec<stores::Store>, DbError> {
    let mut due = Vec::new();
    for store in stores::due(&engine.pool, lease.account).await? {
        match store {
            Ok(store) => due.push(store),
            Err((id, error)) => store::note_unreadable(engine, lease, id, &error).await?,
        }
    }
    Ok(due)
}

/// The stores that are being read.
#[derive(Debug, Default)]
struct Pulls {
    tasks: JoinSet<(StoreId, Result<(), DbError>)>,
    running: HashSet<StoreId>,
}

impl Pulls {
    fn start(&mut self, engine: &Arc<Engine>, (lease, fence): (&Lease, &Fence), due: Vec<stores::Store>) {
        for store in due {
            if self.running.len() >= STORES_AT_ONCE || !store.settings.enabled || !self.running.insert(store.id) {
                continue;
            }
            let (engine, lease, fence, id) = (Arc::clone(engine), lease.clone(), fence.clone(), store.id);
            let span = tracing::error_span!("sync.cycle", store = %store.settings.name);
            self.tasks.spawn(
                async move {
                    let read = contain(store::poll(&engine, (&lease, &fence), store.clone())).await;
                    let outcome = match read {
                        Ok(outcome) => outcome,
                        Err(Panicked) => store::note_panic(&engine, &lease, &store).await,
                    };
                    (id, outcome)
                }
                .instrument(span),
            );
        }
    }

    /// Does this, which may take long, and goes on reading stores as they become due. Where reading fails it is done to its end all
    /// the same: a call that is under way is answered.
    async fn beside<T>(
        &mut self,
        engine: &Arc<Engine>,
        (lease, fence): (&Lease, &Fence),
        let_go: &CancellationToken,
        work: impl Future<Output = Result<T, DbError>>,
    ) -> Result<T, DbError> {
        let (mut work, mut failed) = (pin!(work), None);
        let mut looks = interval(LOOK_FOR_DUE);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        looks.reset();
        loop {
            let starts = failed.is_none() && !let_go.is_cancelled() && !engine.stop.is_requested();
            // Everything that asks the database stands in a branch of its own: while one waits for a connection, the others go on.
            let next = async {
                looks.tick().await;
                due(engine, lease).await
            };
            let read = tokio::select! {
                done = &mut work => return failed.map_or(done, Err),
                due = next, if starts => due.map(|due| self.start(engine, (lease, fence), due)),
                Some(done) = self.tasks.join_next() => self.note(done),
            };
            failed = failed.or(read.err());
        }
    }

    fn reap(&mut self) -> Result<(), DbError> {
        while let Some(done) = self.tasks.try_join_next() {
            self.note(done)?;
        }
        Ok(())
    }

    fn note(&mut self, done: Result<(StoreId, Result<(), DbError>), tokio::task::JoinError>) -> Result<(), DbError> {
        match done {
            Ok((store, outcome)) => {
                self.running.remove(&store);
                outcome
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "reading a store ended unexpectedly");
                Err(DbError::LeaseLost)
            }
        }
    }
}
