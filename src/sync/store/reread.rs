//! Asks a store for orders by number: those that a person wants now, and with each poll all that are not final.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

use super::{PullError, Reader};
use crate::{
    cartum::{AnswerPrint, AskedOrders, IDS_AT_A_TIME},
    db::{asks, history, leases::Tx, rereads},
    domain::{ids::OrderNumber, missing::Among, notice::Plain, said::Said},
};

/// So many questions for orders by number may fail in one read, and so long may that take, before the rest is left to the
/// next: as long as it takes to find one among 50 for which the store hangs, with each question tried three times.
const MOST_FAULTS: u32 = 20;
const PATIENCE: Duration = Duration::from_mins(10);
/// Orders for which the store did not answer and that one read asks for again, each alone, and how long that may take.
const SILENT_AT_ONCE: usize = 3;
const SILENT_PATIENCE: Duration = Duration::from_mins(1);

impl Reader<'_> {
    /// What a person asked for, whatever its state, and what webhooks named.
    pub(super) async fn fetch_asked(&mut self) -> Result<(), PullError> {
        if !self.beside.asked {
            return Ok(());
        }
        self.fetch_hinted().await?;
        let (numbers, asks): (Vec<_>, Vec<_>) =
            asks::to_fetch(&self.engine.pool, self.store.id).await?.into_iter().unzip();
        if numbers.is_empty() {
            return Ok(());
        }
        self.forget_unchanged(numbers.iter().copied());
        self.read_again(&numbers, Among::of(numbers.len())).await?;
        let (store, asks) = (self.store.id, &asks);
        let note = |mut tx: Tx| async move { asks::fetched(&mut tx, store, asks).await };
        Ok(self.commit("reread.answered", note).await?)
    }

    /// Every order that is wanted and not final, as far as this cycle has not read it yet.
    pub(super) async fn read_open(&mut self) -> Result<(), PullError> {
        self.read_lists().await?;
        let (pool, store) = (&self.engine.pool, self.store.id);
        let mut open = std::mem::take(&mut self.beside.open);
        let mut gone = if self.beside.gone { rereads::gone(pool, store).await? } else { Vec::new() };
        open.retain(|number| !self.delivered.contains(number));
        gone.retain(|number| !self.delivered.contains(number));
        // Those for which it did not answer last time go alone, after all others.
        let known = self.engine.seen(self.store.account, |seen| seen.silent.get(&store).cloned()).unwrap_or_default();
        let is_known = |number: &OrderNumber| known.iter().any(|(known, _)| known == number);
        let (silent, open): (Vec<_>, Vec<_>) = open.into_iter().partition(is_known);
        self.read_again(&open, Among::of(open.len())).await?;
        // That they are missing is no news: nobody asks for each of them alone.
        self.read_at_once(&gone).await?;
        let known = known.into_iter().filter(|(number, _)| silent.contains(number)).collect();
        self.read_silent(known, Among::of(open.len())).await
    }

    /// Asks for a few of the orders for which the store did not answer before, each alone; the others have their turn later.
    async fn read_silent(&mut self, mut known: VecDeque<(OrderNumber, String)>, among: Among) -> Result<(), PullError> {
        let began = Instant::now();
        for _ in 0..SILENT_AT_ONCE {
            let Some((number, _)) = known.pop_front() else { break };
            self.read_again(&[number], among).await?;
            if began.elapsed() > SILENT_PATIENCE {
                break;
            }
        }
        self.silent.splice(0..0, known);
        let silent = self.silent.clone();
        self.engine.seen(self.store.account, |seen| seen.silent.insert(self.store.id, silent));
        Ok(())
    }

    /// Reads these orders; one that is missing is asked for again alone.
    pub(super) async fn read_again(&mut self, numbers: &[OrderNumber], among: Among) -> Result<(), PullError> {
        let mut absent = Vec::new();
        for number in self.read_at_once(numbers).await? {
            if among.is_sudden(absent.len()) {
                break;
            }
            absent.extend(self.read_at_once(&[number]).await?);
        }
        self.note_missing(among, &absent).await
    }

    /// Reads these orders in batches, whole before anything is concluded from what is missing; what is missing. Nothing is
    /// where the store does not know `ids`.
    pub(super) async fn read_at_once(&mut self, numbers: &[OrderNumber]) -> Result<Vec<OrderNumber>, PullError> {
        let (mut missing, mut batches) =
            (Vec::new(), Batches { spares_known: self.audit.is_none(), ..Batches::of(numbers) });
        while let Some((batch, answer)) = batches.next(self).await? {
            let Some((answer, print)) = answer else {
                self.counts.seen += batch.len();
                self.poll_between().await?;
                continue;
            };
            let page = self.save(&answer.rows).await?;
            if page.is_on_record && answer.rows.len() == batch.len() && !answer.filter_ignored {
                self.unchanged(|unchanged| unchanged.note_answer(batch, print));
            }
            self.poll_between().await?;
            // The same page for any question: asking on brings nothing.
            if answer.filter_ignored {
                self.notices.insert(Plain::Filter, Said::new("store-ignores-ids"));
                return Ok(Vec::new());
            }
            // A row without a readable number may be the one order that was asked for.
            if !(answer.has_unreadable_number && batch.len() == 1) {
                missing.extend(answer.missing);
            }
        }
        // The orders were read, also those that did not come.
        self.delivered.extend(numbers);
        Ok(missing)
    }

    /// Counts what is missing, and marks what has been missing for long enough; many at once are one notice.
    async fn note_missing(&mut self, among: Among, absent: &[OrderNumber]) -> Result<(), PullError> {
        if absent.is_empty() {
            return Ok(());
        }
        self.counts.missing += absent.len();
        if among.is_sudden(absent.len()) {
            let what = Said::new("many-orders-lost").with("missing", among.absent + absent.len());
            self.notices.insert(Plain::Missing, what.with("asked", among.asked));
            return Ok(());
        }
        self.forget_unchanged(absent.iter().copied());
        let store = self.store.id;
        let note = |mut tx: Tx| async move {
            for order in rereads::missing(&mut tx, store, absent).await? {
                history::add(&mut tx, order, &Said::new("missing-in-store")).await?;
            }
            Ok(())
        };
        Ok(self.commit("reread.missing", note).await?)
    }
}

/// Questions for orders by number. Where the store answers, but not for a batch, the order that is at fault is found by halves
/// and left out, so that it does not block the others.
pub(super) struct Batches<'a> {
    left: Vec<&'a [OrderNumber]>,
    faults: u32,
    /// An answer that shows each order as it is on record need not be read again.
    spares_known: bool,
    /// How long it took until they were given up.
    spent: Duration,
    some_answered: bool,
    /// What went wrong last.
    error: Option<PullError>,
}

impl<'a> Batches<'a> {
    pub(super) fn of(numbers: &'a [OrderNumber]) -> Self {
        Self {
            left: numbers.chunks(IDS_AT_A_TIME).rev().collect(),
            faults: 0,
            spares_known: false,
            spent: Duration::ZERO,
            some_answered: false,
            error: None,
        }
    }

    /// The next numbers for which the store answers, and its answer: `None` where it shows each order as it is on record.
    pub(super) async fn next(
        &mut self,
        reader: &mut Reader<'_>,
    ) -> Result<Option<(&'a [OrderNumber], Option<(AskedOrders, AnswerPrint)>)>, PullError> {
        while let Some(batch) = self.left.pop() {
            let began = Instant::now();
            let known = self.spares_known.then(|| reader.unchanged(|unchanged| unchanged.answer(batch))).flatten();
            match reader.shop.orders_unless(batch, known).await.map_err(PullError::from) {
                Ok(answer) => {
                    self.some_answered = true;
                    return Ok(Some((batch, answer)));
                }
                Err(error) if error.is_of_what_was_asked() && (reader.due.has_answered || error.is_too_much()) => {
                    self.spent += began.elapsed();
                    self.halve(reader, batch, error)?;
                    reader.save_polled_in_time().await?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    fn halve(&mut self, reader: &mut Reader<'_>, batch: &'a [OrderNumber], error: PullError) -> Result<(), PullError> {
        self.faults += 1;
        let is_enough = self.faults > MOST_FAULTS || self.spent > PATIENCE;
        if self.faults > MOST_FAULTS && !self.some_answered {
            return Err(error);
        }
        if let [number] = batch {
            if reader.silent.iter().all(|(silent, _)| silent != number) {
                reader.silent.push((*number, error.to_string()));
            }
        } else if is_enough {
            reader.unanswered.extend(batch.iter().map(|number| (*number, error.to_string())));
        } else {
            let (one, other) = batch.split_at(batch.len() / 2);
            self.left.extend([other, one]);
        }
        self.error = Some(error);
        Ok(())
    }

    /// What went wrong, where no question was answered at all.
    pub(super) fn in_vain(self) -> Result<(), PullError> {
        self.error.filter(|_| !self.some_answered).map_or(Ok(()), Err)
    }
}
