//! How many calls to RO App an import takes, beside the fewest possible: one for each person, product, work order, line, status and
//! comment that it has to write.

use std::time::Duration;

use cartum_roapp::sandbox::world::SandboxOptions;

use crate::{
    store_side::few,
    support::{CountingWire, eventually, taken::Taken, world::World},
};

async fn import(options: SandboxOptions) -> Taken {
    let world = World::new(SandboxOptions { list_lag: Duration::ZERO, ..options }).await;
    world.import_whole().await;
    Taken::of(&world)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_takes_hardly_more_calls_than_it_writes() {
    let taken = import(few(600)).await;
    let (all, what) = Taken::percent(taken.all());
    let (later, what_later) = Taken::percent(taken.later());
    assert!(all <= 110, "{all} %: {what}");
    // What changed in the last two minutes is listed again each time, which is all of this import: at 3 calls a second it is less.
    assert!(later <= 107, "{later} % after the first hundred: {what_later}");
}

/// Polls of new orders that a shop has seen.
fn polls(world: &World) -> usize {
    let calls = world.sandbox.shop.calls().into_iter();
    calls.filter(|call| call.function == "orders/get" && call.body["offset"] == 0).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_poll_takes_four_transactions_and_one_call_to_ro_app() {
    let world = World::imported_already(few(60)).await;
    world.idle_for_an_hour();
    let (port, url) = (world.database.options().get_port(), world.database.url());
    let wire = CountingWire::to(port).await;
    let url = url.replace(&format!(":{port}/"), &format!(":{}/", wire.port()));
    let daemon = world
        .program("counted")
        .env("CARTUM_ROAPP__DATABASE__URL", url)
        // Of shorter polls a busy machine makes two sessions.
        .env("CARTUM_ROAPP__SYNC__POLL_INTERVAL", "3s")
        // A process shows that it is alive each third of that at least.
        .env("CARTUM_ROAPP__SYNC__LEASE_TIME", "30s")
        .start(&["run"]);
    let after = async |wanted| eventually("the polls", async || (polls(&world) >= wanted).then_some(())).await;
    // What is done once an hour, or once on each connection, is done.
    world.offer_checked().await;
    after(polls(&world) + 3).await;
    let (mut least, mut seen) = (usize::MAX, Vec::new());
    // On a busy machine a poll takes more now and then, as where the watch is too late for it.
    for _ in 0..4 {
        let first = polls(&world);
        let (transactions, calls) = (wire.count(), world.sandbox.roapp.calls().len());
        after(first + 4).await;
        let (transactions, calls) = (wire.count() - transactions, world.sandbox.roapp.calls().len() - calls);
        let polls = polls(&world) - first;
        seen.push(format!("{transactions} transactions and {calls} calls in {polls} polls"));
        // One of them may have begun before, and another ended after that.
        least = least.min(transactions.saturating_sub(4 * polls).max(calls.saturating_sub(polls)));
        if least <= 1 {
            break;
        }
    }
    drop(daemon);
    assert!(least <= 2, "{seen:?}");
}
