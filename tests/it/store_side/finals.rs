//! Orders that came to an end in the store: no poll reads them again once they were left alone for 14 days (design section 7).

use cartum_roapp::{
    db::orders::OrderState,
    domain::ids::{Id, VersionId},
};

use super::{few, in_state, oldest, order, read_once, sql};
use crate::support::world::World;

/// The version that is held after the store's order was edited and the store was read once more.
async fn version_after_an_edit(world: &World, number: i64) -> Option<VersionId> {
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().comment += " and ring twice");
    read_once(world).await;
    in_state(world, number, OrderState::Synced).await.version
}

async fn ends_in(status: i64) {
    let world = World::imported_already(few(12)).await;
    let number = oldest(&world).await;
    let daemon = world.daemon_with(&[("SYNC__POLL_INTERVAL", "1h")]);
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().status = status);
    read_once(&world).await;
    let ended = in_state(&world, number, OrderState::Synced).await;
    assert_eq!(ended.status, Some(Id::new(status)));

    sql(&world, "UPDATE store_order SET final_at = final_at - interval '13 days'").await;
    let edited = version_after_an_edit(&world, number).await;
    assert_ne!(edited, ended.version, "it was unchanged for 13 days");

    sql(&world, "UPDATE store_order SET final_at = final_at - interval '15 days'").await;
    assert_eq!(version_after_an_edit(&world, number).await, edited, "it was unchanged for 15 days");
    daemon.stop().await;
    assert_eq!(order(&world, number).await.state, OrderState::Synced);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canceled_order_is_read_again_for_14_days_and_not_longer() {
    ends_in(4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_ended_well_is_read_again_for_14_days_and_not_longer() {
    ends_in(3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_still_open_is_read_again_however_long_it_was_left_alone() {
    let world = World::imported_already(few(12)).await;
    let number = oldest(&world).await;
    let before = order(&world, number).await.version;
    let daemon = world.daemon_with(&[("SYNC__POLL_INTERVAL", "1h")]);
    read_once(&world).await;
    sql(&world, "UPDATE store_order SET final_at = final_at - interval '15 days'").await;
    assert_ne!(version_after_an_edit(&world, number).await, before);
    daemon.stop().await;
}
