//! What the store's catalogue says about the articles of its orders: titles, barcodes, descriptions.

use std::collections::HashSet;

use super::Engine;
use crate::{
    cartum::{self, Cartum, CartumError, OrderRow},
    db::{
        DbError,
        catalogue::{self, ToAsk},
        growth,
        leases::{Lease, Tx},
        notices,
        stores::Store,
    },
    domain::{
        notice::{Plain, Topic},
        plan::MAX_LINES,
        product::{Catalogue, CatalogueEntry},
        said::Said,
        store::ProductKeyKind,
        text,
    },
    http::Verdict,
};

/// The notice about a catalogue that does not answer.
const TOPIC: Topic = Topic::Plain(Plain::Catalogue);
/// Articles that a page asks about at most: some ten calls. One of 100 orders names fewer as a rule.
const ASKED_AT_ONCE: usize = 500;
/// Articles that are new to us and asked about in a day, for each store: more than are sold in any.
const ARTICLES_A_DAY: i64 = 100_000;

/// Asks the store's catalogue about articles that are new to us, before the orders that name them are saved, and again after a
/// while. A catalogue that refuses or fails stops no order: those with articles that it was not asked about wait a little,
/// then the titles of their own lines serve. False when it does not answer: it is not asked again in this cycle.
///
/// # Errors
/// When the database fails.
pub(super) async fn learn(
    engine: &Engine,
    lease: &Lease,
    store: &Store,
    shop: &Cartum,
    rows: &[OrderRow],
) -> Result<bool, DbError> {
    let needs_gtin = store.settings.identify_products_by == ProductKeyKind::Barcode;
    let ToAsk { mut new, mut again } = catalogue::to_ask(&engine.pool, store.id, &named(rows), needs_gtin).await?;
    // Orders with the others wait, and are asked about with the next page that shows them.
    if !new.is_empty() {
        let left = ARTICLES_A_DAY - growth::today(&engine.pool, store.id).await?.articles;
        new.truncate(ASKED_AT_ONCE.min(usize::try_from(left).unwrap_or_default()));
    }
    again.truncate(ASKED_AT_ONCE - new.len());
    // By themselves, so that one that the store fails at takes no new one with it.
    for articles in [new, again].into_iter().filter(|articles| !articles.is_empty()) {
        match shop.catalogue(&articles).await {
            Ok(rows) => {
                let (articles, entries) = (&articles, &entries(store, rows));
                let save = |mut tx: Tx| async move {
                    catalogue::save_blank(&mut tx, store.id, articles).await?;
                    catalogue::save(&mut tx, store.id, entries).await?;
                    notices::clear(&mut tx, store.account, Some(store.id), &TOPIC).await
                };
                lease.commit(&engine.pool, "articles.learn", save).await?;
            }
            Err(error) if is_lasting(&error) => {
                let what = Said::new("catalogue-unreadable").with("error", Said::from(&error));
                note_silent(engine, lease, store, &articles, &what).await?;
            }
            Err(error) => {
                tracing::debug!(error = &error as &dyn std::error::Error, "the store's catalogue does not answer");
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// The articles of orders that can be written, those of the shortest orders first: a long one keeps nobody waiting.
fn named(rows: &[OrderRow]) -> Vec<String> {
    let mut orders: Vec<_> = rows.iter().filter_map(|row| row.order.as_ref().ok()).collect();
    orders.retain(|order| order.lines.len() <= MAX_LINES);
    orders.sort_by_key(|order| order.lines.len());
    let mut known = HashSet::new();
    let articles = orders.into_iter().flat_map(|order| &order.lines).map(|line| &line.article);
    articles.filter(|article| known.insert(*article)).cloned().collect()
}

fn is_lasting(error: &CartumError) -> bool {
    matches!(error.verdict(), Verdict::Never | Verdict::Stop) && !matches!(error, CartumError::LoginRefused { .. })
}

/// The catalogue says nothing about these articles, with the reason in a notice: it is asked again later.
///
/// # Errors
/// When the database fails.
pub(in crate::sync) async fn note_silent(
    engine: &Engine,
    lease: &Lease,
    store: &Store,
    articles: &[String],
    what: &Said,
) -> Result<(), DbError> {
    let note = |mut tx: Tx| async move {
        catalogue::save_blank(&mut tx, store.id, articles).await?;
        notices::raise(&mut tx, store.account, Some(store.id), &TOPIC, what).await
    };
    if lease.commit(&engine.pool, "articles.note_silent", note).await? {
        tracing::warn!(store = store.settings.name, text = %what, "store notice raised");
    }
    Ok(())
}

/// What the catalogue's rows say in the store's language.
pub(in crate::sync) fn entries(store: &Store, rows: Vec<cartum::CatalogueEntry>) -> Catalogue {
    let language = &store.settings.language;
    let entries = rows.into_iter().map(|row| {
        let entry = CatalogueEntry {
            title: text::one_line(row.title(language).unwrap_or_default()),
            description: description(row.description(language)),
            gtin: row.gtin,
        };
        (row.article, entry)
    });
    Catalogue(entries.collect())
}

/// Without HTML, and short enough that our token has room behind it.
fn description(html: &str) -> String {
    text::shorten(&text::without_html(html), text::MAX_TEXT / 2)
}
