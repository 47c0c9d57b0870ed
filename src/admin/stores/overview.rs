//! All stores at a glance: how each is, in a word that needs no explanation, and what waits for a person.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use sqlx::PgPool;

use super::view::{StoreRow, row};
use crate::{
    admin::{AdminError, Told},
    db::{
        self,
        accounts::{self, Account},
        polls::{self, ImportCounts},
        status,
        stores::{self, Odd, Store},
        work_orders,
    },
    domain::{
        freshness::{Freshness, freshness},
        ids::{AccountId, StoreId},
        order_state::OrderState,
        store::StoreState,
        user::Reach,
    },
};

/// How much a store needs a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing arrives until somebody acts.
    Bad,
    /// Some things wait, or a side does not answer.
    Wait,
    /// All is well.
    Good,
    /// Nobody wants it to run.
    Off,
}

impl Level {
    /// The word for style sheets and keys.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Bad => "bad",
            Self::Wait => "wait",
            Self::Good => "good",
            Self::Off => "off",
        }
    }
}

/// How a store is.
#[derive(Debug, Clone, PartialEq)]
pub enum Health {
    /// Its row cannot be read by this release.
    Unreadable(String),
    /// RO App refuses the account's key since then.
    NeedsKey(DateTime<Utc>),
    /// The store refuses the login since then.
    LoginRefused(DateTime<Utc>),
    /// Stopped by the program or a person.
    Paused(Option<Told>),
    /// RO App does not answer since then.
    RoAppSilent(DateTime<Utc>),
    /// The store does not answer since then.
    StoreSilent(DateTime<Utc>),
    /// It was due to be read long ago; last read at that time.
    Overdue(Option<DateTime<Utc>>),
    /// Orders have been on their way since then.
    Behind(DateTime<Utc>),
    /// So many orders wait for a person.
    Waiting(i64),
    /// The first import runs: orders brought to an end, of those found.
    Importing(i64, i64),
    /// Read successfully, last at that time.
    Fine(Option<DateTime<Utc>>),
    /// Set up, not imported.
    Draft,
    /// Switched off.
    Off,
}

impl Health {
    /// How much it needs a person.
    #[must_use]
    pub fn level(&self) -> Level {
        match self {
            Self::Unreadable(_) | Self::NeedsKey(_) | Self::LoginRefused(_) => Level::Bad,
            Self::Paused(Some(_))
            | Self::RoAppSilent(_)
            | Self::StoreSilent(_)
            | Self::Overdue(_)
            | Self::Behind(_)
            | Self::Waiting(_) => Level::Wait,
            Self::Importing(..) | Self::Fine(_) => Level::Good,
            Self::Paused(None) | Self::Draft | Self::Off => Level::Off,
        }
    }
}

/// A store at a glance.
#[derive(Debug, Clone)]
pub struct StoreGlance {
    /// Our id.
    pub id: StoreId,
    /// Its account.
    pub account: AccountId,
    /// The name within the account.
    pub name: String,
    /// The account's name.
    pub account_name: String,
    /// Its row; `None` where this release cannot read it.
    pub row: Option<StoreRow>,
    /// How it is.
    pub health: Health,
    /// The store's time zone.
    pub zone: Tz,
    /// Orders in each state.
    pub orders: BTreeMap<&'static str, i64>,
    /// Orders with a difference that waits for a decision.
    pub conflicts: i64,
    /// Orders that wait for a person, those included.
    pub for_you: i64,
    /// What else a person should know.
    pub notices: usize,
}

impl StoreGlance {
    /// Orders in this state.
    #[must_use]
    pub fn in_state(&self, state: &str) -> i64 {
        self.orders.get(state).copied().unwrap_or_default()
    }
}

/// What the health of a store goes by.
struct Signs<'a> {
    row: &'a StoreRow,
    account: Option<&'a Account>,
    for_you: i64,
    import: (i64, i64),
    /// Since when an order has been on its way.
    waiting_since: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
}

/// A store that was due so long ago is read by nobody.
const OVERDUE: TimeDelta = TimeDelta::minutes(10);
/// An order that is on its way for longer is worth a word.
const BEHIND: TimeDelta = TimeDelta::hours(1);

fn health(signs: &Signs<'_>) -> Health {
    let row = signs.row;
    match (row.enabled, row.state) {
        (false, _) => return Health::Off,
        (_, "draft") => return Health::Draft,
        (_, "paused") => return Health::Paused(row.reason.clone().filter(|why| why.code != "paused-by-hand")),
        _ => {}
    }
    if let Some(account) = signs.account.filter(|account| account.needs_key) {
        return Health::NeedsKey(account.state_since);
    }
    if row.state == "needs_credentials" {
        return Health::LoginRefused(row.since.0);
    }
    if let Some(since) = signs.account.and_then(|account| account.failing_since) {
        return Health::RoAppSilent(since);
    }
    if let Some(since) = row.failing_since {
        return Health::StoreSilent(since.0);
    }
    if row.next_poll_at.is_some_and(|at| signs.now - at.0 > OVERDUE) {
        return Health::Overdue(row.last_success_at.map(|at| at.0));
    }
    if signs.for_you > 0 {
        return Health::Waiting(signs.for_you);
    }
    if row.state == "importing" {
        return Health::Importing(signs.import.0, signs.import.1);
    }
    match signs.waiting_since.filter(|since| signs.now - since > BEHIND) {
        Some(since) => Health::Behind(since),
        None => Health::Fine(row.last_success_at.map(|at| at.0)),
    }
}

/// What is counted of stores.
struct Counts {
    orders: BTreeMap<StoreId, BTreeMap<&'static str, i64>>,
    conflicts: BTreeMap<StoreId, i64>,
    for_you: BTreeMap<StoreId, i64>,
    waiting_since: BTreeMap<StoreId, DateTime<Utc>>,
    notices: BTreeMap<StoreId, usize>,
    now: DateTime<Utc>,
}

impl Counts {
    /// Of one store, or of all.
    async fn read(pool: &PgPool, store: Option<StoreId>) -> Result<Self, AdminError> {
        let mut orders = BTreeMap::<StoreId, BTreeMap<&'static str, i64>>::new();
        let mut waiting_since = BTreeMap::new();
        for count in status::counts(pool, store).await? {
            if count.state == OrderState::Waiting {
                waiting_since.insert(count.store, count.oldest);
            }
            orders.entry(count.store).or_default().insert(count.state.word(), count.orders);
        }
        let mut notices = BTreeMap::new();
        for notice in status::notices(pool).await? {
            if let Some(store) = notice.store {
                *notices.entry(store).or_default() += 1;
            }
        }
        let (mut conflicts, mut for_you) = (BTreeMap::new(), BTreeMap::new());
        for count in status::for_you(pool, store).await? {
            conflicts.insert(count.store, count.conflicts);
            for_you.insert(count.store, count.orders);
        }
        Ok(Self { orders, conflicts, for_you, waiting_since, notices, now: db::now(pool).await? })
    }

    async fn glance(
        &mut self,
        pool: &PgPool,
        store: &Store,
        account: Option<&Account>,
    ) -> Result<StoreGlance, AdminError> {
        let (row, orders) = (row(store), self.orders.remove(&store.id).unwrap_or_default());
        let conflicts = self.conflicts.get(&store.id).copied().unwrap_or_default();
        let for_you = self.for_you.get(&store.id).copied().unwrap_or_default();
        let import = match store.state {
            StoreState::Importing => polls::import_counts(pool, store.id).await?,
            _ => ImportCounts::default(),
        };
        let import = (import.found - import.waiting, import.found);
        let waiting_since = self.waiting_since.get(&store.id).copied();
        let signs = Signs { row: &row, account, for_you, import, waiting_since, now: self.now };
        Ok(StoreGlance {
            id: store.id,
            account: store.account,
            name: store.settings.name.clone(),
            account_name: store.account_name.clone(),
            health: health(&signs),
            zone: store.settings.time_zone,
            orders,
            conflicts,
            for_you,
            notices: self.notices.get(&store.id).copied().unwrap_or_default(),
            row: Some(row),
        })
    }
}

/// The stores that a user reaches, those that need a person first, then by account and name.
///
/// # Errors
/// When the database fails.
pub async fn glances(pool: &PgPool, reach: &Reach) -> Result<Vec<StoreGlance>, AdminError> {
    let accounts: BTreeMap<_, _> = accounts::list(pool).await?.into_iter().map(|it| (it.id, it)).collect();
    let (all, odd) = stores::each(pool, None).await?;
    let mut counts = Counts::read(pool, None).await?;
    let mut glances = Vec::new();
    for store in all.iter().filter(|store| reach.holds(store.account)) {
        glances.push(counts.glance(pool, store, accounts.get(&store.account)).await?);
    }
    glances.extend(odd.into_iter().filter(|odd| reach.holds(odd.account)).map(of_odd));
    glances.sort_by_cached_key(|it| (it.health.level(), it.account_name.clone(), it.name.clone()));
    Ok(glances)
}

/// One store at a glance.
///
/// # Errors
/// When the database fails.
pub async fn glance(pool: &PgPool, store: &Store) -> Result<StoreGlance, AdminError> {
    let account = accounts::get(pool, store.account).await?;
    Counts::read(pool, Some(store.id)).await?.glance(pool, store, account.as_ref()).await
}

fn of_odd(odd: Odd) -> StoreGlance {
    StoreGlance {
        id: odd.id,
        account: odd.account,
        account_name: odd.called.split_once('/').map_or_else(String::new, |(account, _)| account.to_owned()),
        health: Health::Unreadable(odd.error.with_cause()),
        name: odd.name,
        row: None,
        zone: Tz::UTC,
        orders: BTreeMap::new(),
        conflicts: 0,
        for_you: 0,
        notices: 0,
    }
}

/// How fresh the work orders of a store are; `None` if no new order arrived within the last day.
///
/// # Errors
/// When the database fails.
pub async fn store_freshness(pool: &PgPool, store: &Store) -> Result<Option<Freshness>, AdminError> {
    let arrived = work_orders::made_lately(pool, store.id).await?;
    Ok(freshness(&arrived, store.settings.time_zone, db::now(pool).await?))
}
