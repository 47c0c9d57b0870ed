//! The invented catalogue: parts and accessories for invented devices, some in several colours.

use rand::{RngExt, rngs::StdRng};
use rust_decimal::{Decimal, RoundingStrategy};

use super::{
    SeedOptions, Topic,
    shelf::{CatalogueEntry, Titles, Words, titles},
    stream,
};

/// Prefix of the article, title, and price of the cheapest model in whole UAH.
const GOODS: [(&str, Words, i64); 14] = [
    ("BAT", ["Акумулятор", "Battery", "Acumulator", "Bateria"], 640),
    ("LCD", ["Дисплей", "Display", "Ecran", "Wyświetlacz"], 2190),
    ("CAM", ["Камера", "Camera", "Cameră", "Kamera"], 1150),
    ("CHG", ["Зарядний пристрій", "Charger", "Încărcător", "Ładowarka"], 799),
    ("GLS", ["Захисне скло", "Tempered glass", "Folie de sticlă", "Szkło ochronne"], 149),
    ("SPK", ["Динамік", "Speaker", "Difuzor", "Głośnik"], 285),
    ("KBD", ["Клавіатура", "Keyboard", "Tastatură", "Klawiatura"], 1499),
    ("SSD", ["Накопичувач", "Solid-state drive", "Unitate SSD", "Dysk SSD"], 3350),
    ("FAN", ["Вентилятор", "Fan", "Ventilator", "Wentylator"], 420),
    ("TOOL", ["Набір викруток", "Screwdriver kit", "Set de șurubelnițe", "Zestaw śrubokrętów"], 555),
    (
        "HUB",
        ["Концентратор \"Pro\" <4 в 1>", "Hub \"Pro\" <4 in 1>", "Hub \"Pro\" <4 în 1>", "Hub \"Pro\" <4 w 1>"],
        905,
    ),
    ("", ["Кабель", "Cable", "Cablu", "Kabel"], 95),
    ("CASE", ["Чохол", "Case", "Husă", "Etui"], 330),
    ("STRAP", ["Ремінець", "Strap", "Curea", "Pasek"], 260),
];

const MODELS: [(&str, &str); 4] =
    [("A12", "Nordo A12"), ("S3", "Nordo S3"), ("7X", "Pixora 7X"), ("ЛМ-2", "Lumio ЛМ-2")];

const COLOURS: [(&str, Words); 3] = [
    ("BLK", ["чорний", "black", "negru", "czarny"]),
    ("RED", ["червоний", "red", "roșu", "czerwony"]),
    ("GRN", ["зелений", "green", "verde", "zielony"]),
];

/// All entries, in the order of the shop's own list.
pub(super) fn catalogue(seed: &SeedOptions, languages: &[String]) -> Vec<CatalogueEntry> {
    let mut rng = stream(seed.seed, Topic::Wares, 0);
    let mut entries = Vec::new();
    for (kind, (prefix, words, price)) in GOODS.into_iter().enumerate() {
        for (place, (code, model)) in MODELS.into_iter().enumerate() {
            let number = kind * MODELS.len() + place;
            let article = match prefix {
                // The shop's oldest goods have plain numbers, one of them with leading zeros.
                "" if place == 0 => format!("00{}", 417 + number),
                "" => format!("{}", 100_200 + number),
                _ => format!("{prefix}-{code}"),
            };
            let entry = entry(&mut rng, seed, languages, &article, (words, model, price));
            if prefix == "CASE" || prefix == "STRAP" {
                entries.extend(COLOURS.map(|colour| variant(&entry, languages, &mut rng, colour)));
            } else {
                entries.push(entry);
            }
        }
    }
    // A badly kept shop: here and there a language is not filled in, a barcode is missing, or a product is hidden.
    for (place, entry) in entries.iter_mut().enumerate() {
        if place % 9 == 5
            && let Some(last) = languages.last()
        {
            entry.titles.insert(last.clone(), String::new());
            entry.mod_titles.insert(last.clone(), String::new());
        }
        if place % 5 == 3 {
            entry.gtin.clear();
        }
        entry.shown = place % 13 != 6;
    }
    entries
}

fn entry(
    rng: &mut StdRng,
    seed: &SeedOptions,
    languages: &[String],
    article: &str,
    (words, model, base): (Words, &str, i64),
) -> CatalogueEntry {
    let titles = with_suffix(titles(words, languages), &format!(" {model}"));
    let price = money(seed, Decimal::from(base) * Decimal::new(rng.random_range(100..180), 2));
    let marked_down = rng.random_bool(0.15);
    let descriptions = titles
        .iter()
        .map(|(language, title)| {
            (
                language.clone(),
                format!("<p><strong>{title}</strong> &mdash; №&nbsp;{article}</p>\n<ul><li>12 m</li></ul>"),
            )
        })
        .collect();
    CatalogueEntry {
        article: article.into(),
        parent_article: article.into(),
        mod_titles: titles.clone(),
        titles,
        descriptions,
        price,
        price_old: marked_down.then(|| money(seed, price * Decimal::new(125, 2))),
        gtin: gtin(rng),
        shown: true,
        quantity: rng.random_range(0..40),
    }
}

fn variant(entry: &CatalogueEntry, languages: &[String], rng: &mut StdRng, colour: (&str, Words)) -> CatalogueEntry {
    let (code, words) = colour;
    let mut mod_titles = entry.titles.clone();
    for (language, colour) in titles(words, languages) {
        if let Some(title) = mod_titles.get_mut(&language) {
            title.extend([" (", &colour, ")"]);
        }
    }
    CatalogueEntry { article: format!("{}-{code}", entry.article), mod_titles, gtin: gtin(rng), ..entry.clone() }
}

fn with_suffix(mut titles: Titles, suffix: &str) -> Titles {
    for title in titles.values_mut() {
        title.push_str(suffix);
    }
    titles
}

/// An EAN-13 with a valid check digit, in the range for use inside one shop.
fn gtin(rng: &mut StdRng) -> String {
    let digits = format!("20{:010}", rng.random_range(0_u64..10_000_000_000));
    let sum: u32 =
        digits.chars().filter_map(|digit| digit.to_digit(10)).zip([1, 3].into_iter().cycle()).map(|(d, w)| d * w).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// Converts an amount in UAH to an amount in the shop's currency, whole or with cents.
pub(super) fn money(seed: &SeedOptions, uah: Decimal) -> Decimal {
    let rate = match seed.currency.as_str() {
        "UAH" => Decimal::ONE,
        "RON" => Decimal::new(105, 3),
        "PLN" => Decimal::new(9, 2),
        "MDL" => Decimal::new(42, 2),
        _ => Decimal::new(22, 3),
    };
    let places = if seed.decimals { 2 } else { 0 };
    let amount = (uah * rate).round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    amount.max(Decimal::new(1, places)).normalize()
}
