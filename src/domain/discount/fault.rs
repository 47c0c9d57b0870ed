//! What can be wrong with the figures of an order.

use rust_decimal::Decimal;
use thiserror::Error;

use crate::domain::money::plain;

/// Why an order's money cannot become lines. The text is for the shop owner.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SumFault {
    /// An amount or a quantity that is negative.
    #[error(
        "{place} is below zero ({value}): RO App has no such lines; correct it in the store, or enter this order by hand"
    )]
    BelowZero {
        /// Where it stands, such as "the price of line 2".
        place: String,
        /// As the store sent it.
        value: Decimal,
    },
    /// An amount or a quantity beyond all measure.
    #[error("{place} is too large ({value}); correct it in the store")]
    TooLarge {
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
        plain(*.sum), without_parts(*.without_set_items), plain(*.total), fix(*.extras)
    )]
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

fn fix(extras: Option<Decimal>) -> String {
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
