//! One step at a time: journalled before it is sent, its answer, its link and its applied part committed together.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{
    Writer,
    job::Job,
    rest::{Halt, Rest, Stop},
};
use crate::{
    db::{
        DbError, applied,
        journal::{self, NewEntry, Outcome, Sign},
        orders, watch, write_backs,
    },
    domain::{
        ids::{EntryId, StatusId, WorkOrderId},
        notes,
        plan::{AppliedStatus, Comment, HeadChange, Sent, Step},
        status,
        words::Language,
    },
    http::Verdict,
    roapp::{ItemChange, OrderChange, RoAppError},
};

/// A longer pause that RO App asks for counts as an outage.
const LONGEST_TURN: Duration = Duration::from_mins(1);

/// How long a creating call waits that found no connection though others do.
const NOT_SENT_PAUSE: Duration = Duration::from_secs(10);

impl Writer<'_> {
    /// Does one step.
    pub(super) async fn step(&mut self, job: &mut Job, step: &Step) -> Result<(), Stop> {
        if self.engine.stop.is_requested() {
            return Err(Halt::Stopping.into());
        }
        match step {
            Step::Person => self.person(job).await,
            Step::Product(want) => self.product(job, want).await,
            Step::Create(head) => self.create(job, step, head).await,
            Step::AddLine { .. } => self.add_line(job, step).await,
            Step::ChangeLine { item, values, .. } => {
                let change = ItemChange {
                    quantity: values.quantity,
                    price: values.price,
                    discount: values.discount,
                    sponsor: job.store.settings.discount_sponsor,
                };
                let order = work_order(job)?;
                self.sending(job, Sent::of(step)).await?;
                let answer = self.roapp()?.change_item(order, *item, &change).await;
                self.written(job, step, answer, "line changed").await
            }
            Step::RemoveLine { item, .. } => {
                let order = work_order(job)?;
                match self.roapp()?.delete_item(order, *item).await {
                    Err(RoAppError::Missing { .. }) => self.already_removed(job, step, order).await,
                    answer => self.written(job, step, answer, "line removed").await,
                }
            }
            Step::AdoptLine { .. } => self.accepted(job, step, None, Some("line found in the work order")).await,
            Step::AcceptLine { .. } | Step::ForgetLine { .. } | Step::WaiveLine { .. } | Step::Told(_) => {
                self.accepted(job, step, None, None).await
            }
            Step::Head { change, .. } => self.head(job, step, change).await,
            Step::Client(_) => self.give_to_buyer(job, step).await,
            Step::AcceptClient(_) => self.accepted(job, step, None, None).await,
            Step::Status(status) => self.status(job, step, *status).await,
            Step::Comment(comment) => self.comment(job, step, comment).await,
        }
    }

    /// Journals a creating call before it is sent.
    pub(super) async fn journal(&self, job: &Job, key: &str, sign: &Sign) -> Result<EntryId, DbError> {
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        let entry = self.journal_in(&mut tx, job, key, sign).await?;
        tx.commit().await?;
        Ok(entry)
    }

    /// The same within a transaction.
    pub(super) async fn journal_in(
        &self,
        tx: &mut sqlx::PgTransaction<'_>,
        job: &Job,
        key: &str,
        sign: &Sign,
    ) -> Result<EntryId, DbError> {
        let (account, order, version) = (self.account.id, job.work.order, job.work.version);
        journal::open(tx, &NewEntry { account, order, version, key, sign, look_after: self.look_after() }).await
    }

    /// A creating call failed: surely not executed = the entry is settled; else it stays open and is looked for later.
    pub(super) async fn create_failed(&mut self, entry: EntryId, error: RoAppError) -> Stop {
        if error.verdict() != Verdict::Unclear
            && let Err(error) = self.not_executed(entry).await
        {
            return error.into();
        }
        match error {
            // RO App only wants it later; the account's calls wait as long.
            RoAppError::TooMany { after, .. } if after <= LONGEST_TURN => Rest::Wait(after).into(),
            // No connection could be made: no fault of the order.
            RoAppError::Send { .. } if error.verdict() == Verdict::Again(None) => match self.probe().await {
                Err(halt) => halt.into(),
                Ok(()) => Rest::Wait(NOT_SENT_PAUSE).into(),
            },
            // Nothing can be made for the store, a location closed to the key, say.
            error if error.is_no_right() => match self.probe().await {
                Err(halt) => halt.into(),
                Ok(()) => Rest::NoRight(error.to_string()).into(),
            },
            error => {
                let wait = self.look_after();
                self.stop_for(error, wait).await
            }
        }
    }

    /// A journalled call was surely not executed. Where the database fails, this process remembers it.
    async fn not_executed(&self, entry: EntryId) -> Result<(), DbError> {
        let settled = self.settle(entry, Outcome::Refused).await;
        if settled.is_err() {
            self.engine.seen(self.account.id, |seen| seen.unsent.insert(entry));
        }
        settled
    }

    /// Settles an entry by itself.
    pub(super) async fn settle(&self, entry: EntryId, outcome: Outcome) -> Result<(), DbError> {
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        journal::settle(&mut tx, entry, outcome).await?;
        tx.commit().await?;
        Ok(())
    }

    /// RO App took a creating call but its answer shows no id: it is looked for at once.
    pub(super) async fn without_id(&self, entry: EntryId) -> Stop {
        let looked = async {
            let mut tx = self.lease.begin(&self.engine.pool).await?;
            journal::look_now(&mut tx, entry).await?;
            tx.commit().await?;
            Ok::<(), DbError>(())
        };
        match looked.await {
            Ok(()) => Rest::Wait(Duration::ZERO).into(),
            Err(error) => error.into(),
        }
    }

    async fn head(&mut self, job: &mut Job, step: &Step, change: &HeadChange) -> Result<(), Stop> {
        if change.is_empty() {
            return self.accepted(job, step, None, None).await;
        }
        let order = work_order(job)?;
        let change = OrderChange {
            client: None,
            malfunction: change.malfunction.clone(),
            manager_notes: change.manager_notes.clone(),
            estimated_price: change.estimated_price.as_ref().map(|_| job.order.total_sum),
            due_date: None,
            custom_fields: change.custom_fields.clone(),
        };
        self.sending(job, Sent::of(step)).await?;
        let answer = self.roapp()?.change_order(order, &change).await;
        match answer {
            Err(refusal @ RoAppError::Refused { .. }) => self.head_in_parts(job, step, &change, refusal).await,
            answer => self.written(job, step, answer, "notes and fields changed").await,
        }
    }

    async fn status(&mut self, job: &mut Job, step: &Step, status: AppliedStatus) -> Result<(), Stop> {
        let order = work_order(job)?;
        let current = job.head.as_ref().filter(|head| head.id == order).and_then(|head| head.status);
        // A new work order has the status that it was made with.
        let current = current.or(if job.head.is_none() { job.work.initial_status } else { None });
        match status.written {
            Some(target) if Some(target) != current => {
                self.sending(job, Sent::of(step)).await?;
                self.set_status(job, order, target).await?;
                self.accepted(job, step, None, Some(&format!("status set to {target}"))).await
            }
            _ => self.accepted(job, step, None, None).await,
        }
    }

    /// Writes a status. One that RO App refuses holds the order; its lines stay right.
    pub(super) async fn set_status(&mut self, job: &mut Job, order: WorkOrderId, target: StatusId) -> Result<(), Stop> {
        let answer = self.roapp()?.set_status(order, target).await;
        self.not_sent(job, &answer).await?;
        match answer {
            Ok(()) => Ok(()),
            Err(error) if self.is_refused(&error).await? => {
                let store = job.order.status;
                let initial = job.work.initial_status.or(job.store.initial_status);
                let led_to = status::target(&job.store.settings.status_map, store).status(initial);
                let reason = if led_to == Some(target) {
                    format!(
                        "RO App refuses the status {target} that the store's status {store} maps to ({error}); set it by hand or \
                         change the status map"
                    )
                } else {
                    format!("RO App refuses the status {target} that staff had set before ({error}); set it by hand")
                };
                Err(Rest::Held(reason).into())
            }
            Err(error) => Err(self.stop_for(error, Duration::ZERO).await),
        }
    }

    /// Sent at most once: an unclear comment is recorded, never repeated, and a refused one never fails the order.
    async fn comment(&mut self, job: &mut Job, step: &Step, comment: &Comment) -> Result<(), Stop> {
        let order = work_order(job)?;
        let sign = Sign::Comment { text: comment.text().to_owned() };
        let entry = self.journal(job, comment.kind(), &sign).await?;
        let answer = self.roapp()?.add_comment(order, comment.text()).await;
        let (entry, outcome) = match answer {
            Ok(()) => (Some(entry), "comment added".to_owned()),
            Err(error) if error.is_no_right() => {
                self.not_executed(entry).await?;
                self.probe().await?;
                (None, format!("comment refused: {error}"))
            }
            Err(error) => match error.verdict() {
                Verdict::Never => (Some(entry), format!("comment refused: {error}")),
                Verdict::Unclear => (Some(entry), format!("comment sent, its arrival is unclear: {error}")),
                Verdict::Again(_) | Verdict::Stop => return Err(self.create_failed(entry, error).await),
            },
        };
        self.accepted(job, step, entry, Some(&outcome)).await
    }

    /// Notes what is about to be sent, so that it is known for ours should no answer come.
    pub(super) async fn sending(&self, job: &mut Job, what: Option<Sent>) -> Result<(), DbError> {
        job.work.applied.sent = what;
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        applied::save(&mut tx, job.work.order, &job.work.applied).await?;
        tx.commit().await?;
        Ok(())
    }

    /// RO App surely did not execute what was about to be sent: nothing is under way any more, whatever becomes of the order.
    pub(super) async fn not_sent(&self, job: &mut Job, answer: &Result<(), RoAppError>) -> Result<(), DbError> {
        let is_refused = answer.as_ref().is_err_and(|error| error.verdict() != Verdict::Unclear);
        if is_refused && job.work.applied.sent.is_some() { self.sending(job, None).await } else { Ok(()) }
    }

    /// The order was deleted in the store: its work order is told, once, and stays.
    pub(super) async fn tell_gone(&mut self, job: &mut Job, gone_at: DateTime<Utc>) -> Result<(), Stop> {
        let say = |language| notes::gone_comment(job.work.number, gone_at, language);
        let is_told = Language::ALL.into_iter().any(|language| say(language) == job.work.applied.gone);
        let text = say(job.store.settings.words());
        if job.work.work_order.is_some() && !is_told {
            self.step(job, &Step::Comment(Comment::Gone(text))).await?;
        }
        Err(Rest::Gone.into())
    }

    /// The answer to a call that may safely be repeated.
    async fn written(
        &mut self,
        job: &mut Job,
        step: &Step,
        answer: Result<(), RoAppError>,
        what: &str,
    ) -> Result<(), Stop> {
        self.not_sent(job, &answer).await?;
        match answer {
            Ok(()) => self.accepted(job, step, None, Some(what)).await,
            // The line or order changed under us: planned anew from what is there.
            Err(RoAppError::Missing { .. }) => {
                Err(Rest::Trouble("RO App has it no more".into(), Duration::ZERO).into())
            }
            Err(error) => Err(self.stop_for(error, Duration::ZERO).await),
        }
    }

    /// Notes what RO App accepted.
    pub(super) async fn accepted(
        &self,
        job: &mut Job,
        step: &Step,
        entry: Option<EntryId>,
        what: Option<&str>,
    ) -> Result<(), Stop> {
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        if let Some(entry) = entry {
            journal::settle(&mut tx, entry, Outcome::Done(None)).await?;
        }
        let sent = job.work.applied.sent.take();
        job.work.applied.record(step, None);
        if let Step::Head { change, .. } = step {
            job.work.applied.shown = job.shown.take().or(job.work.applied.shown.take());
            job.wrote.add(change);
        }
        applied::save(&mut tx, job.work.order, &job.work.applied).await?;
        if let Step::Status(AppliedStatus { written: Some(status), .. }) = step {
            watch::wrote_status(&mut tx, (job.store.id, job.work.number), *status).await?;
        }
        if let (Step::Client(_), Some(Sent::Client(client))) = (step, sent) {
            watch::wrote_client(&mut tx, (job.store.id, job.work.number), client).await?;
        }
        if matches!(step, Step::Status(_)) {
            // The store moved on from what it did not take, by hand perhaps, as its refusal says.
            write_backs::clear_refusal(&mut tx, job.work.order).await?;
        }
        if let Some(what) = what {
            orders::tell(&mut tx, job.work.order, what).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// The work order, which an earlier step made or found.
pub(super) fn work_order(job: &Job) -> Result<WorkOrderId, Stop> {
    let missing = || Rest::Trouble("the work order is not known".into(), Duration::ZERO);
    job.work.work_order.ok_or_else(|| missing().into())
}
