//! What we write ourselves comes back with the watch, and is nobody's change (design section 7).

use cartum_roapp::sandbox::faults::Fault;

use super::followed;
use crate::support::followed::{follow, line};

/// Every part of an order that is written changes in the store. RO App executes the first call with this name and does not answer.
async fn is_nobodys_change(unanswered: Option<&str>) {
    let followed = followed().await;
    let faults = followed.world.sandbox.roapp.faults();
    if let Some(call) = unanswered {
        faults.add(call, Fault::CutAfter, 0, 1);
    }
    followed
        .edit(|order| {
            order.lines[0].quantity = 3.into();
            order.comment = "ring twice".into();
            (order.discounts.coupon_code, order.discounts.coupon_value) = ("AUTUMN".into(), 20.into());
        })
        .await;
    assert!(faults.are_spent());
    // The second in which we wrote is over, and looked at.
    followed.a_second_passes().await;
    followed.time_passes().await;
    let made = followed.made();
    assert!(made.malfunction.contains("ring twice") && made.manager_notes.contains("AUTUMN"), "{made:?}");
    followed.total_is_the_stores();
    let history = followed.history().await;
    assert!(!history.iter().any(|line| line.starts_with("a person")), "{history:#?}");
    assert_eq!((followed.conflicts().await, followed.updates()), (vec![], 0));
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_we_write_is_nobodys_change_when_it_comes_back() {
    is_nobodys_change(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_we_wrote_without_an_answer_is_nobodys_change_when_it_comes_back() {
    is_nobodys_change(Some("PATCH /v2/orders/{id}/items/{item_id}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_and_fields_that_we_wrote_without_an_answer_are_nobodys_change_when_they_come_back() {
    is_nobodys_change(Some("PATCH /v2/orders/{id}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_we_write_beside_staffs_own_work_is_nobodys_change_either() {
    let followed = follow(&[line(1, "A-1", 100, 1), line(2, "B-2", 30, 1)]).await;
    let (product, work_order) = (followed.made().items[0].entity_id, followed.work_order);
    followed.a_second_passes().await;
    followed.staff().add_item(work_order, product, 3.into(), 33.into()).unwrap();
    followed.staff().edit_malfunction(work_order, "call first").unwrap();
    followed.tells("a person changed lines in RO App").await;
    followed.tells("a person changed notes or fields in RO App").await;
    for quantity in [4, 5] {
        let row = followed
            .edit(|order| {
                order.lines[1].quantity = quantity.into();
                order.tracking_number = Some(format!("2045000000000{quantity}"));
            })
            .await;
        assert_eq!(row.reason, None);
        followed.time_passes().await;
    }
    let told: Vec<_> = followed.history().await.into_iter().filter(|line| line.contains("a person changed")).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    followed.daemon.stop().await;
}
