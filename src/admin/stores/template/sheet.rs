//! Writes settings as a store file for people: each key with its value and the name that the value stands for, and, for a new
//! store, the valid choices above it. The file can be read back.

use std::{collections::BTreeMap, fmt::Write as _};

use serde_json::{Map, Value};

use crate::{
    admin::settings_json,
    domain::{
        dictionary::{Kind, Names},
        plain::plain,
        store::Settings,
    },
};

/// The keys in the order in which a file has them; the tables come last.
const KEYS: [&str; 24] = [
    "name",
    "account",
    "platform",
    "enabled",
    "site_url",
    "login",
    "password_file",
    "location_id",
    "order_type_id",
    "managers",
    "line_executor_id",
    "identify_products_by",
    "product_category_id",
    "unknown_products",
    "language",
    "time_zone",
    "phone_region",
    "currency",
    "name_order",
    "import_months",
    "excluded_statuses",
    "due_in_days",
    "discount_sponsor",
    "ad_campaign_id",
];
const TABLES: [&str; 3] = ["status_map", "write_back", "custom_fields"];

/// How wide a comment is, in characters, with its mark.
const WIDTH: usize = 80;
const INDENT: usize = 2;

/// What is written above keys, and lines that are only offered.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Comments above a key or below a table's heading, one a line.
    pub(super) above: BTreeMap<&'static str, Vec<String>>,
    /// The value of `password_file`.
    pub(super) password_file: Option<String>,
}

/// The settings as a store file.
pub(super) fn write(account: &str, settings: &Settings, names: &Names, notes: &Notes) -> String {
    let mut values = match settings_json(account, settings) {
        Value::Object(values) => values,
        _ => Map::new(),
    };
    if let Some(file) = &notes.password_file {
        values.insert("password_file".to_owned(), Value::String(file.clone()));
    }
    let mut text = String::new();
    for key in KEYS {
        comment(&mut text, notes.above.get(key));
        line(&mut text, key, key, values.get(key), names);
    }
    if values.get("allow_store_status_4") == Some(&Value::Bool(true)) {
        line(&mut text, "allow_store_status_4", "", values.get("allow_store_status_4"), names);
    }
    for table in TABLES {
        let Some(Value::Object(rows)) = values.get(table) else { continue };
        let above = notes.above.get(table);
        if rows.is_empty() && above.is_none() {
            continue;
        }
        let _ = write!(text, "\n[{table}]\n");
        comment(&mut text, above);
        let mut rows: Vec<_> = rows.iter().collect();
        rows.sort_by_key(|(key, _)| key.trim_start_matches('f').parse::<i64>().ok());
        for (key, value) in rows {
            line(&mut text, key, table, Some(value), names);
        }
    }
    text
}

/// Comments, an empty one as an empty line, long ones over several.
fn comment(text: &mut String, lines: Option<&Vec<String>>) {
    for line in lines.into_iter().flatten() {
        if line.is_empty() {
            text.push('\n');
            continue;
        }
        let line = plain(line);
        let mut used = WIDTH;
        for word in line.split(' ') {
            let long = word.chars().count();
            let _ = if used + 1 + long > WIDTH && used > INDENT {
                used = INDENT + long;
                let end = if text.ends_with('\n') || text.is_empty() { "" } else { "\n" };
                write!(text, "{end}# {word}")
            } else {
                used += 1 + long;
                write!(text, " {word}")
            };
        }
        text.push('\n');
    }
}

/// `key = value`, with the names of what stands there beside it. A value that is not set is left out.
fn line(text: &mut String, key: &str, place: &str, value: Option<&Value>, names: &Names) {
    let Some(value) = value.filter(|value| !value.is_null()) else { return };
    let line = format!("{key} = {}", toml_value(value));
    let told = meaning(key, place, value, names);
    let _ = if told.is_empty() { writeln!(text, "{line}") } else { writeln!(text, "{line:<24} # {}", plain(&told)) };
}

/// What ids stand for, in words.
fn meaning(key: &str, place: &str, value: &Value, names: &Names) -> String {
    let name = |kind, id: Option<i64>| id.and_then(|id| names.get(kind, id)).unwrap_or_default().to_owned();
    let many = |kind| {
        let ids = value.as_array().into_iter().flatten().filter_map(Value::as_i64);
        ids.filter_map(|id| names.get(kind, id)).collect::<Vec<_>>().join(", ")
    };
    let id = value.as_i64();
    let way =
        |from: String, to: String| if from.is_empty() && to.is_empty() { from } else { format!("{from} -> {to}") };
    match place {
        "location_id" => name(Kind::Location, id),
        "order_type_id" => name(Kind::OrderType, id),
        "product_category_id" => name(Kind::Category, id),
        "line_executor_id" => name(Kind::Employee, id),
        "ad_campaign_id" => name(Kind::Campaign, id),
        "managers" => many(Kind::Employee),
        "excluded_statuses" => many(Kind::StoreStatus),
        "status_map" if id.is_none() => {
            way(name(Kind::StoreStatus, key.parse().ok()), "as the order type has it".to_owned())
        }
        "status_map" => way(name(Kind::StoreStatus, key.parse().ok()), name(Kind::Status, id)),
        "write_back" => way(name(Kind::Status, key.parse().ok()), name(Kind::StoreStatus, id)),
        "custom_fields" => name(Kind::Field, key.trim_start_matches('f').parse().ok()),
        _ => String::new(),
    }
}

/// As TOML has it; everything that would break a line or hide is escaped.
pub(super) fn toml_value(value: &Value) -> String {
    match value {
        Value::String(text) => basic(text),
        Value::Array(values) => format!("[{}]", values.iter().map(toml_value).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

/// A basic string of TOML.
fn basic(text: &str) -> String {
    let mut told = "\"".to_owned();
    for c in text.chars() {
        let _ = match c {
            '"' | '\\' => write!(told, "\\{c}"),
            c if plain(c.encode_utf8(&mut [0; 4])) != *c.encode_utf8(&mut [0; 4]) => {
                write!(told, "\\U{:08X}", u32::from(c))
            }
            c => write!(told, "{c}"),
        };
    }
    told + "\""
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]
    use super::*;

    #[test]
    fn every_text_is_read_back_as_it_was() {
        for text in ["plain", "say \"hi\"\\", "a\nb\tc", "\u{202e}x\u{1b}[2J", "Київ 日本", "it's", "#"] {
            let table: toml::Table = toml::from_str(&format!("a = {}", basic(text))).unwrap();
            assert_eq!(table["a"].as_str(), Some(text));
        }
    }
}
