//! `/status` and `/readyz` of a working daemon.

use std::time::Duration;

use cartum_roapp::sandbox::{faults::Fault, world::SandboxOptions};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{
    Running, eventually, eventually_within,
    world::{World, small},
};

/// The first line of an answer and its body.
pub(crate) async fn get(daemon: &Running, path: &str) -> (String, String) {
    let mut peer = TcpStream::connect(daemon.address().await).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    peer.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    peer.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.lines().next().unwrap().to_owned(), body.to_owned())
}

pub(crate) async fn status(daemon: &Running) -> Value {
    let (head, body) = get(daemon, "/status").await;
    assert!(head.contains("200"), "{head} {body}");
    serde_json::from_str(&body).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_says_how_each_store_is_and_a_store_that_is_away_makes_nobody_unready() {
    let world = World::new(SandboxOptions { days: 10, ..small(15) }).await;
    world.import().await;
    let daemon = world.program("one").start(&["run"]);
    world.imported().await;
    let shown = eventually("the figures", async || {
        let shown = status(&daemon).await;
        let orders = &shown["accounts"][0]["stores"][0]["orders"];
        (orders["waiting"].is_null() && orders["synced"].is_i64()).then_some(shown)
    })
    .await;
    let counts = world.counts().await;
    let (account, store) = (&shown["accounts"][0], &shown["accounts"][0]["stores"][0]);
    assert_eq!(shown["ready"], true);
    assert_eq!(shown["processes"].as_array().unwrap().len(), 1);
    assert_eq!((&account["name"], &account["state"]), (&"main".into(), &"active".into()));
    assert_eq!((&store["state"], &store["login"]), (&"active".into(), &"sync-manager".into()));
    assert_eq!(store["orders"]["synced"], counts.done);
    assert!(account["last_success_at"].is_string() && store["last_success_at"].is_string(), "{shown}");
    assert!(store["failing_since"].is_null() && store["oldest_waiting_since"].is_null(), "{shown}");
    assert!(!shown.to_string().contains("sandbox-password") && !shown.to_string().contains("sandbox-key"));

    world.sandbox.shop.faults().add("*", Fault::Refuse(503), 0, u32::MAX);
    let shown = eventually("the outage", async || {
        let shown = status(&daemon).await;
        shown["accounts"][0]["stores"][0]["failing_since"].is_string().then_some(shown)
    })
    .await;
    let error = shown["accounts"][0]["stores"][0]["last_error"]["text"].as_str().unwrap().to_owned();
    assert!(error.contains("503"), "{error}");
    let (head, body) = get(&daemon, "/readyz").await;
    assert!(head.contains("200"), "{head} {body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_says_since_when_ro_app_is_away_and_that_a_key_is_refused_and_neither_makes_anybody_unready() {
    let world = World::new(SandboxOptions { days: 10, ..small(4) }).await;
    world.import_whole().await;
    let daemon = world.process(&[]);
    let is_ready = async || {
        let (head, body) = get(&daemon, "/readyz").await;
        assert!(head.contains("200"), "{head} {body}");
    };
    let (roapp, faults) = (&world.sandbox.roapp, world.sandbox.roapp.faults());
    faults.add("*", Fault::Refuse(503), 0, u32::MAX);
    world.sandbox.shop.place_order();
    let away = eventually_within(Duration::from_mins(2), "the outage", async || {
        let account = status(&daemon).await["accounts"][0].clone();
        let waits = account["stores"][0]["oldest_waiting_since"].is_string();
        (account["failing_since"].is_string() && waits).then_some(account)
    })
    .await;
    assert_eq!((&away["state"], &away["stores"][0]["state"]), (&"active".into(), &"active".into()));
    assert!(away["last_error"]["text"].as_str().unwrap().contains("503"), "{away}");
    assert!(away["stores"][0]["failing_since"].is_null() && away["last_success_at"].is_string(), "{away}");
    is_ready().await;

    roapp.set_key("another-key");
    faults.clear();
    let retry = "UPDATE account SET retry_at = now(), due_at = now()";
    sqlx::query(retry).execute(world.database.pool()).await.unwrap();
    let refused = eventually("the refused key", async || {
        let account = status(&daemon).await["accounts"][0].clone();
        (account["state"] == "needs_key").then_some(account)
    })
    .await;
    assert!(!refused["reason"]["text"].as_str().unwrap().is_empty(), "{refused}");
    assert_eq!(refused["last_success_at"], away["last_success_at"]);
    is_ready().await;
}
