//! Work orders that are closed or whose goods are written off: what takes them there, and what waits until that is over.

use cartum_roapp::{
    db::orders::{Listed, OrderState},
    domain::{
        ids::{Id, StoreStatusId},
        store::Settings,
    },
};

use super::{followed, ways_back};
use crate::support::{
    Words, eventually,
    followed::{follow, follow_in, line},
    world::small,
};

fn in_step(row: &Listed) -> bool {
    row.pending_change.is_empty() && row.state == OrderState::Synced
}

/// 507 leads back to 8, so that a cancellation of the store's that is taken for staff's shows there.
fn canceled_leads_to_8(settings: &mut Settings) {
    ways_back(settings);
    settings.write_back.insert(Id::new(507), StoreStatusId::new(8));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_follows_the_status_map_where_nothing_is_written_off_and_deletes_nothing() {
    let followed = follow_in(small(4), &[line(1, "A-1", 100, 1)], canceled_leads_to_8).await;
    let (before, deletes) = (followed.made(), followed.calls("DELETE"));
    followed.edit(|order| order.status = 4).await;
    followed.a_second_passes().await;
    followed.time_passes().await;
    let made = followed.made();
    assert_eq!((made.status_id, followed.shop_status(), followed.updates()), (507, 4, 0));
    assert_eq!((made.items, followed.calls("DELETE")), (before.items, deletes));
    assert_eq!(followed.conflicts().await, []);
    assert_eq!(followed.row().await.unwrap().pending_change, None);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_work_order_reaches_the_store_and_is_never_moved_out_of_its_group() {
    let followed = followed().await;
    followed.staff().set_status(followed.work_order, 506).unwrap();
    followed.shop_gets(3).await;
    followed.tells("closed in RO App").await;
    followed.tells("the store now has status 3").await;
    followed.edit(|order| order.status = 2).await;
    assert_eq!(followed.made().status_id, 506);
    assert!(followed.conflicts().await.iter().any(|(what, _, roapp)| what == "status" && roapp == "506"));
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_closed_work_order_is_written_once_it_is_reopened() {
    let followed = followed().await;
    followed.staff().set_status(followed.work_order, 506).unwrap();
    followed.tells("closed in RO App").await;
    followed.shop_gets(3).await;
    followed.tells("the store now has status 3").await;
    let row = followed.edit(|order| order.lines[0].quantity = 3.into()).await;
    assert!(row.pending_change.contains("closed"), "{:?}", row.pending_change);
    // 504 leads nowhere: nothing changes in the store.
    followed.staff().set_status(followed.work_order, 504).unwrap();
    followed.tells("reopened in RO App").await;
    eventually("the lines", || async { (followed.made().items[0].quantity == 3.into()).then_some(()) }).await;
    eventually("nothing pends", || async { followed.row().await.filter(in_step) }).await;
    followed.total_is_the_stores();
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_goods_written_off_is_written_once_they_are_back() {
    let followed = followed().await;
    let item = followed.made().items[0].id;
    followed.a_second_passes().await;
    followed.staff().write_off(followed.work_order, item).unwrap();
    followed.tells("goods were written off in RO App").await;
    let row = followed.edit(|order| order.lines[0].quantity = 3.into()).await;
    assert!(row.pending_change.contains("written off"), "{:?}", row.pending_change);
    followed.world.sandbox.roapp.staff().edit(|data, now| {
        let order = data.orders.get_mut(&followed.work_order).unwrap();
        order.items[0].written_off = false;
        order.modified_at = now + chrono::TimeDelta::seconds(1);
    });
    followed.tells("no longer written off").await;
    eventually("the lines", || async { (followed.made().items[0].quantity == 3.into()).then_some(()) }).await;
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_after_a_write_off_is_a_conflict_and_one_comment() {
    let followed = followed().await;
    let item = followed.made().items[0].id;
    followed.staff().write_off(followed.work_order, item).unwrap();
    followed.edit(|order| order.status = 4).await;
    assert_eq!(followed.made().status_id, 501);
    assert!(followed.conflicts().await.iter().any(|(what, _, _)| what == "status"));
    let told =
        || followed.made().comments.iter().filter(|comment| comment.text.contains("was canceled in the store")).count();
    assert_eq!(told(), 1);
    followed.edit(|order| order.comment = "sorry".into()).await;
    followed.edit(|order| order.status = 2).await;
    assert_eq!(followed.made().status_id, 502);
    followed.edit(|order| order.status = 4).await;
    assert_eq!(told(), 1);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_that_wait_for_a_closed_work_order_are_written_once_it_is_reopened() {
    // No status is written to the store, which would have the order planned again by itself.
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    followed.staff().set_status(followed.work_order, 506).unwrap();
    followed.tells("closed in RO App").await;
    let before = followed.made();
    let row = followed.edit(|order| order.comment = "ring twice".into()).await;
    assert!(row.pending_change.contains("closed; notes and fields changed"), "{:?}", row.pending_change);
    followed.time_passes().await;
    let made = followed.made();
    assert_eq!((made.manager_notes, made.malfunction), (before.manager_notes, before.malfunction));

    followed.staff().set_status(followed.work_order, 502).unwrap();
    followed.tells("reopened in RO App").await;
    eventually("nothing pends", || async { followed.row().await.filter(in_step) }).await;
    let made = followed.made();
    assert!(made.manager_notes.contains("ring twice") && made.malfunction.contains("ring twice"), "{made:?}");
    assert_eq!((made.status_id, followed.conflicts().await), (502, vec![]));
    followed.daemon.stop().await;
}
