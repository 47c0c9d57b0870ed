//! When a failed call is retried, and when it is given up.

use std::time::Duration;

/// Tries that an order may use up on its own; an order that gets no answer is retried less often after that many.
pub const MOST_TRIES: i32 = 8;
/// Work orders refused in a row for the same reason before the store is paused.
pub const SAME_REFUSALS: i32 = 5;

/// Pauses that double with each try.
#[derive(Debug, Clone, Copy)]
pub struct Doubling {
    first: Duration,
    longest: Duration,
}

/// While the database is unavailable.
pub const DATABASE: Doubling = Doubling { first: Duration::from_millis(500), longest: Duration::from_secs(5) };

/// After a failure that concerns only one order.
const ORDER: Doubling = Doubling { first: Duration::from_secs(10), longest: Duration::from_hours(1) };
/// The same for an order that gets no answer: once RO App accepts writes again, no order waits much longer than until the next poll.
const UNANSWERED: Doubling = Doubling { longest: Duration::from_mins(5), ..ORDER };
/// First pause after a failed poll.
pub const POLL: Duration = Duration::from_secs(15);

impl Doubling {
    /// The pause after this many tries, counted from 1.
    #[must_use]
    pub fn pause(self, tries: i32) -> Duration {
        let doublings = u32::try_from(tries.clamp(1, 16) - 1).unwrap_or_default();
        (self.first * 2_u32.pow(doublings)).min(self.longest)
    }
}

/// The pause after a try of an order's own that failed, from the first on; `None` = it is not tried again by itself. A call that may have
/// been executed is left alone for `unclear`, where that is not zero.
#[must_use]
pub fn after_trouble(tries: i32, unclear: Duration) -> Option<Duration> {
    let pause = if unclear.is_zero() { ORDER.pause(tries) } else { unclear };
    (tries < MOST_TRIES).then_some(pause)
}

/// The same after a call without an answer: it is tried for as long as it takes.
#[must_use]
pub fn after_no_answer(tries: i32, unclear: Duration) -> Duration {
    if unclear.is_zero() || tries >= MOST_TRIES { UNANSWERED.pause(tries) } else { unclear }
}

/// Pause between two refusals of a login before it is believed (invariant 8).
pub const SECOND_REFUSAL: Duration = Duration::from_secs(30);
/// How often at most a store is retried when a retry by itself fixes nothing.
const SLOW: Duration = Duration::from_mins(30);

/// Why a store could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadFailure {
    /// The store refused the login.
    Login,
    /// The store may answer soon, and may say after how long.
    Passing(Option<Duration>),
    /// A person has to act, in the shop or here.
    Lasting,
    /// The answer cannot be saved.
    Unkept,
}

impl ReadFailure {
    /// Whether a notice is raised at once.
    #[must_use]
    pub fn is_lasting(self) -> bool {
        matches!(self, Self::Lasting | Self::Unkept)
    }

    /// The pause until the next poll, after `failures` before this one.
    #[must_use]
    pub fn pause(self, failures: i32, interval: Duration) -> Duration {
        match self {
            Self::Login => SECOND_REFUSAL,
            Self::Passing(after) => after_failed_poll(failures, interval).max(after.unwrap_or_default()),
            Self::Lasting => SLOW.max(interval),
            Self::Unkept => interval,
        }
    }
}

/// The pause after a failed poll with `failures` before it: never longer than the interval between polls.
#[must_use]
pub fn after_failed_poll(failures: i32, interval: Duration) -> Duration {
    Doubling { first: POLL, longest: interval }.pause(failures.clamp(0, 10) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_tried_ever_more_rarely_and_at_last_not_by_itself() {
        let pauses: Vec<_> = (1..=MOST_TRIES).map(|tries| after_trouble(tries, Duration::ZERO)).collect();
        let seconds = [10, 20, 40, 80, 160, 320, 640].map(|seconds| Some(Duration::from_secs(seconds)));
        assert_eq!(pauses, seconds.into_iter().chain([None]).collect::<Vec<_>>());
        let unclear = Duration::from_secs(40);
        assert_eq!((after_trouble(1, unclear), after_trouble(MOST_TRIES, unclear)), (Some(unclear), None));
    }

    #[test]
    fn without_an_answer_it_is_tried_for_ever_and_at_least_every_five_minutes() {
        assert_eq!(after_no_answer(1, Duration::ZERO), Duration::from_secs(10));
        assert_eq!(after_no_answer(3, Duration::from_secs(40)), Duration::from_secs(40));
        for tries in [MOST_TRIES, 1_000, i32::MAX] {
            assert_eq!(after_no_answer(tries, Duration::from_secs(40)), Duration::from_mins(5));
        }
    }

    #[test]
    fn a_store_is_tried_soon_where_it_may_answer_and_seldom_where_somebody_has_to_act() {
        let of = |failure: ReadFailure| failure.pause(1, Duration::from_mins(5)).as_secs();
        let asked = Some(Duration::from_secs(90));
        assert_eq!([ReadFailure::Passing(None), ReadFailure::Passing(asked)].map(of), [30, 90]);
        assert_eq!([ReadFailure::Login, ReadFailure::Lasting, ReadFailure::Unkept].map(of), [30, 1_800, 300]);
        assert_eq!(ReadFailure::Lasting.pause(0, Duration::from_hours(1)), Duration::from_hours(1));
    }

    #[test]
    fn a_failed_poll_is_tried_again_no_later_than_the_next() {
        let of = |failures| after_failed_poll(failures, Duration::from_mins(5)).as_secs();
        assert_eq!([0, 1, 2, 3, 4, 5, i32::MAX].map(of), [15, 30, 60, 120, 240, 300, 300]);
        assert_eq!(after_failed_poll(3, Duration::from_secs(1)), Duration::from_secs(1));
    }
}
