//! One record of an answer. Every field except the id may be absent, null or unreadable (contract roapp 2): it then counts as
//! not shown, and a value that cannot be read is logged with its place.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::{
    error::{CallName, RoAppError},
    wire,
};
use crate::domain::ids::Id;

/// A JSON object, and its place in the answer.
#[derive(Debug)]
pub(super) struct Row<'a> {
    call: CallName,
    place: String,
    fields: &'a Map<String, Value>,
}

impl<'a> Row<'a> {
    pub(super) fn new(call: CallName, place: &str, value: &'a Value) -> Result<Self, RoAppError> {
        let place = place.to_owned();
        let Some(fields) = value.as_object() else { return Err(RoAppError::Garbled { call, place }) };
        Ok(Self { call, place, fields })
    }

    /// The record's own id; an object without one is not a record.
    pub(super) fn id<T>(&self) -> Result<Id<T>, RoAppError> {
        self.raw_id().map(Id::new)
    }

    pub(super) fn raw_id(&self) -> Result<i64, RoAppError> {
        let garbled = || RoAppError::Garbled { call: self.call, place: format!("{}.id", self.place) };
        self.fields.get("id").and_then(wire::id).ok_or_else(garbled)
    }

    /// Another record, if it is shown whole.
    pub(super) fn inner(&self, name: &str) -> Option<Row<'a>> {
        let fields = self.get(name)?.as_object()?;
        Some(Row { call: self.call, place: format!("{}.{name}", self.place), fields })
    }

    /// A field, if it is shown and not null.
    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    /// A text; empty if it is not shown.
    pub(super) fn text(&self, name: &str) -> String {
        self.read(name, wire::text).unwrap_or_default()
    }

    /// `name`, or `title` in lists that call it so.
    pub(super) fn title(&self) -> String {
        Some(self.text("name")).filter(|name| !name.is_empty()).unwrap_or_else(|| self.text("title"))
    }

    pub(super) fn amount(&self, name: &str) -> Option<Decimal> {
        self.read(name, wire::amount)
    }

    pub(super) fn instant(&self, name: &str) -> Option<DateTime<Utc>> {
        self.read(name, wire::instant)
    }

    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.read(name, |value| match value {
            Value::Bool(flag) => Some(*flag),
            _ => wire::id(value).map(|number| number != 0),
        })
    }

    /// The id of another record, which is shown whole or by its id. Zero and an empty object mean none.
    pub(super) fn reference(&self, name: &str) -> Option<i64> {
        self.get(name).and_then(wire::reference)
    }

    /// The group of a status row.
    pub(super) fn group(&self) -> Option<i64> {
        self.read("group", wire::group)
    }

    /// Texts, or objects that have the text under `key`; blank ones are left out.
    pub(super) fn texts(&self, name: &str, key: &str) -> Vec<String> {
        let list = self.get(name).and_then(Value::as_array).into_iter().flatten();
        let texts = list.filter_map(|entry| wire::text(entry.get(key).unwrap_or(entry)));
        texts.filter(|text| !text.trim().is_empty()).collect()
    }

    /// Custom fields by id: `f601` becomes 601, values become texts; keys of another form and nulls are left out.
    pub(super) fn custom_fields(&self) -> BTreeMap<i64, String> {
        let fields = self.get("custom_fields").and_then(Value::as_object).into_iter().flatten();
        fields.filter_map(|(key, value)| Some((key.strip_prefix('f')?.parse().ok()?, wire::text(value)?))).collect()
    }

    fn read<T>(&self, name: &str, read: impl Fn(&Value) -> Option<T>) -> Option<T> {
        let value = self.get(name)?;
        let found = read(value);
        if found.is_none() && value != "" {
            tracing::debug!(call = %self.call, place = %format_args!("{}.{name}", self.place), "RO App sent a value that cannot be read");
        }
        found
    }
}
