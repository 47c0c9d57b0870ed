//! What a plan reports besides its steps: conflicts, the pending change, a status that the map does not know; and what becomes of
//! them once a run is verified.

use crate::{
    db::{DbError, history, leases::Tx, notices, reading, work, write_backs},
    domain::{
        notice::{Side, Topic},
        plan::{Conflict, Keep, Part, Plan},
        said::{Said, Value},
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
        let found = Found::of(self, plan);
        if found.is_news(self) || plan.unknown_status {
            let (order, found) = (&*self, &found);
            account.commit("findings.save", |tx| order.keep_found(tx, found, plan.unknown_status)).await?;
            for conflict in &found.new {
                tracing::warn!(
                    what = %conflict.part,
                    "both sides differ; the value in RO App is kept; `order show` has both values"
                );
            }
            if let Some(pending) = &found.pending
                && found.pending != self.work.pending_change
            {
                let reason = self.discreet(pending);
                tracing::warn!(reason, "a change in the store can no longer be written; `order show` has it");
            }
        }
        self.work.pending_change = found.pending;
        self.work.conflicts = found.conflicts;
        self.unwritten = found.unwritten;
        Ok(())
    }

    async fn keep_found(&self, mut tx: Tx, found: &Found, unknown_status: bool) -> Result<(), DbError> {
        let order = self.work.order;
        for part in &found.agreed {
            history::add(&mut tx, order, &Said::new("agreed").with("part", Said::from(part))).await?;
            if *part == Part::Status {
                write_backs::clear_refusal(&mut tx, order).await?;
            }
        }
        for Conflict { part, store, roapp, .. } in &found.new {
            let conflict = Said::new("conflict").with("part", Said::from(part));
            let conflict = conflict.with("store", store.clone()).with("roapp", roapp.clone());
            history::add(&mut tx, order, &conflict).await?;
        }
        for (part, reason) in &found.refused {
            let what = match self.work.asked.keep {
                Some(Keep::RoApp) => Said::new("not-settled"),
                _ => Said::new("not-written").with("part", Said::from(part)),
            };
            history::add(&mut tx, order, &what.with("reason", reason.clone())).await?;
        }
        let kept: Vec<_> = found.conflicts.iter().filter(|conflict| !is_refusal(conflict, self)).cloned().collect();
        work::save_findings(&mut tx, order, found.pending.as_ref(), &kept).await?;
        if unknown_status { self.raise_unknown_status(&mut tx).await } else { Ok(()) }
    }

    async fn raise_unknown_status(&self, tx: &mut sqlx::PgTransaction<'_>) -> Result<(), DbError> {
        let status = self.data.status;
        let what = Said::new("status-not-in-map").with("status", status);
        let topic = Topic::Setting(Side::Shop, format!("status_map.{status}"));
        if notices::raise(tx, self.store.account, Some(self.store.id), &topic, &what).await? {
            tracing::warn!(status = status.get(), "a store status is not in the status map");
        }
        Ok(())
    }

    /// The run was verified: what a person had decided is done and is listed no more, apart from what cannot be written.
    pub(super) async fn finish_decision(&self, tx: &mut sqlx::PgTransaction<'_>) -> Result<(), DbError> {
        let order = self.work.order;
        if let Some(keep) = self.work.asked.keep {
            let pending = &self.unwritten.pending;
            let (left, done): (Vec<_>, Vec<_>) =
                self.work.conflicts.iter().cloned().partition(|conflict| is_left(conflict, keep, self));
            self.take_back_to_the_store(tx, &done).await?;
            let is_done = |conflict: &&Conflict| !is_refused(conflict, self);
            let mut settled: Vec<_> = done.iter().filter(is_done).map(|conflict| Said::from(&conflict.part)).collect();
            if self.work.pending_change.is_some() && pending.is_none() {
                settled.push(Said::new("pending-change"));
            }
            if !settled.is_empty() {
                let what = match keep {
                    Keep::Store => Said::new("settled-store"),
                    Keep::RoApp => Said::new("settled-roapp"),
                };
                history::add(tx, order, &what.with("parts", settled.into_iter().collect::<Value>())).await?;
            }
            if let (Keep::Store, Some(pending)) = (keep, pending) {
                history::add(tx, order, &Said::new("still-pending").with("reason", pending.clone())).await?;
            }
            // What staff set and the store is still to have is none of what was listed, or is what RO App keeps.
            if done.iter().any(|conflict| conflict.part == Part::Status) {
                write_backs::drop_refusal(tx, order, self.work.refusal.as_ref()).await?;
            }
            let kept: Vec<_> = left.iter().filter(|conflict| !is_refusal(conflict, self)).cloned().collect();
            work::save_findings(tx, order, pending.as_ref(), &kept).await?;
        }
        Ok(())
    }

    /// A status of staff's that the store had overruled was set back: it goes to the store like any that staff set.
    async fn take_back_to_the_store(&self, tx: &mut sqlx::PgTransaction<'_>, done: &[Conflict]) -> Result<(), DbError> {
        let row =
            done.iter().find(|conflict| conflict.part == Part::Status && self.work.asked.keep == Some(Keep::RoApp));
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
            reading::begin_now(tx, &self.store).await?;
        }
        Ok(())
    }
}

/// What a plan found beside its steps, and what is listed after it.
struct Found {
    /// Conflicts that are listed from now on for the first time, or with other values.
    new: Vec<Conflict>,
    /// What was listed and is the same on both sides now.
    agreed: Vec<Part>,
    /// What is not written as a person decided, and was not told yet.
    refused: Vec<(Part, Said)>,
    /// The pending change that is listed.
    pending: Option<Said>,
    /// All that is listed.
    conflicts: Vec<Conflict>,
    unwritten: Unwritten,
}

impl Found {
    fn of(order: &Order, plan: &Plan) -> Self {
        let work = &order.work;
        let unwritten = Unwritten { pending: plan.pending.clone(), refused: plan.refused.clone() };
        let is_decided = work.asked.keep.is_some() && unwritten.pending.is_none();
        let pending = if is_decided { work.pending_change.clone() } else { unwritten.pending.clone() };
        let refused = if unwritten.refused == order.unwritten.refused { Vec::new() } else { unwritten.refused.clone() };
        let is_new = |conflict: &&Conflict| !work.conflicts.contains(conflict);
        let new: Vec<_> = plan.conflicts.iter().filter(is_new).cloned().collect();
        let listed = work.conflicts.iter().map(|old| old.part.clone());
        let agreed: Vec<_> = listed.filter(|part| plan.agreed.contains(part)).collect();
        let stays = |old: &&Conflict| !agreed.contains(&old.part) && new.iter().all(|new| new.part != old.part);
        let conflicts = work.conflicts.iter().filter(stays).chain(&new).cloned().collect();
        Self { new, agreed, refused, pending, conflicts, unwritten }
    }

    fn is_news(&self, order: &Order) -> bool {
        let is_same = self.new.is_empty() && self.agreed.is_empty() && self.refused.is_empty();
        !is_same || self.pending != order.work.pending_change
    }
}

/// The store's refusal of a status lies with the write-back, which alone knows when it is settled.
fn is_refusal(conflict: &Conflict, order: &Order) -> bool {
    conflict.part == Part::Status
        && matches!(&conflict.roapp, Value::Said(said) if Some(said) == order.work.refusal.as_ref())
}

/// What stays listed after a decision: what cannot be written, and what was not listed when it was made.
fn is_left(conflict: &Conflict, keep: Keep, order: &Order) -> bool {
    !order.listed.contains(conflict) || (keep == Keep::Store && is_refused(conflict, order))
}

fn is_refused(conflict: &Conflict, order: &Order) -> bool {
    order.unwritten.refused.iter().any(|(part, _)| *part == conflict.part)
}
