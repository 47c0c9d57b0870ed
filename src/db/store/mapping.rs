//! How well a store's settings match both sides: when that was checked, and notices about what does not match.

use std::collections::BTreeMap;

use sqlx::PgTransaction;

use super::settings;
use crate::{
    db::{DbError, notices},
    domain::{
        ids::{AccountId, StoreId, StoreStatusId},
        notice::Topic,
        said::Said,
        store::Settings,
    },
};

/// The present settings of a store, locked against changes until the transaction ends.
pub async fn settings(tx: &mut PgTransaction<'_>, store: StoreId) -> Result<Settings, DbError> {
    let row = sqlx::query_scalar!(
        "/* mapping.settings */ SELECT settings FROM store WHERE id = $1 FOR NO KEY UPDATE",
        store.get()
    )
    .fetch_one(&mut **tx)
    .await?;
    settings::from_json(store.get(), row)
}

/// Records that the store was compared with RO App's lists.
pub async fn offer_checked(tx: &mut PgTransaction<'_>, store: StoreId) -> Result<(), DbError> {
    sqlx::query!("/* mapping.offer_checked */ UPDATE store SET offer_checked_at = now() WHERE id = $1", store.get())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Has RO App's side of the settings compared again as soon as no order waits.
pub async fn compare_options_soon(tx: &mut PgTransaction<'_>, store: StoreId) -> Result<(), DbError> {
    sqlx::query!(
        "/* mapping.compare_options_soon */ UPDATE store SET offer_checked_at = NULL WHERE id = $1",
        store.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The statuses that a store's orders are in, not counting orders in `excluded`, `gone` or `removed`.
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

/// Brings the notices of a store in line with `matters`: raises one for each topic and clears those that are fixed, if `owns`
/// says that the topic was checked. Returns the new topics.
pub async fn keep_notices(
    tx: &mut PgTransaction<'_>,
    (account, store): (AccountId, StoreId),
    matters: &BTreeMap<Topic, Said>,
    owns: impl Fn(&Topic) -> bool,
) -> Result<Vec<Topic>, DbError> {
    for topic in notices::topics(tx, account, store).await? {
        if owns(&topic) && !matters.contains_key(&topic) {
            notices::clear(tx, account, Some(store), &topic).await?;
        }
    }
    let mut new = Vec::new();
    for (topic, what) in matters {
        if notices::raise(tx, account, Some(store), topic, what).await? {
            new.push(topic.clone());
        }
    }
    Ok(new)
}

/// What the store's last new orders indicated about its time zone, newest last.
pub async fn zone_signs(tx: &mut PgTransaction<'_>, store: StoreId) -> Result<Vec<i32>, DbError> {
    let signs = sqlx::query_scalar!("/* mapping.zone_signs */ SELECT zone_signs FROM store WHERE id = $1", store.get());
    Ok(signs.fetch_one(&mut **tx).await?)
}

/// Saves what the store's last new orders indicated about its time zone.
pub async fn keep_zone_signs(tx: &mut PgTransaction<'_>, store: StoreId, signs: &[i32]) -> Result<(), DbError> {
    sqlx::query!("/* mapping.keep_zone_signs */ UPDATE store SET zone_signs = $2 WHERE id = $1", store.get(), signs)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Saves which statuses are a successful end.
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
