//! How many products each possible key would find.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
};

use crate::domain::{
    matching::{self, ProductChoice},
    order::Line,
    product::{Catalogue, ProductWant},
    remote::ProductCard,
    store::{ProductKeyKind, Settings},
};

/// What a key finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyRate {
    /// The key.
    pub kind: ProductKeyKind,
    /// One product of RO App has it.
    pub matched: u64,
    /// None has.
    pub new: u64,
    /// Several have: a person has to choose.
    pub ambiguous: u64,
    /// The store gives no such key; those are matched by title.
    pub blank: u64,
}

/// A product that lines want.
#[derive(Debug)]
struct Wanted {
    /// By each kind of key; none where the store does not give it.
    keys: Vec<Option<String>>,
    /// How many lines want it; none = it is not looked for.
    lines: u64,
}

/// What stands in RO App's catalogue of what an import wants: it is shown card after card, and keeps those that fit.
#[derive(Debug)]
pub struct Shelf {
    /// The store's, once with each key.
    settings: Vec<Settings>,
    wanted: Vec<Wanted>,
    /// By article and title.
    places: HashMap<(String, String), usize>,
    /// Who wants what looks like this: by kind and key.
    sought: HashMap<(usize, String), Vec<usize>>,
    /// The cards that fit, by kind and who wants them.
    found: HashMap<(usize, usize), Vec<ProductCard>>,
}

impl Shelf {
    /// An empty one for a store of these settings.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        let with = |identify_products_by| Settings { identify_products_by, ..settings.clone() };
        Self {
            settings: ProductKeyKind::ALL.map(with).into(),
            wanted: Vec::new(),
            places: HashMap::new(),
            sought: HashMap::new(),
            found: HashMap::new(),
        }
    }

    /// Notes what a line wants.
    pub fn want(&mut self, line: &Line, catalogue: &Catalogue) {
        let wants: Vec<_> = self.settings.iter().map(|settings| ProductWant::of(line, settings, catalogue)).collect();
        let nth = self.wanted.len();
        let place = (wants[0].article.clone(), wants[0].title.clone());
        let known = *self.places.entry(place).or_insert(nth);
        if known < nth {
            self.wanted[known].lines += 1;
            return;
        }
        // One that the store does not give was replaced by the title.
        let keys: Vec<_> = ProductKeyKind::ALL
            .into_iter()
            .zip(wants)
            .map(|(kind, want)| Some(want.key).filter(|_| want.kind == kind))
            .collect();
        for (at, key) in keys.iter().enumerate().filter_map(|(at, key)| Some((at, key.as_ref()?))) {
            let seen = matching::key_as_seen(ProductKeyKind::ALL[at], key);
            self.sought.entry((at, seen)).or_default().push(nth);
        }
        self.wanted.push(Wanted { keys, lines: 1 });
    }

    /// How many products are wanted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.wanted.len()
    }

    /// Nothing is wanted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Looks only for those that most lines want.
    pub fn keep_most_wanted(&mut self, most: usize) {
        let mut places: Vec<_> = (0..self.wanted.len()).collect();
        places.sort_by_key(|at| Reverse(self.wanted[*at].lines));
        for at in places.into_iter().skip(most) {
            self.wanted[at].lines = 0;
        }
    }

    /// The keys of a kind that are wanted, each once.
    #[must_use]
    pub fn keys(&self, kind: ProductKeyKind) -> Vec<String> {
        let at = place(kind);
        let keys: BTreeSet<_> = self.looked_for().filter_map(|(_, wanted)| wanted.keys[at].clone()).collect();
        keys.into_iter().collect()
    }

    /// Looks at cards of RO App's catalogue.
    pub fn see_all(&mut self, cards: &[ProductCard]) {
        for card in cards {
            self.see(card);
        }
    }

    fn see(&mut self, card: &ProductCard) {
        for (at, kind) in ProductKeyKind::ALL.into_iter().enumerate() {
            for text in matching::keys_of(kind, card) {
                let seen = matching::key_as_seen(kind, text);
                for nth in self.sought.get(&(at, seen)).into_iter().flatten() {
                    let cards = self.found.entry((at, *nth)).or_default();
                    if cards.iter().all(|known| known.id != card.id) {
                        cards.push(ProductCard { description: String::new(), ..card.clone() });
                    }
                }
            }
        }
    }

    /// How many are looked for.
    #[must_use]
    pub fn compared(&self) -> u64 {
        self.looked_for().map(|_| 1).sum()
    }

    fn looked_for(&self) -> impl Iterator<Item = (usize, &Wanted)> {
        self.wanted.iter().enumerate().filter(|(_, wanted)| wanted.lines > 0)
    }

    /// What each key finds, as far as cards were looked at.
    #[must_use]
    pub fn rates(&self) -> Vec<KeyRate> {
        let rate = |(at, kind): (usize, ProductKeyKind)| {
            let mut rate = KeyRate { kind, matched: 0, new: 0, ambiguous: 0, blank: 0 };
            for (nth, wanted) in self.looked_for() {
                let cards = self.found.get(&(at, nth)).map_or(&[][..], Vec::as_slice);
                let count = match &wanted.keys[at] {
                    None => &mut rate.blank,
                    Some(key) => match matching::choose_product(kind, key, cards) {
                        ProductChoice::One(_) => &mut rate.matched,
                        ProductChoice::None => &mut rate.new,
                        ProductChoice::Several(_) => &mut rate.ambiguous,
                    },
                };
                *count += 1;
            }
            rate
        };
        ProductKeyKind::ALL.into_iter().enumerate().map(rate).collect()
    }
}

fn place(kind: ProductKeyKind) -> usize {
    ProductKeyKind::ALL.iter().position(|known| *known == kind).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ids::ProductId, product::CatalogueEntry, samples};

    fn line(article: &str, title: &str) -> Line {
        Line { article: article.into(), title: title.into(), ..samples::order().lines[0].clone() }
    }

    fn card(id: i64, title: &str, article: &str, code: &str, barcode: &str) -> ProductCard {
        ProductCard {
            id: ProductId::new(id),
            title: title.into(),
            article: article.into(),
            code: code.into(),
            barcodes: vec![barcode.into()],
            description: "long".into(),
            cost: None,
        }
    }

    /// Matched, new, ambiguous, blank.
    fn rates(shelf: &Shelf) -> Vec<[u64; 4]> {
        shelf.rates().iter().map(|rate| [rate.matched, rate.new, rate.ambiguous, rate.blank]).collect()
    }

    fn shelf() -> Shelf {
        let entry = CatalogueEntry { title: "Bolt".into(), gtin: "4001".into(), description: String::new() };
        let catalogue = Catalogue([("A-1".to_owned(), entry)].into());
        let mut shelf = Shelf::new(&samples::settings());
        for line in [line("A-1", "Bolt (blue)"), line("A-1", "Bolt (red)"), line("", "Cable"), line("B-2", "Nut")] {
            shelf.want(&line, &catalogue);
        }
        shelf
    }

    #[test]
    fn each_key_is_counted_by_what_it_finds() {
        let mut shelf = shelf();
        assert_eq!(shelf.len(), 3);
        for card in [
            card(1, "Bolt", "A-1", "", "4001"),
            card(2, "Bolt", "x", "B-2", ""),
            card(3, "", "A-10", "A-1", ""),
            card(3, "", "A-10", "A-1", ""),
            card(4, "", "", "A-1", ""),
        ] {
            shelf.see(&card);
        }
        assert_eq!(shelf.keys(ProductKeyKind::Sku), ["A-1", "B-2"]);
        assert_eq!(rates(&shelf), [[1, 1, 0, 1], [1, 0, 1, 1], [1, 0, 0, 2], [0, 2, 1, 0]]);
    }

    #[test]
    fn of_many_those_are_kept_that_most_lines_name() {
        let mut shelf = shelf();
        shelf.keep_most_wanted(1);
        assert_eq!((shelf.compared(), shelf.keys(ProductKeyKind::Sku)), (1, vec!["A-1".to_owned()]));
        assert_eq!(shelf.keys(ProductKeyKind::Title), ["Bolt"]);
        assert_eq!(rates(&shelf)[0], [0, 1, 0, 0]);
    }
}
