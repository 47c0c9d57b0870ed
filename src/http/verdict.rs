//! What the caller of a failed call can do about it.

use std::time::Duration;

/// Each error of the outside world has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Surely not executed, or harmless to repeat: try again, not before this time has passed if the peer named one.
    Again(Option<Duration>),
    /// Will be refused again as it is; the error's text is the reason for a person.
    Never,
    /// The credentials or the right to call are at fault: stop calling until a person fixes it.
    Stop,
    /// The peer may have executed it: look first.
    Unclear,
}
