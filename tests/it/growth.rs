//! Growth is bounded: in a day, by what a store may bring; over time, by what is kept for how long. What tells what is whose is
//! never dropped.

use std::{sync::Arc, time::Duration};

use cartum_roapp::{
    clock::Clock,
    db::{
        growth::{self, Kept},
        orders::OrderState,
    },
    sandbox::faults::Fault,
    sync,
};
use serde_json::json;

use crate::{
    store_side::{few, in_state, read_once, sql, topics},
    support::{eventually, world::World},
};

async fn count(world: &World, what: &str) -> i64 {
    let statement = format!("SELECT count(*) FROM {what}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).fetch_one(world.database.pool()).await.unwrap()
}

async fn drop_older(world: &World, kept: Kept) -> i64 {
    let day = Duration::from_hours(24);
    growth::drop_older(world.database.pool(), kept, day, || async { true }).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_rows_that_are_no_orders_a_few_are_kept_with_one_notice() {
    let world = World::imported_already(few(6)).await;
    let before = world.orders().await.len();
    let page = |from: usize| {
        let rows: Vec<_> = (from..from + 3_000).map(|nth| json!({"title": format!("no order {nth}")})).collect();
        Fault::RefuseWith(200, json!({"status": "OK", "response": {"orders": rows}}).to_string())
    };
    // Another page each time.
    for nth in 0..3 {
        world.sandbox.shop.faults().add("orders/get", page(nth * 3_000), 0, 1);
        let daemon = world.daemon_with(&[("SYNC__POLL_INTERVAL", "1h")]);
        read_once(&world).await;
        daemon.stop().await;
    }
    let kept = count(&world, "stray_row").await;
    assert!((1..=200).contains(&kept), "{kept} rows are kept");
    assert_eq!(topics(&world).await.iter().filter(|topic| *topic == "stray rows").count(), 1);
    assert_eq!(world.orders().await.len(), before);

    // The next day brings some more, and after a month they are gone.
    sql(&world, "UPDATE intake_day SET day = day - 1").await;
    sql(&world, "UPDATE stray_row SET seen_at = seen_at - interval '2 days'").await;
    world.sandbox.shop.faults().add("orders/get", page(9_000), 0, 1);
    let daemon = world.daemon_with(&[("SYNC__POLL_INTERVAL", "1h")]);
    read_once(&world).await;
    daemon.stop().await;
    let more = count(&world, "stray_row").await;
    assert!(more > kept && more <= kept + 200, "{more} after {kept}");
    assert_eq!(drop_older(&world, Kept::StrayRows).await, kept);
    assert_eq!(count(&world, "stray_row").await, more - kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_comes_back_is_no_new_one() {
    let world = World::imported_already(few(8)).await;
    let number = world.orders().await.into_iter().find(|order| order.state == OrderState::Synced).unwrap().number.get();
    let daemon = world.daemon();
    let comment = |text: &str| {
        world.sandbox.shop.edit(|shop| text.clone_into(&mut shop.orders.get_mut(&number).unwrap().comment));
    };
    let first = world.sandbox.shop.data().orders[&number].comment.clone();
    let before = count(&world, "version").await;
    let mut last = in_state(&world, number, OrderState::Synced).await.version;
    for text in ["ring twice", first.as_str(), "ring twice", first.as_str()] {
        comment(text);
        last = eventually("the next version in RO App", || async {
            let order = in_state(&world, number, OrderState::Synced).await;
            (order.version != last).then_some(order.version)
        })
        .await;
    }
    daemon.stop().await;
    assert_eq!(count(&world, "version").await, before + 1, "two versions, however often they take turns");
    let data = world.sandbox.roapp.data();
    let made = world.orders().await.into_iter().find(|order| order.number.get() == number).unwrap().work_order.unwrap();
    assert!(!data.orders[&made].manager_notes.contains("ring twice"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_store_that_changes_its_orders_each_time_only_the_newest_versions_are_kept() {
    let world = World::imported_already(few(8)).await;
    let orders = world.orders().await;
    let polls = || async {
        for nth in 0..3 {
            world.sandbox.shop.edit(|shop| {
                for order in shop.orders.values_mut() {
                    order.comment = format!("view {nth} of {:?}", tokio::time::Instant::now());
                }
            });
            let daemon = world.daemon_with(&[("SYNC__POLL_INTERVAL", "1h")]);
            read_once(&world).await;
            for order in orders.iter().filter(|order| order.state == OrderState::Synced) {
                in_state(&world, order.number.get(), OrderState::Synced).await;
            }
            daemon.stop().await;
            sql(&world, "UPDATE version SET seen_at = seen_at - interval '1 hour'").await;
        }
    };
    polls().await;
    assert!(
        count(&world, "version").await > 2 * i64::try_from(orders.len()).unwrap(),
        "nothing is dropped on a usual day"
    );
    assert_eq!(topics(&world).await, [""; 0]);

    sql(&world, "UPDATE intake_day SET changed = 5000").await;
    polls().await;
    let most = 2 * i64::try_from(orders.len()).unwrap();
    let kept = count(&world, "version").await;
    assert!(kept <= most, "{kept} versions of {} orders", orders.len());
    assert_eq!(topics(&world).await, ["changes"]);

    // The next day is judged anew.
    sql(&world, "UPDATE intake_day SET day = day - 1").await;
    polls().await;
    assert_eq!(topics(&world).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nothing_depends_on_is_dropped_when_it_is_old_and_all_else_is_kept() {
    let world = World::imported_already(few(12)).await;
    let number = world.orders().await.into_iter().find(|order| order.state == OrderState::Synced).unwrap().number.get();
    let daemon = world.daemon();
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().comment = "ring twice".into());
    eventually("the change in RO App", || async {
        let data = world.sandbox.roapp.data();
        data.orders.values().any(|order| order.manager_notes.contains("ring twice")).then_some(())
    })
    .await;
    in_state(&world, number, OrderState::Synced).await;
    daemon.stop().await;
    // One call has no answer, one notice is open.
    sql(
        &world,
        "INSERT INTO notice (account_id, topic, about, said, cleared_at) VALUES (1, 'a', '', '{}', now()), (1, 'b', '', '{}', NULL)",
    )
    .await;
    sql(
        &world,
        "UPDATE journal SET state = 'sent', settled_at = NULL WHERE id = (SELECT max(id) FROM journal WHERE kind = 'line')",
    )
    .await;
    let every = [Kept::Journal, Kept::Versions, Kept::History, Kept::Notices, Kept::StrayRows];
    for kept in every {
        assert_eq!(drop_older(&world, kept).await, 0, "{kept:?} are young");
    }

    let identity = || async {
        let mut counts = Vec::new();
        for table in ["store_order", "work_order", "link", "line"] {
            counts.push(count(&world, table).await);
        }
        counts
    };
    let before = identity().await;
    let orders = count(&world, "store_order").await;
    let made = count(&world, "journal WHERE kind = 'work_order'").await;
    sql(&world, "UPDATE version SET seen_at = seen_at - interval '2 days'").await;
    sql(&world, "UPDATE history SET at = at - interval '2 days'").await;
    sql(
        &world,
        "UPDATE journal SET sent_at = sent_at - interval '2 days', settled_at = settled_at - interval '2 days'",
    )
    .await;
    sql(
        &world,
        "UPDATE notice SET raised_at = raised_at - interval '2 days', cleared_at = cleared_at - interval '2 days'",
    )
    .await;
    for kept in every {
        drop_older(&world, kept).await;
    }
    assert_eq!(count(&world, "version").await, orders, "the newest of each order");
    assert_eq!(count(&world, "history").await, 0);
    assert_eq!(count(&world, "notice").await, 1, "the open one");
    assert_eq!(count(&world, "journal").await, made + 1, "what made work orders, and the call without an answer");
    assert_eq!(identity().await, before);

    // It goes on as if nothing had been.
    sql(&world, "UPDATE journal SET state = 'done', settled_at = now() WHERE state = 'sent'").await;
    let work_orders = world.sandbox.roapp.data().orders.len();
    let daemon = world.daemon();
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().comment = "ring thrice".into());
    eventually("the next change in RO App", || async {
        let data = world.sandbox.roapp.data();
        data.orders.values().any(|order| order.manager_notes.contains("ring thrice")).then_some(())
    })
    .await;
    daemon.stop().await;
    assert_eq!(world.sandbox.roapp.data().orders.len(), work_orders);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_stay_young_keep_no_others() {
    let world = World::imported_already(few(3)).await;
    // More young rows than one statement looks at, then an old one.
    sql(
        &world,
        "INSERT INTO version (order_id, fingerprint, raw, seen_at)
         SELECT (SELECT min(id) FROM store_order), '', '{}', now() - interval '2 days' * (nth / 5000)
         FROM generate_series(1, 5000) nth ORDER BY nth",
    )
    .await;
    sql(
        &world,
        "INSERT INTO history (order_id, what, at)
         SELECT (SELECT min(id) FROM store_order), '{\"code\": \"seen\"}', now() - interval '2 days' * (nth / 5000)
         FROM generate_series(1, 5000) nth ORDER BY nth",
    )
    .await;
    sql(
        &world,
        "INSERT INTO notice (account_id, topic, about, said, raised_at, cleared_at)
         SELECT 1, 'a', '', '{}', now() - interval '2 days' * (nth / 5000), now() - interval '2 days' * (nth / 5000)
         FROM generate_series(1, 5000) nth ORDER BY nth",
    )
    .await;
    sql(
        &world,
        "INSERT INTO journal (account_id, order_id, kind, key, sign, state, look_from, sent_at, settled_at)
         SELECT 1, (SELECT min(id) FROM store_order), 'line', '', '{}', 'done', now(),
             now() - interval '2 days' * (nth / 5000), now() - interval '2 days' * (nth / 5000)
         FROM generate_series(1, 5000) nth ORDER BY nth",
    )
    .await;
    for kept in [Kept::Versions, Kept::History, Kept::Notices, Kept::Journal] {
        assert_eq!(drop_older(&world, kept).await, 1, "{kept:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upkeep_that_breaks_off_is_begun_again_on_the_same_day() {
    let world = World::imported_already(few(3)).await;
    sql(
        &world,
        "INSERT INTO version (order_id, fingerprint, raw, seen_at)
         SELECT min(id), '', '{}', now() - interval '60 days' FROM store_order",
    )
    .await;
    let before = count(&world, "version").await;
    sql(&world, "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END'").await;
    sql(&world, "CREATE TRIGGER fail BEFORE DELETE ON version FOR EACH ROW EXECUTE FUNCTION fail()").await;
    let upkeep = || {
        let engine = world.engine_by(Clock::System, &world.database, &[("RETENTION__HOUR", "0")]);
        (engine.stop.clone(), tokio::spawn(sync::upkeep(Arc::new(engine))))
    };
    let (stop, task) = upkeep();
    eventually("the upkeep", || async { (count(&world, "upkeep").await > 0).then_some(()) }).await;
    stop.request();
    task.await.unwrap();
    assert_eq!(count(&world, "version").await, before);

    sql(&world, "DROP TRIGGER fail ON version").await;
    let (stop, task) = upkeep();
    eventually("the old version's end", || async { (count(&world, "version").await < before).then_some(()) }).await;
    stop.request();
    task.await.unwrap();
}

#[tokio::test]
async fn the_upkeep_of_a_day_is_done_once() {
    let world = World::new(few(1)).await;
    let pool = world.database.pool();
    let hour = 0;
    assert!(growth::begin_of_day(pool, hour).await.unwrap(), "never done");
    assert!(!growth::begin_of_day(pool, hour).await.unwrap(), "another does it");
    growth::end_of_day(pool, false).await.unwrap();
    assert!(growth::begin_of_day(pool, hour).await.unwrap(), "it was broken off");
    sql(&world, "UPDATE upkeep SET claimed_until = claimed_until - interval '1 hour'").await;
    assert!(growth::begin_of_day(pool, hour).await.unwrap(), "whoever did it is gone");
    growth::end_of_day(pool, true).await.unwrap();
    assert!(!growth::begin_of_day(pool, hour).await.unwrap(), "done today");
    sql(&world, "UPDATE upkeep SET done_at = done_at - interval '1 day'").await;
    assert!(growth::begin_of_day(pool, hour).await.unwrap(), "done yesterday");
    assert!(!growth::begin_of_day(pool, hour).await.unwrap());
}
