//! One step at a time: journalled before it is sent; its answer, its link and its applied part are committed together.

mod client;
mod create;
mod line;
mod older;
mod person;
mod plain;
mod product;

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::{
    db::{
        DbError, applied, history,
        journal::{self, NewEntry, Settled, Sign},
        leases::Tx,
        links::{self, LinkKind},
        watch, write_backs,
    },
    domain::{
        ids::{EntryId, StatusId, WorkOrderId},
        notes,
        plan::{AppliedStatus, Comment, HeadChange, Sent, Step},
        said::Said,
        status,
        words::Language,
    },
    http::Verdict,
    roapp::{ItemChange, OrderChange, RoAppError},
    sync::{
        account::Account,
        order::Order,
        outcome::{Halt, Outcome, Run},
    },
};

impl Order {
    /// Does one step.
    pub(in crate::sync::order) async fn step(&mut self, account: &Account<'_>, step: &Step) -> Run {
        if account.is_over() {
            return Err(Halt::Stopping.into());
        }
        match step {
            Step::Person => self.person(account).await,
            Step::Product(want) => self.product(account, want).await,
            Step::Create(head) => self.create(account, step, head).await,
            Step::AddLine { .. } => self.add_line(account, step).await,
            Step::ChangeLine { item, values, .. } => {
                let change = ItemChange {
                    quantity: values.quantity,
                    price: values.price,
                    discount: values.discount,
                    sponsor: self.store.settings.discount_sponsor,
                };
                let order = work_order(self)?;
                self.sending(account, Sent::of(step)).await?;
                let answer = account.roapp()?.change_item(order, *item, &change).await;
                self.written(account, step, answer, Said::new("line-changed")).await
            }
            Step::RemoveLine { item, .. } => {
                let order = work_order(self)?;
                match account.roapp()?.delete_item(order, *item).await {
                    Err(RoAppError::Missing { .. }) => self.already_removed(account, step, order).await,
                    answer => self.written(account, step, answer, Said::new("line-removed")).await,
                }
            }
            Step::AdoptLine { .. } => self.accepted(account, step, None, Some(&Said::new("line-found"))).await,
            Step::AcceptLine { .. } | Step::ForgetLine { .. } | Step::WaiveLine { .. } | Step::Told(_) => {
                self.accepted(account, step, None, None).await
            }
            Step::Head { change, .. } => self.head(account, step, change).await,
            Step::Client(_) => self.give_to_buyer(account, step).await,
            Step::AcceptClient(_) => self.accepted(account, step, None, None).await,
            Step::Status(status) => self.status(account, step, *status).await,
            Step::Comment(comment) => self.comment(account, step, comment).await,
        }
    }

    /// Journals a creating call before it is sent.
    pub(in crate::sync::order) async fn journal(
        &self,
        account: &Account<'_>,
        key: &str,
        sign: &Sign,
    ) -> Result<EntryId, DbError> {
        account
            .commit("steps.journal", |mut tx| async move { self.journal_in(account, &mut tx, key, sign).await })
            .await
    }

    /// The same, and claims what is to be linked under the key, so that no other order makes it, too (invariant 1).
    pub(in crate::sync::order) async fn journal_claimed(
        &self,
        account: &Account<'_>,
        kind: LinkKind,
        key: &str,
        sign: &Sign,
    ) -> Result<EntryId, DbError> {
        account
            .commit("steps.journal_claimed", |mut tx| async move {
                links::claim(&mut tx, account.id, kind, key, self.work.order).await?;
                self.journal_in(account, &mut tx, key, sign).await
            })
            .await
    }

    async fn journal_in(
        &self,
        account: &Account<'_>,
        tx: &mut sqlx::PgTransaction<'_>,
        key: &str,
        sign: &Sign,
    ) -> Result<EntryId, DbError> {
        let look_after = account.unclear_after();
        let (account, order, version) = (account.id, self.work.order, self.work.version);
        journal::open(tx, &NewEntry { account, order, version, key, sign, look_after }).await
    }

    async fn head(&mut self, account: &Account<'_>, step: &Step, change: &HeadChange) -> Run {
        if change.is_empty() {
            return self.accepted(account, step, None, None).await;
        }
        let order = work_order(self)?;
        let change = OrderChange {
            client: None,
            malfunction: change.malfunction.clone(),
            manager_notes: change.manager_notes.clone(),
            estimated_price: change.estimated_price.as_ref().map(|_| self.data.total_sum),
            due_date: None,
            custom_fields: change.custom_fields.clone(),
        };
        self.sending(account, Sent::of(step)).await?;
        let answer = account.roapp()?.change_order(order, &change).await;
        match answer {
            Err(refusal @ RoAppError::Refused { .. }) => self.head_in_parts(account, step, &change, refusal).await,
            answer => self.written(account, step, answer, Said::new("head-changed")).await,
        }
    }

    async fn status(&mut self, account: &Account<'_>, step: &Step, status: AppliedStatus) -> Run {
        let order = work_order(self)?;
        let current = self.head.as_ref().filter(|head| head.id == order).and_then(|head| head.status);
        // A new work order has the status that it was made with.
        let taken_for =
            self.work.initial_status.or_else(|| account.initial_status_of(self.store.settings.order_type_id));
        let current = current.or(if self.head.is_none() { taken_for } else { None });
        match status.written {
            Some(target) if Some(target) != current => {
                self.moved_from = current;
                self.sending(account, Sent::of(step)).await?;
                self.set_status(account, order, target).await?;
                self.accepted(account, step, None, Some(&Said::new("status-set").with("status", target))).await
            }
            _ => self.accepted(account, step, None, None).await,
        }
    }

    /// Writes a status. One that RO App refuses holds the order; its lines stay right.
    pub(in crate::sync::order) async fn set_status(
        &mut self,
        account: &Account<'_>,
        order: WorkOrderId,
        target: StatusId,
    ) -> Run {
        let answer = account.roapp()?.set_status(order, target).await;
        self.not_sent(account, &answer).await?;
        match answer {
            Ok(()) => Ok(()),
            Err(error) if account.is_refused(&error).await? => {
                let store = self.data.status;
                let led_to = status::target(&self.store.settings.status_map, store).status(self.initial_status());
                let reason = if led_to == Some(target) {
                    Said::new("status-refused").with("store", store)
                } else {
                    Said::new("staffs-status-refused")
                };
                Err(Outcome::held(reason.with("status", target).with("error", Said::from(&error))))
            }
            Err(error) => Err(account.stop_for(error, Duration::ZERO).await),
        }
    }

    /// Sent at most once: an unclear comment is recorded, never repeated, and a refused one never fails the order.
    async fn comment(&mut self, account: &Account<'_>, step: &Step, comment: &Comment) -> Run {
        let order = work_order(self)?;
        let sign = Sign::Comment { text: comment.text().to_owned() };
        let entry = self.journal(account, comment.kind(), &sign).await?;
        let answer = account.roapp()?.add_comment(order, comment.text()).await;
        let (entry, outcome) = match answer {
            Ok(()) => (Some(entry), Said::new("comment-added")),
            Err(error) if error.is_no_right() => {
                account.not_executed(entry).await?;
                account.probe().await?;
                (None, Said::new("comment-refused").with("error", Said::from(&error)))
            }
            Err(error) => match error.verdict() {
                Verdict::Never => (Some(entry), Said::new("comment-refused").with("error", Said::from(&error))),
                Verdict::Unclear => (Some(entry), Said::new("comment-unclear").with("error", Said::from(&error))),
                Verdict::Again(_) | Verdict::Stop => return Err(account.create_failed(entry, error).await),
            },
        };
        self.accepted(account, step, entry, Some(&outcome)).await
    }

    /// Notes what is about to be sent, so that it is known for ours should no answer come.
    pub(in crate::sync::order) async fn sending(
        &mut self,
        account: &Account<'_>,
        what: Option<Sent>,
    ) -> Result<(), DbError> {
        self.work.applied.sent = what;
        let (order, applied) = (self.work.order, &self.work.applied);
        account.commit("steps.sending", |mut tx| async move { applied::save_sent(&mut tx, order, applied).await }).await
    }

    /// RO App surely did not execute what was about to be sent: nothing is under way any more, whatever becomes of the order.
    pub(in crate::sync::order) async fn not_sent(
        &mut self,
        account: &Account<'_>,
        answer: &Result<(), RoAppError>,
    ) -> Result<(), DbError> {
        let is_refused = answer.as_ref().is_err_and(|error| error.verdict() != Verdict::Unclear);
        if is_refused && self.work.applied.sent.is_some() { self.sending(account, None).await } else { Ok(()) }
    }

    /// The order was deleted in the store: its work order is told, once, and stays.
    pub(in crate::sync::order) async fn comment_gone(
        &mut self,
        account: &Account<'_>,
        gone_at: DateTime<Utc>,
    ) -> Run<Outcome> {
        let say = |language| notes::gone_comment(self.work.number, gone_at, language);
        let is_told = Language::ALL.into_iter().any(|language| say(language) == self.work.applied.gone);
        let text = say(self.store.settings.words());
        if self.work.work_order.is_some() && !is_told {
            self.step(account, &Step::Comment(Comment::Gone(text))).await?;
        }
        Ok(Outcome::gone())
    }

    /// The answer to a call that may safely be repeated.
    async fn written(&mut self, account: &Account<'_>, step: &Step, answer: Result<(), RoAppError>, what: Said) -> Run {
        self.not_sent(account, &answer).await?;
        match answer {
            Ok(()) => self.accepted(account, step, None, Some(&what)).await,
            // The line or order changed under us: planned anew from what is there.
            Err(RoAppError::Missing { .. }) => Err(Outcome::trouble(Said::new("changed-meanwhile"), Duration::ZERO)),
            Err(error) => Err(account.stop_for(error, Duration::ZERO).await),
        }
    }

    /// Notes what RO App accepted.
    pub(in crate::sync::order) async fn accepted(
        &mut self,
        account: &Account<'_>,
        step: &Step,
        entry: Option<EntryId>,
        what: Option<&Said>,
    ) -> Run {
        let sent = self.work.applied.sent.take();
        self.work.applied.record(step, None);
        if let Step::Head { change, .. } = step {
            self.work.applied.shown = self.shown.take().or(self.work.applied.shown.take());
            self.wrote.add(change);
        }
        let (order, key, applied, sent) =
            (self.work.order, (self.store.id, self.work.number), &self.work.applied, &sent);
        let keep = |mut tx: Tx| async move {
            if let Some(entry) = entry {
                journal::settle(&mut tx, entry, Settled::Done(None)).await?;
            }
            match step.line() {
                Some(key) => applied::save_line(&mut tx, order, applied, key).await?,
                None => applied::save(&mut tx, order, applied).await?,
            }
            if let Step::Status(AppliedStatus { written: Some(status), .. }) = step {
                watch::wrote_status(&mut tx, key, *status).await?;
            }
            if let (Step::Client(_), Some(Sent::Client(client))) = (step, sent) {
                watch::wrote_client(&mut tx, key, *client).await?;
            }
            if matches!(step, Step::Status(_)) {
                // The store moved on from what it did not take, by hand perhaps, as its refusal says.
                write_backs::clear_refusal(&mut tx, order).await?;
            }
            if let Some(what) = what {
                history::add(&mut tx, order, what).await?;
            }
            Ok(())
        };
        Ok(account.commit("steps.accepted", keep).await?)
    }
}

/// The work order, which an earlier step made or found.
pub(in crate::sync::order) fn work_order(order: &Order) -> Run<WorkOrderId> {
    order.work.work_order.ok_or_else(|| Outcome::trouble(Said::new("work-order-unknown"), Duration::ZERO))
}
