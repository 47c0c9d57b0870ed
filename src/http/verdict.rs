//! What the caller of a failed call can do about it.

use std::time::Duration;

/// What the caller of a failed call can do; each error of the outside world has exactly one verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Certainly not executed, or harmless to repeat: try again, but not before this time has passed if the peer named one.
    Again(Option<Duration>),
    /// The same call would be refused again; the error's text is the reason for a person.
    Never,
    /// The credentials or the rights are wrong: stop calling until a person fixes that.
    Stop,
    /// The peer may have executed it: check first.
    Unclear,
}
