//! Single settings that are changed on the command line: `key=value`, or `table.key=value`.

use std::path::Path;

use serde_json::Value as Json;
use toml::{Table, Value};

use super::{AllowedPath, Draft, KEYS, PasswordRule, settings_json};
use crate::{
    check::{Fault, Faults, meant},
    db::stores::Store,
};

/// Settings whose value is a text whatever it looks like.
const TEXTS: [&str; 15] = [
    "name",
    "account",
    "site_url",
    "login",
    "password_file",
    "password",
    "language",
    "identify_products_by",
    "unknown_products",
    "time_zone",
    "phone_region",
    "currency",
    "name_order",
    "platform",
    "discount_sponsor",
];
const TABLES: [&str; 3] = ["status_map", "write_back", "custom_fields"];

/// Whether a word of the command line is a change, not the name of a file.
#[must_use]
pub fn is_change(word: &str) -> bool {
    word.split_once('=').is_some_and(|(key, _)| !key.contains(['/', '\\']) && !Path::new(word).is_file())
}

/// A store's settings with these changes. An empty value takes the setting out.
///
/// # Errors
/// Each change that names no setting.
pub fn changed(store: &Store, changes: &[String], folder: (&Path, AllowedPath)) -> Result<Draft, Faults> {
    let mut table = as_table(store);
    let mut faults = Vec::new();
    for change in changes {
        let (key, value) = change.split_once('=').unwrap_or((change, ""));
        faults.extend(change_one(&mut table, key.trim(), value.trim()).err());
    }
    if !faults.is_empty() {
        return Err(Faults(faults));
    }
    Ok(Draft::from_table(&table, folder, PasswordRule::MayStay))
}

fn as_table(store: &Store) -> Table {
    let Json::Object(mut values) = settings_json(&store.account_name, &store.settings) else { return Table::new() };
    values.retain(|_, value| !value.is_null());
    Table::try_from(values).unwrap_or_default()
}

fn change_one(table: &mut Table, key: &str, value: &str) -> Result<(), Fault> {
    let (setting, inner) = key.split_once('.').map_or((key, None), |(table, inner)| (table, Some(inner)));
    if !KEYS.contains(&setting) {
        let hint = meant(setting, KEYS)
            .map_or_else(|| format!("there are {}", KEYS.join(", ")), |known| format!("did you mean {known}?"));
        return Err(Fault::new(key, format!("unknown setting; {hint}")));
    }
    let is_table = TABLES.contains(&setting);
    let (rows, key) = match inner {
        Some(inner) if is_table && !inner.is_empty() => {
            let rows = table.entry(setting).or_insert_with(|| Value::Table(Table::new()));
            let rows = rows.as_table_mut().ok_or_else(|| Fault::new(key, "is no table"))?;
            (rows, inner)
        }
        None if !is_table => (table, setting),
        Some(_) => return Err(Fault::new(key, format!("{setting} has nothing below it; write {setting}=VALUE"))),
        None => {
            return Err(Fault::new(
                key,
                format!("is a table; name the line, like {setting}.{}=VALUE", example(setting)),
            ));
        }
    };
    if value.is_empty() {
        rows.remove(key);
    } else {
        let is_text = TEXTS.contains(&setting) || setting == "custom_fields";
        rows.insert(key.to_owned(), if is_text { text(value) } else { read(value) });
    }
    Ok(())
}

fn example(table: &str) -> &'static str {
    match table {
        "custom_fields" => "f601",
        "write_back" => "503",
        _ => "5",
    }
}

/// A value as TOML has it; else a text, which needs no quotes here.
fn read(value: &str) -> Value {
    let read: Option<Table> = toml::from_str(&format!("value = {value}")).ok();
    read.filter(|table| table.len() == 1)
        .and_then(|mut table| table.remove("value"))
        .unwrap_or_else(|| Value::String(value.to_owned()))
}

/// A text, with or without quotes.
fn text(value: &str) -> Value {
    match read(value) {
        Value::String(text) => Value::String(text),
        _ => Value::String(value.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]
    use super::*;

    fn change(changes: &[(&str, &str)]) -> Table {
        let mut table =
            toml::from_str("name = \"Shop\"\nmanagers = [21]\ndue_in_days = 3\n[status_map]\n5 = 501\n").unwrap();
        for (key, value) in changes {
            change_one(&mut table, key, value).unwrap();
        }
        table
    }

    #[test]
    fn values_are_read_as_the_setting_wants_them() {
        let table = change(&[
            ("name", "123"),
            ("managers", "all"),
            ("due_in_days", ""),
            ("status_map.5", "503"),
            ("status_map.6", "initial"),
            ("custom_fields.f601", "{order_number}"),
            ("enabled", "false"),
            ("excluded_statuses", "[3, 4]"),
            ("write_back.503", "5"),
        ]);
        let expected = "name = \"123\"\nmanagers = \"all\"\nenabled = false\nexcluded_statuses = [3, 4]\n[status_map]\n5 = 503\n6 = \"initial\"\n\
                        [custom_fields]\nf601 = \"{order_number}\"\n[write_back]\n503 = 5\n";
        assert_eq!(table, toml::from_str(expected).unwrap());
        assert_eq!(change(&[("name", "\"It = it\"")])["name"].as_str(), Some("It = it"));
        assert_eq!(change(&[("status_map.5", "")])["status_map"].as_table().map(Table::len), Some(0));
    }

    #[test]
    fn a_change_of_nothing_is_told_with_what_was_meant() {
        let mut table = Table::new();
        for (key, told) in [
            ("locaton_id", "did you mean location_id?"),
            ("status_map", "status_map.5=VALUE"),
            ("name.x", "has nothing below"),
            ("status_map.", "has nothing below"),
        ] {
            let fault = change_one(&mut table, key, "1").unwrap_err();
            assert!(fault.message.contains(told), "{fault}");
        }
    }
}
