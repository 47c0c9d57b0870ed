//! `/healthz` and `/readyz` over a real socket.

use std::ffi::OsString;

use cartum_roapp::{
    clock::Clock,
    config::Settings,
    lifecycle::{Heartbeat, Stop},
    web::{self, Ready, Served, WebError},
};
use sqlx::postgres::PgPoolOptions;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{Proxy, TestDatabase, Wire, eventually};

fn settings(listen: &str) -> Settings {
    let variable = (OsString::from("CARTUM_ROAPP__HTTP__LISTEN"), OsString::from(listen));
    Settings::from_layers(None, [variable]).unwrap()
}

async fn get(address: std::net::SocketAddr, path: &str) -> String {
    let mut peer = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    peer.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    peer.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_process_without_its_database_is_alive_but_not_ready() {
    let database = TestDatabase::new().await;
    let listener = web::listen(&settings("127.0.0.1:0")).await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = Stop::new();
    let proxy = Proxy::before(database.options().get_port()).await;
    let pool = PgPoolOptions::new().connect_lazy_with(database.options().port(proxy.port()));
    let ready = Ready::new(&pool, Heartbeat::new(Clock::System));
    let serving = stop.spawn(web::serve(listener, Served { ready, hooks: None, pages: None }, stop.clone()));

    let ready = get(address, "/readyz").await;
    assert!(ready.starts_with("HTTP/1.1 200") && ready.ends_with("{\"ready\":true}"), "{ready}");
    proxy.set(Wire::Cut);
    // Who asked a moment ago gives the answer to who asks now.
    eventually("the end of readiness", async || {
        let ready = get(address, "/readyz").await;
        (ready.starts_with("HTTP/1.1 503") && ready.contains("\"reason\":\"the database ")).then_some(())
    })
    .await;
    let alive = get(address, "/healthz").await;
    assert!(alive.starts_with("HTTP/1.1 200") && alive.ends_with("\r\n\r\nok"), "{alive}");

    stop.request();
    assert!(stop.finished().await);
    serving.await.unwrap().unwrap();
}

#[tokio::test]
async fn an_address_in_use_is_told_with_its_setting() {
    let listener = web::listen(&settings("127.0.0.1:0")).await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let refused = web::listen(&settings(&address)).await.unwrap_err();
    assert!(matches!(refused, WebError::InUse(_)));
    assert!(refused.to_string().contains(&address) && refused.to_string().contains("http.listen"), "{refused}");
}
