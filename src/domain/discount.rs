//! What each line of a work order costs: RO App has discounts per line only, the store has one for the whole order
//! (contract cartum 4.6). `spread.rs` divides, this file checks that the store's figures add up.

mod spread;
#[cfg(test)]
mod tests;

use rust_decimal::{Decimal, RoundingStrategy};
use thiserror::Error;

use super::{
    money::{from_minor, plain, round, to_minor},
    order::{Line, LineKey, LineKind, StoreOrder},
};

/// What RO App's discount amount counts for (contract roapp, unknown 31).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PerWhat {
    /// The whole line.
    Line,
    /// One unit of it.
    Unit,
}

/// A line with its own share of the order's discount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedLine {
    /// Which line of the store order.
    pub key: LineKey,
    /// Units, as the store has them.
    pub quantity: Decimal,
    /// Unit price, as the store has it.
    pub price: Decimal,
    /// Discount of the whole line, also with [`PerWhat::Unit`]; from 0 to what the line costs, in whole minor units.
    pub discount: Decimal,
}

/// Why an order's money cannot become lines. The text is for the shop owner.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SumFault {
    /// An amount that is negative, has a third decimal or is beyond all measure.
    #[error("{place} is {value}, which is not an amount of zero or more in whole cents; correct it in the store")]
    Amount {
        /// Where it stands, such as "the price of line 2".
        place: String,
        /// As the store sent it.
        value: Decimal,
    },
    /// A line that costs more than its price says.
    #[error(
        "line {number} comes to {} in the store, more than its price times its quantity, which is {}; correct that line in the store",
        plain(*.total), plain(*.expected)
    )]
    LineTotal {
        /// Place in the order, from 1.
        number: usize,
        /// The line's total in the store.
        total: Decimal,
        /// Price times quantity.
        expected: Decimal,
    },
    /// The lines do not come to the store's total, with the parts of sets or without them.
    #[error(
        "the lines come to {}{}, but the store's total before discounts is {}; {}",
        plain(*.sum), without_parts(*.without_set_items), plain(*.total), mend(*.extras)
    )]
    Lines {
        /// Sum of all lines.
        sum: Decimal,
        /// Sum without the parts of sets; `None` when there are no sets.
        without_set_items: Option<Decimal>,
        /// The store's `total_default`.
        total: Decimal,
        /// Delivery and payment surcharge, when just they make the difference: this store counts them in (contract cartum,
        /// unknown 11).
        extras: Option<Decimal>,
    },
    /// The order costs more than its lines.
    #[error(
        "the order's total is {}, more than its lines, which come to {}; remove the surcharge in the store or add it as a line",
        plain(*.total), plain(*.lines)
    )]
    Surcharge {
        /// The store's `total_sum`.
        total: Decimal,
        /// The store's `total_default`.
        lines: Decimal,
    },
    /// The discount is greater than what it is taken from.
    #[error(
        "the discount of {} is greater than the lines, which come to {}; lower the discount in the store",
        plain(*.discount), plain(*.lines)
    )]
    Discount {
        /// `total_default` less `total_sum`.
        discount: Decimal,
        /// The store's `total_default`.
        lines: Decimal,
    },
    /// No lines, and money all the same.
    #[error("the order has no lines, but its total is {}; add the lines in the store or set its total to 0.00", plain(*.total))]
    NoLines {
        /// The store's `total_sum`.
        total: Decimal,
    },
    /// RO App takes the discount off each unit, and it cannot be divided like that.
    #[error(
        "RO App takes a discount off each unit, and the discount of {} cannot be divided over the units of these lines in whole cents; change the discount or the quantities in the store, or enter this order by hand",
        plain(*.discount)
    )]
    PerUnit {
        /// All discounts of the order together.
        discount: Decimal,
    },
}

fn without_parts(sum: Option<Decimal>) -> String {
    sum.map_or_else(String::new, |sum| format!(" ({} without the parts of sets)", plain(sum)))
}

fn mend(extras: Option<Decimal>) -> String {
    extras.map_or_else(
        || "correct the lines in the store".to_owned(),
        |extras| {
            format!(
                "the store counts the {} for delivery and payment into its totals, which cannot be told apart from goods: enter this \
                 order by hand",
                plain(extras)
            )
        },
    )
}

/// Amounts from here on, in minor units, are a mistake; far below what the arithmetic can hold.
const TOO_MUCH: i128 = 100_000_000_000_000_000;

/// A line's amounts in minor units.
struct Amounts<'a> {
    line: &'a Line,
    /// Place in the order, from 1.
    number: usize,
    /// Price times quantity.
    gross: i128,
    /// What the store says the line comes to.
    net: i128,
}

/// The lines to import with their discounts: all of them, or all but the parts of sets when only so they add up to
/// `total_default`. Price times quantity less the discounts is `total_sum`, to the cent.
///
/// # Errors
/// [`SumFault`] when the store's figures contradict each other, or cannot be divided as `per` wants.
pub fn price_lines(order: &StoreOrder, per: PerWhat) -> Result<Vec<PricedLine>, SumFault> {
    let total = minor_or_negative("the order's total", order.total_sum)?;
    if order.lines.is_empty() {
        return if total == 0 { Ok(Vec::new()) } else { Err(SumFault::NoLines { total: order.total_sum }) };
    }
    let before = minor("the order's total before discounts", order.total_default)?;
    let lines = imported(order, before)?;
    if let Some(line) = lines.iter().find(|line| line.net > line.gross) {
        let (total, expected) = (from_minor(line.net), from_minor(line.gross));
        return Err(SumFault::LineTotal { number: line.number, total, expected });
    }
    let discount = before - total;
    if discount < 0 {
        return Err(SumFault::Surcharge { total: order.total_sum, lines: order.total_default });
    }
    if discount > before {
        return Err(SumFault::Discount { discount: from_minor(discount), lines: order.total_default });
    }
    let shares = spread::proportional(&lines.iter().map(|line| line.net).collect::<Vec<_>>(), discount);
    let discounts: Vec<_> = lines.iter().zip(shares).map(|(line, share)| line.gross - line.net + share).collect();
    let discounts = match per {
        PerWhat::Line => discounts,
        PerWhat::Unit => per_unit(&lines, &discounts)?,
    };
    let priced = |(line, discount): (&Amounts<'_>, i128)| PricedLine {
        key: line.line.key.clone(),
        quantity: line.line.quantity,
        price: line.line.price,
        discount: from_minor(discount),
    };
    Ok(lines.iter().zip(discounts).map(priced).collect())
}

/// The rule for sets (contract cartum 4.5).
fn imported(order: &StoreOrder, before: i128) -> Result<Vec<Amounts<'_>>, SumFault> {
    let lines =
        order.lines.iter().enumerate().map(|(at, line)| amounts(at + 1, line)).collect::<Result<Vec<_>, _>>()?;
    let sum = lines.iter().map(|line| line.net).sum::<i128>();
    if sum == before {
        return Ok(lines);
    }
    let all = lines.len();
    let rest: Vec<_> = lines.into_iter().filter(|line| line.line.kind != LineKind::SetItem).collect();
    let rest_sum = rest.iter().map(|line| line.net).sum::<i128>();
    if rest_sum == before {
        return Ok(rest);
    }
    let without_set_items = (rest.len() < all).then(|| from_minor(rest_sum));
    let delivery = order.delivery.price.unwrap_or_default().max(Decimal::ZERO);
    let extras = delivery.checked_add(order.payment.surcharge).filter(|extras| {
        to_minor(*extras).is_some_and(|extras| extras > 0 && [sum, rest_sum].contains(&(before - extras)))
    });
    Err(SumFault::Lines { sum: from_minor(sum), without_set_items, total: order.total_default, extras })
}

fn amounts(number: usize, line: &Line) -> Result<Amounts<'_>, SumFault> {
    let fault = |what: &str, value| SumFault::Amount { place: format!("the {what} of line {number}"), value };
    if line.price.is_sign_negative() && !line.price.is_zero() {
        return Err(fault("price", line.price));
    }
    if line.quantity.is_sign_negative() && !line.quantity.is_zero() {
        return Err(fault("quantity", line.quantity));
    }
    let gross = line.price.checked_mul(line.quantity).ok_or_else(|| fault("price", line.price))?;
    let gross = minor(&format!("price times quantity of line {number}"), round(gross))?;
    let net = line.total.map_or(Ok(gross), |total| minor(&format!("the total of line {number}"), total))?;
    Ok(Amounts { line, number, gross, net })
}

fn minor(place: &str, value: Decimal) -> Result<i128, SumFault> {
    let minor = minor_or_negative(place, value)?;
    if minor < 0 { Err(SumFault::Amount { place: place.to_owned(), value }) } else { Ok(minor) }
}

fn minor_or_negative(place: &str, value: Decimal) -> Result<i128, SumFault> {
    let minor = to_minor(value).filter(|minor| minor.abs() < TOO_MUCH);
    minor.ok_or_else(|| SumFault::Amount { place: place.to_owned(), value })
}

/// Moves discounts between lines until each divides by its line's quantity.
fn per_unit(lines: &[Amounts<'_>], discounts: &[i128]) -> Result<Vec<i128>, SumFault> {
    let rooms: Vec<_> = lines.iter().map(|line| room(line)).collect();
    spread::in_steps(discounts, &rooms)
        .ok_or_else(|| SumFault::PerUnit { discount: from_minor(discounts.iter().sum::<i128>()) })
}

/// The smallest discount that a line can have per unit: a whole minor unit off each. Of a quantity of 1.5, which is 3/2,
/// only every second minor unit off the unit is a whole one off the line, so it goes in steps of 3.
fn room(line: &Amounts<'_>) -> spread::Room {
    let quantity = line.line.quantity.normalize();
    let parts = 10_i128.pow(quantity.scale());
    let step = quantity.mantissa() / spread::gcd(quantity.mantissa(), parts).max(1);
    // The line's price was perhaps rounded up: a discount may not take more than the price of each unit.
    let exact = line.line.price.checked_mul(quantity).unwrap_or_default();
    let most = to_minor(exact.round_dp_with_strategy(2, RoundingStrategy::ToZero)).unwrap_or_default();
    spread::Room { step: step.max(1), most: most.min(line.gross) }
}
