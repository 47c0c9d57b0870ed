//! Complete or flagged (invariant 5): one list call compares totals, statuses and markers of a whole batch; what differs is read,
//! repaired once, and else rests as `incomplete`.

use std::time::Duration;

use crate::{
    db::{
        DbError, applied, hooks,
        orders::{self, OrderState},
        polls, watch, work,
    },
    domain::{
        ids::{StatusId, WorkOrderId},
        money,
        plan::{self, Shortfall},
        remote::{Head, Item},
    },
    sync::{
        account::{Account, observe::Source},
        order::{Order, refused::RefusedLines, steps},
        outcome::{Rest, Stop},
    },
};

impl Order {
    /// Lines that were read to verify what was written show what people changed since, and no list may show that any more: the next
    /// watch looks at them.
    pub(super) async fn look_at_lines_later(&self, account: &Account<'_>, items: &[Item]) -> Result<(), DbError> {
        let Some(work_order) = self.work.work_order else { return Ok(()) };
        for mut linked in watch::linked(&account.engine.pool, account.id, &[work_order]).await? {
            if linked.seen.clone().take_lines(items, &self.work.applied).is_empty() {
                continue;
            }
            linked.seen.lines_due = true;
            let mut tx = account.lease.begin(&account.engine.pool).await?;
            watch::save_seen(&mut tx, account.id, work_order, &linked.seen).await?;
            hooks::look_again(&mut tx, account.id, work_order).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// What RO App made of the texts that were just written to it counts as ours.
    pub(in crate::sync) async fn take_shown(&mut self, account: &Account<'_>, head: &Head) -> Result<(), DbError> {
        if self.work.applied.take_shown(head, &self.wrote) {
            let mut tx = account.lease.begin(&account.engine.pool).await?;
            applied::save(&mut tx, self.work.order, &self.work.applied).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    pub(in crate::sync) async fn verify_one(
        &mut self,
        account: &Account<'_>,
        listed: Option<Head>,
    ) -> Result<(), Stop> {
        let id = steps::work_order(self)?;
        if self.per != account.per() {
            // Found out with another order of the batch: planned anew.
            return Err(Rest::Wait(Duration::ZERO).into());
        }
        let mut head = if let Some(head) = listed {
            head
        } else {
            // Lists may lag behind (contract roapp unknown 8).
            let head = self.read_head(account, id).await?;
            self.take_shown(account, &head).await?;
            account.observe(std::slice::from_ref(&head), Source::Verify).await?;
            head
        };
        if let Some(target) = left_behind(self, &head) {
            // Lists may lag behind.
            head = self.read_head(account, id).await?;
            if left_behind(self, &head).is_some() {
                self.set_status(account, id, target).await?;
                head = self.read_head(account, id).await?;
            }
        }
        if !self.marker.is_in(&head.manager_notes) && self.head.is_none() {
            return self
                .incomplete(account, &format!("the marker {} is missing in the work order's notes", self.marker))
                .await;
        }
        let expected = money::round(self.data.total_sum);
        let mut shortfall = match plan::check(&head, None, &self.work.applied, expected, account.per()) {
            Ok(()) => return self.complete(account).await,
            Err(shortfall) => shortfall,
        };
        if account.discount_per().is_none() {
            self.learn_discount(account, &head).await?;
        }
        if shortfall == Shortfall::ReadLines {
            let items = self.read_lines(account, id).await?;
            let mut outcome = plan::check(&head, Some(&items), &self.work.applied, expected, account.per());
            if matches!(outcome, Err(Shortfall::Total { .. })) {
                // Staff may have changed lines between the two readings.
                head = self.read_head(account, id).await?;
                outcome = plan::check(&head, Some(&items), &self.work.applied, expected, account.per());
            }
            shortfall = match outcome {
                Ok(()) => {
                    self.look_at_lines_later(account, &items).await?;
                    return self.complete(account).await;
                }
                Err(shortfall) => shortfall,
            };
            if let Some(still) = self.repair(account, id, &items).await? {
                shortfall = still;
            } else if !self.work.repaired {
                return self.complete(account).await;
            }
        }
        self.incomplete(account, &shortfall.to_string()).await
    }

    /// Sets wrong lines right, once; what still differs afterwards. `None` when all is right now, or nothing was to be done.
    async fn repair(
        &mut self,
        account: &Account<'_>,
        id: WorkOrderId,
        items: &[Item],
    ) -> Result<Option<Shortfall>, Stop> {
        let mut repair = plan::repair(items, &self.work.applied);
        self.work.applied.in_turn(&mut repair, &self.products);
        if repair.is_empty() || self.work.repaired {
            self.work.repaired = true;
            return Ok(None);
        }
        let mut refused = RefusedLines::default();
        for (nth, step) in repair.iter().enumerate() {
            match self.step(account, step).await {
                Err(Stop::Rest(Rest::Failed(why) | Rest::Refused(why))) => {
                    self.line_stays(account, step, why, &mut refused).await?;
                }
                Err(Stop::Rest(Rest::Unanswered(why, wait))) => {
                    return Err(self.goes_last(account, step, why, wait).await?);
                }
                done => done?,
            }
            // What RO App does not keep is not written over and over, turn by turn.
            if self.count_repair(account) >= self.data.lines.len() {
                break;
            }
            if nth + 1 < repair.len() && self.has_had_its_turn(account) {
                return Err(Rest::GivesWay.into());
            }
        }
        if let Some(rest) = self.rest_of(account, &refused) {
            return Err(rest.into());
        }
        // Only now: an outage in between uses up no repair.
        let mut tx = account.lease.begin(&account.engine.pool).await?;
        work::set_repaired(&mut tx, self.work.order).await?;
        orders::tell(&mut tx, self.work.order, "lines differ from what was written; repaired once").await?;
        tx.commit().await.map_err(DbError::from)?;
        let (head, items) = (self.read_head(account, id).await?, self.read_lines(account, id).await?);
        let expected = money::round(self.data.total_sum);
        Ok(plan::check(&head, Some(&items), &self.work.applied, expected, account.per()).err())
    }

    async fn complete(&mut self, account: &Account<'_>) -> Result<(), Stop> {
        self.forget_turns(account);
        let applied = &mut self.work.applied;
        applied.verify(&self.data);
        let mut tx = account.lease.begin(&account.engine.pool).await?;
        applied::save(&mut tx, self.work.order, applied).await?;
        polls::accepted(&mut tx, self.store.id).await?;
        let synced = work::synced(&mut tx, &self.work).await?;
        if synced {
            orders::tell(&mut tx, self.work.order, "in step: total, status and marker verified").await?;
        }
        self.settle_decision(&mut tx).await?;
        tx.commit().await.map_err(DbError::from)?;
        tracing::info!("in step");
        Ok(())
    }

    async fn incomplete(&self, account: &Account<'_>, reason: &str) -> Result<(), Stop> {
        self.forget_turns(account);
        let mut tx = account.lease.begin(&account.engine.pool).await?;
        if orders::rest(&mut tx, self.work.turn(), OrderState::Incomplete, reason).await? {
            orders::tell(&mut tx, self.work.order, &format!("incomplete: {reason}")).await?;
        }
        tx.commit().await.map_err(DbError::from)?;
        tracing::warn!(reason = self.discreet(reason), "the order is incomplete");
        Ok(())
    }
}

/// The status that a new work order was given and does not show: it has the one that it was made with. Somebody who moved it in
/// the meantime is not overruled.
fn left_behind(order: &Order, head: &Head) -> Option<StatusId> {
    let target = order.work.applied.status?.written?;
    let is_as_made = head.status == order.work.initial_status || order.work.initial_status.is_none();
    let is_new = order.head.is_none() && !order.work.applied.adopted;
    (is_new && is_as_made && head.status != Some(target) && !head.is_closed()).then_some(target)
}
