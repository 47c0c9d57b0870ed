//! One order in every form that the contract knows or tolerates.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::support::{fixture, order};
use crate::{
    cartum::decode_order,
    domain::order::{LineKind, StoreOrder},
};

/// The contract's complete order with some fields replaced.
fn with(changes: &Value) -> Value {
    let mut order = order(1042);
    for (key, value) in changes.as_object().unwrap() {
        order[key] = value.clone();
    }
    order
}

fn decoded(changes: &Value) -> StoreOrder {
    decode_order(&with(changes), chrono_tz::Europe::Kyiv).unwrap()
}

fn fault(changes: &Value) -> String {
    decode_order(&with(changes), chrono_tz::Europe::Kyiv).unwrap_err().to_string()
}

fn dec(units: i64, scale: u32) -> Decimal {
    Decimal::new(units, scale)
}

#[test]
fn the_contracts_whole_order_is_read_in_full() {
    let order = decode_order(&order(1042), chrono_tz::Europe::Kyiv).unwrap();
    assert_eq!((order.number.get(), order.status.get(), &*order.currency), (1042, 2, "UAH"));
    assert_eq!(order.placed_at.to_string(), "2021-04-09 12:09:01");
    assert_eq!((order.total_default, order.total_sum), (dec(799, 0), dec(599, 0)));
    assert_eq!((&*order.coupon, &*order.comment, order.no_callback), ("SPRING25", "Order comment", false));
    assert_eq!((&*order.buyer.name, &*order.buyer.phone), ("John Doe", "+38 (055) 555-55-55"));
    assert_eq!(order.buyer.email, "john.doe@example.com");
    assert_eq!((&*order.delivery.method, order.delivery.price), ("Nova Poshta Branch", None));
    assert_eq!((&*order.delivery.city, &*order.delivery.tracking), ("Kyiv", ""));
    assert_eq!(order.delivery.address, "Branch №13: Dorohozhytska St, 4");
    assert_eq!((&*order.payment.method, order.payment.paid), ("In cash", true));
    let [line] = &order.lines[..] else { panic!("one line") };
    assert_eq!((&*line.key.0, &*line.article, &*line.title), ("s1", "SKU-1-BLACK", "Sample product"));
    assert_eq!((line.price, line.quantity, line.total), (dec(799, 0), Decimal::ONE, Some(dec(799, 0))));
    assert_eq!(line.kind, LineKind::Product);
}

#[test]
fn the_vendors_sample_is_read_once_its_lines_are_there() {
    let sample: Value = serde_json::from_str(fixture!("orders_get.response.partial.json")).unwrap();
    let mut order = sample["response"]["orders"][0].clone();
    let missing = decode_order(&order, chrono_tz::Europe::Kyiv).unwrap_err().to_string();
    assert_eq!(missing, "products: expected a list, found nothing");
    order["products"] = json!([]);
    let order = decode_order(&order, chrono_tz::Europe::Kyiv).unwrap();
    assert_eq!((order.number.get(), order.total_sum, order.payment.paid), (7, dec(3413, 0), false));
    assert!(order.lines.is_empty());
}

#[test]
fn what_is_required_is_named_when_it_is_missing_or_unreadable() {
    for key in ["order_id", "stat_created", "stat_status", "products", "total_sum"] {
        let text = fault(&json!({key: null}));
        assert!(text.starts_with(key) && text.ends_with("found nothing"), "{text}");
        let text = fault(&json!({key: "Jane Roe"}));
        assert!(text.starts_with(key) && !text.contains("Jane"), "{text}");
    }
    assert_eq!(fault(&json!({"order_id": 0})), "order_id: expected an order number, found zero or less");
    assert_eq!(fault(&json!({"delivery_price": "ask us"})), "delivery_price: expected a number, found another text");
    assert_eq!(fault(&json!({"payed": {"by": "card"}})), "payed: expected a flag, found an object");
    let line = json!({"title": "x", "quantity": 1});
    assert_eq!(fault(&json!({"products": [line]})), "products.0.price: expected a number, found nothing");
    assert_eq!(fault(&json!({"products": [null]})), "products.0.price: expected a number, found nothing");
    assert!(decode_order(&json!("text"), chrono_tz::Europe::Kyiv).is_err());
}

#[test]
fn empty_things_are_equal_in_every_shape() {
    let plain = decoded(&json!({
        "comment": "", "coupon_code": "", "delivery_email": "", "delivery_type": {}, "payment_type": {},
        "additional_data": {}, "delivery_data": {}, "analytics": {}, "customer_details": {}, "payed": 0,
        "payment_price": 0, "delivery_price": -1,
    }));
    for nothing in [json!(null), json!([]), json!(""), json!({})] {
        let other = decoded(&json!({
            "comment": nothing, "coupon_code": nothing, "delivery_email": nothing, "delivery_type": nothing,
            "payment_type": nothing, "additional_data": nothing, "delivery_data": nothing, "analytics": nothing,
            "customer_details": nothing, "payed": nothing, "payment_price": nothing, "delivery_price": nothing,
        }));
        assert_eq!(other, plain, "{nothing}");
    }
}

#[test]
fn every_optional_field_may_be_absent() {
    let order = decode_order(
        &json!({
            "order_id": "7", "stat_created": "09.04.2021 12:09:01", "stat_status": "3", "total_sum": "12.50",
            "products": {"1": {"price": "12.50"}},
        }),
        chrono_tz::Europe::Kyiv,
    )
    .unwrap();
    assert_eq!((order.number.get(), order.status.get(), &*order.currency), (7, 3, ""));
    assert_eq!(order.total_default, order.total_sum);
    assert_eq!((order.lines[0].quantity, order.lines[0].total), (Decimal::ONE, None));
    assert_eq!(order.lines[0].key.0, "a|#1");
    assert!(!order.payment.paid);
}

#[test]
fn decimal_currencies_are_read_exactly_as_numbers_and_texts() {
    for (sum, quantity) in [(json!(1299.9), json!(0.25)), (json!("1299.90"), json!("0.250"))] {
        let product = json!({"article": "A", "price": sum, "quantity": quantity, "storage_id": "5"});
        let order =
            decoded(&json!({"currency": " ron", "total_sum": sum, "total_default": sum, "products": [product]}));
        assert_eq!((order.total_sum, &*order.currency), (dec(12_999, 1), "RON"));
        assert_eq!((order.lines[0].price, order.lines[0].quantity), (dec(12_999, 1), dec(25, 2)));
        assert_eq!(order.lines[0].key.0, "s5");
    }
}

#[test]
fn a_missing_price_comes_from_the_lines_total() {
    let order = decoded(&json!({"products": [{"total_price": "30", "quantity": 4}]}));
    assert_eq!((order.lines[0].price, order.lines[0].total), (dec(75, 1), Some(dec(30, 0))));
    assert!(fault(&json!({"products": [{"total_price": 30, "quantity": 0}]})).starts_with("products.0.price"));
}

#[test]
fn a_lines_key_is_its_storage_id_where_that_is_its_own() {
    let line = |article: &str, storage: Value| json!({"article": article, "price": 1, "storage_id": storage});
    let order = decoded(&json!({"products": [
        line("A", json!(1)), line("A", json!(2)), line("A", json!(2)), line("B", json!(null)), line("", json!(0)),
        line("B", json!("3")), line("A", json!("x")),
    ]}));
    let keys: Vec<_> = order.lines.iter().map(|line| line.key.0.as_str()).collect();
    assert_eq!(keys, ["s1", "aA|#2", "aA|#3", "aB|#1", "a|#1", "s3", "aA|#4"]);
}

#[test]
fn kinds_of_lines_are_told_apart_and_unknown_ones_are_products() {
    let kinds = ["product", "gift", "gift_parent", "set_main", "set_item", "bundle", ""];
    let products: Vec<_> = kinds.iter().map(|kind| json!({"price": 0, "type": kind})).collect();
    let order = decoded(&json!({"products": products}));
    let found: Vec<_> = order.lines.iter().map(|line| line.kind).collect();
    let product = LineKind::Product;
    assert_eq!(
        found,
        [product, LineKind::Gift, LineKind::GiftParent, LineKind::SetMain, LineKind::SetItem, product, product]
    );
}

#[test]
fn a_delivery_price_of_minus_one_is_none_and_zero_is_free() {
    for none in [json!(-1), json!("-1"), json!("-1.00"), json!(-1.0)] {
        assert_eq!(decoded(&json!({"delivery_price": none})).delivery.price, None);
    }
    assert_eq!(decoded(&json!({"delivery_price": 0})).delivery.price, Some(Decimal::ZERO));
    assert_eq!(decoded(&json!({"delivery_price": "45.50"})).delivery.price, Some(dec(455, 1)));
}

#[test]
fn a_tracking_number_is_taken_only_as_a_text() {
    let tracking = |changes: &Value| decoded(changes).delivery.tracking;
    assert_eq!(tracking(&json!({"delivery_data": {"tnNumber": " 2045 "}})), "2045");
    assert_eq!(tracking(&json!({"delivery_data": {"tnNumber": null}, "np_number": "59"})), "59");
    assert_eq!(tracking(&json!({"delivery_data": {"tnNumber": ""}, "additional_data": {"np_number": "60"}})), "60");
    assert_eq!(tracking(&json!({"delivery_data": [], "np_number": {"x": 1}})), "");
    assert_eq!(tracking(&json!({"delivery_data": {"tnNumber": false}, "np_number": 59})), "");
}

#[test]
fn texts_are_trimmed_and_their_entities_read_once() {
    let order = decoded(&json!({
        "comment": "  call &amp; ask\n", "delivery_name": " Doe ", "delivery_phone": 380_555_555_555_i64,
        "delivery_address": "04119@ Kyiv @\nDorohozhytska 4 ", "delivery_city": "", "delivery_city_stable": "Lviv",
        "delivery_type": "Pickup", "payment_type": {"id": 1, "title": {"ro": "Numerar", "en": "Cash"}},
    }));
    assert_eq!((&*order.comment, &*order.buyer.name, &*order.delivery.recipient), ("call & ask", "Doe", "Doe"));
    assert_eq!((&*order.buyer.phone, &*order.delivery.city), ("380555555555", "Lviv"));
    assert_eq!(order.delivery.address, "04119, Kyiv, Dorohozhytska 4");
    assert_eq!((&*order.delivery.method, &*order.payment.method), ("Pickup", "Cash"));
}

proptest! {
    #[test]
    fn an_order_is_the_same_in_every_rendering_of_its_amounts(units in 0_i64..=99_999_999, scale in 0_u32..=3) {
        let amount = Decimal::new(units, scale).to_string();
        let number: Value = serde_json::from_str(&amount).unwrap();
        let changes = |amount: &Value| json!({
            "total_sum": amount, "total_default": amount, "payment_price": amount, "delivery_price": amount,
            "products": [{"price": amount, "quantity": amount, "total_price": amount}],
        });
        let order = decoded(&changes(&number));
        prop_assert_eq!(&order, &decoded(&changes(&json!(amount))));
        prop_assert_eq!(order.total_sum, Decimal::new(units, scale));
    }

    #[test]
    fn no_shape_of_a_field_makes_it_panic(key in 0_usize..40, at in 0_usize..9) {
        let odd = [json!(null), json!(true), json!([]), json!({}), json!([1]), json!({"a": [1]}), json!("x"), json!(-1.5), json!(u64::MAX)];
        let keys: Vec<_> = order(1).as_object().unwrap().keys().cloned().collect();
        let _ = decode_order(&with(&json!({&keys[key % keys.len()]: odd[at]})), chrono_tz::Tz::UTC);
        let _ = decode_order(&with(&json!({"products": [odd[at], {"price": odd[at], "title": odd[at]}]})), chrono_tz::Tz::UTC);
    }
}

#[test]
fn a_place_names_a_key_of_the_store_s_own_only_where_it_is_a_plain_word() {
    let line = json!({"title": "x"});
    for (key, place) in [
        ("Secret Person, Main st. 1", "products.?.price"),
        ("SecretPersonOfMainStreet1", "products.?.price"),
        ("olha@example.com", "products.?.price"),
        ("380671234567", "products.?.price"),
        ("", "products.?.price"),
        ("12", "products.12.price"),
        ("line_2", "products.line_2.price"),
    ] {
        let told = fault(&json!({"products": {key: line}}));
        assert_eq!(told, format!("{place}: expected a number, found nothing"), "{key}");
    }
}
