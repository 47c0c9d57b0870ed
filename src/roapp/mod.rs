//! The RO App client: one for each account and process. It speaks both of RO App's dialects (contract roapp 2).
//!
//! `company.rs`, `people.rs`, `products.rs` and `orders.rs` hold the calls by subject, `new.rs` what we write. `call.rs` sends,
//! repeats and classifies answers; `list.rs` pages through lists, `page.rs` reads one page; `row.rs` and `wire.rs` read and
//! write values. `groups.rs` knows the groups of statuses, `dialect.rs` what has been learned about an account's RO App,
//! `created.rs` finds the id of a created record, `refusal.rs` the reason of a refusal, `error.rs` holds the errors.

mod call;
mod company;
#[doc = include_str!("contract.md")]
pub mod contract {}
mod created;
mod dialect;
mod error;
mod groups;
mod list;
mod new;
mod orders;
mod page;
mod people;
mod products;
mod refusal;
mod row;
#[cfg(test)]
mod tests;
mod wire;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::TimeDelta;
use rand::{SeedableRng, rngs::StdRng};
use url::Url;

pub use self::{
    company::{Campaign, Category, Company, CustomField, Employee, FieldKind, Location, OrderStatus, OrderType},
    created::{Created, MadeOrder},
    dialect::Dialect,
    error::{CallName, RoAppError},
    groups::StatusGroups,
    new::{ItemChange, NewItem, NewOrder, NewPerson, NewProduct, OrderChange},
};
use crate::{
    config::WarrantyKey,
    http::{Fence, Http, Pace, Urgency},
    secrets::Secret,
};

/// Calls RO App for one account. Clones share the pacing.
#[derive(Debug, Clone)]
pub struct RoApp(Arc<Inner>, Caller);

/// Counts the calls sent, including repeats. Clones share the count.
#[derive(Debug, Clone, Default)]
pub struct CallCount(Arc<AtomicU64>);

impl CallCount {
    /// The count so far.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn add_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Who makes calls through a client.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    /// Where the calls are counted.
    pub count: CallCount,
    /// Whether they go before others.
    pub urgency: Urgency,
}

#[derive(Debug)]
struct Inner {
    http: Http,
    base_url: Url,
    key: Secret,
    pace: Pace,
    fence: Fence,
    options: Options,
    chance: Mutex<StdRng>,
    /// The calls of all clones.
    calls: CallCount,
}

/// How calls are made.
#[derive(Debug, Clone)]
pub struct Options {
    /// `roapp.request_timeout`: the time from the first byte sent to the last byte read. Shorter than the lease, see [`Fence`].
    pub request_timeout: Duration,
    /// The first pause before a call is repeated; each further one is twice as long, up to a minute.
    pub backoff: Duration,
    /// The seed of the jitter, different for each process.
    pub seed: u64,
    /// The name of the unit in an item's warranty.
    pub warranty_key: WarrantyKey,
    /// What is known of the account's statuses.
    pub groups: StatusGroups,
    /// What has been learned of the account's dialect.
    pub dialect: Dialect,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_secs(15),
            backoff: Duration::from_secs(1),
            seed: 0,
            warranty_key: WarrantyKey::default(),
            groups: StatusGroups::default(),
            dialect: Dialect::default(),
        }
    }
}

impl RoApp {
    /// A client for the account at `base_url` (`https://api.roapp.io`, without `/v2`).
    ///
    /// Every call waits for its slot in `pace`, then checks that `fence` outlives it, then is sent.
    #[must_use]
    pub fn new(http: Http, base_url: Url, key: Secret, pace: Pace, fence: Fence, options: Options) -> Self {
        let chance = Mutex::new(StdRng::seed_from_u64(options.seed));
        let calls = CallCount::default();
        Self(Arc::new(Inner { http, base_url, key, pace, fence, options, chance, calls }), Caller::default())
    }

    /// How many calls this client and its clones have sent so far, including repeats.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.0.calls.get()
    }

    /// The same client for this caller.
    #[must_use]
    pub fn called_by(&self, caller: &Caller) -> Self {
        Self(Arc::clone(&self.0), caller.clone())
    }

    /// How far RO App's clock is ahead of ours, if the difference is worth a notice, see [`Http::clock_off`].
    #[must_use]
    pub fn clock_off(&self) -> Option<TimeDelta> {
        self.0.http.clock_off(&self.0.base_url)
    }
}
