//! A database that freezes or goes away in the middle of a command: the command ends and says which server it was. One that is only
//! slow is waited for.

use std::time::Duration;

use cartum_roapp::sandbox::faults::Fault;
use sqlx::PgTransaction;
use tokio::time::{sleep, timeout};

use super::world::World;
use crate::support::{Proxy, Running, Wire, eventually};

/// Longer than a command waits for a database that is away, with room for a busy machine.
const LONG_ENOUGH: Duration = Duration::from_secs(30);

/// A store, and a wire to its database.
async fn wired() -> (World, Proxy) {
    let world = World::with_store().await;
    let proxy = Proxy::before(world.database.options().get_port()).await;
    (world, proxy)
}

/// Starts a command that reaches its database through the wire.
fn start(world: &World, proxy: &Proxy, command: &[&str]) -> Running {
    let port = |port: u16| format!(":{port}/");
    let url = world.database.url().replace(&port(world.database.options().get_port()), &port(proxy.port()));
    world.program.start_with(command, &[("CARTUM_ROAPP__DATABASE__URL".to_owned(), url)])
}

/// The command ends in time, and names the server.
async fn gives_up(mut running: Running, proxy: &Proxy, command: &str) {
    let ended = timeout(LONG_ENOUGH, running.ended()).await;
    let told = running.stderr();
    let ended = ended.unwrap_or_else(|_| panic!("{command} goes on: {told}"));
    assert!(!ended.success(), "{command}: {told}");
    let server = format!("error: the Postgres at 127.0.0.1:{} has not answered for 10 s", proxy.port());
    assert!(told.contains(&server) && told.contains("is database.url right?"), "{command}: {told}");
}

/// Nobody else gets at the orders while this lasts; whoever wants to waits for it.
async fn keep_the_orders(world: &World) -> PgTransaction<'static> {
    let mut lock = world.database.begin().await;
    sqlx::query("LOCK TABLE store_order").execute(&mut *lock).await.unwrap();
    lock
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_without_an_answer_is_given_up_when_the_database_is_frozen() {
    let (world, proxy) = wired().await;
    let _lock = keep_the_orders(&world).await;
    let listing = start(&world, &proxy, &["order", "list"]);
    world.database.waits_for_a_lock("%").await;
    proxy.set(Wire::Held);
    gives_up(listing, &proxy, "order list").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_the_daemon_or_for_a_store_ends_when_the_database_is_frozen() {
    let (world, proxy) = wired().await;
    world.ok(&["store", "import", "My shop", "--yes"]).await;
    let syncing = start(&world, &proxy, &["sync", "My shop", "--wait"]);
    let watching = start(&world, &proxy, &["store", "import", "My shop", "--watch"]);
    syncing.logs("waiting for the daemon").await;
    watching.prints("0 of 0 orders").await;
    world.shop.faults().add("*", Fault::HangBefore, 0, 1);
    let elsewhere = format!("site_url = {:?}", world.shop.site_url().replace("127.0.0.1", "localhost"));
    world.write("other.toml", &world.store_toml(&[("name", "name = \"Other shop\""), ("site_url", &elsewhere)]));
    let adding = start(&world, &proxy, &["store", "add", "other.toml"]);
    eventually("the shop to be asked", async || world.shop.faults().are_spent().then_some(())).await;
    proxy.set(Wire::Held);
    tokio::join!(
        gives_up(syncing, &proxy, "sync --wait"),
        gives_up(watching, &proxy, "store import --watch"),
        gives_up(adding, &proxy, "store add"),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_in_the_middle_is_named_too_whatever_the_command_sees_of_it() {
    let (world, proxy) = wired().await;
    world.ok(&["store", "import", "My shop", "--yes"]).await;
    let syncing = start(&world, &proxy, &["sync", "My shop", "--wait"]);
    syncing.logs("waiting for the daemon").await;
    let lock = keep_the_orders(&world).await;
    let listing = start(&world, &proxy, &["order", "list"]);
    world.database.waits_for_a_lock("%").await;
    proxy.set(Wire::Cut);
    tokio::join!(gives_up(syncing, &proxy, "sync --wait"), gives_up(listing, &proxy, "order list"));
    lock.rollback().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_takes_long_is_waited_for_as_long_as_the_database_answers() {
    let (world, proxy) = wired().await;
    let lock = keep_the_orders(&world).await;
    let mut listing = start(&world, &proxy, &["order", "list"]);
    world.database.waits_for_a_lock("%").await;
    // Longer than a frozen database is waited for, and short of the 30 s that a statement may take.
    sleep(Duration::from_secs(14)).await;
    lock.rollback().await.unwrap();
    assert!(listing.ended().await.success(), "{}", listing.stderr());
}
