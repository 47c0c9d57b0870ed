//! Lines of a work order: added one by one, and how RO App takes their discounts.

use std::{collections::VecDeque, time::Duration};

use rust_decimal::Decimal;

use super::{
    Writer,
    job::Job,
    plain,
    rest::{Rest, Stop},
    steps::work_order,
};
use crate::{
    db::{
        accounts, applied,
        journal::{self, Outcome, Sign},
        links::{self, LinkKind},
        work,
    },
    domain::{
        discount::PerWhat,
        ids::{EmployeeId, EntryId, ProductId, WorkOrderId},
        money, notes,
        plan::{NewItem, Step},
        remote::Head,
        store::LineExecutor,
    },
    http::Verdict,
    roapp::{NewItem as ItemToAdd, RoAppError},
};

impl Writer<'_> {
    pub(super) async fn add_line(&mut self, job: &mut Job, step: &Step) -> Result<(), Stop> {
        let Step::AddLine { key, want, values, own_title } = step else { return Ok(()) };
        let order = work_order(job)?;
        let Some(product) = job.products.get(&want.link_key).copied() else {
            return Err(Rest::Trouble(format!("the product {:?} is not known", want.title), Duration::ZERO).into());
        };
        let executor = executor(job)?;
        let stands_in = job.placeholders.contains(&want.link_key);
        let title = if own_title.is_empty() { &want.title } else { own_title };
        let comment = if stands_in { notes::named(title, &want.article) } else { own_title.clone() };
        let before = job.items.clone().unwrap_or_default();
        let sign = Sign::Line { work_order: order, before, product, values: values.clone() };
        let mut item = ItemToAdd {
            product,
            executor,
            quantity: values.quantity,
            price: values.price,
            cost: job.costs.get(&product).copied().unwrap_or_default(),
            discount: values.discount,
            sponsor: job.store.settings.discount_sponsor,
            comment: String::new(),
        };
        let mut comments = VecDeque::from(plain::comments(comment));
        let (made, entry) = loop {
            item.comment = comments.pop_front().unwrap_or_default();
            let entry = self.journal(job, &key.0, &sign).await?;
            match self.roapp()?.create_item(order, &item).await {
                Ok(made) => break (made.0, entry),
                // Perhaps it is the comment, which may be shorter, or none.
                Err(RoAppError::Refused { .. }) if !comments.is_empty() => self.settle(entry, Outcome::Refused).await?,
                Err(error) if error.verdict() == Verdict::Never => {
                    return Err(self.line_refused(product, entry, error).await?);
                }
                Err(error) => return Err(self.create_failed(entry, error).await),
            }
        };
        let Some(item) = made else { return Err(self.without_id(entry).await) };
        self.line_made(job, step, entry, NewItem { item, product }).await?;
        if self.account.discount_per.is_none() && !values.discount.is_zero() && values.quantity != Decimal::ONE {
            let head = self.read_head(job, order).await?;
            self.learn_discount(job, &head).await?;
        }
        Ok(())
    }

    /// Links a new line, and notes what was written.
    pub(super) async fn line_made(
        &self,
        job: &mut Job,
        step: &Step,
        entry: EntryId,
        made: NewItem,
    ) -> Result<(), Stop> {
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        journal::settle(&mut tx, entry, Outcome::Done(Some(made.item.get()))).await?;
        job.work.applied.record(step, Some(made));
        applied::save(&mut tx, job.work.order, &job.work.applied).await?;
        work::progressed(&mut tx, job.work.order).await?;
        tx.commit().await?;
        job.work.tries = 0;
        job.items.get_or_insert_default().push(made.item);
        Ok(())
    }

    /// A refused line: perhaps its product is gone, which is looked for anew.
    pub(super) async fn line_refused(
        &mut self,
        product: ProductId,
        entry: EntryId,
        error: RoAppError,
    ) -> Result<Stop, Stop> {
        self.settle(entry, Outcome::Refused).await?;
        if let Ok(None) = self.roapp()?.product(product).await {
            let mut tx = self.lease.begin(&self.engine.pool).await?;
            links::forget(&mut tx, self.account.id, LinkKind::Product, product.get()).await?;
            tx.commit().await?;
            self.engine.seen(self.account.id, |seen| seen.gone_products.note(product));
            return Ok(Rest::Trouble(error.to_string(), Duration::ZERO).into());
        }
        Ok(Rest::Refused(error.to_string()).into())
    }

    /// Finds out from the work order's total whether a discount amount counts per line or per unit (contract roapp unknown
    /// 31): before further ones are sent, and where a total is not as it should be.
    pub(super) async fn learn_discount(&mut self, job: &mut Job, head: &Head) -> Result<(), Stop> {
        let lines = || job.work.applied.lines.values().map(|line| &line.values);
        let full: Decimal = lines().map(|line| money::round(line.price * line.quantity)).sum();
        let per_line = full - lines().map(|line| line.discount).sum::<Decimal>();
        let per_unit = full - lines().map(|line| line.discount * line.quantity).sum::<Decimal>();
        let per = match head.total {
            _ if per_line == per_unit => return Ok(()),
            Some(total) if total == per_line => PerWhat::Line,
            Some(total) if total == per_unit => PerWhat::Unit,
            _ => return Ok(()),
        };
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        accounts::learn_discount(&mut tx, self.account.id, per).await?;
        tx.commit().await?;
        tracing::info!(?per, "learned how RO App applies discount amounts");
        self.account.discount_per = Some(per);
        if self.per == per {
            return Ok(());
        }
        // What was sent under the other reading is put right by planning anew.
        self.per = per;
        Err(Rest::Wait(Duration::ZERO).into())
    }

    /// A line that only a person can remove leaves its key to the one that replaces it.
    pub(super) async fn set_apart(&self, job: &mut Job, step: &Step) -> Result<(), Stop> {
        let Step::RemoveLine { key, item } = step else { return Ok(()) };
        job.work.applied.set_apart(key, *item);
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        applied::save(&mut tx, job.work.order, &job.work.applied).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A line that RO App does not know any more: still there means that a person has to remove it.
    pub(super) async fn already_removed(&mut self, job: &mut Job, step: &Step, order: WorkOrderId) -> Result<(), Stop> {
        let Step::RemoveLine { item, .. } = step else { return Ok(()) };
        let items = match self.roapp()?.items(order).await {
            Ok(items) => items,
            Err(error) => return Err(self.stop_for(error, Duration::ZERO).await),
        };
        if items.iter().any(|there| there.id == *item) {
            let reason = format!(
                "RO App does not let us remove the line {item}, which the store removed: remove it by hand, then `order retry`"
            );
            return Err(Rest::Held(reason).into());
        }
        self.accepted(job, step, None, Some("line was removed already")).await
    }
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
