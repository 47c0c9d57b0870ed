//! An invented shop: the same options make the same data, byte for byte.
//!
//! - [`order`]: the content of an order, and its sums
//! - [`shelf`]: catalogue, statuses, methods of delivery and payment
//! - [`buyers`], [`names`], [`phones`]: who buys, and how they type it
//! - `draw`, `basket`, `texts`: one order, its lines, and what people wrote

mod basket;
pub mod buyers;
mod draw;
pub mod names;
pub mod order;
pub mod phones;
pub mod shelf;
mod texts;
mod wares;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use rand::{RngExt, SeedableRng, rngs::StdRng};

pub(super) use self::draw::user_id;
pub use self::{
    buyers::{Buyer, Nation},
    order::{Discounts, Line, LineKind, ShopOrder},
    shelf::{CatalogueEntry, DeliveryMethod, PaymentMethod, ShopStatus},
};

/// The options of the invented shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedOptions {
    /// The number of orders; from 300 on, every kind of order occurs.
    pub orders: u32,
    /// The orders are spread over this many days until `now`; 0 counts as 1.
    pub days: u32,
    /// The seed of all random choices.
    pub seed: u64,
    /// ISO code of the shop's only currency.
    pub currency: String,
    /// The zone of the shop's times.
    pub time_zone: Tz,
    /// The shop's present time at the start; it continues from here once the shop runs.
    pub now: DateTime<Utc>,
    /// Prices with cents instead of whole units.
    pub decimals: bool,
}

impl Default for SeedOptions {
    /// 300 orders over the 90 days until now, seed 1, whole UAH, Europe/Kyiv.
    fn default() -> Self {
        Self {
            orders: 300,
            days: 90,
            seed: 1,
            currency: "UAH".into(),
            time_zone: chrono_tz::Europe::Kyiv,
            now: present(),
            decimals: false,
        }
    }
}

/// All data of a shop. Plain and public, so that a test can compare with it and staff can change it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopData {
    /// The options that it was made from.
    pub seed: SeedOptions,
    /// By order number; orders that are missing here are deleted.
    pub orders: BTreeMap<i64, ShopOrder>,
    /// Orders whose JSON cannot be read as the contract says, until they are taken out of this set.
    pub broken: BTreeSet<i64>,
    /// How answers are corrupted on their way: each occurrence of the text is replaced by the bytes.
    pub spoiled: Vec<(String, Vec<u8>)>,
    /// By id.
    pub statuses: BTreeMap<i64, ShopStatus>,
    /// Goods; each variant is an entry of its own.
    pub catalogue: Vec<CatalogueEntry>,
    /// Methods of delivery.
    pub deliveries: Vec<DeliveryMethod>,
    /// Methods of payment.
    pub payments: Vec<PaymentMethod>,
    /// ISO code.
    pub currency: String,
    /// Language keys of titles, the shop's own language first.
    pub languages: Vec<String>,
    /// The zone of the shop's times.
    pub time_zone: Tz,
    /// How many orders were ever placed; the next one is derived from it.
    pub placed: u32,
    /// The highest order number so far.
    pub last_id: i64,
}

impl ShopData {
    /// Makes the shop with all its orders.
    #[must_use]
    pub fn generate(seed: &SeedOptions) -> Self {
        let languages = shelf::languages(&seed.currency);
        let mut shop = Self {
            seed: seed.clone(),
            orders: BTreeMap::new(),
            broken: BTreeSet::new(),
            spoiled: Vec::new(),
            statuses: shelf::statuses(&languages),
            catalogue: wares::catalogue(seed, &languages),
            deliveries: shelf::deliveries(&languages),
            payments: shelf::payments(&languages),
            currency: seed.currency.clone(),
            languages,
            time_zone: seed.time_zone,
            placed: 0,
            last_id: 1000,
        };
        for at in times(seed) {
            shop.place(at);
        }
        shop
    }

    /// Places one more order at `at`; returns its number.
    pub fn place(&mut self, at: DateTime<Utc>) -> i64 {
        let mut rng = stream(self.seed.seed, Topic::Order, self.placed);
        // Numbers rise, with gaps for abandoned carts.
        let id = self.last_id + if rng.random_bool(0.1) { rng.random_range(2..5) } else { 1 };
        let order = draw::order(self, &mut rng, id, at);
        self.orders.insert(id, order);
        self.last_id = id;
        self.placed += 1;
        id
    }

    /// A time as the shop's clock shows it, in whole seconds.
    #[must_use]
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        let local = at.with_timezone(&self.time_zone).naive_local();
        local.with_nanosecond(0).unwrap_or(local)
    }

    /// The buyers with orders, each once, in the order of their numbers.
    #[must_use]
    pub fn buyers(&self) -> Vec<Buyer> {
        let by_number: BTreeMap<u32, Buyer> =
            self.orders.values().map(|order| (order.buyer.number, order.buyer.clone())).collect();
        by_number.into_values().collect()
    }

    /// The order in the middle, which `broken_order` breaks.
    #[must_use]
    pub fn middle_order(&self) -> Option<i64> {
        self.orders.keys().nth(self.orders.len() / 2).copied()
    }

    /// A title in `language`, else in English, else in any (contract cartum 0).
    #[must_use]
    pub fn title<'a>(titles: &'a BTreeMap<String, String>, language: &str) -> &'a str {
        let filled = |key: &str| titles.get(key).filter(|title| !title.is_empty());
        filled(language)
            .or_else(|| filled("en"))
            .or_else(|| titles.values().find(|title| !title.is_empty()))
            .map_or("", String::as_str)
    }
}

/// When the orders were placed, ascending; the last four within the last hours.
fn times(seed: &SeedOptions) -> Vec<DateTime<Utc>> {
    const RECENT: u32 = 4;
    let span = i64::from(seed.days.max(1)) * 86_400;
    let step = (span / i64::from(seed.orders.max(1))).max(1);
    let near = step.min(47 * 60);
    let mut rng = stream(seed.seed, Topic::Times, 0);
    (0..seed.orders)
        .map(|index| {
            let left = seed.orders - index;
            let back = if left <= RECENT {
                near * i64::from(left) - rng.random_range(0..near)
            } else {
                (step * i64::from(left) - rng.random_range(0..step)).min(span)
            };
            seed.now - TimeDelta::seconds(back.max(1))
        })
        .collect()
}

/// The purpose of a random stream. Each purpose has its own stream, so that one more draw here changes nothing there.
#[derive(Debug, Clone, Copy)]
enum Topic {
    Times = 1,
    Order = 2,
    Buyer = 3,
    Wares = 4,
}

fn stream(seed: u64, topic: Topic, index: u32) -> StdRng {
    let place = (topic as u64) << 32 | u64::from(index);
    StdRng::seed_from_u64(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ place.wrapping_mul(0xD1B5_4A32_D192_ED03))
}

/// One of `items`, which is never empty.
pub(super) fn pick<'a, T>(rng: &mut StdRng, items: &'a [T]) -> &'a T {
    &items[rng.random_range(0..items.len())]
}

#[expect(
    clippy::disallowed_methods,
    reason = "the sandbox is its own world; only where it begins comes from the machine"
)]
fn present() -> DateTime<Utc> {
    Utc::now()
}
