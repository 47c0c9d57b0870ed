//! Each quirk does what it says, and nothing that a lenient reader cannot handle.

use std::collections::BTreeSet;

use super::*;

/// An id in any form.
fn any_id(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// All pages of a list as a lenient reader takes them: up to a page with nothing new.
async fn all_ids(app: &RoApp, path: &str) -> BTreeSet<i64> {
    let mut ids = BTreeSet::new();
    for page in 1..100 {
        let got = get(app, &format!("{path}{}page={page}", if path.contains('?') { '&' } else { '?' })).await;
        if got.status == 429 {
            continue;
        }
        if got.status == 404 && page > 1 {
            break;
        }
        let before = ids.len();
        ids.extend(got.rows().iter().filter_map(|row| any_id(&row["id"])));
        if ids.len() == before {
            break;
        }
    }
    ids
}

#[tokio::test]
async fn no_quirk_keeps_a_lenient_client_from_its_work() {
    let each = RoAppQuirks::each();
    let names: BTreeSet<&str> = each.iter().map(|(name, _)| *name).collect();
    assert_eq!(names.len(), each.len(), "names differ");
    for (name, quirks) in each {
        assert_ne!(quirks, RoAppQuirks::default(), "{name} changes nothing");
        let app = start_with(quirks).await;
        let mut made = 0;
        while made < 7 {
            let got = call(&app, "POST", "/v2/orders", order("")).await;
            assert!(matches!(got.status, 200 | 201 | 429), "{name}: {got:?}");
            made += usize::from(got.status != 429);
        }
        let held: BTreeSet<i64> = app.data().orders.into_keys().collect();
        assert_eq!(all_ids(&app, "/v2/orders?sort=id").await, held, "{name}");
        let line = loop {
            let got = call(&app, "POST", "/v2/orders/700001/items", item(2.0, 81.0, 1.0)).await;
            if got.status != 429 {
                break got;
            }
        };
        assert!(matches!(line.status, 200 | 201), "{name}: {line:?}");
        assert_eq!(app.data().orders[&700_001].items.len(), 1, "{name}");
        assert_eq!(all_ids(&app, "/v2/company/employees").await, BTreeSet::from([21, 22, 23, 24]), "{name}");
        assert!(all_ids(&app, "/products/").await.contains(&PRODUCT), "{name}");
    }
}

async fn with(change: fn(&mut RoAppQuirks)) -> (RoApp, i64) {
    let mut quirks = RoAppQuirks::default();
    change(&mut quirks);
    let app = start_with(quirks).await;
    let id = app.staff().add_order(PERSON, "");
    app.staff().add_item(id, PRODUCT, Decimal::TWO, Decimal::new(2000, 2)).unwrap();
    (app, id)
}

/// The order and its line under one quirk.
async fn seen(change: fn(&mut RoAppQuirks)) -> (Value, Value) {
    let (app, id) = with(change).await;
    let order = get(&app, &format!("/v2/orders/{id}")).await.json();
    let item = get(&app, &format!("/v2/orders/{id}/items")).await.rows().remove(0);
    (order, item)
}

#[tokio::test]
async fn values_take_their_other_forms() {
    let (order, item) = seen(|q| q.money = MoneyForm::Numbers).await;
    assert_eq!((&order["total"], &item["price"]), (&json!(40), &json!(20)));
    let (order, item) = seen(|q| q.money = MoneyForm::Trimmed).await;
    assert_eq!((&order["total"], &item["price"]), (&json!("40"), &json!("20")));
    let (order, _) = seen(|q| q.times = TimeForm::EpochMs).await;
    assert!(order["created_at"].as_i64().unwrap() > 1_700_000_000_000);
    let (order, _) = seen(|q| q.times = TimeForm::Offset).await;
    assert!(order["created_at"].as_str().unwrap().ends_with("+03:00"));
    let (order, _) = seen(|q| q.times = TimeForm::Day).await;
    assert_eq!(order["created_at"].as_str().unwrap().len(), "2025-05-09".len());
    let (order, item) = seen(|q| q.ids_as_text = true).await;
    assert_eq!((&order["id"], &order["client"]["id"]), (&json!("700001"), &json!("300001")));
    assert_eq!(item["entity"]["id"], "900001");
    let (order, _) = seen(|q| q.group = GroupForm::Int).await;
    assert_eq!(order["status"]["group"], 1);
    let (order, _) = seen(|q| q.phones = PhoneForm::Objects).await;
    assert_eq!(order["client"]["phone"][0]["phone"], "0555555555");
    let (_, item) = seen(|q| q.warranty_key = WarrantyKey::Unit).await;
    assert_eq!(item["warranty"], json!({"period": 0, "unit": "days"}));
    let (_, item) = seen(|q| q.item_assignee_null = true).await;
    assert_eq!(item["assignee_id"], Value::Null);
    let (order, _) = seen(|q| q.taxes_on_top = true).await;
    assert_eq!(order["total"], "48.00");
}

#[tokio::test]
async fn a_discount_per_unit_comes_off_each_unit() {
    for (per_unit, total) in [(false, "37.00"), (true, "34.00")] {
        let quirks = RoAppQuirks { discount_per_unit: per_unit, ..RoAppQuirks::default() };
        let app = start_with(quirks).await;
        let id = add_order(&app).await;
        call(&app, "POST", &format!("/v2/orders/{id}/items"), item(2.0, 20.0, 3.0)).await.id();
        assert_eq!(get(&app, &format!("/v2/orders/{id}")).await.json()["total"], total);
    }
}

#[tokio::test]
async fn refusals_rotate_through_every_shape() {
    let app = start_with(RoAppQuirks { errors: ErrorShape::Rotating, ..RoAppQuirks::default() }).await;
    let mut bodies = BTreeSet::new();
    for _ in 0..7 {
        let got = call(&app, "POST", "/v2/orders", json!({})).await;
        assert_eq!(got.status, 400);
        bodies.insert(got.body);
    }
    assert_eq!(bodies.len(), 7);
}

#[tokio::test]
async fn a_429_may_say_when_to_come_back() {
    for (retry_after, header) in
        [(RetryAfter::Seconds(7), "retry-after: 7"), (RetryAfter::HttpDate(7), " gmt"), (RetryAfter::Absent, "")]
    {
        let quirks = RoAppQuirks { retry_after, ..RoAppQuirks::default() };
        let app = RoApp::start(RoAppOptions { quirks, rate_per_second: 0, ..options() }).await.unwrap();
        let got = get(&app, "/v2/company").await;
        assert_eq!(got.status, 429);
        assert_eq!(got.head.contains("retry-after"), retry_after != RetryAfter::Absent);
        assert!(got.head.contains(header));
    }
    let app = start_with(RoAppQuirks { too_many_every: Some(2), ..RoAppQuirks::default() }).await;
    assert_eq!(get(&app, "/v2/company").await.status, 200);
    assert_eq!((get(&app, "/v2/company").await.status, app.too_many()), (429, 0));
}

#[tokio::test]
async fn lists_lie_in_their_own_ways() {
    let (app, id) = with(|q| q.ignored = &["clients_ids"]).await;
    assert_eq!(get(&app, "/v2/orders?clients_ids=1").await.ids(), [id]);
    let (app, id) = with(|q| q.deleted_listed = true).await;
    app.staff().delete_order(id).unwrap();
    assert_eq!(get(&app, "/v2/orders").await.ids(), [id]);
    assert_eq!(get(&app, &format!("/v2/orders/{id}")).await.status, 404);
    let at = "2026-03-05T09:00:00Z";
    for (bound, count) in [(DateBound::Inclusive, 1), (DateBound::Exclusive, 0)] {
        let app = start_with(RoAppQuirks { date_bound: bound, ..RoAppQuirks::default() }).await;
        call(&app, "POST", "/v2/orders", order("")).await;
        assert_eq!(get(&app, &format!("/v2/orders?due_date={at}")).await.ids().len(), count);
    }
    let (app, _) = with(|q| q.phone_match = PhoneMatch::Substring).await;
    assert_eq!(get(&app, "/v2/contacts/people?phones=5555").await.ids(), [PERSON]);
    let (app, _) = with(|q| (q.rows, q.page_size) = (Rows::Shifted, 3)).await;
    let pages = [get(&app, "/v2/company/employees").await.ids(), get(&app, "/v2/company/employees?page=2").await.ids()];
    assert_eq!(pages, [vec![21, 22, 23], vec![23, 24]]);
    let (app, _) = with(|q| (q.small_lists_whole, q.page_size) = (true, 3)).await;
    assert_eq!(get(&app, "/v2/company/employees?page=2").await.ids(), [21, 22, 23, 24]);
}

#[tokio::test]
async fn writes_answer_and_act_in_their_own_ways() {
    let (app, id) = with(|q| q.item_delete = Deletion::NotAllowed).await;
    let line = app.data().orders[&id].items[0].id;
    assert_eq!(call(&app, "DELETE", &format!("/v2/orders/{id}/items/{line}"), Value::Null).await.status, 405);
    assert_eq!(app.data().orders[&id].items.len(), 1);
    let (app, id) = with(|q| q.closed_lines_change = true).await;
    app.staff().set_status(id, 506).unwrap();
    assert_eq!(call(&app, "POST", &format!("/v2/orders/{id}/items"), item(1.0, 1.0, 0.0)).await.status, 200);
    let (app, id) = with(|q| q.comments = CommentAnswer::Refused).await;
    assert_eq!(call(&app, "POST", &format!("/v2/orders/{id}/comments"), json!({"comment": "x"})).await.status, 400);
    let (app, id) = with(|q| q.changed_empty = true).await;
    let got = call(&app, "POST", &format!("/v2/orders/{id}/status"), json!({"status_id": 502})).await;
    assert_eq!((got.status, got.body.as_str()), (200, ""));
    let (app, id) = with(|q| q.item_answer = ItemAnswer::Sparse).await;
    let row = call(&app, "POST", &format!("/v2/orders/{id}/items"), item(1.0, 1.0, 0.0)).await.json();
    assert!(row["id"].is_i64() && row.get("entity").is_none() && row.get("price").is_none());
    let (app, _) = with(|q| q.warranty_unit_in_requests = true).await;
    assert_eq!(call(&app, "POST", "/v2/orders/700001/items", item(1.0, 1.0, 0.0)).await.status, 400);
    let (app, _) = with(|q| q.phones_merge = true).await;
    let patch = json!({"phones": [{"phone": "0666666666"}]});
    assert_eq!(call(&app, "PATCH", "/v2/contacts/people/300001", patch).await.status, 200);
    assert_eq!(app.data().people[&PERSON].phones.len(), 2);
}
