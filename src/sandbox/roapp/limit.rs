//! The rate limit: a number of calls in any sliding second.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

const WINDOW: Duration = Duration::from_secs(1);

/// Counts calls; a refused call does not count.
#[derive(Debug)]
pub(super) struct Limiter {
    per_second: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    /// The times of the calls in the last second.
    recent: VecDeque<Instant>,
    refused: u64,
}

impl Limiter {
    pub(super) fn new(per_second: u32) -> Self {
        let per_second = usize::try_from(per_second).unwrap_or(usize::MAX);
        Self { per_second, taken: Mutex::default() }
    }

    /// Whether a call at this time is within the limit.
    pub(super) fn admit(&self, now: Instant) -> bool {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        while taken.recent.front().is_some_and(|at| now.duration_since(*at) >= WINDOW) {
            taken.recent.pop_front();
        }
        if taken.recent.len() >= self.per_second {
            taken.refused += 1;
            return false;
        }
        taken.recent.push_back(now);
        true
    }

    /// How many calls were refused.
    pub(super) fn refused(&self) -> u64 {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fourth_call_within_any_second_is_turned_away() {
        let limiter = Limiter::new(3);
        let start = Instant::now();
        let at = |ms| limiter.admit(start + Duration::from_millis(ms));
        assert_eq!([at(0), at(300), at(600), at(999)], [true, true, true, false]);
        assert!(at(1000), "the first call is a second old");
        assert!(!at(1001));
        assert_eq!(limiter.refused(), 2);
    }
}
