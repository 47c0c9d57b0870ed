//! The first import, from the store's API to RO App's, over real sockets and a real Postgres.

use std::time::{Duration, Instant};

use crate::support::{
    oracle::{self, Terms},
    world::{World, small},
};

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
