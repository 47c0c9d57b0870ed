//! What an event of RO App brings about, with the next poll an hour away.

use std::time::Duration;

use cartum_roapp::{
    db::{accounts, orders::OrderState},
    domain::ids::{Id, StoreStatusId},
    sandbox::{
        faults::Fault,
        roapp::{HookEvent, Signed},
        world::SandboxOptions,
    },
};

use super::{
    Front, OFTEN,
    accounts::{event, hinted, hook_url},
    at_rest, count, few, start, synced,
};
use crate::{
    store_side::{in_state, order, sql},
    support::{eventually, world::World},
};

/// An imported store, where its account's webhooks come in, and their URL with its secret.
async fn hooked() -> (World, Front, String, String) {
    hooked_with(&[]).await
}

/// The same with these ways of statuses back to the store.
async fn hooked_with(ways_back: &[(i64, i64)]) -> (World, Front, String, String) {
    let back = ways_back.iter().map(|(roapp, store)| (Id::new(*roapp), StoreStatusId::new(*store))).collect();
    let world = World::imported_with(few(), |settings| settings.write_back = back).await;
    let front = Front::open().await;
    let url = hook_url(&world, &front.url()).await;
    let secret = url.rsplit('/').next().unwrap().to_owned();
    (world, front, url, secret)
}

/// The newest order that is in RO App with a status of the middle of its way, and its work order.
async fn open(world: &World) -> (i64, i64) {
    let orders = world.orders().await.into_iter().filter(|order| order.state == OrderState::Synced);
    let open = |order: &cartum_roapp::db::orders::Listed| {
        order.status.is_some_and(|status| ![3, 4, 5].contains(&status.get()))
    };
    let newest = orders.filter(open).max_by_key(|order| order.number).unwrap();
    (newest.number.get(), newest.work_order.unwrap())
}

fn shop_status(world: &World, number: i64) -> i64 {
    world.sandbox.shop.data().orders[&number].status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_staff_set_reaches_the_store_long_before_the_next_poll_and_a_deletion_is_believed() {
    let (world, front, url, secret) = hooked_with(&[(503, 5)]).await;
    let _daemon = start(&world, &front, &[]).await;
    at_rest(&world).await;
    let roapp = &world.sandbox.roapp;
    let (number, work_order) = open(&world).await;
    roapp.staff().set_status(work_order, 503).unwrap();
    assert_eq!(roapp.send_event(&url, &event(1, work_order), Signed::With(&secret)).await, 200);
    eventually("the store's status", || async { (shop_status(&world, number) == 5).then_some(()) }).await;

    at_rest(&world).await;
    synced(&world, number).await;
    roapp.staff().delete_order(work_order).unwrap();
    let deleted = HookEvent { name: "Order.Deleted".into(), ..event(2, work_order) };
    assert_eq!(roapp.send_event(&url, &deleted, Signed::With(&secret)).await, 200);
    in_state(&world, number, OrderState::Removed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_work_order_that_is_back_is_followed_again_when_an_event_names_it() {
    let (world, front, url, secret) = hooked().await;
    let _daemon = start(&world, &front, &[]).await;
    at_rest(&world).await;
    let roapp = &world.sandbox.roapp;
    let (number, work_order) = open(&world).await;
    roapp.staff().delete_order(work_order).unwrap();
    assert_eq!(roapp.send_event(&url, &event(1, work_order), Signed::With(&secret)).await, 200);
    in_state(&world, number, OrderState::Removed).await;
    roapp.staff().edit(|data, _| {
        let order = data.deleted_orders.remove(&work_order).unwrap();
        data.orders.insert(work_order, order);
    });
    assert_eq!(roapp.send_event(&url, &event(2, work_order), Signed::With(&secret)).await, 200);
    in_state(&world, number, OrderState::Synced).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_event_with_the_right_signature_is_taken() {
    let (world, front, url, secret) = hooked().await;
    let _daemon = start(&world, &front, &[]).await;
    at_rest(&world).await;
    let roapp = &world.sandbox.roapp;
    let (number, work_order) = open(&world).await;
    roapp.staff().delete_order(work_order).unwrap();
    let large = HookEvent { more: 300 << 10, ..event(1, work_order) };
    assert_eq!(roapp.send_event(&url, &large, Signed::With("another")).await, 200);
    assert!(hinted(&world).await.is_empty());
    assert_eq!(roapp.send_event(&url, &large, Signed::With(&secret)).await, 200);
    in_state(&world, number, OrderState::Removed).await;
    let endless = HookEvent { more: 2 << 20, ..event(2, work_order) };
    assert_eq!(roapp.send_event(&url, &endless, Signed::With(&secret)).await, 200);
    assert!(hinted(&world).await.is_empty(), "but what is longer than any event is not read");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_order_that_the_key_may_not_see_or_ro_app_cannot_show_stops_nobody() {
    let (world, front, url, secret) = hooked().await;
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
        let before = roapp.calls().len();
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
        // The linked one, where it cannot be shown, is looked at again with each watch.
        eventually("the looks", || async {
            let looked = roapp.calls().split_off(before).iter().any(|call| call.path == format!("/v2/orders/{linked}"));
            (looked && hinted(&world).await.iter().all(|id| *id == linked)).then_some(())
        })
        .await;
        roapp.faults().clear();
        let account = accounts::get(world.database.pool(), account).await.unwrap().unwrap();
        assert!(!account.needs_key && account.failing_since.is_none(), "{status} {body}: {account:?}");
    }
    // It was tried again and again, ever more rarely, and may even count as deleted.
    sql(&world, "UPDATE store_order SET next_try_at = now() WHERE state <> 'synced'").await;
    sql(&world, "UPDATE account SET due_at = now()").await;
    eventually("the linked one in step", || async {
        let all = world.orders().await;
        all.into_iter().find(|order| order.work_order == Some(linked) && order.state == OrderState::Synced)
    })
    .await;
    eventually("the end of the hints", || async { hinted(&world).await.is_empty().then_some(()) }).await;
    // RO App that does not answer at all is away.
    roapp.faults().add("*", Fault::Refuse(503), 0, u32::MAX);
    assert_eq!(roapp.send_event(&url, &event(1, 4711), Signed::With(&secret)).await, 200);
    eventually("the outage", || async {
        accounts::get(world.database.pool(), account).await.unwrap().unwrap().failing_since
    })
    .await;
    assert_eq!(order(&world, open(&world).await.0).await.state, OrderState::Synced);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_event_claims_about_a_work_order_is_not_taken_for_true() {
    let (world, front, url, secret) = hooked_with(&[(502, 2)]).await;
    let _daemon = start(&world, &front, &[]).await;
    at_rest(&world).await;
    let roapp = &world.sandbox.roapp;
    let at =
        |order: &cartum_roapp::db::orders::Listed| order.status == Some(Id::new(6)) || order.status == Some(Id::new(1));
    let other = world.orders().await.into_iter().find(|order| order.state == OrderState::Synced && at(order)).unwrap();
    let work_order = other.work_order.unwrap();
    let before = (roapp.data().orders[&work_order].clone(), shop_status(&world, other.number.get()));
    // It says that somebody moved it from 501 to 502, and then that it was deleted.
    let deleted = HookEvent { name: "Order.Deleted".into(), ..event(2, work_order) };
    for event in [event(1, work_order), deleted] {
        let looks = roapp.calls().len();
        assert_eq!(roapp.send_event(&url, &event, Signed::With(&secret)).await, 200);
        let path = format!("/v2/orders/{work_order}");
        eventually("a look at it", || async {
            let looked = roapp.calls().split_off(looks).iter().any(|call| call.method == "GET" && call.path == path);
            (looked && hinted(&world).await.is_empty()).then_some(())
        })
        .await;
    }
    at_rest(&world).await;
    assert_eq!((roapp.data().orders[&work_order].clone(), shop_status(&world, other.number.get())), before);
    assert_eq!(order(&world, other.number.get()).await.state, OrderState::Synced);
    assert!(world.sandbox.shop.calls().iter().all(|call| call.function != "orders/update"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_for_one_account_that_names_a_work_order_of_another_brings_no_call_to_that_one() {
    let (world, front, url, secret) = hooked().await;
    let other = world.beside("other", SandboxOptions { orders: 24, ..few() }).await;
    other.import_whole().await;
    let _daemon = start(&world, &front, &[]).await;
    at_rest(&world).await;
    at_rest(&other).await;
    eventually("watches and looks at what is offered that are far away", || async {
        let watched = count(&world, "account WHERE watch_at > now() + interval '30 minutes'").await;
        let compared = count(&world, "store WHERE offer_checked_at > now() - interval '30 minutes'").await;
        ((watched, compared) == (2, 2)).then_some(())
    })
    .await;
    let ours = world.sandbox.roapp.data().orders;
    let theirs = other.orders().await.into_iter().filter(|order| order.state == OrderState::Synced);
    let mut named = theirs.filter_map(|order| Some((order.number.get(), order.work_order?)));
    // The first account has none of that number.
    let (number, work_order) = named.find(|(_, work_order)| !ours.contains_key(work_order)).unwrap();
    other.sandbox.roapp.staff().set_status(work_order, 504).unwrap();
    let (calls, before) = (other.sandbox.roapp.calls().len(), world.sandbox.roapp.calls().len());
    assert_eq!(world.sandbox.roapp.send_event(&url, &event(1, work_order), Signed::With(&secret)).await, 200);
    let path = format!("/v2/orders/{work_order}");
    eventually("the look at the work order", || async {
        let looked = world.sandbox.roapp.calls().split_off(before).iter().any(|call| call.path == path);
        (looked && hinted(&world).await.is_empty()).then_some(())
    })
    .await;
    // Time for whatever the other account would do.
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(other.sandbox.roapp.calls().len(), calls);
    assert_eq!((hinted(&other).await, order(&other, number).await.state), (Vec::new(), OrderState::Synced));
}
