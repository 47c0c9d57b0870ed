//! Sorts an HTTP answer: what is no answer of a Cartum store becomes an error, the rest is a word and a body
//! (contract cartum 2).

use serde_json::Value;
use url::Url;

use super::{
    error::{CartumError, DecodeError, Trouble},
    fields,
    hooks::{SUBSCRIBE, UNSUBSCRIBE},
    session::AUTH,
};
use crate::http::Answer;

/// How much of a store's text a message shows, in characters.
const SHOWN: usize = 200;
/// A run of this many letters and digits could be a token, whoever printed it.
const TOKEN_LENGTH: usize = 32;

/// The words of contract cartum 2.1.
pub(super) mod word {
    pub(in crate::cartum) const OK: &str = "OK";
    pub(in crate::cartum) const EMPTY: &str = "EMPTY";
    pub(in crate::cartum) const ERROR: &str = "ERROR";
    pub(in crate::cartum) const UNDEFINED_FUNCTION: &str = "UNDEFINED_FUNCTION";
    pub(super) const HTTP_ERROR: &str = "HTTP_ERROR";
    pub(super) const FORBIDDEN: &str = "FORBIDDEN";
    pub(super) const AUTH_FAILURES: [&str; 3] = ["UNAUTHORIZED", "AUTHORIZATION_ERROR", "AUTH_ERROR"];
    pub(in crate::cartum) const WARNING: &str = "WARNING";
    pub(super) const FAILURES: [&str; 6] = [OK, EMPTY, WARNING, ERROR, "EXCEPTION", HTTP_ERROR];
}

/// What a store answered: a word and a body.
#[derive(Debug)]
pub(super) struct Reply {
    host: String,
    function: &'static str,
    http: u16,
    /// The word in `status`; empty for an HTTP 401 without an envelope.
    pub(super) word: String,
    /// The body.
    pub(super) response: Value,
    message: String,
}

/// One call as far as its answer must know: who was asked for what, and what must never be shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call<'a> {
    pub(super) host: &'a str,
    pub(super) url: &'a Url,
    pub(super) function: &'static str,
    pub(super) secrets: [&'a str; 2],
}

impl Call<'_> {
    /// Takes the envelope out of an answer.
    pub(super) fn sort(&self, answer: &Answer) -> Result<Reply, CartumError> {
        let host = self.host.to_owned();
        let function = self.function;
        match answer.status {
            300..=399 => {
                let location = self.target(answer.location.as_deref().unwrap_or_default());
                return Err(CartumError::Redirected { host, function, location });
            }
            status @ (429 | 500..) => {
                let trouble = Trouble::Http(status);
                return Err(CartumError::Temporary { host, function, trouble, retry_after: answer.retry_after });
            }
            _ => {}
        }
        // Gone: the subscription is.
        if self.function == UNSUBSCRIBE && answer.status == 410 {
            return Ok(self.success(answer.status, Value::Null));
        }
        let body = answer.body.trim_start_matches('\u{feff}').trim();
        let Ok(json) = serde_json::from_str::<Value>(body) else { return self.not_json(answer.status, body) };
        let word = json.get("status").and_then(Value::as_str);
        if self.function == SUBSCRIBE && (200..300).contains(&answer.status) && word.is_none_or(|word| word == word::OK)
        {
            // An id is success wherever it stands (contract cartum 10.1).
            let place = if fields::get(&json, "id").is_some() { &json } else { &json["response"] };
            return Ok(self.success(answer.status, place.clone()));
        }
        let Some(word) = word else { return self.no_envelope(answer.status, &json, body) };
        let message = self.show(&message_of(&json));
        let word = self.show(word);
        let response = json.get("response").cloned().unwrap_or_default();
        Ok(Reply { host, function, http: answer.status, word, response, message })
    }

    fn not_json(&self, status: u16, body: &str) -> Result<Reply, CartumError> {
        let page = body.starts_with('<');
        if status == 401 || (status == 404 && !page) {
            return self.bare(status);
        }
        // A page is for everybody. Anything else may be orders that were cut off: their buyers are nobody's business.
        let is_shown = page || self.function == AUTH;
        let first_bytes = if is_shown { self.show(body) } else { format!("{} bytes", body.len()) };
        let host = self.host.to_owned();
        if self.function == AUTH && !body.is_empty() {
            return Err(CartumError::NotCartum { host, status, first_bytes });
        }
        Err(CartumError::NotJson { host, function: self.function, status, first_bytes })
    }

    fn success(&self, http: u16, response: Value) -> Reply {
        let (host, word) = (self.host.to_owned(), word::OK.to_owned());
        Reply { host, function: self.function, http, word, response, message: String::new() }
    }

    fn no_envelope(&self, status: u16, json: &Value, body: &str) -> Result<Reply, CartumError> {
        if status == 401 || status == 404 {
            return self.bare(status);
        }
        let host = self.host.to_owned();
        // A subscription outside 20x has failed, whatever the body (contract cartum 10.1).
        if [SUBSCRIBE, UNSUBSCRIBE].contains(&self.function) && (400..500).contains(&status) {
            let (word, message) = (format!("HTTP {status}"), self.show(&message_of(json)));
            return Err(CartumError::Failed { host, function: self.function, word, message });
        }
        if self.function == AUTH {
            return Err(CartumError::NotCartum { host, status, first_bytes: self.show(body) });
        }
        let source = DecodeError::new("status", "a word", "none");
        Err(CartumError::Contract { host, function: self.function, place: "the envelope", source })
    }

    /// An HTTP code that says enough without an envelope: 401 is an auth failure, 404 a switched off API.
    fn bare(&self, http: u16) -> Result<Reply, CartumError> {
        let host = self.host.to_owned();
        if http == 404 {
            return Err(CartumError::NotOnPlan { host, what: format!("{} answers HTTP 404", self.function) });
        }
        let (word, message) = (String::new(), String::new());
        Ok(Reply { host, function: self.function, http, word, response: Value::Null, message })
    }

    /// Where a redirect leads: another origin is named alone, as it can be set as `site_url`.
    fn target(&self, location: &str) -> String {
        let location = self.mask_secrets(location);
        match self.url.join(&location) {
            Ok(target) if target.origin() != self.url.origin() => self.show(&target.origin().ascii_serialization()),
            Ok(target) => self.show(target.as_str()),
            Err(_) => self.show(&location),
        }
    }

    /// A store's text as a message may show it: one line, 200 characters, no secret.
    fn show(&self, text: &str) -> String {
        shorten(&mask_runs(&self.mask_secrets(text)))
    }

    /// Replaces the password and the token, as they are or escaped for JSON, a query or a path.
    fn mask_secrets(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in self.secrets.into_iter().filter(|secret| !secret.is_empty()) {
            let json = Value::from(secret).to_string();
            let query: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
            let path = query.replace('+', "%20");
            for spelling in [secret, json.trim_matches('"'), &query, &path] {
                text = text.replace(spelling, "***");
            }
        }
        text
    }
}

impl Reply {
    /// An auth failure by the rule of contract cartum 2.5.
    pub(super) fn refuses_token(&self) -> bool {
        let general = self.word == word::ERROR || self.word == word::HTTP_ERROR;
        let message = self.message.to_lowercase();
        self.http == 401
            || word::AUTH_FAILURES.contains(&self.word.as_str())
            || (general && ["token", "auth", "автор"].iter().any(|sign| message.contains(sign)))
    }

    /// The body of a success; `None` = the store says that nothing matches.
    pub(super) fn data(self) -> Result<Option<Value>, CartumError> {
        match self.word.as_str() {
            word::OK => Ok(Some(self.response)),
            word::EMPTY => Ok(None),
            _ => Err(self.failure()),
        }
    }

    /// The error that a word other than success stands for, after a good login.
    pub(super) fn failure(self) -> CartumError {
        if self.refuses_token() {
            let trouble = Trouble::TokenRefused { message: self.said() };
            return CartumError::Temporary { host: self.host, function: self.function, trouble, retry_after: None };
        }
        let Self { host, function, word, message, .. } = self;
        if word == word::FORBIDDEN || word == word::UNDEFINED_FUNCTION {
            let said = if message.is_empty() { String::new() } else { format!(": {message}") };
            return CartumError::NotOnPlan { host, what: format!("{function} answers {word}{said}") };
        }
        if word::FAILURES.contains(&word.as_str()) {
            return CartumError::Failed { host, function, word, message };
        }
        CartumError::UnknownWord { host, word, function }
    }

    /// The store's message, else its word, else the HTTP code.
    pub(super) fn said(&self) -> String {
        if !self.message.is_empty() {
            self.message.clone()
        } else if !self.word.is_empty() {
            self.word.clone()
        } else {
            format!("HTTP {}", self.http)
        }
    }
}

/// The text of an error body in each shape of contract cartum 2.2.
fn message_of(json: &Value) -> String {
    let response = json.get("response").unwrap_or(&Value::Null);
    match response {
        Value::String(text) => text.clone(),
        _ if fields::get(response, "message").is_some() => fields::text(response, "message"),
        _ => fields::text(json, "message"),
    }
}

/// Replaces what could be a token.
fn mask_runs(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    for piece in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let run = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        if run.len() >= TOKEN_LENGTH {
            masked.push_str("***");
            masked.push_str(piece.get(run.len()..).unwrap_or_default());
        } else {
            masked.push_str(piece);
        }
    }
    masked
}

/// One line of at most [`SHOWN`] characters.
fn shorten(text: &str) -> String {
    let line = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|part| !part.is_empty());
    let line = line.collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SHOWN {
        return line;
    }
    line.chars().take(SHOWN - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_text_is_one_short_line() {
        assert_eq!(shorten(" Auth\r\n\trequired.\u{0}\n"), "Auth required.");
        assert_eq!(shorten(&"я ".repeat(500)).chars().count(), SHOWN);
    }

    #[test]
    fn what_could_be_a_token_is_masked() {
        let token = "0123456789abcdef0123456789abcdef";
        assert_eq!(mask_runs(&format!("{{\"t\":\"{token}\"}}, {token}")), "{\"t\":\"***\"}, ***");
        assert_eq!(mask_runs("пароль 0123456789abcdef"), "пароль 0123456789abcdef");
    }
}
