//! Sends one call: waits for its slot, checks the fence, repeats the call if it cannot have been executed, and interprets each
//! status (contract roapp 10.1).

use std::{sync::PoisonError, time::Duration};

use rand::RngExt;
use serde_json::Value;
use tracing::Instrument;

use super::{
    RoApp,
    error::{CallName, RoAppError, Verb},
    refusal,
};
use crate::{
    http::{Answer, Request, Seen},
    json,
};

/// How often a read, or a write that certainly did not arrive, is sent while RO App is unavailable.
const MAX_TRIES: u32 = 4;
/// How often a call is sent when RO App answers that there are too many.
const MAX_BUSY_TRIES: u32 = 4;
/// The longest pause within a call; if RO App asks for a longer one, the caller gets the error.
const MAX_PAUSE: Duration = Duration::from_mins(1);
/// Jitter adds up to this share of a pause.
const JITTER: f64 = 0.5;

/// A call, ready to be sent.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) name: CallName,
    path: String,
    pub(super) query: Vec<(&'static str, String)>,
    body: Option<Value>,
    /// It creates a record.
    creates: bool,
}

impl Call {
    pub(super) fn get(template: &'static str) -> Self {
        Self::new(Verb::Get, template)
    }

    pub(super) fn post(template: &'static str) -> Self {
        Self::new(Verb::Post, template)
    }

    /// A call that creates a record.
    pub(super) fn create(template: &'static str) -> Self {
        Self { creates: true, ..Self::new(Verb::Post, template) }
    }

    pub(super) fn patch(template: &'static str) -> Self {
        Self::new(Verb::Patch, template)
    }

    pub(super) fn delete(template: &'static str) -> Self {
        Self::new(Verb::Delete, template)
    }

    fn new(verb: Verb, template: &'static str) -> Self {
        let name = CallName { verb, template };
        Self { name, path: template.to_owned(), query: Vec::new(), body: None, creates: false }
    }

    /// Puts ids in the places of the template, in order.
    pub(super) fn at(mut self, ids: &[i64]) -> Self {
        let mut ids = ids.iter();
        let segments = self.name.template.split('/').map(|segment| match segment.strip_prefix('{') {
            Some(_) => ids.next().map(i64::to_string).unwrap_or_default(),
            None => segment.to_owned(),
        });
        self.path = segments.collect::<Vec<_>>().join("/");
        self
    }

    /// Adds a query value; in v2, each name at most once (contract roapp 2.3).
    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.query.push((name, value.to_owned()));
        self
    }

    pub(super) fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// Every text that the call sends to RO App, which a refusal may quote.
    fn told(&self) -> Vec<&str> {
        let mut told: Vec<_> = self.query.iter().map(|(_, value)| value.as_str()).collect();
        self.body.iter().for_each(|body| texts_of(body, &mut told));
        told
    }

    /// The call for a page, counted from 1. The first page needs no parameter.
    pub(super) fn page(&self, page: u64) -> Self {
        let call = self.clone();
        if page > 1 { call.with("page", &page.to_string()) } else { call }
    }
}

fn texts_of<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(values) => values.iter().for_each(|value| texts_of(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| texts_of(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

impl RoApp {
    /// Sends a call and returns a 2xx answer.
    ///
    /// A 429 is repeated after the pause that RO App asks for. A read is repeated while RO App is unavailable. A write is
    /// repeated only if it certainly did not arrive. A call that creates something is sent once: a repeat needs a new entry in
    /// the journal first.
    pub(super) async fn send(&self, call: &Call) -> Result<Answer, RoAppError> {
        let (mut faults, mut busy) = (0, 0);
        loop {
            let error = match self.send_once(call, busy).await {
                Ok(body) => return Ok(body),
                Err(error) => error,
            };
            match error {
                RoAppError::TooMany { after, .. } => {
                    busy += 1;
                    self.0.pace.hold_off(after).await?;
                    if call.creates || busy == MAX_BUSY_TRIES || after > MAX_PAUSE {
                        return Err(error);
                    }
                }
                _ if !call.creates && error.is_passing_fault() && faults + 1 < MAX_TRIES => {
                    tokio::time::sleep(self.pause(faults)).await;
                    faults += 1;
                }
                _ => return Err(error),
            }
        }
    }

    async fn send_once(&self, call: &Call, busy: u32) -> Result<Answer, RoAppError> {
        let this = &self.0;
        let timeout = this.options.request_timeout;
        this.pace.wait(self.1.urgency).await?;
        this.fence.check(timeout)?;
        this.calls.add_one();
        self.1.count.add_one();
        let request = Request {
            method: call.name.verb.into(),
            reads: !call.name.writes(),
            url: self.url(call),
            bearer: Some(this.key.clone()),
            body: call.body.clone(),
            timeout,
        };
        let name = call.name;
        let span = tracing::debug_span!("roapp.request", call = %name);
        let answer = this.http.send(request).instrument(span).await;
        let answer = answer.map_err(|source| RoAppError::Send { call: name, source })?;
        tracing::debug!(call = %name, status = answer.status, "RO App answered");
        self.sort(call, answer, busy)
    }

    pub(super) fn url(&self, call: &Call) -> url::Url {
        let mut url = self.0.base_url.clone();
        let path = format!("{}{}", url.path().trim_end_matches('/'), call.path);
        url.set_path(&path);
        if !call.query.is_empty() {
            url.query_pairs_mut().clear().extend_pairs(&call.query);
        }
        url
    }

    /// Classifies an answer. Any 2xx from RO App is a success: only the status decides (contract roapp 3 and 10.1).
    fn sort(&self, sent: &Call, answer: Answer, busy: u32) -> Result<Answer, RoAppError> {
        let (call, status) = (sent.name, answer.status);
        let message = || refusal::message(&answer.body, self.0.key.expose(), &sent.told());
        match status {
            // A page comes from a proxy, not from RO App, so nobody knows what became of the change. A call that creates
            // something is let through: its answer shows no id, so the record is searched for anyway.
            200..=299 if call.writes() && !sent.creates && is_page(&answer) => {
                Err(RoAppError::Unavailable { status, call })
            }
            200..=299 => Ok(answer),
            401..=403 => Err(RoAppError::Access { status, call, message: message() }),
            300..=399 | 404 | 405 | 410 => Err(RoAppError::Missing { status, call }),
            429 => Err(RoAppError::TooMany { call, after: answer.retry_after.unwrap_or_else(|| self.pause(busy)) }),
            400..=499 if status != 408 => Err(RoAppError::Refused { status, call, message: message() }),
            _ => Err(RoAppError::Unavailable { status, call }),
        }
    }

    /// The pause after this many failures: doubled each time, with jitter, up to a minute.
    pub(super) fn pause(&self, failures: u32) -> Duration {
        let jitter = self.0.chance.lock().unwrap_or_else(PoisonError::into_inner).random_range(0.0..JITTER);
        let pause = self.0.options.backoff.saturating_mul(2_u32.saturating_pow(failures));
        pause.min(MAX_PAUSE).mul_f64(1.0 + jitter).min(MAX_PAUSE)
    }
}

/// Whether the answer is a page of some other program, with no JSON after it.
pub(super) fn is_page(answer: &Answer) -> bool {
    let is_page = Seen::of(&answer.body, &answer.content_type, str::to_owned).is_page;
    is_page && json::read(&answer.body[json::start(&answer.body)..]).is_err()
}
