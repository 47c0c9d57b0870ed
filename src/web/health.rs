//! `/healthz`: the process runs. `/readyz`: it can do its work, that is, the database answers and the scheduler moves.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use sqlx::PgPool;
use tokio::time::timeout;

use crate::clock::Clock;

/// The database answers within this time, or it counts as away.
const ANSWER_LIMIT: Duration = Duration::from_secs(1);
/// A scheduler that has not moved for this long is stuck.
const BEAT_LIMIT: TimeDelta = TimeDelta::seconds(60);
/// No beat yet: there is no scheduler, or it has not begun.
const NEVER: i64 = i64::MIN;

/// What decides whether the process is ready; cheap to clone.
#[derive(Clone, Debug)]
pub struct Ready {
    pool: PgPool,
    clock: Clock,
    /// The scheduler's last sign of life, in seconds since 1970.
    last_beat: Arc<AtomicI64>,
}

impl Ready {
    /// Ready as long as the database answers, until the scheduler's first beat; from then on both count.
    #[must_use]
    pub fn new(pool: PgPool, clock: Clock) -> Self {
        Self { pool, clock, last_beat: Arc::new(AtomicI64::new(NEVER)) }
    }

    /// The scheduler's sign of life, to be given at least every few seconds.
    pub fn beat(&self) {
        self.last_beat.store(self.clock.now().timestamp(), Ordering::Relaxed);
    }

    pub(super) fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Why the process is not ready, if it is not.
    pub async fn obstacle(&self) -> Option<String> {
        let asked = sqlx::query_scalar::<_, i32>("SELECT 1").fetch_one(&self.pool);
        match timeout(ANSWER_LIMIT, asked).await {
            Ok(Ok(_)) => self.stuck(self.clock.now()),
            Ok(Err(error)) => {
                tracing::debug!(error = &error as &dyn std::error::Error, "the database does not answer");
                Some("the database does not answer".to_owned())
            }
            Err(_) => Some(format!("the database has not answered within {} s", ANSWER_LIMIT.as_secs())),
        }
    }

    fn stuck(&self, now: DateTime<Utc>) -> Option<String> {
        let last = self.last_beat.load(Ordering::Relaxed);
        let since = now - DateTime::from_timestamp(last, 0)?;
        (since > BEAT_LIMIT).then(|| format!("the scheduler has not moved for {} s", since.num_seconds()))
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
    use crate::clock::ManualClock;

    #[tokio::test]
    async fn a_scheduler_that_stands_still_is_an_obstacle() {
        let clock = ManualClock::at(DateTime::UNIX_EPOCH);
        let pool = PgPool::connect_lazy("postgres://localhost/none").unwrap();
        let ready = Ready::new(pool, clock.clone().into());
        assert_eq!(ready.stuck(clock.now()), None, "no scheduler is no obstacle");
        ready.beat();
        clock.advance(Duration::from_mins(1));
        assert_eq!(ready.stuck(clock.now()), None);
        clock.advance(Duration::from_secs(1));
        assert_eq!(ready.stuck(clock.now()).unwrap(), "the scheduler has not moved for 61 s");
        ready.beat();
        assert_eq!(ready.stuck(clock.now()), None);
    }
}
