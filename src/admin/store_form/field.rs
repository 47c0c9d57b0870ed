//! Named fields, from which settings are read whatever their source: a file or a form.

use std::collections::BTreeMap;

use crate::domain::said::Said;

/// A value as a person gave it. It may be a password, so that it has no `Debug` outside tests.
#[derive(Clone, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub(super) enum Field {
    Text(String),
    Whole(i64),
    Switch(bool),
    List(Vec<Field>),
    Table(Fields),
    /// What no setting takes.
    Fraction,
    Date,
}

/// Fields by their names.
pub(super) type Fields = BTreeMap<String, Field>;

impl Field {
    pub(super) fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(super) fn as_whole(&self) -> Option<i64> {
        if let Self::Whole(number) = self { Some(*number) } else { None }
    }

    pub(super) fn as_switch(&self) -> Option<bool> {
        if let Self::Switch(on) = self { Some(*on) } else { None }
    }

    pub(super) fn as_list(&self) -> Option<&[Self]> {
        if let Self::List(fields) = self { Some(fields) } else { None }
    }

    pub(super) fn as_table(&self) -> Option<&Fields> {
        if let Self::Table(fields) = self { Some(fields) } else { None }
    }

    /// What it is, for people. Never the value itself.
    pub(super) fn kind(&self) -> Said {
        match self {
            Self::Text(_) => Said::new("kind-text"),
            Self::Whole(_) => Said::new("kind-whole"),
            Self::Fraction => Said::new("kind-fraction"),
            Self::Switch(_) => Said::new("kind-switch"),
            Self::Date => Said::new("kind-date"),
            Self::List(_) => Said::new("kind-list"),
            Self::Table(_) => Said::new("kind-table"),
        }
    }
}

impl From<toml::Value> for Field {
    fn from(value: toml::Value) -> Self {
        match value {
            toml::Value::String(text) => Self::Text(text),
            toml::Value::Integer(number) => Self::Whole(number),
            toml::Value::Float(_) => Self::Fraction,
            toml::Value::Boolean(on) => Self::Switch(on),
            toml::Value::Datetime(_) => Self::Date,
            toml::Value::Array(values) => Self::List(values.into_iter().map(Self::from).collect()),
            toml::Value::Table(table) => Self::Table(of_toml(table)),
        }
    }
}

/// The fields of a table.
pub(super) fn of_toml(table: toml::Table) -> Fields {
    table.into_iter().map(|(key, value)| (key, value.into())).collect()
}
