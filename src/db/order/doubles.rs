//! Orders that RO App may have already without our marker, and what a person decided about each. An order that waits for such a
//! decision may not have been imported yet.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sqlx::{PgPool, PgTransaction};

use crate::{
    db::{DbError, to_json, unknown_word},
    domain::{
        double::{Candidate, Choice, PossibleDouble, Sign},
        ids::{OrderId, OrderNumber, StoreId, WorkOrderId},
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

/// Saves what was found of a store. What a person decided before stays, unless it was a link with a work order that is no candidate
/// any more; orders that are no doubles any more are forgotten, unless they are linked.
pub async fn found(tx: &mut PgTransaction<'_>, store: StoreId, found: &[PossibleDouble]) -> Result<(), DbError> {
    let numbers: Vec<_> = found.iter().map(|double| double.number.get()).collect();
    sqlx::query!(
        "/* doubles.forget_others */ DELETE FROM possible_double d WHERE store_id = $1 AND number <> ALL($2)
           AND NOT EXISTS (SELECT 1 FROM work_order w WHERE w.store_id = d.store_id AND w.number = d.number)",
        store.get(),
        &numbers
    )
    .execute(&mut **tx)
    .await?;
    for double in found {
        let rows: Vec<_> = double.candidates.iter().map(CandidateRow::from).collect();
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        sqlx::query!(
            "/* doubles.found */ INSERT INTO possible_double AS d (store_id, number, placed_at, total, candidates)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (store_id, number) DO UPDATE SET placed_at = excluded.placed_at, total = excluded.total,
               candidates = excluded.candidates,
               choice = CASE WHEN d.work_order_id <> ALL($6) THEN NULL ELSE d.choice END,
               decided_by = CASE WHEN d.work_order_id <> ALL($6) THEN NULL ELSE d.decided_by END,
               decided_at = CASE WHEN d.work_order_id <> ALL($6) THEN NULL ELSE d.decided_at END,
               work_order_id = CASE WHEN d.work_order_id <> ALL($6) THEN NULL ELSE d.work_order_id END",
            store.get(),
            double.number.get(),
            double.placed_at,
            double.total,
            to_json("possible_double", "candidates", &rows)?,
            &ids
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// The orders of a store that RO App may have already, or one of them; those without a decision first, then the newest first.
pub async fn of_store(
    pool: &PgPool,
    store: StoreId,
    number: Option<OrderNumber>,
    most: i64,
) -> Result<Vec<PossibleDouble>, DbError> {
    let rows = sqlx::query!(
        r#"/* doubles.of_store */ SELECT number, placed_at, total, candidates, choice, work_order_id,
             EXISTS (SELECT 1 FROM work_order w WHERE w.store_id = d.store_id AND w.number = d.number) AS "is_settled!"
           FROM possible_double d WHERE store_id = $1 AND ($2::bigint IS NULL OR number = $2)
           ORDER BY choice IS NOT NULL, placed_at DESC, number DESC LIMIT $3"#,
        store.get(),
        number.map(OrderNumber::get),
        most
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
            is_settled: row.is_settled,
        });
    }
    Ok(found)
}

/// How many orders of a store wait for such a decision.
pub async fn waiting(pool: &PgPool, store: StoreId) -> Result<i64, DbError> {
    let waiting = sqlx::query_scalar!(
        r#"/* doubles.waiting */ SELECT count(*) AS "waiting!" FROM possible_double d WHERE store_id = $1 AND choice IS NULL
             AND NOT EXISTS (SELECT 1 FROM work_order w WHERE w.store_id = d.store_id AND w.number = d.number)"#,
        store.get()
    );
    Ok(waiting.fetch_one(pool).await?)
}

/// Saves what a person decided, and who it was; the orders of these numbers that were imported already.
pub async fn decide(
    tx: &mut PgTransaction<'_>,
    store: StoreId,
    choices: &[(OrderNumber, Choice)],
    by: Option<&str>,
) -> Result<Vec<(OrderNumber, OrderId)>, DbError> {
    for (number, choice) in choices {
        let work_order = match choice {
            Choice::Link(id) => Some(id.get()),
            Choice::Skip | Choice::Create => None,
        };
        sqlx::query!(
            "/* doubles.decide */ UPDATE possible_double SET choice = $3, work_order_id = $4, decided_by = $5, decided_at = now()
             WHERE store_id = $1 AND number = $2",
            store.get(),
            number.get(),
            choice.word(),
            work_order,
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
pub(super) async fn forget(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    sqlx::query!(
        "/* doubles.forget */ DELETE FROM possible_double d USING store_order o
         WHERE o.id = $1 AND d.store_id = o.store_id AND d.number = o.number",
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
