//! Status 4 goes to a store only where a store file says that it may.

use cartum_roapp::sandbox::seed::ShopData;

use super::world::World;
use crate::support::eventually;

impl World {
    fn shop_status(&self, number: i64) -> i64 {
        self.shop.data().orders[&number].status
    }

    /// Waits until an order of the shop has a work order and nothing waits; the work order.
    async fn work_order(&self, number: i64) -> i64 {
        let linked = "SELECT w.work_order_id FROM work_order w JOIN store_order o ON o.store_id = w.store_id AND o.number = w.number
            WHERE o.number = $1 AND o.state = 'synced'";
        let linked = || sqlx::query_scalar::<_, i64>(linked).bind(number);
        eventually("the work order", || async { linked().fetch_optional(self.database.pool()).await.unwrap() }).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn status_4_goes_to_the_store_where_the_file_allows_it_and_no_more_once_an_edit_takes_that_back() {
    let world = World::with_account().await;
    let refused = world.refused(&["store", "add", &world.store_file(&[("505", "505 = 4")])]).await;
    assert!(refused.contains("write_back.505") && refused.contains("allow_store_status_4 = true"), "{refused}");
    let allowed = [("505", "505 = 4"), ("ad_campaign_id", "ad_campaign_id = 31\nallow_store_status_4 = true")];
    world.ok(&["store", "add", &world.store_file(&allowed)]).await;

    let place = || {
        let number = world.shop.place_order();
        world.shop.edit(|shop: &mut ShopData| shop.orders.get_mut(&number).unwrap().status = 1);
        number
    };
    let (first, second) = (place(), place());
    world.ok(&["store", "import", "My shop", "--yes"]).await;
    let daemon = world.program.start_with(&["run"], &[("CARTUM_ROAPP__SYNC__POLL_INTERVAL".into(), "1s".into())]);
    let (one, other) = (world.work_order(first).await, world.work_order(second).await);
    world.roapp.staff().set_status(one, 505).unwrap();
    eventually("the cancellation", || async { (world.shop_status(first) == 4).then_some(()) }).await;

    // A file that leaves the switch out leaves nothing that needs it.
    let still = world.refused(&["store", "edit", "My shop", &world.store_file(&[("505", "505 = 4")])]).await;
    assert!(still.contains("allow_store_status_4 = true"), "{still}");
    world.ok(&["store", "edit", "My shop", &world.store_file(&[("505", "502 = 2")])]).await;
    world.roapp.staff().set_status(other, 505).unwrap();
    let told = "SELECT count(*) FROM history
        WHERE what @> '{\"code\": \"moved\", \"from\": {\"id\": 501}, \"to\": {\"id\": 505}}'";
    eventually("both changes", || async {
        let told: i64 = sqlx::query_scalar(told).fetch_one(world.database.pool()).await.unwrap();
        (told == 2).then_some(())
    })
    .await;
    world.roapp.staff().set_status(other, 502).unwrap();
    eventually("the next status", || async { (world.shop_status(second) == 2).then_some(()) }).await;
    let calls = world.shop.calls();
    let sent = calls.iter().filter(|call| call.function == "orders/update").flat_map(|call| {
        call.body["orders"].as_array().unwrap().iter().map(|item| (item["order_id"].as_i64(), item["status"].as_i64()))
    });
    assert_eq!(sent.collect::<Vec<_>>(), [(Some(first), Some(4)), (Some(second), Some(2))]);
    drop(daemon);
}
