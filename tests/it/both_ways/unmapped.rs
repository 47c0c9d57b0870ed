//! A status that a person set, and `[write_back]` changed before it reached the store.

use cartum_roapp::{db::write_backs, domain::ids::Id, sandbox::faults::Fault};

use super::{followed, ways_back};
use crate::{
    store_side::sql,
    support::{Words, followed::Followed},
};

impl Followed {
    async fn to_the_store(&self) -> String {
        let order = self.row().await.unwrap().id;
        write_backs::outlook(self.world.database.pool(), order).await.unwrap().words()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_the_map_does_not_lead_back_from_any_more_is_dropped_with_a_word() {
    for whole in [true, false] {
        let followed = followed().await;
        let faults = followed.world.sandbox.shop.faults();
        faults.add("orders/update", Fault::Refuse(503), 0, u32::MAX);
        followed.staff().set_status(followed.work_order, 503).unwrap();
        followed.tells("from 501 to 503").await;
        followed.world.edit(|settings| settings.write_back.retain(|roapp, _| !whole && roapp.get() != 503)).await;
        followed.tells("RO App's status 503 is not written to the store: it has no `write_back` entry any more").await;
        assert_eq!(followed.to_the_store().await, "");
        faults.clear();
        let updates = followed.updates();
        followed.world.edit(ways_back).await;
        followed.time_passes().await;
        assert_eq!((followed.updates(), followed.shop_status()), (updates, 1), "the map is back, the wish is not");
        followed.daemon.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_of_a_status_on_its_way_is_told_as_the_store_and_the_order_are() {
    let followed = followed().await;
    followed.world.sandbox.shop.faults().add("orders/update", Fault::Refuse(503), 0, u32::MAX);
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.tells("from 501 to 503").await;
    let Followed { world, daemon, number, work_order } = followed;
    daemon.stop().await;
    let says = async |part: &str| {
        let order = world.orders().await.into_iter().find(|row| row.number == Id::new(number)).unwrap().id;
        let words = write_backs::outlook(world.database.pool(), order).await.unwrap();
        assert!(words.contains(part), "{part:?} is not in {words:?} of {work_order}");
    };
    says("will be written to the store with the next poll").await;
    sql(&world, "UPDATE store SET state = 'paused', reason = '{\"code\": \"paused-by-hand\"}'").await;
    says("will be written to the store once the store is resumed").await;
    sql(&world, "UPDATE store SET state = 'needs_credentials'").await;
    says("will be written to the store once its login works again").await;
    sql(&world, "UPDATE store SET state = 'active'").await;
    sql(&world, "UPDATE store_order SET state = 'gone', reason = '{\"code\": \"gone\"}' WHERE state = 'synced'").await;
    says("is not written to the store: the order was deleted there").await;
    sql(&world, "UPDATE store_order SET state = 'synced', reason = NULL").await;
    world.edit(|settings| settings.write_back.clear()).await;
    says("is not written to the store: it has no `write_back` entry").await;
}
