//! A store that answers as the test tells it to.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use serde_json::{Value, json};
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers};

use crate::{
    cartum::{Cartum, Options, OrderFilter, OrderRow, Walk},
    domain::ids::Id,
    http::Http,
    secrets::Secret,
};

pub(super) const PASSWORD: &str = "s3cret \"pass\"";

/// The text of a file of the contract's examples.
macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/cartum/", $name))
    };
}
pub(super) use fixture;

pub(super) struct Store(MockServer);

impl Store {
    /// A store without any function.
    pub(super) async fn bare() -> Self {
        Self(MockServer::start().await)
    }

    /// A store that gives out `token-1`, `token-2` and so on.
    pub(super) async fn open() -> Self {
        let store = Self::bare().await;
        store.on("auth", |_, nth| ok(json!({"token": format!("token-{}", nth + 1)}))).await;
        store
    }

    /// Sets how a function answers its nth call (from 0) with these parameters.
    pub(super) async fn on(
        &self,
        function: &str,
        answer: impl Fn(&Value, usize) -> ResponseTemplate + Send + Sync + 'static,
    ) {
        let calls = AtomicUsize::new(0);
        Mock::given(matchers::method("POST"))
            .and(matchers::path(format!("/api/{function}/")))
            .and(matchers::header("content-type", "application/json"))
            .respond_with(move |request: &Request| {
                answer(&request.body_json().unwrap(), calls.fetch_add(1, Ordering::SeqCst))
            })
            .mount(&self.0)
            .await;
    }

    /// The parameters of every call of a function so far.
    pub(super) async fn calls(&self, function: &str) -> Vec<Value> {
        let path = format!("/api/{function}/");
        let requests = self.0.received_requests().await.unwrap();
        requests.iter().filter(|request| request.url.path() == path).map(|r| r.body_json().unwrap()).collect()
    }

    /// How many requests came in, whatever their path.
    pub(super) async fn requests(&self) -> usize {
        self.0.received_requests().await.unwrap().len()
    }

    pub(super) fn uri(&self) -> String {
        self.0.uri()
    }

    pub(super) fn cartum(&self) -> Cartum {
        cartum(&self.uri(), Options { request_timeout: Duration::from_secs(5), min_gap: Duration::ZERO })
    }
}

pub(super) fn cartum(site: &str, options: Options) -> Cartum {
    let password = Secret::new(PASSWORD.to_owned());
    Cartum::new(Http::new(true).unwrap(), site.parse().unwrap(), "api".to_owned(), password, options)
}

pub(super) fn ok(response: Value) -> ResponseTemplate {
    said("OK", response)
}

pub(super) fn said(word: &str, response: Value) -> ResponseTemplate {
    let mut body = json!({"status": word});
    body["response"] = response;
    json_page(&body.to_string())
}

pub(super) fn json_page(text: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(text.to_owned(), "application/json")
}

pub(super) fn html(status: u16) -> ResponseTemplate {
    let page = "<!doctype html>\n<html><head><title>Down for repairs</title></head></html>".to_owned();
    ResponseTemplate::new(status).set_body_raw(page, "text/html")
}

/// The contract's complete order under another number.
pub(super) fn order(number: i64) -> Value {
    let whole: Value = serde_json::from_str(fixture!("orders_get.response.constructed.json")).unwrap();
    let mut order = whole["response"]["orders"][0].clone();
    order["order_id"] = json!(number);
    order
}

/// An answer with the orders of these numbers.
pub(super) fn orders(numbers: impl IntoIterator<Item = i64>) -> ResponseTemplate {
    ok(json!({"orders": numbers.into_iter().map(order).collect::<Vec<_>>()}))
}

/// The answer to these parameters from a store that has the orders `all` in this sequence and never sends more than `cap`.
pub(super) fn page(all: &[i64], cap: usize, params: &Value) -> ResponseTemplate {
    let number = |name: &str| usize::try_from(params[name].as_u64().unwrap_or_default()).unwrap();
    let rows: Vec<_> = all.iter().copied().skip(number("offset")).take(number("limit").min(cap)).collect();
    if rows.is_empty() { said("EMPTY", json!([])) } else { orders(rows) }
}

pub(super) fn numbers(rows: &[OrderRow]) -> Vec<i64> {
    rows.iter().filter_map(|row| row.number).map(Id::get).collect()
}

/// Walks to the end: every number returned, in that order.
pub(super) async fn walk_numbers(cartum: &Cartum) -> Vec<i64> {
    drain(&mut cartum.walk(OrderFilter::default())).await
}

pub(super) async fn drain(walk: &mut Walk<'_>) -> Vec<i64> {
    let mut all = Vec::new();
    while let Some(rows) = walk.next().await.unwrap() {
        assert!(!rows.is_empty(), "a page given to the caller has rows");
        all.extend(numbers(&rows));
    }
    all
}
