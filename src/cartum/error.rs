//! What can go wrong with a store, by what the caller can do about it.

use std::{fmt, time::Duration};

use super::{envelope::word, order};
use crate::{
    causes,
    domain::{said::Said, text},
    http::{FenceClosed, PaceError, Seen, SendError, Verdict},
    json::{Excerpt, Fault},
};

/// A call to a store failed. Texts from the store are cut to one line and never contain the token or the password.
#[derive(Debug, thiserror::Error)]
pub enum CartumError {
    /// `auth` refused the login (contract cartum 3).
    LoginRefused {
        /// The store.
        host: String,
        /// What the store said.
        message: String,
        /// The login contains an `@`.
        is_email: bool,
    },
    /// The API is not available on the store's plan or for this user (contract cartum 2.6).
    NotOnPlan {
        /// The store.
        host: String,
        /// Which function was refused, and how.
        what: String,
    },
    /// `auth` was answered by something other than a Cartum store, or by a page in front of it.
    NotCartum {
        /// The store.
        host: String,
        /// HTTP status.
        status: u16,
        /// The answer.
        seen: Box<Seen>,
    },
    /// The API answered with a redirect, which is never followed, because that could turn POST into GET.
    Redirected {
        /// The store.
        host: String,
        /// The function that was called.
        function: &'static str,
        /// Scheme and host of the target; the whole target if it is on the same host.
        location: String,
    },
    /// The store cannot answer now.
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
    UnknownWord {
        /// The store.
        host: String,
        /// The word in `status`.
        word: String,
        /// The function that was called.
        function: &'static str,
    },
    /// The answer's body does not match the contract.
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
    Endless {
        /// The store.
        host: String,
        /// How many pages were read.
        pages: u32,
    },
    /// No answer arrived, or the host is on a private address.
    Send {
        /// The function that was called.
        function: &'static str,
        /// Why; the text names the host.
        source: SendError,
    },
    /// The lease does not outlive a call that would change something, so the call was not sent.
    FenceClosed(#[from] FenceClosed),
    /// No slot for the call could be taken.
    Pace(#[from] PaceError),
}

/// As a person is told of it, without its causes.
impl From<&CartumError> for Said {
    fn from(error: &CartumError) -> Self {
        use CartumError as E;
        let at = |said: Said, host: &str| said.with("host", host);
        let of = |said, host: &str, function: &str| at(said, host).with("function", function);
        match error {
            E::LoginRefused { host, message, is_email } => {
                let said =
                    if *is_email { Said::new("cartum-login-is-email") } else { Said::new("cartum-login-refused") };
                at(said, host).with("message", message.as_str())
            }
            E::NotOnPlan { host, what } => at(Said::new("cartum-not-on-plan"), host).with("what", what.as_str()),
            E::NotCartum { host, status, seen } => {
                at(Said::new("cartum-not-cartum"), host).with("status", i32::from(*status)).with("seen", seen.words())
            }
            E::Redirected { host, function, location } => {
                of(Said::new("cartum-redirected"), host, function).with("location", location.as_str())
            }
            E::Temporary { host, function, trouble, .. } => {
                of(Said::new("cartum-temporary"), host, function).with("trouble", Said::from(trouble))
            }
            E::NotJson { host, function, status, seen } => {
                let said = if seen.is_page { Said::new("cartum-page") } else { Said::new("cartum-not-json") };
                of(said, host, function).with("status", i32::from(*status)).with("seen", seen.words())
            }
            E::Broken { host, function, fault, seen, .. } => of(Said::new("cartum-broken"), host, function)
                .with("fault", fault.to_string())
                .with("seen", seen.words()),
            E::Failed { host, function, word, message } => of(Said::new("cartum-failed"), host, function)
                .with("word", word.as_str())
                .with("message", message.as_str()),
            E::UnknownWord { host, word, function } => {
                of(Said::new("cartum-unknown-word"), host, function).with("word", word.as_str())
            }
            E::Contract { host, function, place, .. } => {
                of(Said::new("cartum-contract"), host, function).with("place", *place)
            }
            E::Endless { host, pages } => at(Said::new("cartum-endless"), host).with("pages", i64::from(*pages)),
            E::Send { function, .. } => Said::new("cartum-no-answer").with("function", *function),
            E::FenceClosed(error) => Said::new("internal").with("error", error.to_string()),
            E::Pace(error) => Said::new("internal").with("error", error.to_string()),
        }
    }
}

impl fmt::Display for CartumError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Said::from(self).fmt(f)
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

impl From<&Trouble> for Said {
    fn from(trouble: &Trouble) -> Self {
        match trouble {
            Trouble::Http(429) => Said::new("cartum-too-many"),
            Trouble::Http(status) => Said::new("cartum-http").with("status", i32::from(*status)),
            Trouble::TokenRefused { message } => Said::new("cartum-token-refused").with("message", message.as_str()),
        }
    }
}

impl CartumError {
    /// As a person is told of it, with its causes where they say more.
    #[must_use]
    pub fn with_causes(&self) -> Said {
        causes::with_causes(Said::from(self), self)
    }

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
            Self::Temporary { trouble, .. } => Said::from(trouble).to_string(),
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
