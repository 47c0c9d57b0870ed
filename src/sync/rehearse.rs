//! `run --read-only`: reads stores and RO App, plans, and logs what the daemon would do. Nothing is written, neither outside nor to
//! the database: no lease is taken, no journal kept, no watermark moved. Three safeguards ensure that: this code has no call that
//! writes, its HTTP client sends none, and its database connections are read-only.
//!
//! One thing has to be written all the same. A daemon may work beside it, and RO App's limit is per account: a process that calls
//! without reserving a slot in the account's row of `pace` provokes a 429 that slows the daemon. So there is a separate connection
//! that may write, used for the pace alone; where the database accepts no writes, on a replica, this process paces itself.

pub mod import;
mod subject;

use std::{
    collections::{BTreeMap, HashSet},
    error::Error,
    sync::Arc,
    time::Duration,
};

use sqlx::PgPool;
use tokio::time::sleep;
use tracing::Instrument;

use self::subject::{Subject, Would};
use super::{
    Engine,
    store::intake::{self, Identity},
};
use crate::{
    cartum::{self, CartumError, OrderFilter, OrderRow},
    clients::ClientError,
    db::{
        self, DbError,
        accounts::{self, Account},
        hosts,
        orders::OrderState,
        pace,
        rereads::{self, Known},
        stores::{self, Store},
        work,
    },
    domain::{
        fingerprint::fingerprint,
        ids::{OrderId, OrderNumber, StoreId, WorkOrderId},
        marker::Marker,
        scope::{self, Window},
    },
    http::{Fence, Gap, Pace},
    roapp::{RoApp, RoAppError},
};

/// Of the calls that the account allows this program, one in so many is used: a daemon may work at the same time.
const SHARE_OF_CALLS: f64 = 5.0;
/// Orders told one by one; of more, only the figures.
const MAX_TOLD: usize = 1_000;
/// Orders that wait in the database and are planned in one look at an account.
const MAX_WAITING: i64 = 10_000;
/// How often this process shows that it lives.
const BEAT: Duration = Duration::from_secs(1);

/// Why an account or a store cannot be looked at.
#[derive(Debug, thiserror::Error)]
enum RehearsalError {
    #[error(transparent)]
    Db(#[from] DbError),
    #[error(transparent)]
    Cartum(#[from] CartumError),
    #[error(transparent)]
    RoApp(#[from] RoAppError),
    #[error(transparent)]
    Shop(#[from] ClientError),
    #[error("{0}")]
    Account(String),
}

impl From<sqlx::Error> for RehearsalError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

/// Looks again each `sync.poll_interval` until the program is asked to stop. `pace`: the connection for the pace of calls, see
/// the module.
pub async fn run(engine: Arc<Engine>, pace: Option<PgPool>) {
    // Whether this process moves has nothing to do with a store that hangs: the sign of life is given beside the looks.
    let beat = async {
        loop {
            engine.heartbeat.beat();
            sleep(BEAT).await;
        }
    };
    tokio::select! {
        () = rehearse_until_stopped(&engine, pace.as_ref()) => {}
        () = beat => {}
        () = engine.stop.requested() => {}
    }
}

async fn rehearse_until_stopped(engine: &Engine, pace: Option<&PgPool>) {
    let mut told = HashSet::new();
    loop {
        match rehearse_all(engine, pace, &mut told).await {
            Ok(()) => engine.outage.answered(),
            Err(error) => engine.outage.missed(&error),
        }
        sleep(engine.settings.sync.poll_interval).await;
    }
}

/// Orders that were told, with the fingerprint of what they would become.
type Planned = HashSet<(StoreId, OrderNumber, [u8; 32])>;

async fn rehearse_all(engine: &Engine, pace: Option<&PgPool>, told: &mut Planned) -> Result<(), DbError> {
    for account in accounts::list(&engine.pool).await? {
        let name = account.name.clone();
        let span = tracing::error_span!("rehearsal", account = name);
        match rehearse_account(engine, pace, account, told).instrument(span).await {
            Ok(()) => {}
            Err(RehearsalError::Db(error)) => return Err(error),
            Err(error) => tracing::warn!(account = name, error = &error as &dyn Error, "cannot read the account"),
        }
    }
    Ok(())
}

async fn rehearse_account(
    engine: &Engine,
    pace: Option<&PgPool>,
    account: Account,
    told: &mut Planned,
) -> Result<(), RehearsalError> {
    let own = Gap::new(Duration::from_secs_f64(SHARE_OF_CALLS / account.calls_per_second.max(0.1)));
    let pace = match pace {
        Some(pool) => Pace::beside(pace::OfAccount { pool: pool.clone(), account: account.id }, own),
        None => Pace::Local(own),
    };
    let roapp = engine.clients.roapp_at(pace, &engine.keyring, &account, Fence::open());
    let roapp = roapp.map_err(|error| RehearsalError::Account(error.to_string()))?;
    let company = roapp.company().await?.fingerprint();
    if !account.company.is_empty() && !company.is_empty() && company != account.company {
        return Err(RehearsalError::Account(
            "the API key belongs to another RO App company: nothing would be written".into(),
        ));
    }
    let marked = marked(engine, &account, &roapp).await?;
    let waiting = work::due(&engine.pool, account.id, MAX_WAITING).await?;
    let waiting: Vec<_> = waiting.into_iter().map(|due| (due.store, due.turn.order)).collect();
    let (stores, odd) = stores::each(&engine.pool, Some(account.id)).await?;
    for odd in odd {
        tracing::warn!(store = odd.called, error = odd.error.with_cause(), "the store's row cannot be read");
    }
    for store in stores {
        if !store.is_worked() {
            continue;
        }
        let name = store.settings.name.clone();
        let mut rehearsal = Rehearsal {
            engine,
            account: &account,
            roapp: &roapp,
            marked: &marked,
            told,
            tally: Tally::default(),
            store,
        };
        match rehearsal.at_store(&waiting).await {
            Ok(()) => rehearsal.sum_up(),
            Err(RehearsalError::Db(error)) => return Err(error.into()),
            Err(error) => tracing::warn!(store = name, error = &error as &dyn Error, "cannot read the store"),
        }
    }
    Ok(())
}

/// Work orders that changed since RO App was last read and carry one of our markers.
async fn marked(
    engine: &Engine,
    account: &Account,
    roapp: &RoApp,
) -> Result<BTreeMap<(StoreId, OrderNumber), WorkOrderId>, RehearsalError> {
    let of_hosts: BTreeMap<_, _> = hosts::of_markers(&engine.pool, account.id).await?.into_iter().collect();
    let heads = roapp.orders_modified_since(account.read_up_to - chrono::Duration::minutes(5)).await?;
    let ours = heads.iter().filter_map(|head| match Marker::find_all(&head.manager_notes).as_slice() {
        [marker] => Some(((*of_hosts.get(&marker.host)?, marker.number), head.id)),
        _ => None,
    });
    Ok(ours.collect())
}

/// One look at one store.
struct Rehearsal<'a> {
    engine: &'a Engine,
    account: &'a Account,
    roapp: &'a RoApp,
    marked: &'a BTreeMap<(StoreId, OrderNumber), WorkOrderId>,
    told: &'a mut Planned,
    tally: Tally,
    store: Store,
}

/// The figures of one rehearsal.
#[derive(Debug, Default)]
struct Tally {
    seen: HashSet<OrderNumber>,
    make: usize,
    adopt: usize,
    change: usize,
    hold: usize,
    exclude: usize,
    unreadable: usize,
    /// Writing calls and searches, by what they are for.
    steps: BTreeMap<&'static str, usize>,
}

impl Rehearsal<'_> {
    async fn at_store(&mut self, waiting: &[(StoreId, OrderId)]) -> Result<(), RehearsalError> {
        let (Some(connected_at), Some(window_from)) = (self.store.connected_at, self.store.window_from) else {
            return Ok(());
        };
        let window = Window { connected_at, from: window_from };
        let shop = self.engine.shop(&self.store)?;
        let newest = self.store.watermark.unwrap_or_else(|| scope::local(connected_at, self.store.settings.time_zone));
        let from = if self.store.listed_at.is_none() { window_from } else { newest - scope::OVERLAP };
        let mut walk = shop.walk(OrderFilter { from: Some(from), to: None, statuses: Vec::new() });
        while let Some(rows) = walk.next().await? {
            for row in &rows {
                self.at_row(window, row).await?;
            }
        }
        let store = self.store.id;
        for (_, order) in waiting.iter().filter(|(of, _)| *of == store) {
            self.engine.heartbeat.beat();
            let work = work::load(&self.engine.pool, *order).await?;
            if self.tally.seen.insert(work.number) {
                match cartum::decode_order(&work.raw, self.store.settings.time_zone) {
                    Ok(order) => self.at_order(Subject { order, work: Some(work) }).await?,
                    Err(_) => self.tally.unreadable += 1,
                }
            }
        }
        Ok(())
    }

    /// A row that the database has already, whole and written, is passed over.
    async fn at_row(&mut self, window: Window, row: &OrderRow) -> Result<(), RehearsalError> {
        self.engine.heartbeat.beat();
        let Some(number) = row.number else {
            self.tally.unreadable += 1;
            return Ok(());
        };
        let mut tx = db::begin(&self.engine.pool).await?;
        let known = rereads::known(&mut tx, self.store.id, &[number]).await?.remove(&number);
        drop(tx);
        let Ok(order) = &row.order else {
            self.tally.unreadable += 1;
            return Ok(());
        };
        if known
            .as_ref()
            .is_some_and(|known| known.fingerprint == fingerprint(order) && known.state != OrderState::Waiting)
        {
            return Ok(());
        }
        if !self.tally.seen.insert(number) {
            return Ok(());
        }
        if let Some(known) = &known {
            let mut tx = db::begin(&self.engine.pool).await?;
            if let Identity::Other { was, .. } =
                intake::recognise(&mut tx, order, known, self.store.settings.time_zone).await?
            {
                self.tally.hold += 1;
                let store = &self.store.settings.name;
                let what = intake::another(store, number, was, order.placed_at);
                tracing::info!(store, order = %number, %what, "would hold the order");
                return Ok(());
            }
        }
        let (state, ..) = scope::state(order, &self.store.settings, window, known.as_ref().map(Known::before));
        if state != OrderState::Waiting {
            self.tally.exclude += 1;
            return Ok(());
        }
        let work = match known {
            Some(known) => Some(work::load(&self.engine.pool, known.id).await?),
            None => None,
        };
        self.at_order(Subject { order: order.clone(), work }).await
    }

    async fn at_order(&mut self, subject: Subject) -> Result<(), RehearsalError> {
        let (number, print) = (subject.order.number, fingerprint(&subject.order));
        let outcome = subject.plan(self).await?;
        let (count, text) = match &outcome {
            Would::Nothing => return Ok(()),
            Would::Make(_) => (&mut self.tally.make, "would make a work order"),
            Would::Adopt(_) => (&mut self.tally.adopt, "would link a work order that carries our marker"),
            Would::Change(_) => (&mut self.tally.change, "would change a work order"),
            Would::Hold(_) => (&mut self.tally.hold, "would hold the order"),
        };
        *count += 1;
        for step in outcome.steps() {
            *self.tally.steps.entry(step).or_default() += 1;
        }
        if self.told.len() < MAX_TOLD && self.told.insert((self.store.id, number, print)) {
            let store = &self.store.settings.name;
            tracing::info!(store, order = %number, what = outcome.to_string(), "{text}");
        }
        Ok(())
    }

    fn sum_up(&self) {
        let Tally { make, adopt, change, hold, exclude, unreadable, steps, .. } = &self.tally;
        let (store, steps) = (&self.store.settings.name, subject::listed(steps));
        tracing::info!(
            store,
            would_make = make,
            would_link = adopt,
            would_change = change,
            would_hold = hold,
            would_exclude = exclude,
            unreadable,
            steps,
            "compared the store; nothing was written"
        );
    }
}
