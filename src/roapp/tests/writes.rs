//! Writes: the exact request, and every answer that is a success.

use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::{
    config::WarrantyKey,
    domain::{
        ids::{CampaignId, CategoryId, EmployeeId, Id, ItemId, PersonId, ProductId, StatusId, WorkOrderId},
        store::DiscountSponsor,
    },
};

pub(super) fn new_person() -> NewPerson {
    NewPerson {
        first_name: "John".to_owned(),
        last_name: String::new(),
        email: None,
        phones: Vec::new(),
        notes: String::new(),
        empty_fields: Vec::new(),
    }
}

pub(super) fn new_order() -> NewOrder {
    NewOrder {
        location: Id::new(101),
        order_type: Id::new(201),
        client: PersonId::new(3001),
        manager: None,
        campaign: None,
        malfunction: "Order 1042".to_owned(),
        manager_notes: "[cartum:shop.example.com/1042]".to_owned(),
        estimated_price: dec("1499.00"),
        due_date: None,
        custom_fields: BTreeMap::new(),
    }
}

fn new_item() -> NewItem {
    NewItem {
        product: ProductId::new(9001),
        executor: EmployeeId::new(401),
        quantity: dec("1.000"),
        price: dec("12.30"),
        cost: dec("0"),
        discount: dec("0.07"),
        sponsor: DiscountSponsor::Staff,
        comment: String::new(),
    }
}

fn item_change() -> ItemChange {
    ItemChange { quantity: dec("2.5"), price: dec("81"), discount: dec("1.10"), sponsor: DiscountSponsor::Company }
}

#[tokio::test]
async fn a_person_goes_out_with_what_is_known_and_is_never_notified() {
    let peer = Peer::new([answer(201, r#"{"id": 3001}"#), ok("3002")]).await;
    let full = NewPerson {
        last_name: "Doe".to_owned(),
        email: Some("client@example.com".to_owned()),
        phones: vec!["+380555555555".to_owned()],
        notes: "token".to_owned(),
        empty_fields: vec![611],
        ..new_person()
    };
    assert_eq!(peer.roapp.create_person(&full).await.unwrap(), Created(Some(PersonId::new(3001))));
    assert_eq!(peer.roapp.create_person(&new_person()).await.unwrap(), Created(Some(PersonId::new(3002))));
    let seen = peer.seen();
    assert_eq!(seen[0].call, "POST /v2/contacts/people");
    let phones = json!([{"phone": "+380555555555", "title": "", "notify": false}]);
    assert_eq!(
        seen[0].body(),
        json!({"first_name": "John", "last_name": "Doe", "email": "client@example.com", "phones": phones, "notes": "token",
            "custom_fields": {"f611": ""}})
    );
    assert_eq!(seen[1].body(), json!({"first_name": "John"}));
}

#[tokio::test]
async fn a_product_goes_out_in_the_older_dialect() {
    let peer = Peer::new([ok(r#"{"data": {"id": "9001"}}"#), ok("")]).await;
    let bare = NewProduct {
        category: CategoryId::new(5),
        title: "Keyboard".to_owned(),
        article: String::new(),
        code: None,
        description: String::new(),
        barcodes: Vec::new(),
    };
    let full = NewProduct {
        article: "KB-1".to_owned(),
        code: Some(12),
        description: "token".to_owned(),
        barcodes: vec!["0012345678905".to_owned()],
        ..bare.clone()
    };
    assert_eq!(peer.roapp.create_product(&full).await.unwrap(), Created(Some(ProductId::new(9001))));
    assert_eq!(peer.roapp.create_product(&bare).await.unwrap(), Created(None));
    let seen = peer.seen();
    assert_eq!(seen[0].call, "POST /products/");
    assert_eq!(
        seen[0].body(),
        json!({"category_id": 5, "title": "Keyboard", "article": "KB-1", "code": 12, "description": "token",
               "barcodes": ["0012345678905"]})
    );
    assert_eq!(seen[1].body(), json!({"category_id": 5, "title": "Keyboard"}));
}

#[tokio::test]
async fn a_work_order_goes_out_with_its_marker_and_its_fields() {
    let peer = Peer::new([ok(fixture!("v2-order-create-response.json")), ok(fixture!("v2-order-get.json"))]).await;
    let full = NewOrder {
        manager: Some(EmployeeId::new(401)),
        campaign: Some(CampaignId::new(501)),
        due_date: Some(at("2026-03-05T09:00:00.750Z")),
        custom_fields: BTreeMap::from([(601, "1042".to_owned())]),
        ..new_order()
    };
    let id = WorkOrderId::new(7001);
    assert_eq!(peer.roapp.create_order(&full).await.unwrap(), Created(Some(MadeOrder { id, status: None })));
    let made = peer.roapp.create_order(&new_order()).await.unwrap();
    assert_eq!(made, Created(Some(MadeOrder { id, status: Some(StatusId::new(11)) })));
    let seen = peer.seen();
    assert_eq!(seen[0].call, "POST /v2/orders");
    assert_eq!(
        seen[0].body(),
        json!({"branch_id": 101, "order_type_id": 201, "client_id": 3001, "manager_id": 401, "ad_campaign_id": 501,
               "malfunction": "Order 1042", "manager_notes": "[cartum:shop.example.com/1042]", "estimated_price": "1499.00",
               "due_date": "2026-03-05T09:00:00Z", "custom_fields": {"f601": "1042"}})
    );
    assert_eq!(
        seen[1].body(),
        json!({"branch_id": 101, "order_type_id": 201, "client_id": 3001, "malfunction": "Order 1042",
               "manager_notes": "[cartum:shop.example.com/1042]", "estimated_price": "1499.00"})
    );
}

#[tokio::test]
async fn a_line_goes_out_with_exact_numbers() {
    let peer = Peer::new([ok(r#"{"id": 1}"#)]).await;
    let made = peer.roapp.create_item(WorkOrderId::new(7001), &new_item()).await.unwrap();
    assert_eq!(made, Created(Some(ItemId::new(1))));
    let seen = peer.only();
    assert_eq!(seen.call, "POST /v2/orders/7001/items");
    for number in [r#""price":12.3,"#, r#""amount":0.07,"#, r#""quantity":1,"#, r#""cost":0,"#] {
        assert!(seen.raw_body.contains(number), "{number} in {}", seen.raw_body);
    }
    assert_eq!(
        seen.body(),
        json!({"entity_id": 9001, "assignee_id": 401, "quantity": 1, "price": 12.3, "cost": 0, "comment": "",
               "discount": {"type": "value", "percentage": 0, "amount": 0.07, "sponsor": "staff"},
               "warranty": {"period": "0", "periodUnits": "days"}})
    );
}

#[tokio::test]
async fn an_amount_that_no_json_number_carries_is_not_sent() {
    let peer = Peer::new([]).await;
    let item = NewItem { price: dec("1234567890.1234567891"), ..new_item() };
    let error = peer.roapp.create_item(WorkOrderId::new(7001), &item).await.unwrap_err();
    assert!(matches!(error, RoAppError::Inexact { field: "price", .. }), "{error}");
    let change = ItemChange { discount: dec("12345678901234567.89"), ..item_change() };
    let error = peer.roapp.change_item(WorkOrderId::new(7001), ItemId::new(1), &change).await.unwrap_err();
    assert!(matches!(error, RoAppError::Inexact { field: "discount.amount", .. }), "{error}");
}

#[test]
fn the_unit_of_a_warranty_can_be_called_as_newer_clients_do() {
    let body = new_item().body(call::Call::post("/v2/orders/{id}/items").name, WarrantyKey::Unit).unwrap();
    assert_eq!(body["warranty"], json!({"period": "0", "unit": "days"}));
}

#[tokio::test]
async fn changes_send_what_changes_and_take_any_2xx() {
    let no_content = || ResponseTemplate::new(204);
    let peer = Peer::new([ok(""), no_content(), ok("<html>"), no_content(), ok("[]"), answer(202, "{}")]).await;
    let (order, item, roapp) = (WorkOrderId::new(7001), ItemId::new(1), &peer.roapp);
    roapp.change_item(order, item, &item_change()).await.unwrap();
    roapp.delete_item(order, item).await.unwrap();
    let change = OrderChange {
        client: Some(PersonId::new(3001)),
        malfunction: Some("New title".to_owned()),
        manager_notes: Some(String::new()),
        estimated_price: Some(dec("10.50")),
        due_date: Some(at("2026-03-05T09:00:00Z")),
        custom_fields: BTreeMap::from([(601, String::new())]),
    };
    roapp.change_order(order, &change).await.unwrap();
    let notes = OrderChange { manager_notes: Some("notes".to_owned()), ..OrderChange::default() };
    roapp.change_order(order, &notes).await.unwrap();
    roapp.set_status(order, StatusId::new(12)).await.unwrap();
    roapp.add_comment(order, "Paid").await.unwrap();
    let discount = json!({"type": "value", "percentage": 0, "amount": 1.1, "sponsor": "company"});
    let sent: Vec<_> = peer.seen().into_iter().map(|seen| (seen.call, seen.body)).collect();
    let expected = [
        ("PATCH /v2/orders/7001/items/1", Some(json!({"quantity": 2.5, "price": 81, "discount": discount}))),
        ("DELETE /v2/orders/7001/items/1", None),
        (
            "PATCH /v2/orders/7001",
            Some(
                json!({"client_id": 3001, "malfunction": "New title", "manager_notes": "", "estimated_price": "10.50",
                        "due_date": "2026-03-05T09:00:00Z", "custom_fields": {"f601": ""}}),
            ),
        ),
        ("PATCH /v2/orders/7001", Some(json!({"manager_notes": "notes"}))),
        ("POST /v2/orders/7001/status", Some(json!({"status_id": 12}))),
        ("POST /v2/orders/7001/comments", Some(json!({"comment": "Paid", "is_private": true}))),
    ];
    assert_eq!(sent, expected.map(|(call, body)| (call.to_owned(), body)));
}

#[tokio::test]
async fn an_empty_change_sends_nothing() {
    let peer = Peer::new([]).await;
    peer.roapp.change_order(WorkOrderId::new(7001), &OrderChange::default()).await.unwrap();
    assert_eq!(peer.count(), 0);
}

#[tokio::test]
async fn a_created_record_without_a_readable_id_is_a_success_without_an_id() {
    for body in ["", "{}", r#"{"success": true}"#, "<html></html>"] {
        let peer = Peer::new([ok(body), ok(body)]).await;
        assert_eq!(peer.roapp.create_order(&new_order()).await.unwrap(), Created(None), "{body}");
        let item = peer.roapp.create_item(WorkOrderId::new(7001), &new_item()).await.unwrap();
        assert_eq!(item, Created(None), "{body}");
    }
}
