//! Splits an answer's envelope without reading its content (contract cartum 2), and splits its lists into rows.

use std::{fmt, ops::Range};

use serde_json::Value;

use super::{
    error::{CartumError, DecodeError},
    fields,
};
use crate::{
    http::{Answer, Seen},
    json::{self, Entries, Excerpt, Fault},
};

/// The body of an answer, not read before it is needed.
#[derive(Default)]
pub(super) struct Body {
    answer: Vec<u8>,
    /// The range of `response` in the answer; empty if it is missing.
    response: Range<usize>,
    content_type: String,
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.response.len())
    }
}

/// A row: its key and its text.
pub(super) type Entry<'a> = (String, &'a [u8]);

impl Body {
    pub(super) fn new(answer: Answer, response: Range<usize>) -> Self {
        Self { answer: answer.body, response, content_type: answer.content_type }
    }

    /// The size of the answer in bytes.
    pub(super) fn size(&self) -> usize {
        self.answer.len()
    }

    fn text(&self) -> &[u8] {
        self.answer.get(self.response.clone()).unwrap_or_default()
    }

    /// The whole body as a value, for short bodies; `null` if it cannot be read.
    pub(super) fn value(&self) -> Value {
        json::read(self.text()).unwrap_or_default()
    }

    /// The entries of the list under `key`, each with its own key and its text. PHP makes an object of an array with gaps; its
    /// entries come in the order of their numeric keys. `None` for a body with other content and no list.
    ///
    /// # Errors
    /// When the body cannot be split, or has more than [`json::MAX_ROWS`] entries.
    pub(super) fn entries(&self, key: &str) -> Result<Result<Vec<Entry<'_>>, DecodeError>, Fault> {
        let text = self.text();
        let Some(place) = json::fields(text, 0, [key])?.map(|place| place.map(|place| place.start))[0] else {
            return Ok(if is_nothing(text) { Ok(Vec::new()) } else { Err(DecodeError::new(key, "a list", "nothing")) });
        };
        let Some(list) = Entries::of(text, place) else {
            let value = &text[place..json::skip(text, place)?];
            let refused = || DecodeError::new(key, "a list", fields::kind(&short(value)));
            return Ok(if is_nothing(value) { Ok(Vec::new()) } else { Err(refused()) });
        };
        let mut entries = Vec::new();
        for (at, entry) in list.enumerate() {
            if at >= json::MAX_ROWS {
                return Err(Fault::new(place, "more than 5,000 rows"));
            }
            let (key, value) = entry?;
            let key = key.map(|key| short(&text[key]).as_str().map_or_else(String::new, str::to_owned));
            entries.push((key.unwrap_or_else(|| at.to_string()), &text[value]));
        }
        if text.get(place) == Some(&b'{') {
            entries.sort_by_key(|(key, _)| key.parse::<u64>().unwrap_or(u64::MAX));
        }
        Ok(Ok(entries))
    }

    /// The error for a body that cannot be split, with what a message may show of the answer.
    pub(super) fn broken(&self, host: String, function: &'static str, fault: Fault) -> CartumError {
        let seen = Box::new(Seen::of(&self.answer, &self.content_type, |_| String::new()));
        let fault = Fault { at: fault.at + self.response.start, ..fault };
        CartumError::Broken { host, function, fault, seen, beginning: Excerpt::of(&self.answer) }
    }
}

fn is_nothing(text: &[u8]) -> bool {
    text.is_empty() || (text.len() <= SHORT && json::read(text).is_ok_and(|value| fields::is_nothing(&value)))
}

/// Longest value that is read where a single word is expected, in bytes.
const SHORT: usize = 64 << 10;

/// A short value; `null` if it is long or cannot be read.
pub(super) fn short(text: &[u8]) -> Value {
    if text.len() > SHORT { Value::Null } else { json::read(text).unwrap_or_default() }
}

/// The members of an envelope: `status`, `response`, `message`, `id`.
type Members = [Option<Range<usize>>; 4];

/// An envelope may follow text that a store's PHP printed before it. How far into an answer it is looked for, in bytes, and at
/// how many braces.
const STRAY: usize = 64 << 10;
const MOST_TRIES: usize = 20;

/// Cuts out the members of the envelope; `None` if there is no JSON. Text printed before or after the envelope is ignored.
pub(super) fn envelope(body: &[u8]) -> Result<Option<Members>, Fault> {
    let members = |at: usize| json::fields(body, at, ["status", "response", "message", "id"]);
    let start = json::start(body);
    match body.get(start) {
        Some(b'{' | b'[') => return members(start).map(Some),
        Some(b'-' | b'"' | b'0'..=b'9') | None => return Ok(None),
        _ => {}
    }
    let mut first_fault = None;
    let near = &body[..body.len().min(STRAY)];
    let braces = near.iter().enumerate().filter(|(_, byte)| **byte == b'{').map(|(at, _)| at);
    for at in braces.take(MOST_TRIES) {
        match members(at) {
            Ok(found @ [Some(_), Some(_), ..]) => return Ok(Some(found)),
            Err(fault) if is_envelope(&body[at..]) => drop(first_fault.get_or_insert(fault)),
            Ok(_) | Err(_) => {}
        }
    }
    first_fault.map_or(Ok(None), Err)
}

/// Whether the text begins with the word of an envelope.
fn is_envelope(text: &[u8]) -> bool {
    let text = text[1..].trim_ascii_start();
    text.starts_with(b"\"status\"")
}
