//! Figures beyond all measure: they concern the order that has them, and stop nothing else.

use cartum_roapp::{
    db::orders::OrderState,
    sandbox::{faults::Fault, seed::ShopOrder},
};
use rust_decimal::Decimal;
use serde_json::json;

use crate::{
    store_side::sql,
    support::{
        eventually,
        followed::{Followed, follow, line},
        world::{World, small},
    },
};

/// As large as a decimal can be.
const ENORMOUS: &str = "79228162514264337593543950335";

/// A new order comes to RO App.
async fn another_is_synced(world: &World) {
    let number = world.sandbox.shop.place_order();
    eventually("another order to be synced", async || {
        let orders = world.orders().await;
        orders.into_iter().find(|order| order.number.get() == number && order.state == OrderState::Synced)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_order_with_enormous_lines_stops_no_other_order() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    let Followed { world, work_order, .. } = &followed;
    let ours = world.sandbox.roapp.data().orders[work_order].items[0].id;
    let items: Vec<_> = [ours, 999_001, 999_002]
        .iter()
        .map(|id| json!({"id": id, "entity": {"id": 1}, "quantity": ENORMOUS, "price": ENORMOUS, "discount": {"amount": ENORMOUS}}))
        .collect();
    let answer = Fault::RefuseWith(200, json!(items).to_string());
    world.sandbox.roapp.faults().add(&format!("GET /v2/orders/{work_order}/items"), answer, 0, u32::MAX);
    let raised = |order: &mut ShopOrder| order.lines[0].quantity = Decimal::TWO;
    followed.edit_to(OrderState::Incomplete, raised).await;
    another_is_synced(world).await;
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_200_megabytes_from_ro_app_are_waited_out_and_double_nothing() {
    let world = World::imported_already(small(6)).await;
    let made = world.sandbox.roapp.data().orders.len();
    for call in ["GET /v2/orders", "POST /v2/orders"] {
        let huge = Fault::RefuseWith(200, "x".repeat(200 << 20));
        world.sandbox.roapp.faults().add(call, huge, 0, 1);
    }
    // On a busy machine so much takes its time.
    let daemon = world.daemon_with(&[("ROAPP__REQUEST_TIMEOUT", "15s"), ("SYNC__LEASE_TIME", "30s")]);
    let number = world.sandbox.shop.place_order();
    eventually("both answers", || async { world.sandbox.roapp.faults().are_spent().then_some(()) }).await;
    eventually("the order", || async {
        sql(&world, "UPDATE store_order SET next_try_at = now() WHERE state = 'waiting'").await;
        sql(&world, "UPDATE account SET retry_at = '-infinity', due_at = now() WHERE lease_token IS NULL").await;
        let orders = world.orders().await;
        orders.into_iter().find(|order| order.number.get() == number && order.state == OrderState::Synced)
    })
    .await;
    daemon.stop().await;
    assert_eq!(world.sandbox.roapp.data().orders.len(), made + 1);
}
