//! A proxy between us and the world: used only where the settings say so, and never as a way past what is private.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{io::AsyncWriteExt, net::TcpListener};

use crate::support::{Program, TestDatabase};

/// Somebody who counts who comes, and lets nobody through.
async fn counter() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, count) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((mut peer, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            let _ = peer.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n").await;
        }
    });
    (address, count)
}

async fn program(database: &TestDatabase) -> Program {
    let program = Program::new()
        .env("CARTUM_ROAPP__DATABASE__URL", database.url())
        .env("CARTUM_ROAPP__SECRETS__KEY_FILE", "secrets.key");
    assert!(program.run(&["secrets", "new-key", "secrets.key"]).await.success);
    std::fs::write(program.path("api.key"), "key").unwrap();
    program
}

async fn add(program: &Program, url: &str) -> String {
    let added = program.run(&["account", "add", "main", "--api-key-file", "api.key", "--base-url", url]).await;
    assert!(!added.success, "{added:?}");
    added.stderr
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_the_environment_names_is_not_used() {
    let (database, (address, came)) = (TestDatabase::new().await, counter().await);
    let mut program = program(&database).await;
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        program = program.env(name, format!("http://{address}")).env(&name.to_lowercase(), format!("http://{address}"));
    }
    for url in ["https://roapp.invalid", "http://roapp.invalid", "http://localhost:9", "http://169.254.169.254"] {
        add(&program, url).await;
    }
    assert_eq!(came.load(Ordering::SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_of_the_settings_is_used_and_is_no_way_to_private_addresses() {
    let (database, (address, came)) = (TestDatabase::new().await, counter().await);
    let program = program(&database).await.env("CARTUM_ROAPP__SECURITY__PROXY", format!("http://u:hunter2@{address}"));
    for url in [
        "http://127.0.0.1:9",
        "https://localhost",
        "http://10.1.2.3",
        "http://169.254.169.254/latest",
        "http://[64:ff9b::7f00:1]",
        "http://[2002:7f00:1::]",
        "http://192.0.0.192",
        "http://168.63.129.16",
    ] {
        let told = add(&program, url).await;
        assert!(told.contains("private or loopback address"), "{url}: {told}");
    }
    let told = add(&program, "https://roapp.invalid").await;
    assert!(told.contains("roapp.invalid cannot be resolved on this machine"), "{told}");
    assert_eq!(came.load(Ordering::SeqCst), 0, "nobody is sent there before the name is known");
    add(&program, "http://8.8.8.8").await;
    let asked = came.load(Ordering::SeqCst);
    assert!(asked > 0, "a public address is asked for through the proxy");
    // Who allows private hosts lets the proxy lead anywhere.
    let program = program.env("CARTUM_ROAPP__SECURITY__ALLOW_PRIVATE_HOSTS", "true");
    add(&program, "http://roapp.invalid").await;
    assert!(came.load(Ordering::SeqCst) > asked);
    let checked = program.run(&["config", "check"]).await;
    assert!(checked.stdout.contains(&address.to_string()) && !checked.stdout.contains("hunter2"), "{checked:?}");
}
