//! Whoever reaches `http.listen` cannot stop the sync, nor keep others from being answered.

use std::time::Duration;

use cartum_roapp::{db::orders::OrderState, open_files, sandbox::world::SandboxOptions};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::{Instant, timeout},
};

use super::status::{get, status};
use crate::support::{
    Running, eventually,
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
    assert!(!log.contains("too many open files") && !log.contains("the database is away"), "{log}");
    drop(idle);
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
    assert!(!daemon.stdout().contains("the database is away"), "{}", daemon.stdout());
}
