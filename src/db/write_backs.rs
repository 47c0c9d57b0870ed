//! Statuses that people set in RO App, on their way to the store (design section 8).

use sqlx::{PgPool, PgTransaction};

use super::DbError;
use crate::domain::ids::{OrderId, OrderNumber, StatusId, StoreId, StoreStatusId};

/// Answers that are neither yes nor no, before the store counts as refusing.
pub const MAX_TRIES: i32 = 5;

/// A status that a person set and the store is to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Our id of the order.
    pub order: OrderId,
    /// Cartum's order number.
    pub number: OrderNumber,
    /// The RO App status that the person set.
    pub roapp: StatusId,
    /// The store's status as it was last seen then.
    pub from: StoreStatusId,
    /// What we sent to the store last, whether it arrived or not.
    pub written: Option<StoreStatusId>,
}

/// A person set this status in RO App while the store had `from`; it takes the place of an earlier wish.
///
/// # Errors
/// When the database fails.
pub async fn want(
    tx: &mut PgTransaction<'_>,
    order: OrderId,
    roapp: StatusId,
    from: StoreStatusId,
) -> Result<(), DbError> {
    sqlx::query!(
        "/* write_backs.want */ INSERT INTO write_back (order_id, wanted_roapp, wanted_from, wanted_at)
         VALUES ($1, $2, $3, now())
         ON CONFLICT (order_id) DO UPDATE SET wanted_roapp = excluded.wanted_roapp, wanted_from = excluded.wanted_from,
             wanted_at = excluded.wanted_at, tries = 0, refusal = ''",
        order.get(),
        roapp.get(),
        from.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Nothing is to be written to the store any more. What the store was seen to have from us stays known for ours.
///
/// # Errors
/// When the database fails.
pub async fn forget(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    sqlx::query!(
        "/* write_backs.forget */ UPDATE write_back SET wanted_roapp = NULL, wanted_from = NULL, wanted_at = NULL, refusal = ''
         WHERE order_id = $1",
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A person decided that RO App follows the store: nothing is written there. What the store refused stays listed until the
/// decision is done.
///
/// # Errors
/// When the database fails.
pub async fn withdraw(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    sqlx::query!(
        "/* write_backs.withdraw */ UPDATE write_back SET wanted_roapp = NULL, wanted_from = NULL, wanted_at = NULL
         WHERE order_id = $1",
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The store moved on by itself: nothing is written, and what was sent without an answer did not arrive.
///
/// # Errors
/// When the database fails.
pub async fn overtaken(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    forget(tx, order).await?;
    sqlx::query!(
        "/* write_backs.overtaken */ UPDATE write_back SET written_roapp = NULL, written_store = NULL, written_at = NULL
         WHERE order_id = $1 AND confirmed_at IS NULL",
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The store refused, or did not do it: nothing more is tried until a person sets a status again.
///
/// # Errors
/// When the database fails.
pub async fn refuse(tx: &mut PgTransaction<'_>, order: OrderId, why: &str) -> Result<(), DbError> {
    sqlx::query!(
        "/* write_backs.refuse */ UPDATE write_back SET wanted_roapp = NULL, wanted_from = NULL, wanted_at = NULL, refusal = $2,
             written_roapp = NULL, written_store = NULL, written_at = NULL, confirmed_at = NULL
         WHERE order_id = $1",
        order.get(),
        why
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What the store is to have, the oldest wish first.
///
/// # Errors
/// When the database fails.
pub async fn wanted(pool: &PgPool, store: StoreId) -> Result<Vec<Wanted>, DbError> {
    let rows = sqlx::query!(
        r#"/* write_backs.wanted */ SELECT o.id, o.number, b.wanted_roapp AS "roapp!", b.wanted_from AS "from!", b.written_store
           FROM write_back b JOIN store_order o ON o.id = b.order_id
           WHERE o.store_id = $1 AND b.wanted_roapp IS NOT NULL AND o.state NOT IN ('gone', 'removed')
           ORDER BY b.wanted_at, o.id"#,
        store.get()
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Wanted {
            order: OrderId::new(row.id),
            number: OrderNumber::new(row.number),
            roapp: StatusId::new(row.roapp),
            from: StoreStatusId::new(row.from),
            written: row.written_store.map(StoreStatusId::new),
        })
        .collect())
}

/// This is about to be sent to the store, or stands there already: it is known for ours from now on.
///
/// # Errors
/// When the database fails.
pub async fn sending(
    tx: &mut PgTransaction<'_>,
    order: OrderId,
    roapp: StatusId,
    store: StoreStatusId,
) -> Result<(), DbError> {
    sqlx::query!(
        "/* write_backs.sending */ UPDATE write_back SET written_roapp = $2, written_store = $3, written_at = now(),
             confirmed_at = NULL WHERE order_id = $1",
        order.get(),
        roapp.get(),
        store.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The call brought neither yes nor no; how often that happened.
///
/// # Errors
/// When the database fails.
pub async fn failed(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<i32, DbError> {
    let tries = sqlx::query_scalar!(
        "/* write_backs.failed */ UPDATE write_back SET tries = tries + 1 WHERE order_id = $1 RETURNING tries",
        order.get()
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(tries)
}

/// The store shows what was sent, and the version that shows it is saved.
///
/// # Errors
/// When the database fails.
pub async fn confirm(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    sqlx::query!(
        "/* write_backs.confirm */ UPDATE write_back SET confirmed_at = now(), wanted_roapp = NULL, wanted_from = NULL,
             wanted_at = NULL, tries = 0, refusal = '' WHERE order_id = $1",
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The executor counts what was written to the store as dealt with from now on.
///
/// # Errors
/// When the database fails.
pub async fn taken_in(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    sqlx::query!(
        "/* write_backs.taken_in */ UPDATE write_back SET written_roapp = NULL, written_store = NULL, written_at = NULL,
             confirmed_at = NULL WHERE order_id = $1 AND confirmed_at IS NOT NULL",
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What becomes, in the store, of the status that a person set in RO App; empty when nothing is to be written.
///
/// # Errors
/// When the database fails.
pub async fn in_words(pool: &PgPool, order: OrderId) -> Result<String, DbError> {
    let row = sqlx::query!(
        "/* write_backs.in_words */ SELECT refusal, wanted_roapp FROM write_back WHERE order_id = $1",
        order.get()
    )
    .fetch_optional(pool)
    .await?;
    Ok(match row {
        Some(row) if !row.refusal.is_empty() => row.refusal,
        Some(row) => row.wanted_roapp.map_or_else(String::new, |status| {
            format!("RO App's status {status}, which a person set, goes to the store with its next reading")
        }),
        None => String::new(),
    })
}
