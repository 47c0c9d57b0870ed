//! Webhooks: hints to look at an order or a store now (contracts cartum 10.3 and roapp 11). Their content is never used as
//! data; each is a single short write to the database, and is answered at once.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Bytes, to_bytes},
    extract::{Path, Request, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode},
    routing::{any, post},
};
use serde_json::Value;
use sqlx::PgPool;
use tokio::{sync::Semaphore, time::timeout};

use self::event::Event;
use crate::{
    db::{
        DbError,
        hooks::{self, AccountHook},
        order_hints::{self, OPEN_HINTS},
        subscriptions,
    },
    domain::ids::OrderNumber,
    hook_url,
    secrets::{Keyring, Secret},
};

mod event;

/// The longest body of a store's webhook that is read, in bytes: anybody may send one.
const MAX_BODY: usize = 64 << 10;
/// The longest event of RO App that is read, in bytes. How long events get is not known; a sender has to know the URL.
const MAX_EVENT: usize = 1 << 20;
/// A longer event is received completely, up to 8 MiB, and ignored.
const LONGEST_TAKEN: usize = 8 << 20;
/// How long a body may take to arrive.
const BODY_LIMIT: Duration = Duration::from_secs(10);
/// If the database takes longer than this to answer, the peer is asked to come again.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);
/// Webhooks that are written at once: the daemon's own work needs connections, too.
const AT_ONCE: usize = 4;
/// The header that contains the signature.
const SIGNATURE: &str = "x-signature";

/// The state that handlers of webhooks share; cheap to clone.
#[derive(Debug, Clone)]
pub struct Hooks {
    pool: PgPool,
    keyring: Keyring,
    room: Arc<Semaphore>,
    /// Events of RO App so far whose signature was missing or wrong.
    unsigned: Arc<AtomicU64>,
}

impl Hooks {
    /// Handles webhooks with this database.
    #[must_use]
    pub fn new(pool: PgPool, keyring: Keyring) -> Self {
        Self { pool, keyring, room: Arc::new(Semaphore::new(AT_ONCE)), unsigned: Arc::default() }
    }

    /// The database's answer; an error status for the peer if it fails or takes too long.
    async fn ask<T>(&self, work: impl Future<Output = Result<T, DbError>>) -> Result<T, StatusCode> {
        let in_turn = async {
            let _turn = self.room.acquire().await;
            work.await
        };
        match timeout(ANSWER_LIMIT, in_turn).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                tracing::debug!(error = &error as &dyn std::error::Error, "a webhook could not be saved");
                Err(StatusCode::SERVICE_UNAVAILABLE)
            }
            Err(_) => Err(StatusCode::SERVICE_UNAVAILABLE),
        }
    }

    /// RO App's own secret if it has one, or else the one in the path; `None` if it cannot be decrypted.
    fn signing_secret(&self, hook: &AccountHook, in_path: String) -> Option<Secret> {
        let Some(sealed) = &hook.signing_secret else { return Some(Secret::new(in_path)) };
        let opened = self.keyring.open(&hooks::signing_place(hook.account), sealed);
        let opened = opened.inspect_err(|error| {
            tracing::debug!(error = error as &dyn std::error::Error, "the secret of RO App's webhooks cannot be read");
        });
        opened.ok()
    }

    /// Logs an event that is ignored. A wrong secret is worth a warning, but not for each event.
    fn pass_over(&self, hook: &AccountHook) {
        let so_far = self.unsigned.fetch_add(1, Ordering::Relaxed) + 1;
        let (account, fix) = (hook.account, "`account hook` shows what to enter in RO App");
        if so_far.is_power_of_two() {
            tracing::warn!(%account, so_far, fix, "ignored a RO App webhook without a valid signature");
        } else {
            tracing::debug!(%account, so_far, "ignored a RO App webhook without a valid signature");
        }
    }
}

pub(super) fn routes(hooks: Hooks) -> Router {
    Router::new()
        .route("/hooks/cartum/{secret}", post(cartum).put(cartum).delete(cartum_removed))
        .route("/hooks/roapp/{secret}", post(roapp))
        // Not a page for people, whatever else is served.
        .route("/hooks/{*other}", any(async || StatusCode::NOT_FOUND))
        .with_state(hooks)
}

type InPath = Result<Path<String>, PathRejection>;

/// A store reports an order, or anything else.
async fn cartum(State(hooks): State<Hooks>, secret: InPath, request: Request) -> Result<StatusCode, StatusCode> {
    let hash = hook_url::hash(&in_path(secret)?);
    let numbers = order_numbers(&body(request, MAX_BODY).await?);
    let known = hooks.ask(order_hints::hint(&hooks.pool, hash, &numbers)).await?;
    if !known {
        return Err(StatusCode::NOT_FOUND);
    }
    tracing::debug!(orders = numbers.len(), "received a webhook from a store");
    Ok(StatusCode::OK)
}

/// The store reports that its subscription was removed there (contract cartum 10.3).
async fn cartum_removed(State(hooks): State<Hooks>, secret: InPath) -> Result<StatusCode, StatusCode> {
    let hash = hook_url::hash(&in_path(secret)?);
    let store = hooks.ask(subscriptions::removed_in_store(&hooks.pool, hash)).await?;
    let store = store.ok_or(StatusCode::NOT_FOUND)?;
    tracing::info!(
        store,
        "the webhook was removed in the store; polling continues, and `store edit` subscribes it again"
    );
    Ok(StatusCode::OK)
}

/// RO App reports a work order. Any content is answered with 200, because RO App repeats events that are answered otherwise,
/// and disables a webhook that keeps failing (contract roapp 11). An unsigned event has no effect.
async fn roapp(
    State(hooks): State<Hooks>,
    secret: InPath,
    headers: HeaderMap,
    request: Request,
) -> Result<StatusCode, StatusCode> {
    let secret = in_path(secret)?;
    let hook = hooks.ask(hooks::find(&hooks.pool, hook_url::hash(&secret))).await?.ok_or(StatusCode::NOT_FOUND)?;
    let body = event_body(request).await;
    let signature = headers.get(SIGNATURE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let key = hooks.signing_secret(&hook, secret);
    let event = body.as_deref().and_then(Event::read);
    let Some(event) = event.filter(|event| key.is_some_and(|key| event.is_signed(&key, signature))) else {
        hooks.pass_over(&hook);
        return Ok(StatusCode::OK);
    };
    let new = hooks.ask(hooks::take(&hooks.pool, hook.account, &event.id, event.work_order)).await?;
    tracing::debug!(account = %hook.account, work_order = ?event.work_order, new, "received a webhook from RO App");
    Ok(StatusCode::OK)
}

fn in_path(secret: InPath) -> Result<String, StatusCode> {
    secret.map(|Path(secret)| secret).map_err(|_| StatusCode::NOT_FOUND)
}

/// The body of an event; `None` if it is too long or does not arrive in time. A body that is too long is still received, up to
/// a limit, because a sender that is still sending does not see the answer.
async fn event_body(request: Request) -> Option<Bytes> {
    body(request, LONGEST_TAKEN).await.ok().filter(|body| body.len() <= MAX_EVENT)
}

/// The whole body, of any content type.
async fn body(request: Request, longest: usize) -> Result<Bytes, StatusCode> {
    match timeout(BODY_LIMIT, to_bytes(request.into_body(), longest)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(_)) => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

/// Every `order_id` in a body, at any depth: no sample of a store's event is known. Empty if the body is not JSON.
fn order_numbers(body: &[u8]) -> BTreeSet<OrderNumber> {
    let mut found = BTreeSet::new();
    if let Ok(body) = serde_json::from_slice(body) {
        collect(&body, &mut found);
    }
    let most = usize::try_from(OPEN_HINTS).unwrap_or_default();
    found.into_iter().take(most).collect()
}

fn collect(value: &Value, found: &mut BTreeSet<OrderNumber>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("order_id").and_then(id).map(OrderNumber::new));
            fields.values().for_each(|value| collect(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        _ => {}
    }
}

/// A positive number, or its text.
fn id(value: &Value) -> Option<i64> {
    let id = match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    id.filter(|id| *id > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_id_is_found_at_any_depth_as_number_and_as_text() {
        let numbers = |body: &str| order_numbers(body.as_bytes()).into_iter().map(OrderNumber::get).collect::<Vec<_>>();
        assert_eq!(numbers(r#"{"order_id": 1043}"#), [1043]);
        assert_eq!(
            numbers(r#"{"data": [{"order": {"order_id": " 1043 "}}, {"order_id": 7}], "order_id": 1043}"#),
            [7, 1043]
        );
        for body in [
            "",
            "order_id=1043",
            "[]",
            "7",
            r#"{"id": 1043}"#,
            r#"{"order_id": null}"#,
            r#"{"order_id": -1}"#,
            r#"{"order_id": 1.5}"#,
            r#"{"order_id": "x"}"#,
            r#"{"order_id": 99999999999999999999}"#,
        ] {
            assert!(numbers(body).is_empty(), "{body}");
        }
        let deep = format!("{}{}", "[".repeat(60_000), "]".repeat(5_000));
        assert!(numbers(&deep).is_empty());
        let many = (1..5_000).map(|id| format!(r#"{{"order_id":{id}}}"#)).collect::<Vec<_>>().join(",");
        assert_eq!(numbers(&format!("[{many}]")).len(), 200);
    }
}
