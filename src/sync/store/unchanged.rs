//! Orders that a store showed as they are on record: while it shows them like that, the database is not asked about them.

use std::{collections::HashMap, time::Duration};

use tokio::time::Instant;

use crate::{
    cartum::{AnswerPrint, OrderRow},
    domain::ids::OrderNumber,
};

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
    /// What the store answered when it was asked for these numbers: each order, as it is on record.
    answers: HashMap<Vec<OrderNumber>, AnswerPrint>,
}

impl Default for Unchanged {
    fn default() -> Self {
        Self { since: Instant::now(), orders: HashMap::new(), answers: HashMap::new() }
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

    /// The answer for these numbers that shows each order as it is on record, if there was one.
    pub(super) fn answer(&self, numbers: &[OrderNumber]) -> Option<AnswerPrint> {
        self.answers.get(numbers).copied().filter(|_| self.since.elapsed() < KNOWN_FOR)
    }

    /// The store answered this, and showed each of these orders as it is on record.
    pub(super) fn note_answer(&mut self, numbers: &[OrderNumber], answer: AnswerPrint) {
        if numbers.iter().all(|number| self.orders.contains_key(number)) {
            // Those of other batches are of another day.
            if self.answers.len() > MOST / numbers.len().max(1) {
                self.answers.clear();
            }
            self.answers.insert(numbers.to_vec(), answer);
        }
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
            if self.orders.remove(&number).is_some() {
                self.answers.clear();
            }
        }
    }
}

fn beginning(print: &Print) -> u64 {
    print.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_counts_as_long_as_each_of_its_orders_is_as_it_is_on_record() {
        let numbers = [1, 2].map(OrderNumber::new);
        let answer = AnswerPrint::default();
        let mut unchanged = Unchanged::default();
        unchanged.note([(numbers[0], [1; 32])]);
        unchanged.note_answer(&numbers, answer);
        assert_eq!(unchanged.answer(&numbers), None, "the second is not known to be on record");
        unchanged.note([(numbers[1], [2; 32])]);
        unchanged.note_answer(&numbers, answer);
        assert_eq!(unchanged.answer(&numbers), Some(answer));
        assert_eq!(unchanged.answer(&numbers[..1]), None, "another question");
        unchanged.forget([OrderNumber::new(3)]);
        assert_eq!(unchanged.answer(&numbers), Some(answer));
        unchanged.forget([numbers[0]]);
        assert_eq!(unchanged.answer(&numbers), None);
    }
}
