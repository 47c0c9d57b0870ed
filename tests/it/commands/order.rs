//! `order`: what became of store orders.

use cartum_roapp::{
    db::{
        applied, history,
        links::{self, LinkKind, NewLink},
        orders::{self, NewVersion, OrderState},
        work, work_orders,
    },
    domain::{
        ids::{AccountId, ItemId, OrderId, OrderNumber, ProductId, StoreId, StoreStatusId, WorkOrderId},
        matching, name,
        order::{Buyer, LineKey},
        phone::Phone,
        plan::{Applied, AppliedLine, Conflict, LineValues, Part},
        said::Said,
    },
};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{store::is_moment, world::World};

const NAME: &str = "Іван Прикладний";
const PHONE: &str = "+38 (050) 111-22-33";

pub(super) fn raw(number: i64) -> Value {
    json!({
        "order_id": number, "stat_status": 1, "stat_created": "2026-07-01 12:00:00", "currency": "UAH",
        "delivery_name": NAME, "delivery_phone": PHONE, "total_default": 300, "total_sum": 290.5,
        "products": [
            {"title": "Кабель", "article": "USB-1", "quantity": 2, "price": 100, "storage_id": 7},
            {"title": "Mouse", "article": "M-2", "quantity": 1, "price": "100.00", "storage_id": 8},
        ],
    })
}

pub(super) async fn save(world: &World, number: i64, raw: &Value, state: OrderState, reason: &str) -> OrderId {
    let placed_at = chrono::NaiveDate::from_ymd_opt(2026, 7, 1).unwrap().and_hms_opt(12, 0, 0);
    let new = NewVersion {
        number: OrderNumber::new(number),
        fingerprint: [0; 32],
        raw: &raw.to_string(),
        placed_at,
        status: Some(StoreStatusId::new(1)),
        total: Some(Decimal::new(29050, 2)),
        buyer: String::new(),
        state,
        reason: Some(reason).filter(|reason| !reason.is_empty()).map(|reason| Said::from(reason.to_owned())),
        in_import: true,
        priority: 2,
    };
    let store = store(world).await;
    let mut tx = world.database.begin().await;
    let order = orders::save(&mut tx, store, &new).await.unwrap();
    tx.commit().await.unwrap();
    order
}

async fn store(world: &World) -> StoreId {
    StoreId::new(sqlx::query_scalar("SELECT id FROM store").fetch_one(world.database.pool()).await.unwrap())
}

async fn account(world: &World) -> AccountId {
    AccountId::new(sqlx::query_scalar("SELECT id FROM account").fetch_one(world.database.pool()).await.unwrap())
}

/// As the executor would leave an order of which one line is in RO App.
async fn work_on(world: &World, order: OrderId, number: i64) {
    let (store, account) = (store(world).await, account(world).await);
    let buyer = Buyer { name: NAME.to_owned(), phone: PHONE.to_owned(), email: String::new() };
    let contact = matching::contact_key(&buyer, Phone::parse(PHONE, "UA").as_ref()).unwrap();
    let key = format!("{contact}|{}", name::fold(NAME));
    let values = LineValues {
        article: "USB-1".to_owned(),
        quantity: 2.into(),
        price: 100.into(),
        discount: Decimal::new(633, 2),
    };
    let line = AppliedLine { item: ItemId::new(78), product: ProductId::new(90), values, verified: true };
    let applied = Applied { lines: [(LineKey("s7".to_owned()), line)].into(), ..Applied::default() };
    let conflict = Conflict::new(Part::Title, "a", "b");
    let mut tx = world.database.begin().await;
    work_orders::link(&mut tx, account, (store, OrderNumber::new(number)), WorkOrderId::new(700_001)).await.unwrap();
    applied::save_whole(&mut tx, order, &applied).await.unwrap();
    work::save_findings(&mut tx, order, Some(&Said::new("work-order-closed")), &[conflict]).await.unwrap();
    let person = NewLink {
        account,
        kind: LinkKind::Person,
        key: &key,
        remote: 300_001,
        reason: &Said::new("matched-phone-alone"),
        review: Some(&Said::from("look".to_owned())),
        order,
    };
    links::save(&mut tx, &person).await.unwrap();
    history::add(&mut tx, order, &Said::new("closed")).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn orders_are_listed_whole_and_by_store_and_state() {
    let world = World::with_store().await;
    let first = save(&world, 1000, &raw(1000), OrderState::Synced, "").await;
    work_on(&world, first, 1000).await;
    save(&world, 1001, &raw(1001), OrderState::Held, "several products have the article USB-1").await;
    let list = world.json(&["order", "list"]).await;
    assert_eq!(list.as_array().unwrap().len(), 2);
    let synced = &list[1];
    assert_eq!(
        (&synced["number"], &synced["state"], &synced["work_order_id"], &synced["total"], &synced["store"]),
        (&json!(1000), &json!("synced"), &json!(700_001), &json!("290.50"), &json!("My shop"))
    );
    assert!(synced["reason"].is_null());
    assert_eq!(synced["placed_at"], "2026-07-01T09:00:00Z", "12:00 in Kyiv");
    let held = world.json(&["order", "list", "--store", "My shop", "--state", "held"]).await;
    assert_eq!(held.as_array().unwrap().len(), 1);
    assert_eq!(held[0]["reason"]["text"], "several products have the article USB-1");
    assert_eq!(held[0]["work_order_id"], Value::Null);
    assert_eq!(world.json(&["order", "list", "--state", "gone"]).await, json!([]));
    assert!(world.ok(&["order", "list"]).await.contains("700001"));
    let review = world.json(&["order", "list", "--review"]).await;
    assert_eq!(
        (review.as_array().unwrap().len(), &review[0]["number"], &review[0]["review"]["text"]),
        (1, &json!(1000), &json!("look"))
    );
    assert!(world.ok(&["order", "list", "--review"]).await.contains("look"));
    assert!(!world.run(&["order", "list", "--state", "nonsense"]).await.success);
    assert!(world.refused(&["order", "list", "--store", "nobody"]).await.contains("there is no store"));
}

#[tokio::test]
async fn an_order_shows_its_lines_its_person_and_what_happened() {
    let world = World::with_store().await;
    let order = save(&world, 1000, &raw(1000), OrderState::Synced, "").await;
    work_on(&world, order, 1000).await;
    let shown = world.json(&["order", "show", "My shop", "1000"]).await;
    assert_eq!(
        shown["lines"],
        json!([
            {"title": "Кабель", "article": "USB-1", "quantity": "2", "price": "100", "discount": "6.33", "item_id": 78, "product_id": 90},
            {"title": "Mouse", "article": "M-2", "quantity": "1", "price": "100", "discount": null, "item_id": null, "product_id": null},
        ])
    );
    let person = json!({
        "id": 300_001,
        "reason": {"code": "matched-phone-alone", "values": {}, "text": "phone alone"},
        "review": {"code": "text", "values": {"text": "look"}, "text": "look"},
    });
    assert_eq!(shown["person"], person);
    let closed = json!({"code": "work-order-closed", "values": {}, "text": "the work order is closed"});
    assert_eq!(shown["pending_change"], closed);
    let values = json!({"store": "a", "roapp": "b"});
    let conflict = json!({"part": "title", "what": "title", "store": "a", "roapp": "b", "values": values});
    assert_eq!(shown["conflicts"], json!([conflict]));
    let closed = &shown["history"][0];
    assert_eq!((&closed["code"], &closed["text"]), (&json!("closed"), &json!("closed in RO App")));
    assert!(is_moment(&shown["history"][0]["at"]));
    let text = world.ok(&["order", "show", "main/My shop", "1000"]).await;
    assert!(text.contains("Кабель") && text.contains("phone alone"), "{text}");
    assert!(world.refused(&["order", "show", "My shop", "5"]).await.contains("no order 5 of the store \"My shop\""));
}

#[tokio::test]
async fn an_order_that_cannot_be_read_shows_why_and_what_the_store_sent() {
    let world = World::with_store().await;
    let raw = json!({"order_id": 1002, "products": "a text"});
    save(&world, 1002, &raw, OrderState::Unreadable, "total_sum: expected a number, found nothing").await;
    let shown = world.json(&["order", "show", "My shop", "1002"]).await;
    assert_eq!((&shown["state"], &shown["raw"], &shown["lines"]), (&json!("unreadable"), &raw, &json!([])));
    assert!(shown["decode_error"].as_str().unwrap().contains("total_sum"), "{shown}");
    assert!(shown["person"].is_null());
    assert!(world.ok(&["order", "show", "My shop", "1002"]).await.contains("a text"));
}

#[tokio::test]
async fn conflicts_of_a_newer_release_are_listed_as_they_lie_there() {
    let world = World::with_store().await;
    save(&world, 1000, &raw(1000), OrderState::Synced, "").await;
    let newer = json!([{"part": "tax", "store": "a", "roapp": "b"}]);
    let statement = "UPDATE store_order SET conflicts = $1";
    sqlx::query(statement).bind(&newer).execute(world.database.pool()).await.unwrap();
    let list = world.json(&["order", "list", "--conflicts"]).await;
    assert_eq!((&list[0]["unread_conflicts"], &list[0]["conflicts"]), (&newer, &json!([])));
    let told = world.ok(&["order", "list", "--conflicts"]).await;
    assert!(told.contains("conflicts that this release cannot read") && told.contains("tax"), "{told}");
    let refused = world.refused(&["order", "show", "My shop", "1000"]).await;
    assert!(refused.contains("store_order.conflicts"), "{refused}");
}
