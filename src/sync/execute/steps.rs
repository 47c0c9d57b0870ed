//! One step at a time: journalled before it is sent, its answer, its link and its applied part committed together.

use std::time::Duration;

use rust_decimal::Decimal;

use super::{
    Writer,
    job::Job,
    rest::{Rest, Stop},
};
use crate::{
    db::{
        DbError, accounts,
        journal::{self, NewEntry, Outcome, Sign},
        orders, polls, work,
    },
    domain::{
        discount::PerWhat,
        ids::{EmployeeId, EntryId, ProductId, StatusId, WorkOrderId},
        order::LineKey,
        plan::{AppliedHead, AppliedStatus, Comment, HeadChange, LineValues, NewItem, Step},
        product::ProductWant,
        store::{LineExecutor, Managers},
    },
    http::Verdict,
    roapp::{ItemChange, MadeOrder, NewItem as ItemToAdd, NewOrder, OrderChange, RoAppError},
};

impl Writer<'_> {
    /// Does one step.
    pub(super) async fn step(&mut self, job: &mut Job, step: &Step) -> Result<(), Stop> {
        if self.engine.stop.is_requested() {
            return Err(super::rest::Halt::Stopping.into());
        }
        match step {
            Step::Person => self.person(job).await,
            Step::Product(want) => self.product(job, want).await,
            Step::Create(head) => self.create(job, step, head).await,
            Step::AddLine { key, want, values } => self.add_line(job, step, key, want, values).await,
            Step::ChangeLine { item, values, .. } => {
                let change = ItemChange {
                    quantity: values.quantity,
                    price: values.price,
                    discount: values.discount,
                    sponsor: job.store.settings.discount_sponsor,
                };
                let order = work_order(job)?;
                let answer = self.roapp()?.change_item(order, *item, &change).await;
                self.written(job, step, answer, "line changed").await
            }
            Step::RemoveLine { item, .. } => {
                let order = work_order(job)?;
                match self.roapp()?.delete_item(order, *item).await {
                    Err(RoAppError::Missing { .. }) => self.already_removed(job, step, order).await,
                    answer => self.written(job, step, answer, "line removed").await,
                }
            }
            Step::AdoptLine { .. } => self.accepted(job, step, None, Some("line found in the work order")).await,
            Step::AcceptLine { .. } | Step::ForgetLine { .. } => self.accepted(job, step, None, None).await,
            Step::Head { change, .. } => self.head(job, step, change).await,
            Step::Status(status) => self.status(job, step, *status).await,
            Step::Comment(comment) => self.comment(job, step, comment).await,
        }
    }

    /// Journals a creating call before it is sent.
    pub(super) async fn journal(&self, job: &Job, key: &str, sign: &Sign) -> Result<EntryId, DbError> {
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        let entry = self.journal_in(&mut tx, job, key, sign).await?;
        tx.commit().await?;
        Ok(entry)
    }

    /// The same within a transaction.
    pub(super) async fn journal_in(
        &self,
        tx: &mut sqlx::PgTransaction<'_>,
        job: &Job,
        key: &str,
        sign: &Sign,
    ) -> Result<EntryId, DbError> {
        let (account, order, version) = (self.account.id, job.work.order, job.work.version);
        journal::open(tx, &NewEntry { account, order, version, key, sign, look_after: self.look_after() }).await
    }

    /// A creating call failed: surely not executed = the entry is settled; else it stays open and is looked for later.
    pub(super) async fn create_failed(&mut self, entry: EntryId, error: RoAppError) -> Stop {
        if error.verdict() != Verdict::Unclear
            && let Err(error) = self.settle(entry, Outcome::Refused).await
        {
            return error.into();
        }
        let wait = self.look_after();
        self.stop_for(error, wait).await
    }

    /// Settles an entry by itself.
    pub(super) async fn settle(&self, entry: EntryId, outcome: Outcome) -> Result<(), DbError> {
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        journal::settle(&mut tx, entry, outcome).await?;
        tx.commit().await?;
        Ok(())
    }

    /// RO App took a creating call but its answer shows no id: it is looked for at once.
    pub(super) async fn without_id(&self, entry: EntryId) -> Stop {
        let looked = async {
            let mut tx = self.lease.begin(&self.engine.pool).await?;
            journal::look_now(&mut tx, entry).await?;
            tx.commit().await?;
            Ok::<(), DbError>(())
        };
        match looked.await {
            Ok(()) => Rest::Wait(Duration::ZERO).into(),
            Err(error) => error.into(),
        }
    }

    async fn create(&mut self, job: &mut Job, step: &Step, head: &AppliedHead) -> Result<(), Stop> {
        let Some(client) = job.person else {
            return Err(Rest::Trouble("the buyer's person is not known".into(), Duration::ZERO).into());
        };
        let settings = job.store.settings.clone();
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        if job.work.manager.is_none()
            && let Managers::Selected(managers) = &settings.managers
            && let Some(manager) = polls::next_manager(&mut tx, job.store.id, managers).await?
        {
            work::set_manager(&mut tx, job.work.order, manager).await?;
            job.work.manager = Some(manager);
        }
        let sign = Sign::WorkOrder { client, head: head.clone() };
        let entry = self.journal_in(&mut tx, job, &job.work.number.to_string(), &sign).await?;
        tx.commit().await?;
        let due = settings.due_in_days.map(|days| self.engine.clock.now() + chrono::Duration::days(days.into()));
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
        let made = match self.roapp()?.create_order(&new).await {
            Ok(made) => made.0,
            Err(error) if error.verdict() == Verdict::Never => return Err(self.order_refused(job, entry, error).await?),
            Err(error) => return Err(self.create_failed(entry, error).await),
        };
        let Some(MadeOrder { id, .. }) = made else { return Err(self.without_id(entry).await) };
        self.created(job, step, entry, id, "work order made").await?;
        if !job.store.marker_read_back {
            self.read_back(job, id).await?;
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
        if !work::link_work_order(&mut tx, self.account.id, (job.store.id, job.work.number), id, what).await? {
            drop(tx);
            self.settle(entry, Outcome::Several).await?;
            let reason = format!("RO App's work order {id} carries this order's marker, but one of the two is linked to another already");
            return Err(Rest::Held(reason).into());
        }
        job.work.applied.record(step, None);
        job.work.applied.paid = job.order.payment.paid;
        job.work.work_order = Some(id);
        job.items = Some(Vec::new());
        work::save_applied(&mut tx, job.work.order, &job.work.applied).await?;
        work::progressed(&mut tx, job.work.order).await?;
        polls::accepted(&mut tx, job.store.id).await?;
        orders::tell(&mut tx, job.work.order, &format!("{what}: {id}")).await?;
        tx.commit().await?;
        job.work.tries = 0;
        tracing::info!(work_order = id.get(), "{what}");
        Ok(())
    }

    /// A refused work order: perhaps its client is gone, which is looked for anew; else the store's settings or form.
    async fn order_refused(&mut self, job: &mut Job, entry: EntryId, error: RoAppError) -> Result<Stop, Stop> {
        self.settle(entry, Outcome::Refused).await?;
        if let Some(client) = job.person
            && let Ok(None) = self.roapp()?.person(client).await
        {
            let mut tx = self.lease.begin(&self.engine.pool).await?;
            crate::db::links::forget(&mut tx, self.account.id, crate::db::links::LinkKind::Person, client.get()).await?;
            tx.commit().await?;
            return Ok(Rest::Wait(Duration::ZERO).into());
        }
        Ok(Rest::Refused(error.to_string()).into())
    }

    /// The first work order of a store is read back: without its marker nothing could be found again.
    async fn read_back(&mut self, job: &mut Job, id: WorkOrderId) -> Result<(), Stop> {
        let head = match self.roapp()?.order(id).await {
            Ok(head) => head.ok_or(Rest::Removed)?,
            Err(error) => return Err(self.stop_for(error, Duration::ZERO).await),
        };
        if !job.marker.is_in(&head.manager_notes) {
            let reason = format!(
                "work order {id} was made, but RO App does not show the marker {} in its notes; without it an order could be \
                 made twice, so that nothing more is created. Look at the manager notes of the work order, then `store resume`",
                job.marker
            );
            return Err(Rest::NoMarker(reason).into());
        }
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        polls::read_back(&mut tx, job.store.id, head.status).await?;
        tx.commit().await?;
        job.head = Some(head);
        Ok(())
    }

    async fn add_line(
        &mut self,
        job: &mut Job,
        step: &Step,
        key: &LineKey,
        want: &ProductWant,
        values: &LineValues,
    ) -> Result<(), Stop> {
        let order = work_order(job)?;
        let Some(product) = job.products.get(&want.link_key).copied() else {
            return Err(Rest::Trouble(format!("the product {:?} is not known", want.title), Duration::ZERO).into());
        };
        let executor = executor(job)?;
        let stands_in = job.placeholders.contains(&want.link_key);
        let comment = if stands_in { format!("{} ({})", want.title, want.article) } else { String::new() };
        let before = job.items.clone().unwrap_or_default();
        let sign = Sign::Line { work_order: order, before, product, values: values.clone() };
        let entry = self.journal(job, &key.0, &sign).await?;
        let item = ItemToAdd {
            product,
            executor,
            quantity: values.quantity,
            price: values.price,
            cost: job.costs.get(&product).copied().unwrap_or_default(),
            discount: values.discount,
            sponsor: job.store.settings.discount_sponsor,
            comment,
        };
        let made = match self.roapp()?.create_item(order, &item).await {
            Ok(made) => made.0,
            Err(error) if error.verdict() == Verdict::Never => {
                return Err(self.line_refused(product, entry, error).await?);
            }
            Err(error) => return Err(self.create_failed(entry, error).await),
        };
        let Some(item) = made else { return Err(self.without_id(entry).await) };
        self.line_made(job, step, entry, NewItem { item, product }).await?;
        if self.account.discount_per.is_none() && !values.discount.is_zero() && values.quantity != Decimal::ONE {
            self.learn_discount(job, order).await?;
        }
        Ok(())
    }

    /// Links a new line, and notes what was written.
    pub(super) async fn line_made(&self, job: &mut Job, step: &Step, entry: EntryId, made: NewItem) -> Result<(), Stop> {
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        journal::settle(&mut tx, entry, Outcome::Done(Some(made.item.get()))).await?;
        job.work.applied.record(step, Some(made));
        work::save_applied(&mut tx, job.work.order, &job.work.applied).await?;
        work::progressed(&mut tx, job.work.order).await?;
        tx.commit().await?;
        job.work.tries = 0;
        job.items.get_or_insert_default().push(made.item);
        Ok(())
    }

    /// A refused line: perhaps its product is gone, which is looked for anew.
    async fn line_refused(&mut self, product: ProductId, entry: EntryId, error: RoAppError) -> Result<Stop, Stop> {
        self.settle(entry, Outcome::Refused).await?;
        if let Ok(None) = self.roapp()?.product(product).await {
            let mut tx = self.lease.begin(&self.engine.pool).await?;
            crate::db::links::forget(&mut tx, self.account.id, crate::db::links::LinkKind::Product, product.get()).await?;
            tx.commit().await?;
            return Ok(Rest::Wait(Duration::ZERO).into());
        }
        Ok(Rest::Failed(error.to_string()).into())
    }

    /// Finds out from the work order's total whether a discount amount counts per line or per unit (contract roapp, unknown
    /// 31), before further ones are sent.
    async fn learn_discount(&mut self, job: &mut Job, order: WorkOrderId) -> Result<(), Stop> {
        let head = match self.roapp()?.order(order).await {
            Ok(head) => head.ok_or(Rest::Removed)?,
            Err(error) => return Err(self.stop_for(error, Duration::ZERO).await),
        };
        let lines = || job.work.applied.lines.values().map(|line| &line.values);
        let full: Decimal = lines().map(|line| (line.price * line.quantity).round_dp(2)).sum();
        let per_line = full - lines().map(|line| line.discount).sum::<Decimal>();
        let per_unit = full - lines().map(|line| line.discount * line.quantity).sum::<Decimal>();
        let per = match head.total {
            Some(total) if total == per_line => PerWhat::Line,
            Some(total) if total == per_unit => PerWhat::Unit,
            _ => return Ok(()),
        };
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        accounts::learn_discount(&mut tx, self.account.id, per).await?;
        tx.commit().await?;
        tracing::info!(?per, "found out how RO App takes discount amounts");
        self.account.discount_per = Some(per);
        if self.per == per {
            return Ok(());
        }
        // What was sent under the other reading is put right by planning anew.
        self.per = per;
        Err(Rest::Wait(Duration::ZERO).into())
    }

    async fn head(&mut self, job: &mut Job, step: &Step, change: &HeadChange) -> Result<(), Stop> {
        if change.is_empty() {
            return self.accepted(job, step, None, None).await;
        }
        let order = work_order(job)?;
        let change = OrderChange {
            malfunction: change.malfunction.clone(),
            manager_notes: change.manager_notes.clone(),
            estimated_price: change.estimated_price.as_ref().map(|_| job.order.total_sum),
            due_date: None,
            custom_fields: change.custom_fields.clone(),
        };
        let answer = self.roapp()?.change_order(order, &change).await;
        self.written(job, step, answer, "notes and fields changed").await
    }

    async fn status(&mut self, job: &mut Job, step: &Step, status: AppliedStatus) -> Result<(), Stop> {
        let order = work_order(job)?;
        let current = job.head.as_ref().filter(|head| head.id == order).and_then(|head| head.status);
        // A new work order is taken to have the initial status that was seen before; verification reads the real one.
        let current = current.or(if job.head.is_none() { job.store.initial_status } else { None });
        match status.written {
            Some(target) if Some(target) != current => {
                self.set_status(job, order, target).await?;
                self.accepted(job, step, None, Some(&format!("status set to {target}"))).await
            }
            _ => self.accepted(job, step, None, None).await,
        }
    }

    /// Writes a status. One that RO App refuses holds the order; its lines stay right.
    pub(super) async fn set_status(&mut self, job: &Job, order: WorkOrderId, target: StatusId) -> Result<(), Stop> {
        match self.roapp()?.set_status(order, target).await {
            Ok(()) => Ok(()),
            Err(error) if error.verdict() == Verdict::Never => {
                let store = job.order.status;
                let reason = format!(
                    "RO App refuses the status {target} that the store's status {store} maps to ({error}); set it by hand or \
                     change the status map"
                );
                Err(Rest::Held(reason).into())
            }
            Err(error) => Err(self.stop_for(error, Duration::ZERO).await),
        }
    }

    /// Sent at most once: an unclear comment is recorded, never repeated, and a refused one never fails the order.
    async fn comment(&mut self, job: &mut Job, step: &Step, comment: &Comment) -> Result<(), Stop> {
        let order = work_order(job)?;
        let sign = Sign::Comment { text: comment.text().to_owned() };
        let entry = self.journal(job, comment.kind(), &sign).await?;
        let answer = self.roapp()?.add_comment(order, comment.text()).await;
        let outcome = match answer {
            Ok(()) => "comment added".to_owned(),
            Err(error) => match error.verdict() {
                Verdict::Never => format!("comment refused: {error}"),
                Verdict::Unclear => format!("comment sent, its arrival is unclear: {error}"),
                Verdict::Again(_) | Verdict::Stop => return Err(self.create_failed(entry, error).await),
            },
        };
        self.accepted(job, step, Some(entry), Some(&outcome)).await
    }

    /// A line that RO App does not know any more: still there means that a person has to remove it.
    async fn already_removed(&mut self, job: &mut Job, step: &Step, order: WorkOrderId) -> Result<(), Stop> {
        let Step::RemoveLine { item, .. } = step else { return Ok(()) };
        let items = match self.roapp()?.items(order).await {
            Ok(items) => items,
            Err(error) => return Err(self.stop_for(error, Duration::ZERO).await),
        };
        if items.iter().any(|there| there.id == *item) {
            let reason = format!("RO App does not let us remove the line {item}, which the store removed: remove it by hand");
            return Err(Rest::Held(reason).into());
        }
        self.accepted(job, step, None, Some("line was removed already")).await
    }

    /// The answer to a call that may safely be repeated.
    async fn written(
        &mut self,
        job: &mut Job,
        step: &Step,
        answer: Result<(), RoAppError>,
        what: &str,
    ) -> Result<(), Stop> {
        match answer {
            Ok(()) => self.accepted(job, step, None, Some(what)).await,
            // The line or order changed under us: planned anew from what is there.
            Err(RoAppError::Missing { .. }) => Err(Rest::Trouble("RO App has it no more".into(), Duration::ZERO).into()),
            Err(error) => Err(self.stop_for(error, Duration::ZERO).await),
        }
    }

    /// Notes what RO App accepted.
    async fn accepted(
        &self,
        job: &mut Job,
        step: &Step,
        entry: Option<EntryId>,
        what: Option<&str>,
    ) -> Result<(), Stop> {
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        if let Some(entry) = entry {
            journal::settle(&mut tx, entry, Outcome::Done(None)).await?;
        }
        job.work.applied.record(step, None);
        work::save_applied(&mut tx, job.work.order, &job.work.applied).await?;
        if let Some(what) = what {
            orders::tell(&mut tx, job.work.order, what).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// The work order, which an earlier step made or found.
pub(super) fn work_order(job: &Job) -> Result<WorkOrderId, Stop> {
    let missing = || Rest::Trouble("the work order is not known".into(), Duration::ZERO);
    job.work.work_order.ok_or_else(|| missing().into())
}

/// Who stands on a line.
fn executor(job: &Job) -> Result<EmployeeId, Stop> {
    match (job.store.settings.line_executor, job.work.manager) {
        (LineExecutor::Employee(id), _) | (LineExecutor::Manager, Some(id)) => Ok(id),
        (LineExecutor::Manager, None) => {
            let reason = "line_executor_id is \"manager\", but this order has no manager; choose an employee";
            Err(Rest::Held(reason.into()).into())
        }
    }
}
