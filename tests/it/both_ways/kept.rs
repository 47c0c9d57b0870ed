//! What staff set is neither thrown back by a resync nor overruled without a word, and what the store won is seen by a person.

use cartum_roapp::{
    admin::{self, Ask, Selection},
    db::orders::OrderState,
    domain::{
        ids::{Id, OrderNumber, StoreStatusId},
        store::{MappedStatus, Settings},
    },
};

use super::{followed, ways_back};
use crate::support::{
    eventually,
    followed::{Followed, follow, follow_in, line},
    world::small,
};

impl Followed {
    async fn is_at_rest(&self) {
        eventually("rest", || async { self.row().await.filter(|row| row.state == OrderState::Synced) }).await;
    }

    /// `order resync`, done.
    async fn resync(&self) {
        let selection = Selection { numbers: vec![OrderNumber::new(self.number)], ..Selection::default() };
        let (pool, store) = (self.world.database.pool(), self.world.store().await);
        admin::ask(pool, &store, &selection, Ask::Resync).await.unwrap();
        self.is_at_rest().await;
    }

    /// Both sides change at once, and the store wins with 8 over staff's 503.
    pub(super) async fn store_wins(&self) {
        let before = self.row().await;
        self.world.sandbox.shop.edit(|shop| shop.orders.get_mut(&self.number).unwrap().status = 8);
        self.staff().set_status(self.work_order, 503).unwrap();
        self.rests(OrderState::Synced, before).await;
        self.lists("503").await;
        assert_eq!(self.made().status_id, 504);
    }

    /// Staff set 504 in place of this status, and the store's next one wins and is listed.
    async fn overrules_504_after(&self, from: i64) {
        self.staff().set_status(self.work_order, 504).unwrap();
        self.tells(&format!("from {from} to 504")).await;
        self.edit(|order| order.status = 5).await;
        assert_eq!(self.made().status_id, 503, "the store wins");
        self.lists("504").await;
    }

    /// A conflict of statuses is listed with this status of RO App's.
    pub(super) async fn lists(&self, roapp: &str) {
        let conflicts = self.conflicts().await;
        assert!(conflicts.iter().any(|(what, _, there)| what == "status" && there == roapp), "{conflicts:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resync_leaves_what_staff_made_of_the_initial_status_until_the_map_leads_elsewhere() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.tells("a person changed the status").await;
    followed.resync().await;
    assert_eq!((followed.made().status_id, followed.conflicts().await), (503, vec![]));
    let to_502 = MappedStatus::Status(Id::new(502));
    followed
        .world
        .edit(|settings| {
            settings.status_map.insert(StoreStatusId::new(1), to_502);
        })
        .await;
    followed.resync().await;
    assert_eq!(followed.made().status_id, 502);
    followed.lists("503").await;
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resync_leaves_a_status_that_went_to_the_store_though_the_map_leads_elsewhere() {
    let not_the_inverse = |settings: &mut Settings| {
        ways_back(settings);
        settings.write_back.insert(Id::new(504), StoreStatusId::new(6));
        settings.status_map.insert(StoreStatusId::new(6), MappedStatus::Status(Id::new(503)));
    };
    let followed = follow_in(small(4), &[line(1, "A-1", 100, 1)], not_the_inverse).await;
    followed.staff().set_status(followed.work_order, 504).unwrap();
    followed.shop_gets(6).await;
    followed.tells("the store now has status 6").await;
    followed.time_passes().await;
    followed.is_at_rest().await;
    followed.resync().await;
    assert_eq!((followed.made().status_id, followed.conflicts().await), (504, vec![]));
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_staff_set_after_a_status_that_was_kept_is_not_overruled_without_a_word() {
    let followed = followed().await;
    followed.staff().set_status(followed.work_order, 506).unwrap();
    followed.tells("the store now has status 3").await;
    followed.edit(|order| order.status = 6).await;
    followed.lists("506").await;
    followed.overrules_504_after(506).await;
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_staff_set_while_the_map_does_not_know_the_stores_status_is_not_overruled_without_a_word() {
    let without_6 = |settings: &mut Settings| {
        settings.status_map.remove(&StoreStatusId::new(6));
    };
    let followed = follow_in(small(4), &[line(1, "A-1", 100, 1)], without_6).await;
    followed.edit(|order| order.status = 2).await;
    followed.edit(|order| order.status = 6).await;
    assert_eq!((followed.made().status_id, followed.conflicts().await), (502, vec![]));
    followed.overrules_504_after(502).await;
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_that_the_store_won_stays_listed_when_the_store_moves_on() {
    let followed = followed().await;
    followed.store_wins().await;
    followed.edit(|order| order.status = 2).await;
    assert_eq!(followed.made().status_id, 502);
    followed.edit(|order| order.comment = "ring twice".into()).await;
    followed.lists("503").await;
    // Staff set it again: now both sides have what they wanted.
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.tells("the store now has status 5").await;
    followed.tells("conflict resolved: status").await;
    followed.daemon.stop().await;
}
