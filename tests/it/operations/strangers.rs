//! Whoever reaches `http.listen` cannot stop the sync, nor keep others from being answered.

use std::time::Duration;

use cartum_roapp::{
    db::orders::OrderState,
    open_files,
    sandbox::{faults::Fault, world::SandboxOptions},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::{Instant, timeout},
};

use super::status::{get, status};
use crate::support::{
    Running, Words, eventually,
    world::{World, small},
};

/// A daemon that may have so many files open and can do nothing about it.
fn start_with_files(world: &World, most: u32) -> Running {
    let limit = format!("ulimit -n {most} && exec \"$0\" \"$@\"");
    world.program("one").started_by(&["sh", "-c", &limit]).start(&["run"])
}

/// So many who connect and ask by halves or not at all.
async fn idlers(daemon: &Running, count: usize) -> Vec<TcpStream> {
    let address = daemon.address().await;
    let mut idlers = Vec::new();
    for nth in 0..count {
        let Ok(Ok(mut idler)) = timeout(Duration::from_secs(2), TcpStream::connect(address)).await else { break };
        if nth % 2 == 0 {
            let _ = idler.write_all(b"POST /hooks/roapp/x HTTP/1.1\r\nhost: ").await;
        }
        idlers.push(idler);
    }
    idlers
}

async fn synced(world: &World, number: i64) {
    eventually("the order", || async {
        let orders = world.orders().await;
        orders.into_iter().find(|order| order.number.get() == number && order.state == OrderState::Synced)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_idle_connections_keep_no_order_from_coming_and_nobody_from_being_answered() {
    open_files::raise();
    let world = World::new(SandboxOptions { days: 10, ..small(6) }).await;
    world.import().await;
    let daemon = start_with_files(&world, 1_024);
    world.imported().await;
    let idle = idlers(&daemon, 1_100).await;
    assert!(idle.len() > 900, "{}", idle.len());
    let asked = Instant::now();
    let (head, body) = get(&daemon, "/readyz").await;
    assert!(head.contains("200"), "{head} {body}");
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    let number = world.sandbox.shop.place_order();
    synced(&world, number).await;
    assert_eq!(status(&daemon).await["ready"], true);
    let log = daemon.stdout();
    assert!(!log.contains("too many open files") && !log.contains("the database is unavailable"), "{log}");
    drop(idle);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_do_not_come_keep_nobody_from_being_answered() {
    open_files::raise();
    let world = World::new(small(3)).await;
    let daemon = world.program("one").start(&["run"]);
    let address = daemon.address().await;
    let mut owing = Vec::new();
    for path in ["/hooks/cartum/x", "/hooks/roapp/x", "/readyz"].into_iter().cycle().take(900) {
        let Ok(Ok(mut peer)) = timeout(Duration::from_secs(2), TcpStream::connect(address)).await else { break };
        let head = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n");
        let _ = peer.write_all(head.as_bytes()).await;
        owing.push(peer);
    }
    assert_eq!(owing.len(), 900);
    let (head, body) = get(&daemon, "/readyz").await;
    assert!(head.contains("200"), "{head} {body}");
    drop(owing);
}

#[tokio::test(flavor = "multi_thread")]
async fn few_open_files_are_shared_so_that_the_sync_goes_on() {
    open_files::raise();
    let world = World::new(SandboxOptions { days: 10, ..small(6) }).await;
    world.import().await;
    let daemon = start_with_files(&world, 96);
    world.imported().await;
    let idle = idlers(&daemon, 200).await;
    let number = world.sandbox.shop.place_order();
    synced(&world, number).await;
    assert!(get(&daemon, "/healthz").await.0.contains("200"));
    drop(idle);
}

/// From now on the daemon may have so many files open; those that it has stay open.
#[cfg(target_os = "linux")]
async fn allow_files(daemon: &Running, most: usize) {
    let (id, limit) = (daemon.id().to_string(), format!("--nofile={most}:"));
    let status = tokio::process::Command::new("prlimit").args(["--pid", &id, &limit]).status().await.unwrap();
    assert!(status.success());
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn connections_that_use_up_all_files_are_told_with_the_fix_and_the_sync_goes_on() {
    let world = World::new(SandboxOptions { days: 10, ..small(6) }).await;
    world.import().await;
    let mut daemon = start_with_files(&world, 1_024);
    world.imported().await;
    let open = std::fs::read_dir(format!("/proc/{}/fd", daemon.id())).unwrap().count();
    allow_files(&daemon, open + 8).await;
    let idle = idlers(&daemon, 60).await;
    daemon.prints("cannot accept connections to http.listen: too many open files").await;
    daemon.prints("`ulimit -n` in a shell").await;
    let number = world.sandbox.shop.place_order();
    synced(&world, number).await;
    drop(idle);
    let number = world.sandbox.shop.place_order();
    synced(&world, number).await;
    eventually("an answer", || async { get(&daemon, "/readyz").await.0.contains("200").then_some(()) }).await;
    assert!(daemon.is_running());
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_cannot_be_reached_for_want_of_files_says_so_and_is_read_once_there_are_some() {
    let world = World::new(SandboxOptions { days: 10, ..small(6) }).await;
    world.import().await;
    let mut daemon = start_with_files(&world, 1_024);
    world.imported().await;
    allow_files(&daemon, 3).await;
    // Every connection that it has goes with the next call.
    world.sandbox.shop.faults().add("orders/get", Fault::CutBefore, 0, 1);
    let store = eventually("the reason", || async {
        Some(world.store().await).filter(|store| store.last_error.contains("too many open files"))
    })
    .await;
    assert!(store.last_error.contains("ulimit -n"), "{:?}", store.last_error);
    allow_files(&daemon, 1_024).await;
    let number = world.sandbox.shop.place_order();
    synced(&world, number).await;
    eventually("a poll that went well", || async { world.store().await.failing_since.is_none().then_some(()) }).await;
    assert!(daemon.is_running());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_slow_to_ask_is_let_go() {
    let world = World::new(small(3)).await;
    let daemon = world.program("one").start(&["run"]);
    let mut slow = idlers(&daemon, 2).await;
    for mut idler in slow.drain(..) {
        let mut rest = Vec::new();
        let ended = timeout(Duration::from_secs(20), idler.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "the connection is still open");
    }
    // A body that does not come is not waited for forever either.
    let mut peer = TcpStream::connect(daemon.address().await).await.unwrap();
    let head = "POST /hooks/cartum/x HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n";
    peer.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    timeout(Duration::from_secs(40), peer.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.contains("408"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_ask_for_the_status_are_answered_by_one_look_beside_the_daemon_s_own_connections() {
    let world = World::new(small(3)).await;
    let pool = world.database.pool();
    let daemon = world.program("one").start(&["run"]);
    let address = daemon.address().await;
    // The count takes as long as this holds the table.
    let mut holder = world.database.begin().await;
    sqlx::query("LOCK TABLE store_order IN ACCESS EXCLUSIVE MODE").execute(&mut *holder).await.unwrap();
    let mut asking = JoinSet::new();
    for _ in 0..60 {
        asking.spawn(async move {
            let mut peer = TcpStream::connect(address).await.unwrap();
            peer.write_all(b"GET /status HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
            let mut answer = String::new();
            peer.read_to_string(&mut answer).await.unwrap();
            answer
        });
    }
    let counting = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '/* status.counts */%' AND state = 'active'
                        AND datname = current_database()";
    let counting = async || sqlx::query_scalar::<_, i64>(counting).fetch_one(pool).await.unwrap();
    eventually("the look", async || (counting().await > 0).then_some(())).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(counting().await, 1);
    let (head, body) = get(&daemon, "/readyz").await;
    assert!(head.contains("200"), "{head} {body}");
    holder.rollback().await.unwrap();
    for answer in asking.join_all().await {
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    assert!(!daemon.stdout().contains("the database is unavailable"), "{}", daemon.stdout());
}
