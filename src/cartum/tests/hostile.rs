//! Megabytes of text made to be hard to process: a function whose work for each byte is not bounded would not finish here.
//!
//! Each function that reads text from outside gets each unit repeated up to 256 KB, and all units one after another in 1, 4 and
//! 16 MB.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::hint::black_box;

use serde_json::{Value, json};

use super::support::order;
use crate::{
    cartum::{body, decode_order, order::number_in},
    domain::{
        discreet, fingerprint, identity, ids::OrderNumber, likeness, marker::Marker, matching, name, notes,
        order::Buyer, phone_field, plain, plainer, samples, store::NameOrder, text, words::Language,
    },
    http::Seen,
    json,
};

const MEGABYTE: usize = 1 << 20;

const UNITS: [&str; 24] = [
    "<a",
    "<a =\"x>\" ",
    "<a ='",
    "<!--",
    "<script>",
    "</",
    "&#",
    "&",
    "&amp;amp;",
    "&#x",
    "[[[[",
    "{\"a\":",
    "\"\\ud800",
    "7",
    " ",
    "\n",
    "\r",
    "[cartum:a/1] ",
    "[cartum:",
    "e\u{301}\u{308}",
    "\u{200d}\u{fe0f}",
    ",",
    "+ ",
    "@",
];

/// The texts, one at a time.
fn each(try_it: impl Fn(&str)) {
    for unit in UNITS {
        try_it(&unit.repeat(MEGABYTE / 4 / unit.len()));
    }
    for size in [MEGABYTE, 4 * MEGABYTE, 16 * MEGABYTE] {
        try_it(&UNITS.map(|unit| unit.repeat(size / UNITS.len() / unit.len())).concat());
    }
}

#[test]
fn markup_and_characters() {
    each(|text| drop(black_box((text::without_html(text), text::visible(text)))));
    each(|text| drop(black_box((text::one_line(text), text::defuse_markers(text)))));
}

#[test]
fn what_is_cut_before_it_is_read() {
    each(|text| {
        drop(black_box((text::plain(text), text::title(text), text::word(text), text::shorten(text, text::MAX_TEXT))));
        drop(black_box((phone_field::phones(text, "UA"), phone_field::is_plain(text, &[]))));
        drop(black_box(Seen::of(text.as_bytes(), text, str::to_owned)));
    });
}

#[test]
fn what_peers_quote() {
    each(|text| drop(black_box(text::discreet(text, &["ab", "[[[[[[[[", "77777777x"]))));
    let mut order = samples::order();
    each(|text| drop(black_box(discreet::without_buyer(text, &order))));
    order.comment = "7".repeat(MEGABYTE);
    (order.buyer.name, order.buyer.phone) = ("<a ".repeat(MEGABYTE), "0555550101/".repeat(MEGABYTE));
    drop(black_box(discreet::without_buyer(&"7".repeat(MEGABYTE), &order)));
}

#[test]
fn what_a_terminal_shows() {
    each(|text| drop(black_box((plain::plain(text), plain::escaped_json(text)))));
}

#[test]
fn names() {
    each(|text| {
        black_box((name::fold(text), name::compatible(text, &format!("a {text}")), name::is_completed(text, "a b")));
        drop(black_box((
            name::PersonName::of(text, NameOrder::LastFirst),
            matching::contact_key(&Buyer { email: text.to_owned(), ..samples::order().buyer }, None),
        )));
    });
}

#[test]
fn likenesses() {
    each(|text| _ = black_box((likeness::same(text, "a b"), likeness::renders("a b", text))));
}

#[test]
fn markers() {
    let marker = Marker { host: "a".into(), number: OrderNumber::new(1), generation: 1 };
    each(|text| drop(black_box((Marker::find_all(text), marker.is_in(text)))));
}

#[test]
fn notes_that_staff_wrote() {
    let ours = "Cartum order 1 — Shop\nPaid: no\n[cartum:a/1]";
    each(|text| {
        black_box((notes::replace_block(text, ours, "new"), notes::put_block(text, ours), notes::block_of(text, ours)));
        black_box((notes::news(ours, text, Language::of("en")), notes::language_of(text, OrderNumber::new(1))));
    });
    let lines: String = (0..100_000).fold(String::new(), |lines, line| lines + "line " + &line.to_string() + "\n");
    black_box((notes::news(&lines, "a: b", Language::of("en")), notes::news(ours, &lines, Language::of("en"))));
}

#[test]
fn plainer_texts() {
    each(|text| drop(black_box((plainer::plainer(text), plainer::plainer_block(text)))));
}

#[test]
fn json_that_is_none() {
    each(|text| {
        let bytes = text.as_bytes();
        drop(black_box((json::read(bytes), json::skip(bytes, 0), json::fields(bytes, 0, ["a", "b"]))));
    });
    each(|text| drop(black_box(json::read(format!("[\"{text}").as_bytes()))));
}

#[test]
fn envelopes() {
    each(|text| {
        drop(black_box(body::envelope(text.as_bytes())));
        drop(black_box(body::envelope(
            format!("{{\"status\": \"OK\", \"response\": {{\"orders\": [{text}").as_bytes(),
        )));
        black_box(number_in(text.as_bytes()));
    });
}

/// Each text of an order, and all of them.
fn with_text(text: &str) -> Value {
    let mut raw = order(1042);
    let keys = [
        "delivery_name",
        "delivery_phone",
        "delivery_email",
        "comment",
        "manager_comment",
        "stat_created",
        "coupon_code",
    ];
    for key in keys {
        raw[key] = json!(text);
    }
    raw["stat_created"] = json!("2021-04-09 12:09:01");
    for key in ["article", "title"] {
        raw["products"][0][key] = json!(text);
    }
    raw
}

#[test]
fn whole_orders() {
    let whole = decode_order(&order(1042), chrono_tz::UTC).unwrap();
    for unit in UNITS {
        let raw = with_text(&unit.repeat(MEGABYTE / 4 / unit.len()));
        let order = decode_order(&raw, chrono_tz::UTC).unwrap();
        black_box((fingerprint::fingerprint(&order), identity::is_another(&whole, &order)));
        drop(black_box(notes::malfunction(&order, Language::of("en"))));
        for key in ["order_id", "stat_created", "total_sum", "payed", "stat_status"] {
            let mut raw = self::order(1042);
            raw[key] = json!(unit.repeat(MEGABYTE / 4 / unit.len()));
            drop(black_box(decode_order(&raw, chrono_tz::UTC)));
        }
    }
    let mut many = order(1042);
    let line = many["products"][0].clone();
    many["products"] = Value::Array(vec![line; 10_000]);
    let order = decode_order(&many, chrono_tz::UTC).unwrap();
    black_box((fingerprint::fingerprint(&order), identity::is_another(&whole, &order)));
}
