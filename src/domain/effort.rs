//! How much processor time work takes, for tests of how that grows. The wall clock would also count what else the machine does.

use std::{iter, time::Duration};

use cpu_time::ThreadTime;

/// Lengths of the texts in bytes: the second is eight times the first.
const SHORT: usize = 64 << 10;
const LONG: usize = 8 * SHORT;
/// The long one may take this many times as long as the short one; quadratic work takes 64 times as long.
const MOST: u32 = 24;

/// The processor time that the work takes: the least of three runs.
pub(crate) fn effort(work: impl Fn()) -> Duration {
    let run = || {
        let began = ThreadTime::now();
        work();
        began.elapsed()
    };
    iter::repeat_with(run).take(3).min().unwrap_or_default()
}

/// Asserts that the work on repetitions of this piece grows with their length alone.
pub(crate) fn assert_linear(piece: &str, work: impl Fn(&str)) {
    assert_linear_on(piece, |length| piece.repeat(length / piece.len()), work);
}

/// The same of other texts of a length in bytes.
pub(crate) fn assert_linear_on(name: &str, text: impl Fn(usize) -> String, work: impl Fn(&str)) {
    let of = |length| {
        let text = text(length);
        effort(|| work(&text))
    };
    let (short, long) = (of(SHORT), of(LONG));
    assert!(long < short * MOST, "{name:?}: {short:?} became {long:?}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "became")]
    fn quadratic_work_is_noticed() {
        assert_linear("a", |text| {
            for _ in 0..text.len() / 4096 {
                assert!(!text.contains('b'));
            }
        });
    }
}
