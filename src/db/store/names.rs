//! Names of rows for logs. Read separately, since the rest of a row may be what cannot be read.

use sqlx::PgPool;

use crate::{
    db::DbError,
    domain::ids::{OrderId, OrderNumber, StoreId},
};

/// A store's name.
pub async fn store(pool: &PgPool, id: StoreId) -> Result<String, DbError> {
    let name = sqlx::query_scalar!("/* names.store */ SELECT name FROM store WHERE id = $1", id.get());
    Ok(name.fetch_one(pool).await?)
}

/// The name of an order's store, and the order's number there.
pub async fn order(pool: &PgPool, id: OrderId) -> Result<(String, OrderNumber), DbError> {
    let row = sqlx::query!(
        "/* names.order */ SELECT s.name, o.number FROM store_order o JOIN store s ON s.id = o.store_id WHERE o.id = $1",
        id.get()
    )
    .fetch_one(pool)
    .await?;
    Ok((row.name, OrderNumber::new(row.number)))
}

/// Every store that is not removed, of these accounts or of all: its id and its name, by name.
pub async fn stores(pool: &PgPool, accounts: Option<&[i64]>) -> Result<Vec<(i64, String)>, DbError> {
    let rows = sqlx::query!(
        "/* names.stores */ SELECT id, name FROM store
         WHERE removed_at IS NULL AND ($1::bigint[] IS NULL OR account_id = ANY($1)) ORDER BY lower(name), id",
        accounts
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(|row| (row.id, row.name)).collect())
}
