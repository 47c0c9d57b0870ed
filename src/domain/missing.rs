//! Orders that one side no longer shows: when their absence is believed (invariant 9).

use super::said::Said;

/// More than so many missing at once, and more than this part of those asked for, is no deletion.
const MANY: usize = 5;
const TENTH: usize = 10;

/// Why an order rests whose work order is gone.
pub const REMOVED: Said = Said::new("work-order-deleted");

/// What a sudden loss of orders is measured by.
#[derive(Debug, Clone, Copy)]
pub struct Among {
    /// Orders that were asked for, in whatever way.
    pub asked: usize,
    /// Those of them that are known to be missing already.
    pub absent: usize,
}

impl Among {
    /// So many that were asked for, none of them known to be missing.
    #[must_use]
    pub fn of(asked: usize) -> Self {
        Self { asked, absent: 0 }
    }

    /// With `more` that are missing, too many are missing at once to be believed.
    #[must_use]
    pub fn is_sudden(self, more: usize) -> bool {
        let absent = self.absent + more;
        absent > MANY && absent * TENTH > self.asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_are_more_than_five_and_more_than_a_tenth() {
        for (absent, asked, sudden) in [(5, 5, false), (6, 6, true), (6, 60, false), (7, 60, true), (0, 0, false)] {
            assert_eq!(Among::of(asked).is_sudden(absent), sudden, "{absent} of {asked}");
        }
        assert!(Among { asked: 60, absent: 4 }.is_sudden(3) && !Among { asked: 60, absent: 4 }.is_sudden(2));
    }
}
