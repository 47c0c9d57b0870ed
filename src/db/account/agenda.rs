//! What there is to do on an account, asked for at once: most of the time it is nothing.

use std::time::Duration;

use sqlx::{PgExecutor, PgPool};

use crate::{
    db::{DbError, seconds},
    domain::ids::AccountId,
};

/// What is due on the stores of an account that are worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct Agenda {
    /// A store is to be read.
    pub stores: bool,
    /// An order waits to be worked.
    pub orders: bool,
    /// RO App is to be looked at: the watch is due, or a single work order is to be looked at and no change of ours to it is under
    /// way. Where the account is worked anyway, the watch may be made a little sooner, and else a little later, by the slack: it goes
    /// along with the poll of a store.
    pub watch: bool,
    /// A single work order is to be looked at, with the watch at the latest.
    pub hints: bool,
    /// Work orders are to be looked for that may be deleted.
    pub removals: bool,
    /// Claims, or work orders that RO App did not have, may have to be asked for.
    pub doubts: bool,
    /// The settings of a store were not compared with RO App's lists in the last hour.
    pub offer: bool,
    /// Time until the next store, order or watch becomes due; `None` where none will.
    pub next: Option<Duration>,
}

/// What is due now on an account; `None` when it does not exist.
pub async fn of(pool: &PgPool, account: AccountId, slack: Duration) -> Result<Option<Agenda>, DbError> {
    Ok(each_of(pool, &[account], slack).await?.pop().map(|(_, agenda)| agenda))
}

/// What is due now on each of these accounts.
pub async fn each_of(
    by: impl PgExecutor<'_>,
    accounts: &[AccountId],
    slack: Duration,
) -> Result<Vec<(AccountId, Agenda)>, DbError> {
    let ids: Vec<_> = accounts.iter().map(|id| id.get()).collect();
    let rows = sqlx::query!(
        r#"/* agenda.each_of */ SELECT a.id, d.stores AS "stores!", d.orders AS "orders!", d.offer AS "offer!",
             d.stands AND (a.watch_at <= clock_timestamp() + $2 * interval '1 second' OR EXISTS (
               SELECT 1 FROM work_order_to_look_at h WHERE h.account_id = a.id AND NOT h.with_the_watch)) AS "watch!",
             EXISTS (SELECT 1 FROM work_order_to_look_at h WHERE h.account_id = a.id) AS "hints!",
             d.removals OR EXISTS (SELECT 1 FROM store_order o WHERE o.store_id = ANY (d.ids) AND o.look_for_removal_at <= clock_timestamp())
               AS "removals!",
             EXISTS (SELECT 1 FROM marker_claim c WHERE c.account_id = a.id) OR EXISTS (
               SELECT 1 FROM work_order w WHERE w.account_id = a.id AND w.missing_since > now() - interval '2 days')
               AS "doubts!",
             extract(epoch FROM least(d.next, CASE WHEN d.stands AND a.watch_at > clock_timestamp() + $2 * interval '1 second'
               THEN a.watch_at + $2 * interval '1 second' END)
               - clock_timestamp())::float8 AS next
           FROM account a CROSS JOIN LATERAL (
             SELECT array_agg(s.id) AS ids, count(*) > 0 AS stands,
               coalesce(bool_or(s.next_poll_at <= clock_timestamp()), false) AS stores,
               coalesce(bool_or(o.next_try_at <= clock_timestamp()), false) AS orders,
               coalesce(bool_or(s.removed_asked_at IS NOT NULL), false) AS removals,
               coalesce(bool_or(s.offer_checked_at IS NULL OR s.offer_checked_at > now()
                 OR s.offer_checked_at < now() - interval '1 hour'), false) AS offer,
               least(min(s.next_poll_at) FILTER (WHERE s.next_poll_at > clock_timestamp()),
                 min(o.next_try_at) FILTER (WHERE o.next_try_at > clock_timestamp())) AS next
             FROM store s LEFT JOIN LATERAL (
               SELECT next_try_at FROM store_order WHERE store_id = s.id AND state = 'waiting' ORDER BY next_try_at LIMIT 1
             ) o ON true
             WHERE s.account_id = a.id AND s.is_worked) d
           WHERE a.id = ANY ($1)"#,
        &ids,
        seconds(slack)
    )
    .fetch_all(by)
    .await?;
    let next = |seconds| Duration::try_from_secs_f64(seconds).unwrap_or_default();
    Ok(rows
        .into_iter()
        .map(|row| {
            let agenda = Agenda {
                stores: row.stores,
                orders: row.orders,
                watch: row.watch,
                hints: row.hints,
                removals: row.removals,
                doubts: row.doubts,
                offer: row.offer,
                next: row.next.map(next),
            };
            (AccountId::new(row.id), agenda)
        })
        .collect())
}
