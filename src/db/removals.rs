//! Work orders that were deleted in RO App: which are to be looked for, what their absence means, and what makes one anew.

use std::{collections::BTreeMap, time::Duration};

use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::{PgPool, PgTransaction};

use super::{DbError, claims::Claim, leases, seconds, stores::Store};
use crate::domain::ids::{AccountId, OrderId, OrderNumber, StoreId, WorkOrderId};

/// The store of an account whose work orders are to be looked for, and since when that is wanted: the longest wait first.
///
/// # Errors
/// When the database fails.
pub async fn asked(pool: &PgPool, account: AccountId) -> Result<Option<(StoreId, DateTime<Utc>)>, DbError> {
    let row = sqlx::query!(
        r#"/* removals.asked */ SELECT id, removed_asked_at AS "at!" FROM store
           WHERE account_id = $1 AND removed_asked_at IS NOT NULL AND removed_at IS NULL
             AND state IN ('importing', 'active', 'needs_credentials') AND settings->'enabled' IS DISTINCT FROM 'false'
           ORDER BY removed_asked_at LIMIT 1"#,
        account.get()
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| (StoreId::new(row.id), row.at)))
}

/// The work orders of a store were looked for; a later wish stays.
///
/// # Errors
/// When the database fails.
pub async fn answered(tx: &mut PgTransaction<'_>, store: StoreId, at: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query!(
        "/* removals.answered */ UPDATE store SET removed_asked_at = NULL WHERE id = $1 AND removed_asked_at <= $2",
        store.get(),
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

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
         WHERE s.account_id = $1 AND s.removed_at IS NULL
           AND s.state IN ('importing', 'active', 'needs_credentials') AND s.settings->'enabled' IS DISTINCT FROM 'false'
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
/// for again after an hour, see [`super::work_orders::removed`].
///
/// # Errors
/// When the database fails.
pub async fn removed(tx: &mut PgTransaction<'_>, order: OrderId, reason: &str) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "/* removals.removed */ WITH gone AS (
             UPDATE store_order SET state = 'removed', reason = $2, state_since = now(), look_for_removal_at = NULL,
                 next_try_at = clock_timestamp() + interval '1 hour'
             WHERE id = $1 AND look_for_removal_at IS NOT NULL
               AND state IN ('synced', 'incomplete', 'held', 'failed', 'unreadable')
             RETURNING store_id, number)
         UPDATE work_order w SET missing_since = clock_timestamp()
         FROM gone WHERE w.store_id = gone.store_id AND w.number = gone.number",
        order.get(),
        reason
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
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

/// RO App has the work order after all, or cannot say.
///
/// # Errors
/// When the database fails.
pub async fn found(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    sqlx::query!(
        "/* removals.found */ UPDATE store_order SET look_for_removal_at = NULL, recreate = false WHERE id = $1",
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A person wants these orders made again, whose work orders were deleted: they are worked now and before all others.
///
/// # Errors
/// When the database fails.
pub async fn ask_recreate(tx: &mut PgTransaction<'_>, store: &Store, orders: &[OrderId]) -> Result<(), DbError> {
    let ids: Vec<_> = orders.iter().map(|order| order.get()).collect();
    sqlx::query!(
        "/* removals.ask_recreate */ WITH asked AS (
             UPDATE store_order SET recreate = true, look_for_removal_at = NULL, state = 'waiting', reason = '',
                 state_since = now(), next_try_at = now(), tries = 0, repaired = false, priority = 0
             WHERE id = ANY($1) AND state = 'removed' RETURNING id)
         INSERT INTO history (order_id, what) SELECT id, 'asked to be made again in RO App' FROM asked",
        &ids
    )
    .execute(&mut **tx)
    .await?;
    leases::wake(tx, store.account).await
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
    sqlx::query!(
        "/* removals.dissolve */ WITH old AS (
             DELETE FROM work_order w USING store_order o
             WHERE o.id = $1 AND w.store_id = o.store_id AND w.number = o.number RETURNING w.work_order_id)
         UPDATE store_order SET former_work_orders = former_work_orders || ARRAY(SELECT work_order_id FROM old),
             applied = '{}', applied_version_id = NULL, repaired = false, pending_change = '', conflicts = '[]',
             recreate = false, look_for_removal_at = NULL
         WHERE id = $1",
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!("/* removals.drop_write_back */ DELETE FROM write_back WHERE order_id = $1", order.get())
        .execute(&mut **tx)
        .await?;
    sqlx::query!("/* removals.drop_lines */ DELETE FROM line WHERE order_id = $1", order.get())
        .execute(&mut **tx)
        .await?;
    sqlx::query!(
        "/* removals.settle */ UPDATE journal SET state = 'absent', settled_at = now()
         WHERE order_id = $1 AND state = 'sent' AND kind IN ('line', 'comment')",
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
