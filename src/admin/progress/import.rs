//! The progress of a first import.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::{BEGINS_WITHIN, NOT_READ_YET, Step, refused};
use crate::{
    admin::{AdminError, ImportCounts, get_store, told::after_colon},
    db::{accounts, polls, stores::Store, work_orders},
    domain::{
        ids::{OrderNumber, StoreId},
        said::Said,
        store::StoreState,
    },
};

/// A running import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportStep {
    /// Its figures so far.
    pub counts: ImportCounts,
    /// Whether every order of the window is known.
    pub is_listed: bool,
    /// The order that came to RO App last.
    pub newest: Option<Landed>,
}

/// An order that came to RO App.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landed {
    /// Cartum's order number.
    pub number: OrderNumber,
    /// RO App's number of its work order, else its id.
    pub work_order: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// The orders of a store that came to RO App last, newest first.
///
/// # Errors
/// When the database fails.
pub async fn landed(pool: &PgPool, store: StoreId, most: i64) -> Result<Vec<Landed>, AdminError> {
    let landed = |it: work_orders::Landed| {
        let work_order = if it.shown_number.is_empty() { it.work_order.to_string() } else { it.shown_number };
        Landed { number: it.number, work_order, at: it.at }
    };
    Ok(work_orders::landed(pool, store, most).await?.into_iter().map(landed).collect())
}

/// The figures of a store's import.
///
/// # Errors
/// When the database fails.
pub async fn import_counts(pool: &PgPool, store: StoreId) -> Result<ImportCounts, AdminError> {
    Ok(polls::import_counts(pool, store).await?)
}

/// The progress of a store's import; `store` is its row at the time of the request.
///
/// # Errors
/// [`AdminError::Refused`] when the import has stopped until somebody acts; [`AdminError::NotFound`] when the store was removed.
pub async fn import(
    pool: &PgPool,
    store: &Store,
    waited: Duration,
) -> Result<Step<ImportCounts, ImportStep>, AdminError> {
    let now = get_store(pool, store.id).await?;
    let counts = polls::import_counts(pool, store.id).await?;
    if now.finished_at.is_some() && now.state != StoreState::Importing {
        return Ok(Step::Done(counts));
    }
    let account =
        accounts::get(pool, now.account).await?.ok_or(AdminError::NotFound(Said::new("account-was-removed")))?;
    let stopped = match now.state {
        StoreState::Paused | StoreState::NeedsCredentials => Some(now.reason),
        _ => account.needs_key.then_some(account.reason),
    };
    if let Some(why) = stopped {
        let said = Said::new("import-stopped").with("store", now.settings.name.as_str());
        return refused(said.with("why", after_colon(why.as_ref())));
    }
    if counts.found == 0 && now.last_success_at <= store.last_success_at && waited > BEGINS_WITHIN {
        return refused(NOT_READ_YET);
    }
    let newest = landed(pool, store.id, 1).await?.pop();
    Ok(Step::Waits(ImportStep { counts, is_listed: now.listed_at.is_some(), newest }))
}
