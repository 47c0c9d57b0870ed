//! Products in both dialects (contract roapp 7).

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::{
    answer::{Answer, Refusal, Reply, number},
    ask::{Ask, PAGE, Param, Place, Want, decimal},
    check::{Field, Kind, may, must},
    data::Product,
    quirks::RoAppQuirks,
    reference, views,
};

pub(super) const CATALOG: &[Param] = &[
    PAGE,
    ("q", Want::Text),
    ("barcode", Want::Text),
    ("category_ids", Want::Int),
    ("sort", Want::Word(&["title", "-title"])),
];

pub(super) const LIST: &[Param] = &[
    PAGE,
    ("ids[]", Want::Ints),
    ("categories[]", Want::Ints),
    ("title", Want::Text),
    ("articles[]", Want::Texts),
    ("barcodes[]", Want::Texts),
    ("q", Want::Text),
];

pub(super) const CREATE: &[Field] = &[
    must("category_id", Kind::Int),
    must("title", Kind::Name),
    may("description", Kind::Text),
    may("code", Kind::Int),
    may("article", Kind::Name),
    may("uom_id", Kind::Int),
    may("warranty", Kind::Flag),
    may("warranty_period", Kind::Text),
    may("barcodes", Kind::List(&Kind::IntOrText)),
    may("prices", Kind::Prices),
    may("custom_fields", Kind::CustomFields(&[])),
    may("is_serial", Kind::Flag),
];

/// All fields except `is_serial`.
pub(super) const CHANGE: &[Field] = CREATE.split_at(CREATE.len() - 1).0;

/// `GET /v2/catalog/products`.
pub(super) fn catalog(ask: &mut Ask<'_>) -> Answer {
    let query = &ask.query;
    let mut rows = listed(ask, |product| {
        is_found(query.text("q"), product)
            && query.wants_text("barcode", product.barcodes.iter().map(String::as_str))
            && query.wants_id("category_ids", Some(product.category_id))
    });
    query.sort(&mut rows, |_, a, b| a.title.cmp(&b.title));
    ask.list(Place::V2, &rows, |product| catalog_view(product, ask.quirks))
}

/// `GET /v2/catalog/products/{id}`.
pub(super) fn catalog_get(ask: &mut Ask<'_>) -> Answer {
    let product = ask.data.products.get(&ask.id()).ok_or_else(Refusal::missing)?;
    Ok(Reply::json(200, &catalog_view(product, ask.quirks)))
}

/// `GET /products/`.
pub(super) fn list(ask: &mut Ask<'_>) -> Answer {
    let query = &ask.query;
    let rows = listed(ask, |product| {
        is_found(query.text("q"), product)
            && query.wants_id("ids[]", Some(product.id))
            && query.wants_id("categories[]", Some(product.category_id))
            && query.wants_text("title", std::iter::once(product.title.as_str()))
            && query.wants_text("articles[]", std::iter::once(product.article.as_str()))
            && query.wants_text("barcodes[]", product.barcodes.iter().map(String::as_str))
    });
    ask.list(Place::Products, &rows, |product| view(product, ask.quirks))
}

/// `GET /products/{id}`.
pub(super) fn get(ask: &mut Ask<'_>) -> Answer {
    let product = ask.data.products.get(&ask.id()).ok_or_else(Refusal::missing)?;
    Ok(Reply::json(200, &view(product, ask.quirks)))
}

/// `POST /products/`.
pub(super) fn create(ask: &mut Ask<'_>) -> Answer {
    check(ask)?;
    let mut product = Product { made_by_api: true, uom_id: 1, ..Product::default() };
    apply(ask, &mut product);
    let id = ask.data.add_product(product, ask.now);
    Ok(ask.quirks.created(id, 200))
}

/// `PUT /products/{id}`.
pub(super) fn change(ask: &mut Ask<'_>) -> Answer {
    let mut product = ask.data.products.get(&ask.id()).cloned().ok_or_else(Refusal::missing)?;
    check(ask)?;
    apply(ask, &mut product);
    ask.data.products.insert(product.id, product);
    Ok(ask.quirks.changed(ask.id()))
}

fn listed<'a>(ask: &'a Ask<'_>, is_wanted: impl Fn(&Product) -> bool) -> Vec<&'a Product> {
    let deleted = ask.data.deleted_products.values().filter(|_| ask.quirks.deleted_listed);
    let mut rows: Vec<&Product> =
        ask.data.products.values().chain(deleted).filter(|product| is_wanted(product)).collect();
    rows.sort_by_key(|product| product.id);
    rows
}

/// Whether `q` is part of the title, article, code or a barcode, ignoring case.
fn is_found(q: Option<&str>, product: &Product) -> bool {
    let Some(q) = q.map(str::to_lowercase) else { return true };
    [&product.title, &product.article, &product.code]
        .into_iter()
        .chain(&product.barcodes)
        .any(|text| text.to_lowercase().contains(&q))
}

fn check(ask: &Ask<'_>) -> Result<(), Refusal> {
    if ask.int("category_id").and_then(reference::category).is_none() {
        return Err(Refusal::field("category_id", "no such category"));
    }
    if ask.text("title").is_none_or(|title| title.trim().is_empty()) {
        return Err(Refusal::field("title", "required"));
    }
    if ask.data.rules.refused_articles.contains(&ask.text("article").unwrap_or_default()) {
        return Err(Refusal::field("article", "is not allowed"));
    }
    if ask.int("uom_id").is_some_and(|id| reference::UOMS.iter().all(|(known, ..)| *known != id)) {
        return Err(Refusal::field("uom_id", "no such unit"));
    }
    Ok(())
}

/// Copies the body's values into the product. `warranty` and `warranty_period` are accepted but not stored: answers show them
/// in another type, so the contract gives no way to read them back.
fn apply(ask: &Ask<'_>, product: &mut Product) {
    let set_text = |target: &mut String, name| {
        if let Some(text) = ask.text(name) {
            *target = text;
        }
    };
    set_text(&mut product.title, "title");
    set_text(&mut product.article, "article");
    set_text(&mut product.description, "description");
    product.category_id = ask.int("category_id").unwrap_or(product.category_id);
    product.uom_id = ask.int("uom_id").unwrap_or(product.uom_id);
    product.is_serial = ask.flag("is_serial").unwrap_or(product.is_serial);
    if let Some(code) = ask.int("code") {
        product.code = code.to_string();
    }
    if let Some(barcodes) = ask.body.get("barcodes").and_then(Value::as_array) {
        product.barcodes = barcodes.iter().map(barcode).collect();
    }
    if let Some(prices) = ask.body.get("prices").and_then(Value::as_object) {
        product.prices = prices.iter().filter_map(|(id, price)| Some((id.parse().ok()?, decimal(price)?))).collect();
    }
}

fn barcode(sent: &Value) -> String {
    sent.as_str().map_or_else(|| sent.to_string(), str::to_owned)
}

/// The price in every price list; 0 if none was set.
fn prices(set: &BTreeMap<i64, Decimal>) -> impl Iterator<Item = (i64, Decimal)> {
    reference::MARGINS.iter().map(|list| (list.id, set.get(&list.id).copied().unwrap_or_default()))
}

fn catalog_view(product: &Product, quirks: &RoAppQuirks) -> Value {
    let prices: Vec<Value> = prices(&product.prices)
        .map(|(id, price)| json!({"id": quirks.id(id), "price": quirks.money(price, 2)}))
        .collect();
    json!({
        "id": quirks.id(product.id),
        "category_id": quirks.id(product.category_id),
        "title": product.title,
        "description": product.description,
        "code": product.code,
        "sku": product.article,
        "cost": quirks.money(product.cost, 5),
        "barcodes": product.barcodes,
        "prices": prices,
    })
}

fn view(product: &Product, quirks: &RoAppQuirks) -> Value {
    let barcode = |(at, code): (usize, &String)| json!({"id": at + 1, "code": code, "type": if code.len() == 13 { "ean13" } else { "code128" }});
    let barcodes: Vec<Value> = product.barcodes.iter().enumerate().map(barcode).collect();
    let prices: Map<String, Value> =
        prices(&product.prices).map(|(id, price)| (id.to_string(), number(price))).collect();
    json!({
        "id": quirks.id(product.id),
        "code": product.code,
        "title": product.title,
        "is_serial": product.is_serial,
        "article": product.article,
        "description": product.description,
        "is_enable_expiration_tracking": false,
        "barcodes": barcodes,
        "category": category(product.category_id, quirks),
        "images": [],
        "uom": views::uom(product.uom_id, quirks),
        "warranty": 0,
        "warranty_period": 0,
        "custom_fields": {},
        "prices": prices,
        "sernum_codes": [],
    })
}

/// A category inside a product; without `parent_id` if it is at the top.
fn category(id: i64, quirks: &RoAppQuirks) -> Value {
    let Some(category) = reference::category(id) else { return Value::Null };
    let mut view = json!({"id": quirks.id(id), "title": category.title});
    if let Some(parent) = category.parent_id {
        view["parent_id"] = quirks.id(parent);
    }
    view
}
