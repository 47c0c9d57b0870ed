//! What `/status` shows of all accounts and stores at once.

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use uuid::Uuid;

use super::{DbError, orders};
use crate::domain::ids::{AccountId, StoreId};

/// Orders of a store in one state.
#[derive(Debug, Clone)]
pub struct StateCount {
    /// The store.
    pub store: StoreId,
    /// The state.
    pub state: orders::OrderState,
    /// How many orders are in it.
    pub orders: i64,
    /// Since when the one that is in it for the longest is.
    pub oldest: DateTime<Utc>,
}

/// An open notice and where it belongs.
#[derive(Debug, Clone)]
pub struct PlacedNotice {
    /// The account.
    pub account: AccountId,
    /// The store; none: the account itself.
    pub store: Option<StoreId>,
    /// What it is about.
    pub topic: String,
    /// The sentence.
    pub text: String,
    /// Since when.
    pub raised_at: DateTime<Utc>,
}

/// Orders per store and state.
///
/// # Errors
/// When the database fails or a row cannot be read.
pub async fn counts(pool: &PgPool) -> Result<Vec<StateCount>, DbError> {
    let rows = sqlx::query!(
        r#"/* status.counts */ SELECT store_id, state, count(*) AS "orders!", min(state_since) AS "oldest!" FROM store_order
           GROUP BY store_id, state ORDER BY store_id, state"#
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

/// Every open notice, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn notices(pool: &PgPool) -> Result<Vec<PlacedNotice>, DbError> {
    let rows = sqlx::query!(
        "/* status.notices */ SELECT account_id, store_id, topic, text, raised_at FROM notice WHERE cleared_at IS NULL
         ORDER BY id"
    )
    .fetch_all(pool)
    .await?;
    let placed = |(account, store, topic, text, raised_at): (i64, Option<i64>, _, _, _)| PlacedNotice {
        account: AccountId::new(account),
        store: store.map(StoreId::new),
        topic,
        text,
        raised_at,
    };
    Ok(rows.into_iter().map(|row| placed((row.account_id, row.store_id, row.topic, row.text, row.raised_at))).collect())
}

/// Which process works which account at this moment.
///
/// # Errors
/// When the database fails.
pub async fn holders(pool: &PgPool) -> Result<Vec<(AccountId, Uuid)>, DbError> {
    let rows = sqlx::query!(
        r#"/* status.holders */ SELECT id, lease_holder AS "holder!" FROM account
           WHERE lease_token IS NOT NULL AND lease_holder IS NOT NULL AND lease_expires_at > now() ORDER BY id"#
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (AccountId::new(row.id), row.holder)).collect())
}
