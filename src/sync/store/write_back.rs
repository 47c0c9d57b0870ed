//! Writes statuses that people set in RO App to the store (design section 8): the order is read again, written only if the store
//! still has the status last seen, and read back.
//!
//! Nothing here keeps the store from being read. A call that got neither yes nor no counts as a try of its order only if the store
//! answers other calls, so that no outage uses up tries; if the call was for several orders, each is then sent by itself.

use std::{collections::BTreeMap, error::Error};

use super::{PullError, Reader, reread::Batches};
use crate::{
    cartum::{CartumError, IDS_AT_A_TIME, OrderRow},
    db::{
        DbError, history,
        leases::Tx,
        rereads, stores,
        write_backs::{self, MAX_TRIES, Wanted},
    },
    domain::{
        ids::{OrderId, OrderNumber, StatusId, StoreId, StoreStatusId},
        retry,
        said::{Said, Value},
        store::StoreState,
        watch::{self, WriteBack},
    },
};

/// Orders of one store whose calls may fail in one cycle: each may take as long as a request may, and the rest waits for the
/// next cycle.
const MOST_FAILURES: usize = 3;

/// What people did in RO App is known for as long as so many polls: an older look was before an outage, say.
const STALE: u32 = 2;

/// A status that is written to the store.
type Target = (Wanted, StoreStatusId);

/// The store answered, but not to the call that sets statuses.
struct Failure {
    error: CartumError,
    /// What was sent with it and is not in the store.
    left: Vec<Target>,
}

impl Reader<'_> {
    /// Writes back what is wanted. Not before RO App was looked at, by this process and lately: until then a wish may be stale.
    /// A store that is away says so when it is read next.
    pub(super) async fn write_back(&mut self) -> Result<(), PullError> {
        let looked_at = self.engine.seen(self.store.account, |seen| seen.looked_at);
        let is_stale = looked_at.is_none_or(|at| at.elapsed() > self.engine.settings.sync.poll_interval * STALE);
        if self.store.settings.write_back.is_empty() || !self.beside.wanted || is_stale {
            return Ok(());
        }
        let wanted = write_backs::wanted(&self.engine.pool, self.store.id).await?;
        if wanted.is_empty() || self.is_changed().await? {
            return Ok(());
        }
        match self.write_wanted(wanted).await {
            Err(PullError::Cartum(error)) if !matches!(error, CartumError::FenceClosed(_)) => {
                tracing::debug!(
                    error = &error as &dyn Error,
                    "the store became unavailable while statuses were written to it"
                );
                Ok(())
            }
            done => done,
        }
    }

    /// What people set while the settings led to the store, and that they do not lead there from any more, is not kept for a day
    /// when they might again.
    pub(super) async fn drop_unmapped(&mut self) -> Result<(), DbError> {
        if !self.beside.unmapped {
            return Ok(());
        }
        let unmapped = write_backs::unmapped(&self.engine.pool, self.store.id).await?;
        let unmapped = &unmapped;
        let drop_them = |mut tx: Tx| async move {
            for (order, roapp) in unmapped {
                drop_unmapped(&mut tx, *order, *roapp).await?;
            }
            Ok(())
        };
        self.commit("write_back.drop_unmapped", drop_them).await
    }

    /// The store was stopped or its settings changed while it was read: the next cycle goes by that.
    async fn is_changed(&self) -> Result<bool, DbError> {
        let now = stores::get(&self.engine.pool, self.store.id).await?;
        Ok(now.is_none_or(|now| now.state == StoreState::Paused || now.settings != self.store.settings))
    }

    async fn write_wanted(&mut self, wanted: Vec<Wanted>) -> Result<(), PullError> {
        // What failed before goes alone, so that it takes no other with it.
        let (mut alone, together): (Vec<_>, Vec<_>) = wanted.into_iter().partition(|wanted| wanted.tries > 0);
        for batch in together.chunks(IDS_AT_A_TIME) {
            let targets = self.compare(batch).await?;
            match (self.set(&targets).await?, targets.as_slice()) {
                (None, _) => {}
                (Some(failure), [target]) => self.count(*target, &failure.error).await?,
                (Some(failure), _) => alone.extend(failure.left.into_iter().map(|(wanted, _)| wanted)),
            }
        }
        let mut failures = 0;
        for wanted in alone {
            for target in self.compare(&[wanted]).await? {
                if let Some(failure) = self.set(&[target]).await? {
                    self.count(target, &failure.error).await?;
                    failures += 1;
                }
            }
            if failures >= MOST_FAILURES {
                break;
            }
        }
        Ok(())
    }

    /// Reads the orders again; those that are to be written, noted as ours before anything is sent.
    async fn compare(&mut self, batch: &[Wanted]) -> Result<Vec<Target>, PullError> {
        let rows = self.read_numbers(batch.iter().map(|wanted| wanted.number).collect()).await?;
        let shown = statuses(&rows);
        // What was sent earlier and arrived is known for ours already, but not once the next one is noted in its place.
        let earlier: BTreeMap<_, _> = batch.iter().map(|wanted| (wanted.number, wanted.written)).collect();
        let is_earlier = |row: &&OrderRow| {
            let number = row.number.filter(|number| shown.contains_key(number));
            number.is_some_and(|number| earlier.get(&number) == Some(&shown.get(&number).copied()))
        };
        let arrived: Vec<_> = rows.iter().filter(is_earlier).cloned().collect();
        if !arrived.is_empty() {
            self.save(&arrived).await?;
        }
        let (map, seen) = (&self.store.settings.write_back, (&rows[..], &shown));
        let judge = |tx| judge((tx, self.store.id), map, batch, seen);
        let (targets, there) = self.commit("write_back.compare", judge).await?;
        self.record(&rows, &there, &[]).await?;
        Ok(targets)
    }

    /// Sends statuses in one call, and reads back what became of them, also where no answer came. An error of the reading is
    /// that of a store that is away.
    async fn set(&mut self, targets: &[Target]) -> Result<Option<Failure>, PullError> {
        if targets.is_empty() {
            return Ok(None);
        }
        let numbers: Vec<_> = targets.iter().map(|(wanted, target)| (wanted.number, *target)).collect();
        self.forget_unchanged(targets.iter().map(|(wanted, _)| wanted.number));
        let (refused, error) = match self.shop.set_statuses(&numbers, self.fence).await {
            Ok(refused) => (refused, None),
            Err(CartumError::FenceClosed(closed)) => return Err(CartumError::from(closed).into()),
            Err(error) => (BTreeMap::new(), Some(error)),
        };
        let rows = self.read_numbers(targets.iter().map(|(wanted, _)| wanted.number).collect()).await?;
        let shown = statuses(&rows);
        let (mut there, mut not_there, mut left) = (Vec::new(), Vec::new(), Vec::new());
        for (wanted, target) in targets {
            let is_as_before = |now| now == wanted.from || Some(now) == wanted.written;
            match (shown.get(&wanted.number), refused.get(&wanted.number)) {
                (Some(now), _) if now == target => there.push((*wanted, *target)),
                (_, Some(why)) => not_there.push(((*wanted, *target), why.as_str().into())),
                (Some(now), None) if error.is_none() && is_as_before(*now) => {
                    let why = Said::new("store-still-reports").with("store", *now);
                    not_there.push(((*wanted, *target), why.into()));
                }
                // The store moved, or does not show it: looked at again with the next cycle.
                (_, None) => left.push((*wanted, *target)),
            }
        }
        self.record(&rows, &there, &not_there).await?;
        Ok(error.filter(|_| !left.is_empty()).map(|error| Failure { error, left }))
    }

    /// Saves what was read, and only then counts as arrived what it shows: the executor must not meet the older version with
    /// the newer status.
    async fn record(
        &mut self,
        rows: &[OrderRow],
        there: &[Target],
        not_there: &[(Target, Value)],
    ) -> Result<(), PullError> {
        self.save(rows).await?;
        let settle = |mut tx: Tx| async move {
            for (wanted, target) in there {
                write_backs::confirm(&mut tx, wanted.order, wanted.roapp, *target).await?;
                let what = Said::new("write-back-arrived").with("store", *target).with("roapp", wanted.roapp);
                history::add(&mut tx, wanted.order, &what).await?;
            }
            for (target, why) in not_there {
                refuse(&mut tx, *target, why.clone()).await?;
            }
            Ok(())
        };
        self.commit("write_back.record", settle).await?;
        for (wanted, target) in there {
            let (order, status) = (wanted.number, target.get());
            tracing::info!(%order, status, "wrote a status that a person set in RO App to the store");
        }
        Ok(())
    }

    /// A call for this order alone brought neither yes nor no, while the store answers: tried a few times more, ever later.
    async fn count(&mut self, (wanted, target): Target, error: &CartumError) -> Result<(), PullError> {
        let pause = retry::after_failed_poll(wanted.tries, self.engine.settings.sync.poll_interval);
        let pause = pause.max(error.retry_after().unwrap_or_default());
        let count = |mut tx: Tx| async move {
            let tries = write_backs::failed(&mut tx, wanted.order, wanted.roapp, pause).await?;
            match tries {
                None => {}
                Some(tries) if tries < MAX_TRIES => {
                    let what = Said::new("write-back-try").with("try", tries).with("store", target);
                    history::add(&mut tx, wanted.order, &what.with("error", Said::from(error))).await?;
                }
                Some(_) => refuse(&mut tx, (wanted, target), Said::from(error).into()).await?,
            }
            Ok(tries)
        };
        let tries = self.commit("write_back.count", count).await?;
        tracing::debug!(order = %wanted.number, tries, error = error as &dyn Error, "the store did not accept a status");
        Ok(())
    }

    /// The rows of these orders, and of no others.
    async fn read_numbers(&mut self, numbers: Vec<OrderNumber>) -> Result<Vec<OrderRow>, PullError> {
        let (mut rows, mut batches) = (Vec::new(), Batches::of(&numbers));
        while let Some((_, answer)) = batches.next(self).await? {
            rows.extend(answer.into_iter().flat_map(|(answer, _)| answer.rows));
        }
        // That may be a store that is away, which is no order's fault.
        batches.in_vain()?;
        Ok(rows)
    }
}

async fn note_overtaken(tx: &mut sqlx::PgTransaction<'_>, wanted: &Wanted, now: StoreStatusId) -> Result<(), DbError> {
    write_backs::drop_wish(tx, wanted.order, wanted.roapp).await?;
    let roapp = wanted.roapp;
    let what = Said::new("write-back-overtaken").with("roapp", roapp).with("store", now);
    history::add(tx, wanted.order, &what).await
}

async fn drop_unmapped(tx: &mut sqlx::PgTransaction<'_>, order: OrderId, roapp: StatusId) -> Result<(), DbError> {
    write_backs::drop_wish(tx, order, roapp).await?;
    history::add(tx, order, &Said::new("write-back-unmapped").with("roapp", roapp)).await
}

async fn refuse(tx: &mut sqlx::PgTransaction<'_>, (wanted, target): Target, why: Value) -> Result<(), DbError> {
    let order = wanted.number;
    let reason = why.to_string();
    let what = Said::new("write-back-refused").with("store", target).with("roapp", wanted.roapp).with("error", why);
    write_backs::refuse(tx, wanted.order, wanted.roapp, &what).await?;
    history::add(tx, wanted.order, &what).await?;
    tracing::warn!(%order, status = target.get(), reason, "the store does not accept a status");
    Ok(())
}

/// What the store shows.
fn statuses(rows: &[OrderRow]) -> BTreeMap<OrderNumber, StoreStatusId> {
    rows.iter().filter_map(|row| Some((row.number?, row.order.as_ref().ok()?.status))).collect()
}

/// What is to be written, and what is there already.
async fn judge(
    (mut tx, store): (Tx, StoreId),
    map: &BTreeMap<StatusId, StoreStatusId>,
    batch: &[Wanted],
    (rows, shown): (&[OrderRow], &BTreeMap<OrderNumber, StoreStatusId>),
) -> Result<(Vec<Target>, Vec<Target>), DbError> {
    let (mut targets, mut there) = (Vec::new(), Vec::new());
    let numbers: Vec<_> = batch.iter().map(|wanted| wanted.number).collect();
    let known = rereads::known(&mut tx, store, &numbers).await?;
    for wanted in batch {
        // Perhaps it is another order by now: that is found out when what was read is saved.
        let is_moved = |row: &OrderRow| {
            let placed_at = known.get(&wanted.number).and_then(|known| known.placed_at);
            row.number == Some(wanted.number) && row.placed_at != placed_at
        };
        if rows.iter().any(is_moved) {
            continue;
        }
        // One that the store does not show is missing, which is counted where orders are read again.
        let Some(now) = shown.get(&wanted.number).copied() else { continue };
        let target = map.get(&wanted.roapp).copied();
        let (target, list) = match watch::write_back(target, wanted.from, wanted.written, now) {
            WriteBack::Write(target) => (target, &mut targets),
            WriteBack::Done(target) => (target, &mut there),
            WriteBack::StoreMoved => {
                note_overtaken(&mut tx, wanted, now).await?;
                continue;
            }
            WriteBack::NotMapped => {
                drop_unmapped(&mut tx, wanted.order, wanted.roapp).await?;
                continue;
            }
        };
        if write_backs::sending(&mut tx, wanted.order, wanted.roapp, (target, now)).await? {
            list.push((*wanted, target));
        }
    }
    Ok((targets, there))
}
