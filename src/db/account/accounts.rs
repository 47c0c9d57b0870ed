//! RO App accounts.

use serde_json::Value as Json;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{PgExecutor, PgPool, PgTransaction};

use crate::{
    db::{DbError, begin, hooks, notices, said, seconds, unknown_word},
    domain::{discount::PerWhat, ids::AccountId, notice::Plain, rate::Rate, said::Said},
    secrets::{Place, Sealed, SecretsError},
};

/// An RO App account, its key still sealed.
#[derive(Debug, Clone)]
pub struct Account {
    /// Our id.
    pub id: AccountId,
    /// Unique among the accounts that are not removed.
    pub name: String,
    /// Without a trailing slash.
    pub base_url: String,
    /// `None` once the account is removed.
    pub api_key: Option<Sealed>,
    /// The company's fingerprint; empty when RO App showed no company.
    pub company: String,
    /// RO App refused the key: nothing is written until a person fixes it.
    pub needs_key: bool,
    /// Why RO App refused the key, if it did.
    pub reason: Option<Said>,
    /// When the account entered its present state.
    pub state_since: DateTime<Utc>,
    /// The last authenticated answer.
    pub last_success_at: Option<DateTime<Utc>>,
    /// Start of the present outage.
    pub failing_since: Option<DateTime<Utc>>,
    /// The last error.
    pub last_error: Option<Said>,
    /// Whether discount amounts are per line or per unit; `None` until that is known.
    pub discount_per: Option<PerWhat>,
    /// RO App has been read for our markers up to this time.
    pub read_up_to: DateTime<Utc>,
    /// Nothing is written before this time.
    pub retry_at: DateTime<Utc>,
    /// `retry_at` is in the future, by the database's clock.
    pub rests: bool,
    /// The rate of calls that is set.
    pub rate: Rate,
    /// Calls a second now.
    pub calls_per_second: f64,
    /// Its stores that are not removed.
    pub stores: i64,
}

/// The place that the API key is sealed for.
#[must_use]
pub fn key_place(account: AccountId) -> Place {
    Place { table: "account", row: account.to_string(), column: "api_key" }
}

struct Row {
    id: i64,
    name: String,
    base_url: String,
    api_key: Option<Vec<u8>>,
    company: String,
    state: String,
    reason: Option<Json>,
    state_since: DateTime<Utc>,
    last_success_at: Option<DateTime<Utc>>,
    failing_since: Option<DateTime<Utc>>,
    last_error: Option<Json>,
    discount_per: String,
    read_up_to: DateTime<Utc>,
    retry_at: DateTime<Utc>,
    rests: bool,
    calls_per_second: f64,
    is_auto: bool,
    stores: i64,
}

impl TryFrom<Row> for Account {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let unknown = |column, word: &str| unknown_word("account", row.id, column, word);
        let needs_key = match row.state.as_str() {
            "active" => false,
            "needs_key" => true,
            word => return Err(unknown("state", word)),
        };
        let discount_per = match row.discount_per.as_str() {
            "unknown" => None,
            "line" => Some(PerWhat::Line),
            "unit" => Some(PerWhat::Unit),
            word => return Err(unknown("discount_per", word)),
        };
        Ok(Self {
            id: AccountId::new(row.id),
            name: row.name,
            base_url: row.base_url,
            api_key: row.api_key.map(Sealed),
            company: row.company,
            needs_key,
            reason: said::read_any("account", row.id, "reason", row.reason)?,
            state_since: row.state_since,
            last_success_at: row.last_success_at,
            failing_since: row.failing_since,
            last_error: said::read_any("account", row.id, "last_error", row.last_error)?,
            discount_per,
            read_up_to: row.read_up_to,
            retry_at: row.retry_at,
            rests: row.rests,
            rate: if row.is_auto { Rate::Auto } else { Rate::Fixed(row.calls_per_second) },
            calls_per_second: row.calls_per_second,
            stores: row.stores,
        })
    }
}

/// All accounts that are not removed, by name, or only those of these ids.
async fn select(by: impl PgExecutor<'_>, ids: Option<&[AccountId]>) -> Result<Vec<Row>, DbError> {
    let ids: Option<Vec<_>> = ids.map(|ids| ids.iter().map(|id| id.get()).collect());
    let rows = sqlx::query_as!(
        Row,
        r#"/* accounts.select */ SELECT a.id, a.name, a.base_url, a.api_key, a.company, a.state, a.reason, a.state_since,
               a.last_success_at, a.failing_since, a.last_error, a.discount_per, a.read_up_to,
               greatest(a.retry_at, 'epoch') AS "retry_at!", a.retry_at > clock_timestamp() AS "rests!",
               round(1 / extract(epoch FROM present_gap(p)), 3)::float8 AS "calls_per_second!", p.is_auto,
               (SELECT count(*) FROM store s WHERE s.account_id = a.id AND s.removed_at IS NULL) AS "stores!"
           FROM account a JOIN pace p ON p.account_id = a.id
           WHERE a.removed_at IS NULL AND ($1::bigint[] IS NULL OR a.id = ANY($1)) ORDER BY a.name"#,
        ids.as_deref()
    )
    .fetch_all(by)
    .await?;
    Ok(rows)
}

/// All accounts that are not removed, by name.
pub async fn list(pool: &PgPool) -> Result<Vec<Account>, DbError> {
    select(pool, None).await?.into_iter().map(Account::try_from).collect()
}

/// One account; `None` when it does not exist or is removed.
pub async fn get(pool: &PgPool, id: AccountId) -> Result<Option<Account>, DbError> {
    select(pool, Some(&[id])).await?.pop().map(Account::try_from).transpose()
}

/// These accounts, as far as they exist and are not removed. A row that cannot be read affects its own account only.
pub async fn each_of(
    by: impl PgExecutor<'_>,
    ids: &[AccountId],
) -> Result<Vec<(AccountId, Result<Account, DbError>)>, DbError> {
    let read = |row: Row| (AccountId::new(row.id), Account::try_from(row));
    Ok(select(by, Some(ids)).await?.into_iter().map(read).collect())
}

/// Adds an account, or restores the removed account of the same company with all its links. `seal` is called once the id is
/// known, because the key is sealed for the account's row.
///
/// # Errors
/// [`DbError::Taken`] when another account has the name or the company, [`DbError::Seal`] when `seal` fails.
pub async fn add(
    pool: &PgPool,
    name: &str,
    base_url: &str,
    company: &str,
    rate: Rate,
    seal: impl FnOnce(AccountId) -> Result<Sealed, SecretsError>,
) -> Result<AccountId, DbError> {
    let mut tx = begin(pool).await?;
    let old = sqlx::query!(
        r#"/* accounts.same_company */ SELECT id, name, removed_at IS NULL AS "live!" FROM account
           WHERE base_url = $1 AND company = $2 AND company <> '' FOR UPDATE"#,
        base_url,
        company
    )
    .fetch_optional(&mut *tx)
    .await?;
    if let Some(old) = old.as_ref().filter(|old| old.live) {
        let why = Said::new("company-taken").with("account", old.name.as_str());
        return Err(DbError::Taken { key: "", why });
    }
    let taken =
        |error| DbError::name_taken(error, "account_name", || Said::new("account-name-taken").with("name", name));
    let id = match old {
        Some(old) => {
            sqlx::query!(
                "/* accounts.revive */ UPDATE account SET name = $2, removed_at = NULL, state = 'active', reason = NULL,
                     state_since = now(), due_at = now(), failures = 0, failing_since = NULL, retry_at = '-infinity'
                 WHERE id = $1",
                old.id,
                name
            )
            .execute(&mut *tx)
            .await
            .map_err(taken)?;
            old.id
        }
        None => sqlx::query_scalar!(
            "/* accounts.insert */ INSERT INTO account (name, base_url, company) VALUES ($1, $2, $3) RETURNING id",
            name,
            base_url,
            company
        )
        .fetch_one(&mut *tx)
        .await
        .map_err(taken)?,
    };
    let id = AccountId::new(id);
    sqlx::query!(
        "/* accounts.pace */ INSERT INTO pace (account_id, gap, is_auto, next_at)
         VALUES ($1, make_interval(secs => 1 / $2::float8), $3, clock_timestamp() + make_interval(secs => 1 / $2::float8))
         ON CONFLICT (account_id) DO UPDATE SET gap = excluded.gap, is_auto = excluded.is_auto, slowed_at = '-infinity'",
        id.get(),
        rate.first(),
        rate == Rate::Auto
    )
    .execute(&mut *tx)
    .await?;
    set_key(&mut tx, id, &seal(id)?).await?;
    tx.commit().await?;
    Ok(id)
}

/// Saves a new key that RO App has just accepted; the account works again.
pub async fn set_key(tx: &mut PgTransaction<'_>, id: AccountId, key: &Sealed) -> Result<(), DbError> {
    sqlx::query!(
        "/* accounts.set_key */ UPDATE account SET api_key = $2, state = 'active', reason = NULL, state_since = now(),
             failures = 0, failing_since = NULL, retry_at = '-infinity', due_at = now(), last_success_at = now() WHERE id = $1",
        id.get(),
        key.0
    )
    .execute(&mut **tx)
    .await?;
    notices::clear(tx, id, None, &Plain::RoApp.into()).await?;
    Ok(())
}

/// Changes how often the account's API may be called.
pub async fn set_rate(tx: &mut PgTransaction<'_>, id: AccountId, rate: Rate) -> Result<(), DbError> {
    sqlx::query!(
        "/* accounts.set_rate */ UPDATE pace SET gap = make_interval(secs => 1 / $2::float8), is_auto = $3, slowed_at = '-infinity'
         WHERE account_id = $1",
        id.get(),
        rate.first(),
        rate == Rate::Auto
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Gives the account another name.
///
/// # Errors
/// [`DbError::Taken`] when another account has it.
pub async fn set_name(tx: &mut PgTransaction<'_>, id: AccountId, name: &str) -> Result<(), DbError> {
    sqlx::query!("/* accounts.set_name */ UPDATE account SET name = $2 WHERE id = $1", id.get(), name)
        .execute(&mut **tx)
        .await
        .map_err(|error| {
            DbError::name_taken(error, "account_name", || Said::new("account-name-taken").with("name", name))
        })?;
    Ok(())
}

/// Tries the account at once, because a person says that the reason for its pause is over. A refusal stays on display until RO
/// App accepts a call.
pub async fn free(tx: &mut PgTransaction<'_>, id: AccountId) -> Result<(), DbError> {
    sqlx::query!(
        "/* accounts.free */ UPDATE account SET retry_at = '-infinity', due_at = now(), watch_at = least(watch_at, now())
         WHERE id = $1",
        id.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Removes an account: erases the key and keeps the links.
pub async fn remove(tx: &mut PgTransaction<'_>, id: AccountId) -> Result<(), DbError> {
    hooks::forget(tx, id).await?;
    sqlx::query!("/* accounts.remove */ UPDATE account SET removed_at = now(), api_key = NULL WHERE id = $1", id.get())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Records that RO App answered an authenticated call.
pub async fn succeeded(tx: &mut PgTransaction<'_>, id: AccountId) -> Result<(), DbError> {
    sqlx::query!(
        "/* accounts.succeeded */ UPDATE account SET last_success_at = now(), failing_since = NULL, failures = 0,
             last_error = NULL, retry_at = '-infinity', state = 'active', reason = NULL,
             state_since = CASE WHEN state = 'active' THEN state_since ELSE now() END WHERE id = $1",
        id.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Records that RO App is unavailable: nothing is written for 10 s, doubled with each failure up to 5 minutes, and for at least
/// `after` seconds. True for the first failure in a row.
pub async fn failed(tx: &mut PgTransaction<'_>, id: AccountId, error: &Said, after: f64) -> Result<bool, DbError> {
    let first = sqlx::query_scalar!(
        r#"/* accounts.failed */ UPDATE account SET failing_since = coalesce(failing_since, now()), last_error = $2,
             failures = failures + 1,
             retry_at = clock_timestamp() + make_interval(secs => greatest($3::float8, least(300, 10 * 2 ^ least(failures, 8))))
           WHERE id = $1 RETURNING failures = 1 AS "first!""#,
        id.get(),
        said::to_json(error),
        after
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(first)
}

/// Records that RO App refuses this key: all stores of the account wait for a person, and the key is tried again every six
/// hours. False when the account has another key by now, which has not been tried yet.
pub async fn refused(
    tx: &mut PgTransaction<'_>,
    id: AccountId,
    key: Option<&Sealed>,
    reason: &Said,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "/* accounts.refused */ UPDATE account SET state = 'needs_key', reason = $2, last_error = $2,
             state_since = CASE WHEN state = 'needs_key' THEN state_since ELSE now() END,
             retry_at = clock_timestamp() + interval '6 hours' WHERE id = $1 AND api_key IS NOT DISTINCT FROM $3",
        id.get(),
        said::to_json(reason),
        key.map(|key| key.0.as_slice())
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Saves how RO App takes discount amounts (contract roapp unknown 31).
pub async fn learn_discount(tx: &mut PgTransaction<'_>, id: AccountId, per: PerWhat) -> Result<(), DbError> {
    let word = match per {
        PerWhat::Line => "line",
        PerWhat::Unit => "unit",
    };
    sqlx::query!("/* accounts.learn_discount */ UPDATE account SET discount_per = $2 WHERE id = $1", id.get(), word)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Records a watch over RO App: every change up to `read_up_to` is saved, and the next watch follows after `next`.
pub async fn watched(
    tx: &mut PgTransaction<'_>,
    account: AccountId,
    read_up_to: Option<DateTime<Utc>>,
    next: Duration,
) -> Result<(), DbError> {
    sqlx::query!(
        "/* accounts.watched */ UPDATE account SET read_up_to = greatest(read_up_to, $2),
             watch_at = clock_timestamp() + $3 * interval '1 second' WHERE id = $1",
        account.get(),
        read_up_to,
        seconds(next)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
