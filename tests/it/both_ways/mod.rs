//! What people change in RO App: their statuses reach the store, their other work is told and kept (design sections 7 and 8).

mod closed;
mod decided;
mod failing;
mod kept;
mod meanwhile;
mod own;
mod restored;
mod stale;
mod two_stores;
mod unmapped;
mod watched;

use std::time::Duration;

use cartum_roapp::{
    admin,
    db::{orders::OrderState, write_backs},
    domain::{
        ids::{Id, StoreStatusId},
        plan::Keep,
        store::Settings,
    },
    sandbox::{cartum::CartumQuirks, faults::Fault, world::SandboxOptions},
};

use crate::support::{
    Words, eventually,
    followed::{Followed, follow, follow_in, line},
    world::small,
};

/// 502 to 2, 503 to 5, 505 to 6, 506 to 3; nothing for 504 and 507.
fn ways_back(settings: &mut Settings) {
    settings.write_back = [(502, 2), (503, 5), (505, 6), (506, 3)]
        .map(|(roapp, store)| (Id::new(roapp), StoreStatusId::new(store)))
        .into();
}

async fn followed() -> Followed {
    followed_in(small(4)).await
}

async fn followed_in(options: SandboxOptions) -> Followed {
    follow_in(options, &[line(1, "A-1", 100, 1)], ways_back).await
}

impl Followed {
    fn updates(&self) -> usize {
        self.world.sandbox.shop.calls().iter().filter(|call| call.function == "orders/update").count()
    }

    fn status_posts(&self) -> usize {
        let calls = self.world.sandbox.roapp.calls();
        calls.iter().filter(|call| call.name() == "POST /v2/orders/{id}/status").count()
    }

    async fn shop_gets(&self, status: i64) {
        eventually("the store's status", || async { (self.shop_status() == status).then_some(()) }).await;
    }

    /// RO App's clock has whole seconds: people do not act within the one in which we wrote.
    async fn a_second_passes(&self) {
        tokio::time::sleep(Duration::from_millis(1_100)).await;
    }

    /// Several polls of the store and looks at RO App pass, and a second.
    async fn time_passes(&self) {
        let looks = || self.world.sandbox.roapp.calls().len();
        let polls = || self.world.sandbox.shop.calls().len();
        let (looked, polled) = (looks(), polls());
        let seen =
            eventually("polls and looks", || async { (looks() >= looked + 3 && polls() >= polled + 6).then_some(()) });
        tokio::join!(seen, self.a_second_passes());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_a_person_sets_is_written_to_the_store_once_and_does_not_come_back() {
    let followed = followed().await;
    let posts = followed.status_posts();
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.shop_gets(5).await;
    followed.tells("the store now has status 5").await;
    followed.tells("a person changed the status in RO App from 501 to 503").await;
    eventually("the version with it", || async {
        followed.row().await.filter(|row| row.status.is_some_and(|id| id.get() == 5) && row.state == OrderState::Synced)
    })
    .await;
    followed.time_passes().await;
    assert_eq!((followed.updates(), followed.status_posts(), followed.made().status_id), (1, posts, 503));
    assert_eq!(followed.conflicts().await, []);

    // Another one after it, which is ours again, and then the store's own change.
    followed.staff().set_status(followed.work_order, 505).unwrap();
    followed.shop_gets(6).await;
    followed.tells("the store now has status 6").await;
    followed.edit(|order| order.status = 8).await;
    assert_eq!((followed.updates(), followed.made().status_id), (2, 504));
    assert_eq!(followed.conflicts().await, []);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stores_return_to_a_status_that_was_written_back_is_a_change_of_the_stores() {
    let followed = followed().await;
    // 502 goes back as 2, and 2 leads to 502: set to 8 and to 2 again, RO App follows.
    followed.staff().set_status(followed.work_order, 502).unwrap();
    followed.shop_gets(2).await;
    followed.tells("the store now has status 2").await;
    followed.edit(|order| order.status = 8).await;
    assert_eq!(followed.made().status_id, 504);
    followed.edit(|order| order.status = 2).await;
    assert_eq!((followed.made().status_id, followed.updates()), (502, 1));
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_write_back_map_no_status_is_ever_written_to_the_store() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.tells("a person changed the status").await;
    followed.time_passes().await;
    assert_eq!((followed.updates(), followed.made().status_id), (0, 503));
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_outside_the_map_writes_nothing_and_takes_back_an_earlier_wish() {
    let followed = followed().await;
    let faults = followed.world.sandbox.shop.faults();
    faults.add("orders/update", Fault::Refuse(503), 0, u32::MAX);
    followed.staff().set_status(followed.work_order, 503).unwrap();
    eventually("a try", || async { (followed.updates() > 0).then_some(()) }).await;
    followed.staff().set_status(followed.work_order, 504).unwrap();
    followed.tells("from 503 to 504").await;
    // A call that was under way then may still arrive.
    followed.time_passes().await;
    faults.clear();
    followed.time_passes().await;
    assert_eq!(followed.shop_status(), 1);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_on_both_sides_the_store_wins_and_the_conflict_is_listed() {
    let followed = followed().await;
    // Both at once, before either is seen.
    let before = followed.row().await;
    followed.world.sandbox.shop.edit(|shop| shop.orders.get_mut(&followed.number).unwrap().status = 8);
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.rests(OrderState::Synced, before).await;
    followed.time_passes().await;
    assert_eq!((followed.shop_status(), followed.made().status_id, followed.updates()), (8, 504, 0));
    let conflicts = followed.conflicts().await;
    assert!(conflicts.iter().any(|(what, _, roapp)| what == "status" && roapp == "503"), "{conflicts:?}");
    // That both sides have the store's now is our own doing: a person is still to see it, whatever is planned.
    followed.staff().edit_malfunction(followed.work_order, "Staff's title").unwrap();
    followed.tells("a person changed notes or fields").await;
    followed.time_passes().await;
    assert_eq!(followed.conflicts().await, conflicts);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_moved_on_before_the_write_keeps_its_status() {
    let followed = followed().await;
    let shop = &followed.world.sandbox.shop;
    // The store does not answer while the person's change is seen, and moved when it does.
    shop.faults().add("*", Fault::Refuse(503), 0, u32::MAX);
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.tells("a person changed the status").await;
    shop.edit(|shop| shop.orders.get_mut(&followed.number).unwrap().status = 8);
    shop.faults().clear();
    followed.tells("is not written to the store, which meanwhile moved to its status 8").await;
    eventually("RO App follows", || async { (followed.made().status_id == 504).then_some(()) }).await;
    followed.time_passes().await;
    assert_eq!((followed.shop_status(), followed.updates()), (8, 0));
    assert!(followed.conflicts().await.iter().any(|(what, _, _)| what == "status"));
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_refuses_a_status_is_told_with_the_order_and_asked_no_more() {
    let followed = followed().await;
    followed.world.sandbox.shop.edit(|shop| drop(shop.statuses.remove(&5)));
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.tells("the store does not accept its status 5").await;
    followed.time_passes().await;
    assert_eq!((followed.updates(), followed.shop_status(), followed.made().status_id), (1, 1, 503));
    let order = followed.row().await.unwrap().id;
    let refusal = write_backs::outlook(followed.world.database.pool(), order).await.unwrap().words();
    assert!(refusal.contains("status is not defined") && refusal.contains("store edit"), "{refusal}");
    assert!(followed.row().await.unwrap().is_in_conflict());
    // A person who moves it on starts anew.
    followed.staff().set_status(followed.work_order, 505).unwrap();
    followed.shop_gets(6).await;
    followed.tells("the store now has status 6").await;
    assert_eq!(write_backs::outlook(followed.world.database.pool(), order).await.unwrap(), None);
    assert!(!followed.row().await.unwrap().is_in_conflict());
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_status_is_settled_either_way_by_a_person() {
    for (keep, status) in [(Keep::Store, 501), (Keep::RoApp, 503)] {
        let followed = followed().await;
        followed.world.sandbox.shop.edit(|shop| drop(shop.statuses.remove(&5)));
        followed.staff().set_status(followed.work_order, 503).unwrap();
        followed.tells("the store does not accept its status 5").await;
        let pool = followed.world.database.pool();
        admin::resolve(pool, &followed.world.store().await, Id::new(followed.number), keep).await.unwrap();
        eventually("the decision", || async { followed.row().await.filter(|row| !row.is_in_conflict()) }).await;
        followed.time_passes().await;
        assert_eq!((followed.made().status_id, followed.shop_status(), followed.updates()), (status, 1, 1), "{keep:?}");
        followed.daemon.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_says_yes_and_does_nothing_is_told_after_the_reading_back() {
    let cartum_quirks = CartumQuirks { updates_ignored: true, ..CartumQuirks::default() };
    let followed = followed_in(SandboxOptions { cartum_quirks, ..small(4) }).await;
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.tells("it accepted the change but still reports 1").await;
    followed.time_passes().await;
    assert_eq!(followed.updates(), 1);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_whose_answer_is_lost_is_known_for_ours_when_it_comes_back() {
    for fault in [Fault::CutAfter, Fault::FailAfter(500), Fault::EmptyAfter] {
        let followed = followed().await;
        let posts = followed.status_posts();
        followed.world.sandbox.shop.faults().add("orders/update", fault, 0, 1);
        // 505 goes back as 6; were 6 taken for the store's own change, 505 would still be right, but 503 as 5 as well:
        // so the map of the way there is left, and only the count of calls tells.
        followed.staff().set_status(followed.work_order, 503).unwrap();
        followed.tells("the store now has status 5").await;
        followed.time_passes().await;
        assert_eq!((followed.updates(), followed.status_posts(), followed.made().status_id), (1, posts, 503));
        assert_eq!(followed.conflicts().await, []);
        followed.daemon.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_names_the_orders_and_one_that_does_not_are_both_understood() {
    let cartum_quirks = CartumQuirks { log_names_orders: true, ..CartumQuirks::default() };
    let followed = followed_in(SandboxOptions { cartum_quirks, ..small(4) }).await;
    let other = followed.world.sandbox.shop.place_order();
    let second = eventually("the other work order", || async {
        let orders = followed.world.orders().await;
        orders.into_iter().find(|row| row.number.get() == other && row.state == OrderState::Synced)?.work_order
    })
    .await;
    // One of the two is refused: which, only the log says.
    followed.world.sandbox.shop.edit(|shop| drop(shop.statuses.remove(&5)));
    followed.staff().set_status(second, 505).unwrap();
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.tells("the store does not accept its status 5").await;
    eventually("the other status", || async {
        (followed.world.sandbox.shop.data().orders[&other].status == 6).then_some(())
    })
    .await;
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_and_fields_that_a_person_changes_are_told_once_and_kept() {
    let followed = followed().await;
    let item = followed.made().items[0].id;
    followed.a_second_passes().await;
    followed.staff().change_item(followed.work_order, item, 2.into(), 90.into()).unwrap();
    followed.tells("a person changed lines in RO App").await;
    followed.a_second_passes().await;
    followed.staff().edit_malfunction(followed.work_order, "call first").unwrap();
    followed.tells("a person changed notes or fields in RO App").await;
    followed.time_passes().await;
    let told = followed.history().await.iter().filter(|line| line.contains("a person changed")).count();
    assert_eq!(told, 2);
    assert_eq!(followed.made().malfunction, "call first");
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_was_away_brings_back_what_was_changed_meanwhile() {
    let Followed { world, daemon, number, work_order } = followed().await;
    daemon.stop().await;
    world.sandbox.roapp.staff().set_status(work_order, 502).unwrap();
    world.sandbox.roapp.staff().set_status(work_order, 505).unwrap();
    let daemon = world.daemon();
    let followed = Followed { world, daemon, number, work_order };
    followed.shop_gets(6).await;
    followed.time_passes().await;
    assert_eq!(followed.updates(), 1, "only the last one counts");
    followed.daemon.stop().await;
}
