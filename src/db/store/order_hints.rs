//! Hints from webhooks of stores. The next read of the store handles them; a hint brings that read forward, but not closer than
//! [`HINT_GAP`] to the one before.

use std::{collections::BTreeSet, time::Duration};

use chrono::{DateTime, Utc};
use sqlx::{PgPool, PgTransaction};

use crate::{
    db::{DbError, seconds},
    domain::ids::{OrderNumber, StoreId},
};

/// The shortest time between two reads of a store that hints cause, however many hints come.
pub const HINT_GAP: Duration = Duration::from_secs(5);
/// Open hints of one store; any further hint only brings the next read forward.
pub const OPEN_HINTS: i64 = 200;

/// Takes in a webhook: its orders, and whatever is new in the store, are read now. False when the URL belongs to no store.
///
/// A single statement. It moves the next read only if that is not due anyway and the store works: a store that fails or waits
/// for a person keeps its own pace.
pub async fn hint(pool: &PgPool, secret_hash: [u8; 32], numbers: &BTreeSet<OrderNumber>) -> Result<bool, DbError> {
    let numbers: Vec<_> = numbers.iter().map(|number| number.get()).collect();
    let known = sqlx::query_scalar!(
        r#"/* order_hints.hint */ WITH hook AS (
               UPDATE store_hook h SET hinted_at = clock_timestamp(), state = 'subscribed',
                   reason = CASE WHEN h.state = 'subscribed' THEN h.reason END,
                   state_since = CASE WHEN h.state = 'subscribed' THEN h.state_since ELSE now() END
               FROM store s WHERE h.secret_hash = $1 AND s.id = h.store_id AND s.removed_at IS NULL
               RETURNING h.store_id, h.hinted_at, greatest(h.hinted_at, s.last_success_at + $3 * interval '1 second') AS wake_at),
           kept AS (
               INSERT INTO order_hint (store_id, number, hinted_at)
               SELECT hook.store_id, number, hook.hinted_at FROM hook, unnest($2::bigint[]) AS number
               LIMIT greatest($4 - (SELECT count(*) FROM order_hint o JOIN hook ON hook.store_id = o.store_id), 0)
               ON CONFLICT (store_id, number) DO UPDATE SET hinted_at = excluded.hinted_at),
           woken AS (
               UPDATE store s SET next_poll_at = hook.wake_at FROM hook
               WHERE s.id = hook.store_id AND s.next_poll_at > hook.wake_at AND s.state IN ('importing', 'active')
                 AND s.failing_since IS NULL AND s.settings->'enabled' IS DISTINCT FROM 'false'
               RETURNING s.account_id, s.next_poll_at),
           account_woken AS (
               UPDATE account a SET due_at = least(a.due_at, woken.next_poll_at) FROM woken WHERE a.id = woken.account_id)
           SELECT count(*) = 1 AS "known!" FROM hook"#,
        &secret_hash[..],
        &numbers,
        seconds(HINT_GAP),
        OPEN_HINTS
    )
    .fetch_one(pool)
    .await?;
    Ok(known)
}

/// The hints since the last read.
#[derive(Debug)]
pub struct Hints {
    /// The orders that they named.
    pub numbers: Vec<OrderNumber>,
    /// When the last of them came.
    pub until: DateTime<Utc>,
}

/// The hints that wait for a read of the store; `None` if there are none.
pub async fn hints(pool: &PgPool, store: StoreId) -> Result<Option<Hints>, DbError> {
    let row = sqlx::query!(
        r#"/* order_hints.hints */ SELECT h.hinted_at AS "until!",
             ARRAY(SELECT number FROM order_hint o WHERE o.store_id = h.store_id ORDER BY number) AS "numbers!"
           FROM store_hook h WHERE h.store_id = $1 AND h.hinted_at IS NOT NULL"#,
        store.get()
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Hints { numbers: row.numbers.into_iter().map(OrderNumber::new).collect(), until: row.until }))
}

/// Drops the hints up to `until`: their orders were read, and the poll for new orders follows. Later hints are kept.
pub async fn answered(tx: &mut PgTransaction<'_>, store: StoreId, until: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query!(
        "/* order_hints.answered */ UPDATE store_hook SET hinted_at = CASE WHEN hinted_at > $2 THEN hinted_at END
         WHERE store_id = $1",
        store.get(),
        until
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "/* order_hints.answered_orders */ DELETE FROM order_hint WHERE store_id = $1 AND hinted_at <= $2",
        store.get(),
        until
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Brings the next read forward for hints that came while the store was read.
pub async fn wake_for_later(tx: &mut PgTransaction<'_>, store: StoreId) -> Result<(), DbError> {
    sqlx::query!(
        "/* order_hints.wake_for_later */ UPDATE store s SET next_poll_at = clock_timestamp() + $2 * interval '1 second'
         FROM store_hook h WHERE s.id = $1 AND h.store_id = s.id AND h.hinted_at IS NOT NULL
           AND s.next_poll_at > clock_timestamp() + $2 * interval '1 second'",
        store.get(),
        seconds(HINT_GAP)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
