//! Stores: identity, settings, state. `polls.rs` records what happens to them while they are worked on.

use serde_json::Value as Json;
use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::{PgExecutor, PgPool, PgTransaction};

use super::settings;
use crate::{
    db::{
        DbError, accounts, begin, catalogue, claims, hosts, leases, notices, rehearsals, said, seconds, subscriptions,
        transitions, unknown_word,
    },
    domain::{
        ids::{AccountId, StatusId, StoreId},
        notice::Topic,
        order_state::OrderState,
        said::Said,
        store::{Settings, StoreState},
    },
    secrets::{Place, Sealed, SecretsError},
};

/// A store with everything known about it, its password still sealed.
#[derive(Debug, Clone)]
pub struct Store {
    /// Our id.
    pub id: StoreId,
    /// The account that it belongs to.
    pub account: AccountId,
    /// The account's name.
    pub account_name: String,
    /// The host in its markers, which never changes.
    pub marker_host: String,
    /// The settings that its owner chose.
    pub settings: Settings,
    /// `None` once the store is removed.
    pub password: Option<Sealed>,
    /// Its state.
    pub state: StoreState,
    /// Why it waits, if it does.
    pub reason: Option<Said>,
    /// When it entered the state.
    pub state_since: DateTime<Utc>,
    /// When the store was connected.
    pub connected_at: Option<DateTime<Utc>>,
    /// Start of the import's window, in the store's zone.
    pub window_from: Option<NaiveDateTime>,
    /// When every order of the window was saved.
    pub listed_at: Option<DateTime<Utc>>,
    /// When nothing of the import waited any more.
    pub finished_at: Option<DateTime<Utc>>,
    /// When the newest saved order was placed, in the store's zone.
    pub watermark: Option<NaiveDateTime>,
    /// When the next poll is due.
    pub next_poll_at: DateTime<Utc>,
    /// When the last successful poll was.
    pub last_success_at: Option<DateTime<Utc>>,
    /// Start of the present outage.
    pub failing_since: Option<DateTime<Utc>>,
    /// Failed polls in a row.
    pub failures: i32,
    /// The last error.
    pub last_error: Option<Said>,
    /// When the login was first refused, while a second refusal is awaited.
    pub login_refused_at: Option<DateTime<Utc>>,
    /// The first work order showed its marker.
    pub marker_read_back: bool,
    /// RO App was searched for work orders of the store that were made since its window began.
    pub looked_back: bool,
    /// How many work orders in a row RO App refused for the same reason.
    pub refusals: i32,
    /// The last status seen that the order type gave a new work order; RO App's may have changed since.
    pub initial_status: Option<StatusId>,
}

impl Store {
    /// Whether the daemon works on it now: it is enabled, its import was requested, and it is not stopped.
    #[must_use]
    pub fn is_worked(&self) -> bool {
        self.settings.enabled && self.state.is_worked()
    }
}

/// The place that the password is sealed for.
#[must_use]
pub fn password_place(store: StoreId) -> Place {
    Place { table: "store", row: store.to_string(), column: "password" }
}

struct Row {
    id: i64,
    account_id: i64,
    account_name: String,
    name: String,
    marker_host: String,
    settings: serde_json::Value,
    password: Option<Vec<u8>>,
    state: String,
    reason: Option<Json>,
    state_since: DateTime<Utc>,
    connected_at: Option<DateTime<Utc>>,
    window_from: Option<NaiveDateTime>,
    import_listed_at: Option<DateTime<Utc>>,
    import_finished_at: Option<DateTime<Utc>>,
    watermark: Option<NaiveDateTime>,
    next_poll_at: DateTime<Utc>,
    last_success_at: Option<DateTime<Utc>>,
    failing_since: Option<DateTime<Utc>>,
    failures: i32,
    last_error: Option<Json>,
    login_refused_at: Option<DateTime<Utc>>,
    marker_read_back: bool,
    looked_back: bool,
    refusals: i32,
    initial_status: Option<i64>,
}

impl TryFrom<Row> for Store {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            id: StoreId::new(row.id),
            account: AccountId::new(row.account_id),
            account_name: row.account_name,
            marker_host: row.marker_host,
            settings: settings::from_json(row.id, row.settings)?,
            password: row.password.map(Sealed),
            state: StoreState::read(&row.state).ok_or_else(|| unknown_word("store", row.id, "state", &row.state))?,
            reason: said::read_any("store", row.id, "reason", row.reason)?,
            state_since: row.state_since,
            connected_at: row.connected_at,
            window_from: row.window_from,
            listed_at: row.import_listed_at,
            finished_at: row.import_finished_at,
            watermark: row.watermark,
            next_poll_at: row.next_poll_at,
            last_success_at: row.last_success_at,
            failing_since: row.failing_since,
            failures: row.failures,
            last_error: said::read_any("store", row.id, "last_error", row.last_error)?,
            login_refused_at: row.login_refused_at,
            marker_read_back: row.marker_read_back,
            looked_back: row.looked_back,
            refusals: row.refusals,
            initial_status: row.initial_status.map(StatusId::new),
        })
    }
}

/// The stores of these accounts whose poll is due. A row that cannot be read affects its own store only.
pub async fn due(
    by: impl PgExecutor<'_>,
    accounts: &[AccountId],
) -> Result<Vec<(AccountId, Result<Store, (StoreId, DbError)>)>, DbError> {
    let accounts: Vec<_> = accounts.iter().map(|id| id.get()).collect();
    let read = |row: Row| {
        let (account, id) = (AccountId::new(row.account_id), StoreId::new(row.id));
        (account, Store::try_from(row).map_err(|error| (id, error)))
    };
    Ok(rows(by, None, Some(&accounts), true).await?.into_iter().map(read).collect())
}

/// A store whose row this release cannot read.
#[derive(Debug)]
pub struct Odd {
    /// Its id.
    pub id: StoreId,
    /// Its name within the account.
    pub name: String,
    /// The account that it belongs to.
    pub account: AccountId,
    /// `ACCOUNT/NAME`.
    pub called: String,
    /// What cannot be read, with table, column and row.
    pub error: DbError,
}

/// The stores that are not removed, by account and name; those whose rows cannot be read are returned separately, so that they
/// never hide the others.
pub async fn each(pool: &PgPool, account: Option<AccountId>) -> Result<(Vec<Store>, Vec<Odd>), DbError> {
    let (mut stores, mut odd) = (Vec::new(), Vec::new());
    let accounts = account.map(|account| [account.get()]);
    for row in rows(pool, None, accounts.as_ref().map(<[i64; 1]>::as_slice), false).await? {
        let (id, account, name) = (StoreId::new(row.id), AccountId::new(row.account_id), row.name.clone());
        let called = format!("{}/{name}", row.account_name);
        match Store::try_from(row) {
            Ok(store) => stores.push(store),
            Err(error) => odd.push(Odd { id, name, account, called, error }),
        }
    }
    Ok((stores, odd))
}

/// Makes a store due no earlier than `pause` from now.
pub async fn put_off(tx: &mut PgTransaction<'_>, id: StoreId, pause: Duration) -> Result<(), DbError> {
    sqlx::query!(
        "/* stores.put_off */ UPDATE store SET next_poll_at = clock_timestamp() + $2 * interval '1 second' WHERE id = $1",
        id.get(),
        seconds(pause)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn rows(
    by: impl PgExecutor<'_>,
    id: Option<i64>,
    accounts: Option<&[i64]>,
    due: bool,
) -> Result<Vec<Row>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "/* stores.rows */ SELECT s.id, s.account_id, a.name AS account_name, s.name, s.marker_host, s.settings, s.password, s.state,
             s.reason, s.state_since, s.connected_at, s.window_from, s.import_listed_at, s.import_finished_at, s.watermark,
             s.next_poll_at, s.last_success_at, s.failing_since, s.failures, s.last_error, s.login_refused_at,
             s.marker_read_back, s.looked_back, s.refusals, s.initial_status
         FROM store s JOIN account a ON a.id = s.account_id
         WHERE s.removed_at IS NULL AND ($1::bigint IS NULL OR s.id = $1) AND ($2::bigint[] IS NULL OR s.account_id = ANY($2))
           AND (NOT $3::boolean OR (s.next_poll_at <= clock_timestamp() AND s.state NOT IN ('draft', 'paused')
                AND s.settings->'enabled' IS DISTINCT FROM 'false'))
         ORDER BY a.name, s.name",
        id,
        accounts,
        due
    )
    .fetch_all(by)
    .await?;
    Ok(rows)
}

/// One store; `None` when it does not exist or is removed.
pub async fn get(pool: &PgPool, id: StoreId) -> Result<Option<Store>, DbError> {
    rows(pool, Some(id.get()), None, false).await?.pop().map(Store::try_from).transpose()
}

/// Saves a new store as a draft, or restores the removed store of the same shop with its links: the one of this host, or `same`
/// if the shop is known to have moved. `seal` is called once the id is known, because the password is sealed for the store's
/// row.
///
/// # Errors
/// [`DbError::Taken`] when the account already has the shop or the name, [`DbError::Seal`] when `seal` fails.
pub async fn add(
    pool: &PgPool,
    account: AccountId,
    (same, host): (Option<StoreId>, &str),
    new: &Settings,
    seal: impl FnOnce(StoreId) -> Result<Sealed, SecretsError>,
) -> Result<StoreId, DbError> {
    let mut tx = begin(pool).await?;
    let old = sqlx::query!(
        r#"/* stores.same_shop */ SELECT s.id, s.name, s.removed_at IS NULL AS "live!" FROM store s
           WHERE s.account_id = $1
             AND (s.id = $3 OR EXISTS (SELECT 1 FROM store_host h WHERE h.store_id = s.id AND h.host = $2)) FOR UPDATE"#,
        account.get(),
        host,
        same.map(StoreId::get)
    )
    .fetch_optional(&mut *tx)
    .await?;
    if let Some(old) = old.as_ref().filter(|old| old.live) {
        let why = Said::new("shop-taken").with("store", old.name.as_str()).with("why", "");
        return Err(DbError::Taken { key: "site_url", why });
    }
    let json = settings::to_json(new)?;
    let id = match old {
        Some(old) => {
            rehearsals::forget(&mut tx, StoreId::new(old.id)).await?;
            sqlx::query!(
                "/* stores.revive */ UPDATE store SET name = $2, settings = $3, removed_at = NULL, state = 'draft', reason = NULL,
                     state_since = now(), failures = 0, failing_since = NULL, last_error = NULL, login_refused_at = NULL,
                     refusals = 0, refusal = NULL, resume_state = NULL,
                     marker_read_back = marker_read_back AND settings->'order_type_id' = $3::jsonb->'order_type_id',
                     initial_status = CASE WHEN settings->'order_type_id' = $3::jsonb->'order_type_id' THEN initial_status END
                 WHERE id = $1",
                old.id,
                new.name,
                json
            )
            .execute(&mut *tx)
            .await
            .map_err(|error| name_taken(error, new))?;
            // The notices that stopped the store date from before its removal.
            notices::clear_stops(&mut tx, StoreId::new(old.id)).await?;
            old.id
        }
        None => sqlx::query_scalar!(
            "/* stores.insert */ INSERT INTO store (account_id, name, marker_host, settings) VALUES ($1, $2, $3, $4)
                 RETURNING id",
            account.get(),
            new.name,
            host,
            json
        )
        .fetch_one(&mut *tx)
        .await
        .map_err(|error| name_taken(error, new))?,
    };
    let id = StoreId::new(id);
    hosts::add(&mut tx, account, id, host).await?;
    set_password(&mut tx, id, &seal(id)?).await?;
    tx.commit().await?;
    Ok(id)
}

fn name_taken(error: sqlx::Error, new: &Settings) -> DbError {
    let why = || Said::new("store-name-taken").with("name", new.name.as_str()).with("why", "");
    DbError::name_taken(error, "store_name", why)
}

/// Saves a password.
pub async fn set_password(tx: &mut PgTransaction<'_>, id: StoreId, password: &Sealed) -> Result<(), DbError> {
    sqlx::query!("/* stores.set_password */ UPDATE store SET password = $2 WHERE id = $1", id.get(), password.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Saves changed settings, and has the store read and the settings checked at once. A store that waited for credentials
/// continues. Another order type gives other initial statuses and may not show the marker, so both are learned again.
///
/// # Errors
/// [`DbError::Taken`] when somebody else changed the settings since `store` was read, or another store of this account has the name.
pub async fn set_settings(tx: &mut PgTransaction<'_>, store: &Store, new: &Settings) -> Result<(), DbError> {
    let saved = sqlx::query_scalar!(
        "/* stores.saved_settings */ SELECT settings FROM store WHERE id = $1 FOR UPDATE",
        store.id.get()
    );
    if settings::from_json(store.id.get(), saved.fetch_one(&mut **tx).await?)? != store.settings {
        return Err(DbError::Taken { key: "", why: Said::new("settings-changed-meanwhile") });
    }
    subscriptions::try_again(tx, store.id).await?;
    let moved = store.settings.time_zone != new.time_zone;
    sqlx::query!(
        "/* stores.set_settings */ UPDATE store SET name = $2, settings = $3, next_poll_at = now(), login_refused_at = NULL,
             marker_read_back = marker_read_back AND settings->'order_type_id' = $3::jsonb->'order_type_id',
             initial_status = CASE WHEN settings->'order_type_id' = $3::jsonb->'order_type_id' THEN initial_status END,
             statuses_read_at = NULL, offer_checked_at = NULL, zone_signs = CASE WHEN $4 THEN '{}' ELSE zone_signs END,
             state = CASE WHEN state = 'needs_credentials' THEN coalesce(resume_state, 'active') ELSE state END,
             reason = CASE WHEN state = 'needs_credentials' THEN NULL ELSE reason END,
             state_since = CASE WHEN state = 'needs_credentials' THEN now() ELSE state_since END
         WHERE id = $1",
        store.id.get(),
        new.name,
        settings::to_json(new)?,
        moved
    )
    .execute(&mut **tx)
    .await
    .map_err(|error| name_taken(error, new))?;
    if moved {
        notices::clear(tx, store.account, Some(store.id), &Topic::Zone).await?;
    }
    if store.settings != *new {
        rehearsals::forget(tx, store.id).await?;
    }
    if store.settings.language != new.language {
        catalogue::forget(tx, store.id).await?;
    }
    leases::wake(tx, store.account).await
}

/// Moves a store to a state. [`resume`] later restores the state that a pause or a refused login interrupts.
pub async fn set_state(
    tx: &mut PgTransaction<'_>,
    id: StoreId,
    state: StoreState,
    reason: &Said,
) -> Result<(), DbError> {
    sqlx::query!(
        "/* stores.set_state */ UPDATE store SET state = $2, reason = $3, state_since = now(),
             resume_state = CASE WHEN state IN ('draft', 'importing', 'active') THEN state ELSE resume_state END WHERE id = $1",
        id.get(),
        state.word(),
        said::to_json(reason)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Continues in the state that a pause or a refused login interrupted, and tries everything again that waited: orders that
/// failed, are held or incomplete or wait for their next try, and the account's key.
pub async fn resume(tx: &mut PgTransaction<'_>, store: &Store) -> Result<(), DbError> {
    subscriptions::try_again(tx, store.id).await?;
    transitions::wake_all(tx, store.id, &[OrderState::Failed, OrderState::Held, OrderState::Incomplete]).await?;
    transitions::try_now(tx, store.id).await?;
    sqlx::query!(
        "/* stores.resume */ UPDATE store SET state = coalesce(resume_state, 'active'), reason = NULL, state_since = now(),
             next_poll_at = now(), login_refused_at = NULL, refusals = 0, refusal = NULL WHERE id = $1",
        store.id.get()
    )
    .execute(&mut **tx)
    .await?;
    notices::clear_stops(tx, store.id).await?;
    claims::examined(tx, store.id).await?;
    accounts::free(tx, store.account).await
}

/// Saves the status that the last work order of a store was made with.
pub(in crate::db) async fn set_initial_status(
    tx: &mut PgTransaction<'_>,
    store: StoreId,
    status: StatusId,
) -> Result<(), DbError> {
    sqlx::query!(
        "/* stores.set_initial_status */ UPDATE store SET initial_status = $2 WHERE id = $1 AND initial_status IS DISTINCT FROM $2",
        store.get(),
        status.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Removes a store: erases the credentials, and keeps identity and links.
pub async fn remove(pool: &PgPool, id: StoreId) -> Result<(), DbError> {
    let mut tx = begin(pool).await?;
    subscriptions::forget(&mut tx, id).await?;
    sqlx::query!("/* stores.remove */ UPDATE store SET removed_at = now(), password = NULL WHERE id = $1", id.get())
        .execute(&mut *tx)
        .await?;
    Ok(tx.commit().await?)
}
