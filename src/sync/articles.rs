//! What the store's catalogue says about the articles of its orders: titles, barcodes, descriptions.

use std::collections::BTreeSet;

use super::Engine;
use crate::{
    cartum::{self, Cartum, CartumError, OrderRow},
    db::{
        DbError,
        catalogue::{self, ToAsk},
        leases::Lease,
        notices,
        stores::Store,
    },
    domain::{
        product::{Catalogue, CatalogueEntry},
        store::ProductKeyKind,
        text,
    },
    http::Verdict,
};

/// The notice about a catalogue that does not answer.
const TOPIC: &str = "catalogue";

/// Asks the store's catalogue about articles that are new to us, before the orders that name them are saved, and again after a
/// while. A catalogue that refuses or fails stops no order: those with articles that it was not asked about wait a little,
/// then the titles of their own lines serve.
///
/// # Errors
/// When the database fails or the lease runs out.
pub(super) async fn learn(
    engine: &Engine,
    lease: &Lease,
    store: &Store,
    shop: &Cartum,
    rows: &[OrderRow],
) -> Result<Result<(), CartumError>, DbError> {
    let lines = rows.iter().filter_map(|row| row.order.as_ref().ok()).flat_map(|order| &order.lines);
    let articles: BTreeSet<_> = lines.map(|line| line.article.clone()).collect();
    let articles: Vec<_> = articles.into_iter().collect();
    let needs_gtin = store.settings.identify_products_by == ProductKeyKind::Barcode;
    let ToAsk { new, again } = catalogue::to_ask(&engine.pool, store.id, &articles, needs_gtin).await?;
    // By themselves, so that one that the store fails at takes no new one with it.
    for articles in [new, again].into_iter().filter(|articles| !articles.is_empty()) {
        let entries = match shop.catalogue(&articles).await {
            Ok(rows) => entries(store, articles, rows),
            Err(error @ CartumError::FenceClosed(_)) => return Ok(Err(error)),
            Err(error) => {
                let is_lasting = matches!(error.verdict(), Verdict::Never | Verdict::Stop)
                    && !matches!(error, CartumError::LoginRefused { .. });
                if !is_lasting {
                    tracing::debug!(error = &error as &dyn std::error::Error, "the store's catalogue does not answer");
                    continue;
                }
                let text = format!("the store's catalogue cannot be read ({error}); titles are taken from the orders");
                note_silent(engine, lease, store, &articles, &text).await?;
                continue;
            }
        };
        let mut tx = lease.begin(&engine.pool).await?;
        catalogue::save(&mut tx, store.id, &entries).await?;
        notices::clear(&mut tx, store.account, Some(store.id), TOPIC).await?;
        tx.commit().await?;
    }
    Ok(Ok(()))
}

/// The catalogue says nothing about these articles, with the reason in a notice: they are asked about again in an hour.
///
/// # Errors
/// When the database fails.
pub(super) async fn note_silent(
    engine: &Engine,
    lease: &Lease,
    store: &Store,
    articles: &[String],
    text: &str,
) -> Result<(), DbError> {
    let mut tx = lease.begin(&engine.pool).await?;
    catalogue::save_blank(&mut tx, store.id, articles).await?;
    if notices::raise(&mut tx, store.account, Some(store.id), TOPIC, text).await? {
        tracing::warn!(store = store.settings.name, text, "a notice for the store");
    }
    tx.commit().await?;
    Ok(())
}

/// What the catalogue said; of what is not in it, nothing.
fn entries(store: &Store, asked: Vec<String>, rows: Vec<cartum::CatalogueEntry>) -> Catalogue {
    let mut entries = Catalogue(asked.into_iter().map(|article| (article, CatalogueEntry::default())).collect());
    let language = &store.settings.language;
    for row in rows {
        let entry = CatalogueEntry {
            title: text::one_line(row.title(language).unwrap_or_default()),
            description: description(row.description(language)),
            gtin: row.gtin,
        };
        entries.0.insert(row.article, entry);
    }
    entries
}

/// Without HTML, and short enough that our token has room behind it.
fn description(html: &str) -> String {
    text::shorten(&text::without_html(&html.replace('\0', "")), text::MAX_TEXT / 2)
}
