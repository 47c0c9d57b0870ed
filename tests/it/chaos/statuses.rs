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
    check_overruled(complaints, facts, journal, known, (order, made));
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

/// Where the store overrules staff it is listed, unless it had staff's status by then. Of a work order that was found again, or
/// moved before it was first read, it is not known what it was made with.
fn check_overruled(
    complaints: &mut Complaints<'_>,
    facts: &Facts,
    journal: &Journal,
    known: &Known,
    (order, made): (&ShopOrder, &Order),
) {
    let is_told = facts.in_conflict.contains(&complaints.number);
    let may_be_silent = known.rest.is_none() && (journal.was_rough || !was_read_before(facts, known, made));
    let Some(staff) = known.overruled(made.status_id).filter(|_| !is_told && !may_be_silent) else { return };
    let back = known.maps.back(staff);
    let arrived = |status: i64| order.status == status || updates(facts, order.id).iter().any(|(_, to)| *to == status);
    if back.is_some_and(arrived) {
        return;
    }
    if !raced(facts, known, made, Part::Status) {
        let moves = &known.moves;
        complaints.add(format!("staff's status {staff} became {} without a conflict: {moves:?}", made.status_id));
    }
}

/// The work order was read before staff last moved it.
fn was_read_before(facts: &Facts, known: &Known, made: &Order) -> bool {
    let before = known.edited.get(&Part::Status).map_or(0, |edited| edited.start);
    let path = format!("/v2/orders/{}", made.id);
    facts.calls.iter().take(before).any(|call| call.method == "GET" && call.path == path)
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
    let (written, set) = written_back(facts, complaints.number, known);
    let (written, set) = (written - known.written_back.0, set - known.written_back.1);
    if !journal.is_rough && written > set {
        complaints.add(format!("{written} writes to the store for {set} changes: {updates:?}"));
    }
}

/// How many statuses were written to the store so far, and how many were set that lead there.
pub(super) fn written_back(facts: &Facts, number: i64, known: &Known) -> (usize, usize) {
    let set = known.staff_set.iter().filter(|(roapp, _)| known.maps.back(*roapp).is_some()).count();
    (updates(facts, number).len(), set)
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
        WHERE h.id > $1 AND h.what @> '{\"code\": \"conflict\", \"part\": {\"code\": \"part-status\"}}'";
    let orders: Vec<i64> = sqlx::query_scalar(orders).bind(since).fetch_all(world.database.pool()).await.unwrap();
    orders.into_iter().collect()
}
