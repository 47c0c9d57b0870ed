//! What a page of a store's answer becomes: versions are saved, and each order is in exactly one state (invariant 2). `bounds.rs`
//! limits how much is kept when a store sends too much.

mod bounds;

use std::borrow::Cow;

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use sha2::{Digest, Sha256};
use sqlx::{Acquire, PgTransaction};

use self::bounds::Surplus;
pub(in crate::sync) use self::bounds::{CHANGED_A_DAY, FRESH_A_DAY};
use super::{Engine, unchanged::Print};
use crate::{
    cartum::{OrderRow, decode_order},
    db::{
        DbError, doubles, growth, history, identities,
        leases::{Lease, Tx},
        orders::{self, NewVersion, OrderState},
        rereads::{self, Known},
        stores::Store,
        transitions, write_backs,
    },
    domain::{
        buyer,
        fingerprint::fingerprint,
        identity::is_another,
        ids::{OrderNumber, VersionId},
        order::StoreOrder,
        said::Said,
        scope::{self, Scope, Window},
    },
};

/// What the history says of an order that counted as deleted.
const FOUND_AGAIN: Said = Said::new("found-again");

/// What an answer held.
#[derive(Debug, Clone, Default)]
pub(super) struct Page {
    /// Orders never seen before.
    pub(super) fresh: Vec<OrderNumber>,
    /// Excluded orders that are wanted now.
    pub(super) revived: usize,
    /// Orders with a new version.
    pub(super) changed: usize,
    /// Rows that are no orders of ours.
    pub(super) strays: usize,
    /// It held new orders that are left for another day.
    pub(super) is_full: bool,
    /// Newest `placed_at` that can be believed, in the store's zone.
    pub(super) newest: Option<NaiveDateTime>,
    /// When the new ones were placed, where that can be read, in the store's zone.
    pub(super) first_seen: Vec<NaiveDateTime>,
    /// Each of its orders came as it is on record, and the database was not asked.
    pub(super) is_on_record: bool,
    /// Orders that are synced and came as they are on record.
    pub(super) unchanged: Vec<(OrderNumber, Print)>,
}

/// The fingerprint of a row.
pub(super) fn print(row: &OrderRow) -> Print {
    row.order.as_ref().map_or_else(|_| raw_fingerprint(&row.raw), fingerprint)
}

/// The newest moment of these rows that can be believed, in the store's zone.
pub(super) fn newest<'r>(
    engine: &Engine,
    store: &Store,
    rows: impl IntoIterator<Item = &'r OrderRow>,
) -> Option<NaiveDateTime> {
    let latest = latest_believable(engine, store);
    rows.into_iter().filter_map(|row| row.placed_at).filter(|at| *at <= latest).max()
}

/// Saves a page of rows, all or none of it; what the database refuses of a row is that row's trouble alone.
///
/// # Errors
/// When the database fails or the lease is lost.
pub(super) async fn save_page(
    engine: &Engine,
    lease: &Lease,
    store: &Store,
    window: Window,
    (rows, prints): (&[OrderRow], &[Print]),
) -> Result<Page, DbError> {
    let save = |tx| save_rows(tx, engine, store, window, (rows, prints));
    lease.commit(&engine.pool, "intake.save_page", save).await
}

async fn save_rows(
    mut tx: Tx,
    engine: &Engine,
    store: &Store,
    window: Window,
    (rows, prints): (&[OrderRow], &[Print]),
) -> Result<Page, DbError> {
    let numbers: Vec<_> = rows.iter().filter_map(|row| row.number).collect();
    let known = rereads::known(&mut tx, store.id, &numbers).await?;
    let (mut page, mut surplus) = (Page::default(), Surplus::after(growth::today(&mut **tx, store.id).await?));
    page.newest = newest(engine, store, rows.iter().filter(|row| row.number.is_some()));
    for (row, print) in rows.iter().zip(prints) {
        let Some(number) = row.number else {
            let error = row.order.as_ref().err().map_or_else(String::new, ToString::to_string);
            page.strays += 1;
            surplus.stray(row, Said::new("row-without-number").with("error", error));
            continue;
        };
        let known = known.get(&number);
        if let Some(known) = known.filter(|known| known.fingerprint == print) {
            page.unchanged.extend(known.is_settled().then_some((number, *print)));
            page.revived += usize::from(see_again(&mut tx, store, window, row, known).await?);
            continue;
        }
        if known.is_none() && surplus.is_full() {
            page.is_full = true;
            continue;
        }
        let mut savepoint = tx.begin().await?;
        match save_version(&mut savepoint, store, window, row, (number, *print), known).await {
            Ok(state) => {
                savepoint.commit().await?;
                let was_excluded = known.is_some_and(|known| known.state == OrderState::Excluded);
                page.revived += usize::from(was_excluded && state == OrderState::Waiting);
                if let Err(error) = &row.order {
                    surplus.unreadable(number, error);
                }
            }
            Err(error) if error.is_about_data() => {
                savepoint.rollback().await?;
                page.strays += 1;
                let what = Said::new("row-refused").with("number", number.get());
                surplus.stray(row, what.with("error", error.with_cause()));
                continue;
            }
            Err(error) => return Err(error),
        }
        match known {
            None => {
                surplus.fresh(&row.raw);
                page.fresh.push(number);
                page.first_seen.extend(row.placed_at);
            }
            Some(known) => {
                page.changed += 1;
                surplus.changed(known.id, &row.raw);
            }
        }
    }
    if !page.fresh.is_empty() {
        doubles::forget_others(&mut tx, store.id, &page.fresh).await?;
    }
    let shown: Vec<_> = rows.iter().filter_map(|row| Some((row.number?, row.order.as_ref().ok()?.status))).collect();
    let late = engine.settings.cartum.request_timeout + engine.settings.roapp.recovery_wait;
    write_backs::shown(&mut tx, store.id, &shown, late).await?;
    surplus.save(&mut tx, store).await?;
    Ok(page)
}

/// The newest version came once more; true when the present settings want an order that they had left out.
async fn see_again(
    tx: &mut PgTransaction<'_>,
    store: &Store,
    window: Window,
    row: &OrderRow,
    known: &Known,
) -> Result<bool, DbError> {
    if known.missing && rereads::found_again(tx, known.id).await? {
        history::add(tx, known.id, &FOUND_AGAIN).await?;
    }
    let Ok(order) = &row.order else { return Ok(false) };
    let is_wanted = || scope::state(order, &store.settings, window, Some(known.before())).0 == OrderState::Waiting;
    if known.state != OrderState::Excluded || known.is_skipped || !is_wanted() {
        return Ok(false);
    }
    transitions::wake(tx, &[known.id], &[OrderState::Excluded]).await?;
    history::add(tx, known.id, &Said::new("no-longer-excluded")).await?;
    Ok(true)
}

/// Saves a version that is new to us; the state it brings.
async fn save_version(
    tx: &mut PgTransaction<'_>,
    store: &Store,
    window: Window,
    row: &OrderRow,
    (number, fingerprint): (OrderNumber, [u8; 32]),
    known: Option<&Known>,
) -> Result<OrderState, DbError> {
    let identity = match (&row.order, known) {
        (Ok(order), Some(known)) => recognise(tx, order, known, store.settings.time_zone).await?,
        _ => Identity::Same,
    };
    let (state, reason, scope) = match (&row.order, identity) {
        (Ok(order), Identity::Other { was, .. }) => {
            let reason = another(&store.settings.name, number, was, order.placed_at);
            (OrderState::Held, Some(reason), Scope::Live)
        }
        (Ok(order), _) => {
            let before = known.filter(|_| identity != Identity::New).map(Known::before);
            scope::state(order, &store.settings, window, before)
        }
        (Err(error), _) => {
            let reason = Said::new("unreadable-data").with("error", error.to_string());
            (OrderState::Unreadable, Some(reason), Scope::Live)
        }
    };
    let in_import = row.placed_at.map_or(store.listed_at.is_none(), |at| {
        at >= window.from && scope::to_utc(at, store.settings.time_zone) <= window.connected_at
    });
    let raw = if row.order.is_ok() { Cow::Borrowed(row.raw.as_str()) } else { bounds::beginning(&row.raw) };
    // What tells whether the number came back as another order stays until that can be judged.
    let is_kept = row.order.is_err() && known.is_some_and(|known| known.is_written);
    let new = NewVersion {
        number,
        fingerprint,
        raw: &raw,
        placed_at: row.placed_at.filter(|_| !is_kept),
        status: row.order.as_ref().ok().map(|order| order.status),
        total: row.order.as_ref().ok().map(|order| order.total_sum),
        buyer: row.order.as_ref().map_or_else(|_| String::new(), |order| buyer::searched(&order.buyer)),
        state,
        reason,
        in_import,
        priority: if in_import && matches!(scope, Scope::Import | Scope::ExcludedStatus) { 2 } else { 1 },
    };
    if let Some(known) = known {
        match identity {
            Identity::Other { earlier, .. } => {
                identities::doubt(tx, (store.account, store.id, number), (known.id, earlier)).await?;
            }
            Identity::New => {
                doubles::forget(tx, known.id).await?;
                history::add(tx, known.id, &Said::new("number-again")).await?;
            }
            Identity::Same if known.doubt.is_some() && row.order.is_ok() => {
                identities::same(tx, (store.account, store.id), known.id).await?;
                history::add(tx, known.id, &Said::new("number-back")).await?;
            }
            Identity::Same => {}
        }
    }
    let order = orders::save(tx, store.id, &new).await?;
    if known.is_some_and(|known| known.state == OrderState::Gone) {
        history::add(tx, order, &FOUND_AGAIN).await?;
    }
    let what = match (known.is_some(), new.reason) {
        (false, None) => Said::new("seen"),
        (true, None) => Said::new("changed"),
        (false, Some(reason)) => Said::new("seen-not-worked").with("state", state.word()).with("reason", reason),
        (true, Some(reason)) => Said::new("changed-not-worked").with("state", state.word()).with("reason", reason),
    };
    history::add(tx, order, &what).await?;
    Ok(state)
}

/// What a number that is known stands for in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Identity {
    /// The order that it stood for before.
    Same,
    /// Another one, and RO App has the one before or may have it.
    Other {
        /// The last version of the one before.
        earlier: VersionId,
        /// When that was placed.
        was: Option<NaiveDateTime>,
    },
    /// Another one, and RO App never had the one before.
    New,
}

/// Whether the order is the one that its number stood for before.
///
/// # Errors
/// When the database fails.
pub(crate) async fn recognise(
    tx: &mut PgTransaction<'_>,
    order: &StoreOrder,
    known: &Known,
    zone: Tz,
) -> Result<Identity, DbError> {
    if known.doubt.is_none() && known.placed_at.is_none_or(|was| was == order.placed_at) {
        return Ok(Identity::Same);
    }
    let mut earlier = known.doubt.unwrap_or(known.version);
    let mut before = readable(tx, earlier, zone).await?;
    if before.is_none()
        && let Some(applied) = identities::applied(tx, known.id).await?
    {
        (earlier, before) = (applied, readable(tx, applied, zone).await?);
    }
    let was = before.as_ref().map(|before| before.placed_at).or(known.placed_at);
    let is_unclear = || known.doubt.is_some() || was != Some(order.placed_at);
    let is_another = before.map_or_else(is_unclear, |before| is_another(&before, order));
    Ok(match is_another {
        false => Identity::Same,
        true if known.is_written || known.doubt.is_some() => Identity::Other { earlier, was },
        true => Identity::New,
    })
}

/// An order as it was saved, where it can be read.
async fn readable(tx: &mut PgTransaction<'_>, version: VersionId, zone: Tz) -> Result<Option<StoreOrder>, DbError> {
    Ok(identities::raw(tx, version).await?.and_then(|raw| decode_order(&raw, zone).ok()))
}

/// Why an order is held whose number came back as another, and what solves it.
pub(crate) fn another(store: &str, number: OrderNumber, was: Option<NaiveDateTime>, now: NaiveDateTime) -> Said {
    let said = match was {
        None => Said::new("another-order"),
        Some(was) => Said::new("another-order-since").with("was", was.to_string()),
    };
    said.with("store", format!("{store:?}")).with("number", number.get()).with("placed", now.to_string())
}

/// A date beyond tomorrow must not move the watermark: it would hide what comes before it.
fn latest_believable(engine: &Engine, store: &Store) -> NaiveDateTime {
    scope::local(engine.clock.now(), store.settings.time_zone) + chrono::Duration::days(1)
}

pub(super) fn raw_fingerprint(raw: &str) -> [u8; 32] {
    Sha256::digest(raw).into()
}
