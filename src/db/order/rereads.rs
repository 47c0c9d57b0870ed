//! Orders that are read again by number: which ones, and what their absence means (invariants 2 and 9).

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use sqlx::{PgPool, PgTransaction};

use crate::{
    db::{
        DbError,
        orders::{OrderState, state_of},
        transitions,
    },
    domain::{
        ids::{OrderId, OrderNumber, StoreId, VersionId},
        scope::Before,
    },
};

/// What is known about an order before a new answer is looked at.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
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
    /// When it was placed, in the store's own zone, if that could be read.
    pub placed_at: Option<NaiveDateTime>,
    /// Its newest version.
    pub version: VersionId,
    /// RO App has it, or may have it.
    pub is_written: bool,
    /// Which of the orders of its number it is, counted from 1.
    pub generation: i32,
    /// The number came back as another order; this is the last version of the order before.
    pub doubt: Option<VersionId>,
    /// A status of ours was sent to the store, and may not show yet.
    pub is_written_back: bool,
    /// RO App has it already, and a person left it out for that.
    pub is_skipped: bool,
}

impl Known {
    /// Both sides have it, and nothing is under way: as long as the store shows it as it is, nothing follows from that.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.state == OrderState::Synced && !self.missing && self.doubt.is_none() && !self.is_written_back
    }

    /// What decides, together with a new version, what becomes of the order.
    #[must_use]
    pub fn before(&self) -> Before {
        Before { state: self.state, was_wanted: self.was_wanted }
    }
}

/// What is known about these orders.
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
             EXISTS (SELECT 1 FROM write_back b WHERE b.order_id = o.id AND b.written_store IS NOT NULL) AS "is_written_back!",
             EXISTS (SELECT 1 FROM possible_double d
               WHERE d.store_id = o.store_id AND d.number = o.number AND d.choice = 'skip') AS "is_skipped!",
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
                is_written_back: row.is_written_back,
                is_skipped: row.is_skipped,
            };
            Ok((number, known))
        })
        .collect()
}

/// Orders that were deleted in the store within the last 14 days: they may come back.
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

/// Whether each poll asks for this order by its number, because it is among the open ones (see [`Beside`](crate::db::reading::Beside)) or in [`gone`].
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

/// Records that the store shows a missing order again; true when the order counted as deleted. It continues where it was.
pub async fn found_again(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<bool, DbError> {
    let gone = sqlx::query_scalar!(
        r#"/* rereads.found_again */ UPDATE store_order o SET missing_times = 0, missing_since = NULL, gone_at = NULL
           FROM store_order old WHERE o.id = $1 AND old.id = o.id RETURNING old.gone_at IS NOT NULL AS "gone!""#,
        order.get()
    )
    .fetch_one(&mut **tx)
    .await?;
    transitions::wake(tx, &[order], &[OrderState::Gone]).await?;
    Ok(gone)
}

/// Records that the store did not show these orders although it was asked for each. An order that was missing three times over
/// at least an hour counts as deleted from now on and waits for the executor, which writes that to RO App; the result is the
/// ids of these. Orders that are not wanted or were deleted in RO App are only counted.
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
    // An order that was being worked on when it was marked may have been parked in another state since.
    let gone = sqlx::query_scalar!(
        "/* rereads.mark_gone */ UPDATE store_order SET gone_at = coalesce(gone_at, now())
         WHERE store_id = $1 AND number = ANY($2) AND missing_times >= 3 AND missing_since <= now() - interval '1 hour'
           AND (state IN ('synced', 'incomplete', 'held', 'unreadable')
                OR (state IN ('waiting', 'failed') AND gone_at IS NULL))
         RETURNING id",
        store.get(),
        &numbers
    )
    .fetch_all(&mut **tx)
    .await?;
    let gone: Vec<_> = gone.into_iter().map(OrderId::new).collect();
    transitions::wake(tx, &gone, &OrderState::ALL).await?;
    Ok(gone)
}

fn plain(numbers: &[OrderNumber]) -> Vec<i64> {
    numbers.iter().map(|number| number.get()).collect()
}
