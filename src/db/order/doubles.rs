//! Orders that RO App may have already without our marker, and what a person decided about each. An order that waits for such a
//! decision may not have been imported yet.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sqlx::{PgPool, PgTransaction};

use crate::{
    db::{DbError, to_json, unknown_word},
    domain::{
        double::{Candidate, Choice, PossibleDouble, Sign},
        ids::{AccountId, OrderId, OrderNumber, StoreId, WorkOrderId},
        money,
    },
    json,
};

/// A candidate in the form that the database stores.
#[derive(Debug, Serialize, Deserialize)]
struct CandidateRow {
    id: i64,
    number: String,
    made_at: Option<DateTime<Utc>>,
    total: Option<String>,
    signs: Vec<String>,
}

impl From<&Candidate> for CandidateRow {
    fn from(candidate: &Candidate) -> Self {
        let Candidate { id, number, made_at, total, signs } = candidate;
        let signs = signs.iter().map(|sign| sign.word().to_owned()).collect();
        Self {
            id: id.get(),
            number: number.replace('\0', ""),
            made_at: *made_at,
            total: total.map(money::plain),
            signs,
        }
    }
}

fn candidates(number: i64, rows: Json) -> Result<Vec<Candidate>, DbError> {
    let rows: Vec<CandidateRow> = serde_json::from_value(rows).map_err(|error| DbError::Row {
        table: "possible_double",
        row: number.to_string(),
        column: "candidates",
        detail: json::why(&error),
    })?;
    let candidate = |row: CandidateRow| {
        let signs = row.signs.iter().map(|word| {
            Sign::read(word).ok_or_else(|| unknown_word("possible_double", number, "candidates.signs", word))
        });
        let signs = signs.collect::<Result<_, _>>()?;
        let total = row.total.and_then(|total| total.parse().ok());
        Ok(Candidate { id: WorkOrderId::new(row.id), number: row.number, made_at: row.made_at, total, signs })
    };
    rows.into_iter().map(candidate).collect()
}

fn choice(number: i64, word: Option<&str>, work_order: Option<i64>) -> Result<Option<Choice>, DbError> {
    let Some(word) = word else { return Ok(None) };
    let choice = Choice::read(word, work_order.map(WorkOrderId::new));
    choice.ok_or_else(|| unknown_word("possible_double", number, "choice", word)).map(Some)
}

/// What is known of an order that RO App may have already, as far as its work needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Double {
    /// Work orders that may be its own.
    pub candidates: Vec<Candidate>,
    /// What a person decided.
    pub choice: Option<Choice>,
}

impl Double {
    /// Reads the columns of a row, if there is one.
    pub(super) fn read(
        number: i64,
        rows: Option<Json>,
        word: Option<&str>,
        work_order: Option<i64>,
    ) -> Result<Option<Self>, DbError> {
        let Some(rows) = rows else { return Ok(None) };
        Ok(Some(Self { candidates: candidates(number, rows)?, choice: choice(number, word, work_order)? }))
    }
}

/// What a rehearsal found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DoublesFound {
    /// Orders that RO App may have already.
    pub doubles: Vec<PossibleDouble>,
    /// Orders that were found before, whose work orders RO App does not have any more.
    pub gone: Vec<OrderNumber>,
}

/// Saves what was found of a store. What a person decided before stays, unless it was a link with a work order that is no candidate
/// any more. Only orders whose work orders are gone are forgotten.
pub async fn found(tx: &mut PgTransaction<'_>, store: StoreId, found: &DoublesFound) -> Result<(), DbError> {
    let DoublesFound { doubles, gone } = found;
    let gone: Vec<_> = gone.iter().map(|number| number.get()).collect();
    sqlx::query!(
        "/* doubles.forget_gone */ DELETE FROM possible_double d WHERE store_id = $1 AND number = ANY($2)
           AND NOT EXISTS (SELECT 1 FROM work_order w WHERE w.store_id = d.store_id AND w.number = d.number)",
        store.get(),
        &gone
    )
    .execute(&mut **tx)
    .await?;
    for double in doubles {
        let rows: Vec<_> = double.candidates.iter().map(CandidateRow::from).collect();
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        sqlx::query!(
            "/* doubles.found */ INSERT INTO possible_double AS d (store_id, number, placed_at, total, candidates, is_wanted)
             VALUES ($1, $2, $3, $4, $5, $7)
             ON CONFLICT (store_id, number) DO UPDATE SET placed_at = excluded.placed_at, total = excluded.total,
               candidates = excluded.candidates, is_wanted = excluded.is_wanted,
               choice = CASE WHEN d.work_order_id <> ALL($6) THEN NULL ELSE d.choice END,
               decided_by = CASE WHEN d.work_order_id <> ALL($6) THEN NULL ELSE d.decided_by END,
               decided_at = CASE WHEN d.work_order_id <> ALL($6) THEN NULL ELSE d.decided_at END,
               work_order_id = CASE WHEN d.work_order_id <> ALL($6) THEN NULL ELSE d.work_order_id END",
            store.get(),
            double.number.get(),
            double.placed_at,
            double.total,
            to_json("possible_double", "candidates", &rows)?,
            &ids,
            double.is_wanted
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Which of the orders that RO App may have already.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    /// Those that are listed: one that the import does not bring is listed once it is to be brought.
    Listed,
    /// Those with these numbers, listed or not.
    These(&'a [OrderNumber]),
    /// Every one that was found.
    All,
}

/// The orders of a store that RO App may have already, those without a decision first, then the newest first.
pub async fn of_store(
    pool: &PgPool,
    store: StoreId,
    which: Which<'_>,
    most: i64,
) -> Result<Vec<PossibleDouble>, DbError> {
    let numbers: Option<Vec<_>> = match which {
        Which::These(numbers) => Some(numbers.iter().map(|number| number.get()).collect()),
        Which::Listed | Which::All => None,
    };
    let rows = sqlx::query!(
        r#"/* doubles.of_store */ SELECT number, placed_at, total, candidates, choice, work_order_id, is_wanted,
             EXISTS (SELECT 1 FROM work_order w WHERE w.store_id = d.store_id AND w.number = d.number) AS "is_settled!"
           FROM possible_double d WHERE store_id = $1 AND ($2::bigint[] IS NULL OR number = ANY($2))
             AND (NOT $4 OR is_wanted OR EXISTS (SELECT 1 FROM store_order o
               WHERE o.store_id = d.store_id AND o.number = d.number AND o.state <> 'excluded'))
           ORDER BY choice IS NOT NULL, placed_at DESC, number DESC LIMIT $3"#,
        store.get(),
        numbers.as_deref(),
        most,
        matches!(which, Which::Listed)
    )
    .fetch_all(pool)
    .await?;
    let mut found = Vec::new();
    for row in rows {
        found.push(PossibleDouble {
            number: OrderNumber::new(row.number),
            placed_at: row.placed_at,
            total: row.total,
            candidates: candidates(row.number, row.candidates)?,
            choice: choice(row.number, row.choice.as_deref(), row.work_order_id)?,
            is_wanted: row.is_wanted,
            is_settled: row.is_settled,
        });
    }
    Ok(found)
}

/// Which of these work orders a person linked with orders of the account's stores other than these of this one, whether that is carried
/// out by now or not.
pub async fn chosen_elsewhere(
    pool: &PgPool,
    (account, store): (AccountId, StoreId),
    work_orders: &[WorkOrderId],
    but: &[OrderNumber],
) -> Result<BTreeSet<WorkOrderId>, DbError> {
    let ids: Vec<_> = work_orders.iter().map(|id| id.get()).collect();
    let numbers: Vec<_> = but.iter().map(|number| number.get()).collect();
    let chosen = sqlx::query_scalar!(
        r#"/* doubles.chosen_elsewhere */ SELECT d.work_order_id AS "id!" FROM possible_double d JOIN store s ON s.id = d.store_id
           WHERE s.account_id = $1 AND d.work_order_id = ANY($2) AND NOT (d.store_id = $3 AND d.number = ANY($4))"#,
        account.get(),
        &ids,
        store.get(),
        &numbers
    );
    Ok(chosen.fetch_all(pool).await?.into_iter().map(WorkOrderId::new).collect())
}

/// How many orders of a store wait for such a decision.
pub async fn waiting(pool: &PgPool, store: StoreId) -> Result<i64, DbError> {
    let waiting = sqlx::query_scalar!(
        r#"/* doubles.waiting */ SELECT count(*) AS "waiting!" FROM possible_double d WHERE store_id = $1 AND choice IS NULL
             AND NOT EXISTS (SELECT 1 FROM work_order w WHERE w.store_id = d.store_id AND w.number = d.number)
             AND (is_wanted OR EXISTS (SELECT 1 FROM store_order o
               WHERE o.store_id = d.store_id AND o.number = d.number AND o.state <> 'excluded'))"#,
        store.get()
    );
    Ok(waiting.fetch_one(pool).await?)
}

/// Forgets what was found of orders that these are not, though they have their numbers: they were placed at another time.
pub async fn forget_others(tx: &mut PgTransaction<'_>, store: StoreId, numbers: &[OrderNumber]) -> Result<(), DbError> {
    let numbers: Vec<_> = numbers.iter().map(|number| number.get()).collect();
    // A shop that moves to another zone shows its orders at other hours.
    sqlx::query!(
        "/* doubles.forget_others */ DELETE FROM possible_double d USING store_order o
         WHERE d.store_id = $1 AND d.number = ANY($2) AND o.store_id = d.store_id AND o.number = d.number
           AND abs(extract(epoch FROM d.placed_at - o.placed_at)) > 100000",
        store.get(),
        &numbers
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Saves what a person decided, and who it was; the orders of these numbers that were imported already.
pub async fn decide(
    tx: &mut PgTransaction<'_>,
    store: StoreId,
    choices: &[(OrderNumber, Choice)],
    by: Option<&str>,
) -> Result<Vec<(OrderNumber, OrderId)>, DbError> {
    for (number, choice) in choices {
        sqlx::query!(
            "/* doubles.decide */ UPDATE possible_double SET choice = $3, work_order_id = $4, decided_by = $5, decided_at = now()
             WHERE store_id = $1 AND number = $2",
            store.get(),
            number.get(),
            choice.word(),
            choice.work_order().map(WorkOrderId::get),
            by
        )
        .execute(&mut **tx)
        .await?;
    }
    let numbers: Vec<_> = choices.iter().map(|(number, _)| number.get()).collect();
    let imported = sqlx::query!(
        "/* doubles.imported */ SELECT o.number, o.id FROM store_order o WHERE o.store_id = $1 AND o.number = ANY($2)
           AND NOT EXISTS (SELECT 1 FROM work_order w WHERE w.store_id = o.store_id AND w.number = o.number)",
        store.get(),
        &numbers
    );
    let imported = imported.fetch_all(&mut **tx).await?.into_iter();
    Ok(imported.map(|row| (OrderNumber::new(row.number), OrderId::new(row.id))).collect())
}

/// Forgets that RO App may have an order: its work order was deleted, or its number belongs to another order.
pub async fn forget(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    sqlx::query!(
        "/* doubles.forget */ DELETE FROM possible_double d USING store_order o
         WHERE o.id = $1 AND d.store_id = o.store_id AND d.number = o.number",
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
