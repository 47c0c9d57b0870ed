//! Each alternative really changes the answer, in the expected way.

use rust_decimal::Decimal;

use super::{super::quirks::*, *};

/// A store with the quirk of this name.
async fn named(name: &str) -> Caller {
    let quirks = CartumQuirks::each().into_iter().find(|(other, _)| *other == name);
    Caller::with(quirks.unwrap().1).await
}

async fn orders(caller: &Caller) -> Vec<Value> {
    let answer = caller.call("orders/get", json!({ "limit": 500 })).await;
    answer["response"]["orders"].as_array().unwrap().clone()
}

#[test]
fn every_alternative_has_its_own_name_and_differs_from_the_default() {
    let all: Vec<_> = CartumQuirks::each().into_iter().chain(CartumQuirks::refusals()).collect();
    let names: BTreeSet<&str> = all.iter().map(|(name, _)| *name).collect();
    assert_eq!(names.len(), all.len());
    assert!(all.iter().all(|(_, quirks)| *quirks != CartumQuirks::default()));
    for (place, (_, one)) in all.iter().enumerate() {
        assert!(all[..place].iter().all(|(_, other)| other != one));
    }
}

#[tokio::test]
async fn rows_come_in_any_order_and_pages_can_be_smaller_or_always_the_first() {
    let oldest = named("oldest first").await.numbers(json!({ "limit": 9 })).await;
    assert!(oldest.is_sorted() && oldest[0] < 1010);
    let unstable = named("unstable order").await;
    assert_ne!(unstable.numbers(json!({})).await, unstable.numbers(json!({})).await);
    let small = named("pages of 40").await;
    assert_eq!(small.numbers(json!({ "limit": 100 })).await.len(), 40);
    let stuck = named("offset ignored").await;
    let first = stuck.numbers(json!({ "limit": 10 })).await;
    assert_eq!(stuck.numbers(json!({ "limit": 10, "offset": 10 })).await, first);
    let partial = named("ids answered in part").await;
    let ids: Vec<i64> = partial.shop.data().orders.into_keys().take(4).collect();
    assert_eq!(partial.numbers(json!({ "ids": ids })).await, [ids[3], ids[2], ids[0]]);
    assert_eq!(partial.numbers(json!({ "ids": [ids[1]] })).await, [ids[1]]);
}

#[tokio::test]
async fn dates_can_be_ignored_refused_or_cut_to_days() {
    let future = json!({ "from": "2030-01-01" });
    assert_eq!(named("dates ignored").await.numbers(future.clone()).await.len(), 100);
    assert!(Caller::new().await.numbers(future).await.is_empty());
    let picky = named("no dotted dates").await;
    assert_eq!(picky.call("orders/get", json!({ "from": "01.05.2026" })).await["status"], "ERROR");
    assert_eq!(picky.call("orders/get", json!({ "from": "2026-05-01" })).await["status"], "OK");
    let day = json!({ "from": "2026-05-01", "to": "2026-05-01" });
    let timed = json!({ "from": "2026-05-01 23:59:59", "to": "2026-05-01 00:00:00" });
    let whole = Caller::new().await.numbers(day.clone()).await;
    assert!(whole.len() > 1);
    assert_eq!(named("no times of day").await.numbers(timed).await, whole);
    assert!(named("a bare to is midnight").await.numbers(day).await.is_empty());
}

#[tokio::test]
async fn dates_can_go_by_the_last_change() {
    let caller = named("dates of the last change").await;
    let (data, today) = (caller.shop.data(), json!({ "from": "2026-05-20 12:00:00", "limit": 500 }));
    let changed = data.orders.values().filter(|order| order.changed_at > order.placed_at).count();
    assert!(changed > 100 && changed < data.orders.len());
    let before = caller.numbers(today.clone()).await;
    let oldest = *data.orders.keys().next().unwrap();
    assert!(!before.contains(&oldest));
    caller.shop.edit(|shop| shop.orders.get_mut(&oldest).unwrap().comment = "changed".into());
    assert!(caller.numbers(today.clone()).await.contains(&oldest));
    assert!(!Caller::new().await.numbers(today).await.contains(&oldest));
    let next = *data.orders.keys().nth(1).unwrap();
    let update = json!({ "orders": [{ "order_id": next, "tracking_code": "changed" }] });
    caller.call("orders/update", update).await;
    assert!(caller.numbers(json!({ "from": "2026-05-20 12:00:00", "limit": 500 })).await.contains(&next));
}

#[tokio::test]
async fn delivery_and_surcharge_can_be_in_the_totals() {
    let caller = Caller::with(CartumQuirks { extras_in_totals: true, ..CartumQuirks::default() }).await;
    let data = caller.shop.data();
    for order in orders(&caller).await {
        let amount = |name: &str| order[name].as_i64().unwrap();
        let extras = amount("delivery_price").max(0) + amount("payment_price");
        let plain = data.orders[&amount("order_id")].total_sum(false);
        assert_eq!(Decimal::from(amount("total_sum")), plain + Decimal::from(extras));
    }
}

#[tokio::test]
async fn nothing_found_has_many_shapes() {
    let none = json!({ "ids": [1] });
    let shapes = [
        ("empty as {}", json!({ "status": "EMPTY", "response": {} })),
        ("empty with a message", json!({ "status": "EMPTY", "response": { "message": "Orders not found" } })),
        ("empty without a response", json!({ "status": "EMPTY" })),
    ];
    for (name, shape) in shapes {
        assert_eq!(named(name).await.call("orders/get", none.clone()).await, shape);
    }
}

#[tokio::test]
async fn an_object_without_entries_has_many_shapes() {
    let shapes = [
        ("empty objects as []", Some(json!([]))),
        ("empty objects as {}", Some(json!({}))),
        ("empty objects as null", Some(Value::Null)),
        ("empty objects absent", None),
    ];
    for (name, shape) in shapes {
        let caller = named(name).await;
        assert!(orders(&caller).await.iter().all(|order| order.get("additional_data") == shape.as_ref()));
        let statuses = caller.call("orders/get_available_statuses", json!({})).await["response"]["statuses"].clone();
        assert_eq!((statuses["5"].get("title"), statuses["1"]["title"]["en"].as_str()), (shape.as_ref(), Some("New")));
        let delivery = caller.call("delivery/export", json!({})).await["response"]["delivery"].clone();
        assert_eq!(delivery[0].get("title"), shape.as_ref());
    }
    let list = named("statuses as an array").await.call("orders/get_available_statuses", json!({})).await;
    assert_eq!(list["response"]["statuses"].as_array().unwrap().len(), 7);
}

#[tokio::test]
async fn amounts_flags_and_texts_have_many_shapes() {
    let amounts = [
        ("amounts with a fraction", json!(-1.0)),
        ("amounts as texts", json!("-1")),
        ("amounts as padded texts", json!("-1.00")),
    ];
    for (name, shape) in amounts {
        let orders = orders(&named(name).await).await;
        assert!(orders.iter().any(|order| order["delivery_price"] == shape), "{name}");
        assert!(orders.iter().all(|order| !order["products"][0]["total_price"].is_i64()));
    }
    let flags = [
        ("flags as booleans", [json!(true), json!(false)]),
        ("flags as numbers", [json!(1), json!(0)]),
        ("flags as texts", [json!("1"), json!("0")]),
    ];
    for (name, shape) in flags {
        for order in orders(&named(name).await).await {
            assert!(shape.contains(&order["payed"]) && shape.contains(&order["order_without_callback"]), "{name}");
        }
    }
    for (name, shape) in [("empty texts as null", Some(&Value::Null)), ("empty texts absent", None)] {
        let orders = orders(&named(name).await).await;
        assert!(orders.iter().any(|order| order.get("delivery_email") == shape), "{name}");
        assert!(orders.iter().all(|order| order.get("coupon_code").and_then(Value::as_str) != Some("")));
    }
}

#[tokio::test]
async fn cents_come_as_fractions_in_a_shop_with_decimals() {
    let options = options(CartumQuirks::default());
    let seed = SeedOptions { currency: "EUR".into(), decimals: true, ..options.shop.seed.clone() };
    let caller = Caller::at(ShopOptions { shop: ShopData::generate(&seed), ..options }).await;
    let orders = orders(&caller).await;
    assert!(orders.iter().filter(|order| order["total_sum"].is_f64()).count() > 200);
    assert!(orders.iter().all(|order| order["currency"] == "EUR" && order["total_sum"].to_string().len() < 9));
}

#[tokio::test]
async fn lines_can_lack_storage_ids_sets_can_count_and_an_order_can_be_broken() {
    let bare = orders(&named("no storage ids").await).await;
    assert!(bare.iter().all(|order| order["products"][0].get("storage_id").is_none()));
    for order in orders(&named("parts of sets counted").await).await {
        let totals = order["products"].as_array().unwrap().iter().map(|line| line["total_price"].as_i64().unwrap());
        assert_eq!(order["total_default"].as_i64().unwrap(), totals.sum::<i64>());
    }
    let broken = named("one broken order").await;
    let texts = orders(&broken).await.into_iter().filter(|order| order["products"].is_string());
    let ids: Vec<i64> = texts.map(|order| order["order_id"].as_i64().unwrap()).collect();
    assert_eq!(ids, [broken.shop.data().middle_order().unwrap()]);
}

#[tokio::test]
async fn a_dead_token_is_refused_in_many_words() {
    let words = [
        ("tokens die early", "UNAUTHORIZED"),
        ("dead token: 401", ""),
        ("dead token: AUTHORIZATION_ERROR", "AUTHORIZATION_ERROR"),
        ("dead token: AUTH_ERROR", "AUTH_ERROR"),
        ("dead token: ERROR", "ERROR"),
        ("dead token: ERROR in Ukrainian", "ERROR"),
        ("dead token: HTTP_ERROR", "HTTP_ERROR"),
    ];
    for (name, word) in words {
        let mut caller = named(name).await;
        for _ in 0..3 {
            assert_eq!(caller.call("orders/get", json!({ "limit": 1 })).await["status"], "OK");
        }
        let answer = caller.call("orders/get", json!({ "limit": 1 })).await;
        assert_eq!(answer["status"].as_str().unwrap_or_default(), word, "{name}");
        let http = caller.shop.calls().last().map(|call| call.http);
        assert_eq!(http, Some(if word.is_empty() { 401 } else { 200 }));
        caller.log_in().await;
        assert_eq!(caller.call("orders/get", json!({ "limit": 1 })).await["status"], "OK");
    }
    let mut jealous = named("one token at a time").await;
    let older = jealous.token.clone();
    jealous.log_in().await;
    assert_eq!(jealous.call("orders/get", json!({ "token": older })).await["status"], "UNAUTHORIZED");
    let short = CartumQuirks { token_life: Some(Duration::from_millis(30)), ..CartumQuirks::default() };
    let caller = Caller::with(short).await;
    tokio::time::sleep(Duration::from_millis(40)).await;
    assert_eq!(caller.call("orders/get", json!({})).await["status"], "UNAUTHORIZED");
}

#[tokio::test]
async fn a_store_can_be_old_busy_or_name_its_orders_in_the_log() {
    let old = named("no list of statuses").await.call("orders/get_available_statuses", json!({})).await;
    assert_eq!(old, json!({ "status": "UNDEFINED_FUNCTION", "response": [] }));
    let busy = named("429 now and then").await;
    for _ in 0..13 {
        busy.call("orders/get", json!({ "limit": 1 })).await;
    }
    assert_eq!(busy.shop.calls().iter().filter(|call| call.http == 429).count(), 2);
    let naming = named("log names its orders").await;
    let id = *naming.shop.data().orders.keys().next().unwrap();
    let items = json!([{ "order_id": id, "status": 2 }, { "order_id": 5, "status": 2 }]);
    let log = naming.call("orders/update", json!({ "orders": items })).await["response"]["log"].clone();
    assert_eq!(log[0], json!({ "order_id": 5, "status": "ERROR", "message": "order not found" }));
    assert_eq!(log[1], json!({ "order_id": id, "status": "OK", "message": "UPDATED" }));
}

#[tokio::test]
async fn a_store_without_api_refuses_in_many_ways() {
    let expected = [(404, "", ""), (200, "UNDEFINED_FUNCTION", ""), (200, "FORBIDDEN", "")];
    let later = [(200, "OK", "UNDEFINED_FUNCTION"), (200, "OK", "FORBIDDEN")];
    for ((name, quirks), (http, auth, function)) in
        CartumQuirks::refusals().into_iter().zip(expected.into_iter().chain(later))
    {
        let mut caller = Caller::with(quirks).await;
        let answer = caller.log_in().await;
        assert_eq!(answer["status"].as_str().unwrap_or_default(), auth, "{name}");
        assert_eq!(caller.shop.calls()[0].http, http, "{name}");
        if !function.is_empty() {
            assert_eq!(caller.call("orders/get", json!({})).await["status"], function, "{name}");
        }
    }
}
