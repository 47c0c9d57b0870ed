//! Lists of the shop: statuses, delivery, payment, currency, users (contract cartum 5, 8, 9).

use serde_json::{Map, Value, json};

use super::{
    orders_get::{count, empty, truthy},
    quirks::CartumQuirks,
    reply::Reply,
    wire::Object,
};
use crate::sandbox::seed::{
    self, ShopData,
    shelf::{DeliveryKind, Titles},
};

/// `orders/get_available_statuses`: an object keyed by the id.
pub(super) fn statuses(shop: &ShopData, quirks: &CartumQuirks) -> Reply {
    if quirks.no_status_list {
        return Reply::undefined();
    }
    let bare = Titles::new();
    let entries: Map<String, Value> = shop
        .statuses
        .values()
        .map(|status| {
            let custom = !matches!(status.id, 1 | 2 | 3 | 4 | 6);
            let titles = if quirks.untitled && custom { &bare } else { &status.titles };
            let entry = Object::new(quirks)
                .put("id", status.id)
                .titles("title", titles)
                .flag("is_successful", status.successful)
                .done();
            (status.id.to_string(), entry)
        })
        .collect();
    if quirks.statuses_as_array {
        return Reply::ok(&json!({ "statuses": entries.into_iter().map(|(_, entry)| entry).collect::<Vec<_>>() }));
    }
    Reply::ok(&Object::new(quirks).object("statuses", entries).done())
}

/// `delivery/export`.
pub(super) fn delivery(shop: &ShopData, quirks: &CartumQuirks) -> Reply {
    let bare = Titles::new();
    let payments: Vec<i64> = shop.payments.iter().map(|payment| payment.id).collect();
    let rows: Vec<Value> = shop
        .deliveries
        .iter()
        .map(|way| {
            let by_carrier = matches!(way.kind, DeliveryKind::Branch | DeliveryKind::Post);
            Object::new(quirks)
                .put("id", way.id)
                .titles("title", if quirks.untitled { &bare } else { &way.titles })
                .put("type", 1)
                .truth("by_carrier", by_carrier)
                .flag("enabled", true)
                .put("payment", payments.clone())
                .put("price_options", json!([]))
                .done()
        })
        .collect();
    Reply::ok(&json!({ "delivery": rows }))
}

/// `payment/export`.
pub(super) fn payment(shop: &ShopData, quirks: &CartumQuirks) -> Reply {
    let rows: Vec<Value> = shop
        .payments
        .iter()
        .map(|way| {
            Object::new(quirks)
                .put("id", way.id)
                .titles("title", &way.titles)
                .object("desc", Map::new())
                .text("payment_method", "")
                .flag("enabled", true)
                .text("icon", "")
                .text("link", "")
                .done()
        })
        .collect();
    Reply::ok(&json!({ "payment": rows }))
}

/// `currency/export`: only the shop's own currency is enabled; `iso` has an effect only with `enabledOnly: false`.
pub(super) fn currency(shop: &ShopData, body: &Map<String, Value>) -> Reply {
    let enabled_only = body.get("enabledOnly").is_none_or(truthy);
    let mut isos = vec![shop.currency.as_str()];
    isos.extend(["USD", "EUR", "UAH"].into_iter().filter(|iso| *iso != shop.currency));
    let rows: Vec<Value> = isos
        .iter()
        .enumerate()
        .filter(|(place, iso)| {
            let id = place + 1;
            let by_id = named(body.get("id"), |value| value.as_u64() == u64::try_from(id).ok());
            let by_iso = named(body.get("iso"), |value| value.as_str() == Some(**iso));
            by_id && if enabled_only { *place == 0 } else { by_iso }
        })
        .map(|(place, iso)| json!({ "id": place + 1, "iso": iso, "title": iso, "exchangeRates": [] }))
        .collect();
    if rows.is_empty() { Reply::word("EMPTY", &json!([])) } else { Reply::ok(&json!({ "currency": rows })) }
}

/// Whether a filter (one value or a list) is missing or contains a value for which `is` is true.
fn named(filter: Option<&Value>, is: impl Fn(&Value) -> bool) -> bool {
    match filter {
        None => true,
        Some(Value::Array(values)) => values.iter().any(is),
        Some(value) => is(value),
    }
}

/// `users/export`: registered buyers only; the day of the first order serves as the day of registration.
pub(super) fn users(shop: &ShopData, body: &Map<String, Value>, quirks: &CartumQuirks) -> Reply {
    let (limit, offset) = match (count(body, "limit"), count(body, "offset")) {
        (Ok(limit), Ok(offset)) => (limit, offset),
        (Err(name), _) | (_, Err(name)) => return Reply::error(&format!("{name} is defined incorrectly")),
    };
    let offset = limit.and(offset).unwrap_or(0);
    let rows: Vec<Value> = shop
        .buyers()
        .iter()
        .filter(|buyer| buyer.registered)
        .skip(offset)
        .take(limit.unwrap_or(usize::MAX))
        .map(|buyer| {
            let first = shop.orders.values().find(|order| order.buyer.number == buyer.number);
            Object::new(quirks)
                .put("id", seed::user_id(buyer))
                .text("title", &format!("{} {}", buyer.first_name, buyer.last_name))
                .text("email", buyer.email.as_deref().unwrap_or_default())
                .text("phone", buyer.phone.as_deref().unwrap_or_default())
                .text("city", first.map_or("", |order| &order.city))
                .text("address", first.map_or("", |order| &order.address))
                .text("registered", &first.map_or_else(String::new, |order| order.placed_at.to_string()))
                .done()
        })
        .collect();
    if rows.is_empty() { empty(quirks) } else { Reply::ok(&json!({ "users": rows })) }
}
