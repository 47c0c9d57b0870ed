//! The progress of a first import.

use std::time::Duration;

use sqlx::PgPool;

use super::{BEGINS_WITHIN, NOBODY, Step, refused};
use crate::{
    admin::{AdminError, ImportCounts, framed},
    db::{
        accounts, polls,
        stores::{self, Store},
    },
    domain::{ids::StoreId, store::StoreState},
};

/// A running import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportStep {
    /// Its figures so far.
    pub counts: ImportCounts,
    /// Whether every order of the window is known.
    pub is_listed: bool,
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
    let gone = |what: &str| AdminError::NotFound(format!("the {what}"));
    let now = stores::get(pool, store.id).await?.ok_or_else(|| gone("store was removed"))?;
    let counts = polls::import_counts(pool, store.id).await?;
    if now.finished_at.is_some() && now.state != StoreState::Importing {
        return Ok(Step::Done(counts));
    }
    let account = accounts::get(pool, now.account).await?.ok_or_else(|| gone("account was removed"))?;
    let stopped = match now.state {
        StoreState::Paused | StoreState::NeedsCredentials => Some(now.reason),
        _ => account.needs_key.then_some(account.reason),
    };
    if let Some(why) = stopped {
        let why = framed(": ", why.as_ref(), "");
        return refused(format!("the import of {:?} has stopped{why}", now.settings.name));
    }
    if counts.found == 0 && now.last_success_at <= store.last_success_at && waited > BEGINS_WITHIN {
        return refused(NOBODY.to_owned());
    }
    Ok(Step::Waits(ImportStep { counts, is_listed: now.listed_at.is_some() }))
}
