//! Webhooks of RO App accounts: their URLs, the events that were taken, and the work orders that they named (contract roapp
//! 11). `subscriptions.rs` has the webhooks of stores.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{PgPool, PgTransaction};

use crate::{
    db::{DbError, begin, leases, seconds},
    domain::ids::{AccountId, WorkOrderId},
    secrets::{Place, Sealed},
};

/// How long a taken event is remembered. RO App's schedule of retries is unknown (contract roapp unknown 23).
const KEPT: Duration = Duration::from_hours(7 * 24);
/// Open hints of one account; changes beyond them are found by the account's regular watch.
const OPEN_HINTS: i64 = 1_000;

/// The webhook URL of an account.
#[derive(Debug, Clone)]
pub struct AccountHook {
    /// The account.
    pub account: AccountId,
    /// The secret, which is the last part of the path.
    pub secret: Sealed,
    /// The secret that RO App signs with, if it differs from the one in the path.
    pub signing_secret: Option<Sealed>,
}

/// The place that the secret in the path is sealed for.
#[must_use]
pub fn secret_place(account: AccountId) -> Place {
    Place { table: "account_hook", row: account.to_string(), column: "secret" }
}

/// The place that RO App's own secret is sealed for.
#[must_use]
pub fn signing_place(account: AccountId) -> Place {
    Place { table: "account_hook", row: account.to_string(), column: "signing_secret" }
}

struct Row {
    account_id: i64,
    secret: Vec<u8>,
    signing_secret: Option<Vec<u8>>,
}

impl From<Row> for AccountHook {
    fn from(row: Row) -> Self {
        Self {
            account: AccountId::new(row.account_id),
            secret: Sealed(row.secret),
            signing_secret: row.signing_secret.map(Sealed),
        }
    }
}

/// The hook of an account; `None` until somebody asks for one.
pub async fn of_account(pool: &PgPool, account: AccountId) -> Result<Option<AccountHook>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "/* hooks.of_account */ SELECT account_id, secret, signing_secret FROM account_hook WHERE account_id = $1",
        account.get()
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(AccountHook::from))
}

/// The hook with this secret in its path.
pub async fn find(pool: &PgPool, secret_hash: [u8; 32]) -> Result<Option<AccountHook>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "/* hooks.find */ SELECT h.account_id, h.secret, h.signing_secret FROM account_hook h
         JOIN account a ON a.id = h.account_id WHERE h.secret_hash = $1 AND a.removed_at IS NULL",
        &secret_hash[..]
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(AccountHook::from))
}

/// Gives an account a hook if it has none.
pub async fn make(pool: &PgPool, account: AccountId, secret: &Sealed, secret_hash: [u8; 32]) -> Result<(), DbError> {
    sqlx::query!(
        "/* hooks.make */ INSERT INTO account_hook (account_id, secret, secret_hash) VALUES ($1, $2, $3)
         ON CONFLICT (account_id) DO NOTHING",
        account.get(),
        secret.0,
        &secret_hash[..]
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Saves the secret that RO App signs with.
pub async fn set_signing_secret(
    tx: &mut PgTransaction<'_>,
    account: AccountId,
    secret: &Sealed,
) -> Result<(), DbError> {
    sqlx::query!(
        "/* hooks.set_signing_secret */ UPDATE account_hook SET signing_secret = $2 WHERE account_id = $1",
        account.get(),
        secret.0
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Drops the hook of an account that is removed: its URL no longer belongs to anyone.
pub async fn forget(tx: &mut PgTransaction<'_>, account: AccountId) -> Result<(), DbError> {
    sqlx::query!("/* hooks.forget */ DELETE FROM account_hook WHERE account_id = $1", account.get())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Takes a signed event: the work order that it names is looked at now. False when the event was taken before.
pub async fn take(
    pool: &PgPool,
    account: AccountId,
    event: &str,
    work_order: Option<WorkOrderId>,
) -> Result<bool, DbError> {
    let mut tx = begin(pool).await?;
    let taken = sqlx::query!(
        "/* hooks.take */ INSERT INTO account_event (account_id, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        account.get(),
        event
    )
    .execute(&mut *tx)
    .await?;
    if taken.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "/* hooks.prune */ DELETE FROM account_event WHERE account_id = $1 AND seen_at < now() - $2 * interval '1 second'",
        account.get(),
        seconds(KEPT)
    )
    .execute(&mut *tx)
    .await?;
    if let Some(work_order) = work_order {
        hint(&mut tx, account, work_order).await?;
        leases::wake(&mut tx, account).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// Has a work order looked at by its id: now, or once a change that we sent to it is settled.
pub async fn hint(tx: &mut PgTransaction<'_>, account: AccountId, work_order: WorkOrderId) -> Result<(), DbError> {
    sqlx::query!(
        "/* hooks.hint */ INSERT INTO work_order_hint (account_id, work_order_id, hinted_at)
         SELECT $1, $2, clock_timestamp() WHERE (SELECT count(*) FROM work_order_hint WHERE account_id = $1) < $3
         ON CONFLICT (account_id, work_order_id) DO UPDATE SET hinted_at = excluded.hinted_at, with_the_watch = false",
        account.get(),
        work_order.get(),
        OPEN_HINTS
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Has a linked work order looked at by its id at the next watch: RO App answered but did not show it.
pub async fn recheck(tx: &mut PgTransaction<'_>, account: AccountId, work_order: WorkOrderId) -> Result<(), DbError> {
    sqlx::query!(
        "/* hooks.recheck */ INSERT INTO work_order_hint (account_id, work_order_id, hinted_at, with_the_watch)
         SELECT $1, $2, clock_timestamp(), true WHERE (SELECT count(*) FROM work_order_hint WHERE account_id = $1) < $3
           AND EXISTS (SELECT 1 FROM work_order WHERE account_id = $1 AND work_order_id = $2)
         ON CONFLICT (account_id, work_order_id) DO NOTHING",
        account.get(),
        work_order.get(),
        OPEN_HINTS
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Work orders to look at, each with the time of its last hint, oldest first. Those that RO App did not show before come last,
/// and only if the watch is due or their hint is older than `interval`: each take-over of the account postpones the watch. See
/// [`crate::db::agenda::Agenda::watch`].
pub async fn hinted_work_orders(
    pool: &PgPool,
    account: AccountId,
    (interval, slack): (Duration, Duration),
) -> Result<Vec<(WorkOrderId, DateTime<Utc>)>, DbError> {
    let rows = sqlx::query!(
        r#"/* hooks.hinted_work_orders */ SELECT h.work_order_id AS "work_order_id!", h.hinted_at AS "hinted_at!"
           FROM work_order_to_look_at h JOIN account a ON a.id = h.account_id
           WHERE h.account_id = $1 AND (NOT h.with_the_watch OR a.watch_at <= clock_timestamp() + $3 * interval '1 second' AND h.hinted_at < a.watch_at
             OR h.hinted_at <= clock_timestamp() - ($2 - $3) * interval '1 second' OR h.hinted_at > clock_timestamp())
           ORDER BY h.with_the_watch, h.hinted_at, h.work_order_id"#,
        account.get(),
        seconds(interval),
        seconds(slack)
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (WorkOrderId::new(row.work_order_id), row.hinted_at)).collect())
}

/// Drops the hints on these work orders up to `until`, because they were looked at; later hints are kept.
pub async fn drop_hints(
    tx: &mut PgTransaction<'_>,
    account: AccountId,
    work_orders: &[WorkOrderId],
    until: DateTime<Utc>,
) -> Result<(), DbError> {
    let ids: Vec<_> = work_orders.iter().map(|id| id.get()).collect();
    sqlx::query!(
        "/* hooks.drop_hints */ DELETE FROM work_order_hint
         WHERE account_id = $1 AND work_order_id = ANY($2) AND hinted_at <= $3",
        account.get(),
        &ids,
        until
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
