//! Checks request bodies: known keys, required keys, types (contract roapp 4.2, 4.5, 5.1, 7).

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Map, Value};

use super::{
    answer::Refusal,
    quirks::RoAppQuirks,
    reference::{self, CustomField},
};

/// The type of a value.
#[derive(Debug)]
pub(super) enum Kind {
    Int,
    Number,
    Flag,
    /// At most `text_limit` characters.
    Text,
    /// At most `name_limit` characters.
    Name,
    /// `YYYY-MM-DDTHH:MM:SSZ`.
    Instant,
    Word(&'static [&'static str]),
    Object(&'static [Field]),
    List(&'static Kind),
    IntOrText,
    Warranty,
    CustomFields(&'static [CustomField]),
    /// `{"<price list id>": number}`.
    Prices,
}

/// A key of a body.
#[derive(Debug)]
pub(super) struct Field {
    name: &'static str,
    kind: Kind,
    required: bool,
}

pub(super) const fn must(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, required: true }
}

pub(super) const fn may(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, required: false }
}

/// Parses a body and checks it against its fields. With `whole`, required keys must be there.
pub(super) fn body(
    raw: &[u8],
    fields: &[Field],
    whole: bool,
    quirks: &RoAppQuirks,
) -> Result<Map<String, Value>, Refusal> {
    let Ok(Value::Object(body)) = serde_json::from_slice(raw) else {
        return Err(Refusal::field("body", "must be a JSON object"));
    };
    object(&body, fields, whole, quirks)?;
    Ok(body)
}

fn object(body: &Map<String, Value>, fields: &[Field], whole: bool, quirks: &RoAppQuirks) -> Result<(), Refusal> {
    for field in fields {
        match body.get(field.name) {
            Some(given) => value(field.name, given, &field.kind, quirks)?,
            None if field.required && whole => return Err(Refusal::field(field.name, "required")),
            None => {}
        }
    }
    match body.keys().find(|key| fields.iter().all(|field| field.name != *key)) {
        Some(unknown) => Err(Refusal::field(unknown, "unknown field")),
        None => Ok(()),
    }
}

fn value(name: &str, given: &Value, kind: &Kind, quirks: &RoAppQuirks) -> Result<(), Refusal> {
    let right = match kind {
        Kind::Int => given.as_i64().is_some(),
        Kind::Number => given.is_number(),
        Kind::Flag => given.is_boolean(),
        Kind::Text => text_within(given, quirks.text_limit, quirks),
        Kind::Name => text_within(given, quirks.name_limit, quirks),
        Kind::Instant => given.as_str().and_then(instant).is_some(),
        Kind::Word(words) => given.as_str().is_some_and(|word| words.contains(&word)),
        Kind::IntOrText => given.is_string() || given.as_i64().is_some(),
        Kind::Object(fields) => match given {
            Value::Object(inner) => return object(inner, fields, true, quirks),
            _ => false,
        },
        Kind::List(kind) => match given {
            Value::Array(entries) => return entries.iter().try_for_each(|entry| value(name, entry, kind, quirks)),
            _ => false,
        },
        Kind::Warranty => warranty(given, quirks),
        Kind::CustomFields(known) => return custom_fields(given, known, quirks),
        Kind::Prices => given.as_object().is_some_and(|prices| prices.iter().all(price)),
    };
    if right { Ok(()) } else { Err(Refusal::field(name, "wrong type, value or length")) }
}

fn text_within(given: &Value, limit: usize, quirks: &RoAppQuirks) -> bool {
    let is_taken = |text: &str| quirks.refused_text.is_empty() || !text.contains(quirks.refused_text);
    given.as_str().is_some_and(|text| text.chars().count() <= limit && is_taken(text))
}

fn warranty(given: &Value, quirks: &RoAppQuirks) -> bool {
    let key = if quirks.warranty_unit_in_requests { "unit" } else { "periodUnits" };
    let Some(warranty) = given.as_object() else { return false };
    let period = warranty.get("period").and_then(Value::as_str);
    warranty.len() == 2
        && period.is_some_and(|period| period.parse::<u32>().is_ok())
        && matches!(warranty.get(key).and_then(Value::as_str), Some("days" | "months"))
}

fn price((list, amount): (&String, &Value)) -> bool {
    let known = list.parse().ok().and_then(|id| reference::named(reference::MARGINS, id)).is_some();
    known && amount.is_number()
}

fn custom_fields(given: &Value, known: &[CustomField], quirks: &RoAppQuirks) -> Result<(), Refusal> {
    let Some(fields) = given.as_object().filter(|_| !quirks.custom_fields_refused) else {
        return Err(Refusal::field("custom_fields", "wrong type"));
    };
    for (key, given) in fields {
        let id = key.strip_prefix('f').and_then(|id| id.parse::<i64>().ok());
        let Some(field) = known.iter().find(|field| Some(field.id) == id) else {
            return Err(Refusal::field(key, "unknown custom field"));
        };
        let right = match field.kind {
            0 => given.is_boolean(),
            4 | 5 => given.as_str().and_then(instant).is_some(),
            6 => given.is_number() || given.as_str().is_some_and(|text| text.parse::<f64>().is_ok()),
            _ => text_within(given, quirks.text_limit, quirks),
        };
        if !right {
            return Err(Refusal::field(key, "wrong type or length"));
        }
    }
    Ok(())
}

/// A time as requests write it: UTC, whole seconds, `Z`.
pub(super) fn instant(text: &str) -> Option<DateTime<Utc>> {
    if text.len() != "2025-05-09T12:52:32Z".len() {
        return None;
    }
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%SZ").ok().map(|at| at.and_utc())
}
