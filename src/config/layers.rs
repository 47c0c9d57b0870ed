//! The layers that settings come from (defaults, file, variables), and reading one typed value after the other,
//! collecting every fault instead of stopping at the first.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt, fs,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    time::Duration,
};

use toml::{Table, Value};

/// The variables that are settings start with this; `CARTUM_ROAPP_CONFIG`, with one underscore, does not.
const PREFIX: &str = "CARTUM_ROAPP__";

/// Where a value comes from. A later layer wins over an earlier one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The compiled-in default.
    Default,
    /// The file named with `--config`.
    File(PathBuf),
    /// The variable of this name.
    Variable(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Variable(name) => f.write_str(name),
        }
    }
}

/// One thing that is wrong with the settings, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The layer that holds the mistake.
    pub origin: Origin,
    /// The setting, as `section.key`; the place in the file when the file itself cannot be read.
    pub key: String,
    /// What is wrong and what to write instead. Never a secret.
    pub problem: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.origin)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.problem)
    }
}

/// A value as it is used, for `config check`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective {
    /// The setting, as `section.key`.
    pub key: &'static str,
    /// The value; a secret is hidden.
    pub shown: String,
    /// Where it comes from.
    pub origin: Origin,
}

/// All layers laid over each other, and what reading them has brought to light.
pub(super) struct Layers {
    values: BTreeMap<String, (Value, Origin)>,
    pub(super) faults: Vec<Fault>,
    pub(super) effective: Vec<Effective>,
}

impl Layers {
    /// Lays file and variables over the defaults.
    pub(super) fn gather(
        defaults: &str,
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Self {
        let mut layers = Self { values: BTreeMap::new(), faults: Vec::new(), effective: Vec::new() };
        for (section, key, value) in layers.entries(defaults, &Origin::Default) {
            layers.values.insert(format!("{section}.{key}"), (value, Origin::Default));
        }
        if let Some(path) = file {
            layers.lay_file(path);
        }
        for (name, value) in variables {
            layers.lay_variable(&name, value);
        }
        layers
    }

    fn lay_file(&mut self, path: &Path) {
        let origin = Origin::File(path.to_owned());
        match fs::read_to_string(path) {
            Err(error) => self.fault(&origin, "", format!("cannot be read: {error}")),
            Ok(text) => {
                for (section, key, value) in self.entries(&text, &origin) {
                    self.lay(&section, &key, value, origin.clone());
                }
            }
        }
    }

    fn lay_variable(&mut self, name: &OsString, value: OsString) {
        let shown = name.to_string_lossy().into_owned();
        let Some(path) = shown.strip_prefix(PREFIX) else { return };
        let origin = Origin::Variable(shown.clone());
        let path = path.to_lowercase();
        let Some((section, key)) = path.split_once("__") else {
            return self.fault(&origin, "", format!("names no setting; write {PREFIX}SECTION__KEY"));
        };
        match value.into_string() {
            Ok(text) => self.lay(section, key, Value::String(text), origin),
            Err(_) => self.fault(&origin, &format!("{section}.{key}"), "is not UTF-8 text".to_owned()),
        }
    }

    /// The entries of a TOML text by section; what is not in a section is a fault.
    fn entries(&mut self, text: &str, origin: &Origin) -> Vec<(String, String, Value)> {
        let table: Table = match toml::from_str(text) {
            Ok(table) => table,
            Err(error) => {
                // Not the error's own text: it quotes the line, and a password may stand there.
                let place = error.span().map_or_else(String::new, |span| place_in(text, span.start));
                self.fault(origin, &place, format!("is not TOML: {}", error.message().trim()));
                return Vec::new();
            }
        };
        let mut entries = Vec::new();
        for (section, content) in table {
            match content {
                Value::Table(content) => {
                    entries.extend(content.into_iter().map(|(key, value)| (section.clone(), key, value)));
                }
                _ => self.fault(origin, &section, "stands outside a section; write it below its [section]".to_owned()),
            }
        }
        entries
    }

    fn lay(&mut self, section: &str, key: &str, value: Value, origin: Origin) {
        let name = format!("{section}.{key}");
        if let Some(slot) = self.values.get_mut(&name) {
            *slot = (value, origin);
            return;
        }
        let keys: Vec<&str> =
            self.values.keys().filter_map(|known| known.split_once('.')).filter_map(within(section)).collect();
        let problem = if keys.is_empty() {
            format!("there is no section {section}; the sections are {}", self.sections().join(", "))
        } else {
            format!("there is no such setting; the section {section} has {}", keys.join(", "))
        };
        self.fault(&origin, &name, problem);
    }

    fn sections(&self) -> Vec<&str> {
        let mut sections: Vec<&str> = self.values.keys().filter_map(|key| Some(key.split_once('.')?.0)).collect();
        sections.dedup();
        sections
    }

    fn fault(&mut self, origin: &Origin, key: &str, problem: String) {
        self.faults.push(Fault { origin: origin.clone(), key: key.to_owned(), problem });
    }

    /// Records that a value is wrong, in the layer it came from.
    pub(super) fn refuse(&mut self, key: &str, problem: impl Into<String>) {
        let origin = self.origin(key);
        self.fault(&origin, key, problem.into());
    }

    /// The layer that a value came from.
    pub(super) fn origin(&self, key: &str) -> Origin {
        self.values.get(key).map_or(Origin::Default, |(_, origin)| origin.clone())
    }

    /// Notes the value that is used.
    pub(super) fn show(&mut self, key: &'static str, shown: impl Into<String>) {
        let origin = self.origin(key);
        self.effective.push(Effective { key, shown: shown.into(), origin });
    }

    /// The value as text; from a file only if it is a TOML string.
    pub(super) fn text(&mut self, key: &'static str) -> Option<String> {
        match self.values.get(key) {
            Some((Value::String(text), _)) => Some(text.clone()),
            Some((other, _)) => {
                let problem = format!("is {}, but should be text in quotes", kind(other));
                self.refuse(key, problem);
                None
            }
            None => {
                self.refuse(key, "has no default");
                None
            }
        }
    }

    /// The value made from text by `parse`, which says what is wrong otherwise.
    pub(super) fn parsed<T>(&mut self, key: &'static str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let text = self.text(key)?;
        match parse(&text) {
            Ok(value) => {
                self.show(key, text);
                Some(value)
            }
            Err(problem) => {
                self.refuse(key, problem);
                None
            }
        }
    }

    /// A length of time.
    pub(super) fn duration(&mut self, key: &'static str, range: RangeInclusive<Duration>) -> Option<Duration> {
        let text = self.text(key)?;
        let Ok(value) = humantime::parse_duration(text.trim()) else {
            self.refuse(key, format!("`{text}` is no length of time; write it like \"500ms\", \"30s\" or \"5m\""));
            return None;
        };
        if !range.contains(&value) {
            let (from, to) = (humantime::format_duration(*range.start()), humantime::format_duration(*range.end()));
            self.refuse(key, format!("`{text}` is out of range; write {from} to {to}"));
            return None;
        }
        self.show(key, humantime::format_duration(value).to_string());
        Some(value)
    }

    /// A whole number.
    pub(super) fn number(&mut self, key: &'static str, range: RangeInclusive<u32>) -> Option<u32> {
        let number = match self.values.get(key) {
            Some((Value::Integer(number), _)) => Ok(*number),
            // Variables are text.
            Some((Value::String(text), Origin::Variable(_))) => {
                text.trim().parse().map_err(|_| format!("`{text}` is no whole number"))
            }
            Some((other, _)) => Err(format!("is {}, but should be a whole number without quotes", kind(other))),
            None => Err("has no default".to_owned()),
        };
        let checked = number.and_then(|number| match u32::try_from(number) {
            Ok(number) if range.contains(&number) => Ok(number),
            _ => Err(format!("{number} is out of range; write {} to {}", range.start(), range.end())),
        });
        match checked {
            Ok(number) => {
                self.show(key, number.to_string());
                Some(number)
            }
            Err(problem) => {
                self.refuse(key, problem);
                None
            }
        }
    }

    /// A switch: true or false.
    pub(super) fn switch(&mut self, key: &'static str) -> Option<bool> {
        let on = match self.values.get(key) {
            Some((Value::Boolean(on), _)) => Ok(*on),
            // Variables are text.
            Some((Value::String(text), Origin::Variable(_))) => {
                text.trim().parse().map_err(|_| format!("`{text}` is neither true nor false"))
            }
            Some((other, _)) => Err(format!("is {}, but should be true or false without quotes", kind(other))),
            None => Err("has no default".to_owned()),
        };
        match on {
            Ok(on) => {
                self.show(key, on.to_string());
                Some(on)
            }
            Err(problem) => {
                self.refuse(key, problem);
                None
            }
        }
    }

    /// The settings that nothing has read: a test's question.
    #[cfg(test)]
    pub(super) fn unread(&self) -> Vec<&str> {
        let read = |key: &str| self.effective.iter().any(|shown| shown.key == key);
        self.values.keys().map(String::as_str).filter(|key| !read(key)).collect()
    }
}

fn within<'a>(section: &'a str) -> impl Fn((&'a str, &'a str)) -> Option<&'a str> {
    move |(of, key)| (of == section).then_some(key)
}

/// What a TOML value is, for people.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "text",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a section",
    }
}

/// The line and column of an offset, from 1.
fn place_in(text: &str, offset: usize) -> String {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    format!("line {line}, column {column}")
}
