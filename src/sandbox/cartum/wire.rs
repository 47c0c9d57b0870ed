//! Values in the form that the quirks prescribe: amounts, flags, texts, objects.

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde_json::{Map, Value, json};

use super::quirks::{Amounts, CartumQuirks, EmptyObject, EmptyText, Flags};
use crate::sandbox::seed::shelf::Titles;

impl CartumQuirks {
    /// An amount or a quantity.
    pub(super) fn amount(&self, amount: Decimal) -> Value {
        let amount = amount.normalize();
        match self.amounts {
            Amounts::Number => {
                amount.to_i64().filter(|_| amount.is_integer()).map_or_else(|| json!(float(amount)), Value::from)
            }
            Amounts::Fraction => json!(float(amount)),
            Amounts::Text => json!(amount.to_string()),
            Amounts::PaddedText => json!(format!("{amount:.2}")),
        }
    }

    /// A flag published as `0`/`1`.
    pub(super) fn flag(&self, flag: bool) -> Value {
        match self.flags {
            Flags::Bool => json!(flag),
            Flags::Text => json!(if flag { "1" } else { "0" }),
            Flags::Mixed | Flags::Number => json!(i32::from(flag)),
        }
    }

    /// A flag published as a boolean.
    pub(super) fn truth(&self, flag: bool) -> Value {
        if self.flags == Flags::Mixed { json!(flag) } else { self.flag(flag) }
    }
}

/// A JSON object without the keys that the quirks leave out.
pub(super) struct Object<'a> {
    quirks: &'a CartumQuirks,
    map: Map<String, Value>,
}

impl<'a> Object<'a> {
    pub(super) fn new(quirks: &'a CartumQuirks) -> Self {
        Self { quirks, map: Map::new() }
    }

    pub(super) fn put(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.map.insert(key.into(), value.into());
        self
    }

    pub(super) fn amount(self, key: &str, amount: Decimal) -> Self {
        let value = self.quirks.amount(amount);
        self.put(key, value)
    }

    pub(super) fn flag(self, key: &str, flag: bool) -> Self {
        let value = self.quirks.flag(flag);
        self.put(key, value)
    }

    pub(super) fn truth(self, key: &str, flag: bool) -> Self {
        let value = self.quirks.truth(flag);
        self.put(key, value)
    }

    pub(super) fn text(self, key: &str, text: &str) -> Self {
        match self.quirks.empty_text {
            _ if !text.is_empty() => self.put(key, text),
            EmptyText::Blank => self.put(key, ""),
            EmptyText::Null => self.put(key, Value::Null),
            EmptyText::Absent => self,
        }
    }

    pub(super) fn object(self, key: &str, entries: Map<String, Value>) -> Self {
        match self.quirks.empty_object {
            _ if !entries.is_empty() => self.put(key, entries),
            EmptyObject::Array => self.put(key, json!([])),
            EmptyObject::Object => self.put(key, json!({})),
            EmptyObject::Null => self.put(key, Value::Null),
            EmptyObject::Absent => self,
        }
    }

    /// Titles by language; `""` for a language that is not filled in (contract cartum 0).
    pub(super) fn titles(self, key: &str, titles: &Titles) -> Self {
        let entries = titles.iter().map(|(language, title)| (language.clone(), json!(title))).collect();
        self.object(key, entries)
    }

    pub(super) fn done(self) -> Value {
        Value::Object(self.map)
    }
}

fn float(amount: Decimal) -> f64 {
    amount.to_f64().unwrap_or(f64::MAX)
}
