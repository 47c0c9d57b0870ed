//! Store orders and their versions: saves a page of the store's answer. `work.rs` has what the executor does with them, `list/`
//! lists them.

use chrono::NaiveDateTime;
use rust_decimal::Decimal;
use sqlx::PgTransaction;

pub use super::list::Listed;
pub use crate::domain::order_state::OrderState;
use crate::{
    db::{
        DbError, asks,
        transitions::{self, Arrived},
    },
    domain::{
        ids::{AccountId, OrderId, OrderNumber, StoreId, StoreStatusId},
        said::Said,
    },
};

/// A version that is new to the database.
#[derive(Debug, Clone)]
pub struct NewVersion<'a> {
    /// Cartum's order number.
    pub number: OrderNumber,
    /// Fingerprint of the normalised order, or of the raw JSON where it could not be decoded.
    pub fingerprint: [u8; 32],
    /// As the store sent it, as JSON.
    pub raw: &'a str,
    /// When the order was placed, in the store's own zone; `None` if that could not be read.
    pub placed_at: Option<NaiveDateTime>,
    /// The store's status.
    pub status: Option<StoreStatusId>,
    /// The store's `total_sum`.
    pub total: Option<Decimal>,
    /// The buyer as searched for; empty if it could not be read.
    pub buyer: String,
    /// The state of the order from now on.
    pub state: OrderState,
    /// Why it is in that state, except for `waiting`.
    pub reason: Option<Said>,
    /// It counts in the first import.
    pub in_import: bool,
    /// 0 = a person asked, 1 = live, 2 = back-fill.
    pub priority: i16,
}

/// Saves a version that differs from the order's newest one, or the first version of a new order; an order that is waiting
/// keeps its time. A decision to keep RO App's values instead of a pending change was about the version before, and is dropped.
pub async fn save(tx: &mut PgTransaction<'_>, store: StoreId, new: &NewVersion<'_>) -> Result<OrderId, DbError> {
    let Arrived { id: order, has_pending_change } = transitions::arrive(tx, store, new).await?;
    if has_pending_change {
        asks::keep_no_longer(tx, order).await?;
    }
    // A version that was seen before is not saved again: a store that alternates between two answers has two versions.
    let again = sqlx::query_scalar!(
        "/* orders.seen_again */ UPDATE version SET seen_at = now() WHERE id = (
             SELECT id FROM version WHERE order_id = $1 AND fingerprint = $2 ORDER BY id DESC LIMIT 1) RETURNING id",
        order,
        &new.fingerprint[..]
    )
    .fetch_optional(&mut **tx)
    .await?;
    let version = match again {
        Some(version) => version,
        None => add_version(tx, order, new).await?,
    };
    sqlx::query!("/* orders.newest */ UPDATE store_order SET version_id = $2 WHERE id = $1", order, version)
        .execute(&mut **tx)
        .await?;
    Ok(OrderId::new(order))
}

async fn add_version(tx: &mut PgTransaction<'_>, order: i64, new: &NewVersion<'_>) -> Result<i64, DbError> {
    let version = sqlx::query_scalar!(
        "/* orders.save_version */ INSERT INTO version (order_id, fingerprint, raw) VALUES ($1, $2, $3::text::json) RETURNING id",
        order,
        &new.fingerprint[..],
        // As text: a bound JSON value would become jsonb on the way, which does not accept \u0000.
        new.raw
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(version)
}

/// Sets the generation, because a work order was found that belongs to a later order of the number than the database knew.
pub async fn set_generation(tx: &mut PgTransaction<'_>, order: OrderId, generation: i32) -> Result<(), DbError> {
    sqlx::query!(
        "/* orders.set_generation */ UPDATE store_order SET generation = $2 WHERE id = $1",
        order.get(),
        generation
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The order of a store with this number.
pub async fn id_of(
    tx: &mut PgTransaction<'_>,
    store: StoreId,
    number: OrderNumber,
) -> Result<Option<OrderId>, DbError> {
    let id = sqlx::query_scalar!(
        "/* orders.id_of */ SELECT id FROM store_order WHERE store_id = $1 AND number = $2",
        store.get(),
        number.get()
    );
    Ok(id.fetch_optional(&mut **tx).await?.map(OrderId::new))
}

/// The orders of an account that are held for the reason with this code.
pub async fn held_for(tx: &mut PgTransaction<'_>, account: AccountId, code: &str) -> Result<Vec<OrderId>, DbError> {
    let ids = sqlx::query_scalar!(
        "/* orders.held_for */ SELECT o.id FROM store s JOIN store_order o ON o.store_id = s.id AND o.state = 'held'
         WHERE s.account_id = $1 AND o.reason->>'code' = $2",
        account.get(),
        code
    );
    Ok(ids.fetch_all(&mut **tx).await?.into_iter().map(OrderId::new).collect())
}

pub(in crate::db) fn state_of(order: i64, word: &str) -> Result<OrderState, DbError> {
    OrderState::read(word).ok_or_else(|| DbError::Row {
        table: "store_order",
        row: order.to_string(),
        column: "state",
        detail: format!("unknown state {word:?}"),
    })
}
