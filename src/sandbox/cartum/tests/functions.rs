//! What each function answers, compared with the contract.

use super::*;

/// Walks through all pages as the contract says.
async fn walk(caller: &Caller) -> Vec<i64> {
    let mut all = Vec::new();
    loop {
        let page = caller.numbers(json!({ "limit": 100, "offset": all.len() })).await;
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

#[tokio::test]
async fn a_walk_meets_every_order_once_newest_first() {
    let caller = Caller::new().await;
    let all: Vec<i64> = caller.shop.data().orders.into_keys().rev().collect();
    assert_eq!(walk(&caller).await, all);
    assert_eq!(caller.numbers(json!({})).await, all[..100]);
    assert_eq!(caller.numbers(json!({ "offset": 50 })).await, all[..100]);
    assert_eq!(caller.numbers(json!({ "limit": 7, "offset": 50 })).await, all[50..57]);
}

#[tokio::test]
async fn dates_are_inclusive_in_all_four_formats_and_in_the_shops_zone() {
    let caller = Caller::new().await;
    let shop = caller.shop.data();
    let (id, at) = shop.orders.values().nth(150).map(|order| (order.id, order.placed_at)).unwrap();
    for format in ["%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S"] {
        let moment = at.format(format).to_string();
        assert_eq!(caller.numbers(json!({ "from": moment, "to": moment })).await, [id]);
    }
    let day: Vec<i64> =
        shop.orders.values().filter(|order| order.placed_at.date() == at.date()).map(|o| o.id).rev().collect();
    for format in ["%Y-%m-%d", "%d.%m.%Y"] {
        let bare = at.format(format).to_string();
        assert_eq!(caller.numbers(json!({ "from": bare, "to": bare })).await, day);
    }
    for wrong in [json!("2026-04-09T00:00:00Z"), json!("9.4.2026"), json!("2026-04-09 10:00"), json!(17)] {
        assert_eq!(caller.call("orders/get", json!({ "from": wrong })).await["status"], "ERROR");
    }
}

#[tokio::test]
async fn ids_and_statuses_select_and_what_is_deleted_is_left_out() {
    let caller = Caller::new().await;
    let shop = caller.shop.data();
    let ids: Vec<i64> = shop.orders.keys().copied().take(3).collect();
    let asked = json!({ "ids": [ids[0], ids[2].to_string(), 999_999] });
    assert_eq!(caller.numbers(asked.clone()).await, [ids[2], ids[0]]);
    caller.shop.edit(|shop| drop(shop.orders.remove(&ids[0])));
    assert_eq!(caller.numbers(asked).await, [ids[2]]);
    let paid: Vec<i64> = shop.orders.values().filter(|order| order.status == 8).map(|order| order.id).rev().collect();
    assert_eq!(caller.numbers(json!({ "status": 8 })).await, paid);
    assert_eq!(caller.numbers(json!({ "status": [8, 77] })).await, paid);
    let none = caller.call("orders/get", json!({ "ids": [999_999] })).await;
    assert_eq!(none, json!({ "status": "EMPTY", "response": [] }));
}

#[tokio::test]
async fn a_parameter_that_is_none_is_ignored_and_one_of_the_wrong_type_refused() {
    let caller = Caller::new().await;
    assert_eq!(caller.numbers(json!({ "stat_status": 8, "date_from": "2030-01-01" })).await.len(), 100);
    for wrong in [json!({ "limit": "100" }), json!({ "limit": -1 }), json!({ "status": "new" }), json!({ "ids": 1005 })]
    {
        assert_eq!(caller.call("orders/get", wrong).await["status"], "ERROR");
    }
}

#[tokio::test]
async fn an_order_has_the_fields_of_the_contract_and_sums_that_add_up() {
    let caller = Caller::new().await;
    let answer = caller.call("orders/get", json!({ "limit": 500, "additionalData": true })).await;
    let orders = answer["response"]["orders"].as_array().unwrap();
    assert_eq!(orders.len(), 300);
    for order in orders {
        let sum = |but: &str| -> i64 {
            let lines = order["products"].as_array().unwrap().iter().filter(|line| line["type"] != but);
            lines.map(|line| line["total_price"].as_i64().unwrap()).sum()
        };
        assert_eq!(order["total_default"], sum("set_item"));
        let off =
            ["coupon_discount_value", "manager_discount", "discount_value"].map(|key| order[key].as_i64().unwrap());
        assert_eq!(
            order["total_default"].as_i64().unwrap() - order["total_sum"].as_i64().unwrap(),
            off.iter().sum::<i64>()
        );
        assert!(order["payed"].is_i64() && order["order_without_callback"].is_boolean());
        assert!(order["delivery_type"]["title"].is_string() && order["currency"] == "UAH");
        assert!(order["stat_created"].as_str().unwrap().len() == 19 && order.get("status").is_none());
    }
    let with = |key: &str, value: Value| orders.iter().any(|order| order[key] == value);
    assert!(with("additional_data", json!([])) && with("delivery_data", json!([])));
    assert!(orders.iter().any(|order| order["additional_data"]["recipient_warehouse_ref"].is_string()));
    assert!(orders.iter().any(|order| order["delivery_data"]["tnNumber"].is_string()));
    assert!(orders.iter().any(|order| order["delivery_data"].get("tnNumber") == Some(&Value::Null)));
    assert!(orders.iter().any(|order| order["analytics"]["utm_campaign"].as_u64() > Some(u64::from(u32::MAX))));
    let plain = caller.call("orders/get", json!({ "limit": 500 })).await;
    assert!(!plain.to_string().contains("recipient_warehouse_ref"));
}

#[tokio::test]
async fn statuses_are_an_object_keyed_by_id_with_the_shops_own() {
    let caller = Caller::new().await;
    let answer = caller.call("orders/get_available_statuses", json!({})).await;
    let statuses = answer["response"]["statuses"].as_object().unwrap();
    let mut ids: Vec<&str> = statuses.keys().map(String::as_str).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["1", "2", "3", "4", "5", "6", "8"]);
    let third =
        json!({ "id": 3, "title": { "ua": "Доставлене", "en": "Delivered", "ro": "Livrat" }, "is_successful": 1 });
    assert_eq!(statuses["3"], third);
}

#[tokio::test]
async fn an_update_writes_what_it_can_and_logs_the_rest_by_position() {
    let caller = Caller::new().await;
    let ids: Vec<i64> = caller.shop.data().orders.keys().copied().take(3).collect();
    let items = json!([
        { "order_id": ids[0], "status": 8, "payed": 1 },
        { "order_id": ids[1], "status": 3123 },
        { "order_id": 5, "status": 2 },
        { "order_id": ids[2], "tracking_code": "RR1" },
    ]);
    let answer = caller.call("orders/update", json!({ "orders": items })).await;
    assert_eq!(answer["status"], "WARNING");
    let log = answer["response"]["log"].as_array().unwrap();
    assert_eq!(log[0], json!({ "status": "OK", "messages": "UPDATED" }));
    assert_eq!(log[1], json!({ "status": "ERROR", "messages": "status is not defined or defined incorrectly" }));
    assert_eq!((&log[2]["status"], &log[3]["status"]), (&json!("ERROR"), &json!("OK")));
    let shop = caller.shop.data();
    assert_eq!((shop.orders[&ids[0]].status, shop.orders[&ids[0]].paid), (8, true));
    assert_eq!(shop.orders[&ids[2]].tracking_number.as_deref(), Some("RR1"));
    let fine = caller.call("orders/update", json!({ "orders": [{ "order_id": ids[0], "payed": 0 }] })).await;
    assert_eq!(fine["status"], "OK");
    let after = caller.shop.data();
    assert_eq!((after.orders[&ids[0]].status, after.orders[&ids[0]].paid), (8, false));
}

#[tokio::test]
async fn the_catalogue_filters_by_article_and_tells_only_what_is_included() {
    let caller = Caller::new().await;
    let one = json!({ "expr": { "article": "BAT-A12" }, "includedParams": ["title", "gtin", "nonsense"] });
    let answer = caller.call("catalog/export", one).await;
    let rows = answer["response"]["products"].as_array().unwrap();
    let keys: BTreeSet<&str> = rows[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!((rows.len(), keys), (1, BTreeSet::from(["article", "parent_article", "parent", "title", "gtin"])));
    let two = json!({ "expr": { "article": ["CASE-A12-BLK", "SSD-S3", "none"] }, "excludedParams": ["description"] });
    let answer = caller.call("catalog/export", two).await;
    let rows = answer["response"]["products"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert!(
        rows.iter()
            .any(|row| row["parent_article"] == "CASE-A12" && row["mod_title"]["en"] == "Case Nordo A12 (black)")
    );
    assert!(rows.iter().all(|row| row.get("description").is_none()));
    assert_eq!(caller.call("catalog/export", json!({ "limit": 0 })).await["status"], "EMPTY");
    let page = caller.call("catalog/export", json!({ "limit": 5, "offset": 3 })).await;
    let shop = caller.shop.data();
    assert_eq!(page["response"]["products"][0]["article"], shop.catalogue[3].article.as_str());
    caller.shop.edit(|shop| shop.catalogue = vec![shop.catalogue.clone(); 9].concat());
    let capped = caller.call("catalog/export", json!({ "limit": 523, "includedParams": ["price"] })).await;
    assert_eq!(capped["response"]["products"].as_array().unwrap().len(), 500);
}

#[tokio::test]
async fn the_currency_is_the_enabled_one_and_iso_counts_only_without_enabled_only() {
    let caller = Caller::new().await;
    let isos = async |body: Value| -> Vec<String> {
        let answer = caller.call("currency/export", body).await;
        let rows = answer["response"]["currency"].as_array().unwrap().clone();
        rows.iter().map(|row| row["iso"].as_str().unwrap().into()).collect()
    };
    assert_eq!(isos(json!({})).await, ["UAH"]);
    assert_eq!(isos(json!({ "iso": ["USD"] })).await, ["UAH"]);
    assert_eq!(isos(json!({ "iso": ["USD"], "enabledOnly": false })).await, ["USD"]);
    assert_eq!(isos(json!({ "enabledOnly": false })).await, ["UAH", "USD", "EUR"]);
}

#[tokio::test]
async fn lists_of_ways_and_users_are_told() {
    let caller = Caller::new().await;
    let delivery = caller.call("delivery/export", json!({})).await;
    assert_eq!(delivery["response"]["delivery"][3]["title"]["ro"], "Prin curier");
    let payment = caller.call("payment/export", json!({})).await;
    assert_eq!(payment["response"]["payment"][0]["id"], 13);
    let users = caller.call("users/export", json!({ "limit": 3 })).await;
    let users = users["response"]["users"].as_array().unwrap();
    let orders = caller.shop.data().orders;
    assert!(users.len() == 3 && users.iter().all(|user| orders.values().any(|order| user["id"] == order.user)));
}

#[tokio::test]
async fn a_sixth_subscription_of_an_event_is_refused_and_unsubscribing_answers_410() {
    let caller = Caller::new().await;
    let hook = |place: i32| json!({ "token": caller.token, "event": "order_created", "target_url": format!("http://h/{place}") });
    let send = async |function: &str, body: Value| {
        let answer = caller.send(Method::POST, &format!("/api/hooks/{function}/"), &body.to_string()).await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    for place in 1..=5 {
        assert_eq!(send("subscribe", hook(place)).await, (201, json!({ "id": place })));
    }
    let (code, refused) = send("subscribe", hook(6)).await;
    assert_eq!((code, &refused["status"]), (200, &json!("ERROR")));
    let mut gone = hook(2);
    gone["id"] = json!(2);
    assert_eq!(send("unSubscribe", gone.clone()).await, (410, json!({ "status": "OK" })));
    assert_eq!(send("unSubscribe", gone).await.1["status"], "ERROR");
    assert_eq!(caller.shop.hooks().len(), 4);
}

#[tokio::test]
async fn an_order_placed_now_is_the_newest() {
    let caller = Caller::new().await;
    let id = caller.shop.place_order();
    assert_eq!(caller.numbers(json!({ "limit": 1 })).await, [id]);
    let placed = caller.shop.data().orders[&id].placed_at;
    let now = caller.shop.data().seed.now.with_timezone(&chrono_tz::Europe::Kyiv).naive_local();
    assert!(placed >= now && placed - now < chrono::TimeDelta::minutes(5));
}
