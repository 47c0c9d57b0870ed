//! What an incorrect client is told.

use super::*;

/// The status of a call whose body is `whole` with one change.
async fn status_of(app: &RoApp, path: &str, whole: Value, change: fn(&mut Value)) -> u16 {
    let mut body = whole;
    change(&mut body);
    call(app, "POST", path, body).await.status
}

#[tokio::test]
async fn a_wrong_order_is_refused_for_each_of_its_faults() {
    let app = start().await;
    let wrong: &[fn(&mut Value)] = &[
        |body| body["branch_id"] = Value::Null,
        |body| drop(body.as_object_mut().unwrap().remove("client_id")),
        |body| body["branch_id"] = json!("11"),
        |body| body["branch_id"] = json!(13),
        |body| body["order_type_id"] = json!(99),
        |body| body["client_id"] = json!(1),
        |body| body["manager_id"] = json!(23),
        |body| body["assignee_id"] = json!(25),
        |body| body["ad_campaign_id"] = json!(32),
        |body| body["estimated_price"] = json!(1499.0),
        |body| body["due_date"] = json!("2026-03-05T09:00:00.000Z"),
        |body| body["due_date"] = json!("2026-03-05T09:00:00+00:00"),
        |body| body["custom_fields"] = json!("{}"),
        |body| body["custom_fields"] = json!({"f699": "x"}),
        |body| body["custom_fields"] = json!({"601": "x"}),
        |body| body["custom_fields"] = json!({"f603": "yesterday"}),
        |body| body["status_id"] = json!(501),
        |body| body["manager_notes"] = json!("x".repeat(4001)),
    ];
    for (at, change) in wrong.iter().enumerate() {
        assert_eq!(status_of(&app, "/v2/orders", order(""), *change).await, 400, "change {at}");
    }
    assert!(app.data().orders.is_empty());
    assert_eq!(status_of(&app, "/v2/orders", order(""), |_| ()).await, 200);
}

#[tokio::test]
async fn a_wrong_line_is_refused_for_each_of_its_faults() {
    let app = start().await;
    let id = add_order(&app).await;
    let path = format!("/v2/orders/{id}/items");
    let wrong: &[fn(&mut Value)] = &[
        |body| body["entity_id"] = json!(1),
        |body| body["assignee_id"] = json!(23),
        |body| body["price"] = json!("81.00"),
        |body| body["quantity"] = json!(0),
        |body| body["price"] = json!(-1),
        |body| drop(body.as_object_mut().unwrap().remove("warranty")),
        |body| body["warranty"] = json!({"period": 0, "periodUnits": "days"}),
        |body| body["warranty"] = json!({"period": "0", "period_units": "days"}),
        |body| body["discount"] = json!({"type": "value", "amount": 1}),
        |body| body["discount"]["type"] = json!("amount"),
        |body| body["tax_ids"] = json!([1]),
        |body| body["title"] = json!("free text"),
    ];
    for (at, change) in wrong.iter().enumerate() {
        assert_eq!(status_of(&app, &path, item(1.0, 81.0, 0.0), *change).await, 400, "change {at}");
    }
    assert!(app.data().orders[&id].items.is_empty());
    let line = call(&app, "POST", &path, item(1.0, 81.0, 0.0)).await.id();
    let other = call(&app, "PATCH", &format!("{path}/{line}"), json!({"entity_id": PRODUCT})).await;
    assert_eq!(other.status, 400, "a line cannot become another product");
    assert_eq!(call(&app, "PATCH", &format!("{path}/1"), json!({"quantity": 1})).await.status, 404);
    assert_eq!(call(&app, "POST", "/v2/orders/1/items", item(1.0, 81.0, 0.0)).await.status, 404);
}

#[tokio::test]
async fn a_wrong_contact_detail_is_refused() {
    let app = start().await;
    for email in ["ada", "ada@example", "@example.com", "ada@.com", ""] {
        let body = json!({"first_name": "Ada", "email": email});
        assert_eq!(call(&app, "POST", "/v2/contacts/people", body).await.status, 400, "{email}");
    }
    for phone in ["", "1234", "call me 0555555555", "05555x55555"] {
        let body = json!({"first_name": "Ada", "phones": [{"phone": phone}]});
        assert_eq!(call(&app, "POST", "/v2/contacts/people", body).await.status, 400, "{phone}");
    }
    for body in [json!({}), json!({"first_name": " "}), json!({"first_name": "Ada", "phones": ["0555555555"]})] {
        assert_eq!(call(&app, "POST", "/v2/contacts/people", body).await.status, 400);
    }
    assert_eq!(app.data().people.len(), 1);
}

#[tokio::test]
async fn a_wrong_query_is_refused() {
    let app = start().await;
    for query in [
        "limit=10",
        "page=0",
        "page=one",
        "ids=1,2",
        "ids=1&ids=2",
        "ids[]=1",
        "sort=created_at",
        "modified_at=2026-03-05",
        "created_at=2026-03-05T09:00:00Z,2026-03-06T09:00:00Z",
    ] {
        assert_eq!(get(&app, &format!("/v2/orders?{query}")).await.status, 400, "{query}");
    }
}

#[tokio::test]
async fn unknown_paths_and_keys_are_refused() {
    let app = start().await;
    for path in ["/v2/warehouse/", "/products", "/v2/orders/", "/v2/orders/abc", "/"] {
        let got = get(&app, path).await;
        assert_eq!(got.status, 404, "{path}");
        assert!(got.head.contains("content-type: text/plain"), "{path}");
    }
    assert_eq!(call(&app, "PUT", "/v2/orders", json!({})).await.status, 405);
    let wrong = send(&app, "other", "GET", "/v2/company", None).await.unwrap();
    assert_eq!(wrong.status, 401);
    assert_eq!(wrong.json(), json!({"success": false, "code": 101, "message": "Invalid token"}));
    app.set_key("other");
    assert_eq!(send(&app, "other", "GET", "/v2/company", None).await.unwrap().status, 200);
    assert_eq!(get(&app, "/v2/company").await.status, 401);
}

#[tokio::test]
async fn lines_rest_once_the_order_is_closed_or_goods_are_written_off() {
    let app = start().await;
    let closed = add_order(&app).await;
    for (id, closing) in [(closed, Some(506)), (add_order(&app).await, Some(507)), (add_order(&app).await, None)] {
        let path = format!("/v2/orders/{id}/items");
        let line = call(&app, "POST", &path, item(1.0, 81.0, 0.0)).await.id();
        match closing {
            Some(status) => app.staff().set_status(id, status).unwrap(),
            None => app.staff().write_off(id, line).unwrap(),
        }
        let more = json!({"quantity": 2});
        assert_eq!(call(&app, "PATCH", &format!("{path}/{line}"), more).await.status, 400);
        assert_eq!(call(&app, "DELETE", &format!("{path}/{line}"), Value::Null).await.status, 400);
        assert_eq!(call(&app, "POST", &path, item(1.0, 1.0, 0.0)).await.status, 400);
    }
    app.staff().set_status(closed, 501).unwrap();
    assert_eq!(call(&app, "POST", &format!("/v2/orders/{closed}/items"), item(1.0, 1.0, 0.0)).await.status, 200);
}

#[tokio::test]
async fn staff_decide_what_the_form_wants_and_which_status_is_open() {
    let app = start().await;
    app.staff().set_required_due_date(true);
    app.staff().require_custom_field(602);
    let without = |name: &'static str| {
        let mut body = order("");
        body["custom_fields"]["f602"] = json!(3);
        body.as_object_mut().unwrap().remove(name);
        body
    };
    for (name, status) in [("due_date", 400), ("custom_fields", 400), ("urgent", 200)] {
        assert_eq!(call(&app, "POST", "/v2/orders", without(name)).await.status, status, "{name}");
    }
    let path = "/v2/orders/700001/status";
    app.staff().refuse_status(504);
    assert_eq!(call(&app, "POST", path, json!({"status_id": 504})).await.status, 400);
    assert_eq!(call(&app, "POST", path, json!({"status_id": 599})).await.status, 400);
    app.staff().allow_status(504);
    assert_eq!(call(&app, "POST", path, json!({"status_id": 504, "comment": "ready"})).await.status, 200);
    let held = app.data().orders.remove(&700_001).unwrap();
    assert_eq!(held.history.iter().map(|change| change.status_id).collect::<Vec<_>>(), [501, 504]);
    app.staff().deactivate_employee(21).unwrap();
    let mut late = without("urgent");
    late["custom_fields"] = json!({"f602": 1});
    assert_eq!(call(&app, "POST", "/v2/orders", late).await.status, 400, "the manager left");
    assert!(app.staff().delete_order(1).is_err());
}
