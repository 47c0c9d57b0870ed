//! Orders that are on their way at the same time: what is written of one is verified while another goes on.

use cartum_roapp::{
    db::orders::OrderState,
    domain::{ids::ProductId, store::StoreState},
    sandbox::{
        faults::Fault,
        roapp::{Call, SeedProduct},
    },
};

use crate::{
    execution::paused,
    long_orders::{buy, lines_of},
    store_side::{few, history, in_state, order, topics},
    support::{
        eventually,
        followed::line,
        world::{Daemon, World},
    },
};

/// A daemon that has patience with a call without an answer.
fn patient(world: &World) -> Daemon {
    world.daemon_with(&[("ROAPP__REQUEST_TIMEOUT", "5m"), ("SYNC__LEASE_TIME", "10m")])
}

/// A new order of so many lines of a product of its own; its number, and the call that adds one of its lines, as faults name it.
fn buy_own(world: &World, article: &str, lines: i64) -> (i64, String) {
    let number = buy(&world.sandbox.shop, lines);
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&number).unwrap();
        order.lines = (1..=lines).map(|nth| line(nth, article, 100, 1)).collect();
    });
    let product =
        SeedProduct { title: article.into(), article: article.into(), category_id: 5, ..SeedProduct::default() };
    let product: i64 = world.sandbox.roapp.staff().add_product(product);
    (number, format!("POST /v2/orders/{{id}}/items {}", ProductId::new(product)))
}

/// Waits for a call that has no answer.
async fn unanswered(world: &World, what: &str, is_it: impl Fn(&Call) -> bool) -> Call {
    let look = async || world.sandbox.roapp.calls().into_iter().find(|call| call.status == 0 && is_it(call));
    eventually(what, look).await
}

fn is_line(call: &Call) -> bool {
    call.name() == "POST /v2/orders/{id}/items"
}

/// The list that what is written is verified with.
fn is_verification(call: &Call) -> bool {
    call.query.iter().any(|(name, value)| name == "sort" && value == "-modified_at")
}

/// A new order that is wholly in RO App, whose list does not answer until the faults are cleared; its number, and the daemon.
async fn written_and_not_verified(world: &World) -> (i64, Daemon) {
    let faults = world.sandbox.roapp.faults();
    let (number, its_line) = buy_own(world, "FIRST", 2);
    faults.add(&its_line, Fault::Held, 1, 1);
    let daemon = patient(world);
    unanswered(world, "a line of the first order", is_line).await;
    faults.clear();
    faults.add("GET /v2/orders", Fault::Held, 0, 1);
    unanswered(world, "the verification", is_verification).await;
    (number, daemon)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_order_is_verified_before_a_long_one_that_began_with_it_has_ended() {
    let world = World::imported_already(few(8)).await;
    let (long, its_line) = buy_own(&world, "LONG", 15);
    let (small, _) = buy_own(&world, "SMALL", 2);
    world.sandbox.roapp.faults().add(&its_line, Fault::Held, 3, 1);
    let daemon = patient(&world);
    let held = unanswered(&world, "a line of the long order", is_line).await;
    in_state(&world, small, OrderState::Synced).await;
    assert_eq!(order(&world, long).await.state, OrderState::Waiting);
    let still = unanswered(&world, "the same line", is_line).await;
    assert_eq!(still, held);

    // One that is placed only now does not wait for it either.
    let (later, _) = buy_own(&world, "LATER", 2);
    in_state(&world, later, OrderState::Synced).await;
    assert_eq!(unanswered(&world, "the same line", is_line).await, held);

    world.sandbox.roapp.faults().clear();
    in_state(&world, long, OrderState::Synced).await;
    daemon.stop().await;
    let posted = world.sandbox.roapp.calls().iter().filter(|call| call.name() == "POST /v2/orders").count();
    assert_eq!(posted, 3, "each work order was made once");
    assert_eq!(lines_of(&world, long).await, Some(15));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_begins_while_another_is_verified_is_taken_for_nobodys_change() {
    let world = World::imported_already(few(8)).await;
    let faults = world.sandbox.roapp.faults();
    let (first, daemon) = written_and_not_verified(&world).await;

    let (second, its_line) = buy_own(&world, "SECOND", 4);
    faults.add(&its_line, Fault::Held, 2, 1);
    unanswered(&world, "a line of the second order", is_line).await;
    assert_eq!(order(&world, first).await.state, OrderState::Waiting);
    assert_eq!(unanswered(&world, "the verification", is_verification).await.status, 0);

    // The list is answered now and shows the second order half written.
    faults.clear();
    faults.add(&its_line, Fault::Held, 0, 1);
    in_state(&world, first, OrderState::Synced).await;
    unanswered(&world, "the next line of the second order", is_line).await;
    assert_eq!(order(&world, second).await.state, OrderState::Waiting);
    faults.clear();
    in_state(&world, second, OrderState::Synced).await;
    daemon.stop().await;

    for number in [first, second] {
        let told = history(&world, number).await;
        assert!(!told.iter().any(|what| what.contains("in RO App")), "{told:?}");
        assert!(told.iter().any(|what| what.starts_with("synced")), "{told:?}");
    }
    assert_eq!(topics(&world).await, Vec::<String>::new());
    let data = world.sandbox.roapp.data();
    let work_order = order(&world, second).await.work_order.unwrap();
    assert_eq!(data.orders[&work_order].items.len(), 4);
}

/// A new order of a product that RO App does not take any more; its number.
fn buy_refused(world: &World, article: &str) -> i64 {
    let (number, _) = buy_own(world, article, 1);
    let product = world.sandbox.roapp.data().products.values().find(|product| product.article == article).unwrap().id;
    world.sandbox.roapp.staff().archive_product(product);
    number
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_that_ro_app_takes_between_others_that_it_refuses_keep_the_store_from_being_paused() {
    let world = World::imported_already(few(8)).await;
    for nth in 0..12 {
        buy_refused(&world, &format!("ARCH-{nth}"));
        buy_own(&world, &format!("TAKEN-{nth}"), 1);
    }
    let daemon = world.daemon();
    let ended = async || {
        let (orders, store) = (world.orders().await, world.store().await);
        assert_eq!((store.state, store.reason), (StoreState::Active, None));
        let count = |state| orders.iter().filter(|order| order.state == state).count();
        (count(OrderState::Waiting) == 0 && count(OrderState::Failed) == 12).then_some(())
    };
    eventually("the end of all orders", ended).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_ro_app_took_before_it_refused_others_does_not_break_their_row_when_it_is_verified() {
    let world = World::imported_already(few(8)).await;
    let (taken, daemon) = written_and_not_verified(&world).await;
    for nth in 1..=3 {
        in_state(&world, buy_refused(&world, &format!("ARCH-{nth}")), OrderState::Failed).await;
    }
    assert_eq!(order(&world, taken).await.state, OrderState::Waiting);
    world.sandbox.roapp.faults().clear();
    in_state(&world, taken, OrderState::Synced).await;
    for nth in 4..=5 {
        in_state(&world, buy_refused(&world, &format!("ARCH-{nth}")), OrderState::Failed).await;
    }
    paused(&world).await;
    daemon.stop().await;
}
