//! Creates the clients of an account and of a store, from saved data or from what a person has just entered.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sqlx::PgPool;
use url::Url;
use uuid::Uuid;

use crate::{
    cartum::{self, Cartum},
    config::Settings as Config,
    db::{
        accounts::{self, Account},
        pace,
        stores::{self, Store},
    },
    domain::ids::AccountId,
    http::{self, Fence, Gap, Http, Pace},
    roapp::{self, Dialect, RoApp, StatusGroups},
    secrets::{Keyring, Secret, SecretsError},
};

/// Spacing of calls with a key whose account is not known yet: the default rate of 2.5 a second.
const NEW_KEY_GAP: Duration = Duration::from_millis(400);

/// A client could not be created.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The saved address cannot be read.
    #[error("the address {url:?} cannot be read; enter it again")]
    Address {
        /// The saved address.
        url: String,
        /// Why.
        source: url::ParseError,
    },
    /// The account or store was removed, and its secret erased.
    #[error("{0} was removed; its password or key is erased")]
    Removed(String),
    /// The secret cannot be decrypted.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
}

impl ClientError {
    /// This process does not have the key; another process may, so this is not a fault of the account or the store.
    #[must_use]
    pub fn is_of_this_process(&self) -> bool {
        matches!(self, Self::Secrets(SecretsError::OtherKey { .. } | SecretsError::NoRandom(_)))
    }
}

/// Creates clients; cheap to clone. All share one connection pool.
#[derive(Debug, Clone)]
pub struct Clients {
    http: Http,
    cartum: cartum::Options,
    roapp: roapp::Options,
    /// What has been learned about each account's statuses and dialect, for the lifetime of the process.
    known: Arc<Mutex<HashMap<AccountId, (StatusGroups, Dialect)>>>,
}

impl Clients {
    /// Clients with the timeouts and gaps of the settings.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(config: &Config) -> Result<Self, http::SetupError> {
        Ok(Self {
            http: Http::through(config.security.proxy.as_ref(), config.security.allow_private_hosts)?,
            cartum: cartum::Options { request_timeout: config.cartum.request_timeout, min_gap: config.cartum.min_gap },
            roapp: roapp::Options {
                request_timeout: config.roapp.request_timeout,
                seed: Uuid::new_v4().as_u64_pair().0,
                warranty_key: config.roapp.warranty_key,
                ..roapp::Options::default()
            },
            known: Arc::default(),
        })
    }

    /// Clients that send nothing that could change anything.
    #[must_use]
    pub fn reading_only(self) -> Self {
        Self { http: self.http.reading_only(), ..self }
    }

    /// The RO App client of a saved account, paced together with every other process; `fence` is the fence of the lease, or open for a
    /// command that only reads.
    ///
    /// # Errors
    /// When the account was removed, or its key cannot be decrypted.
    pub fn roapp(
        &self,
        pool: &PgPool,
        keyring: &Keyring,
        account: &Account,
        fence: Fence,
    ) -> Result<RoApp, ClientError> {
        self.roapp_at(
            Pace::shared(pace::OfAccount { pool: pool.clone(), account: account.id }),
            keyring,
            account,
            fence,
        )
    }

    /// The same client with a pace of its own.
    ///
    /// # Errors
    /// When the account was removed, or its key cannot be decrypted.
    pub fn roapp_at(
        &self,
        pace: Pace,
        keyring: &Keyring,
        account: &Account,
        fence: Fence,
    ) -> Result<RoApp, ClientError> {
        let sealed = account.api_key.as_ref().ok_or_else(|| ClientError::Removed(account.name.clone()))?;
        let key = keyring.open(&accounts::key_place(account.id), sealed)?;
        let base_url = address(&account.base_url)?;
        let (groups, dialect) = self.known_of(account.id);
        let options = roapp::Options { groups, dialect, ..self.roapp.clone() };
        Ok(RoApp::new(self.http.clone(), base_url, key, pace, fence, options))
    }

    fn known_of(&self, account: AccountId) -> (StatusGroups, Dialect) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).entry(account).or_default().clone()
    }

    /// A RO App client, for reading only, with a key that is about to be saved. It keeps the pace of every account that the key may belong to.
    #[must_use]
    pub fn new_key(&self, pool: &PgPool, base_url: &Url, key: Secret) -> RoApp {
        let spelled = base_url.as_str().trim_end_matches('/').to_owned();
        let pace = Pace::beside(pace::OfHost { pool: pool.clone(), base_url: spelled }, Gap::new(NEW_KEY_GAP));
        let options =
            roapp::Options { groups: StatusGroups::default(), dialect: Dialect::default(), ..self.roapp.clone() };
        RoApp::new(self.http.clone(), base_url.clone(), key, pace, Fence::open(), options)
    }

    /// The client of a saved store.
    ///
    /// # Errors
    /// When the store was removed, or its password cannot be decrypted.
    pub fn cartum(&self, keyring: &Keyring, store: &Store) -> Result<Cartum, ClientError> {
        let password = password(keyring, store)?;
        let cartum = self.new_store(&store.settings.site_url, &store.settings.login, password)?;
        Ok(cartum.in_zone(store.settings.time_zone))
    }

    /// The client of a store, from what a person has just entered.
    ///
    /// # Errors
    /// When the address cannot be read.
    pub fn new_store(&self, site_url: &str, login: &str, password: Secret) -> Result<Cartum, ClientError> {
        Ok(Cartum::new(self.http.clone(), address(site_url)?, login.to_owned(), password, self.cartum))
    }
}

/// The saved password of a store.
///
/// # Errors
/// When the store was removed, or its password cannot be decrypted.
pub(crate) fn password(keyring: &Keyring, store: &Store) -> Result<Secret, ClientError> {
    let sealed = store.password.as_ref().ok_or_else(|| ClientError::Removed(store.settings.name.clone()))?;
    Ok(keyring.open(&stores::password_place(store.id), sealed)?)
}

fn address(url: &str) -> Result<Url, ClientError> {
    Url::parse(url).map_err(|source| ClientError::Address { url: url.to_owned(), source })
}
