//! The invented shop is repeatable, has every kind of order, and its sums add up.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeZone;
use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};

use super::{order::counted, *};

fn options(seed: u64) -> SeedOptions {
    let now = Utc.with_ymd_and_hms(2026, 3, 30, 9, 30, 0).single().unwrap_or_default();
    SeedOptions { seed, now, ..SeedOptions::default() }
}

/// How many orders of the shop match.
fn count(shop: &ShopData, is: impl Fn(&ShopOrder) -> bool) -> usize {
    shop.orders.values().filter(|order| is(order)).count()
}

/// How many orders have a line of this kind.
fn with(shop: &ShopData, kind: LineKind) -> usize {
    count(shop, |order| order.lines.iter().any(|line| line.kind == kind))
}

#[test]
fn the_same_seed_makes_the_same_shop_and_another_seed_another() {
    let (mut one, mut again) = (ShopData::generate(&options(7)), ShopData::generate(&options(7)));
    assert_eq!(one, again);
    assert_eq!(one.place(one.seed.now), again.place(again.seed.now));
    assert_eq!(one, again);
    assert_ne!(one.orders, ShopData::generate(&options(8)).orders);
}

#[test]
fn every_kind_of_basket_and_money_occurs_in_three_hundred_orders() {
    for seed in 1..6 {
        let shop = ShopData::generate(&options(seed));
        assert_eq!(shop.orders.len(), 300);
        for kind in [LineKind::Gift, LineKind::GiftParent, LineKind::SetMain, LineKind::SetItem] {
            assert!(with(&shop, kind) >= 6, "{kind:?}");
        }
        let twins = |order: &ShopOrder| {
            let mut seen = BTreeSet::new();
            order.lines.iter().any(|line| !line.article.is_empty() && !seen.insert((&line.article, line.price)))
        };
        let kinds: [(&str, usize); 12] = [
            ("two equal lines", count(&shop, twins)),
            ("blank article", count(&shop, |order| order.lines.iter().any(|line| line.article.is_empty()))),
            ("big basket", count(&shop, |order| order.lines.len() > 7)),
            ("marked down", count(&shop, |order| order.lines.iter().any(|line| line.marked_down))),
            ("percent coupon", count(&shop, |order| order.discounts.coupon_percent > Decimal::ZERO)),
            ("value coupon", count(&shop, |order| order.discounts.coupon_code.starts_with("МІНУС"))),
            ("manager", count(&shop, |order| order.discounts.manager_value > Decimal::ZERO)),
            ("regular", count(&shop, |order| order.discounts.order_value > Decimal::ZERO)),
            ("tariff", count(&shop, |order| order.delivery_price < Decimal::ZERO)),
            ("free delivery", count(&shop, |order| order.delivery_price.is_zero())),
            ("priced delivery", count(&shop, |order| order.delivery_price > Decimal::ZERO)),
            ("surcharge", count(&shop, |order| order.payment_price > Decimal::ZERO)),
        ];
        for (name, times) in kinds {
            assert!((3..290).contains(&times), "{name}: {times} with seed {seed}");
        }
    }
}

#[test]
fn every_kind_of_buyer_and_text_occurs_in_three_hundred_orders() {
    for seed in 1..6 {
        let shop = ShopData::generate(&options(seed));
        let digits = |order: &ShopOrder| order.phone.chars().filter(char::is_ascii_digit).count();
        let typed = |start: &'static str| count(&shop, move |order| order.phone.starts_with(start));
        let said = |words: &'static str| count(&shop, move |order| order.comment.contains(words));
        let kinds: [(&str, usize); 20] = [
            ("no e-mail", count(&shop, |order| order.email.is_empty())),
            ("no phone", count(&shop, |order| order.phone.is_empty())),
            ("no contact", count(&shop, |order| order.phone.is_empty() && order.email.is_empty())),
            ("registered", count(&shop, |order| order.buyer.registered)),
            ("shop's spelling", typed("+38 (0")),
            ("national", typed("0")),
            ("bare digits", typed("380")),
            ("with the eight", typed("80")),
            ("foreign", count(&shop, |order| digits(order) > 9 && order.buyer.nation != Nation::Ukraine)),
            ("letters", count(&shop, |order| order.phone.chars().any(char::is_alphabetic))),
            ("too short", count(&shop, |order| (1..6).contains(&digits(order)))),
            ("one word", count(&shop, |order| order.name == order.buyer.first_name)),
            ("emoji", said("🙏")),
            ("markup", said("<script>")),
            ("marker", said("[cartum:")),
            ("long", count(&shop, |order| order.comment.chars().count() >= 5000)),
            ("lines", said("\r\n")),
            ("silent", count(&shop, |order| order.comment.is_empty())),
            ("tracking", count(&shop, |order| order.tracking_number.is_some())),
            ("joined address", count(&shop, |order| order.address.contains('@'))),
        ];
        for (name, times) in kinds {
            assert!((2..295).contains(&times), "{name}: {times} with seed {seed}");
        }
        let languages: BTreeSet<&String> = shop.orders.values().map(|order| &order.language).collect();
        assert_eq!(languages.len(), 3);
        let ways: BTreeSet<i64> = shop.orders.values().map(|order| order.delivery.0).collect();
        assert_eq!(ways.len(), shop.deliveries.len());
        let nations: BTreeSet<Nation> = shop.orders.values().map(|order| order.buyer.nation).collect();
        assert_eq!(nations.len(), 5);
    }
}

#[test]
fn some_buy_again_and_some_share_a_phone_under_another_name() {
    let shop = ShopData::generate(&options(1));
    assert!(shop.buyers().len() < shop.orders.len() - 20);
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for buyer in shop.buyers() {
        if let Some(phone) = buyer.phone {
            names.entry(phone).or_default().insert(format!("{} {}", buyer.first_name, buyer.last_name));
        }
    }
    assert!(names.values().any(|names| names.len() == 2));
    assert!(names.values().all(|names| names.len() <= 2));
}

#[test]
fn every_status_occurs_and_old_orders_are_mostly_delivered() {
    let shop = ShopData::generate(&options(1));
    let seen: BTreeSet<i64> = shop.orders.values().map(|order| order.status).collect();
    assert_eq!(seen, shop.statuses.keys().copied().collect());
    let old = shop.orders.values().take(200);
    assert!(old.filter(|order| order.status == 3).count() > 110);
}

#[test]
fn orders_rise_in_time_and_number_and_some_are_of_the_last_hours() {
    let shop = ShopData::generate(&options(1));
    let times: Vec<_> = shop.orders.values().map(|order| order.placed_at).collect();
    assert!(times.is_sorted());
    let now = shop.seed.now.with_timezone(&shop.time_zone).naive_local();
    assert!(times.iter().all(|at| *at < now && *at >= now - TimeDelta::days(91)));
    assert!(times.iter().filter(|at| now - **at < TimeDelta::hours(4)).count() >= 3);
    assert!(times.first().is_some_and(|at| now - *at > TimeDelta::days(85)));
    assert!(shop.orders.keys().zip(shop.orders.keys().skip(1)).any(|(one, next)| next - one > 1));
}

#[test]
fn the_catalogue_has_one_entry_per_article_and_right_barcodes() {
    let shop = ShopData::generate(&options(1));
    let articles: BTreeSet<&String> = shop.catalogue.iter().map(|entry| &entry.article).collect();
    assert_eq!(articles.len(), shop.catalogue.len());
    assert!(shop.catalogue.iter().any(|entry| entry.parent_article != entry.article));
    for gtin in shop.catalogue.iter().map(|entry| &entry.gtin).filter(|gtin| !gtin.is_empty()) {
        let weighed: u32 = gtin.bytes().zip([1, 3].into_iter().cycle()).map(|(d, w)| u32::from(d - b'0') * w).sum();
        assert_eq!((gtin.len(), weighed % 10), (13, 0));
    }
}

#[test]
fn titles_follow_the_buyer() {
    let shop = ShopData::generate(&options(1));
    let of = |nation| shop.orders.values().find(move |order| order.buyer.nation == nation && order.delivery.0 == 11);
    assert_eq!(of(Nation::Ukraine).map(|order| order.delivery.1.as_str()), Some("Кур'єром"));
    assert_eq!(of(Nation::Romania).map(|order| order.delivery.1.as_str()), Some("Prin curier"));
    assert_eq!(of(Nation::Poland).map(|order| order.delivery.1.as_str()), Some("By courier"));
}

#[test]
fn a_name_is_spelt_in_latin_letters_by_the_national_table() {
    assert_eq!(names::latin("Юхим Щедриківна"), "Yukhym Shchedrykivna");
    assert_eq!(names::latin("Мар'яна Ґавренець"), "Mariana Gavrenets");
    assert_eq!(names::latin("Łukasz Țărmureanu Großwieser"), "Lukasz Tarmureanu Grosswieser");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn sums_add_up_in_any_shop(seed: u64, decimals: bool, currency in "UAH|EUR|RON|PLN") {
        let shop = ShopData::generate(&SeedOptions { decimals, currency, orders: 120, ..options(seed) });
        let places = if decimals { 2 } else { 0 };
        for order in shop.orders.values() {
            let total: Decimal = counted(&order.lines, false).map(Line::total).sum();
            prop_assert_eq!(order.total_default(false), total);
            prop_assert!(order.total_sum(false) > Decimal::ZERO, "{} of {total}", order.total_sum(false));
            prop_assert_eq!(total - order.total_sum(false), order.discounts.sum());
            for amount in order.lines.iter().map(|line| line.price).chain([order.discounts.sum(), order.delivery_price]) {
                prop_assert!(amount.scale() <= places);
            }
            if order.discounts.coupon_percent > Decimal::ZERO {
                let exact = total * order.discounts.coupon_percent / Decimal::ONE_HUNDRED;
                let to = if shop.currency == "UAH" { 0 } else { places };
                let rounded = exact.round_dp_with_strategy(to, RoundingStrategy::MidpointAwayFromZero);
                prop_assert_eq!(order.discounts.coupon_value, rounded);
            }
            let parents: BTreeSet<i64> = order.lines.iter().map(|line| line.storage_id).collect();
            prop_assert!(order.lines.iter().filter_map(|line| line.parent).all(|parent| parents.contains(&parent)));
            prop_assert_eq!(parents.len(), order.lines.len());
        }
    }
}
