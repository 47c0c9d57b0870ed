//! The waiting orders of an account, a few at a time: each is brought to RO App, and what is written is compared, up to 40 at a time,
//! with one list call.
//!
//! `places.rs` begins orders as places become free, `one.rs` brings one order to RO App, `written.rs` verifies what is written while
//! other orders are on their way.

mod one;
mod places;
mod written;

use std::collections::BTreeSet;

use self::places::Batch;
use crate::{
    db::{DbError, agenda::Agenda, leases::Tx, names, polls, work},
    domain::ids::StoreId,
    sync::{account::Account, outcome::Halt},
};

/// Brings the next orders that are due to RO App and verifies them, and looks at RO App each poll interval; false when nothing came of
/// it. Where a store of the account is being read, RO App is looked at as soon as the account was taken over.
///
/// # Errors
/// When the database fails or the lease is lost. What RO App does wrong is noted with the account.
pub(super) async fn batch(account: &Account<'_>, agenda: Agenda, is_read: bool) -> Result<bool, DbError> {
    if account.rests() {
        return Ok(false);
    }
    let due = if agenda.orders {
        work::due(&account.engine.pool, account.id, places::most_drawn(account)).await?
    } else {
        Vec::new()
    };
    let is_new = is_read && !account.seen(|seen| seen.looked_at.is_some());
    let looks = is_new || agenda.watch;
    if looks {
        account.watch_soon();
    }
    let done = if due.is_empty() && !account.needs_key() && !looks {
        if agenda.removals || account.is_searching() { account.search_for_removed().await } else { Ok(false) }
    } else {
        write(account, agenda, due, is_read).await
    };
    match done {
        Ok(done) => Ok(done),
        Err(halt) => {
            account.note_halt(halt).await?;
            Ok(true)
        }
    }
}

async fn write(account: &Account<'_>, agenda: Agenda, due: Vec<work::Due>, is_read: bool) -> Result<bool, Halt> {
    account.prepare().await?;
    account.begin_batch();
    let has_seen = account.watch(agenda).await?;
    if due.is_empty() {
        // Deleted work orders are looked for in a pass of its own.
        return Ok(has_seen || agenda.removals || account.is_searching());
    }
    account.note_watched().await?;
    let (done, halt) = Batch::of(account, due, is_read).run().await;
    if done.has_verified && halt.is_none() {
        account.answered(&account.roapp()?).await?;
    }
    // Also where the work on the account ends: what was verified may have been the last of an import.
    let finished = finish_imports(account, done.stores).await;
    halt.map_or(finished.map(|()| true), Err)
}

async fn finish_imports(account: &Account<'_>, stores: BTreeSet<StoreId>) -> Result<(), Halt> {
    for store in stores {
        let finish = |mut tx: Tx| async move { polls::finish_import(&mut tx, store).await };
        if account.commit("batch.finish_import", finish).await? {
            let counts = polls::import_counts(&account.engine.pool, store).await?;
            let polls::ImportCounts { found, done, excluded, held, failed, .. } = counts;
            let store = names::store(&account.engine.pool, store).await?;
            tracing::info!(store, found, done, excluded, held, failed, "import finished");
        }
    }
    Ok(())
}
