//! What becomes of an order that cannot go on, and what ends the writing of an account.

use std::time::Duration;

use super::{Writer, job::Job};
use crate::{
    db::{
        DbError, notices,
        orders::{self, OrderState},
        polls, rereads, stores, work,
    },
    domain::{missing::REMOVED, retry, store::StoreState},
    http::{PaceError, Verdict},
    roapp::RoAppError,
};

/// Nothing more can be written for the account in this session.
#[derive(Debug)]
pub(super) enum Halt {
    /// The database.
    Db(DbError),
    /// The lease runs out.
    Lease,
    /// The program ends.
    Stopping,
    /// RO App is away.
    Outage {
        /// What failed.
        error: RoAppError,
        /// How long RO App wants to be left alone.
        after: Option<Duration>,
    },
    /// The key is refused, with the reason for a person.
    Access(String),
}

/// Nothing more can be done for this order now.
#[derive(Debug)]
pub(super) enum Rest {
    /// Look again after this; no fault of the order.
    Wait(Duration),
    /// The same, with what it waits for.
    WaitsFor(String, Duration),
    /// It is not done and made many calls: it goes on from here once others had their turn.
    GivesWay,
    /// A call failed though RO App answers others: the order uses up a try.
    Trouble(String, Duration),
    /// A call finds no answer though RO App answers others. Perhaps it takes no writes for a while, perhaps it cannot bear
    /// this one: nobody but RO App can fix that, and so the order goes on, without blocking others.
    Unanswered(String, Duration),
    /// A person has to decide.
    Held(String),
    /// RO App refuses it as it is.
    Failed(String),
    /// RO App refuses what the order needs as it is: the work order, a line, a person, a product, or to show it to the key's
    /// employee. Five in a row for the same reason pause the store.
    Refused(String),
    /// RO App refuses lines of it; the others are there. A `cause` counts like that of [`Rest::Refused`].
    RefusedLines {
        /// Which, and why.
        reason: String,
        /// What RO App says, without the line's name, where it is perhaps not about these lines alone: it takes none, or makes no
        /// product.
        cause: Option<String>,
    },
    /// The work order was deleted in RO App.
    Removed,
    /// The employee of the API key may not do this for the store.
    NoRight(String),
    /// The order was deleted in the store, and RO App knows.
    Gone,
    /// Work orders of this store do not show their marker.
    NoMarker(String),
}

/// The end of an order's run.
#[derive(Debug)]
pub(super) enum Stop {
    /// For the account.
    Halt(Halt),
    /// For this order.
    Rest(Rest),
}

impl From<DbError> for Halt {
    fn from(error: DbError) -> Self {
        Self::Db(error)
    }
}

impl From<DbError> for Stop {
    fn from(error: DbError) -> Self {
        Self::Halt(Halt::Db(error))
    }
}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Self {
        Self::Halt(Halt::Db(error.into()))
    }
}

impl From<Halt> for Stop {
    fn from(halt: Halt) -> Self {
        Self::Halt(halt)
    }
}

impl From<Rest> for Stop {
    fn from(rest: Rest) -> Self {
        Self::Rest(rest)
    }
}

impl Writer<'_> {
    /// What a failed call means: for the whole account where RO App is away, else for the order. `unclear_wait` is how long a
    /// call that may have been executed is left alone.
    pub(super) async fn stop_for(&mut self, error: RoAppError, unclear_wait: Duration) -> Stop {
        let text = error.to_string();
        let error = match error {
            RoAppError::FenceClosed(_) => return Halt::Lease.into(),
            RoAppError::Pace(PaceError(source)) => return Halt::Db(source.into()).into(),
            error => error,
        };
        match error.verdict() {
            // The employee's rights on this alone: the key itself may still be good for all others.
            Verdict::Stop if error.is_no_right() => match self.probe().await {
                Err(halt) => halt.into(),
                Ok(()) => Rest::Refused(text).into(),
            },
            Verdict::Stop => Halt::Access(text).into(),
            Verdict::Never if matches!(error, RoAppError::Refused { .. } | RoAppError::Inexact { .. }) => {
                Rest::Failed(text).into()
            }
            Verdict::Again(Some(after)) => Halt::Outage { error, after: Some(after) }.into(),
            verdict => match self.probe().await {
                Err(halt) => halt.into(),
                Ok(()) if verdict == Verdict::Never => Rest::Trouble(text, unclear_wait).into(),
                Ok(()) => Rest::Unanswered(text, unclear_wait).into(),
            },
        }
    }

    /// RO App refuses this alone, for ever or to the key's employee, and answers others.
    pub(super) async fn is_refused(&self, error: &RoAppError) -> Result<bool, Halt> {
        if error.is_no_right() { self.probe().await.map(|()| true) } else { Ok(error.verdict() == Verdict::Never) }
    }

    /// Notes what became of an order that cannot go on.
    pub(super) async fn rest(&mut self, job: &Job, rest: Rest) -> Result<(), DbError> {
        let (order, turn) = (job.work.order, job.work.turn());
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        match rest {
            Rest::Wait(pause) => drop(work::postpone(&mut tx, turn, pause, job.work.tries).await?),
            Rest::WaitsFor(reason, pause) => {
                let calls = work::unanswered_so_far(&mut tx, order).await?;
                work::unanswered(&mut tx, (turn, job.work.tries), pause, calls, &reason).await?;
            }
            Rest::GivesWay => work::give_way(&mut tx, order).await?,
            Rest::Trouble(reason, wait) => {
                let tries = job.work.tries + 1;
                tracing::warn!(
                    tries,
                    reason = job.discreet(&reason),
                    "the order could not be written; it is tried again"
                );
                orders::tell(&mut tx, order, &format!("try {tries}: {reason}")).await?;
                if let Some(pause) = retry::after_trouble(tries, wait) {
                    work::postpone(&mut tx, turn, pause, tries).await?;
                } else {
                    let reason = format!("{tries} tries failed, the last one: {reason}");
                    orders::rest(&mut tx, turn, OrderState::Failed, &reason).await?;
                }
            }
            Rest::Unanswered(reason, wait) => {
                let calls = work::unanswered_so_far(&mut tx, order).await? + 1;
                let told = job.discreet(&reason);
                tracing::warn!(calls, reason = told, "RO App does not answer a call of the order; it is tried again");
                if calls <= retry::MOST_TRIES {
                    orders::tell(&mut tx, order, &format!("try {calls}: {reason}")).await?;
                }
                let pause = retry::after_no_answer(calls, wait);
                let reason = format!("{reason}; {calls} tries so far, it is tried again by itself");
                work::unanswered(&mut tx, (turn, job.work.tries), pause, calls, &reason).await?;
            }
            Rest::Held(reason) => settle(&mut tx, job, OrderState::Held, &reason).await?,
            Rest::Failed(reason) => settle(&mut tx, job, OrderState::Failed, &reason).await?,
            Rest::Removed => {
                settle(&mut tx, job, OrderState::Removed, REMOVED).await?;
            }
            Rest::Gone => {
                let reason = "deleted in the store; its work order, if any, stays in RO App";
                if rereads::rest_gone(&mut tx, order, reason).await? {
                    tracing::info!("the order was deleted in the store; it rests");
                    orders::tell(&mut tx, order, &format!("gone: {reason}")).await?;
                }
            }
            Rest::Refused(reason) => {
                settle(&mut tx, job, OrderState::Failed, &reason).await?;
                count_refusal(&mut tx, job, &reason).await?;
            }
            Rest::RefusedLines { reason, cause } => {
                settle(&mut tx, job, OrderState::Failed, &reason).await?;
                if let Some(cause) = cause {
                    count_refusal(&mut tx, job, &cause).await?;
                }
            }
            Rest::NoRight(refusal) => {
                let reason = format!(
                    "{refusal}; give the employee of the API key the location of this store and the right to add products without \
                     deduction, then `store resume`"
                );
                settle(&mut tx, job, OrderState::Failed, &reason).await?;
                pause(&mut tx, job, "rights", &reason).await?;
            }
            Rest::NoMarker(reason) => {
                settle(&mut tx, job, OrderState::Held, &reason).await?;
                pause(&mut tx, job, "marker", &reason).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}

async fn settle(tx: &mut sqlx::PgTransaction<'_>, job: &Job, state: OrderState, reason: &str) -> Result<(), DbError> {
    if !orders::rest(tx, job.work.turn(), state, reason).await? {
        return Ok(());
    }
    tracing::warn!(state = state.word(), reason = job.discreet(reason), "order parked");
    orders::tell(tx, job.work.order, &format!("{}: {reason}", state.word())).await
}

async fn count_refusal(tx: &mut sqlx::PgTransaction<'_>, job: &Job, reason: &str) -> Result<(), DbError> {
    if polls::refused(tx, job.store.id, reason).await? >= retry::SAME_REFUSALS {
        let reason = format!(
            "RO App refused {} work orders in a row for the same reason: {reason}; fix it there or in the \
             settings, then `store resume`",
            retry::SAME_REFUSALS
        );
        pause(tx, job, "refusals", &reason).await?;
    }
    Ok(())
}

async fn pause(tx: &mut sqlx::PgTransaction<'_>, job: &Job, topic: &str, reason: &str) -> Result<(), DbError> {
    tracing::warn!(topic, reason = job.discreet(reason), "store paused");
    stores::set_state(tx, job.store.id, StoreState::Paused, reason).await?;
    notices::raise(tx, job.store.account, Some(job.store.id), topic, reason).await?;
    Ok(())
}
