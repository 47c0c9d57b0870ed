//! What becomes of an order that cannot go on.

use crate::{
    db::{
        DbError, notices,
        orders::{self, OrderState},
        polls, rereads, stores, work,
    },
    domain::{missing::REMOVED, retry, store::StoreState},
    sync::{account::Account, order::Order, outcome::Rest},
};

impl Order {
    /// Notes what became of an order that cannot go on.
    pub(in crate::sync) async fn rest(&self, account: &Account<'_>, rest: Rest) -> Result<(), DbError> {
        let (order, turn) = (self.work.order, self.work.turn());
        let mut tx = account.lease.begin(&account.engine.pool).await?;
        match rest {
            Rest::Wait(pause) => drop(work::postpone(&mut tx, turn, pause, self.work.tries).await?),
            Rest::WaitsFor(reason, pause) => {
                let calls = work::unanswered_so_far(&mut tx, order).await?;
                work::unanswered(&mut tx, (turn, self.work.tries), pause, calls, &reason).await?;
            }
            Rest::GivesWay => work::give_way(&mut tx, order).await?,
            Rest::Trouble(reason, wait) => {
                let tries = self.work.tries + 1;
                tracing::warn!(
                    tries,
                    reason = self.discreet(&reason),
                    "the order could not be written; it is tried again"
                );
                orders::tell(&mut tx, order, &format!("try {tries}: {reason}")).await?;
                if let Some(pause) = retry::after_trouble(tries, wait) {
                    work::postpone(&mut tx, turn, pause, tries).await?;
                } else {
                    let reason = format!("{tries} tries failed, the last one: {reason}");
                    orders::rest(&mut tx, turn, OrderState::Failed, &reason).await?;
                }
            }
            Rest::Unanswered(reason, wait) => {
                let calls = work::unanswered_so_far(&mut tx, order).await? + 1;
                let told = self.discreet(&reason);
                tracing::warn!(calls, reason = told, "RO App does not answer a call of the order; it is tried again");
                if calls <= retry::MOST_TRIES {
                    orders::tell(&mut tx, order, &format!("try {calls}: {reason}")).await?;
                }
                let pause = retry::after_no_answer(calls, wait);
                let reason = format!("{reason}; {calls} tries so far, it is tried again by itself");
                work::unanswered(&mut tx, (turn, self.work.tries), pause, calls, &reason).await?;
            }
            Rest::Held(reason) => settle(&mut tx, self, OrderState::Held, &reason).await?,
            Rest::Failed(reason) => settle(&mut tx, self, OrderState::Failed, &reason).await?,
            Rest::Removed => {
                settle(&mut tx, self, OrderState::Removed, REMOVED).await?;
            }
            Rest::Gone => {
                let reason = "deleted in the store; its work order, if any, stays in RO App";
                if rereads::rest_gone(&mut tx, order, reason).await? {
                    tracing::info!("the order was deleted in the store; it rests");
                    orders::tell(&mut tx, order, &format!("gone: {reason}")).await?;
                }
            }
            Rest::Refused(reason) => {
                settle(&mut tx, self, OrderState::Failed, &reason).await?;
                count_refusal(&mut tx, self, &reason).await?;
            }
            Rest::RefusedLines { reason, cause } => {
                settle(&mut tx, self, OrderState::Failed, &reason).await?;
                if let Some(cause) = cause {
                    count_refusal(&mut tx, self, &cause).await?;
                }
            }
            Rest::NoRight(refusal) => {
                let reason = format!(
                    "{refusal}; give the employee of the API key the location of this store and the right to add products without \
                     deduction, then `store resume`"
                );
                settle(&mut tx, self, OrderState::Failed, &reason).await?;
                pause(&mut tx, self, "rights", &reason).await?;
            }
            Rest::NoMarker(reason) => {
                settle(&mut tx, self, OrderState::Held, &reason).await?;
                pause(&mut tx, self, "marker", &reason).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}

async fn settle(
    tx: &mut sqlx::PgTransaction<'_>,
    order: &Order,
    state: OrderState,
    reason: &str,
) -> Result<(), DbError> {
    if !orders::rest(tx, order.work.turn(), state, reason).await? {
        return Ok(());
    }
    tracing::warn!(state = state.word(), reason = order.discreet(reason), "order parked");
    orders::tell(tx, order.work.order, &format!("{}: {reason}", state.word())).await
}

async fn count_refusal(tx: &mut sqlx::PgTransaction<'_>, order: &Order, reason: &str) -> Result<(), DbError> {
    if polls::refused(tx, order.store.id, reason).await? >= retry::SAME_REFUSALS {
        let reason = format!(
            "RO App refused {} work orders in a row for the same reason: {reason}; fix it there or in the \
             settings, then `store resume`",
            retry::SAME_REFUSALS
        );
        pause(tx, order, "refusals", &reason).await?;
    }
    Ok(())
}

async fn pause(tx: &mut sqlx::PgTransaction<'_>, order: &Order, topic: &str, reason: &str) -> Result<(), DbError> {
    tracing::warn!(topic, reason = order.discreet(reason), "store paused");
    stores::set_state(tx, order.store.id, StoreState::Paused, reason).await?;
    notices::raise(tx, order.store.account, Some(order.store.id), topic, reason).await?;
    Ok(())
}
