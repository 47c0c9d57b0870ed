//! Lines of a work order against those of the store order, staff's work apart.

use crate::support::Words;
use std::collections::BTreeMap;

use cartum_roapp::{
    db::orders::Listed,
    sandbox::{
        roapp::{Item, Order},
        seed::{Line, LineKind, ShopOrder},
    },
};
use rust_decimal::Decimal;

use super::{
    journal::{Journal, Known, Part},
    oracle::{Complaints, Facts, raced},
    shop::key,
    staff::article,
};

/// Article or title, price, quantity; how often.
type Wares = BTreeMap<(String, Decimal, Decimal), usize>;

/// Checks lines and total.
pub(super) fn check(
    complaints: &mut Complaints<'_>,
    facts: &Facts,
    journal: &Journal,
    known: &Known,
    (order, made, row): (&ShopOrder, &Order, &Listed),
) {
    if raced(facts, known, made, Part::Lines) {
        return;
    }
    check_touched(complaints, known, made);
    let wanted = imported(order);
    let kept = |line: &&Line| {
        let origin = (key(line), named(line));
        known.lines.values().any(|touched| touched.origin.as_ref() == Some(&origin))
    };
    let ours: Vec<_> = made.items.iter().filter(|item| !known.lines.contains_key(&item.id)).collect();
    let (kept, free): (Vec<&Line>, Vec<&Line>) = wanted.iter().copied().partition(kept);
    let there = tally(ours.iter().map(|item| (article(&facts.roapp, journal, item), item.price, item.quantity)));
    let due = tally(free.iter().map(|line| (named(line), line.price, line.quantity)));
    let differ = there != due;
    if known.was_closed || known.written_off {
        let silent = row.pending_change.is_empty() && row.conflicts.is_empty();
        if differ && silent && known.lines.is_empty() {
            complaints.add(format!("differs without a word: {there:?} instead of {due:?}"));
        }
        if let Some(closed) = known.closed.as_ref().filter(|_| known.moves.is_empty()) {
            check_closed(complaints, known, closed, made);
        }
        return;
    }
    if differ {
        return complaints.add(format!("lines {there:?} instead of {due:?}"));
    }
    let discount = order.discounts.sum();
    let all: Decimal = wanted.iter().map(|line| line.total()).sum();
    let gross: Decimal = free.iter().map(|line| line.total()).sum();
    let share = if all.is_zero() { Decimal::ZERO } else { discount * gross / all };
    let taken: Decimal = ours.iter().map(|item| item.discount_sum(false)).sum();
    let cents = if kept.is_empty() { Decimal::ZERO } else { Decimal::new(i64::try_from(wanted.len()).unwrap(), 2) };
    if (taken - share).abs() > cents {
        complaints.add(format!("{taken} is taken off our lines, not {share} of {discount}"));
    }
    if known.lines.is_empty() && made.total(false) != order.total_sum(false) {
        complaints.add(format!("comes to {}, not {}", made.total(false), order.total_sum(false)));
    }
}

/// What staff left is there as they left it.
fn check_touched(complaints: &mut Complaints<'_>, known: &Known, made: &Order) {
    for (id, touched) in &known.lines {
        if made.item(*id) != touched.left.as_ref() {
            complaints.add(format!("staff left line {id} as {:?}, it is {:?}", touched.left, made.item(*id)));
        }
    }
}

/// A work order that was closed and stayed closed keeps its lines and head.
fn check_closed(complaints: &mut Complaints<'_>, known: &Known, closed: &Order, made: &Order) {
    let untouched = |order: &Order| -> Vec<Item> {
        order.items.iter().filter(|item| !known.lines.contains_key(&item.id)).cloned().collect()
    };
    let head = |order: &Order| (order.malfunction.clone(), order.estimated_price.clone());
    let head_left = known.title.is_some() || known.estimate.is_some() || head(closed) == head(made);
    let unmarked =
        |items: Vec<Item>| items.into_iter().map(|item| Item { written_off: false, ..item }).collect::<Vec<_>>();
    if !head_left || unmarked(untouched(closed)) != unmarked(untouched(made)) {
        complaints.add(format!("was changed though it is closed: {closed:?} became {made:?}"));
    }
}

/// All lines where they add up, else without the parts of sets (contract cartum 4.5).
fn imported(order: &ShopOrder) -> Vec<&Line> {
    let all: Decimal = order.lines.iter().map(Line::total).sum();
    let with_parts = all == order.total_default(false);
    order.lines.iter().filter(|line| with_parts || line.kind != LineKind::SetItem).collect()
}

fn named(line: &Line) -> String {
    if line.article.is_empty() { format!("title {}", line.title) } else { line.article.clone() }
}

fn tally(lines: impl Iterator<Item = (String, Decimal, Decimal)>) -> Wares {
    let mut wares = Wares::new();
    for (name, price, quantity) in lines {
        *wares.entry((name, price.normalize(), quantity.normalize())).or_default() += 1;
    }
    wares
}
