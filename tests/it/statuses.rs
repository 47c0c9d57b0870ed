//! The initial status is read from the created order, never assumed (design section 6), and a status of staff's is not
//! overruled without a word (section 8).

use std::time::Duration;

use cartum_roapp::{
    db::{orders::OrderState, stores},
    domain::{
        ids::{Id, StoreStatusId},
        store::{MappedStatus, Settings},
    },
    sandbox::{faults::Fault, seed::Discounts},
};
use serde_json::Value;

use crate::support::{
    eventually,
    followed::{Followed, follow, follow_in, line},
    world::{World, small},
};

/// 502 leads back to 2.
fn way_back(settings: &mut Settings) {
    settings.write_back = [(Id::new(502), StoreStatusId::new(2))].into();
}

/// Another order with the status, placed while no daemon runs.
async fn place(followed: Followed, status: i64) -> Followed {
    let Followed { world, daemon, .. } = followed;
    daemon.stop().await;
    placed(world, status)
}

fn placed(world: World, status: i64) -> Followed {
    let number = world.sandbox.shop.place_order();
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&number).unwrap();
        (order.lines, order.discounts, order.status) = (vec![line(1, "A-1", 100, 1)], Discounts::default(), status);
    });
    let daemon = world.daemon();
    Followed { world, daemon, number, work_order: 0 }
}

/// New work orders of an order type begin with this status from now on.
fn begin_with(world: &World, order_type: i64, status: i64) {
    world.sandbox.roapp.staff().edit(|data, _| data.rules.initial_statuses.insert(order_type, status));
}

impl Followed {
    /// Comes to rest, and RO App is looked at a few times more.
    async fn is_followed(&mut self) {
        self.work_order = self.rests(OrderState::Synced, None).await.work_order.unwrap();
        let looks = || self.world.sandbox.roapp.calls().len();
        let before = looks();
        eventually("looks at RO App", || async { (looks() >= before + 4).then_some(()) }).await;
    }

    async fn nobody_moved_it(&self) {
        let history = self.history().await;
        assert!(!history.iter().any(|line| line.contains("a person changed the status")), "{history:?}");
        let calls = self.world.sandbox.shop.calls();
        assert_eq!(calls.iter().filter(|call| call.function == "orders/update").count(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_initial_status_of_the_order_type_is_nobodys_change_and_not_written_to_the_store() {
    let followed = follow_in(small(4), &[line(1, "A-1", 100, 1)], way_back).await;
    assert_eq!(followed.made().status_id, 501);
    begin_with(&followed.world, 71, 502);
    let mut followed = place(followed, 1).await;
    followed.is_followed().await;
    assert_eq!((followed.made().status_id, followed.shop_status()), (502, 1));
    followed.nobody_moved_it().await;
    // What a person sets afterwards is told from there.
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.tells("a person changed the status in RO App from 502 to 503").await;
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_was_the_initial_one_once_is_set_where_the_store_wants_it() {
    let to_501 = |settings: &mut Settings| {
        settings.status_map.insert(Id::new(1), MappedStatus::Status(Id::new(501)));
    };
    let followed = follow_in(small(4), &[line(1, "A-1", 100, 1)], to_501).await;
    begin_with(&followed.world, 71, 502);
    let mut followed = place(followed, 1).await;
    followed.is_followed().await;
    assert_eq!(followed.made().status_id, 501);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_order_type_is_read_back_anew() {
    let followed = follow_in(small(4), &[line(1, "A-1", 100, 1)], way_back).await;
    let Followed { world, daemon, .. } = followed;
    daemon.stop().await;
    begin_with(&world, 72, 502);
    let store = world.store().await;
    assert!(store.marker_read_back && store.initial_status == Some(Id::new(501)));
    let settings = Settings { order_type_id: Id::new(72), ..store.settings.clone() };
    let mut tx = world.database.begin().await;
    stores::set_settings(&mut tx, &store, &settings).await.unwrap();
    tx.commit().await.unwrap();
    let store = world.store().await;
    assert!(!store.marker_read_back && store.initial_status.is_none());
    let mut followed = placed(world, 1);
    followed.is_followed().await;
    let store = followed.world.store().await;
    assert!(store.marker_read_back && store.initial_status == Some(Id::new(502)));
    assert_eq!(followed.made().status_id, 502);
    followed.nobody_moved_it().await;
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_staff_set_before_our_first_one_is_overruled_and_listed() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    followed.world.sandbox.roapp.faults().add("POST /v2/orders/{id}/items", Fault::Refuse(503), 0, 1);
    let mut followed = place(followed, 2).await;
    let number = Value::String(followed.number.to_string());
    let work_order = eventually("a work order without lines", || async {
        let roapp = &followed.world.sandbox.roapp;
        let of_it = |order: &&cartum_roapp::sandbox::roapp::Order| order.custom_fields.get("f601") == Some(&number);
        roapp.data().orders.values().find(of_it).map(|order| order.id).filter(|_| roapp.faults().are_spent())
    })
    .await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    followed.staff().set_status(work_order, 504).unwrap();
    followed.work_order = followed.rests(OrderState::Synced, None).await.work_order.unwrap();
    assert_eq!(followed.made().status_id, 502, "the store wins");
    let conflicts = followed.conflicts().await;
    assert!(conflicts.iter().any(|(what, _, roapp)| what == "status" && roapp == "504"), "{conflicts:?}");
    followed.daemon.stop().await;
}
