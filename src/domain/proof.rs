//! The nightly audit (design section 7): day by day, what the store showed against what the database holds, in number and to the
//! cent.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{
    ids::OrderNumber,
    money,
    said::{Said, Value},
};

/// Orders named by number in a reason, at most.
const MOST_NAMED: usize = 20;

/// Where an order that the database holds is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// In RO App.
    Linked,
    /// Not wanted.
    Excluded,
    /// Waits for a person.
    Held,
    /// Refused, incomplete or unreadable.
    Failed,
    /// To be sent.
    Waiting,
    /// Its work order was deleted in RO App.
    Gone,
}

impl Column {
    /// All of them, as the table shows them.
    pub const ALL: [Self; 6] = [Self::Linked, Self::Excluded, Self::Held, Self::Failed, Self::Waiting, Self::Gone];

    /// As people and programs read it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Linked => "linked",
            Self::Excluded => "excluded",
            Self::Held => "held",
            Self::Failed => "failed",
            Self::Waiting => "waiting",
            Self::Gone => "gone",
        }
    }
}

/// So many orders and the sum of their totals; `None` once the total of one of them is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Orders.
    pub orders: i64,
    /// In the store's currency.
    pub sum: Option<Decimal>,
}

impl Default for Figures {
    fn default() -> Self {
        Self { orders: 0, sum: Some(Decimal::ZERO) }
    }
}

impl Figures {
    fn add(&mut self, other: Self) {
        self.orders += other.orders;
        self.sum = self.sum.zip(other.sum).and_then(|(sum, more)| sum.checked_add(more));
    }

    fn one(sum: Option<Decimal>) -> Self {
        Self { orders: 1, sum }
    }
}

/// An order as the store showed it last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// The day it was placed, in the store's zone, where that can be read.
    pub day: Option<NaiveDate>,
    /// `total_sum`, where the order can be read.
    pub total: Option<Decimal>,
}

/// Everything that the store showed.
#[derive(Debug, Default)]
pub struct Seen {
    /// By number; of an order that came twice the later row counts.
    pub orders: BTreeMap<OrderNumber, Shown>,
    /// Rows without a readable number: digest and day.
    pub strays: BTreeSet<(Option<NaiveDate>, [u8; 32])>,
}

/// An order as the database holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its number.
    pub number: OrderNumber,
    /// The day it was placed, in the store's zone, where that could be read.
    pub day: Option<NaiveDate>,
    /// The store's total; `None` while the newest version cannot be read.
    pub total: Option<Decimal>,
    /// Where it counts; `None` when its state and its link contradict each other.
    pub column: Option<Column>,
}

/// One day of the proof.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Day {
    /// The day; `None` = orders whose date cannot be read.
    pub day: Option<NaiveDate>,
    /// As the store showed them.
    pub store: Figures,
    /// As the database holds them, in the order of [`Column::ALL`].
    pub columns: [Figures; 6],
    /// Why it does not balance, in words.
    pub why: Option<Said>,
}

impl Day {
    /// The columns together.
    #[must_use]
    pub fn held(&self) -> Figures {
        self.columns.iter().fold(Figures::default(), |mut all, column| {
            all.add(*column);
            all
        })
    }

    /// Number and sum agree, no total is unknown, and no single order differs.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.why.is_none() && self.store == self.held() && self.store.sum.is_some()
    }
}

/// The table, by day.
#[must_use]
pub fn prove(seen: &Seen, held: &[Held]) -> Vec<Day> {
    let mut days: BTreeMap<Option<NaiveDate>, (Day, Gaps)> = BTreeMap::new();
    let on_record: BTreeMap<_, _> = held.iter().map(|order| (order.number, order)).collect();
    for (number, shown) in &seen.orders {
        let there = on_record.get(number);
        // An order whose date has become unreadable keeps the day it had.
        let (day, gaps) = days.entry(shown.day.or(there.and_then(|there| there.day))).or_default();
        day.store.add(Figures::one(shown.total));
        match there {
            None => gaps.not_on_record.push(number.get().into()),
            Some(_) if shown.total.is_none() => gaps.unreadable.push(number.get().into()),
            Some(there) if there.total != shown.total => gaps.differ.push(difference(*number, *shown, there)),
            Some(_) => {}
        }
    }
    for (day, _) in &seen.strays {
        let (day, gaps) = days.entry(*day).or_default();
        day.store.add(Figures::one(None));
        gaps.strays += 1;
    }
    for order in held {
        let shown = seen.orders.get(&order.number);
        let (day, gaps) = days.entry(shown.and_then(|shown| shown.day).or(order.day)).or_default();
        if shown.is_none() {
            gaps.not_shown.push(order.number.get().into());
        }
        match order.column {
            Some(column) => day.columns[column as usize].add(Figures::one(order.total)),
            None => gaps.without_column.push(order.number.get().into()),
        }
    }
    days.into_iter().map(|(day, (row, gaps))| Day { day, why: gaps.why(), ..row }).collect()
}

fn difference(number: OrderNumber, shown: Shown, held: &Held) -> Value {
    let amount = |total: Option<Decimal>| {
        total.map_or_else(|| Value::from(Said::new("amount-unknown")), |it| money::plain(it).into())
    };
    let said = Said::new("audit-totals").with("number", number.get());
    said.with("store", amount(shown.total)).with("record", amount(held.total)).into()
}

/// Orders of a day that do not fit.
#[derive(Debug, Default)]
struct Gaps {
    not_on_record: Vec<Value>,
    not_shown: Vec<Value>,
    differ: Vec<Value>,
    unreadable: Vec<Value>,
    without_column: Vec<Value>,
    strays: usize,
}

impl Gaps {
    fn why(&self) -> Option<Said> {
        let mut left = MOST_NAMED;
        let mut parts = Vec::new();
        for (what, orders) in [
            (Said::new("audit-not-on-record"), &self.not_on_record),
            (Said::new("audit-not-shown"), &self.not_shown),
            (Said::new("audit-other-totals"), &self.differ),
            (Said::new("audit-unreadable"), &self.unreadable),
            (Said::new("audit-without-work-order"), &self.without_column),
        ] {
            if !orders.is_empty() {
                parts.push(what.with("orders", named(orders, &mut left)));
            }
        }
        if self.strays > 0 {
            parts.push(Said::new("audit-strays").with("rows", self.strays));
        }
        (!parts.is_empty()).then(|| Said::new("audit-gaps").with("parts", parts.into_iter().collect::<Value>()))
    }
}

/// As many of these as may still be named, and how many more there are.
fn named(orders: &[Value], left: &mut usize) -> Value {
    let count = orders.len().min(*left);
    *left -= count;
    let (named, more) = (&orders[..count], orders.len() - count);
    match (count, more) {
        (_, 0) => named.iter().cloned().collect(),
        (0, more) => Said::new("only-more").with("more", more).into(),
        (_, more) => {
            let listed: Value = named.iter().cloned().collect();
            Said::new("named-and-more").with("named", listed).with("more", more).into()
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop here")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(day: &Day) -> String {
        day.why.as_ref().map_or_else(String::new, ToString::to_string)
    }

    fn on(day: u32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(2026, 3, day)
    }

    fn amount(text: &str) -> Option<Decimal> {
        text.parse().ok()
    }

    fn seen(orders: &[(i64, u32, Option<&str>)]) -> Seen {
        let shown = |(number, day, total): &(i64, u32, Option<&str>)| {
            (OrderNumber::new(*number), Shown { day: on(*day), total: total.and_then(amount) })
        };
        Seen { orders: orders.iter().map(shown).collect(), ..Seen::default() }
    }

    fn held(number: i64, day: u32, total: Option<&str>, column: Column) -> Held {
        let total = total.and_then(amount);
        Held { number: OrderNumber::new(number), day: on(day), total, column: Some(column) }
    }

    #[test]
    fn each_day_balances_to_the_cent_whatever_the_state_of_its_orders() {
        let shown = seen(&[(1, 1, Some("10.10")), (2, 1, Some("0.05")), (3, 2, Some("7")), (4, 2, Some("2.50"))]);
        let mine = [
            held(1, 1, Some("10.1"), Column::Linked),
            held(2, 1, Some("0.05"), Column::Excluded),
            held(3, 2, Some("7.00"), Column::Held),
            held(4, 2, Some("2.5"), Column::Gone),
        ];
        let days = prove(&shown, &mine);
        assert_eq!(days.len(), 2);
        assert!(days.iter().all(Day::balances), "{days:?}");
        assert_eq!((days[0].store.orders, days[0].store.sum), (2, amount("10.15")));
        assert_eq!(days[0].columns[Column::Excluded as usize], Figures::one(amount("0.05")));
        assert_eq!(days[1].held(), Figures { orders: 2, sum: amount("9.50") });
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_number_and_two_gaps_that_cancel_out_are_gaps() {
        let shown = seen(&[(1, 1, Some("10")), (2, 1, Some("20")), (3, 2, Some("5")), (9, 3, Some("1"))]);
        let mine = [
            held(1, 1, Some("20"), Column::Linked),
            held(2, 1, Some("10"), Column::Linked),
            held(4, 2, Some("5"), Column::Waiting),
            Held { column: None, ..held(9, 3, Some("1"), Column::Linked) },
        ];
        let days = prove(&shown, &mine);
        assert!(days.iter().all(|day| !day.balances()));
        assert_eq!(days[0].store, days[0].held());
        assert!(told(&days[0]).contains("1 (10.00 in the store, 20.00 on record)"), "{}", told(&days[0]));
        assert_eq!(told(&days[1]), "in the store but not on record: 3; on record but not in the store: 4");
        assert!(told(&days[2]).contains("without a work order: 9"), "{}", told(&days[2]));
    }

    #[test]
    fn an_unknown_total_makes_the_sum_unknown_and_never_zero() {
        let mut shown = seen(&[(1, 1, Some("10")), (2, 1, None)]);
        let mine = [held(1, 1, Some("10"), Column::Linked), held(2, 1, None, Column::Failed)];
        let day = prove(&shown, &mine).pop().unwrap();
        assert_eq!((day.store.orders, day.store.sum), (2, None));
        assert_eq!(day.columns[Column::Failed as usize], Figures { orders: 1, sum: None });
        assert!(!day.balances() && told(&day).contains("unknown: 2"), "{}", told(&day));
        shown.strays.insert((on(4), [1; 32]));
        let day = prove(&shown, &mine).pop().unwrap();
        assert_eq!((day.day, day.store.orders, told(&day).as_str()), (on(4), 1, "rows without an order number: 1"));
    }

    #[test]
    fn an_order_whose_date_became_unreadable_counts_on_the_day_it_had() {
        let mut shown = seen(&[(1, 1, Some("10"))]);
        shown.orders.values_mut().for_each(|order| order.day = None);
        let days = prove(&shown, &[held(1, 5, Some("10"), Column::Linked)]);
        assert_eq!(days.iter().map(|day| day.day).collect::<Vec<_>>(), [on(5)]);
        assert!(days[0].balances());
    }

    #[test]
    fn at_most_twenty_orders_are_named() {
        let shown: Vec<_> = (1..=30).map(|number| (number, 1, Some("1"))).collect();
        let day = prove(&seen(&shown), &[]).pop().unwrap();
        assert!(told(&day).ends_with("19, 20 and 10 more"), "{}", told(&day));
    }

    proptest! {
        #[test]
        fn what_is_held_as_it_was_shown_balances_and_one_cent_off_does_not(
            totals in proptest::collection::vec((0_i64..100_000, 1_u32..28), 1..60), off in 0_usize..60
        ) {
            let numbers = (1..).map(OrderNumber::new);
            let orders = numbers.zip(totals.iter().map(|(cents, day)| (Decimal::new(*cents, 2), on(*day))));
            let shown = Seen {
                orders: orders.clone().map(|(number, (total, day))| (number, Shown { day, total: Some(total) })).collect(),
                ..Seen::default()
            };
            let mut mine: Vec<_> = orders
                .map(|(number, (total, day))| Held { number, day, total: Some(total), column: Some(Column::Linked) })
                .collect();
            prop_assert!(prove(&shown, &mine).iter().all(Day::balances));
            let count = mine.len();
            let one = &mut mine[off % count];
            one.total = one.total.map(|total| total + Decimal::new(1, 2));
            prop_assert_eq!(prove(&shown, &mine).iter().filter(|day| !day.balances()).count(), 1);
        }
    }
}
