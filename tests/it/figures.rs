//! Figures that are measured and printed, not judged: `cargo test --test it -- --ignored --nocapture figures`.

#![expect(clippy::print_stdout, reason = "they are there to print")]

mod hundred_thousand;

use std::{collections::BTreeMap, time::Duration};

use cartum_roapp::{
    clock::Clock,
    db::orders::OrderState,
    sandbox::{cartum::Shop, faults::Fault},
};
use sqlx::Row;
use tokio::time::Instant;

use crate::{
    long_orders::{buy, lines_of},
    store_side::few,
    support::{eventually_within, world::World},
};

/// When a shop was asked for new orders.
fn polls(shop: &Shop) -> Vec<chrono::DateTime<chrono::Utc>> {
    let calls = shop.calls().into_iter();
    calls.filter(|call| call.function == "orders/get" && call.body["offset"] == 0).map(|call| call.at).collect()
}

/// Bytes and records of the log, whole pages in it, then rows written by table, bytes by table.
async fn written(world: &World) -> ([i64; 3], BTreeMap<String, (i64, i64)>) {
    let pool = world.database.pool();
    let log =
        sqlx::query("SELECT wal_bytes::bigint, wal_records, wal_fpi FROM pg_stat_wal").fetch_one(pool).await.unwrap();
    let tables = "SELECT relname::text, n_tup_ins + n_tup_upd + n_tup_del, pg_total_relation_size(relid) FROM pg_stat_user_tables";
    let tables = sqlx::query(tables).fetch_all(pool).await.unwrap();
    let tables = tables.into_iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect();
    ([log.get(0), log.get(1), log.get(2)], tables)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes five minutes and only prints"]
async fn bytes_that_an_idle_poll_writes() {
    let world = World::imported_already(few(300)).await;
    let daemon = world.daemon();
    let asked = || polls(&world.sandbox.shop).len();
    let reach = async |count: usize| {
        eventually_within(Duration::from_mins(20), "the polls", async || (asked() >= count).then_some(())).await;
    };
    // What is done once an hour is done.
    reach(asked() + 5).await;
    // Statistics of tables come with a delay.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let called = || world.sandbox.roapp.calls();
    let (before, count, since) = (written(&world).await, asked(), called().len());
    reach(count + 200).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (after, count) = (written(&world).await, i64::try_from(asked() - count).unwrap());
    let mut calls = BTreeMap::<String, usize>::new();
    for call in &called()[since..] {
        *calls.entry(call.name()).or_default() += 1;
    }
    daemon.stop().await;
    println!("calls to RO App: {calls:?}");
    let [bytes, records, pages] = [0, 1, 2].map(|at| after.0[at] - before.0[at]);
    println!("{count} polls: {bytes} bytes of WAL, {} a poll; {records} records, {pages} whole pages", bytes / count);
    for (table, (rows, size)) in &after.1 {
        let (rows_before, size_before) = before.1[table];
        if *rows != rows_before || *size != size_before {
            println!("{table}: {} rows written, {} bytes larger", rows - rows_before, size - size_before);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes five minutes and only prints"]
async fn seconds_that_others_wait_beside_an_order_of_500_lines() {
    const RATE: f64 = 2.5;
    let world = World::new(few(8)).await;
    let second = world.neighbour(8).await;
    second.both_imported().await.stop().await;
    world.set_rate(RATE).await;
    let daemon = world.daemon_with(&[("SYNC__POLL_INTERVAL", "10s"), ("SYNC__LEASE_TIME", "30s")]);
    let long = buy(&world.sandbox.shop, 500);
    let limit = Duration::from_mins(15);
    eventually_within(limit, "the first line", async || lines_of(&world, long).await.filter(|lines| *lines > 0)).await;
    let (began, since) = (Instant::now(), Clock::System.now());
    let (own, other) = (buy(&world.sandbox.shop, 1), buy(&second.shop, 1));
    let synced = async |number: i64| {
        let orders = world.orders().await;
        orders.into_iter().any(|order| order.number.get() == number && order.state == OrderState::Synced).then_some(())
    };
    let own = async {
        eventually_within(limit, "the own order", || synced(own)).await;
        println!("an order of the same store was there after {:.1} s", began.elapsed().as_secs_f64());
    };
    let other = async {
        second.synced(other).await;
        println!("an order of the other store was there after {:.1} s", began.elapsed().as_secs_f64());
    };
    tokio::join!(own, other);
    eventually_within(limit, "the long order", || synced(long)).await;
    println!("the order of 500 lines was there after {:.1} s", began.elapsed().as_secs_f64());
    daemon.stop().await;
    for (name, shop) in [("own", &world.sandbox.shop), ("other", &second.shop)] {
        let polls: Vec<_> = polls(shop).into_iter().filter(|at| *at > since).collect();
        let gaps = polls.windows(2).map(|pair| (pair[1] - pair[0]).num_milliseconds());
        println!("{name} store: {} polls every 10 s, the longest gap {} ms", polls.len(), gaps.max().unwrap_or(0));
    }
}

/// Imports 100 orders with so many at once and answers that take this long, under a limit of so many calls a second: the calls, and the
/// time. What verifies is counted by itself, and so is the watch, which depends on the time alone.
async fn imports(orders_at_once: &str, rate: f64, answer: Duration) {
    let world = World::new(few(100)).await;
    world.set_rate(rate).await;
    world.sandbox.roapp.faults().add("*", Fault::Slow(answer), 0, u32::MAX);
    world.import().await;
    let began = Instant::now();
    let daemon = world.daemon_with(&[("SYNC__ORDERS_AT_ONCE", orders_at_once), ("SYNC__POLL_INTERVAL", "1m")]);
    world.imported().await;
    let took = began.elapsed();
    daemon.stop().await;
    let mut calls = BTreeMap::<String, usize>::new();
    for call in world.sandbox.roapp.calls() {
        let sort = call.query.iter().find(|(name, _)| name == "sort").map_or("", |(_, by)| by);
        *calls.entry([&call.name(), " ", sort].concat().trim().to_owned()).or_default() += 1;
    }
    let (all, orders) = (calls.values().sum::<usize>(), world.orders().await.len());
    let per_second = f64::from(u32::try_from(all).unwrap()) / took.as_secs_f64();
    println!(
        "{orders_at_once} at once: {orders} orders, {all} calls in {took:?}, {per_second:.1} a second of {rate}: {calls:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes and only prints"]
async fn calls_of_an_import_with_one_order_and_with_four_at_once() {
    imports("1", 25.0, Duration::from_millis(100)).await;
    imports("4", 25.0, Duration::from_millis(100)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes and only prints"]
async fn calls_of_an_import_at_the_usual_rate() {
    tokio::join!(
        imports("1", 2.5, Duration::from_millis(400)),
        imports("4", 2.5, Duration::from_millis(400)),
        imports("4", 2.5, Duration::from_secs(1))
    );
}
