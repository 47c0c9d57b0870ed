//! An order as JSON (contract cartum 4.4 to 4.8).

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::{quirks::CartumQuirks, wire::Object};
use crate::sandbox::seed::{Line, ShopOrder};

/// One order of `orders/get`.
pub(super) fn order(order: &ShopOrder, quirks: &CartumQuirks, broken: bool, additional_data: bool) -> Value {
    let object = Object::new(quirks).put("order_id", order.id).put("user", order.user);
    let object = buyer(object, order);
    let object = ways(object, order, quirks);
    let object = totals(object, order, quirks);
    let object = object
        .put("stat_status", order.status)
        .put("stat_created", order.placed_at.format("%Y-%m-%d %H:%M:%S").to_string())
        .put("currency", order.currency.as_str())
        .truth("order_without_callback", order.no_callback)
        .put("manager_id", order.manager_id)
        .text("manager_comment", &order.manager_comment)
        .amount("manager_discount", order.discounts.manager_value)
        .text("manager_discount_title", &order.discounts.manager_title)
        .object("additional_data", extras(order, additional_data))
        .object("delivery_data", carrier(order))
        .put("analytics", analytics(order));
    let lines: Vec<Value> = order.lines.iter().map(|one| line(one, quirks)).collect();
    if broken { object.put("products", "a:0:{}") } else { object.put("products", lines) }.done()
}

fn buyer<'a>(object: Object<'a>, order: &ShopOrder) -> Object<'a> {
    object
        .text("delivery_name", &order.name)
        .text("delivery_email", &order.email)
        .text("delivery_phone", &order.phone)
        .text("delivery_city", &order.city)
        .text("delivery_city_stable", &order.city)
        .text("delivery_address", &order.address)
        .text("comment", &order.comment)
}

fn ways<'a>(object: Object<'a>, order: &ShopOrder, quirks: &'a CartumQuirks) -> Object<'a> {
    let way = |(id, title): &(i64, String)| Object::new(quirks).put("id", *id).text("title", title).done();
    object
        .put("delivery_type", way(&order.delivery))
        .amount("delivery_price", order.delivery_price)
        .put("payment_type", way(&order.payment))
        .amount("payment_price", order.payment_price)
        .flag("payed", order.paid)
}

fn totals<'a>(object: Object<'a>, order: &ShopOrder, quirks: &CartumQuirks) -> Object<'a> {
    let sets_counted = quirks.sets_counted;
    let extras = if quirks.extras_in_totals { order.extras() } else { Decimal::ZERO };
    let discounts = &order.discounts;
    let by_value = !discounts.coupon_code.is_empty() && discounts.coupon_percent.is_zero();
    object
        .amount("total_default", order.total_default(sets_counted) + extras)
        .amount("total_sum", order.total_sum(sets_counted) + extras)
        .amount("total_quantity", order.total_quantity(sets_counted))
        .amount("discount_percent", discounts.order_percent)
        .amount("discount_value", discounts.order_value)
        .text("coupon_code", &discounts.coupon_code)
        .amount("coupon_percent", discounts.coupon_percent)
        .amount("coupon_discount_value", discounts.coupon_value)
        .put("coupon_type", i32::from(by_value))
}

/// `additionalData` only adds the branch (contract cartum 4.7).
fn extras(order: &ShopOrder, asked: bool) -> Map<String, Value> {
    order
        .warehouse_ref
        .iter()
        .filter(|_| asked)
        .map(|branch| ("recipient_warehouse_ref".into(), json!(branch)))
        .collect()
}

/// The data of the carrier. Other methods of delivery have none, unless somebody made a waybill by hand.
fn carrier(order: &ShopOrder) -> Map<String, Value> {
    const KEYS: [&str; 9] = [
        "deliveryOperatorType",
        "tnNumber",
        "tnId",
        "tnStatusName",
        "tnTrackingUpdateDate",
        "estimatedDeliveryDate",
        "ownTTNPicked",
        "departure",
        "destination",
    ];
    if !order.by_carrier && order.tracking_number.is_none() {
        return Map::new();
    }
    let mut data: Map<String, Value> = KEYS.iter().map(|key| (String::from(*key), Value::Null)).collect();
    if let Some(number) = &order.tracking_number {
        data.insert("tnNumber".into(), json!(number));
    }
    data
}

/// `utm_campaign` can be a number beyond 32 bits (contract cartum 4.8).
fn analytics(order: &ShopOrder) -> Value {
    let campaign = order.campaign.parse::<u64>().map_or_else(|_| json!(order.campaign), Value::from);
    json!({
        "utm_source": order.source.0,
        "utm_medium": order.source.1,
        "utm_campaign": campaign,
        "utm_term": "",
        "utm_content": "",
        "google_client_id": "",
    })
}

fn line(line: &Line, quirks: &CartumQuirks) -> Value {
    let object = Object::new(quirks)
        .text("title", &line.title)
        .text("article", &line.article)
        .amount("price", line.price)
        .amount("quantity", line.quantity)
        .amount("total_price", line.total())
        .put("discount_marker", if line.marked_down { "PRICE_OLD" } else { "NONE" })
        .put("type", line.kind.word());
    if quirks.no_storage_ids {
        return object.done();
    }
    object.put("storage_id", line.storage_id).put("parent_storage_id", line.parent).done()
}
