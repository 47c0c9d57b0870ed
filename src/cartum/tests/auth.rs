//! The token: obtained by one login at a time, renewed in time, and renewed once when refused.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::time::Duration;

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::support::{PASSWORD, Store, fixture, json_page, numbers, ok, orders, said, walk_numbers};
use crate::{
    cartum::{CartumError, Trouble},
    domain::ids::OrderNumber,
    http::Verdict,
};

/// Accepts only tokens for which `good` is true; answers others with `refusal`.
async fn strict(store: &Store, good: fn(&str) -> bool, refusal: impl Fn() -> ResponseTemplate + Send + Sync + 'static) {
    let answer = move |params: &Value, _| if good(params["token"].as_str().unwrap()) { orders([7]) } else { refusal() };
    store.on("orders/get", answer).await;
}

#[tokio::test]
async fn many_calls_at_once_share_one_login() {
    let store = Store::open().await;
    strict(&store, |token| token == "token-1", || said("UNAUTHORIZED", json!([]))).await;
    let cartum = store.cartum();
    let seven = [OrderNumber::new(7)];
    let call = || cartum.orders_by_number(&seven);
    let (a, b, c, d) = tokio::join!(call(), call(), call(), call());
    for rows in [a, b, c, d] {
        assert_eq!(numbers(&rows.unwrap()), [7]);
    }
    let logins = store.calls("auth").await;
    assert_eq!(logins, [json!({"login": "api", "password": PASSWORD})]);
    assert_eq!(store.calls("orders/get").await.len(), 4);
}

#[tokio::test]
async fn many_calls_at_once_share_one_new_login_after_a_refused_token() {
    let store = Store::open().await;
    strict(&store, |token| token == "token-2", || said("UNAUTHORIZED", json!([]))).await;
    let cartum = store.cartum();
    let seven = [OrderNumber::new(7)];
    let call = || cartum.orders_by_number(&seven);
    let (a, b, c) = tokio::join!(call(), call(), call());
    for rows in [a, b, c] {
        assert_eq!(numbers(&rows.unwrap()), [7]);
    }
    assert_eq!(store.calls("auth").await.len(), 2);
    assert_eq!(store.calls("orders/get").await.len(), 4);
}

#[tokio::test]
async fn a_token_past_its_life_is_renewed_before_the_call() {
    let store = Store::open().await;
    strict(&store, |_| true, || said("UNAUTHORIZED", json!([]))).await;
    let mut cartum = store.cartum();
    cartum.orders_by_number(&[OrderNumber::new(7)]).await.unwrap();
    cartum.orders_by_number(&[OrderNumber::new(7)]).await.unwrap();
    assert_eq!(store.calls("auth").await.len(), 1);
    cartum.token_life = Duration::ZERO;
    cartum.orders_by_number(&[OrderNumber::new(7)]).await.unwrap();
    let tokens: Vec<_> = store.calls("orders/get").await.iter().map(|call| call["token"].clone()).collect();
    assert_eq!(tokens, ["token-1", "token-1", "token-2"]);
}

#[tokio::test]
async fn every_shape_of_a_refused_token_brings_one_new_login() {
    let shapes: [fn() -> ResponseTemplate; 11] = [
        || json_page(fixture!("unauthorized.response.json")),
        || json_page(fixture!("authorization_error.response.json")),
        || said("AUTH_ERROR", json!([])),
        || said("ERROR", json!({"message": "Invalid Token"})),
        || said("ERROR", json!("token expired")),
        || said("ERROR", json!({"message": "Not authenticated", "code": 5})),
        || said("HTTP_ERROR", json!({"message": "Auth required.\n"})),
        || said("ERROR", json!({"message": "Потрібна Авторизація"})),
        || ResponseTemplate::new(401),
        || ResponseTemplate::new(401).set_body_raw("<html>Unauthorized</html>", "text/html"),
        || ResponseTemplate::new(401).set_body_json(json!({"error": "no"})),
    ];
    for (at, shape) in shapes.into_iter().enumerate() {
        let store = Store::open().await;
        strict(&store, |token| token == "token-2", shape).await;
        let rows = store.cartum().orders_by_number(&[OrderNumber::new(7)]).await;
        assert_eq!(numbers(&rows.unwrap()), [7], "shape {at}");
        assert_eq!(store.calls("auth").await.len(), 2, "shape {at}");
    }
}

#[tokio::test]
async fn a_token_refused_right_after_a_good_login_is_temporary_and_not_tried_for_ever() {
    let store = Store::open().await;
    strict(&store, |_| false, || said("UNAUTHORIZED", json!({"message": "no"}))).await;
    let error = store.cartum().orders_by_number(&[OrderNumber::new(7)]).await.unwrap_err();
    let wanted = Trouble::TokenRefused { message: "no".to_owned() };
    assert!(matches!(&error, CartumError::Temporary { trouble, .. } if *trouble == wanted), "{error}");
    assert_eq!(error.verdict(), Verdict::Again(None));
    assert_eq!(store.calls("auth").await.len(), 2);
    assert_eq!(store.calls("orders/get").await.len(), 2);
}

#[tokio::test]
async fn an_error_that_does_not_speak_of_the_token_brings_no_new_login() {
    let store = Store::open().await;
    store.on("orders/get", |_, _| said("ERROR", json!({"message": "Something broke"}))).await;
    let error = store.cartum().walk(crate::cartum::OrderFilter::default()).next().await.unwrap_err();
    assert!(
        matches!(&error, CartumError::Failed { word, message, .. } if word == "ERROR" && message == "Something broke")
    );
    assert_eq!(store.calls("auth").await.len(), 1);
    assert_eq!(store.calls("orders/get").await.len(), 1);
}

#[tokio::test]
async fn a_wrong_login_is_refused_with_the_stores_words_and_asked_once() {
    for answer in [
        || json_page(fixture!("auth.response.error.json")),
        || said("UNAUTHORIZED", json!({"message": "User with such username/password not found"})),
    ] {
        let store = Store::bare().await;
        store.on("auth", move |_, _| answer()).await;
        let error = store.cartum().sign_in().await.unwrap_err();
        let CartumError::LoginRefused { message, .. } = &error else { panic!("{error}") };
        assert_eq!(message, "User with such username/password not found");
        assert_eq!(error.verdict(), Verdict::Stop);
        let error = store.cartum().statuses().await.unwrap_err();
        assert!(matches!(error, CartumError::LoginRefused { .. }), "{error}");
        assert_eq!(store.requests().await, 2, "no retries");
    }
}

#[tokio::test]
async fn signing_in_always_logs_in_afresh_and_its_token_serves_the_next_call() {
    let store = Store::open().await;
    store.on("orders/get", |_, _| orders([1])).await;
    let cartum = store.cartum();
    cartum.sign_in().await.unwrap();
    cartum.sign_in().await.unwrap();
    assert_eq!(walk_numbers(&cartum).await, [1]);
    assert_eq!(store.calls("auth").await.len(), 2);
    assert_eq!(store.calls("orders/get").await[0]["token"], "token-2");
}

#[tokio::test]
async fn the_contracts_own_login_answer_is_understood() {
    let store = Store::bare().await;
    store.on("auth", |_, _| json_page(fixture!("auth.response.json"))).await;
    store.on("orders/get", |_, _| ok(json!([]))).await;
    assert!(walk_numbers(&store.cartum()).await.is_empty());
    assert_eq!(store.calls("orders/get").await[0]["token"], "0123456789abcdef0123456789abcdef");
}

#[tokio::test]
async fn a_login_without_a_token_is_not_a_refused_login() {
    let store = Store::bare().await;
    store.on("auth", |_, _| ok(json!({"key": "x"}))).await;
    let error = store.cartum().sign_in().await.unwrap_err();
    assert!(matches!(error, CartumError::Contract { .. }), "{error}");
}
