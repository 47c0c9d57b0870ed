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
    sync::{Mutex, Notify},
    time::{Instant, timeout_at},
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
    /// It lets live calls go first, for 10 s at most.
    #[default]
    BackFill,
}

/// How long a call of back-fill lets live calls go first. What was looked up or journalled before a call must still hold when it is sent.
const PATIENCE: Duration = Duration::from_secs(10);

/// Calls that wait for a slot, one of which has the next one.
#[derive(Debug, Default)]
pub struct Line {
    /// Whether a call of back-fill left its slot, whose time has come, to a live one.
    next: Mutex<bool>,
    /// How many live calls wait.
    live: AtomicUsize,
    no_more_live: Notify,
}

impl Line {
    /// Waits until no live call waits, or `patience` with them is over.
    async fn let_live_go(&self, patience: &mut Patience) {
        loop {
            let no_more_live = self.no_more_live.notified();
            if !self.goes_before(patience) {
                return;
            }
            drop(timeout_at(patience.until(), no_more_live).await);
        }
    }

    /// Whether a live call goes before one of back-fill.
    fn goes_before(&self, patience: &mut Patience) -> bool {
        self.live.load(Ordering::SeqCst) > 0 && Instant::now() < patience.until()
    }
}

/// Until when a call of back-fill lets live calls go first, once there was one.
#[derive(Default)]
struct Patience(Option<Instant>);

impl Patience {
    fn until(&mut self) -> Instant {
        *self.0.get_or_insert_with(|| Instant::now() + PATIENCE)
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
        // Only one call has a slot at a time and waits until it comes.
        let next_slot = async || {
            if let Some(own) = own {
                own.wait().await;
            }
            tokio::time::sleep(slots.take().await?).await;
            Ok(())
        };
        if urgency == Urgency::Live {
            let mut left = {
                let _waits = WaitsLive::of(line);
                line.next.lock().await
            };
            return if std::mem::take(&mut *left) { Ok(()) } else { next_slot().await };
        }
        let mut patience = Patience::default();
        loop {
            line.let_live_go(&mut patience).await;
            let mut left = line.next.lock().await;
            if line.goes_before(&mut patience) {
                continue;
            }
            if !std::mem::take(&mut *left) {
                next_slot().await?;
            }
            if !line.goes_before(&mut patience) {
                return Ok(());
            }
            // A live call came meanwhile: the slot is its.
            *left = true;
        }
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

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    /// A slot each second.
    #[derive(Debug)]
    struct Seconds(Gap);

    impl Slots for Seconds {
        fn take(&self) -> BoxFuture<'_, Result<Duration, PaceError>> {
            async {
                self.0.wait().await;
                Ok(Duration::ZERO)
            }
            .boxed()
        }

        fn hold_off(&self, _: Duration) -> BoxFuture<'_, Result<(), PaceError>> {
            async { Ok(()) }.boxed()
        }
    }

    fn seconds() -> Arc<Pace> {
        Arc::new(Pace::shared(Seconds(Gap::new(Duration::from_secs(1)))))
    }

    /// Begins a call; when it may be sent, it says so.
    fn call(pace: &Arc<Pace>, urgency: Urgency, name: u32, sent: &Arc<Mutex<Vec<u32>>>) -> tokio::task::JoinHandle<()> {
        let (pace, sent) = (Arc::clone(pace), Arc::clone(sent));
        tokio::spawn(async move {
            assert!(pace.wait(urgency).await.is_ok());
            sent.lock().await.push(name);
        })
    }

    #[tokio::test(start_paused = true)]
    async fn live_calls_overtake_those_of_back_fill_that_have_no_slot_yet() {
        let (pace, sent) = (seconds(), Arc::default());
        for name in 1..=4 {
            drop(call(&pace, Urgency::BackFill, name, &sent));
            tokio::task::yield_now().await;
        }
        // The first went at once, the second waits for the next slot, and leaves it to a live one.
        tokio::time::sleep(Duration::from_millis(500)).await;
        for name in 5..=6 {
            drop(call(&pace, Urgency::Live, name, &sent));
        }
        tokio::time::sleep(Duration::from_secs(6)).await;
        assert_eq!(*sent.lock().await, [1, 5, 6, 2, 3, 4]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_live_call_that_is_given_up_holds_up_nobody() {
        let (pace, sent) = (seconds(), Arc::default());
        for name in 1..=3 {
            drop(call(&pace, Urgency::BackFill, name, &sent));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        let live = call(&pace, Urgency::Live, 4, &sent);
        tokio::time::sleep(Duration::from_millis(100)).await;
        live.abort();
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(*sent.lock().await, [1, 2, 3]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_of_back_fill_waits_ten_seconds_for_live_calls_and_no_longer() {
        let (pace, sent) = (seconds(), Arc::default());
        for name in 1..=30 {
            drop(call(&pace, Urgency::Live, name, &sent));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        drop(call(&pace, Urgency::BackFill, 31, &sent));
        // Live calls that come later are behind it then.
        tokio::time::sleep(PATIENCE + Duration::from_millis(100)).await;
        drop(call(&pace, Urgency::Live, 32, &sent));
        tokio::time::sleep(Duration::from_secs(40)).await;
        assert_eq!(sent.lock().await[30..], [31, 32]);
    }
}
