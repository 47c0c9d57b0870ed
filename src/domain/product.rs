//! Which product a line needs: the key it is searched by, and what the product would contain if we created it (design section 6).

use std::collections::BTreeMap;

use super::{
    order::Line,
    store::{ProductKeyKind, Settings},
    text,
};

/// What the store's catalogue says, by article.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue(pub BTreeMap<String, CatalogueEntry>);

/// One article of the store's catalogue, in the chosen language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CatalogueEntry {
    /// Title; empty = the catalogue has none.
    pub title: String,
    /// Barcode; empty = none.
    pub gtin: String,
    /// Text without HTML.
    pub description: String,
}

/// The product that a line wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductWant {
    /// What the link is kept under: the kind of key and the key.
    pub link_key: String,
    /// Which field is compared.
    pub kind: ProductKeyKind,
    /// The key itself; for [`ProductKeyKind::Title`] the title.
    pub key: String,
    /// Title of a product we make.
    pub title: String,
    /// Article of a product we make; may be empty.
    pub article: String,
    /// Description of a product we make, without our token.
    pub description: String,
}

/// What shops put where an article should be, without signs and blanks.
const FILLERS: [&str; 22] = [
    "none",
    "null",
    "nil",
    "nan",
    "undefined",
    "missing",
    "empty",
    "nosku",
    "noarticle",
    "withoutarticle",
    "немає",
    "нема",
    "нет",
    "відсутній",
    "отсутствует",
    "безартикула",
    "безартикулу",
    "немаєартикулу",
    "нетартикула",
    "безномера",
    "brak",
    "fărăcod",
];
/// The same as far as a sign stands between or around: without one it may be an article.
const ABBREVIATIONS: [&str; 8] = ["na", "nd", "ref", "value", "name", "бн", "ба", "бк"];

/// The text names no product: it is blank, has no letter and no digit but zeros, or says that there is none. Shops put `-` or `0`
/// where an article is wanted, and unrelated goods would be one product.
#[must_use]
pub fn identifies_nothing(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    let bare: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let is_marked = bare.len() < text.len();
    bare.chars().all(|c| c == '0')
        || FILLERS.contains(&bare.as_str())
        || (is_marked && ABBREVIATIONS.contains(&bare.as_str()))
}

impl ProductKeyKind {
    /// What the link of a product with this key is kept under.
    #[must_use]
    pub fn link_key(self, key: &str) -> String {
        format!("{}:{}", self.word(), text::key(key))
    }
}

impl ProductWant {
    /// A key that is blank or identifies nothing is replaced by the exact title.
    #[must_use]
    pub fn of(line: &Line, settings: &Settings, catalogue: &Catalogue) -> Self {
        let article = Some(line.article.trim()).filter(|article| !identifies_nothing(article)).unwrap_or_default();
        let entry = catalogue.0.get(&line.article).filter(|_| !article.is_empty());
        let title = entry.map(|entry| entry.title.as_str()).filter(|title| !title.is_empty()).unwrap_or(&line.title);
        let mut title = text::shorten(&text::one_line(title), text::MAX_NAME);
        if title.is_empty() {
            title = if article.is_empty() { "Item without a name".into() } else { article.to_owned() };
        }
        let kind = settings.identify_products_by;
        let key = match kind {
            ProductKeyKind::Sku | ProductKeyKind::Code => article,
            ProductKeyKind::Barcode => {
                entry.map(|entry| entry.gtin.trim()).filter(|gtin| !identifies_nothing(gtin)).unwrap_or_default()
            }
            ProductKeyKind::Title => title.as_str(),
        };
        let (kind, key) = if key.is_empty() { (ProductKeyKind::Title, title.as_str()) } else { (kind, key) };
        Self {
            link_key: kind.link_key(key),
            kind,
            key: key.to_owned(),
            article: article.to_owned(),
            description: entry.map_or_else(String::new, |entry| entry.description.clone()),
            title,
        }
    }
}
