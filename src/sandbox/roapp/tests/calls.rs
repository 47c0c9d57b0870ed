//! The form and the rules of the calls.

use super::*;

#[tokio::test]
async fn a_line_looks_like_the_documented_one() {
    let app = start().await;
    let id = add_order(&app).await;
    let line = call(&app, "POST", &format!("/v2/orders/{id}/items"), item(1.0, 81.0, 0.0)).await.id();
    let mut rows = get(&app, &format!("/v2/orders/{id}/items")).await.json();
    let row = rows[0].take();
    assert_eq!(
        keys(&row),
        [
            "assignee_id",
            "comment",
            "cost",
            "created_at",
            "discount",
            "entity",
            "expiration_date",
            "id",
            "is_deduction_required",
            "is_refunded",
            "margin_id",
            "price",
            "quantity",
            "taxes",
            "warranty",
            "write_offs",
        ]
    );
    assert_eq!(
        keys(&row["entity"]),
        ["code", "id", "image", "is_hidden", "sku", "sn_accounting", "thumbnail", "title", "type", "uom"]
    );
    assert_eq!(
        (&row["id"], &row["quantity"], &row["price"], &row["cost"]),
        (&json!(line), &json!("1.000"), &json!("81.00"), &json!("54.00000"))
    );
    assert_eq!(row["discount"], json!({"type": "value", "percentage": 0, "amount": "0.00", "sponsor": "staff"}));
    assert_eq!(row["warranty"], json!({"period": 0, "unit": "days"}));
    assert_eq!(row["write_offs"], Value::Null);
    app.staff().write_off(id, line).unwrap();
    let row = get(&app, &format!("/v2/orders/{id}/items")).await.json()[0].take();
    assert_eq!(
        keys(&row["write_offs"][0]),
        ["cellId", "cost", "goodId", "quantity", "repairOrderProductId", "sernum_code", "sernum_id", "warehouseId"]
    );
}

#[tokio::test]
async fn an_order_has_every_key_of_the_contract() {
    let app = start().await;
    let created = call(&app, "POST", "/v2/orders", order("[cartum:shop.example/1042]")).await;
    assert_eq!((created.status, created.body.as_str()), (200, r#"{"id":700001}"#));
    let row = get(&app, "/v2/orders/700001").await.json();
    assert_eq!(
        keys(&row),
        [
            "ad_campaign_id",
            "address",
            "asset",
            "assignee_id",
            "branch_id",
            "client",
            "closed_at",
            "closed_by_id",
            "created_at",
            "created_by_id",
            "custom_fields",
            "discount_sum",
            "done_at",
            "due_date",
            "engineer_notes",
            "estimated_price",
            "id",
            "is_deduction_required",
            "malfunction",
            "manager_id",
            "manager_notes",
            "modified_at",
            "number",
            "order_type",
            "overdue",
            "payed",
            "payer",
            "resource",
            "resume",
            "scheduled_for",
            "scheduled_to",
            "status",
            "status_overdue",
            "total",
            "urgent",
            "warranty_date",
        ]
    );
    assert_eq!(row["number"], "A001");
    assert_eq!(
        row["status"],
        json!({"id": 501, "name": "New", "color": "#1E79C7", "group": {"type": 1, "name": "New"}})
    );
    assert_eq!(row["client"]["phone"], json!(["0555555555"]));
    assert_eq!(row["custom_fields"], json!({"f601": "1042", "f602": null, "f603": null, "f604": null}));
    assert_eq!((&row["total"], &row["due_date"]), (&json!("0.00"), &json!("2026-03-05T09:00:00Z")));
    let at = row["created_at"].as_str().unwrap();
    assert!(at.len() == 20 && at.ends_with('Z'), "{at}");
    let listed = get(&app, "/v2/orders").await.json();
    assert_eq!(listed["paging"], json!({"limit": 50, "page": 1, "total_pages": 1, "count": 1}));
    assert_eq!(listed["data"][0], row, "a row of the list is the whole order");
}

#[tokio::test]
async fn the_total_is_the_sum_of_lines_less_discounts() {
    let app = start().await;
    let id = add_order(&app).await;
    let items = format!("/v2/orders/{id}/items");
    call(&app, "POST", &items, item(3.0, 19.99, 0.05)).await.id();
    let mut percent = item(2.0, 10.05, 0.0);
    percent["discount"] = json!({"type": "percentage", "percentage": 10, "amount": 0, "sponsor": "staff"});
    let line = call(&app, "POST", &items, percent).await.id();
    let row = get(&app, &format!("/v2/orders/{id}")).await.json();
    assert_eq!((&row["total"], &row["discount_sum"]), (&json!("78.01"), &json!(2.06)));
    call(&app, "PATCH", &format!("{items}/{line}"), json!({"quantity": 1})).await;
    assert_eq!(get(&app, &format!("/v2/orders/{id}")).await.json()["total"], "68.96");
    let deleted = call(&app, "DELETE", &format!("{items}/{line}"), Value::Null).await;
    assert_eq!(deleted.status, 200);
    assert_eq!(get(&app, &format!("/v2/orders/{id}")).await.json()["total"], "59.92");
}

#[tokio::test]
async fn lists_filter_sort_and_page() {
    let app = start().await;
    let other = app.staff().add_person(SeedPerson::default());
    for _ in 0..60 {
        add_order(&app).await;
    }
    let walk_in = app.staff().add_order(other, "walk-in");
    let second = get(&app, "/v2/orders?page=2&sort=-id").await;
    assert_eq!(second.ids(), (700_001..=700_011).rev().collect::<Vec<_>>());
    assert_eq!(second.json()["paging"], json!({"limit": 50, "page": 2, "total_pages": 2, "count": 61}));
    assert!(get(&app, "/v2/orders?page=3").await.ids().is_empty());
    assert_eq!(get(&app, &format!("/v2/orders?clients_ids={other}")).await.ids(), [walk_in]);
    assert_eq!(get(&app, "/v2/orders?ids=700007").await.ids(), [700_007]);
    assert_eq!(get(&app, "/v2/orders?numbers=A007").await.ids(), [700_007]);
    assert_eq!(get(&app, "/v2/orders?types=72").await.ids(), [walk_in]);
    assert!(get(&app, "/v2/orders?created_at=2099-01-01T00:00:00Z").await.ids().is_empty());
    assert_eq!(get(&app, "/v2/orders?created_at=2020-01-01T00:00:00Z").await.ids().len(), 50);
    app.staff().edit(|data, now| {
        data.orders.get_mut(&700_003).unwrap().modified_at = now + TimeDelta::seconds(60);
        data.orders.get_mut(&700_009).unwrap().modified_at = now - TimeDelta::seconds(60);
    });
    assert_eq!(get(&app, "/v2/orders?sort=modified_at").await.ids()[0], 700_009);
    assert_eq!(get(&app, "/v2/orders?sort=-modified_at").await.ids()[0], 700_003);
}

#[tokio::test]
async fn people_are_found_by_the_phone_as_typed() {
    let app = start().await;
    let body = json!({
        "first_name": "Ada", "last_name": "Example", "email": "ada@example.com", "notes": "token",
        "phones": [{"phone": "+380555555555", "title": "", "notify": false}],
    });
    let created = call(&app, "POST", "/v2/contacts/people", body).await;
    assert_eq!((created.status, created.id()), (201, 300_002));
    let found = async |query: &str| get(&app, &format!("/v2/contacts/people?{query}")).await.ids();
    assert_eq!(found("phones=%2B380555555555").await, [300_002]);
    assert_eq!(found("phones=0555555555").await, [300_001]);
    assert!(found("phones=380555555555").await.is_empty());
    assert_eq!(found("emails=ada@example.com").await, [300_002]);
    assert_eq!(found("names=вигадько").await, [300_001]);
    assert_eq!(found("sort=-id").await, [300_002, 300_001]);
    let row = get(&app, "/v2/contacts/people/300002").await.json();
    assert_eq!(row["phones"][0]["phone"], "+380555555555");
    assert_eq!(call(&app, "DELETE", "/v2/contacts/people/300002", Value::Null).await.status, 200);
    let gone = get(&app, "/v2/contacts/people/300002").await;
    assert_eq!((gone.status, gone.body.as_str()), (404, "Not Found"));
}

#[tokio::test]
async fn products_are_found_exactly_in_both_dialects() {
    let app = start().await;
    let found = async |query: &str| get(&app, &format!("/products/?{query}")).await.ids();
    assert_eq!(found("articles[]=KB-1").await, [900_001]);
    assert_eq!(found("articles%5B%5D=KB-1&articles%5B%5D=KB-10").await, [900_001, 900_002]);
    assert_eq!(found("barcodes[]=4006381333931").await, [900_002]);
    assert_eq!(found("title=Keyboard").await, [900_001]);
    assert_eq!(found("q=kb-1").await, [900_001, 900_002]);
    let body = json!({"category_id": 6, "title": "Миша", "article": "M-1", "code": 12, "prices": {"81": 9.5}});
    let id = call(&app, "POST", "/products/", body).await.id();
    let row = get(&app, &format!("/products/{id}")).await.json();
    assert_eq!(
        (&row["article"], &row["code"], &row["prices"]),
        (&json!("M-1"), &json!("12"), &json!({"81": 9.5, "82": 0}))
    );
    assert_eq!(row["category"], json!({"id": 6, "title": "Обладнання", "parent_id": 5}));
    let row = get(&app, &format!("/v2/catalog/products/{id}")).await.json();
    assert_eq!((&row["sku"], &row["cost"]), (&json!("M-1"), &json!("0.00000")));
    let put = json!({"category_id": 6, "title": "Миша", "article": "M-2"});
    assert_eq!(call(&app, "PUT", &format!("/products/{id}"), put).await.status, 200);
    assert_eq!(found("articles[]=M-2").await, [id]);
    let list = get(&app, "/products/").await.json();
    assert_eq!((&list["page"], &list["count"], &list["success"]), (&json!(1), &json!(3), &json!(true)));
}

#[tokio::test]
async fn every_dictionary_has_its_envelope() {
    let app = start().await;
    for path in ["/v2/orders/statuses", "/v2/orders/types", "/v2/orders/custom-fields"] {
        assert!(get(&app, path).await.json().is_array(), "{path}");
    }
    for path in ["/v2/company/locations", "/v2/company/employees", "/v2/catalog/products/categories"] {
        assert_eq!(keys(&get(&app, path).await.json()), ["data", "paging"], "{path}");
    }
    for path in ["/warehouse/", "/warehouse/categories/", "/catalogs/uoms", "/margins/", "/marketing/campaigns/"] {
        let body = get(&app, path).await.json();
        assert_eq!(keys(&body), ["count", "data", "page", "success"], "{path}");
    }
    assert_eq!(get(&app, "/v2/company/locations?is_archived=false").await.ids(), [11, 12]);
    assert_eq!(get(&app, "/v2/company").await.json()["created_at"], "2020-01-01T00:00:00Z");
}
