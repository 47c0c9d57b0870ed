//! What can be wrong with the figures of an order.

use rust_decimal::Decimal;

use crate::domain::{
    money::plain,
    said::{Said, Value},
};

/// Why an order's money cannot become lines. The text is for the shop owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SumFault {
    /// An amount or a quantity that is negative.
    BelowZero {
        /// Where it is.
        place: Place,
        /// As the store sent it.
        value: Decimal,
    },
    /// An amount or a quantity beyond all measure.
    TooLarge {
        /// Where it is.
        place: Place,
        /// As the store sent it.
        value: Decimal,
    },
    /// A line that costs more than its price says.
    LineTotal {
        /// Place in the order, from 1.
        number: usize,
        /// The line's total in the store.
        total: Decimal,
        /// Price times quantity.
        expected: Decimal,
    },
    /// The lines do not come to the store's total, with the parts of sets or without them.
    Lines {
        /// Sum of all lines.
        sum: Decimal,
        /// Sum without the parts of sets; `None` when there are no sets.
        without_set_items: Option<Decimal>,
        /// The store's `total_default`.
        total: Decimal,
        /// Delivery and payment surcharge, when just they make the difference: this store counts them in (contract cartum
        /// unknown 11).
        extras: Option<Decimal>,
    },
    /// The order costs more than its lines.
    Surcharge {
        /// The store's `total_sum`.
        total: Decimal,
        /// The store's `total_default`.
        lines: Decimal,
    },
    /// The discount is greater than what it is taken from.
    Discount {
        /// `total_default` less `total_sum`.
        discount: Decimal,
        /// The store's `total_default`.
        lines: Decimal,
    },
    /// No lines, and money all the same.
    NoLines {
        /// The store's `total_sum`.
        total: Decimal,
    },
    /// RO App takes the discount off each unit, and it cannot be divided like that.
    PerUnit {
        /// All discounts of the order together.
        discount: Decimal,
    },
}

/// Where a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The order's total.
    Total,
    /// The order's total before discounts.
    TotalBeforeDiscounts,
    /// The price of the line with this place in the order, from 1.
    Price(usize),
    /// Its quantity.
    Quantity(usize),
    /// Its total.
    LineTotal(usize),
    /// Its price times its quantity.
    LineGross(usize),
}

impl From<Place> for Said {
    fn from(place: Place) -> Self {
        match place {
            Place::Total => Said::new("place-total"),
            Place::TotalBeforeDiscounts => Said::new("place-total-before-discounts"),
            Place::Price(line) => Said::new("place-price").with("line", line),
            Place::Quantity(line) => Said::new("place-quantity").with("line", line),
            Place::LineTotal(line) => Said::new("place-line-total").with("line", line),
            Place::LineGross(line) => Said::new("place-line-gross").with("line", line),
        }
    }
}

impl From<&SumFault> for Said {
    fn from(fault: &SumFault) -> Self {
        let amount = |amount: &Decimal| Value::from(plain(*amount));
        match fault {
            SumFault::BelowZero { place, value } => {
                Said::new("sum-below-zero").with("place", Said::from(*place)).with("value", value.to_string())
            }
            SumFault::TooLarge { place, value } => {
                Said::new("sum-too-large").with("place", Said::from(*place)).with("value", value.to_string())
            }
            SumFault::LineTotal { number, total, expected } => {
                let said = Said::new("sum-line-total").with("line", *number);
                said.with("total", amount(total)).with("expected", amount(expected))
            }
            SumFault::Lines { sum, without_set_items, total, extras } => {
                let said = match without_set_items {
                    None => Said::new("sum-lines"),
                    Some(without) => Said::new("sum-lines-of-sets").with("without", amount(without)),
                };
                let fix = match extras {
                    None => Said::new("sum-fix-lines"),
                    Some(extras) => Said::new("sum-fix-extras").with("extras", amount(extras)),
                };
                said.with("sum", amount(sum)).with("total", amount(total)).with("fix", fix)
            }
            SumFault::Surcharge { total, lines } => {
                Said::new("sum-surcharge").with("total", amount(total)).with("lines", amount(lines))
            }
            SumFault::Discount { discount, lines } => {
                Said::new("sum-discount").with("discount", amount(discount)).with("lines", amount(lines))
            }
            SumFault::NoLines { total } => Said::new("sum-no-lines").with("total", amount(total)),
            SumFault::PerUnit { discount } => Said::new("sum-per-unit").with("discount", amount(discount)),
        }
    }
}
