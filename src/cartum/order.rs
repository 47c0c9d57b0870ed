//! Decodes one order (contract cartum 4.4 to 4.9) from any form that the contract tolerates.
//!
//! Required are `order_id`, `stat_created`, `stat_status`, `products`, `total_sum`, and a price for each line. Of the other
//! fields, a text that is not a text counts as empty, but an amount or flag that is present and cannot be read fails the order:
//! a person should look at it rather than get a wrong work order.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde_json::Value;

use super::{
    error::DecodeError,
    fields::{date, decimal, entries, flag, get, id, kind, only_text, required, text, title, word},
};
use crate::{
    domain::{
        ids::{OrderNumber, StoreStatusId},
        order::{Buyer, Delivery, Line, LineKey, LineKind, Payment, StoreOrder},
    },
    json::{self, Fault},
};

/// Reads an order from its raw JSON, fresh from the store or from a saved version. `zone` is the store's.
///
/// # Errors
/// Names the first field that cannot be read, and the type of its value.
pub fn decode_order(raw: &Value, zone: Tz) -> Result<StoreOrder, DecodeError> {
    // A row that was not JSON is saved as a text.
    if let Value::String(text) = raw
        && let Err(fault) = json::read(text.as_bytes())
    {
        return Err(no_json(fault));
    }
    let total_sum = required(decimal(raw, "total_sum")?, "total_sum", "a number")?;
    Ok(StoreOrder {
        number: number(raw)?,
        placed_at: placed_at(raw, zone)?,
        status: StoreStatusId::new(required(id(raw, "stat_status")?, "stat_status", "an id")?),
        currency: word(raw, "currency").to_uppercase(),
        buyer: Buyer {
            name: word(raw, "delivery_name"),
            phone: word(raw, "delivery_phone"),
            email: word(raw, "delivery_email"),
        },
        lines: lines(raw)?,
        total_default: decimal(raw, "total_default")?.unwrap_or(total_sum),
        total_sum,
        coupon: word(raw, "coupon_code"),
        manager_discount_title: title(raw, "manager_discount_title"),
        delivery: delivery(raw)?,
        payment: Payment {
            method: method(raw, "payment_type"),
            surcharge: decimal(raw, "payment_price")?.unwrap_or_default(),
            paid: flag(raw, "payed")?,
        },
        comment: text(raw, "comment"),
        manager_comment: text(raw, "manager_comment"),
        no_callback: flag(raw, "order_without_callback")?,
    })
}

/// The order's number, a positive integer.
pub(super) fn number(raw: &Value) -> Result<OrderNumber, DecodeError> {
    let number = required(id(raw, "order_id")?, "order_id", "an order number")?;
    if number < 1 {
        return Err(DecodeError::new("order_id", "an order number", "zero or less"));
    }
    Ok(OrderNumber::new(number))
}

/// When the order was placed, in the store's zone.
pub(super) fn placed_at(raw: &Value, zone: Tz) -> Result<NaiveDateTime, DecodeError> {
    required(date(raw, "stat_created", zone)?, "stat_created", "a date")
}

/// The error for a row that is not JSON, or has more JSON than any order.
pub(super) fn no_json(fault: Fault) -> DecodeError {
    DecodeError::new(format!("byte {}", fault.at), "an order", fault.what)
}

/// The first order number in a row that cannot be read, and whether the row shows several, so that it may be more than one
/// order.
pub(super) fn number_in(text: &[u8]) -> (Option<OrderNumber>, bool) {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = find(rest, b"\"order_id\"") {
        rest = rest[at + b"\"order_id\"".len()..].trim_ascii_start();
        let value = rest.strip_prefix(b":").unwrap_or_default().trim_ascii_start();
        let value = value.strip_prefix(b"\"").unwrap_or(value);
        let digits = value.iter().take_while(|byte| byte.is_ascii_digit()).take(20).count();
        let number = str::from_utf8(&value[..digits]).ok().and_then(|digits| digits.parse().ok());
        found.extend(number.filter(|number: &i64| *number > 0 && !found.contains(number)));
        if found.len() > 1 {
            break;
        }
    }
    (found.first().copied().map(OrderNumber::new), found.len() > 1)
}

fn find(text: &[u8], sought: &[u8]) -> Option<usize> {
    text.windows(sought.len()).position(|window| window == sought)
}

/// The order's status, if it can be read.
pub(super) fn status(raw: &Value) -> Option<StoreStatusId> {
    id(raw, "stat_status").ok().flatten().map(StoreStatusId::new)
}

fn delivery(raw: &Value) -> Result<Delivery, DecodeError> {
    let by_carrier = get(raw, "delivery_city").is_some();
    Ok(Delivery {
        method: method(raw, "delivery_type"),
        // The store writes -1 for "no price"; no price is below zero.
        price: decimal(raw, "delivery_price")?.filter(|price| *price >= Decimal::ZERO),
        recipient: word(raw, "delivery_name"),
        city: word(raw, if by_carrier { "delivery_city" } else { "delivery_city_stable" }),
        address: one_line(&text(raw, "delivery_address")),
        tracking: tracking(raw),
    })
}

/// The title of a delivery or payment method: `{"id", "title"}`, or a plain text.
fn method(raw: &Value, key: &str) -> String {
    match get(raw, key) {
        Some(object @ Value::Object(_)) => title(object, "title"),
        _ => title(raw, key),
    }
}

/// Joins lines into one, and the parts that some carriers separate by `@`.
fn one_line(address: &str) -> String {
    let parts = address.split(['@', '\n', '\r']).map(str::trim).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(", ")
}

/// The carrier's number: `tnNumber`, else `np_number`, if it is a text.
fn tracking(raw: &Value) -> String {
    let places = [("delivery_data", "tnNumber"), ("additional_data", "tnNumber"), ("additional_data", "np_number")];
    places
        .iter()
        .find_map(|(object, key)| only_text(get(raw, object)?, key))
        .or_else(|| only_text(raw, "np_number"))
        .unwrap_or_default()
}

fn lines(raw: &Value) -> Result<Vec<Line>, DecodeError> {
    let products = required(raw.get("products").filter(|value| !value.is_null()), "products", "a list")?;
    let products = entries(products).ok_or_else(|| DecodeError::new("products", "a list", kind(products)))?;
    let mut storage_ids = HashMap::<i64, u32>::new();
    for (_, product) in &products {
        if let Some(storage) = storage_id(product) {
            *storage_ids.entry(storage).or_default() += 1;
        }
    }
    let mut ordinals = HashMap::<String, u32>::new();
    let mut lines = Vec::with_capacity(products.len());
    for (at, product) in products {
        let mut line = line(product).map_err(|error| error.within(&at).within("products"))?;
        // Uses the article as sent: a line's key must not change, even if the article is cleaned differently one day.
        let same = crate::domain::text::key(&format!("{}|{}", raw_article(product), line.title));
        let ordinal = ordinals.entry(same.clone()).or_default();
        *ordinal += 1;
        line.key = match storage_id(product).filter(|storage| storage_ids.get(storage) == Some(&1)) {
            Some(storage) => LineKey(format!("s{storage}")),
            None => LineKey::ordinal(&same, *ordinal),
        };
        lines.push(line);
    }
    Ok(lines)
}

fn raw_article(product: &Value) -> String {
    match get(product, "article") {
        Some(Value::String(article)) => article.trim().to_owned(),
        _ => word(product, "article"),
    }
}

/// The id of the cart line; zero means none.
fn storage_id(product: &Value) -> Option<i64> {
    id(product, "storage_id").ok().flatten().filter(|id| *id > 0)
}

/// One line, its key still empty. A missing quantity is 1 (a line exists, so something was bought); a missing price is the
/// line's total divided by its quantity.
fn line(product: &Value) -> Result<Line, DecodeError> {
    let quantity = decimal(product, "quantity")?.unwrap_or(Decimal::ONE);
    let total = decimal(product, "total_price")?;
    let price = match decimal(product, "price")? {
        Some(price) => Some(price),
        None => total.and_then(|total| total.checked_div(quantity)).map(|price| price.normalize()),
    };
    Ok(Line {
        key: LineKey(String::new()),
        article: word(product, "article"),
        title: title(product, "title"),
        quantity,
        price: required(price, "price", "a number")?,
        total,
        kind: line_kind(&text(product, "type")),
    })
}

fn line_kind(word: &str) -> LineKind {
    match word.to_ascii_lowercase().as_str() {
        "gift" => LineKind::Gift,
        "gift_parent" => LineKind::GiftParent,
        "set_main" => LineKind::SetMain,
        "set_item" => LineKind::SetItem,
        _ => LineKind::Product,
    }
}
