//! Pauses, resumes and removes stores, and requests an immediate read. Requests are saved; the daemon carries them out.

use chrono::{DateTime, Utc};
use sqlx::{PgPool, PgTransaction};

use crate::{
    admin::{AdminError, By, called, changes::state, told::bracketed},
    db::{
        self, DbError, accounts, audits, changes, reading,
        stores::{self, Store},
    },
    domain::{said::Said, store::StoreState},
};

/// The reason of a pause by a person.
const BY_HAND: Said = Said::new("paused-by-hand");

/// Pauses a store until it is resumed; false if it was already stopped, and then it keeps its reason.
///
/// # Errors
/// When the database fails.
pub async fn pause(pool: &PgPool, store: &Store, by: &By) -> Result<bool, AdminError> {
    if store.state == StoreState::Paused {
        return Ok(false);
    }
    let mut tx = db::begin(pool).await?;
    stores::set_state(&mut tx, store.id, StoreState::Paused, &BY_HAND).await?;
    note(&mut tx, store, by, StoreState::Paused.word()).await?;
    tx.commit().await?;
    Ok(true)
}

/// What `store resume` resumed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resumed {
    /// The store; it and its account no longer wait for anything.
    Store,
    /// The store was not stopped, but its account was waiting, for this reason.
    Account(Option<Said>),
    /// Nothing was stopped.
    Nothing,
}

/// Resumes a stopped store, and tests its login and its account's key at once.
///
/// # Errors
/// When the database fails.
pub async fn resume(pool: &PgPool, store: &Store, by: &By) -> Result<Resumed, AdminError> {
    let mut tx = db::begin(pool).await?;
    if matches!(store.state, StoreState::Paused | StoreState::NeedsCredentials) {
        stores::resume(&mut tx, store).await?;
        note(&mut tx, store, by, "resumed").await?;
        tx.commit().await?;
        return Ok(Resumed::Store);
    }
    let account = accounts::get(pool, store.account).await?;
    let Some(account) = account.filter(|account| account.needs_key || account.rests) else {
        return Ok(Resumed::Nothing);
    };
    accounts::free(&mut tx, account.id).await?;
    tx.commit().await?;
    Ok(Resumed::Account(account.last_error))
}

/// Stops a store for good and erases its password. Its identity and links stay, so that adding the shop again creates nothing
/// twice.
///
/// # Errors
/// When the database fails.
pub async fn remove_store(pool: &PgPool, store: &Store, by: &By) -> Result<(), AdminError> {
    stores::remove(pool, store.id).await?;
    let mut tx = db::begin(pool).await?;
    note(&mut tx, store, by, "removed").await?;
    Ok(tx.commit().await?)
}

/// Notes that somebody changed the state of a store.
async fn note(tx: &mut PgTransaction<'_>, store: &Store, by: &By, after: &str) -> Result<(), DbError> {
    let made = [state(store.state.word(), after)];
    changes::add(&mut **tx, by.user(), (store.account, Some(store.id)), &made).await
}

/// Queues a read of the store; returns the moment of the request, by the database's clock.
///
/// # Errors
/// [`AdminError::Refused`] when the store is stopped.
pub async fn read_now(pool: &PgPool, store: &Store) -> Result<DateTime<Utc>, AdminError> {
    is_worked(pool, store).await?;
    let at = db::now(pool).await?;
    let mut tx = db::begin(pool).await?;
    reading::begin_now(&mut tx, store).await?;
    tx.commit().await?;
    Ok(at)
}

/// Queues an audit of the store; returns the moment of the request, by the database's clock.
///
/// # Errors
/// [`AdminError::Refused`] when the store is stopped.
pub async fn audit_now(pool: &PgPool, store: &Store) -> Result<DateTime<Utc>, AdminError> {
    is_worked(pool, store).await?;
    let at = db::now(pool).await?;
    let mut tx = db::begin(pool).await?;
    audits::ask(&mut tx, store).await?;
    tx.commit().await?;
    Ok(at)
}

/// Why the daemon would not carry out the request.
pub(in crate::admin) async fn is_worked(pool: &PgPool, store: &Store) -> Result<(), AdminError> {
    let why = match store.state {
        StoreState::Draft => Said::new("stopped-as-draft").with("called", called(pool, store).await?),
        StoreState::Paused => {
            let why = Said::new("stopped-by-pause").with("called", called(pool, store).await?);
            why.with("why", bracketed(store.reason.as_ref()))
        }
        _ if !store.settings.enabled => Said::new("stopped-when-off"),
        StoreState::Importing | StoreState::Active | StoreState::NeedsCredentials => return Ok(()),
    };
    let said = Said::new("store-stopped").with("store", store.settings.name.as_str());
    Err(AdminError::Refused(said.with("why", why)))
}
