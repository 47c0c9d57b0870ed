//! Answers that cannot be trusted (invariant 9).

use std::time::Duration;

use cartum_roapp::{
    clock::Clock,
    db::orders::OrderState,
    sandbox::{cartum::CartumQuirks, faults::Fault, world::SandboxOptions},
};

use super::{few, in_state, order, polls, sql, topics};
use crate::support::{
    Words, eventually,
    oracle::{self, Terms},
    world::World,
};

const EMPTY: &str = r#"{"status": "EMPTY", "response": []}"#;

async fn marked(world: &World) -> i64 {
    let count = "SELECT count(*) FROM store_order WHERE missing_times > 0 OR gone_at IS NOT NULL OR state = 'gone'";
    sqlx::query_scalar(count).fetch_one(world.database.pool()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_suddenly_says_empty_for_everything_loses_no_order_and_raises_a_notice() {
    let world = World::imported_already(few(24)).await;
    let watermark = world.store().await.watermark;
    world.sandbox.shop.faults().add("orders/get", Fault::RefuseWith(200, EMPTY.into()), 0, u32::MAX);
    let daemon = world.daemon();
    eventually("the notice", || async { topics(&world).await.contains(&"missing".to_owned()).then_some(()) }).await;
    polls(&world, 3).await;
    assert_eq!((marked(&world).await, world.store().await.watermark), (0, watermark));
    world.sandbox.shop.faults().clear();
    let number = world.sandbox.shop.place_order();
    eventually("the new order", || async {
        world.orders().await.into_iter().find(|order| order.number.get() == number)
    })
    .await;
    in_state(&world, number, OrderState::Synced).await;
    eventually("the end of the notice", || async { topics(&world).await.is_empty().then_some(()) }).await;
    daemon.stop().await;
    oracle::check_import(&world, Terms::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_a_store_that_ignores_the_date_filter_are_judged_by_their_own_date_and_move_no_watermark() {
    let quirks = CartumQuirks { dates_ignored: true, ..CartumQuirks::default() };
    let world = World::new(SandboxOptions { days: 120, cartum_quirks: quirks, ..few(16) }).await;
    world.import_whole().await;
    eventually_filter(&world).await;
    let (store, shop) = (world.store().await, world.sandbox.shop.data());
    let from = store.window_from.unwrap();
    let old: Vec<_> = shop.orders.values().filter(|order| order.placed_at < from).collect();
    assert!(!old.is_empty());
    for old in old {
        let row = order(&world, old.id).await;
        assert_eq!((row.state, row.work_order), (OrderState::Excluded, None), "{:?}", row.reason);
    }
    assert_eq!(store.watermark, shop.orders.values().map(|order| order.placed_at).max());
    oracle::check_import(&world, Terms::default()).await;
}

async fn eventually_filter(world: &World) {
    let daemon = world.daemon();
    eventually("the notice", || async { topics(world).await.contains(&"filter".to_owned()).then_some(()) }).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_ignores_ids_has_no_order_counted_as_missing() {
    let world = World::imported_already(few(8)).await;
    let page = r#"{"status": "OK", "response": {"orders": [{"order_id": 999999}]}}"#.to_owned();
    world.sandbox.shop.faults().add("orders/get", Fault::RefuseWith(200, page), 0, u32::MAX);
    eventually_filter(&world).await;
    assert_eq!(marked(&world).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_200_megabytes_are_that_stores_trouble_in_words() {
    let world = World::imported_already(few(6)).await;
    let huge = Fault::RefuseWith(200, "x".repeat(200 << 20));
    world.sandbox.shop.faults().add("orders/get", huge, 0, u32::MAX);
    // On a busy machine so much takes its time.
    let daemon = world.daemon_with(&[("CARTUM__REQUEST_TIMEOUT", "20s"), ("SYNC__LEASE_TIME", "30s")]);
    eventually("the notice", || async { topics(&world).await.contains(&"api".to_owned()).then_some(()) }).await;
    let store = world.store().await;
    assert!(store.failing_since.is_some() && store.reason.is_empty(), "{store:?}");
    assert!(store.last_error.contains("more than 8 MiB"), "{:?}", store.last_error);
    world.sandbox.shop.faults().clear();
    sql(&world, "UPDATE store SET next_poll_at = now()").await;
    sql(&world, "UPDATE account SET due_at = now()").await;
    eventually("the end of the notice", || async { topics(&world).await.is_empty().then_some(()) }).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_cut_in_the_middle_is_asked_for_again_and_nothing_is_taken_from_it() {
    let world = World::new(few(8)).await;
    let half = r#"{"status": "OK", "response": {"orders": [{"order_id": 1001, "stat_"#;
    world.sandbox.shop.faults().add("orders/get", Fault::RefuseWith(200, half.into()), 0, 4);
    world.sandbox.shop.faults().add("orders/get", Fault::CutAfter, 1, 2);
    world.import_whole().await;
    oracle::check_import(&world, Terms::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_cut_off_within_a_buyer_s_data_is_told_without_it() {
    let world = World::imported_already(few(6)).await;
    let half =
        r#"{"status": "OK", "response": {"orders": [{"order_id": 1001, "delivery_name": "Dana Example", "delivery_ph"#;
    world.sandbox.shop.faults().add("orders/get", Fault::RefuseWith(200, half.into()), 0, u32::MAX);
    let daemon = world.process(&[("LOG__LEVEL", "debug")]);
    let store = eventually("a failed poll", || async {
        Some(world.store().await).filter(|store| store.failing_since.is_some())
    })
    .await;
    assert!(
        store.last_error.contains("105 bytes") && store.last_error.contains("it ends within a text at byte 105"),
        "{:?}",
        store.last_error
    );
    assert!(!daemon.stdout().contains("Dana"), "{}", daemon.stdout());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_dated_in_the_far_future_does_not_hide_those_that_come_after_it() {
    let world = World::imported_already(few(8)).await;
    let (first, watermark) = (world.sandbox.shop.place_order(), world.store().await.watermark.unwrap());
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&first).unwrap();
        order.placed_at += Duration::from_hours(400 * 24);
    });
    let daemon = world.daemon();
    eventually("the order of the future", || async {
        world.orders().await.into_iter().find(|order| order.number.get() == first && order.work_order.is_some())
    })
    .await;
    let second = world.sandbox.shop.place_order();
    eventually("the order after it", || async {
        world.orders().await.into_iter().find(|order| order.number.get() == second && order.work_order.is_some())
    })
    .await;
    daemon.stop().await;
    let moved = world.store().await.watermark.unwrap() - watermark;
    assert!(moved < chrono::Duration::days(2), "{moved}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_undecodable_order_among_those_asked_for_by_number_stops_no_other() {
    let world = World::new(SandboxOptions {
        cartum_quirks: CartumQuirks { broken_order: true, ..CartumQuirks::default() },
        ..few(9)
    })
    .await;
    let broken = world.sandbox.shop.data().middle_order();
    world.import_whole().await;
    let number = super::oldest(&world).await;
    let daemon = world.daemon();
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&number).unwrap();
        order.status = if order.status == 6 { 2 } else { 6 };
    });
    let status = world.sandbox.shop.data().orders[&number].status;
    eventually("the change", || async { order(&world, number).await.status.filter(|seen| seen.get() == status) }).await;
    in_state(&world, number, OrderState::Synced).await;
    daemon.stop().await;
    assert_eq!(order(&world, broken.unwrap()).await.state, OrderState::Unreadable);
    assert_eq!(marked(&world).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_ignores_offset_and_has_more_orders_in_a_minute_than_it_sends_says_so_after_few_calls() {
    let quirks = CartumQuirks { offset_ignored: true, page_cap: 25, ..CartumQuirks::default() };
    let world = World::new(SandboxOptions { cartum_quirks: quirks, ..few(6) }).await;
    world.import_whole().await;
    let before = world.store().await;
    world.sandbox.shop.edit(|shop| {
        for _ in 0..40 {
            shop.place(Clock::System.now());
        }
    });
    let asked = || world.sandbox.shop.calls().iter().filter(|call| call.function == "orders/get").count();
    let calls = asked();
    let daemon = world.daemon();
    eventually("the error", || async {
        world.store().await.last_error.contains("does not page reliably").then_some(())
    })
    .await;
    daemon.stop().await;
    // A window of a day or two is halved ten times until it is a minute or two; each half is a page and the same page again.
    assert!(asked() - calls <= 60, "{} calls", asked() - calls);
    let store = world.store().await;
    assert_eq!((store.state, &store.reason, store.watermark), (before.state, &before.reason, before.watermark));
    assert!(topics(&world).await.contains(&"api".to_owned()));
}
