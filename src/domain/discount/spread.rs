//! Divides a sum of minor units over lines without losing or adding one.

/// Shares in proportion to `weights` by the largest remainder; of equal remainders the earlier line's comes first. They add
/// up to `amount`, none is above its weight. `amount` is from 0 to the sum of the weights; with a sum of 0 all are 0.
pub(super) fn proportional(weights: &[i128], amount: i128) -> Vec<i128> {
    let sum = weights.iter().sum::<i128>().max(1);
    let mut shares: Vec<_> = weights.iter().map(|weight| amount * weight / sum).collect();
    let mut left = amount - shares.iter().sum::<i128>();
    let mut by_remainder: Vec<_> = (0..weights.len()).collect();
    by_remainder.sort_by_key(|at| std::cmp::Reverse(amount * weights[*at] % sum));
    for at in by_remainder {
        let more = left.min(1).min(weights[at] - shares[at]);
        shares[at] += more;
        left -= more;
    }
    shares
}

/// What a line can take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// Only multiples of this; 1 or more.
    pub(super) step: i128,
    /// No more than this.
    pub(super) most: i128,
}

/// Shares near to the `wanted` ones, with the same sum, each a multiple of its room's step; `None` when there are none, or
/// none that can be found with reasonable work.
pub(super) fn in_steps(wanted: &[i128], rooms: &[Room]) -> Option<Vec<i128>> {
    let total = wanted.iter().sum::<i128>();
    let common = rooms.iter().fold(0, |common, room| gcd(common, room.step));
    if total % common.max(1) != 0 {
        return None;
    }
    let down = |(wanted, room): (&i128, &Room)| floor((*wanted).min(room.most), room.step);
    let mut shares: Vec<_> = wanted.iter().zip(rooms).map(down).collect();
    let mut left = total - shares.iter().sum::<i128>();
    for at in by_step(rooms) {
        let Room { step, most } = rooms[at];
        let more = floor(left.min(most - shares[at]), step);
        shares[at] += more;
        left -= more;
    }
    if left == 0 { Some(shares) } else { widen(&shares, rooms, total) }
}

/// Looks for a combination around `near`, in a range that doubles until it is everything.
fn widen(near: &[i128], rooms: &[Room], total: i128) -> Option<Vec<i128>> {
    let mut reach = 1;
    loop {
        let ranges: Vec<_> = near.iter().zip(rooms).map(|(near, room)| Range::around(*near, *room, reach)).collect();
        if let Some(shares) = combine(&ranges, total).ok()? {
            return Some(shares);
        }
        let everything = ranges.iter().zip(rooms).all(|(range, room)| range.is_all(*room));
        if everything {
            return None;
        }
        reach *= 2;
    }
}

/// `low`, `low + step`, … , `low + step * count`.
struct Range {
    low: i128,
    step: i128,
    count: i128,
}

impl Range {
    fn around(near: i128, Room { step, most }: Room, reach: i128) -> Self {
        let low = (near - reach * step).max(0);
        let high = (near + reach * step).min(floor(most, step));
        Self { low, step, count: (high - low) / step }
    }

    fn is_all(&self, room: Room) -> bool {
        self.low == 0 && self.count == room.most / room.step
    }
}

/// The search was given up.
struct TooMuchWork;

/// Cells of the table in [`combine`]; some 10 ms and 8 MB.
const MOST_CELLS: usize = 2_000_000;

/// One value of each range, together `total`: for each range, small steps first, how many of its steps each sum needs.
fn combine(ranges: &[Range], total: i128) -> Result<Option<Vec<i128>>, TooMuchWork> {
    let need = total - ranges.iter().map(|range| range.low).sum::<i128>();
    let span = ranges.iter().map(|range| range.count * range.step).sum::<i128>();
    if !(0..=span).contains(&need) {
        return Ok(None);
    }
    let need = usize::try_from(need).map_err(|_| TooMuchWork)?;
    if (need + 1).saturating_mul(ranges.len()) > MOST_CELLS {
        return Err(TooMuchWork);
    }
    let mut order: Vec<_> = (0..ranges.len()).collect();
    order.sort_by_key(|at| ranges[*at].step);
    let mut reachable = vec![false; need + 1];
    reachable[0] = true;
    let mut used: Vec<Vec<u32>> = Vec::with_capacity(ranges.len());
    for at in &order {
        let row = steps_used(&ranges[*at], &reachable);
        reachable = row.iter().map(Option::is_some).collect();
        used.push(row.into_iter().map(Option::unwrap_or_default).collect());
    }
    if !reachable[need] {
        return Ok(None);
    }
    let mut shares = vec![0; ranges.len()];
    let mut rest = need;
    for (at, used) in order.into_iter().zip(used).rev() {
        let taken = i128::from(used[rest]) * ranges[at].step;
        shares[at] = ranges[at].low + taken;
        rest -= usize::try_from(taken).map_err(|_| TooMuchWork)?;
    }
    Ok(Some(shares))
}

/// For each sum the fewest steps of `range` that reach it from a sum that is reachable without it.
fn steps_used(range: &Range, reachable: &[bool]) -> Vec<Option<u32>> {
    let mut row: Vec<Option<u32>> = Vec::with_capacity(reachable.len());
    let step = usize::try_from(range.step).unwrap_or(usize::MAX);
    for (sum, reachable) in reachable.iter().enumerate() {
        let before = || sum.checked_sub(step).and_then(|before| row[before]);
        let more = || before().map(|used| used + 1).filter(|used| i128::from(*used) <= range.count);
        let used = if *reachable { Some(0) } else { more() };
        row.push(used);
    }
    row
}

/// Places of the lines, those with the smallest step first.
fn by_step(rooms: &[Room]) -> Vec<usize> {
    let mut order: Vec<_> = (0..rooms.len()).collect();
    order.sort_by_key(|at| rooms[*at].step);
    order
}

fn floor(value: i128, step: i128) -> i128 {
    value.max(0) / step * step
}

/// Greatest common divisor of two numbers that are not negative; 0 and x give x.
pub(super) fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { gcd(b, a % b) }
}
