//! Stores as shown to a person.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgPool;

use crate::{
    admin::{AdminError, Audit, Moment, Told, called, json::filled, settings_json, settings_toml},
    db::{
        self, audits, dictionary, mapping, notices,
        polls::{self, ImportCounts},
        stores::{self, Odd, Store},
        subscriptions::{self, HookState, Subscription},
    },
    domain::{
        dictionary::{Kind, Names},
        said::Said,
        scope,
    },
};

/// A store in a list.
#[derive(Debug, Clone, Serialize)]
pub struct StoreRow {
    /// Its name.
    pub name: String,
    /// The name of its account.
    pub account: String,
    /// Its address.
    pub site_url: String,
    /// False = no calls at all.
    pub enabled: bool,
    /// Its state.
    pub state: &'static str,
    /// Why it is in that state.
    pub reason: Option<Told>,
    /// Since when.
    pub since: Moment,
    /// Last successful poll.
    pub last_success_at: Option<Moment>,
    /// The next poll; `None` while it is not polled.
    pub next_poll_at: Option<Moment>,
    /// Start of the present outage.
    pub failing_since: Option<Moment>,
    /// The last failure.
    pub last_error: Option<Told>,
}

impl StoreRow {
    /// The state for people: `off` if the store is switched off.
    #[must_use]
    pub fn state_or_off(&self) -> &'static str {
        if self.enabled { self.state } else { "off" }
    }
}

/// Every store, by account and name.
#[derive(Debug, Clone)]
pub struct Stores {
    /// Stores that can be read.
    pub rows: Vec<StoreRow>,
    /// What is wrong with the others, each with the store's name.
    pub unreadable: Vec<Said>,
}

/// Everything that is known about a store.
#[derive(Debug, Clone, Serialize)]
pub struct StoreView {
    /// State and reason.
    #[serde(flatten)]
    pub row: StoreRow,
    /// When the last audit ended.
    pub last_audit_at: Option<Moment>,
    /// What a person should know.
    pub notices: Vec<NoticeView>,
    /// The webhook subscription; its URL contains a secret and is not shown.
    pub webhook: Option<WebhookView>,
    /// The import: its figures, and the moments reached so far.
    pub import: ImportView,
    /// The settings by the keys of a store file.
    pub settings: serde_json::Value,
    /// The last audit.
    #[serde(skip)]
    pub audit: Option<Audit>,
    /// The settings as a store file, for `store edit`.
    #[serde(skip)]
    pub toml: String,
    /// The store's name as the next command takes it.
    #[serde(skip)]
    pub called: String,
}

/// What a person should know.
#[derive(Debug, Clone, Serialize)]
pub struct NoticeView {
    /// What it is about.
    pub topic: String,
    /// What it says.
    #[serde(flatten)]
    pub what: Told,
    /// Since when.
    pub raised_at: Moment,
}

/// A store's webhook.
#[derive(Debug, Clone, Serialize)]
pub struct WebhookView {
    /// The state of the subscription.
    pub state: &'static str,
    /// Whether it is subscribed.
    pub subscribed: bool,
    /// Since when.
    pub since: Moment,
    /// Which event.
    pub event: String,
    /// Where it is sent, as the settings say.
    #[serde(serialize_with = "filled")]
    pub public_url: String,
    /// Why.
    pub reason: Option<Told>,
    /// The state, for the texts of commands.
    #[serde(skip)]
    pub standing: HookState,
}

/// A store's import.
#[derive(Debug, Clone, Serialize)]
pub struct ImportView {
    /// Orders of the window.
    pub found: i64,
    /// In RO App, or gone on one side.
    pub done: i64,
    /// Out of scope.
    pub excluded: i64,
    /// Waiting for a person.
    pub held: i64,
    /// Refused, incomplete or unreadable.
    pub failed: i64,
    /// To be sent.
    pub waiting: i64,
    /// The moment of connecting.
    pub connected_at: Option<Moment>,
    /// Start of the window.
    pub window_from: Option<Moment>,
    /// When every order of the window was saved.
    pub listed_at: Option<Moment>,
    /// When no order of the import was waiting any more.
    pub finished_at: Option<Moment>,
}

/// Lists the stores.
///
/// # Errors
/// When the database fails.
pub async fn stores(pool: &PgPool) -> Result<Stores, AdminError> {
    let (all, odd) = stores::each(pool, None).await?;
    let unreadable =
        |odd: &Odd| Said::new("store-unread").with("store", odd.called.as_str()).with("error", odd.error.with_cause());
    Ok(Stores { rows: all.iter().map(row).collect(), unreadable: odd.iter().map(unreadable).collect() })
}

/// Shows a store in full.
///
/// # Errors
/// When the database fails.
pub async fn store_view(pool: &PgPool, store: &Store) -> Result<StoreView, AdminError> {
    let audit = audits::last(pool, store.id).await?.map(Audit::from);
    let hook = subscriptions::of_store(pool, store.id).await?;
    Ok(StoreView {
        row: row(store),
        last_audit_at: audit.as_ref().map(|audit| audit.at),
        notices: notices(pool, store).await?,
        webhook: hook.map(webhook),
        import: import(store, polls::import_counts(pool, store.id).await?),
        settings: settings_json(&store.account_name, &store.settings),
        audit,
        toml: settings_toml(pool, store).await?,
        called: called(pool, store).await?,
    })
}

/// The names of what a store and its account have.
///
/// # Errors
/// When the database fails.
pub async fn names_of(pool: &PgPool, store: &Store) -> Result<Names, AdminError> {
    Ok(dictionary::names(pool, store.account, store.id).await?)
}

/// Every status that a store is known to have, by its list, its settings or its orders: id and name, by id.
///
/// # Errors
/// When the database fails.
pub async fn store_statuses(pool: &PgPool, store: &Store) -> Result<Vec<(i64, String)>, AdminError> {
    let names = names_of(pool, store).await?;
    let mut tx = db::begin(pool).await?;
    let seen = mapping::seen_statuses(&mut tx, store.id).await?;
    drop(tx);
    let mapped = store.settings.status_map.keys().chain(&store.settings.excluded_statuses).chain(&seen);
    let ids: BTreeSet<_> = mapped.map(|id| id.get()).chain(names.ids(Kind::StoreStatus)).collect();
    let name = |id| names.get(Kind::StoreStatus, id).unwrap_or_default().to_owned();
    Ok(ids.into_iter().map(|id| (id, name(id))).collect())
}

/// Notices about a store and its account.
///
/// # Errors
/// When the database fails.
pub async fn notices(pool: &PgPool, store: &Store) -> Result<Vec<NoticeView>, AdminError> {
    let names = dictionary::names(pool, store.account, store.id).await?;
    let view = |notice: notices::Notice| NoticeView {
        topic: notice.topic,
        what: Told::new(&notice.what, &names),
        raised_at: Moment(notice.raised_at),
    };
    Ok(notices::open(pool, store.account, Some(store.id)).await?.into_iter().map(view).collect())
}

pub(super) fn row(store: &Store) -> StoreRow {
    StoreRow {
        name: store.settings.name.clone(),
        account: store.account_name.clone(),
        site_url: store.settings.site_url.clone(),
        enabled: store.settings.enabled,
        state: store.state.word(),
        reason: Told::of(store.reason.as_ref(), &Names::default()),
        since: Moment(store.state_since),
        last_success_at: store.last_success_at.map(Moment),
        next_poll_at: next_poll(store).map(Moment),
        failing_since: store.failing_since.map(Moment),
        last_error: Told::of(store.last_error.as_ref(), &Names::default()),
    }
}

fn next_poll(store: &Store) -> Option<DateTime<Utc>> {
    store.is_worked().then_some(store.next_poll_at)
}

fn webhook(hook: Subscription) -> WebhookView {
    WebhookView {
        state: hook.state.word(),
        subscribed: hook.state == HookState::Subscribed,
        since: Moment(hook.since),
        event: hook.event,
        public_url: hook.public_url,
        reason: Told::of(hook.reason.as_ref(), &Names::default()),
        standing: hook.state,
    }
}

fn import(store: &Store, counts: ImportCounts) -> ImportView {
    let ImportCounts { found, done, excluded, held, failed, waiting } = counts;
    let zone = store.settings.time_zone;
    ImportView {
        found,
        done,
        excluded,
        held,
        failed,
        waiting,
        connected_at: store.connected_at.map(Moment),
        window_from: store.window_from.map(|from| Moment(scope::to_utc(from, zone))),
        listed_at: store.listed_at.map(Moment),
        finished_at: store.finished_at.map(Moment),
    }
}
