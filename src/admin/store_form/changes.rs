//! Single settings changed on the command line: `key=value`, or `table.key=value`.

use std::path::Path;

use super::{
    AllowedPath, Draft, PasswordRule,
    field::{Field, Fields, of_toml},
    form::{Form, Place, field},
    keys::takes_text,
    password::Source,
    settings_json,
};
use crate::{check::Faults, db::stores::Store};

/// Whether a word of the command line is a change, not the name of a file.
#[must_use]
pub fn is_change(word: &str) -> bool {
    word.split_once('=').is_some_and(|(key, _)| !key.contains(['/', '\\']) && !Path::new(word).is_file())
}

/// A store's settings with these changes. An empty value takes the setting out.
///
/// # Errors
/// Each change that names no setting, or one that another change names.
pub fn changed(store: &Store, changes: &[String], folder: (&Path, AllowedPath)) -> Result<Draft, Faults> {
    let pairs = changes.iter().map(|change| change.split_once('=').unwrap_or((change, "")));
    let fields = with_changes(saved(store), pairs)?;
    Ok(Draft::from_fields(&fields, Source::Files(folder.0, folder.1), PasswordRule::MayStay))
}

/// A store's settings with these ones as a form has them; what the form leaves out of them is taken out.
///
/// # Errors
/// Each pair that names no setting.
pub(in crate::admin) fn changed_by<'a>(
    store: &Store,
    settings: &[&str],
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Draft, Faults> {
    let mut fields = saved(store);
    fields.retain(|key, _| !settings.contains(&key.as_str()));
    let Form { fields: given, faults, .. } = Form::read(pairs);
    if !faults.is_empty() {
        return Err(Faults(faults));
    }
    fields.extend(given);
    Ok(Draft::from_fields(&fields, Source::Form, PasswordRule::MayStay))
}

/// The settings that are saved.
fn saved(store: &Store) -> Fields {
    let serde_json::Value::Object(mut values) = settings_json(&store.account_name, &store.settings) else {
        return Fields::new();
    };
    values.retain(|_, value| !value.is_null());
    toml::Table::try_from(values).map(of_toml).unwrap_or_default()
}

fn with_changes<'a>(mut fields: Fields, changes: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Fields, Faults> {
    let changes: Vec<_> = changes.map(|(key, value)| (key, unquoted(key, value.trim()))).collect();
    let Form { fields: given, empty, faults } = Form::read(changes.iter().map(|(key, value)| (*key, value.as_str())));
    if !faults.is_empty() {
        return Err(Faults(faults));
    }
    for (key, field) in given {
        match (fields.get_mut(&key), field) {
            (Some(Field::Table(rows)), Field::Table(more)) => rows.extend(more),
            (_, field) => drop(fields.insert(key, field)),
        }
    }
    for place in empty {
        take_out(&mut fields, &place);
    }
    Ok(fields)
}

fn take_out(fields: &mut Fields, Place { setting, line }: &Place) {
    match (line, fields.get_mut(setting)) {
        (Some(line), Some(Field::Table(rows))) => drop(rows.remove(line)),
        _ => drop(fields.remove(setting)),
    }
}

/// A text may stand in quotes, as it does in a file.
fn unquoted(key: &str, value: &str) -> String {
    let setting = key.trim().split('.').next().unwrap_or_default();
    match field(value) {
        Field::Text(text) if takes_text(setting) => text,
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]
    use super::*;
    use crate::admin::store_form::file;

    fn before() -> Fields {
        file::fields("name = \"Shop\"\nmanagers = [21]\ndue_in_days = 3\n[status_map]\n5 = 501\n").unwrap()
    }

    fn change(changes: &[(&str, &str)]) -> Fields {
        with_changes(before(), changes.iter().copied()).unwrap()
    }

    #[test]
    fn values_are_read_as_the_setting_wants_them() {
        let fields = change(&[
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
        assert_eq!(fields, file::fields(expected).unwrap());
        assert_eq!(change(&[("name", "\"It = it\"")])["name"].as_text(), Some("It = it"));
        assert_eq!(change(&[("status_map.5", "")])["status_map"].as_table().map(Fields::len), Some(0));
        let managers = change(&[("managers", "22"), ("managers", "23")]);
        assert_eq!(managers["managers"], Field::List(vec![Field::Whole(22), Field::Whole(23)]));
    }

    #[test]
    fn a_change_of_nothing_is_told_with_what_was_meant() {
        for (key, told) in [
            ("locaton_id", "did you mean location_id?"),
            ("status_map", "status_map.5=VALUE"),
            ("name.x", "is not a table"),
            ("status_map.", "status_map.5=VALUE"),
        ] {
            let Faults(faults) = with_changes(before(), [(key, "1")].into_iter()).unwrap_err();
            assert!(faults.len() == 1 && faults[0].message.to_string().contains(told), "{faults:?}");
        }
        let Faults(faults) = with_changes(before(), [("name", "a"), ("name", "b")].into_iter()).unwrap_err();
        assert!(faults[0].key == "name" && faults[0].message.to_string().contains("only once"), "{faults:?}");
    }
}
