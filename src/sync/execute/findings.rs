//! What a plan says beside its steps: conflicts, the pending change, a status that the map does not know; and what becomes of
//! them once a run is verified.

use super::{
    Writer,
    job::{Job, Unwritten},
};
use crate::{
    check::{Side, topic},
    db::{DbError, asks, notices, orders, resolve, work, write_backs},
    domain::{
        plan::{Conflict, Keep, Plan, STATUS},
        store::StoreState,
    },
};

impl Writer<'_> {
    /// Lists conflicts and the pending change with the order, each once, and an unknown status with the store. What both sides
    /// agree on is listed no more. What a person has decided about stays listed until it is verified.
    pub(super) async fn save_findings(&self, job: &mut Job, plan: &Plan) -> Result<(), DbError> {
        let decided = job.work.resolve.is_some();
        let unwritten = Unwritten { pending: plan.pending.clone().unwrap_or_default(), refused: plan.refused.clone() };
        let pending =
            if decided && unwritten.pending.is_empty() { &job.work.pending_change } else { &unwritten.pending };
        let is_news = unwritten.refused != job.unwritten.refused && !unwritten.refused.is_empty();
        let new: Vec<_> =
            plan.conflicts.iter().filter(|conflict| !job.work.conflicts.contains(conflict)).cloned().collect();
        let agreed: Vec<_> = job.work.conflicts.iter().map(|old| old.what.clone()).collect();
        let agreed: Vec<_> = agreed.into_iter().filter(|what| plan.agreed.contains(what)).collect();
        let same = new.is_empty() && agreed.is_empty() && *pending == job.work.pending_change;
        if same && !is_news && !plan.unknown_status {
            job.unwritten = unwritten;
            return Ok(());
        }
        let pending = pending.clone();
        let order = job.work.order;
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        for what in &agreed {
            orders::tell(&mut tx, order, &format!("no conflict any more: {what} is the same on both sides")).await?;
            job.work.conflicts.retain(|old| old.what != *what);
            if what == STATUS {
                write_backs::clear_refusal(&mut tx, order).await?;
            }
        }
        for conflict in new {
            let what = &conflict.what;
            tracing::warn!(what, "both sides differ, kept as RO App has it; `order show` has both values");
            orders::tell(
                &mut tx,
                order,
                &format!("conflict: {what}: store {}, RO App {}", conflict.store, conflict.roapp),
            )
            .await?;
            job.work.conflicts.retain(|old| old.what != conflict.what);
            job.work.conflicts.push(conflict);
        }
        for (what, reason) in unwritten.refused.iter().filter(|_| is_news) {
            let text = match job.work.resolve {
                Some(Keep::RoApp) => reason.clone(),
                _ => format!("{what} is not written as the store has it: {reason}"),
            };
            orders::tell(&mut tx, order, &text).await?;
        }
        let kept: Vec<_> = job.work.conflicts.iter().filter(|conflict| !is_refusal(conflict, job)).cloned().collect();
        work::save_findings(&mut tx, order, &pending, &kept).await?;
        if !pending.is_empty() && pending != job.work.pending_change {
            let reason = job.discreet(&pending);
            tracing::warn!(reason, "a change in the store is not written any more; `order show` has it");
        }
        job.work.pending_change = pending;
        job.unwritten = unwritten;
        if plan.unknown_status {
            let status = job.order.status;
            let text = format!(
                "store status {status} is not in the status map: work orders keep the status they have; add it with `store edit`"
            );
            let topic = topic(Side::Shop, &format!("status_map.{status}"));
            if notices::raise(&mut tx, job.store.account, Some(job.store.id), &topic, &text).await? {
                tracing::warn!(status = status.get(), "a store status is not in the status map");
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// The run was verified: what a person had decided is done and is listed no more, apart from what cannot be written.
    pub(super) async fn settle_decision(&self, tx: &mut sqlx::PgTransaction<'_>, job: &mut Job) -> Result<(), DbError> {
        let order = job.work.order;
        if let Some(keep) = job.work.resolve {
            let pending = &job.unwritten.pending;
            let (left, done): (Vec<_>, Vec<_>) =
                job.work.conflicts.iter().cloned().partition(|conflict| is_left(conflict, keep, job));
            self.take_back_to_the_store(tx, job, &done).await?;
            let is_done = |conflict: &&Conflict| !is_refused(conflict, job);
            let mut settled: Vec<_> = done.iter().filter(is_done).map(|conflict| conflict.what.clone()).collect();
            if !job.work.pending_change.is_empty() && pending.is_empty() {
                settled.push("the pending change".to_owned());
            }
            if !settled.is_empty() {
                let who = if keep == Keep::Store { "the store" } else { "RO App" };
                orders::tell(tx, order, &format!("settled as {who} has it: {}", settled.join(", "))).await?;
            }
            if keep == Keep::Store && !pending.is_empty() {
                orders::tell(tx, order, &format!("the pending change is still not written: {pending}")).await?;
            }
            // What staff set and the store is still to have is none of what was listed, or is what RO App keeps.
            if done.iter().any(|conflict| conflict.what == STATUS) {
                write_backs::settle_refusal(tx, order, &job.work.refusal).await?;
            }
            let kept: Vec<_> = left.iter().filter(|conflict| !is_refusal(conflict, job)).cloned().collect();
            work::save_findings(tx, order, pending, &kept).await?;
            job.work.conflicts = left;
        }
        resolve::settled(tx, order, job.work.resolve).await
    }

    /// A status of staff's that the store had overruled was set back: it goes to the store like any that staff set.
    async fn take_back_to_the_store(
        &self,
        tx: &mut sqlx::PgTransaction<'_>,
        job: &Job,
        done: &[Conflict],
    ) -> Result<(), DbError> {
        let row = done.iter().find(|conflict| conflict.what == STATUS && job.work.resolve == Some(Keep::RoApp));
        let (Some(staffs), Some(applied)) = (row.and_then(|row| row.overruled), job.work.applied.status) else {
            return Ok(());
        };
        let target = job.store.settings.write_back.get(&staffs);
        if applied.written != Some(staffs)
            || !applied.is_staffs()
            || target.is_none_or(|target| *target == applied.store)
        {
            return Ok(());
        }
        write_backs::want(tx, job.work.order, staffs, applied.store).await?;
        if job.store.failures == 0 && job.store.state != StoreState::NeedsCredentials {
            asks::read_now(tx, &job.store).await?;
        }
        Ok(())
    }
}

/// The store's refusal of a status lies with the write-back, which alone knows when it is settled.
fn is_refusal(conflict: &Conflict, job: &Job) -> bool {
    conflict.what == STATUS && conflict.roapp == job.work.refusal
}

/// What stays listed after a decision: what cannot be written, and what was not listed when it was made.
fn is_left(conflict: &Conflict, keep: Keep, job: &Job) -> bool {
    !job.listed.contains(conflict) || (keep == Keep::Store && is_refused(conflict, job))
}

fn is_refused(conflict: &Conflict, job: &Job) -> bool {
    job.unwritten.refused.iter().any(|(what, _)| *what == conflict.what)
}
