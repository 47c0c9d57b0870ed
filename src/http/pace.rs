//! Spaces the calls of one account: within this process, or by slots that all processes share.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::BoxFuture;
use tokio::{
    sync::{Mutex, MutexGuard, Notify},
    time::Instant,
};

/// Says when a call may be sent.
#[derive(Debug)]
pub enum Pace {
    /// Slots that processes share.
    Shared {
        /// The source of the slots.
        slots: Arc<dyn Slots>,
        /// If set, calls of this process are further apart than the slots, so that most slots are left to others.
        own: Option<Gap>,
        /// Where calls of this process wait for the next slot.
        line: Line,
    },
    /// Within this process only; for stores, whose account is leased, and for tests of a client.
    Local(Gap),
}

/// Slots that several processes take in turn. An HTTP client does not know where they are stored.
pub trait Slots: fmt::Debug + Send + Sync {
    /// Takes the next slot; returns the time until then.
    fn take(&self) -> BoxFuture<'_, Result<Duration, PaceError>>;

    /// Gives out no slot for this long.
    fn hold_off(&self, pause: Duration) -> BoxFuture<'_, Result<(), PaceError>>;
}

/// Which of the calls that wait for a slot goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Urgency {
    /// Somebody waits for it: it takes the next slot.
    Live,
    /// It waits until no other call is more urgent.
    #[default]
    BackFill,
}

/// Calls that wait for a slot, one of which has the next one.
#[derive(Debug, Default)]
pub struct Line {
    next: Mutex<()>,
    /// How many live calls wait.
    live: AtomicUsize,
    no_more_live: Notify,
}

impl Line {
    /// Waits for the right to the next slot, which lasts as long as the guard.
    async fn turn(&self, urgency: Urgency) -> MutexGuard<'_, ()> {
        match urgency {
            Urgency::Live => {
                let _waits = WaitsLive::of(self);
                self.next.lock().await
            }
            Urgency::BackFill => loop {
                let no_more_live = self.no_more_live.notified();
                if self.live.load(Ordering::SeqCst) > 0 {
                    no_more_live.await;
                    continue;
                }
                let guard = self.next.lock().await;
                if self.live.load(Ordering::SeqCst) == 0 {
                    return guard;
                }
            },
        }
    }
}

/// A live call that waits; it no longer does when this is dropped, also where the call is given up.
struct WaitsLive<'a>(&'a Line);

impl<'a> WaitsLive<'a> {
    fn of(line: &'a Line) -> Self {
        line.live.fetch_add(1, Ordering::SeqCst);
        Self(line)
    }
}

impl Drop for WaitsLive<'_> {
    fn drop(&mut self) {
        if self.0.live.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.no_more_live.notify_waiters();
        }
    }
}

/// The shortest time between two calls within this process.
#[derive(Debug)]
pub struct Gap {
    next: Mutex<Instant>,
    gap: Duration,
}

/// The shared slots could not be reached.
#[derive(Debug, thiserror::Error)]
#[error("cannot reserve a rate-limit slot for the account")]
pub struct PaceError(#[from] pub sqlx::Error);

impl Gap {
    /// `gap` may be zero.
    #[must_use]
    pub fn new(gap: Duration) -> Self {
        Self { next: Mutex::new(Instant::now()), gap }
    }

    async fn hold_off(&self, pause: Duration) {
        let mut next = self.next.lock().await;
        *next = (*next).max(Instant::now() + pause);
    }

    async fn wait(&self) {
        let slot = {
            let mut next = self.next.lock().await;
            let slot = (*next).max(Instant::now());
            *next = slot + self.gap;
            slot
        };
        tokio::time::sleep_until(slot).await;
    }
}

impl Pace {
    /// Pacing within this process only.
    #[must_use]
    pub fn local(gap: Duration) -> Self {
        Self::Local(Gap::new(gap))
    }

    /// Pacing by the slots alone.
    #[must_use]
    pub fn shared(slots: impl Slots + 'static) -> Self {
        Self::Shared { slots: Arc::new(slots), own: None, line: Line::default() }
    }

    /// Pacing by the slots, but no faster than `own`.
    #[must_use]
    pub fn beside(slots: impl Slots + 'static, own: Gap) -> Self {
        Self::Shared { slots: Arc::new(slots), own: Some(own), line: Line::default() }
    }

    fn own(&self) -> Option<&Gap> {
        match self {
            Self::Local(gap) => Some(gap),
            Self::Shared { own, .. } => own.as_ref(),
        }
    }

    /// Waits until this call may be sent. Live calls overtake those of back-fill in the line of this process.
    ///
    /// # Errors
    /// When the slots cannot be reached.
    pub async fn wait(&self, urgency: Urgency) -> Result<(), PaceError> {
        let (slots, own, line) = match self {
            Self::Local(gap) => {
                gap.wait().await;
                return Ok(());
            }
            Self::Shared { slots, own, line } => (slots, own, line),
        };
        // Only one call has a slot at a time and waits until it comes, so that a live call is never behind more than one other.
        let _turn = line.turn(urgency).await;
        if let Some(own) = own {
            own.wait().await;
        }
        tokio::time::sleep(slots.take().await?).await;
        Ok(())
    }

    /// Lets nobody call for this long, because RO App asked for it with a 429.
    ///
    /// # Errors
    /// When the slots cannot be reached.
    pub async fn hold_off(&self, pause: Duration) -> Result<(), PaceError> {
        if let Some(own) = self.own() {
            own.hold_off(pause).await;
        }
        if let Self::Shared { slots, .. } = self {
            slots.hold_off(pause).await?;
        }
        Ok(())
    }
}
