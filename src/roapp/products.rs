//! The catalogue (contract roapp 7). Only the un-versioned calls can filter by several articles or by exact title, and only
//! they create products; a single product is read in v2, which shows its cost. If the un-versioned paths no longer exist
//! (contract roapp 0), products are found in v2 by text or barcode.
//!
//! Lists are raw: a filter may be ignored and no key is unique, so the caller must compare each row.

use super::{Created, NewProduct, RoApp, RoAppError, call::Call, row::Row};
use crate::domain::{ids::ProductId, remote::ProductCard};

const PRODUCTS: &str = "/products/";
const CATALOG: &str = "/v2/catalog/products";
/// Most values of a filter in one call, which keeps URLs short.
const MAX_FILTER_VALUES: usize = 50;

impl RoApp {
    /// Products with one of these articles.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn products_by_article(&self, articles: &[String]) -> Result<Vec<ProductCard>, RoAppError> {
        self.products_by_any("articles[]", articles).await
    }

    /// Products with one of these barcodes.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn products_by_barcode(&self, barcodes: &[String]) -> Result<Vec<ProductCard>, RoAppError> {
        self.products_by_any("barcodes[]", barcodes).await
    }

    /// Products with this exact title.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn products_by_title(&self, title: &str) -> Result<Vec<ProductCard>, RoAppError> {
        self.products("title", &[title]).await
    }

    /// Products with this text in title, article, code or barcode.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn products_by_text(&self, text: &str) -> Result<Vec<ProductCard>, RoAppError> {
        self.products("q", &[text]).await
    }

    /// One page of the catalogue, counted from 1, and how many pages there are, if RO App says so.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn products_page(&self, page: u64) -> Result<(Vec<ProductCard>, Option<u64>), RoAppError> {
        self.one_page(&Call::get(CATALOG), page, card).await
    }

    /// One product; `None` if RO App has none with this id.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn product(&self, id: ProductId) -> Result<Option<ProductCard>, RoAppError> {
        self.maybe(Call::get("/v2/catalog/products/{id}").at(&[id.get()]), card).await
    }

    /// Creates a product.
    ///
    /// # Errors
    /// A [`RoAppError`]; if its verdict is unclear, search for the product before anything else.
    pub async fn create_product(&self, product: &NewProduct) -> Result<Created<ProductId>, RoAppError> {
        let answer = self.send(&Call::create(PRODUCTS).body(product.body())).await?;
        Ok(Created::<ProductId>::from_answer(&answer.body))
    }

    async fn products_by_any(&self, filter: &'static str, values: &[String]) -> Result<Vec<ProductCard>, RoAppError> {
        let mut found: Vec<ProductCard> = Vec::new();
        for values in values.chunks(MAX_FILTER_VALUES) {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            for card in self.products(filter, &values).await? {
                if found.iter().all(|known| known.id != card.id) {
                    found.push(card);
                }
            }
        }
        Ok(found)
    }

    /// Products by a filter of the un-versioned path. A blank value would list the whole catalogue, so it is left out.
    async fn products(&self, filter: &'static str, values: &[&str]) -> Result<Vec<ProductCard>, RoAppError> {
        let mut call = Call::get(PRODUCTS);
        for value in values.iter().filter(|value| !value.trim().is_empty()) {
            call = call.with(filter, value);
        }
        if call.query.is_empty() {
            return Ok(Vec::new());
        }
        let answer = self.pages(call, card).await;
        let is_gone = answer.as_ref().is_err_and(RoAppError::is_older_path_gone);
        if answer.is_ok() || is_gone {
            self.0.options.dialect.note_older(!is_gone);
        }
        if is_gone { self.catalog(filter, values).await } else { answer }
    }

    /// Products by a filter of v2, where only the one by barcode is exact.
    async fn catalog(&self, filter: &str, values: &[&str]) -> Result<Vec<ProductCard>, RoAppError> {
        let name = if filter == "barcodes[]" { "barcode" } else { "q" };
        let mut found: Vec<ProductCard> = Vec::new();
        for value in values.iter().filter(|value| !value.trim().is_empty()) {
            for card in self.pages(Call::get(CATALOG).with(name, value), card).await? {
                if found.iter().all(|known| known.id != card.id) {
                    found.push(card);
                }
            }
        }
        Ok(found)
    }
}

fn card(row: &Row<'_>) -> Result<ProductCard, RoAppError> {
    let article = Some(row.text("article")).filter(|text| !text.is_empty());
    Ok(ProductCard {
        id: row.id()?,
        title: row.title(),
        article: article.unwrap_or_else(|| row.text("sku")),
        code: row.text("code"),
        barcodes: row.texts("barcodes", "code"),
        description: row.text("description"),
        cost: row.amount("cost"),
    })
}
