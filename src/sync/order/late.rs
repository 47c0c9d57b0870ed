//! What finds no answer while RO App answers other calls: everything else of the order is done before it is tried again, and the
//! order's reason names it, with article and title.

use std::{collections::BTreeSet, time::Duration};

use crate::{
    db::{DbError, applied},
    domain::{plan::Step, product::ProductWant},
    sync::{
        account::Account,
        order::{Order, refused},
        outcome::{Rest, Stop},
    },
};

/// Which steps of an order have their turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sync) enum Pass {
    /// All but those that found no answer before.
    Others,
    /// The same, and the present plan has such steps.
    SomePutOff,
    /// All, those last.
    All,
}

/// Leaves out what found no answer before, or puts it last.
pub(super) fn arrange(order: &mut Order, steps: &mut Vec<Step>) {
    if order.pass == Pass::All {
        order.work.applied.in_turn(steps, &order.products);
    } else {
        let is_put_off = order.work.applied.put_off(steps, &order.products);
        order.pass = if is_put_off { Pass::SomePutOff } else { Pass::Others };
    }
}

/// A work order of which only lines that are put off can perhaps be had is not made before them.
pub(super) fn waits_for_a_line(order: &Order, step: &Step) -> bool {
    order.pass == Pass::SomePutOff && matches!(step, Step::Create(_)) && order.products.is_empty()
}

/// Link keys of products that are not planned for now: refused ones, and those that are put off.
pub(super) fn not_asked_for(order: &Order) -> BTreeSet<String> {
    let late = order.work.applied.late_products().filter(|_| order.pass != Pass::All).map(str::to_owned);
    order.refused_products.keys().cloned().chain(late).collect()
}

impl Order {
    /// The step found no answer. Nothing more is sent before it is known what became of it; then it goes last.
    pub(super) async fn goes_last(
        &mut self,
        account: &Account<'_>,
        step: &Step,
        why: String,
        wait: Duration,
    ) -> Result<Stop, Stop> {
        let reason = format!("{}: {why}", refused::name(self, step));
        // A line that takes its place, and goes before it then, has its key.
        self.set_apart(account, step).await?;
        self.note_late(account, step).await?;
        Ok(Rest::Unanswered(reason, wait).into())
    }

    /// Another order's call that makes the product is not settled yet.
    pub(super) async fn waits_for_another(
        &mut self,
        account: &Account<'_>,
        want: &ProductWant,
        pause: Duration,
    ) -> Result<Stop, Stop> {
        let step = Step::Product(want.clone());
        self.note_late(account, &step).await?;
        let line = refused::name(self, &step);
        let reason =
            format!("{line}: its product is being made for another order, and RO App did not answer that call yet");
        Ok(Rest::WaitsFor(reason, pause).into())
    }

    /// From now on the step goes after all others.
    async fn note_late(&mut self, account: &Account<'_>, step: &Step) -> Result<(), DbError> {
        self.work.applied.goes_last(step);
        let mut tx = account.lease.begin(&account.engine.pool).await?;
        applied::save(&mut tx, self.work.order, &self.work.applied).await?;
        tx.commit().await?;
        Ok(())
    }
}
