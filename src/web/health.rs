//! `/healthz`: the process is running. `/readyz`: it can work, which means that the database answers and the scheduler makes
//! progress.

use std::{sync::Arc, time::Duration};

use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use chrono::TimeDelta;
use secrecy::SecretString;
use serde::Serialize;
use serde_json::Value;
use sqlx::{PgPool, postgres::PgPoolOptions};
use tokio::time::timeout;

use super::cached::Cached;
use crate::{db::sealed, lifecycle::Heartbeat, open_files};

/// A database that does not answer within this time counts as unavailable.
const ANSWER_LIMIT: Duration = Duration::from_secs(1);
/// Connections for health and status together.
const CONNECTIONS: u32 = 2;
const ACQUIRE_LIMIT: Duration = Duration::from_secs(5);
/// Requests within this time get the same answer.
const ANSWER_FRESH: Duration = Duration::from_millis(500);
/// The same for the status, which costs more.
const STATUS_FRESH: Duration = Duration::from_secs(2);
/// A scheduler without progress for this long is stuck.
const BEAT_LIMIT: TimeDelta = TimeDelta::seconds(60);

/// What decides whether the process is ready; cheap to clone.
#[derive(Clone, Debug)]
pub struct Ready {
    /// A pool of its own, so that requests for health or status take nothing from the daemon's work.
    pool: PgPool,
    /// The last answer of the database.
    answer: Cached<Option<String>>,
    pub(super) status: Cached<Result<Arc<Value>, ()>>,
    /// Whether somebody can sign in, as it was a moment ago.
    pub(super) has_users: Cached<Option<bool>>,
    /// What monitoring shows to read the status.
    pub(super) status_token: Option<SecretString>,
    /// The id of the key that this process decrypts secrets with.
    key_id: Option<String>,
    /// The scheduler's heartbeat.
    heartbeat: Heartbeat,
}

impl Ready {
    /// Ready while the database answers. Once the scheduler has had its first beat, it has to make progress as well.
    #[must_use]
    pub fn new(pool: &PgPool, heartbeat: Heartbeat) -> Self {
        let own = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(ACQUIRE_LIMIT);
        let pool = own.connect_lazy_with((*pool.connect_options()).clone());
        let (answer, status, has_users) =
            (Cached::new(ANSWER_FRESH), Cached::new(STATUS_FRESH), Cached::new(ANSWER_FRESH));
        Self { pool, answer, status, has_users, status_token: None, key_id: None, heartbeat }
    }

    /// Also requires that this key, which the process decrypts secrets with, opens the API key of at least one account.
    #[must_use]
    pub fn with_key(self, key_id: &str) -> Self {
        Self { key_id: Some(key_id.to_owned()), ..self }
    }

    /// Whoever shows this token may read the status, also once there are users.
    #[must_use]
    pub fn with_status_token(self, status_token: Option<SecretString>) -> Self {
        Self { status_token, ..self }
    }

    /// The id of the key that this process decrypts secrets with.
    pub(super) fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    pub(super) fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Why the process is not ready; `None` if it is.
    pub async fn obstacle(&self) -> Option<String> {
        let (pool, key_id) = (self.pool.clone(), self.key_id.clone());
        let answer = self.answer.get(async move { ask(&pool, key_id.as_deref()).await }).await;
        answer.unwrap_or_else(|| Some("the database could not be queried".to_owned())).or_else(|| self.stuck())
    }

    fn stuck(&self) -> Option<String> {
        let since = self.heartbeat.silence()?;
        (since > BEAT_LIMIT).then(|| format!("the scheduler has made no progress for {} s", since.num_seconds()))
    }
}

/// Asks the database, to see that it answers and that our key sealed the API key of at least one account. Returns what is
/// wrong.
async fn ask(pool: &PgPool, key_id: Option<&str>) -> Option<String> {
    match timeout(ANSWER_LIMIT, sealed::opens_any_account(pool, key_id.unwrap_or_default())).await {
        Ok(Ok(opens)) if opens || key_id.is_none() => None,
        Ok(Ok(_)) => {
            Some("the key file decrypts no account's API key; the log of the next start has the reason".to_owned())
        }
        Ok(Err(error)) if open_files::are_used_up(&error) => Some(open_files::told()),
        Ok(Err(error)) => {
            tracing::debug!(error = &error as &dyn std::error::Error, "the database does not answer");
            Some("the database does not answer".to_owned())
        }
        Err(_) => Some(format!("the database has not answered within {} s", ANSWER_LIMIT.as_secs())),
    }
}

#[derive(Serialize)]
struct Answer {
    ready: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

pub(super) fn routes(ready: Ready) -> Router {
    Router::new().route("/healthz", get(async || "ok")).route("/readyz", get(readyz)).with_state(ready)
}

async fn readyz(State(ready): State<Ready>) -> (StatusCode, Json<Answer>) {
    match ready.obstacle().await {
        None => (StatusCode::OK, Json(Answer { ready: true, reason: None })),
        reason => (StatusCode::SERVICE_UNAVAILABLE, Json(Answer { ready: false, reason })),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]

    use super::*;
    use chrono::DateTime;

    use crate::clock::ManualClock;

    #[tokio::test]
    async fn a_scheduler_that_stands_still_is_an_obstacle() {
        let clock = ManualClock::at(DateTime::UNIX_EPOCH);
        let pool = PgPool::connect_lazy("postgres://localhost/none").unwrap();
        let heartbeat = Heartbeat::new(clock.clone().into());
        let ready = Ready::new(&pool, heartbeat.clone());
        assert_eq!(ready.stuck(), None, "no scheduler is no obstacle");
        heartbeat.beat();
        clock.advance(Duration::from_mins(1));
        assert_eq!(ready.stuck(), None);
        clock.advance(Duration::from_secs(1));
        assert_eq!(ready.stuck().unwrap(), "the scheduler has made no progress for 61 s");
        heartbeat.beat();
        assert_eq!(ready.stuck(), None);
    }
}
