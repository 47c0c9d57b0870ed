//! `sandbox`: a shop and a RO App that other programs can be tried with.

use reqwest::Client;
use serde_json::{Value, json};

use crate::support::{Program, Running};

/// A sandbox on ports of its own, and where its sides answer.
async fn start(arguments: &[&str]) -> (Running, String, String) {
    let ports = ["sandbox", "--cartum", "127.0.0.1:0", "--roapp", "127.0.0.1:0"];
    let running = Program::new().start(&[&ports[..], arguments].concat());
    running.prints("RO App: ").await;
    let printed = running.stdout();
    let url = |side: &str| {
        let line = printed.lines().find(|line| line.starts_with(side)).unwrap();
        line.split_whitespace().find(|word| word.starts_with("http")).unwrap().trim_end_matches('/').to_owned()
    };
    let (shop, roapp) = (url("store:"), url("RO App:"));
    (running, shop, roapp)
}

async fn ask(shop: &str, function: &str, body: Value) -> Value {
    #[expect(clippy::disallowed_methods, reason = "as any other program would ask")]
    let answer = Client::new().post(format!("{shop}/api/{function}/")).json(&body).send().await.unwrap();
    answer.json().await.unwrap()
}

/// Numbers and totals of all orders.
async fn orders(shop: &str) -> Vec<(i64, String)> {
    let login = json!({"login": "sync-manager", "password": "sandbox-password"});
    let token = ask(shop, "auth", login).await["response"]["token"].clone();
    let answer = ask(shop, "orders/get", json!({"token": token, "limit": 100})).await;
    let orders = answer["response"]["orders"].as_array().unwrap().clone();
    orders.iter().map(|order| (order["order_id"].as_i64().unwrap(), order["total_sum"].to_string())).collect()
}

#[tokio::test]
async fn it_has_so_many_orders_and_the_same_seed_makes_the_same_shop() {
    let (one, shop, roapp) = start(&["--orders", "7", "--days", "5", "--seed", "3"]).await;
    let first = orders(&shop).await;
    assert_eq!(first.len(), 7);
    #[expect(clippy::disallowed_methods, reason = "as any other program would ask")]
    let company = Client::new().get(format!("{roapp}/v2/company")).bearer_auth("sandbox-key").send().await.unwrap();
    assert!(company.status().is_success());
    let (two, shop, _) = start(&["--orders", "7", "--days", "5", "--seed", "3"]).await;
    assert_eq!(orders(&shop).await, first);
    let (three, shop, _) = start(&["--orders", "7", "--days", "5", "--seed", "4"]).await;
    assert_ne!(orders(&shop).await, first);
    for mut running in [one, two, three] {
        running.signal("TERM");
        assert!(running.ended().await.success());
    }
}
