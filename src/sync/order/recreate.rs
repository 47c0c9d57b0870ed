//! Makes a work order again that was deleted in RO App, when a person asks for it (design section 6, "Gone"). Nothing is made
//! before RO App was asked twice for the old one. Then the old link is dissolved and the order goes the way of a new one, with
//! the same marker; the journal keeps that from happening twice, and the old work order is never adopted again.

use std::time::Duration;

use crate::{
    db::{
        DbError, orders,
        removals::{self, Recreation},
    },
    domain::ids::WorkOrderId,
    sync::{
        account::{Account, searched_from},
        order::Order,
        outcome::{Rest, Stop},
    },
};

impl Order {
    /// Looks for the old work order: it is linked as before when it is there after all; else it is forgotten, and the order
    /// waits to be planned from nothing.
    pub(super) async fn recreate(&mut self, account: &Account<'_>) -> Result<(), Stop> {
        let order = self.work.order;
        let Some(id) = self.work.work_order else { return self.dissolve(account).await };
        let Recreation { missed, linked_at } = removals::recreation(&account.engine.pool, order).await?;
        match account.roapp()?.order(id).await {
            Err(error) => return Err(account.stop_for(error, Duration::ZERO).await),
            Ok(Some(_)) => return self.still_there(account, id).await,
            Ok(None) if missed => {}
            Ok(None) => {
                let wait = account.engine.settings.roapp.recovery_wait;
                let mut tx = account.lease.begin(&account.engine.pool).await?;
                removals::missed(&mut tx, &[order], wait).await?;
                tx.commit().await?;
                return Err(Rest::Wait(wait).into());
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
        self.dissolve(account).await
    }

    async fn still_there(&mut self, account: &Account<'_>, id: WorkOrderId) -> Result<(), Stop> {
        let mut tx = account.lease.begin(&account.engine.pool).await?;
        removals::found(&mut tx, self.work.order).await?;
        let what = format!("work order {id} is in RO App after all; linked with it as before, nothing is made");
        orders::tell(&mut tx, self.work.order, &what).await?;
        tx.commit().await?;
        self.work.recreate = false;
        Ok(())
    }

    /// Forgets the old work order. The order is loaded anew.
    async fn dissolve(&self, account: &Account<'_>) -> Result<(), Stop> {
        let order = self.work.order;
        let mut tx = account.lease.begin(&account.engine.pool).await?;
        removals::dissolve(&mut tx, order).await?;
        if let Some(old) = self.work.work_order {
            let what = format!("work order {old} is not in RO App any more; the link with it is dissolved");
            orders::tell(&mut tx, order, &what).await?;
        }
        tx.commit().await.map_err(DbError::from)?;
        tracing::info!("the work order was deleted in RO App; the link with it is dissolved");
        Err(Rest::Wait(Duration::ZERO).into())
    }
}
