//! Work orders that staff deleted, without any edit in the store that would show it.

use cartum_roapp::{
    db::orders::OrderState,
    sandbox::{faults::Fault, roapp::RoAppQuirks, world::SandboxOptions},
};

use super::{count, few, imported, in_state, oldest, order, prove, prove_both, restore};
use crate::{
    store_side::{history, is_open, polls, sql, topics},
    support::{Words, conformance, eventually, world::World},
};

const MISSED: &str = "SELECT count(*) FROM store_order WHERE look_for_removal_at IS NOT NULL";

fn looks(world: &World, work_order: i64) -> usize {
    let path = format!("/v2/orders/{work_order}");
    world.sandbox.roapp.calls().iter().filter(|call| call.method == "GET" && call.path == path).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_order_deleted_in_ro_app_is_removed_after_two_looks_and_not_after_one() {
    let world = World::imported_already(few(12)).await;
    let daemon = world.daemon_with(&[("ROAPP__RECOVERY_WAIT", "10m")]);
    let number = oldest(&world).await;
    let work_order = order(&world, number).await.work_order.unwrap();
    let other =
        world.orders().await.into_iter().rfind(|row| row.state == OrderState::Synced && row.number.get() != number);
    let other = other.unwrap();
    let before = looks(&world, work_order);
    for deleted in [work_order, other.work_order.unwrap()] {
        world.sandbox.roapp.staff().delete_order(deleted).unwrap();
    }
    prove_both(&world).await;
    assert_eq!(count(&world, MISSED).await, 2);
    polls(&world, 3).await;
    assert_eq!(order(&world, number).await.state, OrderState::Synced, "once is not enough");
    assert_eq!(looks(&world, work_order) - before, 1);

    // One of the two is back before the second look.
    restore(&world, other.work_order.unwrap());
    sql(&world, "UPDATE store_order SET look_for_removal_at = now() WHERE look_for_removal_at IS NOT NULL").await;
    let gone = in_state(&world, number, OrderState::Removed).await;
    eventually("the second look at the other", || async { (count(&world, MISSED).await == 0).then_some(()) }).await;
    daemon.stop().await;
    assert_eq!(looks(&world, work_order) - before, 2);
    assert!(gone.reason.contains("deleted in RO App") && gone.reason.contains("--recreate"), "{:?}", gone.reason);
    let told = history(&world, number).await;
    assert!(told.iter().any(|what| what.contains(&format!("work order {work_order} was deleted"))), "{told:?}");
    assert_eq!(order(&world, other.number.get()).await.state, OrderState::Synced);
    assert!(topics(&world).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn deleted_work_orders_are_looked_for_although_nothing_else_happens() {
    let world = World::imported_already(few(12)).await;
    // The watch goes along with each poll, and shows nothing new.
    world.idle_for_an_hour();
    let daemon = world.daemon();
    world.offer_checked().await;
    polls(&world, 3).await;
    sql(&world, "UPDATE store SET removed_asked_at = now()").await;
    eventually("the look for deleted work orders", || async {
        count(&world, "SELECT count(*) FROM store WHERE removed_asked_at IS NOT NULL").await.eq(&0).then_some(())
    })
    .await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_work_orders_missing_at_once_are_one_notice_and_none_is_marked() {
    let (world, daemon) = imported(24).await;
    let linked: Vec<_> = world.orders().await.into_iter().filter_map(|order| order.work_order).take(8).collect();
    for work_order in &linked {
        world.sandbox.roapp.staff().delete_order(*work_order).unwrap();
    }
    for _ in 0..2 {
        prove_both(&world).await;
        assert_eq!(topics(&world).await, ["removed"]);
        assert_eq!(count(&world, MISSED).await, 0);
    }
    assert!(world.orders().await.iter().all(|order| order.state != OrderState::Removed));
    for work_order in linked {
        restore(&world, work_order);
    }
    prove_both(&world).await;
    assert!(topics(&world).await.is_empty());
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_read_page_by_page_and_a_work_order_that_it_shows_costs_no_call() {
    let world = World::new(SandboxOptions { days: 30, ..few(120) }).await;
    world.import_whole().await;
    let daemon = world.daemon();
    let before = world.sandbox.roapp.calls().len();
    prove_both(&world).await;
    daemon.stop().await;
    let calls: Vec<_> = world.sandbox.roapp.calls().split_off(before);
    let lists: Vec<_> = calls
        .iter()
        .filter(|call| call.name() == "GET /v2/orders" && call.query.iter().any(|(name, _)| name == "created_at"))
        .collect();
    let linked = world.orders().await.iter().filter(|order| order.work_order.is_some()).count();
    assert_eq!(lists.len(), linked.div_ceil(50), "{lists:?}");
    for call in &lists {
        assert!(call.query.contains(&("sort".into(), "id".into())), "{call:?}");
        conformance::check(&call.method, &call.path, &call.query, None).unwrap();
    }
    assert!(!calls.iter().any(|call| call.name() == "GET /v2/orders/{id}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_ro_app_refuses_or_leaves_empty_marks_nothing_that_is_there() {
    let world = World::imported_already(few(12)).await;
    let daemon = world.daemon();
    polls(&world, 1).await;
    for fault in [Fault::Refuse(400), Fault::RefuseWith(200, r#"{"data": [], "paging": {"total_pages": 0}}"#.into())] {
        world.sandbox.roapp.faults().add("GET /v2/orders", fault, 0, 1);
        prove_both(&world).await;
        assert!(world.sandbox.roapp.faults().are_spent());
        assert_eq!(count(&world, MISSED).await, 0);
    }
    daemon.stop().await;
    assert!(topics(&world).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn live_orders_do_not_wait_for_the_look() {
    let world = World::imported_already(few(40)).await;
    // Nothing is listed, so that every work order is read by id, each slowly.
    let slow = Fault::Slow(std::time::Duration::from_millis(700));
    let empty = Fault::RefuseWith(200, r#"{"data": [], "paging": {"total_pages": 0}}"#.into());
    let daemon = world.daemon();
    polls(&world, 1).await;
    let faults = world.sandbox.roapp.faults();
    faults.add("GET /v2/orders", empty, 0, u32::MAX);
    faults.add("GET /v2/orders/{id}", slow, 0, u32::MAX);
    prove(&world).await;
    eventually("the look to begin", || async { looks_begun(&world).then_some(()) }).await;
    let new = world.sandbox.shop.place_order();
    eventually("the new order", || async {
        let all = world.orders().await;
        all.into_iter().find(|order| order.number.get() == new && order.state == OrderState::Synced)
    })
    .await;
    assert_eq!(
        count(&world, "SELECT count(*) FROM store WHERE removed_asked_at IS NOT NULL").await,
        1,
        "still looking"
    );
    daemon.stop().await;
}

fn looks_begun(world: &World) -> bool {
    world.sandbox.roapp.calls().iter().filter(|call| call.name() == "GET /v2/orders/{id}").count() > 2
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_work_order_that_is_still_listed_is_not_taken_for_a_stranger_once_made_again() {
    let quirks = RoAppQuirks { deleted_listed: true, ..RoAppQuirks::default() };
    let world = World::new(SandboxOptions { roapp_quirks: quirks, ..few(8) }).await;
    world.import_whole().await;
    let number = oldest(&world).await;
    let work_order = order(&world, number).await.work_order.unwrap();
    world.sandbox.roapp.staff().delete_order(work_order).unwrap();
    let daemon = world.daemon();
    // The list hides the deletion; an edit in the store shows it.
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().comment = "Ring twice".into());
    in_state(&world, number, OrderState::Removed).await;
    world.sandbox.roapp.faults().add("POST /v2/orders", Fault::CutAfter, 0, 1);
    super::recreate::ask(&world, number).await;
    let made = in_state(&world, number, OrderState::Synced).await;
    polls(&world, 2).await;
    daemon.stop().await;
    assert_ne!(made.work_order, Some(work_order));
    assert_eq!(super::recreate::with_marker(&world, number), [made.work_order.unwrap()]);
    assert!(topics(&world).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_work_order_that_is_there_after_all_is_followed_again() {
    let (world, daemon) = imported(12).await;
    let (number, work_order) = super::removed(&world).await;
    restore(&world, work_order);
    polls(&world, 2).await;
    assert_eq!(order(&world, number).await.state, OrderState::Removed, "not looked at before an hour");
    sql(&world, "UPDATE store_order SET next_try_at = now() WHERE state = 'removed'").await;
    in_state(&world, number, OrderState::Synced).await;
    daemon.stop().await;
    assert_eq!(super::recreate::with_marker(&world, number), [work_order]);
}

/// Edits these orders in the store, so that each work order is read by its id.
fn edit(world: &World, numbers: &[i64]) {
    world.sandbox.shop.edit(|shop| {
        for number in numbers {
            shop.orders.get_mut(number).unwrap().comment += " and ring twice";
        }
    });
}

/// Some orders that are polled for, and their work orders.
async fn some(world: &World, count: usize) -> (Vec<i64>, Vec<i64>) {
    let orders: Vec<_> = world.orders().await.into_iter().filter(is_open).take(count).collect();
    assert_eq!(orders.len(), count);
    orders.into_iter().map(|order| (order.number.get(), order.work_order.unwrap())).unzip()
}

const LOST: &str = "SELECT count(*) FROM work_order WHERE missing_since < now() - interval '2 seconds'";
const MISSING: &str = "SELECT count(*) FROM work_order WHERE missing_since IS NOT NULL";
const REMOVED: &str = "SELECT count(*) FROM store_order WHERE state = 'removed'";

#[tokio::test(flavor = "multi_thread")]
async fn a_ro_app_that_has_no_work_order_when_asked_by_id_for_a_while_makes_none_removed() {
    let (world, daemon) = imported(24).await;
    let (numbers, _) = some(&world, 3).await;
    world.sandbox.roapp.faults().add("GET /v2/orders/{id}", Fault::RefuseWith(404, "{}".into()), 0, u32::MAX);
    edit(&world, &numbers);
    eventually("the second looks", || async { (count(&world, LOST).await == 3).then_some(()) }).await;
    eventually("the notice", || async { (topics(&world).await == ["removed"]).then_some(()) }).await;
    polls(&world, 3).await;
    assert_eq!(count(&world, REMOVED).await, 0);
    world.sandbox.roapp.faults().clear();
    for number in numbers {
        in_state(&world, number, OrderState::Synced).await;
    }
    eventually("no notice", || async { topics(&world).await.is_empty().then_some(()) }).await;
    daemon.stop().await;
    assert_eq!(count(&world, REMOVED).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_work_orders_that_are_gone_at_once_are_one_notice_and_count_after_an_hour() {
    let world = World::imported_already(few(24)).await;
    // Long enough for the first look at all of them before the second look at any.
    let daemon = world.daemon_with(&[("ROAPP__RECOVERY_WAIT", "3s")]);
    let (numbers, work_orders) = some(&world, 8).await;
    for work_order in work_orders {
        world.sandbox.roapp.staff().delete_order(work_order).unwrap();
    }
    edit(&world, &numbers);
    eventually("the second looks", || async { (count(&world, LOST).await == 8).then_some(()) }).await;
    eventually("the notice", || async { (topics(&world).await == ["removed"]).then_some(()) }).await;
    polls(&world, 3).await;
    assert_eq!(count(&world, REMOVED).await, 0);
    sql(&world, "UPDATE work_order SET missing_since = missing_since - interval '1 hour'").await;
    eventually("the end of the hour", || async { (count(&world, REMOVED).await == 8).then_some(()) }).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ro_app_that_has_no_work_order_at_all_for_a_while_removes_none() {
    // So few that their loss is no sudden one.
    let world = World::imported_already(few(5)).await;
    let daemon = world.daemon();
    polls(&world, 1).await;
    let faults = world.sandbox.roapp.faults();
    faults.add("GET /v2/orders", Fault::RefuseWith(200, r#"{"data": [], "count": 0}"#.into()), 0, u32::MAX);
    faults.add("GET /v2/orders/{id}", Fault::Refuse(404), 0, u32::MAX);
    prove_both(&world).await;
    assert!(count(&world, MISSED).await > 0);
    for _ in 0..2 {
        sql(&world, "UPDATE store_order SET look_for_removal_at = now() WHERE look_for_removal_at IS NOT NULL").await;
        polls(&world, 3).await;
    }
    assert!(world.orders().await.iter().all(|order| order.state != OrderState::Removed));
    assert_eq!(topics(&world).await, ["removed"]);
    faults.clear();
    sql(&world, "UPDATE store_order SET look_for_removal_at = now() WHERE look_for_removal_at IS NOT NULL").await;
    eventually("the next look", || async { (count(&world, MISSED).await == 0).then_some(()) }).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_the_few_work_orders_of_an_account_that_are_gone_count_after_an_hour() {
    let world = World::imported_already(few(5)).await;
    let daemon = world.daemon();
    polls(&world, 1).await;
    let gone: Vec<_> = world.orders().await.into_iter().filter_map(|order| order.work_order).collect();
    assert!((2..=5).contains(&gone.len()));
    for work_order in &gone {
        world.sandbox.roapp.staff().delete_order(*work_order).unwrap();
    }
    prove_both(&world).await;
    let all = i64::try_from(gone.len()).unwrap();
    eventually("a second look at each", || async { (count(&world, MISSING).await == all).then_some(()) }).await;
    polls(&world, 3).await;
    assert_eq!((count(&world, REMOVED).await, topics(&world).await), (0, vec!["removed".to_owned()]));
    sql(&world, "UPDATE work_order SET missing_since = missing_since - interval '1 hour'").await;
    eventually("the end of the hour", || async { (count(&world, REMOVED).await == all).then_some(()) }).await;
    daemon.stop().await;
}
