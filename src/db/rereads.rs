//! Orders that are read again by number: which, and what their absence means (invariants 2 and 9).

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::{PgPool, PgTransaction};

use super::{
    DbError,
    orders::{OrderState, state_of},
};
use crate::domain::{
    ids::{OrderId, OrderNumber, StoreId, StoreStatusId, VersionId},
    scope::Before,
};

/// What is known of an order before a new answer is looked at.
#[derive(Debug, Clone)]
pub struct Known {
    /// Our id.
    pub id: OrderId,
    /// Its state.
    pub state: OrderState,
    /// It was wanted before, or has a work order.
    pub was_wanted: bool,
    /// Fingerprint of its newest version.
    pub fingerprint: Vec<u8>,
    /// It was missing in the store's last answer, or counts as deleted there.
    pub missing: bool,
    /// When it was placed, in the store's own zone, where that could be read.
    pub placed_at: Option<NaiveDateTime>,
    /// Its newest version.
    pub version: VersionId,
    /// RO App has it, or perhaps has it.
    pub is_written: bool,
    /// Which order of its number it is, from 1.
    pub generation: i32,
    /// Its number came back as another order: the last version of the one before.
    pub doubt: Option<VersionId>,
}

impl Known {
    /// What decides with a new version what becomes of it.
    #[must_use]
    pub fn before(&self) -> Before {
        Before { state: self.state, was_wanted: self.was_wanted }
    }
}

/// What is known of these orders.
///
/// # Errors
/// When the database fails.
pub async fn known(
    tx: &mut PgTransaction<'_>,
    store: StoreId,
    numbers: &[OrderNumber],
) -> Result<BTreeMap<OrderNumber, Known>, DbError> {
    let rows = sqlx::query!(
        r#"/* rereads.known */ SELECT o.id, o.number, o.state, v.fingerprint, v.id AS version, o.placed_at, o.generation,
             e.version_id AS "doubt?",
             (w.work_order_id IS NOT NULL OR EXISTS (
               SELECT 1 FROM journal j WHERE j.order_id = o.id AND j.kind = 'work_order' AND j.state = 'sent')) AS "is_written!",
             (o.missing_times > 0 OR o.gone_at IS NOT NULL) AS "missing!",
             (o.wanted OR o.state NOT IN ('excluded', 'unreadable') OR w.work_order_id IS NOT NULL
               OR EXISTS (SELECT 1 FROM marker_claim c WHERE c.store_id = o.store_id AND c.number = o.number AND c.expected))
               AS "was_wanted!"
           FROM store_order o JOIN version v ON v.id = o.version_id
           LEFT JOIN work_order w ON w.store_id = o.store_id AND w.number = o.number
           LEFT JOIN earlier_order e
             ON e.store_id = o.store_id AND e.number = o.number AND e.generation = o.generation
           WHERE o.store_id = $1 AND o.number = ANY($2)"#,
        store.get(),
        &plain(numbers)
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            let state = state_of(row.id, &row.state)?;
            let (id, number) = (OrderId::new(row.id), OrderNumber::new(row.number));
            let known = Known {
                id,
                state,
                was_wanted: row.was_wanted,
                fingerprint: row.fingerprint,
                missing: row.missing,
                placed_at: row.placed_at,
                version: VersionId::new(row.version),
                is_written: row.is_written,
                generation: row.generation,
                doubt: row.doubt.map(VersionId::new),
            };
            Ok((number, known))
        })
        .collect()
}

/// The orders of a store that each poll reads again: wanted and not final. Final is an order in a successful or the canceled
/// status that has not changed for 14 days, which the database keeps as `final_at`.
///
/// # Errors
/// When the database fails.
pub async fn open(pool: &PgPool, store: StoreId) -> Result<Vec<OrderNumber>, DbError> {
    let rows = sqlx::query_scalar!(
        "/* rereads.open */ SELECT number FROM store_order
         WHERE store_id = $1 AND final_at > now()
           AND state = ANY ('{waiting,synced,incomplete,held,failed,unreadable}')
         ORDER BY number",
        store.get()
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(OrderNumber::new).collect())
}

/// Orders that were deleted in the store within 14 days: they may come back.
///
/// # Errors
/// When the database fails.
pub async fn gone(pool: &PgPool, store: StoreId) -> Result<Vec<OrderNumber>, DbError> {
    let rows = sqlx::query_scalar!(
        "/* rereads.gone */ SELECT number FROM store_order
         WHERE store_id = $1 AND state = 'gone' AND gone_at > now() - interval '14 days' ORDER BY number",
        store.get()
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(OrderNumber::new).collect())
}

/// Whether each poll asks for this order by its number: one of [`open`] or [`gone`].
///
/// # Errors
/// When the database fails.
pub async fn is_read_again(pool: &PgPool, store: StoreId, number: OrderNumber) -> Result<bool, DbError> {
    let is_read_again = sqlx::query_scalar!(
        r#"/* rereads.is_read_again */ SELECT EXISTS (SELECT FROM store_order WHERE store_id = $1 AND number = $2
             AND (state = ANY ('{waiting,synced,incomplete,held,failed,unreadable}') AND final_at > now()
                  OR state = 'gone' AND gone_at > now() - interval '14 days')) AS "is!""#,
        store.get(),
        number.get()
    );
    Ok(is_read_again.fetch_one(pool).await?)
}

/// The orders of a store that a person wants read now, in whatever state, and the moment of the last such wish.
///
/// # Errors
/// When the database fails.
pub async fn asked(pool: &PgPool, store: StoreId) -> Result<Option<(Vec<OrderNumber>, DateTime<Utc>)>, DbError> {
    let rows = sqlx::query!(
        r#"/* rereads.asked */ SELECT number, fetch_asked_at AS "at!" FROM store_order
           WHERE store_id = $1 AND fetch_asked_at IS NOT NULL ORDER BY number"#,
        store.get()
    )
    .fetch_all(pool)
    .await?;
    let latest = rows.iter().map(|row| row.at).max();
    Ok(latest.map(|at| (rows.into_iter().map(|row| OrderNumber::new(row.number)).collect(), at)))
}

/// A person wants these orders read from their stores now, before anything else; the stores and their accounts are woken.
///
/// # Errors
/// When the database fails.
pub async fn ask(tx: &mut PgTransaction<'_>, orders: &[OrderId]) -> Result<(), DbError> {
    let orders: Vec<_> = orders.iter().map(|order| order.get()).collect();
    sqlx::query!(
        "/* rereads.ask */ UPDATE store_order SET fetch_asked_at = clock_timestamp(), priority = 0 WHERE id = ANY($1)",
        &orders
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "/* rereads.wake */ WITH woken AS (
             UPDATE store SET next_poll_at = clock_timestamp()
             WHERE id IN (SELECT store_id FROM store_order WHERE id = ANY($1)) RETURNING account_id)
         UPDATE account SET due_at = now() WHERE id IN (SELECT account_id FROM woken)",
        &orders
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What was asked for until `at` is read; a wish that came later stays.
///
/// # Errors
/// When the database fails.
pub async fn answered(tx: &mut PgTransaction<'_>, store: StoreId, at: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query!(
        "/* rereads.answered */ UPDATE store_order SET fetch_asked_at = NULL WHERE store_id = $1 AND fetch_asked_at <= $2",
        store.get(),
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The store shows an order again that was missing; true when it counted as deleted. It goes on from where it was.
///
/// # Errors
/// When the database fails.
pub async fn found_again(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<bool, DbError> {
    let gone = sqlx::query_scalar!(
        r#"/* rereads.found_again */ UPDATE store_order o SET missing_times = 0, missing_since = NULL, gone_at = NULL,
             state = CASE WHEN o.state = 'gone' THEN 'waiting' ELSE o.state END,
             reason = CASE WHEN o.state = 'gone' THEN '' ELSE o.reason END,
             state_since = CASE WHEN o.state = 'gone' THEN now() ELSE o.state_since END,
             next_try_at = CASE WHEN o.state = 'gone' THEN now() ELSE o.next_try_at END
           FROM store_order old WHERE o.id = $1 AND old.id = o.id RETURNING old.gone_at IS NOT NULL AS "gone!""#,
        order.get()
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(gone)
}

/// The store did not show these orders, although it was asked for each. Those that were missing three times over at least an
/// hour count as deleted from now on and wait for the executor, which tells RO App; their ids. Orders that are not wanted or
/// were deleted in RO App stay as they are: of them it is only counted.
///
/// # Errors
/// When the database fails.
pub async fn missing(
    tx: &mut PgTransaction<'_>,
    store: StoreId,
    numbers: &[OrderNumber],
) -> Result<Vec<OrderId>, DbError> {
    let numbers = plain(numbers);
    sqlx::query!(
        "/* rereads.missing */ UPDATE store_order SET missing_times = missing_times + 1,
             missing_since = coalesce(missing_since, now())
         WHERE store_id = $1 AND number = ANY($2) AND gone_at IS NULL AND state <> 'gone'",
        store.get(),
        &numbers
    )
    .execute(&mut **tx)
    .await?;
    // One that was being worked while it was marked may have come to rest in another state.
    let gone = sqlx::query_scalar!(
        "/* rereads.mark_gone */ UPDATE store_order SET gone_at = coalesce(gone_at, now()), state = 'waiting', reason = '',
             state_since = now(), next_try_at = now(), tries = 0
         WHERE store_id = $1 AND number = ANY($2) AND missing_times >= 3 AND missing_since <= now() - interval '1 hour'
           AND (state IN ('synced', 'incomplete', 'held', 'unreadable')
                OR (state IN ('waiting', 'failed') AND gone_at IS NULL))
         RETURNING id",
        store.get(),
        &numbers
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(gone.into_iter().map(OrderId::new).collect())
}

/// RO App knows that the order is deleted in the store, or never knew the order; false when it showed up again meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn rest_gone(tx: &mut PgTransaction<'_>, order: OrderId, reason: &str) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "/* rereads.rest_gone */ UPDATE store_order SET state = 'gone', reason = $2, state_since = now()
         WHERE id = $1 AND gone_at IS NOT NULL",
        order.get(),
        reason
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether the store's list of statuses is older than an hour.
///
/// # Errors
/// When the database fails.
pub async fn statuses_are_old(pool: &PgPool, store: StoreId) -> Result<bool, DbError> {
    let old = sqlx::query_scalar!(
        r#"/* rereads.statuses_are_old */ SELECT statuses_read_at IS NULL OR statuses_read_at < now() - interval '1 hour'
             OR statuses_read_at > now() AS "old!"
           FROM store WHERE id = $1"#,
        store.get()
    )
    .fetch_one(pool)
    .await?;
    Ok(old)
}

/// Keeps which statuses are a successful end.
///
/// # Errors
/// When the database fails.
pub async fn keep_statuses(
    tx: &mut PgTransaction<'_>,
    store: StoreId,
    successful: &[StoreStatusId],
) -> Result<(), DbError> {
    let successful: Vec<_> = successful.iter().map(|status| status.get()).collect();
    sqlx::query!(
        "/* rereads.keep_statuses */ UPDATE store SET successful_statuses = $2, statuses_read_at = now() WHERE id = $1",
        store.get(),
        &successful
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn plain(numbers: &[OrderNumber]) -> Vec<i64> {
    numbers.iter().map(|number| number.get()).collect()
}
