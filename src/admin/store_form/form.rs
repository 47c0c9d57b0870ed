//! Reads settings from an HTML form: pairs of a name and a value, both text. `status_map.5` is a line of a table, and a repeated
//! name is another entry of a list. Settings on the command line have the same form.

use toml::Table;

use super::{
    field::{Field, Fields},
    keys::{Takes, takes, takes_text, unknown},
};
use crate::{check::Fault, domain::said::Said};

/// What a form says.
#[derive(Default)]
pub(super) struct Form {
    pub(super) fields: Fields,
    /// Settings and lines of tables whose value is empty: they are left out.
    pub(super) empty: Vec<Place>,
    pub(super) faults: Vec<Fault>,
}

/// Where a value belongs: a setting, or a line of its table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) setting: String,
    pub(super) line: Option<String>,
}

impl Form {
    /// Reads pairs of a name and a value.
    pub(super) fn read<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut form = Self::default();
        for (name, value) in pairs {
            let added = form.add(name.trim(), value);
            form.faults.extend(added.err());
        }
        form
    }

    fn add(&mut self, name: &str, value: &str) -> Result<(), Fault> {
        let (setting, line) = name.split_once('.').map_or((name, None), |(setting, line)| (setting, Some(line)));
        let takes = takes(setting).ok_or_else(|| unknown(setting))?;
        check_line(name, takes, line)?;
        let place = Place { setting: setting.to_owned(), line: line.map(str::to_owned) };
        if value.trim().is_empty() {
            self.empty.push(place);
            return Ok(());
        }
        let field = if takes_text(setting) { Field::Text(value.to_owned()) } else { field(value.trim()) };
        match takes {
            Takes::List => self.add_entry(place.setting, field),
            Takes::Table(_) | Takes::Text | Takes::Value => put(&mut self.fields, place, field, name)?,
        }
        Ok(())
    }

    /// The first entry is the list itself where it is a list or a word.
    fn add_entry(&mut self, setting: String, field: Field) {
        let first = match self.fields.remove(&setting) {
            None if matches!(field, Field::List(_) | Field::Text(_)) => {
                self.fields.insert(setting, field);
                return;
            }
            None => Vec::new(),
            Some(Field::List(entries)) => entries,
            Some(word) => vec![word],
        };
        let entries = first.into_iter().chain([field]).collect();
        self.fields.insert(setting, Field::List(entries));
    }
}

/// Whether the name fits the setting: a table wants a line, all else has none.
fn check_line(name: &str, takes: Takes, line: Option<&str>) -> Result<(), Fault> {
    let setting = name.split('.').next().unwrap_or_default();
    match (takes, line) {
        (Takes::Table(_), Some(line)) if !line.is_empty() => Ok(()),
        (Takes::Table(example), _) => {
            let said = Said::new("table-without-line").with("setting", setting).with("example", example);
            Err(Fault::new(name, said))
        }
        (_, Some(_)) => Err(Fault::new(name, Said::new("no-table").with("setting", setting))),
        (_, None) => Ok(()),
    }
}

fn put(fields: &mut Fields, place: Place, field: Field, name: &str) -> Result<(), Fault> {
    let before = match place.line {
        None => fields.insert(place.setting, field),
        Some(line) => {
            let rows = fields.entry(place.setting).or_insert_with(|| Field::Table(Fields::new()));
            match rows {
                Field::Table(rows) => rows.insert(line, field),
                other => Some(other.clone()),
            }
        }
    };
    if before.is_some() { Err(Fault::new(name, Said::new("appears-twice"))) } else { Ok(()) }
}

/// A value as TOML has it; else a text, which needs no quotes here.
pub(super) fn field(value: &str) -> Field {
    let read: Option<Table> = toml::from_str(&format!("value = {value}")).ok();
    read.filter(|table| table.len() == 1)
        .and_then(|mut table| table.remove("value"))
        .map_or_else(|| Field::Text(value.to_owned()), Field::from)
}
