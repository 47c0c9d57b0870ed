//! `sync`, `order retry` and `order resync`, beside a daemon that runs.

use std::{collections::BTreeSet, time::Duration};

use cartum_roapp::sandbox::faults::Fault;
use chrono::Days;
use serde_json::Value;

use super::world::World;
use crate::support::{Running, eventually};

/// A store that was imported, and the daemon that goes on with it.
pub(super) async fn imported() -> (World, Running) {
    imported_with(&[]).await
}

/// The same with other settings of the daemon.
pub(super) async fn imported_with(settings: &[(&str, &str)]) -> (World, Running) {
    let world = World::with_store().await;
    let daemon = import(&world, settings).await;
    (world, daemon)
}

async fn import(world: &World, settings: &[(&str, &str)]) -> Running {
    let variables: Vec<_> =
        settings.iter().map(|(name, value)| (format!("CARTUM_ROAPP__{name}"), (*value).to_owned())).collect();
    world.ok(&["store", "import", "My shop", "--yes"]).await;
    let daemon = world.program.start_with(&["run"], &variables);
    eventually("the import", || async {
        let shown = world.json(&["store", "show", "My shop"]).await;
        (!shown["import"]["finished_at"].is_null()).then_some(())
    })
    .await;
    daemon
}

async fn rows(world: &World) -> Vec<Value> {
    world.json(&["order", "list"]).await.as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn sync_with_wait_reads_the_store_now_and_tells_what_changed() {
    let (world, daemon) = imported().await;
    assert_eq!(world.ok(&["sync", "My shop", "--wait"]).await.trim(), "nothing changed");
    let number = world.shop.place_order();
    let told = world.ok(&["sync", "My shop", "--wait"]).await;
    assert!(
        told.contains(&number.to_string()) && told.contains("synced: total") && told.contains("work order created"),
        "{told}"
    );
    let made = world.roapp.data().orders.into_values().max_by_key(|order| order.id).unwrap();
    assert!(told.contains(&made.number), "work orders by RO App's number: {told}");
    assert!(world.ok(&["sync", "main/My shop"]).await.contains("will read \"My shop\" next"));

    world.shop.set_password("another-password");
    world.shop.kill_tokens();
    let refused = world.refused(&["sync", "My shop", "--wait"]).await;
    assert!(refused.contains("could not be read") && refused.contains("login"), "{refused}");
    drop(daemon);
}

#[tokio::test(flavor = "multi_thread")]
async fn sync_with_wait_waits_for_older_orders_too_and_ends_where_ro_app_is_away() {
    let (world, daemon) = imported().await;
    let rows = rows(&world).await;
    let number = rows.iter().filter(|row| row["state"] == "synced").map(|row| row["number"].as_i64().unwrap()).min();
    let number = number.unwrap();
    world.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().comment = "please hurry".into());
    // New orders are there long before that one is asked for.
    world.shop.faults().add(&format!("orders/get {number}"), Fault::Slow(Duration::from_secs(1)), 0, 1);
    let told = world.ok(&["sync", "My shop", "--wait"]).await;
    assert!(told.contains(&number.to_string()) && told.contains("changed in the store"), "{told}");

    world.roapp.faults().add("*", Fault::Refuse(503), 0, u32::MAX);
    world.shop.place_order();
    let refused = world.refused(&["sync", "My shop", "--wait"]).await;
    assert!(
        refused.contains("1 orders wait until the account \"main\" works again") && refused.contains("503"),
        "{refused}"
    );
    drop(daemon);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_not_worked_says_why_instead_of_waiting_for_ever() {
    let world = World::with_store().await;
    let draft = world.refused(&["sync", "My shop"]).await;
    assert!(draft.contains("draft") && draft.contains("store import"), "{draft}");
    world.ok(&["store", "import", "My shop", "--yes"]).await;
    world.ok(&["store", "pause", "My shop"]).await;
    let paused = world.refused(&["sync", "My shop", "--wait"]).await;
    assert!(paused.contains("paused by hand") && paused.contains("store resume"), "{paused}");
    let unknown = world.refused(&["sync", "Elsewhere"]).await;
    assert!(unknown.contains("My shop"), "{unknown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn retry_and_resync_take_numbers_states_and_days_and_answer_order_by_order() {
    let (world, daemon) = imported().await;
    let all = rows(&world).await;
    let synced: Vec<_> = all.iter().filter(|row| row["state"] == "synced").collect();
    let (one, two) = (synced[0]["number"].to_string(), synced[1]["number"].to_string());
    let left = world.ok(&["order", "retry", "My shop", &one]).await;
    assert!(left.contains(&format!("order {one}: stays synced")), "{left}");
    assert!(world.ok(&["order", "retry", "My shop"]).await.contains("no matching orders"));

    let done = world.ok(&["order", "resync", "My shop", &one, &two, "--wait"]).await;
    assert!(done.contains(&format!("order {one}: synced -> queued")) && done.contains("synced: total"), "{done}");
    let day = &synced[0]["placed_at"].as_str().unwrap()[..10];
    let by_day = world.ok(&["order", "resync", "My shop", "--from", day, "--state", "synced", "--wait"]).await;
    assert!(by_day.contains("synced -> queued"), "{by_day}");

    // An order that is not wanted is asked for all the same.
    let excluded = all.iter().find(|row| row["state"] == "excluded").map(|row| row["number"].to_string());
    let fetched = excluded.unwrap_or_else(|| one.clone());
    let gets = || world.shop.calls().iter().filter(|call| call.function == "orders/get").count();
    let before = gets();
    let told = world.ok(&["order", "resync", "My shop", &fetched, "--fetch", "--wait"]).await;
    assert!(told.contains(&format!("order {fetched}: ")), "{told}");
    eventually("the store to be asked", || async { (gets() > before).then_some(()) }).await;

    // What changed in the shop a moment ago is read and written before the answer.
    let order: i64 = two.parse().unwrap();
    world.shop.edit(|shop| shop.orders.get_mut(&order).unwrap().comment = "ring twice".into());
    let told = world.ok(&["order", "resync", "My shop", &two, "--fetch", "--wait"]).await;
    assert!(told.contains("notes and fields changed"), "{told}");

    let bare = world.refused(&["order", "resync", "My shop"]).await;
    assert!(bare.contains("--state"), "{bare}");
    let unknown = world.refused(&["order", "retry", "My shop", &one, "999999"]).await;
    assert!(unknown.contains("999999") && unknown.contains("nothing changed"), "{unknown}");
    let wrong_day = world.run(&["order", "resync", "My shop", "--from", "yesterday"]).await;
    assert!(!wrong_day.success && wrong_day.stderr.contains("--from"), "{wrong_day:?}");
    drop(daemon);
}

/// The orders that an answer says are queued.
fn named(answer: &str) -> BTreeSet<i64> {
    let worked = answer.lines().filter(|line| line.ends_with("-> queued"));
    worked.map(|line| line.strip_prefix("order ").unwrap().split_once(": ").unwrap().0.parse().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn resync_takes_the_orders_of_a_whole_day_in_the_store_s_zone_and_no_other() {
    let world = World::with_store().await;
    let numbers: Vec<i64> = world.shop.data().orders.keys().copied().collect();
    let today = world.shop.data().orders.values().map(|order| order.placed_at.date()).max().unwrap();
    let day = |back: u64| today.checked_sub_days(Days::new(back)).unwrap();
    // In UTC the first of the day would belong to the day before.
    let moments = [(4, 23, 59), (3, 0, 1), (3, 23, 59), (2, 0, 1), (2, 12, 0)];
    world.shop.edit(|shop| {
        for (order, (back, hour, minute)) in shop.orders.values_mut().zip(moments) {
            order.placed_at = day(back).and_hms_opt(hour, minute, 0).unwrap();
            order.status = 1;
        }
    });
    let daemon = import(&world, &[]).await;
    let middle = day(3).to_string();
    let told = world.ok(&["order", "resync", "My shop", "--from", &middle, "--to", &middle]).await;
    assert_eq!(named(&told), numbers[1..3].iter().copied().collect(), "{told}");
    assert_eq!(told.lines().count(), 2, "{told}");
    drop(daemon);
}

#[tokio::test(flavor = "multi_thread")]
async fn retry_without_numbers_takes_what_failed_and_what_is_held_and_no_other() {
    let (world, daemon) = imported().await;
    daemon.kill_9();
    let numbers: Vec<i64> = world.shop.data().orders.keys().copied().collect();
    for (number, state) in numbers.iter().zip(["failed", "held", "gone", "removed"]) {
        sqlx::query("UPDATE store_order SET state = $2, reason = '{\"code\": \"gone\"}' WHERE number = $1")
            .bind(number)
            .bind(state)
            .execute(world.database.pool())
            .await
            .unwrap();
    }
    let told = world.ok(&["order", "retry", "My shop"]).await;
    assert_eq!(named(&told), numbers[..2].iter().copied().collect(), "{told}");
    assert_eq!(told.lines().count(), 2, "{told}");
    let waiting = world.json(&["order", "list", "--state", "waiting"]).await;
    assert_eq!(waiting.as_array().unwrap().len(), 2, "{waiting}");
}
