//! A store that fails briefly is asked again; calls are made one at a time and spaced apart.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{io::AsyncReadExt, net::TcpListener, time::Instant};
use wiremock::ResponseTemplate;

use super::support::{Store, cartum, html, ok, orders, said, walk_numbers};
use crate::{
    cartum::{CartumError, Options, OrderFilter, Trouble},
    http::{SendError, Verdict},
};

#[tokio::test]
async fn a_read_that_stumbles_twice_is_answered_by_the_third_try() {
    let stumbles: [fn() -> ResponseTemplate; 7] = [
        || ResponseTemplate::new(500),
        || ResponseTemplate::new(502),
        || ResponseTemplate::new(503).set_body_json(json!({"status": "OK", "response": {"orders": []}})),
        || ResponseTemplate::new(504),
        || ResponseTemplate::new(429),
        || html(200),
        || ResponseTemplate::new(200),
    ];
    for stumble in stumbles {
        let store = Store::open().await;
        store.on("orders/get", move |_, nth| if nth < 2 { stumble() } else { orders([5]) }).await;
        assert_eq!(walk_numbers(&store.cartum()).await, [5]);
    }
}

#[tokio::test]
async fn a_login_within_a_read_is_tried_again_but_signing_in_is_not() {
    let store = Store::bare().await;
    let token = || ok(json!({"token": "t"}));
    store.on("auth", move |_, nth| if nth < 3 { ResponseTemplate::new(503) } else { token() }).await;
    store.on("orders/get", |_, _| orders([5])).await;
    let cartum = store.cartum();
    let error = cartum.sign_in().await.unwrap_err();
    assert!(matches!(error, CartumError::Temporary { trouble: Trouble::Http(503), .. }), "{error}");
    assert_eq!(store.requests().await, 1);
    assert_eq!(walk_numbers(&cartum).await, [5]);
}

#[tokio::test]
async fn a_store_that_stays_down_is_left_to_the_caller_after_three_tries() {
    let store = Store::open().await;
    store.on("orders/get", |_, _| ResponseTemplate::new(503).insert_header("retry-after", "0")).await;
    let cartum = store.cartum();
    let mut walk = cartum.walk(OrderFilter::default());
    let error = walk.next().await.unwrap_err();
    assert_eq!(error.verdict(), Verdict::Again(Some(Duration::ZERO)));
    assert_eq!(store.calls("orders/get").await.len(), 3);
    walk.next().await.unwrap_err();
    assert_eq!(store.calls("orders/get").await.len(), 6, "the same page can be asked for again");
}

#[tokio::test]
async fn a_store_that_fails_for_each_of_its_orders_is_left_to_the_caller_soon() {
    let store = Store::open().await;
    let fails = |params: &Value| if params["offset"].as_u64() < Some(40) { 500 } else { 200 };
    store
        .on("orders/get", move |params, _| match fails(params) {
            200 => said("EMPTY", json!([])),
            status => ResponseTemplate::new(status),
        })
        .await;
    let error = store.cartum().walk(OrderFilter::default()).next().await.unwrap_err();
    assert!(matches!(error, CartumError::Temporary { trouble: Trouble::Http(500), .. }), "{error}");
    let calls = store.calls("orders/get").await.len();
    assert!(calls <= 27 + 3, "{calls}: each of three orders is asked for once more before it counts as the culprit");
}

#[tokio::test]
async fn an_order_that_fails_alone_is_a_row_with_the_number_that_its_neighbours_tell() {
    let store = Store::open().await;
    let all: Vec<_> = (1..=130).rev().collect();
    let is_asked = |params: &Value| params["ids"].as_array().map(|ids| ids.iter().filter_map(Value::as_i64).collect());
    store
        .on("orders/get", move |params, _| {
            let asked: Option<Vec<i64>> = is_asked(params);
            let limit = usize::try_from(params["limit"].as_u64().unwrap()).unwrap();
            let offset = usize::try_from(params["offset"].as_u64().unwrap_or_default()).unwrap();
            let rows = asked.unwrap_or_else(|| all.iter().copied().skip(offset).take(limit).collect());
            if rows.contains(&77) || rows.contains(&130) {
                ResponseTemplate::new(500)
            } else if rows.is_empty() {
                said("EMPTY", json!([]))
            } else {
                orders(rows)
            }
        })
        .await;
    let cartum = store.cartum();
    let mut walk = cartum.walk(OrderFilter::default());
    let mut found = Vec::new();
    while let Some(rows) = walk.next().await.unwrap() {
        found.extend(rows.into_iter().map(|row| (row.number.unwrap().get(), row.order.is_ok())));
    }
    found.sort_unstable();
    let wanted: Vec<_> = (1..=130).map(|number| (number, ![77, 130].contains(&number))).collect();
    assert_eq!(found, wanted);
}

#[tokio::test]
async fn a_long_retry_after_is_the_callers_to_wait() {
    let store = Store::open().await;
    store.on("orders/get", |_, _| ResponseTemplate::new(429).insert_header("retry-after", "120")).await;
    let error = store.cartum().walk(OrderFilter::default()).next().await.unwrap_err();
    assert_eq!(error.verdict(), Verdict::Again(Some(Duration::from_mins(2))));
    assert_eq!(store.calls("orders/get").await.len(), 1);
}

#[tokio::test]
async fn a_short_retry_after_is_waited_for() {
    let store = Store::open().await;
    let busy = || ResponseTemplate::new(429).insert_header("retry-after", "1");
    store.on("orders/get", move |_, nth| if nth == 0 { busy() } else { orders([5]) }).await;
    let start = Instant::now();
    assert_eq!(walk_numbers(&store.cartum()).await, [5]);
    assert!(start.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_cut_connection_is_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let site = format!("http://{}", listener.local_addr().unwrap());
    let cutter = tokio::spawn(async move {
        let mut cuts = 0;
        while cuts < 3 {
            let (mut socket, _) = listener.accept().await.unwrap();
            let _ = socket.read(&mut [0; 4096]).await.unwrap();
            cuts += 1;
        }
        cuts
    });
    let options = Options { request_timeout: Duration::from_secs(5), min_gap: Duration::ZERO };
    let error = cartum(&site, options).currencies().await.unwrap_err();
    assert!(matches!(&error, CartumError::Send { source: SendError::Cut { .. }, .. }), "{error}");
    assert_eq!(error.verdict(), Verdict::Again(None));
    assert_eq!(cutter.await.unwrap(), 3);
}

#[tokio::test]
async fn a_walk_whose_calls_find_no_answer_for_minutes_ends_though_the_store_answers_for_others() {
    let store = Store::open().await;
    store
        .on("orders/get", |params, _| match (&params["limit"], &params["offset"]) {
            (limit, offset) if *limit == 1 && *offset != 0 => orders([2]),
            _ => ResponseTemplate::new(500),
        })
        .await;
    let cartum = store.cartum();
    let mut walk = cartum.walk(OrderFilter::default());
    walk.failed_for = Duration::from_mins(10);
    let error = walk.next().await.unwrap_err();
    assert!(matches!(error, CartumError::Temporary { trouble: Trouble::Http(500), .. }), "{error}");
    assert_eq!(store.calls("orders/get").await.len(), 3, "it is not looked for the one order");
}

#[tokio::test]
async fn a_silent_store_times_out() {
    let store = Store::open().await;
    store.on("orders/get", |_, _| orders([1]).set_delay(Duration::from_secs(5))).await;
    let options = Options { request_timeout: Duration::from_millis(150), min_gap: Duration::ZERO };
    let error = cartum(&store.uri(), options).walk(OrderFilter::default()).next().await.unwrap_err();
    assert!(matches!(&error, CartumError::Send { source: SendError::Timeout { .. }, .. }), "{error}");
    assert_eq!(store.calls("orders/get").await.len(), 3 + 2, "tries, and looks whether it answers for other orders");
}

#[tokio::test]
async fn calls_go_one_after_another_and_at_least_the_gap_apart() {
    let (gap, delay) = (Duration::from_millis(60), Duration::from_millis(120));
    let store = Store::open().await;
    let moments = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&moments);
    store
        .on("currency/export", move |_, nth| {
            seen.lock().unwrap().push(Instant::now());
            let answer = ok(json!({"currency": []}));
            if nth < 2 { answer } else { answer.set_delay(delay) }
        })
        .await;
    let options = Options { request_timeout: Duration::from_secs(5), min_gap: gap };
    let cartum = cartum(&store.uri(), options);
    let (a, b, c, d) = tokio::join!(cartum.currencies(), cartum.currencies(), cartum.currencies(), cartum.currencies());
    for list in [a, b, c, d] {
        list.unwrap();
    }
    let moments = moments.lock().unwrap().clone();
    let apart: Vec<_> = moments.windows(2).map(|pair| pair[1].duration_since(pair[0])).collect();
    let slack = Duration::from_millis(15);
    assert!(apart[..2].iter().all(|apart| *apart + slack >= gap), "{apart:?}");
    assert!(apart[2] + slack >= delay, "the next call waits for the answer: {apart:?}");
}
