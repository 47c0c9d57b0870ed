//! What a store's catalogue says about the articles of its orders, kept so that planning needs no call to the store.

use sqlx::{PgPool, PgTransaction};

use super::DbError;
use crate::domain::{
    ids::StoreId,
    product::{Catalogue, CatalogueEntry},
    text,
};

/// What is known about these articles.
///
/// # Errors
/// When the database fails.
pub async fn get(pool: &PgPool, store: StoreId, articles: &[String]) -> Result<Catalogue, DbError> {
    let rows = sqlx::query!(
        "/* catalogue.get */ SELECT article, title, gtin, description FROM catalogue WHERE store_id = $1 AND article = ANY($2)",
        store.get(),
        articles
    )
    .fetch_all(pool)
    .await?;
    let entry = |title, gtin, description| CatalogueEntry { title, gtin, description };
    Ok(Catalogue(rows.into_iter().map(|row| (row.article, entry(row.title, row.gtin, row.description))).collect()))
}

/// Saves entries, the newest word wins. An article too long for an index is not kept: its titles come from the orders.
///
/// # Errors
/// When the database fails.
pub async fn save(tx: &mut PgTransaction<'_>, store: StoreId, entries: &Catalogue) -> Result<(), DbError> {
    for (article, entry) in entries.0.iter().filter(|(article, _)| text::key(article) == **article) {
        sqlx::query!(
            "/* catalogue.save */ INSERT INTO catalogue (store_id, article, title, gtin, description) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (store_id, article) DO UPDATE SET title = excluded.title, gtin = excluded.gtin,
                 description = excluded.description, seen_at = now()",
            store.get(),
            article,
            entry.title,
            entry.gtin,
            entry.description
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}
