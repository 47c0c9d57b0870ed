//! Reads one answer: a page of a list in all its envelopes, or a record (contract roapp 2).

use std::ops::Range;

use serde_json::Value;

use super::{
    error::{CallName, RoAppError},
    row::Row,
    wire,
};
use crate::{
    domain::text,
    http::{Answer, Seen},
    json::{self, Entries, Fault},
};

/// One page of a list.
pub(super) struct Page<T> {
    pub(super) rows: Vec<T>,
    pub(super) total_pages: Option<u64>,
    /// How many rows all pages have together, or this page alone: RO App's lists differ.
    pub(super) count: Option<u64>,
    /// How many rows were left out.
    pub(super) passed_over: u64,
}

impl<T> Page<T> {
    /// The empty page after the last.
    pub(super) fn end(number: u64) -> Self {
        Self { rows: Vec::new(), total_pages: Some(number), count: None, passed_over: 0 }
    }
}

/// What to do with a row that cannot be read: it is not a record, or has no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Odd {
    /// Leave it out: the other rows are enough.
    PassOver,
    /// Leave it out, unless it contains a marker or a token of ours: a search for that must not take it as absent.
    PassOverUnmarked,
    /// Reject the list.
    Refuse,
}

/// The beginning of every marker and token of ours.
const MARKED: &[u8] = b"[cartum:";

/// A function that reads a record.
pub(super) trait Read<T>: Fn(&Row<'_>) -> Result<T, RoAppError> + Copy + Send + 'static {}

impl<T, F: Fn(&Row<'_>) -> Result<T, RoAppError> + Copy + Send + 'static> Read<T> for F {}

/// Reads a page: splits it into rows first, then reads each row on its own.
pub(super) fn page<T>(call: CallName, answer: &Answer, odd: Odd, read: impl Read<T>) -> Result<Page<T>, RoAppError> {
    let text = answer.body.as_slice();
    let start = json::start(text);
    let broken = |fault| not_json(call, answer, Some(fault));
    let garbled = |place: &str| RoAppError::Garbled { call, place: place.to_owned() };
    let mut page = Page { rows: Vec::new(), total_pages: None, count: None, passed_over: 0 };
    let list_at = match text.get(start) {
        Some(b'[') => start,
        Some(b'{') => {
            let keys = ["data", "paging", "total_pages", "count"];
            let [data, paging, total_pages, count] = json::fields(text, start, keys).map_err(broken)?;
            let read = |place: Option<Range<usize>>| place.and_then(|place| json::read(&text[place]).ok());
            let paging = read(paging).unwrap_or_default();
            page.total_pages =
                paging.get("total_pages").cloned().or_else(|| read(total_pages)).as_ref().and_then(whole);
            page.count = paging.get("count").cloned().or_else(|| read(count)).as_ref().and_then(whole);
            match data {
                Some(data) if &text[data.clone()] == b"null" => return Ok(page),
                Some(data) => data.start,
                None => return Err(garbled("the list")),
            }
        }
        _ => return Err(not_json(call, answer, None)),
    };
    let rows = Entries::of(text, list_at).filter(|_| text.get(list_at) == Some(&b'['));
    for (index, row) in rows.ok_or_else(|| garbled("the list"))?.enumerate() {
        if index >= json::MAX_ROWS {
            return Err(garbled("the list, which has more than 5,000 rows on one page"));
        }
        let row = &text[row.map_err(broken)?.1];
        let place = format!("data[{index}]");
        match read_row(call, &place, row, read) {
            Ok(row) => page.rows.push(row),
            Err(error) => {
                let is_marked = || row.windows(MARKED.len()).any(|window| window == MARKED);
                if odd == Odd::Refuse || (odd == Odd::PassOverUnmarked && is_marked()) {
                    return Err(error);
                }
                if page.passed_over == 0 {
                    tracing::warn!(%error, "a row of a list from RO App cannot be read; the other rows are used");
                }
                page.passed_over += 1;
            }
        }
    }
    Ok(page)
}

fn read_row<T>(call: CallName, place: &str, text: &[u8], read: impl Read<T>) -> Result<T, RoAppError> {
    let value = json::read(text);
    let value = value.map_err(|fault| RoAppError::Garbled { call, place: format!("{place} ({fault})") })?;
    read(&Row::new(call, place, &value)?)
}

/// The size and type of an answer, and where it is broken.
fn not_json(call: CallName, answer: &Answer, fault: Option<Fault>) -> RoAppError {
    let seen = Seen::of(&answer.body, &answer.content_type, |stray| text::discreet(stray, &[])).words();
    let what = fault.map_or_else(|| seen.clone(), |fault| format!("{seen}: {fault}"));
    RoAppError::NotJson { call, what }
}

/// Reads a record, bare or under `data`.
pub(super) fn record<T>(call: CallName, answer: &Answer, read: impl Read<T>) -> Result<T, RoAppError> {
    let body = json::read(&answer.body[json::start(&answer.body)..]);
    let body = body.map_err(|fault| not_json(call, answer, Some(fault)))?;
    let record = body.get("data").filter(|inner| inner.is_object()).unwrap_or(&body);
    read(&Row::new(call, "the record", record)?)
}

fn whole(value: &Value) -> Option<u64> {
    wire::id(value).and_then(|number| number.try_into().ok())
}
