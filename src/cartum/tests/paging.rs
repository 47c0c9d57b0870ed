//! A walk finds every order, whatever the store does with its pages.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicI64, Ordering},
};

use chrono::NaiveDate;
use serde_json::json;
use wiremock::ResponseTemplate;

use super::support::{Store, drain, fixture, json_page, numbers, ok, order, orders, page, said, walk_numbers};
use crate::{
    cartum::{CartumError, OrderFilter},
    domain::ids::{OrderNumber, StoreStatusId},
};

/// Checks that every number was found once, in any order.
fn assert_whole(found: &[i64], wanted: impl IntoIterator<Item = i64>) {
    let distinct: BTreeSet<_> = found.iter().copied().collect();
    assert_eq!(distinct.len(), found.len(), "no row is given twice");
    assert_eq!(distinct, wanted.into_iter().collect());
}

#[tokio::test]
async fn every_shape_of_empty_ends_a_walk() {
    let shapes: [fn() -> ResponseTemplate; 10] = [
        || json_page(fixture!("orders_get.response.empty-array.json")),
        || json_page(fixture!("orders_get.response.empty-bare.json")),
        || json_page(fixture!("orders_get.response.empty-message.json")),
        || said("EMPTY", json!({})),
        || said("EMPTY", json!(null)),
        || ok(json!([])),
        || json_page(r#"{"status":"OK"}"#),
        || ok(json!({"orders": []})),
        || ok(json!({"orders": {}})),
        || ok(json!({"orders": null})),
    ];
    for shape in shapes {
        let store = Store::open().await;
        store.on("orders/get", move |_, _| shape()).await;
        assert!(walk_numbers(&store.cartum()).await.is_empty());
        assert_eq!(store.calls("orders/get").await.len(), 1);
    }
}

#[tokio::test]
async fn a_store_that_caps_pages_at_40_loses_nothing() {
    let all: Vec<_> = (1..=205).collect();
    for cap in [1, 2, 3, 7, 40, 100] {
        let all: Vec<_> = all.iter().copied().take(cap * 6).collect();
        let store = Store::open().await;
        let listed = all.clone();
        store.on("orders/get", move |params, _| page(&listed, cap, params)).await;
        assert_whole(&walk_numbers(&store.cartum()).await, all);
    }
}

#[tokio::test]
async fn only_known_parameters_are_sent_and_never_an_offset_without_a_limit() {
    let store = Store::open().await;
    let all: Vec<_> = (1..=150).collect();
    store.on("orders/get", move |params, _| page(&all, 100, params)).await;
    let at = |day| NaiveDate::from_ymd_opt(2021, 4, day).unwrap().and_hms_opt(23, 5, 9).unwrap();
    let statuses = vec![StoreStatusId::new(1), StoreStatusId::new(2)];
    let filter = OrderFilter { from: Some(at(1)), to: Some(at(30)), statuses };
    drain(&mut store.cartum().walk(filter)).await;
    let first = json!({
        "token": "token-1", "limit": 100, "offset": 0, "status": [1, 2],
        "from": "2021-04-01 23:05:09", "to": "2021-04-30 23:05:09",
    });
    let calls = store.calls("orders/get").await;
    assert_eq!(calls[0], first);
    assert!(calls.iter().all(|call| call["limit"] == 100));
    assert!(calls[1]["offset"].as_u64().unwrap() < 100, "pages overlap");
}

#[tokio::test]
async fn a_walk_of_one_page_is_not_passed_over_again() {
    let store = Store::open().await;
    let all: Vec<_> = (1..=60).collect();
    store.on("orders/get", move |params, _| page(&all, 100, params)).await;
    assert_whole(&walk_numbers(&store.cartum()).await, 1..=60);
    assert_eq!(store.calls("orders/get").await.len(), 2);
}

#[tokio::test]
async fn a_store_that_ignores_the_offset_ends_the_walk_and_is_told_of() {
    let store = Store::open().await;
    store.on("orders/get", |_, _| orders(1..=100)).await;
    let cartum = store.cartum();
    let mut walk = cartum.walk(OrderFilter::default());
    assert_whole(&drain(&mut walk).await, 1..=100);
    assert!(walk.offset_ignored());
    assert_eq!(store.calls("orders/get").await.len(), 2);

    let store = Store::open().await;
    let all: Vec<_> = (1..=150).collect();
    store.on("orders/get", move |params, _| page(&all, 100, params)).await;
    let cartum = store.cartum();
    let mut walk = cartum.walk(OrderFilter::default());
    drain(&mut walk).await;
    assert!(!walk.offset_ignored());
}

#[tokio::test]
async fn new_orders_that_push_rows_down_repeat_none_and_lose_none() {
    let store = Store::open().await;
    store
        .on("orders/get", |params, nth| {
            let newest = 200 + i64::try_from(nth.min(3)).unwrap() * 4;
            let all: Vec<_> = (1..=newest).rev().collect();
            page(&all, 40, params)
        })
        .await;
    assert_whole(&walk_numbers(&store.cartum()).await, 1..=212);
}

#[tokio::test]
async fn deleted_orders_that_pull_rows_up_lose_none() {
    let store = Store::open().await;
    store
        .on("orders/get", |params, nth| {
            let gone = i64::try_from(nth.min(3)).unwrap() * 4;
            let all: Vec<_> = (1 + gone..=200).collect();
            page(&all, 40, params)
        })
        .await;
    let found = walk_numbers(&store.cartum()).await;
    assert_whole(&found, 1..=200);
    assert_eq!(found.len(), 200);
    assert!(found.windows(2).all(|pair| pair[0] < pair[1]), "the overlap alone was enough");
}

#[tokio::test]
async fn what_an_unstable_order_hides_in_one_pass_comes_in_another() {
    let store = Store::open().await;
    store
        .on("orders/get", |params, nth| {
            // From its second page on, the first pass sees the rows rotated by 20, so that it misses 20 of them.
            let mut all: Vec<_> = (1..=100).collect();
            if (1..=3).contains(&nth) {
                all.rotate_left(20);
            }
            page(&all, 40, params)
        })
        .await;
    let found = walk_numbers(&store.cartum()).await;
    assert_whole(&found, 1..=100);
    assert!(!found.windows(2).all(|pair| pair[0] < pair[1]), "one pass was not enough");
}

#[tokio::test]
async fn a_list_that_never_settles_is_left_after_three_passes() {
    let store = Store::open().await;
    let passes = AtomicI64::new(0);
    store
        .on("orders/get", move |params, _| {
            let started = i64::from(params["offset"] == 0);
            let pass = passes.fetch_add(started, Ordering::SeqCst) + started;
            let all: Vec<_> = (1..=60).chain([1_000 + pass]).collect();
            page(&all, 40, params)
        })
        .await;
    assert_whole(&walk_numbers(&store.cartum()).await, (1..=60).chain([1_001, 1_002, 1_003]));
    let starts = store.calls("orders/get").await.iter().filter(|call| call["offset"] == 0).count();
    assert_eq!(starts, 3);
}

#[tokio::test]
async fn rows_without_a_number_are_given_once() {
    let store = Store::open().await;
    let nameless = |text: &str| json!({"order_id": null, "comment": text});
    store.on("orders/get", move |_, _| ok(json!({"orders": [nameless("a"), order(1), nameless("b"), "odd"]}))).await;
    let cartum = store.cartum();
    let mut walk = cartum.walk(OrderFilter::default());
    let rows = walk.next().await.unwrap().unwrap();
    assert_eq!(rows.len(), 4);
    assert_eq!(rows.iter().filter(|row| row.number.is_none() && row.order.is_err()).count(), 3);
    assert!(walk.next().await.unwrap().is_none());
    assert!(walk.next().await.unwrap().is_none(), "the end stays the end");
}

#[tokio::test]
async fn one_bad_order_does_not_cost_its_page() {
    let store = Store::open().await;
    let mut bad = order(2);
    bad["total_sum"] = json!("a lot");
    let rows = json!({"orders": [order(1), bad, order(3)]});
    store.on("orders/get", move |_, _| ok(rows.clone())).await;
    let rows = store.cartum().walk(OrderFilter::default()).next().await.unwrap().unwrap();
    assert_eq!(numbers(&rows), [1, 2, 3]);
    assert!(rows[0].order.is_ok() && rows[2].order.is_ok());
    assert_eq!(rows[1].order.as_ref().unwrap_err().path(), "total_sum");
    assert!(rows[1].raw.contains(r#""order_id":2"#));
    assert!(rows[1].placed_at.is_some());
}

#[tokio::test]
async fn rows_outside_the_filter_are_given_and_told_of() {
    let at = |year| NaiveDate::from_ymd_opt(year, 4, 9).unwrap().and_hms_opt(12, 9, 1).unwrap();
    let status = |id| vec![StoreStatusId::new(id)];
    // The rows were placed at 2021-04-09 12:09:01 and are in status 2.
    let cases = [
        (OrderFilter::default(), false),
        (OrderFilter { from: Some(at(2021)), to: Some(at(2021)), statuses: status(2) }, false),
        (OrderFilter { from: Some(at(2022)), ..OrderFilter::default() }, true),
        (OrderFilter { to: Some(at(2020)), ..OrderFilter::default() }, true),
        (OrderFilter { statuses: status(3), ..OrderFilter::default() }, true),
    ];
    for (filter, ignored) in cases {
        let store = Store::open().await;
        store.on("orders/get", |_, _| orders([1, 2])).await;
        let cartum = store.cartum();
        let mut walk = cartum.walk(filter.clone());
        assert_eq!(drain(&mut walk).await, [1, 2]);
        assert_eq!(walk.filter_ignored(), ignored, "{filter:?}");
    }
}

#[tokio::test]
async fn a_walk_goes_on_at_the_same_page_after_an_error() {
    let store = Store::open().await;
    let all: Vec<_> = (1..=90).collect();
    store
        .on("orders/get", move |params, nth| if nth == 1 { said("ERROR", json!([])) } else { page(&all, 40, params) })
        .await;
    let cartum = store.cartum();
    let mut walk = cartum.walk(OrderFilter::default());
    let mut found = numbers(&walk.next().await.unwrap().unwrap());
    let error = walk.next().await.unwrap_err();
    assert!(matches!(error, CartumError::Failed { .. }), "{error}");
    found.extend(drain(&mut walk).await);
    assert_whole(&found, 1..=90);
}

#[tokio::test]
async fn orders_are_asked_for_by_number_in_fifties_and_missing_ones_again_alone() {
    let store = Store::open().await;
    store
        .on("orders/get", |params, _| {
            let ids: Vec<_> = params["ids"].as_array().unwrap().iter().map(|id| id.as_i64().unwrap()).collect();
            match ids[..] {
                [13] => said("EMPTY", json!([])),
                [alone] => orders([alone]),
                _ => orders(ids.into_iter().filter(|id| id % 13 != 0).chain([999])),
            }
        })
        .await;
    let wanted: Vec<_> = (1..=60).chain([5]).map(OrderNumber::new).collect();
    let rows = store.cartum().orders_by_number(&wanted).await.unwrap();
    assert_whole(&numbers(&rows), (1..=60).filter(|number| *number != 13));
    let calls = store.calls("orders/get").await;
    let sizes: Vec<_> = calls.iter().map(|call| call["ids"].as_array().unwrap().len()).collect();
    assert_eq!(sizes, [50, 1, 1, 1, 10, 1]);
    for call in &calls {
        let names: Vec<_> = call.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["ids", "limit", "token"]);
    }
    assert!(store.cartum().orders_by_number(&[]).await.unwrap().is_empty());
}
