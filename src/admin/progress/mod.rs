//! How far the daemon is with a request. Each function checks once and returns what is still awaited, so that a page can poll it;
//! [`follow`] checks until the end.

mod import;

use std::{fmt, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;
use tokio::time::{Instant, sleep};

pub use self::import::{ImportStep, Landed, import, import_counts, landed};
use super::{AdminError, Audit, called};
use crate::{
    admin::{Told, told::after_colon},
    db::{
        self, accounts, asks, audits, dictionary, history, processes,
        reading::{self, Reading},
        stores::{self, Store},
    },
    domain::{ids::OrderNumber, order_state::OrderState, said::Said, store::StoreState},
};

/// How long the daemon may take to begin.
const BEGINS_WITHIN: Duration = Duration::from_mins(1);
/// How long it may take to finish.
const ENDS_WITHIN: Duration = Duration::from_mins(30);
/// How long RO App may be unavailable until the wait ends with an error.
const AWAY: TimeDelta = TimeDelta::seconds(20);
/// How often [`follow`] looks.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// The error when no daemon begins.
const NOT_READ_YET: Said = Said::new("not-read-yet");

/// The result of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step<T, W = Awaited> {
    /// Still waiting.
    Waits(W),
    /// Done.
    Done(T),
}

/// What is awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaited {
    /// The daemon starts to read the store.
    Reading,
    /// The store is read.
    EndOfReading,
    /// Orders are fetched from the store.
    Fetch,
    /// So many orders are written.
    Orders(usize),
    /// The whole window is read.
    Audit,
}

impl fmt::Display for Awaited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reading => f.write_str("the daemon to read the store"),
            Self::EndOfReading => f.write_str("the store to be read"),
            Self::Fetch => f.write_str("the orders to be fetched from the store"),
            Self::Orders(count) => write!(f, "{count} orders to be written"),
            Self::Audit => f.write_str("the daemon to read the whole import window"),
        }
    }
}

/// Checks every half second until done, and reports each time what is awaited. `look` gets the time waited so far.
///
/// # Errors
/// As `look` and `tell`.
pub async fn follow<T, W, E: From<AdminError>>(
    mut look: impl AsyncFnMut(Duration) -> Result<Step<T, W>, AdminError>,
    mut tell: impl FnMut(W) -> Result<(), E>,
) -> Result<T, E> {
    let begun = Instant::now();
    loop {
        match look(begun.elapsed()).await? {
            Step::Done(done) => return Ok(done),
            Step::Waits(what) => tell(what)?,
        }
        sleep(LOOK_EVERY).await;
    }
}

/// Whether a daemon works on this database.
///
/// # Errors
/// When the database fails.
pub async fn is_daemon_running(pool: &PgPool) -> Result<bool, AdminError> {
    Ok(!processes::alive(pool).await?.is_empty())
}

/// Whether the store was read after the request at `at`.
///
/// # Errors
/// [`AdminError::Refused`] when it could not be read, or no daemon begins or finishes in time.
pub async fn reading(
    pool: &PgPool,
    store: &Store,
    at: DateTime<Utc>,
    waited: Duration,
) -> Result<Step<()>, AdminError> {
    let name = store.settings.name.as_str();
    match reading::since(pool, store.id, at).await? {
        Reading::Ended(None) => Ok(Step::Done(())),
        Reading::Ended(Some(error)) => refused(Said::new("not-read").with("store", name).with("error", error)),
        Reading::Waits if waited > BEGINS_WITHIN => refused(NOT_READ_YET),
        Reading::Begun if waited > ENDS_WITHIN => refused(Said::new("still-being-read")),
        Reading::Waits => Ok(Step::Waits(Awaited::Reading)),
        Reading::Begun => Ok(Step::Waits(Awaited::EndOfReading)),
    }
}

/// Whether all of these orders were fetched from the store.
///
/// # Errors
/// [`AdminError::Refused`] when that takes too long.
pub async fn fetching(
    pool: &PgPool,
    store: &Store,
    orders: &[OrderNumber],
    waited: Duration,
) -> Result<Step<()>, AdminError> {
    let asked = asks::to_fetch(pool, store.id).await?;
    if !orders.iter().any(|order| asked.iter().any(|(asked, _)| asked == order)) {
        return Ok(Step::Done(()));
    }
    if waited > BEGINS_WITHIN {
        return refused(Said::new("not-fetched-yet"));
    }
    Ok(Step::Waits(Awaited::Fetch))
}

/// Whether none of the orders with news since `at` is waiting any more.
///
/// # Errors
/// [`AdminError::Refused`] when they wait for something that a person has to do, or for too long.
pub async fn settling(
    pool: &PgPool,
    store: &Store,
    at: DateTime<Utc>,
    waited: Duration,
) -> Result<Step<()>, AdminError> {
    let happened = history::since(pool, store.id, at).await?;
    let waiting = happened.iter().filter(|order| order.state == OrderState::Waiting).count();
    if waiting == 0 {
        return Ok(Step::Done(()));
    }
    if let Some(now) = stores::get(pool, store.id).await?
        && now.state == StoreState::Paused
    {
        let said = Said::new("paused-with-orders").with("count", waiting);
        return refused(said.with("why", after_colon(now.reason.as_ref())));
    }
    if let Some(account) = accounts::get(pool, store.account).await? {
        let now = db::now(pool).await?;
        if account.needs_key || account.failing_since.is_some_and(|since| now - since > AWAY) {
            let said = Said::new("orders-wait-for-account").with("count", waiting);
            let said = said.with("account", account.name.as_str());
            return refused(said.with("why", after_colon(account.last_error.as_ref())));
        }
    }
    if waited > ENDS_WITHIN {
        let said = Said::new("orders-still-wait").with("count", waiting);
        return refused(said.with("called", called(pool, store).await?));
    }
    Ok(Step::Waits(Awaited::Orders(waiting)))
}

/// Whether the audit requested at `at` has ended.
///
/// # Errors
/// [`AdminError::Refused`] when the store could not be read, or no daemon begins or finishes in time.
pub async fn auditing(
    pool: &PgPool,
    store: &Store,
    at: DateTime<Utc>,
    waited: Duration,
) -> Result<Step<Audit>, AdminError> {
    if let Some(last) = audits::last(pool, store.id).await?.filter(|last| last.at >= at) {
        return Ok(Step::Done(last.into()));
    }
    let reading = reading::since(pool, store.id, at).await?;
    if let Reading::Ended(Some(error)) = &reading {
        let said = Said::new("not-audited").with("store", store.settings.name.as_str());
        return refused(said.with("error", error.clone()));
    }
    if reading == Reading::Waits && waited > BEGINS_WITHIN {
        return refused(NOT_READ_YET);
    }
    if waited > ENDS_WITHIN {
        return refused(Said::new("still-being-audited").with("called", called(pool, store).await?));
    }
    Ok(Step::Waits(Awaited::Audit))
}

/// What happened to an order.
#[derive(Debug, Clone)]
pub struct Happened {
    /// Cartum's order number.
    pub number: OrderNumber,
    /// The state it is in now.
    pub state: OrderState,
    /// Why it is in that state.
    pub reason: Option<Told>,
    /// What happened, oldest first.
    pub what: Vec<Told>,
}

/// What happened to the orders of a store since `at`, by number.
///
/// # Errors
/// When the database fails.
pub async fn happened(pool: &PgPool, store: &Store, at: DateTime<Utc>) -> Result<Vec<Happened>, AdminError> {
    let happened = history::since(pool, store.id, at).await?;
    let mut names = dictionary::names(pool, store.account, store.id).await?;
    let orders: Vec<_> = happened.iter().map(|order| order.order).collect();
    names.extend(dictionary::numbers(pool, &orders).await?);
    let words = |order: history::Happened| {
        let reason = Told::of(order.reason.as_ref(), &names);
        let what = order.what.iter().map(|what| Told::new(what, &names)).collect();
        Happened { number: order.number, state: order.state, reason, what }
    };
    Ok(happened.into_iter().map(words).collect())
}

fn refused<T>(why: Said) -> Result<T, AdminError> {
    Err(AdminError::Refused(why))
}
