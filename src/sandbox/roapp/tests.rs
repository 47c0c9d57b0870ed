//! The sandbox driven over its socket, by the simplest possible client.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

mod behaviour;
mod calls;
mod quirks;
mod refusals;

use rust_decimal::Decimal;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::*;

/// An answer as received.
#[derive(Debug)]
struct Got {
    status: u16,
    head: String,
    body: String,
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// The rows, from any envelope.
    fn rows(&self) -> Vec<Value> {
        let body = self.json();
        body.get("data").unwrap_or(&body).as_array().unwrap().clone()
    }

    /// The ids of the rows.
    fn ids(&self) -> Vec<i64> {
        self.rows().iter().map(|row| row["id"].as_i64().unwrap()).collect()
    }

    /// The id in the answer to a create.
    fn id(&self) -> i64 {
        assert!((200..300).contains(&self.status), "{self:?}");
        self.json()["id"].as_i64().unwrap()
    }
}

/// Sends one request on a connection of its own; `None` = no answer came.
async fn send(app: &RoApp, key: &str, method: &str, path: &str, body: Option<&Value>) -> Option<Got> {
    let host = app.server.addr;
    let body = body.map(Value::to_string).unwrap_or_default();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len(),
    );
    let mut wire = TcpStream::connect(host).await.unwrap();
    wire.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    wire.read_to_string(&mut answer).await.ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Got { status, head: head.to_lowercase(), body: body.to_owned() })
}

async fn call(app: &RoApp, method: &str, path: &str, body: Value) -> Got {
    send(app, "sandbox-key", method, path, Some(&body)).await.unwrap()
}

async fn get(app: &RoApp, path: &str) -> Got {
    send(app, "sandbox-key", "GET", path, None).await.unwrap()
}

/// One person (300001), two products (900001, 900002), a very high limit, no lag.
fn options() -> RoAppOptions {
    let person = SeedPerson {
        first_name: "Інна".into(),
        last_name: "Вигадько".into(),
        phones: vec!["0555555555".into()],
        email: "inna@example.com".into(),
    };
    let product = |title: &str, article: &str, code: &str, barcode: &str| SeedProduct {
        title: title.into(),
        article: article.into(),
        code: code.into(),
        barcodes: vec![barcode.into()],
        category_id: 5,
        cost: Decimal::new(54, 0),
    };
    RoAppOptions {
        rate_per_second: 100_000,
        list_lag: Duration::ZERO,
        seed: RoAppSeed {
            people: vec![person],
            products: vec![
                product("Keyboard", "KB-1", "7", "0012345678905"),
                product("Клавіатура", "KB-10", "7", "4006381333931"),
            ],
        },
        ..RoAppOptions::default()
    }
}

async fn start() -> RoApp {
    RoApp::start(options()).await.unwrap()
}

async fn start_with(quirks: RoAppQuirks) -> RoApp {
    RoApp::start(RoAppOptions { quirks, ..options() }).await.unwrap()
}

const PERSON: i64 = 300_001;
const PRODUCT: i64 = 900_001;

fn order(marker: &str) -> Value {
    json!({
        "branch_id": 11, "order_type_id": 71, "client_id": PERSON, "manager_id": 21, "ad_campaign_id": 31,
        "malfunction": "Order 1042", "manager_notes": marker, "estimated_price": "1499.00",
        "due_date": "2026-03-05T09:00:00Z", "urgent": false, "custom_fields": {"f601": "1042"},
    })
}

fn item(quantity: f64, price: f64, discount: f64) -> Value {
    json!({
        "entity_id": PRODUCT, "assignee_id": 21, "quantity": quantity, "price": price, "cost": 54,
        "discount": {"type": "value", "percentage": 0, "amount": discount, "sponsor": "staff"},
        "warranty": {"period": "0", "periodUnits": "days"}, "tax_ids": [], "comment": "",
    })
}

async fn add_order(app: &RoApp) -> i64 {
    call(app, "POST", "/v2/orders", order("[cartum:shop.example/1042]")).await.id()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}
