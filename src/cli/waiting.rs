//! A command that waits for the daemon reports on standard error what it waits for.

use std::{
    fmt::Display,
    io::{self, Write},
    time::Duration,
};

use tokio::time::Instant;

use crate::admin::{
    AdminError,
    progress::{Awaited, Step, follow},
};

/// How often it is said.
const EVERY: Duration = Duration::from_secs(10);

/// Since when a command waits, and when that was last said.
#[derive(Debug)]
struct Waiting {
    begun: Instant,
    told: Option<Instant>,
}

impl Waiting {
    fn begin() -> Self {
        Self { begun: Instant::now(), told: None }
    }

    /// Says once what is waited for when a few seconds have passed, and then every 10 s.
    fn still(&mut self, what: impl Display) -> io::Result<()> {
        if self.told.unwrap_or(self.begun).elapsed() < if self.told.is_some() { EVERY } else { EVERY / 5 } {
            return Ok(());
        }
        self.told = Some(Instant::now());
        writeln!(io::stderr(), "waiting for {what} ({} s)", self.begun.elapsed().as_secs())
    }
}

/// Looks until it is done, and says meanwhile what is waited for.
pub(super) async fn wait<T>(look: impl AsyncFnMut(Duration) -> Result<Step<T>, AdminError>) -> anyhow::Result<T> {
    let mut waiting = Waiting::begin();
    follow(look, |what: Awaited| -> anyhow::Result<()> { Ok(waiting.still(what)?) }).await
}
