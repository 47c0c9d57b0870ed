//! Brings statuses that people set in RO App to the store (design section 8): the order is read again, written only if the
//! store still has the status last seen, and read back.

use std::{collections::BTreeMap, sync::Arc};

use super::{PullError, Reader};
use crate::{
    cartum::{CartumError, IDS_AT_A_TIME, OrderRow},
    db::{
        DbError, orders,
        write_backs::{self, MAX_TRIES, Wanted},
    },
    domain::{
        ids::{OrderNumber, StoreStatusId},
        watch::{self, WriteBack},
    },
};

/// A status that is written to the store.
type Target = (Wanted, StoreStatusId);

impl Reader<'_> {
    /// Writes back what is wanted. Not before RO App was looked at in this session: until then a wish may be stale.
    pub(super) async fn write_back(&mut self) -> Result<(), PullError> {
        let is_off = self.store.settings.write_back.is_empty();
        if is_off || !self.engine.seen(self.store.account, |seen| seen.markers) {
            return Ok(());
        }
        let wanted = write_backs::wanted(&self.engine.pool, self.store.id).await?;
        for batch in wanted.chunks(IDS_AT_A_TIME) {
            let targets = self.compare(batch).await?;
            if !targets.is_empty() {
                self.set(targets).await?;
            }
        }
        Ok(())
    }

    /// Reads the orders again; those that are to be written, noted as ours before anything is sent.
    async fn compare(&mut self, batch: &[Wanted]) -> Result<Vec<Target>, PullError> {
        let rows = self.read_numbers(batch.iter().map(|wanted| wanted.number).collect()).await?;
        let shown = statuses(&rows);
        let (mut targets, mut there) = (Vec::new(), Vec::new());
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        for wanted in batch {
            // One that the store does not show is missing, which is counted where orders are read again.
            let Some(now) = shown.get(&wanted.number).copied() else { continue };
            let target = self.store.settings.write_back.get(&wanted.roapp).copied();
            match watch::write_back(target, wanted.from, wanted.written, now) {
                WriteBack::Write(target) => targets.push((*wanted, target)),
                WriteBack::Done(target) => there.push((*wanted, target)),
                WriteBack::StoreMoved => {
                    write_backs::overtaken(&mut tx, wanted.order).await?;
                    let text = format!(
                        "RO App's status {} is not written to the store, which moved to its status {now} meanwhile",
                        wanted.roapp
                    );
                    orders::tell(&mut tx, wanted.order, &text).await?;
                }
                WriteBack::NotMapped => write_backs::forget(&mut tx, wanted.order).await?,
            }
        }
        for (wanted, target) in targets.iter().chain(&there) {
            write_backs::sending(&mut tx, wanted.order, wanted.roapp, *target).await?;
        }
        tx.commit().await.map_err(DbError::from)?;
        self.settle(&rows, &there, &[]).await?;
        Ok(targets)
    }

    async fn set(&mut self, targets: Vec<Target>) -> Result<(), PullError> {
        let shop = Arc::clone(&self.shop);
        let numbers: Vec<_> = targets.iter().map(|(wanted, target)| (wanted.number, *target)).collect();
        let refused = match shop.set_statuses(&numbers, self.fence).await {
            Ok(refused) => refused,
            Err(
                error @ (CartumError::Failed { .. }
                | CartumError::NotOnPlan { .. }
                | CartumError::UnknownWord { .. }
                | CartumError::Contract { .. }),
            ) => return self.note_no_answer(&targets, &error).await,
            Err(error) => return Err(error.into()),
        };
        let rows = self.read_numbers(targets.iter().map(|(wanted, _)| wanted.number).collect()).await?;
        let shown = statuses(&rows);
        let (mut there, mut not_there) = (Vec::new(), Vec::new());
        for (wanted, target) in targets {
            match (shown.get(&wanted.number), refused.get(&wanted.number)) {
                (Some(now), _) if *now == target => there.push((wanted, target)),
                (_, Some(why)) => not_there.push(((wanted, target), why.clone())),
                (Some(now), None) => not_there.push(((wanted, target), format!("it said yes and still shows {now}"))),
                // Not shown: looked at again with the next cycle.
                (None, None) => {}
            }
        }
        self.settle(&rows, &there, &not_there).await
    }

    /// Saves what was read, and only then counts as arrived what it shows: the executor must not meet the older version with
    /// the newer status.
    async fn settle(
        &mut self,
        rows: &[OrderRow],
        there: &[Target],
        not_there: &[(Target, String)],
    ) -> Result<(), PullError> {
        self.save(rows).await?;
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        for (wanted, target) in there {
            let order = wanted.number;
            write_backs::confirm(&mut tx, wanted.order).await?;
            let text =
                format!("the store has status {target}, after RO App's status {} that a person set", wanted.roapp);
            orders::tell(&mut tx, wanted.order, &text).await?;
            tracing::info!(%order, status = target.get(), "a status that a person set in RO App is in the store");
        }
        for (target, why) in not_there {
            refuse(&mut tx, *target, why).await?;
        }
        tx.commit().await.map_err(DbError::from)?;
        Ok(())
    }

    /// The whole call was refused: tried a few times more, then it counts for each.
    async fn note_no_answer(&mut self, targets: &[Target], error: &CartumError) -> Result<(), PullError> {
        tracing::debug!(error = error as &dyn std::error::Error, "the store did not take statuses");
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        for (wanted, target) in targets {
            if write_backs::failed(&mut tx, wanted.order).await? >= MAX_TRIES {
                refuse(&mut tx, (*wanted, *target), &error.to_string()).await?;
            }
        }
        tx.commit().await.map_err(DbError::from)?;
        Ok(())
    }

    /// The rows of these orders, and of no others.
    async fn read_numbers(&self, numbers: Vec<OrderNumber>) -> Result<Vec<OrderRow>, PullError> {
        Ok(self.shop.orders_at_once(&numbers).await?.rows)
    }
}

async fn refuse(tx: &mut sqlx::PgTransaction<'_>, (wanted, target): Target, why: &str) -> Result<(), DbError> {
    let order = wanted.number;
    let text = format!(
        "the store does not take its status {target}, which RO App's status {} stands for ({why}); set it there by hand, or \
         change write_back with `store edit`",
        wanted.roapp
    );
    write_backs::refuse(tx, wanted.order, &text).await?;
    orders::tell(tx, wanted.order, &text).await?;
    tracing::warn!(%order, status = target.get(), "the store does not take a status; `order show` says why");
    Ok(())
}

/// What the store shows.
fn statuses(rows: &[OrderRow]) -> BTreeMap<OrderNumber, StoreStatusId> {
    rows.iter().filter_map(|row| Some((row.number?, row.order.as_ref().ok()?.status))).collect()
}
