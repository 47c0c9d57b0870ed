//! Orders that a store showed as they are on record: while it shows them like that, the database is not asked about them.

use std::{collections::HashMap, time::Duration};

use tokio::time::Instant;

use crate::{cartum::OrderRow, domain::ids::OrderNumber};

/// How long the database is not asked; then it is once more, for whatever may have changed beside the store.
const KNOWN_FOR: Duration = Duration::from_hours(1);
/// Orders of a store at most: 2 MB. Of more all are asked about.
const MOST: usize = 50_000;

/// A fingerprint of a version.
pub(super) type Print = [u8; 32];

/// Synced orders of one store, each with the beginning of the fingerprint of its newest version.
#[derive(Debug)]
pub(in crate::sync) struct Unchanged {
    since: Instant,
    orders: HashMap<OrderNumber, u64>,
}

impl Default for Unchanged {
    fn default() -> Self {
        Self { since: Instant::now(), orders: HashMap::new() }
    }
}

impl Unchanged {
    /// All of these rows are as they are on record.
    pub(super) fn has_all(&self, rows: &[OrderRow], prints: &[Print]) -> bool {
        let has = |(row, print): (&OrderRow, &Print)| {
            row.number.is_some_and(|number| self.orders.get(&number) == Some(&beginning(print)))
        };
        self.since.elapsed() < KNOWN_FOR && rows.iter().zip(prints).all(has)
    }

    /// These orders were compared with the database.
    pub(super) fn note(&mut self, orders: impl IntoIterator<Item = (OrderNumber, Print)>) {
        if self.since.elapsed() >= KNOWN_FOR || self.orders.len() > MOST {
            *self = Self::default();
        }
        self.orders.extend(orders.into_iter().map(|(number, print)| (number, beginning(&print))));
    }

    /// Something about these orders changes beside the store.
    pub(super) fn forget(&mut self, numbers: impl IntoIterator<Item = OrderNumber>) {
        for number in numbers {
            self.orders.remove(&number);
        }
    }
}

fn beginning(print: &Print) -> u64 {
    print.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}
