//! The database goes away under a working daemon.

use std::time::Duration;

use cartum_roapp::sandbox::world::SandboxOptions;
use tokio::time::sleep;

use crate::support::{
    Program, Proxy, Running, Wire, eventually,
    oracle::{self, Terms},
    world::{World, small},
};

/// A world in the middle of its import, and the daemon that reaches its database through a proxy.
async fn importing(orders: u32) -> (World, Proxy, Running) {
    let world = World::new(SandboxOptions { days: 20, ..small(orders) }).await;
    let proxy = Proxy::before(world.database.options().get_port()).await;
    world.import().await;
    let daemon = daemon(&world, &proxy).start(&["run"]);
    eventually("the first work orders", async || (world.counts().await.done > 3).then_some(())).await;
    (world, proxy, daemon)
}

/// The program, which reaches its database through a proxy.
pub(crate) fn daemon(world: &World, proxy: &Proxy) -> Program {
    let url = world
        .database
        .url()
        .replace(&format!(":{}/", world.database.options().get_port()), &format!(":{}/", proxy.port()));
    world.program("one").env("CARTUM_ROAPP__DATABASE__URL", url)
}

/// The import comes to its end as if nothing had been, and the outage was told once.
async fn ends_well(world: &World, mut daemon: Running) {
    world.imported().await;
    oracle::check_import(world, Terms::default()).await;
    assert!(daemon.is_running());
    daemon.prints("the database answers again").await;
    daemon.signal("TERM");
    assert!(daemon.ended().await.success());
    let log = daemon.stdout();
    assert_eq!(log.matches("the database is unavailable").count(), 1, "{log}");
    assert_eq!(log.matches("the database answers again").count(), 1, "{log}");
    let is_ours = |line: &&str| line.contains("\"target\":\"cartum_roapp");
    assert_eq!(log.lines().find(|line| !is_ours(line)), None, "none from below");
}

/// Nothing is told about the orders, the store or RO App.
fn says_nothing_else(daemon: &Running) {
    let log = daemon.stdout();
    let warnings: Vec<_> = log.lines().filter(|line| line.contains("\"WARN\"") || line.contains("\"ERROR\"")).collect();
    assert!(warnings.iter().all(|line| line.contains("the database is unavailable")), "{warnings:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_gone_for_longer_than_the_lease_is_waited_for_and_told_once() {
    let (world, proxy, daemon) = importing(60).await;
    proxy.set(Wire::Cut);
    sleep(Duration::from_secs(9)).await;
    says_nothing_else(&daemon);
    proxy.set(Wire::Open);
    ends_well(&world, daemon).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_hangs_is_given_up_and_taken_up_again() {
    let (world, proxy, daemon) = importing(60).await;
    proxy.set(Wire::Held);
    sleep(Duration::from_secs(9)).await;
    proxy.cut().await;
    ends_well(&world, daemon).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "chaos; .ci/run runs it"]
async fn connections_that_break_again_and_again_in_the_middle_lose_and_double_nothing() {
    // Enough to do until the last one breaks.
    let (world, proxy, mut daemon) = importing(240).await;
    for cut in 0..6 {
        let before = entries(&world).await;
        eventually("more to be written", async || (entries(&world).await > before).then_some(())).await;
        sleep(Duration::from_millis(13 * cut)).await;
        proxy.cut().await;
    }
    world.imported().await;
    oracle::check_import(&world, Terms::default()).await;
    assert!(daemon.is_running());
    says_nothing_else(&daemon);
    assert_eq!(count(&world, "history WHERE what->>'code' = 'try'").await, 0, "an order used up a try");
}

async fn entries(world: &World) -> i64 {
    count(world, "journal").await
}

async fn count(world: &World, rows: &str) -> i64 {
    let text = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {rows}"));
    sqlx::query_scalar(text).fetch_one(world.database.pool()).await.unwrap()
}
