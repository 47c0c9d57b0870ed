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

/// What lies there, in this column of this row.
pub(super) fn read(table: &'static str, row: i64, column: &'static str, json: Json) -> Result<Said, DbError> {
    let shown = json.to_string();
    read_said(json).ok_or_else(|| DbError::Row {
        table,
        row: row.to_string(),
        column,
        detail: format!("no message: {shown}"),
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
    let code = object.remove("code")?.as_str()?.to_owned();
    let values = object.into_iter().map(|(name, value)| Some((name, read_value(value)?)));
    Some(Said::stored(code, values.collect::<Option<Vec<_>>>()?))
}

/// The value that lies there.
pub(super) fn read_value(json: Json) -> Option<Value> {
    match json {
        Json::String(text) => Some(Value::Text(text)),
        Json::Number(number) => number.as_i64().map(Value::Number),
        Json::Array(values) => values.into_iter().map(read_value).collect::<Option<_>>().map(Value::List),
        Json::Object(object) if object.contains_key("code") => read_said(Json::Object(object)).map(Value::Said),
        Json::Object(object) => {
            Some(Value::Named(Kind::read(object.get("kind")?.as_str()?)?, object.get("id")?.as_i64()?))
        }
        Json::Bool(_) | Json::Null => None,
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
        for wrong in [
            json!("text"),
            json!({}),
            json!({"code": 3}),
            json!({"code": "x", "y": null}),
            json!({"code": "x", "y": {"kind": "moon", "id": 1}}),
        ] {
            let error = read("history", 7, "what", wrong).unwrap_err().to_string();
            assert!(error.contains("history.what of row 7"), "{error}");
        }
    }
}
