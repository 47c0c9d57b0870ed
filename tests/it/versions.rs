//! Versions that cannot be read: an order that was wanted stays wanted.

use cartum_roapp::db::orders::{Listed, OrderState};

use crate::support::{
    followed::Followed,
    world::{World, small},
};

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_the_import_that_could_not_be_read_once_is_followed_into_an_excluded_status() {
    let world = World::new(small(20)).await;
    world.import_whole().await;
    let open = |order: &Listed| {
        order.state == OrderState::Synced && order.status.is_some_and(|status| ![3, 4].contains(&status.get()))
    };
    let order = world.orders().await.into_iter().find(open).unwrap();
    let (number, work_order) = (order.number.get(), order.work_order.unwrap());
    let daemon = world.daemon();
    let followed = Followed { world, daemon, number, work_order };
    followed.world.sandbox.shop.edit(|shop| shop.broken.extend([number]));
    followed.rests(OrderState::Unreadable, None).await;
    followed.world.sandbox.shop.edit(|shop| {
        shop.broken.clear();
        shop.orders.get_mut(&number).unwrap().status = 3;
    });
    followed.rests(OrderState::Synced, None).await;
    assert_eq!(followed.made().status_id, 506);
    followed.daemon.stop().await;
}
