//! The first import, from the store's API to RO App's, over real sockets and a real Postgres.

use std::time::{Duration, Instant};

use cartum_roapp::sandbox::{cartum::CartumQuirks, faults::Fault, roapp::RoAppQuirks, world::SandboxOptions};

use crate::support::{
    oracle::{self, Terms},
    world::{World, small},
};

/// Calls that make something in RO App, except comments, which are sent at most once.
const CREATING: [&str; 4] =
    ["POST /v2/contacts/people", "POST /products/", "POST /v2/orders", "POST /v2/orders/{id}/items"];

/// Orders of an import that is repeated for each alternative.
const ALTERNATIVE: u32 = 40;

async fn import(options: SandboxOptions, terms: Terms, prepare: impl FnOnce(&World)) {
    let world = World::new(options).await;
    prepare(&world);
    world.import().await;
    let daemon = world.daemon();
    world.imported(Duration::from_secs(150)).await;
    daemon.stop().await;
    oracle::check_import(&world, terms).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_of_300_orders_brings_each_order_in_scope_exactly_once() {
    let world = World::new(small(300)).await;
    world.import().await;
    let began = Instant::now();
    let daemon = world.daemon();
    world.imported(Duration::from_secs(120)).await;
    let took = began.elapsed();
    daemon.stop().await;
    oracle::check_import(&world, Terms::default()).await;
    let counts = world.counts().await;
    let done = usize::try_from(counts.done).unwrap();
    eprintln!(
        "imported {counts:?} in {took:?}: {} calls, {} per order",
        world.sandbox.roapp.calls().len(),
        oracle::calls_per_order(&world, done)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_survives_that_every_creating_call_is_cut_after_it_was_executed() {
    import(small(300), Terms::default(), |world| {
        for call in CREATING {
            world.sandbox.roapp.faults().add(call, Fault::CutAfter, 0, u32::MAX);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_survives_that_every_creating_call_is_answered_500_after_it_was_executed() {
    import(small(300), Terms::default(), |world| {
        for call in CREATING {
            world.sandbox.roapp.faults().add(call, Fault::FailAfter(500), 0, u32::MAX);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_survives_that_every_second_creating_call_is_cut_before_it_is_executed() {
    import(small(60), Terms::default(), |world| {
        for call in CREATING {
            for nth in 0..200 {
                world.sandbox.roapp.faults().add(call, Fault::CutBefore, nth, 1);
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_comes_out_the_same_whatever_ro_app_answers_where_the_contract_only_assumes() {
    for (name, quirks) in RoAppQuirks::each() {
        eprintln!("RO App: {name}");
        let terms = Terms { discount_per_unit: quirks.discount_per_unit, ..Terms::default() };
        import(SandboxOptions { roapp_quirks: quirks, ..small(ALTERNATIVE) }, terms, |_| {}).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_comes_out_the_same_whatever_the_store_answers_where_the_contract_only_assumes() {
    for (name, quirks) in CartumQuirks::each() {
        eprintln!("Cartum: {name}");
        let options = SandboxOptions { cartum_quirks: quirks.clone(), ..small(ALTERNATIVE) };
        let broken = quirks.broken_order;
        let mut terms = Terms { sets_counted: quirks.sets_counted, ..Terms::default() };
        let world = World::new(options).await;
        if broken {
            terms.broken = world.sandbox.shop.data().middle_order();
        }
        world.import().await;
        let daemon = world.daemon();
        world.imported(Duration::from_secs(150)).await;
        daemon.stop().await;
        oracle::check_import(&world, terms).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_stopped_and_started_in_the_middle_comes_to_the_same_end() {
    let world = World::new(small(120)).await;
    world.import().await;
    for done in [1, 15, 30] {
        let daemon = world.daemon();
        while world.counts().await.done < done {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        if done == 15 { daemon.kill() } else { daemon.stop().await }
    }
    let daemon = world.daemon();
    world.imported(Duration::from_secs(60)).await;
    daemon.stop().await;
    oracle::check_import(&world, Terms::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_order_follows_by_the_next_poll() {
    let world = World::new(small(20)).await;
    world.import().await;
    let daemon = world.daemon();
    world.imported(Duration::from_secs(30)).await;
    let number = world.sandbox.shop.place_order();
    crate::support::eventually("the new order", || async {
        world.orders().await.into_iter().find(|order| order.number.get() == number && order.work_order.is_some())
    })
    .await;
    daemon.stop().await;
}
