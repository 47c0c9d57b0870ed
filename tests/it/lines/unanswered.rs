//! One line for which RO App never finds an answer, while it answers everything else: it is named, and holds up no other.

use std::time::Duration;

use cartum_roapp::{
    db::orders::{Listed, OrderState},
    sandbox::{
        faults::Fault,
        roapp::SeedProduct,
        seed::{Discounts, Line},
    },
};

use crate::support::{
    Words, eventually_within,
    followed::{Followed, follow, line},
};

const ITEMS: &str = "POST /v2/orders/{id}/items";

fn product(followed: &Followed, article: &str) -> i64 {
    let product =
        SeedProduct { title: "Bad".into(), article: article.into(), category_id: 5, ..SeedProduct::default() };
    followed.staff().add_product(product)
}

/// From now on these calls, and no others, are answered with 500.
fn never_answered(followed: &Followed, calls: &[&str]) {
    let faults = followed.world.sandbox.roapp.faults();
    faults.clear();
    for call in calls {
        faults.add(call, Fault::Refuse(500), 0, u32::MAX);
    }
}

/// Articles of the lines, sorted.
fn articles(followed: &Followed) -> Vec<String> {
    followed.lines().into_iter().map(|(article, ..)| article).collect()
}

fn change(followed: &Followed, change: impl FnOnce(&mut cartum_roapp::sandbox::seed::ShopOrder)) {
    followed.world.sandbox.shop.edit(|shop| change(shop.orders.get_mut(&followed.number).unwrap()));
}

async fn row_of(followed: &Followed, number: i64) -> Option<Listed> {
    followed.world.orders().await.into_iter().find(|row| row.number.get() == number)
}

/// Waits for it without the pauses between tries, which grow.
async fn soon<T, F: Future<Output = Option<T>>>(followed: &Followed, what: &str, mut look: impl FnMut() -> F) -> T {
    let hurry = "UPDATE store_order SET next_try_at = now() WHERE state = 'waiting'; UPDATE account SET due_at = now()";
    eventually_within(Duration::from_mins(2), what, || {
        let found = look();
        async {
            let found = found.await;
            if found.is_none() {
                sqlx::raw_sql(hurry).execute(followed.world.database.pool()).await.unwrap();
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            found
        }
    })
    .await
}

/// The order waits with a reason in which all of this stands.
async fn waits_for(followed: &Followed, number: i64, parts: &[&str]) -> Listed {
    soon(followed, &format!("an order that waits for {parts:?}"), || async {
        let row = row_of(followed, number).await?;
        let is_told = parts.iter().all(|part| row.reason.contains(part));
        (row.state == OrderState::Waiting && is_told).then_some(row)
    })
    .await
}

async fn has(followed: &Followed, wanted: &[&str]) {
    soon(followed, &format!("the lines {wanted:?}"), || async { (articles(followed) == wanted).then_some(()) }).await;
}

async fn is_in_step(followed: &Followed, number: i64) {
    soon(followed, "the order in step", || async {
        row_of(followed, number).await.filter(|row| row.state == OrderState::Synced)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_is_never_answered_is_named_and_the_others_are_written() {
    for fault in [Fault::Refuse(500), Fault::CutBefore] {
        let followed = follow(&[line(1, "A-1", 100, 1)]).await;
        let bad = product(&followed, "BAD-1");
        followed.world.sandbox.roapp.faults().add(&format!("{ITEMS} {bad}"), fault, 0, u32::MAX);
        change(&followed, |order| {
            order.lines = vec![line(2, "BAD-1", 30, 1), line(1, "A-1", 100, 1), line(3, "OK-1", 10, 1)];
            (order.comment, order.status) = ("ring twice".into(), 2);
        });
        has(&followed, &["A-1", "OK-1"]).await;
        soon(&followed, "the notes", || async { followed.made().manager_notes.contains("ring twice").then_some(()) })
            .await;
        soon(&followed, "the status", || async { (followed.made().status_id == 502).then_some(()) }).await;
        let name = [r#"the line "Title of BAD-1" (article BAD-1)"#, "retried automatically"];
        let row = waits_for(&followed, followed.number, &name).await;
        assert!(!row.reason.contains("OK-1"), "{:?}", row.reason);

        followed.world.sandbox.roapp.faults().clear();
        is_in_step(&followed, followed.number).await;
        assert_eq!(articles(&followed), ["A-1", "BAD-1", "OK-1"]);
        followed.total_is_the_stores();
        followed.daemon.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_that_are_never_answered_take_turns() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    let bad = ["BAD-1", "BAD-2", "BAD-3"].map(|article| format!("{ITEMS} {}", product(&followed, article)));
    let bad = bad.each_ref().map(String::as_str);
    never_answered(&followed, &bad);
    change(&followed, |order| {
        let bad = ["BAD-1", "BAD-2", "BAD-3", "OK-1"].iter().zip(2..).map(|(article, id)| line(id, article, 30, 1));
        order.lines.extend(bad);
    });
    has(&followed, &["A-1", "OK-1"]).await;
    waits_for(&followed, followed.number, &["BAD-1"]).await;
    // One of them is answered now; the others, tried before it, hold it up no more.
    never_answered(&followed, &[bad[0], bad[1]]);
    has(&followed, &["A-1", "BAD-3", "OK-1"]).await;
    never_answered(&followed, &[]);
    is_in_step(&followed, followed.number).await;
    followed.total_is_the_stores();
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_closes_the_work_order_waits_for_a_line_that_is_never_answered() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    let bad = product(&followed, "BAD-1");
    never_answered(&followed, &[&format!("{ITEMS} {bad}")]);
    change(&followed, |order| {
        order.lines.extend([line(2, "BAD-1", 30, 1), line(3, "OK-1", 10, 1)]);
        (order.comment, order.status) = ("ring twice".into(), 3);
    });
    has(&followed, &["A-1", "OK-1"]).await;
    soon(&followed, "the notes", || async { followed.made().manager_notes.contains("ring twice").then_some(()) }).await;
    waits_for(&followed, followed.number, &["(article BAD-1)"]).await;
    assert!(!followed.made().is_closed());
    never_answered(&followed, &[]);
    is_in_step(&followed, followed.number).await;
    assert!(followed.made().is_closed());
    followed.total_is_the_stores();
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_and_removals_of_lines_that_are_never_answered_hold_up_no_other() {
    let lines = ["A-1", "B-2", "C-3", "E-5"].iter().zip(1..).map(|(article, id)| line(id, article, 10 * id, 1));
    let followed = follow(&lines.collect::<Vec<_>>()).await;
    let path = |method: &str, article: &str| {
        let data = followed.world.sandbox.roapp.data();
        let items = &data.orders[&followed.work_order].items;
        let item = items.iter().find(|item| data.products[&item.entity_id].article == article).unwrap().id;
        format!("{method} /v2/orders/{}/items/{item}", followed.work_order)
    };
    let (one, two, three) = (path("PATCH", "A-1"), path("PATCH", "C-3"), path("DELETE", "B-2"));
    never_answered(&followed, &[&one, &two, &three]);
    change(&followed, |order| {
        for line in &mut order.lines {
            line.quantity = 2.into();
        }
        order.lines[1] = line(7, "D-4", 5, 1);
        (order.comment, order.status) = ("ring twice".into(), 2);
    });
    let quantity = |article: &str| {
        let found = followed.lines().into_iter().find(|(of, ..)| of == article);
        found.map(|(_, quantity, ..)| quantity)
    };
    has(&followed, &["A-1", "B-2", "C-3", "D-4", "E-5"]).await;
    soon(&followed, "the other change", || async { (quantity("E-5") == Some(2.into())).then_some(()) }).await;
    soon(&followed, "the status", || async { (followed.made().status_id == 502).then_some(()) }).await;
    for part in ["the change of the line \"Title of A-1\" (article A-1)", "(article B-2)", "(article C-3)"] {
        waits_for(&followed, followed.number, &[part]).await;
    }
    assert_eq!((quantity("A-1"), quantity("C-3")), (Some(1.into()), Some(1.into())));
    never_answered(&followed, &[&one, &two]);
    has(&followed, &["A-1", "C-3", "D-4", "E-5"]).await;
    never_answered(&followed, &[]);
    is_in_step(&followed, followed.number).await;
    assert_eq!((quantity("A-1"), quantity("C-3")), (Some(2.into()), Some(2.into())));
    followed.total_is_the_stores();
    assert_eq!(followed.conflicts().await, []);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_whose_making_is_never_answered_costs_its_own_lines_alone() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    let world = &followed.world;
    never_answered(&followed, &["POST /products/ BAD-1"]);
    let place = |lines: Vec<Line>| {
        let number = world.sandbox.shop.place_order();
        world.sandbox.shop.edit(|shop| {
            let order = shop.orders.get_mut(&number).unwrap();
            (order.lines, order.discounts, order.status) = (lines, Discounts::default(), 1);
        });
        number
    };
    // A line that staff added may be what is to be added: first it has to be known of which product it is.
    let own = product(&followed, "OWN-1");
    followed.staff().add_item(followed.work_order, own, 1.into(), 5.into()).unwrap();
    change(&followed, |order| order.lines.extend([line(2, "BAD-1", 30, 1), line(3, "NEW-2", 10, 1)]));
    let some = place(vec![line(11, "BAD-1", 30, 1), line(12, "A-1", 100, 1), line(13, "NEW-1", 7, 1)]);
    let none = place(vec![line(21, "BAD-1", 30, 1)]);
    has(&followed, &["A-1", "NEW-2", "OWN-1"]).await;
    soon(&followed, "the other lines", || async {
        let id = row_of(&followed, some).await?.work_order?;
        (world.sandbox.roapp.data().orders[&id].items.len() == 2).then_some(())
    })
    .await;
    for number in [followed.number, some, none] {
        waits_for(&followed, number, &["(article BAD-1)"]).await;
    }
    assert_eq!(row_of(&followed, none).await.unwrap().work_order, None, "no empty work order is made");
    never_answered(&followed, &[]);
    for number in [followed.number, some, none] {
        is_in_step(&followed, number).await;
    }
    let made = world.sandbox.roapp.data().products.values().filter(|product| product.article == "BAD-1").count();
    assert_eq!(made, 1);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repair_that_is_never_answered_holds_up_no_other() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    let faults = followed.world.sandbox.roapp.faults();
    faults.add("POST /v2/orders/{id}/status", Fault::Slow(Duration::from_millis(1500)), 0, 1);
    let moves = || {
        let calls = followed.world.sandbox.roapp.calls();
        calls.iter().filter(|call| call.name() == "POST /v2/orders/{id}/status").count()
    };
    let before = moves();
    change(&followed, |order| {
        order.lines.extend([line(2, "B-2", 50, 1), line(3, "C-3", 10, 1)]);
        order.status = 2;
    });
    eventually_within(Duration::from_mins(1), "the status on its way", || async { (moves() > before).then_some(()) })
        .await;
    // RO App shows something else than was just written.
    let item = |price: i64| followed.made().items.iter().find(|item| item.price == price.into()).unwrap().id;
    let (bad, good) = (item(50), item(10));
    faults.add(&format!("PATCH /v2/orders/{}/items/{bad}", followed.work_order), Fault::Refuse(500), 0, u32::MAX);
    for (item, price) in [(bad, 50), (good, 10)] {
        followed.staff().change_item(followed.work_order, item, 3.into(), price.into()).unwrap();
    }
    let quantity = |id: i64| followed.made().items.iter().find(|item| item.id == id).unwrap().quantity;
    soon(&followed, "the other repair", || async { (quantity(good) == 1.into()).then_some(()) }).await;
    assert_eq!(quantity(bad), 3.into());
    waits_for(&followed, followed.number, &["(article B-2)"]).await;
    never_answered(&followed, &[]);
    is_in_step(&followed, followed.number).await;
    followed.total_is_the_stores();
    followed.daemon.stop().await;
}
