//! How a store's settings fit what both sides show: when that was looked at, and notices about what does not.

use std::collections::BTreeMap;

use sqlx::{PgPool, PgTransaction};

use super::settings;
use crate::{
    db::{DbError, notices},
    domain::{
        ids::{AccountId, StoreId, StoreStatusId},
        store::Settings,
    },
};

/// The topic of the notice about a store's clock.
pub const ZONE: &str = "mapping time_zone";

/// The settings of a store as they are now, which nobody changes until the transaction ends.
///
/// # Errors
/// When the database fails or the row cannot be read.
pub async fn settings(tx: &mut PgTransaction<'_>, store: StoreId) -> Result<Settings, DbError> {
    let row = sqlx::query_scalar!(
        "/* mapping.settings */ SELECT settings FROM store WHERE id = $1 FOR NO KEY UPDATE",
        store.get()
    )
    .fetch_one(&mut **tx)
    .await?;
    settings::from_json(store.get(), row)
}

/// Whether a store of the account that is worked was not compared with what RO App offers for an hour.
///
/// # Errors
/// When the database fails.
pub async fn offer_is_old(pool: &PgPool, account: AccountId) -> Result<bool, DbError> {
    let old = sqlx::query_scalar!(
        r#"/* mapping.offer_is_old */ SELECT EXISTS (SELECT 1 FROM store
             WHERE account_id = $1 AND is_worked
               AND (offer_checked_at IS NULL OR offer_checked_at < now() - interval '1 hour' OR offer_checked_at > now()))
           AS "old!""#,
        account.get()
    )
    .fetch_one(pool)
    .await?;
    Ok(old)
}

/// The store was compared with what RO App offers.
///
/// # Errors
/// When the database fails.
pub async fn offer_checked(tx: &mut PgTransaction<'_>, store: StoreId) -> Result<(), DbError> {
    sqlx::query!("/* mapping.offer_checked */ UPDATE store SET offer_checked_at = now() WHERE id = $1", store.get())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// RO App's side of the settings is to be compared again as soon as no order waits.
///
/// # Errors
/// When the database fails.
pub async fn look_at_offer(tx: &mut PgTransaction<'_>, store: StoreId) -> Result<(), DbError> {
    sqlx::query!("/* mapping.look_at_offer */ UPDATE store SET offer_checked_at = NULL WHERE id = $1", store.get())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Statuses that a store's orders are in, those of orders that are not wanted or gone apart.
///
/// # Errors
/// When the database fails.
pub async fn seen_statuses(tx: &mut PgTransaction<'_>, store: StoreId) -> Result<Vec<StoreStatusId>, DbError> {
    let rows = sqlx::query_scalar!(
        r#"/* mapping.seen_statuses */ SELECT DISTINCT store_status AS "status!" FROM store_order
           WHERE store_id = $1 AND store_status IS NOT NULL AND state NOT IN ('excluded', 'gone', 'removed')"#,
        store.get()
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(StoreStatusId::new).collect())
}

/// Brings the notices of a store in step with what does not fit: one for each topic, gone where it is
/// fixed. `owns` says which topics were looked at. Those that are new.
///
/// # Errors
/// When the database fails.
pub async fn keep_notices(
    tx: &mut PgTransaction<'_>,
    (account, store): (AccountId, StoreId),
    matters: &BTreeMap<String, String>,
    owns: impl Fn(&str) -> bool,
) -> Result<Vec<String>, DbError> {
    for topic in notices::topics(tx, account, store).await? {
        if owns(&topic) && !matters.contains_key(&topic) {
            notices::clear(tx, account, Some(store), &topic).await?;
        }
    }
    let mut new = Vec::new();
    for (topic, text) in matters {
        if notices::raise(tx, account, Some(store), topic, text).await? {
            new.push(topic.clone());
        }
    }
    Ok(new)
}

/// What the store's last new orders said of its zone, newest last.
///
/// # Errors
/// When the database fails.
pub async fn zone_signs(tx: &mut PgTransaction<'_>, store: StoreId) -> Result<Vec<i32>, DbError> {
    let signs = sqlx::query_scalar!("/* mapping.zone_signs */ SELECT zone_signs FROM store WHERE id = $1", store.get());
    Ok(signs.fetch_one(&mut **tx).await?)
}

/// Keeps them.
///
/// # Errors
/// When the database fails.
pub async fn keep_zone_signs(tx: &mut PgTransaction<'_>, store: StoreId, signs: &[i32]) -> Result<(), DbError> {
    sqlx::query!("/* mapping.keep_zone_signs */ UPDATE store SET zone_signs = $2 WHERE id = $1", store.get(), signs)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Whether the store's list of statuses is older than an hour.
///
/// # Errors
/// When the database fails.
pub async fn statuses_are_old(pool: &PgPool, store: StoreId) -> Result<bool, DbError> {
    let old = sqlx::query_scalar!(
        r#"/* mapping.statuses_are_old */ SELECT statuses_read_at IS NULL OR statuses_read_at < now() - interval '1 hour'
             OR statuses_read_at > now() AS "old!"
           FROM store WHERE id = $1"#,
        store.get()
    )
    .fetch_one(pool)
    .await?;
    Ok(old)
}

/// Keeps which statuses are a successful end.
///
/// # Errors
/// When the database fails.
pub async fn keep_statuses(
    tx: &mut PgTransaction<'_>,
    store: StoreId,
    successful: &[StoreStatusId],
) -> Result<(), DbError> {
    let successful: Vec<_> = successful.iter().map(|status| status.get()).collect();
    sqlx::query!(
        "/* mapping.keep_statuses */ UPDATE store SET successful_statuses = $2, statuses_read_at = now() WHERE id = $1",
        store.get(),
        &successful
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
