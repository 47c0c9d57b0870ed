//! Accounts as shown to a person.

use serde::Serialize;
use sqlx::PgPool;

use crate::{
    admin::{AdminError, Moment, Told, json::filled},
    db::accounts::{self, Account},
    domain::{dictionary::Names, rate::Rate},
};

/// An account and its state.
#[derive(Debug, Clone, Serialize)]
pub struct AccountRow {
    /// Its name.
    pub name: String,
    /// Base URL of the API.
    pub base_url: String,
    /// The company's fingerprint; empty where RO App shows none.
    #[serde(serialize_with = "filled")]
    pub company: String,
    /// `active` or `needs_key`.
    pub state: &'static str,
    /// Why; none while everything works.
    pub reason: Option<Told>,
    /// Since when.
    pub since: Moment,
    /// Stores that are not removed.
    pub stores: i64,
    /// Calls a second to RO App now.
    pub calls_per_second: f64,
    /// It is found out how many RO App takes.
    pub is_auto: bool,
    /// Last answer of RO App.
    pub last_success_at: Option<Moment>,
    /// Start of the present outage.
    pub failing_since: Option<Moment>,
    /// The last failure.
    pub last_error: Option<Told>,
}

/// Every account, by name.
///
/// # Errors
/// When the database fails.
pub async fn accounts(pool: &PgPool) -> Result<Vec<AccountRow>, AdminError> {
    Ok(accounts::list(pool).await?.into_iter().map(row).collect())
}

fn row(account: Account) -> AccountRow {
    AccountRow {
        state: if account.needs_key { "needs_key" } else { "active" },
        name: account.name,
        base_url: account.base_url,
        company: account.company,
        reason: Told::of(account.reason.as_ref(), &Names::default()),
        since: Moment(account.state_since),
        stores: account.stores,
        calls_per_second: account.calls_per_second,
        is_auto: account.rate == Rate::Auto,
        last_success_at: account.last_success_at.map(Moment),
        failing_since: account.failing_since.map(Moment),
        last_error: Told::of(account.last_error.as_ref(), &Names::default()),
    }
}
