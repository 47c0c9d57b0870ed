//! The layers that settings come from (defaults, file, variables), and typed access to their values, which collects every fault
//! instead of stopping at the first.
//!
//! The `config` crate reads each layer. Merging them is done here, since the crate's builder stops at the first fault, ignores
//! unknown keys, and no longer knows which variable a value came from.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    fmt, io,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::text_file;
use ::config::{Environment, File, FileFormat, Map, Source, ValueKind};

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

/// One thing that is wrong with the settings, and how to fix it.
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
    values: BTreeMap<String, (ValueKind, Origin)>,
    pub(super) faults: Vec<Fault>,
    pub(super) effective: Vec<Effective>,
}

impl Layers {
    /// Lays file and variables over the defaults.
    pub(super) fn gather(
        defaults: &str,
        file: Option<(&Path, io::Result<Vec<u8>>)>,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Self {
        let mut layers = Self { values: BTreeMap::new(), faults: Vec::new(), effective: Vec::new() };
        for (key, value) in layers.entries(defaults, &Origin::Default) {
            layers.values.insert(key, (value, Origin::Default));
        }
        if let Some((path, bytes)) = file {
            layers.lay_file(path, bytes);
        }
        for (name, value) in variables {
            layers.lay_variable(&name, value);
        }
        layers
    }

    /// Read by us and not by the crate, which takes `shop.toml` when told `shop`, and replaces what is not UTF-8.
    fn lay_file(&mut self, path: &Path, bytes: io::Result<Vec<u8>>) {
        let origin = Origin::File(path.to_owned());
        let read = bytes.map_err(|error| format!("cannot be read: {error}"));
        match read.and_then(|bytes| text_file::decode(bytes).map_err(|what| what.to_string())) {
            Err(problem) => self.fault(&origin, "", problem),
            Ok(text) => {
                for (key, value) in self.entries(&text, &origin) {
                    self.lay(&key, value, &origin);
                }
            }
        }
    }

    /// One variable at a time, so that its name stays known.
    fn lay_variable(&mut self, name: &OsStr, value: OsString) {
        let name = name.to_string_lossy().into_owned();
        // The crate would take the prefix in small letters too.
        if !name.starts_with(PREFIX) {
            return;
        }
        let origin = Origin::Variable(name.clone());
        // The crate's own error for what is not UTF-8 repeats the value.
        let (text, is_text) = value.into_string().map_or_else(|_| (String::new(), false), |text| (text, true));
        let variable = Environment::with_prefix(PREFIX.trim_end_matches('_')).prefix_separator("__").separator("__");
        for (key, value) in variable.source(Some(Map::from([(name, text)]))).collect().into_iter().flatten() {
            if !key.contains('.') {
                self.fault(&origin, "", format!("does not name a setting; write {PREFIX}SECTION__KEY"));
            } else if is_text {
                self.lay(&key, value.kind, &origin);
            } else {
                self.fault(&origin, &key, "is not UTF-8 text".to_owned());
            }
        }
    }

    /// The entries of a TOML text as `section.key`, sorted; what is not in a section is a fault.
    fn entries(&mut self, text: &str, origin: &Origin) -> Vec<(String, ValueKind)> {
        let Ok(table) = File::from_str(text, FileFormat::Toml).collect() else {
            let (place, problem) = syntax_fault(text);
            self.fault(origin, &place, problem);
            return Vec::new();
        };
        let mut entries = Vec::new();
        for (section, content) in BTreeMap::from_iter(table) {
            match content.kind {
                ValueKind::Table(content) => {
                    entries.extend(content.into_iter().map(|(key, value)| (format!("{section}.{key}"), value.kind)));
                }
                _ => self.fault(origin, &section, "is outside any section; put it below its [section]".to_owned()),
            }
        }
        entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        entries
    }

    fn lay(&mut self, key: &str, value: ValueKind, origin: &Origin) {
        if let Some(slot) = self.values.get_mut(key) {
            *slot = (value, origin.clone());
            return;
        }
        let section = key.split_once('.').map_or(key, |(section, _)| section);
        let known: Vec<_> = self.values.keys().filter_map(|known| known.split_once('.')).collect();
        let keys: Vec<_> = known.iter().filter(|(of, _)| *of == section).map(|(_, key)| *key).collect();
        let problem = if keys.is_empty() {
            let mut sections: Vec<_> = known.iter().map(|(section, _)| *section).collect();
            sections.dedup();
            format!("unknown section {section}; the sections are {}", sections.join(", "))
        } else {
            format!("unknown setting; the section {section} has {}", keys.join(", "))
        };
        self.fault(origin, key, problem);
    }

    fn fault(&mut self, origin: &Origin, key: &str, problem: String) {
        self.faults.push(Fault { origin: origin.clone(), key: key.to_owned(), problem });
    }

    /// Records that a value is wrong, in the layer it came from.
    pub(super) fn refuse(&mut self, key: &str, problem: String) {
        let origin = self.origin(key);
        self.fault(&origin, key, problem);
    }

    /// The layer that a value came from.
    pub(super) fn origin(&self, key: &str) -> Origin {
        self.values.get(key).map_or(Origin::Default, |(_, origin)| origin.clone())
    }

    /// Reads a value with `read`, which gives it and how to show it, or says what is wrong.
    ///
    /// The crate's own conversions are too kind: they take a number for text and "on" for true.
    fn read<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&ValueKind, &Origin) -> Result<(T, String), String>,
    ) -> Option<T> {
        let outcome = match self.values.get(key) {
            Some((value, origin)) => read(value, origin),
            None => Err("has no default".to_owned()),
        };
        match outcome {
            Ok((value, shown)) => {
                self.effective.push(Effective { key, shown, origin: self.origin(key) });
                Some(value)
            }
            Err(problem) => {
                self.refuse(key, problem);
                None
            }
        }
    }

    /// The value made from text by `parse`, with how to show it; from a file only if it is a TOML string.
    pub(super) fn text<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<(T, String), String>,
    ) -> Option<T> {
        self.read(key, |value, _| match value {
            ValueKind::String(text) => parse(text),
            other => Err(format!("is {}, but should be text in quotes", kind(other))),
        })
    }

    /// The value made from text by `parse`, shown as it is written.
    pub(super) fn parsed<T>(&mut self, key: &'static str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        self.text(key, |text| Ok((parse(text)?, text.to_owned())))
    }

    /// A length of time.
    pub(super) fn duration(&mut self, key: &'static str, range: RangeInclusive<Duration>) -> Option<Duration> {
        self.text(key, |text| {
            let value = humantime::parse_duration(text.trim())
                .map_err(|_| format!("`{text}` is not a duration; write it like \"500ms\", \"30s\" or \"5m\""))?;
            if !range.contains(&value) {
                let (from, to) = (humantime::format_duration(*range.start()), humantime::format_duration(*range.end()));
                return Err(format!("`{text}` is out of range; write {from} to {to}"));
            }
            Ok((value, humantime::format_duration(value).to_string()))
        })
    }

    /// A whole number.
    pub(super) fn number(&mut self, key: &'static str, range: RangeInclusive<u32>) -> Option<u32> {
        self.read(key, |value, origin| {
            let number = match (value, origin) {
                (ValueKind::I64(number), _) => *number,
                // Variables are text.
                (ValueKind::String(text), Origin::Variable(_)) => {
                    text.trim().parse().map_err(|_| format!("`{text}` is not a whole number"))?
                }
                (other, _) => return Err(format!("is {}, but should be a whole number without quotes", kind(other))),
            };
            match u32::try_from(number) {
                Ok(number) if range.contains(&number) => Ok((number, number.to_string())),
                _ => Err(format!("{number} is out of range; write {} to {}", range.start(), range.end())),
            }
        })
    }

    /// A switch: true or false.
    pub(super) fn switch(&mut self, key: &'static str) -> Option<bool> {
        self.read(key, |value, origin| {
            let on: bool = match (value, origin) {
                (ValueKind::Boolean(on), _) => *on,
                // Variables are text.
                (ValueKind::String(text), Origin::Variable(_)) => {
                    text.trim().parse().map_err(|_| format!("`{text}` is neither true nor false"))?
                }
                (other, _) => return Err(format!("is {}, but should be true or false without quotes", kind(other))),
            };
            Ok((on, on.to_string()))
        })
    }

    /// The settings that nothing has read: a test's question.
    #[cfg(test)]
    pub(super) fn unread(&self) -> Vec<&str> {
        let read = |key: &str| self.effective.iter().any(|shown| shown.key == key);
        self.values.keys().map(String::as_str).filter(|key| !read(key)).collect()
    }
}

/// What a value is, for people.
fn kind(value: &ValueKind) -> &'static str {
    match value {
        ValueKind::String(_) => "text",
        ValueKind::I64(_) => "a whole number",
        ValueKind::Boolean(_) => "true or false",
        ValueKind::Array(_) => "a list",
        ValueKind::Table(_) => "a section",
        _ => "a number",
    }
}

/// The place of a mistake in a TOML text, and what it is.
///
/// The crate's error does not tell the place of a number that is too large, so `toml` is asked again. Not with the
/// error's own text: it quotes the line, and a password may stand there.
fn syntax_fault(text: &str) -> (String, String) {
    let Err(error) = toml::from_str::<toml::Table>(text) else { return (String::new(), "is not TOML".to_owned()) };
    let place = error.span().map_or_else(String::new, |span| place_in(text, span.start));
    (place, format!("is not TOML: {}", error.message().trim()))
}

/// The line and column of an offset, from 1.
fn place_in(text: &str, offset: usize) -> String {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    format!("line {line}, column {column}")
}
