//! What a store's catalogue says about the articles of its orders, kept so that planning needs no call to the store.

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

/// Articles that a store's catalogue is to be asked about.
#[derive(Debug, Default)]
pub struct ToAsk {
    /// It was never asked about these.
    pub new: Vec<String>,
    /// What it said about these is a day old, or an hour where it had no title, or no barcode though those are needed.
    pub again: Vec<String>,
}

/// What a store's catalogue is to be asked about, of these articles and in their order. One too long for an index is never
/// kept: its titles come from the orders.
///
/// # Errors
/// When the database fails.
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

/// Whether what is said about an article is kept.
#[must_use]
pub fn is_kept(article: &str) -> bool {
    !article.is_empty() && text::key(article) == article
}

/// Saves entries, the newest word wins. An article too long for an index is not kept: its titles come from the orders.
///
/// # Errors
/// When the database fails.
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

/// The catalogue says nothing about these articles; what it said before stays. Those that are new count for the day.
///
/// # Errors
/// When the database fails.
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

/// What a store's catalogue said is forgotten: it is asked anew.
///
/// # Errors
/// When the database fails.
pub async fn forget(tx: &mut PgTransaction<'_>, store: StoreId) -> Result<(), DbError> {
    sqlx::query!("/* catalogue.forget */ DELETE FROM catalogue WHERE store_id = $1", store.get())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
