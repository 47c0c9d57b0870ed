//! Reads one store: polls for new orders, reads the whole window once for the first import (design section 7), and reads every
//! order again that is not final.
//!
//! `audit.rs` checks once a night that nothing is missing, `reread.rs` asks for orders by number and says what it means if one is
//! missing; `write_back.rs` writes statuses from RO App to the store; `fit.rs` watches whether the settings still match; `hooks.rs`
//! handles what webhooks named and subscribes them; `unchanged.rs` knows what came as it is on record; `walk.rs` lists orders by
//! date; `trouble.rs` records why a store could not be read.

pub(super) mod articles;
mod audit;
mod fit;
mod hooks;
pub(super) mod intake;
mod reread;
mod trouble;
pub(super) mod unchanged;
mod walk;
mod write_back;

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, NaiveDateTime, Utc};
use tokio::time::Instant;

pub(super) use self::trouble::{PROBE, clock_off, note_panic, note_unreadable};
use self::{
    audit::Audit,
    intake::{FRESH_A_DAY, Page},
    unchanged::{Print, Unchanged},
};
use super::Engine;
use crate::{
    cartum::{Cartum, CartumError, OrderRow},
    clients::ClientError,
    db::{
        DbError, growth,
        leases::{Lease, Tx},
        notices, polls,
        reading::Beside,
        stores,
    },
    domain::{
        ids::OrderNumber,
        moment::{self, milliseconds},
        notice::{Plain, Topic},
        said::Said,
        scope::{self, Window},
        store::StoreState,
    },
    http::Fence,
};

/// What a cycle that went well raises or clears notices about.
const TOPICS: [Plain; 8] = [
    Plain::Api,
    Plain::Away,
    Plain::Unfinished,
    Plain::Filter,
    Plain::Missing,
    Plain::Unanswered,
    Plain::Clock,
    Plain::NewOrders,
];
/// How long after a poll it is saved that it went well, together with the end of the reading if that comes sooner.
const SAVED_AFTER: Duration = Duration::from_secs(15);
/// Rows that are no orders, of one reading: more are a store that sends anything.
const MOST_STRAYS: usize = 200_000;

/// Why a cycle ended early.
#[derive(Debug, thiserror::Error)]
enum PullError {
    #[error(transparent)]
    Db(#[from] DbError),
    #[error(transparent)]
    Cartum(#[from] CartumError),
    #[error(transparent)]
    Shop(#[from] ClientError),
    #[error("{}", Said::from(self))]
    TooDense,
    #[error("{}", Said::from(self))]
    Full,
}

/// As a person is told of it.
impl From<&PullError> for Said {
    fn from(error: &PullError) -> Self {
        match error {
            PullError::Db(error) => Self::new("not-kept").with("error", error.with_cause()),
            PullError::Cartum(error) => error.with_causes(),
            PullError::Shop(error) => Self::new("internal").with("error", error.to_string()),
            PullError::TooDense => Self::new("store-too-dense"),
            PullError::Full => Self::new("store-too-much"),
        }
    }
}

impl PullError {
    /// The answer was larger than is taken in, or could not be cut apart.
    fn is_too_much(&self) -> bool {
        matches!(self, Self::Cartum(error) if error.too_much().is_some())
    }

    /// The store did not answer, perhaps for what it was asked for.
    fn is_of_what_was_asked(&self) -> bool {
        matches!(self, Self::Cartum(error) if !matches!(error, CartumError::LoginRefused { .. } | CartumError::FenceClosed(_)))
    }
}

/// When a poll was due.
#[derive(Debug, Clone, Copy)]
struct Due {
    /// As it stands in the database; a command that wants a poll at once changes it.
    at: DateTime<Utc>,
    /// The store was seen to answer the poll for new orders: what stands there is when the next one is due.
    has_answered: bool,
}

/// What a cycle saw.
#[derive(Debug, Default)]
struct Counts {
    /// Rows of the answers.
    seen: usize,
    /// Orders never seen before.
    new: usize,
    /// Orders with a new version.
    changed: usize,
    /// Orders that the store did not show although it was asked for them.
    missing: usize,
}

/// Reads the store once: what a person asked for, the poll, what the first import still lacks, then every order that is not
/// final. What people set in RO App is written to it in between.
///
/// # Errors
/// When the database fails or the lease is lost; what the store does wrong is noted with the store.
pub(super) async fn poll(
    engine: &Engine,
    (lease, fence): (&Lease, &Fence),
    (store, beside): (stores::Store, Beside),
) -> Result<(), DbError> {
    let started = Instant::now();
    let (mut counts, mut due) = (Counts::default(), Due { at: store.next_poll_at, has_answered: false });
    let outcome = read(engine, (lease, fence), (&store, beside), &mut counts, &mut due).await;
    let (Counts { seen, new, changed, missing }, took_ms) = (counts, milliseconds(started.elapsed()));
    if new + changed + missing > 0 {
        tracing::info!(seen, new, changed, missing, took_ms, whole = outcome.is_ok(), "read the store");
    } else {
        tracing::debug!(seen, new, changed, missing, took_ms, whole = outcome.is_ok(), "read the store");
    }
    match outcome {
        Ok(()) => Ok(()),
        Err(PullError::Db(error)) if !error.is_about_data() => Err(error),
        Err(PullError::Cartum(CartumError::FenceClosed(_))) => Err(DbError::LeaseLost),
        Err(error) => trouble::note(engine, lease, &store, due, error).await,
    }
}

async fn read(
    engine: &Engine,
    (lease, fence): (&Lease, &Fence),
    (store, beside): (&stores::Store, Beside),
    counts: &mut Counts,
    due: &mut Due,
) -> Result<(), PullError> {
    let (Some(connected_at), Some(from)) = (store.connected_at, store.window_from) else { return Ok(()) };
    let (shop, window) = (engine.shop(store)?, Window { connected_at, from });
    let (delivered, first_seen, notices) = (HashSet::new(), Vec::new(), BTreeMap::new());
    let audit = Audit::begin(engine, store, window, &beside);
    let mut reader = Reader {
        engine,
        lease,
        fence,
        store,
        shop,
        window,
        counts,
        due,
        delivered,
        has_catalogue: true,
        silent: Vec::new(),
        unanswered: Vec::new(),
        strays: 0,
        is_full: false,
        first_seen,
        notices,
        audit,
        beside,
        polled: None,
        next_poll: None,
    };
    let outcome = reader.read().await;
    if outcome.is_err() {
        // What was read to the end stands.
        reader.save_polled().await?;
    }
    outcome
}

/// One cycle of one store.
struct Reader<'a> {
    engine: &'a Engine,
    lease: &'a Lease,
    /// For what changes something in the store.
    fence: &'a Fence,
    store: &'a stores::Store,
    shop: Arc<Cartum>,
    window: Window,
    counts: &'a mut Counts,
    due: &'a mut Due,
    /// Orders that this cycle has read already.
    delivered: HashSet<OrderNumber>,
    /// Its catalogue answers, as far as it was asked in this cycle.
    has_catalogue: bool,
    /// Orders for which it did not answer all the same, and what it said, the one asked for the longest ago first.
    silent: Vec<(OrderNumber, String)>,
    /// Those that were asked for together with such a one.
    unanswered: Vec<(OrderNumber, String)>,
    /// Rows that were no orders.
    strays: usize,
    /// New orders are left for another day.
    is_full: bool,
    /// When the orders that were new to us were placed, in the store's zone.
    first_seen: Vec<NaiveDateTime>,
    /// What the notices of this cycle say.
    notices: BTreeMap<Plain, Said>,
    /// The proof, where this cycle holds one.
    audit: Option<Audit>,
    /// What else there is to do.
    beside: Beside,
    /// A poll that went well, which is still to be saved.
    polled: Option<Polled>,
    /// When new orders are polled for again, if something else is still being read then.
    next_poll: Option<Instant>,
}

/// A poll that went well.
#[derive(Debug, Clone, Copy)]
struct Polled {
    at: Instant,
    /// When the newest order that it brought was placed, in the store's zone.
    newest: Option<NaiveDateTime>,
}

impl Reader<'_> {
    /// Does this in one transaction under the account's lease: see [`Lease::commit`].
    async fn commit<T, F>(&self, name: &'static str, work: impl Fn(Tx) -> F) -> Result<T, DbError>
    where
        F: Future<Output = Result<T, DbError>> + Send,
    {
        self.lease.commit(&self.engine.pool, name, work).await
    }

    async fn read(&mut self) -> Result<(), PullError> {
        self.drop_unmapped().await?;
        // What somebody waits for goes first.
        let early = match self.fetch_asked().await {
            Err(error) if !error.is_of_what_was_asked() => return Err(error),
            early => early,
        };
        self.poll().await?;
        if early.is_err() {
            self.fetch_asked().await?;
        }
        if self.store.failing_since.is_some() || self.store.state == StoreState::NeedsCredentials || self.beside.wanted
        {
            self.save_polled().await?;
        }
        self.write_back().await?;
        if self.store.listed_at.is_none() && self.is_importing() && !self.is_full {
            self.list_window().await?;
        }
        self.read_open().await?;
        self.audit().await?;
        self.note_success().await?;
        self.tend_hooks().await
    }

    fn is_importing(&self) -> bool {
        matches!(self.store.state, StoreState::Importing | StoreState::NeedsCredentials)
    }

    /// New orders: everything created since shortly before the newest order that was saved.
    async fn poll(&mut self) -> Result<(), PullError> {
        let zone = self.store.settings.time_zone;
        let newest = self.store.watermark.unwrap_or_else(|| scope::local(self.window.connected_at, zone));
        self.save_polled().await?;
        self.first_seen.clear();
        let newest = match self.walk(newest - scope::OVERLAP, None).await {
            // What was not taken is asked for again.
            Err(PullError::Full) => None,
            newest => newest?,
        };
        self.note_zone(self.store.last_success_at).await?;
        // The store answers: what it does not show or take now is not for its being away.
        self.due.has_answered = true;
        let at = Instant::now();
        self.polled = Some(Polled { at, newest });
        self.next_poll = Some(at + self.engine.settings.sync.poll_interval);
        Ok(())
    }

    /// Saves that the last poll went well, if that is still to be done.
    async fn save_polled(&mut self) -> Result<(), DbError> {
        let Some(polled) = self.polled.take() else { return Ok(()) };
        let this = &*self;
        let at = this.commit("store.polled", |mut tx| async move { this.note_polled(&mut tx, polled).await }).await?;
        self.due.at = at.unwrap_or(self.due.at);
        Ok(())
    }

    /// Saves it if that is already late.
    async fn save_polled_in_time(&mut self) -> Result<(), DbError> {
        if self.polled.is_some_and(|polled| polled.at.elapsed() >= SAVED_AFTER) {
            self.save_polled().await?;
        }
        Ok(())
    }

    /// The same in a transaction. Returns when the next poll is due; `None` where a command wants it now.
    async fn note_polled(&self, tx: &mut Tx, polled: Polled) -> Result<Option<DateTime<Utc>>, DbError> {
        let (store, next) = (self.store.id, self.engine.settings.sync.poll_interval);
        let at = polls::succeeded(tx, store, polled.newest, (self.due.at, next, polled.at.elapsed())).await?;
        // The process that wrote the last order may have died before it said so.
        if self.is_importing() && self.store.listed_at.is_some() {
            polls::finish_import(tx, store).await?;
        }
        Ok(at)
    }

    /// While something takes long to read, saves that the poll went well, and polls again when it is time: a new order does not wait
    /// for that.
    async fn poll_between(&mut self) -> Result<(), PullError> {
        self.save_polled_in_time().await?;
        // A walk of this poll does not poll in turn.
        if self.next_poll.take_if(|at| Instant::now() >= *at).is_some() {
            self.poll().await?;
        }
        Ok(())
    }

    /// The whole window, for the first import. New orders are polled for in between.
    async fn list_window(&mut self) -> Result<(), PullError> {
        if growth::today(&self.engine.pool, self.store.id).await?.fresh >= FRESH_A_DAY {
            self.note_full();
            return Ok(());
        }
        self.save_polled().await?;
        tracing::info!(
            from = moment::text(scope::to_utc(self.window.from, self.store.settings.time_zone)),
            "listing the orders of the import window"
        );
        match self.walk(self.window.from, None).await {
            Err(PullError::Full) => return Ok(()),
            walked => walked?,
        };
        let store = self.store.id;
        let note = |mut tx: Tx| async move {
            polls::listed(&mut tx, store).await?;
            polls::finish_import(&mut tx, store).await
        };
        let finished = self.commit("store.listed", note).await?;
        let found = polls::import_counts(&self.engine.pool, self.store.id).await?.found;
        tracing::info!(found, finished, "saved every order of the import window");
        Ok(())
    }

    /// Saves rows of an answer, as far as they are not on record.
    async fn save(&mut self, rows: &[OrderRow]) -> Result<Page, PullError> {
        let prints: Vec<_> = rows.iter().map(intake::print).collect();
        let page = if !rows.is_empty() && self.unchanged(|unchanged| unchanged.has_all(rows, &prints)) {
            Page { newest: intake::newest(self.engine, self.store, rows), is_on_record: true, ..Page::default() }
        } else {
            self.save_changed(rows, &prints).await?
        };
        self.counts.seen += rows.len();
        self.counts.new += page.fresh.len();
        self.counts.changed += page.changed;
        self.delivered.extend(rows.iter().filter_map(|row| row.number));
        if let Some(audit) = &mut self.audit {
            audit.note(rows, &page);
        }
        self.first_seen.extend(&page.first_seen);
        self.strays += page.strays;
        if page.is_full || self.strays > MOST_STRAYS {
            self.note_full();
        }
        Ok(page)
    }

    /// Saves rows of which some are not as they are on record, and first what the catalogue says about articles that are new.
    async fn save_changed(&mut self, rows: &[OrderRow], prints: &[Print]) -> Result<Page, DbError> {
        if self.has_catalogue {
            self.has_catalogue = articles::learn(self.engine, self.lease, self.store, &self.shop, rows).await?;
        }
        self.forget_unchanged(rows.iter().filter_map(|row| row.number));
        let page = intake::save_page(self.engine, self.lease, self.store, self.window, (rows, prints)).await?;
        if page.fresh.len() + page.changed > 0 {
            self.engine.seen(self.store.account, |seen| seen.orders_came.notify_one());
        }
        self.unchanged(|unchanged| unchanged.note(page.unchanged.iter().copied()));
        // An order that came twice may have come in two states.
        let mut came = HashSet::new();
        self.forget_unchanged(rows.iter().filter_map(|row| row.number).filter(|number| !came.insert(*number)));
        Ok(page)
    }

    /// The database is asked about these orders again.
    fn forget_unchanged(&self, numbers: impl IntoIterator<Item = OrderNumber>) {
        self.unchanged(|unchanged| unchanged.forget(numbers));
    }

    /// What the store showed as it is on record.
    fn unchanged<T>(&self, look: impl FnOnce(&mut Unchanged) -> T) -> T {
        self.engine.seen(self.store.account, |seen| look(seen.unchanged.entry(self.store.id).or_default()))
    }

    /// What is known goes on; the walks end where they are, and go on once the day is over.
    fn note_full(&mut self) {
        self.is_full = true;
        self.notices.insert(Plain::NewOrders, Said::new("too-many-new-orders").with("most", FRESH_A_DAY));
    }

    /// The whole cycle went well: notices are raised, or cleared where the matter is fixed.
    async fn note_success(&mut self) -> Result<(), DbError> {
        if let Some(ahead) = self.shop.clock_off() {
            self.notices.insert(Plain::Clock, trouble::clock_off("store", ahead));
        }
        if let Some((number, error)) = self.silent.first().or(self.unanswered.first()) {
            let many = self.silent.len() + self.unanswered.len();
            let what = Said::new("store-unanswered").with("count", many).with("number", number.get());
            self.notices.insert(Plain::Unanswered, what.with("error", error.as_str()));
        }
        let (account, store) = (self.store.account, Some(self.store.id));
        let (id, polled) = (self.store.id, self.polled);
        let this = &*self;
        let raised = &this.notices;
        let note = |mut tx: Tx| async move {
            let at = match polled {
                Some(polled) => this.note_polled(&mut tx, polled).await?,
                None => None,
            };
            polls::ended(&mut tx, id, None).await?;
            let (open, mut news) = (notices::topics(&mut tx, account, id).await?, Vec::new());
            for plain in TOPICS {
                let topic = Topic::Plain(plain);
                match raised.get(&plain) {
                    None if open.contains(&topic) => drop(notices::clear(&mut tx, account, store, &topic).await?),
                    Some(what) if notices::raise(&mut tx, account, store, &topic, what).await? => news.push(plain),
                    _ => {}
                }
            }
            Ok((at, news))
        };
        let (at, news) = self.commit("store.read_whole", note).await?;
        self.polled = None;
        self.due.at = at.unwrap_or(self.due.at);
        let raised = &self.notices;
        for topic in news {
            let text = raised.get(&topic).map(ToString::to_string);
            tracing::warn!(topic = topic.word(), text, "store notice raised");
        }
        if self.store.failing_since.is_some() || self.store.state == StoreState::NeedsCredentials {
            tracing::info!(since = self.store.failing_since.map(moment::text), "the store answers again");
        }
        Ok(())
    }
}
