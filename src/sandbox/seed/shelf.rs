//! The shop's fixed data: statuses, methods of delivery and payment, catalogue entries, languages.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

/// Titles by language key; `""` = not filled in.
pub type Titles = BTreeMap<String, String>;

/// One order status (contract cartum 5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopStatus {
    /// 1, 2, 3, 4, 6 are Cartum's own, the rest custom.
    pub id: i64,
    /// The shop can edit them.
    pub titles: Titles,
    /// It counts as a completed sale.
    pub successful: bool,
}

/// One entry of the catalogue (contract cartum 7); a variant is an entry of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueEntry {
    /// The SKU.
    pub article: String,
    /// The SKU of a variant's parent; otherwise the same as `article`.
    pub parent_article: String,
    /// The title of the product.
    pub titles: Titles,
    /// The title of the variant; for a product without variants, the same as `titles`.
    pub mod_titles: Titles,
    /// HTML.
    pub descriptions: Titles,
    /// The present price.
    pub price: Decimal,
    /// The price before the reduction.
    pub price_old: Option<Decimal>,
    /// EAN-13, or empty.
    pub gtin: String,
    /// The shop shows it.
    pub shown: bool,
    /// Pieces in stock.
    pub quantity: i64,
}

/// A method of delivery (contract cartum 8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryMethod {
    /// The id, different in each shop.
    pub id: i64,
    /// By language.
    pub titles: Titles,
    /// The kind, which decides the form of addresses.
    pub kind: DeliveryKind,
}

/// The kind of a method of delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryKind {
    /// To a carrier's branch, at the carrier's tariff.
    Branch,
    /// To the door, at a price.
    Courier,
    /// Picked up from the shop, free.
    PickUp,
    /// By post; the parts of the address are joined by `@`.
    Post,
}

/// A method of payment (contract cartum 8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentMethod {
    /// The id, different in each shop.
    pub id: i64,
    /// By language.
    pub titles: Titles,
    /// The buyer pays before the goods are sent.
    pub prepaid: bool,
    /// Adds a surcharge.
    pub surcharge: bool,
}

/// A text in every language that we have words for: `ua`, `en`, `ro`, `pl`.
pub(super) type Words = [&'static str; 4];

/// The languages of a shop with this currency, its own language first.
pub(super) fn languages(currency: &str) -> Vec<String> {
    let keys: &[&str] = match currency {
        "UAH" => &["ua", "en", "ro"],
        "RON" | "MDL" => &["ro", "en"],
        "PLN" => &["pl", "en", "ua"],
        _ => &["en", "ro"],
    };
    keys.iter().map(|key| String::from(*key)).collect()
}

/// The text in one language; in English if we have no words for that language.
pub(super) fn word(words: Words, language: &str) -> &'static str {
    match language {
        "ua" => words[0],
        "ro" => words[2],
        "pl" => words[3],
        _ => words[1],
    }
}

/// The text as titles of a shop with these languages.
pub(super) fn titles(words: Words, languages: &[String]) -> Titles {
    languages.iter().map(|language| (language.clone(), word(words, language).into())).collect()
}

/// The five default statuses, and 5 and 8 as this shop made them.
pub(super) fn statuses(languages: &[String]) -> BTreeMap<i64, ShopStatus> {
    const STATUSES: [(i64, Words, bool); 7] = [
        (1, ["Нове", "New", "Nou", "Nowe"], false),
        (2, ["В обробці", "Processing", "Procesare", "W realizacji"], false),
        (3, ["Доставлене", "Delivered", "Livrat", "Dostarczone"], true),
        (4, ["Не доставлене", "Canceled", "Anulat", "Anulowane"], false),
        (5, ["Очікує на оплату", "Awaiting payment", "În așteptarea plății", "Oczekuje na płatność"], false),
        (6, ["Надіслане", "Shipping", "În procesul de livrare", "Wysłane"], false),
        (8, ["Оплачене", "Paid", "Plătit", "Opłacone"], true),
    ];
    STATUSES
        .into_iter()
        .map(|(id, words, successful)| (id, ShopStatus { id, titles: titles(words, languages), successful }))
        .collect()
}

pub(super) fn deliveries(languages: &[String]) -> Vec<DeliveryMethod> {
    use DeliveryKind::{Branch, Courier, PickUp, Post};
    const WAYS: [(i64, DeliveryKind, Words); 4] = [
        (3, Branch, ["Відділення Нової пошти", "Nova Poshta Branch", "Filiala Nova Poshta", "Oddział Nova Poshta"]),
        (5, PickUp, ["Самовивіз", "Pick-up", "Ridicare personală", "Odbiór osobisty"]),
        (7, Post, ["Укрпошта", "UkrPoshta", "UkrPoshta", "UkrPoshta"]),
        (11, Courier, ["Кур'єром", "By courier", "Prin curier", "Kurierem"]),
    ];
    WAYS.into_iter().map(|(id, kind, words)| DeliveryMethod { id, titles: titles(words, languages), kind }).collect()
}

pub(super) fn payments(languages: &[String]) -> Vec<PaymentMethod> {
    const WAYS: [(i64, bool, bool, Words); 4] = [
        (13, false, false, ["Готівкою", "In cash", "Numerar", "Gotówką"]),
        (14, true, false, ["Карткою онлайн", "Card online", "Card online", "Kartą online"]),
        (15, false, true, ["Післяплата", "Cash on delivery", "Ramburs", "Za pobraniem"]),
        (16, true, false, ["На рахунок", "Bank transfer", "Transfer bancar", "Przelew"]),
    ];
    WAYS.into_iter()
        .map(|(id, prepaid, surcharge, words)| PaymentMethod {
            id,
            titles: titles(words, languages),
            prepaid,
            surcharge,
        })
        .collect()
}
