//! Draws one order. The position of an order decides which kinds of things occur in it, so that every kind comes up; the rest
//! is random.

use chrono::{DateTime, TimeDelta, Utc};
use rand::{RngExt, rngs::StdRng};
use rust_decimal::{Decimal, RoundingStrategy};

use super::{
    Buyer, ShopData, basket, buyers, names,
    order::{Discounts, Line, ShopOrder, counted},
    phones::{self, Spelling},
    pick,
    shelf::{DeliveryKind, DeliveryMethod, PaymentMethod},
    texts,
    wares::money,
};

/// The next order of the shop, with this number, placed at this moment.
pub(super) fn order(shop: &ShopData, rng: &mut StdRng, id: i64, at: DateTime<Utc>) -> ShopOrder {
    let index = shop.placed;
    let buyer = who(shop, rng, index);
    let language = language(shop, &buyer);
    let lines = basket::lines(shop, rng, id, index, &language);
    let counted = counted(&lines, false).map(Line::total).sum();
    let discounts = discounts(shop, rng, index, counted);
    let status = status(shop, rng, index, at);
    let delivery = pick(rng, &shop.deliveries).clone();
    let payment = pick(rng, &shop.payments).clone();
    let (city, address) = texts::address(rng, buyer.nation, delivery.kind);
    let contact = contact(rng, &buyer, index);
    let sent = matches!(status, 3 | 6) && matches!(delivery.kind, DeliveryKind::Branch | DeliveryKind::Post);
    let branch = delivery.kind == DeliveryKind::Branch;
    ShopOrder {
        id,
        user: if buyer.registered { user_id(&buyer) } else { 4000 + id },
        placed_at: shop.local(at),
        changed_at: changed(shop, id, at),
        status,
        name: contact.name,
        email: contact.email,
        phone: contact.phone,
        city,
        address,
        delivery: (delivery.id, ShopData::title(&delivery.titles, &language).into()),
        delivery_price: delivery_price(shop, rng, &delivery, counted),
        tracking_number: sent.then(|| format!("2045{:010}", rng.random_range(0_u64..10_000_000_000))),
        warehouse_ref: branch.then(|| uuid::Builder::from_random_bytes(rng.random()).into_uuid().to_string()),
        by_carrier: branch,
        comment: texts::comment(rng, buyer.nation, index),
        payment: (payment.id, ShopData::title(&payment.titles, &language).into()),
        payment_price: surcharge(shop, &payment),
        paid: status == 8 || status == 3 || (payment.prepaid && status != 5 && rng.random_bool(0.6)),
        no_callback: rng.random_bool(0.3),
        currency: shop.currency.clone(),
        lines,
        manager_id: if status == 1 { 0 } else { rng.random_range(0..4) },
        manager_comment: manager_comment(index).into(),
        campaign: campaign(rng, index),
        source: source(index),
        discounts,
        language,
        buyer,
    }
}

/// The id that a registered buyer has in the shop.
pub(in crate::sandbox) fn user_id(buyer: &Buyer) -> i64 {
    i64::from(buyer.number) + 100
}

/// One in three has usually bought before; the others are new.
fn who(shop: &ShopData, rng: &mut StdRng, index: u32) -> Buyer {
    let number = if index % 3 == 2 { rng.random_range(0..index) } else { index };
    buyers::buyer(&shop.seed, number)
}

fn language(shop: &ShopData, buyer: &Buyer) -> String {
    let has = |wanted: &str| shop.languages.iter().find(|language| *language == wanted);
    has(buyer.nation.language()).or_else(|| has("en")).or(shop.languages.first()).cloned().unwrap_or_default()
}

struct Contact {
    name: String,
    email: String,
    phone: String,
}

fn contact(rng: &mut StdRng, buyer: &Buyer, index: u32) -> Contact {
    let (first, last) = (buyer.first_name.as_str(), buyer.last_name.as_str());
    let first_time = buyer.number == index;
    let name = match index % 41 {
        20 => first.into(),
        3 | 33 => format!("{last} {first}"),
        9 if buyer.nation == super::Nation::Ukraine => format!("{last} {first} Остапівна"),
        _ if first_time => format!("{first} {last}"),
        _ => names::retyped(first, last, rng),
    };
    let spelling = match index % 37 {
        17 => Spelling::TooShort,
        8 | 25 => Spelling::Letters,
        _ => Spelling::any(rng),
    };
    let email = buyer.email.clone().unwrap_or_default();
    let email = if first_time || rng.random_bool(0.7) { email } else { email.to_uppercase() };
    let phone = buyer.phone.as_deref().map(|phone| phones::spell(phone, spelling, rng)).unwrap_or_default();
    Contact { name, email, phone }
}

/// Coupons by percentage and by amount, a manager's discount, a regular buyer's discount; sometimes two of them.
fn discounts(shop: &ShopData, rng: &mut StdRng, index: u32, total: Decimal) -> Discounts {
    let places = if shop.seed.decimals && shop.currency != "UAH" { 2 } else { 0 };
    let share = |percent: i64| {
        (total * Decimal::new(percent, 2)).round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
    };
    // Shares of a small total are rounded up, and together they could take all of it; something must be left to pay for every
    // order.
    let left = |taken: Decimal| (total - taken - Decimal::new(1, places)).max(Decimal::ZERO);
    let mut discounts = Discounts::default();
    match index % 10 {
        1 => {
            let percent = *pick(rng, &[5, 7, 10, 15, 25, 33]);
            discounts.coupon_code = format!("SPRING{percent}");
            discounts.coupon_percent = percent.into();
            discounts.coupon_value = share(percent);
        }
        6 => {
            discounts.coupon_code = "МІНУС-100".into();
            discounts.coupon_value = money(&shop.seed, Decimal::from(100)).min(share(50)).min(left(Decimal::ZERO));
        }
        _ => {}
    }
    if matches!(index % 40, 3 | 21 | 23) {
        let value = money(&shop.seed, Decimal::from(rng.random_range(5_i64..60)));
        discounts.manager_value = value.min(share(30)).min(left(discounts.sum()));
        discounts.manager_title = "Вибачення за затримку".into();
    }
    if index % 30 == 8 {
        discounts.order_percent = 5.into();
        discounts.order_value = share(5);
    }
    discounts
}

/// Old orders are mostly delivered, but every status occurs at any age.
fn status(shop: &ShopData, rng: &mut StdRng, index: u32, at: DateTime<Utc>) -> i64 {
    match index % 40 {
        5 | 30 => return 5,
        11 => return 8,
        19 => return 4,
        27 => return 6,
        35 => return 2,
        38 => return 1,
        _ => {}
    }
    let age = shop.seed.now - at;
    let likely: [i64; 10] = match age.num_days() {
        14.. => [3, 3, 3, 3, 3, 3, 3, 3, 4, 6],
        3..14 => [3, 3, 3, 3, 6, 6, 6, 2, 4, 8],
        _ => [1, 1, 1, 1, 2, 2, 2, 6, 8, 5],
    };
    *pick(rng, &likely)
}

fn delivery_price(shop: &ShopData, rng: &mut StdRng, delivery: &DeliveryMethod, total: Decimal) -> Decimal {
    let free_from = money(&shop.seed, Decimal::from(4000));
    match delivery.kind {
        DeliveryKind::Branch => Decimal::NEGATIVE_ONE,
        DeliveryKind::PickUp => Decimal::ZERO,
        _ if total >= free_from => Decimal::ZERO,
        _ => money(&shop.seed, Decimal::from(rng.random_range(60_i64..180))),
    }
}

fn surcharge(shop: &ShopData, payment: &PaymentMethod) -> Decimal {
    if payment.surcharge { money(&shop.seed, Decimal::from(25)) } else { Decimal::ZERO }
}

fn manager_comment(index: u32) -> &'static str {
    match index % 20 {
        6 => "Передзвонити у вівторок",
        13 => "VIP 💎 <not checked>",
        _ => "",
    }
}

fn campaign(rng: &mut StdRng, index: u32) -> String {
    match index % 5 {
        0 => rng.random_range(20_000_000_000_u64..30_000_000_000).to_string(),
        1 => "spring_sale".into(),
        _ => String::new(),
    }
}

fn source(index: u32) -> (String, String) {
    match index % 3 {
        0 => ("(direct)".into(), "(none)".into()),
        1 => ("newsletter".into(), "email".into()),
        _ => (String::new(), String::new()),
    }
}

/// When the order was last changed, in the shop's own zone and whole seconds: staff touched some orders days after they were
/// placed.
fn changed(shop: &ShopData, id: i64, at: DateTime<Utc>) -> chrono::NaiveDateTime {
    let touched = at + TimeDelta::days(id % 4);
    shop.local(touched.min(shop.seed.now).max(at))
}
