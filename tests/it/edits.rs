//! What changes in the store reaches RO App, and what staff did there stays (invariant 6 and section 6, edits).

use std::time::Duration;

use cartum_roapp::{
    admin::{self, Ask, Selection},
    db::orders::OrderState,
    domain::store::FieldText,
    sandbox::{
        faults::Fault,
        roapp::{Deletion, RoAppQuirks},
        world::SandboxOptions,
    },
};
use rust_decimal::Decimal;

use crate::support::{
    Words, eventually,
    followed::{Followed, follow, follow_in, line},
    world::small,
};

fn of(article: &str, quantity: i64, price: i64, discount: &str) -> (String, Decimal, Decimal, Decimal) {
    (article.into(), quantity.into(), price.into(), discount.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_equal_lines_each_follows_its_own_and_one_removed_removes_one() {
    let followed = follow(&[line(1, "A-1", 100, 1), line(2, "A-1", 100, 1)]).await;
    followed.edit(|order| order.lines[1].quantity = 3.into()).await;
    assert_eq!(followed.lines(), [of("A-1", 1, 100, "0"), of("A-1", 3, 100, "0")]);
    followed.edit(|order| drop(order.lines.remove(0))).await;
    assert_eq!(followed.lines(), [of("A-1", 3, 100, "0")]);
    followed.total_is_the_stores();
    assert_eq!(followed.conflicts().await, []);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_replaced_by_another_is_removed_and_the_other_added() {
    let followed = follow(&[line(1, "A-1", 100, 1), line(2, "B-2", 50, 2)]).await;
    // A line of its own, and the same cart line with another article.
    followed.edit(|order| order.lines[1] = line(3, "C-3", 70, 1)).await;
    assert_eq!(followed.lines(), [of("A-1", 1, 100, "0"), of("C-3", 1, 70, "0")]);
    followed.edit(|order| order.lines[0] = line(1, "D-4", 30, 1)).await;
    assert_eq!(followed.lines(), [of("C-3", 1, 70, "0"), of("D-4", 1, 30, "0")]);
    followed.total_is_the_stores();
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coupon_added_later_and_a_quantity_change_every_share_once() {
    let followed = follow(&[line(1, "A-1", 100, 1), line(2, "B-2", 50, 2), line(3, "C-3", 33, 1)]).await;
    let patches = followed.calls("PATCH");
    followed
        .edit(|order| {
            order.discounts.coupon_code = "AUTUMN".into();
            order.discounts.coupon_value = 20.into();
        })
        .await;
    followed.total_is_the_stores();
    let lines = followed.lines();
    assert!(lines.iter().all(|(_, _, _, discount)| !discount.is_zero()), "{lines:?}");
    // Three lines, and the head for the coupon in the notes and the estimated price.
    assert_eq!(followed.calls("PATCH") - patches, 4);

    let patches = followed.calls("PATCH");
    followed.edit(|order| order.lines[2].quantity = 4.into()).await;
    followed.total_is_the_stores();
    assert_eq!(followed.calls("PATCH") - patches, 4, "each line whose share changed, once");
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn discounts_that_count_per_unit_and_come_with_an_edit_are_found_out_for_every_order_of_the_batch() {
    let roapp_quirks = RoAppQuirks { discount_per_unit: true, ..RoAppQuirks::default() };
    let options = SandboxOptions { roapp_quirks, ..small(4) };
    let followed = follow_in(options, &[line(1, "A-1", 100, 2)], |_| {}).await;
    let Followed { world, daemon, number, work_order } = followed;
    let second = world.sandbox.shop.place_order();
    world.sandbox.shop.edit(|shop| {
        let first = shop.orders[&number].clone();
        let order = shop.orders.get_mut(&second).unwrap();
        (order.lines, order.discounts, order.status) = (first.lines, first.discounts, first.status);
    });
    let synced = async |number: i64, than: Option<i64>| {
        eventually("an order in step", || async {
            let rows = world.orders().await;
            let row = rows.into_iter().find(|row| row.number.get() == number && row.state == OrderState::Synced)?;
            row.version.map(|version| (version.get(), row.work_order.unwrap())).filter(|(id, _)| Some(*id) != than)
        })
        .await
    };
    let before = [synced(number, None).await, synced(second, None).await];
    daemon.stop().await;
    // As if no discount had been sent yet.
    sqlx::query("UPDATE account SET discount_per = 'unknown'").execute(world.database.pool()).await.unwrap();
    world.sandbox.shop.edit(|shop| {
        for number in [number, second] {
            let discounts = &mut shop.orders.get_mut(&number).unwrap().discounts;
            (discounts.coupon_code, discounts.coupon_value) = ("AUTUMN".into(), 20.into());
        }
    });
    let daemon = world.daemon();
    for (number, (version, made)) in [number, second].into_iter().zip(before) {
        synced(number, Some(version)).await;
        let total = world.sandbox.roapp.data().orders[&made].total(true);
        assert_eq!(total, Decimal::from(180), "order {number}, work order {made} ({work_order} is the first)");
    }
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_line_that_ro_app_does_not_let_go_waits_for_a_person() {
    for item_delete in [Deletion::NotFound, Deletion::NotAllowed] {
        let options =
            SandboxOptions { roapp_quirks: RoAppQuirks { item_delete, ..RoAppQuirks::default() }, ..small(4) };
        let followed = follow_in(options, &[line(1, "A-1", 100, 1), line(2, "B-2", 50, 2)], |_| {}).await;
        let held = followed.edit_to(OrderState::Held, |order| drop(order.lines.remove(1))).await;
        assert!(held.reason.contains("by hand"), "{:?}", held.reason);
        let item = followed.made().items.iter().find(|item| item.price == 50.into()).unwrap().id;
        followed.staff().delete_item(followed.work_order, item).unwrap();
        let pool = followed.world.database.pool();
        let selection = Selection { numbers: vec![held.number], ..Selection::default() };
        admin::ask(pool, &followed.world.store().await, &selection, Ask::Retry).await.unwrap();
        followed.rests(OrderState::Synced, None).await;
        assert_eq!(followed.lines(), [of("A-1", 1, 100, "0")]);
        followed.daemon.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_replaced_in_place_that_ro_app_does_not_let_go_waits_for_a_person_with_each_version() {
    for item_delete in [Deletion::NotFound, Deletion::NotAllowed] {
        let options =
            SandboxOptions { roapp_quirks: RoAppQuirks { item_delete, ..RoAppQuirks::default() }, ..small(4) };
        let followed = follow_in(options, &[line(1, "A-1", 100, 1), line(2, "B-2", 50, 2)], |_| {}).await;
        let both = [of("A-1", 1, 100, "0"), of("B-2", 2, 50, "0"), of("C-3", 1, 70, "0")];
        let held = followed.edit_to(OrderState::Held, |order| order.lines[1] = line(2, "C-3", 70, 1)).await;
        assert!(held.reason.contains("by hand"), "{:?}", held.reason);
        assert_eq!(followed.lines(), both);
        let held = followed.edit_to(OrderState::Held, |order| order.lines[0].quantity = 2.into()).await;
        assert!(held.reason.contains("by hand"), "{:?}", held.reason);
        assert_eq!(followed.lines(), [of("A-1", 2, 100, "0"), both[1].clone(), both[2].clone()]);
        let item = followed.made().items.iter().find(|item| item.price == 50.into()).unwrap().id;
        followed.staff().delete_item(followed.work_order, item).unwrap();
        followed.edit(|order| order.comment = "thank you".into()).await;
        assert_eq!(followed.lines(), [of("A-1", 2, 100, "0"), of("C-3", 1, 70, "0")]);
        followed.total_is_the_stores();
        followed.daemon.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_that_staff_changed_deleted_or_added_stay_as_staff_left_them() {
    let lines = [line(1, "A-1", 100, 1), line(2, "B-2", 50, 2), line(3, "C-3", 30, 1), line(4, "D-4", 20, 1)];
    let followed = follow(&lines).await;
    let item = |price: i64| followed.made().items.iter().find(|item| item.price == price.into()).unwrap().clone();
    let (changed, deleted) = (item(50), item(30));
    followed.staff().change_item(followed.work_order, changed.id, 5.into(), 45.into()).unwrap();
    followed.staff().delete_item(followed.work_order, deleted.id).unwrap();
    followed.staff().add_item(followed.work_order, item(100).entity_id, 1.into(), 9.into()).unwrap();
    followed
        .edit(|order| {
            order.lines[1].quantity = 3.into();
            order.lines[2].quantity = 2.into();
            order.lines[3].quantity = 7.into();
        })
        .await;
    let expected = [of("A-1", 1, 9, "0"), of("A-1", 1, 100, "0"), of("B-2", 5, 45, "0"), of("D-4", 7, 20, "0")];
    assert_eq!(followed.lines(), expected);
    let conflicts = followed.conflicts().await;
    let shown: Vec<_> = conflicts.iter().map(|(_, store, roapp)| (store.as_str(), roapp.as_str())).collect();
    assert_eq!(shown, [("3 × 50", "5 × 45"), ("2 × 30", "deleted")]);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_write_off_or_in_a_closed_group_lines_are_frozen_and_the_difference_is_pending() {
    let followed = follow(&[line(1, "A-1", 100, 1), line(2, "B-2", 50, 2)]).await;
    let item = followed.made().items[0].id;
    followed.staff().write_off(followed.work_order, item).unwrap();
    let row = followed.edit(|order| order.lines[1].quantity = 9.into()).await;
    assert!(row.pending_change.contains("written off") && row.pending_change.contains("9 × 50"), "{row:?}");
    assert_eq!(followed.lines(), [of("A-1", 1, 100, "0"), of("B-2", 2, 50, "0")]);
    let row = followed.edit(|order| order.lines[1].quantity = 2.into()).await;
    assert_eq!(row.pending_change, None, "the store took it back");
    followed.daemon.stop().await;

    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    followed.staff().set_status(followed.work_order, 506).unwrap();
    let row = followed.edit(|order| order.lines[0].quantity = 2.into()).await;
    assert!(row.pending_change.contains("closed"), "{row:?}");
    assert_eq!(followed.lines(), [of("A-1", 1, 100, "0")]);
    // A closed work order is not moved either.
    followed.edit(|order| order.status = 2).await;
    assert_eq!(followed.made().status_id, 506);
    assert!(followed.conflicts().await.iter().any(|(what, _, _)| what == "status"));
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_follow_within_what_staff_wrote_and_an_edited_block_gets_a_comment_instead() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    let notes = followed.made().manager_notes;
    followed.staff().edit_notes(followed.work_order, &format!("staff before\n{notes}\nstaff after")).unwrap();
    followed.edit(|order| order.comment = "now with a bow".into()).await;
    let notes = followed.made().manager_notes;
    assert!(notes.starts_with("staff before\n") && notes.ends_with("\nstaff after"), "{notes}");
    assert!(notes.contains("now with a bow") && !notes.contains("as it was"), "{notes}");

    let edited = notes.replace("now with a bow", "no bow, she called");
    followed.staff().edit_notes(followed.work_order, &edited).unwrap();
    let comments = followed.made().comments.len();
    followed.edit(|order| order.comment = "two bows".into()).await;
    let made = followed.made();
    assert_eq!(made.manager_notes, edited, "staff's words stay");
    assert_eq!(made.comments.len(), comments + 1);
    assert!(made.comments.last().unwrap().text.contains("two bows"), "{:?}", made.comments);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_follows_the_store_and_where_staff_moved_it_too_the_store_wins_and_it_is_listed() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    followed.edit(|order| order.status = 2).await;
    assert_eq!(followed.made().status_id, 502);
    assert_eq!(followed.conflicts().await, []);
    // What staff moved alone stays, also when something else changes in the store.
    followed.staff().set_status(followed.work_order, 504).unwrap();
    followed.edit(|order| order.comment = "hurry".into()).await;
    assert_eq!(followed.made().status_id, 504);
    followed.edit(|order| order.status = 6).await;
    assert_eq!(followed.made().status_id, 505);
    assert!(followed.conflicts().await.iter().any(|(what, _, roapp)| what == "status" && roapp.contains("504")));
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn delivery_and_payment_are_told_once_each_time_they_change() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    let told = followed.made().comments.len();
    followed.edit(|order| order.paid = true).await;
    assert_eq!(followed.made().comments.len(), told + 1);
    followed.edit(|order| order.address = "Other street 9".into()).await;
    let comments = followed.made().comments;
    assert_eq!(comments.len(), told + 2);
    assert!(comments.last().unwrap().text.contains("Other street 9"));
    followed.edit(|order| order.comment = "something else".into()).await;
    assert_eq!(followed.made().comments.len(), told + 2);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn custom_fields_follow_the_store_and_one_that_staff_filled_in_stays() {
    let followed = follow_in(small(4), &[line(1, "A-1", 100, 1)], |settings| {
        settings.custom_fields = [(601, FieldText::Delivery)].into();
    })
    .await;
    followed.edit(|order| order.address = "Other street 9".into()).await;
    let shown = |followed: &Followed| followed.made().custom_fields["f601"].clone();
    assert!(shown(&followed).as_str().unwrap().contains("Other street 9"), "{}", shown(&followed));
    followed.staff().edit(|data, now| {
        let order = data.orders.get_mut(&followed.work_order).unwrap();
        order.custom_fields.insert("f601".into(), "by hand".into());
        order.modified_at = now;
    });
    followed.edit(|order| order.address = "Third street 1".into()).await;
    assert_eq!(shown(&followed), "by hand");
    assert!(followed.conflicts().await.iter().any(|(what, store, roapp)| {
        what.contains("f601") && store.contains("Third street 1") && roapp == "by hand"
    }));
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_order_costs_no_call_to_ro_app_but_the_watch() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    followed.world.offer_checked().await;
    let calls = followed.world.calls_but_watch();
    let polls = || followed.world.sandbox.shop.calls().iter().filter(|call| call.function == "orders/get").count();
    let before = polls();
    eventually("three more polls", || async { (polls() >= before + 3).then_some(()) }).await;
    assert_eq!(followed.world.calls_but_watch(), calls);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn news_for_notes_that_staff_edited_come_once_though_their_comment_was_refused() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    followed.staff().edit_notes(followed.work_order, "staff wrote this instead").unwrap();
    followed.world.sandbox.roapp.faults().add("POST /v2/orders/{id}/comments", Fault::Refuse(429), 0, 5);
    followed.edit(|order| order.comment = "two bows".into()).await;
    let told = |comment: &&cartum_roapp::sandbox::roapp::Comment| comment.text.contains("two bows");
    assert_eq!(followed.made().comments.iter().filter(told).count(), 1, "{:?}", followed.made().comments);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_order_that_ro_app_does_not_show_once_is_not_taken_for_deleted() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    // A try is used up before by other trouble.
    followed.world.sandbox.roapp.faults().add("GET /v2/orders/{id}/items", Fault::Refuse(500), 0, 4);
    followed.world.sandbox.roapp.faults().add("GET /v2/orders/{id}", Fault::Refuse(404), 1, 1);
    followed.edit(|order| order.lines[0].quantity = 2.into()).await;
    assert_eq!(followed.lines(), [of("A-1", 2, 100, "0")]);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_order_that_is_there_after_all_is_followed_again() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    let call = format!("GET /v2/orders/{}", followed.work_order);
    followed.world.sandbox.roapp.faults().add(&call, Fault::Refuse(404), 0, u32::MAX);
    followed.edit_to(OrderState::Removed, |order| order.lines[0].quantity = 2.into()).await;
    followed.world.sandbox.roapp.faults().clear();
    let pool = followed.world.database.pool();
    // An hour passes.
    sqlx::raw_sql("UPDATE store_order SET next_try_at = now() WHERE state = 'removed'").execute(pool).await.unwrap();
    followed.rests(OrderState::Synced, None).await;
    assert_eq!(followed.lines(), [of("A-1", 2, 100, "0")]);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resync_asked_while_the_order_is_written_is_done_afterwards() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    followed.world.sandbox.roapp.faults().add(
        "PATCH /v2/orders/{id}/items/{item_id}",
        Fault::Slow(Duration::from_millis(1500)),
        0,
        1,
    );
    let patches = followed.calls("PATCH");
    let number = followed.row().await.unwrap().number;
    followed
        .world
        .sandbox
        .shop
        .edit(|shop| shop.orders.get_mut(&followed.number).unwrap().lines[0].quantity = 2.into());
    eventually("the change on its way", || async { (followed.calls("PATCH") > patches).then_some(()) }).await;
    let pool = followed.world.database.pool();
    let asked = admin::ask(
        pool,
        &followed.world.store().await,
        &Selection { numbers: vec![number], ..Selection::default() },
        Ask::Resync,
    )
    .await
    .unwrap();
    followed.rests(OrderState::Synced, None).await;
    let done: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM history h JOIN store_order o ON o.id = h.order_id WHERE o.number = $1 AND h.at >= $2
             AND h.what->>'code' = 'in-step'",
    )
    .bind(followed.number)
    .bind(asked.at)
    .fetch_one(pool)
    .await
    .unwrap();
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM order_ask").fetch_one(pool).await.unwrap();
    assert_eq!(left, 0, "it is done");
    let reads = followed.world.sandbox.roapp.calls();
    let after_the_change = reads.iter().rposition(|call| call.method == "PATCH").unwrap();
    let items = format!("/v2/orders/{}/items", followed.work_order);
    assert!(
        reads[after_the_change..].iter().any(|call| call.method == "GET" && call.path == items),
        "the lines were compared after the change ({done} times in step)"
    );
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_the_store_takes_back_at_once_is_taken_back_in_ro_app() {
    let followed = follow(&[line(1, "A-1", 100, 2)]).await;
    let (world, number, before) = (&followed.world, followed.number, followed.made().malfunction);
    let comment = world.sandbox.shop.data().orders[&number].comment.clone();
    let say = |text: &str| world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().comment = text.into());
    let version = async || {
        let newest = "SELECT version_id, state = 'synced' AND applied_version_id = version_id FROM store_order WHERE number = $1";
        sqlx::query_as::<_, (i64, bool)>(newest).bind(number).fetch_one(world.database.pool()).await.unwrap()
    };
    let (first, _) = version().await;
    // Read a few times as it is on record.
    let polls = || world.sandbox.shop.calls().len();
    let read = polls();
    eventually("some polls", async || (polls() > read + 8).then_some(())).await;
    say("please call");
    eventually("the change", async || (version().await.0 != first).then_some(())).await;
    say(&comment);
    eventually("the change taken back", async || (version().await == (first, true)).then_some(())).await;
    assert_eq!(followed.made().malfunction, before);
    followed.daemon.stop().await;
}
