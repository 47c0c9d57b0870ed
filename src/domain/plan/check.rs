//! Complete or flagged: the work order's total equals the store's to the cent, not counting staff's own lines and staff's changes
//! to ours (invariant 5).

use rust_decimal::Decimal;

use super::{Applied, AppliedLine, LineValues, Step, lines::shows};
use crate::domain::{
    discount::PerWhat,
    money,
    remote::{Head, Item},
    said::Said,
};

/// Why a work order is not complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shortfall {
    /// The total differs or is not shown; the lines have to be read.
    ReadLines,
    /// Lines that were just written are not there, or show something else.
    Lines {
        /// How many.
        lines: usize,
        /// RO App's total.
        total: String,
        /// The store's total.
        expected: String,
    },
    /// Every line is right and the total differs all the same.
    Total {
        /// RO App's total.
        total: String,
        /// What the lines come to.
        expected: String,
    },
}

impl From<&Shortfall> for Said {
    fn from(shortfall: &Shortfall) -> Self {
        let of = |said: Said, total: &str, expected: &str| said.with("total", total).with("expected", expected);
        match shortfall {
            Shortfall::ReadLines => Said::new("shortfall-lines-unread"),
            Shortfall::Lines { lines, total, expected } => {
                of(Said::new("shortfall-lines"), total, expected).with("lines", *lines)
            }
            Shortfall::Total { total, expected } => of(Said::new("shortfall-total"), total, expected),
        }
    }
}

/// Compares what RO App has with what was applied. `expected` is the store's `total_sum`. Only lines that were not verified
/// yet count as ours: what differs on others, staff did.
///
/// # Errors
/// The [`Shortfall`]; [`Shortfall::ReadLines`] when `items` are needed to tell.
pub fn check(
    head: &Head,
    items: Option<&[Item]>,
    applied: &Applied,
    expected: Decimal,
    per: PerWhat,
) -> Result<(), Shortfall> {
    if head.total == Some(expected) {
        return Ok(());
    }
    let Some(items) = items else { return Err(Shortfall::ReadLines) };
    let total = head.total.map_or_else(|| "not shown".into(), money::plain);
    let fresh = applied.lines.values().filter(|line| !line.verified);
    let wrong = fresh.filter(|line| !find(items, line).is_some_and(|item| shows(item, &line.values))).count();
    if wrong > 0 {
        return Err(Shortfall::Lines { lines: wrong, total, expected: money::plain(expected) });
    }
    let sum = items.iter().map(|item| item_sum(item, per)).sum::<Decimal>();
    match head.total {
        Some(shown) if shown != sum => Err(Shortfall::Total { total, expected: money::plain(sum) }),
        _ => Ok(()),
    }
}

impl LineValues {
    /// The total that RO App makes of it shows whether a discount amount counts per line or per unit.
    #[must_use]
    pub fn shows_how_discounts_count(&self) -> bool {
        !self.discount.is_zero() && self.quantity != Decimal::ONE
    }
}

impl Applied {
    /// Whether RO App takes a discount amount per line or per unit, as the total of a work order without other lines shows; `None`
    /// where it does not tell (contract roapp unknown 31).
    #[must_use]
    pub fn discount_per(&self, total: Option<Decimal>) -> Option<PerWhat> {
        let lines = || self.lines.values().map(|line| &line.values);
        let full: Decimal = lines().map(|line| money::round(line.price * line.quantity)).sum();
        let per_line = full - lines().map(|line| line.discount).sum::<Decimal>();
        let per_unit = full - lines().map(|line| line.discount * line.quantity).sum::<Decimal>();
        match total? {
            _ if per_line == per_unit => None,
            total if total == per_line => Some(PerWhat::Line),
            total if total == per_unit => Some(PerWhat::Unit),
            _ => None,
        }
    }
}

/// What sets lines right that show something else than what was just written. A line that is not there is not added again.
#[must_use]
pub fn repair(items: &[Item], applied: &Applied) -> Vec<Step> {
    let fresh = applied.lines.iter().filter(|(_, line)| !line.verified);
    fresh
        .filter_map(|(key, line)| {
            let item = find(items, line).filter(|item| !shows(item, &line.values))?;
            Some(Step::ChangeLine { key: key.clone(), item: item.id, values: line.values.clone() })
        })
        .collect()
}

fn find<'a>(items: &'a [Item], line: &AppliedLine) -> Option<&'a Item> {
    items.iter().find(|item| item.id == line.item)
}

/// What an item comes to, as far as the answer shows it.
fn item_sum(item: &Item, per: PerWhat) -> Decimal {
    let quantity = item.quantity.unwrap_or(Decimal::ONE);
    let full = money::round(item.price.unwrap_or_default() * quantity);
    if let Some(percentage) = item.percentage {
        return full - money::round(full * percentage / Decimal::ONE_HUNDRED);
    }
    let discount = item.discount.unwrap_or_default();
    let discount = match per {
        PerWhat::Line => discount,
        PerWhat::Unit => discount * quantity,
    };
    full - discount
}
