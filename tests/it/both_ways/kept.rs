//! What staff set is not thrown back by a resync.

use cartum_roapp::{
    db::{orders::OrderState, stores},
    domain::{
        ids::{Id, OrderNumber, StoreStatusId},
        store::{MappedStatus, Settings},
    },
    setup::{self, Ask, Selection},
};

use super::ways_back;
use crate::support::{
    eventually,
    followed::{Followed, follow, follow_in, line},
    world::{World, small},
};

/// A settings edit.
pub(super) async fn set(world: &World, change: impl FnOnce(&mut Settings)) {
    let store = world.store().await;
    let mut settings = store.settings.clone();
    change(&mut settings);
    let mut tx = world.database.begin().await;
    stores::set_settings(&mut tx, &store, &settings).await.unwrap();
    tx.commit().await.unwrap();
}

impl Followed {
    async fn is_at_rest(&self) {
        eventually("rest", || async { self.row().await.filter(|row| row.state == OrderState::Synced) }).await;
    }

    /// `order resync`, done.
    async fn resync(&self) {
        let selection = Selection { numbers: vec![OrderNumber::new(self.number)], ..Selection::default() };
        let (pool, store) = (self.world.database.pool(), self.world.store().await);
        setup::ask(pool, &store, &selection, Ask::Resync).await.unwrap();
        self.is_at_rest().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resync_leaves_what_staff_made_of_the_initial_status_until_the_map_leads_elsewhere() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.tells("a person moved it").await;
    followed.resync().await;
    assert_eq!((followed.made().status_id, followed.conflicts().await), (503, vec![]));
    let to_502 = MappedStatus::Status(Id::new(502));
    set(&followed.world, |settings| {
        settings.status_map.insert(StoreStatusId::new(1), to_502);
    })
    .await;
    followed.resync().await;
    assert_eq!(followed.made().status_id, 502);
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
    followed.tells("the store has status 6").await;
    followed.time_passes().await;
    followed.is_at_rest().await;
    followed.resync().await;
    assert_eq!((followed.made().status_id, followed.conflicts().await), (504, vec![]));
    followed.daemon.stop().await;
}
