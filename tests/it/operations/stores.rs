//! A store is removed, added again and moved to another address while a daemon works it.

use cartum_roapp::{
    admin::settings_json,
    sandbox::{
        cartum::{Shop, ShopOptions},
        world::SandboxOptions,
    },
};

use crate::support::{
    Program, eventually,
    oracle::{self, Terms},
    world::{World, small},
};

/// A world, the program in it, and a store file that fits.
async fn importing() -> (World, Program) {
    let world = World::new(SandboxOptions { days: 20, ..small(40) }).await;
    let program = world.program("one");
    write_store_file(&world, &program, &world.sandbox.shop.site_url()).await;
    world.import().await;
    (world, program)
}

async fn write_store_file(world: &World, program: &Program, site_url: &str) {
    let mut settings = settings_json("main", &world.store().await.settings);
    settings["site_url"] = site_url.into();
    settings["password"] = "sandbox-password".into();
    std::fs::write(program.path("store.toml"), toml::to_string(&settings).unwrap()).unwrap();
}

async fn ok(program: &Program, arguments: &[&str]) {
    let done = program.run(arguments).await;
    assert!(done.success, "{arguments:?}: {done:?}");
}

async fn some_are_done(world: &World) {
    eventually("some work orders", async || (world.counts().await.done > 3).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_removed_and_added_again_under_a_working_daemon_creates_nothing_twice() {
    let (world, program) = importing().await;
    let daemon = program.start(&["run"]);
    some_are_done(&world).await;
    ok(&program, &["store", "remove", "Sandbox shop", "--yes"]).await;
    // What was on its way when it was removed may still arrive.
    world.comes_to_rest().await;
    let calls = || (world.sandbox.shop.calls().len(), world.sandbox.roapp.calls().len());
    let before = calls();
    world.comes_to_rest().await;
    assert_eq!(calls(), before, "a removed store is left alone");
    assert!(world.counts().await.done > 3, "what it knows of its orders stays");
    let made = world.sandbox.roapp.data().orders.len();
    assert!(made < 40, "it was removed in the middle");

    ok(&program, &["store", "add", "store.toml"]).await;
    ok(&program, &["store", "import", "Sandbox shop", "--yes"]).await;
    world.imported().await;
    oracle::check_import(&world, Terms::default()).await;
    drop(daemon);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_moves_to_another_address_under_a_working_daemon_is_imported_once() {
    let (world, program) = importing().await;
    let daemon = program.start(&["run"]);
    some_are_done(&world).await;
    let options = ShopOptions { shop: world.sandbox.shop.data(), ..ShopOptions::default() };
    let moved = Shop::start(options).await.unwrap();
    write_store_file(&world, &program, &moved.site_url()).await;
    ok(&program, &["store", "edit", "Sandbox shop", "store.toml"]).await;
    let tried = moved.calls().len();
    world.imported().await;
    oracle::check_import(&world, Terms::default()).await;
    eventually("a poll at the new address", async || (moved.calls().len() > tried).then_some(())).await;

    let number = moved.place_order();
    eventually("the new shop's order", async || {
        world.orders().await.into_iter().find(|order| order.number.get() == number && order.work_order.is_some())
    })
    .await;
    let marker_of_old = world.sandbox.shop.site_url().split("://").nth(1).unwrap().trim_end_matches('/').to_owned();
    let orders = world.sandbox.roapp.data().orders;
    assert!(
        orders.values().filter(|order| order.made_by_api).all(|order| order.manager_notes.contains(&marker_of_old))
    );
    drop(daemon);
}
