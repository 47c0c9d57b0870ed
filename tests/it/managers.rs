//! New orders go round the selected managers, and one who became inactive is passed over.

use cartum_roapp::{db::orders::OrderState, domain::store::StoreState};

use crate::{
    store_side::{few, in_state, sql, topics},
    support::{eventually, world::World},
};

/// The managers of so many new orders.
async fn managers(world: &World, orders: usize) -> Vec<Option<i64>> {
    let mut found = Vec::new();
    for _ in 0..orders {
        let number = world.sandbox.shop.place_order();
        let work_order = in_state(world, number, OrderState::Synced).await.work_order.unwrap();
        found.push(world.sandbox.roapp.data().orders[&work_order].manager_id);
    }
    found
}

fn posts(world: &World) -> usize {
    world.sandbox.roapp.calls().iter().filter(|call| call.name() == "POST /v2/orders").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_who_became_inactive_is_passed_over_with_a_notice_and_takes_orders_again_once_back() {
    let world = World::imported_already(few(8)).await;
    let daemon = world.daemon();
    world.offer_checked().await;
    world.sandbox.roapp.staff().deactivate_employee(22).unwrap();
    let before = posts(&world);
    assert_eq!(managers(&world, 4).await, [Some(21); 4]);
    assert!(posts(&world) - before <= 5, "at most one is refused before it is known");
    eventually("the notice", || async { (topics(&world).await == ["roapp-setting managers"]).then_some(()) }).await;
    assert_eq!(world.store().await.state, StoreState::Active);

    world.sandbox.roapp.staff().activate_employee(22).unwrap();
    sql(&world, "UPDATE store SET offer_checked_at = NULL").await;
    eventually("the end of the notice", || async { topics(&world).await.is_empty().then_some(()) }).await;
    let mut after = managers(&world, 2).await;
    after.sort_unstable();
    assert_eq!(after, [Some(21), Some(22)]);
    daemon.stop().await;
}
