//! A message as commands and pages show it: for programs and in words.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json};

use crate::{
    db::said,
    domain::{
        dictionary::Names,
        locale::Locale,
        said::{Audience, Said, Value},
    },
};

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    /// Which message, one of those in `src/domain/said/en.ftl`.
    pub code: String,
    /// Its values.
    pub values: Map<String, Json>,
    /// The sentence, with names beside ids.
    pub text: String,
    #[serde(skip)]
    said: Said,
    #[serde(skip)]
    names: Names,
}

impl Told {
    /// A message, with these names.
    #[must_use]
    pub fn new(said: &Said, names: &Names) -> Self {
        let values = said.values().map(|(name, value)| (name.to_owned(), said::value_to_json(value)));
        let text = said.in_words(names);
        Self { code: said.code().to_owned(), values: values.collect(), text, said: said.clone(), names: names.clone() }
    }

    /// The message itself.
    pub(super) fn said(&self) -> &Said {
        &self.said
    }

    /// The sentence for somebody in a browser.
    #[must_use]
    pub fn on_page(&self, locale: Locale) -> String {
        self.said.for_audience(&self.names, Audience::Page(locale))
    }

    /// One that may be none, with these names.
    #[must_use]
    pub fn of(said: Option<&Said>, names: &Names) -> Option<Self> {
        said.map(|said| Self::new(said, names))
    }
}

/// The sentence.
impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A message, or a value of one, of which programs get the sentence alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    value: Value,
    names: Names,
}

impl Words {
    /// A value, with these names.
    #[must_use]
    pub fn new(value: impl Into<Value>, names: &Names) -> Self {
        Self { value: value.into(), names: names.clone() }
    }

    /// For somebody in a browser.
    #[must_use]
    pub fn on_page(&self, locale: Locale) -> String {
        self.value.for_audience(&self.names, Audience::Page(locale))
    }
}

/// For a command.
impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.value.in_words(&self.names))
    }
}

impl Serialize for Words {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A reason in brackets, for the end of what it explains; nothing where there is none.
pub(super) fn bracketed(why: Option<&Said>) -> Value {
    why.map_or_else(|| "".into(), |why| Said::new("in-brackets").with("what", why.clone()).into())
}

/// A reason after a colon, for the end of what it explains; nothing where there is none.
pub(super) fn after_colon(why: Option<&Said>) -> Value {
    why.map_or_else(|| "".into(), |why| Said::new("after-colon").with("what", why.clone()).into())
}

/// The sentence in a frame such as `" (…)"`; empty where there is none.
pub fn framed(before: &str, told: Option<&impl fmt::Display>, after: &str) -> String {
    told.map_or_else(String::new, |told| format!("{before}{told}{after}"))
}
