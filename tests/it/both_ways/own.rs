//! What we write ourselves comes back with the watch, and is nobody's change (design section 7).

use cartum_roapp::sandbox::faults::Fault;

use super::followed;

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
