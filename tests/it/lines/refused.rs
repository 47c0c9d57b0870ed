//! One line that RO App does not take: it is named, and holds up no other.

use cartum_roapp::{
    db::orders::OrderState,
    sandbox::{faults::Fault, roapp::SeedProduct, seed::Discounts},
};

use super::retry;
use crate::support::{
    Words, eventually,
    followed::{Followed, follow, follow_in, line},
    world::small,
};

fn refusal() -> Fault {
    Fault::RefuseWith(400, r#"{"message": "not this one"}"#.into())
}

/// Articles of the lines, sorted.
fn articles(followed: &Followed) -> Vec<String> {
    followed.lines().into_iter().map(|(article, ..)| article).collect()
}

fn archived(followed: &Followed, article: &str) -> i64 {
    let product =
        SeedProduct { title: "Archived".into(), article: article.into(), category_id: 5, ..SeedProduct::default() };
    let product = followed.staff().add_product(product);
    followed.staff().archive_product(product);
    product
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_line_is_named_and_the_others_are_written() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    let product = archived(&followed, "ARCH-1");
    let row = followed
        .edit_to(OrderState::Failed, |order| {
            order.lines = vec![line(2, "ARCH-1", 30, 1), line(1, "A-1", 100, 1), line(3, "OK-1", 10, 1)];
            (order.comment, order.status) = ("ring twice".into(), 2);
        })
        .await;
    for part in ["Product is archived", r#""Title of ARCH-1" (article ARCH-1)"#, "the other lines are in RO App"] {
        assert!(row.reason.contains(part), "{:?}", row.reason);
    }
    assert!(!row.reason.contains("OK-1"), "{:?}", row.reason);
    assert_eq!(articles(&followed), ["A-1", "OK-1"]);
    let made = followed.made();
    assert!(made.manager_notes.contains("ring twice"), "the notes wait for no line");
    assert_eq!(made.status_id, 502, "nor does the status");

    followed.staff().bring_product_back(product);
    retry(&followed, &row).await;
    eventually("the order in step", || async { followed.row().await.filter(|row| row.state == OrderState::Synced) })
        .await;
    assert_eq!(articles(&followed), ["A-1", "ARCH-1", "OK-1"]);
    followed.total_is_the_stores();
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_closes_the_work_order_waits_for_a_refused_line() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    let product = archived(&followed, "ARCH-1");
    let row = followed
        .edit_to(OrderState::Failed, |order| {
            order.lines.push(line(2, "ARCH-1", 30, 1));
            order.status = 3;
        })
        .await;
    assert!(row.reason.contains("its status waits"), "{:?}", row.reason);
    assert!(!followed.made().is_closed());
    followed.staff().bring_product_back(product);
    retry(&followed, &row).await;
    eventually("the order in step", || async { followed.row().await.filter(|row| row.state == OrderState::Synced) })
        .await;
    assert!(followed.made().is_closed());
    followed.total_is_the_stores();
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_change_and_a_refused_removal_of_a_line_hold_up_no_other() {
    let followed = follow(&[line(1, "A-1", 100, 1), line(2, "B-2", 50, 1), line(3, "C-3", 10, 1)]).await;
    let item = |article: &str| {
        let data = followed.world.sandbox.roapp.data();
        let items = &data.orders[&followed.work_order].items;
        items.iter().find(|item| data.products[&item.entity_id].article == article).unwrap().id
    };
    let path =
        |method: &str, article: &str| format!("{method} /v2/orders/{}/items/{}", followed.work_order, item(article));
    let faults = followed.world.sandbox.roapp.faults();
    faults.add(&path("PATCH", "A-1"), refusal(), 0, u32::MAX);
    faults.add(&path("DELETE", "B-2"), refusal(), 0, u32::MAX);
    let row = followed
        .edit_to(OrderState::Failed, |order| {
            order.lines[0].quantity = 2.into();
            order.lines[1] = line(2, "D-4", 5, 1);
            order.lines[2].quantity = 4.into();
        })
        .await;
    for part in ["not this one", "the change of", "(article A-1)", "the removal of", "(article B-2)"] {
        assert!(row.reason.contains(part), "{part}: {}", row.reason.words());
    }
    assert!(!row.reason.contains("C-3") && !row.reason.contains("D-4"), "{:?}", row.reason);
    assert_eq!(articles(&followed), ["A-1", "B-2", "C-3", "D-4"]);

    faults.clear();
    retry(&followed, &row).await;
    eventually("the order in step", || async { followed.row().await.filter(|row| row.state == OrderState::Synced) })
        .await;
    assert_eq!(articles(&followed), ["A-1", "C-3", "D-4"]);
    followed.total_is_the_stores();
    assert_eq!(followed.conflicts().await, []);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_that_may_not_be_made_costs_its_own_line_alone_and_no_empty_work_order_is_made() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    let world = &followed.world;
    followed.staff().refuse_article("BAD-1");
    followed.staff().refuse_article("");
    let place = |lines: Vec<_>| {
        let number = world.sandbox.shop.place_order();
        world.sandbox.shop.edit(|shop| {
            let order = shop.orders.get_mut(&number).unwrap();
            (order.lines, order.discounts, order.status) = (lines, Discounts::default(), 1);
        });
        number
    };
    let some = place(vec![line(11, "BAD-1", 30, 1), line(12, "A-1", 100, 1), line(13, "NEW-1", 7, 1)]);
    let none = place(vec![line(21, "BAD-1", 30, 1)]);
    let failed = async |number: i64| {
        eventually("a failed order", || async {
            let rows = world.orders().await;
            rows.into_iter().find(|row| row.number.get() == number && row.state == OrderState::Failed)
        })
        .await
    };
    let (some, none) = (failed(some).await, failed(none).await);
    for row in [&some, &none] {
        assert!(row.reason.contains("is not allowed") && row.reason.contains("(article BAD-1)"), "{:?}", row.reason);
    }
    assert!(!some.reason.contains("NEW-1"), "{:?}", some.reason);
    let items = world.sandbox.roapp.data().orders[&some.work_order.unwrap()].items.len();
    assert_eq!(items, 2);
    assert_eq!(none.work_order, None, "{:?}", none.reason);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn products_refused_in_order_after_order_pause_no_store() {
    for products in [&["ARCH-1"][..], &["ARCH-1", "ARCH-2"]] {
        refused_in_order_after_order(products).await;
    }
}

/// Six orders, of each of these in turn.
async fn refused_in_order_after_order(products: &[&str]) {
    let followed = follow_in(small(4), &[line(1, "A-1", 100, 1)], |_| {}).await;
    for product in products {
        archived(&followed, product);
    }
    let world = &followed.world;
    let numbers: Vec<_> = (0..6).map(|_| world.sandbox.shop.place_order()).collect();
    world.sandbox.shop.edit(|shop| {
        for (number, product) in numbers.iter().zip(products.iter().cycle()) {
            let order = shop.orders.get_mut(number).unwrap();
            (order.lines, order.discounts) = (vec![line(*number * 10, product, 30, 1)], Discounts::default());
        }
    });
    eventually("six failed orders", || async {
        let rows = world.orders().await;
        let failed = rows.iter().filter(|row| row.state == OrderState::Failed).count();
        (failed == 6).then_some(())
    })
    .await;
    assert_eq!(world.store().await.reason, None);
    followed.daemon.stop().await;
}
