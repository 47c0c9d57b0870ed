//! What becomes of an order whose run did not complete.

use std::time::Duration;

use crate::{
    db::{DbError, history, leases::Tx, notices, orders::OrderState, polls, stores, transitions},
    domain::{notice::Plain, retry, said::Said, store::StoreState},
    sync::{
        account::Account,
        order::Order,
        outcome::{Again, Also, Counts, Parked},
    },
};

impl Order {
    /// It goes on from here once others had their turn.
    pub(in crate::sync) async fn give_way(&self, account: &Account<'_>) -> Result<(), DbError> {
        account
            .commit("rest.give_way", |mut tx| async move { transitions::give_way(&mut tx, self.work.order).await })
            .await
    }

    /// It is taken up again by itself.
    pub(in crate::sync) async fn take_up_again(&self, account: &Account<'_>, again: Again) -> Result<(), DbError> {
        let Again { after, counts } = again;
        match &counts {
            Counts::Nothing(reason) => account.commit("rest.wait", |tx| self.wait(tx, after, reason.as_ref())).await,
            Counts::Try(reason) => {
                let (tries, shown) = (self.work.tries + 1, self.discreet(reason));
                tracing::warn!(tries, reason = shown, "the order could not be written; it will be retried");
                account.commit("rest.use_a_try", |tx| self.use_a_try(tx, after, reason)).await
            }
            Counts::Silence(reason) => {
                let stay = |tx| self.stay_unanswered(tx, after, reason);
                let calls = account.commit("rest.stay_unanswered", stay).await?;
                let reason = self.discreet(reason);
                tracing::warn!(calls, reason, "RO App does not answer a call of the order; the order will be retried");
                Ok(())
            }
        }
    }

    async fn wait(&self, mut tx: Tx, after: Duration, reason: Option<&Said>) -> Result<(), DbError> {
        let Some(reason) = reason else {
            transitions::postpone(&mut tx, self.work.turn(), after, self.work.tries).await?;
            return Ok(());
        };
        let calls = transitions::unanswered_so_far(&mut tx, self.work.order).await?;
        transitions::stay_unanswered(&mut tx, (self.work.turn(), self.work.tries), after, calls, reason).await
    }

    async fn use_a_try(&self, mut tx: Tx, after: Duration, reason: &Said) -> Result<(), DbError> {
        let tries = self.work.tries + 1;
        history::add(&mut tx, self.work.order, &tried(tries, reason)).await?;
        if let Some(pause) = retry::after_trouble(tries, after) {
            transitions::postpone(&mut tx, self.work.turn(), pause, tries).await?;
        } else {
            let reason = Said::new("tries-failed").with("tries", tries).with("reason", reason.clone());
            transitions::park(&mut tx, self.work.turn(), OrderState::Failed, &reason).await?;
        }
        Ok(())
    }

    /// How many calls found no answer so far.
    async fn stay_unanswered(&self, mut tx: Tx, after: Duration, reason: &Said) -> Result<i32, DbError> {
        let calls = transitions::unanswered_so_far(&mut tx, self.work.order).await? + 1;
        if calls <= retry::MOST_TRIES {
            history::add(&mut tx, self.work.order, &tried(calls, reason)).await?;
        }
        let pause = retry::after_no_answer(calls, after);
        let reason = Said::new("unanswered").with("reason", reason.clone()).with("tries", calls);
        transitions::stay_unanswered(&mut tx, (self.work.turn(), self.work.tries), pause, calls, &reason).await?;
        Ok(calls)
    }

    /// It comes to rest, and perhaps its store is paused.
    pub(in crate::sync) async fn park(&self, account: &Account<'_>, parked: Parked) -> Result<(), DbError> {
        let parked = &parked;
        if matches!(parked.also, Also::Refusal(_)) {
            account.seen(|seen| seen.refusing.insert(self.store.id));
        }
        let (is_parked, paused) = account.commit("rest.park", |tx| self.park_in(tx, parked)).await?;
        let Parked { state, reason, .. } = parked;
        if is_parked && *state == OrderState::Gone {
            tracing::info!("the order was deleted in the store");
        } else if is_parked {
            tracing::warn!(state = state.word(), reason = self.discreet(reason), "order parked");
        }
        if let Some((topic, reason)) = paused {
            tracing::warn!(topic = topic.word(), reason = self.discreet(&reason), "store paused");
        }
        Ok(())
    }

    /// Whether it was parked, and why its store was paused, if it was.
    async fn park_in(
        &self,
        mut tx: Tx,
        Parked { state, reason, also }: &Parked,
    ) -> Result<(bool, Option<(Plain, Said)>), DbError> {
        let order = self.work.order;
        let is_parked = if *state == OrderState::Gone {
            transitions::park_gone(&mut tx, order, reason).await?
        } else {
            transitions::park(&mut tx, self.work.turn(), *state, reason).await?
        };
        if is_parked {
            history::add(&mut tx, order, &parked(*state, reason)).await?;
        }
        let paused = match also {
            Also::Nothing => None,
            Also::Pause(topic) => Some((*topic, reason.clone())),
            Also::Refusal(cause) => {
                let times = polls::refused(&mut tx, self.store.id, cause).await?;
                (times >= retry::SAME_REFUSALS).then(|| (Plain::Refusals, too_often(cause)))
            }
        };
        if let Some((topic, reason)) = &paused {
            stores::set_state(&mut tx, self.store.id, StoreState::Paused, reason).await?;
            notices::raise(&mut tx, self.store.account, Some(self.store.id), &(*topic).into(), reason).await?;
        }
        Ok((is_parked, paused))
    }
}

/// What the history says of an order that was parked.
pub(super) fn parked(state: OrderState, reason: &Said) -> Said {
    Said::new("parked").with("state", state.word()).with("reason", reason.clone())
}

fn too_often(cause: &Said) -> Said {
    Said::new("refused-in-a-row").with("times", retry::SAME_REFUSALS).with("cause", cause.clone())
}

fn tried(nth: i32, reason: &Said) -> Said {
    Said::new("try").with("try", nth).with("reason", reason.clone())
}
