//! What a person should know, told once each, gone when fixed.

use chrono::{DateTime, Utc};
use sqlx::{PgPool, PgTransaction};

use super::DbError;
use crate::domain::ids::{AccountId, StoreId};

/// The topic of the notice that a second program makes work orders for a store; a resumed store clears it.
pub const STRANGER: &str = "stranger";

/// An open notice.
#[derive(Debug, Clone)]
pub struct Notice {
    /// What it is about, such as `status:9`.
    pub topic: String,
    /// The sentence.
    pub text: String,
    /// Since when.
    pub raised_at: DateTime<Utc>,
}

/// Raises a notice; true when it was not open already. One that is open gets the latest text.
///
/// # Errors
/// When the database fails.
pub async fn raise(
    tx: &mut PgTransaction<'_>,
    account: AccountId,
    store: Option<StoreId>,
    topic: &str,
    text: &str,
) -> Result<bool, DbError> {
    let is_new = sqlx::query_scalar!(
        r#"/* notices.raise */ INSERT INTO notice (account_id, store_id, topic, text) VALUES ($1, $2, $3, $4)
           ON CONFLICT (account_id, coalesce(store_id, 0), topic) WHERE cleared_at IS NULL
           DO UPDATE SET text = excluded.text WHERE notice.text <> excluded.text RETURNING xmax = 0 AS "is_new!""#,
        account.get(),
        store.map(StoreId::get),
        topic,
        text
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(is_new.unwrap_or_default())
}

/// Clears a notice; true when it was open.
///
/// # Errors
/// When the database fails.
pub async fn clear(
    tx: &mut PgTransaction<'_>,
    account: AccountId,
    store: Option<StoreId>,
    topic: &str,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "/* notices.clear */ UPDATE notice SET cleared_at = now()
         WHERE account_id = $1 AND coalesce(store_id, 0) = coalesce($2::bigint, 0) AND topic = $3 AND cleared_at IS NULL",
        account.get(),
        store.map(StoreId::get),
        topic
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The topics of a store's open notices.
///
/// # Errors
/// When the database fails.
pub async fn topics(tx: &mut PgTransaction<'_>, account: AccountId, store: StoreId) -> Result<Vec<String>, DbError> {
    let topics = sqlx::query_scalar!(
        "/* notices.topics */ SELECT topic FROM notice WHERE account_id = $1 AND store_id = $2 AND cleared_at IS NULL",
        account.get(),
        store.get()
    );
    Ok(topics.fetch_all(&mut **tx).await?)
}

/// Open notices of a store and of its account, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn open(pool: &PgPool, account: AccountId, store: Option<StoreId>) -> Result<Vec<Notice>, DbError> {
    let rows = sqlx::query_as!(
        Notice,
        "/* notices.open */ SELECT topic, text, raised_at FROM notice
         WHERE account_id = $1 AND cleared_at IS NULL AND (store_id IS NULL OR store_id = $2) ORDER BY id",
        account.get(),
        store.map(StoreId::get)
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// Open notices of an account whose topic begins like this, each with its store.
///
/// # Errors
/// When the database fails.
pub async fn with_topic(
    pool: &PgPool,
    account: AccountId,
    beginning: &str,
) -> Result<Vec<(Option<StoreId>, String)>, DbError> {
    let rows = sqlx::query!(
        "/* notices.with_topic */ SELECT store_id, topic FROM notice
         WHERE account_id = $1 AND cleared_at IS NULL AND starts_with(topic, $2) ORDER BY id",
        account.get(),
        beginning
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.store_id.map(StoreId::new), row.topic)).collect())
}

/// Clears the notices of a store that wait for it to be resumed: whatever stopped it was looked at.
///
/// # Errors
/// When the database fails.
pub async fn clear_stops(tx: &mut PgTransaction<'_>, store: StoreId) -> Result<(), DbError> {
    sqlx::query!(
        "/* notices.clear_stops */ UPDATE notice SET cleared_at = now() WHERE store_id = $1 AND cleared_at IS NULL
           AND (topic IN ('refusals', 'marker', 'rights', 'settings') OR starts_with(topic, $2))",
        store.get(),
        STRANGER
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
