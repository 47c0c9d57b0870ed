//! The waiting orders of an account, a few at a time: each is brought to RO App, then all are compared with one list call.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use futures_util::{StreamExt, stream::FuturesUnordered};
use tracing::Instrument;

use crate::{
    cartum::DecodeError,
    db::{
        DbError,
        leases::Tx,
        names,
        orders::OrderState,
        polls,
        stores::Store,
        transitions::{self, Turn},
        watch,
        work::{self, Work},
    },
    domain::said::Said,
    lifecycle::{Panicked, contain},
    sync::{
        account::{Account, CALLS_IN_A_TURN, observe::Source, searched_from},
        order::{
            Order,
            load::{Loaded, load},
        },
        outcome::{Halt, Outcome},
    },
};

/// Orders that are written before they are verified together.
const BATCH: i64 = 8;

/// Writes and verifies the next few orders that are due, and looks at RO App each poll interval; false when there was
/// nothing to do. Where a store of the account is being read, RO App is looked at as soon as the account was taken over.
///
/// # Errors
/// When the database fails or the lease is lost. What RO App does wrong is noted with the account.
pub(super) async fn batch(account: &Account<'_>, is_read: bool) -> Result<bool, DbError> {
    if account.rests() {
        return Ok(false);
    }
    let most = BATCH.max(account.engine.settings.sync.orders_at_once.into());
    let due = work::due(&account.engine.pool, account.id, most).await?;
    let is_new = is_read && !account.seen(|seen| seen.looked_at.is_some());
    let looks = is_new || watch::is_due(&account.engine.pool, account.id).await?;
    if looks {
        account.watch_soon();
    }
    let done = if due.is_empty() && !account.needs_key() && !looks {
        account.search_for_removed().await
    } else {
        write(account, due, is_read).await.map(|()| true)
    };
    match done {
        Ok(done) => Ok(done),
        Err(halt) => {
            account.note_halt(halt).await?;
            Ok(true)
        }
    }
}

async fn write(account: &Account<'_>, due: Vec<work::Due>, is_read: bool) -> Result<(), Halt> {
    account.prepare().await?;
    account.watch().await?;
    let began = account.engine.clock.now();
    let mut stores: Vec<_> = due.iter().map(|due| due.store).collect();
    stores.dedup();
    let written = bring_all(account, due, is_read).await?;
    if verify(account, written, began).await? {
        account.answered(&account.roapp()?).await?;
    }
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

/// Brings the orders to RO App, several at once, each step by step; those that still have to be verified. Where one ends the work on
/// the account, no other is begun, and those that are on their way come to their end.
async fn bring_all(account: &Account<'_>, due: Vec<work::Due>, is_read: bool) -> Result<Vec<Order>, Halt> {
    let at_once = account.engine.settings.sync.orders_at_once;
    let before = account.calls();
    account.set_ended(false);
    let at_once = usize::try_from(at_once).unwrap_or(1);
    let (mut due, mut running) = (due.into_iter().enumerate(), FuturesUnordered::new());
    let (mut written, mut halt) = (Vec::new(), None);
    loop {
        while halt.is_none() && running.len() < at_once {
            let Some((nth, work::Due { turn, gave_way, .. })) = due.next() else { break };
            // An account that is to go on to another process stays until its stores are read to their end, and is worked
            // meanwhile: one order at a time.
            let is_let_go = account.let_go.is_cancelled() && (nth > 0 || !is_read);
            if account.engine.stop.is_requested() || is_let_go {
                break;
            }
            // What gave way has a turn in each batch; the others that are left are among the first of the next.
            if nth == 0 || gave_way || account.calls().saturating_sub(before) < CALLS_IN_A_TURN {
                running.push(Box::pin(one_contained(account, turn)));
            }
        }
        match running.next().await {
            Some(Ok(order)) => written.extend(order),
            Some(Err(ended)) => {
                account.set_ended(true);
                halt = Some(ended.or_worse(halt));
            }
            None => return halt.map_or(Ok(written), Err),
        }
    }
}

async fn one_contained(account: &Account<'_>, turn: Turn) -> Result<Option<Order>, Halt> {
    match contain(one(account, turn)).await {
        Ok(order) => order,
        Err(Panicked) => Ok(give_up(account, turn, &Said::from(Panicked)).await.map(|()| None)?),
    }
}

/// Loads one order and brings it to RO App; the order when it still has to be verified.
async fn one(account: &Account<'_>, turn: Turn) -> Result<Option<Order>, Halt> {
    let loaded = load(&account.engine.pool, account.id, account.per(), turn.order).await;
    let (turn, outcome) = match loaded {
        Ok(Loaded::NotWorked) => return Ok(None),
        Ok(Loaded::Unreadable(unreadable)) => {
            let (work, store, error) = *unreadable;
            (work.turn(), note_unreadable(account, &work, &store, &error).await.map(|()| None).map_err(Halt::from))
        }
        Ok(Loaded::Order(order)) => {
            let span = order.span();
            (order.work.turn(), bring(account, *order).instrument(span).await)
        }
        Err(error) => (turn, Err(error.into())),
    };
    match outcome {
        Err(Halt::Db(error)) if error.is_about_data() => {
            let reason = Said::new("data-not-kept").with("error", error.to_string());
            give_up(account, turn, &reason).await?;
            Ok(None)
        }
        outcome => outcome,
    }
}

/// Brings an order to RO App as far as it goes.
async fn bring(account: &Account<'_>, mut order: Order) -> Result<Option<Order>, Halt> {
    let on_its_way = account.set_out((order.store.id, order.work.number));
    let outcome = order.bring(&account.counted_by(&order.calls)).await;
    drop(on_its_way);
    Ok(end(account, &order, outcome).await?.then_some(order))
}

/// Notes how the run of an order ended; true where all is written.
async fn end(account: &Account<'_>, order: &Order, outcome: Outcome) -> Result<bool, Halt> {
    match outcome {
        Outcome::Written => return Ok(true),
        Outcome::Account(halt) => return Err(halt),
        Outcome::GivesWay => order.give_way(account).await?,
        Outcome::Again(again) => order.take_up_again(account, again).await?,
        Outcome::Parked(parked) => order.park(account, parked).await?,
    }
    Ok(false)
}

/// An order that cannot be read is kept raw. One that was deleted in the store as well is not told to RO App.
async fn note_unreadable(
    account: &Account<'_>,
    work: &Work,
    store: &Store,
    error: &DecodeError,
) -> Result<(), DbError> {
    let reason = &Said::new("unreadable-data").with("error", error.to_string());
    let gone = &Said::new("gone-unreadable").with("error", error.to_string());
    let note = |mut tx: Tx| async move {
        if work.gone_at.is_some() && transitions::park_gone(&mut tx, work.order, gone).await? {
            return Ok(false);
        }
        transitions::park(&mut tx, work.turn(), OrderState::Unreadable, reason).await
    };
    if account.commit("batch.note_unreadable", note).await? {
        let (store, order) = (&store.settings.name, work.number);
        tracing::warn!(store, %order, error = %error, "the order cannot be read; its raw data is kept");
    }
    Ok(())
}

/// An order whose data the database does not take, whose row cannot be read, or at which the program fails, stops no other.
async fn give_up(account: &Account<'_>, turn: Turn, reason: &Said) -> Result<(), DbError> {
    let (store, number) = names::order(&account.engine.pool, turn.order).await?;
    tracing::error!(store, order = %number, %reason, "order failed permanently");
    account
        .commit(
            "batch.give_up",
            |mut tx| async move { transitions::park(&mut tx, turn, OrderState::Failed, reason).await },
        )
        .await?;
    Ok(())
}

/// Compares what was written since `began` with what RO App shows; false when there was nothing to compare.
pub(super) async fn verify(account: &Account<'_>, mut orders: Vec<Order>, began: DateTime<Utc>) -> Result<bool, Halt> {
    if orders.is_empty() {
        return Ok(false);
    }
    let wanted: Vec<_> = orders.iter().filter_map(|order| order.work.work_order).collect();
    let roapp = account.roapp()?;
    let heads = roapp.orders_lately_modified(searched_from(began), &wanted).await.map_err(Halt::of)?;
    account.note_markers(&heads, false, None).await?;
    let ours: Vec<_> = heads.iter().filter(|head| wanted.contains(&head.id)).cloned().collect();
    for order in &mut orders {
        if let Some(head) = ours.iter().find(|head| Some(head.id) == order.work.work_order) {
            order.take_shown(account, head).await?;
        }
    }
    account.observe(&ours, Source::Verify).await?;
    let mut heads: BTreeMap<_, _> = heads.into_iter().map(|head| (head.id, head)).collect();
    for mut order in orders {
        let span = order.span();
        let head = order.work.work_order.and_then(|id| heads.remove(&id));
        match contain(order.verify(&account.counted_by(&order.calls), head).instrument(span.clone())).await {
            Ok(Ok(())) => {}
            Ok(Err(outcome)) => drop(end(account, &order, outcome).instrument(span).await?),
            Err(Panicked) => give_up(account, order.work.turn(), &Said::from(Panicked)).await?,
        }
    }
    Ok(true)
}
