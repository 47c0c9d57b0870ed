//! What a person decides about an order's conflicts and pending change.

use sqlx::PgTransaction;

use super::{DbError, leases, stores::Store, unknown_word, write_backs};
use crate::domain::{ids::OrderId, plan::Keep};

/// The decision that lies with an order.
pub(super) fn of_row(order: i64, word: Option<&str>) -> Result<Option<Keep>, DbError> {
    let read = |word| Keep::read(word).ok_or_else(|| unknown_word("store_order", order, "resolve", word));
    word.map(read).transpose()
}

/// The order is worked now and before all others, by this decision.
///
/// # Errors
/// When the database fails.
pub async fn ask(tx: &mut PgTransaction<'_>, store: &Store, order: OrderId, keep: Keep) -> Result<(), DbError> {
    if keep == Keep::Store {
        write_backs::withdraw(tx, order).await?;
    }
    sqlx::query!(
        "/* resolve.ask */ UPDATE store_order SET state = 'waiting', reason = '', tries = 0, repaired = false,
             state_since = CASE WHEN state = 'waiting' THEN state_since ELSE now() END, next_try_at = now(), priority = 0,
             resolve = $2, resync_asks = resync_asks + 1
         WHERE id = $1",
        order.get(),
        keep.word()
    )
    .execute(&mut **tx)
    .await?;
    leases::wake(tx, store.account).await
}

/// A run has done what was decided, and verified it. What was decided meanwhile has the order worked again.
///
/// # Errors
/// When the database fails.
pub async fn settled(tx: &mut PgTransaction<'_>, order: OrderId, done: Option<Keep>) -> Result<(), DbError> {
    sqlx::query!(
        "/* resolve.settled */ UPDATE store_order SET resolve = nullif(resolve, $2),
             state = CASE WHEN resolve IS DISTINCT FROM $2 THEN 'waiting' ELSE state END
         WHERE id = $1 AND resolve IS NOT NULL",
        order.get(),
        done.map(Keep::word)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
