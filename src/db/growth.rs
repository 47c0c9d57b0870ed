//! How long things are kept, and how much a store may bring in a day. What says which record belongs to which is never dropped:
//! orders and their numbers, the newest version and the one that RO App has, links, lines, work orders, calls without an
//! answer, and calls that made work orders.

use std::{borrow::Cow, time::Duration};

use chrono::{DateTime, Utc};
use sqlx::{PgExecutor, PgPool, PgTransaction};

use super::DbError;
use crate::{
    db::said,
    domain::{
        ids::{OrderId, StoreId},
        notice::Plain,
        said::Said,
    },
};

/// Rows that one statement looks at, so that no statement takes long or holds many locks.
const AT_ONCE: i64 = 2_000;
/// A superseded version is kept for this many minutes: a process may be writing it to RO App.
const WRITTEN_WITHIN_MINUTES: i32 = 15;

/// The kinds of rows that are dropped when they are old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Superseded versions of orders, with their raw data.
    Versions,
    /// The history of orders.
    History,
    /// Settled calls.
    Journal,
    /// Cleared notices.
    Notices,
    /// Rows from stores that have no order number.
    StrayRows,
}

/// The result of one statement.
#[derive(Debug, Clone, Copy)]
struct Swept {
    dropped: i64,
    /// The last row that the statement looked at; `None` at the end. Old rows may follow young ones, so the walk goes on to the
    /// end.
    last: Option<i64>,
}

/// Whether the daily upkeep, which begins at `hour` (UTC), is due and this process is to do it. The process has at most an hour
/// for it before another may take over.
pub async fn begin_of_day(pool: &PgPool, hour: u32) -> Result<bool, DbError> {
    let begun = sqlx::query_scalar!(
        "/* growth.begin_of_day */ INSERT INTO upkeep (name, done_at, claimed_until)
         VALUES ('retention', 'epoch', now() + interval '1 hour')
         ON CONFLICT (name) DO UPDATE SET claimed_until = excluded.claimed_until
         WHERE upkeep.done_at < date_trunc('day', now(), 'UTC') + $1 * interval '1 hour'
           AND now() >= date_trunc('day', now(), 'UTC') + $1 * interval '1 hour'
           AND (upkeep.claimed_until IS NULL OR upkeep.claimed_until <= now())
         RETURNING name",
        f64::from(hour)
    );
    Ok(begun.fetch_optional(pool).await?.is_some())
}

/// Records that the day's upkeep ended; one that was not finished begins again.
pub async fn end_of_day(pool: &PgPool, is_whole: bool) -> Result<(), DbError> {
    sqlx::query!(
        "/* growth.end_of_day */ UPDATE upkeep SET claimed_until = NULL, done_at = CASE WHEN $1 THEN now() ELSE done_at END
         WHERE name = 'retention'",
        is_whole
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Clears the notices about stores that changed too much on an earlier day and have not done so today.
pub async fn clear_changes(pool: &PgPool, changed_a_day: i64) -> Result<(), DbError> {
    sqlx::query!(
        "/* growth.clear_changes */ UPDATE notice n SET cleared_at = now()
         WHERE cleared_at IS NULL AND topic = $1 AND NOT EXISTS (
             SELECT 1 FROM intake_day d WHERE d.store_id = n.store_id AND d.day = current_date AND d.changed > $2)",
        Plain::Changes.word(),
        changed_a_day
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Drops everything older than `age`, a few rows at a time, and returns how many rows it dropped. Calls `go_on` between
/// statements; it may pause, and ends the sweep with `false`.
pub async fn drop_older<F: Future<Output = bool>>(
    pool: &PgPool,
    kept: Kept,
    age: Duration,
    mut go_on: impl FnMut() -> F,
) -> Result<i64, DbError> {
    let now = sqlx::query_scalar!(r#"/* growth.now */ SELECT now() AS "now!""#).fetch_one(pool).await?;
    let before = now - chrono::Duration::seconds(i64::try_from(age.as_secs()).unwrap_or(i64::MAX / 1_000));
    let (mut dropped, mut after) = (0, 0);
    loop {
        let swept = match kept {
            Kept::Versions => versions(pool, before, after).await?,
            Kept::History => history(pool, before, after).await?,
            Kept::Journal => journal(pool, before, after).await?,
            Kept::Notices => notices(pool, before, after).await?,
            Kept::StrayRows => stray_rows(pool, before).await?,
        };
        dropped += swept.dropped;
        match swept.last {
            Some(last) if go_on().await => after = last,
            _ => return Ok(dropped),
        }
    }
}

async fn versions(pool: &PgPool, before: DateTime<Utc>, after: i64) -> Result<Swept, DbError> {
    let swept = sqlx::query_as!(
        Swept,
        r#"/* growth.versions */ WITH page AS (SELECT id, order_id, seen_at FROM version WHERE id > $2 ORDER BY id LIMIT $3),
             gone AS (
               DELETE FROM version v USING page, store_order o
               WHERE v.id = page.id AND o.id = page.order_id AND page.seen_at < $1
                 AND v.id IS DISTINCT FROM o.version_id AND v.id IS DISTINCT FROM o.applied_version_id
                 AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.version_id = v.id AND j.state = 'sent')
               RETURNING 1)
           SELECT (SELECT count(*) FROM gone) AS "dropped!",
             (SELECT max(id) FROM page) AS last"#,
        before,
        after,
        AT_ONCE
    );
    Ok(swept.fetch_one(pool).await?)
}

async fn history(pool: &PgPool, before: DateTime<Utc>, after: i64) -> Result<Swept, DbError> {
    let swept = sqlx::query_as!(
        Swept,
        r#"/* growth.history */ WITH page AS (SELECT id, at FROM history WHERE id > $2 ORDER BY id LIMIT $3),
             gone AS (DELETE FROM history h USING page WHERE h.id = page.id AND page.at < $1 RETURNING 1)
           SELECT (SELECT count(*) FROM gone) AS "dropped!",
             (SELECT max(id) FROM page) AS last"#,
        before,
        after,
        AT_ONCE
    );
    Ok(swept.fetch_one(pool).await?)
}

/// Calls that made a work order are kept: they tell our work orders from those that others make.
async fn journal(pool: &PgPool, before: DateTime<Utc>, after: i64) -> Result<Swept, DbError> {
    let swept = sqlx::query_as!(
        Swept,
        r#"/* growth.journal */ WITH page AS (SELECT id FROM journal WHERE id > $2 ORDER BY id LIMIT $3),
             gone AS (
               DELETE FROM journal j USING page
               WHERE j.id = page.id AND j.settled_at < $1 AND j.state <> 'sent' AND j.kind <> 'work_order' RETURNING 1)
           SELECT (SELECT count(*) FROM gone) AS "dropped!",
             (SELECT max(id) FROM page) AS last"#,
        before,
        after,
        AT_ONCE
    );
    Ok(swept.fetch_one(pool).await?)
}

async fn notices(pool: &PgPool, before: DateTime<Utc>, after: i64) -> Result<Swept, DbError> {
    let swept = sqlx::query_as!(
        Swept,
        r#"/* growth.notices */ WITH page AS (SELECT id FROM notice WHERE id > $2 ORDER BY id LIMIT $3),
             gone AS (DELETE FROM notice n USING page WHERE n.id = page.id AND n.cleared_at < $1 RETURNING 1)
           SELECT (SELECT count(*) FROM gone) AS "dropped!",
             (SELECT max(id) FROM page) AS last"#,
        before,
        after,
        AT_ONCE
    );
    Ok(swept.fetch_one(pool).await?)
}

/// Goes through the oldest rows first, so it can stop at the first young one.
async fn stray_rows(pool: &PgPool, before: DateTime<Utc>) -> Result<Swept, DbError> {
    let swept = sqlx::query_as!(
        Swept,
        r#"/* growth.stray_rows */ WITH page AS (
               SELECT store_id, fingerprint FROM stray_row WHERE seen_at < $1 ORDER BY seen_at LIMIT $2),
             gone AS (
               DELETE FROM stray_row r USING page WHERE r.store_id = page.store_id AND r.fingerprint = page.fingerprint
               RETURNING 1)
           SELECT count(*) AS "dropped!", CASE WHEN count(*) = $2 THEN 0::bigint END AS last FROM gone"#,
        before,
        AT_ONCE
    );
    Ok(swept.fetch_one(pool).await?)
}

/// Lines of an order's history that are kept when a store changes too much.
const LINES_KEPT: i64 = 200;
/// A row counts once more for each this many bytes of its raw data. An order with a few lines is many times smaller.
const UNIT: usize = 8 * 1024;

/// What a row counts towards the amount that a store may bring in a day.
#[must_use]
pub fn weight(raw: &str) -> i64 {
    i64::try_from(1 + raw.len() / UNIT).unwrap_or(i64::MAX)
}

/// What a store brings, each row counted by its [`weight`].
#[derive(Debug, Clone, Copy, Default)]
pub struct Brought {
    /// Orders never seen before.
    pub fresh: i64,
    /// Versions that superseded others.
    pub changed: i64,
    /// Rows without a readable number that were kept.
    pub stray: i64,
    /// Articles that the store's catalogue was asked about for the first time.
    pub articles: i64,
}

/// What a store has brought today so far.
pub async fn today(pool: impl PgExecutor<'_>, store: StoreId) -> Result<Brought, DbError> {
    let brought = sqlx::query_as!(
        Brought,
        "/* growth.today */ SELECT fresh, changed, stray, articles FROM intake_day WHERE store_id = $1 AND day = current_date",
        store.get()
    );
    Ok(brought.fetch_optional(pool).await?.unwrap_or_default())
}

/// Adds to what a store has brought today; returns today's superseding versions in all.
pub async fn count(tx: &mut PgTransaction<'_>, store: StoreId, brought: Brought) -> Result<i64, DbError> {
    let today = sqlx::query!(
        r#"/* growth.count */ INSERT INTO intake_day AS d (store_id, fresh, changed, stray, articles) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (store_id, day) DO UPDATE SET fresh = d.fresh + $2, changed = d.changed + $3, stray = d.stray + $4,
             articles = d.articles + $5
           RETURNING changed, xmax = 0 AS "is_first!""#,
        store.get(),
        brought.fresh,
        brought.changed,
        brought.stray,
        brought.articles
    )
    .fetch_one(&mut **tx)
    .await?;
    if today.is_first {
        sqlx::query!(
            "/* growth.forget_days */ DELETE FROM intake_day WHERE store_id = $1 AND day < current_date - 7",
            store.get()
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(today.changed)
}

/// For a store that changes too much to keep everything: drops the superseded versions of these orders at once, and all but the
/// newest lines of their history.
pub async fn drop_superseded(tx: &mut PgTransaction<'_>, orders: &[OrderId]) -> Result<(), DbError> {
    let orders: Vec<_> = orders.iter().map(|order| order.get()).collect();
    sqlx::query!(
        "/* growth.drop_superseded */ DELETE FROM version v USING store_order o
         WHERE o.id = ANY($1) AND v.order_id = o.id AND v.seen_at < now() - make_interval(mins => $2)
           AND v.id IS DISTINCT FROM o.version_id AND v.id IS DISTINCT FROM o.applied_version_id
           AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.version_id = v.id AND j.state = 'sent')",
        &orders,
        WRITTEN_WITHIN_MINUTES
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "/* growth.shorten_history */ DELETE FROM history h USING unnest($1::bigint[]) AS o (id)
         WHERE h.order_id = o.id
           AND h.id <= (SELECT id FROM history WHERE order_id = o.id ORDER BY id DESC OFFSET $2 LIMIT 1)",
        &orders,
        LINES_KEPT
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A row from a store that cannot be one of its orders.
#[derive(Debug, Clone)]
pub struct NewStray<'a> {
    /// The fingerprint of the raw data.
    pub fingerprint: [u8; 32],
    /// As the store sent it, as JSON.
    pub raw: Cow<'a, str>,
    /// Why it is not an order.
    pub reason: &'a Said,
}

/// What was kept of rows that are not orders.
#[derive(Debug, Clone, Copy)]
pub struct KeptStray {
    /// How many rows were kept.
    pub rows: i64,
    /// Their weight.
    pub weight: i64,
    /// How many new rows were not kept.
    pub left_out: i64,
}

/// Saves those rows that are not saved yet, in their order, as long as they weigh no more than `limit` together.
pub async fn keep_stray(
    tx: &mut PgTransaction<'_>,
    store: StoreId,
    rows: &[NewStray<'_>],
    limit: i64,
) -> Result<KeptStray, DbError> {
    let fingerprints: Vec<_> = rows.iter().map(|row| row.fingerprint.to_vec()).collect();
    let raw_texts: Vec<_> = rows.iter().map(|row| row.raw.clone().into_owned()).collect();
    let reasons: Vec<_> = rows.iter().map(|row| said::to_json(row.reason)).collect();
    let weights: Vec<_> = rows.iter().map(|row| weight(&row.raw)).collect();
    let kept = sqlx::query_as!(
        KeptStray,
        r#"/* growth.keep_stray */ WITH given AS (
               SELECT DISTINCT ON (fingerprint) * FROM unnest($2::bytea[], $3::text[], $4::jsonb[], $5::bigint[])
                   WITH ORDINALITY AS given (fingerprint, raw, reason, weight, nth) ORDER BY fingerprint, nth),
             new AS (
               SELECT *, sum(weight) OVER (ORDER BY nth) <= $6::bigint AS fits FROM given
               WHERE NOT EXISTS (SELECT 1 FROM stray_row r WHERE r.store_id = $1 AND r.fingerprint = given.fingerprint)),
             kept AS (
               INSERT INTO stray_row (store_id, fingerprint, raw, reason)
               SELECT $1, fingerprint, raw::json, reason FROM new WHERE fits ON CONFLICT DO NOTHING)
           SELECT count(*) FILTER (WHERE fits) AS "rows!", count(*) FILTER (WHERE NOT fits) AS "left_out!",
             coalesce(sum(weight) FILTER (WHERE fits), 0)::bigint AS "weight!" FROM new"#,
        store.get(),
        &fingerprints,
        &raw_texts,
        &reasons,
        &weights,
        limit
    );
    Ok(kept.fetch_one(&mut **tx).await?)
}
