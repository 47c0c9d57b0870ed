//! An RO App account that speaks the contract over HTTP, and refuses everything that the contract does not allow.
//!
//! - [`RoApp`] starts and stops it and shows its data; [`Staff`] does what people do in RO App's own pages
//! - `front`: the path of a call: limit, key, fault, checks, execution; `routes`: the table of calls
//! - `check`, `ask`: bodies, queries, pages; `answer`, `views`: the form of answers
//! - `orders`, `items`, `people`, `products`, `dictionaries`: what the calls do to [`Data`]
//! - `events`: its webhooks
//! - [`RoAppQuirks`]: where a real account may differ from the contract's assumptions
//!
//! Fixed ids: locations 11, 12 (13 archived); order types 71, 72; statuses 501 (New) to 507 (Cancelled), groups 1 to 7;
//! employees 21, 22, 24 (23 inactive); categories 5, 6; campaign 31; custom fields `f601` text, `f602` number, `f603` date,
//! `f604` boolean; price lists 81, 82; unit 1; organization 290001.

mod answer;
mod ask;
mod calls;
mod check;
mod data;
mod dictionaries;
mod each;
mod events;
mod front;
mod items;
mod limit;
mod order;
mod orders;
mod people;
mod products;
mod quirks;
mod reference;
mod routes;
mod seed;
mod staff;
#[cfg(test)]
mod tests;
mod views;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::Router;
use chrono::{DateTime, TimeDelta, Utc};

pub use self::{
    calls::Call,
    data::{Data, Employee, Location, Person, Phone, Product, Rules},
    events::{HookEvent, Signed},
    order::{Comment, Discount, Item, Order, StatusChange},
    quirks::{
        CommentAnswer, CreatedShape, DateBound, Deletion, DictionaryShape, ErrorShape, GroupForm, ItemAnswer,
        ListShape, MoneyForm, PhoneForm, PhoneMatch, ProductPaging, RetryAfter, RoAppQuirks, Rows, TextForm, TimeForm,
        WarrantyKey,
    },
    seed::{RoAppSeed, SeedPerson, SeedProduct},
    staff::{Missing, Staff},
};
use self::{calls::Calls, front::Clock, front::Shared, limit::Limiter};
use super::{faults::Faults, serve::Server};

/// The longest lag of lists; keeps times within their range.
const A_CENTURY: TimeDelta = TimeDelta::days(36_500);

/// How to set up a sandbox account.
#[derive(Debug, Clone)]
pub struct RoAppOptions {
    /// The address to listen on; port 0 = any free port.
    pub listen: SocketAddr,
    /// The key that calls must have.
    pub api_key: String,
    /// Calls in any sliding second; further ones get 429.
    pub rate_per_second: u32,
    /// Work orders that calls make appear in lists only after this time; by id they can be read at once.
    pub list_lag: Duration,
    /// When the company was made; tells accounts apart.
    pub company_created_at: DateTime<Utc>,
    /// Where it differs from the contract's assumptions.
    pub quirks: RoAppQuirks,
    /// Its data at the start.
    pub seed: RoAppSeed,
}

impl Default for RoAppOptions {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            api_key: "sandbox-key".into(),
            rate_per_second: 3,
            list_lag: Duration::from_secs(2),
            company_created_at: DateTime::UNIX_EPOCH + TimeDelta::days(18_262),
            quirks: RoAppQuirks::default(),
            seed: RoAppSeed::default(),
        }
    }
}

/// Every status of work orders: its id and its name.
#[must_use]
pub fn status_names() -> Vec<(i64, &'static str)> {
    reference::STATUSES.iter().map(|status| (status.id, status.name)).collect()
}

/// A running account; it stops, and answers nothing more, when this is dropped.
#[derive(Debug)]
pub struct RoApp {
    server: Server,
    shared: Arc<Shared>,
}

impl RoApp {
    /// Starts an account.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn start(mut options: RoAppOptions) -> io::Result<Self> {
        let (clock, seed) = (Clock::start(), std::mem::take(&mut options.seed));
        let data = Data::new(options.company_created_at, seed, clock.now());
        Self::open(options, data, clock).await
    }

    /// Starts an account with the data of another one in place of a seed.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn resume(options: RoAppOptions, data: Data) -> io::Result<Self> {
        Self::open(options, data, Clock::start()).await
    }

    async fn open(options: RoAppOptions, data: Data, clock: Clock) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            lag: TimeDelta::from_std(options.list_lag).unwrap_or(A_CENTURY).min(A_CENTURY),
            faults: Faults::default(),
            calls: Calls::default(),
            limiter: Limiter::new(options.rate_per_second),
            key: Mutex::new(options.api_key),
            data: Mutex::new(data),
            quirks: options.quirks,
            is_over: AtomicBool::default(),
            counted: AtomicU64::default(),
            clock,
        });
        let router = Router::new().fallback(front::receive).with_state(Arc::clone(&shared));
        let server = Server::start(options.listen, router).await?;
        Ok(Self { server, shared })
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.server.addr)
    }

    /// The faults, by method and template: `POST /v2/orders/{id}/items`.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// A copy of its data.
    #[must_use]
    pub fn data(&self) -> Data {
        self.shared.data().clone()
    }

    /// Every call that came in, including refused ones and those with a fault, in the order they came.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.shared.calls.all()
    }

    /// When it was started; [`Call::at`] counts from then.
    #[must_use]
    pub fn began(&self) -> DateTime<Utc> {
        self.shared.clock.began
    }

    /// How many calls exceeded the rate limit, not counting a 429 of quirks or faults.
    #[must_use]
    pub fn too_many(&self) -> u64 {
        self.shared.limiter.refused()
    }

    /// Changes the key: from now on, only this one is accepted.
    pub fn set_key(&self, key: &str) {
        key.clone_into(&mut self.shared.key());
    }

    /// Sets the `Date` of the answers this many seconds ahead of this machine's clock.
    pub fn set_clock_ahead(&self, seconds: i64) {
        self.server.set_clock_ahead(seconds);
    }

    /// What people do in RO App's own pages.
    #[must_use]
    pub fn staff(&self) -> Staff<'_> {
        Staff(&self.shared)
    }
}

impl Drop for RoApp {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
    }
}
