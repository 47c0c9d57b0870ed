//! `order resync --recreate`: exactly one new work order, whatever happens.

use cartum_roapp::{
    admin::{self, Ask, Asked, Selection},
    db::orders::OrderState,
    domain::ids::OrderNumber,
    sandbox::faults::Fault,
};

use super::{few, imported, in_state, oldest, removed, restore};
use crate::{
    store_side::{history, polls, sql, topics},
    support::{
        Words, eventually,
        oracle::{self, Terms},
        world::World,
    },
};

pub(super) async fn ask(world: &World, number: i64) -> Asked {
    let selection = Selection { numbers: vec![OrderNumber::new(number)], ..Selection::default() };
    admin::ask(world.database.pool(), &world.store().await, &selection, Ask::Recreate).await.unwrap()
}

/// Work orders that are there and carry the order's marker.
pub(super) fn with_marker(world: &World, number: i64) -> Vec<i64> {
    let end = format!("/{number}]");
    let orders = world.sandbox.roapp.data().orders;
    orders.values().filter(|order| order.manager_notes.contains(&end)).map(|order| order.id).collect()
}

fn posts(world: &World) -> usize {
    world.sandbox.roapp.calls().iter().filter(|call| call.name() == "POST /v2/orders").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_order_is_made_again_once_and_others_are_left_with_the_reason() {
    let (world, daemon) = imported(12).await;
    let (number, old) = removed(&world).await;
    polls(&world, 2).await;
    assert_eq!(with_marker(&world, number), Vec::<i64>::new(), "nothing is made unasked");
    let other = oldest(&world).await;
    let left = ask(&world, other).await;
    assert!(left.queued.is_empty() && left.left[0].1.contains("not deleted in RO App"), "{left:?}");

    let (before, all) = (posts(&world), Selection { state: Some(OrderState::Removed), ..Selection::default() });
    let asked = admin::ask(world.database.pool(), &world.store().await, &all, Ask::Recreate).await.unwrap();
    assert_eq!(asked.queued.iter().map(|order| order.number.get()).collect::<Vec<_>>(), [number]);
    let made = in_state(&world, number, OrderState::Synced).await;
    polls(&world, 2).await;
    daemon.stop().await;
    assert_ne!(made.work_order, Some(old));
    assert_eq!((with_marker(&world, number), posts(&world) - before), (vec![made.work_order.unwrap()], 1));
    let told = history(&world, number).await;
    assert!(
        told.iter().any(|what| what.contains(&old.to_string()) && what.contains("its link is removed")),
        "{told:?}"
    );
    assert!(topics(&world).await.is_empty());
    oracle::check_import(&world, Terms::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_order_that_is_there_after_all_is_linked_again_and_nothing_is_made() {
    let (world, daemon) = imported(12).await;
    let (number, old) = removed(&world).await;
    restore(&world, old);
    let before = posts(&world);
    ask(&world, number).await;
    let linked = in_state(&world, number, OrderState::Synced).await;
    daemon.stop().await;
    assert_eq!((linked.work_order, posts(&world)), (Some(old), before));
    let told = history(&world, number).await;
    assert!(told.iter().any(|what| what.contains("is still in RO App")), "{told:?}");
    oracle::check_import(&world, Terms::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_is_made_where_the_creating_call_is_cut_after_it_was_executed() {
    let (world, daemon) = imported(8).await;
    let (number, _) = removed(&world).await;
    world.sandbox.roapp.faults().add("POST /v2/orders", Fault::CutAfter, 0, 1);
    world.sandbox.roapp.faults().add("POST /v2/orders/{id}/items", Fault::FailAfter(500), 0, 1);
    ask(&world, number).await;
    let made = in_state(&world, number, OrderState::Synced).await;
    polls(&world, 2).await;
    daemon.stop().await;
    assert!(world.sandbox.roapp.faults().are_spent());
    assert_eq!(with_marker(&world, number), [made.work_order.unwrap()]);
    assert!(topics(&world).await.is_empty());
    oracle::check_import(&world, Terms::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "chaos; .ci/run runs it"]
async fn one_is_made_where_the_process_dies_at_any_call_of_it() {
    let (world, mut daemon) = imported(8).await;
    let (number, old) = removed(&world).await;
    let (get, post) = ("GET /v2/orders/{id}", "POST /v2/orders");
    let items = "POST /v2/orders/{id}/items";
    for (call, fault) in
        [(get, Fault::HangBefore), (post, Fault::HangBefore), (post, Fault::HangAfter), (items, Fault::HangAfter)]
    {
        // The old work order is gone for good; what was made meanwhile is deleted as well, and asked for again.
        for made in with_marker(&world, number) {
            world.sandbox.roapp.staff().delete_order(made).unwrap();
        }
        sql(&world, "UPDATE store_order SET state = 'removed', reason = '{\"code\": \"gone\"}' WHERE former_work_orders <> '{}'")
            .await;
        world.sandbox.roapp.faults().add(call, fault.clone(), 0, 1);
        ask(&world, number).await;
        eventually("the call that hangs", || async { world.sandbox.roapp.faults().are_spent().then_some(()) }).await;
        daemon.kill();
        daemon = world.daemon();
        let made = in_state(&world, number, OrderState::Synced).await;
        assert_ne!(made.work_order, Some(old));
        assert_eq!(with_marker(&world, number), [made.work_order.unwrap()], "{call} {fault:?}");
    }
    daemon.stop().await;
    assert!(topics(&world).await.is_empty());
    oracle::check_import(&world, Terms::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_backup_that_does_not_know_of_the_new_one_links_it_and_makes_none() {
    let world = World::imported_already(few(8)).await;
    let daemon = world.daemon();
    let (number, _) = removed(&world).await;
    daemon.stop().await;
    let backup = world.database.copy().await;
    let daemon = world.daemon();
    ask(&world, number).await;
    let made = in_state(&world, number, OrderState::Synced).await.work_order.unwrap();
    daemon.stop().await;

    let mut restored = world;
    restored.database = std::sync::Arc::new(backup);
    ask(&restored, number).await;
    let daemon = restored.daemon();
    let linked = in_state(&restored, number, OrderState::Synced).await;
    daemon.stop().await;
    assert_eq!(linked.work_order, Some(made));
    assert_eq!(with_marker(&restored, number), [made]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_staff_made_is_not_taken_for_the_new_one() {
    let (world, daemon) = imported(8).await;
    let number = oldest(&world).await;
    let work_order = crate::store_side::order(&world, number).await.work_order.unwrap();
    let original = world.sandbox.roapp.data().orders[&work_order].clone();
    let staff = world.sandbox.roapp.staff();
    let copy = staff.add_order(original.client_id, &original.manager_notes);
    let topic = format!("double {copy}");
    eventually("the notice", || async { topics(&world).await.contains(&topic).then_some(()) }).await;
    staff.delete_order(work_order).unwrap();
    super::prove(&world).await;
    in_state(&world, number, OrderState::Removed).await;
    ask(&world, number).await;
    let held = in_state(&world, number, OrderState::Held).await;
    assert!(held.reason.contains(&copy.to_string()) && held.reason.contains("--new"), "{:?}", held.reason);
    let store = world.store().await;
    admin::identify(world.database.pool(), &store, OrderNumber::new(number), admin::Identity::New).await.unwrap();
    let made = in_state(&world, number, OrderState::Synced).await.work_order.unwrap();
    daemon.stop().await;
    assert_eq!(with_marker(&world, number), [copy, made]);
    assert!(topics(&world).await.is_empty());
}
