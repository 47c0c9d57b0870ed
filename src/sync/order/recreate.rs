//! Recreates a work order that was deleted in RO App, when a person asks for it (design section 6, "Gone"). Nothing is created
//! before RO App was asked twice for the old one. Then the old link is removed and the order is processed like a new one, with the
//! same marker; the journal keeps that from happening twice, and the old work order is never adopted again.

use std::time::Duration;

use crate::{
    db::{
        DbError, history,
        removals::{self, Recreation},
    },
    domain::{ids::WorkOrderId, said::Said},
    sync::{
        account::{Account, searched_from},
        order::Order,
        outcome::{Outcome, Run},
    },
};

impl Order {
    /// Looks for the old work order: it is linked as before when it is there after all; else it is forgotten, and the order
    /// is planned from nothing, in a run of its own.
    pub(super) async fn recreate(&mut self, account: &Account<'_>) -> Run<Option<Outcome>> {
        let order = self.work.order;
        let Some(id) = self.work.work_order else { return Ok(Some(self.dissolve(account).await?)) };
        let Recreation { missed, linked_at } = removals::recreation(&account.engine.pool, order).await?;
        match account.roapp()?.order(id).await {
            Err(error) => return Err(account.stop_for(error, Duration::ZERO).await),
            Ok(Some(_)) => return Ok(self.still_there(account, id).await.map(|()| None)?),
            Ok(None) if missed => {}
            Ok(None) => {
                let wait = account.engine.settings.roapp.recovery_wait;
                account
                    .commit("recreate.wait", |mut tx| async move { removals::missed(&mut tx, &[order], wait).await })
                    .await?;
                return Ok(Some(Outcome::after(wait)));
            }
        }
        // A restored backup may not know that it was made again already; or staff copied it: that is judged once it is loaded anew.
        let mut carry = Vec::new();
        if let (Some(client), Some(linked_at)) = (self.person, linked_at) {
            let former = removals::former(&account.engine.pool, order).await?;
            match account.roapp()?.orders_of_client(client, searched_from(linked_at)).await {
                Ok(heads) => carry.extend(
                    heads
                        .iter()
                        .filter(|head| self.marker.is_in(&head.manager_notes))
                        .map(|head| head.id)
                        .filter(|other| *other != id && !former.contains(other)),
                ),
                Err(error) => return Err(account.stop_for(error, Duration::ZERO).await),
            }
        }
        self.note_found(account, &carry).await?;
        Ok(Some(self.dissolve(account).await?))
    }

    async fn still_there(&mut self, account: &Account<'_>, id: WorkOrderId) -> Result<(), DbError> {
        let order = &*self;
        account
            .commit("recreate.still_there", |mut tx| async move {
                removals::found(&mut tx, order.work.order).await?;
                let what = Said::new("still-there").with("work_order", id);
                history::add(&mut tx, order.work.order, &what).await
            })
            .await?;
        self.work.asked.recreate = false;
        Ok(())
    }

    /// Forgets the old work order. The order is loaded anew.
    async fn dissolve(&self, account: &Account<'_>) -> Result<Outcome, DbError> {
        let order = self.work.order;
        account
            .commit("recreate.dissolve", |mut tx| async move {
                removals::dissolve(&mut tx, order).await?;
                if let Some(old) = self.work.work_order {
                    let what = Said::new("dissolved").with("work_order", old);
                    history::add(&mut tx, order, &what).await?;
                }
                Ok(())
            })
            .await?;
        tracing::info!("the work order was deleted in RO App; the link to it is removed");
        Ok(Outcome::anew())
    }
}
