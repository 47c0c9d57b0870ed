//! A call is sent only while the lease outlives the request's timeout (invariant 4): a paused process cannot write
//! after another took over.

use std::time::Duration;

use tokio::{sync::watch, time::Instant};

/// Says whether a call that may last a given time may still be sent.
#[derive(Debug, Clone)]
pub struct Fence(Option<watch::Receiver<Instant>>);

/// Moves the fence on with each heartbeat of the lease.
#[derive(Debug)]
pub struct FenceKeeper(watch::Sender<Instant>);

/// The lease does not outlive the call that was to be sent; nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the lease on the account is about to expire, so another process may take over")]
pub struct FenceClosed;

impl Fence {
    /// For calls that write nothing or run under no lease, such as the checks of the command line.
    #[must_use]
    pub fn open() -> Self {
        Self(None)
    }

    /// A fence that holds until `end`, and the keeper that moves it.
    #[must_use]
    pub fn until(end: Instant) -> (FenceKeeper, Self) {
        let (sender, receiver) = watch::channel(end);
        (FenceKeeper(sender), Self(Some(receiver)))
    }

    /// # Errors
    /// [`FenceClosed`] when the lease could end before a call of at most `timeout` does.
    pub fn check(&self, timeout: Duration) -> Result<(), FenceClosed> {
        let Some(end) = &self.0 else { return Ok(()) };
        if Instant::now() + timeout < *end.borrow() { Ok(()) } else { Err(FenceClosed) }
    }
}

impl FenceKeeper {
    /// The lease now lasts until `end`, measured from before the renewal was asked for.
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
