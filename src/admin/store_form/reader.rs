//! Reads values from named fields and records what is wrong with them.

use super::{
    field::{Field, Fields},
    keys::{takes, unknown},
};
use crate::{
    check::Fault,
    domain::{ids::Id, said::Said},
};

/// Fields that are being read, and what was noted on the way.
pub(super) struct Reader<'a> {
    fields: &'a Fields,
    pub(super) faults: Vec<Fault>,
    pub(super) warnings: Vec<Fault>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(fields: &'a Fields) -> Self {
        Self { fields, faults: Vec::new(), warnings: Vec::new() }
    }

    pub(super) fn refuse(&mut self, key: &str, message: Said) {
        self.faults.push(Fault::new(key, message));
    }

    pub(super) fn warn(&mut self, key: &str, message: Said) {
        self.warnings.push(Fault::new(key, message));
    }

    /// Notes every key that no setting has.
    pub(super) fn refuse_unknown(&mut self) {
        let unknown = self.fields.keys().filter(|key| takes(key).is_none()).map(|key| unknown(key));
        self.faults.extend(unknown);
    }

    /// The value, if the key is there at all.
    pub(super) fn optional(&self, key: &str) -> Option<&'a Field> {
        self.fields.get(key)
    }

    /// The value of a key that must be there; `example` is how it could be written.
    pub(super) fn required(&mut self, key: &str, example: &str) -> Option<&'a Field> {
        let value = self.fields.get(key);
        if value.is_none() {
            self.refuse(key, Said::new("is-missing-like").with("key", key).with("example", example));
        }
        value
    }

    /// A text that must be there, of 1 to `longest` characters, without the blanks around it.
    pub(super) fn text(&mut self, key: &str, longest: usize, example: &str) -> Option<String> {
        let value = self.required(key, &format!("\"{example}\""))?;
        let text = self.as_text(key, value)?.trim();
        if text.is_empty() {
            self.refuse(key, Said::new("is-empty"));
            return None;
        }
        let length = text.chars().count();
        if length > longest {
            self.refuse(key, Said::new("too-many-characters").with("count", length).with("most", longest));
            return None;
        }
        if text.chars().any(char::is_control) {
            self.refuse(key, Said::new("not-on-one-line"));
            return None;
        }
        Some(text.to_owned())
    }

    /// One of several words, without regard to case; the default where the key is left out.
    pub(super) fn choice<T: Copy>(&mut self, key: &str, words: &[(&str, T)], default: Option<T>) -> Option<T> {
        let list = || words.iter().map(|(word, _)| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
        let value = match (self.optional(key), default) {
            (None, Some(default)) => return Some(default),
            (None, None) => {
                self.refuse(key, Said::new("is-missing-of").with("words", list()));
                return None;
            }
            (Some(value), _) => value,
        };
        let text = self.as_text(key, value)?.trim();
        let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
        if found.is_none() {
            self.refuse(key, Said::new("not-a-choice").with("text", text).with("words", list()));
        }
        found.map(|(_, chosen)| *chosen)
    }

    /// An id that must be there.
    pub(super) fn id<T>(&mut self, key: &str, example: &str) -> Option<Id<T>> {
        let value = self.required(key, example)?;
        self.as_id(key, value)
    }

    /// A whole number within a range; the default where the key is left out.
    pub(super) fn number(&mut self, key: &str, range: std::ops::RangeInclusive<u32>, default: u32) -> Option<u32> {
        let Some(value) = self.optional(key) else { return Some(default) };
        let number = self.as_whole(key, value)?;
        let found = u32::try_from(number).ok().filter(|number| range.contains(number));
        if found.is_none() {
            let (least, most) = (i64::from(*range.start()), i64::from(*range.end()));
            let said = Said::new("out-of-range").with("number", number);
            self.refuse(key, said.with("least", least).with("most", most));
        }
        found
    }

    /// A switch; the default where the key is left out.
    pub(super) fn switch(&mut self, key: &str, default: bool) -> Option<bool> {
        let Some(value) = self.optional(key) else { return Some(default) };
        let found = value.as_switch();
        if found.is_none() {
            self.refuse(key, Said::new("wants-switch").with("found", value.kind()));
        }
        found
    }

    /// A list of ids, each once.
    pub(super) fn ids<T>(&mut self, key: &str, value: &Field) -> Option<Vec<Id<T>>> {
        let Some(values) = value.as_list() else {
            self.refuse(key, Said::new("wants-ids").with("found", value.kind()));
            return None;
        };
        let mut ids: Vec<Id<T>> = Vec::new();
        let faults = self.faults.len();
        for value in values {
            let Some(id) = self.as_id(key, value) else { continue };
            if ids.contains(&id) {
                self.refuse(key, Said::new("id-twice").with("id", id.get()));
            } else {
                ids.push(id);
            }
        }
        (self.faults.len() == faults).then_some(ids)
    }

    /// A table below a heading; `None` also where it is left out.
    pub(super) fn table(&mut self, key: &str) -> Option<&'a Fields> {
        let value = self.optional(key)?;
        let found = value.as_table();
        if found.is_none() {
            self.refuse(key, Said::new("wants-table").with("key", key).with("found", value.kind()));
        }
        found
    }

    pub(super) fn as_text<'v>(&mut self, key: &str, value: &'v Field) -> Option<&'v str> {
        let found = value.as_text();
        if found.is_none() {
            self.refuse(key, Said::new("wants-text").with("found", value.kind()));
        }
        found
    }

    pub(super) fn as_whole(&mut self, key: &str, value: &Field) -> Option<i64> {
        let found = value.as_whole();
        if found.is_none() {
            let said = match value.as_text().map(str::trim) {
                Some(text) if text.parse::<i64>().is_ok() => Said::new("wants-whole-unquoted").with("text", text),
                _ => Said::new("wants-whole"),
            };
            self.refuse(key, said.with("found", value.kind()));
        }
        found
    }

    pub(super) fn as_id<T>(&mut self, key: &str, value: &Field) -> Option<Id<T>> {
        let number = self.as_whole(key, value)?;
        if number < 1 {
            self.refuse(key, Said::new("not-an-id").with("number", number));
            return None;
        }
        Some(Id::new(number))
    }
}
