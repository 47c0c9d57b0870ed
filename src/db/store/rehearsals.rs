//! The last rehearsal of a store's import: how far it is, and what it found.

use std::{collections::BTreeMap, time::Duration};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sqlx::{PgPool, PgTransaction};
use uuid::Uuid;

use crate::{
    db::{
        DbError,
        doubles::{self, DoublesFound},
        said, seconds, to_json, unknown_word,
    },
    domain::{
        ids::{OrderNumber, StoreId, StoreStatusId},
        money,
        rehearsal::{KeyRate, PeopleFound, ProductsFound, Progress, Rehearsal, Stage},
        said::Said,
        store::ProductKeyKind,
    },
    json,
};

/// One without a sign of life for so long was interrupted.
pub const INTERRUPTED_AFTER: Duration = Duration::from_secs(30);

#[derive(Debug, Serialize, Deserialize)]
struct ProgressRow {
    stage: String,
    done: u64,
    of: Option<u64>,
}

/// What was found, in the form that the database stores.
#[derive(Debug, Serialize, Deserialize)]
struct ReportRow {
    orders: u64,
    total: String,
    in_roapp: u64,
    doubles: u64,
    unreadable: u64,
    is_whole: bool,
    excluded: BTreeMap<i64, u64>,
    held: u64,
    held_for: Vec<(i64, Json)>,
    initial: BTreeMap<i64, u64>,
    /// Matched, doubtful, new, without a contact, not compared.
    people: [u64; 5],
    wanted: u64,
    compared: u64,
    /// By the word of a key: matched, new, ambiguous, blank.
    rates: BTreeMap<String, [u64; 4]>,
    calls: u64,
    calls_per_second: f64,
    strange_work_orders: u64,
    is_searched: bool,
}

fn counts(counts: &BTreeMap<StoreStatusId, u64>) -> BTreeMap<i64, u64> {
    counts.iter().map(|(status, count)| (status.get(), *count)).collect()
}

impl From<&Rehearsal> for ReportRow {
    fn from(found: &Rehearsal) -> Self {
        let PeopleFound { matched, doubtful, new, without_contact, not_compared } = found.people;
        let rate = |rate: &KeyRate| (rate.kind.word().to_owned(), [rate.matched, rate.new, rate.ambiguous, rate.blank]);
        Self {
            orders: found.orders,
            total: money::plain(found.total),
            in_roapp: found.in_roapp,
            doubles: found.doubles,
            unreadable: found.unreadable,
            is_whole: found.is_whole,
            excluded: counts(&found.excluded),
            held: found.held,
            held_for: found.held_for.iter().map(|(number, why)| (number.get(), said::to_json(why))).collect(),
            initial: counts(&found.initial),
            people: [matched, doubtful, new, without_contact, not_compared],
            wanted: found.products.wanted,
            compared: found.products.compared,
            rates: found.products.rates.iter().map(rate).collect(),
            calls: found.calls,
            calls_per_second: found.calls_per_second,
            strange_work_orders: found.strange_work_orders,
            is_searched: found.is_searched,
        }
    }
}

impl ReportRow {
    fn read(self, store: StoreId) -> Result<Rehearsal, DbError> {
        let counts = |counts: BTreeMap<i64, u64>| {
            counts.into_iter().map(|(status, count)| (StoreStatusId::new(status), count)).collect()
        };
        let held_for = self.held_for.into_iter().map(|(number, why)| {
            Ok((OrderNumber::new(number), said::read("rehearsal", store.get(), "report.held_for", why)?))
        });
        let rate = |kind: ProductKeyKind| {
            let [matched, new, ambiguous, blank] = *self.rates.get(kind.word())?;
            Some(KeyRate { kind, matched, new, ambiguous, blank })
        };
        let [matched, doubtful, new, without_contact, not_compared] = self.people;
        Ok(Rehearsal {
            orders: self.orders,
            total: self.total.parse().unwrap_or_default(),
            in_roapp: self.in_roapp,
            doubles: self.doubles,
            unreadable: self.unreadable,
            is_whole: self.is_whole,
            excluded: counts(self.excluded),
            held: self.held,
            held_for: held_for.collect::<Result<_, DbError>>()?,
            initial: counts(self.initial),
            people: PeopleFound { matched, doubtful, new, without_contact, not_compared },
            products: ProductsFound {
                wanted: self.wanted,
                compared: self.compared,
                rates: ProductKeyKind::ALL.into_iter().filter_map(rate).collect(),
            },
            calls: self.calls,
            calls_per_second: self.calls_per_second,
            strange_work_orders: self.strange_work_orders,
            is_searched: self.is_searched,
        })
    }
}

/// Begins a rehearsal; false while another one of the store goes on.
pub async fn begin(pool: &PgPool, store: StoreId, run: Uuid) -> Result<bool, DbError> {
    let begun = sqlx::query!(
        "/* rehearsals.begin */ INSERT INTO rehearsal AS r (store_id, run, progress) VALUES ($1, $2, $3)
         ON CONFLICT (store_id) DO UPDATE SET run = excluded.run, progress = excluded.progress, began_at = now(), beat_at = now(),
           ended_at = NULL, report = NULL, failure = NULL
         WHERE r.ended_at IS NOT NULL OR r.beat_at < now() - $4 * interval '1 second'",
        store.get(),
        run,
        progress_row(Progress::begin(Stage::Orders))?,
        seconds(INTERRUPTED_AFTER)
    )
    .execute(pool)
    .await?;
    Ok(begun.rows_affected() == 1)
}

fn progress_row(progress: Progress) -> Result<Json, DbError> {
    let Progress { stage, done, of } = progress;
    to_json("rehearsal", "progress", &ProgressRow { stage: stage.word().to_owned(), done, of })
}

/// Records that a rehearsal goes on, and how far it is; false when another one took its place.
pub async fn goes_on(pool: &PgPool, store: StoreId, run: Uuid, progress: Progress) -> Result<bool, DbError> {
    let is_own = sqlx::query!(
        "/* rehearsals.goes_on */ UPDATE rehearsal SET beat_at = now(), progress = $3
         WHERE store_id = $1 AND run = $2 AND ended_at IS NULL",
        store.get(),
        run,
        progress_row(progress)?
    )
    .execute(pool)
    .await?;
    Ok(is_own.rows_affected() == 1)
}

/// Records what a rehearsal found, with the orders that RO App may have already; or why it could not go on. Nothing is recorded of one
/// whose place another took.
pub async fn end(
    tx: &mut PgTransaction<'_>,
    store: StoreId,
    run: Uuid,
    outcome: Result<(&Rehearsal, &DoublesFound), &Said>,
) -> Result<(), DbError> {
    let report = outcome.ok().map(|(found, _)| to_json("rehearsal", "report", &ReportRow::from(found))).transpose()?;
    let ended = sqlx::query!(
        "/* rehearsals.end */ UPDATE rehearsal SET ended_at = now(), report = $3, failure = $4
         WHERE store_id = $1 AND run = $2 AND ended_at IS NULL",
        store.get(),
        run,
        report,
        said::column(outcome.err())
    )
    .execute(&mut **tx)
    .await?;
    match outcome {
        Ok((_, doubles)) if ended.rows_affected() == 1 => doubles::found(tx, store, doubles).await,
        _ => Ok(()),
    }
}

/// Forgets the rehearsal of a store whose settings changed. What a person decided about its orders stays.
pub async fn forget(tx: &mut PgTransaction<'_>, store: StoreId) -> Result<(), DbError> {
    sqlx::query!("/* rehearsals.forget */ DELETE FROM rehearsal WHERE store_id = $1", store.get())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The last rehearsal of a store.
#[derive(Debug, Clone, PartialEq)]
pub enum Rehearsed {
    /// It goes on.
    GoesOn(Progress),
    /// Its process ended before it did.
    Interrupted,
    /// It could not go on.
    Failed(Said),
    /// What it found, and when.
    Ended(Box<Rehearsal>, DateTime<Utc>),
}

/// The last rehearsal of a store, if there was one since its settings were changed.
pub async fn last(pool: &PgPool, store: StoreId) -> Result<Option<Rehearsed>, DbError> {
    let row = sqlx::query!(
        r#"/* rehearsals.last */ SELECT progress, ended_at, report, failure, beat_at < now() - $2 * interval '1 second' AS "is_silent!"
           FROM rehearsal WHERE store_id = $1"#,
        store.get(),
        seconds(INTERRUPTED_AFTER)
    );
    let Some(row) = row.fetch_optional(pool).await? else { return Ok(None) };
    let broken = |column, error: serde_json::Error| DbError::Row {
        table: "rehearsal",
        row: store.to_string(),
        column,
        detail: json::why(&error),
    };
    if let Some(failure) = row.failure {
        return Ok(Some(Rehearsed::Failed(said::read("rehearsal", store.get(), "failure", failure)?)));
    }
    if let (Some(report), Some(at)) = (row.report, row.ended_at) {
        let report: ReportRow = serde_json::from_value(report).map_err(|error| broken("report", error))?;
        return Ok(Some(Rehearsed::Ended(Box::new(report.read(store)?), at)));
    }
    if row.is_silent {
        return Ok(Some(Rehearsed::Interrupted));
    }
    let ProgressRow { stage: word, done, of } =
        serde_json::from_value(row.progress).map_err(|error| broken("progress", error))?;
    let stage = Stage::ALL.into_iter().find(|stage| stage.word() == word);
    let stage = stage.ok_or_else(|| unknown_word("rehearsal", store.get(), "progress.stage", &word))?;
    Ok(Some(Rehearsed::GoesOn(Progress { stage, done, of })))
}
