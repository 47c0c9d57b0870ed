//! What is known of RO App may be out of date: after an outage, after a long run of calls, or by a date that is no date of now.

use std::time::Duration;

use cartum_roapp::{
    admin,
    domain::store::FieldText,
    sandbox::{
        faults::Fault,
        roapp::{RoAppQuirks, TimeForm},
        seed::Line,
        world::SandboxOptions,
    },
};

use super::{followed, ways_back};
use crate::{
    store_side::{polls, sql},
    support::{
        eventually,
        followed::{follow_in, line},
        world::small,
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn after_an_outage_of_both_sides_only_what_a_person_set_last_is_written_to_the_store() {
    let followed = followed().await;
    let (shop, roapp) = (followed.world.sandbox.shop.faults(), followed.world.sandbox.roapp.faults());
    shop.add("*", Fault::Refuse(503), 0, u32::MAX);
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.tells("from 501 to 503").await;
    roapp.add("*", Fault::Refuse(503), 0, u32::MAX);
    followed.a_second_passes().await;
    followed.staff().set_status(followed.work_order, 505).unwrap();
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    // The store is there again first.
    shop.clear();
    sql(&followed.world, "UPDATE store SET next_poll_at = now()").await;
    polls(&followed.world, 4).await;
    assert_eq!((followed.updates(), followed.shop_status()), (0, 1), "a wish of before the outage");
    roapp.clear();
    sql(&followed.world, "UPDATE account SET retry_at = now(), due_at = now()").await;
    followed.shop_gets(6).await;
    followed.tells("the store now has status 6").await;
    assert_eq!(followed.updates(), 1);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_stopped_while_it_is_read_gets_no_status_any_more() {
    let followed = followed().await;
    followed.world.sandbox.shop.faults().add("orders/get", Fault::Slow(Duration::from_millis(1_500)), 0, u32::MAX);
    polls(&followed.world, 1).await;
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.tells("from 501 to 503").await;
    admin::pause(followed.world.database.pool(), &followed.world.store().await, &cartum_roapp::admin::By::CommandLine)
        .await
        .unwrap();
    followed.world.comes_to_rest().await;
    assert_eq!((followed.updates(), followed.shop_status()), (0, 1));
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_a_person_sets_while_many_lines_are_written_is_seen_before_ours_is_set() {
    let followed = follow_in(small(4), &[line(1, "A-1", 100, 1)], ways_back).await;
    let slow = Fault::Slow(Duration::from_millis(1_700));
    followed.world.sandbox.roapp.faults().add("POST /v2/orders/{id}/items", slow, 0, 4);
    let before = followed.made().items.len();
    followed.world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&followed.number).unwrap();
        let more: Vec<Line> = (2..6).map(|id| line(id, &format!("A-{id}"), 100, 1)).collect();
        order.lines.extend(more);
        order.status = 2;
    });
    eventually("the first of the lines", || async { (followed.made().items.len() > before).then_some(()) }).await;
    followed.staff().set_status(followed.work_order, 504).unwrap();
    followed.tells("conflict: status: store 2 (RO App status 502), RO App 504").await;
    followed.time_passes().await;
    assert_eq!((followed.made().status_id, followed.made().items.len()), (502, 5), "the store wins, and it is told");
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_order_of_tomorrow_hides_no_change_of_today() {
    let followed = followed().await;
    let (_, other) = followed.another().await;
    followed
        .staff()
        .edit(|data, now| data.orders.get_mut(&other).unwrap().modified_at = now + chrono::TimeDelta::days(1));
    followed.time_passes().await;
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.tells("from 501 to 503").await;
    followed.shop_gets(5).await;
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_change_is_seen_though_ro_app_tells_but_the_day_of_it() {
    let roapp_quirks = RoAppQuirks { times: TimeForm::Day, ..RoAppQuirks::default() };
    let options = SandboxOptions { roapp_quirks, ..small(4) };
    let followed = follow_in(options, &[line(1, "A-1", 100, 1)], |settings| {
        ways_back(settings);
        settings.custom_fields = [(603, FieldText::PlacedAt)].into();
    })
    .await;
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.tells("from 501 to 503").await;
    followed.shop_gets(5).await;
    followed.staff().edit_malfunction(followed.work_order, "call first").unwrap();
    followed.tells("a person changed notes or fields in RO App").await;
    let item = followed.made().items[0].id;
    followed.staff().change_item(followed.work_order, item, 2.into(), 90.into()).unwrap();
    followed.tells("a person changed lines in RO App").await;
    followed.time_passes().await;
    let history = followed.history().await;
    let told = history.iter().filter(|line| line.starts_with("a person ")).count();
    assert_eq!((told, followed.updates()), (3, 1), "{history:#?}");
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_cancellation_is_told_though_its_comment_had_to_wait() {
    let followed = followed().await;
    let item = followed.made().items[0].id;
    followed.staff().write_off(followed.work_order, item).unwrap();
    followed.world.sandbox.roapp.faults().add("POST /v2/orders/{id}/comments", Fault::Refuse(429), 0, 1);
    followed.edit(|order| order.status = 4).await;
    let comments = followed.made().comments;
    let told = comments.iter().filter(|comment| comment.text.contains("was canceled in the store")).count();
    assert_eq!((told, followed.made().status_id), (1, 501));
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_listed_and_could_not_be_saved_is_listed_again() {
    let followed = followed().await;
    let read_up_to = || async {
        let mark = "SELECT read_up_to::text FROM account";
        sqlx::query_scalar::<_, String>(mark).fetch_one(followed.world.database.pool()).await.unwrap()
    };
    followed.time_passes().await;
    let roapp = followed.world.sandbox.roapp.faults();
    // The list is there, the work order itself and all else is not.
    roapp.add("GET /v2/orders/{id}", Fault::Refuse(503), 0, u32::MAX);
    roapp.add("GET /v2/company", Fault::Refuse(503), 0, u32::MAX);
    let before = read_up_to().await;
    followed.a_second_passes().await;
    followed.staff().set_status(followed.work_order, 503).unwrap();
    eventually("the outage", || async {
        let failing = "SELECT failing_since IS NOT NULL FROM account";
        let failing: bool = sqlx::query_scalar(failing).fetch_one(followed.world.database.pool()).await.unwrap();
        failing.then_some(())
    })
    .await;
    assert_eq!(read_up_to().await, before);
    roapp.clear();
    sql(&followed.world, "UPDATE account SET retry_at = now(), due_at = now()").await;
    followed.shop_gets(5).await;
    assert!(read_up_to().await > before);
    followed.daemon.stop().await;
}
