#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::net::SocketAddr;

use axum::{
    body::Bytes,
    routing::{get, post},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

/// More than the system buffers of an answer that nobody reads.
const LARGE: usize = 64 << 20;

/// Starts a server that reads bodies to their end and returns a large answer; returns its address.
async fn start(stop: &Stop) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let large = Bytes::from(vec![b'x'; LARGE]);
    let router = Router::new()
        .route("/", get(|| async { "here" }))
        .route("/take", post(|body: Bytes| async move { body.len().to_string() }))
        .route("/large", get(move || async move { large }));
    tokio::spawn(serve(listener, router, stop.clone()));
    address
}

async fn send(address: SocketAddr, request: &str) -> TcpStream {
    let mut peer = TcpStream::connect(address).await.unwrap();
    peer.write_all(request.as_bytes()).await.unwrap();
    peer
}

async fn said(peer: &mut TcpStream) -> String {
    let mut answer = String::new();
    peer.read_to_string(&mut answer).await.unwrap();
    answer
}

/// More connections than there are places do this; another request is answered before any of their deadlines.
async fn others_are_answered_beside(request: &str) {
    open_files::raise();
    let stop = Stop::new();
    let address = start(&stop).await;
    let mut slow = Vec::new();
    for _ in 0..MOST + 10 {
        slow.push(send(address, request).await);
    }
    let asked = async { said(&mut send(address, "GET / HTTP/1.1\r\nhost: x\r\n\r\n").await).await };
    let answer = timeout(HEAD_LIMIT, asked).await.unwrap();
    assert!(answer.ends_with("here"), "{answer}");
    drop(slow);
    stop.request();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_owes_a_head_makes_room() {
    others_are_answered_beside("POST /take HTTP/1.1\r\nhost: ").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_owes_a_body_makes_room() {
    others_are_answered_beside("POST /take HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_owes_a_body_that_nobody_reads_makes_room() {
    others_are_answered_beside("GET /large HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_take_an_answer_makes_room() {
    others_are_answered_beside("GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_asked_is_answered_after_the_stop_and_who_has_not_is_let_go() {
    let stop = Stop::new();
    let address = start(&stop).await;
    let mut owing = send(address, "POST /take HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\n").await;
    let mut asked = send(address, "GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await;
    asked.readable().await.unwrap();
    // The other connection was accepted before this one.
    stop.request();
    assert_eq!(said(&mut owing).await, "");
    assert!(said(&mut asked).await.len() > LARGE);
}
