//! The path of a call: limit, key, fault, checks, execution, and its record.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    response::Response,
};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;
use url::form_urlencoded;

use super::{
    answer::{Answer, Refusal, Reply},
    ask::{Ask, Query},
    calls::{Call, Calls},
    check,
    data::Data,
    limit::Limiter,
    quirks::RoAppQuirks,
    routes::{self, Found},
};
use crate::sandbox::{
    faults::{Fault, Faults},
    serve::Wire,
};

/// The longest body that is read, in bytes.
const LONGEST_BODY: usize = 1024 * 1024;

/// What the handle and the calls share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) quirks: RoAppQuirks,
    pub(super) lag: TimeDelta,
    pub(super) faults: Faults,
    pub(super) calls: Calls,
    pub(super) limiter: Limiter,
    pub(super) key: Mutex<String>,
    pub(super) data: Mutex<Data>,
    /// The handle was dropped: connections that are still open get no more answers.
    pub(super) is_over: AtomicBool,
    pub(super) counted: AtomicU64,
    pub(super) clock: Clock,
}

/// Wall-clock time at the start, and tokio's time from then on, which tests can pause.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    pub(super) start: Instant,
    pub(super) began: DateTime<Utc>,
}

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "the sandbox is a peer with a clock of its own")]
    pub(super) fn start() -> Self {
        Self { start: Instant::now(), began: Utc::now() }
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.began + TimeDelta::from_std(self.start.elapsed()).unwrap_or_default()
    }
}

/// Answers any request. The work continues when the peer leaves, as on a real server.
pub(super) async fn receive(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    request: Request,
) -> Response {
    let work = tokio::spawn(async move { shared.answer(&wire, request).await });
    work.await.unwrap_or_else(|_| {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}

impl Shared {
    pub(super) fn data(&self) -> MutexGuard<'_, Data> {
        self.data.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn key(&self) -> MutexGuard<'_, String> {
        self.key.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn answer(&self, wire: &Wire, request: Request) -> Response {
        let at = self.clock.start.elapsed();
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, LONGEST_BODY).await.unwrap_or_default();
        let found = routes::find(&parts.method, parts.uri.path());
        let call = record(at, &parts, &body, &found);
        let (names, query) = (names(&call), call.query.clone());
        let place = self.calls.begin(call);
        let reply = match self.refuse_at_the_door(&parts) {
            Some(reply) => Some(reply),
            None => self.play(&names, || self.execute(place, &found, &parts, &query, &body)).await,
        };
        let Some(reply) = reply.filter(|_| !self.is_over.load(Ordering::SeqCst)) else {
            wire.cut();
            return Response::new(Body::empty());
        };
        self.calls.finish(place, reply.status);
        reply.into_response()
    }

    /// Checks the rate limit, then the key.
    fn refuse_at_the_door(&self, parts: &Parts) -> Option<Reply> {
        let count = self.counted.fetch_add(1, Ordering::SeqCst) + 1;
        let by_quirk = self.quirks.too_many_every.is_some_and(|every| count.is_multiple_of(every));
        if !self.limiter.admit(Instant::now()) || by_quirk {
            return Some(Reply::too_many(&self.quirks, self.clock.now()));
        }
        let given = parts.headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
        let right = format!("Bearer {}", *self.key());
        (given != Some(right.as_bytes())).then(Reply::unauthorized)
    }

    /// Carries out the call's fault, if it has one; `None` = no answer at all.
    async fn play(&self, names: &[String], execute: impl Fn() -> Reply) -> Option<Reply> {
        let dropped = self.faults.until_dropped();
        let Some(fault) = self.faults.take(names) else { return Some(execute()) };
        match fault {
            Fault::Html => Some(Reply::html(200)),
            Fault::Refuse(429) => Some(Reply::too_many(&self.quirks, self.clock.now())),
            Fault::Refuse(401) => Some(Reply::unauthorized()),
            Fault::Refuse(status) => Some(Refusal::status(status, "refused").reply(&self.quirks, 0)),
            Fault::RefuseWith(status, body) => Some(Reply::given(status, body)),
            Fault::FailAfter(status) => {
                execute();
                Some(Reply::text(status, "failed"))
            }
            Fault::EmptyAfter => {
                execute();
                Some(Reply::empty(200))
            }
            Fault::CutBefore => None,
            Fault::CutAfter | Fault::CutWithin => {
                execute();
                None
            }
            Fault::Slow(delay) => {
                tokio::time::sleep(delay).await;
                Some(execute())
            }
            Fault::Held => {
                dropped.await;
                Some(execute())
            }
            Fault::HangBefore => std::future::pending().await,
            Fault::HangAfter => {
                execute();
                std::future::pending().await
            }
        }
    }

    fn execute(&self, turn: usize, found: &Found, parts: &Parts, query: &[(String, String)], body: &Bytes) -> Reply {
        self.run(found, parts, query, body).unwrap_or_else(|refusal| refusal.reply(&self.quirks, turn))
    }

    fn run(&self, found: &Found, parts: &Parts, query: &[(String, String)], body: &Bytes) -> Answer {
        let (route, ids) = match found {
            Found::Route(route, ids) => (route, ids.clone()),
            Found::OtherMethod(_) => return Err(Refusal::status(405, "Method Not Allowed")),
            Found::Unknown => return Err(Refusal::missing()),
        };
        let ended = self.data().rules.older_api_ended.filter(|_| !route.template.starts_with("/v2"));
        if let Some(status) = ended {
            return Err(Refusal::status(status, "Gone"));
        }
        let query = Query::check(query, route.params, self.quirks.ignored)?;
        let body = match route.fields {
            Some(_) if !is_json(parts) => return Err(Refusal::status(415, "the body must be JSON")),
            Some(fields) => check::body(body, fields, route.method != Method::PATCH, &self.quirks)?,
            None => serde_json::Map::new(),
        };
        let mut data = self.data();
        let (quirks, now, lag) = (&self.quirks, self.clock.now(), self.lag);
        (route.run)(&mut Ask { data: &mut data, quirks, now, lag, ids, query, body })
    }
}

/// The names by which faults can match a call.
fn names(call: &Call) -> Vec<String> {
    let mut names = vec![call.name(), format!("{} {}", call.method, call.path)];
    let made_of = call.body.as_ref().and_then(|body| body.get("entity_id").or_else(|| body.get("article")));
    names.extend(
        made_of
            .map(|what| format!("{} {}", call.name(), what.as_str().map_or_else(|| what.to_string(), str::to_owned))),
    );
    names
}

fn is_json(parts: &Parts) -> bool {
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/json"))
}

fn record(at: Duration, parts: &Parts, body: &Bytes, found: &Found) -> Call {
    let path = parts.uri.path();
    let template = match found {
        Found::Route(route, _) => route.template,
        Found::OtherMethod(template) => template,
        Found::Unknown => path,
    };
    let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
    Call {
        at,
        method: parts.method.to_string(),
        template: template.into(),
        path: path.into(),
        query: query.into_owned().collect(),
        body: serde_json::from_slice(body).ok(),
        status: 0,
    }
}
