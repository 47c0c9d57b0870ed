//! An unavailable database is reported once, and once more when it answers again, however many parts notice it. Until then this
//! process takes accounts less and less often: on a full disk, for example, some statements succeed and others fail.

use std::{
    error::Error,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    db::DbError,
    domain::{moment::milliseconds, retry},
    open_files,
};

/// The outage is over when nothing has failed for this long.
const QUIET: Duration = Duration::from_secs(8);
/// Failures within this time of each other count as one: a cut ends whatever is under way.
const AT_ONCE: Duration = Duration::from_secs(1);

/// What is known about the database's failures.
#[derive(Debug, Default)]
pub(super) struct Outage(Mutex<Option<Away>>);

#[derive(Debug)]
struct Away {
    since: Instant,
    last: Instant,
    /// When a failure was last counted.
    counted: Instant,
    failures: i32,
}

impl Outage {
    /// A statement failed.
    pub(super) fn missed(&self, error: &DbError) {
        let now = Instant::now();
        let mut away = self.lock();
        let Some(known) = away.as_mut() else {
            *away = Some(Away { since: now, last: now, counted: now, failures: 1 });
            if open_files::are_used_up(error) {
                tracing::warn!("cannot open a connection to the database: {}", open_files::told());
                return;
            }
            let error = error.source().map_or_else(|| error.to_string(), ToString::to_string);
            tracing::warn!(error, "the database is unavailable; retrying until it answers");
            return;
        };
        known.last = now;
        if now - known.counted >= AT_ONCE {
            (known.counted, known.failures) = (now, known.failures.saturating_add(1));
        }
    }

    /// A check for work succeeded.
    pub(super) fn answered(&self) {
        let mut away = self.lock();
        if let Some(known) = away.take_if(|known| known.last.elapsed() > QUIET) {
            tracing::info!(away_for_ms = milliseconds(known.last - known.since), "the database answers again");
        }
    }

    /// Whether the database is unavailable, or was a moment ago.
    pub(super) fn is_on(&self) -> bool {
        self.lock().is_some()
    }

    /// Whether no account may be taken yet, so that neither the database nor RO App is called again and again in vain.
    pub(super) fn rests(&self) -> bool {
        self.lock().as_ref().is_some_and(|known| known.last.elapsed() < known.pause())
    }

    fn lock(&self) -> MutexGuard<'_, Option<Away>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Away {
    fn pause(&self) -> Duration {
        retry::DATABASE.pause(self.failures)
    }
}
