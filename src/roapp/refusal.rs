//! The reason in the body of a refusal, for a person. Its form is not documented and its language is the account's, so no code
//! depends on it (contract roapp 10.1).

use serde_json::{Map, Value};

use crate::{domain::text, json};

/// Longest reason that is kept, in characters.
const MAX_LENGTH: usize = 300;
/// Keys that only wrap reasons and name no field.
const WRAPPERS: [&str; 6] = ["message", "error", "detail", "errors", "validation", "data"];

/// How much of a body is read, in bytes.
const MAX_BODY: usize = 64 << 10;

/// This key usually holds a record rather than what is wrong with one.
const RECORD: &str = "data";
/// Longest name of a field that is shown, in characters.
const LONGEST_FIELD: usize = 40;

/// The reason as one readable line. Leaves out the API key, if the answer repeats it, and the texts that RO App was `told`,
/// which may be a buyer's.
pub(super) fn message(body: &[u8], key: &str, told: &[&str]) -> String {
    let body = String::from_utf8_lossy(&body[..body.len().min(MAX_BODY)]);
    let body = if key.is_empty() { body.into_owned() } else { body.replace(key, "***") };
    let body = body.trim();
    let text = match json::read(body.as_bytes()) {
        Ok(Value::Object(fields)) => reasons_of(&fields),
        Ok(Value::String(text)) => text,
        _ if body.starts_with('<') => page_text(body),
        // Broken JSON is not shown.
        _ => body.split(['{', '[']).next().unwrap_or_default().to_owned(),
    };
    let line = shorten(&text::discreet(&text::visible(&text), told));
    if line.is_empty() { "no reason given".to_owned() } else { line }
}

/// The reasons under the wrapping keys, or else those under the fields.
fn reasons_of(fields: &Map<String, Value>) -> String {
    let mut reasons = Vec::new();
    for (key, value) in WRAPPERS.iter().filter_map(|key| fields.get_key_value(*key)) {
        collect(value, "", key == RECORD, &mut reasons);
    }
    if reasons.is_empty() {
        fields.iter().for_each(|(key, value)| collect(value, key, false, &mut reasons));
    }
    reasons.join("; ")
}

/// Collects the reasons in a value. An object in a field may be somebody's record, so only its wrapping keys are read. In a
/// record, a bare text is part of the record, not a reason.
fn collect(value: &Value, field: &str, is_record: bool, reasons: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let is_wrapper = WRAPPERS.contains(&key.as_str());
                let is_record = key == RECORD || (is_record && !is_wrapper);
                match value {
                    _ if is_wrapper => collect(value, field, is_record, reasons),
                    Value::Object(_) | Value::Array(_) if field.is_empty() => collect(value, key, is_record, reasons),
                    _ if field.is_empty() && !is_record => collect(value, key, is_record, reasons),
                    _ => {}
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, field, is_record, reasons)),
        Value::Null => {}
        _ => {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            reasons.push(if field.is_empty() { text } else { format!("{}: {text}", name(field)) });
        }
    }
}

/// A key in the form of a field's name, or else `?`, because it may be anything.
fn name(key: &str) -> &str {
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    if key.len() <= LONGEST_FIELD && key.bytes().all(is_of_name) { key } else { "?" }
}

/// The title of an HTML page, or else its text without tags.
fn page_text(page: &str) -> String {
    let title = page.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
    if let Some((title, _)) = title {
        return title.to_owned();
    }
    let pieces = page.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
    pieces.collect::<Vec<_>>().join(" ")
}

/// One line, with a mark where it was cut.
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
            (r#"{"code": 7}"#, "code: 7"),
            (
                r#"{"phones": ["is taken", 7, {"owner": "Olha"}], "ok": false}"#,
                "ok: false; phones: is taken; phones: 7",
            ),
            (r#"{"phones": [{"code": 3, "message": "is taken"}]}"#, "phones: is taken"),
            (r#""Contact not found""#, "Contact not found"),
            ("Not\n  found\n", "Not found"),
            ("<html><head><title>502 Bad Gateway</title></head><body>x</body></html>", "502 Bad Gateway"),
            ("<html><body><h1>Bad</h1> request</body></html>", "Bad request"),
            ("", "no reason given"),
            ("{}", "no reason given"),
        ] {
            assert_eq!(message(body.as_bytes(), "key", &[]), reason, "{body}");
        }
    }

    #[test]
    fn a_long_reason_is_cut_visibly_and_between_letters() {
        let cut = message("ї".repeat(MAX_LENGTH + 1).as_bytes(), "key", &[]);
        assert_eq!(cut, format!("{}…", "ї".repeat(MAX_LENGTH)));
        assert_eq!(message("ї".repeat(MAX_LENGTH).as_bytes(), "key", &[]), "ї".repeat(MAX_LENGTH));
    }

    #[test]
    fn what_ro_app_was_told_is_not_repeated() {
        let body =
            r#"{"errors": {"email": ["Olha Test <olha@example.com> is no address"], "phones": ["+38 067 1234567"]}}"#;
        let shown = message(body.as_bytes(), "key", &["Olha Test"]);
        assert_eq!(shown, "email: … … is no address; phones: …");
        assert_eq!(message(br#"{"errors": {"email": "olha"#, "key", &[]), "no reason given");
        assert!(message(&b"[\"a\",".repeat(3 << 20), "key", &[]).chars().count() <= MAX_LENGTH + 1);
    }

    #[test]
    fn a_record_that_ro_app_shows_is_not_repeated() {
        for (body, reason) in [
            (r#"{"duplicate": {"first_name": "Olha", "phone": "x"}}"#, "no reason given"),
            (r#"{"code": 5, "duplicate": {"first_name": "Olha", "phone": "x"}}"#, "code: 5"),
            (r#"{"message": "is taken", "duplicate": {"first_name": "Olha"}}"#, "is taken"),
            (r#"{"message": "is taken", "data": {"first_name": "Olha", "id": 7}}"#, "is taken"),
            (r#"{"message": "is taken", "data": [{"first_name": "Olha"}]}"#, "is taken"),
            (r#"{"errors": {"phone": {"first_name": "Olha", "message": "is taken"}}}"#, "phone: is taken"),
            (r#"{"errors": {"phone": {"by": {"message": {"first_name": "Olha"}}}}}"#, "no reason given"),
            (r#"{"errors": {"Olha Test, Main st. 1": ["is taken"]}}"#, "?: is taken"),
            (r#"[{"first_name": "Olha"}]"#, "no reason given"),
        ] {
            assert_eq!(message(body.as_bytes(), "key", &[]), reason, "{body}");
        }
    }

    #[test]
    fn the_key_is_never_repeated() {
        assert_eq!(message(br#"{"message": "bad key s3cret"}"#, "s3cret", &[]), "bad key ***");
        assert_eq!(message(b"Bearer s3cret", "s3cret", &[]), "Bearer ***");
        assert_eq!(message(b"plain", "", &[]), "plain");
    }
}
