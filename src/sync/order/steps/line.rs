//! Lines of a work order: added one by one, and how RO App applies their discounts.

use std::{collections::VecDeque, time::Duration};

use crate::{
    db::{
        DbError, accounts, applied,
        journal::{self, Settled, Sign},
        leases::Tx,
        transitions,
    },
    domain::{
        ids::{EmployeeId, EntryId, ItemId, WorkOrderId},
        notes,
        order::LineKey,
        plan::{NewItem, Step},
        remote::Head,
        said::Said,
        store::LineExecutor,
    },
    http::Verdict,
    roapp::{NewItem as ItemToAdd, RoAppError},
    sync::{
        account::{Account, alone::Alone},
        order::{
            Order,
            steps::{plain, work_order},
        },
        outcome::{Outcome, Run},
    },
};

impl Order {
    pub(in crate::sync::order) async fn add_line(&mut self, account: &Account<'_>, step: &Step) -> Run {
        let Step::AddLine { key, want, values, own_title } = step else { return Ok(()) };
        let order = work_order(self)?;
        let Some(product) = self.products.get(&want.link_key).copied() else {
            return Err(Outcome::trouble(
                Said::new("product-unknown").with("title", want.title.as_str()),
                Duration::ZERO,
            ));
        };
        let executor = executor(self)?;
        let stands_in = self.placeholders.contains(&want.link_key);
        let title = if own_title.is_empty() { &want.title } else { own_title };
        let comment = if stands_in { notes::named(title, &want.article) } else { own_title.clone() };
        let mut shows_per = values.shows_how_discounts_count() && account.discount_per().is_none();
        let _alone = if shows_per { Some(account.alone(Alone::Discount).await?) } else { None };
        if self.per != account.per() {
            // Learned with another order meanwhile.
            return Err(Outcome::anew());
        }
        shows_per &= account.discount_per().is_none();
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
                    account.settle(entry, Settled::Refused).await?;
                }
                Err(error) if error.verdict() == Verdict::Never => {
                    return Err(account.line_refused(product, entry, error).await?);
                }
                Err(error) => return Err(account.create_failed(entry, error).await),
            }
        };
        let Some(item) = made else { return Err(account.without_id(entry).await) };
        self.work.applied.record(step, Some(NewItem { item, product }));
        self.line_settled(account, entry, key, item).await?;
        self.items.get_or_insert_default().push(item);
        if shows_per {
            let head = self.read_head(account, order).await?;
            self.learn_discount(account, &head).await?;
        }
        Ok(())
    }

    /// Settles the call that made a line. What RO App took of the order has it already.
    pub(in crate::sync::order) async fn line_settled(
        &mut self,
        account: &Account<'_>,
        entry: EntryId,
        key: &LineKey,
        item: ItemId,
    ) -> Result<(), DbError> {
        let (order, applied) = (self.work.order, &self.work.applied);
        let settle = |mut tx: Tx| async move {
            journal::settle(&mut tx, entry, Settled::Done(Some(item.get()))).await?;
            applied::save_line(&mut tx, order, applied, key).await?;
            transitions::progress(&mut tx, order).await
        };
        account.commit("line.settled", settle).await?;
        self.work.tries = 0;
        Ok(())
    }

    /// Finds out from the work order's total whether a discount amount counts per line or per unit (contract roapp unknown
    /// 31): before further ones are sent, and where a total is not as it should be.
    pub(in crate::sync::order) async fn learn_discount(&mut self, account: &Account<'_>, head: &Head) -> Run {
        let Some(per) = self.work.applied.discount_per(head.total) else { return Ok(()) };
        account
            .commit(
                "line.learn_discount",
                |mut tx| async move { accounts::learn_discount(&mut tx, account.id, per).await },
            )
            .await?;
        tracing::info!(?per, "learned how RO App applies discount amounts");
        if !account.learned_discount(per) {
            return Ok(());
        }
        // What was sent under the other reading is put right by planning anew.
        Err(Outcome::anew())
    }

    /// A line that only a person can remove leaves its key to the one that replaces it.
    pub(in crate::sync::order) async fn set_apart(&mut self, account: &Account<'_>, step: &Step) -> Run {
        let Step::RemoveLine { key, item } = step else { return Ok(()) };
        self.work.applied.set_apart(key, *item);
        let order = &*self;
        account
            .commit("line.set_apart", |mut tx| async move {
                applied::save_whole(&mut tx, order.work.order, &order.work.applied).await
            })
            .await?;
        Ok(())
    }

    /// A line that RO App does not know any more: still there means that a person has to remove it.
    pub(in crate::sync::order) async fn already_removed(
        &mut self,
        account: &Account<'_>,
        step: &Step,
        order: WorkOrderId,
    ) -> Run {
        let Step::RemoveLine { item, .. } = step else { return Ok(()) };
        let items = match account.roapp()?.items(order).await {
            Ok(items) => items,
            Err(error) => return Err(account.stop_for(error, Duration::ZERO).await),
        };
        if items.iter().any(|there| there.id == *item) {
            return Err(Outcome::held(Said::new("line-not-removed").with("item", *item)));
        }
        self.accepted(account, step, None, Some(&Said::new("line-removed-already"))).await
    }
}

/// Who stands on a line.
fn executor(order: &Order) -> Run<EmployeeId> {
    match (order.store.settings.line_executor, order.work.manager) {
        (LineExecutor::Employee(id), _) | (LineExecutor::Manager, Some(id)) => Ok(id),
        (LineExecutor::Manager, None) => Err(Outcome::held(Said::new("no-line-executor"))),
    }
}
