//! Wishes that do not reach the store, or not yet.

use sqlx::{PgPool, PgTransaction};

use super::super::{DbError, unknown_word};
use crate::{
    db::{
        orders::{OrderState, state_of},
        said,
    },
    domain::{
        ids::{OrderId, StatusId, StoreId},
        said::Said,
        store::StoreState,
    },
};

/// Records that a person decided that RO App follows the store: if the decision is about a status, nothing is written to the
/// store. The store's refusal stays listed until the decision is carried out; a status that a person sets from now on is a new
/// wish.
pub async fn withdraw(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    sqlx::query!(
        r#"/* write_backs.withdraw */ UPDATE write_back b SET wanted_roapp = NULL, wanted_from = NULL, wanted_at = NULL
           FROM store_order o
           WHERE b.order_id = $1 AND o.id = b.order_id
             AND (b.refusal IS NOT NULL OR o.conflicts @> '[{"part": "status"}]')"#,
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Drops the wish for this status, because the store moved on or the settings no longer map it; a newer wish is kept.
pub async fn drop_wish(tx: &mut PgTransaction<'_>, order: OrderId, roapp: StatusId) -> Result<(), DbError> {
    sqlx::query!(
        "/* write_backs.drop_wish */ UPDATE write_back SET wanted_roapp = NULL, wanted_from = NULL, wanted_at = NULL
         WHERE order_id = $1 AND wanted_roapp = $2",
        order.get(),
        roapp.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Wishes for statuses that the present settings do not map to a status of the store.
pub async fn unmapped(pool: &PgPool, store: StoreId) -> Result<Vec<(OrderId, StatusId)>, DbError> {
    let rows = sqlx::query!(
        r#"/* write_backs.unmapped */ SELECT b.order_id, b.wanted_roapp AS "roapp!"
           FROM write_back b JOIN store_order o ON o.id = b.order_id JOIN store s ON s.id = o.store_id
           WHERE o.store_id = $1 AND b.wanted_roapp IS NOT NULL
             AND s.settings->'write_back'->(b.wanted_roapp::text) IS NULL"#,
        store.get()
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (OrderId::new(row.order_id), StatusId::new(row.roapp))).collect())
}

/// What becomes, in the store, of the status that a person set in RO App, where one is to be written.
///
/// # Errors
/// When the database fails or a row cannot be read.
pub async fn outlook(pool: &PgPool, order: OrderId) -> Result<Option<Said>, DbError> {
    let row = sqlx::query!(
        r#"/* write_backs.outlook */ SELECT b.refusal, b.wanted_roapp, o.state, s.id AS store, s.state AS store_state,
             s.settings->'enabled' IS DISTINCT FROM 'false' AS "is_enabled!",
             s.settings->'write_back'->(b.wanted_roapp::text) IS NOT NULL AS "is_mapped!"
           FROM write_back b JOIN store_order o ON o.id = b.order_id JOIN store s ON s.id = o.store_id
           WHERE b.order_id = $1"#,
        order.get()
    )
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let refusal = said::read_any("write_back", order.get(), "refusal", row.refusal)?;
    let Some(status) = row.wanted_roapp.map(StatusId::new).filter(|_| refusal.is_none()) else { return Ok(refusal) };
    let store = StoreState::read(&row.store_state)
        .ok_or_else(|| unknown_word("store", row.store, "state", &row.store_state))?;
    let goes = match (state_of(order.get(), &row.state)?, store) {
        (OrderState::Gone, _) => Said::new("wish-order-gone"),
        (OrderState::Removed, _) => Said::new("wish-work-order-deleted"),
        _ if !row.is_mapped => Said::new("wish-unmapped"),
        (_, StoreState::Paused | StoreState::Draft) => Said::new("wish-store-paused"),
        _ if !row.is_enabled => Said::new("wish-store-off"),
        (_, StoreState::NeedsCredentials) => Said::new("wish-login-refused"),
        _ => Said::new("wish-next-poll"),
    };
    Ok(Some(goes.with("status", status)))
}

/// Drops any wish: the number may belong to another order now.
pub async fn drop_any_wish(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    sqlx::query!(
        "/* write_backs.drop_any_wish */ UPDATE write_back SET wanted_roapp = NULL, wanted_from = NULL, wanted_at = NULL
         WHERE order_id = $1",
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Deletes the row: the work order is gone, and nothing more comes from it.
pub async fn drop_whole(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    sqlx::query!("/* write_backs.drop_whole */ DELETE FROM write_back WHERE order_id = $1", order.get())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
