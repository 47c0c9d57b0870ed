//! What `order resolve` does to statuses: it brings staff's back where the store had won, and leaves alone what it is not about.

use cartum_roapp::{
    admin,
    db::{orders::OrderState, write_backs},
    domain::{ids::Id, plan::Keep},
    sandbox::faults::Fault,
};

use super::followed;
use crate::{
    store_side::sql,
    support::{Words, eventually, followed::Followed},
};

impl Followed {
    /// `order resolve`, done.
    async fn resolve(&self, keep: Keep) {
        let pool = self.world.database.pool();
        admin::resolve(pool, &self.world.store().await, Id::new(self.number), keep).await.unwrap();
        eventually("the decision", || async { self.row().await.filter(|row| row.asked.keep.is_none()) }).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_about_a_title_leaves_a_status_that_is_on_its_way_to_the_store() {
    for keep in [Keep::RoApp, Keep::Store] {
        let followed = followed().await;
        followed.staff().edit_malfunction(followed.work_order, "Staff's title").unwrap();
        followed.edit(|order| order.comment = "the store's".into()).await;
        assert_eq!(followed.conflicts().await.len(), 1);
        let faults = followed.world.sandbox.shop.faults();
        faults.add("orders/update", Fault::Refuse(503), 0, u32::MAX);
        followed.staff().set_status(followed.work_order, 503).unwrap();
        followed.tells("from 501 to 503").await;
        followed.resolve(keep).await;
        assert_eq!(followed.conflicts().await, []);
        let order = followed.row().await.unwrap().id;
        let words = write_backs::outlook(followed.world.database.pool(), order).await.unwrap().words();
        assert!(words.contains("503"), "{keep:?} {words}");
        faults.clear();
        followed.shop_gets(5).await;
        followed.daemon.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn staffs_status_comes_back_and_goes_to_the_store_where_a_person_decides_for_ro_app() {
    let followed = followed().await;
    followed.store_wins().await;
    followed.resolve(Keep::RoApp).await;
    assert_eq!((followed.made().status_id, followed.conflicts().await), (503, vec![]));
    followed.tells("resolved with RO App's values: status").await;
    followed.shop_gets(5).await;
    followed.tells("the store now has status 5").await;
    followed.time_passes().await;
    assert_eq!((followed.made().status_id, followed.updates(), followed.conflicts().await), (503, 1, vec![]));
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staffs_status_does_not_come_back_where_the_work_order_moved_on_and_that_is_told() {
    let followed = followed().await;
    followed.store_wins().await;
    // 507 is closed and leads nowhere.
    followed.a_second_passes().await;
    followed.staff().set_status(followed.work_order, 507).unwrap();
    followed.tells("from 504 to 507").await;
    followed.resolve(Keep::RoApp).await;
    followed.tells("the status is not set back to 503: the work order has since moved to 507").await;
    followed.time_passes().await;
    assert_eq!((followed.made().status_id, followed.shop_status(), followed.updates()), (507, 8, 0));
    assert_eq!(followed.conflicts().await, []);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staffs_status_does_not_come_back_where_the_store_moved_on_and_that_is_told() {
    let followed = followed().await;
    followed.store_wins().await;
    followed.edit(|order| order.status = 2).await;
    followed.resolve(Keep::RoApp).await;
    followed.tells("the status is not set back to 503: the store has since moved to its status 2").await;
    followed.time_passes().await;
    assert_eq!((followed.made().status_id, followed.shop_status(), followed.updates()), (502, 2, 0));
    assert_eq!(followed.conflicts().await, []);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_ro_app_refuses_to_set_back_is_told_for_what_it_is() {
    let followed = followed().await;
    followed.store_wins().await;
    followed.staff().refuse_status(503);
    let (pool, store) = (followed.world.database.pool(), followed.world.store().await);
    admin::resolve(pool, &store, Id::new(followed.number), Keep::RoApp).await.unwrap();
    let held = eventually("the refusal", || async { followed.row().await.filter(|row| row.state == OrderState::Held) });
    let reason = held.await.reason.words();
    assert!(reason.contains("refuses the status 503 that staff had set before"), "{reason}");
    assert!(!reason.contains("map"), "{reason}");
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_that_arises_while_a_decision_is_carried_out_stays_listed() {
    let followed = followed().await;
    followed.store_wins().await;
    // The store is read once more before the decision is carried out: it moved on, and so did staff.
    let faults = followed.world.sandbox.roapp.faults();
    faults.add("*", Fault::Refuse(503), 0, u32::MAX);
    followed.a_second_passes().await;
    followed.staff().set_status(followed.work_order, 502).unwrap();
    let before = followed.row().await.unwrap().version;
    followed.world.sandbox.shop.edit(|shop| shop.orders.get_mut(&followed.number).unwrap().status = 6);
    eventually("the version", || async { followed.row().await.filter(|row| row.version != before) }).await;
    let (pool, store) = (followed.world.database.pool(), followed.world.store().await);
    admin::resolve(pool, &store, Id::new(followed.number), Keep::RoApp).await.unwrap();
    faults.clear();
    sql(&followed.world, "UPDATE account SET retry_at = '-infinity', due_at = now()").await;
    eventually("the decision", || async { followed.row().await.filter(|row| row.asked.keep.is_none()) }).await;
    followed.tells("the status is not set back to 503").await;
    assert_eq!(followed.made().status_id, 505);
    followed.lists("502").await;
    followed.daemon.stop().await;
}
