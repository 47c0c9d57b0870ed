//! Statuses that people set in RO App, on their way to the store (design section 8).
//!
//! For example, staff set RO App status 503, which the settings map to store status 4. The row then holds the wish for 503
//! ([`Wanted`]), remembers that 4 was sent, so that it is recognised as ours when the store shows it, and holds 4 as arrived
//! ([`Arrived`]) until the executor has taken it into account.

mod unsent;

use std::time::Duration;

use sqlx::{PgPool, PgTransaction};

pub use self::unsent::{drop_any_wish, drop_whole, drop_wish, outlook, unmapped, withdraw};
use super::{DbError, seconds};
use crate::{
    db::said,
    domain::{
        ids::{OrderId, OrderNumber, StatusId, StoreId, StoreStatusId},
        plan::AppliedStatus,
        said::Said,
    },
};

/// Calls without a clear answer before the store counts as refusing.
pub const MAX_TRIES: i32 = 5;

/// A status that a person set and that the store should get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Our id of the order.
    pub order: OrderId,
    /// Cartum's order number.
    pub number: OrderNumber,
    /// The RO App status that the person set.
    pub roapp: StatusId,
    /// The store's status as last seen when the person set it.
    pub from: StoreStatusId,
    /// The status that we last sent to the store and have not seen there yet.
    pub written: Option<StoreStatusId>,
    /// Calls without a clear answer so far.
    pub tries: i32,
}

/// A status that the store got from us and that the executor has not taken into account yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrived {
    /// The store's status, and the RO App status that it was written for.
    pub status: AppliedStatus,
    /// It was read back; otherwise, a reading for another reason shows the status that was sent.
    pub read_back: bool,
}

/// Records that a person set this status in RO App while the store had `from`; it replaces an earlier wish.
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
             wanted_at = excluded.wanted_at, tries = 0, try_after = NULL, refusal = NULL",
        order.get(),
        roapp.get(),
        from.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Drops the wish. The status that was sent is still recognised as ours.
pub async fn forget(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    sqlx::query!(
        "/* write_backs.forget */ UPDATE write_back SET wanted_roapp = NULL, wanted_from = NULL, wanted_at = NULL, refusal = NULL
         WHERE order_id = $1",
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Clears the refusal: the store has accepted another status since, or both sides agree.
pub async fn clear_refusal(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    sqlx::query!(
        "/* write_backs.clear_refusal */ UPDATE write_back SET refusal = NULL WHERE order_id = $1 AND refusal IS NOT NULL",
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Clears this refusal because a person decided about it; a refusal that arose since is kept.
pub async fn drop_refusal(tx: &mut PgTransaction<'_>, order: OrderId, refusal: Option<&Said>) -> Result<(), DbError> {
    sqlx::query!(
        "/* write_backs.drop_refusal */ UPDATE write_back SET refusal = NULL WHERE order_id = $1 AND refusal = $2",
        order.get(),
        said::column(refusal)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The status that we sent to the store and have not seen there. Nothing is sent to the store for this order until the
/// transaction ends.
pub async fn under_way(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<Option<StoreStatusId>, DbError> {
    let written = sqlx::query_scalar!(
        "/* write_backs.under_way */ SELECT written_store FROM write_back WHERE order_id = $1 FOR UPDATE",
        order.get()
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(written.flatten().map(StoreStatusId::new))
}

/// The statuses to send to the store, the oldest wish first. One that failed pauses for a while; a pause of more than an hour
/// comes from a database clock that was set back, and is ignored.
pub async fn wanted(pool: &PgPool, store: StoreId) -> Result<Vec<Wanted>, DbError> {
    let rows = sqlx::query!(
        r#"/* write_backs.wanted */ SELECT o.id, o.number, b.wanted_roapp AS "roapp!", b.wanted_from AS "from!", b.written_store,
             b.tries
           FROM write_back b JOIN store_order o ON o.id = b.order_id
           WHERE o.store_id = $1 AND b.wanted_roapp IS NOT NULL AND o.state NOT IN ('gone', 'removed')
             AND (b.try_after BETWEEN clock_timestamp() AND clock_timestamp() + interval '1 hour') IS NOT TRUE
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
            tries: row.tries,
        })
        .collect())
}

/// Records that a status is about to be sent to the store, or that the store has it already: from now on it is recognised as
/// ours. If the status `now` in the store is the one sent before, that one has arrived; it is remembered until the executor has
/// taken it into account. False when a person has withdrawn the wish meanwhile, or wants another status.
pub async fn sending(
    tx: &mut PgTransaction<'_>,
    order: OrderId,
    roapp: StatusId,
    (store, now): (StoreStatusId, StoreStatusId),
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "/* write_backs.sending */ UPDATE write_back SET
             arrived_roapp = CASE WHEN written_store = $4 THEN written_roapp ELSE arrived_roapp END,
             arrived_store = CASE WHEN written_store = $4 THEN written_store ELSE arrived_store END,
             written_roapp = $2, written_store = $3, written_at = clock_timestamp()
         WHERE order_id = $1 AND wanted_roapp = $2",
        order.get(),
        roapp.get(),
        store.get(),
        now.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Records that the store refused this status, or did not apply it: nothing more is tried until a person sets another. A newer
/// wish is kept.
pub async fn refuse(tx: &mut PgTransaction<'_>, order: OrderId, roapp: StatusId, why: &Said) -> Result<(), DbError> {
    sqlx::query!(
        "/* write_backs.refuse */ UPDATE write_back SET wanted_roapp = NULL, wanted_from = NULL, wanted_at = NULL, refusal = $3
         WHERE order_id = $1 AND wanted_roapp = $2",
        order.get(),
        roapp.get(),
        said::to_json(why)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Records a call without a clear answer, to be repeated after `pause`; returns how many there were. `None` = a person wants
/// another status meanwhile.
pub async fn failed(
    tx: &mut PgTransaction<'_>,
    order: OrderId,
    roapp: StatusId,
    pause: Duration,
) -> Result<Option<i32>, DbError> {
    let tries = sqlx::query_scalar!(
        "/* write_backs.failed */ UPDATE write_back SET tries = tries + 1,
             try_after = clock_timestamp() + $3 * interval '1 second'
         WHERE order_id = $1 AND wanted_roapp = $2 RETURNING tries",
        order.get(),
        roapp.get(),
        seconds(pause)
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(tries)
}

/// Records that the store shows the status that was sent, and that the version that shows it is saved. A newer wish is kept,
/// and starts from there.
pub async fn confirm(
    tx: &mut PgTransaction<'_>,
    order: OrderId,
    roapp: StatusId,
    store: StoreStatusId,
) -> Result<(), DbError> {
    sqlx::query!(
        "/* write_backs.confirm */ UPDATE write_back b SET
             arrived_roapp = CASE WHEN now.is_new THEN $2 ELSE b.arrived_roapp END,
             arrived_store = CASE WHEN now.is_new THEN $3 ELSE b.arrived_store END,
             written_roapp = CASE WHEN now.is_new THEN NULL ELSE b.written_roapp END,
             written_store = CASE WHEN now.is_new THEN NULL ELSE b.written_store END,
             written_at = CASE WHEN now.is_new THEN NULL ELSE b.written_at END,
             wanted_roapp = CASE WHEN now.is_all THEN NULL ELSE b.wanted_roapp END,
             wanted_from = CASE WHEN now.is_all OR b.wanted_roapp IS NULL THEN NULL ELSE $3 END,
             wanted_at = CASE WHEN now.is_all THEN NULL ELSE b.wanted_at END,
             tries = 0, try_after = NULL, refusal = NULL
         FROM (SELECT order_id, (written_roapp, written_store) = ($2, $3) AS is_new, wanted_roapp = $2 AS is_all
               FROM write_back WHERE order_id = $1 FOR UPDATE) now
         WHERE b.order_id = now.order_id",
        order.get(),
        roapp.get(),
        store.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Records that the executor has taken into account the status that was written to the store. A status that another reading
/// showed stops being recognised as ours, and a wish starts from there.
pub async fn taken_in(tx: &mut PgTransaction<'_>, order: OrderId, arrived: Arrived) -> Result<(), DbError> {
    let (store, roapp) = (arrived.status.store.get(), arrived.status.written.map(StatusId::get));
    if arrived.read_back {
        sqlx::query!(
            "/* write_backs.taken_in */ UPDATE write_back SET arrived_roapp = NULL, arrived_store = NULL
             WHERE order_id = $1 AND arrived_store = $2 AND arrived_roapp = $3",
            order.get(),
            store,
            roapp
        )
        .execute(&mut **tx)
        .await?;
    } else {
        sqlx::query!(
            "/* write_backs.taken_in_unread */ UPDATE write_back SET written_roapp = NULL, written_store = NULL,
                 written_at = NULL, arrived_roapp = NULL, arrived_store = NULL, refusal = NULL,
                 wanted_from = CASE WHEN wanted_roapp IS NOT NULL THEN $2 END
             WHERE order_id = $1 AND written_store = $2 AND written_roapp = $3",
            order.get(),
            store,
            roapp
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Takes in the statuses that the store shows. A status that was sent longer than `late` ago and does not show did not arrive
/// or did not last; if the store has it later, that is the store's own change. Rows that another transaction works on are left
/// to the next reading, so that the two never wait for each other.
pub async fn shown(
    tx: &mut PgTransaction<'_>,
    store: StoreId,
    shown: &[(OrderNumber, StoreStatusId)],
    late: Duration,
) -> Result<(), DbError> {
    let (numbers, statuses): (Vec<_>, Vec<_>) =
        shown.iter().map(|(number, status)| (number.get(), status.get())).unzip();
    sqlx::query!(
        "/* write_backs.shown */ UPDATE write_back SET written_roapp = NULL, written_store = NULL, written_at = NULL
         WHERE order_id IN (
             SELECT b.order_id FROM UNNEST($2::bigint[], $3::bigint[]) AS shown (number, status)
                 JOIN store_order o ON o.store_id = $1 AND o.number = shown.number JOIN write_back b ON b.order_id = o.id
             WHERE b.written_store <> shown.status
               AND b.written_at NOT BETWEEN clock_timestamp() - $4 * interval '1 second' AND clock_timestamp()
             FOR UPDATE OF b SKIP LOCKED)",
        store.get(),
        &numbers,
        &statuses,
        seconds(late)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
