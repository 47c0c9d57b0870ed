//! What RO App has of an order.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    db::{DbError, applied, notices, orders::OrderState, watch, work_orders},
    domain::{
        ids::WorkOrderId,
        missing::REMOVED,
        plan::{Arrived, Sent, Step},
        remote::{Head, Item},
        said::Said,
    },
    sync::{
        account::{Account, absence},
        order::Order,
        outcome::{Outcome, Run},
    },
};

/// What was read of a work order longer ago is read again before its status or texts are written.
const FRESH: Duration = Duration::from_secs(5);
/// The same of a work order that was made in this run, and that nobody was told of before.
const FRESH_IF_NEW: Duration = Duration::from_secs(30);

impl Order {
    /// Whether staff changed what this step is to write: what was read before many lines were written may be out of date.
    pub(super) async fn is_overtaken(&mut self, account: &Account<'_>, step: &Step) -> Run<bool> {
        let fresh = if self.head.is_none() { FRESH_IF_NEW } else { FRESH };
        let is_old = step.needs_a_fresh_head() && self.read_at.elapsed() > fresh;
        let Some(id) = self.work.work_order.filter(|_| is_old) else { return Ok(false) };
        let now = self.read_head(account, id).await?;
        self.read_at = Instant::now();
        Ok(step.is_overtaken(self.head.as_ref(), &now, self.work.initial_status))
    }

    /// Takes in what RO App shows of a change that was not answered, so that it is on record whatever the plan does next. A
    /// status or a client of ours that arrived is nobody else's change.
    pub(super) async fn take_in_sent(
        &mut self,
        account: &Account<'_>,
        head: &Head,
        items: Option<&[Item]>,
    ) -> Result<(), DbError> {
        if self.work.applied.sent.is_none() {
            return Ok(());
        }
        let arrived = self.work.applied.take_in_sent(head, items);
        let order = &*self;
        account
            .commit("read.take_in_sent", |mut tx| async move {
                applied::save_whole(&mut tx, order.work.order, &order.work.applied).await?;
                let order = (order.store.id, order.work.number);
                match arrived {
                    Some(Arrived::Status(status)) => watch::wrote_status(&mut tx, order, status).await?,
                    Some(Arrived::Client(client)) => watch::wrote_client(&mut tx, order, client).await?,
                    None => {}
                }
                Ok(())
            })
            .await?;
        Ok(())
    }

    /// What RO App has, as far as it must be known before planning. A work order that was found by its marker alone, or a line
    /// whose change was not answered, needs the lines, too; so does what is listed as a conflict, to tell whether it is one still.
    pub(super) async fn read_remote(&self, account: &Account<'_>) -> Run<(Option<Head>, Option<Vec<Item>>)> {
        let Some(id) = self.work.work_order else { return Ok((None, None)) };
        let head = self.read_head(account, id).await?;
        let applied = &self.work.applied;
        let needs_lines =
            applied.adopted || applied.sent.as_ref().is_some_and(Sent::is_of_a_line) || !self.work.conflicts.is_empty();
        let items = if needs_lines { Some(self.read_lines(account, head.id).await?) } else { None };
        Ok((Some(head), items))
    }

    /// The lines of a work order.
    pub(super) async fn read_lines(&self, account: &Account<'_>, id: WorkOrderId) -> Run<Vec<Item>> {
        match account.roapp()?.items(id).await {
            Ok(items) => Ok(items),
            Err(error) => Err(account.stop_for(error, Duration::ZERO).await),
        }
    }

    /// The head of a work order. One that RO App does not have is looked for again before it counts as deleted.
    pub(super) async fn read_head(&self, account: &Account<'_>, id: WorkOrderId) -> Run<Head> {
        match account.roapp()?.order(id).await {
            Ok(Some(head)) => {
                if self.work.is_missing {
                    account
                        .commit("read.read_head", |mut tx| async move {
                            work_orders::found(&mut tx, account.id, id).await?;
                            notices::clear(&mut tx, account.id, Some(self.store.id), &absence::TOPIC).await
                        })
                        .await?;
                }
                Ok(head)
            }
            Ok(None) => {
                let wait = account.engine.settings.roapp.recovery_wait;
                let is_removed = account
                    .commit("read.read_head", |mut tx| async move {
                        work_orders::missing(&mut tx, account.id, id, wait).await
                    })
                    .await?;
                if is_removed && account.is_removal_believed(self.store.id, id).await? {
                    return Err(Outcome::parked(OrderState::Removed, REMOVED));
                }
                if is_removed {
                    return Err(Outcome::after(wait * absence::NOT_BELIEVED));
                }
                Err(Outcome::trouble(Said::new("work-order-missing").with("work_order", id), wait))
            }
            Err(error) => Err(account.stop_for(error, Duration::ZERO).await),
        }
    }
}
