//! What an event of RO App brings about, with the next poll an hour away.

use cartum_roapp::{
    db::{accounts, orders::OrderState},
    sandbox::{
        faults::Fault,
        roapp::Signed,
    },
};

use super::{
    Front, OFTEN,
    accounts::{event, hinted, hook_url},
    few, imported, start, synced,
};
use crate::{
    store_side::order,
    support::{eventually, world::World},
};

/// The newest order that is in RO App with a status of the middle of its way, and its work order.
async fn open(world: &World) -> (i64, i64) {
    let orders = world.orders().await.into_iter().filter(|order| order.state == OrderState::Synced);
    let open = |order: &cartum_roapp::db::orders::Listed| {
        order.status.is_some_and(|status| ![3, 4, 5].contains(&status.get()))
    };
    let newest = orders.filter(open).max_by_key(|order| order.number).unwrap();
    (newest.number.get(), newest.work_order.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_order_that_the_key_may_not_see_or_ro_app_cannot_show_stops_nobody() {
    let world = imported(few()).await;
    let front = Front::open().await;
    let url = hook_url(&world, &front.url()).await;
    let secret = url.rsplit('/').next().unwrap().to_owned();
    let _daemon = start(&world, &front, &[OFTEN]).await;
    let (roapp, account) = (&world.sandbox.roapp, world.store().await.account);
    let (_, linked) = open(&world).await;
    for (nth, (status, body)) in [
        (403, "{}"),
        (400, "{}"),
        (404, "{}"),
        (405, ""),
        (422, "{}"),
        (302, ""),
        (200, "[]"),
        (200, "<html>"),
        (500, ""),
    ]
    .into_iter()
    .enumerate()
    {
        for work_order in [990_000 + i64::try_from(nth).unwrap(), linked] {
            // The linked one is there: what RO App says of it is not believed by one look.
            roapp.faults().add(
                &format!("GET /v2/orders/{work_order}"),
                Fault::RefuseWith(status, body.into()),
                0,
                u32::MAX,
            );
            let event = event(u32::try_from(work_order).unwrap() * 10 + u32::try_from(nth).unwrap(), work_order);
            assert_eq!(roapp.send_event(&url, &event, Signed::With(&secret)).await, 200);
        }
        let new = world.sandbox.shop.place_order();
        synced(&world, new).await;
        eventually("the end of the hints", || async { hinted(&world).await.is_empty().then_some(()) }).await;
        roapp.faults().clear();
        let account = accounts::get(world.database.pool(), account).await.unwrap().unwrap();
        assert!(!account.needs_key && account.failing_since.is_none(), "{status} {body}: {account:?}");
    }
    eventually("the linked one in step", || async {
        let all = world.orders().await;
        all.into_iter().find(|order| order.work_order == Some(linked) && order.state == OrderState::Synced)
    })
    .await;
    // RO App that does not answer at all is away.
    roapp.faults().add("*", Fault::Refuse(503), 0, u32::MAX);
    assert_eq!(roapp.send_event(&url, &event(1, 4711), Signed::With(&secret)).await, 200);
    eventually("the outage", || async {
        accounts::get(world.database.pool(), account).await.unwrap().unwrap().failing_since
    })
    .await;
    assert_eq!(order(&world, open(&world).await.0).await.state, OrderState::Synced);
}
