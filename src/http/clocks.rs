//! The clocks of peers, from the `Date` header of their answers, compared with ours.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::TimeDelta;

/// A difference up to this comes from a slow answer or an imprecise clock, and does no harm.
const TOLERANCE: TimeDelta = TimeDelta::minutes(2);

/// The last two differences of each peer: its time minus ours.
#[derive(Debug, Default)]
pub(super) struct Clocks(Mutex<HashMap<String, [TimeDelta; 2]>>);

impl Clocks {
    /// Records that the peer's clock was ahead by this when its answer came.
    pub(super) fn note(&self, peer: String, ahead: TimeDelta) {
        let mut peers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = peers.entry(peer).or_insert([TimeDelta::zero(); 2]);
        *last = [last[1], ahead];
    }

    /// By how much the peer's clock is ahead, if it was off twice in a row.
    pub(super) fn off(&self, peer: &str) -> Option<TimeDelta> {
        let peers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = peers.get(peer)?;
        last.iter().all(|ahead| ahead.abs() > TOLERANCE).then(|| last[1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_off_when_two_answers_in_a_row_say_so() {
        let clocks = Clocks::default();
        let note = |minutes| {
            clocks.note("shop.example.com".into(), TimeDelta::minutes(minutes));
            clocks.off("shop.example.com").map(|ahead| ahead.num_minutes())
        };
        assert_eq!([2, 3, -3, 2, 5, 0].map(note), [None, None, Some(-3), None, None, None]);
        assert_eq!(clocks.off("another.example.com"), None);
    }
}
