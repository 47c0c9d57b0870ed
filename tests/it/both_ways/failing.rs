//! A store that does not accept a status: it is read all the same, the order says why, and nobody else is held up.

use std::time::Duration;

use cartum_roapp::{
    db::{orders::OrderState, write_backs},
    sandbox::{cartum::CartumQuirks, faults::Fault, world::SandboxOptions},
};

use super::{followed, followed_in};
use crate::support::{Words, eventually, followed::Followed, world::small};

impl Followed {
    /// Another order in the shop, once it is in RO App: its number and its work order.
    pub(super) async fn another(&self) -> (i64, i64) {
        let number = self.world.sandbox.shop.place_order();
        self.world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().status = 1);
        let work_order = eventually("another work order", || async {
            let orders = self.world.orders().await;
            orders.into_iter().find(|row| row.number.get() == number && row.state == OrderState::Synced)?.work_order
        })
        .await;
        (number, work_order)
    }

    async fn in_words(&self) -> String {
        let order = self.row().await.unwrap().id;
        write_backs::outlook(self.world.database.pool(), order).await.unwrap().words()
    }

    /// How often orders were sent to the store, by status.
    fn sent(&self, status: i64) -> usize {
        let calls = self.world.sandbox.shop.calls();
        let items = calls.iter().filter(|call| call.function == "orders/update");
        let items = items.flat_map(|call| call.body["orders"].as_array().cloned().unwrap_or_default());
        items.filter(|item| item["status"] == status).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_only_fails_to_take_statuses_is_polled_all_the_same_and_the_order_says_so_after_five_tries() {
    for fault in [Fault::Refuse(500), Fault::Refuse(429), Fault::Html] {
        let followed = followed().await;
        followed.world.sandbox.shop.faults().add("orders/update", fault.clone(), 0, u32::MAX);
        followed.staff().set_status(followed.work_order, 503).unwrap();
        followed.tells("try 1 to set the store's status 5").await;
        followed.another().await;
        followed.tells("the store does not accept its status 5").await;
        followed.time_passes().await;
        assert_eq!((followed.updates(), followed.shop_status()), (5, 1), "{fault:?}");
        assert!(followed.row().await.unwrap().is_in_conflict());
        assert!(followed.in_words().await.contains("orders/update"), "{}", followed.in_words().await);
        followed.daemon.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_the_store_uses_up_no_try_of_a_status_on_its_way() {
    let followed = followed().await;
    let faults = followed.world.sandbox.shop.faults();
    // It begins with that very call, after which everything fails for a while.
    faults.add("orders/update", Fault::Refuse(503), 0, 1);
    followed.staff().set_status(followed.work_order, 503).unwrap();
    eventually("the call", || async { (followed.updates() > 0).then_some(()) }).await;
    faults.add("*", Fault::Refuse(503), 0, u32::MAX);
    tokio::time::sleep(Duration::from_secs(12)).await;
    faults.clear();
    followed.shop_gets(5).await;
    followed.tells("the store now has status 5").await;
    let history = followed.history().await;
    assert!(!history.iter().any(|line| line.contains("does not accept") || line.contains("try 2")), "{history:?}");
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_for_which_the_store_refuses_a_whole_call_takes_no_other_order_with_it() {
    let cartum_quirks = CartumQuirks { locked_status: Some(5), ..CartumQuirks::default() };
    let followed = followed_in(SandboxOptions { cartum_quirks, ..small(4) }).await;
    let (number, work_order) = followed.another().await;
    // Both in one call: neither is taken before the store is heard again.
    let faults = followed.world.sandbox.shop.faults();
    faults.add("*", Fault::Refuse(503), 0, u32::MAX);
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.staff().set_status(work_order, 505).unwrap();
    followed.tells("a person changed the status").await;
    followed.a_second_passes().await;
    followed.a_second_passes().await;
    faults.clear();
    eventually("the other's status", || async {
        (followed.world.sandbox.shop.data().orders[&number].status == 6).then_some(())
    })
    .await;
    followed.tells("the store does not accept its status 5").await;
    assert!(followed.in_words().await.contains("LOCKED"), "{}", followed.in_words().await);
    followed.time_passes().await;
    let other = followed.world.orders().await.into_iter().find(|row| row.number.get() == number).unwrap();
    let of_other = write_backs::outlook(followed.world.database.pool(), other.id).await.unwrap();
    assert_eq!((of_other, followed.sent(6), followed.shop_status()), (None, 2, 1));
    assert_eq!(followed.sent(5), 6, "once with the other, five times alone");
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_the_store_cannot_show_keeps_no_other_status_from_it_and_is_written_once_it_can() {
    let followed = followed().await;
    let (number, work_order) = followed.another().await;
    let faults = followed.world.sandbox.shop.faults();
    faults.add(&format!("orders/get {}", followed.number), Fault::Refuse(500), 0, u32::MAX);
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.staff().set_status(work_order, 505).unwrap();
    eventually("the other's status", || async {
        (followed.world.sandbox.shop.data().orders[&number].status == 6).then_some(())
    })
    .await;
    assert_eq!((followed.sent(5), followed.shop_status()), (0, 1), "nothing is written to what cannot be compared");
    faults.clear();
    followed.shop_gets(5).await;
    assert_eq!((followed.sent(5), followed.sent(6)), (1, 1));
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_status_that_is_set_by_hand_in_the_store_is_settled_and_told_once() {
    let followed = followed().await;
    let statuses = followed.world.sandbox.shop.data().statuses;
    followed.world.sandbox.shop.edit(|shop| drop(shop.statuses.remove(&5)));
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.tells("the store does not accept its status 5").await;
    // A plan before it is settled says nothing about it.
    followed.edit(|order| order.comment = "later, please".into()).await;
    assert!(followed.row().await.unwrap().is_in_conflict());
    followed.world.sandbox.shop.edit(|shop| shop.statuses = statuses);
    followed.edit(|order| order.status = 5).await;
    eventually("conflict resolved", || async { followed.row().await.filter(|row| !row.is_in_conflict()) }).await;
    assert_eq!((followed.in_words().await.as_str(), followed.made().status_id), ("", 503));
    followed.edit(|order| order.comment = "now, please".into()).await;
    followed.time_passes().await;
    assert!(!followed.row().await.unwrap().is_in_conflict());
    let history = followed.history().await;
    assert!(history.iter().filter(|line| line.contains("conflict resolved")).count() <= 1, "{history:?}");
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_status_is_settled_by_another_one_of_the_stores_and_stays_so_when_the_order_is_planned_again() {
    let followed = followed().await;
    followed.world.sandbox.shop.edit(|shop| drop(shop.statuses.remove(&5)));
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.tells("the store does not accept its status 5").await;
    followed.edit(|order| order.status = 8).await;
    assert_eq!((followed.made().status_id, followed.in_words().await.as_str()), (504, ""));
    let listed = followed.conflicts().await;
    assert!(listed.iter().all(|(what, _, roapp)| what == "status" && roapp == "503"), "{listed:?}");
    followed.edit(|order| order.comment = "now, please".into()).await;
    followed.edit(|order| order.comment = "or now".into()).await;
    let history = followed.history().await;
    assert!(history.iter().filter(|line| line.contains("conflict resolved")).count() <= 1, "{history:?}");
    followed.daemon.stop().await;
}
