//! Statuses of a work order and of its store order, as they may be after what both sides did.

use std::collections::BTreeSet;

use cartum_roapp::sandbox::{cartum::ShopCall, roapp::Order, seed::ShopOrder};

use super::{
    journal::{Journal, Known, Part},
    oracle::{Complaints, Facts, raced},
};
use crate::support::world::World;

/// Checks the status on both sides, and that nobody was overruled without a word.
pub(super) fn check(
    complaints: &mut Complaints<'_>,
    facts: &Facts,
    journal: &Journal,
    known: &Known,
    (order, made): (&ShopOrder, &Order),
) {
    check_status(complaints, facts, known, made);
    check_overruled(complaints, facts, journal, known, made);
    check_store_status(complaints, facts, known, order);
}

fn check_status(complaints: &mut Complaints<'_>, facts: &Facts, known: &Known, made: &Order) {
    let allowed = known.allowed();
    if !allowed.contains(&made.status_id) && !raced(facts, known, made, Part::Status) {
        complaints.add(format!(
            "has the status {}, not {allowed:?}; at rest {:?}, then {:?}",
            made.status_id, known.rest, known.moves
        ));
    }
}

/// Where the store overrules staff it is listed. Of a work order that was found again it is not known what it was made with,
/// and one whose status goes both ways may have what is ours.
fn check_overruled(complaints: &mut Complaints<'_>, facts: &Facts, journal: &Journal, known: &Known, made: &Order) {
    let is_told = facts.in_conflict.contains(&complaints.number);
    let may_be_silent = journal.maps.is_both_ways() || (journal.was_rough && known.rest.is_none());
    let Some(staff) = known.overruled(made.status_id).filter(|_| !is_told && !may_be_silent) else { return };
    if !raced(facts, known, made, Part::Status) {
        let moves = &known.moves;
        complaints.add(format!("staff's status {staff} became {} without a conflict: {moves:?}", made.status_id));
    }
}

/// What staff set is in the store, unless the store moved, too.
fn check_store_status(complaints: &mut Complaints<'_>, facts: &Facts, known: &Known, order: &ShopOrder) {
    let Some(allowed) = known.allowed_in_store() else { return };
    if !allowed.contains(&order.status) {
        let updates = updates(facts, order.id);
        complaints.add(format!(
            "has the status {} in the store, not {allowed:?}; at rest {:?}, then {:?}, written {updates:?}",
            order.status, known.rest, known.moves
        ));
    }
}

/// Nothing is written to the store that nobody set in RO App before, and each once.
pub(super) fn check_written_back(complaints: &mut Complaints<'_>, facts: &Facts, journal: &Journal, known: &Known) {
    let updates = updates(facts, complaints.number);
    for (at, status) in &updates {
        let set = |(roapp, calls): &(i64, usize)| calls <= at && known.maps.back(*roapp) == Some(*status);
        if !known.staff_set.iter().any(set) {
            complaints
                .add(format!("the status {status} was written to the store, yet nobody set it: {:?}", known.staff_set));
        }
    }
    let due = known.staff_set.iter().filter(|(roapp, _)| known.maps.back(*roapp).is_some()).count();
    if !journal.was_rough && !journal.shop_was_rough && updates.len() > due {
        complaints.add(format!("{} writes to the store for {due} changes: {updates:?}", updates.len()));
    }
}

/// The statuses that were sent to the store for an order, each with the place of its call.
fn updates(facts: &Facts, number: i64) -> Vec<(usize, i64)> {
    let of_order = |(at, call): (usize, &ShopCall)| {
        let items = call.body["orders"].as_array().cloned().unwrap_or_default();
        let item = items.into_iter().find(|item| item["order_id"].as_i64() == Some(number))?;
        Some((at, item["status"].as_i64()?))
    };
    let calls = facts.shop_calls.iter().enumerate();
    calls.filter(|(_, call)| call.function == "orders/update").filter_map(of_order).collect()
}

/// Orders about whose status a conflict was told since.
pub(super) async fn in_conflict(world: &World, since: i64) -> BTreeSet<i64> {
    let orders = "SELECT o.number FROM history h JOIN store_order o ON o.id = h.order_id
        WHERE h.id > $1 AND h.what LIKE 'conflict: status:%'";
    let orders: Vec<i64> = sqlx::query_scalar(orders).bind(since).fetch_all(world.database.pool()).await.unwrap();
    orders.into_iter().collect()
}
