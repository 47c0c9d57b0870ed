//! Figures beyond all measure: they concern the order that has them, and stop nothing else.

use cartum_roapp::{
    db::orders::OrderState,
    sandbox::{faults::Fault, seed::ShopOrder},
};
use rust_decimal::Decimal;
use serde_json::json;

use crate::support::{
    eventually,
    followed::{Followed, follow, line},
    world::World,
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
