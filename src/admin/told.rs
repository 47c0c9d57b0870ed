//! A message as commands and pages show it: for programs and in words.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::{
    db::said,
    domain::{
        dictionary::Names,
        locale::Locale,
        said::{Audience, Said},
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

/// The sentence in a frame such as `" (…)"`; empty where there is none.
pub fn framed(before: &str, told: Option<&impl fmt::Display>, after: &str) -> String {
    told.map_or_else(String::new, |told| format!("{before}{told}{after}"))
}
