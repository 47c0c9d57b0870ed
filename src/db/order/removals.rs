//! Work orders that were deleted in RO App: which are to be looked for, what their absence means, and what makes one anew.

use std::{collections::BTreeMap, time::Duration};

use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::{PgPool, PgTransaction};

use crate::{
    db::{DbError, applied, asks, claims::Claim, journal, seconds, transitions, work_orders, write_backs},
    domain::ids::{AccountId, OrderId, OrderNumber, StoreId, WorkOrderId},
};

/// Work orders of the store's window that RO App should have, with their orders. One that waits is looked at by whoever writes
/// it.
///
/// # Errors
/// When the database fails.
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

/// RO App does not have the work orders of these orders: they are looked for again after `wait`, before that counts.
///
/// # Errors
/// When the database fails.
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

/// A work order that was missing in RO App and is to be looked for a second time now.
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

/// The next work order of an account that is to be looked for a second time.
///
/// # Errors
/// When the database fails.
pub async fn second_look(pool: &PgPool, account: AccountId) -> Result<Option<Missed>, DbError> {
    let row = sqlx::query!(
        "/* removals.second_look */ SELECT o.id, o.store_id, o.number, w.work_order_id FROM store s
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

/// RO App was asked twice and does not have the work order; false when the order is on its way again meanwhile. It is looked
/// for again after an hour, see [`due`].
///
/// # Errors
/// When the database fails.
pub async fn removed(tx: &mut PgTransaction<'_>, missed: &Missed, reason: &str) -> Result<bool, DbError> {
    let is_parked = transitions::park_removed(tx, missed.order, reason).await?;
    if is_parked {
        work_orders::lost(tx, missed.store, missed.number).await?;
    }
    Ok(is_parked)
}

/// Work orders for whose sake an order is `removed` and that were not looked at for an hour, the longest first.
///
/// # Errors
/// When the database fails.
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

/// How many work orders of an account RO App was found not to have.
#[derive(Debug, Clone, Copy)]
pub struct Lost {
    /// Since an hour at most.
    pub missing: usize,
    /// Of so many.
    pub linked: usize,
}

/// What an account lost within an hour.
///
/// # Errors
/// When the database fails.
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

/// Work orders of an account that RO App showed last and does not miss for an hour yet, but this one; those that are looked for
/// themselves come last.
///
/// # Errors
/// When the database fails.
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

/// Whether these work orders are missing is found out anew.
pub(super) async fn look_no_more(tx: &mut PgTransaction<'_>, orders: &[OrderId]) -> Result<(), DbError> {
    let orders: Vec<_> = orders.iter().map(|order| order.get()).collect();
    sqlx::query!(
        "/* removals.look_no_more */ UPDATE store_order SET look_for_removal_at = NULL WHERE id = ANY($1)",
        &orders
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// RO App has the work order after all, or cannot say.
///
/// # Errors
/// When the database fails.
pub async fn found(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    look_no_more(tx, &[order]).await?;
    asks::recreated(tx, order).await
}

/// What stands about an order that is to be made again.
#[derive(Debug, Clone)]
pub struct Recreation {
    /// RO App did not have the work order before, and the wait since then is over.
    pub missed: bool,
    /// Since when the order is linked with it.
    pub linked_at: Option<DateTime<Utc>>,
}

/// How far the making again of an order is.
///
/// # Errors
/// When the database fails.
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

/// A person said that these work orders are not the order's, though they carry its marker: they are never taken for it again.
///
/// # Errors
/// When the database fails.
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

/// Work orders that the order was linked with and that were deleted in RO App, or that only carry its marker.
///
/// # Errors
/// When the database fails.
pub async fn former(pool: &PgPool, order: OrderId) -> Result<Vec<WorkOrderId>, DbError> {
    let ids = sqlx::query_scalar!(
        "/* removals.former */ SELECT former_work_orders FROM store_order WHERE id = $1",
        order.get()
    )
    .fetch_one(pool)
    .await?;
    Ok(ids.into_iter().map(WorkOrderId::new).collect())
}

/// The link with a deleted work order is dissolved, with all that was applied to it, so that the order is planned from
/// nothing. Lines and comments whose outcome was unclear are settled: what they belonged to is gone. Which work order it was
/// stays on record, so that its marker is never adopted again.
///
/// # Errors
/// When the database fails.
pub async fn dissolve(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    let old: Vec<_> = work_orders::unlink(tx, order).await?.into_iter().map(WorkOrderId::get).collect();
    sqlx::query!(
        "/* removals.dissolve */ UPDATE store_order SET former_work_orders = former_work_orders || $2, applied_version_id = NULL,
             pending_change = '', conflicts = '[]', look_for_removal_at = NULL
         WHERE id = $1",
        order.get(),
        &old
    )
    .execute(&mut **tx)
    .await?;
    applied::forget(tx, order).await?;
    transitions::begin_anew(tx, order).await?;
    asks::recreated(tx, order).await?;
    write_backs::drop_whole(tx, order).await?;
    journal::settle_lost(tx, order).await
}
