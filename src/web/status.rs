//! `/status`: the state of every account and store for an operator, as JSON. Contains no secrets and no buyers' data. Once there is a
//! user, it is for users, who see what they reach, and for monitoring, which shows a token.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    routing::get,
};
use axum_extra::extract::CookieJar;
use chrono::{DateTime, Utc};
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};
use sqlx::PgPool;
use tokio::time::timeout;

use super::{Ready, pages::SESSION};
use crate::{
    admin::{self, Told},
    db::{
        self, DbError,
        accounts::{self, Account},
        processes::{self, Process},
        status::{self, PlacedNotice, StateCount},
        stores::{self, Odd, Store},
    },
    domain::{dictionary::Names, said::Said, user::Reach},
    hook_url,
    secrets::Sealed,
};

/// A database that does not answer within this time counts as unavailable.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);

pub(super) fn routes(ready: Ready) -> Router {
    Router::new().route("/status", get(answer)).with_state(ready)
}

async fn answer(State(ready): State<Ready>, headers: HeaderMap) -> (StatusCode, Json<Value>) {
    let obstacle = ready.obstacle().await;
    let Ok(reach) = reach(&ready, &headers).await else {
        if obstacle.is_some() {
            let shown = json!({"ready": false, "reason": obstacle, "version": env!("CARGO_PKG_VERSION")});
            return (StatusCode::SERVICE_UNAVAILABLE, Json(shown));
        }
        let fix = "sign in to the pages in this browser, or send `Authorization: Bearer` and the http.status_token of the settings";
        return (StatusCode::UNAUTHORIZED, Json(json!({"error": fix})));
    };
    let (pool, key_id) = (ready.pool().clone(), ready.key_id().map(str::to_owned));
    let figures =
        ready.status.get(async move { figures(&pool, key_id.as_deref()).await.map(Arc::new).map_err(drop) }).await;
    let mut shown = json!({
        "ready": obstacle.is_none(),
        "reason": obstacle,
        "version": env!("CARGO_PKG_VERSION"),
    });
    let Some(Ok(figures)) = figures else { return (StatusCode::SERVICE_UNAVAILABLE, Json(shown)) };
    for part in ["processes", "accounts", "as_of"] {
        shown[part] = figures[part].clone();
    }
    if let (Some(reach), Some(accounts)) = (reach, shown["accounts"].as_array_mut()) {
        accounts.retain(|account| account["name"].as_str().is_some_and(|name| reach.iter().any(|own| own == name)));
    }
    (StatusCode::OK, Json(shown))
}

/// The accounts that are shown, by name; `None` = all.
///
/// # Errors
/// When nothing is shown.
async fn reach(ready: &Ready, headers: &HeaderMap) -> Result<Option<Vec<String>>, ()> {
    let pool = ready.pool().clone();
    let has_users = ready.has_users.get(async move { admin::has_users(&pool).await.ok() }).await.flatten();
    // Where the database does not tell, figures of a moment ago are for nobody who has no right to them.
    if has_users == Some(false) || shows_token(ready, headers) {
        return Ok(None);
    }
    let cookies = CookieJar::from_headers(headers);
    let session = cookies.get(SESSION).ok_or(())?;
    let user = admin::session_user(ready.pool(), session.value()).await.ok().flatten().ok_or(())?;
    let accounts = admin::accounts_within(ready.pool(), &user.reach).await.map_err(drop)?;
    Ok((user.reach != Reach::Every).then(|| accounts.into_iter().map(|account| account.name).collect()))
}

fn shows_token(ready: &Ready, headers: &HeaderMap) -> bool {
    let shown = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let (Some(token), Some(shown)) = (&ready.status_token, shown) else { return false };
    // Equal hashes tell nothing of how far a guess is right.
    hook_url::hash(token.expose_secret()) == hook_url::hash(shown.trim())
}

/// The figures, which are the same for all requests at about the same time.
async fn figures(pool: &PgPool, key_id: Option<&str>) -> Result<Value, DbError> {
    let known = match timeout(ANSWER_LIMIT, Known::gather(pool, key_id)).await {
        Ok(known) => known,
        Err(_) => Err(sqlx::Error::PoolTimedOut.into()),
    };
    let known = known.inspect_err(|error| {
        tracing::debug!(error = error as &dyn std::error::Error, "the status cannot be read");
    })?;
    Ok(json!({
        "processes": known.processes.iter().map(process).collect::<Vec<_>>(),
        "accounts": known.accounts.iter().map(|account| known.account(account)).collect::<Vec<_>>(),
        "as_of": known.as_of,
    }))
}

/// What the database has at one moment.
struct Known {
    processes: Vec<Process>,
    accounts: Vec<Account>,
    stores: Vec<Store>,
    /// Stores whose rows cannot be read.
    odd: Vec<Odd>,
    counts: Vec<StateCount>,
    notices: Vec<PlacedNotice>,
    holders: BTreeMap<i64, uuid::Uuid>,
    /// The time, by the database's clock.
    as_of: DateTime<Utc>,
    /// The id of the key that this process decrypts secrets with.
    key_id: Option<String>,
}

impl Known {
    async fn gather(pool: &PgPool, key_id: Option<&str>) -> Result<Self, DbError> {
        let (stores, odd) = stores::each(pool, None).await?;
        Ok(Self {
            processes: processes::alive(pool).await?,
            accounts: accounts::list(pool).await?,
            stores,
            odd,
            counts: status::counts(pool, None).await?,
            notices: status::notices(pool).await?,
            as_of: db::now(pool).await?,
            key_id: key_id.map(str::to_owned),
            holders: status::holders(pool).await?.into_iter().map(|(account, id)| (account.get(), id)).collect(),
        })
    }

    fn account(&self, account: &Account) -> Value {
        let stores = self.stores.iter().filter(|store| store.account == account.id);
        let odd = self.odd.iter().filter(|odd| odd.account == account.id);
        let odd = odd.map(|odd| json!({"name": odd.called, "reason": odd.error.with_cause()}));
        let notices = self.notices.iter().filter(|notice| notice.account == account.id && notice.store.is_none());
        json!({
            "name": account.name,
            "base_url": account.base_url,
            "state": if account.needs_key { "needs_key" } else { "active" },
            "since": account.state_since,
            "reason": told(account.reason.as_ref()),
            "last_success_at": account.last_success_at,
            "failing_since": account.failing_since,
            "last_error": told(account.last_error.as_ref()),
            "not_called_before": Some(account.retry_at).filter(|at| *at > DateTime::UNIX_EPOCH),
            "key": self.other_key(account.api_key.as_ref()),
            "process": self.holders.get(&account.id.get()),
            "notices": notices.map(notice).collect::<Vec<_>>(),
            "stores": stores.map(|store| self.store(store)).collect::<Vec<_>>(),
            "unreadable_stores": odd.collect::<Vec<_>>(),
        })
    }

    /// Why this process leaves out something that was sealed with a key other than its own.
    fn other_key(&self, sealed: Option<&Sealed>) -> Option<String> {
        let (own, of) = (self.key_id.as_deref()?, sealed?.key_id()?);
        (of != own).then(|| format!("encrypted with key {of}; this process holds key {own} and skips it"))
    }

    fn store(&self, store: &Store) -> Value {
        let counts = || self.counts.iter().filter(|count| count.store == store.id);
        let waiting: Option<DateTime<Utc>> =
            counts().find(|count| count.state.word() == "waiting").map(|count| count.oldest);
        let notices = self.notices.iter().filter(|notice| notice.store == Some(store.id));
        json!({
            "name": store.settings.name,
            "site_url": store.settings.site_url,
            "login": store.settings.login,
            "state": if store.settings.enabled { store.state.word() } else { "off" },
            "since": store.state_since,
            "reason": told(store.reason.as_ref()),
            "last_success_at": store.last_success_at,
            "failing_since": store.failing_since,
            "last_error": told(store.last_error.as_ref()),
            "next_poll_at": store.next_poll_at,
            "key": self.other_key(store.password.as_ref()),
            "orders": counts().map(|count| (count.state.word().to_owned(), json!(count.orders))).collect::<Map<_, _>>(),
            "oldest_waiting_since": waiting,
            "notices": notices.map(notice).collect::<Vec<_>>(),
        })
    }
}

fn process(process: &Process) -> Value {
    json!({
        "id": process.id,
        "version": process.version,
        "started_at": process.started_at,
        "accounts": process.held,
    })
}

fn notice(notice: &PlacedNotice) -> Value {
    let Told { code, values, text, .. } = Told::new(&notice.what, &Names::default());
    json!({"topic": notice.topic, "code": code, "values": values, "text": text, "since": notice.raised_at})
}

/// Without names, which the next reader of this would have to ask the database for.
fn told(said: Option<&Said>) -> Option<Told> {
    Told::of(said, &Names::default())
}
