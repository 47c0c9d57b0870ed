//! A Cartum store that speaks the contract over HTTP, from the contract alone.
//!
//! - `door`: HTTP, faults, the record of calls
//! - `state`, `tokens`: which function answers, and to whom
//! - `orders_get`, `orders_update`, `catalog`, `lists`, `hooks`: the functions
//! - `events`: what goes to subscribers
//! - `render`, `wire`, `reply`: how an answer looks
//! - [`quirks`]: the open questions of the contract, each playable

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
    /// Where it listens; port 0 = any free one.
    pub listen: SocketAddr,
    /// The one user.
    pub login: String,
    /// The user's password.
    pub password: String,
    /// Life of a token, fixed.
    pub token_life: Duration,
    /// The open questions of the contract, answered.
    pub quirks: CartumQuirks,
    /// What the shop holds.
    pub shop: ShopData,
}

impl Default for ShopOptions {
    /// Any free port of the loopback, the default shop, tokens of 600 s.
    fn default() -> Self {
        let shop = ShopData::generate(&SeedOptions::default());
        Self::of(shop, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), CartumQuirks::default())
    }
}

impl ShopOptions {
    /// This shop, at this address, with these quirks; the usual user and tokens of 600 s.
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
    /// When, by the shop's own clock.
    pub at: DateTime<Utc>,
    /// Function name: `orders/get`.
    pub function: String,
    /// As received, password and token included; a text where it was not a JSON object.
    pub body: Value,
    /// HTTP status of the answer, before a fault came over it; 0 = cut before it was executed.
    pub http: u16,
    /// Status word of the answer, `HTTP 404` where it had none, the fault where it was not executed.
    pub status: String,
    /// What the contract says a client should not do, though a store takes some of it without a word: an unknown
    /// parameter, `offset` without `limit`, a missing slash.
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
    /// Opens the store.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn start(options: ShopOptions) -> io::Result<Self> {
        let listen = options.listen;
        let inner = Arc::new(Inner { faults: Faults::default(), state: Mutex::new(State::new(options)) });
        let server = Server::start(listen, door::router(Arc::clone(&inner))).await?;
        Ok(Self { inner, server })
    }

    /// `http://127.0.0.1:12345`, without a slash at the end.
    #[must_use]
    pub fn site_url(&self) -> String {
        format!("http://{}", self.server.addr)
    }

    /// What goes wrong; a call is named by its function: `auth`, `orders/get`.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.inner.faults
    }

    /// A copy of everything the shop holds now.
    #[must_use]
    pub fn data(&self) -> ShopData {
        self.inner.lock().data.clone()
    }

    /// Every call received, oldest first.
    #[must_use]
    pub fn calls(&self) -> Vec<ShopCall> {
        self.inner.lock().calls.clone()
    }

    /// The subscriptions that are live.
    #[must_use]
    pub fn hooks(&self) -> Vec<Hook> {
        self.inner.lock().hooks.live.clone()
    }

    /// Buyers and staff act.
    pub fn edit(&self, change: impl FnOnce(&mut ShopData)) {
        self.inner.lock().edit(change);
    }

    /// A buyer places one more order, now; its number.
    #[expect(clippy::must_use_candidate, reason = "placing it is the point")]
    pub fn place_order(&self) -> i64 {
        self.inner.place_order()
    }

    /// From now on a buyer places an order each time `every` has passed; until the task is aborted.
    pub(super) fn let_buyers_buy(&self, every: Duration) -> JoinHandle<()> {
        let inner = Arc::clone(&self.inner);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(every).await;
                inner.place_order();
            }
        })
    }

    /// Every token given so far is dead.
    pub fn kill_tokens(&self) {
        self.inner.lock().tokens.kill();
    }

    /// From now on the `Date` of its answers is so many seconds ahead of this machine's clock.
    pub fn set_clock_ahead(&self, seconds: i64) {
        self.server.set_clock_ahead(seconds);
    }

    /// The user's password changes; tokens live on.
    pub fn set_password(&self, password: &str) {
        self.inner.lock().password = password.into();
    }
}
