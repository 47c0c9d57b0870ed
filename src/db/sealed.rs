//! All sealed values in the database: whether a key matches them, and what happens when a key is lost.

use sqlx::PgPool;

use super::{DbError, begin, hooks, subscriptions::url_place};
use crate::{
    db::{accounts::key_place, said, stores::password_place},
    domain::{
        ids::{AccountId, StoreId},
        said::Said,
    },
    secrets::{Keyring, Place, Sealed, SealedBy},
};

/// One sealed value.
#[derive(Debug, Clone)]
struct Value {
    place: Place,
    sealed: Sealed,
    /// A description for people.
    what: String,
}

/// How well a key matches the sealed values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fit {
    /// Values that it opens.
    pub opened: usize,
    /// API keys of accounts that it opens: without one, no account can be worked on.
    pub accounts: usize,
    /// The keys and counts of the values that it does not open.
    pub unopened: SealedBy,
}

impl Fit {
    /// The key belongs to another database or another time: it opens no account, or opens less than it leaves closed.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        self.unopened.count() > 0 && (self.accounts == 0 || self.unopened.count() > self.opened)
    }
}

/// Tries a key on all sealed values.
pub async fn fit(pool: &PgPool, keyring: &Keyring) -> Result<Fit, DbError> {
    let mut fit = Fit::default();
    for value in values(pool).await? {
        if keyring.open(&value.place, &value.sealed).is_ok() {
            fit.opened += 1;
            fit.accounts += usize::from(value.place.table == "account");
        } else {
            fit.unopened.note(&value.sealed.key_id().unwrap_or_else(|| "unknown".to_owned()), value.what);
        }
    }
    Ok(fit)
}

/// Which keys sealed the values.
pub async fn sealed_by(pool: &PgPool) -> Result<SealedBy, DbError> {
    let mut sealed = SealedBy::default();
    for value in values(pool).await? {
        sealed.note(&value.sealed.key_id().unwrap_or_else(|| "unknown".to_owned()), value.what);
    }
    Ok(sealed)
}

/// All sealed values, accounts before stores, by name. Values that were given up are not included.
async fn values(pool: &PgPool) -> Result<Vec<Value>, DbError> {
    let rows = sqlx::query!(
        r#"/* sealed.values */ SELECT kind AS "kind!", id AS "id!", name AS "name!", sealed AS "sealed!" FROM (
               SELECT 1 AS kind, id, name, api_key AS sealed FROM account WHERE removed_at IS NULL
               UNION ALL SELECT 2, h.account_id, a.name, h.secret FROM account_hook h JOIN account a ON a.id = h.account_id
               UNION ALL SELECT 3, h.account_id, a.name, h.signing_secret FROM account_hook h JOIN account a ON a.id = h.account_id
               UNION ALL SELECT 4, id, name, password FROM store WHERE removed_at IS NULL
               UNION ALL SELECT 5, h.store_id, s.name, h.target_url FROM store_hook h JOIN store s ON s.id = h.store_id
           ) sealed WHERE octet_length(sealed) > 0 ORDER BY kind, name, id"#
    )
    .fetch_all(pool)
    .await?;
    let value = |kind, id, name: String, sealed| {
        let (account, store) = (AccountId::new(id), StoreId::new(id));
        let (place, what) = match kind {
            1 => (key_place(account), format!("the API key of the account {name:?}")),
            2 => (hooks::secret_place(account), format!("the webhook URL of the account {name:?}")),
            3 => (hooks::signing_place(account), format!("the webhook secret of the account {name:?}")),
            4 => (password_place(store), format!("the password of the store {name:?}")),
            _ => (url_place(store), format!("the webhook URL of the store {name:?}")),
        };
        Value { place, sealed: Sealed(sealed), what }
    };
    Ok(rows.into_iter().map(|row| value(row.kind, row.id, row.name, row.sealed)).collect())
}

/// Whether this key sealed the API key of any account; true if there is no account.
pub async fn opens_any_account(pool: &PgPool, key_id: &str) -> Result<bool, DbError> {
    let opens = sqlx::query_scalar!(
        r#"/* sealed.opens_any_account */ SELECT
               NOT EXISTS (SELECT FROM account WHERE removed_at IS NULL AND octet_length(api_key) > 2)
               OR EXISTS (SELECT FROM account WHERE removed_at IS NULL
                          AND CASE WHEN octet_length(api_key) > 2 THEN substr(api_key, 3, get_byte(api_key, 1)) = $1 END) AS "opens!""#,
        key_id.as_bytes()
    );
    Ok(opens.fetch_one(pool).await?)
}

/// Erases all values sealed with a key that is lost for good, and returns how many there were. Accounts then wait for their API
/// key, stores for their password.
pub async fn give_up(pool: &PgPool, key_id: &str) -> Result<i64, DbError> {
    let account = said::to_json(&Said::new("api-key-given-up").with("key", key_id));
    let store = said::to_json(&Said::new("password-given-up").with("key", key_id));
    let mut tx = begin(pool).await?;
    let erased = sqlx::query_scalar!(
        r#"/* sealed.give_up */ WITH header AS (
               SELECT decode('01', 'hex') || set_byte(decode('00', 'hex'), 0, octet_length($1::bytea)) || $1::bytea AS is
           ), accounts AS (
               UPDATE account SET api_key = '', state = 'needs_key', reason = $2, last_error = $2, state_since = now(),
                      retry_at = clock_timestamp() + interval '6 hours'
               FROM header WHERE substr(api_key, 1, octet_length(header.is)) = header.is RETURNING 1
           ), stores AS (
               UPDATE store SET password = '', reason = $3, last_error = $3, state_since = now(),
                      resume_state = CASE WHEN state IN ('draft', 'importing', 'active') THEN state ELSE resume_state END,
                      state = CASE WHEN state IN ('importing', 'active') THEN 'needs_credentials' ELSE state END
               FROM header WHERE substr(password, 1, octet_length(header.is)) = header.is RETURNING 1
           ), urls AS (
               DELETE FROM account_hook USING header
               WHERE substr(secret, 1, octet_length(header.is)) = header.is RETURNING 1
           ), signing AS (
               UPDATE account_hook SET signing_secret = '' FROM header
               WHERE substr(signing_secret, 1, octet_length(header.is)) = header.is
                 AND substr(secret, 1, octet_length(header.is)) <> header.is RETURNING 1
           ), targets AS (
               UPDATE store_hook SET target_url = NULL FROM header
               WHERE substr(target_url, 1, octet_length(header.is)) = header.is RETURNING 1
           )
           SELECT (SELECT count(*) FROM accounts) + (SELECT count(*) FROM stores) + (SELECT count(*) FROM urls)
                + (SELECT count(*) FROM signing) + (SELECT count(*) FROM targets) AS "erased!""#,
        key_id.as_bytes(),
        account,
        store
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(erased)
}
