//! What RO App already knows of the shop: some buyers, as somebody else typed them, and some goods.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use rust_decimal::Decimal;

use crate::sandbox::{
    roapp::{RoAppSeed, SeedPerson, SeedProduct},
    seed::{
        Buyer, CatalogueEntry, ShopData,
        names::{initial, latin},
        phones::{Spelling, spell},
    },
};

/// A category that every sandbox account has.
const CATEGORY: i64 = 5;

/// Almost half of the buyers and two thirds of the goods already exist in RO App: phones in other spellings; names swapped, in
/// Latin letters or abbreviated; goods by article, some by title only. RO App has one article of its own twice, but none of the
/// shop's.
#[must_use]
pub fn roapp_seed(shop: &ShopData, seed: u64) -> RoAppSeed {
    let mut rng = StdRng::seed_from_u64(seed ^ 0x0072_6F61_7070);
    let mut people = Vec::new();
    for buyer in shop.buyers() {
        if rng.random_bool(0.45) {
            people.push(person(&buyer, &mut rng));
        }
    }
    people.push(SeedPerson { first_name: "Walk-in".into(), last_name: "Customer".into(), ..SeedPerson::default() });
    let mut products: Vec<SeedProduct> =
        shop.catalogue.iter().enumerate().filter_map(|(place, entry)| known(shop, entry, place)).collect();
    products.extend(service(shop));
    for title in ["Old stock", "Old stock, opened"] {
        products.push(product("ROAPP-OWN-1", title.into()));
    }
    RoAppSeed { people, products }
}

/// Like [`roapp_seed`], but [`ambiguous_article`] exists twice.
#[must_use]
pub fn ambiguous_roapp_seed(shop: &ShopData, seed: u64) -> RoAppSeed {
    let mut known = roapp_seed(shop, seed);
    if let Some(article) = ambiguous_article(shop) {
        known.products.retain(|product| product.article != article);
        known.products.push(product(&article, format!("{article} (A)")));
        known.products.push(product(&article, format!("{article} (B)")));
    }
    known
}

/// The article that [`ambiguous_roapp_seed`] doubles: the first in the catalogue that somebody ordered.
#[must_use]
pub fn ambiguous_article(shop: &ShopData) -> Option<String> {
    let ordered =
        |article: &str| shop.orders.values().flat_map(|order| &order.lines).any(|line| line.article == article);
    shop.catalogue.iter().map(|entry| &entry.article).find(|article| ordered(article)).cloned()
}

/// A buyer as somebody else typed them.
fn person(buyer: &Buyer, rng: &mut StdRng) -> SeedPerson {
    let (first, last) = (buyer.first_name.clone(), buyer.last_name.clone());
    let (first_name, last_name) = match rng.random_range(0..10) {
        0 | 1 => (last, first),
        2 | 3 => (latin(&first), latin(&last)),
        4 => (initial(&first), last),
        // The same phone with another name: a relative. Only the phone decides.
        5 => ("Рахіля".into(), "Сусідко".into()),
        _ => (first, last),
    };
    let spelling = Spelling::any(rng);
    let phones = buyer.phone.iter().map(|phone| spell(phone, spelling, rng)).collect();
    let email = buyer.email.clone().filter(|_| rng.random_bool(0.7)).unwrap_or_default();
    SeedPerson { first_name, last_name, phones, email }
}

/// In turn with its article, by its title only, or not at all.
fn known(shop: &ShopData, entry: &CatalogueEntry, place: usize) -> Option<SeedProduct> {
    let own = shop.languages.first().map_or("en", String::as_str);
    let title = String::from(ShopData::title(&entry.mod_titles, own));
    let base = SeedProduct { cost: (entry.price * Decimal::new(6, 1)).round_dp(2), ..product("", title) };
    match place % 6 {
        0 | 1 => Some(SeedProduct { article: entry.article.clone(), code: number(&entry.article), ..base }),
        2 => {
            let barcodes = [&entry.gtin].into_iter().filter(|gtin| !gtin.is_empty()).cloned().collect();
            Some(SeedProduct { article: entry.article.clone(), barcodes, ..base })
        }
        3 => Some(base),
        _ => None,
    }
}

/// RO App's code is a number, so it can only repeat an article that is one.
fn number(article: &str) -> String {
    article.parse::<u32>().map(|number| number.to_string()).unwrap_or_default()
}

/// A service that the shop sells without an article.
fn service(shop: &ShopData) -> Option<SeedProduct> {
    let line = shop.orders.values().flat_map(|order| &order.lines).find(|line| line.article.is_empty())?;
    Some(product("", line.title.clone()))
}

fn product(article: &str, title: String) -> SeedProduct {
    SeedProduct { title, article: article.into(), category_id: CATEGORY, cost: Decimal::ZERO, ..SeedProduct::default() }
}
