//! Copies of work orders, and markers pasted elsewhere: a notice at most, and everything goes on.

use cartum_roapp::{db::orders::OrderState, domain::store::StoreState};

use super::{carrying, change, copy};
use crate::{
    store_side::{few, in_state, is_open, oldest, order, polls, topics},
    support::{eventually, world::World},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_work_order_is_a_notice_and_stops_neither_its_store_nor_the_other() {
    let world = World::new(few(12)).await;
    let second = world.neighbour(4).await;
    let daemon = second.both_imported().await;

    let number = oldest(&world).await;
    let work_order = order(&world, number).await.work_order.unwrap();
    let double = copy(&world, work_order);
    eventually("the notice", || async { topics(&world).await.contains(&format!("double {double}")).then_some(()) })
        .await;
    let new = (world.sandbox.shop.place_order(), second.shop.place_order());
    in_state(&world, new.0, OrderState::Synced).await;
    second.synced(new.1).await;
    assert_eq!((world.store().await.state, second.store().await.state), (StoreState::Active, StoreState::Active));

    // The order goes on with the work order that it is linked with.
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().comment = "changed since".into());
    let malfunction = |id: i64| world.sandbox.roapp.data().orders[&id].malfunction.clone();
    eventually("the change", || async { malfunction(work_order).contains("changed since").then_some(()) }).await;
    assert!(!malfunction(double).contains("changed since"));
    assert_eq!(in_state(&world, number, OrderState::Synced).await.work_order, Some(work_order));

    // The notice goes by itself.
    world.sandbox.roapp.staff().delete_order(double).unwrap();
    eventually("the notice to go", || async { topics(&world).await.is_empty().then_some(()) }).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_copies_and_pasted_markers_of_every_kind_stop_nothing() {
    let world = World::new(few(16)).await;
    let second = world.neighbour(4).await;
    let daemon = second.both_imported().await;

    let linked: Vec<_> = world.orders().await.into_iter().filter(is_open).collect();
    let host = world.store().await.marker_host;
    let marker = |number: i64| format!("[cartum:{host}/{number}]");
    let (one, two) = (linked[0].number.get(), linked[1].number.get());
    let doubles: Vec<_> = linked.iter().take(3).map(|order| copy(&world, order.work_order.unwrap())).collect();
    let staff = world.sandbox.roapp.staff();
    let client = world.sandbox.roapp.data().orders[&doubles[0]].client_id;
    // A walk-in with the marker of a linked order, twice over, of the other store, of orders that do not exist, and broken ones.
    for notes in [
        marker(one),
        format!("as before: {} and {}", marker(one), marker(two)),
        format!("[cartum:{}/1]", second.store().await.marker_host),
        marker(987_654_321),
        marker(987_654_322),
        format!("{} [cartum:{host}/] [cartum:{host}/007] [cartum:/1] [cartum:", marker(987_654_323)),
        "[cartum:elsewhere.example.com/1]".into(),
    ] {
        staff.add_order(client, &notes);
    }
    // Pasted into a work order of ours, above its own.
    let pasted = linked[4].work_order.unwrap();
    change(&world, pasted, |order| order.manager_notes = format!("see {}\n{}", marker(two), order.manager_notes));

    let wanted: Vec<_> = doubles.iter().map(|id| format!("double {id}")).collect();
    eventually("the notices", || async {
        let open = topics(&world).await;
        wanted.iter().all(|topic| open.contains(topic)).then_some(())
    })
    .await;
    polls(&world, 2).await;
    let new = (world.sandbox.shop.place_order(), second.shop.place_order());
    in_state(&world, new.0, OrderState::Synced).await;
    second.synced(new.1).await;
    assert_eq!((world.store().await.state, second.store().await.state), (StoreState::Active, StoreState::Active));
    assert_eq!(carrying(&world, new.0).await.len(), 1);
    assert_eq!(order(&world, linked[4].number.get()).await.work_order, Some(pasted));
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_made_while_no_daemon_ran_is_not_taken_for_the_order_s_work_order() {
    let world = World::imported_already(few(8)).await;
    let number = oldest(&world).await;
    let work_order = order(&world, number).await.work_order.unwrap();
    let double = copy(&world, work_order);
    let daemon = world.daemon();
    eventually("the notice", || async { topics(&world).await.contains(&format!("double {double}")).then_some(()) })
        .await;
    assert_eq!(order(&world, number).await.work_order, Some(work_order));
    // The marker is taken out of the copy.
    world.sandbox.roapp.staff().edit_notes(double, "a walk-in").unwrap();
    eventually("the notice to go", || async { topics(&world).await.is_empty().then_some(()) }).await;
    daemon.stop().await;
}
