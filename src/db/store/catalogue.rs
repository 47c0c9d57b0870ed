//! What a store's catalogue says about the articles of its orders, saved so that planning needs no call to the store.

use sqlx::{PgPool, PgTransaction};

use crate::{
    db::{
        DbError,
        growth::{self, Brought},
    },
    domain::{
        ids::StoreId,
        product::{Catalogue, CatalogueEntry},
        text,
    },
};

/// What is known about these articles.
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

/// Articles to ask a store's catalogue about.
#[derive(Debug, Default)]
pub struct ToAsk {
    /// Articles that it was never asked about.
    pub new: Vec<String>,
    /// Articles whose entry is a day old, or an hour old if it has no title, or no barcode although barcodes are needed.
    pub again: Vec<String>,
}

/// Which of these articles a store's catalogue is to be asked about, in their order. An article too long for an index is never
/// included: its titles come from the orders.
pub async fn to_ask(pool: &PgPool, store: StoreId, articles: &[String], needs_gtin: bool) -> Result<ToAsk, DbError> {
    let articles: Vec<_> = articles.iter().filter(|article| is_kept(article)).cloned().collect();
    let rows = sqlx::query!(
        r#"/* catalogue.to_ask */ SELECT a.article AS "article!", c.article IS NULL AS "is_new!"
           FROM unnest($2::text[]) WITH ORDINALITY AS a (article, nth)
           LEFT JOIN catalogue c ON c.store_id = $1 AND c.article = a.article
           WHERE c.article IS NULL OR c.seen_at > now() OR c.seen_at < now() - CASE
             WHEN c.title = '' OR ($3 AND c.gtin = '') THEN interval '1 hour' ELSE interval '1 day' END
           ORDER BY a.nth"#,
        store.get(),
        &articles,
        needs_gtin
    )
    .fetch_all(pool)
    .await?;
    let (new, again): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.is_new);
    Ok(ToAsk {
        new: new.into_iter().map(|row| row.article).collect(),
        again: again.into_iter().map(|row| row.article).collect(),
    })
}

/// Whether the entry of an article can be saved: it is short enough for an index.
#[must_use]
pub fn is_kept(article: &str) -> bool {
    !article.is_empty() && text::key(article) == article
}

/// Saves entries; the newest replaces the one before. An article too long for an index is left out: its titles come from the
/// orders.
pub async fn save(tx: &mut PgTransaction<'_>, store: StoreId, entries: &Catalogue) -> Result<(), DbError> {
    for (article, entry) in entries.0.iter().filter(|(article, _)| is_kept(article)) {
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

/// Records that the catalogue has no entry for these articles; an earlier entry is kept. New articles count towards the day's
/// limit.
pub async fn save_blank(tx: &mut PgTransaction<'_>, store: StoreId, articles: &[String]) -> Result<(), DbError> {
    let articles: Vec<_> = articles.iter().filter(|article| is_kept(article)).cloned().collect();
    let saved = sqlx::query_scalar!(
        r#"/* catalogue.save_blank */ INSERT INTO catalogue (store_id, article, title, gtin, description)
           SELECT DISTINCT $1::bigint, unnest($2::text[]), '', '', ''
           ON CONFLICT (store_id, article) DO UPDATE SET seen_at = now() RETURNING xmax = 0 AS "is_new!""#,
        store.get(),
        &articles
    )
    .fetch_all(&mut **tx)
    .await?;
    let new = saved.into_iter().filter(|is_new| *is_new).count();
    let articles = i64::try_from(new).unwrap_or(i64::MAX);
    if articles > 0 {
        growth::count(tx, store, Brought { articles, ..Brought::default() }).await?;
    }
    Ok(())
}

/// Forgets everything that a store's catalogue said, so that it is asked again.
pub async fn forget(tx: &mut PgTransaction<'_>, store: StoreId) -> Result<(), DbError> {
    sqlx::query!("/* catalogue.forget */ DELETE FROM catalogue WHERE store_id = $1", store.get())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
