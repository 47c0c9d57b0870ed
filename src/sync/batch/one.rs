//! One order of a batch: loaded, brought to RO App, and its end noted.

use tracing::Instrument;

use crate::{
    cartum::DecodeError,
    db::{
        DbError,
        leases::Tx,
        names,
        orders::OrderState,
        stores::Store,
        transitions::{self, Turn},
        work::Work,
    },
    domain::said::Said,
    lifecycle::{Panicked, contain},
    sync::{
        account::Account,
        order::{
            Order,
            load::{Loaded, load},
        },
        outcome::{Halt, Outcome},
    },
};

/// Brings an order to RO App; the order when it still has to be verified. A panic stops no other order.
pub(super) async fn one_contained(account: &Account<'_>, turn: Turn) -> Result<Option<Order>, Halt> {
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
    let outcome = order.bring(&account.counted_by(&order.calls)).await;
    Ok(end(account, &order, outcome).await?.then_some(order))
}

/// Notes how the run of an order ended; true where all is written.
pub(super) async fn end(account: &Account<'_>, order: &Order, outcome: Outcome) -> Result<bool, Halt> {
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
pub(super) async fn give_up(account: &Account<'_>, turn: Turn, reason: &Said) -> Result<(), DbError> {
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
