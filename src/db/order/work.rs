//! What the executor reads and writes of an order: which order is next, its newest version, what RO App has accepted.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool, PgTransaction};

use super::{conflicts, sent::SentRow};
use crate::{
    db::{
        DbError,
        applied::AppliedRow,
        asks::{AskId, Asked},
        doubles::Double,
        orders::{OrderState, state_of},
        said,
        transitions::Turn,
        write_backs::Arrived,
    },
    domain::{
        double::Choice,
        ids::{
            AccountId, EmployeeId, ItemId, OrderId, OrderNumber, ProductId, StatusId, StoreId, StoreStatusId,
            VersionId, WorkOrderId,
        },
        order::LineKey,
        plan::{Applied, AppliedLine, AppliedStatus, Conflict, Keep, LineValues, Sent},
        said::Said,
    },
    json,
};

/// An order that is due, with everything that planning needs.
#[derive(Debug, Clone)]
pub struct Work {
    /// Our id.
    pub order: OrderId,
    /// Its store.
    pub store: StoreId,
    /// Cartum's order number.
    pub number: OrderNumber,
    /// Its state.
    pub state: OrderState,
    /// Which of the orders of its number it is, counted from 1.
    pub generation: i32,
    /// Its number came back as another order, and no person has decided yet which one it is.
    pub is_in_doubt: bool,
    /// The store's status as last seen.
    pub store_status: Option<StoreStatusId>,
    /// The newest version.
    pub version: VersionId,
    /// The newest version as the store sent it.
    pub raw: serde_json::Value,
    /// The work order, once there is one.
    pub work_order: Option<WorkOrderId>,
    /// The status that the work order was made with, if it was seen.
    pub initial_status: Option<StatusId>,
    /// The manager chosen for the work order.
    pub manager: Option<EmployeeId>,
    /// What RO App last accepted.
    pub applied: Applied,
    /// A status that a person set in RO App and that we wrote to the store: it counts as taken into account, not as the store's
    /// change.
    pub written_back: Option<Arrived>,
    /// Why the store does not accept a status that a person set in RO App; listed as a conflict until it is settled.
    pub refusal: Option<Said>,
    /// The single repair after verification is used up.
    pub repaired: bool,
    /// Since when it has counted as deleted in the store.
    pub gone_at: Option<DateTime<Utc>>,
    /// RO App did not have the work order when it was last read.
    pub is_missing: bool,
    /// Tries that the order itself has used up so far.
    pub tries: i32,
    /// The conflicts listed before.
    pub conflicts: Vec<Conflict>,
    /// What a person asked for it.
    pub asked: Asked,
    /// How long it has waited, by the database's clock, which all times of an order use.
    pub waited: Duration,
    /// The difference that was not written, as listed before.
    pub pending_change: Option<Said>,
    /// RO App may have it already, without our marker.
    pub double: Option<Double>,
}

impl Work {
    /// A value for an order that is not in the database.
    #[must_use]
    pub fn not_saved(store: StoreId, number: OrderNumber) -> Self {
        Self {
            order: OrderId::new(0),
            store,
            number,
            state: OrderState::Waiting,
            generation: 1,
            is_in_doubt: false,
            store_status: None,
            version: VersionId::new(0),
            raw: serde_json::Value::Null,
            work_order: None,
            initial_status: None,
            manager: None,
            applied: Applied::default(),
            written_back: None,
            refusal: None,
            repaired: false,
            gone_at: None,
            is_missing: false,
            tries: 0,
            conflicts: Vec::new(),
            asked: Asked::NOTHING,
            waited: Duration::ZERO,
            pending_change: None,
            double: None,
        }
    }

    /// What this run saw of the order.
    #[must_use]
    pub fn turn(&self) -> Turn {
        Turn { order: self.order, version: self.version, asked: self.asked.last }
    }

    /// A person linked it with a work order that others made, which is not known in all parts yet: it is left as it is.
    #[must_use]
    pub fn is_as_it_is(&self) -> bool {
        let chosen = self.double.as_ref().and_then(|double| double.choice).and_then(Choice::work_order);
        self.applied.adopted && chosen.is_some() && chosen == self.work_order
    }

    /// The decision, as the planner needs it: keeping RO App's values settles a pending change only, and only one that was
    /// listed.
    #[must_use]
    pub fn keep(&self) -> Option<Keep> {
        self.asked.keep.filter(|keep| *keep == Keep::Store || self.pending_change.is_some())
    }
}

/// An order that is due.
#[derive(Debug, Clone, Copy)]
pub struct Due {
    /// Its store.
    pub store: StoreId,
    /// What this run saw of the order.
    pub turn: Turn,
    /// It is not finished and lets other orders go first.
    pub gave_way: bool,
    /// A person asked for it, or it was placed or changed after the first import began.
    pub is_live: bool,
}

struct DueRow {
    store: i64,
    order: i64,
    version: i64,
    asked: i64,
    gave_way: bool,
    is_live: bool,
}

/// Orders that are due, each with its newest version, each store in turn: first those that a person asked for, then live
/// orders, then back-fill, newest first. After at most `max` of these comes one that let others go first.
pub async fn due(pool: &PgPool, account: AccountId, max: i64) -> Result<Vec<Due>, DbError> {
    let rows = sqlx::query_as!(
        DueRow,
        r#"/* work.due */ WITH works AS (
             SELECT id FROM store WHERE account_id = $1 AND is_worked),
           gave_way AS (
             SELECT o.store_id, o.id, o.version_id, o.priority FROM works s CROSS JOIN LATERAL (
               SELECT * FROM store_order
               WHERE store_id = s.id AND state = 'waiting' AND gave_way_at IS NOT NULL AND next_try_at <= clock_timestamp()
               ORDER BY gave_way_at LIMIT 1) o
             ORDER BY o.gave_way_at LIMIT 1),
           others AS (
             SELECT o.store_id, o.id, o.version_id, o.priority,
               row_number() OVER (PARTITION BY o.store_id ORDER BY o.priority, o.placed_at DESC, o.number DESC) AS turn
             FROM works s CROSS JOIN LATERAL (
               (SELECT * FROM store_order
                WHERE store_id = s.id AND state = 'waiting' AND gave_way_at IS NULL AND NOT postponed
                  AND next_try_at <= clock_timestamp()
                ORDER BY priority, placed_at DESC, number DESC LIMIT $2)
               UNION ALL
               (SELECT * FROM store_order
                WHERE store_id = s.id AND state = 'waiting' AND gave_way_at IS NULL AND postponed
                  AND next_try_at <= clock_timestamp()
                ORDER BY priority, placed_at DESC, number DESC LIMIT $2)) o)
           SELECT store_id AS "store!", id AS "order!", version_id AS "version!",
             coalesce((SELECT max(a.id) FROM order_ask a WHERE a.order_id = due.id AND a.kind <> 'fetch'), 0) AS "asked!", gave_way AS "gave_way!",
             own_priority < 2 AS "is_live!" FROM (
             SELECT store_id, id, version_id, true AS gave_way, 0 AS priority, priority AS own_priority, 0 AS turn FROM gave_way
             UNION ALL
             (SELECT store_id, id, version_id, false, priority, priority, turn FROM others
              ORDER BY priority, turn LIMIT $2)) due
           ORDER BY gave_way, priority, turn"#,
        account.get(),
        max
    )
    .fetch_all(pool)
    .await?;
    let turn = |order, version, asked| Turn {
        order: OrderId::new(order),
        version: VersionId::new(version),
        asked: AskId::new(asked),
    };
    let due = |row: DueRow| Due {
        store: StoreId::new(row.store),
        turn: turn(row.order, row.version, row.asked),
        gave_way: row.gave_way,
        is_live: row.is_live,
    };
    Ok(rows.into_iter().map(due).collect())
}

/// How many orders of an account's stores wait.
pub async fn waiting(pool: &PgPool, account: AccountId) -> Result<u64, DbError> {
    let waiting = sqlx::query_scalar!(
        r#"/* work.waiting */ SELECT coalesce(sum(c.orders), 0)::bigint AS "waiting!"
           FROM store s JOIN order_count c ON c.store_id = s.id
           WHERE s.account_id = $1 AND s.is_worked AND c.state = 'waiting'"#,
        account.get()
    )
    .fetch_one(pool)
    .await?;
    Ok(u64::try_from(waiting).unwrap_or_default())
}

/// The newest versions of these orders as their stores sent them, in the same order.
pub async fn raw_of(pool: &PgPool, orders: &[OrderId]) -> Result<Vec<(StoreId, serde_json::Value)>, DbError> {
    let ids: Vec<_> = orders.iter().map(|id| id.get()).collect();
    let rows = sqlx::query!(
        "/* work.raw_of */ SELECT o.store_id, v.raw FROM unnest($1::bigint[]) WITH ORDINALITY AS wanted (id, nth)
             JOIN store_order o ON o.id = wanted.id JOIN version v ON v.id = o.version_id ORDER BY wanted.nth",
        &ids
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (StoreId::new(row.store_id), row.raw)).collect())
}

/// Reads an order with its newest version.
pub async fn load(pool: &PgPool, order: OrderId) -> Result<Work, DbError> {
    load_in(&mut *pool.acquire().await?, order).await
}

/// Like [`load`], on a given connection: inside a transaction, for example, that locks what belongs to the order.
pub async fn load_in(connection: &mut PgConnection, order: OrderId) -> Result<Work, DbError> {
    let row = sqlx::query!(
        r#"/* work.load */ SELECT o.id, o.store_id, o.number, v.id AS version, v.raw, w.work_order_id AS "work_order_id?",
             greatest(extract(epoch FROM clock_timestamp() - o.state_since), 0)::float8 AS "waited!",
             w.initial_status AS "initial_status?",
             coalesce(w.missing_since IS NOT NULL, false) AS "is_missing!",
             o.manager_id, o.applied, o.repaired, o.gone_at, o.tries, o.conflicts, o.pending_change, o.sent, o.state, o.store_status, b.written_store, b.written_roapp, b.arrived_store, b.arrived_roapp,
             b.refusal AS "refusal?", o.generation,
             ARRAY(SELECT kind FROM order_ask WHERE order_id = o.id ORDER BY id) AS "asks!",
             ARRAY(SELECT id FROM order_ask WHERE order_id = o.id ORDER BY id) AS "ask_ids!",
             EXISTS (SELECT 1 FROM earlier_order e WHERE e.store_id = o.store_id AND e.number = o.number
               AND e.generation = o.generation) AS "is_in_doubt!",
             d.candidates AS "candidates?", d.choice AS "choice?", d.work_order_id AS "double?"
           FROM store_order o JOIN version v ON v.id = o.version_id
           LEFT JOIN work_order w ON w.store_id = o.store_id AND w.number = o.number
           LEFT JOIN write_back b ON b.order_id = o.id
           LEFT JOIN possible_double d ON d.store_id = o.store_id AND d.number = o.number WHERE o.id = $1"#,
        order.get()
    )
    .fetch_one(&mut *connection)
    .await?;
    let lines = sqlx::query!(
        "/* work.lines */ SELECT line_key, item_id, product_id, article, quantity, price, discount, verified FROM line
         WHERE order_id = $1",
        order.get()
    )
    .fetch_all(&mut *connection)
    .await?;
    let broken = |column, error: serde_json::Error| DbError::Row {
        table: "store_order",
        row: order.to_string(),
        column,
        detail: json::why(&error),
    };
    let applied: AppliedRow = serde_json::from_value(row.applied).map_err(|error| broken("applied", error))?;
    let sent = row.sent.map(serde_json::from_value::<SentRow>).transpose().map_err(|error| broken("sent", error))?;
    let sent = sent.map(Sent::try_from).transpose().map_err(|detail| DbError::Row {
        table: "store_order",
        row: order.to_string(),
        column: "sent",
        detail,
    })?;
    let conflicts = conflicts::read(&row.conflicts).map_err(|error| broken("conflicts", error))?;
    let refusal = said::read_any("write_back", row.id, "refusal", row.refusal)?;
    let store_status = row.store_status.map(StoreStatusId::new);
    let pair = |store: Option<i64>, roapp: Option<i64>| {
        let written = roapp.map(StatusId::new);
        store.map(|store| AppliedStatus { store: StoreStatusId::new(store), written, kept: None, led_to: None })
    };
    let unread = pair(row.written_store.filter(|_| row.written_store == row.store_status), row.written_roapp);
    let read_back = pair(row.arrived_store, row.arrived_roapp);
    let lines = lines.into_iter().map(|line| {
        let values = LineValues {
            article: line.article,
            quantity: line.quantity.normalize(),
            price: line.price.normalize(),
            discount: line.discount.normalize(),
        };
        let (item, product) = (ItemId::new(line.item_id), ProductId::new(line.product_id));
        (LineKey(line.line_key), AppliedLine { item, product, values, verified: line.verified })
    });
    // A work order that is linked but has no written head was found by its marker.
    let adopted = applied.adopted || (row.work_order_id.is_some() && applied.head.is_none());
    Ok(Work {
        order,
        store: StoreId::new(row.store_id),
        number: OrderNumber::new(row.number),
        state: state_of(row.id, &row.state)?,
        generation: row.generation,
        is_in_doubt: row.is_in_doubt,
        store_status,
        version: VersionId::new(row.version),
        raw: row.raw,
        work_order: row.work_order_id.map(WorkOrderId::new),
        initial_status: row.initial_status.map(StatusId::new),
        manager: row.manager_id.map(EmployeeId::new),
        applied: applied.with(lines.collect(), sent, adopted),
        // The status sent last is newer than the one that arrived.
        written_back: unread
            .map(|status| Arrived { status, read_back: false })
            .or(read_back.map(|status| Arrived { status, read_back: true })),
        conflicts: conflicts::with_refusal(conflicts, store_status, refusal.as_ref()),
        refusal,
        repaired: row.repaired,
        gone_at: row.gone_at,
        tries: row.tries,
        is_missing: row.is_missing,
        asked: Asked::read(row.id, &row.asks, &row.ask_ids)?,
        waited: Duration::from_secs_f64(row.waited),
        pending_change: said::read_any("store_order", row.id, "pending_change", row.pending_change)?,
        double: Double::read(row.number, row.candidates, row.choice.as_deref(), row.double)?,
    })
}

/// The version that RO App last accepted, as the store sent it; `None` if none is on record.
pub async fn applied_version(pool: &PgPool, order: OrderId) -> Result<Option<serde_json::Value>, DbError> {
    let raw = sqlx::query_scalar!(
        "/* work.applied_version */ SELECT v.raw FROM store_order o JOIN version v ON v.id = o.applied_version_id WHERE o.id = $1",
        order.get()
    )
    .fetch_optional(pool)
    .await?;
    Ok(raw)
}

/// Saves the chosen manager before the work order is sent.
pub async fn set_manager(tx: &mut PgTransaction<'_>, order: OrderId, manager: EmployeeId) -> Result<(), DbError> {
    sqlx::query!(
        "/* work.set_manager */ UPDATE store_order SET manager_id = $2 WHERE id = $1",
        order.get(),
        manager.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Saves what the plan found besides its steps.
pub async fn save_findings(
    tx: &mut PgTransaction<'_>,
    order: OrderId,
    pending_change: Option<&Said>,
    conflicts: &[Conflict],
) -> Result<(), DbError> {
    sqlx::query!(
        "/* work.save_findings */ UPDATE store_order SET pending_change = $2, conflicts = $3 WHERE id = $1",
        order.get(),
        said::column(pending_change),
        conflicts::rows(conflicts)?
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
