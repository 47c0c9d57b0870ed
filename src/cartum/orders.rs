//! Requests orders with `orders/get` and only its eight known parameters, because the store ignores any other (contract cartum
//! 4).

use std::collections::BTreeSet;

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::{
    client::{Cartum, TooMuch},
    envelope::AnswerPrint,
    error::{CartumError, DecodeError},
    order,
    walk::Walk,
};
use crate::{
    domain::{
        ids::{OrderNumber, StoreStatusId},
        order::StoreOrder,
    },
    json,
};

/// The function that reads orders.
pub(super) const ORDERS_GET: &str = "orders/get";
/// The list in its answer.
const ORDERS: &str = "orders";
/// Rows requested at a time; a store may return fewer.
pub(super) const PAGE: usize = 100;
/// Order numbers requested at a time (contract cartum unknown 5).
pub const IDS_AT_A_TIME: usize = 50;

/// The orders that a walk requests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderFilter {
    /// Placed at this time or later, in the store's zone, in whole seconds.
    pub from: Option<NaiveDateTime>,
    /// Placed at this time or before, in the store's zone, in whole seconds.
    pub to: Option<NaiveDateTime>,
    /// In one of these statuses; empty = in any.
    pub statuses: Vec<StoreStatusId>,
}

/// One order as the store sent it, and its decoded form.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderRow {
    /// Its number, if that can be read.
    pub number: Option<OrderNumber>,
    /// When it was placed, if that can be read.
    pub placed_at: Option<NaiveDateTime>,
    /// Its status, if that can be read.
    pub status: Option<StoreStatusId>,
    /// The row as the store sent it, as JSON; a row that was not JSON is a JSON text.
    pub raw: String,
    /// The decoded order, or why it cannot be decoded.
    pub order: Result<StoreOrder, DecodeError>,
}

/// The answer to one request for order numbers.
#[derive(Debug, Default)]
pub struct AskedOrders {
    /// The requested orders, each once, and rows whose number cannot be read.
    pub rows: Vec<OrderRow>,
    /// Numbers that no row has.
    pub missing: Vec<OrderNumber>,
    /// A row has no readable number, so it may be any of the missing orders.
    pub has_unreadable_number: bool,
    /// The store sent orders that were not requested (they are dropped): it does not know `ids`, so a missing number means
    /// nothing.
    pub filter_ignored: bool,
}

impl OrderFilter {
    pub(super) fn params(&self, limit: usize, offset: usize) -> Value {
        let mut params = json!({"limit": limit, "offset": offset});
        if let Some(from) = self.from {
            params["from"] = json!(timestamp(from));
        }
        if let Some(to) = self.to {
            params["to"] = json!(timestamp(to));
        }
        if !self.statuses.is_empty() {
            params["status"] = self.statuses.iter().map(|status| status.get()).collect();
        }
        params
    }

    /// Whether the row may have been requested: false only if it certainly was not.
    pub(super) fn allows(&self, row: &OrderRow) -> bool {
        let late_enough = |at: NaiveDateTime| self.from.is_none_or(|from| timestamp(at) >= timestamp(from));
        let early_enough = |at: NaiveDateTime| self.to.is_none_or(|to| timestamp(at) <= timestamp(to));
        row.placed_at.is_none_or(|at| late_enough(at) && early_enough(at))
            && (self.statuses.is_empty() || row.status.is_none_or(|status| self.statuses.contains(&status)))
    }
}

/// The layout with a time of day, so that it need not be guessed whether `to` includes its whole day (contract cartum 4.2).
fn timestamp(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}

impl OrderRow {
    /// Reads one row; one that is not JSON is kept as it is.
    fn read(text: &[u8], zone: Tz) -> Self {
        let raw = match json::read(text) {
            Ok(raw) => raw,
            Err(fault) => {
                // The text before the fault is valid JSON, so a number there is the order's own.
                let before = order::number_in(&text[..fault.at.min(text.len())]).0;
                let anywhere = || Some(order::number_in(text)).filter(|(_, are_several)| !are_several)?.0;
                return Self::unreadable(text, before.or_else(anywhere), order::no_json(fault));
            }
        };
        Self {
            number: order::number(&raw).ok(),
            placed_at: order::placed_at(&raw, zone).ok(),
            status: order::status(&raw),
            order: order::decode_order(&raw, zone),
            raw: raw.to_string(),
        }
    }

    /// A row for an order that the store does not show, with what came in its place; `place` says where the order is, as JSON.
    pub(super) fn unshown(number: Option<OrderNumber>, place: &Value, instead: String) -> Self {
        let order = Err(DecodeError::new("the answer for this order alone", "the order", instead));
        Self { number, placed_at: None, status: None, raw: place.to_string(), order }
    }

    fn unreadable(text: &[u8], number: Option<OrderNumber>, error: DecodeError) -> Self {
        let kept = String::from_utf8_lossy(text).replace('\0', "");
        Self { number, placed_at: None, status: None, raw: json!(kept).to_string(), order: Err(error) }
    }

    /// A row for a single order whose answer is too much; `None` if the answer shows several numbers and does not begin with
    /// the requested one.
    pub(super) fn alone(error: &CartumError, asked: Option<OrderNumber>) -> Option<Self> {
        let beginning = error.too_much()?.bytes();
        let (number, are_several) = order::number_in(beginning);
        if are_several && (asked.is_none() || number != asked) {
            return None;
        }
        let fault = match error {
            CartumError::Broken { fault, .. } => order::no_json(*fault),
            _ => DecodeError::new("the answer", "one order", "more than 8 MiB"),
        };
        Some(Self::unreadable(beginning, number, fault))
    }
}

impl Cartum {
    /// Starts a walk over the orders of a filter. Nothing is requested before the first [`Walk::next`].
    pub fn walk(&self, filter: OrderFilter) -> Walk<'_> {
        Walk::new(self, filter)
    }

    /// The orders with these numbers, each at most once, in no particular order. A number that the store leaves out of a batch
    /// is requested again alone; if it is missing then, too, the order does not exist now. Rows that were not requested are
    /// dropped.
    ///
    /// # Errors
    /// Whatever kept one of the calls from its answer; the orders of earlier batches are then lost.
    pub async fn orders_by_number(&self, numbers: &[OrderNumber]) -> Result<Vec<OrderRow>, CartumError> {
        let numbers: Vec<_> = numbers.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
        let mut rows = Vec::with_capacity(numbers.len());
        let mut left: Vec<_> = numbers.chunks(IDS_AT_A_TIME).rev().collect();
        while let Some(batch) = left.pop() {
            let answer = match self.orders_at_once(batch).await {
                Err(error) if error.too_much().is_some() && batch.len() > 1 => {
                    let (one, other) = batch.split_at(batch.len() / 2);
                    left.extend([other, one]);
                    continue;
                }
                answer => answer?,
            };
            rows.extend(answer.rows);
            if batch.len() == 1 {
                continue;
            }
            for number in answer.missing {
                rows.extend(self.orders_at_once(&[number]).await?.rows);
            }
        }
        rows.retain(|row| row.number.is_some());
        Ok(rows)
    }

    /// Requests at most [`IDS_AT_A_TIME`] different numbers once. A store may leave orders out of such an answer, so missing
    /// ones have to be requested again alone (contract cartum unknown 5). A single order whose answer is too much becomes a row
    /// that cannot be read.
    ///
    /// # Errors
    /// Whatever kept the call from its answer; see [`CartumError::too_much`] for errors that fewer numbers would avoid.
    pub async fn orders_at_once(&self, numbers: &[OrderNumber]) -> Result<AskedOrders, CartumError> {
        Ok(self.orders_unless(numbers, None).await?.map(|(answer, _)| answer).unwrap_or_default())
    }

    /// The same; `None` if it is the answer that is known, byte for byte. With what the answer is recognized by the next time.
    ///
    /// # Errors
    /// As for [`Self::orders_at_once`].
    pub async fn orders_unless(
        &self,
        numbers: &[OrderNumber],
        known: Option<AnswerPrint>,
    ) -> Result<Option<(AskedOrders, AnswerPrint)>, CartumError> {
        let ids: Vec<_> = numbers.iter().map(|number| number.get()).collect();
        let mut missing: BTreeSet<_> = numbers.iter().copied().collect();
        let mut answer = AskedOrders::default();
        let too_much = if numbers.len() > 1 { TooMuch::Less } else { TooMuch::Again };
        let (params, zone) = (json!({"ids": ids, "limit": PAGE}), self.zone);
        let read = move |_: &str, text: &[u8]| OrderRow::read(text, zone);
        let (rows, print) =
            match (self.list_unless((ORDERS_GET, &params, ORDERS), too_much, known, read).await, numbers) {
                (Err(error), [number]) => {
                    let alone = OrderRow::alone(&error, Some(*number)).filter(|alone| alone.number == Some(*number));
                    (vec![alone.ok_or(error)?], AnswerPrint::default())
                }
                (rows, _) => match rows? {
                    Some(rows) => rows,
                    None => return Ok(None),
                },
            };
        for row in rows {
            match row.number {
                None => {
                    answer.has_unreadable_number = true;
                    answer.rows.push(row);
                }
                Some(number) if missing.remove(&number) => answer.rows.push(row),
                Some(number) => answer.filter_ignored |= !numbers.contains(&number),
            }
        }
        answer.missing = missing.into_iter().collect();
        Ok(Some((answer, print)))
    }

    /// One answer of `orders/get`.
    pub(super) async fn order_rows(&self, params: &Value, too_much: TooMuch) -> Result<Vec<OrderRow>, CartumError> {
        let zone = self.zone;
        self.list(ORDERS_GET, params, ORDERS, too_much, move |_, text| OrderRow::read(text, zone)).await
    }
}
