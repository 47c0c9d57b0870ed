//! A Cartum store that speaks the contract over HTTP, written from the contract alone.
//!
//! - `door`: HTTP, faults, the record of calls
//! - `state`, `tokens`: which function answers, and which callers it answers
//! - `orders_get`, `orders_update`, `catalog`, `lists`, `hooks`: the functions
//! - `events`: sends events to subscribers
//! - `render`, `wire`, `reply`: the form of an answer
//! - [`quirks`]: the open questions of the contract, with an answer to each that tests can choose

mod catalog;
mod door;
mod events;
mod hooks;
mod lists;
mod orders_get;
mod orders_update;
pub mod quirks;
mod render;
mod reply;
mod state;
mod tokens;
mod wire;

#[cfg(test)]
mod tests;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio::task::JoinHandle;

use self::state::State;
pub use self::{
    events::{EventBody, EventMethod},
    hooks::Hook,
    quirks::{Amounts, CartumQuirks, NoHooks, Sort},
};
use super::{
    faults::Faults,
    seed::{SeedOptions, ShopData},
    serve::Server,
};

/// How a store is started.
#[derive(Debug, Clone)]
pub struct ShopOptions {
    /// The address to listen on; port 0 = any free port.
    pub listen: SocketAddr,
    /// The only user.
    pub login: String,
    /// The user's password.
    pub password: String,
    /// How long a token is valid.
    pub token_life: Duration,
    /// Answers to the open questions of the contract.
    pub quirks: CartumQuirks,
    /// The data of the shop.
    pub shop: ShopData,
}

impl Default for ShopOptions {
    /// Any free loopback port, the default shop, tokens valid for 600 s.
    fn default() -> Self {
        let shop = ShopData::generate(&SeedOptions::default());
        Self::of(shop, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), CartumQuirks::default())
    }
}

impl ShopOptions {
    /// This shop, at this address, with these quirks; the default user, and tokens valid for 600 s.
    #[must_use]
    pub fn of(shop: ShopData, listen: SocketAddr, quirks: CartumQuirks) -> Self {
        Self {
            listen,
            login: "sync-manager".into(),
            password: "sandbox-password".into(),
            token_life: Duration::from_mins(10),
            quirks,
            shop,
        }
    }
}

/// One call that a store received.
#[derive(Debug, Clone, PartialEq)]
pub struct ShopCall {
    /// The time, by the shop's own clock.
    pub at: DateTime<Utc>,
    /// The name of the function: `orders/get`.
    pub function: String,
    /// The body as received, including password and token; a text if it was not a JSON object.
    pub body: Value,
    /// HTTP status of the answer, before any fault replaced it; 0 = the call was cut before it was executed.
    pub http: u16,
    /// Status word of the answer; `HTTP 404` if it had none; the fault if the call was not executed.
    pub status: String,
    /// What a client should not do by the contract, although a store silently accepts some of it: an unknown parameter,
    /// `offset` without `limit`, a missing slash.
    pub complaints: Vec<String>,
}

/// A running store; it stops when this is dropped.
#[derive(Debug)]
pub struct Shop {
    inner: Arc<Inner>,
    server: Server,
}

#[derive(Debug)]
struct Inner {
    faults: Faults,
    state: Mutex<State>,
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place_order(&self) -> i64 {
        let mut state = self.lock();
        let now = state.now();
        state.data.place(now)
    }
}

impl Shop {
    /// Starts the store.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn start(options: ShopOptions) -> io::Result<Self> {
        let listen = options.listen;
        let inner = Arc::new(Inner { faults: Faults::default(), state: Mutex::new(State::new(options)) });
        let server = Server::start(listen, door::router(Arc::clone(&inner))).await?;
        Ok(Self { inner, server })
    }

    /// `http://127.0.0.1:12345`, without a trailing slash.
    #[must_use]
    pub fn site_url(&self) -> String {
        format!("http://{}", self.server.addr)
    }

    /// The faults; a call is named by its function: `auth`, `orders/get`.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.inner.faults
    }

    /// A copy of the shop's present data.
    #[must_use]
    pub fn data(&self) -> ShopData {
        self.inner.lock().data.clone()
    }

    /// Every call received, oldest first.
    #[must_use]
    pub fn calls(&self) -> Vec<ShopCall> {
        self.inner.lock().calls.clone()
    }

    /// The live subscriptions.
    #[must_use]
    pub fn hooks(&self) -> Vec<Hook> {
        self.inner.lock().hooks.live.clone()
    }

    /// Changes the shop's data, as buyers and staff do.
    pub fn edit(&self, change: impl FnOnce(&mut ShopData)) {
        self.inner.lock().edit(change);
    }

    /// Places one more order, now; returns its number.
    #[expect(clippy::must_use_candidate, reason = "placing it is the point")]
    pub fn place_order(&self) -> i64 {
        self.inner.place_order()
    }

    /// Places an order each time `every` has passed, until the task is aborted.
    pub(super) fn let_buyers_buy(&self, every: Duration) -> JoinHandle<()> {
        let inner = Arc::clone(&self.inner);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(every).await;
                inner.place_order();
            }
        })
    }

    /// Invalidates every token given out so far.
    pub fn kill_tokens(&self) {
        self.inner.lock().tokens.kill();
    }

    /// Sets the `Date` of the answers this many seconds ahead of this machine's clock.
    pub fn set_clock_ahead(&self, seconds: i64) {
        self.server.set_clock_ahead(seconds);
    }

    /// Changes the user's password; existing tokens stay valid.
    pub fn set_password(&self, password: &str) {
        self.inner.lock().password = password.into();
    }
}
