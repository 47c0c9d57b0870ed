//! Orders of very many lines: nobody waits for them, and those that are too long are held.

use std::time::Duration;

use cartum_roapp::{
    clock::Clock,
    db::orders::OrderState,
    sandbox::{cartum::Shop, roapp::SeedProduct, seed::Discounts},
};

use crate::{
    store_side::{few, in_state, read_once},
    support::{
        Words, eventually, eventually_within,
        followed::line,
        world::{CALLS_PER_SECOND, World},
    },
};

/// Lines of the long order: more than a quarter of a minute of calls.
const LINES: i64 = 400;

/// A new order with so many lines; its number.
pub(crate) fn buy(shop: &Shop, lines: i64) -> i64 {
    let mut number = 0;
    shop.edit(|shop| {
        number = shop.place(Clock::System.now());
        let article = shop.catalogue[0].article.clone();
        let order = shop.orders.get_mut(&number).unwrap();
        order.lines = (1..=lines).map(|nth| line(nth, &article, 100, 1)).collect();
        (order.discounts, order.status, order.paid) = (Discounts::default(), 1, false);
    });
    number
}

/// Lines that were written so far to the work order of an order.
pub(crate) async fn lines_of(world: &World, number: i64) -> Option<usize> {
    let order = world.orders().await.into_iter().find(|order| order.number.get() == number)?;
    let data = world.sandbox.roapp.data();
    Some(data.orders.get(&order.work_order?)?.items.len())
}

fn polls(shop: &Shop) -> usize {
    shop.calls().iter().filter(|call| call.function == "orders/get").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_a_long_order() {
    let world = World::new(few(8)).await;
    let second = world.neighbour(8).await;
    let daemon = second.both_imported().await;
    world.set_rate(CALLS_PER_SECOND).await;

    let long = buy(&world.sandbox.shop, LINES);
    let begun =
        eventually("the first line", || async { lines_of(&world, long).await.filter(|lines| *lines > 0) }).await;
    let before = (polls(&world.sandbox.shop), polls(&second.shop));
    let (own, other) = (buy(&world.sandbox.shop, 1), buy(&second.shop, 1));
    in_state(&world, own, OrderState::Synced).await;
    second.synced(other).await;
    let meanwhile = lines_of(&world, long).await.unwrap() - begun;
    let most = usize::try_from(LINES).unwrap() / 2;
    assert!(meanwhile < most, "{meanwhile} lines were written before the orders of others");

    eventually_within(Duration::from_mins(5), "the long order", || async {
        lines_of(&world, long).await.filter(|lines| *lines == usize::try_from(LINES).unwrap())
    })
    .await;
    in_state(&world, long, OrderState::Synced).await;
    let polled = (polls(&world.sandbox.shop) - before.0, polls(&second.shop) - before.1);
    daemon.stop().await;
    assert!(polled.0 >= 4 && polled.1 >= 4, "{polled:?} polls beside the long order");
    assert_eq!(lines_of(&world, long).await, usize::try_from(LINES).ok());
    let posted = world.sandbox.roapp.calls().iter().filter(|call| call.name() == "POST /v2/orders").count();
    assert_eq!(posted, world.sandbox.roapp.data().orders.len(), "each work order was made once");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_more_lines_than_the_limit_is_held_with_the_reason_and_stops_nobody() {
    let world = World::imported_already(few(8)).await;
    let (long, short) = (buy(&world.sandbox.shop, 501), buy(&world.sandbox.shop, 2));
    let made = world.sandbox.roapp.data().orders.len();
    let daemon = world.daemon();
    let held = in_state(&world, long, OrderState::Held).await;
    assert!(held.reason.contains("501 lines") && held.reason.contains("500"), "{:?}", held.reason);
    in_state(&world, short, OrderState::Synced).await;
    assert_eq!(world.sandbox.roapp.data().orders.len(), made + 1, "no work order for the long one");

    // Shortened in the store, it goes on by itself.
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&long).unwrap().lines.truncate(30));
    in_state(&world, long, OrderState::Synced).await;
    daemon.stop().await;
    assert_eq!(lines_of(&world, long).await, Some(30));
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_that_ro_app_refuses_are_tried_once_however_many_turns_a_long_order_takes() {
    let world = World::imported_already(few(8)).await;
    let number = buy(&world.sandbox.shop, 30);
    let staff = world.sandbox.roapp.staff();
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&number).unwrap();
        let refused = (101..=130).map(|nth| line(nth, &format!("ARCH-{nth}"), 100, 1));
        // After one that is taken: what refuses the first five is not about single lines.
        let at = 1..1;
        order.lines.splice(at, refused);
        for line in order.lines.iter().filter(|line| line.article.starts_with("ARCH")) {
            let article = line.article.clone();
            let product = SeedProduct { title: "Archived".into(), article, category_id: 5, ..SeedProduct::default() };
            staff.archive_product(staff.add_product(product));
        }
    });
    let daemon = world.daemon();
    let failed = in_state(&world, number, OrderState::Failed).await;
    daemon.stop().await;
    assert!(failed.reason.contains("Product is archived") && failed.reason.contains("20 more"), "{:?}", failed.reason);
    assert_eq!(lines_of(&world, number).await, Some(30), "the others are written");
    let path = format!("/v2/orders/{}/items", failed.work_order.unwrap());
    let tried = world.sandbox.roapp.calls().iter().filter(|call| call.method == "POST" && call.path == path).count();
    assert!((60..=62).contains(&tried), "{tried} lines sent, of 30 good ones and 30 others");
}

fn asked(shop: &Shop) -> usize {
    shop.calls().iter().filter(|call| call.function == "catalog/export").count()
}

/// A new order with so many lines, each of an article of its own; its number.
fn buy_unknown(shop: &Shop, lines: i64) -> i64 {
    let number = buy(shop, lines);
    shop.edit(|shop| {
        for (nth, line) in shop.orders.get_mut(&number).unwrap().lines.iter_mut().enumerate() {
            line.article = format!("{number}-{nth}");
        }
    });
    number
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_is_not_asked_about_an_order_that_is_held_anyway() {
    let world = World::imported_already(few(8)).await;
    let before = asked(&world.sandbox.shop);
    let number = buy_unknown(&world.sandbox.shop, 2_000);
    let daemon = world.daemon_with(&[("SYNC__POLL_INTERVAL", "1h")]);
    read_once(&world).await;
    in_state(&world, number, OrderState::Held).await;
    daemon.stop().await;
    let calls = asked(&world.sandbox.shop) - before;
    assert!(calls <= 2, "{calls} calls");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_asks_the_catalogue_about_so_many_articles_and_later_ones_about_the_rest() {
    let world = World::imported_already(few(8)).await;
    for _ in 0..3 {
        buy_unknown(&world.sandbox.shop, 400);
    }
    let before = world.sandbox.shop.calls().len();
    let daemon = world.daemon_with(&[("SYNC__POLL_INTERVAL", "1h")]);
    for _ in 0..3 {
        read_once(&world).await;
    }
    daemon.stop().await;
    let calls = world.sandbox.shop.calls();
    let pages = calls[before..].split(|call| call.function == "orders/get");
    let asked: Vec<_> =
        pages.map(|page| page.iter().filter(|call| call.function == "catalog/export").count()).collect();
    assert_eq!(asked.iter().max(), Some(&10), "{asked:?}");
    assert_eq!(asked.iter().sum::<usize>(), 24, "{asked:?}");
}
