//! A reading of the store that a person asked for: everything that a poll reads, not only new orders.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgExecutor, PgPool, PgTransaction};

use crate::{
    db::{DbError, leases, said, stores::Store},
    domain::{
        ids::{OrderNumber, StoreId},
        said::Said,
    },
};

/// Has the store read now, even if it was to wait.
pub async fn begin_now(tx: &mut PgTransaction<'_>, store: &Store) -> Result<(), DbError> {
    sqlx::query!("/* reading.begin_now */ UPDATE store SET next_poll_at = now() WHERE id = $1", store.id.get())
        .execute(&mut **tx)
        .await?;
    leases::wake(tx, store.account).await
}

/// What there is to do for a store beside reading what is new.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct Beside {
    /// The orders that each poll reads again: wanted and not final. An order is final when it has been in a successful or the canceled
    /// status, without a change, for 14 days; the database stores that time as `final_at`.
    pub open: Vec<OrderNumber>,
    /// A person asked for an order, or a webhook named one.
    pub asked: bool,
    /// A status that a person set in RO App waits to be written to the store.
    pub wanted: bool,
    /// Such a status waits that the present settings do not map to one of the store.
    pub unmapped: bool,
    /// The store's lists were not read in the last hour.
    pub lists: bool,
    /// Orders count as deleted in the store since less than 14 days.
    pub gone: bool,
    /// The store has a webhook, or had one.
    pub hook: bool,
    /// When a person asked for an audit; `None` = nobody did, or it is done.
    pub audit_asked_at: Option<DateTime<Utc>>,
    /// The day of the last audit, in the store's zone.
    pub audited_on: Option<NaiveDate>,
}

/// What there is to do for these stores now.
pub async fn beside(by: impl PgExecutor<'_>, stores: &[StoreId]) -> Result<BTreeMap<StoreId, Beside>, DbError> {
    let ids: Vec<_> = stores.iter().map(|id| id.get()).collect();
    let rows = sqlx::query!(
        r#"/* reading.beside */ SELECT s.id,
             ARRAY(SELECT o.number FROM store_order o WHERE o.store_id = s.id AND o.final_at > now()
               AND o.state = ANY ('{waiting,synced,incomplete,held,failed,unreadable}') ORDER BY o.number) AS "open!",
             EXISTS (SELECT 1 FROM write_back b JOIN store_order o ON o.id = b.order_id
               WHERE o.store_id = s.id AND b.wanted_roapp IS NOT NULL) AS "wanted!",
             EXISTS (SELECT 1 FROM order_ask a WHERE a.store_id = s.id AND a.kind = 'fetch')
               OR EXISTS (SELECT 1 FROM store_hook h WHERE h.store_id = s.id AND h.hinted_at IS NOT NULL) AS "asked!",
             EXISTS (SELECT 1 FROM write_back b JOIN store_order o ON o.id = b.order_id
               WHERE o.store_id = s.id AND b.wanted_roapp IS NOT NULL
                 AND s.settings->'write_back'->(b.wanted_roapp::text) IS NULL) AS "unmapped!",
             s.statuses_read_at IS NULL OR s.statuses_read_at > now() OR s.statuses_read_at < now() - interval '1 hour' AS "lists!",
             EXISTS (SELECT 1 FROM store_order o WHERE o.store_id = s.id AND o.state = 'gone'
               AND o.gone_at > now() - interval '14 days') AS "gone!",
             EXISTS (SELECT 1 FROM store_hook h WHERE h.store_id = s.id) AS "hook!", s.audit_asked_at, s.audited_on
           FROM store s WHERE s.id = ANY ($1)"#,
        &ids
    )
    .fetch_all(by)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let beside = Beside {
                open: row.open.into_iter().map(OrderNumber::new).collect(),
                asked: row.asked,
                wanted: row.wanted,
                unmapped: row.unmapped,
                lists: row.lists,
                gone: row.gone,
                hook: row.hook,
                audit_asked_at: row.audit_asked_at,
                audited_on: row.audited_on,
            };
            (StoreId::new(row.id), beside)
        })
        .collect())
}

/// The progress of a reading that somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// It has not begun.
    Waits,
    /// It is being read.
    Begun,
    /// Why it ended early; none when it was read whole.
    Ended(Option<Said>),
}

/// The progress of the reading of a store since `at`.
pub async fn since(pool: &PgPool, store: StoreId, at: DateTime<Utc>) -> Result<Reading, DbError> {
    let row = sqlx::query!(
        r#"/* reading.since */ SELECT coalesce(read_ended_at >= last_attempt_at, false) AS "ended!", read_error FROM store
           WHERE id = $1 AND last_attempt_at >= $2"#,
        store.get(),
        at
    )
    .fetch_optional(pool)
    .await?;
    Ok(match row {
        None => Reading::Waits,
        Some(row) if row.ended => Reading::Ended(said::read_any("store", store.get(), "read_error", row.read_error)?),
        Some(_) => Reading::Begun,
    })
}
