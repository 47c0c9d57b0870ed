//! Spaces the calls of one account: within this process, or by slots that all processes share.

use std::{fmt, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use tokio::{sync::Mutex, time::Instant};

/// Says when a call may be sent.
#[derive(Debug)]
pub enum Pace {
    /// Slots that processes share.
    Shared {
        /// The source of the slots.
        slots: Arc<dyn Slots>,
        /// If set, calls of this process are further apart than the slots, so that most slots are left to others.
        own: Option<Gap>,
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
        Self::Shared { slots: Arc::new(slots), own: None }
    }

    /// Pacing by the slots, but no faster than `own`.
    #[must_use]
    pub fn beside(slots: impl Slots + 'static, own: Gap) -> Self {
        Self::Shared { slots: Arc::new(slots), own: Some(own) }
    }

    fn own(&self) -> Option<&Gap> {
        match self {
            Self::Local(gap) => Some(gap),
            Self::Shared { own, .. } => own.as_ref(),
        }
    }

    /// Waits until this call may be sent.
    ///
    /// # Errors
    /// When the slots cannot be reached.
    pub async fn wait(&self) -> Result<(), PaceError> {
        if let Some(own) = self.own() {
            own.wait().await;
        }
        if let Self::Shared { slots, .. } = self {
            tokio::time::sleep(slots.take().await?).await;
        }
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
