//! Links of store orders with work orders, for good (invariant 1). Keyed by number, since a marker can be adopted before its order
//! is seen.

use std::collections::BTreeSet;

use sqlx::{PgPool, PgTransaction};

use super::DbError;
use crate::domain::ids::{AccountId, OrderNumber, StoreId, WorkOrderId};

/// Links a store order with a work order, for good. False when that number is linked already, or the work order to another.
///
/// # Errors
/// When the database fails.
pub async fn link(
    tx: &mut PgTransaction<'_>,
    account: AccountId,
    (store, number): (StoreId, OrderNumber),
    work_order: WorkOrderId,
    reason: &str,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "/* work.link */ INSERT INTO work_order (store_id, number, account_id, work_order_id, reason)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        store.get(),
        number.get(),
        account.get(),
        work_order.get(),
        reason
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The work order of a store order.
///
/// # Errors
/// When the database fails.
pub async fn linked(
    tx: &mut PgTransaction<'_>,
    store: StoreId,
    number: OrderNumber,
) -> Result<Option<WorkOrderId>, DbError> {
    let id = sqlx::query_scalar!(
        "/* work.linked_in */ SELECT work_order_id FROM work_order WHERE store_id = $1 AND number = $2",
        store.get(),
        number.get()
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(id.map(WorkOrderId::new))
}

/// Those of these work orders that are linked, or were until they were deleted in RO App.
///
/// # Errors
/// When the database fails.
pub async fn linked_of(
    pool: &PgPool,
    account: AccountId,
    work_orders: &[WorkOrderId],
) -> Result<BTreeSet<WorkOrderId>, DbError> {
    let ids: Vec<_> = work_orders.iter().map(|id| id.get()).collect();
    let linked = sqlx::query_scalar!(
        r#"/* work.linked_of */ SELECT work_order_id AS "id!" FROM work_order WHERE account_id = $1 AND work_order_id = ANY($2)
           UNION SELECT former FROM store s JOIN store_order o ON o.store_id = s.id AND o.former_work_orders <> '{}'
             CROSS JOIN LATERAL unnest(o.former_work_orders) AS former
           WHERE s.account_id = $1 AND former = ANY($2)"#,
        account.get(),
        &ids
    )
    .fetch_all(pool)
    .await?;
    Ok(linked.into_iter().map(WorkOrderId::new).collect())
}
