//! Clocks and zones that are not as they should be: nothing missed, nothing twice.

use cartum_roapp::{
    admin,
    clock::{Clock, ManualClock},
    db::{clock_back, orders::OrderState, polls},
    domain::{scope, store::StoreState},
};
use chrono::{DateTime, Duration, Utc};
use chrono_tz::{Asia::Tokyo, Europe::Kyiv, Pacific::Honolulu, Tz};

use super::{few, polls as wait_for_polls, sql, topics};
use crate::support::{
    eventually,
    oracle::{self, Terms},
    world::World,
};

/// Connects, lets orders come before and after, and expects each in RO App exactly once.
async fn each_once(zone: Tz) {
    let world = World::with(few(8), |settings| settings.time_zone = zone).await;
    world.import_whole().await;
    let daemon = world.daemon();
    let mut placed = Vec::new();
    for _ in 0..3 {
        placed.push(world.sandbox.shop.place_order());
        wait_for_polls(&world, 1).await;
    }
    eventually("the new orders", || async {
        let orders = world.orders().await;
        let there = |number: &i64| orders.iter().any(|o| o.number.get() == *number && o.work_order.is_some());
        placed.iter().all(there).then_some(())
    })
    .await;
    daemon.stop().await;
    let marks: Vec<_> = world.sandbox.roapp.data().orders.into_values().map(|order| order.manager_notes).collect();
    let orders = world.orders().await;
    for order in orders.iter().filter(|order| order.work_order.is_some()) {
        let mark = format!("/{}]", order.number);
        assert_eq!(marks.iter().filter(|notes| notes.contains(&mark)).count(), 1, "{mark}");
    }
    assert_eq!(marks.len(), orders.iter().filter(|order| order.work_order.is_some()).count());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zone_set_hours_too_far_east_misses_and_doubles_nothing() {
    each_once(Tokyo).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zone_set_hours_too_far_west_misses_and_doubles_nothing() {
    each_once(Honolulu).await;
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A store that was connected at one moment gets orders at others.
async fn across(connected_at: DateTime<Utc>, moments: &[&str]) {
    let world = World::new(few(0)).await;
    let store = world.store().await;
    let mut tx = world.database.begin().await;
    polls::ask_import(&mut tx, &store, connected_at, scope::window_start(connected_at, 1, Kyiv)).await.unwrap();
    tx.commit().await.unwrap();
    let daemon = world.daemon();
    world.imported().await;
    for at in moments {
        let mut number = 0;
        world.sandbox.shop.edit(|shop| number = shop.place(utc(at)));
        // Delivered at once: only an order that counts as placed after the connection is taken.
        world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().status = 3);
        eventually(at, || async {
            world.orders().await.into_iter().find(|o| o.number.get() == number && o.work_order.is_some())
        })
        .await;
    }
    wait_for_polls(&world, 2).await;
    daemon.stop().await;
    assert_eq!(world.sandbox.roapp.data().orders.len(), moments.len());
    assert_eq!(world.store().await.state, StoreState::Active);
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_of_the_hour_that_autumn_repeats_come_each_once() {
    let moments = ["2026-10-25T00:45:00Z", "2026-10-25T01:10:00Z", "2026-10-25T01:50:00Z", "2026-10-25T02:05:00Z"];
    across(utc("2026-10-25T00:40:00Z"), &moments).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_around_the_hour_that_spring_skips_come_each_once() {
    let moments = ["2026-03-29T00:59:30Z", "2026-03-29T01:00:30Z", "2026-03-29T01:40:00Z"];
    across(utc("2026-03-29T00:59:00Z"), &moments).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watermark_from_a_clock_that_jumped_misses_nothing() {
    let world = World::imported_already(few(6)).await;
    for shift in [
        "UPDATE store SET watermark = watermark - interval '3 days'",
        "UPDATE store SET watermark = watermark + interval '1 day'",
    ] {
        sql(&world, shift).await;
        let number = world.sandbox.shop.place_order();
        let daemon = world.daemon();
        eventually("the new order", || async {
            world.orders().await.into_iter().find(|o| o.number.get() == number && o.work_order.is_some())
        })
        .await;
        daemon.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_clock_that_jumps_forth_and_back_by_days_misses_and_doubles_nothing() {
    let world = World::imported_already(few(6)).await;
    let clock = ManualClock::at(Clock::System.now());
    let ticking = tokio::spawn({
        let (clock, tick) = (clock.clone(), std::time::Duration::from_millis(20));
        async move {
            loop {
                tokio::time::sleep(tick).await;
                clock.advance(tick);
            }
        }
    });
    let daemon = world.daemon_by(clock.clone().into(), &world.database, &[]);
    for hours_off in [30, -60, 24 * 40, -24 * 40, 0] {
        clock.set(Clock::System.now() + Duration::hours(hours_off));
        let number = world.sandbox.shop.place_order();
        eventually(&format!("the order placed while the clock is {hours_off} hours off"), || async {
            world.orders().await.into_iter().find(|o| o.number.get() == number && o.state == OrderState::Synced)
        })
        .await;
    }
    daemon.stop().await;
    ticking.abort();
    oracle::check_import(&world, Terms::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_clock_that_was_set_back_by_days_puts_nothing_off() {
    let world = World::imported_already(few(6)).await;
    // What a process left behind that was killed while the clock was three days ahead.
    for left in [
        "UPDATE store SET next_poll_at = next_poll_at + interval '3 days'",
        "UPDATE pace SET next_at = next_at + interval '3 days'",
        "UPDATE account SET watch_at = watch_at + interval '3 days', lease_token = gen_random_uuid(),
             lease_holder = gen_random_uuid(), lease_expires_at = now() + interval '3 days'",
        "INSERT INTO process (id, version, expires_at, held, free)
             VALUES (gen_random_uuid(), '0', now() + interval '3 days', 1, 1)",
    ] {
        sql(&world, left).await;
    }
    let number = world.sandbox.shop.place_order();
    let daemon = world.program("one").start(&["run"]);
    eventually("the new order", || async {
        world.orders().await.into_iter().find(|o| o.number.get() == number && o.work_order.is_some())
    })
    .await;
    wait_for_polls(&world, 2).await;
    assert_eq!(daemon.stdout().matches("the database's clock was set back").count(), 1, "{}", daemon.stdout());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_is_to_work_is_no_sign_of_a_clock_that_was_set_back() {
    let world = World::new(few(6)).await;
    let pool = world.database.pool();
    let right = (std::time::Duration::from_mins(5), std::time::Duration::from_hours(6));
    let fixed = async || clock_back::set_right(pool, right, std::time::Duration::from_secs(30)).await.unwrap();
    let daemon = world.daemon_with(&[("SYNC__POLL_INTERVAL", "5m")]);
    let rests = async || {
        eventually("an account that nobody works", async || {
            let rests = "SELECT count(*) FROM account WHERE lease_token IS NULL AND due_at = 'infinity'";
            (sqlx::query_scalar::<_, i64>(rests).fetch_one(pool).await.unwrap() == 1).then_some(())
        })
        .await;
    };
    rests().await;
    assert_eq!(fixed().await, 0, "a draft");
    world.import().await;
    world.imported().await;
    admin::pause(pool, &world.store().await, &cartum_roapp::admin::By::CommandLine).await.unwrap();
    wake(&world).await;
    rests().await;
    assert_eq!(fixed().await, 0, "a paused store");
    // The next try of a login that was refused, before somebody paused the store.
    sql(&world, "UPDATE store SET next_poll_at = now() + interval '6 hours', resume_state = 'needs_credentials'").await;
    assert_eq!(fixed().await, 0, "a store that was paused while it waited for its credentials");
    admin::resume(pool, &world.store().await, &cartum_roapp::admin::By::CommandLine).await.unwrap();
    world.edit(|settings| settings.enabled = false).await;
    wake(&world).await;
    rests().await;
    assert_eq!(fixed().await, 0, "a store that is switched off");
    world.edit(|settings| settings.enabled = true).await;
    daemon.stop().await;
    sql(&world, "UPDATE store SET state = 'active', next_poll_at = now() + interval '3 days'").await;
    assert_eq!(fixed().await, 1, "and a clock that was set back is seen");
}

async fn wake(world: &World) {
    sql(world, "UPDATE account SET due_at = now() WHERE lease_token IS NULL").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_that_differ_from_the_stores_and_ro_apps_raise_notices_that_clear_themselves() {
    let world = World::imported_already(few(6)).await;
    let daemon = world.daemon();
    wait_for_polls(&world, 1).await;
    assert!(topics(&world).await.is_empty());
    world.sandbox.shop.set_clock_ahead(Duration::minutes(5).num_seconds());
    eventually("the store's notice", || async { (topics(&world).await == ["clock"]).then_some(()) }).await;
    world.sandbox.roapp.set_clock_ahead(-Duration::hours(2).num_seconds());
    eventually("the account's notice", || async {
        world.sandbox.shop.place_order();
        wait_for_polls(&world, 1).await;
        (topics(&world).await == ["clock", "clock"]).then_some(())
    })
    .await;
    world.sandbox.shop.set_clock_ahead(0);
    world.sandbox.roapp.set_clock_ahead(0);
    eventually("the end of both", || async {
        world.sandbox.shop.place_order();
        wait_for_polls(&world, 1).await;
        topics(&world).await.is_empty().then_some(())
    })
    .await;
    daemon.stop().await;
}
