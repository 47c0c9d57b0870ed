//! `catalog/export` (contract cartum 7).

use serde_json::{Map, Value, json};

use super::{
    orders_get::{count, empty, truthy},
    quirks::CartumQuirks,
    reply::Reply,
    wire::Object,
};
use crate::sandbox::seed::{CatalogueEntry, ShopData};

/// Default and maximum of `limit`; a higher one is silently cut.
const MOST: usize = 500;
/// Returned whatever is requested.
const ALWAYS: [&str; 3] = ["article", "parent_article", "parent"];

/// Answers `catalog/export`.
pub(super) fn answer(shop: &ShopData, body: &Map<String, Value>, quirks: &CartumQuirks) -> Reply {
    let (limit, offset) = match (count(body, "limit"), count(body, "offset")) {
        (Ok(limit), Ok(offset)) => (limit.unwrap_or(MOST).min(MOST), offset.unwrap_or(0)),
        (Err(name), _) | (_, Err(name)) => {
            return Reply::refusal("EXCEPTION", &format!("{name} is defined incorrectly"));
        }
    };
    let included = names(body.get("includedParams"));
    let excluded = names(body.get("excludedParams")).unwrap_or_default();
    let wanted = |name: &str| {
        let included = included.as_ref().is_none_or(|names| names.contains(&name));
        ALWAYS.contains(&name) || (included && !excluded.contains(&name))
    };
    let rows: Vec<Value> = shop
        .catalogue
        .iter()
        .filter(|entry| matches(entry, body.get("expr")))
        .skip(offset)
        .take(limit)
        .map(|entry| only(row(shop, entry, quirks), wanted))
        .collect();
    if rows.is_empty() { empty(quirks) } else { Reply::ok(&json!({ "products": rows })) }
}

fn matches(entry: &CatalogueEntry, expr: Option<&Value>) -> bool {
    let Some(expr) = expr else { return true };
    let by_article = match expr.get("article") {
        None => true,
        Some(Value::Array(articles)) => articles.iter().any(|article| article == entry.article.as_str()),
        Some(article) => article == entry.article.as_str(),
    };
    by_article && expr.get("display_in_showcase").is_none_or(|shown| truthy(shown) == entry.shown)
}

fn names(value: Option<&Value>) -> Option<Vec<&str>> {
    Some(value?.as_array()?.iter().filter_map(Value::as_str).collect())
}

fn only(mut row: Value, wanted: impl Fn(&str) -> bool) -> Value {
    if let Some(fields) = row.as_object_mut() {
        fields.retain(|name, _| wanted(name));
    }
    row
}

fn row(shop: &ShopData, entry: &CatalogueEntry, quirks: &CartumQuirks) -> Value {
    Object::new(quirks)
        .text("article", &entry.article)
        .text("parent_article", &entry.parent_article)
        .put("parent", json!({ "id": 7, "value": "Каталог" }))
        .text("article_for_display", &entry.article)
        .titles("title", &entry.titles)
        .titles("mod_title", &entry.mod_titles)
        .titles("description", &entry.descriptions)
        .amount("price", entry.price)
        .amount("price_old", entry.price_old.unwrap_or_default())
        .amount("discount", 0.into())
        .put("currency", shop.currency.as_str())
        .flag("display_in_showcase", entry.shown)
        .put("presence", json!({ "id": 1, "value": { "en": "In stock" } }))
        .put("quantity", entry.quantity)
        .text("slug", &entry.article.to_lowercase())
        .text("gtin", &entry.gtin)
        .text("mpn", "")
        .put("images", json!([]))
        .put("characteristics", json!([]))
        .done()
}
