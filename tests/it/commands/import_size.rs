//! How much an import is, before anybody agrees to it, and how it goes.

use std::collections::BTreeMap;

use super::world::{World, roapp_options};
use crate::support::eventually;
use cartum_roapp::sandbox::{
    cartum::ShopOptions,
    seed::{SeedOptions, ShopData},
};

/// The line that tells it, as figures: orders, excluded, calls.
fn figures(told: &str) -> BTreeMap<&'static str, u32> {
    let line = told.lines().find(|line| line.contains("calls to RO App")).unwrap_or_else(|| panic!("{told}"));
    let before = |word: &str| {
        let at = line.find(word).unwrap_or_else(|| panic!("{word}: {line}"));
        let figure = line[..at].trim_end().rsplit([' ', '(']).next().unwrap_or_default();
        figure.parse::<u32>().unwrap_or_else(|_| panic!("{word}: {line}"))
    };
    [
        ("orders", before(" orders")),
        ("calls", before(" calls to")),
        ("excluded", if line.contains("excluded") { before(" excluded") } else { 0 }),
    ]
    .into()
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_calls_and_minutes_are_told_before_it_asks_and_come_true() {
    let seed = SeedOptions { orders: 60, days: 50, ..SeedOptions::default() };
    let shop = ShopOptions { shop: ShopData::generate(&seed), ..ShopOptions::default() };
    let world = World::with(shop, roapp_options()).await;
    world.add_account("main").await;
    world.ok(&["store", "add", &world.store_file(&[])]).await;
    let told = world.run(&["store", "import", "My shop"]).await;
    assert!(!told.success && told.stderr.contains("Import these orders?"), "{told:?}");
    assert!(told.stdout.contains("less than a minute at 1000 a second"), "{told:?}");
    let estimate = figures(&told.stdout);

    let before = world.roapp.calls().len();
    let daemon = world.program.start(&["run"]);
    let told = world.ok(&["store", "import", "My shop", "--yes", "--wait"]).await;
    assert!(told.contains("import finished: "), "{told}");
    let calls = u32::try_from(world.roapp.calls().len() - before).unwrap();
    drop(daemon);
    let shown = world.json(&["store", "show", "My shop"]).await;
    let import = |key: &str| u32::try_from(shown["import"][key].as_u64().unwrap()).unwrap();
    assert_eq!(import("found") - import("excluded"), estimate["orders"], "{shown}");
    assert_eq!(import("excluded"), estimate["excluded"], "{shown}");
    let ratio = f64::from(estimate["calls"]) / f64::from(calls);
    assert!((0.6..1.6).contains(&ratio), "told {}, made {calls}", estimate["calls"]);

    // What is here already takes nothing.
    let again = world.run(&["store", "import", "My shop"]).await;
    assert_eq!(figures(&again.stdout)["orders"], 0, "{again:?}");
}

#[tokio::test]
async fn a_store_that_cannot_be_asked_is_imported_all_the_same() {
    let world = World::with_store().await;
    world.shop.set_password("another-password");
    world.shop.kill_tokens();
    let told = world.ok(&["store", "import", "My shop", "--yes"]).await;
    assert!(told.contains("the number of orders is unknown") && told.contains("queued"), "{told}");
}

#[tokio::test]
async fn waiting_ends_where_the_import_does_not_go_on() {
    let world = World::with_store().await;
    let waiting = world.program.start(&["store", "import", "My shop", "--yes", "--wait"]);
    waiting.prints("orders; ").await;
    world.ok(&["store", "pause", "My shop"]).await;
    let told = eventually("the end", async || {
        let told = waiting.stderr();
        told.contains("error: ").then_some(told)
    })
    .await;
    assert!(told.contains("has stopped: paused by hand"), "{told}");
}
