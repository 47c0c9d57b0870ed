//! Classifies an HTTP answer: whatever a Cartum store would not send becomes an error, the rest a status word and a body
//! (contract cartum 2).

use std::{
    hash::{BuildHasher, RandomState},
    ops::Range,
};

use serde_json::{Value, json};
use url::Url;

use super::{
    body::{self, Body, short},
    error::{CartumError, DecodeError, Trouble},
    fields,
    hooks::{SUBSCRIBE, UNSUBSCRIBE},
    orders::ORDERS_GET,
    session::AUTH,
    update::ORDERS_UPDATE,
};
use crate::{
    domain::text,
    http::{Answer, Seen},
    json::{self, Excerpt, Fault},
    secrets::Secret,
};

/// Most characters of a store's text in a message.
const SHOWN: usize = 200;
/// Longest status word that is shown, in characters.
const LONGEST_WORD: usize = 40;
/// A run of at least this many letters and digits could be a token, so it is masked.
const TOKEN_LENGTH: usize = 32;

/// The status words of contract cartum 2.1.
pub(super) mod word {
    pub(in crate::cartum) const OK: &str = "OK";
    pub(in crate::cartum) const EMPTY: &str = "EMPTY";
    pub(in crate::cartum) const ERROR: &str = "ERROR";
    pub(in crate::cartum) const UNDEFINED_FUNCTION: &str = "UNDEFINED_FUNCTION";
    pub(in crate::cartum) const EXCEPTION: &str = "EXCEPTION";
    pub(super) const HTTP_ERROR: &str = "HTTP_ERROR";
    pub(super) const FORBIDDEN: &str = "FORBIDDEN";
    pub(super) const AUTH_FAILURES: [&str; 3] = ["UNAUTHORIZED", "AUTHORIZATION_ERROR", "AUTH_ERROR"];
    pub(in crate::cartum) const WARNING: &str = "WARNING";
    pub(super) const FAILURES: [&str; 6] = [OK, EMPTY, WARNING, ERROR, EXCEPTION, HTTP_ERROR];
}

/// A store's answer: a word and a body.
#[derive(Debug)]
pub(super) struct Reply {
    host: String,
    function: &'static str,
    http: u16,
    /// The word in `status`; empty for an HTTP 401 without an envelope.
    pub(super) word: String,
    body: Body,
    /// The part of the store's message that may be shown.
    message: String,
    /// The message mentions a token or authorisation.
    is_of_token: bool,
    /// What the answer is recognized by.
    pub(super) print: AnswerPrint,
    /// It is the answer that was known, and its body was not read.
    pub(super) is_known: bool,
}

/// What an answer is recognized by within this process: a keyed hash.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AnswerPrint(u64);

/// What has to be known of a call to understand its answer: the store, the function, and the secrets that must never be shown.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) host: String,
    pub(super) url: Url,
    pub(super) function: &'static str,
    pub(super) secrets: [Secret; 2],
    /// Draws prints of answers.
    pub(super) prints: RandomState,
    /// An answer that need not be read again.
    pub(super) known: Option<AnswerPrint>,
}

impl Call {
    /// Takes the envelope out of an answer.
    pub(super) fn sort(&self, answer: Answer) -> Result<Reply, CartumError> {
        let host = self.host.clone();
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
        let print = AnswerPrint(self.prints.hash_one(&answer.body));
        if answer.status == 200 && self.known == Some(print) {
            return Ok(Reply { print, is_known: true, ..self.success(answer, 0..0) });
        }
        // "Gone" means that the subscription is gone.
        if self.function == UNSUBSCRIBE && answer.status == 410 {
            return Ok(self.success(answer, 0..0));
        }
        let found = match body::envelope(&answer.body) {
            Ok(found) => found,
            Err(fault) => return self.not_json(&answer, Some(fault)),
        };
        let Some(members) = found else { return self.not_json(&answer, None) };
        let text = |place: &Option<Range<usize>>| place.clone().map(|place| short(&answer.body[place]));
        let [status, response, message, id] = &members;
        let word = text(status).and_then(|status| status.as_str().map(str::to_owned));
        let response_at = response.clone().unwrap_or_default();
        if self.function == SUBSCRIBE
            && (200..300).contains(&answer.status)
            && word.as_ref().is_none_or(|word| word == word::OK)
        {
            // An id means success, wherever it is (contract cartum 10.1).
            let at_top = text(id).is_some_and(|id| !fields::is_nothing(&id));
            let place = if at_top { json::start(&answer.body)..answer.body.len() } else { response_at };
            return Ok(self.success(answer, place));
        }
        let said = message_of(text(response), text(message).as_ref());
        let message = self.show_message(&said);
        let Some(word) = word else { return self.no_envelope(&answer, message) };
        let word = self.word(&word);
        let http = answer.status;
        let (body, is_of_token) = (Body::new(answer, response_at), is_of_token(&said));
        Ok(Reply { host, function, http, word, body, message, is_of_token, print, is_known: false })
    }

    /// The outcome of an answer that is not JSON; `fault` if it seems to be meant as JSON.
    fn not_json(&self, answer: &Answer, fault: Option<Fault>) -> Result<Reply, CartumError> {
        let seen = self.seen(answer);
        let status = answer.status;
        if status == 401 || (status == 404 && !seen.is_page) {
            return self.bare(status);
        }
        let (host, function, seen) = (self.host.clone(), self.function, Box::new(seen));
        if function == AUTH && seen.size > 0 {
            return Err(CartumError::NotCartum { host, status, seen });
        }
        Err(match fault {
            Some(fault) => CartumError::Broken { host, function, fault, seen, beginning: Excerpt::of(&answer.body) },
            None => CartumError::NotJson { host, function, status, seen },
        })
    }

    fn seen(&self, answer: &Answer) -> Seen {
        Seen::of(&answer.body, &answer.content_type, |stray| self.show_unquoted(stray))
    }

    fn success(&self, answer: Answer, response: Range<usize>) -> Reply {
        let (host, word) = (self.host.clone(), word::OK.to_owned());
        let http = answer.status;
        let (function, body, message) = (self.function, Body::new(answer, response), String::new());
        let print = AnswerPrint::default();
        Reply { host, function, http, word, body, message, is_of_token: false, print, is_known: false }
    }

    fn no_envelope(&self, answer: &Answer, message: String) -> Result<Reply, CartumError> {
        let status = answer.status;
        if status == 401 || status == 404 {
            return self.bare(status);
        }
        let host = self.host.clone();
        // A subscription call answered outside 20x has failed, whatever the body says (contract cartum 10.1).
        if [SUBSCRIBE, UNSUBSCRIBE].contains(&self.function) && (400..500).contains(&status) {
            return Err(CartumError::Failed { host, function: self.function, word: format!("HTTP {status}"), message });
        }
        if self.function == AUTH {
            return Err(CartumError::NotCartum { host, status, seen: Box::new(self.seen(answer)) });
        }
        let source = DecodeError::new("status", "a word", "none");
        Err(CartumError::Contract { host, function: self.function, place: "the envelope", source })
    }

    /// The outcome of an HTTP code that says enough without an envelope: 401 is an auth failure, 404 an API that is switched
    /// off.
    fn bare(&self, http: u16) -> Result<Reply, CartumError> {
        let host = self.host.clone();
        if http == 404 {
            return Err(CartumError::NotOnPlan { host, what: format!("{} answers HTTP 404", self.function) });
        }
        let (function, word, message) = (self.function, String::new(), String::new());
        let (body, print) = (Body::default(), AnswerPrint::default());
        Ok(Reply { host, function, http, word, body, message, is_of_token: false, print, is_known: false })
    }

    /// The target of a redirect. For another origin only the origin is named, since it can be entered as `site_url`; a query
    /// never is.
    fn target(&self, location: &str) -> String {
        let location = self.mask_secrets(location);
        match self.url.join(&location) {
            Ok(target) if target.origin() != self.url.origin() => self.show(&target.origin().ascii_serialization()),
            Ok(target) => self.show(&target[..url::Position::AfterPath]),
            Err(_) => text::length_of(&location),
        }
    }

    /// A store's text in the form that a message may show: one line, 200 characters, without secrets, addresses and phones.
    fn show(&self, text: &str) -> String {
        shorten(&text::discreet(&mask_runs(&self.mask_secrets(text::cut(text))), &[]))
    }

    /// Like [`Self::show`], but also without quoted text. Secrets are masked first: half of one could not be recognised later.
    fn show_unquoted(&self, text: &str) -> String {
        self.show(&text::without_quoted(&self.mask_secrets(text::cut(text))))
    }

    /// The part of a store's error message that may be shown. When orders are requested, the message may name a buyer in any
    /// form, so only messages of a program are shown.
    fn show_message(&self, message: &str) -> String {
        let is_of_orders = [ORDERS_GET, ORDERS_UPDATE].contains(&self.function);
        if is_of_orders && !text::is_technical(message) {
            text::length_of(message)
        } else {
            self.show_unquoted(message)
        }
    }

    /// A status word; any other text is not shown.
    fn word(&self, word: &str) -> String {
        self.mask_secrets(&text::short_word(word, LONGEST_WORD))
    }

    /// Masks the password and the token, in plain form or escaped for JSON, a query or a path.
    fn mask_secrets(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in self.secrets.iter().map(Secret::expose).filter(|secret| !secret.is_empty()) {
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
    /// Whether this is an auth failure by the rule of contract cartum 2.5.
    pub(super) fn refuses_token(&self) -> bool {
        let general = self.word == word::ERROR || self.word == word::HTTP_ERROR;
        self.http == 401 || word::AUTH_FAILURES.contains(&self.word.as_str()) || (general && self.is_of_token)
    }

    /// The body of a success; `None` = the store says that nothing matches.
    pub(super) fn data(self) -> Result<Option<Body>, CartumError> {
        match self.word.as_str() {
            word::OK => Ok(Some(self.body)),
            word::EMPTY => Ok(None),
            _ => Err(self.failure()),
        }
    }

    /// The error for a word other than success, after a successful login.
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

    /// The whole body as a value, for short bodies.
    pub(super) fn value(&self) -> Value {
        self.body.value()
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

/// The text of an error body in each form of contract cartum 2.2.
fn message_of(response: Option<Value>, message: Option<&Value>) -> String {
    match response.unwrap_or_default() {
        Value::String(text) => text,
        response if fields::get(&response, "message").is_some() => fields::text(&response, "message"),
        _ => fields::text(&json!({ "message": message }), "message"),
    }
}

/// Looks at the first words only, since a message shows no more of the text.
fn is_of_token(message: &str) -> bool {
    let message = shorten(text::cut(message)).to_lowercase();
    ["token", "auth", "автор"].iter().any(|sign| message.contains(sign))
}

/// Masks whatever could be a token.
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
