//! A catalogue that fails, changes or is asked for in another language: it stops no order, and what it says is not kept for ever.

use cartum_roapp::{
    admin::{self, Ask, Selection},
    db::{orders::OrderState, stores},
    domain::store::{ProductKeyKind, Settings, UnknownProducts},
    sandbox::{
        faults::Fault,
        seed::{Discounts, LineKind},
    },
};

use super::{brought_today, few, in_state, order, polls, sql, topics};
use crate::support::{Words, eventually, world::World};

/// An order with one line, of an article that nobody knows yet.
fn place(world: &World, article: &str) -> i64 {
    let number = world.sandbox.shop.place_order();
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&number).unwrap();
        order.lines.truncate(1);
        order.discounts = Discounts::default();
        let line = &mut order.lines[0];
        (line.article, line.title) = (article.into(), format!("Line of {article}"));
        line.kind = LineKind::Product;
    });
    number
}

/// The catalogue of the shop has this article.
fn list(world: &World, article: &str, title: &str, gtin: &str) {
    world.sandbox.shop.edit(|shop| {
        let mut entry = shop.catalogue[0].clone();
        (entry.article, entry.parent_article, entry.gtin) = (article.into(), article.into(), gtin.into());
        entry.titles = [("en".to_owned(), title.to_owned()), ("uk".to_owned(), format!("{title} uk"))].into();
        entry.mod_titles = entry.titles.clone();
        shop.catalogue.push(entry);
    });
}

/// Titles of the products of an order's work order.
async fn products(world: &World, number: i64) -> Vec<String> {
    let data = world.sandbox.roapp.data();
    let work_order = order(world, number).await.work_order.unwrap();
    data.orders[&work_order].items.iter().map(|item| data.products[&item.entity_id].title.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catalogue_that_fails_delays_only_orders_with_new_articles_and_not_for_long() {
    let world = World::imported_already(few(12)).await;
    let known = super::oldest(&world).await;
    world.sandbox.shop.faults().add("catalog/export", Fault::Refuse(500), 0, u32::MAX);
    let daemon = world.daemon();
    let number = place(&world, "NEW-1");
    in_state(&world, number, OrderState::Waiting).await;
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&known).unwrap().comment = "please call".into());
    eventually("the edit of another order", || async {
        let work_order = order(&world, known).await.work_order?;
        world.sandbox.roapp.data().orders[&work_order].manager_notes.contains("please call").then_some(())
    })
    .await;
    polls(&world, 2).await;
    assert_eq!(order(&world, number).await.state, OrderState::Waiting, "the catalogue may come back");
    let store = world.store().await;
    assert!(store.failures == 0 && store.last_error.is_empty(), "{:?}", store.last_error);
    assert!(topics(&world).await.is_empty());

    sql(&world, "UPDATE store_order SET state_since = now() - interval '16 minutes'").await;
    sql(&world, "UPDATE store_order SET next_try_at = now() WHERE state = 'waiting'").await;
    sql(&world, "UPDATE account SET due_at = now()").await;
    in_state(&world, number, OrderState::Synced).await;
    assert_eq!(products(&world, number).await, ["Line of NEW-1"]);
    assert_eq!(topics(&world).await, ["catalogue"]);

    // It is asked again after an hour, and what it says is told as over.
    world.sandbox.shop.faults().clear();
    sql(&world, "UPDATE catalogue SET seen_at = now() - interval '2 hours'").await;
    eventually("the end of the notice", || async { topics(&world).await.is_empty().then_some(()) }).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_names_ever_new_articles_is_asked_about_so_many_a_day_and_no_order_waits_for_long() {
    let world = World::imported_already(few(6)).await;
    brought_today(&world, "articles", 99_999).await;
    list(&world, "NEW-4", "Known to the catalogue", "");
    list(&world, "NEW-5", "Not asked about", "");
    let daemon = world.daemon();
    let first = place(&world, "NEW-4");
    in_state(&world, first, OrderState::Synced).await;
    assert_eq!(products(&world, first).await, ["Known to the catalogue"]);
    let second = place(&world, "NEW-5");
    in_state(&world, second, OrderState::Waiting).await;
    let asked = || world.sandbox.shop.calls().iter().filter(|call| call.function == "catalog/export").count();
    let before = asked();
    polls(&world, 2).await;
    assert_eq!(asked(), before, "the limit of the day is reached");

    sql(&world, "UPDATE store_order SET state_since = now() - interval '16 minutes' WHERE state = 'waiting'").await;
    sql(&world, "UPDATE store_order SET next_try_at = now() WHERE state = 'waiting'").await;
    sql(&world, "UPDATE account SET due_at = now()").await;
    in_state(&world, second, OrderState::Synced).await;
    assert_eq!(products(&world, second).await, ["Line of NEW-5"]);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_barcode_that_the_shop_adds_later_is_seen() {
    let world = World::with(few(6), |settings| {
        settings.identify_products_by = ProductKeyKind::Barcode;
        settings.unknown_products = UnknownProducts::Hold;
    })
    .await;
    world.import().await;
    let daemon = world.daemon();
    world.imported().await;
    list(&world, "NEW-2", "Thing", "");
    let number = place(&world, "NEW-2");
    let held = in_state(&world, number, OrderState::Held).await;
    assert!(held.reason.contains("title"), "{:?}", held.reason);
    let product = world.sandbox.roapp.data().products.values().find(|p| !p.barcodes.is_empty()).cloned().unwrap();
    world.sandbox.shop.edit(|shop| shop.catalogue.last_mut().unwrap().gtin.clone_from(&product.barcodes[0]));
    sql(&world, "UPDATE catalogue SET seen_at = now() - interval '2 hours' WHERE gtin = ''").await;
    polls(&world, 2).await;
    let numbers = Selection { numbers: vec![held.number], ..Selection::default() };
    admin::ask(world.database.pool(), &world.store().await, &numbers, Ask::Retry).await.unwrap();
    in_state(&world, number, OrderState::Synced).await;
    assert_eq!(products(&world, number).await, [product.title]);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_language_of_the_settings_is_that_of_titles_from_then_on() {
    let world = World::imported_already(few(6)).await;
    list(&world, "NEW-3", "Thing", "");
    let store = world.store().await;
    let mut tx = world.database.begin().await;
    let entry =
        "INSERT INTO catalogue (store_id, article, title, gtin, description) VALUES ($1, 'NEW-3', 'Thing', '', '')";
    sqlx::query(entry).bind(store.id.get()).execute(&mut *tx).await.unwrap();
    let settings = Settings { language: "uk".into(), ..store.settings.clone() };
    stores::set_settings(&mut tx, &store, &settings).await.unwrap();
    tx.commit().await.unwrap();
    let daemon = world.daemon();
    let number = place(&world, "NEW-3");
    in_state(&world, number, OrderState::Synced).await;
    assert_eq!(products(&world, number).await, ["Thing uk"]);
    daemon.stop().await;
}
