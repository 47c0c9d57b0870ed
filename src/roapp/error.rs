//! What can go wrong with a call to RO App, and what the caller can do.

use std::{fmt, time::Duration};

use reqwest::Method;

use crate::{
    causes,
    domain::said::Said,
    http::{FenceClosed, PaceError, SendError, Verdict},
};

/// The name of a call, without any id or value: `POST /v2/orders/{id}/items`.
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
    /// No complete answer arrived.
    Send {
        /// The call.
        call: CallName,
        /// Why.
        source: SendError,
    },
    /// RO App does not accept the data: any 4xx without a variant of its own, such as 400, 415, 422. Not executed.
    Refused {
        /// HTTP status.
        status: u16,
        /// The call.
        call: CallName,
        /// RO App's own words, shortened; no code depends on them.
        message: String,
    },
    /// The key, its employee's rights or the tariff do not allow the call: 401, 402, 403. Not executed.
    Access {
        /// HTTP status: 401 the key, 402 the tariff, 403 the employee's rights.
        status: u16,
        /// The call.
        call: CallName,
        /// RO App's own words, shortened.
        message: String,
    },
    /// The record is gone, or the base URL is not RO App's: 404, 405, 410 and redirects. Not executed.
    Missing {
        /// HTTP status.
        status: u16,
        /// The call.
        call: CallName,
    },
    /// There were still too many requests after every pause: 429. Not executed.
    TooMany {
        /// The call.
        call: CallName,
        /// How long calls for the account are held back now.
        after: Duration,
    },
    /// RO App is unavailable: 408, 5xx, or a page in place of its answer to a change. A write may have been executed.
    Unavailable {
        /// HTTP status.
        status: u16,
        /// The call.
        call: CallName,
    },
    /// A read was answered with something other than JSON, such as a page of a proxy.
    NotJson {
        /// The call.
        call: CallName,
        /// The size and type of the answer, and where it is broken; none of its content.
        what: String,
    },
    /// A read was answered with JSON that does not match the contract.
    Garbled {
        /// The call.
        call: CallName,
        /// The place, such as `data[3].id`; for broken JSON also the fault.
        place: String,
    },
    /// A list did not end within the most pages that are read.
    Endless {
        /// The call.
        call: CallName,
        /// How many pages were read.
        pages: u64,
    },
    /// A JSON number cannot represent this amount exactly; nothing was sent.
    Inexact {
        /// The call.
        call: CallName,
        /// The field of the body.
        field: &'static str,
    },
    /// The lease could end before the call does; nothing was sent.
    FenceClosed(#[from] FenceClosed),
    /// No slot for the account's calls could be taken; nothing was sent.
    Pace(#[from] PaceError),
}

/// As a person is told of it.
impl From<&RoAppError> for Said {
    fn from(error: &RoAppError) -> Self {
        let of = |said: Said, call: &CallName| said.with("call", call.to_string());
        match error {
            RoAppError::Send { call, .. } => of(Said::new("roapp-no-answer"), call),
            RoAppError::Refused { status, call, message } => of(Said::new("roapp-refused"), call)
                .with("status", i32::from(*status))
                .with("message", message.as_str()),
            RoAppError::Access { status, call, message } => {
                of(Said::new("roapp-access"), call).with("status", i32::from(*status)).with("message", message.as_str())
            }
            RoAppError::Missing { status, call } => {
                of(Said::new("roapp-missing"), call).with("status", i32::from(*status))
            }
            RoAppError::TooMany { call, .. } => of(Said::new("roapp-too-many"), call),
            RoAppError::Unavailable { status, call } if *status < 300 => {
                of(Said::new("roapp-page"), call).with("status", i32::from(*status))
            }
            RoAppError::Unavailable { status, call } => {
                of(Said::new("roapp-unavailable"), call).with("status", i32::from(*status))
            }
            RoAppError::NotJson { call, what } => of(Said::new("roapp-not-json"), call).with("what", what.as_str()),
            RoAppError::Garbled { call, place } => of(Said::new("roapp-garbled"), call).with("place", place.as_str()),
            RoAppError::Endless { call, pages } => {
                of(Said::new("roapp-endless"), call).with("pages", i64::try_from(*pages).unwrap_or(i64::MAX))
            }
            RoAppError::Inexact { call, field } => of(Said::new("roapp-inexact"), call).with("field", *field),
            RoAppError::FenceClosed(error) => Said::new("internal").with("error", error.to_string()),
            RoAppError::Pace(error) => Said::new("internal").with("error", error.to_string()),
        }
    }
}

impl fmt::Display for RoAppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Said::from(self).fmt(f)
    }
}

impl RoAppError {
    /// As a person is told of it, with its causes where they say more.
    #[must_use]
    pub fn with_causes(&self) -> Said {
        causes::with_causes(Said::from(self), self)
    }

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

    /// The key's employee lacks the right to this call, for example in a location that is closed to them; for other calls the
    /// key may be valid.
    #[must_use]
    pub fn is_no_right(&self) -> bool {
        matches!(self, Self::Access { status: 403, .. })
    }

    /// Whether an un-versioned path no longer exists, because the older API ended (contract roapp 0). Only meaningful for calls
    /// that name no record.
    #[must_use]
    pub fn is_older_path_gone(&self) -> bool {
        matches!(self, Self::Missing { status: 404 | 410, call } if !call.template.starts_with("/v2"))
    }

    /// Whether a list has no such page because it ended with the page before (contract roapp 2.1).
    pub(super) fn is_past_the_end(&self, page: u64) -> bool {
        page > 1 && matches!(self, Self::Missing { status: 404, .. })
    }

    /// Whether the call may be sent again at once, as part of the same call of ours.
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
    /// Whether the call changes something in RO App.
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
