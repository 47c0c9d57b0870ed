//! What a failed call means, for the account or for one order, and the journal of calls that create something.

use std::time::Duration;

use crate::{
    db::{
        DbError, history,
        journal::{self, Entry, Settled, Sign},
        links::{self, LinkKind, NewLink},
        orders::OrderState,
        removals, transitions,
    },
    domain::{
        ids::{EntryId, OrderId, ProductId, WorkOrderId},
        notice::Plain,
        recovery::{Absence, found_nothing},
        said::Said,
    },
    http::{PaceError, Verdict},
    roapp::{OrderChange, RoAppError},
    sync::{
        account::Account,
        outcome::{Also, Halt, Outcome, Parked, Run},
    },
};

/// A longer pause that RO App asks for counts as an outage.
const LONGEST_TURN: Duration = Duration::from_mins(1);
/// How long a creating call waits that found no connection though others do.
const NOT_SENT_PAUSE: Duration = Duration::from_secs(10);

impl Account<'_> {
    /// A refused line: perhaps its product is gone, which is looked for anew.
    pub(in crate::sync) async fn line_refused(
        &self,
        product: ProductId,
        entry: EntryId,
        error: RoAppError,
    ) -> Run<Outcome> {
        self.settle(entry, Settled::Refused).await?;
        if let Ok(None) = self.roapp()?.product(product).await {
            self.commit("calls.line_refused", |mut tx| async move {
                links::forget(&mut tx, self.id, LinkKind::Product, product.get()).await
            })
            .await?;
            self.seen(|seen| seen.gone_products.note(product));
            return Ok(Outcome::trouble(&error, Duration::ZERO));
        }
        Ok(Outcome::refused(&error))
    }

    /// Sends one form after another until RO App takes one.
    pub(in crate::sync) async fn first_taken(
        &self,
        order: WorkOrderId,
        forms: impl Iterator<Item = String>,
        part: impl Fn(String) -> OrderChange,
    ) -> Run<Option<String>> {
        for form in forms {
            match self.roapp()?.change_order(order, &part(form.clone())).await {
                Ok(()) => return Ok(Some(form)),
                Err(RoAppError::Refused { .. }) => {}
                Err(error) => return Err(self.stop_for(error, Duration::ZERO).await),
            }
        }
        Ok(None)
    }

    /// A deleted work order that is still listed is not what a later call made.
    pub(in crate::sync) async fn without_former(
        &self,
        entry: &Entry,
        mut found: Vec<i64>,
    ) -> Result<Vec<i64>, DbError> {
        if matches!(entry.sign, Sign::WorkOrder { .. }) && !found.is_empty() {
            let former = removals::former(&self.engine.pool, entry.order).await?;
            found.retain(|id| !former.contains(&WorkOrderId::new(*id)));
        }
        Ok(found)
    }

    /// A search for what a call created found nothing.
    pub(in crate::sync) async fn not_found(&self, entry: &Entry) -> Run {
        let absence = found_nothing(entry.searches, self.unclear_after(), self.engine.settings.roapp.recovery_wait);
        self.commit("calls.not_found", |mut tx| async move {
            match absence {
                Absence::Believed => {
                    journal::settle(&mut tx, entry.id, Settled::Absent).await?;
                    let what = Said::new("not-made").with("record", entry.sign.word());
                    history::add(&mut tx, entry.order, &what).await
                }
                Absence::LookAgain(wait) => journal::searched(&mut tx, entry.id, entry.searches, wait).await,
            }
        })
        .await?;
        match absence {
            Absence::Believed => Ok(()),
            Absence::LookAgain(wait) => Err(Outcome::after(wait)),
        }
    }

    /// Links what an unanswered call made, under `keys` and, where nothing else is linked, under `others`.
    pub(in crate::sync) async fn adopt_link(
        &self,
        entry: &Entry,
        kind: LinkKind,
        id: i64,
        (keys, others): (&[&str], &[String]),
    ) -> Result<(), DbError> {
        let (account, order, reason): (_, OrderId, _) = (self.id, entry.order, &Said::new("made-found-again"));
        let link = |key| NewLink { account, kind, key, remote: id, reason, review: None, order };
        let link = &link;
        self.commit("calls.adopt_link", |mut tx| async move {
            journal::settle(&mut tx, entry.id, Settled::Done(Some(id))).await?;
            for key in keys {
                links::save_newest(&mut tx, &link(key)).await?;
            }
            for key in others {
                links::save(&mut tx, &link(key)).await?;
            }
            transitions::progress(&mut tx, order).await
        })
        .await
    }

    /// What a failed call means: for the whole account where RO App is away, else for the order. `unclear_wait` is how long a
    /// call that may have been executed is left alone.
    pub(in crate::sync) async fn stop_for(&self, error: RoAppError, unclear_wait: Duration) -> Outcome {
        let reason = Said::from(&error);
        let error = match error {
            RoAppError::FenceClosed(_) => return Halt::Lease.into(),
            RoAppError::Pace(PaceError(source)) => return Halt::Db(source.into()).into(),
            error => error,
        };
        match error.verdict() {
            // The employee's rights on this alone: the key itself may still be good for all others.
            Verdict::Stop if error.is_no_right() => match self.probe().await {
                Err(halt) => halt.into(),
                Ok(()) => Outcome::refused(reason),
            },
            Verdict::Stop => Halt::Access(reason).into(),
            Verdict::Never if matches!(error, RoAppError::Refused { .. } | RoAppError::Inexact { .. }) => {
                Outcome::failed(reason)
            }
            Verdict::Again(Some(after)) => Halt::Outage { error, after: Some(after) }.into(),
            verdict => match self.probe().await {
                Err(halt) => halt.into(),
                Ok(()) if verdict == Verdict::Never => Outcome::trouble(reason, unclear_wait),
                Ok(()) => Outcome::unanswered(reason, unclear_wait),
            },
        }
    }

    /// A call that only spares others failed: fine as long as RO App answers.
    pub(super) async fn spared<T>(&self, answer: Result<T, RoAppError>) -> Run<Option<T>> {
        let error = match answer {
            Ok(answer) => return Ok(Some(answer)),
            Err(error) => error,
        };
        let text = error.to_string();
        if let Outcome::Account(halt) = self.stop_for(error, Duration::ZERO).await {
            return Err(halt.into());
        }
        tracing::debug!(error = text, "RO App does not answer a question for many; it is asked one by one");
        Ok(None)
    }

    /// RO App refuses this alone, for ever or to the key's employee, and answers others.
    pub(in crate::sync) async fn is_refused(&self, error: &RoAppError) -> Result<bool, Halt> {
        if error.is_no_right() { self.probe().await.map(|()| true) } else { Ok(error.verdict() == Verdict::Never) }
    }

    /// A creating call failed: surely not executed = the entry is settled; else it stays open and is looked for later.
    pub(in crate::sync) async fn create_failed(&self, entry: EntryId, error: RoAppError) -> Outcome {
        if error.verdict() != Verdict::Unclear
            && let Err(error) = self.not_executed(entry).await
        {
            return error.into();
        }
        match error {
            // RO App only wants it later; the account's calls wait as long.
            RoAppError::TooMany { after, .. } if after <= LONGEST_TURN => Outcome::after(after),
            // No connection could be made: no fault of the order.
            RoAppError::Send { .. } if error.verdict() == Verdict::Again(None) => match self.probe().await {
                Err(halt) => halt.into(),
                Ok(()) => Outcome::after(NOT_SENT_PAUSE),
            },
            // Nothing can be made for the store, a location closed to the key, say.
            error if error.is_no_right() => match self.probe().await {
                Err(halt) => halt.into(),
                Ok(()) => no_right(&error),
            },
            error => {
                let wait = self.unclear_after();
                self.stop_for(error, wait).await
            }
        }
    }

    /// A journalled call was surely not executed. Where the database fails, this process remembers it.
    pub(in crate::sync) async fn not_executed(&self, entry: EntryId) -> Result<(), DbError> {
        let settled = self.settle(entry, Settled::Refused).await;
        if settled.is_err() {
            self.seen(|seen| seen.unsent.insert(entry));
        }
        settled
    }

    /// Settles an entry by itself.
    pub(in crate::sync) async fn settle(&self, entry: EntryId, outcome: Settled) -> Result<(), DbError> {
        self.commit("calls.settle", |mut tx| async move { journal::settle(&mut tx, entry, outcome).await }).await
    }

    /// RO App took a creating call but its answer shows no id: it is looked for at once.
    pub(in crate::sync) async fn without_id(&self, entry: EntryId) -> Outcome {
        let looked =
            self.commit("calls.without_id", |mut tx| async move { journal::search_now(&mut tx, entry).await }).await;
        match looked {
            Ok(()) => Outcome::anew(),
            Err(error) => error.into(),
        }
    }
}

/// The employee of the API key may not do this for the store.
fn no_right(error: &RoAppError) -> Outcome {
    let reason = Said::new("no-right").with("error", Said::from(error));
    Outcome::Parked(Parked { state: OrderState::Failed, reason, also: Also::Pause(Plain::Rights) })
}
