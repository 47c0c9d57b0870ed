//! What can go wrong with a call to RO App, and what follows from it.

use std::{fmt, time::Duration};

use reqwest::Method;

use crate::http::{FenceClosed, PaceError, SendError, Verdict};

/// Which call it was, without any id or value: `POST /v2/orders/{id}/items`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallName {
    pub(super) verb: Verb,
    pub(super) template: &'static str,
}

/// The methods that the contract uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Get,
    Post,
    Patch,
    Delete,
}

/// A call to RO App failed.
#[derive(Debug, thiserror::Error)]
pub enum RoAppError {
    /// No whole answer came back.
    #[error("{call} got no answer")]
    Send {
        /// Which call.
        call: CallName,
        /// Why.
        source: SendError,
    },
    /// RO App does not take the data: any 4xx that has no variant of its own, such as 400, 415, 422. Not executed.
    #[error("RO App refused {call} with {status}: {message}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Which call.
        call: CallName,
        /// RO App's own words, shortened; never matched on.
        message: String,
    },
    /// The key, its employee's rights or the tariff do not allow the call: 401, 402, 403. Not executed.
    #[error("RO App does not allow {call} ({status}, {}): {message}", fix(*status))]
    Access {
        /// HTTP status: 401 the key, 402 the tariff, 403 the employee's rights.
        status: u16,
        /// Which call.
        call: CallName,
        /// RO App's own words, shortened.
        message: String,
    },
    /// The record is gone, or the base URL is not RO App's: 404, 405, 410 and redirects. Not executed.
    #[error("RO App has nothing at {call} ({status}): the record was deleted, or the base URL is wrong")]
    Missing {
        /// HTTP status.
        status: u16,
        /// Which call.
        call: CallName,
    },
    /// Still too many requests after every pause: 429. Not executed.
    #[error("RO App is too busy for {call} (429)")]
    TooMany {
        /// Which call.
        call: CallName,
        /// How long the account is held off now.
        after: Duration,
    },
    /// RO App is out of order: 408, 5xx, or a page in place of its answer to a change. A write may have been executed.
    #[error("RO App is unavailable ({}{status} from {call})", if *status < 300 { "a web page with " } else { "" })]
    Unavailable {
        /// HTTP status.
        status: u16,
        /// Which call.
        call: CallName,
    },
    /// A read was answered with something else than JSON, such as a page of a proxy.
    #[error("the answer to {call} is not JSON ({what})")]
    NotJson {
        /// Which call.
        call: CallName,
        /// Its size and type, and where it goes wrong; nothing of what it holds.
        what: String,
    },
    /// A read was answered with JSON that does not fit the contract.
    #[error("the answer to {call} is unexpected at {place}")]
    Garbled {
        /// Which call.
        call: CallName,
        /// Where, such as `data[3].id`, and what is wrong with JSON that is none.
        place: String,
    },
    /// A list does not end within the most pages that are read.
    #[error("the list from {call} does not end after {pages} pages")]
    Endless {
        /// Which call.
        call: CallName,
        /// How many pages were read.
        pages: u64,
    },
    /// An amount that a JSON number does not carry exactly; nothing was sent.
    #[error("{call}: {field} has more digits than can be sent exactly")]
    Inexact {
        /// Which call.
        call: CallName,
        /// Which field of the body.
        field: &'static str,
    },
    /// The lease could end before the call does; nothing was sent.
    #[error(transparent)]
    FenceClosed(#[from] FenceClosed),
    /// The account's line of calls could not be joined; nothing was sent.
    #[error(transparent)]
    Pace(#[from] PaceError),
}

impl RoAppError {
    /// What the caller can do about it (contract roapp 10.1).
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Send { source: SendError::PrivateHost { .. } | SendError::ReadOnly { .. }, .. } => Verdict::Never,
            Self::Send { source, .. } if source.surely_not_executed() => Verdict::Again(None),
            Self::Send { call, .. } | Self::Unavailable { call, .. } if call.writes() => Verdict::Unclear,
            Self::Send { source: SendError::TooLarge { .. }, .. }
            | Self::Refused { .. }
            | Self::Missing { .. }
            | Self::Garbled { .. }
            | Self::Endless { .. }
            | Self::Inexact { .. } => Verdict::Never,
            Self::Access { .. } => Verdict::Stop,
            Self::TooMany { after, .. } => Verdict::Again(Some(*after)),
            Self::Send { .. }
            | Self::Unavailable { .. }
            | Self::NotJson { .. }
            | Self::FenceClosed(_)
            | Self::Pace(_) => Verdict::Again(None),
        }
    }

    /// The key's employee has no right to it, as in a location that is closed to them; the key may be good for others.
    #[must_use]
    pub fn is_no_right(&self) -> bool {
        matches!(self, Self::Access { status: 403, .. })
    }

    /// An un-versioned path is there no more, as where the older API ended (contract roapp 0). Only of calls that name no record.
    #[must_use]
    pub fn is_older_path_gone(&self) -> bool {
        matches!(self, Self::Missing { status: 404 | 410, call } if !call.template.starts_with("/v2"))
    }

    /// A list has no such page: it ended with the one before (contract roapp 2.1).
    pub(super) fn is_past_the_end(&self, page: u64) -> bool {
        page > 1 && matches!(self, Self::Missing { status: 404, .. })
    }

    /// A read may be sent again at once, within the same call of ours.
    pub(super) fn is_passing_fault(&self) -> bool {
        match self {
            Self::Send {
                source: SendError::PrivateHost { .. } | SendError::ReadOnly { .. } | SendError::TooLarge { .. },
                ..
            } => false,
            Self::Send { call, source } => !call.writes() || source.surely_not_executed(),
            Self::Unavailable { call, .. } => !call.writes(),
            _ => false,
        }
    }
}

impl CallName {
    /// The call changes something in RO App.
    #[must_use]
    pub fn writes(self) -> bool {
        self.verb != Verb::Get
    }
}

impl fmt::Display for CallName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", Method::from(self.verb), self.template)
    }
}

impl From<Verb> for Method {
    fn from(verb: Verb) -> Self {
        match verb {
            Verb::Get => Self::GET,
            Verb::Post => Self::POST,
            Verb::Patch => Self::PATCH,
            Verb::Delete => Self::DELETE,
        }
    }
}

/// What a person fixes after an access error.
fn fix(status: u16) -> &'static str {
    match status {
        401 => "check the API key",
        402 => "the tariff may not include the API",
        _ => "check the rights of the key's employee",
    }
}
