//! What a plan says beside its steps: conflicts, the pending change, a status that the map does not know; and what becomes of
//! them once a run is verified.

use crate::{
    check::{Side, topic},
    db::{DbError, asks, notices, orders, resolve, work, write_backs},
    domain::{
        plan::{Conflict, Keep, Plan, STATUS},
        store::StoreState,
    },
    sync::{
        account::Account,
        order::{Order, Unwritten},
    },
};

impl Order {
    /// Lists conflicts and the pending change with the order, each once, and an unknown status with the store. What both sides
    /// agree on is listed no more. What a person has decided about stays listed until it is verified.
    pub(super) async fn save_findings(&mut self, account: &Account<'_>, plan: &Plan) -> Result<(), DbError> {
        let decided = self.work.resolve.is_some();
        let unwritten = Unwritten { pending: plan.pending.clone().unwrap_or_default(), refused: plan.refused.clone() };
        let pending =
            if decided && unwritten.pending.is_empty() { &self.work.pending_change } else { &unwritten.pending };
        let is_news = unwritten.refused != self.unwritten.refused && !unwritten.refused.is_empty();
        let new: Vec<_> =
            plan.conflicts.iter().filter(|conflict| !self.work.conflicts.contains(conflict)).cloned().collect();
        let agreed: Vec<_> = self.work.conflicts.iter().map(|old| old.what.clone()).collect();
        let agreed: Vec<_> = agreed.into_iter().filter(|what| plan.agreed.contains(what)).collect();
        let same = new.is_empty() && agreed.is_empty() && *pending == self.work.pending_change;
        if same && !is_news && !plan.unknown_status {
            self.unwritten = unwritten;
            return Ok(());
        }
        let pending = pending.clone();
        let order = self.work.order;
        let mut tx = account.lease.begin(&account.engine.pool).await?;
        for what in &agreed {
            orders::tell(&mut tx, order, &format!("no conflict any more: {what} is the same on both sides")).await?;
            self.work.conflicts.retain(|old| old.what != *what);
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
            self.work.conflicts.retain(|old| old.what != conflict.what);
            self.work.conflicts.push(conflict);
        }
        for (what, reason) in unwritten.refused.iter().filter(|_| is_news) {
            let text = match self.work.resolve {
                Some(Keep::RoApp) => reason.clone(),
                _ => format!("{what} is not written as the store has it: {reason}"),
            };
            orders::tell(&mut tx, order, &text).await?;
        }
        let kept: Vec<_> = self.work.conflicts.iter().filter(|conflict| !is_refusal(conflict, self)).cloned().collect();
        work::save_findings(&mut tx, order, &pending, &kept).await?;
        if !pending.is_empty() && pending != self.work.pending_change {
            let reason = self.discreet(&pending);
            tracing::warn!(reason, "a change in the store is not written any more; `order show` has it");
        }
        self.work.pending_change = pending;
        self.unwritten = unwritten;
        if plan.unknown_status {
            let status = self.data.status;
            let text = format!(
                "store status {status} is not in the status map: work orders keep the status they have; add it with `store edit`"
            );
            let topic = topic(Side::Shop, &format!("status_map.{status}"));
            if notices::raise(&mut tx, self.store.account, Some(self.store.id), &topic, &text).await? {
                tracing::warn!(status = status.get(), "a store status is not in the status map");
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// The run was verified: what a person had decided is done and is listed no more, apart from what cannot be written.
    pub(super) async fn settle_decision(&mut self, tx: &mut sqlx::PgTransaction<'_>) -> Result<(), DbError> {
        let order = self.work.order;
        if let Some(keep) = self.work.resolve {
            let pending = &self.unwritten.pending;
            let (left, done): (Vec<_>, Vec<_>) =
                self.work.conflicts.iter().cloned().partition(|conflict| is_left(conflict, keep, self));
            self.take_back_to_the_store(tx, &done).await?;
            let is_done = |conflict: &&Conflict| !is_refused(conflict, self);
            let mut settled: Vec<_> = done.iter().filter(is_done).map(|conflict| conflict.what.clone()).collect();
            if !self.work.pending_change.is_empty() && pending.is_empty() {
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
                write_backs::settle_refusal(tx, order, &self.work.refusal).await?;
            }
            let kept: Vec<_> = left.iter().filter(|conflict| !is_refusal(conflict, self)).cloned().collect();
            work::save_findings(tx, order, pending, &kept).await?;
            self.work.conflicts = left;
        }
        resolve::settled(tx, order, self.work.resolve).await
    }

    /// A status of staff's that the store had overruled was set back: it goes to the store like any that staff set.
    async fn take_back_to_the_store(&self, tx: &mut sqlx::PgTransaction<'_>, done: &[Conflict]) -> Result<(), DbError> {
        let row = done.iter().find(|conflict| conflict.what == STATUS && self.work.resolve == Some(Keep::RoApp));
        let (Some(staffs), Some(applied)) = (row.and_then(|row| row.overruled), self.work.applied.status) else {
            return Ok(());
        };
        let target = self.store.settings.write_back.get(&staffs);
        if applied.written != Some(staffs)
            || !applied.is_staffs()
            || target.is_none_or(|target| *target == applied.store)
        {
            return Ok(());
        }
        write_backs::want(tx, self.work.order, staffs, applied.store).await?;
        if self.store.failures == 0 && self.store.state != StoreState::NeedsCredentials {
            asks::read_now(tx, &self.store).await?;
        }
        Ok(())
    }
}

/// The store's refusal of a status lies with the write-back, which alone knows when it is settled.
fn is_refusal(conflict: &Conflict, order: &Order) -> bool {
    conflict.what == STATUS && conflict.roapp == order.work.refusal
}

/// What stays listed after a decision: what cannot be written, and what was not listed when it was made.
fn is_left(conflict: &Conflict, keep: Keep, order: &Order) -> bool {
    !order.listed.contains(conflict) || (keep == Keep::Store && is_refused(conflict, order))
}

fn is_refused(conflict: &Conflict, order: &Order) -> bool {
    order.unwritten.refused.iter().any(|(what, _)| *what == conflict.what)
}
