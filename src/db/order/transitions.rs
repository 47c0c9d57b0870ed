//! The states of an order and every transition between them. Nothing else sets `store_order.state`, its reason and time, or the
//! count of tries.

use std::time::Duration;

use sqlx::PgTransaction;

use crate::{
    db::{
        DbError,
        asks::AskId,
        orders::{NewVersion, state_of},
        said, seconds,
        work::Work,
    },
    domain::{
        ids::{OrderId, StoreId, StoreStatusId, VersionId},
        order_state::OrderState,
        said::Said,
    },
};

/// What a run saw of an order when it took it up. If anything newer arrives, the run must not decide what becomes of the order.
/// For example, if the buyer changes the order during the run, the order must not become `synced` with the older version.
#[derive(Debug, Clone, Copy)]
pub struct Turn {
    /// The order.
    pub order: OrderId,
    /// Its newest version at that time.
    pub version: VersionId,
    /// The newest ask at that time.
    pub asked: AskId,
}

/// An order after one of its versions arrived.
pub(super) struct Arrived {
    pub(super) id: i64,
    pub(super) has_pending_change: bool,
}

/// Puts an order, new or known, into the state that was decided for its new version. An order that is waiting keeps its time.
pub(super) async fn arrive(
    tx: &mut PgTransaction<'_>,
    store: StoreId,
    new: &NewVersion<'_>,
) -> Result<Arrived, DbError> {
    let arrived = sqlx::query_as!(
        Arrived,
        r#"/* transitions.arrive */ INSERT INTO store_order AS o
             (store_id, number, state, reason, in_import, priority, placed_at, store_status, total, buyer, wanted)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $3 NOT IN ('excluded', 'unreadable'))
         ON CONFLICT (store_id, number) DO UPDATE SET state = excluded.state, reason = excluded.reason,
             state_since = CASE WHEN o.state = excluded.state THEN o.state_since ELSE now() END,
             in_import = o.in_import OR excluded.in_import, priority = least(o.priority, excluded.priority),
             placed_at = coalesce(excluded.placed_at, o.placed_at), store_status = coalesce(excluded.store_status, o.store_status),
             total = coalesce(excluded.total, o.total), buyer = coalesce(nullif(excluded.buyer, ''), o.buyer), tries = 0, repaired = false, missing_times = 0, missing_since = NULL,
             gone_at = NULL, wanted = o.wanted OR excluded.wanted OR o.state NOT IN ('excluded', 'unreadable'),
             next_try_at = CASE WHEN o.state = 'waiting' THEN o.next_try_at ELSE now() END
         RETURNING o.id, o.pending_change IS NOT NULL AS "has_pending_change!""#,
        store.get(),
        new.number.get(),
        new.state.word(),
        said::column(new.reason.as_ref()),
        new.in_import,
        new.priority,
        new.placed_at,
        new.status.map(StoreStatusId::get),
        new.total,
        new.buyer
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(arrived)
}

/// Has those of the orders that are in one of these states worked on from the beginning, now, and whatever their earlier tries
/// came to. Returns them.
pub async fn wake(
    tx: &mut PgTransaction<'_>,
    orders: &[OrderId],
    from: &[OrderState],
) -> Result<Vec<OrderId>, DbError> {
    let orders: Vec<_> = orders.iter().map(|order| order.get()).collect();
    let from: Vec<_> = from.iter().map(|state| state.word().to_owned()).collect();
    let woken = sqlx::query_scalar!(
        "/* transitions.wake */ UPDATE store_order SET state = 'waiting', reason = NULL, tries = 0, unanswered = 0, repaired = false,
             state_since = CASE WHEN state = 'waiting' THEN state_since ELSE now() END, next_try_at = now(), postponed = false,
             gave_way_at = NULL
         WHERE id = ANY($1) AND state = ANY($2) RETURNING id",
        &orders,
        &from
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(woken.into_iter().map(OrderId::new).collect())
}

/// Like [`wake`], for every order of a store.
pub async fn wake_all(tx: &mut PgTransaction<'_>, store: StoreId, from: &[OrderState]) -> Result<(), DbError> {
    let words: Vec<_> = from.iter().map(|state| state.word().to_owned()).collect();
    let ids = sqlx::query_scalar!(
        "/* transitions.all_in */ SELECT id FROM store_order WHERE store_id = $1 AND state = ANY($2)",
        store.get(),
        &words
    );
    let ids: Vec<_> = ids.fetch_all(&mut **tx).await?.into_iter().map(OrderId::new).collect();
    wake(tx, &ids, from).await.map(drop)
}

/// Plans a finished order again, since RO App's present state may allow what could not be written before.
pub async fn plan_again(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    wake(tx, &[order], &[OrderState::Synced, OrderState::Incomplete]).await.map(drop)
}

/// Puts these orders before all others, because a person asked for them.
pub async fn put_first(tx: &mut PgTransaction<'_>, orders: &[OrderId]) -> Result<(), DbError> {
    let orders: Vec<_> = orders.iter().map(|order| order.get()).collect();
    sqlx::query!("/* transitions.put_first */ UPDATE store_order SET priority = 0 WHERE id = ANY($1)", &orders)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Has every order of a store that waits for its next try tried now.
pub async fn try_now(tx: &mut PgTransaction<'_>, store: StoreId) -> Result<(), DbError> {
    sqlx::query!(
        "/* transitions.try_now */ UPDATE store_order SET next_try_at = now()
         WHERE store_id = $1 AND state = 'waiting' AND next_try_at > now()",
        store.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Locks the row of an order. An ask locks it, too: an ask from here on comes after this transaction, and an ask from before is
/// visible to its next statement.
async fn lock(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    sqlx::query!("/* transitions.lock */ SELECT id FROM store_order WHERE id = $1 FOR NO KEY UPDATE", order.get())
        .fetch_one(&mut **tx)
        .await?;
    Ok(())
}

/// Takes an order out of work after a run on one of its versions. If it has a newer version, or a person asked for something
/// meanwhile, it is left as it is and worked on again, and the result is false. Every state but `waiting` and `synced` needs a
/// reason.
pub async fn park(tx: &mut PgTransaction<'_>, turn: Turn, state: OrderState, reason: &Said) -> Result<bool, DbError> {
    lock(tx, turn.order).await?;
    let done = sqlx::query!(
        "/* transitions.park */ UPDATE store_order o SET state = $4, reason = $5, gave_way_at = NULL, postponed = false,
             state_since = CASE WHEN state = $4 THEN state_since ELSE now() END
         WHERE id = $1 AND version_id = $2
           AND NOT EXISTS (SELECT 1 FROM order_ask a WHERE a.order_id = o.id AND a.id > $3 AND a.kind <> 'fetch')",
        turn.order.get(),
        turn.version.get(),
        turn.asked.get(),
        state.word(),
        said::to_json(reason)
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Moves an order to `gone`: RO App was told that the order is deleted in the store, or never had it. False when the store
/// shows the order again meanwhile.
pub async fn park_gone(tx: &mut PgTransaction<'_>, order: OrderId, reason: &Said) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "/* transitions.park_gone */ UPDATE store_order SET state = 'gone', reason = $2, state_since = now()
         WHERE id = $1 AND gone_at IS NOT NULL",
        order.get(),
        said::to_json(reason)
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Moves an order that is not waiting to `removed`: its work order was looked for twice and is not in RO App. False when the
/// order is being worked on again meanwhile. The work order is looked for again after an hour.
pub async fn park_removed(tx: &mut PgTransaction<'_>, order: OrderId, reason: &Said) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "/* transitions.park_removed */ UPDATE store_order SET state = 'removed', reason = $2, state_since = now(),
             look_for_removal_at = NULL, next_try_at = clock_timestamp() + interval '1 hour'
         WHERE id = $1 AND look_for_removal_at IS NOT NULL
           AND state IN ('synced', 'incomplete', 'held', 'failed', 'unreadable')",
        order.get(),
        said::to_json(reason)
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Records that RO App has this version completely, and that everything asked before the run began is done. The order becomes
/// `synced` unless a newer version arrived meanwhile, or a person asked for something; true when it is `synced`.
pub async fn sync(tx: &mut PgTransaction<'_>, work: &Work) -> Result<bool, DbError> {
    lock(tx, work.order).await?;
    let state = sqlx::query_scalar!(
        "/* transitions.sync */ WITH done AS (
             DELETE FROM order_ask WHERE order_id = $1 AND id <= $3 AND kind <> 'fetch'
               AND NOT (kind = 'client' AND EXISTS (SELECT 1 FROM store_order o
                 WHERE o.id = $1 AND o.pending_change->>'code' = 'pending-chosen-client')))
         UPDATE store_order SET applied_version_id = $2, tries = 0, unanswered = 0, repaired = false,
             look_for_removal_at = NULL, gave_way_at = NULL, postponed = false,
             priority = CASE WHEN is_asked THEN priority ELSE greatest(priority, 1) END,
             state = CASE WHEN is_asked OR version_id <> $2 THEN state ELSE 'synced' END,
             reason = CASE WHEN is_asked OR version_id <> $2 THEN reason ELSE NULL END,
             state_since = CASE WHEN is_asked OR version_id <> $2 THEN state_since ELSE now() END
         FROM (SELECT EXISTS (SELECT 1 FROM order_ask WHERE order_id = $1 AND id > $3 AND kind <> 'fetch') AS is_asked) now
         WHERE id = $1 RETURNING state",
        work.order.get(),
        work.version.get(),
        work.asked.last.get()
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(state_of(work.order.get(), &state)? == OrderState::Synced)
}

/// Has the order tried again after `pause`, unless a person asked for it meanwhile; then the result is false.
pub async fn postpone(tx: &mut PgTransaction<'_>, turn: Turn, pause: Duration, tries: i32) -> Result<bool, DbError> {
    lock(tx, turn.order).await?;
    let done = sqlx::query!(
        "/* transitions.postpone */ UPDATE store_order o SET next_try_at = clock_timestamp() + $3 * interval '1 second',
             tries = $4, postponed = true
         WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM order_ask a WHERE a.order_id = o.id AND a.id > $2 AND a.kind <> 'fetch')",
        turn.order.get(),
        turn.asked.get(),
        seconds(pause),
        tries
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How many calls of the order in a row RO App did not answer.
pub async fn unanswered_so_far(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<i32, DbError> {
    let calls = sqlx::query_scalar!(
        "/* transitions.unanswered_so_far */ SELECT unanswered FROM store_order WHERE id = $1",
        order.get()
    );
    Ok(calls.fetch_one(&mut **tx).await?)
}

/// Records that RO App did not answer a call of the order, the number `calls` in a row: the order waits with this reason and is
/// tried again after `pause`, without using up one of its tries.
pub async fn stay_unanswered(
    tx: &mut PgTransaction<'_>,
    (turn, tries): (Turn, i32),
    pause: Duration,
    calls: i32,
    reason: &Said,
) -> Result<(), DbError> {
    if !postpone(tx, turn, pause, tries).await? {
        return Ok(());
    }
    sqlx::query!(
        "/* transitions.stay_unanswered */ UPDATE store_order SET reason = $2, unanswered = $3
         WHERE id = $1 AND state = 'waiting'",
        turn.order.get(),
        said::to_json(reason),
        calls
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Lets other orders go first; the order then continues where it is.
pub async fn give_way(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    sqlx::query!(
        "/* transitions.give_way */ UPDATE store_order SET gave_way_at = clock_timestamp() WHERE id = $1",
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Resets the count of tries, because something was made for the order.
pub async fn progress(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    sqlx::query!(
        "/* transitions.progress */ UPDATE store_order SET tries = 0, unanswered = 0
         WHERE id = $1 AND (tries > 0 OR unanswered > 0)",
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Records that the single repair after verification is used up.
pub async fn use_up_repair(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    sqlx::query!("/* transitions.use_up_repair */ UPDATE store_order SET repaired = true WHERE id = $1", order.get())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Allows the single repair again, because the order is written from nothing.
pub(super) async fn begin_anew(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    sqlx::query!("/* transitions.begin_anew */ UPDATE store_order SET repaired = false WHERE id = $1", order.get())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
