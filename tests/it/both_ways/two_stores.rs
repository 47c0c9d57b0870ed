//! Two stores in one account: one look at RO App serves both, and a status goes to the shop that the order came from.

use std::time::Duration;

use cartum_roapp::{
    clock::Clock,
    sandbox::{cartum::Shop, roapp::Call},
};
use tokio::time::Instant;

use super::ways_back;
use crate::support::{
    eventually,
    world::{World, small},
};

/// As the tests have it.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

fn calls(shop: &Shop, function: &str) -> usize {
    shop.calls().iter().filter(|call| call.function == function).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_a_person_sets_reaches_the_shop_of_its_order_alone_and_the_account_has_one_watch() {
    let world = World::with(small(4), ways_back).await;
    let (second, roapp) = (world.neighbour(4).await, &world.sandbox.roapp);
    second.edit(ways_back).await;
    let daemon = second.both_imported().await;
    let mut number = 0;
    second.shop.edit(|shop| {
        number = shop.place(Clock::System.now());
        shop.orders.get_mut(&number).unwrap().status = 1;
    });
    let work_order = second.synced(number).await.work_order.unwrap();
    roapp.staff().set_status(work_order, 503).unwrap();
    let shop_status = || second.shop.data().orders[&number].status;
    eventually("the store's status", || async { (shop_status() == 5).then_some(()) }).await;
    eventually("the version with it", || async {
        let order = second.synced(number).await;
        order.status.is_some_and(|status| status.get() == 5).then_some(())
    })
    .await;

    let polls = || [&world.sandbox.shop, &second.shop].map(|shop| calls(shop, "orders/get"));
    let is_watch = |call: &&Call| call.query.iter().any(|(name, value)| name == "sort" && value == "modified_at");
    let watches = || roapp.calls().iter().filter(is_watch).count();
    let another =
        async |seen: usize| eventually("a look at RO App", || async { (watches() > seen).then_some(()) }).await;
    world.database.in_real_time();
    another(watches()).await;
    let (began, before, polled) = (Instant::now(), watches(), polls());
    for more in 0..8 {
        another(before + more).await;
    }
    // One for each store would take half the time.
    assert!(began.elapsed() > POLL_INTERVAL * 7, "{:?}", began.elapsed());
    assert!(polls().iter().zip(polled).all(|(now, then)| *now >= then + 4), "{:?} {polled:?}", polls());
    assert_eq!((calls(&second.shop, "orders/update"), calls(&world.sandbox.shop, "orders/update")), (1, 0));
    daemon.stop().await;
}
