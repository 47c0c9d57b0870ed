//! The watch over RO App: when it is due, and what was last seen of each linked work order (design sections 7 and 8).

use std::collections::BTreeMap;

use sqlx::{PgPool, PgTransaction};

use crate::{
    db::{
        DbError,
        orders::{OrderState, state_of},
        stores,
    },
    domain::{
        ids::{AccountId, OrderId, OrderNumber, PersonId, StatusId, StoreId, StoreStatusId, WorkOrderId},
        watch::{Print, Seen},
    },
};

/// A linked work order as last seen, with its store order.
#[derive(Debug, Clone)]
pub struct Linked {
    /// RO App's id.
    pub work_order: WorkOrderId,
    /// Our id of the order.
    pub order: OrderId,
    /// Its store.
    pub store: StoreId,
    /// Cartum's order number.
    pub number: OrderNumber,
    /// Its state.
    pub state: OrderState,
    /// A difference is not written because of the work order's state in RO App.
    pub is_pending: bool,
    /// Something changed on both sides and is listed as a conflict.
    pub is_in_conflict: bool,
    /// A change that we sent was not answered, so what RO App shows may be that change.
    pub is_unsettled: bool,
    /// The work order as last seen.
    pub seen: Seen,
}

/// What was last seen of those of these work orders that are linked with an order in this database.
pub async fn linked(pool: &PgPool, account: AccountId, work_orders: &[WorkOrderId]) -> Result<Vec<Linked>, DbError> {
    let ids: Vec<_> = work_orders.iter().map(|id| id.get()).collect();
    let rows = sqlx::query!(
        r#"/* watch.linked */ SELECT w.work_order_id, w.seen_modified_at, w.seen_status, w.seen_client, w.seen_closed, w.seen_written_off,
             w.seen_fields, w.seen_lines, w.seen_lines_due, o.id, o.store_id, o.number, o.state,
             o.pending_change IS NOT NULL AS "is_pending!", o.conflicts <> '[]' AS "is_in_conflict!",
             o.sent IS NOT NULL AS "is_unsettled!"
           FROM work_order w JOIN store_order o ON o.store_id = w.store_id AND o.number = w.number
           WHERE w.account_id = $1 AND w.work_order_id = ANY($2)"#,
        account.get(),
        &ids
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Linked {
                work_order: WorkOrderId::new(row.work_order_id),
                order: OrderId::new(row.id),
                store: StoreId::new(row.store_id),
                number: OrderNumber::new(row.number),
                state: state_of(row.id, &row.state)?,
                is_pending: row.is_pending,
                is_in_conflict: row.is_in_conflict,
                is_unsettled: row.is_unsettled,
                seen: Seen {
                    modified_at: row.seen_modified_at,
                    status: row.seen_status.map(StatusId::new),
                    client: row.seen_client.map(PersonId::new),
                    is_closed: row.seen_closed,
                    is_written_off: row.seen_written_off,
                    fields: row.seen_fields.and_then(print),
                    lines: row.seen_lines.and_then(print),
                    lines_due: row.seen_lines_due,
                },
            })
        })
        .collect()
}

fn print(bytes: Vec<u8>) -> Option<Print> {
    bytes.try_into().ok()
}

/// Saves what was seen of a work order.
pub async fn save_seen(
    tx: &mut PgTransaction<'_>,
    account: AccountId,
    work_order: WorkOrderId,
    seen: &Seen,
) -> Result<(), DbError> {
    sqlx::query!(
        "/* watch.save_seen */ UPDATE work_order SET seen_modified_at = $3, seen_status = $4, seen_closed = $5,
             seen_written_off = $6, seen_fields = $7, seen_lines = $8, seen_lines_due = $9, seen_client = $10
         WHERE account_id = $1 AND work_order_id = $2",
        account.get(),
        work_order.get(),
        seen.modified_at,
        seen.status.map(StatusId::get),
        seen.is_closed,
        seen.is_written_off,
        seen.fields.as_ref().map(<[u8; 32]>::as_slice),
        seen.lines.as_ref().map(<[u8; 32]>::as_slice),
        seen.lines_due,
        seen.client.map(PersonId::get)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Records that we set this status ourselves, so that it does not look like a change by staff when RO App shows it.
pub async fn wrote_status(
    tx: &mut PgTransaction<'_>,
    (store, number): (StoreId, OrderNumber),
    status: StatusId,
) -> Result<(), DbError> {
    sqlx::query!(
        "/* watch.wrote_status */ UPDATE work_order SET seen_status = $3 WHERE store_id = $1 AND number = $2",
        store.get(),
        number.get(),
        status.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Records that we gave the work order this client ourselves, so that it does not look like a change by staff when RO App shows
/// it.
pub async fn wrote_client(
    tx: &mut PgTransaction<'_>,
    (store, number): (StoreId, OrderNumber),
    client: PersonId,
) -> Result<(), DbError> {
    sqlx::query!(
        "/* watch.wrote_client */ UPDATE work_order SET seen_client = $3 WHERE store_id = $1 AND number = $2",
        store.get(),
        number.get(),
        client.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Records the status that a work order was made with, which is nobody's change. The store keeps the last such status.
pub async fn made_with(
    tx: &mut PgTransaction<'_>,
    (store, number): (StoreId, OrderNumber),
    initial: StatusId,
) -> Result<(), DbError> {
    sqlx::query!(
        "/* watch.made_with */ UPDATE work_order SET initial_status = $3, seen_status = coalesce(seen_status, $3)
         WHERE store_id = $1 AND number = $2",
        store.get(),
        number.get(),
        initial.get()
    )
    .execute(&mut **tx)
    .await?;
    stores::set_initial_status(tx, store, initial).await
}

/// The status with which the work order of an order was last seen.
pub async fn status_of(pool: &PgPool, store: StoreId, number: OrderNumber) -> Result<Option<StatusId>, DbError> {
    let status = sqlx::query_scalar!(
        "/* watch.status_of */ SELECT seen_status FROM work_order WHERE store_id = $1 AND number = $2",
        store.get(),
        number.get()
    );
    Ok(status.fetch_optional(pool).await?.flatten().map(StatusId::new))
}

/// An open order whose work order has another status than a map leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtherStatus {
    /// Cartum's order number.
    pub number: OrderNumber,
    /// Its status in the store.
    pub store: StoreStatusId,
    /// The one that its work order was last seen with.
    pub roapp: StatusId,
}

/// The orders of a store that both sides have and that may still change, whose work order has another status than this leads to, as far
/// as nobody but the map gave it that; the newest first.
pub async fn with_another_status(
    pool: &PgPool,
    store: StoreId,
    map: &BTreeMap<StoreStatusId, StatusId>,
    most: i64,
) -> Result<Vec<OtherStatus>, DbError> {
    let (statuses, targets): (Vec<_>, Vec<_>) = map.iter().map(|(status, to)| (status.get(), to.get())).unzip();
    let rows = sqlx::query!(
        r#"/* watch.with_another_status */ SELECT o.number, o.store_status AS "store!", w.seen_status AS "roapp!" FROM store_order o
           JOIN work_order w ON w.store_id = o.store_id AND w.number = o.number
           JOIN unnest($2::bigint[], $3::bigint[]) AS map (status, target) ON map.status = o.store_status
           WHERE o.store_id = $1 AND o.state = ANY ('{waiting,synced,incomplete,held,failed,unreadable}') AND o.final_at > now()
             AND o.state IN ('synced', 'incomplete') AND NOT w.seen_closed AND w.seen_status <> map.target
             AND w.seen_status = coalesce((o.applied->'status'->>'written')::bigint, (o.applied->'status'->>'led_to')::bigint)
           ORDER BY o.number DESC LIMIT $4"#,
        store.get(),
        &statuses,
        &targets,
        most
    );
    let other = rows.fetch_all(pool).await?.into_iter().map(|row| OtherStatus {
        number: OrderNumber::new(row.number),
        store: StoreStatusId::new(row.store),
        roapp: StatusId::new(row.roapp),
    });
    Ok(other.collect())
}
