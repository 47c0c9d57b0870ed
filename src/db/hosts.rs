//! Hosts of stores: aliases of their identity.

use sqlx::{PgPool, PgTransaction};

use super::DbError;
use crate::domain::ids::{AccountId, StoreId};

/// Notes a host the store is reached by.
///
/// # Errors
/// When the database fails.
pub async fn add(tx: &mut PgTransaction<'_>, account: AccountId, id: StoreId, host: &str) -> Result<(), DbError> {
    sqlx::query!(
        "/* stores.add_host */ INSERT INTO store_host (account_id, host, store_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        account.get(),
        host,
        id.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The store of this account that was ever reached by this host.
///
/// # Errors
/// When the database fails.
pub async fn store_of(pool: &PgPool, account: AccountId, host: &str) -> Result<Option<StoreId>, DbError> {
    let id = sqlx::query_scalar!(
        "/* stores.by_host */ SELECT store_id FROM store_host WHERE account_id = $1 AND host = $2",
        account.get(),
        host
    )
    .fetch_optional(pool)
    .await?;
    Ok(id.map(StoreId::new))
}

/// The marker hosts of all stores of an account, removed ones too.
///
/// # Errors
/// When the database fails.
pub async fn of_markers(pool: &PgPool, account: AccountId) -> Result<Vec<(String, StoreId)>, DbError> {
    let rows = sqlx::query!(
        "/* stores.marker_hosts */ SELECT marker_host, id FROM store WHERE account_id = $1",
        account.get()
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.marker_host, StoreId::new(row.id))).collect())
}
