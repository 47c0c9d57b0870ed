//! Answers: replies, refusals, and the form of values.

use axum::{
    body::Body,
    http::{StatusCode, header},
    response::Response,
};
use chrono::{DateTime, FixedOffset, SecondsFormat, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    order::round,
    quirks::{CreatedShape, DictionaryShape, ErrorShape, MoneyForm, RetryAfter, RoAppQuirks, TimeForm},
};

const PAGE: &str = "<!DOCTYPE html><html><head><title>Sandbox</title></head><body>Something went wrong.</body></html>";

/// The outcome of a handler.
pub(super) type Answer = Result<Reply, Refusal>;

/// A request that is refused.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    field: String,
    message: String,
}

impl Refusal {
    /// Status 400, for a field of the body or a parameter of the query.
    pub(super) fn field(field: &str, message: &str) -> Self {
        Self { status: 400, field: field.into(), message: message.into() }
    }

    /// A status other than 400.
    pub(super) fn status(status: u16, message: &str) -> Self {
        Self { status, field: "request".into(), message: message.into() }
    }

    /// Status 404: no such record.
    pub(super) fn missing() -> Self {
        Self::status(404, "Not Found")
    }

    /// The reply; `turn` chooses the form if the forms rotate.
    pub(super) fn reply(&self, quirks: &RoAppQuirks, turn: usize) -> Reply {
        if matches!(self.status, 404 | 405) {
            return Reply::text(self.status, &self.message);
        }
        let Self { status, field, message } = self;
        match shape(quirks.errors, turn) {
            ErrorShape::MessageText => {
                Reply::json(*status, &json!({"success": false, "code": 1, "message": format!("{field}: {message}")}))
            }
            ErrorShape::MessageValidation => {
                let validation = json!({"validation": {field: [message]}});
                Reply::json(*status, &json!({"success": false, "code": 1, "message": validation}))
            }
            ErrorShape::Validation => Reply::json(*status, &json!({"validation": {field: [message]}})),
            ErrorShape::PlainText => Reply::text(*status, message),
            ErrorShape::Html => Reply::html(*status),
            ErrorShape::Empty => Reply::empty(*status),
            ErrorShape::Errors | ErrorShape::Rotating => {
                Reply::json(*status, &json!({"errors": {field: [message]}, "message": "Validation error"}))
            }
        }
    }
}

fn shape(shape: ErrorShape, turn: usize) -> ErrorShape {
    const ALL: [ErrorShape; 7] = [
        ErrorShape::Errors,
        ErrorShape::MessageText,
        ErrorShape::MessageValidation,
        ErrorShape::Validation,
        ErrorShape::PlainText,
        ErrorShape::Html,
        ErrorShape::Empty,
    ];
    if shape == ErrorShape::Rotating { ALL[turn % ALL.len()] } else { shape }
}

/// An answer to be sent.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    kind: &'static str,
    body: String,
    retry_after: Option<String>,
}

impl Reply {
    fn new(status: u16, kind: &'static str, body: String) -> Self {
        Self { status, kind, body, retry_after: None }
    }

    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json", body.to_string())
    }

    pub(super) fn text(status: u16, body: &str) -> Self {
        Self::new(status, "text/plain; charset=utf-8", body.into())
    }

    pub(super) fn html(status: u16) -> Self {
        Self::new(status, "text/html; charset=utf-8", PAGE.into())
    }

    pub(super) fn empty(status: u16) -> Self {
        Self::new(status, "", String::new())
    }

    /// A given text; sent as JSON if it begins like JSON.
    pub(super) fn given(status: u16, body: String) -> Self {
        let kind = if body.starts_with(['{', '[']) { "application/json" } else { "text/plain; charset=utf-8" };
        Self::new(status, kind, body)
    }

    /// Status 401 (contract roapp 10.1).
    pub(super) fn unauthorized() -> Self {
        Self::json(401, &json!({"success": false, "code": 101, "message": "Invalid token"}))
    }

    /// Status 429.
    pub(super) fn too_many(quirks: &RoAppQuirks, now: DateTime<Utc>) -> Self {
        let retry_after = match quirks.retry_after {
            RetryAfter::Absent => None,
            RetryAfter::Seconds(seconds) => Some(seconds.to_string()),
            RetryAfter::HttpDate(seconds) => {
                let at = now + TimeDelta::seconds(seconds.into());
                Some(at.format("%a, %d %b %Y %H:%M:%S GMT").to_string())
            }
        };
        Self { retry_after, ..Self::text(429, "Too Many Requests") }
    }

    pub(super) fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = Response::builder().status(status);
        if !self.kind.is_empty() {
            response = response.header(header::CONTENT_TYPE, self.kind);
        }
        if let Some(after) = self.retry_after {
            response = response.header(header::RETRY_AFTER, after);
        }
        response.body(Body::from(self.body)).unwrap_or_default()
    }
}

impl RoAppQuirks {
    /// The answer to a create (contract roapp 3).
    pub(super) fn created(&self, id: i64, usual: u16) -> Reply {
        let status = self.created_status.unwrap_or(usual);
        let id = self.id(id);
        match self.created {
            CreatedShape::Object => Reply::json(status, &json!({"id": id})),
            CreatedShape::Number => Reply::json(status, &id),
            CreatedShape::DataObject => Reply::json(status, &json!({"data": {"id": id}})),
            CreatedShape::DataArray => Reply::json(status, &json!({"data": [{"id": id}], "success": true})),
            CreatedShape::Empty => Reply::empty(status),
        }
    }

    /// The answer to a change.
    pub(super) fn changed(&self, id: i64) -> Reply {
        if self.changed_empty { Reply::empty(200) } else { Reply::json(200, &json!({"id": self.id(id)})) }
    }

    /// A dictionary.
    pub(super) fn dictionary(&self, rows: Vec<Value>) -> Reply {
        match self.dictionaries {
            DictionaryShape::Bare => Reply::json(200, &Value::Array(rows)),
            DictionaryShape::Data => Reply::json(200, &json!({"data": rows})),
        }
    }

    pub(super) fn id(&self, id: i64) -> Value {
        if self.ids_as_text { json!(id.to_string()) } else { json!(id) }
    }

    pub(super) fn some_id(&self, id: Option<i64>) -> Value {
        id.map_or(Value::Null, |id| self.id(id))
    }

    /// An amount with the documented number of decimals.
    pub(super) fn money(&self, amount: Decimal, decimals: u32) -> Value {
        match self.money {
            MoneyForm::Strings => json!(fixed(amount, decimals)),
            MoneyForm::Numbers => number(amount),
            MoneyForm::Trimmed => json!(amount.normalize().to_string()),
            MoneyForm::SixDecimals => json!(fixed(amount, 6)),
        }
    }

    pub(super) fn time(&self, at: DateTime<Utc>) -> Value {
        match self.times {
            TimeForm::Seconds => json!(at.to_rfc3339_opts(SecondsFormat::Secs, true)),
            TimeForm::Fractions => json!(at.to_rfc3339_opts(SecondsFormat::Micros, true)),
            TimeForm::EpochMs => json!(at.timestamp_millis()),
            TimeForm::Day => json!(at.date_naive()),
            TimeForm::Offset => {
                let east = FixedOffset::east_opt(3 * 3600).map(|zone| at.with_timezone(&zone));
                json!(east.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)))
            }
        }
    }

    pub(super) fn some_time(&self, at: Option<DateTime<Utc>>) -> Value {
        at.map_or(Value::Null, |at| self.time(at))
    }
}

/// A JSON number.
pub(super) fn number(amount: Decimal) -> Value {
    let text = amount.normalize().to_string();
    text.parse::<i64>().map(Value::from).or_else(|_| text.parse::<f64>().map(Value::from)).unwrap_or_default()
}

fn fixed(amount: Decimal, decimals: u32) -> String {
    format!("{:.*}", usize::try_from(decimals).unwrap_or_default(), round(amount, decimals))
}
