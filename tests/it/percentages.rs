//! Discounts in per cent, which staff give and we never write.

use cartum_roapp::db::orders::OrderState;

use crate::support::followed::{follow, line};

#[tokio::test(flavor = "multi_thread")]
async fn a_discount_in_per_cent_that_staff_gave_is_kept_and_listed_when_the_store_changes_the_line() {
    let followed = follow(&[line(1, "A-1", 100, 1), line(2, "B-2", 30, 1)]).await;
    let item = followed.made().items[0].id;
    followed.staff().discount_item_by(followed.work_order, item, 10.into()).unwrap();
    followed.edit(|order| order.lines[0].quantity = 3.into()).await;
    let kept = followed.made().items[0].clone();
    assert_eq!((kept.quantity, kept.discount.percentage), (1.into(), 10.into()));
    let conflicts = followed.conflicts().await;
    assert_eq!(conflicts[0].2, "1 × 100 − 10 %", "{conflicts:?}");
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_staff_with_a_discount_in_per_cent_leaves_no_order_incomplete() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    let product = followed.made().items[0].entity_id;
    let own = followed.staff().add_item(followed.work_order, product, 3.into(), 33.into()).unwrap();
    followed.staff().discount_item_by(followed.work_order, own, 15.into()).unwrap();
    let row = followed.edit_to(OrderState::Synced, |order| order.lines[0].quantity = 2.into()).await;
    assert_eq!(row.reason, None);
    assert_eq!(followed.made().items[0].quantity, 2.into());
    followed.daemon.stop().await;
}
