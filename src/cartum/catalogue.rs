//! Reads catalogue entries: titles by language and barcodes (contract cartum 7).

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    client::{Cartum, TooMuch},
    error::CartumError,
    fields,
};
use crate::json;

pub(super) const EXPORT: &str = "catalog/export";
/// Articles requested at a time.
const ARTICLES_AT_A_TIME: usize = 50;
/// The most rows that a store returns.
const MAX_ROWS: usize = 500;
/// Rows of a sample.
const SAMPLE: usize = 20;
/// The requested fields; without this list, every row contains a whole HTML description. The contract does not confirm the name
/// `description`; a store ignores a name that it does not know.
const PARAMS: [&str; 7] = ["article", "parent_article", "title", "mod_title", "price", "gtin", "description"];

/// A product of the store's catalogue, with the fields we need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueEntry {
    /// The article (SKU); each variant has its own.
    pub article: String,
    /// The parent article of a variant; empty or the article itself for a product without variants.
    pub parent_article: String,
    /// Titles by language key, shared by all variants; a language that is not filled in has an empty text.
    pub titles: BTreeMap<String, String>,
    /// The variant's own titles by language key.
    pub variant_titles: BTreeMap<String, String>,
    /// The price, if it can be read.
    pub price: Option<Decimal>,
    /// GTIN (barcode); may be empty.
    pub gtin: String,
    /// Descriptions by language key, with their HTML; under an empty key if the store sends a single text.
    pub descriptions: BTreeMap<String, String>,
}

impl CatalogueEntry {
    /// The title in a language, else in English, else in any. In each language, a variant's own title (`mod_title`) comes
    /// first, because `title` is the same for all its siblings; for other products `title` comes first.
    #[must_use]
    pub fn title(&self, language: &str) -> Option<&str> {
        let (first, second) =
            if self.is_variant() { (&self.variant_titles, &self.titles) } else { (&self.titles, &self.variant_titles) };
        let filled = |language: &str| {
            [first, second].into_iter().find_map(|titles| titles.get(language).filter(|title| !title.is_empty()))
        };
        let any = || [first, second].into_iter().flat_map(BTreeMap::values).find(|title| !title.is_empty());
        filled(language).or_else(|| filled("en")).or_else(any).map(String::as_str)
    }

    /// The description in a language, else in English, else in any; empty if there is none.
    #[must_use]
    pub fn description(&self, language: &str) -> &str {
        fields::pick(&self.descriptions, language).unwrap_or_default()
    }

    fn is_variant(&self) -> bool {
        !self.parent_article.is_empty() && self.parent_article != self.article
    }

    fn decode(row: &Value) -> Self {
        Self {
            article: fields::word(row, "article"),
            parent_article: fields::word(row, "parent_article"),
            titles: fields::titles(&row["title"]),
            variant_titles: fields::titles(&row["mod_title"]),
            price: fields::decimal(row, "price").ok().flatten(),
            gtin: fields::word(row, "gtin"),
            descriptions: match &row["description"] {
                Value::String(text) => BTreeMap::from([(String::new(), text.clone())]),
                other => fields::raw_texts(other),
            },
        }
    }
}

impl Cartum {
    /// The catalogue entries of these articles. Each row is checked again, because an old store ignores the filter. Articles
    /// that the catalogue does not have are left out; blank ones are not requested.
    ///
    /// # Errors
    /// As [`CartumError`].
    pub async fn catalogue(&self, articles: &[String]) -> Result<Vec<CatalogueEntry>, CartumError> {
        let articles: BTreeSet<_> = articles.iter().map(|article| article.trim()).filter(|a| !a.is_empty()).collect();
        let articles: Vec<_> = articles.into_iter().collect();
        let mut found = BTreeMap::new();
        let mut left: Vec<_> = articles.chunks(ARTICLES_AT_A_TIME).rev().collect();
        while let Some(batch) = left.pop() {
            let params = json!({"expr": {"article": batch}, "limit": MAX_ROWS, "includedParams": PARAMS});
            let too_much = if batch.len() > 1 { TooMuch::Less } else { TooMuch::Again };
            let rows = match self.catalogue_rows(&params, too_much).await {
                Err(error) if error.too_much().is_some() && batch.len() > 1 => {
                    let (one, other) = batch.split_at(batch.len() / 2);
                    left.extend([other, one]);
                    continue;
                }
                Err(error) if error.too_much().is_some() => {
                    // The other articles are still read; a line of an order brings its own title.
                    let host = &self.host;
                    tracing::warn!(host, article = batch.first(), %error, "the catalogue entry cannot be read");
                    continue;
                }
                answer => answer?,
            };
            for entry in rows {
                if batch.contains(&entry.article.as_str()) {
                    found.entry(entry.article.clone()).or_insert(entry);
                }
            }
        }
        Ok(found.into_values().collect())
    }

    /// A few rows of any products, whose titles show the store's languages.
    ///
    /// # Errors
    /// As [`CartumError`].
    pub async fn titles_sample(&self) -> Result<Vec<CatalogueEntry>, CartumError> {
        let whole = self.catalogue_rows(&json!({"limit": SAMPLE, "includedParams": PARAMS}), TooMuch::Less).await;
        if !whole.as_ref().is_err_and(|error| error.too_much().is_some()) {
            return whole;
        }
        self.catalogue_rows(&json!({"limit": 1, "includedParams": PARAMS}), TooMuch::Again).await
    }

    /// Rows of the catalogue. A row that cannot be read gets no article, so nobody takes it.
    async fn catalogue_rows(&self, params: &Value, too_much: TooMuch) -> Result<Vec<CatalogueEntry>, CartumError> {
        let read = |_: &str, text: &[u8]| CatalogueEntry::decode(&json::read(text).unwrap_or_default());
        self.list(EXPORT, params, "products", too_much, read).await
    }
}
