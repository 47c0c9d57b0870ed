//! The answer of a function, before it becomes HTTP.

use serde_json::{Value, json};

/// A function's answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reply {
    /// HTTP status; business errors come with 200.
    pub(super) http: u16,
    /// `None` = no body.
    pub(super) body: Option<Value>,
}

impl Reply {
    pub(super) fn new(http: u16, body: Value) -> Self {
        Self { http, body: Some(body) }
    }

    /// The envelope (contract cartum 1).
    pub(super) fn word(word: &str, response: &Value) -> Self {
        Self::new(200, json!({ "status": word, "response": response }))
    }

    pub(super) fn ok(response: &Value) -> Self {
        Self::word("OK", response)
    }

    /// The usual error body (contract cartum 2.2).
    pub(super) fn refusal(word: &str, message: &str) -> Self {
        Self::word(word, &json!({ "message": message }))
    }

    pub(super) fn error(message: &str) -> Self {
        Self::refusal("ERROR", message)
    }

    /// The answer to something that is not a valid request (contract cartum 2.1).
    pub(super) fn http_error(code: u16, message: &str) -> Self {
        Self::word("HTTP_ERROR", &json!({ "code": code, "message": message }))
    }

    pub(super) fn undefined() -> Self {
        Self::word("UNDEFINED_FUNCTION", &json!([]))
    }

    pub(super) fn forbidden() -> Self {
        Self::refusal("FORBIDDEN", "Use of the method is not allowed")
    }

    /// An HTTP status without a body.
    pub(super) fn bare(http: u16) -> Self {
        Self { http, body: None }
    }

    /// The word for the record of calls: the status word, or else the HTTP status.
    pub(super) fn status_word(&self) -> String {
        let word = self.body.as_ref().and_then(|body| body.get("status")).and_then(Value::as_str);
        word.map_or_else(|| format!("HTTP {}", self.http), String::from)
    }
}
