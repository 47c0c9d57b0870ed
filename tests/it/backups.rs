//! A restored backup that knows less of a work order than stands in RO App: nothing of it is made twice (invariant 3).

use std::sync::Arc;

use cartum_roapp::db::orders::OrderState;
use rust_decimal::Decimal;

use crate::{
    copies::{LISTED, order},
    support::{
        Words, eventually,
        followed::{Followed, follow, line},
        world::{World, small},
    },
};

/// Id and quantity of each line of a work order.
fn lines(world: &World, work_order: i64) -> Vec<(i64, Decimal)> {
    let order = world.sandbox.roapp.data().orders[&work_order].clone();
    order.items.iter().map(|item| (item.id, item.quantity)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_was_added_after_the_backup_is_known_for_the_stores() {
    let Followed { mut world, daemon, number, work_order } = follow(&[line(1, "A-1", 100, 1)]).await;
    daemon.kill();
    let backup = world.database.copy().await;
    let daemon = world.daemon();
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().lines.push(line(2, "B-2", 30, 2)));
    eventually("the line", || async { (lines(&world, work_order).len() == 2).then_some(()) }).await;
    daemon.stop().await;
    tokio::time::sleep(LISTED).await;
    let before = lines(&world, work_order);

    world.database = Arc::new(backup);
    let version = order(&world.database, number).await.unwrap().version;
    let daemon = world.daemon();
    eventually("the version with it", || async {
        order(&world.database, number).await.filter(|row| row.version != version && row.state == OrderState::Synced)
    })
    .await;
    assert_eq!(lines(&world, work_order), before);
    // It is the store's from now on.
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().lines[1].quantity = 5.into());
    eventually("its quantity", || async { (lines(&world, work_order)[1].1 == 5.into()).then_some(()) }).await;
    daemon.stop().await;
    assert_eq!(lines(&world, work_order).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_closed_or_written_off_since_the_backup_gets_no_line_twice_once_it_is_open_again() {
    for is_closed in [true, false] {
        let mut world = World::new(small(4)).await;
        world.import_whole().await;
        let backup = world.database.copy().await;
        let number = world.sandbox.shop.place_order();
        let daemon = world.daemon();
        let made = eventually("the order", || async {
            order(&world.database, number).await.filter(|row| row.state == OrderState::Synced)?.work_order
        })
        .await;
        daemon.stop().await;
        let (staff, item) = (world.sandbox.roapp.staff(), lines(&world, made)[0].0);
        if is_closed { staff.set_status(made, 506) } else { staff.write_off(made, item) }.unwrap();
        tokio::time::sleep(LISTED).await;
        let before = lines(&world, made);

        world.database = Arc::new(backup);
        let daemon = world.daemon();
        let taken_over = eventually("the order", || async {
            order(&world.database, number)
                .await
                .filter(|row| row.state == OrderState::Synced && row.work_order.is_some())
        })
        .await;
        assert_eq!((taken_over.work_order, taken_over.pending_change.words().as_str()), (Some(made), ""));
        world.sandbox.roapp.staff().edit(|data, now| {
            let order = data.orders.get_mut(&made).unwrap();
            order.status_id = 502;
            order.items[0].written_off = false;
            order.modified_at = now + chrono::TimeDelta::seconds(1);
        });
        // An edit is written into the lines that are there.
        world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().lines[0].quantity += Decimal::ONE);
        let quantity = before[0].1 + Decimal::ONE;
        eventually("the quantity", || async { (lines(&world, made)[0].1 == quantity).then_some(()) }).await;
        daemon.stop().await;
        assert_eq!(lines(&world, made).len(), before.len(), "closed: {is_closed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_takes_the_place_of_another_and_stands_there_already_is_linked_and_the_other_removed() {
    let Followed { world, daemon, number, work_order } = follow(&[line(1, "A-1", 100, 1), line(2, "B-2", 30, 1)]).await;
    let product = world.sandbox.roapp.data().orders[&work_order].items[1].entity_id;
    let own = world.sandbox.roapp.staff().add_item(work_order, product, 3.into(), 30.into()).unwrap();
    // Line 1 becomes three of B-2, in place.
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().lines[0] = line(1, "B-2", 30, 3));
    let left = || lines(&world, work_order).into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    eventually("the line to go", || async { (left().len() == 2).then_some(()) }).await;
    assert!(left().contains(&own));
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().lines[0].quantity = 4.into());
    eventually("the quantity", || async { lines(&world, work_order).contains(&(own, 4.into())).then_some(()) }).await;
    daemon.stop().await;
    assert_eq!(lines(&world, work_order).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_that_was_sent_after_the_backup_is_not_sent_again() {
    let Followed { mut world, daemon, number, work_order } = follow(&[line(1, "A-1", 100, 1)]).await;
    daemon.kill();
    let backup = world.database.copy().await;
    let comments = |world: &World| world.sandbox.roapp.data().orders[&work_order].comments.len();
    let (before, daemon) = (comments(&world), world.daemon());
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&number).unwrap();
        (order.paid, order.address) = (true, "Other street 9".into());
    });
    eventually("both comments", || async { (comments(&world) == before + 2).then_some(()) }).await;
    daemon.stop().await;
    tokio::time::sleep(LISTED).await;

    world.database = Arc::new(backup);
    let version = order(&world.database, number).await.unwrap().version;
    let daemon = world.daemon();
    let seen = |version| {
        let world = &world;
        eventually("the next version", move || async move {
            let row = order(&world.database, number).await;
            row.filter(|row| row.version != version && row.state == OrderState::Synced)
        })
    };
    let row = seen(version).await;
    assert_eq!(comments(&world), before + 2);
    // What is news from now on is told.
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().address = "Third street 3".into());
    seen(row.version).await;
    daemon.stop().await;
    assert_eq!(comments(&world), before + 3);
}
