//! `orders/update`: sets the status, paid flag and tracking codes, nothing else (contract cartum 6).

use serde_json::{Map, Value, json};

use super::{quirks::CartumQuirks, reply::Reply};
use crate::sandbox::seed::ShopData;

/// Changes the orders; answers with a log that has one entry for each item.
pub(super) fn answer(shop: &mut ShopData, body: &Map<String, Value>, quirks: &CartumQuirks) -> Reply {
    let Some(items) = body.get("orders").and_then(Value::as_array).filter(|items| !items.is_empty()) else {
        return Reply::error("orders is not defined or defined incorrectly");
    };
    let is_locked = |item: &Value| item.get("status").and_then(Value::as_i64) == quirks.locked_status;
    if quirks.locked_status.is_some() && items.iter().any(is_locked) {
        return Reply::word("LOCKED", &json!({ "message": "the status is locked" }));
    }
    let outcomes: Vec<(Option<i64>, Result<(), &str>)> =
        items.iter().map(|item| (item.get("order_id").and_then(Value::as_i64), update(shop, item, quirks))).collect();
    let word = if outcomes.iter().all(|(_, outcome)| outcome.is_ok()) { "OK" } else { "WARNING" };
    let mut log: Vec<Value> =
        outcomes.iter().map(|(id, outcome)| entry(*id, *outcome, quirks.log_names_orders)).collect();
    if quirks.log_names_orders {
        log.reverse();
    }
    Reply::word(word, &json!({ "log": log }))
}

/// An entry of the log. The sample has neither the order nor a singular key; the prose has both.
fn entry(id: Option<i64>, outcome: Result<(), &str>, named: bool) -> Value {
    let (word, message) = match outcome {
        Ok(()) => ("OK", "UPDATED"),
        Err(message) => ("ERROR", message),
    };
    if named {
        json!({ "order_id": id, "status": word, "message": message })
    } else {
        json!({ "status": word, "messages": message })
    }
}

/// Applies one item completely or not at all.
fn update(shop: &mut ShopData, item: &Value, quirks: &CartumQuirks) -> Result<(), &'static str> {
    let id = item.get("order_id").and_then(Value::as_i64).ok_or("order_id is not defined or defined incorrectly")?;
    if !shop.orders.contains_key(&id) {
        return Err("order not found");
    }
    let status = match item.get("status") {
        None => None,
        Some(status) => Some(known_status(shop, status)?),
    };
    let paid = match item.get("payed") {
        None => None,
        Some(flag) => {
            Some(flag.as_i64().filter(|flag| (0..=1).contains(flag)).ok_or("payed is defined incorrectly")? == 1)
        }
    };
    let code = ["own_tracking_code", "tracking_code"].iter().find_map(|key| item.get(*key)?.as_str());
    let Some(order) = shop.orders.get_mut(&id) else { return Err("order not found") };
    if quirks.updates_ignored {
        return Ok(());
    }
    order.status = status.unwrap_or(order.status);
    order.paid = paid.unwrap_or(order.paid);
    if let Some(code) = code {
        order.tracking_number = Some(code.into());
    }
    Ok(())
}

fn known_status(shop: &ShopData, status: &Value) -> Result<i64, &'static str> {
    let known = status.as_i64().filter(|id| shop.statuses.contains_key(id));
    known.ok_or("status is not defined or defined incorrectly")
}
