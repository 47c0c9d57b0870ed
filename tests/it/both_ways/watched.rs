//! What people do in RO App is seen whatever we are doing there ourselves, and what they bring into agreement is no conflict.

use std::time::Duration;

use cartum_roapp::{
    db::orders::OrderState,
    sandbox::{
        faults::Fault,
        roapp::{GroupForm, RoAppQuirks},
        world::SandboxOptions,
    },
};

use super::{followed, followed_in};
use crate::{
    store_side::sql,
    support::{
        Words, eventually,
        followed::{follow, line},
        world::small,
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_ro_app_refuses_is_set_by_hand_and_the_order_is_followed_from_then_on() {
    let followed = followed().await;
    followed.staff().refuse_status(502);
    let held = followed.edit_to(OrderState::Held, |order| order.status = 2).await;
    assert!(held.reason.contains("set it by hand"), "{:?}", held.reason);
    followed.staff().set_status(followed.work_order, 502).unwrap();
    followed.tells("a person changed the status in RO App from 501 to 502").await;
    eventually("the order in step", || async { followed.row().await.filter(|row| row.state == OrderState::Synced) })
        .await;
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.shop_gets(5).await;
    followed.tells("the store now has status 5").await;
    assert_eq!((followed.conflicts().await, followed.made().status_id), (Vec::new(), 503));
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_changes_while_a_write_of_ours_is_unclear_is_seen_once_that_is_settled() {
    let followed = followed().await;
    let faults = followed.world.sandbox.roapp.faults();
    faults.add("PATCH /v2/orders/{id}", Fault::Refuse(500), 0, u32::MAX);
    followed.world.sandbox.shop.edit(|shop| {
        shop.orders.get_mut(&followed.number).unwrap().comment = "as it is now".into();
    });
    eventually("the write", || async { (followed.calls("PATCH") > 0).then_some(()) }).await;
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.time_passes().await;
    // The list is read from later on: it shows that change no more.
    sql(&followed.world, "UPDATE account SET read_up_to = now() + interval '10 minutes'").await;
    followed.time_passes().await;
    assert_eq!(followed.shop_status(), 1, "not settled yet");
    faults.clear();
    sql(&followed.world, "UPDATE store_order SET next_try_at = now() WHERE state = 'waiting'").await;
    sql(&followed.world, "UPDATE account SET due_at = now()").await;
    followed.tells("a person changed the status in RO App from 501 to 503").await;
    followed.shop_gets(5).await;
    eventually("no hint is left", || async {
        let count = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM work_order_hint");
        (count.fetch_one(followed.world.database.pool()).await.unwrap() == 0).then_some(())
    })
    .await;
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_order_that_ro_app_lists_and_does_not_show_is_looked_at_until_it_does() {
    let followed = followed().await;
    let faults = followed.world.sandbox.roapp.faults();
    faults.add(&format!("GET /v2/orders/{}", followed.work_order), Fault::Refuse(500), 0, u32::MAX);
    followed.staff().set_status(followed.work_order, 503).unwrap();
    let asked = || {
        let (calls, path) = (followed.world.sandbox.roapp.calls(), format!("/v2/orders/{}", followed.work_order));
        calls.iter().filter(|call| call.method == "GET" && call.path == path).count()
    };
    let before = asked();
    eventually("a reading that failed", || async { (asked() > before).then_some(()) }).await;
    followed.time_passes().await;
    // The list is read from later on: it shows that change no more.
    sql(&followed.world, "UPDATE account SET read_up_to = now() + interval '10 minutes'").await;
    followed.time_passes().await;
    assert_eq!(followed.shop_status(), 1, "not seen yet");
    faults.clear();
    followed.tells("a person changed the status in RO App from 501 to 503").await;
    followed.shop_gets(5).await;
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_work_order_is_known_for_one_where_rows_leave_its_group_out() {
    let roapp_quirks = RoAppQuirks { group: GroupForm::Absent, ..RoAppQuirks::default() };
    let followed = followed_in(SandboxOptions { roapp_quirks, ..small(4) }).await;
    followed.staff().set_status(followed.work_order, 506).unwrap();
    followed.tells("closed in RO App").await;
    followed.shop_gets(3).await;
    followed.tells("the store now has status 3").await;
    let row = followed
        .edit(|order| {
            order.status = 2;
            order.lines[0].quantity = 3.into();
        })
        .await;
    assert!(row.pending_change.contains("closed"), "{:?}", row.pending_change);
    assert_eq!((followed.made().status_id, followed.made().items[0].quantity), (506, 1.into()));
    assert!(followed.conflicts().await.iter().any(|(what, _, roapp)| what == "status" && roapp == "506"));
    followed.time_passes().await;
    // Import and daemon are two processes; the watch over what settings name reads the list as well.
    let lists = followed.world.sandbox.roapp.calls();
    let lists = lists.iter().filter(|call| call.path == "/v2/orders/statuses").count();
    assert!(lists <= 4, "the list of statuses was read {lists} times");
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_goes_by_itself_once_staff_bring_ro_app_into_agreement() {
    let followed = followed().await;
    let item = followed.made().items[0].id;
    followed.a_second_passes().await;
    followed.staff().change_item(followed.work_order, item, 2.into(), 100.into()).unwrap();
    followed.staff().edit_malfunction(followed.work_order, "call first").unwrap();
    followed.tells("a person changed lines in RO App").await;
    followed.edit(|order| order.lines[0].quantity = 3.into()).await;
    assert_eq!(followed.conflicts().await.len(), 1, "{:?}", followed.conflicts().await);
    followed.a_second_passes().await;
    // Something else is no agreement.
    followed.staff().edit_notes(followed.work_order, &format!("VIP\n{}", followed.made().manager_notes)).unwrap();
    followed.time_passes().await;
    assert_eq!(followed.conflicts().await.len(), 1);
    followed.a_second_passes().await;
    followed.staff().change_item(followed.work_order, item, 3.into(), 100.into()).unwrap();
    eventually("conflict resolved", || async { followed.conflicts().await.is_empty().then_some(()) }).await;
    eventually("the order in step", || async { followed.row().await.filter(|row| row.state == OrderState::Synced) })
        .await;
    assert!(!followed.row().await.unwrap().is_in_conflict());
    followed.total_is_the_stores();
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_ro_app_lists_a_minute_late_is_seen_all_the_same() {
    let followed = followed().await;
    followed.time_passes().await;
    // It last changed ten minutes earlier, was seen so, and everything up to now was read since.
    followed.staff().edit(|data, _| {
        data.orders.get_mut(&followed.work_order).unwrap().modified_at -= chrono::TimeDelta::minutes(10);
    });
    // A look that has read the list before would bring the later moment back.
    followed.time_passes().await;
    sql(&followed.world, "UPDATE work_order SET seen_modified_at = seen_modified_at - interval '10 minutes'").await;
    sql(&followed.world, "UPDATE account SET read_up_to = greatest(read_up_to, now())").await;
    followed.staff().edit(|data, now| {
        let order = data.orders.get_mut(&followed.work_order).unwrap();
        order.status_id = 503;
        order.modified_at = now - chrono::TimeDelta::seconds(60);
    });
    followed.shop_gets(5).await;
    followed.tells("a person changed the status in RO App from 501 to 503").await;
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn goods_that_are_written_off_while_the_order_waits_are_told_once_it_does_not() {
    let followed = followed().await;
    let wait = "UPDATE store_order SET state = 'waiting', next_try_at = now() + interval '1 hour' WHERE number = $1";
    sqlx::query(wait).bind(followed.number).execute(followed.world.database.pool()).await.unwrap();
    followed.a_second_passes().await;
    followed.staff().write_off(followed.work_order, followed.made().items[0].id).unwrap();
    followed.time_passes().await;
    let looks = || {
        let calls = followed.world.sandbox.roapp.calls();
        calls.iter().filter(|call| call.name() == "GET /v2/orders/{id}/items").count()
    };
    sql(&followed.world, "UPDATE store_order SET next_try_at = now() WHERE state = 'waiting'").await;
    sql(&followed.world, "UPDATE account SET due_at = now()").await;
    followed.tells("goods were written off in RO App").await;
    let looked = looks();
    followed.time_passes().await;
    assert_eq!(looks(), looked, "and it is looked at no more");
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_that_a_person_changes_between_our_write_and_its_verification_are_told() {
    let followed = followed().await;
    let (roapp, item) = (&followed.world.sandbox.roapp, followed.made().items[0].id);
    let patches = followed.calls("PATCH");
    roapp.faults().add("PATCH /v2/orders/{id}", Fault::Slow(Duration::from_millis(300)), 0, 1);
    followed.world.sandbox.shop.edit(|shop| {
        shop.orders.get_mut(&followed.number).unwrap().comment = "as it is now".into();
    });
    eventually("the write", || async { (followed.calls("PATCH") > patches).then_some(()) }).await;
    roapp.faults().add("GET /v2/orders", Fault::Slow(Duration::from_millis(900)), 0, 2);
    eventually("its end", || async { followed.made().manager_notes.contains("as it is now").then_some(()) }).await;
    followed.staff().change_item(followed.work_order, item, 2.into(), 90.into()).unwrap();
    followed.tells("a person changed lines in RO App").await;
    followed.time_passes().await;
    let told = followed.history().await.iter().filter(|line| line.contains("a person changed lines")).count();
    assert_eq!(told, 1);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_a_person_deletes_while_we_remove_it_is_gone_on_both_sides_and_no_conflict() {
    let followed = follow(&[line(1, "A-1", 100, 1), line(2, "B-2", 50, 2)]).await;
    let roapp = &followed.world.sandbox.roapp;
    let slow = Fault::Slow(Duration::from_secs(1));
    roapp.faults().add("DELETE /v2/orders/{id}/items/{item_id}", slow, 0, 1);
    let before = followed.row().await;
    let item = followed.made().items.iter().find(|item| item.price == 50.into()).unwrap().id;
    followed.world.sandbox.shop.edit(|shop| drop(shop.orders.get_mut(&followed.number).unwrap().lines.remove(1)));
    eventually("our call", || async { (followed.calls("DELETE") > 0).then_some(()) }).await;
    followed.staff().delete_item(followed.work_order, item).unwrap();
    followed.rests(OrderState::Synced, before).await;
    followed.tells("line was already removed").await;
    followed.time_passes().await;
    let answers: Vec<_> = roapp.calls().into_iter().filter(|call| call.method == "DELETE").map(|c| c.status).collect();
    assert_eq!((answers, followed.made().items.len()), (vec![404], 1));
    let row = followed.row().await.unwrap();
    assert_eq!((row.state, row.is_in_conflict(), row.pending_change.words().as_str()), (OrderState::Synced, false, ""));
    followed.total_is_the_stores();
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_to_be_looked_at_is_looked_at_also_where_the_account_goes_from_process_to_process() {
    let followed = followed().await;
    followed.time_passes().await;
    let hint = "INSERT INTO work_order_hint (account_id, work_order_id, hinted_at, with_the_watch)
        SELECT account_id, work_order_id, now(), true FROM work_order WHERE number = $1";
    sqlx::query(hint).bind(followed.number).execute(followed.world.database.pool()).await.unwrap();
    // Each take-over looks at RO App before the watch is due, and puts it off.
    eventually("the look", || async {
        let taken_over = "UPDATE account SET lease_holder = NULL, due_at = now(), watch_at = now() + interval '1 hour'
            WHERE lease_token IS NULL; UPDATE store SET next_poll_at = now()";
        sqlx::raw_sql(taken_over).execute(followed.world.database.pool()).await.unwrap();
        let open = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM work_order_hint");
        (open.fetch_one(followed.world.database.pool()).await.unwrap() == 0).then_some(())
    })
    .await;
    followed.daemon.stop().await;
}
