//! A command that waits for the daemon is not silent: it says on standard error what it waits for.

use std::{
    fmt::Display,
    io::{self, Write},
    time::Duration,
};

use tokio::time::Instant;

/// How often it is said.
const EVERY: Duration = Duration::from_secs(10);

/// Since when a command waits, and when that was last said.
#[derive(Debug)]
pub(super) struct Waiting {
    begun: Instant,
    told: Option<Instant>,
}

impl Waiting {
    pub(super) fn begin() -> Self {
        Self { begun: Instant::now(), told: None }
    }

    /// How long it has been waited.
    pub(super) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Says once what is waited for when a few seconds have passed, and then every 10 s.
    pub(super) fn still(&mut self, what: impl Display) -> io::Result<()> {
        if self.told.unwrap_or(self.begun).elapsed() < if self.told.is_some() { EVERY } else { EVERY / 5 } {
            return Ok(());
        }
        self.told = Some(Instant::now());
        writeln!(io::stderr(), "waiting for {what} ({} s)", self.begun.elapsed().as_secs())
    }
}
