//! What a person is told, as data: which message, and what it is about. It is stored and compared as such; the sentence is made where it
//! is shown, with names beside ids, for the one who reads it there.
//!
//! The messages are in `said/`, a file for each language, one message for each code. A value is put into its message as it is: it is
//! never read as one itself. Commands and the log speak English; what a person can do about something is a command there, and a button
//! on a page. Messages whose names begin with `do-` say it, and choose by `$shown`, which every message can use.

#[cfg(test)]
mod tests;

use std::{borrow::Cow, collections::BTreeMap, fmt, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};

use super::{
    dictionary::{Kind, Names},
    ids::{ItemId, PersonId, ProductId, StatusId, StoreStatusId, WorkOrderId},
    locale::Locale,
    words,
};

/// Who reads a sentence, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Somebody at a terminal or a log: in English.
    Command,
    /// Somebody in a browser.
    Page(Locale),
}

impl Audience {
    fn locale(self) -> Locale {
        match self {
            Self::Command => Locale::En,
            Self::Page(locale) => locale,
        }
    }

    /// The value of `$shown`.
    fn shown(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Page(_) => "page",
        }
    }
}

/// A message with its values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said {
    code: Cow<'static, str>,
    values: BTreeMap<Cow<'static, str>, Value>,
}

/// What a message is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// A text of a peer's or of a person's, or a word that the message chooses by.
    Text(String),
    /// A count, an order number, an id without a name.
    Number(i64),
    /// An id that has a name.
    Named(Kind, i64),
    /// Another message.
    Said(Said),
    /// Several of these, told one after the other.
    List(Vec<Self>),
}

impl Said {
    /// The message with this code, one of those in `said/en.ftl`.
    #[must_use]
    pub const fn new(code: &'static str) -> Self {
        Self { code: Cow::Borrowed(code), values: BTreeMap::new() }
    }

    /// The same with a value under the name that it has in the message.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.values.insert(Cow::Borrowed(name), value.into());
        self
    }

    /// One that was stored, perhaps by another release.
    #[must_use]
    pub fn stored(code: String, values: impl IntoIterator<Item = (String, Value)>) -> Self {
        let values = values.into_iter().map(|(name, value)| (Cow::Owned(name), value));
        Self { code: Cow::Owned(code), values: values.collect() }
    }

    /// Which message it is.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Its values, each with its name.
    pub fn values(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// The sentence for a command or the log.
    #[must_use]
    pub fn in_words(&self, names: &Names) -> String {
        self.for_audience(names, Audience::Command)
    }

    /// The sentence for those who read it. One of a release that has other messages shows its code and its values.
    #[must_use]
    pub fn for_audience(&self, names: &Names, audience: Audience) -> String {
        let found = || self.find(names, audience);
        found().or_else(|| self.find(names, Audience::Page(Locale::En))).unwrap_or_else(|| {
            let values = self.values().map(|(name, value)| format!("{name}: {}", value.for_audience(names, audience)));
            format!("{} ({})", self.code, values.collect::<Vec<_>>().join(", "))
        })
    }

    fn find(&self, names: &Names, audience: Audience) -> Option<String> {
        let bundle = bundle(audience.locale());
        let pattern = bundle.get_message(&self.code)?.value()?;
        let mut values: FluentArgs<'_> =
            self.values().map(|(name, value)| (name, value.for_message(names, audience))).collect();
        values.set("shown", audience.shown());
        let mut faults = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&values), &mut faults).into_owned();
        faults.is_empty().then_some(text)
    }
}

/// A text of somebody else's, which has no message of its own.
impl From<String> for Said {
    fn from(text: String) -> Self {
        Self::new("text").with("text", text)
    }
}

/// In English, without names, for the log.
impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_words(&Names::default()))
    }
}

/// The same.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_words(&Names::default()))
    }
}

impl Value {
    /// For a command or the log, with names beside ids.
    #[must_use]
    pub fn in_words(&self, names: &Names) -> String {
        self.for_audience(names, Audience::Command)
    }

    /// For those who read it, with names beside ids.
    #[must_use]
    pub fn for_audience(&self, names: &Names, audience: Audience) -> String {
        let words = |value: &Self| value.for_audience(names, audience);
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Named(kind, id) => match (audience, names.get(*kind, *id)) {
                // Who works at a terminal writes ids; in a browser names are chosen from.
                (Audience::Page(_), Some(name)) => name.to_owned(),
                _ => names.told(*kind, *id),
            },
            Self::Said(said) => said.for_audience(names, audience),
            Self::List(values) => listed(&values.iter().map(words).collect::<Vec<_>>()),
        }
    }

    /// A number stays one, so that a message can choose by it.
    fn for_message(&self, names: &Names, audience: Audience) -> FluentValue<'_> {
        match self {
            Self::Number(number) => FluentValue::from(*number),
            other => FluentValue::from(other.for_audience(names, audience)),
        }
    }
}

/// Semicolons part what has punctuation of its own.
fn listed(values: &[String]) -> String {
    let is_long = values.iter().any(|value| value.contains([',', ':', ';']));
    values.join(if is_long { "; " } else { ", " })
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<StatusId> for Value {
    fn from(id: StatusId) -> Self {
        Self::Named(Kind::Status, id.get())
    }
}

impl From<StoreStatusId> for Value {
    fn from(id: StoreStatusId) -> Self {
        Self::Named(Kind::StoreStatus, id.get())
    }
}

impl From<WorkOrderId> for Value {
    fn from(id: WorkOrderId) -> Self {
        Self::Named(Kind::WorkOrder, id.get())
    }
}

impl From<PersonId> for Value {
    fn from(id: PersonId) -> Self {
        Self::Number(id.get())
    }
}

impl From<ProductId> for Value {
    fn from(id: ProductId) -> Self {
        Self::Number(id.get())
    }
}

impl From<ItemId> for Value {
    fn from(id: ItemId) -> Self {
        Self::Number(id.get())
    }
}

impl From<Said> for Value {
    fn from(said: Said) -> Self {
        Self::Said(said)
    }
}

impl<V: Into<Self>> FromIterator<V> for Value {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

type Bundle = FluentBundle<FluentResource>;

fn bundle(locale: Locale) -> &'static Bundle {
    static BUNDLES: LazyLock<[Bundle; Locale::ALL.len()]> =
        LazyLock::new(|| Locale::ALL.map(|locale| words::bundle(locale.code(), messages(locale))));
    &BUNDLES[locale as usize]
}

fn messages(locale: Locale) -> &'static str {
    match locale {
        Locale::En => include_str!("said/en.ftl"),
        Locale::Pt => include_str!("said/pt.ftl"),
        Locale::Uk => include_str!("said/uk.ftl"),
    }
}
