//! What each line of a work order costs: RO App has discounts per line only, the store has one for the whole order (contract cartum
//! 4.6). `figures.rs` reads the store's figures and checks that they add up, `spread.rs` divides, `fault.rs` names what is wrong
//! with them.

mod fault;
mod figures;
mod spread;
#[cfg(test)]
mod tests;

use std::iter::zip;

use rust_decimal::{Decimal, RoundingStrategy};

pub use self::fault::{Place, SumFault};
use self::figures::{Figures, amount, imported, total};
use super::{
    money::{from_minor, round, to_minor},
    order::{LineKey, StoreOrder},
};

/// What RO App's discount amount counts for (contract roapp unknown 31).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PerWhat {
    /// The whole line.
    Line,
    /// One unit of it.
    Unit,
}

/// A line with its own share of the order's discount. Quantity and price have no more digits than RO App keeps: what is finer is
/// rounded up, and the difference is part of the discount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedLine {
    /// Which line of the store order.
    pub key: LineKey,
    /// Which part of that line: 0 is the line itself, or its first part where its discount does not divide by its quantity.
    pub part: u8,
    /// Units, above zero, in whole thousandths.
    pub quantity: Decimal,
    /// Unit price in whole minor units.
    pub price: Decimal,
    /// Discount of the whole line, also with [`PerWhat::Unit`]; from 0 to what the line costs, in whole minor units.
    pub discount: Decimal,
}

/// A line as RO App is to have it, before the order's own discount; amounts in minor units.
#[derive(Clone, Copy)]
struct Priced<'a> {
    figures: &'a Figures<'a>,
    part: u8,
    quantity: Decimal,
    price: Decimal,
    /// Price times quantity.
    gross: i128,
}

/// The lines to import with their discounts: all of them, or all but the parts of sets when only so they add up to
/// `total_default`; a line of quantity 0 is none. Price times quantity less the discounts is `total_sum`, to the cent.
///
/// # Errors
/// [`SumFault`] when the store's figures contradict each other, or cannot be divided as `per` wants.
pub fn price_lines(order: &StoreOrder, per: PerWhat) -> Result<Vec<PricedLine>, SumFault> {
    if order.lines.is_empty() {
        let total = amount(Place::Total, order.total_sum)?;
        return if total == 0 { Ok(Vec::new()) } else { Err(SumFault::NoLines { total: order.total_sum }) };
    }
    let lines = imported(order)?;
    let priced = lines.iter().map(priced).collect::<Result<Vec<_>, _>>()?;
    let (before, total) = (total(&lines), amount(Place::Total, order.total_sum)?);
    let discount = before - total;
    if discount < 0 {
        return Err(SumFault::Surcharge { total: order.total_sum, lines: order.total_default });
    }
    if discount > before {
        return Err(SumFault::Discount { discount: from_minor(discount), lines: order.total_default });
    }
    let shares = spread::proportional(&lines.iter().map(|line| line.net).collect::<Vec<_>>(), discount);
    let with_discount = |(line, share)| {
        let line: Priced<'_> = line;
        (line, line.gross - line.figures.net + share)
    };
    let discounted = zip(priced, shares).map(with_discount).collect();
    let discounted = match per {
        PerWhat::Line => discounted,
        PerWhat::Unit => per_unit(discounted)?,
    };
    let whole = |(line, discount): (Priced<'_>, i128)| PricedLine {
        key: line.figures.line.key.clone(),
        part: line.part,
        quantity: line.quantity,
        price: line.price,
        discount: from_minor(discount),
    };
    Ok(discounted.into_iter().map(whole).collect())
}

/// Digits after the point of a quantity that RO App keeps (contract roapp 2.2).
const QUANTITY_DIGITS: u32 = 3;

/// What the line is sent as. The store's own total is right: a price that comes to less by not even a cent each was rounded off.
fn priced<'a>(figures: &'a Figures<'a>) -> Result<Priced<'a>, SumFault> {
    let (line, up) = (figures.line, RoundingStrategy::AwayFromZero);
    let quantity = line.quantity.round_dp_with_strategy(QUANTITY_DIGITS, up);
    let gross = |price: Decimal| {
        let place = Place::LineGross(figures.number);
        price
            .checked_mul(quantity)
            .map_or_else(|| Err(SumFault::TooLarge { place, value: price }), |gross| amount(place, round(gross)))
    };
    let mut price = line.price.round_dp_with_strategy(2, up);
    let mut whole = gross(price)?;
    if figures.net > whole {
        let net = from_minor(figures.net);
        let most = (line.price + Decimal::new(1, 2)).checked_mul(line.quantity).unwrap_or(Decimal::MAX);
        if figures.exact >= most {
            return Err(SumFault::LineTotal { number: figures.number, total: net, expected: from_minor(whole) });
        }
        price = net.checked_div(quantity).unwrap_or_default().round_dp_with_strategy(2, up);
        whole = gross(price)?;
    }
    Ok(Priced { figures, part: 0, quantity, price, gross: whole })
}

/// Moves discounts between lines until each divides by its line's quantity. Where that cannot be, one line is parted, else as many
/// as need be, into units with a minor unit more and less off each.
fn per_unit(lines: Vec<(Priced<'_>, i128)>) -> Result<Vec<(Priced<'_>, i128)>, SumFault> {
    let (lines, discounts): (Vec<_>, Vec<_>) = lines.into_iter().unzip();
    let rooms: Vec<_> = lines.iter().map(room).collect();
    let parted: Vec<_> = lines.iter().map(room_of_parts).collect();
    let roomiest = (0..lines.len()).max_by_key(|at| parted[*at].most);
    let one = (0..lines.len()).map(|at| if Some(at) == roomiest { parted[at] } else { rooms[at] }).collect::<Vec<_>>();
    let every: Vec<_> = zip(&rooms, &parted).map(|(room, parts)| if parts.most > 0 { *parts } else { *room }).collect();
    let shares = [rooms, one, every].iter().find_map(|rooms| spread::in_steps(&discounts, rooms));
    let shares = shares.ok_or_else(|| SumFault::PerUnit { discount: from_minor(discounts.iter().sum()) })?;
    Ok(zip(lines, shares).flat_map(|(line, share)| parts(line, share)).collect())
}

/// What can be taken off the whole units of a line that is parted: any amount.
fn room_of_parts(line: &Priced<'_>) -> spread::Room {
    let most = line.price.checked_mul(line.quantity.trunc()).and_then(to_minor);
    spread::Room { step: 1, most: most.unwrap_or_default() }
}

/// The line with its discount, which divides by its quantity; else what is no whole unit with none, and the others with two
/// discounts that differ by a minor unit each.
fn parts(line: Priced<'_>, discount: i128) -> Vec<(Priced<'_>, i128)> {
    if discount % room(&line).step == 0 {
        return vec![(line, discount)];
    }
    let units = i128::try_from(line.quantity.trunc()).unwrap_or_default();
    let (each, more) = (discount / units.max(1), discount % units.max(1));
    let (broken, price) = (line.quantity.fract(), to_minor(line.price).unwrap_or_default());
    let pieces = [
        (broken, line.gross - price * units, 0),
        ((units - more).into(), price * (units - more), each * (units - more)),
        (more.into(), price * more, (each + 1) * more),
    ];
    let pieces = pieces.into_iter().filter(|(quantity, ..)| !quantity.is_zero());
    pieces.zip(0..).map(|((quantity, gross, off), part)| (Priced { part, quantity, gross, ..line }, off)).collect()
}

/// The smallest discount that a line can have per unit: a whole minor unit off each. Of a quantity of 1.5, which is 3/2,
/// only every second minor unit off the unit is a whole one off the line, so it goes in steps of 3.
fn room(line: &Priced<'_>) -> spread::Room {
    let quantity = line.quantity.normalize();
    let parts = 10_i128.pow(quantity.scale());
    let step = quantity.mantissa() / spread::gcd(quantity.mantissa(), parts).max(1);
    // The line's price was perhaps rounded up: a discount may not take more than the price of each unit.
    let exact = line.price.checked_mul(quantity).unwrap_or_default();
    let most = to_minor(exact.round_dp_with_strategy(2, RoundingStrategy::ToZero)).unwrap_or_default();
    spread::Room { step: step.max(1), most: most.min(line.gross) }
}
