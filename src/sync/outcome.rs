//! How the work on an account and on one order ends.

use std::time::Duration;

use crate::{
    db::DbError,
    http::{PaceError, Verdict},
    roapp::RoAppError,
};

/// Nothing more can be written for the account in this session.
#[derive(Debug)]
pub(in crate::sync) enum Halt {
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
pub(in crate::sync) enum Rest {
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
pub(in crate::sync) enum Stop {
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

impl Halt {
    /// What a failed call that belongs to no order means for the account.
    pub(in crate::sync) fn of(error: RoAppError) -> Self {
        match error {
            RoAppError::FenceClosed(_) => Self::Lease,
            RoAppError::Pace(PaceError(source)) => Self::Db(source.into()),
            error => match error.verdict() {
                Verdict::Stop => Self::Access(error.to_string()),
                Verdict::Again(after) => Self::Outage { error, after },
                Verdict::Never | Verdict::Unclear => Self::Outage { error, after: None },
            },
        }
    }
}
