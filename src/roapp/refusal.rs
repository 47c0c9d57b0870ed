//! The reason in the body of a refusal, for a person. Its shape is not documented and its language is the account's, so
//! that nothing ever depends on it (contract roapp 10.1).

use serde_json::{Map, Value};

/// Longest reason that is kept, in characters.
const MAX_LENGTH: usize = 300;
/// Keys that only wrap reasons and name no field.
const WRAPPERS: [&str; 6] = ["message", "error", "detail", "errors", "validation", "data"];

/// The reason as one readable line, without the API key should the answer repeat it.
pub(super) fn message(body: &str, key: &str) -> String {
    let body = if key.is_empty() { body.to_owned() } else { body.replace(key, "***") };
    let body = body.trim();
    let text = match serde_json::from_str::<Value>(body) {
        Ok(Value::Object(fields)) => reasons_of(&fields).unwrap_or_else(|| body.to_owned()),
        Ok(Value::String(text)) => text,
        _ if body.starts_with('<') => page_text(body),
        _ => body.to_owned(),
    };
    let line = shorten(&text);
    if line.is_empty() { "no reason given".to_owned() } else { line }
}

/// What stands under the wrapping keys; `None` when there is none of them.
fn reasons_of(fields: &Map<String, Value>) -> Option<String> {
    let mut reasons = Vec::new();
    for value in WRAPPERS.iter().filter_map(|key| fields.get(*key)) {
        collect(value, "", &mut reasons);
    }
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

fn collect(value: &Value, field: &str, reasons: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let field = if WRAPPERS.contains(&key.as_str()) { field } else { key };
                collect(value, field, reasons);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, field, reasons)),
        Value::Null => {}
        _ => {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            reasons.push(if field.is_empty() { text } else { format!("{field}: {text}") });
        }
    }
}

/// The title of an HTML page, else its text without tags.
fn page_text(page: &str) -> String {
    let title = page.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
    if let Some((title, _)) = title {
        return title.to_owned();
    }
    let pieces = page.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
    pieces.collect::<Vec<_>>().join(" ")
}

/// One line, cut visibly.
fn shorten(text: &str) -> String {
    let line = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = line.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_LENGTH) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_found_in_every_shape_of_body() {
        for (body, reason) in [
            (include_str!("../../tests/fixtures/roapp/error-message-string.json"), "Invalid token"),
            (include_str!("../../tests/fixtures/roapp/error-v1-message-validation.json"), "field: message"),
            (include_str!("../../tests/fixtures/roapp/error-validation-top-level.json"), "field: message"),
            (include_str!("../../tests/fixtures/roapp/error-v2-errors-map.json"), "Validation error; field: message"),
            (r#"{"errors": [{"due_date": ["is required", "is late"]}]}"#, "due_date: is required; due_date: is late"),
            (r#"{"code": 7}"#, r#"{"code": 7}"#),
            (r#""Contact not found""#, "Contact not found"),
            ("Not\n  found\n", "Not found"),
            ("<html><head><title>502 Bad Gateway</title></head><body>x</body></html>", "502 Bad Gateway"),
            ("<html><body><h1>Bad</h1> request</body></html>", "Bad request"),
            ("", "no reason given"),
            ("{}", "{}"),
        ] {
            assert_eq!(message(body, "key"), reason, "{body}");
        }
    }

    #[test]
    fn a_long_reason_is_cut_visibly_and_between_letters() {
        let cut = message(&"ї".repeat(MAX_LENGTH + 1), "key");
        assert_eq!(cut, format!("{}…", "ї".repeat(MAX_LENGTH)));
        assert_eq!(message(&"ї".repeat(MAX_LENGTH), "key"), "ї".repeat(MAX_LENGTH));
    }

    #[test]
    fn the_key_is_never_repeated() {
        assert_eq!(message(r#"{"message": "bad key s3cret"}"#, "s3cret"), "bad key ***");
        assert_eq!(message("Bearer s3cret", "s3cret"), "Bearer ***");
        assert_eq!(message("plain", ""), "plain");
    }
}
