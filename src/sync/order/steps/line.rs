//! Lines of a work order: added one by one, and how RO App takes their discounts.

use std::{collections::VecDeque, time::Duration};

use rust_decimal::Decimal;

use crate::{
    db::{
        accounts, applied,
        journal::{self, Outcome, Sign},
        work,
    },
    domain::{
        discount::PerWhat,
        ids::{EmployeeId, EntryId, WorkOrderId},
        money, notes,
        plan::{NewItem, Step},
        remote::Head,
        store::LineExecutor,
    },
    http::Verdict,
    roapp::{NewItem as ItemToAdd, RoAppError},
    sync::{
        account::Account,
        order::{
            Order,
            steps::{plain, work_order},
        },
        outcome::{Rest, Stop},
    },
};

impl Order {
    pub(in crate::sync::order) async fn add_line(&mut self, account: &Account<'_>, step: &Step) -> Result<(), Stop> {
        let Step::AddLine { key, want, values, own_title } = step else { return Ok(()) };
        let order = work_order(self)?;
        let Some(product) = self.products.get(&want.link_key).copied() else {
            return Err(Rest::Trouble(format!("the product {:?} is not known", want.title), Duration::ZERO).into());
        };
        let executor = executor(self)?;
        let stands_in = self.placeholders.contains(&want.link_key);
        let title = if own_title.is_empty() { &want.title } else { own_title };
        let comment = if stands_in { notes::named(title, &want.article) } else { own_title.clone() };
        let before = self.items.clone().unwrap_or_default();
        let sign = Sign::Line { work_order: order, before, product, values: values.clone() };
        let mut item = ItemToAdd {
            product,
            executor,
            quantity: values.quantity,
            price: values.price,
            cost: self.costs.get(&product).copied().unwrap_or_default(),
            discount: values.discount,
            sponsor: self.store.settings.discount_sponsor,
            comment: String::new(),
        };
        let mut comments = VecDeque::from(plain::comments(comment));
        let (made, entry) = loop {
            item.comment = comments.pop_front().unwrap_or_default();
            let entry = self.journal(account, &key.0, &sign).await?;
            match account.roapp()?.create_item(order, &item).await {
                Ok(made) => break (made.0, entry),
                // Perhaps it is the comment, which may be shorter, or none.
                Err(RoAppError::Refused { .. }) if !comments.is_empty() => {
                    account.settle(entry, Outcome::Refused).await?;
                }
                Err(error) if error.verdict() == Verdict::Never => {
                    return Err(account.line_refused(product, entry, error).await?);
                }
                Err(error) => return Err(account.create_failed(entry, error).await),
            }
        };
        let Some(item) = made else { return Err(account.without_id(entry).await) };
        self.line_made(account, step, entry, NewItem { item, product }).await?;
        if account.discount_per().is_none() && !values.discount.is_zero() && values.quantity != Decimal::ONE {
            let head = self.read_head(account, order).await?;
            self.learn_discount(account, &head).await?;
        }
        Ok(())
    }

    /// Links a new line, and notes what was written.
    pub(in crate::sync::order) async fn line_made(
        &mut self,
        account: &Account<'_>,
        step: &Step,
        entry: EntryId,
        made: NewItem,
    ) -> Result<(), Stop> {
        let mut tx = account.lease.begin(&account.engine.pool).await?;
        journal::settle(&mut tx, entry, Outcome::Done(Some(made.item.get()))).await?;
        self.work.applied.record(step, Some(made));
        applied::save(&mut tx, self.work.order, &self.work.applied).await?;
        work::progressed(&mut tx, self.work.order).await?;
        tx.commit().await?;
        self.work.tries = 0;
        self.items.get_or_insert_default().push(made.item);
        Ok(())
    }

    /// Finds out from the work order's total whether a discount amount counts per line or per unit (contract roapp unknown
    /// 31): before further ones are sent, and where a total is not as it should be.
    pub(in crate::sync::order) async fn learn_discount(
        &mut self,
        account: &Account<'_>,
        head: &Head,
    ) -> Result<(), Stop> {
        let lines = || self.work.applied.lines.values().map(|line| &line.values);
        let full: Decimal = lines().map(|line| money::round(line.price * line.quantity)).sum();
        let per_line = full - lines().map(|line| line.discount).sum::<Decimal>();
        let per_unit = full - lines().map(|line| line.discount * line.quantity).sum::<Decimal>();
        let per = match head.total {
            _ if per_line == per_unit => return Ok(()),
            Some(total) if total == per_line => PerWhat::Line,
            Some(total) if total == per_unit => PerWhat::Unit,
            _ => return Ok(()),
        };
        let mut tx = account.lease.begin(&account.engine.pool).await?;
        accounts::learn_discount(&mut tx, account.id, per).await?;
        tx.commit().await?;
        tracing::info!(?per, "learned how RO App applies discount amounts");
        if !account.learned_discount(per) {
            return Ok(());
        }
        // What was sent under the other reading is put right by planning anew.
        Err(Rest::Wait(Duration::ZERO).into())
    }

    /// A line that only a person can remove leaves its key to the one that replaces it.
    pub(in crate::sync::order) async fn set_apart(&mut self, account: &Account<'_>, step: &Step) -> Result<(), Stop> {
        let Step::RemoveLine { key, item } = step else { return Ok(()) };
        self.work.applied.set_apart(key, *item);
        let mut tx = account.lease.begin(&account.engine.pool).await?;
        applied::save(&mut tx, self.work.order, &self.work.applied).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A line that RO App does not know any more: still there means that a person has to remove it.
    pub(in crate::sync::order) async fn already_removed(
        &mut self,
        account: &Account<'_>,
        step: &Step,
        order: WorkOrderId,
    ) -> Result<(), Stop> {
        let Step::RemoveLine { item, .. } = step else { return Ok(()) };
        let items = match account.roapp()?.items(order).await {
            Ok(items) => items,
            Err(error) => return Err(account.stop_for(error, Duration::ZERO).await),
        };
        if items.iter().any(|there| there.id == *item) {
            let reason = format!(
                "RO App does not let us remove the line {item}, which the store removed: remove it by hand, then `order retry`"
            );
            return Err(Rest::Held(reason).into());
        }
        self.accepted(account, step, None, Some("line was removed already")).await
    }
}

/// Who stands on a line.
fn executor(order: &Order) -> Result<EmployeeId, Stop> {
    match (order.store.settings.line_executor, order.work.manager) {
        (LineExecutor::Employee(id), _) | (LineExecutor::Manager, Some(id)) => Ok(id),
        (LineExecutor::Manager, None) => {
            let reason = "line_executor_id is \"manager\", but this order has no manager; choose an employee";
            Err(Rest::Held(reason.into()).into())
        }
    }
}
