//! The store through its front door.
//!
//! - here: transport, tokens, faults, and the caller that the other files use
//! - `functions`: what each function answers
//! - `quirks`: that each alternative really changes the answer
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

mod functions;
mod quirks;

use std::{collections::BTreeSet, time::Duration};

use chrono::TimeZone;
use reqwest::{Method, Response, header};
use serde_json::{Value, json};

use super::*;
use crate::sandbox::faults::Fault;

/// A store and a client that calls it.
struct Caller {
    shop: Shop,
    token: String,
    client: reqwest::Client,
}

impl Caller {
    async fn at(options: ShopOptions) -> Self {
        let shop = Shop::start(options).await.unwrap();
        let mut caller = Self { shop, token: String::new(), client: client() };
        caller.log_in().await;
        caller
    }

    async fn new() -> Self {
        Self::at(options(CartumQuirks::default())).await
    }

    async fn with(quirks: CartumQuirks) -> Self {
        Self::at(options(quirks)).await
    }

    async fn log_in(&mut self) -> Value {
        let answer = self.call("auth", json!({ "login": "sync-manager", "password": "sandbox-password" })).await;
        self.token = answer["response"]["token"].as_str().unwrap_or_default().into();
        answer
    }

    /// Calls a function with the token; returns the body of the answer.
    async fn call(&self, function: &str, mut body: Value) -> Value {
        if function != "auth" && body.get("token").is_none() {
            body["token"] = json!(self.token);
        }
        let response = self.send(Method::POST, &format!("/api/{function}/"), &body.to_string()).await.unwrap();
        let text = response.text().await.unwrap();
        serde_json::from_str(&text).unwrap_or(Value::String(text))
    }

    async fn send(&self, method: Method, path: &str, body: &str) -> reqwest::Result<Response> {
        self.send_as("application/json", method, path, body).await
    }

    #[expect(clippy::disallowed_methods, reason = "the sandbox is tested without the program's own http")]
    async fn send_as(&self, kind: &str, method: Method, path: &str, body: &str) -> reqwest::Result<Response> {
        let url = format!("{}{path}", self.shop.site_url());
        self.client.request(method, url).header(header::CONTENT_TYPE, kind).body(String::from(body)).send().await
    }

    /// The order numbers in an answer of `orders/get`.
    async fn numbers(&self, body: Value) -> Vec<i64> {
        numbers(&self.call("orders/get", body).await)
    }
}

#[expect(clippy::disallowed_methods, reason = "the sandbox is tested without the program's own http")]
fn client() -> reqwest::Client {
    static CLIENT: std::sync::OnceLock<reqwest::Client> = std::sync::OnceLock::new();
    // No pool: each test has its own runtime, so one must not reuse the connection of another.
    let build = || {
        let never = reqwest::redirect::Policy::none();
        reqwest::Client::builder().redirect(never).pool_max_idle_per_host(0).build().unwrap()
    };
    CLIENT.get_or_init(build).clone()
}

fn numbers(answer: &Value) -> Vec<i64> {
    answer["response"]["orders"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|order| order["order_id"].as_i64())
        .collect()
}

/// 300 orders up to a fixed day, so that tests can name days.
fn options(quirks: CartumQuirks) -> ShopOptions {
    let now = Utc.with_ymd_and_hms(2026, 5, 20, 12, 0, 0).single().unwrap();
    let shop = ShopData::generate(&SeedOptions { now, ..SeedOptions::default() });
    ShopOptions::of(shop, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), quirks)
}

#[tokio::test]
async fn only_a_json_object_by_post_with_a_slash_is_a_call() {
    let caller = Caller::new().await;
    let moved = caller.send(Method::POST, "/api/orders/get", "{}").await.unwrap();
    assert_eq!((moved.status().as_u16(), &moved.headers()["location"]), (301, &"/api/orders/get/".parse().unwrap()));
    assert_eq!(caller.send(Method::GET, "/api/orders/get/", "").await.unwrap().status(), 405);
    for (kind, body) in [("application/json", "token=1"), ("application/json", "[]"), ("text/plain", "{}")] {
        let refused = caller.send_as(kind, Method::POST, "/api/orders/get/", body).await.unwrap();
        assert_eq!(refused.status(), 200);
        let body: Value = refused.json().await.unwrap();
        assert_eq!(body["status"], "HTTP_ERROR");
        assert!(body["response"]["code"].is_u64() && body["response"]["message"].is_string());
    }
    let page = caller.send(Method::GET, "/", "").await.unwrap().text().await.unwrap();
    assert!(page.starts_with("<!DOCTYPE html>"));
}

#[tokio::test]
async fn a_wrong_login_is_an_error_with_200_and_an_e_mail_is_no_login() {
    let mut caller = Caller::new().await;
    for (login, password) in [("sync-manager", "wrong"), ("sync@example.com", "sandbox-password"), ("", "")] {
        let answer = caller.call("auth", json!({ "login": login, "password": password })).await;
        let text = "User with such username/password not found";
        assert_eq!(answer, json!({ "status": "ERROR", "response": { "message": text } }));
    }
    caller.shop.set_password("another");
    assert_eq!(caller.log_in().await["status"], "ERROR");
}

#[tokio::test]
async fn a_token_is_hex_needed_and_dies_after_its_life() {
    let life = Duration::from_millis(150);
    let mut caller = Caller::at(ShopOptions { token_life: life, ..options(CartumQuirks::default()) }).await;
    assert_eq!(caller.token.len(), 32);
    assert!(caller.token.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')));
    let no_token = caller.call("orders/get", json!({ "token": "" })).await;
    assert_eq!(no_token, json!({ "status": "AUTHORIZATION_ERROR", "response": { "message": "Auth required.\n" } }));
    let strange = caller.call("orders/get", json!({ "token": "0".repeat(32) })).await;
    assert_eq!(strange["status"], "UNAUTHORIZED");
    tokio::time::sleep(life).await;
    assert_eq!(caller.call("orders/get", json!({})).await["status"], "UNAUTHORIZED");
    caller.log_in().await;
    assert_eq!(caller.call("orders/get", json!({})).await["status"], "OK");
    caller.shop.kill_tokens();
    assert_eq!(caller.call("orders/get", json!({})).await["status"], "UNAUTHORIZED");
}

#[tokio::test]
async fn a_new_token_leaves_the_older_alive() {
    let mut caller = Caller::new().await;
    let older = caller.token.clone();
    caller.log_in().await;
    assert_ne!(older, caller.token);
    assert_eq!(caller.call("orders/get", json!({ "token": older })).await["status"], "OK");
}

#[tokio::test]
async fn a_function_that_is_none_is_undefined() {
    let caller = Caller::new().await;
    for function in ["orders/export", "orders/get_statuses", "logs"] {
        let answer = caller.call(function, json!({})).await;
        assert_eq!(answer, json!({ "status": "UNDEFINED_FUNCTION", "response": [] }));
    }
}

#[tokio::test]
async fn every_call_is_recorded_with_what_the_contract_has_against_it() {
    let caller = Caller::new().await;
    caller.call("orders/get", json!({ "limit": 1, "date_from": "2026-01-01" })).await;
    caller.call("orders/get", json!({ "offset": 5 })).await;
    caller.call("orders/update", json!({ "orders": [{ "order_id": 1, "paid": 1 }] })).await;
    let calls = caller.shop.calls();
    let functions: Vec<&str> = calls.iter().map(|call| call.function.as_str()).collect();
    assert_eq!(functions, ["auth", "orders/get", "orders/get", "orders/update"]);
    assert_eq!(calls[0].body["password"], "sandbox-password");
    assert!(calls[0].complaints.is_empty());
    assert_eq!((calls[1].status.as_str(), calls[1].http, &calls[1].body["token"]), ("OK", 200, &json!(caller.token)));
    assert_eq!(calls[1].complaints, ["date_from is not a parameter of orders/get"]);
    assert_eq!(calls[2].complaints, ["offset without limit is ignored"]);
    assert_eq!(calls[3].complaints, ["paid of an order cannot be written"]);
    assert!(calls.iter().all(|call| call.at >= caller.shop.data().seed.now));
}

#[tokio::test]
async fn a_fault_before_leaves_the_order_as_it_was_and_one_after_does_not() {
    let caller = Caller::new().await;
    let id = *caller.shop.data().orders.iter().find(|(_, order)| order.status == 3).unwrap().0;
    let body = json!({ "token": caller.token, "orders": [{ "order_id": id, "status": 2 }] }).to_string();
    let status = || caller.shop.data().orders[&id].status;
    let before = [Fault::Html, Fault::Refuse(503), Fault::RefuseWith(502, "bad gateway".into()), Fault::CutBefore];
    for fault in before {
        caller.shop.faults().add("orders/update", fault, 0, 1);
        let answer = caller.send(Method::POST, "/api/orders/update/", &body).await;
        assert!(answer.is_err() || answer.is_ok_and(|answer| answer.status() != 200 || !is_json(&answer)));
        assert_eq!(status(), 3);
    }
    for fault in [Fault::CutAfter, Fault::FailAfter(500), Fault::EmptyAfter] {
        caller.shop.faults().add("orders/update", fault, 0, 1);
        let answer = caller.send(Method::POST, "/api/orders/update/", &body).await;
        assert!(answer.is_err() || answer.is_ok_and(|answer| answer.content_length() == Some(0)));
        assert_eq!(status(), 2);
        caller.shop.edit(|shop| shop.orders.get_mut(&id).unwrap().status = 3);
    }
    caller.shop.faults().add("*", Fault::Slow(Duration::from_millis(50)), 0, 1);
    let asked = tokio::time::Instant::now();
    assert_eq!(caller.call("orders/get", json!({})).await["status"], "OK");
    assert!(asked.elapsed() >= Duration::from_millis(50));
    assert_eq!(caller.shop.calls().len(), 9);
}

fn is_json(response: &Response) -> bool {
    response.headers()[header::CONTENT_TYPE] == "application/json"
}
