//! The nightly audit of a store: when it is due, what the database has for the window, and the last table.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use sqlx::{PgPool, PgTransaction};

use crate::{
    db::{
        DbError, leases,
        orders::{OrderState, state_of},
        said,
        stores::Store,
    },
    domain::{
        ids::{AccountId, OrderNumber, StoreId},
        proof::{Column, Day, Figures, Held},
    },
};

/// Records that a person wants an audit now.
pub async fn ask(tx: &mut PgTransaction<'_>, store: &Store) -> Result<(), DbError> {
    sqlx::query!(
        "/* audits.ask */ UPDATE store SET audit_asked_at = clock_timestamp(), next_poll_at = now() WHERE id = $1",
        store.id.get()
    )
    .execute(&mut **tx)
    .await?;
    leases::wake(tx, store.account).await
}

/// Every order of the window in the database, and those without a readable date. Orders that the store has deleted are left
/// out, since they are on neither side: those in state `gone`, and those that are `excluded` or `removed` once they have been
/// missing in the store three times over an hour.
pub async fn held(pool: &PgPool, store: StoreId, from: NaiveDateTime) -> Result<Vec<Held>, DbError> {
    let rows = sqlx::query!(
        r#"/* audits.held */ SELECT o.id, o.number, o.placed_at, o.state, w.work_order_id IS NOT NULL AS "linked!",
             CASE WHEN o.state = 'unreadable' THEN NULL ELSE o.total END AS total
           FROM store_order o LEFT JOIN work_order w ON w.store_id = o.store_id AND w.number = o.number
           WHERE o.store_id = $1 AND (o.placed_at >= $2 OR o.placed_at IS NULL) AND o.state <> 'gone'
             AND NOT (o.state IN ('excluded', 'removed') AND o.missing_times >= 3
                      AND o.missing_since <= now() - interval '1 hour')
           ORDER BY o.number"#,
        store.get(),
        from
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Held {
                number: OrderNumber::new(row.number),
                day: row.placed_at.map(|at| at.date()),
                total: row.total,
                column: column(state_of(row.id, &row.state)?, row.linked),
            })
        })
        .collect()
}

/// The column in which an order counts; `None` when it is said to be in RO App and no work order is known.
fn column(state: OrderState, linked: bool) -> Option<Column> {
    match state {
        OrderState::Synced => linked.then_some(Column::Linked),
        OrderState::Excluded => Some(Column::Excluded),
        OrderState::Held => Some(Column::Held),
        OrderState::Failed | OrderState::Incomplete | OrderState::Unreadable => Some(Column::Failed),
        OrderState::Waiting => Some(Column::Waiting),
        OrderState::Gone | OrderState::Removed => Some(Column::Gone),
    }
}

/// The result of an audit.
#[derive(Debug, Clone, Copy)]
pub struct Proof<'a> {
    /// The day, in the store's zone.
    pub on: NaiveDate,
    /// When the audit was asked for; a later request is kept.
    pub asked_at: Option<DateTime<Utc>>,
    /// Orders that no poll had seen.
    pub found: usize,
    /// Excluded orders that are imported now.
    pub revived: usize,
    /// The table.
    pub days: &'a [Day],
}

/// Saves an audit in place of the last one, and asks for the store's work orders to be looked for in RO App.
pub async fn save(tx: &mut PgTransaction<'_>, store: StoreId, proof: Proof<'_>) -> Result<(), DbError> {
    let count = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    sqlx::query!(
        "/* audits.save */ UPDATE store SET audited_at = clock_timestamp(), audited_on = $2, audit_found = $3, audit_revived = $4,
             audit_asked_at = CASE WHEN audit_asked_at <= $5 THEN NULL ELSE audit_asked_at END, audit_failures = 0,
             removed_asked_at = clock_timestamp()
         WHERE id = $1",
        store.get(),
        proof.on,
        count(proof.found),
        count(proof.revived),
        proof.asked_at
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!("/* audits.forget_days */ DELETE FROM audit_day WHERE store_id = $1", store.get())
        .execute(&mut **tx)
        .await?;
    for day in proof.days {
        let [linked, excluded, held, failed, waiting, gone] = day.columns;
        sqlx::query!(
            "/* audits.save_day */ INSERT INTO audit_day (store_id, day, orders, total, linked, linked_total, excluded,
                 excluded_total, held, held_total, failed, failed_total, waiting, waiting_total, gone, gone_total, why)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
            store.get(),
            day.day,
            day.store.orders,
            day.store.sum,
            linked.orders,
            linked.sum,
            excluded.orders,
            excluded.sum,
            held.orders,
            held.sum,
            failed.orders,
            failed.sum,
            waiting.orders,
            waiting.sum,
            gone.orders,
            gone.sum,
            said::column(day.why.as_ref())
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Records that the store could not be read to the end of an audit. After `most` tries in a row the audit is given up until the
/// next day, and the result is true.
pub async fn failed(tx: &mut PgTransaction<'_>, store: StoreId, on: NaiveDate, most: i32) -> Result<bool, DbError> {
    let given_up = sqlx::query_scalar!(
        r#"/* audits.failed */ WITH old AS (SELECT audit_failures + 1 >= $3 AS given_up FROM store WHERE id = $1 FOR UPDATE)
           UPDATE store SET audit_failures = CASE WHEN old.given_up THEN 0 ELSE audit_failures + 1 END,
             audited_on = CASE WHEN old.given_up THEN $2 ELSE audited_on END,
             audit_asked_at = CASE WHEN old.given_up THEN NULL ELSE audit_asked_at END
           FROM old WHERE id = $1 RETURNING old.given_up AS "given_up!""#,
        store.get(),
        on,
        most
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(given_up)
}

/// The last audit of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Last {
    /// When it ended.
    pub at: DateTime<Utc>,
    /// Orders that no poll had seen and that the audit saved.
    pub found: i32,
    /// Excluded orders that changed to a wanted status and that the audit imported.
    pub revived: i32,
    /// The table, by day; orders without a readable date come last.
    pub days: Vec<Day>,
}

/// The last audit; `None` before the first.
pub async fn last(pool: &PgPool, store: StoreId) -> Result<Option<Last>, DbError> {
    let head = sqlx::query!(
        r#"/* audits.last */ SELECT audited_at AS "at!", audit_found AS found, audit_revived AS revived FROM store
           WHERE id = $1 AND audited_at IS NOT NULL"#,
        store.get()
    )
    .fetch_optional(pool)
    .await?;
    let Some(head) = head else { return Ok(None) };
    let rows = sqlx::query!(
        "/* audits.days */ SELECT day, orders, total, linked, linked_total, excluded, excluded_total, held, held_total, failed,
             failed_total, waiting, waiting_total, gone, gone_total, why
         FROM audit_day WHERE store_id = $1 ORDER BY day NULLS LAST",
        store.get()
    )
    .fetch_all(pool)
    .await?;
    let figures = |orders, sum| Figures { orders, sum };
    let days = rows.into_iter().map(|row| {
        Ok(Day {
            day: row.day,
            store: figures(row.orders, row.total),
            columns: [
                figures(row.linked, row.linked_total),
                figures(row.excluded, row.excluded_total),
                figures(row.held, row.held_total),
                figures(row.failed, row.failed_total),
                figures(row.waiting, row.waiting_total),
                figures(row.gone, row.gone_total),
            ],
            why: said::read_any("audit_day", store.get(), "why", row.why)?,
        })
    });
    Ok(Some(Last {
        at: head.at,
        found: head.found,
        revived: head.revived,
        days: days.collect::<Result<_, DbError>>()?,
    }))
}

/// The store of an account whose work orders are to be looked for, and since when; the longest wait first.
pub async fn to_search(pool: &PgPool, account: AccountId) -> Result<Option<(StoreId, DateTime<Utc>)>, DbError> {
    let row = sqlx::query!(
        r#"/* audits.to_search */ SELECT id, removed_asked_at AS "at!" FROM store
           WHERE account_id = $1 AND removed_asked_at IS NOT NULL AND is_worked
           ORDER BY removed_asked_at LIMIT 1"#,
        account.get()
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| (StoreId::new(row.id), row.at)))
}

/// Records that the work orders of a store were looked for; a request later than `at` is kept.
pub async fn searched_for_removed(
    tx: &mut PgTransaction<'_>,
    store: StoreId,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        "/* audits.searched_for_removed */ UPDATE store SET removed_asked_at = NULL WHERE id = $1 AND removed_asked_at <= $2",
        store.get(),
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
