//! The end of a process: a first signal asks every part to finish what it has begun, a second one ends it at once.

use std::{future::Future, io, time::Duration};

use tokio::{
    signal::unix::{SignalKind, signal},
    task::JoinHandle,
    time::sleep,
};
use tokio_util::{
    sync::{CancellationToken, WaitForCancellationFuture},
    task::TaskTracker,
};

/// How long parts may take to finish once they are asked to. With what comes before and after, `run` ends within 10 s.
const SOFT_LIMIT: Duration = Duration::from_secs(6);

/// Tells every part of the program when to end, and waits for them; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    soft: CancellationToken,
    hard: CancellationToken,
    tasks: TaskTracker,
}

impl Stop {
    /// A program that goes on until it is asked to stop.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes SIGTERM and SIGINT from now on: the first is a request to finish, the second ends the waiting for it.
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
                    tracing::warn!(signal = name, "ending at once");
                    stop.hard.cancel();
                } else {
                    tracing::info!(signal = name, "finishing; a second signal ends at once");
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

    /// Whether the parts are asked to finish.
    #[must_use]
    pub fn is_requested(&self) -> bool {
        self.soft.is_cancelled()
    }

    /// Resolves when the parts are asked to finish.
    pub fn requested(&self) -> WaitForCancellationFuture<'_> {
        self.soft.cancelled()
    }

    /// Sleeps, but not beyond the request to finish. Says whether the time has passed.
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
    /// came or the time was up: what they were doing is taken up by the next process.
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

#[cfg(test)]
mod tests {
    use super::*;

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
