//! For a store that fails for a whole page because of one order in it: finds out whether the store answers for other orders,
//! and which order causes the failure.

use serde_json::json;

use super::{
    client::{Cartum, TooMuch},
    error::CartumError,
    orders::{OrderFilter, OrderRow, PAGE},
};
use crate::domain::ids::OrderNumber;

/// Most numbers that are tried for an order whose number does not show.
const MOST_GUESSES: usize = 3;

/// The position in the list of an order that does not show.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Number of the order before it, if known.
    pub(super) before: Option<OrderNumber>,
    /// Number of the order behind it, if known.
    pub(super) behind: Option<OrderNumber>,
    /// Number of the last order before it that did show.
    pub(super) shown: Option<OrderNumber>,
    /// Its position among the orders in a row that do not show, from 1.
    pub(super) nth: u32,
}

impl Place {
    /// Numbers that the order may have: those between its neighbours, or next to its only neighbour. For example, between the
    /// orders 1041 and 1043 it can only be 1042.
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
    /// Whether the store answers for positions of the list near one where it fails, and with which order directly behind it;
    /// `None` = it does not answer at all now, or answers with more than one order at a time.
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

    /// A row in place of an order that does not show, with its number if that can be found out.
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

    /// The first of these numbers for which the store fails as well. `None` also if the store does not answer correctly for a
    /// known number: then it does not support requests by number.
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
