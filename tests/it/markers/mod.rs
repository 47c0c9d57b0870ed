//! A marker is a claim, not a proof: what staff copy or paste puts only itself in doubt (invariants 3 and 7).

mod captured;
mod copied;
mod renumbered;

use cartum_roapp::sandbox::roapp::Order;

use crate::support::world::World;

/// Staff copy a work order with all that its head shows; the copy's id.
fn copy(world: &World, work_order: i64) -> i64 {
    let old = world.sandbox.roapp.data().orders[&work_order].clone();
    let staff = world.sandbox.roapp.staff();
    let id = staff.add_order(old.client_id, &old.manager_notes);
    change(world, id, |copy| {
        (copy.branch_id, copy.order_type_id, copy.malfunction) = (old.branch_id, old.order_type_id, old.malfunction);
    });
    id
}

/// Staff change a work order as they like.
fn change(world: &World, work_order: i64, change: impl FnOnce(&mut Order)) {
    world.sandbox.roapp.staff().edit(|data, now| {
        let order = data.orders.get_mut(&work_order).unwrap();
        order.modified_at = now;
        change(order);
    });
}

/// The work orders that carry the marker of an order of the world's store.
async fn carrying(world: &World, number: i64) -> Vec<i64> {
    let marker = format!("[cartum:{}/{number}]", world.store().await.marker_host);
    let orders = world.sandbox.roapp.data().orders;
    orders.values().filter(|order| order.manager_notes.contains(&marker)).map(|order| order.id).collect()
}
