//! Unclear outcomes are settled by searching RO App, never by repeating blindly (invariant 3, contract roapp 10.3).

use std::collections::BTreeSet;

use crate::{
    db::{
        DbError, applied,
        journal::{self, Entry, Settled, Sign},
        leases::Tx,
        links::LinkKind,
    },
    domain::{
        claim::Own,
        ids::{EntryId, ItemId, PersonId, ProductId, WorkOrderId},
        order::LineKey,
        plan::{AppliedHead, AppliedLine, Comment, LineValues, Step, same_item},
        recovery::Traced,
        remote::Head,
        said::{Said, Value},
    },
    roapp::{RoApp, RoAppError},
    sync::{
        account::{
            Account,
            alone::Alone,
            made_since,
            trace::{changed, several},
        },
        order::Order,
        outcome::{Outcome, Run},
    },
};

impl Order {
    /// Settles every call of the order whose outcome is not known; the order waits where that is not possible yet.
    pub(super) async fn settle_unclear(&mut self, account: &Account<'_>) -> Run {
        let (pool, order) = (&account.engine.pool, self.work.order);
        for entry in journal::unclear_of_order(pool, order).await? {
            // Another order that needs the same person or product may settle it, too.
            let alone = match entry.sign {
                Sign::Person { .. } => vec![Alone::Contact(entry.key.clone())],
                Sign::Product { .. } => vec![Alone::Product(entry.key.clone())],
                Sign::WorkOrder { .. } | Sign::Line { .. } | Sign::Comment { .. } => Vec::new(),
            };
            let _alone = account.alone_with(alone).await?;
            let now = journal::unclear_of_order(pool, order).await?;
            if let Some(entry) = now.into_iter().find(|now| now.id == entry.id) {
                self.settle_entry(account, entry).await?;
            }
        }
        Ok(())
    }

    /// Settles one call; it may belong to another order that needs the same person or product.
    pub(super) async fn settle_entry(&mut self, account: &Account<'_>, entry: Entry) -> Run {
        if account.seen(|seen| seen.unsent.contains(&entry.id)) {
            account.settle(entry.id, Settled::Refused).await?;
            account.seen(|seen| seen.unsent.remove(&entry.id));
            return Ok(());
        }
        if let Sign::Comment { text } = &entry.sign {
            // Comments cannot be looked for, and are sent at most once: it counts as told.
            if let Some(comment) = Comment::read(&entry.key, text) {
                self.work.applied.record(&Step::Comment(comment), None);
            }
            return Ok(self.settled_with(account, entry.id, None).await?);
        }
        if !entry.wait.is_zero() {
            return Err(Outcome::after(entry.wait));
        }
        if matches!(entry.sign, Sign::Person { .. } | Sign::Product { .. }) {
            return match account.trace(&entry).await? {
                Traced::Nothing => account.not_found(&entry).await,
                Traced::One(id) => self.adopt_entry(account, &entry, id).await,
                // The entry stays open, and nothing is made until a person has looked.
                Traced::Several(ids) => Err(Outcome::held(several(&entry.sign, &ids))),
                Traced::Changed(ids) => Err(Outcome::held(changed(&entry.sign, &ids))),
            };
        }
        let roapp = account.roapp()?;
        let found = match search(&roapp, self, &entry).await {
            Ok(found) => account.without_former(&entry, found).await?,
            Err(error) => {
                // Where there is no work order any more, its lines are not to be had either.
                if let (RoAppError::Missing { .. }, Sign::Line { work_order, .. }) = (&error, &entry.sign) {
                    self.read_head(account, *work_order).await?;
                }
                return Err(account.stop_for(error, account.unclear_after()).await);
            }
        };
        match found.as_slice() {
            [] => account.not_found(&entry).await,
            [id] => self.adopt_entry(account, &entry, *id).await,
            several => {
                // The entry stays open: with one of them left it is adopted, and nothing is made until then.
                let ids: Value = several.iter().copied().collect();
                Err(Outcome::held(Said::new("several-work-orders").with("ids", ids)))
            }
        }
    }

    async fn adopt_entry(&mut self, account: &Account<'_>, entry: &Entry, id: i64) -> Run {
        let what = entry.sign.word();
        let work_order = matches!(entry.sign, Sign::WorkOrder { .. }).then_some(id);
        tracing::info!(what, work_order, id, "found the record that an unanswered call had created");
        match &entry.sign {
            Sign::Person { buyer_key, .. } => {
                let is_own = *buyer_key == self.buyer_key();
                let others = if is_own { self.contact_keys() } else { Vec::new() };
                account.adopt_link(entry, LinkKind::Person, id, (&[entry.key.as_str(), buyer_key], &others)).await?;
                if is_own {
                    self.person = Some(PersonId::new(id));
                }
                Ok(())
            }
            Sign::Product { .. } => {
                account.adopt_link(entry, LinkKind::Product, id, (&[entry.key.as_str()], &[])).await?;
                self.products.insert(entry.key.clone(), ProductId::new(id));
                Ok(())
            }
            Sign::WorkOrder { head, buyer, .. } => {
                self.work.applied.buyer.clone_from(buyer);
                self.adopt_work_order(account, entry, head, WorkOrderId::new(id)).await
            }
            Sign::Line { product, values, .. } => {
                self.adopt_line(account, entry, (ItemId::new(id), *product), values).await
            }
            Sign::Comment { .. } => Ok(()),
        }
    }

    async fn adopt_work_order(
        &mut self,
        account: &Account<'_>,
        entry: &Entry,
        head: &AppliedHead,
        id: WorkOrderId,
    ) -> Run {
        // Reading RO App after a take-over may have linked it already.
        if self.work.work_order == Some(id) {
            // What was written is on record after all.
            self.work.applied.record(&Step::Create(head.clone()), None);
            self.work.applied.paid = self.data.payment.paid;
            self.work.applied.adopted = false;
            return Ok(self.settled_with(account, entry.id, Some(id.get())).await?);
        }
        let _being_made = account.begin_making((self.store.id, self.work.number));
        self.created(
            account,
            &Step::Create(head.clone()),
            entry.id,
            id,
            &Said::new("work-order-found").with("work_order", id),
        )
        .await?;
        tracing::info!("linked a work order by its marker");
        Ok(())
    }

    async fn adopt_line(
        &mut self,
        account: &Account<'_>,
        entry: &Entry,
        (item, product): (ItemId, ProductId),
        values: &LineValues,
    ) -> Run {
        let key = LineKey(entry.key.clone());
        let line = AppliedLine { item, product, values: values.clone(), verified: false };
        self.work.applied.lines.insert(key.clone(), line);
        self.line_settled(account, entry.id, &key, item).await?;
        Ok(())
    }

    /// Settles a call, together with what RO App took of the order.
    async fn settled_with(&self, account: &Account<'_>, entry: EntryId, made: Option<i64>) -> Result<(), DbError> {
        let (order, applied) = (self.work.order, &self.work.applied);
        let settle = |mut tx: Tx| async move {
            journal::settle(&mut tx, entry, Settled::Done(made)).await?;
            applied::save(&mut tx, order, applied).await
        };
        account.commit("unclear.settled_with", settle).await
    }
}

/// The records that the call may have made.
async fn search(roapp: &RoApp, order: &Order, entry: &Entry) -> Result<Vec<i64>, RoAppError> {
    let from = made_since(entry.sent_at);
    Ok(match &entry.sign {
        Sign::WorkOrder { client, place, .. } => {
            let heads = roapp.orders_of_client(*client, from).await?;
            let (location, order_type) = place.unzip();
            let own = Own { marker: &order.marker, location, order_type, not_before: from };
            // What carries the marker and does not fit is not what was asked for: it is judged before anything is made.
            let fits = |head: &&Head| order.marker.is_in(&head.manager_notes) && own.doubts(head).is_empty();
            heads.iter().filter(fits).map(|head| head.id.get()).collect()
        }
        Sign::Line { work_order, before, product, values } => {
            let items = roapp.items(*work_order).await?;
            let linked = order.work.applied.lines.values().map(|line| line.item);
            let taken: BTreeSet<ItemId> = before.iter().copied().chain(linked).collect();
            same_item(&items, Some(*product), values, &taken).map(|(item, _)| item.get()).into_iter().collect()
        }
        Sign::Person { .. } | Sign::Product { .. } | Sign::Comment { .. } => Vec::new(),
    })
}
