//! The store's figures, line by line: what each amounts to, and whether they add up. A store that calculates in fractions of a cent
//! shows rounded figures beside exact ones: figures that add up either way are accepted.

use rust_decimal::Decimal;

use super::{Place, SumFault};
use crate::domain::{
    money::{from_minor, is_believable, round, to_minor},
    order::{Line, LineKind, StoreOrder},
};

/// What a line comes to.
pub(super) struct Figures<'a> {
    pub(super) line: &'a Line,
    /// Place in the order, from 1.
    pub(super) number: usize,
    /// As the store says, else price times quantity, perhaps finer than a cent.
    pub(super) exact: Decimal,
    /// The same in minor units; those of all lines add up to the order's total before discounts.
    pub(super) net: i128,
}

/// The rule for sets (contract cartum 4.5): all lines, or all but the parts of sets when only so they add up. Lines of quantity 0
/// are left out.
pub(super) fn imported(order: &StoreOrder) -> Result<Vec<Figures<'_>>, SumFault> {
    let lines =
        order.lines.iter().enumerate().map(|(at, line)| figures(at + 1, line)).collect::<Result<Vec<_>, _>>()?;
    let lines: Vec<_> = lines.into_iter().filter(|figures| !figures.line.is_left_out()).collect();
    let before = amount(Place::TotalBeforeDiscounts, order.total_default)?;
    if adds_up(&lines, before) {
        return Ok(in_whole_cents(lines, before));
    }
    let (all, sum) = (lines.len(), total(&lines));
    let rest: Vec<_> = lines.into_iter().filter(|figures| figures.line.kind != LineKind::SetItem).collect();
    let rest_sum = total(&rest);
    if adds_up(&rest, before) {
        return Ok(in_whole_cents(rest, before));
    }
    let without_set_items = (rest.len() < all).then(|| from_minor(rest_sum));
    let delivery = order.delivery.price.unwrap_or_default().max(Decimal::ZERO);
    let extras = delivery.checked_add(order.payment.surcharge).filter(|extras| {
        to_minor(*extras).is_some_and(|extras| extras > 0 && [sum, rest_sum].contains(&(before - extras)))
    });
    Err(SumFault::Lines { sum: from_minor(sum), without_set_items, total: order.total_default, extras })
}

fn figures(number: usize, line: &Line) -> Result<Figures<'_>, SumFault> {
    amount(Place::Price(number), line.price)?;
    amount(Place::Quantity(number), line.quantity)?;
    let place = if line.total.is_some() { Place::LineTotal(number) } else { Place::LineGross(number) };
    let gross = line.price.checked_mul(line.quantity);
    let Some(exact) = line.total.or(gross) else { return Err(SumFault::TooLarge { place, value: line.price }) };
    Ok(Figures { line, number, exact, net: amount(place, exact)? })
}

/// In minor units, half a cent up.
pub(super) fn amount(place: Place, value: Decimal) -> Result<i128, SumFault> {
    if value.is_sign_negative() && !value.is_zero() {
        return Err(SumFault::BelowZero { place, value });
    }
    let minor = Some(value).filter(|value| is_believable(*value)).and_then(|value| to_minor(round(value)));
    minor.ok_or(SumFault::TooLarge { place, value })
}

pub(super) fn total(lines: &[Figures<'_>]) -> i128 {
    lines.iter().map(|figures| figures.net).sum()
}

/// Rounded line by line, or as a whole.
fn adds_up(lines: &[Figures<'_>], before: i128) -> bool {
    let exact = lines.iter().try_fold(Decimal::ZERO, |sum, figures| sum.checked_add(figures.exact));
    total(lines) == before || exact.is_some_and(|exact| to_minor(round(exact)) == Some(before))
}

/// Where the lines were not rounded by the store, a cent more or less for those whose rounding was the greatest.
fn in_whole_cents(mut lines: Vec<Figures<'_>>, before: i128) -> Vec<Figures<'_>> {
    let missing = before - total(&lines);
    let step = missing.signum();
    let lacks = |figures: &Figures<'_>| (figures.exact - from_minor(figures.net)) * Decimal::from(step);
    let mut order: Vec<_> = (0..lines.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(lacks(&lines[*at])));
    for at in order.into_iter().take(usize::try_from(missing.abs()).unwrap_or_default()) {
        lines[at].net += step;
    }
    lines
}
