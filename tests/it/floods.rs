//! A store that sends more than any shop has: large rows, ever new orders. What it may bring in a day is bounded, and what is
//! already known goes on.

use cartum_roapp::{db::orders::OrderState, sandbox::faults::Fault};
use serde_json::json;

use crate::{
    store_side::{brought_today, few, in_state, oldest, read_once, sql, topics},
    support::{eventually, world::World},
};

const SLOW: [(&str, &str); 1] = [("SYNC__POLL_INTERVAL", "1h")];

async fn number(world: &World, statement: &'static str) -> i64 {
    sqlx::query_scalar(statement).fetch_one(world.database.pool()).await.unwrap()
}

/// Has a daemon read the store once.
async fn read(world: &World) {
    let daemon = world.daemon_with(&SLOW);
    read_once(world).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_order_that_changes_counts_as_many_small_ones() {
    let world = World::imported_already(few(6)).await;
    let changing = oldest(&world).await;
    brought_today(&world, "changed", 4_500).await;
    sql(&world, "INSERT INTO history (order_id, what) SELECT id, '{\"code\": \"changed\"}' FROM store_order, generate_series(1, 500)")
        .await;
    let change = |text: &str| {
        world.sandbox.shop.edit(|shop| shop.orders.get_mut(&changing).unwrap().comment = text.to_owned());
    };
    change("ring twice");
    read(&world).await;
    assert_eq!(topics(&world).await, [""; 0], "one small order");

    change(&"ring twice ".repeat(500_000));
    read(&world).await;
    assert_eq!(topics(&world).await, ["changes"]);
    let most =
        number(&world, "SELECT max(lines) FROM (SELECT count(*) AS lines FROM history GROUP BY order_id) h").await;
    let least =
        number(&world, "SELECT min(lines) FROM (SELECT count(*) AS lines FROM history GROUP BY order_id) h").await;
    assert!(most >= 500, "the history of the others is kept");
    assert!((200..=220).contains(&least), "{least} lines of the history are kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_large_rows_that_are_no_orders_only_the_beginning_is_kept_and_few() {
    let world = World::imported_already(few(6)).await;
    let page = |rows: Vec<serde_json::Value>| {
        Fault::RefuseWith(200, json!({"status": "OK", "response": {"orders": rows}}).to_string())
    };
    let large = |length: usize| "no order ".repeat(length / 9);
    let whole = json!({"title": large(200_000)});
    let rows = vec![
        whole.clone(),
        json!({"title": large(3_000_000)}),
        json!({"order_id": 990_077, "title": large(3_000_000)}),
    ];
    world.sandbox.shop.faults().add("orders/get", page(rows), 0, 1);
    read(&world).await;
    assert_eq!(number(&world, "SELECT count(*) FROM stray_row").await, 2);
    let most = number(&world, "SELECT max(length(raw::text))::bigint FROM stray_row").await;
    assert!(most < 300_000, "{most} bytes of a row");
    let kept = number(&world, "SELECT count(*) FROM stray_row WHERE raw->>'title' LIKE 'no order %'").await;
    assert_eq!(kept, 1, "what is not too large is kept whole");
    in_state(&world, 990_077, OrderState::Unreadable).await;
    let unreadable = number(
        &world,
        "SELECT length(v.raw::text)::bigint FROM version v JOIN store_order o ON o.version_id = v.id WHERE o.number = 990077",
    )
    .await;
    assert!(unreadable < 300_000, "{unreadable} bytes of an order that cannot be read");

    let rows = (0..30).map(|nth| json!({"nth": nth, "title": large(200_000)})).collect();
    world.sandbox.shop.faults().add("orders/get", page(rows), 0, 1);
    read(&world).await;
    let kept = number(&world, "SELECT sum(length(raw::text))::bigint FROM stray_row").await;
    assert!(kept < 2_000_000, "{kept} bytes of a day");
    assert!(number(&world, "SELECT count(*) FROM stray_row").await > 2, "the limit is not met yet");
    assert_eq!(topics(&world).await.iter().filter(|topic| *topic == "stray rows").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_rows_that_are_no_orders_so_many_are_kept_a_day() {
    let world = World::imported_already(few(6)).await;
    brought_today(&world, "stray", 197).await;
    let send = |from: i64| {
        let rows: Vec<_> = (from..from + 2_000).map(|nth| json!({"nth": nth})).collect();
        let page = json!({"status": "OK", "response": {"orders": rows}}).to_string();
        world.sandbox.shop.faults().add("orders/get", Fault::RefuseWith(200, page), 0, 1);
    };
    send(0);
    read(&world).await;
    assert_eq!(number(&world, "SELECT count(*) FROM stray_row").await, 3);
    send(5_000);
    read(&world).await;
    assert_eq!(number(&world, "SELECT count(*) FROM stray_row").await, 3, "the limit of the day is reached");
    let told = number(&world, "SELECT count(*) FROM notice WHERE said->>'code' = 'too-many-stray-rows'").await;
    assert_eq!(told, 1);
    sql(&world, "UPDATE intake_day SET day = day - 1").await;
    send(10_000);
    read(&world).await;
    assert_eq!(number(&world, "SELECT count(*) FROM stray_row").await, 203);
}

#[tokio::test(flavor = "multi_thread")]
async fn new_orders_beyond_the_days_limit_come_in_the_next_day_and_known_ones_go_on() {
    let world = World::imported_already(few(6)).await;
    let (known, before) = (oldest(&world).await, world.orders().await.len());
    brought_today(&world, "fresh", 199_998).await;
    for _ in 0..5 {
        world.sandbox.shop.place_order();
    }
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&known).unwrap().comment = "please call".into());
    read(&world).await;
    assert_eq!(world.orders().await.len(), before + 2);
    assert_eq!(topics(&world).await, ["new orders"]);
    let changed = number(&world, "SELECT changed FROM intake_day WHERE day = current_date").await;
    assert_eq!(changed, 1, "a change of an order that is known");
    read(&world).await;
    assert_eq!(world.orders().await.len(), before + 2);

    sql(&world, "UPDATE intake_day SET day = day - 1").await;
    read(&world).await;
    assert_eq!(world.orders().await.len(), before + 5);
    assert_eq!(topics(&world).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_of_more_orders_than_a_day_may_bring_is_finished_the_next_day() {
    let world = World::new(few(30)).await;
    brought_today(&world, "fresh", 199_990).await;
    world.import().await;
    let daemon = world.daemon();
    eventually("the notice", || async { topics(&world).await.contains(&"new orders".to_owned()).then_some(()) }).await;
    let store = world.store().await;
    assert!(store.listed_at.is_none() && store.failing_since.is_none());
    assert_eq!(world.orders().await.len(), 10);
    sql(&world, "UPDATE intake_day SET day = day - 1").await;
    world.imported().await;
    daemon.stop().await;
    assert_eq!(world.orders().await.len(), 30);
}
