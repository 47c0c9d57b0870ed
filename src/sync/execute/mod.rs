//! The only code that changes RO App: plan, journal, step, verify (design sections 3 and 4).
//!
//! A [`Writer`] takes the account's orders in small batches. `job.rs` loads an order and plans it, `steps.rs` does the steps (`create.rs`, `lines.rs`),
//! `person.rs` and `product.rs` find or make what a step refers to, `client.rs` gives a work order to its buyer, `recover.rs` settles calls whose outcome is unclear, `trace.rs` looks for what they made,
//! `findings.rs` lists conflicts and settles them, `verify.rs` compares a batch with one list call, `offer.rs` watches what
//! settings name, `adopt.rs` reads what changed in RO App and notes what carries a marker of ours, `claims.rs` judges and links it, `observe.rs` says what people changed,
//! `removed.rs` looks for deleted work orders, `catalogue.rs` waits for the store's, `recreate.rs` makes one again, `single.rs` asks for
//! one work order, `plain.rs` sends texts plainer that RO App refuses, `older.rs` gets along without RO App's older API, `refused.rs`
//! goes on past lines that RO App does not take, `late.rs` puts off what finds no answer, `rest.rs` says what becomes of an order that cannot go on, `turns.rs` lets others
//! have theirs.

mod adopt;
mod catalogue;
mod claims;
mod client;
mod create;
mod findings;
mod job;
mod late;
mod lines;
mod observe;
mod offer;
mod older;
mod person;
mod plain;
mod product;
mod recover;
mod recreate;
mod refused;
mod removed;
mod rest;
mod single;
mod steps;
mod trace;
mod turns;
mod verify;

pub(super) use self::turns::Earlier;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use self::{
    job::Job,
    removed::Search,
    rest::{Halt, Stop},
    turns::CALLS_IN_A_TURN,
};
use super::{Engine, Seen, pull};
use crate::{
    db::{
        DbError,
        accounts::{self, Account},
        leases::Lease,
        names, notices,
        orders::{self, OrderState, Turn},
        polls, watch, work,
    },
    domain::{discount::PerWhat, moment},
    http::Fence,
    lifecycle::{Panicked, contain},
    roapp::{RoApp, RoAppError},
};

/// Orders that are written before they are verified together.
const BATCH: i64 = 8;
/// RO App's clock may be off by so much before something that was made is looked for in vain: a day, as where a zone or a date
/// was set wrong, and a little more. The same as in the migration that begins the look for markers earlier.
const CLOCKS_DIFFER: chrono::Duration = chrono::Duration::hours(25);

/// Brings the orders of one account to RO App while its lease lasts.
pub(super) struct Writer<'a> {
    engine: &'a Engine,
    lease: &'a Lease,
    account: Account,
    fence: Fence,
    roapp: Option<RoApp>,
    /// Whether RO App takes discounts per line or per unit; per line until it is found out.
    per: PerWhat,
    /// Nothing is written until the account is to be tried again.
    halted: bool,
    /// When RO App was last looked at for our markers.
    looked_at: Option<Instant>,
    /// Another process should have the account: no further order is begun.
    let_go: CancellationToken,
    /// A look for deleted work orders that goes on.
    search: Option<Search>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        engine: &'a Arc<Engine>,
        lease: &'a Lease,
        account: Account,
        fence: Fence,
        let_go: CancellationToken,
    ) -> Self {
        if !lease.held_before {
            engine.seen(account.id, |seen| *seen = Seen::default());
        }
        let per = account.discount_per.unwrap_or(PerWhat::Line);
        Self { engine, lease, account, fence, roapp: None, per, halted: false, looked_at: None, let_go, search: None }
    }

    /// Goes on after RO App failed, with the account as it is now.
    pub(super) fn go_on(&mut self, account: Account) {
        self.account = account;
        self.roapp = None;
        self.halted = false;
    }

    /// Nothing is written until the account's `retry_at`, and [`Writer::go_on`].
    pub(super) fn rests(&self) -> bool {
        self.halted || self.account.rests
    }

    /// Writes and verifies the next few orders that are due, and looks at RO App each poll interval; false when there was
    /// nothing to do. Where a store of the account is being read, RO App is looked at as soon as the account was taken over.
    ///
    /// # Errors
    /// When the database fails or the lease is lost. What RO App does wrong is noted with the account.
    pub(super) async fn batch(&mut self, is_read: bool) -> Result<bool, DbError> {
        if self.rests() {
            return Ok(false);
        }
        let due = work::due(&self.engine.pool, self.account.id, BATCH).await?;
        let is_new = is_read && !self.engine.seen(self.account.id, |seen| seen.looked_at.is_some());
        let looks = is_new || watch::is_due(&self.engine.pool, self.account.id).await?;
        if looks {
            self.looked_at = None;
        }
        let done = if due.is_empty() && !self.account.needs_key && !looks {
            self.look_for_removed().await
        } else {
            self.write(due, is_read).await.map(|()| true)
        };
        match done {
            Ok(done) => Ok(done),
            Err(halt) => {
                self.halted = true;
                self.note_halt(halt).await?;
                Ok(true)
            }
        }
    }

    async fn write(&mut self, due: Vec<work::Due>, is_read: bool) -> Result<(), Halt> {
        self.prepare().await?;
        self.look().await?;
        let began = self.engine.clock.now();
        let mut stores: Vec<_> = due.iter().map(|due| due.store).collect();
        stores.dedup();
        let (mut written, before) = (Vec::new(), self.calls());
        for (nth, work::Due { turn, gave_way, .. }) in due.into_iter().enumerate() {
            // An account that is to go on to another process stays until its stores are read to their end, and is worked
            // meanwhile: one order at a time.
            let is_let_go = self.let_go.is_cancelled() && (nth > 0 || !is_read);
            if self.engine.stop.is_requested() || is_let_go {
                break;
            }
            // What gave way has a turn in each batch; the others that are left are among the first of the next.
            if nth > 0 && !gave_way && self.calls().saturating_sub(before) >= CALLS_IN_A_TURN {
                continue;
            }
            match contain(self.one(turn)).await {
                Ok(job) => written.extend(job?),
                Err(Panicked) => self.give_up(turn, Panicked.to_string()).await?,
            }
        }
        if self.verify(written, began).await? {
            self.answered(&self.roapp()?).await?;
        }
        for store in stores {
            let mut tx = self.lease.begin(&self.engine.pool).await?;
            let finished = polls::finish_import(&mut tx, store).await?;
            tx.commit().await.map_err(DbError::from)?;
            if finished {
                let counts = polls::import_counts(&self.engine.pool, store).await?;
                let polls::ImportCounts { found, done, excluded, held, failed, .. } = counts;
                let store = names::store(&self.engine.pool, store).await?;
                tracing::info!(store, found, done, excluded, held, failed, "import finished");
            }
        }
        Ok(())
    }

    /// Loads one order and brings it to RO App; the job when it still has to be verified.
    async fn one(&mut self, turn: Turn) -> Result<Option<Job>, Halt> {
        let (turn, outcome) = match self.load(turn.order).await {
            Ok(None) => return Ok(None),
            Ok(Some(job)) => {
                let span = job.span();
                (job.work.turn(), self.bring(job).instrument(span).await)
            }
            Err(halt) => (turn, Err(halt)),
        };
        match outcome {
            Err(Halt::Db(error)) if error.is_about_data() => {
                self.give_up(turn, format!("its data cannot be kept or read: {error}")).await?;
                Ok(None)
            }
            outcome => outcome,
        }
    }

    /// Brings an order to RO App as far as it goes.
    async fn bring(&mut self, mut job: Job) -> Result<Option<Job>, Halt> {
        match self.try_bring(&mut job).await {
            Ok(()) => Ok(Some(job)),
            Err(Stop::Halt(halt)) => Err(halt),
            Err(Stop::Rest(rest)) => {
                self.rest(&job, rest).await?;
                Ok(None)
            }
        }
    }

    /// An order whose data the database does not take, whose row cannot be read, or at which the program fails, stops no other.
    async fn give_up(&self, turn: Turn, reason: String) -> Result<(), DbError> {
        let (store, number) = names::order(&self.engine.pool, turn.order).await?;
        tracing::error!(store, order = %number, reason, "order failed permanently");
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        orders::rest(&mut tx, turn, OrderState::Failed, &reason).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Makes the client, and compares the company where the key is new or RO App was away.
    async fn prepare(&mut self) -> Result<(), Halt> {
        if self.roapp.is_some() {
            return Ok(());
        }
        let roapp = self.client()?;
        let is_new_key = self.engine.seen(self.account.id, |seen| seen.key != self.account.api_key);
        if is_new_key || self.account.failing_since.is_some() || self.account.needs_key {
            self.check_company(&roapp).await?;
        }
        self.roapp = Some(roapp);
        Ok(())
    }

    /// A key of another company is refused: at every start, after every change of the key, and after an outage.
    async fn check_company(&mut self, roapp: &RoApp) -> Result<(), Halt> {
        let company = roapp.company().await.map_err(Halt::of)?.fingerprint();
        if !self.account.company.is_empty() && !company.is_empty() && company != self.account.company {
            return Err(Halt::Access(format!(
                "the API key belongs to another RO App company ({company}) than this account ({}); put the right key in with \
                 `account edit`",
                self.account.company
            )));
        }
        self.engine.seen(self.account.id, |seen| seen.key.clone_from(&self.account.api_key));
        self.answered(roapp).await?;
        if self.account.failing_since.is_some() || self.account.needs_key {
            tracing::info!(since = self.account.failing_since.map(moment::text), "RO App answers again");
        }
        self.account.needs_key = false;
        self.account.failing_since = None;
        Ok(())
    }

    /// RO App answered an authenticated call, and showed its clock.
    async fn answered(&self, roapp: &RoApp) -> Result<(), DbError> {
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        accounts::succeeded(&mut tx, self.account.id).await?;
        notices::clear(&mut tx, self.account.id, None, "roapp").await?;
        match roapp.clock_off() {
            None => drop(notices::clear(&mut tx, self.account.id, None, "clock").await?),
            Some(ahead) => {
                let text = pull::clock_text("RO App", ahead);
                if notices::raise(&mut tx, self.account.id, None, "clock", &text).await? {
                    tracing::warn!(text, "account notice raised");
                }
            }
        }
        tx.commit().await?;
        self.note_older_api(roapp.older_api()).await
    }

    fn client(&self) -> Result<RoApp, Halt> {
        let Engine { clients, pool, keyring, .. } = self.engine;
        clients.roapp(pool, keyring, &self.account, self.fence.clone()).map_err(|error| {
            if error.is_of_this_process() {
                tracing::warn!(error = &error as &dyn std::error::Error, "this process leaves the account to others");
                return Halt::Stopping;
            }
            Halt::Access(error.to_string())
        })
    }

    /// The client that [`Writer::prepare`] made.
    fn roapp(&self) -> Result<RoApp, Halt> {
        self.roapp.clone().map_or_else(|| self.client(), Ok)
    }

    /// A request's own deadline plus the recovery wait: before that, an unclear call is not looked for.
    fn look_after(&self) -> Duration {
        self.engine.settings.roapp.request_timeout + self.engine.settings.roapp.recovery_wait
    }

    /// RO App answers at all: then a failure is the order's own.
    async fn probe(&self) -> Result<(), Halt> {
        self.roapp()?.company().await.map(drop).map_err(Halt::of)
    }

    async fn note_halt(&mut self, halt: Halt) -> Result<(), DbError> {
        let id = self.account.id;
        match halt {
            Halt::Db(error) => return Err(error),
            Halt::Lease => return Err(DbError::LeaseLost),
            Halt::Stopping => {}
            Halt::Outage { error, after } => {
                let text = error.to_string();
                let mut tx = self.lease.begin(&self.engine.pool).await?;
                let first = accounts::failed(&mut tx, id, &text, after.unwrap_or_default().as_secs_f64()).await?;
                tx.commit().await?;
                if first {
                    tracing::warn!(error = &error as &dyn std::error::Error, "RO App is away; its orders wait");
                }
            }
            Halt::Access(reason) => {
                let mut tx = self.lease.begin(&self.engine.pool).await?;
                if !accounts::refused(&mut tx, id, self.account.api_key.as_ref(), &reason).await? {
                    tx.commit().await?;
                    // The key was changed while the old one was at work: the new one is tried at once.
                    if let Some(account) = accounts::get(&self.engine.pool, id).await? {
                        self.go_on(account);
                    }
                    return Ok(());
                }
                let told = notices::raise(&mut tx, id, None, "roapp", &reason).await?;
                tx.commit().await?;
                if told {
                    tracing::warn!(reason, "RO App rejected the API key; all stores of the account wait");
                }
            }
        }
        Ok(())
    }
}

/// The moment from which the list of what changed is read for something done at `at`: clocks differ a little.
fn searched_from(at: DateTime<Utc>) -> DateTime<Utc> {
    at - chrono::Duration::minutes(5)
}

/// The moment from which RO App is searched for something made at `at` or later, however far its clock is off.
pub(super) fn made_since(at: DateTime<Utc>) -> DateTime<Utc> {
    at - CLOCKS_DIFFER
}

impl Halt {
    /// What a failed call that belongs to no order means for the account.
    fn of(error: RoAppError) -> Self {
        use crate::http::{PaceError, Verdict};
        match error {
            RoAppError::FenceClosed(_) => Self::Lease,
            RoAppError::Pace(PaceError(source)) => Self::Db(source.into()),
            error => match error.verdict() {
                Verdict::Stop => Self::Access(error.to_string()),
                Verdict::Again(after) => Self::Outage { error, after },
                Verdict::Never | Verdict::Unclear => Self::Outage { error, after: None },
            },
        }
    }
}
