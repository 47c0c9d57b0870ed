//! The hosts of stores, which are aliases of a store.

use chrono::NaiveDateTime;
use sqlx::{PgPool, PgTransaction};

use crate::{
    db::DbError,
    domain::ids::{AccountId, OrderNumber, StoreId},
};

/// Records a host that the store is reached by.
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

/// The hosts in the markers of all stores of an account, including removed ones.
pub async fn of_markers(pool: &PgPool, account: AccountId) -> Result<Vec<(String, StoreId)>, DbError> {
    let rows = sqlx::query!(
        "/* stores.marker_hosts */ SELECT marker_host, id FROM store WHERE account_id = $1",
        account.get()
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.marker_host, StoreId::new(row.id))).collect())
}

/// A shop identified by its newest orders, whatever host it is reached by.
#[derive(Debug, Clone)]
pub struct KnownShop {
    /// Its store.
    pub store: StoreId,
    /// The store's name.
    pub name: String,
    /// It was not removed.
    pub is_live: bool,
    /// The number of each order, and when it was placed, in the store's zone.
    pub orders: Vec<(OrderNumber, NaiveDateTime)>,
}

/// The shops of an account that have orders, including removed ones, each with its `newest` latest orders.
pub async fn shops(pool: &PgPool, account: AccountId, newest: i64) -> Result<Vec<KnownShop>, DbError> {
    let rows = sqlx::query!(
        r#"/* hosts.shops */ SELECT s.id, s.name, s.removed_at IS NULL AS "is_live!", o.numbers AS "numbers!: Vec<i64>",
             o.moments AS "moments!: Vec<NaiveDateTime>"
           FROM store s CROSS JOIN LATERAL (
             SELECT array_agg(number ORDER BY number) AS numbers, array_agg(placed_at ORDER BY number) AS moments
             FROM (SELECT number, placed_at FROM store_order WHERE store_id = s.id AND placed_at IS NOT NULL
                   ORDER BY placed_at DESC, number DESC LIMIT $2) newest) o
           WHERE s.account_id = $1 AND o.numbers IS NOT NULL ORDER BY s.id"#,
        account.get(),
        newest
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| KnownShop {
            store: StoreId::new(row.id),
            name: row.name,
            is_live: row.is_live,
            orders: row.numbers.into_iter().map(OrderNumber::new).zip(row.moments).collect(),
        })
        .collect())
}
