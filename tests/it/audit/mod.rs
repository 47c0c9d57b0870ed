//! The nightly proof, work orders that were deleted in RO App, and making one of them again.

mod proof;
mod recreate;
mod removed;

use cartum_roapp::{
    admin,
    db::{audits, orders::OrderState},
    domain::proof::Day,
};

use crate::{
    store_side::{few, in_state, oldest, order},
    support::{
        eventually,
        world::{Daemon, World},
    },
};

/// A store of so many orders that was imported, and the daemon that goes on with it.
async fn imported(orders: u32) -> (World, Daemon) {
    let world = World::imported_already(few(orders)).await;
    let daemon = world.daemon();
    (world, daemon)
}

/// Asks for a proof and waits for it.
async fn prove(world: &World) -> audits::Last {
    let at = admin::audit_now(world.database.pool(), &world.store().await).await.unwrap();
    eventually("the proof", || async { last(world).await.filter(|last| last.at >= at) }).await
}

/// Asks for a proof, and waits until the work orders were looked for in RO App after it.
async fn prove_both(world: &World) -> audits::Last {
    let last = prove(world).await;
    eventually("the end of the look for deleted work orders", || async {
        count(world, "SELECT count(*) FROM store WHERE removed_asked_at IS NOT NULL").await.eq(&0).then_some(())
    })
    .await;
    last
}

async fn last(world: &World) -> Option<audits::Last> {
    audits::last(world.database.pool(), world.store).await.unwrap()
}

async fn count(world: &World, statement: &'static str) -> i64 {
    sqlx::query_scalar(statement).fetch_one(world.database.pool()).await.unwrap()
}

fn unbalanced(last: &audits::Last) -> Vec<&Day> {
    last.days.iter().filter(|day| !day.balances()).collect()
}

/// Staff undelete a work order.
fn restore(world: &World, work_order: i64) {
    world.sandbox.roapp.staff().edit(|data, _| {
        let order = data.deleted_orders.remove(&work_order).unwrap();
        data.orders.insert(work_order, order);
    });
}

/// An order whose work order staff deleted, and which rests as removed; its work order.
async fn removed(world: &World) -> (i64, i64) {
    let number = oldest(world).await;
    let work_order = order(world, number).await.work_order.unwrap();
    world.sandbox.roapp.staff().delete_order(work_order).unwrap();
    prove(world).await;
    in_state(world, number, OrderState::Removed).await;
    (number, work_order)
}
