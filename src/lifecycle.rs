//! The end of a process: a first signal asks every part to finish what it has begun, a second one ends the process at once.

use std::{
    future::{Future, poll_fn},
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    task::Poll,
    time::Duration,
};

use chrono::{DateTime, TimeDelta};
use tokio::{
    signal::unix::{SignalKind, signal},
    task::JoinHandle,
    time::sleep,
};
use tokio_util::{
    sync::{CancellationToken, WaitForCancellationFuture},
    task::TaskTracker,
};

use crate::domain::said::Said;

use crate::clock::Clock;

/// No beat yet: there is no scheduler, or it has not started.
const NEVER: i64 = i64::MIN;

/// How long parts may take to finish once they are asked to. With what comes before and after, `run` ends within 10 s.
const SOFT_LIMIT: Duration = Duration::from_secs(6);

/// The heartbeat of a part that must never hang; cheap to clone.
#[derive(Clone, Debug)]
pub struct Heartbeat {
    clock: Clock,
    /// The last beat, in seconds since 1970.
    last: Arc<AtomicI64>,
}

impl Heartbeat {
    /// A heartbeat that has not started.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { clock, last: Arc::new(AtomicI64::new(NEVER)) }
    }

    /// Records a beat; to be called at least every few seconds.
    pub fn beat(&self) {
        self.last.store(self.clock.now().timestamp(), Ordering::Relaxed);
    }

    /// How long ago the last beat was; `None` before the first.
    #[must_use]
    pub fn silence(&self) -> Option<TimeDelta> {
        Some(self.clock.now() - DateTime::from_timestamp(self.last.load(Ordering::Relaxed), 0)?)
    }
}

/// Tells every part of the program when to end, and waits for them; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    soft: CancellationToken,
    hard: CancellationToken,
    tasks: TaskTracker,
}

impl Stop {
    /// A program that runs until it is asked to stop.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Handles SIGTERM and SIGINT from now on: the first is a request to finish, the second ends the wait for that.
    ///
    /// # Errors
    ///
    /// When the system refuses.
    pub fn on_signals(&self) -> io::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let stop = self.clone();
        tokio::spawn(async move {
            loop {
                let name = tokio::select! {
                    _ = terminate.recv() => "SIGTERM",
                    _ = interrupt.recv() => "SIGINT",
                };
                if stop.is_requested() {
                    tracing::warn!(signal = name, "stopping immediately");
                    stop.hard.cancel();
                } else {
                    tracing::info!(signal = name, "finishing; a second signal stops the process at once");
                    stop.request();
                }
            }
        });
        Ok(())
    }

    /// Asks every part to finish.
    pub fn request(&self) {
        self.soft.cancel();
    }

    /// Whether the parts have been asked to finish.
    #[must_use]
    pub fn is_requested(&self) -> bool {
        self.soft.is_cancelled()
    }

    /// Resolves when the parts are asked to finish.
    pub fn requested(&self) -> WaitForCancellationFuture<'_> {
        self.soft.cancelled()
    }

    /// Sleeps, but not beyond the request to finish. True if the time has passed.
    pub async fn sleep(&self, duration: Duration) -> bool {
        tokio::select! {
            () = self.requested() => false,
            () = sleep(duration) => true,
        }
    }

    /// Starts a part that [`Stop::finished`] waits for.
    pub fn spawn<F>(&self, part: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.tasks.spawn(part)
    }

    /// Waits until every part has finished after a request to do so. False when some had not, because a second signal
    /// came or the time was up: the next process continues their work.
    pub async fn finished(&self) -> bool {
        self.requested().await;
        self.tasks.close();
        tokio::select! {
            biased;
            () = self.tasks.wait() => true,
            () = self.hard.cancelled() => false,
            () = sleep(SOFT_LIMIT) => false,
        }
    }
}

/// A bug in the program panicked: the panic hook has logged the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", Said::from(*self))]
pub struct Panicked;

impl From<Panicked> for Said {
    fn from(_: Panicked) -> Self {
        Self::new("internal-error")
    }
}

/// Runs one part of the work to its end, so that a panic in it stops nothing else. Whatever the part
/// was changing must tolerate being left half done.
///
/// # Errors
/// When it panicked.
pub fn contain<F: Future>(part: F) -> impl Future<Output = Result<F::Output, Panicked>> {
    let mut part = Box::pin(part);
    poll_fn(move |context| match catch_unwind(AssertUnwindSafe(|| part.as_mut().poll(context))) {
        Ok(poll) => poll.map(Ok),
        Err(_) => Poll::Ready(Err(Panicked)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_part_that_panics_is_told_and_others_go_on() {
        let part = |nth: u32| async move {
            tokio::task::yield_now().await;
            assert_ne!(nth, 2, "a mistake");
            nth
        };
        let mut done = Vec::new();
        for nth in 1..4 {
            done.push(contain(part(nth)).await);
        }
        assert_eq!(done, [Ok(1), Err(Panicked), Ok(3)]);
    }

    #[tokio::test(start_paused = true)]
    async fn parts_that_finish_are_waited_for() {
        let stop = Stop::new();
        let part = stop.clone();
        stop.spawn(async move {
            part.requested().await;
            sleep(Duration::from_secs(5)).await;
        });
        stop.request();
        assert!(stop.finished().await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_part_that_does_not_finish_is_not_waited_for_long() {
        let (stop, started) = (Stop::new(), tokio::time::Instant::now());
        stop.spawn(std::future::pending::<()>());
        stop.request();
        assert!(!stop.finished().await);
        assert!(started.elapsed() < Duration::from_secs(10));
    }

    #[tokio::test(start_paused = true)]
    async fn a_second_request_ends_the_waiting() {
        let (stop, started) = (Stop::new(), tokio::time::Instant::now());
        stop.spawn(std::future::pending::<()>());
        stop.request();
        stop.hard.cancel();
        assert!(!stop.finished().await);
        assert_eq!(started.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_sleeper_wakes_when_asked_to_finish() {
        let stop = Stop::new();
        assert!(stop.sleep(Duration::from_mins(5)).await);
        stop.request();
        assert!(!stop.sleep(Duration::from_mins(5)).await);
    }
}
