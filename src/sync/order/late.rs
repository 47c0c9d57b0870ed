//! Steps that get no answer while RO App answers other calls: everything else in the order is done before they are retried, and the
//! order's reason names them, with article and title.

use std::{collections::BTreeSet, time::Duration};

use crate::{
    db::DbError,
    domain::{plan::Step, product::ProductWant, said::Said},
    sync::{
        account::Account,
        order::{
            Order,
            refused::{self, RefusedLines},
        },
        outcome::{Outcome, Run},
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

impl Order {
    /// Leaves out what found no answer before, or puts it last.
    pub(super) fn arrange(&mut self, steps: &mut Vec<Step>) {
        if self.pass == Pass::All {
            self.work.applied.in_turn(steps, &self.products);
        } else {
            let is_put_off = self.work.applied.put_off(steps, &self.products);
            self.pass = if is_put_off { Pass::SomePutOff } else { Pass::Others };
        }
    }

    /// A work order of which only lines that are put off can perhaps be had is not made before them.
    pub(super) fn waits_for_a_line(&self, step: &Step) -> bool {
        self.pass == Pass::SomePutOff && matches!(step, Step::Create(_)) && self.products.is_empty()
    }

    /// Link keys of products that are not planned for now: refused ones, and those that are put off.
    pub(super) fn products_not_asked_for(&self) -> BTreeSet<String> {
        let late = self.work.applied.late_products().filter(|_| self.pass != Pass::All).map(str::to_owned);
        self.refused_products.keys().cloned().chain(late).collect()
    }

    /// The step found no answer. Nothing more is sent before it is known what became of it; then it goes last.
    pub(super) async fn goes_last(
        &mut self,
        account: &Account<'_>,
        step: &Step,
        reason: Said,
        after: Duration,
        refused: &RefusedLines,
    ) -> Run<Outcome> {
        let reason = match refused.also() {
            None => Said::new("step-unanswered"),
            Some(also) => Said::new("step-unanswered-and-refused").with("also", also),
        }
        .with("step", refused::name(self, step))
        .with("reason", reason);
        // A line that takes its place, and goes before it then, has its key.
        self.set_apart(account, step).await?;
        self.note_late(account, step).await?;
        Ok(Outcome::unanswered(reason, after))
    }

    /// Another order's call that makes the product is not settled yet.
    pub(super) async fn waits_for_another(
        &mut self,
        account: &Account<'_>,
        want: &ProductWant,
        pause: Duration,
    ) -> Run<Outcome> {
        let step = Step::Product(want.clone());
        self.note_late(account, &step).await?;
        let line = refused::name(self, &step);
        let reason = Said::new("waits-for-product").with("line", line);
        Ok(Outcome::waits_for(reason, pause))
    }

    /// From now on the step goes after all others.
    async fn note_late(&mut self, account: &Account<'_>, step: &Step) -> Result<(), DbError> {
        self.work.applied.goes_last(step);
        self.save_applied(account).await
    }
}
