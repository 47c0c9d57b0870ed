//! The first import of a store: what it would do, and the request for it.

use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::PgPool;

use crate::{
    admin::{AdminError, By, changes::state, told::bracketed},
    db::{
        self, changes, dictionary, polls,
        rehearsals::{self, Rehearsed},
        stores::Store,
    },
    domain::{dictionary::Kind, said::Said, scope, store::StoreState},
};

/// A first import that has not been requested yet: its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Import {
    /// The moment of connecting; that of an earlier import, if there was one.
    pub connected_at: DateTime<Utc>,
    /// Orders placed from here on are imported, in the store's zone.
    pub window_from: NaiveDateTime,
}

/// The import that a request made now would start.
///
/// # Errors
/// [`AdminError::Refused`] when the store is switched off, stopped, or already being imported.
pub fn plan_import(store: &Store, now: DateTime<Utc>) -> Result<Import, AdminError> {
    if let Some(said) = not_imported(store) {
        return Err(AdminError::Refused(said.with("store", store.settings.name.as_str())));
    }
    let connected_at = store.connected_at.unwrap_or(now);
    let settings = &store.settings;
    let window_from = store
        .window_from
        .unwrap_or_else(|| scope::window_start(connected_at, settings.import_months, settings.time_zone));
    Ok(Import { connected_at, window_from })
}

/// Why a store is not imported now.
fn not_imported(store: &Store) -> Option<Said> {
    let why = || bracketed(store.reason.as_ref());
    if !store.settings.enabled {
        return Some(Said::new("import-when-off"));
    }
    match store.state {
        StoreState::Importing => Some(Said::new("import-runs")),
        StoreState::Paused => Some(Said::new("import-when-paused").with("why", why())),
        StoreState::NeedsCredentials => Some(Said::new("import-without-login").with("why", why())),
        StoreState::Draft | StoreState::Active => None,
    }
}

/// Queues the import for the daemon.
///
/// # Errors
/// [`AdminError::Refused`] while a rehearsal goes on, which may find orders that RO App has already.
pub async fn start_import(pool: &PgPool, store: &Store, import: Import, by: &By) -> Result<(), AdminError> {
    if matches!(rehearsals::last(pool, store.id).await?, Some(Rehearsed::GoesOn(_))) {
        return Err(AdminError::Refused(Said::new("import-while-rehearsed")));
    }
    let mut tx = db::begin(pool).await?;
    polls::ask_import(&mut tx, store, import.connected_at, import.window_from).await?;
    let made = [state(store.state.word(), StoreState::Importing.word())];
    changes::add(&mut *tx, by.user(), (store.account, Some(store.id)), &made).await?;
    Ok(tx.commit().await?)
}

/// What is written to RO App and where, with the names of both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportPlace {
    /// The location of work orders.
    pub location: String,
    /// Their type.
    pub order_type: String,
    /// Statuses of the store whose orders are left out.
    pub excluded: Vec<String>,
}

/// Where the orders of a store go.
///
/// # Errors
/// When the database fails.
pub async fn import_place(pool: &PgPool, store: &Store) -> Result<ImportPlace, AdminError> {
    let names = dictionary::names(pool, store.account, store.id).await?;
    let settings = &store.settings;
    let status = |id: i64| match names.get(Kind::StoreStatus, id) {
        Some(name) => format!("{id} ({name})"),
        None => id.to_string(),
    };
    Ok(ImportPlace {
        location: names.told(Kind::Location, settings.location_id.get()),
        order_type: names.told(Kind::OrderType, settings.order_type_id.get()),
        excluded: settings.excluded_statuses.iter().map(|id| status(id.get())).collect(),
    })
}
