//! What there is to do on an account, asked for at once: most of the time it is nothing.

use sqlx::PgPool;

use crate::{db::DbError, domain::ids::AccountId};

/// What is due on an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct Agenda {
    /// A store is to be read.
    pub stores: bool,
    /// An order waits to be worked.
    pub orders: bool,
    /// RO App is to be looked at: the watch is due, or a single work order is to be looked at and no change of ours to it is under
    /// way.
    pub watch: bool,
    /// A single work order is to be looked at, with the watch at the latest.
    pub hints: bool,
    /// Work orders are to be looked for that may be deleted.
    pub removals: bool,
    /// Claims, or work orders that RO App did not have, may have to be asked for.
    pub doubts: bool,
    /// The settings of a store were not compared with RO App's lists in the last hour.
    pub offer: bool,
}

/// What is due now on the stores of an account that are worked.
pub async fn of(pool: &PgPool, account: AccountId) -> Result<Agenda, DbError> {
    let agenda = sqlx::query_as!(
        Agenda,
        r#"/* agenda.of */ WITH works AS MATERIALIZED (
             SELECT id, next_poll_at, removed_asked_at, offer_checked_at FROM store WHERE account_id = $1 AND is_worked)
           SELECT
             EXISTS (SELECT 1 FROM works WHERE next_poll_at <= clock_timestamp()) AS "stores!",
             EXISTS (SELECT 1 FROM works s CROSS JOIN LATERAL (
               SELECT next_try_at FROM store_order WHERE store_id = s.id AND state = 'waiting'
               ORDER BY next_try_at LIMIT 1) o WHERE o.next_try_at <= clock_timestamp()) AS "orders!",
             EXISTS (SELECT 1 FROM works) AND (a.watch_at <= clock_timestamp() OR EXISTS (
               SELECT 1 FROM work_order_to_look_at h WHERE h.account_id = a.id AND NOT h.with_the_watch)) AS "watch!",
             EXISTS (SELECT 1 FROM work_order_to_look_at h WHERE h.account_id = a.id) AS "hints!",
             EXISTS (SELECT 1 FROM works WHERE removed_asked_at IS NOT NULL) OR EXISTS (
               SELECT 1 FROM works s JOIN store_order o ON o.store_id = s.id AND o.look_for_removal_at <= clock_timestamp())
               AS "removals!",
             EXISTS (SELECT 1 FROM marker_claim c WHERE c.account_id = a.id) OR EXISTS (
               SELECT 1 FROM work_order w WHERE w.account_id = a.id AND w.missing_since > now() - interval '2 days')
               AS "doubts!",
             EXISTS (SELECT 1 FROM works WHERE offer_checked_at IS NULL OR offer_checked_at > now()
               OR offer_checked_at < now() - interval '1 hour') AS "offer!"
           FROM account a WHERE a.id = $1"#,
        account.get()
    )
    .fetch_one(pool)
    .await?;
    Ok(agenda)
}
