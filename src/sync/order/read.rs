//! What RO App has of an order.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    db::{DbError, applied, notices, watch, work_orders},
    domain::{
        ids::WorkOrderId,
        plan::{AppliedStatus, Arrived, Sent, Step},
        remote::{Head, Item},
    },
    sync::{
        account::{Account, absence},
        order::Order,
        outcome::{Rest, Stop},
    },
};

/// What was read of a work order longer ago is read again before its status or texts are written.
const FRESH: Duration = Duration::from_secs(5);

impl Order {
    /// Whether staff changed what this step is to write: what was read before many lines were written may be out of date.
    pub(super) async fn is_moved_meanwhile(&mut self, account: &Account<'_>, step: &Step) -> Result<bool, Stop> {
        let writes = matches!(step, Step::Head { .. } | Step::Status(AppliedStatus { written: Some(_), .. }));
        let Some(id) = self.work.work_order.filter(|_| writes && self.read_at.elapsed() > FRESH) else {
            return Ok(false);
        };
        let now = self.read_head(account, id).await?;
        self.read_at = Instant::now();
        let Some(before) = &self.head else {
            return Ok(now.is_closed() || self.work.initial_status.is_some_and(|made| now.status != Some(made)));
        };
        // The texts of before were written by then.
        let are_texts_moved = matches!(step, Step::Head { .. }) && !now.has_texts_of(before);
        Ok(are_texts_moved || now.status != before.status || now.is_closed() != before.is_closed())
    }

    /// Takes in what RO App shows of a change that was not answered, so that it is on record whatever the plan does next. A
    /// status or a client of ours that arrived is nobody else's change.
    pub(super) async fn settle_sent(
        &mut self,
        account: &Account<'_>,
        head: &Head,
        items: Option<&[Item]>,
    ) -> Result<(), DbError> {
        if self.work.applied.sent.is_none() {
            return Ok(());
        }
        let arrived = self.work.applied.settle(head, items);
        let mut tx = account.lease.begin(&account.engine.pool).await?;
        applied::save(&mut tx, self.work.order, &self.work.applied).await?;
        let order = (self.store.id, self.work.number);
        match arrived {
            Some(Arrived::Status(status)) => watch::wrote_status(&mut tx, order, status).await?,
            Some(Arrived::Client(client)) => watch::wrote_client(&mut tx, order, client).await?,
            None => {}
        }
        tx.commit().await?;
        Ok(())
    }

    /// What RO App has, as far as it must be known before planning. A work order that was found by its marker alone, or a line
    /// whose change was not answered, needs the lines, too; so does what is listed as a conflict, to tell whether it is one still.
    pub(super) async fn read_remote(&self, account: &Account<'_>) -> Result<(Option<Head>, Option<Vec<Item>>), Stop> {
        let Some(id) = self.work.work_order else { return Ok((None, None)) };
        let head = self.read_head(account, id).await?;
        let applied = &self.work.applied;
        let needs_lines =
            applied.adopted || applied.sent.as_ref().is_some_and(Sent::is_of_a_line) || !self.work.conflicts.is_empty();
        let items = if needs_lines { Some(self.read_lines(account, head.id).await?) } else { None };
        Ok((Some(head), items))
    }

    /// The lines of a work order.
    pub(super) async fn read_lines(&self, account: &Account<'_>, id: WorkOrderId) -> Result<Vec<Item>, Stop> {
        match account.roapp()?.items(id).await {
            Ok(items) => Ok(items),
            Err(error) => Err(account.stop_for(error, Duration::ZERO).await),
        }
    }

    /// The head of a work order. One that RO App does not have is looked for again before it counts as deleted.
    pub(super) async fn read_head(&self, account: &Account<'_>, id: WorkOrderId) -> Result<Head, Stop> {
        match account.roapp()?.order(id).await {
            Ok(Some(head)) => {
                if self.work.is_missing {
                    let mut tx = account.lease.begin(&account.engine.pool).await?;
                    work_orders::found(&mut tx, account.id, id).await?;
                    notices::clear(&mut tx, account.id, Some(self.store.id), absence::TOPIC).await?;
                    tx.commit().await.map_err(DbError::from)?;
                }
                Ok(head)
            }
            Ok(None) => {
                let wait = account.engine.settings.roapp.recovery_wait;
                let mut tx = account.lease.begin(&account.engine.pool).await?;
                let is_removed = work_orders::missing(&mut tx, account.id, id, wait).await?;
                tx.commit().await.map_err(DbError::from)?;
                if is_removed && account.is_removal_believed(self.store.id, id).await? {
                    return Err(Rest::Removed.into());
                }
                if is_removed {
                    return Err(Rest::Wait(wait * absence::NOT_BELIEVED).into());
                }
                Err(Rest::Trouble(format!("RO App does not have work order {id}; it is looked for again"), wait).into())
            }
            Err(error) => Err(account.stop_for(error, Duration::ZERO).await),
        }
    }
}
