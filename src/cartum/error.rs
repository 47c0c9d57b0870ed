//! What can go wrong with a store, by what the caller can do about it.

use std::{fmt, time::Duration};

use super::{envelope::word, order};
use crate::{
    domain::text,
    http::{FenceClosed, PaceError, Seen, SendError, Verdict},
    json::{Excerpt, Fault},
};

/// A call to a store failed. Texts from the store are cut to one line and never contain the token or the password.
#[derive(Debug, thiserror::Error)]
pub enum CartumError {
    /// `auth` refused the login (contract cartum 3).
    #[error("{host} refused the login ({message}); {}", login_hint(*.is_email))]
    LoginRefused {
        /// The store.
        host: String,
        /// What the store said.
        message: String,
        /// The login contains an `@`.
        is_email: bool,
    },
    /// The API is not available on the store's plan or for this user (contract cartum 2.6).
    #[error(
        "{host} does not offer its API ({what}); the store's plan must include API access and the user must be allowed to use it"
    )]
    NotOnPlan {
        /// The store.
        host: String,
        /// Which function was refused, and how.
        what: String,
    },
    /// `auth` was answered by something other than a Cartum store, or by a page in front of it.
    #[error(
        "{host} does not answer like a Cartum store (HTTP {status}, {}); check site_url, that the API is switched on, and that no protection page is in front of it", .seen.words()
    )]
    NotCartum {
        /// The store.
        host: String,
        /// HTTP status.
        status: u16,
        /// The answer.
        seen: Box<Seen>,
    },
    /// The API answered with a redirect, which is never followed, because that could turn POST into GET.
    #[error("{host} redirects {function} to {location}; set site_url to the address that answers without a redirect")]
    Redirected {
        /// The store.
        host: String,
        /// The function that was called.
        function: &'static str,
        /// Scheme and host of the target; the whole target if it is on the same host.
        location: String,
    },
    /// The store cannot answer now.
    #[error("{host} cannot answer {function} now: {trouble}")]
    Temporary {
        /// The store.
        host: String,
        /// The function that was called.
        function: &'static str,
        /// What came in place of an answer.
        trouble: Trouble,
        /// How long the store asks us to wait.
        retry_after: Option<Duration>,
    },
    /// The answer is not JSON: an outage or protection page, temporary as far as anyone knows (contract cartum 2.4).
    #[error("{host} answered {function} with HTTP {status} but no JSON ({}){}", .seen.words(), .seen.hint())]
    NotJson {
        /// The store.
        host: String,
        /// The function that was called.
        function: &'static str,
        /// HTTP status.
        status: u16,
        /// The answer.
        seen: Box<Seen>,
    },
    /// JSON that cannot be split: it is cut off, is not JSON after all, or has more rows than are ever requested.
    #[error("{host} answered {function} with JSON that cannot be read ({}): {fault}", .seen.words())]
    Broken {
        /// The store.
        host: String,
        /// The function that was called.
        function: &'static str,
        /// Where the JSON is broken, and how.
        fault: Fault,
        /// The answer.
        seen: Box<Seen>,
        /// The beginning of the answer.
        beginning: Excerpt,
    },
    /// The store failed or refused with a status word that the contract knows.
    #[error(
        "{host} failed to answer {function}: {word} ({message}); the store's request log at /api/logs/ may tell more"
    )]
    Failed {
        /// The store.
        host: String,
        /// The function that was called.
        function: &'static str,
        /// The word in `status`.
        word: String,
        /// The store's message; may be empty.
        message: String,
    },
    /// A status word that the contract does not know: it counts as a failure, never as "no data".
    #[error("{host} answered {function} with the unknown status {word:?}; the answer is ignored")]
    UnknownWord {
        /// The store.
        host: String,
        /// The word in `status`.
        word: String,
        /// The function that was called.
        function: &'static str,
    },
    /// The answer's body does not match the contract.
    #[error("{host} answered {function} with an unexpected body at {place}")]
    Contract {
        /// The store.
        host: String,
        /// The function that was called.
        function: &'static str,
        /// The part of the answer; the path in `source` starts there.
        place: &'static str,
        /// What does not match.
        source: DecodeError,
    },
    /// A list of orders was longer than any store's can be.
    #[error("the list of orders of {host} did not end after {pages} pages; ask for a shorter period")]
    Endless {
        /// The store.
        host: String,
        /// How many pages were read.
        pages: u32,
    },
    /// No answer arrived, or the host is on a private address.
    #[error("no answer to {function}")]
    Send {
        /// The function that was called.
        function: &'static str,
        /// Why; the text names the host.
        source: SendError,
    },
    /// The lease does not outlive a call that would change something, so the call was not sent.
    #[error(transparent)]
    FenceClosed(#[from] FenceClosed),
    /// No slot for the call could be taken.
    #[error(transparent)]
    Pace(#[from] PaceError),
}

fn login_hint(is_email: bool) -> &'static str {
    if is_email {
        "the login is an e-mail address, but Cartum expects the admin's user name: see Settings > Administrators in the store"
    } else {
        "check the password, and the login: it is the admin's user name, not an e-mail address"
    }
}

/// Why a store cannot answer now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// HTTP 429 or 5xx.
    Http(u16),
    /// The store refused the token of a login that it had just accepted: temporary, since the login itself is valid.
    TokenRefused {
        /// What the store said.
        message: String,
    },
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(429) => f.write_str("it asks for fewer calls (HTTP 429)"),
            Self::Http(status) => write!(f, "HTTP {status}"),
            Self::TokenRefused { message } => write!(
                f,
                "it accepted the login but refused its token ({message}); if this persists, check the user's rights and the plan"
            ),
        }
    }
}

impl CartumError {
    /// What the caller can do. All calls here only read, so no outcome is ever unclear.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::LoginRefused { .. } | Self::NotOnPlan { .. } | Self::NotCartum { status: 404, .. } => Verdict::Stop,
            Self::Redirected { .. }
            | Self::Endless { .. }
            | Self::Send {
                source: SendError::PrivateHost { .. } | SendError::ReadOnly { .. } | SendError::TooLarge { .. },
                ..
            } => Verdict::Never,
            Self::Temporary { retry_after, .. } => Verdict::Again(*retry_after),
            Self::NotCartum { .. }
            | Self::NotJson { .. }
            | Self::Broken { .. }
            | Self::Failed { .. }
            | Self::UnknownWord { .. }
            | Self::Contract { .. }
            | Self::Send { .. }
            | Self::FenceClosed(_)
            | Self::Pace(_) => Verdict::Again(None),
        }
    }

    /// Whether the same call may succeed in a moment.
    pub(super) fn passes_soon(&self) -> bool {
        match self {
            Self::Temporary { trouble, .. } => matches!(trouble, Trouble::Http(_)),
            Self::NotJson { .. } | Self::Broken { .. } => true,
            Self::Send { source, .. } => !matches!(
                source,
                SendError::PrivateHost { .. } | SendError::ReadOnly { .. } | SendError::TooLarge { .. }
            ),
            _ => false,
        }
    }

    /// The beginning of an answer that is larger than is accepted, or that cannot be split: with fewer rows, it may be neither.
    #[must_use]
    pub fn too_much(&self) -> Option<&Excerpt> {
        match self {
            Self::Broken { beginning, .. } | Self::Send { source: SendError::TooLarge { beginning, .. }, .. } => {
                Some(beginning)
            }
            _ => None,
        }
    }

    /// Whether such an answer shows several orders: then the store sends more than was requested, and only a narrower filter
    /// helps.
    #[must_use]
    pub fn shows_several(&self) -> bool {
        self.too_much().is_some_and(|beginning| order::number_in(beginning.bytes()).1)
    }

    /// Whether the failure may be caused by one of the requested orders, over which the store or a server in front of it
    /// stumbles: for other orders the store may answer.
    pub(super) fn may_be_of_one(&self) -> bool {
        match self {
            // A store that names a time to wait, or wants fewer calls, is busy in general.
            Self::Temporary { trouble: Trouble::Http(status), retry_after: None, .. } => *status != 429,
            Self::Failed { word, .. } => word == word::EXCEPTION,
            Self::NotJson { .. } => true,
            Self::Send { source, .. } => matches!(source, SendError::Cut { .. } | SendError::Timeout { .. }),
            _ => false,
        }
    }

    /// What came in place of an answer, in a few words.
    pub(super) fn in_short(&self) -> String {
        match self {
            Self::Temporary { trouble, .. } => trouble.to_string(),
            Self::Failed { word, .. } => word.clone(),
            Self::NotJson { seen, .. } => format!("no JSON ({})", seen.words()),
            Self::Send { source: SendError::Cut { .. }, .. } => "a connection that breaks".to_owned(),
            Self::Send { source: SendError::Timeout { timeout, .. }, .. } => format!("no answer within {timeout:?}"),
            Self::Send { source: SendError::TooLarge { .. }, .. } => "more than 8 MiB".to_owned(),
            Self::Broken { fault, .. } => format!("{} at byte {}", fault.what, fault.at),
            other => other.to_string(),
        }
    }

    /// How long the store asks us to wait.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Temporary { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

/// A part of an answer could not be read. Names the field and the type of its value, never the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: expected {wanted}, found {found}")]
pub struct DecodeError {
    path: String,
    wanted: &'static str,
    found: Box<str>,
}

impl DecodeError {
    pub(super) fn new(path: impl Into<String>, wanted: &'static str, found: impl Into<Box<str>>) -> Self {
        Self { path: path.into(), wanted, found: found.into() }
    }

    /// The field, such as `products.0.price`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The same fault seen from one level further out. A key may be any text of the store, so it is named only if it is short
    /// and plain.
    pub(super) fn within(mut self, outer: &str) -> Self {
        let outer = if is_plain_key(outer) { outer } else { "?" };
        self.path = if self.path.is_empty() { outer.to_owned() } else { format!("{outer}.{}", self.path) };
        self
    }
}

/// Longest key that is named, in bytes.
const LONGEST_KEY: usize = 20;
/// A key with this many digits could be a phone.
const PHONE_DIGITS: usize = 9;

fn is_plain_key(key: &str) -> bool {
    let digits = key.bytes().filter(u8::is_ascii_digit).count();
    !key.is_empty() && text::is_short_word(key, LONGEST_KEY) && digits < PHONE_DIGITS
}
