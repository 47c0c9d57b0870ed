//! Work orders that were deleted in RO App: which ones to look for, what their absence means, and how an order gets a new one.

use std::{collections::BTreeMap, time::Duration};

use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::{PgPool, PgTransaction};

use crate::{
    db::{DbError, applied, asks, claims::Claim, doubles, journal, seconds, transitions, work_orders, write_backs},
    domain::{
        ids::{AccountId, OrderId, OrderNumber, StoreId, WorkOrderId},
        said::Said,
    },
};

/// The work orders of the store's window that RO App should have, with their orders. An order in `waiting` is left out: whoever
/// writes it checks its work order.
pub async fn linked(
    pool: &PgPool,
    store: StoreId,
    from: NaiveDateTime,
) -> Result<BTreeMap<WorkOrderId, OrderId>, DbError> {
    let rows = sqlx::query!(
        "/* removals.linked */ SELECT w.work_order_id, o.id FROM store_order o
             JOIN work_order w ON w.store_id = o.store_id AND w.number = o.number
         WHERE o.store_id = $1 AND o.placed_at >= $2 AND o.look_for_removal_at IS NULL
           AND o.state IN ('synced', 'incomplete', 'held', 'failed', 'unreadable')
           AND NOT EXISTS (SELECT 1 FROM earlier_order e
             WHERE e.store_id = o.store_id AND e.number = o.number AND e.generation = o.generation)",
        store.get(),
        from
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (WorkOrderId::new(row.work_order_id), OrderId::new(row.id))).collect())
}

/// Records that RO App does not have the work orders of these orders. They are looked for again after `wait` before that
/// counts.
pub async fn missed(tx: &mut PgTransaction<'_>, orders: &[OrderId], wait: Duration) -> Result<(), DbError> {
    let orders: Vec<_> = orders.iter().map(|order| order.get()).collect();
    sqlx::query!(
        "/* removals.missed */ UPDATE store_order SET look_for_removal_at = clock_timestamp() + $2 * interval '1 second'
         WHERE id = ANY($1)",
        &orders,
        seconds(wait)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A work order that was missing in RO App and is now to be looked for a second time.
#[derive(Debug, Clone, Copy)]
pub struct Missed {
    /// The order.
    pub order: OrderId,
    /// Its store.
    pub store: StoreId,
    /// Its number.
    pub number: OrderNumber,
    /// The work order that was missing.
    pub work_order: WorkOrderId,
}

/// The next work order of an account to look for a second time.
pub async fn to_confirm(pool: &PgPool, account: AccountId) -> Result<Option<Missed>, DbError> {
    let row = sqlx::query!(
        "/* removals.to_confirm */ SELECT o.id, o.store_id, o.number, w.work_order_id FROM store s
             JOIN store_order o ON o.store_id = s.id AND o.look_for_removal_at <= clock_timestamp()
             JOIN work_order w ON w.store_id = o.store_id AND w.number = o.number
         WHERE s.account_id = $1 AND s.is_worked
           AND o.state IN ('synced', 'incomplete', 'held', 'failed', 'unreadable')
         ORDER BY o.look_for_removal_at LIMIT 1",
        account.get()
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Missed {
        order: OrderId::new(row.id),
        store: StoreId::new(row.store_id),
        number: OrderNumber::new(row.number),
        work_order: WorkOrderId::new(row.work_order_id),
    }))
}

/// Records that RO App was asked twice and does not have the work order; false when the order is being worked on again
/// meanwhile. It is looked for again after an hour, see [`due`].
pub async fn removed(tx: &mut PgTransaction<'_>, missed: &Missed, reason: &Said) -> Result<bool, DbError> {
    let is_parked = transitions::park_removed(tx, missed.order, reason).await?;
    if is_parked {
        work_orders::lost(tx, missed.store, missed.number).await?;
    }
    Ok(is_parked)
}

/// The work orders of orders in `removed` that were not looked for in the last hour, the longest wait first.
pub async fn due(tx: &mut PgTransaction<'_>, account: AccountId, max: i64) -> Result<Vec<WorkOrderId>, DbError> {
    let ids = sqlx::query_scalar!(
        "/* removals.due */ UPDATE store_order o SET next_try_at = clock_timestamp() + interval '1 hour'
         FROM (SELECT o.id, w.work_order_id FROM work_order w
               JOIN store_order o ON o.store_id = w.store_id AND o.number = w.number
               WHERE w.account_id = $1 AND w.missing_since > now() - interval '2 days' AND o.state = 'removed'
                 AND o.next_try_at <= clock_timestamp()
               ORDER BY o.next_try_at LIMIT $2) due
         WHERE o.id = due.id RETURNING due.work_order_id",
        account.get(),
        max
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(ids.into_iter().map(WorkOrderId::new).collect())
}

/// How many work orders of an account are missing in RO App.
#[derive(Debug, Clone, Copy)]
pub struct Lost {
    /// Work orders that went missing within the last hour.
    pub missing: usize,
    /// All linked work orders.
    pub linked: usize,
}

/// How many work orders an account lost within the last hour.
pub async fn lost_lately(pool: &PgPool, account: AccountId) -> Result<Lost, DbError> {
    let row = sqlx::query!(
        r#"/* removals.lost_lately */ SELECT count(*) AS "linked!",
             count(*) FILTER (WHERE missing_since > clock_timestamp() - interval '1 hour') AS "missing!"
           FROM work_order WHERE account_id = $1"#,
        account.get()
    )
    .fetch_one(pool)
    .await?;
    let count = |count: i64| usize::try_from(count).unwrap_or_default();
    Ok(Lost { missing: count(row.missing), linked: count(row.linked) })
}

/// Work orders of an account other than `but` that have not been missing for more than an hour, those that RO App showed last
/// first. Those that are missing or looked for themselves come last.
pub async fn last_seen(
    pool: &PgPool,
    account: AccountId,
    but: WorkOrderId,
    max: i64,
) -> Result<Vec<WorkOrderId>, DbError> {
    let ids = sqlx::query_scalar!(
        "/* removals.last_seen */ SELECT w.work_order_id FROM work_order w
             JOIN store_order o ON o.store_id = w.store_id AND o.number = w.number
         WHERE w.account_id = $1 AND w.work_order_id <> $2 AND o.state <> 'removed'
           AND (w.missing_since IS NULL OR w.missing_since > clock_timestamp() - interval '1 hour')
         ORDER BY w.missing_since IS NOT NULL, o.look_for_removal_at IS NOT NULL, w.seen_modified_at DESC NULLS LAST LIMIT $3",
        account.get(),
        but.get(),
        max
    )
    .fetch_all(pool)
    .await?;
    Ok(ids.into_iter().map(WorkOrderId::new).collect())
}

/// Drops what is known about the absence of these work orders, so that it is found out again.
pub(super) async fn forget_absence(tx: &mut PgTransaction<'_>, orders: &[OrderId]) -> Result<(), DbError> {
    let orders: Vec<_> = orders.iter().map(|order| order.get()).collect();
    sqlx::query!(
        "/* removals.forget_absence */ UPDATE store_order SET look_for_removal_at = NULL WHERE id = ANY($1)",
        &orders
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Records that RO App has the work order after all, or cannot say.
pub async fn found(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    forget_absence(tx, &[order]).await?;
    asks::recreated(tx, order).await
}

/// How far the re-creation of a work order is.
#[derive(Debug, Clone)]
pub struct Recreation {
    /// RO App did not have the work order when it was last asked, and the wait since then is over.
    pub missed: bool,
    /// When the order was linked with the work order.
    pub linked_at: Option<DateTime<Utc>>,
}

/// How far the re-creation of an order's work order is.
pub async fn recreation(pool: &PgPool, order: OrderId) -> Result<Recreation, DbError> {
    let row = sqlx::query_as!(
        Recreation,
        r#"/* removals.recreation */ SELECT coalesce(o.look_for_removal_at <= clock_timestamp(), false) AS "missed!",
             w.made_at AS "linked_at?"
           FROM store_order o LEFT JOIN work_order w ON w.store_id = o.store_id AND w.number = o.number WHERE o.id = $1"#,
        order.get()
    )
    .fetch_one(pool)
    .await?;
    Ok(row)
}

/// Records that a person said that these work orders do not belong to the order although they carry its marker: they are never
/// adopted for it.
pub async fn leave_alone(tx: &mut PgTransaction<'_>, order: OrderId, claims: &[Claim]) -> Result<(), DbError> {
    let ids: Vec<_> = claims.iter().map(|claim| claim.work_order.get()).collect();
    sqlx::query!(
        "/* removals.leave_alone */ UPDATE store_order SET former_work_orders = former_work_orders || $2 WHERE id = $1",
        order.get(),
        &ids
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Work orders that the order was linked with until they were deleted in RO App, or that only carry its marker.
pub async fn former(pool: &PgPool, order: OrderId) -> Result<Vec<WorkOrderId>, DbError> {
    let ids = sqlx::query_scalar!(
        "/* removals.former */ SELECT former_work_orders FROM store_order WHERE id = $1",
        order.get()
    )
    .fetch_one(pool)
    .await?;
    Ok(ids.into_iter().map(WorkOrderId::new).collect())
}

/// Drops the link with a deleted work order and everything that was applied to it, so that the order is planned from nothing.
/// Lines and comments with an unclear outcome are settled, since their work order is gone. The id of the work order stays on
/// record, so that its marker is never adopted again.
pub async fn dissolve(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    let old: Vec<_> = work_orders::unlink(tx, order).await?.into_iter().map(WorkOrderId::get).collect();
    sqlx::query!(
        "/* removals.dissolve */ UPDATE store_order SET former_work_orders = former_work_orders || $2, applied_version_id = NULL,
             pending_change = NULL, conflicts = '[]', look_for_removal_at = NULL
         WHERE id = $1",
        order.get(),
        &old
    )
    .execute(&mut **tx)
    .await?;
    applied::forget(tx, order).await?;
    transitions::begin_anew(tx, order).await?;
    asks::recreated(tx, order).await?;
    doubles::forget(tx, order).await?;
    write_backs::drop_whole(tx, order).await?;
    journal::settle_lost(tx, order).await
}
