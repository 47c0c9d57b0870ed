//! One account while its lease lasts: reads the stores that are due, writes the waiting orders, and releases the account.

use std::{collections::BTreeSet, pin::pin, sync::Arc, time::Duration};

use futures_util::FutureExt;
use sqlx::PgPool;
use tokio::{
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval, sleep, sleep_until, timeout_at},
};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::{Engine, LONGEST_PAUSE, account::Account, batch, store};
use crate::{
    db::{
        DbError, accounts,
        agenda::{self, Agenda},
        leases::Lease,
        look::{self, DueStores, Found, Opened},
        reading::Beside,
        stores::Store,
    },
    domain::ids::StoreId,
    http::{Fence, FenceKeeper},
    lifecycle::{Panicked, contain},
};

/// How often to check for stores that are due while orders are written.
const LOOK_FOR_DUE: Duration = Duration::from_secs(1);

/// Works on the account until nothing is due, the lease is lost, the program stops, or the session is asked to release the account.
pub(super) async fn work(engine: &Arc<Engine>, found: Found, let_go: CancellationToken) {
    let Found { lease, opened } = found;
    // Spans that name what an event is about have a level that no filter leaves out.
    let span = tracing::error_span!("sync.session", account = tracing::field::Empty);
    let (keeper, fence) = Fence::until(lease.until);
    let released = match opened {
        Ok(Opened { account, agenda, due }) => {
            span.record("account", &account.name);
            let account = Account::new(engine, &lease, account, fence.clone(), let_go);
            let outcome = tokio::select! {
                outcome = run(engine, &account, &fence, (agenda, due)).instrument(span.clone()) => outcome,
                () = heartbeat(engine, &lease, keeper) => Err(DbError::LeaseLost),
            };
            let has_failed = outcome.is_err();
            if !goes_back(engine, outcome, &span) {
                return;
            }
            account.release().instrument(span).await.map(|due_in| due_in.filter(|_| !has_failed))
        }
        Err(error) => {
            // It is tried again once the lease expired, by whoever can.
            goes_back(engine, Err(error), &span);
            return;
        }
    };
    match released {
        Ok(Some(due_in)) => engine.news.due_in(due_in),
        Ok(None) => {}
        Err(error) => {
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                "the lease could not be released; it will expire"
            );
        }
    }
}

/// Says why the work on the account ended early, if it did; false where the lease is lost, so that there is nothing to give back.
fn goes_back(engine: &Engine, outcome: Result<(), DbError>, span: &tracing::Span) -> bool {
    match outcome {
        Ok(()) => return true,
        // That it ran out while the database was away is told with that.
        Err(DbError::LeaseLost) if engine.outage.is_on() => {
            tracing::debug!(parent: span, "the lease expired");
            return false;
        }
        Err(DbError::LeaseLost) => {
            tracing::warn!(parent: span, "the lease was lost; another process takes over");
            return false;
        }
        Err(error) if error.is_away() => {
            engine.outage.missed(&error);
            tracing::debug!(parent: span, error = &error as &dyn std::error::Error, "the session ended early");
        }
        Err(error) => {
            tracing::warn!(parent: span, error = error.with_cause(), "the session ended early");
        }
    }
    true
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

async fn run(
    engine: &Arc<Engine>,
    account: &Account<'_>,
    fence: &Fence,
    found: (Agenda, DueStores),
) -> Result<(), DbError> {
    let lease = account.lease;
    let (mut pulls, mut found) = (Pulls::default(), Some(found));
    let orders_came = account.seen(|seen| Arc::clone(&seen.orders_came));
    while !engine.stop.is_requested() {
        pulls.reap()?;
        let Some((agenda, due)) = (match found.take() {
            None => what_is_due(account, &pulls.running).await?,
            found => found,
        }) else {
            return Ok(());
        };
        if !account.let_go.is_cancelled() {
            pulls.were_too_many = due.are_more;
            pulls.start(engine, (lease, fence), readable(engine, lease, due).await?);
        } else if pulls.tasks.is_empty() {
            // What is being read is read to its end.
            return Ok(());
        }
        let is_read = !pulls.running.is_empty();
        let writing = Box::pin(batch::batch(account, agenda, is_read));
        if pulls.beside(engine, (lease, fence), &account.let_go, writing).await? {
            continue;
        }
        if agenda.offer && !account.let_go.is_cancelled() {
            account.watch_offer().await?;
        }
        // Stores may be read for long after RO App failed: look whether it is time to try again, or a new key is there.
        if account.rests()
            && let Some(row) = accounts::get(&engine.pool, lease.account).await?
            && !row.rests
        {
            account.go_on(row);
        }
        let until = Instant::now() + agenda.next.map_or(LONGEST_PAUSE, |next| next.min(LONGEST_PAUSE));
        let is_over = tokio::select! {
            ended = pulls.end() => ended.map(|()| !pulls.were_too_many && orders_came.notified().now_or_never().is_none())?,
            () = orders_came.notified() => false,
            () = sleep_until(until) => false,
            () = engine.stop.requested() => false,
        };
        if is_over {
            return Ok(());
        }
    }
    Ok(())
}

/// What there is to do on the account now; `None` where it is gone.
async fn what_is_due(
    account: &Account<'_>,
    running: &BTreeSet<StoreId>,
) -> Result<Option<(Agenda, DueStores)>, DbError> {
    account.note_watched().await?;
    let pool = &account.engine.pool;
    let Some(agenda) = agenda::of(pool, account.id, account.engine.slack()).await? else { return Ok(None) };
    let due = if agenda.stores { due(pool, account.lease, running).await? } else { DueStores::default() };
    Ok(Some((agenda, due)))
}

async fn due(pool: &PgPool, lease: &Lease, running: &BTreeSet<StoreId>) -> Result<DueStores, DbError> {
    let mut connection = pool.acquire().await?;
    Ok(look::due(&mut connection, &[lease.account], running).await?.remove(&lease.account).unwrap_or_default())
}

/// Those of the stores that can be read; the others are told.
async fn readable(engine: &Engine, lease: &Lease, due: DueStores) -> Result<Vec<(Store, Beside)>, DbError> {
    let mut readable = Vec::new();
    for store in due.stores {
        match store {
            Ok(store) => readable.push(store),
            Err((id, error)) => store::note_unreadable(engine, lease, id, &error).await?,
        }
    }
    Ok(readable)
}

/// The stores that are being read.
#[derive(Debug, Default)]
struct Pulls {
    tasks: JoinSet<(StoreId, Result<(), DbError>)>,
    running: BTreeSet<StoreId>,
    /// More stores were due than are read at once.
    were_too_many: bool,
}

impl Pulls {
    fn start(&mut self, engine: &Arc<Engine>, (lease, fence): (&Lease, &Fence), due: Vec<(Store, Beside)>) {
        for (store, beside) in due {
            if self.running.insert(store.id) {
                self.begin(engine, (lease, fence), (store, beside));
            }
        }
    }

    fn begin(&mut self, engine: &Arc<Engine>, (lease, fence): (&Lease, &Fence), (store, beside): (Store, Beside)) {
        let (engine, lease, fence, id) = (Arc::clone(engine), lease.clone(), fence.clone(), store.id);
        let span = tracing::error_span!("sync.cycle", store = %store.settings.name);
        self.tasks.spawn(
            async move {
                let read = contain(store::poll(&engine, (&lease, &fence), (store.clone(), beside))).await;
                let outcome = match read {
                    Ok(outcome) => outcome,
                    Err(Panicked) => store::note_panic(&engine, &lease, &store).await,
                };
                (id, outcome)
            }
            .instrument(span),
        );
    }

    /// Waits until every store is read, or until one is and another, for which there was no place, can be.
    async fn end(&mut self) -> Result<(), DbError> {
        while let Some(done) = self.tasks.join_next().await {
            self.note(done)?;
            if self.were_too_many {
                break;
            }
        }
        Ok(())
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
            let running = self.running.clone();
            let next = async {
                looks.tick().await;
                readable(engine, lease, due(&engine.pool, lease, &running).await?).await
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
