//! The work order itself: made once, linked, and the store's first one read back.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

use super::{
    Writer,
    adopt::OVERLAP,
    job::Job,
    made_since, plain,
    rest::{Rest, Stop},
};
use crate::{
    db::{
        DbError, applied,
        journal::{self, Outcome, Sign},
        orders, polls, removals, watch, work, work_orders,
    },
    domain::{
        ids::{EmployeeId, EntryId, PersonId, StatusId, WorkOrderId},
        managers,
        plan::{AppliedHead, HeadChange, Step},
        scope,
        store::Managers,
    },
    http::Verdict,
    roapp::{NewOrder, RoAppError},
};

impl Writer<'_> {
    /// A second copy of this program may have made the order's work order a moment ago: the last look before it is made. Who
    /// was looked for by phone a moment ago, in vain, and made, cannot have any; who has none was not looked for, and each
    /// copy makes a person of its own.
    async fn look_before_making(&mut self, job: &mut Job, client: PersonId) -> Result<(), Stop> {
        let heads = match (job.made_person, job.phones.first()) {
            (true, Some(_)) => return Ok(()),
            (_, None) => self.roapp()?.orders_modified_since(self.account.read_up_to - OVERLAP).await,
            (false, Some(_)) => {
                // Before a backup was restored it may have been made at any time since it was placed.
                let placed_at = scope::to_utc(job.order.placed_at, job.store.settings.time_zone);
                self.roapp()?.orders_of_client(client, made_since(placed_at.min(self.engine.clock.now()))).await
            }
        };
        let heads = match heads {
            Ok(heads) => heads,
            Err(error) => return Err(self.stop_for(error, Duration::ZERO).await),
        };
        let stopped = self.note_markers(&heads, false).await?;
        // One that was deleted and is to be made again may still be listed.
        let former = removals::former(&self.engine.pool, job.work.order).await?;
        let there = heads.iter().filter(|head| job.marker.is_in(&head.manager_notes) && !former.contains(&head.id));
        let there: Vec<_> = there.map(|head| head.id).collect();
        let Some(first) = there.first() else {
            return if stopped { Err(Rest::Wait(Duration::ZERO).into()) } else { Ok(()) };
        };
        self.note_found(job, &there).await?;
        self.judge_claims(job).await?;
        if job.work.work_order.is_some() {
            return Err(Rest::Wait(Duration::ZERO).into());
        }
        let reason = format!("RO App lists work order {first} with this order's marker already");
        Err(Rest::Trouble(reason, Duration::ZERO).into())
    }

    pub(super) async fn create(&mut self, job: &mut Job, step: &Step, head: &AppliedHead) -> Result<(), Stop> {
        let Some(client) = job.person else {
            return Err(Rest::Trouble("the buyer's person is not known".into(), Duration::ZERO).into());
        };
        self.look_before_making(job, client).await?;
        let settings = job.store.settings.clone();
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        if let Managers::Selected(selected) = &settings.managers {
            job.work.manager = choose_manager(&mut tx, job, selected).await?;
        }
        tx.commit().await?;
        let due = settings.due_in_days.map(|days| self.engine.clock.now() + chrono::Duration::days(days.into()));
        let buyer = Some(job.order.buyer.clone());
        let place = Some((settings.location_id, settings.order_type_id));
        let mut heads = VecDeque::from(plain::heads(job, head));
        let mut refused = None;
        let (made, entry, sent) = loop {
            let Some(head) = heads.pop_front() else {
                return Err(refused.unwrap_or_else(|| Rest::Wait(Duration::ZERO).into()));
            };
            let sign = Sign::WorkOrder { client, buyer: buyer.clone(), place, head: head.clone() };
            let entry = self.journal(job, &job.work.number.to_string(), &sign).await?;
            let new = NewOrder {
                location: settings.location_id,
                order_type: settings.order_type_id,
                client,
                manager: job.work.manager,
                campaign: settings.ad_campaign_id,
                malfunction: head.malfunction.clone(),
                manager_notes: head.manager_notes.clone(),
                estimated_price: job.order.total_sum,
                due_date: due,
                custom_fields: head.custom_fields.clone(),
            };
            match self.roapp()?.create_order(&new).await {
                Ok(made) => break (made.0, entry, head),
                // Looked into once; then it may be a text of the order.
                Err(RoAppError::Refused { .. }) if refused.is_some() => self.settle(entry, Outcome::Refused).await?,
                Err(error) if error.verdict() == Verdict::Never => {
                    let is_of_data = matches!(error, RoAppError::Refused { .. });
                    match self.order_refused(job, entry, error).await? {
                        end @ Stop::Rest(Rest::Refused(_)) if is_of_data => refused = Some(end),
                        end => return Err(end),
                    }
                }
                Err(error) => return Err(self.create_failed(entry, error).await),
            }
        };
        let Some(made) = made else { return Err(self.without_id(entry).await) };
        job.work.applied.buyer = buyer;
        let is_whole = sent == *head;
        job.wrote.add(&HeadChange::from(&sent));
        let sent = Step::Create(sent);
        self.created(job, if is_whole { step } else { &sent }, entry, made.id, "work order made").await?;
        job.again = !is_whole;
        if let Some(initial) = made.status {
            self.made_with(job, initial).await?;
        }
        if made.status.is_none() || !job.store.marker_read_back {
            self.read_back(job, made.id).await?;
        }
        Ok(())
    }

    /// Links a new work order, and notes what was written.
    pub(super) async fn created(
        &self,
        job: &mut Job,
        step: &Step,
        entry: EntryId,
        id: WorkOrderId,
        what: &str,
    ) -> Result<(), Stop> {
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        journal::settle(&mut tx, entry, Outcome::Done(Some(id.get()))).await?;
        if !work_orders::link(&mut tx, self.account.id, (job.store.id, job.work.number), id, what).await? {
            // The entry stays open, so that nothing is made until a person has looked.
            let reason = format!(
                "RO App's work order {id} carries this order's marker, but one of the two is linked to another already"
            );
            return Err(Rest::Held(reason).into());
        }
        job.work.applied.record(step, None);
        job.work.applied.paid = job.order.payment.paid;
        job.work.work_order = Some(id);
        job.items = Some(Vec::new());
        job.read_at = Instant::now();
        applied::save(&mut tx, job.work.order, &job.work.applied).await?;
        work::progressed(&mut tx, job.work.order).await?;
        orders::tell(&mut tx, job.work.order, &format!("{what}: {id}")).await?;
        tx.commit().await?;
        job.work.tries = 0;
        tracing::Span::current().record("work_order", id.get());
        tracing::info!("{what}");
        Ok(())
    }

    /// A refused work order: perhaps its client is gone, which is looked for anew, or its manager became inactive, and the next
    /// one takes it; else the store's settings or form.
    pub(super) async fn order_refused(
        &mut self,
        job: &mut Job,
        entry: EntryId,
        error: RoAppError,
    ) -> Result<Stop, Stop> {
        self.settle(entry, Outcome::Refused).await?;
        if let Some(client) = job.person
            && let Ok(None) = self.roapp()?.person(client).await
        {
            self.forget_person(client).await?;
            return Ok(Rest::Trouble(error.to_string(), Duration::ZERO).into());
        }
        if self.passes_over(job).await? {
            return Ok(Rest::Wait(Duration::ZERO).into());
        }
        Ok(Rest::Refused(error.to_string()).into())
    }

    /// Notes the status that the order type gave the new work order: staff may have changed the type's since the last one.
    async fn made_with(&self, job: &mut Job, initial: StatusId) -> Result<(), Stop> {
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        watch::made_with(&mut tx, (job.store.id, job.work.number), initial).await?;
        tx.commit().await?;
        job.work.initial_status = Some(initial);
        Ok(())
    }

    /// A work order whose answer does not show its status is read back, and so is the first one of a store: without its
    /// marker nothing could be found again.
    async fn read_back(&mut self, job: &mut Job, id: WorkOrderId) -> Result<(), Stop> {
        let head = self.read_head(job, id).await?;
        if let Some(initial) = head.status.filter(|_| job.work.initial_status.is_none()) {
            self.made_with(job, initial).await?;
        }
        if job.store.marker_read_back {
            return Ok(());
        }
        if !job.marker.is_in(&head.manager_notes) {
            let reason = format!(
                "work order {id} was made, but RO App does not show the marker {} in its notes; without it an order could be \
                 made twice, so that nothing more is created. Look at the manager notes of the work order, then `store resume`",
                job.marker
            );
            return Err(Rest::NoMarker(reason).into());
        }
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        polls::read_back(&mut tx, job.store.id).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The manager of the work order to be made: whoever was chosen before a call without an answer, else the next. It is kept.
async fn choose_manager(
    tx: &mut sqlx::PgTransaction<'_>,
    job: &Job,
    selected: &[EmployeeId],
) -> Result<Option<EmployeeId>, DbError> {
    let inactive = polls::inactive_managers(tx, job.store.id).await?;
    if let Some(kept) = managers::kept(job.work.manager, &inactive) {
        return Ok(Some(kept));
    }
    let next = managers::next(selected, &inactive, polls::next_turn(tx, job.store.id).await?);
    if let Some(manager) = next {
        work::set_manager(tx, job.work.order, manager).await?;
    }
    Ok(next)
}
