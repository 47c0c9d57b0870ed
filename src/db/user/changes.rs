//! Who changed which setting, for those who ask later.

use chrono::{DateTime, Utc};
use sqlx::{PgExecutor, PgPool};

use crate::{
    db::DbError,
    domain::ids::{AccountId, StoreId},
};

/// A setting that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Its key, such as `status_map.5`; `state`, `password`, `api_key`.
    pub setting: String,
    /// What it was; empty for a secret, and where there was nothing.
    pub before: String,
    /// What it is.
    pub after: String,
}

/// A change that was made.
#[derive(Debug, Clone)]
pub struct Change {
    /// When.
    pub at: DateTime<Utc>,
    /// The user's name; `None` = on the command line.
    pub by: Option<String>,
    /// What.
    pub changed: Changed,
}

/// Notes changes of an account, or of a store of it.
pub async fn add(
    by: impl PgExecutor<'_>,
    user: Option<&str>,
    (account, store): (AccountId, Option<StoreId>),
    changes: &[Changed],
) -> Result<(), DbError> {
    let all = |part: fn(&Changed) -> &String| changes.iter().map(|change| part(change).clone()).collect::<Vec<_>>();
    sqlx::query!(
        "/* changes.add */ INSERT INTO setting_change (by_user, account_id, store_id, setting, before, after)
         SELECT $1, $2, $3, * FROM unnest($4::text[], $5::text[], $6::text[])",
        user,
        account.get(),
        store.map(StoreId::get),
        &all(|change| &change.setting),
        &all(|change| &change.before),
        &all(|change| &change.after)
    )
    .execute(by)
    .await?;
    Ok(())
}

/// The latest changes of an account itself, or of a store of it, newest first.
pub async fn latest(
    pool: &PgPool,
    account: AccountId,
    store: Option<StoreId>,
    most: i64,
) -> Result<Vec<Change>, DbError> {
    let rows = sqlx::query!(
        "/* changes.latest */ SELECT at, by_user, setting, before, after FROM setting_change
         WHERE account_id = $1 AND store_id IS NOT DISTINCT FROM $2 ORDER BY id DESC LIMIT $3",
        account.get(),
        store.map(StoreId::get),
        most
    );
    let rows = rows.fetch_all(pool).await?.into_iter();
    Ok(rows
        .map(|row| Change {
            at: row.at,
            by: row.by_user,
            changed: Changed { setting: row.setting, before: row.before, after: row.after },
        })
        .collect())
}
