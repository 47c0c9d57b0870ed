//! What a person is told, as it lies in the database: the code and each value beside it, as JSON.

use serde_json::{Map, Value as Json, json};

use super::DbError;
use crate::domain::{
    dictionary::Kind,
    said::{Said, Value},
};

/// As it lies there.
#[must_use]
pub fn to_json(said: &Said) -> Json {
    let values = said.values().map(|(name, value)| (name.to_owned(), value_to_json(value)));
    let code = ("code".to_owned(), json!(said.code()));
    Json::Object([code].into_iter().chain(values).collect::<Map<_, _>>())
}

/// A value as it lies there.
#[must_use]
pub fn value_to_json(value: &Value) -> Json {
    match value {
        Value::Text(text) => json!(text.replace('\0', "")),
        Value::Number(number) => json!(number),
        Value::Named(kind, id) => json!({"kind": kind.word(), "id": id}),
        Value::Said(said) => to_json(said),
        Value::List(values) => values.iter().map(value_to_json).collect(),
    }
}

/// What lies there, in this column of this row. What this release does not know of a message's values, because a newer one wrote it, is
/// kept as a text, so that no row is unreadable for what is only shown.
pub(super) fn read(table: &'static str, row: i64, column: &'static str, json: Json) -> Result<Said, DbError> {
    // Its values are not shown: they may be a buyer's.
    let found = if json.is_object() { "an object without a code" } else { "no object" };
    read_said(json).ok_or_else(|| {
        let detail = format!("expected a message, found {found}");
        DbError::Row { table, row: row.to_string(), column, detail }
    })
}

/// What lies there, if anything.
pub(super) fn read_any(
    table: &'static str,
    row: i64,
    column: &'static str,
    json: Option<Json>,
) -> Result<Option<Said>, DbError> {
    json.map(|json| read(table, row, column, json)).transpose()
}

/// As it lies in a column that may be empty.
pub(super) fn column(said: Option<&Said>) -> Option<Json> {
    said.map(to_json)
}

fn read_said(json: Json) -> Option<Said> {
    let Json::Object(mut object) = json else { return None };
    let Some(Json::String(code)) = object.remove("code") else { return None };
    Some(Said::stored(code, object.into_iter().map(|(name, value)| (name, read_value(value)))))
}

/// An id with its kind, or a message.
fn read_object(object: Map<String, Json>) -> Value {
    if let (Some(Json::String(kind)), Some(id)) = (object.get("kind"), object.get("id").and_then(Json::as_i64)) {
        return Kind::read(kind).map_or(Value::Number(id), |kind| Value::Named(kind, id));
    }
    let other = Json::Object(object);
    read_said(other.clone()).map_or_else(|| Value::Text(other.to_string()), Value::Said)
}

/// The value that lies there.
pub(super) fn read_value(json: Json) -> Value {
    match json {
        Json::String(text) => Value::Text(text),
        Json::Array(values) => Value::List(values.into_iter().map(read_value).collect()),
        Json::Number(number) => number.as_i64().map_or_else(|| Value::Text(number.to_string()), Value::Number),
        Json::Object(object) => read_object(object),
        other => Value::Text(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]
    use super::*;

    #[test]
    fn a_message_is_read_as_it_was_stored() {
        let part = Said::new("part-line").with("title", "Cable");
        let said = Said::new("conflict")
            .with("part", part)
            .with("store", Value::Named(Kind::StoreStatus, 5))
            .with("roapp", ["a", "b"].into_iter().collect::<Value>())
            .with("count", -3);
        assert_eq!(read("history", 1, "what", to_json(&said)).unwrap(), said);
        for wrong in [json!("text"), json!({}), json!({"code": 3, "name": "Olha"})] {
            let error = read("history", 7, "what", wrong).unwrap_err().to_string();
            assert!(error.contains("history.what of row 7") && !error.contains("Olha"), "{error}");
        }
    }

    #[test]
    fn what_a_newer_release_knows_of_values_is_shown_as_far_as_it_can_be() {
        let newer =
            json!({"code": "x", "a": null, "b": {"kind": "moon", "id": 1}, "c": 1.5, "d": [true], "e": {"f": 2}});
        let said = read("history", 1, "what", newer).unwrap();
        assert_eq!(said.to_string(), "x (a: null, b: 1, c: 1.5, d: true, e: {\"f\":2})");
    }
}
