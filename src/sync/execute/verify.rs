//! Complete or flagged (invariant 5): one list call compares totals, statuses and markers of a whole batch; what differs is read,
//! repaired once, and else rests as `incomplete`.

use std::{collections::BTreeMap, time::Duration};

use chrono::{DateTime, Utc};
use tracing::Instrument;

use super::{
    Writer,
    job::Job,
    observe::Source,
    refused::RefusedLines,
    removed,
    rest::{Halt, Rest, Stop},
    searched_from, steps,
};
use crate::{
    db::{
        DbError, applied, notices,
        orders::{self, OrderState},
        polls, work, work_orders,
    },
    domain::{
        ids::{StatusId, WorkOrderId},
        money,
        plan::{self, Shortfall},
        remote::{Head, Item},
    },
    lifecycle::{Panicked, contain},
};

impl Writer<'_> {
    /// Compares what was written since `began` with what RO App shows; false when there was nothing to compare.
    pub(super) async fn verify(&mut self, mut jobs: Vec<Job>, began: DateTime<Utc>) -> Result<bool, Halt> {
        if jobs.is_empty() {
            return Ok(false);
        }
        let wanted: Vec<_> = jobs.iter().filter_map(|job| job.work.work_order).collect();
        let roapp = self.roapp()?;
        let heads = roapp.orders_lately_modified(searched_from(began), &wanted).await.map_err(Halt::of)?;
        self.note_markers(&heads, false).await?;
        let ours: Vec<_> = heads.iter().filter(|head| wanted.contains(&head.id)).cloned().collect();
        for job in &mut jobs {
            if let Some(head) = ours.iter().find(|head| Some(head.id) == job.work.work_order) {
                self.take_shown(job, head).await?;
            }
        }
        self.observe(&ours, Source::Verify).await?;
        let mut heads: BTreeMap<_, _> = heads.into_iter().map(|head| (head.id, head)).collect();
        for mut job in jobs {
            let span = job.span();
            let head = job.work.work_order.and_then(|id| heads.remove(&id));
            match contain(self.verify_one(&mut job, head).instrument(span.clone())).await {
                Ok(Ok(())) => {}
                Ok(Err(Stop::Halt(halt))) => return Err(halt),
                Ok(Err(Stop::Rest(rest))) => self.rest(&job, rest).instrument(span).await?,
                Err(Panicked) => self.give_up(job.work.turn(), Panicked.to_string()).await?,
            }
        }
        Ok(true)
    }

    /// What RO App made of the texts that were just written to it counts as ours.
    async fn take_shown(&self, job: &mut Job, head: &Head) -> Result<(), DbError> {
        if job.work.applied.take_shown(head, &job.wrote) {
            let mut tx = self.lease.begin(&self.engine.pool).await?;
            applied::save(&mut tx, job.work.order, &job.work.applied).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn verify_one(&mut self, job: &mut Job, listed: Option<Head>) -> Result<(), Stop> {
        let id = steps::work_order(job)?;
        if job.per != self.per {
            // Found out with another order of the batch: planned anew.
            return Err(Rest::Wait(Duration::ZERO).into());
        }
        let mut head = if let Some(head) = listed {
            head
        } else {
            // Lists may lag behind (contract roapp unknown 8).
            let head = self.read_head(job, id).await?;
            self.take_shown(job, &head).await?;
            self.observe(std::slice::from_ref(&head), Source::Verify).await?;
            head
        };
        if let Some(target) = left_behind(job, &head) {
            // Lists may lag behind.
            head = self.read_head(job, id).await?;
            if left_behind(job, &head).is_some() {
                self.set_status(job, id, target).await?;
                head = self.read_head(job, id).await?;
            }
        }
        if !job.marker.is_in(&head.manager_notes) && job.head.is_none() {
            return self
                .incomplete(job, &format!("the marker {} is missing in the work order's notes", job.marker))
                .await;
        }
        let expected = money::round(job.order.total_sum);
        let mut shortfall = match plan::check(&head, None, &job.work.applied, expected, self.per) {
            Ok(()) => return self.complete(job).await,
            Err(shortfall) => shortfall,
        };
        if self.account.discount_per.is_none() {
            self.learn_discount(job, &head).await?;
        }
        if shortfall == Shortfall::ReadLines {
            let items = self.read_lines(id).await?;
            let mut outcome = plan::check(&head, Some(&items), &job.work.applied, expected, self.per);
            if matches!(outcome, Err(Shortfall::Total { .. })) {
                // Staff may have changed lines between the two readings.
                head = self.read_head(job, id).await?;
                outcome = plan::check(&head, Some(&items), &job.work.applied, expected, self.per);
            }
            shortfall = match outcome {
                Ok(()) => {
                    self.look_at_lines_later(job, &items).await?;
                    return self.complete(job).await;
                }
                Err(shortfall) => shortfall,
            };
            if let Some(still) = self.repair(job, id, &items).await? {
                shortfall = still;
            } else if !job.work.repaired {
                return self.complete(job).await;
            }
        }
        self.incomplete(job, &shortfall.to_string()).await
    }

    /// Sets wrong lines right, once; what still differs afterwards. `None` when all is right now, or nothing was to be done.
    async fn repair(&mut self, job: &mut Job, id: WorkOrderId, items: &[Item]) -> Result<Option<Shortfall>, Stop> {
        let mut repair = plan::repair(items, &job.work.applied);
        job.work.applied.in_turn(&mut repair, &job.products);
        if repair.is_empty() || job.work.repaired {
            job.work.repaired = true;
            return Ok(None);
        }
        let mut refused = RefusedLines::default();
        for (nth, step) in repair.iter().enumerate() {
            match self.step(job, step).await {
                Err(Stop::Rest(Rest::Failed(why) | Rest::Refused(why))) => {
                    self.line_stays(job, step, why, &mut refused).await?;
                }
                Err(Stop::Rest(Rest::Unanswered(why, wait))) => {
                    return Err(self.goes_last(job, step, why, wait).await?);
                }
                done => done?,
            }
            // What RO App does not keep is not written over and over, turn by turn.
            if self.count_repair(job) >= job.order.lines.len() {
                break;
            }
            if nth + 1 < repair.len() && self.has_had_its_turn(job) {
                return Err(Rest::GivesWay.into());
            }
        }
        if let Some(rest) = self.rest_of(job, &refused) {
            return Err(rest.into());
        }
        // Only now: an outage in between uses up no repair.
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        work::set_repaired(&mut tx, job.work.order).await?;
        orders::tell(&mut tx, job.work.order, "lines differ from what was written; repaired once").await?;
        tx.commit().await.map_err(DbError::from)?;
        let (head, items) = (self.read_head(job, id).await?, self.read_lines(id).await?);
        let expected = money::round(job.order.total_sum);
        Ok(plan::check(&head, Some(&items), &job.work.applied, expected, self.per).err())
    }

    async fn complete(&mut self, job: &mut Job) -> Result<(), Stop> {
        self.forget_turns(job);
        let applied = &mut job.work.applied;
        applied.verify(&job.order);
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        applied::save(&mut tx, job.work.order, applied).await?;
        polls::accepted(&mut tx, job.store.id).await?;
        let synced = work::synced(&mut tx, &job.work).await?;
        if synced {
            orders::tell(&mut tx, job.work.order, "in step: total, status and marker verified").await?;
        }
        self.settle_decision(&mut tx, job).await?;
        tx.commit().await.map_err(DbError::from)?;
        tracing::info!("in step");
        Ok(())
    }

    async fn incomplete(&mut self, job: &Job, reason: &str) -> Result<(), Stop> {
        self.forget_turns(job);
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        if orders::rest(&mut tx, job.work.turn(), OrderState::Incomplete, reason).await? {
            orders::tell(&mut tx, job.work.order, &format!("incomplete: {reason}")).await?;
        }
        tx.commit().await.map_err(DbError::from)?;
        tracing::warn!(reason = job.discreet(reason), "the order is incomplete");
        Ok(())
    }

    /// The head of a work order. One that RO App does not have is looked for again before it counts as deleted.
    pub(super) async fn read_head(&mut self, job: &Job, id: WorkOrderId) -> Result<Head, Stop> {
        match self.roapp()?.order(id).await {
            Ok(Some(head)) => {
                if job.work.is_missing {
                    let mut tx = self.lease.begin(&self.engine.pool).await?;
                    work_orders::found(&mut tx, self.account.id, id).await?;
                    notices::clear(&mut tx, self.account.id, Some(job.store.id), removed::TOPIC).await?;
                    tx.commit().await.map_err(DbError::from)?;
                }
                Ok(head)
            }
            Ok(None) => {
                let wait = self.engine.settings.roapp.recovery_wait;
                let mut tx = self.lease.begin(&self.engine.pool).await?;
                let is_removed = work_orders::missing(&mut tx, self.account.id, id, wait).await?;
                tx.commit().await.map_err(DbError::from)?;
                if is_removed && self.is_removal_believed(job.store.id, id).await? {
                    return Err(Rest::Removed.into());
                }
                if is_removed {
                    return Err(Rest::Wait(wait * removed::NOT_BELIEVED).into());
                }
                Err(Rest::Trouble(format!("RO App does not have work order {id}; it is looked for again"), wait).into())
            }
            Err(error) => Err(self.stop_for(error, Duration::ZERO).await),
        }
    }

    async fn read_lines(&mut self, id: WorkOrderId) -> Result<Vec<Item>, Stop> {
        match self.roapp()?.items(id).await {
            Ok(items) => Ok(items),
            Err(error) => Err(self.stop_for(error, Duration::ZERO).await),
        }
    }
}

/// The status that a new work order was given and does not show: it has the one that it was made with. Somebody who moved it in
/// the meantime is not overruled.
fn left_behind(job: &Job, head: &Head) -> Option<StatusId> {
    let target = job.work.applied.status?.written?;
    let is_as_made = head.status == job.work.initial_status || job.work.initial_status.is_none();
    let is_new = job.head.is_none() && !job.work.applied.adopted;
    (is_new && is_as_made && head.status != Some(target) && !head.is_closed()).then_some(target)
}
