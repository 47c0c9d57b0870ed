//! How the work on an account and on one order ends.

use std::time::Duration;

use crate::{
    db::{DbError, orders::OrderState},
    domain::{notice::Plain, plan::Setback, said::Said},
    http::{PaceError, Verdict},
    roapp::RoAppError,
};

/// How the run of an order ended. Within a run it is also what [`Run`] ends early with.
#[derive(Debug)]
pub(in crate::sync) enum Outcome {
    /// Everything is written; the verification compares it with what RO App shows.
    Written,
    /// The order is not done and has made many calls: it continues from here after others had their turn.
    GivesWay,
    /// The order is retried automatically.
    Again(Again),
    /// The order waits for a person or for a change in the store, or it is finished.
    Parked(Parked),
    /// The work on the account ends for now: no order starts another step.
    Account(Halt),
}

/// What a part of a run gives to the next one, or how it ended the run.
pub(in crate::sync) type Run<T = ()> = Result<T, Outcome>;

/// An order is retried.
#[derive(Debug)]
pub(in crate::sync) struct Again {
    /// Not before this has passed; at once where it is zero.
    pub(in crate::sync) after: Duration,
    pub(in crate::sync) counts: Counts,
}

/// What a run that did not come to its end counts as, with the reason.
#[derive(Debug)]
pub(in crate::sync) enum Counts {
    /// No fault of the order; with what it waits for, unless that is obvious.
    Nothing(Option<Said>),
    /// A call failed although RO App answers others: the order uses up a try.
    Try(Said),
    /// A call finds no answer though RO App answers others. Perhaps it takes no writes for a while, perhaps it cannot bear
    /// this one: nobody but RO App can fix that, and so the order goes on, without blocking others.
    Silence(Said),
}

/// An order is parked in a state.
#[derive(Debug)]
pub(in crate::sync) struct Parked {
    pub(in crate::sync) state: OrderState,
    pub(in crate::sync) reason: Said,
    pub(in crate::sync) also: Also,
}

/// What a parked order means for its store.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::sync) enum Also {
    /// Nothing.
    Nothing,
    /// RO App refuses what the order needs: the work order, a person, a product, or to show it to the key's employee. Five in a
    /// row for the same cause pause the store.
    Refusal(Said),
    /// The store is paused, with a notice of this topic.
    Pause(Plain),
}

impl Outcome {
    /// It starts again at once: something that its plan is based on changed.
    pub(in crate::sync) fn anew() -> Self {
        Self::after(Duration::ZERO)
    }

    /// It is checked again after this time; no fault of the order.
    pub(in crate::sync) fn after(after: Duration) -> Self {
        Self::Again(Again { after, counts: Counts::Nothing(None) })
    }

    /// The same, with what it waits for.
    pub(in crate::sync) fn waits_for(reason: Said, after: Duration) -> Self {
        Self::Again(Again { after, counts: Counts::Nothing(Some(reason)) })
    }

    /// A call failed although RO App answers others.
    pub(in crate::sync) fn trouble(reason: impl Into<Said>, after: Duration) -> Self {
        Self::Again(Again { after, counts: Counts::Try(reason.into()) })
    }

    /// A call gets no answer although RO App answers others.
    pub(in crate::sync) fn unanswered(reason: Said, after: Duration) -> Self {
        Self::Again(Again { after, counts: Counts::Silence(reason) })
    }

    /// A person has to decide.
    pub(in crate::sync) fn held(reason: impl Into<Said>) -> Self {
        Self::parked(OrderState::Held, reason)
    }

    /// RO App refuses it as it is.
    pub(in crate::sync) fn failed(reason: impl Into<Said>) -> Self {
        Self::parked(OrderState::Failed, reason)
    }

    /// The same, which may be the store's settings or the account's form.
    pub(in crate::sync) fn refused(reason: impl Into<Said>) -> Self {
        let reason = reason.into();
        Self::Parked(Parked { state: OrderState::Failed, also: Also::Refusal(reason.clone()), reason })
    }

    /// The order was deleted in the store, and RO App knows.
    pub(in crate::sync) fn gone() -> Self {
        Self::parked(OrderState::Gone, Said::new("gone"))
    }

    /// It is parked in this state.
    pub(in crate::sync) fn parked(state: OrderState, reason: impl Into<Said>) -> Self {
        Self::Parked(Parked { state, reason: reason.into(), also: Also::Nothing })
    }

    /// How RO App did not take the step that this is the outcome of; `None` where it is no matter of that step.
    pub(in crate::sync) fn setback(&self) -> Option<Setback> {
        match self {
            Self::Parked(parked) if parked.is_refusal() => Some(Setback::Refused),
            Self::Parked(Parked { state: OrderState::Held, also: Also::Nothing, .. }) => Some(Setback::Held),
            Self::Again(Again { counts: Counts::Silence(_), .. }) => Some(Setback::Unanswered),
            _ => None,
        }
    }

    /// A person has to decide.
    pub(in crate::sync) fn is_held(&self) -> bool {
        self.setback() == Some(Setback::Held)
    }
}

impl Parked {
    /// RO App refuses a single call of the order, which may have others to make.
    pub(in crate::sync) fn is_refusal(&self) -> bool {
        self.state == OrderState::Failed && !matches!(self.also, Also::Pause(_))
    }
}

/// The work on the account ends for now, until it is to be tried again.
#[derive(Debug)]
pub(in crate::sync) enum Halt {
    /// The database.
    Db(DbError),
    /// The lease is about to expire.
    Lease,
    /// The program stops.
    Stopping,
    /// RO App is unavailable.
    Outage {
        /// What failed.
        error: RoAppError,
        /// How long RO App asks to wait.
        after: Option<Duration>,
    },
    /// The key is refused, with the reason for a person.
    Access(Said),
}

impl From<DbError> for Halt {
    fn from(error: DbError) -> Self {
        Self::Db(error)
    }
}

impl From<DbError> for Outcome {
    fn from(error: DbError) -> Self {
        Self::Account(Halt::Db(error))
    }
}

impl From<Halt> for Outcome {
    fn from(halt: Halt) -> Self {
        Self::Account(halt)
    }
}

impl Halt {
    /// Of two halts the one that ends the session; else the earlier one.
    pub(in crate::sync) fn or_worse(self, earlier: Option<Self>) -> Self {
        match earlier {
            Some(earlier)
                if matches!(earlier, Self::Db(_) | Self::Lease) || !matches!(self, Self::Db(_) | Self::Lease) =>
            {
                if !matches!(self, Self::Stopping) {
                    tracing::debug!(halt = ?self, "another order ended as well");
                }
                earlier
            }
            _ => self,
        }
    }

    /// What a failed call that belongs to no order means for the account.
    pub(in crate::sync) fn of(error: RoAppError) -> Self {
        match error {
            RoAppError::FenceClosed(_) => Self::Lease,
            RoAppError::Pace(PaceError(source)) => Self::Db(source.into()),
            error => match error.verdict() {
                Verdict::Stop => Self::Access(Said::from(&error)),
                Verdict::Again(after) => Self::Outage { error, after },
                Verdict::Never | Verdict::Unclear => Self::Outage { error, after: None },
            },
        }
    }
}
