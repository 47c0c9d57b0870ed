//! A store that fails for a whole page because of one order in it: finds out whether it answers for the others, and which order it
//! is.

use serde_json::json;

use super::{
    client::{Cartum, TooMuch},
    error::CartumError,
    orders::{OrderFilter, OrderRow, PAGE},
};
use crate::domain::ids::OrderNumber;

/// Numbers that are tried for an order that does not show its own, at most.
const MOST_GUESSES: usize = 3;

/// Where in the list an order stands of which nothing is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Number of the order before it, where that is known.
    pub(super) before: Option<OrderNumber>,
    /// Number of the order behind it, where that is known.
    pub(super) behind: Option<OrderNumber>,
    /// Number of the last order before it that was shown.
    pub(super) shown: Option<OrderNumber>,
    /// The how-manieth it is of those in a row.
    pub(super) nth: u32,
}

impl Place {
    /// Numbers that the order may have: those between its neighbours, or the ones next to the only neighbour.
    fn guesses(self) -> Vec<OrderNumber> {
        let numbers: Vec<i64> = match (self.before, self.behind) {
            (Some(one), Some(other)) => {
                (one.min(other).get() + 1..one.max(other).get()).take(MOST_GUESSES + 1).collect()
            }
            (Some(one), None) | (None, Some(one)) => vec![one.get() + 1, one.get() - 1],
            (None, None) => Vec::new(),
        };
        let is_wide = numbers.len() > MOST_GUESSES;
        numbers.into_iter().filter(|number| *number > 0 && !is_wide).map(OrderNumber::new).collect()
    }
}

impl Cartum {
    /// Whether the store answers for places of the list next to one where it fails, and with which order right behind it; `None` =
    /// it does not answer at all now, or with more than one order at a time.
    pub(super) async fn beside(&self, filter: &OrderFilter, place: usize) -> Option<Option<OrderNumber>> {
        for away in [1, PAGE] {
            if let Ok(rows) = self.order_rows(&filter.params(1, place + away), TooMuch::Piece).await
                && rows.len() <= 1
            {
                return Some(rows.first().and_then(|row| row.number).filter(|_| away == 1));
            }
        }
        None
    }

    /// The row that stands for an order of which nothing is shown, with its number if that can be found out.
    pub(super) async fn unshown(
        &self,
        place: Place,
        is_taken: impl Fn(OrderNumber) -> bool,
        error: &CartumError,
    ) -> OrderRow {
        let guesses: Vec<_> = place.guesses().into_iter().filter(|number| !is_taken(*number)).collect();
        let number = if guesses.is_empty() { None } else { self.number_that_fails(place, &guesses).await };
        let where_it_is = match number {
            Some(number) => json!({"order_id": number.get()}),
            None => json!({
                "before": place.before.map(OrderNumber::get), "behind": place.behind.map(OrderNumber::get), "nth": place.nth,
            }),
        };
        OrderRow::unshown(number, &where_it_is, error.in_short())
    }

    /// The one of these numbers for which the store fails too, if it knows what it is to be asked for a number.
    async fn number_that_fails(&self, place: Place, guesses: &[OrderNumber]) -> Option<OrderNumber> {
        let neighbour = place.behind.or(place.shown)?;
        let known = self.order_rows(&by_number(neighbour), TooMuch::Piece).await.ok()?;
        if !matches!(&known[..], [row] if row.number == Some(neighbour)) {
            return None;
        }
        for guess in guesses {
            let answer = self.order_rows(&by_number(*guess), TooMuch::Piece).await;
            if answer.is_err_and(|error| error.may_be_of_one() || error.too_much().is_some()) {
                return Some(*guess);
            }
        }
        None
    }
}

fn by_number(number: OrderNumber) -> serde_json::Value {
    json!({"ids": [number.get()], "limit": PAGE})
}
