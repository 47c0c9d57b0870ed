//! The validator itself must be able to fail.

use serde_json::{Value, json};

use super::conformance::check;

fn query(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn get(path: &str, pairs: &[(&str, &str)]) -> Result<(), String> {
    check("GET", path, &query(pairs), None)
}

fn post(path: &str, body: &Value) -> Result<(), String> {
    check("POST", path, &[], Some(body))
}

fn example(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

#[test]
fn the_examples_of_requests_conform() {
    let order = example(include_str!("../../../tests/fixtures/roapp/v2-order-create-request.json"));
    assert_eq!(post("/v2/orders", &order), Ok(()));
    let item = example(include_str!("../../../tests/fixtures/roapp/v2-order-item-create-request.json"));
    assert_eq!(post("/v2/orders/7001/items", &item), Ok(()));
    assert_eq!(get("/v2/orders/statuses", &[]), Ok(()));
    assert_eq!(get("/products/", &[("articles[]", "a"), ("articles[]", "b")]), Ok(()));
    assert_eq!(get("/v2/orders", &[("sort", "-id"), ("created_at", "2026-03-01T09:30:00Z"), ("page", "2")]), Ok(()));
}

#[test]
fn a_path_that_is_not_in_the_contract_is_refused() {
    for path in ["/v2/orders/", "/v2/orders/A002", "/products", "/v2/orders/7001/items/", "/v1/orders"] {
        assert!(get(path, &[]).is_err(), "{path}");
    }
    assert!(check("PUT", "/v2/orders/7001", &[], Some(&json!({}))).is_err());
}

#[test]
fn a_query_that_is_not_in_the_contract_is_refused() {
    for pairs in [
        &[("client", "1")][..],
        &[("clients_ids[]", "1")],
        &[("clients_ids", "1"), ("clients_ids", "2")],
        &[("clients_ids", "1,2")],
        &[("sort", "created_at")],
        &[("created_at", "2026-03-01T09:30:00.5Z")],
        &[("created_at", "2026-03-01T09:30:00+00:00")],
        &[("created_at", "1746795152000")],
        &[("page", "one")],
    ] {
        assert!(get("/v2/orders", pairs).is_err(), "{pairs:?}");
    }
}

#[test]
fn a_body_that_is_not_in_the_contract_is_refused() {
    let good = json!({"branch_id": 1, "order_type_id": 2, "client_id": 3});
    assert_eq!(post("/v2/orders", &good), Ok(()));
    for (name, value) in [
        ("branch_id", json!("1")),
        ("branch_id", json!(1.5)),
        ("estimated_price", json!(12.3)),
        ("due_date", json!("2026-03-01")),
        ("urgent", json!("true")),
        ("custom_fields", json!("{}")),
        ("custom_fields", json!({"601": "x"})),
        ("custom_fields", json!({"f601": {}})),
        ("status_id", json!(11)),
        ("branch_id", json!(null)),
    ] {
        let mut body = good.clone();
        body[name] = value;
        assert!(post("/v2/orders", &body).is_err(), "{body}");
    }
    assert!(post("/v2/orders", &json!({"branch_id": 1, "order_type_id": 2})).is_err());
    assert!(check("POST", "/v2/orders", &[], None).is_err());
    assert!(check("GET", "/v2/orders", &[], Some(&good)).is_err());
}

#[test]
fn a_nested_body_is_checked_to_the_bottom() {
    let good = example(include_str!("../../../tests/fixtures/roapp/v2-order-item-create-request.json"));
    for (pointer, value) in [
        ("/discount/type", json!("amount")),
        ("/discount/amount", json!("0")),
        ("/discount", json!({"type": "value", "amount": 0, "sponsor": "staff"})),
        ("/warranty/period", json!(0)),
        ("/warranty", json!({"period": "0", "unit": "days"})),
        ("/tax_ids", json!(["1"])),
        ("/quantity", json!("1")),
    ] {
        let mut body = good.clone();
        *body.pointer_mut(pointer).unwrap_or(&mut json!(null)) = value;
        assert_ne!(body, good, "{pointer}");
        assert!(post("/v2/orders/7001/items", &body).is_err(), "{pointer}");
    }
    assert!(post("/products/", &json!({"category_id": 1, "title": "x", "prices": {"a": 1}})).is_err());
    assert_eq!(post("/products/", &json!({"category_id": 1, "title": "x", "prices": {"12": 1.5}})), Ok(()));
}
