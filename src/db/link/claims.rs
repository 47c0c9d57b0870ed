//! Work orders that carry the marker of an order but are not linked with it: copies that staff made, pasted markers, work
//! orders made before a backup was restored, work orders of a second program.

use std::time::Duration;

use sqlx::{PgPool, PgTransaction};

use crate::{
    db::{DbError, notices, orders, seconds, transitions, work_orders},
    domain::{
        ids::{AccountId, OrderNumber, StoreId, WorkOrderId},
        notice::Topic,
        order_state::OrderState,
    },
};

/// A work order that, by its marker, claims to belong to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The work order.
    pub work_order: WorkOrderId,
    /// The store of the order.
    pub store: StoreId,
    /// The order's number; an order of that number may never have been seen.
    pub number: OrderNumber,
    /// Which of the orders of that number it is: a shop that was emptied may give the number 1041 to a second order.
    pub generation: i32,
    /// It was found when the account was taken over: it may have been made before a backup was restored.
    pub expected: bool,
}

/// Saves a claim; true when it is new or differs from the saved one. An equal claim stays as it was found first. `strange`: it
/// is a sign of a second program.
pub async fn note(
    tx: &mut PgTransaction<'_>,
    account: AccountId,
    claim: &Claim,
    strange: bool,
) -> Result<bool, DbError> {
    let is_new = sqlx::query_scalar!(
        r#"/* claims.note */ INSERT INTO marker_claim AS c (account_id, work_order_id, store_id, number, expected, strange, generation)
           VALUES ($1, $2, $3, $4, $5, $6, $7)
           ON CONFLICT (account_id, work_order_id) DO UPDATE SET store_id = excluded.store_id, number = excluded.number,
               generation = excluded.generation, expected = excluded.expected, strange = excluded.strange
           WHERE (c.store_id, c.number, c.generation) <> (excluded.store_id, excluded.number, excluded.generation) RETURNING true AS "is_new!""#,
        account.get(),
        claim.work_order.get(),
        claim.store.get(),
        claim.number.get(),
        claim.expected,
        strange,
        claim.generation
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(is_new.unwrap_or(false))
}

/// The claims on an order, or on a later order of the same number, which a restored backup may not know.
pub async fn of(pool: &PgPool, store: StoreId, number: OrderNumber) -> Result<Vec<Claim>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "/* claims.of */ SELECT c.work_order_id, c.store_id, c.number, c.generation, c.expected FROM marker_claim c
         WHERE c.store_id = $1 AND c.number = $2
           AND c.generation >= coalesce((SELECT o.generation FROM store_order o WHERE o.store_id = $1 AND o.number = $2), 1)
         ORDER BY c.work_order_id",
        store.get(),
        number.get()
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(Claim::from).collect())
}

/// The claims of these work orders.
pub async fn among(pool: &PgPool, account: AccountId, work_orders: &[WorkOrderId]) -> Result<Vec<Claim>, DbError> {
    let ids: Vec<_> = work_orders.iter().map(|id| id.get()).collect();
    let rows = sqlx::query_as!(
        Row,
        "/* claims.among */ SELECT work_order_id, store_id, number, generation, expected FROM marker_claim
         WHERE account_id = $1 AND work_order_id = ANY($2)",
        account.get(),
        &ids
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(Claim::from).collect())
}

/// A few claims to look at, in turn: claims on orders that are linked with another work order, or held.
pub async fn next_to_examine(tx: &mut PgTransaction<'_>, account: AccountId, max: i64) -> Result<Vec<Claim>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "/* claims.next_to_examine */ UPDATE marker_claim c SET looked_at = clock_timestamp()
         FROM (SELECT c.work_order_id FROM marker_claim c
                   LEFT JOIN work_order w ON w.store_id = c.store_id AND w.number = c.number
                   LEFT JOIN store_order o ON o.store_id = c.store_id AND o.number = c.number
               WHERE c.account_id = $1 AND (w.work_order_id IS NOT NULL OR o.state = 'held')
               ORDER BY c.looked_at LIMIT $2) due
         WHERE c.account_id = $1 AND c.work_order_id = due.work_order_id
         RETURNING c.work_order_id, c.store_id, c.number, c.generation, c.expected",
        account.get(),
        max
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(Claim::from).collect())
}

/// Records that RO App does not have the work order; true when it did not have it `wait` ago either, so that it counts as
/// deleted.
pub async fn missing(
    tx: &mut PgTransaction<'_>,
    account: AccountId,
    work_order: WorkOrderId,
    wait: Duration,
) -> Result<bool, DbError> {
    let is_deleted = sqlx::query_scalar!(
        r#"/* claims.missing */ UPDATE marker_claim SET missing_since = coalesce(missing_since, clock_timestamp())
           WHERE account_id = $1 AND work_order_id = $2
           RETURNING missing_since <= clock_timestamp() - $3 * interval '1 second' AS "is_deleted!""#,
        account.get(),
        work_order.get(),
        seconds(wait)
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(is_deleted.unwrap_or(true))
}

/// Drops a claim that the work order no longer makes, or that is settled. An order that is held without a work order is worked
/// on again, since the claim may be why it is held.
pub async fn over(tx: &mut PgTransaction<'_>, account: AccountId, claim: &Claim) -> Result<(), DbError> {
    sqlx::query!(
        "/* claims.over */ DELETE FROM marker_claim WHERE account_id = $1 AND work_order_id = $2",
        account.get(),
        claim.work_order.get()
    )
    .execute(&mut **tx)
    .await?;
    if work_orders::linked(tx, claim.store, claim.number).await?.is_none() {
        wake(tx, claim, &[OrderState::Held]).await?;
    }
    notices::clear(tx, account, Some(claim.store), &Topic::Double(claim.work_order)).await?;
    Ok(())
}

/// Records that a claim turned out to be a sign of a second program, unless a person was told of it already.
pub async fn is_strange(
    tx: &mut PgTransaction<'_>,
    account: AccountId,
    work_order: WorkOrderId,
) -> Result<(), DbError> {
    sqlx::query!(
        "/* claims.is_strange */ UPDATE marker_claim SET strange = NOT told WHERE account_id = $1 AND work_order_id = $2",
        account.get(),
        work_order.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The signs of a second program, one for each order of the store.
pub async fn strange(tx: &mut PgTransaction<'_>, store: StoreId) -> Result<Vec<(WorkOrderId, OrderNumber)>, DbError> {
    let rows = sqlx::query!(
        r#"/* claims.strange */ SELECT number, min(work_order_id) AS "work_order!" FROM marker_claim
           WHERE store_id = $1 AND strange GROUP BY number ORDER BY number"#,
        store.get()
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (WorkOrderId::new(row.work_order), OrderNumber::new(row.number))).collect())
}

/// Records that a person has looked at the signs of a second program: those so far no longer count.
pub async fn examined(tx: &mut PgTransaction<'_>, store: StoreId) -> Result<(), DbError> {
    sqlx::query!(
        "/* claims.examined */ UPDATE marker_claim SET strange = false, told = true WHERE store_id = $1 AND strange",
        store.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Has the order that the work order claims worked on again, without linking them: the claim may be what kept it from being
/// written.
pub async fn work_again(tx: &mut PgTransaction<'_>, claim: &Claim) -> Result<(), DbError> {
    wake(tx, claim, &[OrderState::Held, OrderState::Failed]).await
}

async fn wake(tx: &mut PgTransaction<'_>, claim: &Claim, from: &[OrderState]) -> Result<(), DbError> {
    if let Some(order) = orders::id_of(tx, claim.store, claim.number).await? {
        transitions::wake(tx, &[order], from).await?;
    }
    Ok(())
}

struct Row {
    work_order_id: i64,
    store_id: i64,
    number: i64,
    generation: i32,
    expected: bool,
}

impl From<Row> for Claim {
    fn from(row: Row) -> Self {
        Self {
            work_order: WorkOrderId::new(row.work_order_id),
            store: StoreId::new(row.store_id),
            number: OrderNumber::new(row.number),
            generation: row.generation,
            expected: row.expected,
        }
    }
}
