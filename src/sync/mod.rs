//! The sync: leases accounts, reads their stores, brings what changed to RO App (design sections 3, 4, 7, 9).
//!
//! `schedule.rs` leases accounts and gives each a session; `session.rs` works on one account while its lease lasts; `store` reads a
//! store and saves what it answered; `batch` takes the waiting orders. `account` is what all orders of an account share, `order`
//! is one order on its way: these two are the only code that changes RO App, and `outcome.rs` says how their work ends.
//! `rehearse.rs` is the daemon that only reads; `upkeep.rs` keeps the database small; `outage.rs` reports an unavailable database.

mod account;
mod batch;
mod order;
mod outage;
mod outcome;
mod rehearse;
mod schedule;
mod session;
mod store;
mod upkeep;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sqlx::PgPool;
use tokio::{sync::Notify, time::Instant};
use uuid::Uuid;

use self::outage::Outage;
pub use self::{rehearse::import, rehearse::run as rehearse, schedule::run, upkeep::run as upkeep};
use crate::{
    cartum::Cartum,
    clients::{ClientError, Clients},
    clock::Clock,
    config::Settings,
    db::stores::Store,
    domain::{
        ids::{AccountId, EntryId, OrderId, OrderNumber, OrderTypeId, PersonId, ProductId, StatusId, StoreId},
        said::Said,
    },
    lifecycle::{Heartbeat, Stop},
    secrets::{Keyring, Sealed},
};

/// How long the observation counts that RO App did not have a record.
const GONE_FOR: Duration = Duration::from_hours(1);

/// The longest time between two checks of what is due, however long nothing is: for what the database does not report.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// See [`Engine::look_every`].
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What every part of the sync uses.
#[derive(Debug)]
pub struct Engine {
    /// The database.
    pub pool: PgPool,
    /// Decrypts secrets.
    pub keyring: Keyring,
    /// Creates the clients.
    pub clients: Clients,
    /// The settings.
    pub settings: Settings,
    /// The time.
    pub clock: Clock,
    /// Tells every part when to stop.
    pub stop: Stop,
    /// Receives the heartbeat of the scheduler.
    pub heartbeat: Heartbeat,
    /// Shortest pause, on average, between two checks for accounts that are due, unless the database reports one.
    pub look_every: Duration,
    /// This process, among those on one database.
    pub process: Uuid,
    /// Tells the scheduler when an account is due.
    news: News,
    /// Whether the database is unavailable.
    outage: Outage,
    /// What this process has seen of each account.
    seen: Mutex<HashMap<AccountId, Seen>>,
    /// Logged-in clients, so that a token is used for several polls.
    shops: Mutex<HashMap<StoreId, (Store, Arc<Cartum>)>>,
}

/// When the next account is due, as far as the scheduler was told of it since it looked.
#[derive(Debug, Default)]
struct News {
    told: Notify,
    next: Mutex<Option<Instant>>,
}

impl News {
    fn due_in(&self, time: Duration) {
        let (at, mut next) = (Instant::now() + time, self.next.lock().unwrap_or_else(PoisonError::into_inner));
        *next = Some(next.map_or(at, |next| next.min(at)));
        drop(next);
        self.told.notify_one();
    }

    fn take(&self) -> Option<Instant> {
        self.next.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// What one process has seen of an account while no other process worked on it.
#[derive(Debug, Default)]
struct Seen {
    /// The API key whose company was compared (design section 2, account).
    key: Option<Sealed>,
    /// When RO App was last read, for our markers and for what people changed.
    looked_at: Option<Instant>,
    /// The heads of the last watch, if all of them were known.
    known_heads: Option<account::watch::Heads>,
    /// RO App's lists are not read again before this: they could not be read, or orders took precedence.
    offer_not_before: Option<Instant>,
    /// Orders for which an otherwise working store did not answer, and what it sent.
    silent: HashMap<StoreId, Vec<(OrderNumber, String)>>,
    /// People and products that RO App was seen not to have, although it may still list them.
    gone_people: Gone<PersonId>,
    gone_products: Gone<ProductId>,
    /// Lines that RO App refused first of orders of which it took none.
    refused_lines: BTreeSet<Said>,
    /// Stores of which RO App refused an order since the account was taken over.
    refusing: BTreeSet<StoreId>,
    /// The status that RO App gave the last new work order of each type, and when that was seen.
    initial_statuses: BTreeMap<OrderTypeId, (StatusId, Instant)>,
    /// The people of the account, where they were walked.
    people: account::directory::KnownPeople,
    /// Custom fields that RO App requires of people.
    people_fields: Vec<i64>,
    /// Journalled calls that were never sent, if the database failed before that could be recorded.
    unsent: BTreeSet<EntryId>,
    /// Articles of two products that RO App has.
    known_articles: Option<[String; 2]>,
    /// Tells the session to look what is due: a store brought orders to work on, or somebody asked for something.
    orders_came: Arc<Notify>,
    /// Orders that the stores showed as they are on record.
    unchanged: HashMap<StoreId, store::unchanged::Unchanged>,
    /// What the turns of orders came to that gave way to others.
    turns: BTreeMap<OrderId, order::turns::Earlier>,
}

/// Records that RO App did not have when asked by id; kept for an hour, since they may be restored.
#[derive(Debug)]
struct Gone<T>(BTreeMap<T, Instant>);

impl<T> Default for Gone<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: Ord> Gone<T> {
    fn note(&mut self, id: T) {
        self.0.retain(|_, since| since.elapsed() < GONE_FOR);
        self.0.insert(id, Instant::now());
    }

    fn has(&self, id: &T) -> bool {
        self.0.get(id).is_some_and(|since| since.elapsed() < GONE_FOR)
    }
}

impl Engine {
    /// Assembles the parts.
    #[must_use]
    pub fn new(pool: PgPool, keyring: Keyring, clients: Clients, settings: Settings, clock: Clock, stop: Stop) -> Self {
        let heartbeat = Heartbeat::new(clock.clone());
        let process = Uuid::new_v4();
        let (outage, seen, shops) = (Outage::default(), Mutex::default(), Mutex::default());
        let look_every = LOOK_EVERY;
        Self {
            pool,
            keyring,
            clients,
            settings,
            clock,
            stop,
            heartbeat,
            look_every,
            process,
            news: News::default(),
            outage,
            seen,
            shops,
        }
    }

    /// The watch over RO App is made by this much sooner or later, to go along with the poll of a store: more than polls vary.
    fn slack(&self) -> Duration {
        self.settings.sync.poll_interval / 10
    }

    /// What this process has seen of an account.
    fn seen<T>(&self, account: AccountId, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(self.seen.lock().unwrap_or_else(PoisonError::into_inner).entry(account).or_default())
    }

    /// Has the session of this account, if this process has one, look what there is to do.
    fn wake_session(&self, account: AccountId) {
        if let Some(seen) = self.seen.lock().unwrap_or_else(PoisonError::into_inner).get(&account) {
            seen.orders_came.notify_one();
        }
    }

    /// The client of a store; the same one as long as address and credentials do not change.
    fn shop(&self, store: &Store) -> Result<Arc<Cartum>, ClientError> {
        let mut shops = self.shops.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, shop)) = shops.get(&store.id) {
            let same = known.settings.site_url == store.settings.site_url
                && known.settings.login == store.settings.login
                && known.settings.time_zone == store.settings.time_zone
                && known.password == store.password;
            if same {
                return Ok(Arc::clone(shop));
            }
        }
        let shop = Arc::new(self.clients.cartum(&self.keyring, store)?);
        shops.insert(store.id, (store.clone(), Arc::clone(&shop)));
        Ok(shop)
    }
}
