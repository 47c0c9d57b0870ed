//! A store that fails for a whole page because of one order in it: that order's trouble, and no other's.

use cartum_roapp::{db::orders::OrderState, sandbox::faults::Fault};

use super::{few, history, in_state, order, read_once, topics};
use crate::support::{
    Words, eventually,
    oracle::{self, Terms},
    world::World,
};

/// How a store may fail for an answer with one order in it, and what the order's reason says.
fn failures() -> [(Fault, &'static str); 6] {
    [
        (Fault::Refuse(500), "HTTP 500"),
        (Fault::Refuse(504), "HTTP 504"),
        (Fault::Html, "no JSON ("),
        (Fault::EmptyAfter, "no JSON (0 bytes"),
        (Fault::CutWithin, "a connection that breaks"),
        (Fault::CutAfter, "a connection that breaks"),
    ]
}

fn spoil(world: &World, number: i64, fault: Fault) {
    world.sandbox.shop.faults().add(&format!("order {number}"), fault, 0, u32::MAX);
}

/// All orders of the shop but these are where they should be.
async fn others_are_done(world: &World, culprits: &[i64]) {
    let orders = world.orders().await;
    assert_eq!(orders.len(), world.sandbox.shop.data().orders.len());
    for order in orders.iter().filter(|order| !culprits.contains(&order.number.get())) {
        assert!(
            matches!(order.state, OrderState::Synced | OrderState::Excluded),
            "{}: {:?}",
            order.number,
            order.reason
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_for_which_the_store_fails_stops_no_import() {
    for (fault, told) in failures() {
        let world = World::new(few(24)).await;
        let numbers: Vec<_> = world.sandbox.shop.data().orders.keys().copied().collect();
        // The newest, and two next to each other.
        let culprits = [numbers[23], numbers[11], numbers[10]];
        for number in culprits {
            spoil(&world, number, fault.clone());
        }
        world.import_whole().await;
        for number in culprits {
            let row = order(&world, number).await;
            assert_eq!(row.state, OrderState::Unreadable, "{number} {}", row.reason.words());
            assert!(row.reason.contains("for this order alone") && row.reason.contains(told), "{:?}", row.reason);
        }
        others_are_done(&world, &culprits).await;
        assert_eq!(world.store().await.last_error, None);

        world.sandbox.shop.faults().clear();
        let daemon = world.daemon();
        for number in culprits {
            eventually("its end", || async {
                (order(&world, number).await.state != OrderState::Unreadable).then_some(())
            })
            .await;
        }
        eventually("all", || async {
            world.orders().await.iter().all(|order| order.state != OrderState::Waiting).then_some(())
        })
        .await;
        daemon.stop().await;
        oracle::check_import(&world, Terms::default()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_for_which_the_store_fails_stops_no_poll() {
    for (fault, told) in failures() {
        let world = World::new(few(12)).await;
        world.import_whole().await;
        let next = world.sandbox.shop.data().orders.keys().max().unwrap() + 1;
        spoil(&world, next, fault);
        let daemon = world.daemon();
        assert_eq!(world.sandbox.shop.place_order(), next);
        let row = in_state(&world, next, OrderState::Unreadable).await;
        assert!(row.reason.contains("for this order alone") && row.reason.contains(told), "{:?}", row.reason);
        let other = world.sandbox.shop.place_order();
        in_state(&world, other, OrderState::Synced).await;
        let store = world.store().await;
        assert!(store.failing_since.is_none() && store.last_error.is_empty(), "{:?}", store.last_error);
        world.sandbox.shop.faults().clear();
        in_state(&world, next, OrderState::Synced).await;
        daemon.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_for_which_the_store_hangs_stops_neither_import_nor_poll() {
    let world = World::new(few(12)).await;
    let numbers: Vec<_> = world.sandbox.shop.data().orders.keys().copied().collect();
    let next = numbers[11] + 1;
    for number in [numbers[5], next] {
        spoil(&world, number, Fault::HangAfter);
    }
    world.import().await;
    let daemon = world.daemon_with(&[("CARTUM__REQUEST_TIMEOUT", "500ms")]);
    world.imported().await;
    assert_eq!(world.sandbox.shop.place_order(), next);
    let other = world.sandbox.shop.place_order();
    in_state(&world, other, OrderState::Synced).await;
    for number in [numbers[5], next] {
        let row = in_state(&world, number, OrderState::Unreadable).await;
        assert!(row.reason.contains("for this order alone"), "{:?}", row.reason);
        assert!(row.reason.contains("no answer within 500ms"), "{:?}", row.reason);
    }
    others_are_done(&world, &[numbers[5], next]).await;
    world.sandbox.shop.faults().clear();
    for number in [numbers[5], next] {
        in_state(&world, number, OrderState::Synced).await;
    }
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_only_stumbles_for_a_while_makes_no_order_unreadable() {
    let world = World::imported_already(few(12)).await;
    let daemon = world.daemon();
    // As often as it takes until one order is asked for alone, and no more.
    for times in [4, 6, 8] {
        let next = world.sandbox.shop.data().orders.keys().max().unwrap() + 1;
        world.sandbox.shop.faults().add(&format!("order {next}"), Fault::Refuse(504), 0, times);
        assert_eq!(world.sandbox.shop.place_order(), next);
        in_state(&world, next, OrderState::Synced).await;
        assert!(world.sandbox.shop.faults().are_spent(), "{times}");
        let history = history(&world, next).await;
        assert!(!history.iter().any(|line| line.contains("unreadable")), "{history:?}");
        assert_eq!(topics(&world).await, [""; 0], "{times}");
    }
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_fails_and_whose_number_nobody_can_tell_is_a_notice() {
    let world = World::new(few(12)).await;
    let numbers: Vec<_> = world.sandbox.shop.data().orders.keys().copied().collect();
    let culprit = numbers[5];
    // Far from its neighbours.
    world.sandbox.shop.edit(|shop| {
        let mut order = shop.orders.remove(&culprit).unwrap();
        order.id = culprit + 50_000;
        shop.orders.insert(order.id, order);
        for number in &numbers[6..] {
            let mut order = shop.orders.remove(number).unwrap();
            order.id = number + 100_000;
            shop.orders.insert(order.id, order);
        }
    });
    let culprit = culprit + 50_000;
    spoil(&world, culprit, Fault::Refuse(500));
    world.import_whole().await;
    let orders = world.orders().await;
    assert_eq!(orders.len(), 11);
    assert!(orders.iter().all(|order| order.number.get() != culprit && order.state != OrderState::Unreadable));
    assert_eq!(topics(&world).await, ["stray rows"]);
    let stray: String =
        sqlx::query_scalar("SELECT reason::text FROM stray_row").fetch_one(world.database.pool()).await.unwrap();
    assert!(stray.contains("HTTP 500") && stray.contains("for this order alone"), "{stray}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_wholly_down_gets_few_calls() {
    for (fault, _) in failures() {
        let world = World::new(few(12)).await;
        world.import_whole().await;
        world.sandbox.shop.faults().add("orders/get", fault, 0, u32::MAX);
        let since = world.sandbox.shop.calls().len();
        // It is tried again after 15 seconds.
        let daemon = world.daemon_with(&[("SYNC__POLL_INTERVAL", "1h"), ("SYNC__LEASE_TIME", "30s")]);
        eventually("a failed poll", || async { world.store().await.failing_since }).await;
        let calls = world.sandbox.shop.calls()[since..].iter().filter(|call| call.function == "orders/get").count();
        assert!(calls <= 3 + 2, "{calls}");
        world.sandbox.shop.faults().clear();
        read_once(&world).await;
        assert!(world.store().await.failing_since.is_none());
        daemon.stop().await;
    }
}
