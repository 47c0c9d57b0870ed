//! Checks a request to RO App against the contract's own list of requests, `tests/fixtures/roapp-requests.json`.
//!
//! It stands alone, so that the client's unit tests include it as well.

use std::{collections::HashSet, sync::LazyLock};

use serde_json::{Map, Value};

static REQUESTS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../fixtures/roapp-requests.json")).unwrap_or_default());

/// Names of moments, in queries and bodies: whole seconds of UTC (contract roapp 2).
const MOMENTS: [&str; 6] = ["created_at", "modified_at", "closed_at", "scheduled_for", "scheduled_to", "due_date"];

/// Says what is wrong with a request, if anything. `path` is without the host and any prefix of the base URL; `query` is
/// decoded; `body` is `None` for a request without one.
pub(crate) fn check(method: &str, path: &str, query: &[(String, String)], body: Option<&Value>) -> Result<(), String> {
    let call = format!("{method} {path}");
    let operation = operation(method, path).ok_or_else(|| format!("{call}: the contract has no such call"))?;
    check_query(operation, query).map_err(|fault| format!("{call}: {fault}"))?;
    match (body, &operation["body"]) {
        (None, Value::Null) => Ok(()),
        (Some(_), Value::Null) => Err(format!("{call}: takes no body")),
        (None, _) => Err(format!("{call}: has no body")),
        (Some(body), schema) => check_value(body, schema, "body").map_err(|fault| format!("{call}: {fault}")),
    }
}

/// An id matches digits only, so that `/v2/orders/statuses` is no work order.
fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let fits = |template: &str| {
        let (wanted, given) = (template.split('/'), path.split('/'));
        template.split('/').count() == path.split('/').count()
            && wanted.zip(given).all(|(wanted, given)| {
                let is_id = !given.is_empty() && given.bytes().all(|byte| byte.is_ascii_digit());
                if wanted.starts_with('{') { is_id } else { wanted == given }
            })
    };
    let operations = REQUESTS["operations"].as_array()?;
    operations.iter().find(|operation| operation["method"] == method && operation["path"].as_str().is_some_and(fits))
}

fn check_query(operation: &Value, query: &[(String, String)]) -> Result<(), String> {
    let mut seen = HashSet::new();
    for (name, text) in query {
        let parameters = operation["query"].as_array().into_iter().flatten();
        let parameter = parameters.clone().find(|parameter| parameter["name"] == name.as_str());
        let parameter = parameter.ok_or_else(|| format!("unknown parameter {name}"))?;
        if !seen.insert(name) && parameter["repeatable"] != true {
            return Err(format!("{name} is given twice"));
        }
        let kind = if parameter["type"] == "array" { &parameter["items"] } else { &parameter["type"] };
        let fits = match kind.as_str() {
            Some("integer") => text.parse::<i64>().is_ok(),
            Some("boolean") => matches!(text.as_str(), "true" | "false"),
            Some("string") => !text.is_empty() && check_moment(name, text),
            _ => false,
        };
        let allowed = parameter["enum"].as_array().is_none_or(|list| list.iter().any(|value| value == text.as_str()));
        if !fits || !allowed {
            return Err(format!("{name} must not be {text:?}"));
        }
    }
    Ok(())
}

fn check_value(value: &Value, schema: &Value, place: &str) -> Result<(), String> {
    let kinds: Vec<&str> = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.as_str().into_iter().collect(),
    };
    if !kinds.iter().any(|kind| is_of(value, kind)) {
        return Err(format!("{place} is not of type {}", kinds.join(" or ")));
    }
    if schema["enum"].as_array().is_some_and(|list| !list.contains(value)) {
        return Err(format!("{place} must not be {value}"));
    }
    let name = place.rsplit('.').next().unwrap_or(place);
    if value.as_str().is_some_and(|text| !check_moment(name, text)) {
        return Err(format!("{place} is not a moment in whole seconds of UTC"));
    }
    for (index, entry) in value.as_array().into_iter().flatten().enumerate() {
        check_value(entry, &schema["items"], &format!("{place}[{index}]"))?;
    }
    value.as_object().map_or(Ok(()), |fields| check_fields(fields, schema, place))
}

fn check_fields(fields: &Map<String, Value>, schema: &Value, place: &str) -> Result<(), String> {
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    if let Some(missing) = required.into_iter().find(|name| !fields.contains_key(*name)) {
        return Err(format!("{place}.{missing} is missing"));
    }
    let Some(properties) = schema["properties"].as_object() else { return check_open_object(fields, place) };
    for (name, value) in fields {
        let place = format!("{place}.{name}");
        match properties.get(name) {
            Some(schema) => check_value(value, schema, &place)?,
            None if schema["additionalProperties"] == false => return Err(format!("{place} is unknown")),
            None => {}
        }
    }
    Ok(())
}

/// `custom_fields` has keys `f<ID>`, `prices` has ids of price lists and numbers (contract roapp 2.3).
fn check_open_object(fields: &Map<String, Value>, place: &str) -> Result<(), String> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = |(key, value): (&String, &Value)| {
        if place.ends_with(".custom_fields") {
            key.strip_prefix('f').is_some_and(digits) && !value.is_object() && !value.is_array()
        } else {
            digits(key) && value.is_number()
        }
    };
    if fields.iter().all(fits) { Ok(()) } else { Err(format!("{place} has a key or value that does not belong there")) }
}

fn is_of(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        _ => false,
    }
}

/// Texts under other names are no moments and fit.
fn check_moment(name: &str, text: &str) -> bool {
    let like = |(form, given): (u8, u8)| if form == b'0' { given.is_ascii_digit() } else { form == given };
    let form = b"0000-00-00T00:00:00Z";
    !MOMENTS.contains(&name) || (text.len() == form.len() && form.iter().copied().zip(text.bytes()).all(like))
}
