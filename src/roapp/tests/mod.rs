//! The client against a scripted RO App. Whatever a test sends is checked against the contract's list of requests.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

mod conforms;
mod faults;
mod pages;
mod reads;
mod writes;

#[path = "../../../tests/it/support/conformance.rs"]
mod conformance;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers::any};

use super::*;

/// A file of `tests/fixtures/roapp`.
macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../../tests/fixtures/roapp/", $name))
    };
}
use fixture;

const KEY: &str = "key-of-the-test";

/// An RO App that gives prepared answers, one for each request, in order.
struct Peer {
    script: Arc<Script>,
    server: MockServer,
    roapp: RoApp,
}

#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<ResponseTemplate>>,
    seen: Mutex<Vec<Seen>>,
    faults: Mutex<Vec<String>>,
}

/// A request as it arrived.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    call: String,
    query: Vec<(String, String)>,
    body: Option<Value>,
    raw_body: String,
}

struct Responder(Arc<Script>);

impl Respond for Responder {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let script = &self.0;
        let raw_body = String::from_utf8(request.body.clone()).unwrap();
        let body = (!raw_body.is_empty()).then(|| serde_json::from_str(&raw_body).unwrap());
        let query: Vec<_> = request.url.query_pairs().into_owned().collect();
        let (method, path) = (request.method.as_str(), request.url.path());
        let mut faults = script.faults.lock().unwrap();
        faults.extend(conformance::check(method, path, &query, body.as_ref()).err());
        if request.headers.get("authorization").is_none_or(|value| value != &format!("Bearer {KEY}")) {
            faults.push(format!("{method} {path} without the key"));
        }
        if body.is_some() && request.headers.get("content-type").is_none_or(|value| value != "application/json") {
            faults.push(format!("{method} {path} with a body that is not called JSON"));
        }
        script.seen.lock().unwrap().push(Seen { call: format!("{method} {path}"), query, body, raw_body });
        let answer = script.answers.lock().unwrap().pop_front();
        answer.unwrap_or_else(|| {
            faults.push(format!("{method} {path} was not expected"));
            ResponseTemplate::new(418)
        })
    }
}

impl Peer {
    async fn new(answers: impl IntoIterator<Item = ResponseTemplate>) -> Self {
        Self::with(options(), Fence::open(), answers).await
    }

    async fn with(options: Options, fence: Fence, answers: impl IntoIterator<Item = ResponseTemplate>) -> Self {
        let script = Arc::new(Script { answers: Mutex::new(answers.into_iter().collect()), ..Script::default() });
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(Responder(Arc::clone(&script))).mount(&server).await;
        let roapp = roapp(&server.uri(), options, fence);
        Self { script, server, roapp }
    }

    fn seen(&self) -> Vec<Seen> {
        self.script.seen.lock().unwrap().clone()
    }

    /// The only request.
    fn only(&self) -> Seen {
        let seen = self.seen();
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen.into_iter().next().unwrap()
    }

    /// How many requests came.
    fn count(&self) -> usize {
        self.seen().len()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(*self.script.faults.lock().unwrap(), Vec::<String>::new(), "at {}", self.server.uri());
            assert_eq!(self.script.answers.lock().unwrap().len(), 0, "answers that nobody asked for");
        }
    }
}

impl Seen {
    fn query(&self) -> Vec<(&str, &str)> {
        self.query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    fn body(&self) -> Value {
        self.body.clone().unwrap()
    }
}

/// Short pauses, so that repeats take no time.
fn options() -> Options {
    Options { backoff: Duration::from_millis(1), request_timeout: Duration::from_secs(5), ..Options::default() }
}

fn roapp(base_url: &str, options: Options, fence: Fence) -> RoApp {
    let (http, key) = (Http::new(true).unwrap(), Secret::new(KEY.to_owned()));
    RoApp::new(http, base_url.parse().unwrap(), key, Pace::local(Duration::ZERO), fence, options)
}

fn ok(body: &str) -> ResponseTemplate {
    answer(200, body)
}

fn answer(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body, "application/json")
}

fn at(text: &str) -> chrono::DateTime<chrono::Utc> {
    text.parse().unwrap()
}

fn dec(text: &str) -> rust_decimal::Decimal {
    text.parse().unwrap()
}
