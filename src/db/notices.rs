//! What a person should know, told once each, gone when fixed.

use chrono::{DateTime, Utc};
use sqlx::{PgPool, PgTransaction};

use super::DbError;
use crate::{
    db::said,
    domain::{
        ids::{AccountId, StoreId},
        notice::{self, Plain, Topic},
        said::Said,
    },
};

/// What is cleared once the store is resumed: whatever stopped it was looked at.
const STOPS: [Plain; 5] = [Plain::Refusals, Plain::Marker, Plain::Rights, Plain::Settings, Plain::Stranger];

/// An open notice.
#[derive(Debug, Clone)]
pub struct Notice {
    /// What it is about: a [`Topic`], or one that this release does not know.
    pub topic: String,
    /// What it says.
    pub what: Said,
    /// Since when.
    pub raised_at: DateTime<Utc>,
}

/// Raises a notice; true when it was not open already. One that is open says the latest.
pub async fn raise(
    tx: &mut PgTransaction<'_>,
    account: AccountId,
    store: Option<StoreId>,
    topic: &Topic,
    what: &Said,
) -> Result<bool, DbError> {
    let is_new = sqlx::query_scalar!(
        r#"/* notices.raise */ INSERT INTO notice (account_id, store_id, topic, about, said) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (account_id, coalesce(store_id, 0), topic, about) WHERE cleared_at IS NULL
           DO UPDATE SET said = excluded.said WHERE notice.said <> excluded.said RETURNING xmax = 0 AS "is_new!""#,
        account.get(),
        store.map(StoreId::get),
        topic.word(),
        topic.about(),
        said::to_json(what)
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(is_new.unwrap_or_default())
}

/// Clears a notice; true when it was open.
pub async fn clear(
    tx: &mut PgTransaction<'_>,
    account: AccountId,
    store: Option<StoreId>,
    topic: &Topic,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "/* notices.clear */ UPDATE notice SET cleared_at = now()
         WHERE account_id = $1 AND coalesce(store_id, 0) = coalesce($2::bigint, 0) AND topic = $3 AND about = $4
           AND cleared_at IS NULL",
        account.get(),
        store.map(StoreId::get),
        topic.word(),
        topic.about()
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Clears notices of an account that are about nothing in particular.
pub async fn clear_of_account(tx: &mut PgTransaction<'_>, account: AccountId, topics: &[Topic]) -> Result<(), DbError> {
    let topics: Vec<_> = topics.iter().map(|topic| topic.word().to_owned()).collect();
    sqlx::query!(
        "/* notices.clear_of_account */ UPDATE notice SET cleared_at = now()
         WHERE account_id = $1 AND store_id IS NULL AND topic = ANY($2) AND cleared_at IS NULL",
        account.get(),
        &topics
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The topics of a store's open notices, as far as this release knows them.
pub async fn topics(tx: &mut PgTransaction<'_>, account: AccountId, store: StoreId) -> Result<Vec<Topic>, DbError> {
    let rows = sqlx::query!(
        "/* notices.topics */ SELECT topic, about FROM notice WHERE account_id = $1 AND store_id = $2 AND cleared_at IS NULL",
        account.get(),
        store.get()
    );
    let rows = rows.fetch_all(&mut **tx).await?;
    Ok(rows.iter().filter_map(|row| Topic::read(&row.topic, &row.about)).collect())
}

/// Open notices of a store and of its account, oldest first.
pub async fn open(pool: &PgPool, account: AccountId, store: Option<StoreId>) -> Result<Vec<Notice>, DbError> {
    let rows = sqlx::query!(
        "/* notices.open */ SELECT id, topic, about, said, raised_at FROM notice
         WHERE account_id = $1 AND cleared_at IS NULL AND (store_id IS NULL OR store_id = $2) ORDER BY id",
        account.get(),
        store.map(StoreId::get)
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            let topic = notice::shown(&row.topic, &row.about);
            Ok(Notice { topic, what: said::read("notice", row.id, "said", row.said)?, raised_at: row.raised_at })
        })
        .collect()
}

/// Clears the notices of a store that wait for it to be resumed.
pub async fn clear_stops(tx: &mut PgTransaction<'_>, store: StoreId) -> Result<(), DbError> {
    let topics = STOPS.map(|topic| topic.word().to_owned());
    sqlx::query!(
        "/* notices.clear_stops */ UPDATE notice SET cleared_at = now()
         WHERE store_id = $1 AND cleared_at IS NULL AND topic = ANY($2)",
        store.get(),
        &topics
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
