//! What `/status` shows of all accounts and stores at once.

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use uuid::Uuid;

use super::{DbError, orders};
use crate::{
    db::said,
    domain::{
        ids::{AccountId, StoreId},
        notice,
        said::Said,
    },
};

/// Rows of counts that a store may have before they are added up.
const COUNTS_OF_A_STORE: i64 = 100;

/// Orders of a store in one state.
#[derive(Debug, Clone)]
pub struct StateCount {
    /// The store.
    pub store: StoreId,
    /// The state.
    pub state: orders::OrderState,
    /// How many orders are in it.
    pub orders: i64,
    /// When the order that has been in the state longest entered it.
    pub oldest: DateTime<Utc>,
}

/// An open notice and where it belongs.
#[derive(Debug, Clone)]
pub struct PlacedNotice {
    /// The account.
    pub account: AccountId,
    /// The store; `None` = the notice is about the account itself.
    pub store: Option<StoreId>,
    /// What it is about: a [`Topic`](crate::domain::notice::Topic), or one that this release does not know.
    pub topic: String,
    /// What it says.
    pub what: Said,
    /// Since when.
    pub raised_at: DateTime<Utc>,
}

/// Orders per store and state; of one store, or of all.
pub async fn counts(pool: &PgPool, store: Option<StoreId>) -> Result<Vec<StateCount>, DbError> {
    let rows = sqlx::query!(
        r#"/* status.counts */ SELECT store_id AS "store_id!", state AS "state!", orders AS "orders!", oldest AS "oldest!"
           FROM (SELECT store_id, state, sum(orders)::bigint AS orders FROM order_count
                 WHERE $1::bigint IS NULL OR store_id = $1 GROUP BY store_id, state HAVING sum(orders) > 0) counted
           CROSS JOIN LATERAL (
               SELECT state_since AS oldest FROM store_order o WHERE o.store_id = counted.store_id AND o.state = counted.state
               ORDER BY state_since LIMIT 1) first
           ORDER BY store_id, state"#,
        store.map(StoreId::get)
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            let state = orders::state_of(row.store_id, &row.state)?;
            Ok(StateCount { store: StoreId::new(row.store_id), state, orders: row.orders, oldest: row.oldest })
        })
        .collect()
}

/// What waits for a person in a store.
#[derive(Debug, Clone, Copy)]
pub struct ForYou {
    /// The store.
    pub store: StoreId,
    /// Orders that are held, failed, incomplete or unreadable, or have a conflict or a pending change.
    pub orders: i64,
    /// Those with a conflict or a pending change.
    pub conflicts: i64,
}

/// What waits for a person, in one store or in each, where anything does.
pub async fn for_you(pool: &PgPool, store: Option<StoreId>) -> Result<Vec<ForYou>, DbError> {
    let rows = sqlx::query!(
        r#"/* status.for_you */ SELECT o.store_id, count(*) AS "orders!",
             count(*) FILTER (WHERE o.pending_change IS NOT NULL OR o.conflicts <> '[]' OR o.refused) AS "conflicts!"
           FROM store_order o
           WHERE (o.state = ANY ('{held,failed,incomplete,unreadable}') OR o.pending_change IS NOT NULL OR o.conflicts <> '[]' OR o.refused)
             AND ($1::bigint IS NULL OR o.store_id = $1)
           GROUP BY o.store_id"#,
        store.map(StoreId::get)
    );
    let of = |id, orders, conflicts| ForYou { store: StoreId::new(id), orders, conflicts };
    Ok(rows.fetch_all(pool).await?.into_iter().map(|row| of(row.store_id, row.orders, row.conflicts)).collect())
}

/// Adds up the count rows of stores whose orders changed state often. Returns how many rows those stores have left.
pub async fn add_up(pool: &PgPool) -> Result<u64, DbError> {
    let added = sqlx::query!(
        "/* status.add_up */ WITH many AS (
             SELECT store_id FROM order_count GROUP BY store_id HAVING count(*) > $1),
           taken AS (
             DELETE FROM order_count c USING many WHERE c.store_id = many.store_id
             RETURNING c.store_id, c.state, c.in_import, c.orders)
         INSERT INTO order_count SELECT store_id, state, in_import, sum(orders) FROM taken
         GROUP BY store_id, state, in_import HAVING sum(orders) <> 0",
        COUNTS_OF_A_STORE
    );
    Ok(added.execute(pool).await?.rows_affected())
}

/// Every open notice, oldest first.
pub async fn notices(pool: &PgPool) -> Result<Vec<PlacedNotice>, DbError> {
    let rows = sqlx::query!(
        "/* status.notices */ SELECT id, account_id, store_id, topic, about, said, raised_at FROM notice WHERE cleared_at IS NULL
         ORDER BY id"
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(PlacedNotice {
                account: AccountId::new(row.account_id),
                store: row.store_id.map(StoreId::new),
                topic: notice::shown(&row.topic, &row.about),
                what: said::read("notice", row.id, "said", row.said)?,
                raised_at: row.raised_at,
            })
        })
        .collect()
}

/// Which process works on which account at this moment.
pub async fn holders(pool: &PgPool) -> Result<Vec<(AccountId, Uuid)>, DbError> {
    let rows = sqlx::query!(
        r#"/* status.holders */ SELECT id, lease_holder AS "holder!" FROM account
           WHERE lease_token IS NOT NULL AND lease_holder IS NOT NULL AND lease_expires_at > now() ORDER BY id"#
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (AccountId::new(row.id), row.holder)).collect())
}
