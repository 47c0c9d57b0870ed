//! Permanent links between store orders and work orders (invariant 1). The key is the order number, since a work order can be
//! adopted by its marker before its order is seen.

use std::{collections::BTreeSet, time::Duration};

use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::{PgPool, PgTransaction};

use crate::{
    db::{DbError, dictionary, seconds, transitions},
    domain::{
        ids::{AccountId, OrderId, OrderNumber, StoreId, WorkOrderId},
        order_state::OrderState,
    },
};

/// Links a store order permanently with a work order, which settles the work order's claim. False when the number is already
/// linked, or the work order is linked with another order.
pub async fn link(
    tx: &mut PgTransaction<'_>,
    account: AccountId,
    (store, number): (StoreId, OrderNumber),
    work_order: WorkOrderId,
) -> Result<bool, DbError> {
    let linked = sqlx::query_scalar!(
        r#"/* work.link */ WITH linked AS (
             INSERT INTO work_order (store_id, number, account_id, work_order_id)
             VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING account_id, work_order_id),
           settled AS (
             DELETE FROM marker_claim c USING linked l WHERE c.account_id = l.account_id AND c.work_order_id = l.work_order_id)
           SELECT EXISTS (SELECT 1 FROM linked) AS "linked!""#,
        store.get(),
        number.get(),
        account.get(),
        work_order.get()
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(linked)
}

/// Records that RO App does not have the work order; true when it did not have it a recovery wait ago either, so that it counts
/// as deleted.
pub async fn missing(
    tx: &mut PgTransaction<'_>,
    account: AccountId,
    work_order: WorkOrderId,
    wait: Duration,
) -> Result<bool, DbError> {
    let is_removed = sqlx::query_scalar!(
        r#"/* work_orders.missing */ UPDATE work_order SET missing_since = coalesce(missing_since, clock_timestamp())
           WHERE account_id = $1 AND work_order_id = $2
           RETURNING missing_since <= clock_timestamp() - $3 * interval '1 second' AS "is_removed!""#,
        account.get(),
        work_order.get(),
        seconds(wait)
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(is_removed.unwrap_or_default())
}

/// Records that RO App has the work order after all: an order that was `removed` for that reason is worked on again.
pub async fn found(tx: &mut PgTransaction<'_>, account: AccountId, work_order: WorkOrderId) -> Result<(), DbError> {
    let order = sqlx::query_scalar!(
        r#"/* work_orders.found */ UPDATE work_order w SET missing_since = NULL
           WHERE w.account_id = $1 AND w.work_order_id = $2
           RETURNING (SELECT id FROM store_order o WHERE o.store_id = w.store_id AND o.number = w.number) AS id"#,
        account.get(),
        work_order.get()
    )
    .fetch_optional(&mut **tx)
    .await?;
    let order: Vec<_> = order.flatten().into_iter().map(OrderId::new).collect();
    transitions::wake(tx, &order, &[OrderState::Removed]).await?;
    Ok(())
}

/// Records that RO App was asked twice and does not have the work order of this number.
pub(in crate::db) async fn lost(
    tx: &mut PgTransaction<'_>,
    store: StoreId,
    number: OrderNumber,
) -> Result<(), DbError> {
    sqlx::query!(
        "/* work_orders.lost */ UPDATE work_order SET missing_since = clock_timestamp() WHERE store_id = $1 AND number = $2",
        store.get(),
        number.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Drops the link of an order and returns the work order that it was linked with.
pub(in crate::db) async fn unlink(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<Option<WorkOrderId>, DbError> {
    let old = sqlx::query_scalar!(
        "/* work_orders.unlink */ DELETE FROM work_order w USING store_order o
         WHERE o.id = $1 AND w.store_id = o.store_id AND w.number = o.number RETURNING w.work_order_id",
        order.get()
    );
    Ok(old.fetch_optional(&mut **tx).await?.map(WorkOrderId::new))
}

/// The work order of a store order.
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

/// Which of these work orders are linked, including those that were deleted in RO App since.
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

/// Saves the numbers that RO App shows for work orders; work orders without a link are ignored.
pub async fn keep_numbers(
    pool: &PgPool,
    account: AccountId,
    shown: impl Iterator<Item = (WorkOrderId, &str)>,
) -> Result<(), DbError> {
    let (ids, numbers): (Vec<_>, Vec<_>) =
        shown.filter(|(_, number)| !number.is_empty()).map(|(id, number)| (id.get(), dictionary::text(number))).unzip();
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "/* work_orders.keep_numbers */ UPDATE work_order w SET shown_number = shown.number
         FROM unnest($2::bigint[], $3::text[]) AS shown (id, number)
         WHERE w.account_id = $1 AND w.work_order_id = shown.id AND w.shown_number <> shown.number",
        account.get(),
        &ids,
        &numbers
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Orders of a store whose work order was made within the last day, the first import's left out: when each was placed, in the store's
/// zone, and when its work order was made.
pub async fn made_lately(pool: &PgPool, store: StoreId) -> Result<Vec<(NaiveDateTime, DateTime<Utc>)>, DbError> {
    let rows = sqlx::query!(
        r#"/* work_orders.made_lately */ SELECT o.placed_at AS "placed_at!", w.made_at FROM work_order w
           JOIN store_order o ON o.store_id = w.store_id AND o.number = w.number
           WHERE w.store_id = $1 AND w.made_at > now() - interval '1 day' AND NOT o.in_import AND o.placed_at IS NOT NULL
             AND o.former_work_orders = '{}'"#,
        store.get()
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(|row| (row.placed_at, row.made_at)).collect())
}

/// A work order of a store, and when it was linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landed {
    /// Cartum's order number.
    pub number: OrderNumber,
    /// Its work order.
    pub work_order: WorkOrderId,
    /// RO App's number of that; empty until it was seen.
    pub shown_number: String,
    /// When they were linked.
    pub at: DateTime<Utc>,
}

/// The work orders of a store that were linked last, newest first.
pub async fn landed(pool: &PgPool, store: StoreId, most: i64) -> Result<Vec<Landed>, DbError> {
    let rows = sqlx::query!(
        "/* work_orders.landed */ SELECT number, work_order_id, shown_number, made_at FROM work_order
         WHERE store_id = $1 ORDER BY made_at DESC LIMIT $2",
        store.get(),
        most
    );
    let landed = rows.fetch_all(pool).await?.into_iter().map(|row| Landed {
        number: OrderNumber::new(row.number),
        work_order: WorkOrderId::new(row.work_order_id),
        shown_number: row.shown_number,
        at: row.made_at,
    });
    Ok(landed.collect())
}
