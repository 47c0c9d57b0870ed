//! Order numbers that came back as other orders: which of them are in doubt, and what became of the orders that had the number
//! before.

use chrono::{DateTime, NaiveDateTime, Utc};
use rust_decimal::Decimal;
use sqlx::{PgPool, PgTransaction};

use crate::{
    db::{DbError, asks, links, notices, removals, write_backs},
    domain::{
        ids::{AccountId, OrderId, OrderNumber, StoreId, VersionId, WorkOrderId},
        notice::{Plain, Topic},
        said::Said,
    },
};

/// What the notice is about.
const TOPIC: Topic = Topic::Plain(Plain::NumbersAgain);

/// The raw JSON of a version, as long as it is kept.
pub async fn raw(tx: &mut PgTransaction<'_>, version: VersionId) -> Result<Option<serde_json::Value>, DbError> {
    let raw = sqlx::query_scalar!("/* identities.raw */ SELECT raw FROM version WHERE id = $1", version.get());
    Ok(raw.fetch_optional(&mut **tx).await?)
}

/// The newest version of an order that RO App has completely.
pub async fn applied(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<Option<VersionId>, DbError> {
    let version = sqlx::query_scalar!(
        "/* identities.applied */ SELECT applied_version_id FROM store_order WHERE id = $1",
        order.get()
    );
    Ok(version.fetch_one(&mut **tx).await?.map(VersionId::new))
}

/// Records that the store shows another order under the number of this one. The row is still that of the order before, and
/// `earlier` is its last version. A status that a person set in RO App is not written to the new order.
pub async fn doubt(
    tx: &mut PgTransaction<'_>,
    (account, store, number): (AccountId, StoreId, OrderNumber),
    (order, earlier): (OrderId, VersionId),
) -> Result<(), DbError> {
    sqlx::query!(
        "/* identities.doubt */ INSERT INTO earlier_order (store_id, number, generation, version_id, placed_at, total)
         SELECT store_id, number, generation, $2, placed_at, total FROM store_order WHERE id = $1
         ON CONFLICT DO NOTHING",
        order.get(),
        earlier.get()
    )
    .execute(&mut **tx)
    .await?;
    let what = Said::new("numbers-come-back").with("number", number.get());
    // An open notice keeps its text.
    let open = notices::topics(tx, account, store).await?;
    if !open.contains(&TOPIC) && notices::raise(tx, account, Some(store), &TOPIC, &what).await? {
        tracing::warn!(order = %number, "an order number came back as another order; the order is held");
    }
    write_backs::drop_any_wish(tx, order).await
}

/// Settles the doubt: it is the same order, or the order before is back.
pub async fn same(
    tx: &mut PgTransaction<'_>,
    (account, store): (AccountId, StoreId),
    order: OrderId,
) -> Result<(), DbError> {
    sqlx::query!(
        "/* identities.same */ DELETE FROM earlier_order e USING store_order o
         WHERE o.id = $1 AND e.store_id = o.store_id AND e.number = o.number AND e.generation = o.generation",
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    settled(tx, account, store).await
}

/// Settles the doubt: it is another order. The order before keeps its work order, on record; this one is planned from nothing
/// and gets a marker of its own.
pub async fn another(
    tx: &mut PgTransaction<'_>,
    (account, store): (AccountId, StoreId),
    order: OrderId,
) -> Result<(), DbError> {
    sqlx::query!(
        "/* identities.end */ UPDATE earlier_order e SET ended_at = clock_timestamp(),
             work_order_id = (SELECT w.work_order_id FROM work_order w WHERE w.store_id = e.store_id AND w.number = e.number)
         FROM store_order o
         WHERE o.id = $1 AND e.store_id = o.store_id AND e.number = o.number AND e.generation = o.generation",
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    removals::dissolve(tx, order).await?;
    sqlx::query!(
        "/* identities.next */ UPDATE store_order SET generation = generation + 1, manager_id = NULL WHERE id = $1",
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    asks::drop_all(tx, order).await?;
    links::leave(tx, order).await?;
    settled(tx, account, store).await
}

/// The numbers of a store's orders that wait for a person to say which order they are, ascending: their number came back as
/// another order, or they are held because an unlinked work order carries their marker.
pub async fn undecided(pool: &PgPool, store: StoreId) -> Result<Vec<OrderNumber>, DbError> {
    let numbers = sqlx::query_scalar!(
        "/* identities.undecided */ SELECT o.number FROM store_order o
         WHERE o.store_id = $1 AND (
           EXISTS (SELECT 1 FROM earlier_order e WHERE e.store_id = o.store_id AND e.number = o.number AND e.ended_at IS NULL)
           OR (o.state = 'held'
               AND NOT EXISTS (SELECT 1 FROM work_order w WHERE w.store_id = o.store_id AND w.number = o.number)
               AND EXISTS (SELECT 1 FROM marker_claim c
                           WHERE c.store_id = o.store_id AND c.number = o.number AND c.generation >= o.generation)))
         ORDER BY o.number",
        store.get()
    );
    Ok(numbers.fetch_all(pool).await?.into_iter().map(OrderNumber::new).collect())
}

async fn settled(tx: &mut PgTransaction<'_>, account: AccountId, store: StoreId) -> Result<(), DbError> {
    let is_open = sqlx::query_scalar!(
        r#"/* identities.is_open */ SELECT EXISTS (
             SELECT 1 FROM earlier_order WHERE store_id = $1 AND ended_at IS NULL) AS "open!""#,
        store.get()
    )
    .fetch_one(&mut **tx)
    .await?;
    if !is_open {
        notices::clear(tx, account, Some(store), &TOPIC).await?;
    }
    Ok(())
}

/// An order that had the number before.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// When it was placed, in the store's own zone.
    pub placed_at: Option<NaiveDateTime>,
    /// The store's total.
    pub total: Option<Decimal>,
    /// Its work order, which is left as it is.
    pub work_order: Option<WorkOrderId>,
    /// When a person said that the number belongs to another order; `None` = nobody has yet.
    pub ended_at: Option<DateTime<Utc>>,
}

/// The orders that had an order's number before, oldest first; one whose number is in doubt comes last.
pub async fn earlier(pool: &PgPool, store: StoreId, number: OrderNumber) -> Result<Vec<Earlier>, DbError> {
    let rows = sqlx::query!(
        "/* identities.earlier */ SELECT placed_at, total, work_order_id, ended_at FROM earlier_order
         WHERE store_id = $1 AND number = $2 ORDER BY generation",
        store.get(),
        number.get()
    )
    .fetch_all(pool)
    .await?;
    let earlier = rows.into_iter().map(|row| Earlier {
        placed_at: row.placed_at,
        total: row.total,
        work_order: row.work_order_id.map(WorkOrderId::new),
        ended_at: row.ended_at,
    });
    Ok(earlier.collect())
}
