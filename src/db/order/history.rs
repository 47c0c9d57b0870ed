//! What happened to an order, for people.

use chrono::{DateTime, Utc};
use sqlx::{PgPool, PgTransaction};

use crate::{
    db::{DbError, orders::state_of, said},
    domain::{
        ids::{OrderId, OrderNumber, StoreId},
        order_state::OrderState,
        said::Said,
    },
};

/// Adds a line to what happened to an order.
pub async fn add(tx: &mut PgTransaction<'_>, order: OrderId, what: &Said) -> Result<(), DbError> {
    add_to_each(tx, &[order], what).await
}

/// The same line for each of these orders.
pub async fn add_to_each(tx: &mut PgTransaction<'_>, orders: &[OrderId], what: &Said) -> Result<(), DbError> {
    let orders: Vec<_> = orders.iter().map(|order| order.get()).collect();
    sqlx::query!(
        "/* history.add */ INSERT INTO history (order_id, what) SELECT unnest($1::bigint[]), $2",
        &orders,
        said::to_json(what)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What happened to an order, oldest first.
pub async fn of(pool: &PgPool, order: OrderId) -> Result<Vec<(DateTime<Utc>, Said)>, DbError> {
    let rows =
        sqlx::query!("/* history.of */ SELECT at, what FROM history WHERE order_id = $1 ORDER BY id", order.get())
            .fetch_all(pool)
            .await?;
    rows.into_iter().map(|row| Ok((row.at, said::read("history", order.get(), "what", row.what)?))).collect()
}

/// What happened to an order since a moment.
#[derive(Debug, Clone)]
pub struct Happened {
    /// Which.
    pub order: OrderId,
    /// Cartum's order number.
    pub number: OrderNumber,
    /// The state it is in now.
    pub state: OrderState,
    /// Why.
    pub reason: Option<Said>,
    /// What happened, oldest first.
    pub what: Vec<Said>,
}

/// What happened to the orders of a store since `at`, in the order of their numbers.
pub async fn since(pool: &PgPool, store: StoreId, at: DateTime<Utc>) -> Result<Vec<Happened>, DbError> {
    let rows = sqlx::query!(
        r#"/* history.since */ SELECT o.id, o.number, o.state, o.reason, array_agg(h.what ORDER BY h.id) AS "what!"
           FROM history h JOIN store_order o ON o.id = h.order_id
           WHERE o.store_id = $1 AND h.at >= $2 GROUP BY o.id ORDER BY o.number"#,
        store.get(),
        at
    )
    .fetch_all(pool)
    .await?;
    let happened = rows.into_iter().map(|row| {
        Ok(Happened {
            order: OrderId::new(row.id),
            number: OrderNumber::new(row.number),
            state: state_of(row.id, &row.state)?,
            reason: said::read_any("store_order", row.id, "reason", row.reason)?,
            what: row
                .what
                .into_iter()
                .map(|what| said::read("history", row.id, "what", what))
                .collect::<Result<_, _>>()?,
        })
    });
    happened.collect()
}
