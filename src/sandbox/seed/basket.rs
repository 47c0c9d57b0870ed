//! The lines of an order: ordinary ones, and in turn gifts, sets, twins, blank articles and large baskets.

use rand::{RngExt, rngs::StdRng};
use rust_decimal::Decimal;

use super::{
    ShopData,
    order::{Line, LineKind},
    pick,
    shelf::{CatalogueEntry, word},
    wares::money,
};

/// The lines of the `index`th order, whose number is `id`.
pub(super) fn lines(shop: &ShopData, rng: &mut StdRng, id: i64, index: u32, language: &str) -> Vec<Line> {
    let mut basket = Basket { shop, language, id, lines: Vec::new() };
    match index % 25 {
        4 => basket.add_gift(rng),
        9 => basket.add_set(rng, index % 50 == 9),
        14 => basket.add_twins(rng),
        19 => basket.add_service(rng),
        22 => (0..12).for_each(|_| basket.add_any(rng)),
        _ => {}
    }
    let more = if basket.lines.is_empty() { rng.random_range(1..5) } else { rng.random_range(0..3) };
    for _ in 0..more {
        basket.add_any(rng);
    }
    basket.lines
}

struct Basket<'a> {
    shop: &'a ShopData,
    language: &'a str,
    id: i64,
    lines: Vec<Line>,
}

impl<'a> Basket<'a> {
    /// Adds an ordinary line of a product that is not in the basket yet.
    fn add_any(&mut self, rng: &mut StdRng) {
        let entry = pick(rng, &self.shop.catalogue);
        if self.lines.iter().any(|line| line.article == entry.article) {
            return;
        }
        let quantity = if rng.random_bool(0.8) { 1 } else { rng.random_range(2..8) };
        self.push(entry, LineKind::Product, None, quantity);
    }

    /// Adds a product that comes with a free gift.
    fn add_gift(&mut self, rng: &mut StdRng) {
        let (parent, gift) = self.two(rng);
        let parent = self.push(parent, LineKind::GiftParent, None, 1);
        let gift = self.push(gift, LineKind::Gift, Some(parent), 1);
        self.line(gift, |line| line.price = Decimal::ZERO);
    }

    /// Adds a set with its own price, then its parts, with or without prices.
    fn add_set(&mut self, rng: &mut StdRng, parts_priced: bool) {
        let (first, second) = self.two(rng);
        let set_price = money(&self.shop.seed, Decimal::from(rng.random_range(900_i64..4000)));
        let main = self.push(first, LineKind::SetMain, None, 1);
        self.line(main, |line| {
            line.article = format!("SET-{}", line.article);
            line.title = format!("{} + {}", line.title, ShopData::title(&second.mod_titles, "en"));
            line.price = set_price;
            line.marked_down = false;
        });
        for part in [first, second] {
            let part = self.push(part, LineKind::SetItem, Some(main), 1);
            if !parts_priced {
                self.line(part, |line| line.price = Decimal::ZERO);
            }
        }
    }

    /// Adds two lines that differ only in their `storage_id`.
    fn add_twins(&mut self, rng: &mut StdRng) {
        let (entry, _) = self.two(rng);
        for _ in 0..2 {
            self.push(entry, LineKind::Product, None, 1);
        }
    }

    /// Adds something that has no article and is in no catalogue.
    fn add_service(&mut self, rng: &mut StdRng) {
        const SERVICES: [[&str; 4]; 2] = [
            ["Діагностика пристрою", "Device check", "Diagnosticare", "Diagnostyka"],
            ["Подарункове пакування", "Gift wrapping", "Ambalare cadou", "Pakowanie na prezent"],
        ];
        let price = money(&self.shop.seed, Decimal::from(rng.random_range(50_i64..300)));
        let title = word(*pick(rng, &SERVICES), self.language).into();
        let line = Line {
            storage_id: self.next_id(),
            parent: None,
            kind: LineKind::Product,
            article: String::new(),
            title,
            price,
            quantity: Decimal::ONE,
            marked_down: false,
        };
        self.lines.push(line);
    }

    /// Two different entries.
    fn two(&self, rng: &mut StdRng) -> (&'a CatalogueEntry, &'a CatalogueEntry) {
        let all = &self.shop.catalogue;
        let first = rng.random_range(0..all.len());
        (&all[first], &all[(first + rng.random_range(1..all.len())) % all.len()])
    }

    /// Adds a line; returns its `storage_id`.
    fn push(&mut self, entry: &CatalogueEntry, kind: LineKind, parent: Option<i64>, quantity: i64) -> i64 {
        let storage_id = self.next_id();
        self.lines.push(Line {
            storage_id,
            parent,
            kind,
            article: entry.article.clone(),
            title: ShopData::title(&entry.mod_titles, self.language).into(),
            price: entry.price,
            quantity: Decimal::from(quantity),
            marked_down: entry.price_old.is_some(),
        });
        storage_id
    }

    fn line(&mut self, storage_id: i64, change: impl FnOnce(&mut Line)) {
        if let Some(line) = self.lines.iter_mut().find(|line| line.storage_id == storage_id) {
            change(line);
        }
    }

    fn next_id(&self) -> i64 {
        self.lines.last().map_or(self.id * 100, |line| line.storage_id) + 1
    }
}
