//! The sync: leases accounts, reads their stores, brings what changed to RO App (design sections 3, 4, 7, 9).
//!
//! `schedule.rs` leases accounts and gives each a session; `session.rs` works one account while its lease lasts; `pull.rs`
//! reads a store and `intake.rs` saves what it answered; `execute` is the only code that changes RO App. `look.rs` is the
//! daemon that only reads; `outage.rs` tells of a database that is away.

mod execute;
mod intake;
mod look;
mod outage;
mod pull;
mod schedule;
mod session;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use sqlx::PgPool;
use url::Url;
use uuid::Uuid;

use self::outage::Outage;
pub use self::{look::run as look, schedule::run};
use crate::{
    cartum::{self, Cartum},
    clock::Clock,
    config::Settings,
    db::{
        accounts::{Account, key_place},
        stores::{Store, password_place},
    },
    domain::ids::StoreId,
    http::{Fence, Http, Pace},
    lifecycle::Stop,
    roapp::{self, RoApp},
    secrets::{Keyring, SecretsError},
    web::Ready,
};

/// What every part of the sync works with.
#[derive(Debug)]
pub struct Engine {
    /// The database.
    pub pool: PgPool,
    /// Opens sealed secrets.
    pub keyring: Keyring,
    /// The one place that sends.
    pub http: Http,
    /// The settings.
    pub settings: Settings,
    /// The time.
    pub clock: Clock,
    /// Tells every part when to end.
    pub stop: Stop,
    /// Hears that the scheduler lives.
    pub ready: Ready,
    /// This process, among those on one database.
    pub process: Uuid,
    /// Whether the database is away.
    outage: Outage,
    /// Signed-in clients, so that a token lasts over several polls.
    shops: Mutex<HashMap<StoreId, (Store, Arc<Cartum>)>>,
}

/// A store's client cannot be made from what is saved.
#[derive(Debug, thiserror::Error)]
pub enum ShopError {
    /// The password does not open.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// The store was removed meanwhile.
    #[error("the store has no password any more")]
    NoPassword,
    /// The address does not parse.
    #[error("site_url {0:?} is not an address; mend it with `store edit`")]
    SiteUrl(String),
}

impl Engine {
    /// Puts the parts together.
    #[must_use]
    pub fn new(pool: PgPool, keyring: Keyring, http: Http, settings: Settings, stop: Stop) -> Self {
        let clock = Clock::System;
        let ready = Ready::new(pool.clone(), clock.clone());
        let shops = Mutex::default();
        Self {
            pool,
            keyring,
            http,
            settings,
            clock,
            stop,
            ready,
            process: Uuid::new_v4(),
            outage: Outage::default(),
            shops,
        }
    }

    /// The client of an account's RO App, or why there is none.
    fn roapp(&self, account: &Account, pace: Pace, fence: Fence) -> Result<RoApp, String> {
        let sealed = account.api_key.as_ref().ok_or("the account has no API key")?;
        let key = self.keyring.open(&key_place(account.id), sealed).map_err(|error| error.to_string())?;
        let base_url = Url::parse(&account.base_url).map_err(|error| format!("base URL: {error}"))?;
        let options = roapp::Options {
            request_timeout: self.settings.roapp.request_timeout,
            seed: self.process.as_u64_pair().0,
            ..roapp::Options::default()
        };
        Ok(RoApp::new(self.http.clone(), base_url, key, pace, fence, options))
    }

    /// The client of a store; the same one as long as address and credentials stay.
    fn shop(&self, store: &Store) -> Result<Arc<Cartum>, ShopError> {
        let mut shops = self.shops.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, shop)) = shops.get(&store.id) {
            let same = known.settings.site_url == store.settings.site_url
                && known.settings.login == store.settings.login
                && known.password == store.password;
            if same {
                return Ok(Arc::clone(shop));
            }
        }
        let sealed = store.password.as_ref().ok_or(ShopError::NoPassword)?;
        let password = self.keyring.open(&password_place(store.id), sealed)?;
        let site_url = &store.settings.site_url;
        let site = Url::parse(site_url).map_err(|_| ShopError::SiteUrl(site_url.clone()))?;
        let options = cartum::Options {
            request_timeout: self.settings.cartum.request_timeout,
            min_gap: self.settings.cartum.min_gap,
        };
        let shop = Arc::new(Cartum::new(self.http.clone(), site, store.settings.login.clone(), password, options));
        shops.insert(store.id, (store.clone(), Arc::clone(&shop)));
        Ok(shop)
    }
}
