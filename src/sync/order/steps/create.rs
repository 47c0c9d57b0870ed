//! The work order itself: created once, linked, and read back for the store's first one.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

use crate::{
    db::{
        DbError, applied, history,
        journal::{self, Settled, Sign},
        leases::Tx,
        mapping,
        orders::OrderState,
        polls, removals,
        stores::{self, Store},
        transitions, watch, work, work_orders,
    },
    domain::{
        ids::{EmployeeId, EntryId, PersonId, StatusId, WorkOrderId},
        managers,
        notice::Plain,
        plan::{AppliedHead, HeadChange, Setback, Step},
        said::Said,
        store::Managers,
    },
    http::Verdict,
    roapp::{NewOrder, RoAppError},
    sync::{
        account::{Account, options::inactive},
        order::{Order, steps::plain},
        outcome::{Also, Halt, Outcome, Parked, Run},
    },
};

impl Order {
    /// A second copy of this program may have made the order's work order a moment ago: the last look before it is made.
    async fn confirm_not_made_elsewhere(&mut self, account: &Account<'_>, client: PersonId) -> Run {
        let mut there = account.carriers(&self.store, &self.marker, (client, self.placed_at)).await?;
        if there.is_empty() {
            return Ok(());
        }
        // One that was deleted and is to be made again may still be listed.
        let former = removals::former(&account.engine.pool, self.work.order).await?;
        there.retain(|id| !former.contains(id));
        let Some(first) = there.first() else { return Ok(()) };
        self.note_found(account, &there).await?;
        self.judge_claims(account).await?;
        if self.work.work_order.is_some() {
            return Err(Outcome::anew());
        }
        let reason = Said::new("listed-already").with("work_order", *first);
        Err(Outcome::trouble(reason, Duration::ZERO))
    }

    /// The store as it is now: another order may have paused it meanwhile.
    pub(in crate::sync::order) async fn worked_store(&self, account: &Account<'_>) -> Run<Store> {
        let now = stores::get(&account.engine.pool, self.store.id).await?;
        now.filter(|store| store.state.is_worked()).ok_or_else(Outcome::anew)
    }

    pub(in crate::sync::order) async fn create(
        &mut self,
        account: &Account<'_>,
        step: &Step,
        head: &AppliedHead,
    ) -> Run {
        let Some(client) = self.person else {
            return Err(Outcome::trouble(Said::new("person-unknown"), Duration::ZERO));
        };
        self.confirm_not_made_elsewhere(account, client).await?;
        let _being_made = account.begin_making((self.store.id, self.work.number));
        self.worked_store(account).await?;
        let settings = self.store.settings.clone();
        if let Managers::Selected(selected) = &settings.managers {
            let order = &*self;
            self.work.manager =
                account.commit("create.choose_manager", |tx| choose_manager(tx, order, selected)).await?;
        }
        let due = settings.due_in_days.map(|days| account.engine.clock.now() + chrono::Duration::days(days.into()));
        let buyer = Some(self.data.buyer.clone());
        let place = Some((settings.location_id, settings.order_type_id));
        let mut heads = VecDeque::from(plain::heads(self, head));
        let mut refused = None;
        let (made, entry, sent) = loop {
            let Some(head) = heads.pop_front() else {
                return Err(refused.unwrap_or_else(Outcome::anew));
            };
            let sign = Sign::WorkOrder { client, buyer: buyer.clone(), place, head: head.clone() };
            let entry = self.journal(account, &self.work.number.to_string(), &sign).await?;
            let new = NewOrder {
                location: settings.location_id,
                order_type: settings.order_type_id,
                client,
                manager: self.work.manager,
                campaign: settings.ad_campaign_id,
                malfunction: head.malfunction.clone(),
                manager_notes: head.manager_notes.clone(),
                estimated_price: self.data.total_sum,
                due_date: due,
                custom_fields: head.custom_fields.clone(),
            };
            match account.roapp()?.create_order(&new).await {
                Ok(made) => break (made.0, entry, head),
                // Looked into once; then it may be a text of the order.
                Err(RoAppError::Refused { .. }) if refused.is_some() => account.settle(entry, Settled::Refused).await?,
                Err(error) if error.verdict() == Verdict::Never => {
                    let is_of_data = matches!(error, RoAppError::Refused { .. });
                    let outcome = self.order_refused(account, entry, error).await?;
                    if !is_of_data || outcome.setback() != Some(Setback::Refused) {
                        return Err(outcome);
                    }
                    refused = Some(outcome);
                }
                Err(error) => return Err(account.create_failed(entry, error).await),
            }
        };
        let Some(made) = made else { return Err(account.without_id(entry).await) };
        self.work.applied.buyer = buyer;
        let is_whole = sent == *head;
        self.wrote.add(&HeadChange::from(&sent));
        let sent = Step::Create(sent);
        self.created(
            account,
            if is_whole { step } else { &sent },
            entry,
            made.id,
            &Said::new("work-order-made").with("work_order", made.id),
        )
        .await?;
        tracing::info!("work order created");
        self.again |= !is_whole;
        if let Some(initial) = made.status {
            self.made_with(account, initial).await?;
        }
        let is_known = made.status.is_some() || account.initial_status_of(settings.order_type_id).is_some();
        if !is_known || !self.store.marker_read_back {
            self.read_back(account, made.id).await?;
        }
        Ok(())
    }

    /// Links a new work order, and notes what was written.
    pub(in crate::sync::order) async fn created(
        &mut self,
        account: &Account<'_>,
        step: &Step,
        entry: EntryId,
        id: WorkOrderId,
        what: &Said,
    ) -> Run {
        let mut applied = self.work.applied.clone();
        applied.record(step, None);
        applied.paid = self.data.payment.paid;
        let (order, key, now) = (self.work.order, (self.store.id, self.work.number), &applied);
        let link = |mut tx: Tx| async move {
            if !work_orders::link(&mut tx, account.id, key, id).await? {
                return Ok(false);
            }
            journal::settle(&mut tx, entry, Settled::Done(Some(id.get()))).await?;
            applied::save(&mut tx, order, now).await?;
            transitions::progress(&mut tx, order).await?;
            history::add(&mut tx, order, what).await?;
            Ok(true)
        };
        if !account.commit("create.created", link).await? {
            // The entry stays open, so that nothing is made until a person has looked.
            return Err(Outcome::held(Said::new("work-order-linked-elsewhere").with("work_order", id)));
        }
        (self.work.applied, self.work.work_order, self.work.tries) = (applied, Some(id), 0);
        (self.items, self.read_at) = (Some(Vec::new()), Instant::now());
        tracing::Span::current().record("work_order", id.get());
        Ok(())
    }

    /// A refused work order: perhaps its client is gone, which is looked for anew, or its manager became inactive, and the next
    /// one takes it; else the store's settings or form.
    pub(in crate::sync::order) async fn order_refused(
        &mut self,
        account: &Account<'_>,
        entry: EntryId,
        error: RoAppError,
    ) -> Run<Outcome> {
        account.settle(entry, Settled::Refused).await?;
        if let Some(client) = self.person
            && let Ok(None) = account.roapp()?.person(client).await
        {
            account.forget_person(client).await?;
            return Ok(Outcome::trouble(&error, Duration::ZERO));
        }
        if self.passes_over(account).await? {
            return Ok(Outcome::anew());
        }
        Ok(Outcome::refused(&error))
    }

    /// Notes the status that the order type gave the new work order: staff may have changed the type's since the last one.
    pub(in crate::sync::order) async fn made_with(&mut self, account: &Account<'_>, initial: StatusId) -> Run {
        let order = &*self;
        account
            .commit("create.made_with", |mut tx| async move {
                watch::made_with(&mut tx, (order.store.id, order.work.number), initial).await
            })
            .await?;
        self.work.initial_status = Some(initial);
        Ok(())
    }

    /// A work order whose answer does not show its status is read back, and so is the first one of a store: without its
    /// marker nothing could be found again.
    async fn read_back(&mut self, account: &Account<'_>, id: WorkOrderId) -> Run {
        let head = self.read_head(account, id).await?;
        if let Some(initial) = head.status.filter(|_| self.work.initial_status.is_none()) {
            account.learn_initial_status(self.store.settings.order_type_id, initial);
            self.made_with(account, initial).await?;
        }
        if self.store.marker_read_back {
            return Ok(());
        }
        if !self.marker.is_in(&head.manager_notes) {
            let reason = Said::new("marker-not-shown").with("work_order", id).with("marker", self.marker.to_string());
            return Err(Outcome::Parked(Parked { state: OrderState::Held, reason, also: Also::Pause(Plain::Marker) }));
        }
        let order = &*self;
        account
            .commit("create.read_back", |mut tx| async move { polls::read_back(&mut tx, order.store.id).await })
            .await?;
        Ok(())
    }

    /// RO App refused a work order: true when its manager became inactive since RO App's employees were last read, and another
    /// can take it.
    pub(in crate::sync::order) async fn passes_over(&self, account: &Account<'_>) -> Result<bool, Halt> {
        let (Some(manager), Managers::Selected(managers)) = (self.work.manager, &self.store.settings.managers) else {
            return Ok(false);
        };
        let Ok(employees) = account.roapp()?.employees().await else { return Ok(false) };
        let inactive = &inactive(&self.store.settings.managers, &employees);
        let new = account
            .commit("create.passes_over", |mut tx| async move {
                let new = polls::note_inactive(&mut tx, self.store.id, inactive).await?;
                if !new.is_empty() {
                    // So that the notice comes soon.
                    mapping::compare_options_soon(&mut tx, self.store.id).await?;
                }
                Ok(new)
            })
            .await?;
        Ok(new.contains(&manager) && inactive.len() < managers.len())
    }
}

/// The manager of the work order to be made: whoever was chosen before a call without an answer, else the next. It is kept.
async fn choose_manager(mut tx: Tx, order: &Order, selected: &[EmployeeId]) -> Result<Option<EmployeeId>, DbError> {
    let inactive = polls::inactive_managers(&mut tx, order.store.id).await?;
    if let Some(kept) = managers::kept(order.work.manager, &inactive) {
        return Ok(Some(kept));
    }
    let next = managers::next(selected, &inactive, polls::next_turn(&mut tx, order.store.id).await?);
    if let Some(manager) = next {
        work::set_manager(&mut tx, order.work.order, manager).await?;
    }
    Ok(next)
}
