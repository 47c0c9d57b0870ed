//! What finds no answer while RO App answers other calls: everything else of the order is done before it is tried again, and the
//! order's reason names it, with article and title.

use std::{collections::BTreeSet, time::Duration};

use super::{
    Writer,
    job::Job,
    refused,
    rest::{Rest, Stop},
};
use crate::{
    db::{DbError, applied},
    domain::{plan::Step, product::ProductWant},
};

/// Which steps of an order have their turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    /// All but those that found no answer before.
    Others,
    /// The same, and the present plan has such steps.
    SomePutOff,
    /// All, those last.
    All,
}

/// Leaves out what found no answer before, or puts it last.
pub(super) fn arrange(job: &mut Job, steps: &mut Vec<Step>) {
    if job.pass == Pass::All {
        job.work.applied.in_turn(steps, &job.products);
    } else {
        let is_put_off = job.work.applied.put_off(steps, &job.products);
        job.pass = if is_put_off { Pass::SomePutOff } else { Pass::Others };
    }
}

/// A work order of which only lines that are put off can perhaps be had is not made before them.
pub(super) fn waits_for_a_line(job: &Job, step: &Step) -> bool {
    job.pass == Pass::SomePutOff && matches!(step, Step::Create(_)) && job.products.is_empty()
}

/// Link keys of products that are not planned for now: refused ones, and those that are put off.
pub(super) fn not_asked_for(job: &Job) -> BTreeSet<String> {
    let late = job.work.applied.late_products().filter(|_| job.pass != Pass::All).map(str::to_owned);
    job.refused_products.keys().cloned().chain(late).collect()
}

impl Writer<'_> {
    /// The step found no answer. Nothing more is sent before it is known what became of it; then it goes last.
    pub(super) async fn goes_last(
        &self,
        job: &mut Job,
        step: &Step,
        why: String,
        wait: Duration,
    ) -> Result<Stop, Stop> {
        let reason = format!("{}: {why}", refused::name(job, step));
        // A line that takes its place, and goes before it then, has its key.
        self.set_apart(job, step).await?;
        self.note_late(job, step).await?;
        Ok(Rest::Unanswered(reason, wait).into())
    }

    /// Another order's call that makes the product is not settled yet.
    pub(super) async fn waits_for_another(
        &self,
        job: &mut Job,
        want: &ProductWant,
        pause: Duration,
    ) -> Result<Stop, Stop> {
        let step = Step::Product(want.clone());
        self.note_late(job, &step).await?;
        let line = refused::name(job, &step);
        let reason =
            format!("{line}: its product is being made for another order, and RO App did not answer that call yet");
        Ok(Rest::WaitsFor(reason, pause).into())
    }

    /// From now on the step goes after all others.
    async fn note_late(&self, job: &mut Job, step: &Step) -> Result<(), DbError> {
        job.work.applied.goes_last(step);
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        applied::save(&mut tx, job.work.order, &job.work.applied).await?;
        tx.commit().await?;
        Ok(())
    }
}
