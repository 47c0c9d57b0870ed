//! Reads JSON from outside so that nothing in it can do harm: an answer is split into its rows without reading them, each row is
//! read by itself, and obvious mistakes are repaired.
//!
//! `cut.rs` finds where values begin and end, `read.rs` reads one value, `room.rs` limits how much is read at a time.

mod cut;
mod read;
mod room;

use std::fmt;

pub use self::{
    cut::{Entries, fields, skip, start},
    read::{MAX_VALUES, read},
    room::off_runtime,
};

/// Rows that are taken from one answer, at most: 50 times as many as are ever asked for.
pub const MAX_ROWS: usize = 5_000;

/// How much of a broken answer is kept to be looked at, in bytes.
const KEPT: usize = 256 << 10;

/// Why a text is no JSON: the place and the kind of fault, never what stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what} at byte {at}")]
pub struct Fault {
    /// From the beginning of the text that was read, in bytes from 0.
    pub at: usize,
    /// What is wrong there.
    pub what: &'static str,
}

impl Fault {
    pub(crate) fn new(at: usize, what: &'static str) -> Self {
        Self { at, what }
    }
}

/// The beginning of an answer. It may hold a buyer's data, so that `Debug` shows its length alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Excerpt(Box<[u8]>);

impl Excerpt {
    /// Keeps at most 256 KiB of it.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        Self(body[..body.len().min(KEPT)].into())
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Excerpt({} bytes)", self.0.len())
    }
}

/// What is wrong with a value of ours that serde refuses, without the value that its own words quote.
#[must_use]
pub fn why(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    let kind = match error.classify() {
        Category::Io => "cannot be read",
        Category::Syntax => "is no JSON",
        Category::Data => "has another shape",
        Category::Eof => "ends too early",
    };
    match (error.line(), error.column()) {
        (0, _) => format!("it {kind}"),
        (line, column) => format!("it {kind}, line {line} column {column}"),
    }
}

#[cfg(test)]
mod tests;
