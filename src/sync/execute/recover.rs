//! Unclear outcomes are settled by looking in RO App, never by repeating blindly (invariant 3, contract roapp 10.3).

use std::collections::BTreeSet;

use super::{
    Writer,
    job::Job,
    made_since,
    rest::{Rest, Stop},
    trace::{changed, several},
};
use crate::{
    db::{
        DbError, applied,
        journal::{self, Entry, Outcome, Sign},
        links::{self, LinkKind, NewLink},
        orders, removals, work,
    },
    domain::{
        claim::Own,
        ids::{ItemId, OrderId, PersonId, ProductId, WorkOrderId},
        order::LineKey,
        plan::{AppliedHead, AppliedLine, Comment, LineValues, Step, same_item},
        recovery::Traced,
        remote::Head,
    },
    roapp::{RoApp, RoAppError},
};

/// An empty search counts only when a second one, a recovery wait later, is empty too.
const EMPTY_SEARCHES: i32 = 2;

impl Writer<'_> {
    /// Settles every call of the order whose outcome is not known; the order waits where that is not possible yet.
    pub(super) async fn settle_order(&mut self, job: &mut Job) -> Result<(), Stop> {
        for entry in journal::unclear_of_order(&self.engine.pool, job.work.order).await? {
            self.settle_entry(job, entry).await?;
        }
        Ok(())
    }

    /// Settles one call; it may belong to another order that needs the same person or product.
    pub(super) async fn settle_entry(&mut self, job: &mut Job, entry: Entry) -> Result<(), Stop> {
        if self.engine.seen(self.account.id, |seen| seen.unsent.contains(&entry.id)) {
            self.settle(entry.id, Outcome::Refused).await?;
            self.engine.seen(self.account.id, |seen| seen.unsent.remove(&entry.id));
            return Ok(());
        }
        if let Sign::Comment { text } = &entry.sign {
            // Comments cannot be looked for, and are sent at most once: it counts as told.
            let mut tx = self.lease.begin(&self.engine.pool).await?;
            journal::settle(&mut tx, entry.id, Outcome::Done(None)).await?;
            if let Some(comment) = Comment::read(&entry.key, text) {
                job.work.applied.record(&Step::Comment(comment), None);
            }
            applied::save(&mut tx, job.work.order, &job.work.applied).await?;
            tx.commit().await.map_err(DbError::from)?;
            return Ok(());
        }
        if !entry.wait.is_zero() {
            return Err(Rest::Wait(entry.wait).into());
        }
        if matches!(entry.sign, Sign::Person { .. } | Sign::Product { .. }) {
            return match self.trace(&entry).await? {
                Traced::Nothing => self.not_found(&entry).await,
                Traced::One(id) => self.adopt_entry(job, &entry, id).await,
                // The entry stays open, and nothing is made until a person has looked.
                Traced::Several(ids) => Err(Rest::Held(several(&entry.sign, &ids)).into()),
                Traced::Changed(ids) => Err(Rest::Held(changed(&entry.sign, &ids)).into()),
            };
        }
        let roapp = self.roapp()?;
        let found = match look(&roapp, job, &entry).await {
            Ok(found) => self.without_former(&entry, found).await?,
            Err(error) => {
                // Where there is no work order any more, its lines are not to be had either.
                if let (RoAppError::Missing { .. }, Sign::Line { work_order, .. }) = (&error, &entry.sign) {
                    self.read_head(job, *work_order).await?;
                }
                return Err(self.stop_for(error, self.look_after()).await);
            }
        };
        match found.as_slice() {
            [] => self.not_found(&entry).await,
            [id] => self.adopt_entry(job, &entry, *id).await,
            several => {
                // The entry stays open: with one of them left it is adopted, and nothing is made until then.
                let ids: Vec<_> = several.iter().map(ToString::to_string).collect();
                let reason = format!(
                    "RO App has several work orders with this order's marker (ids {}); take it out of the notes of all but the right one, \
                     then `order retry`",
                    ids.join(", ")
                );
                Err(Rest::Held(reason).into())
            }
        }
    }

    /// A deleted work order that is still listed is not what a later call made.
    async fn without_former(&self, entry: &Entry, mut found: Vec<i64>) -> Result<Vec<i64>, DbError> {
        if matches!(entry.sign, Sign::WorkOrder { .. }) && !found.is_empty() {
            let former = removals::former(&self.engine.pool, entry.order).await?;
            found.retain(|id| !former.contains(&WorkOrderId::new(*id)));
        }
        Ok(found)
    }

    async fn not_found(&self, entry: &Entry) -> Result<(), Stop> {
        // Lists may lag: a look before the call's own time tells nothing where it is in vain.
        let is_early = entry.searches < 0;
        let wait = if is_early { self.look_after() } else { self.engine.settings.roapp.recovery_wait };
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        let absent = entry.searches + 1 >= EMPTY_SEARCHES;
        if absent {
            journal::settle(&mut tx, entry.id, Outcome::Absent).await?;
            orders::tell(&mut tx, entry.order, &format!("{} was not made; it is made anew", entry.sign.word())).await?;
        } else {
            journal::searched(&mut tx, entry.id, wait).await?;
        }
        tx.commit().await.map_err(DbError::from)?;
        if absent { Ok(()) } else { Err(Rest::Wait(wait).into()) }
    }

    async fn adopt_entry(&mut self, job: &mut Job, entry: &Entry, id: i64) -> Result<(), Stop> {
        let what = entry.sign.word();
        let work_order = matches!(entry.sign, Sign::WorkOrder { .. }).then_some(id);
        tracing::info!(what, work_order, id, "found the record that an unanswered call had created");
        match &entry.sign {
            Sign::Person { buyer_key, .. } => {
                self.adopt_link(entry, LinkKind::Person, id, &[entry.key.as_str(), buyer_key]).await?;
                if *buyer_key == job.buyer_key() {
                    job.person = Some(PersonId::new(id));
                }
                Ok(())
            }
            Sign::Product { .. } => {
                self.adopt_link(entry, LinkKind::Product, id, &[entry.key.as_str()]).await?;
                job.products.insert(entry.key.clone(), ProductId::new(id));
                Ok(())
            }
            Sign::WorkOrder { head, buyer, .. } => {
                job.work.applied.buyer.clone_from(buyer);
                self.adopt_work_order(job, entry, head, WorkOrderId::new(id)).await
            }
            Sign::Line { product, values, .. } => {
                self.adopt_line(job, entry, (ItemId::new(id), *product), values).await
            }
            Sign::Comment { .. } => Ok(()),
        }
    }

    async fn adopt_work_order(
        &mut self,
        job: &mut Job,
        entry: &Entry,
        head: &AppliedHead,
        id: WorkOrderId,
    ) -> Result<(), Stop> {
        // Reading RO App after a take-over may have linked it already.
        if job.work.work_order == Some(id) {
            let mut tx = self.lease.begin(&self.engine.pool).await?;
            journal::settle(&mut tx, entry.id, Outcome::Done(Some(id.get()))).await?;
            // What was written is on record after all.
            job.work.applied.record(&Step::Create(head.clone()), None);
            job.work.applied.paid = job.order.payment.paid;
            job.work.applied.adopted = false;
            applied::save(&mut tx, job.work.order, &job.work.applied).await?;
            tx.commit().await.map_err(DbError::from)?;
            return Ok(());
        }
        self.created(job, &Step::Create(head.clone()), entry.id, id, "work order found by its marker").await
    }

    async fn adopt_line(
        &self,
        job: &mut Job,
        entry: &Entry,
        (item, product): (ItemId, ProductId),
        values: &LineValues,
    ) -> Result<(), Stop> {
        let key = LineKey(entry.key.clone());
        let line = AppliedLine { item, product, values: values.clone(), verified: false };
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        journal::settle(&mut tx, entry.id, Outcome::Done(Some(item.get()))).await?;
        job.work.applied.lines.insert(key, line);
        applied::save(&mut tx, job.work.order, &job.work.applied).await?;
        work::progressed(&mut tx, job.work.order).await?;
        tx.commit().await.map_err(DbError::from)?;
        job.work.tries = 0;
        Ok(())
    }

    async fn adopt_link(&self, entry: &Entry, kind: LinkKind, id: i64, keys: &[&str]) -> Result<(), DbError> {
        let (account, order): (_, OrderId) = (self.account.id, entry.order);
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        journal::settle(&mut tx, entry.id, Outcome::Done(Some(id))).await?;
        for key in keys {
            let reason = "made for this order, found again";
            let link = NewLink { account, kind, key, remote: id, reason, review: "", order };
            links::save_newest(&mut tx, &link).await?;
        }
        work::progressed(&mut tx, order).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The records that the call may have made.
async fn look(roapp: &RoApp, job: &Job, entry: &Entry) -> Result<Vec<i64>, RoAppError> {
    let from = made_since(entry.sent_at);
    Ok(match &entry.sign {
        Sign::WorkOrder { client, place, .. } => {
            let heads = roapp.orders_of_client(*client, from).await?;
            let (location, order_type) = place.unzip();
            let own = Own { marker: &job.marker, location, order_type, not_before: from };
            // What carries the marker and does not fit is not what was asked for: it is judged before anything is made.
            let fits = |head: &&Head| job.marker.is_in(&head.manager_notes) && own.doubts(head).is_empty();
            heads.iter().filter(fits).map(|head| head.id.get()).collect()
        }
        Sign::Line { work_order, before, product, values } => {
            let items = roapp.items(*work_order).await?;
            let linked = job.work.applied.lines.values().map(|line| line.item);
            let taken: BTreeSet<ItemId> = before.iter().copied().chain(linked).collect();
            same_item(&items, Some(*product), values, &taken).map(|(item, _)| item.get()).into_iter().collect()
        }
        Sign::Person { .. } | Sign::Product { .. } | Sign::Comment { .. } => Vec::new(),
    })
}
