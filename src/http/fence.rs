//! Sends a call only while the lease outlives the request's timeout (invariant 4), so that a paused process cannot write after
//! another has taken over.

use std::time::Duration;

use tokio::{sync::watch, time::Instant};

/// Says whether a call may still be sent, given how long it may take.
#[derive(Debug, Clone)]
pub struct Fence(Option<watch::Receiver<Instant>>);

/// Extends the fence with each heartbeat of the lease.
#[derive(Debug)]
pub struct FenceKeeper(watch::Sender<Instant>);

/// The lease does not outlive the call; nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the lease on the account is about to expire, so another process may take over")]
pub struct FenceClosed;

impl Fence {
    /// A fence that never closes: for calls that write nothing or run under no lease, such as the checks of the command line.
    #[must_use]
    pub fn open() -> Self {
        Self(None)
    }

    /// A fence that lasts until `end`, and the keeper that extends it.
    #[must_use]
    pub fn until(end: Instant) -> (FenceKeeper, Self) {
        let (sender, receiver) = watch::channel(end);
        (FenceKeeper(sender), Self(Some(receiver)))
    }

    /// Checks that a call may be sent now.
    ///
    /// # Errors
    /// [`FenceClosed`] when the lease could end before a call of at most `timeout` does.
    pub fn check(&self, timeout: Duration) -> Result<(), FenceClosed> {
        let Some(end) = &self.0 else { return Ok(()) };
        if Instant::now() + timeout < *end.borrow() { Ok(()) } else { Err(FenceClosed) }
    }
}

impl FenceKeeper {
    /// The lease now lasts until `end`, counted from before the renewal was requested.
    pub fn extend(&self, end: Instant) {
        self.0.send_replace(end);
    }

    /// The lease is lost: nothing more is sent.
    pub fn close(&self) {
        self.0.send_replace(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_call_that_could_outlast_the_lease_is_not_sent() {
        let (keeper, fence) = Fence::until(Instant::now() + Duration::from_secs(30));
        assert_eq!(fence.check(Duration::from_secs(10)), Ok(()));
        tokio::time::advance(Duration::from_secs(21)).await;
        assert_eq!(fence.check(Duration::from_secs(10)), Err(FenceClosed));
        keeper.extend(Instant::now() + Duration::from_secs(30));
        assert_eq!(fence.check(Duration::from_secs(10)), Ok(()));
        keeper.close();
        assert_eq!(fence.check(Duration::ZERO), Err(FenceClosed));
    }
}
