//! What a container asks of the program: an end in time, and an answer to its health check.

use std::time::Duration;

use cartum_roapp::sandbox::faults::Fault;
use tokio::{io::AsyncWriteExt, time::Instant};

use crate::support::{
    Proxy, Running, Wire, eventually,
    world::{World, small},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_term_in_the_middle_of_an_import_ends_the_daemon_within_ten_seconds() {
    let world = World::new(small(60)).await;
    world.import().await;
    let daemon = world.program("one").start(&["run"]);
    eventually("some work orders", async || (world.counts().await.done > 3).then_some(())).await;
    // Every call that is on its way takes as long as it may.
    world.sandbox.roapp.faults().add("*", Fault::Slow(Duration::from_secs(30)), 0, u32::MAX);
    world.sandbox.shop.faults().add("*", Fault::Slow(Duration::from_secs(30)), 0, u32::MAX);
    tokio::time::sleep(Duration::from_millis(300)).await;
    ends_in_time(daemon).await;
}

/// Asks it to end, which takes less than ten seconds.
async fn ends_in_time(mut daemon: Running) {
    let asked = Instant::now();
    daemon.signal("TERM");
    assert!(daemon.ended().await.success());
    assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_asks_by_halves_does_not_hold_up_the_end() {
    let world = World::new(small(5)).await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let daemon = world.program("one").env("CARTUM_ROAPP__HTTP__LISTEN", free).start(&["run"]);
    daemon.prints("\"started\"").await;
    let mut client = tokio::net::TcpStream::connect(free).await.unwrap();
    client.write_all(b"GET /status HTTP/1.1\r\nHost: sho").await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    ends_in_time(daemon).await;
    drop(client);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_hangs_does_not_hold_up_the_end() {
    let world = World::new(small(60)).await;
    let port = world.database.options().get_port();
    let proxy = Proxy::before(port).await;
    let url = world.database.url().replace(&format!(":{port}/"), &format!(":{}/", proxy.port()));
    world.import().await;
    let daemon = world.program("one").env("CARTUM_ROAPP__DATABASE__URL", url).start(&["run"]);
    eventually("some work orders", async || (world.counts().await.done > 3).then_some(())).await;
    proxy.set(Wire::Held);
    tokio::time::sleep(Duration::from_millis(300)).await;
    ends_in_time(daemon).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_health_command_succeeds_only_while_the_daemon_is_ready() {
    let world = World::new(small(5)).await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    // As in a container, it listens to every address.
    let program = world.program("one").env("CARTUM_ROAPP__HTTP__LISTEN", format!("0.0.0.0:{}", free.port()));
    let program = program.env("CARTUM_ROAPP__HTTP__PAGES", "false");
    let before = program.run(&["health"]).await;
    assert!(!before.success && before.stderr.contains("no daemon answers"), "{before:?}");
    let daemon = program.start(&["run"]);
    daemon.prints("\"started\"").await;
    let ready = program.run(&["health"]).await;
    assert!(ready.success && ready.stdout == "ready\n", "{ready:?}");
}
