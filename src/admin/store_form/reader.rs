//! Takes values out of the table and notes what is wrong with them.

use toml::{Table, Value};

use crate::{
    check::{Fault, meant},
    domain::ids::Id,
};

/// Every key that a store file may have, in the order of the design.
pub(in crate::admin) const KEYS: [&str; 29] = [
    "name",
    "account",
    "site_url",
    "login",
    "password_file",
    "password",
    "location_id",
    "order_type_id",
    "language",
    "identify_products_by",
    "managers",
    "line_executor_id",
    "product_category_id",
    "unknown_products",
    "time_zone",
    "phone_region",
    "currency",
    "name_order",
    "enabled",
    "platform",
    "import_months",
    "excluded_statuses",
    "due_in_days",
    "discount_sponsor",
    "ad_campaign_id",
    "allow_store_status_4",
    "custom_fields",
    "status_map",
    "write_back",
];

/// A table that is being read, and what was noted on the way.
pub(super) struct Reader<'a> {
    table: &'a Table,
    pub(super) faults: Vec<Fault>,
    pub(super) warnings: Vec<Fault>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(table: &'a Table) -> Self {
        Self { table, faults: Vec::new(), warnings: Vec::new() }
    }

    pub(super) fn refuse(&mut self, key: &str, message: impl Into<String>) {
        self.faults.push(Fault::new(key, message));
    }

    pub(super) fn warn(&mut self, key: &str, message: impl Into<String>) {
        self.warnings.push(Fault::new(key, message));
    }

    /// Notes every key that no store file has.
    pub(super) fn refuse_unknown(&mut self) {
        for key in self.table.keys().filter(|key| !KEYS.contains(&key.as_str())) {
            let message = match meant(key, KEYS) {
                Some(known) => format!("unknown setting; did you mean {known}?"),
                None => format!("unknown setting; known settings are {}", KEYS.join(", ")),
            };
            self.refuse(key, message);
        }
    }

    /// The value, if the key is there at all.
    pub(super) fn optional(&self, key: &str) -> Option<&'a Value> {
        self.table.get(key)
    }

    /// The value of a key that must be there; `example` is how it could be written.
    pub(super) fn required(&mut self, key: &str, example: &str) -> Option<&'a Value> {
        let value = self.table.get(key);
        if value.is_none() {
            self.refuse(key, format!("is missing; write for example {key} = {example}"));
        }
        value
    }

    /// A text that must be there, of 1 to `longest` characters, without the blanks around it.
    pub(super) fn text(&mut self, key: &str, longest: usize, example: &str) -> Option<String> {
        let value = self.required(key, &format!("\"{example}\""))?;
        let text = self.as_text(key, value)?.trim();
        if text.is_empty() {
            self.refuse(key, "is empty");
            return None;
        }
        let length = text.chars().count();
        if length > longest {
            self.refuse(key, format!("has {length} characters; at most {longest} are possible"));
            return None;
        }
        if text.chars().any(char::is_control) {
            self.refuse(key, "holds a line break or another control character; write it in one line");
            return None;
        }
        Some(text.to_owned())
    }

    /// One of several words, without regard to case; the default where the key is left out.
    pub(super) fn choice<T: Copy>(&mut self, key: &str, words: &[(&str, T)], default: Option<T>) -> Option<T> {
        let value = match (self.optional(key), default) {
            (None, Some(default)) => return Some(default),
            (None, None) => {
                let words = words.iter().map(|(word, _)| format!("\"{word}\"")).collect::<Vec<_>>();
                self.refuse(key, format!("is missing; write one of {}", words.join(", ")));
                return None;
            }
            (Some(value), _) => value,
        };
        let text = self.as_text(key, value)?.trim();
        let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
        if found.is_none() {
            let list = words.iter().map(|(word, _)| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
            self.refuse(key, format!("\"{text}\" is not possible; write one of {list}"));
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
            self.refuse(key, format!("{number} is not possible; write {} to {}", range.start(), range.end()));
        }
        found
    }

    /// A switch; the default where the key is left out.
    pub(super) fn switch(&mut self, key: &str, default: bool) -> Option<bool> {
        let Some(value) = self.optional(key) else { return Some(default) };
        let found = value.as_bool();
        if found.is_none() {
            self.refuse(key, format!("expected true or false without quotes, found {}", kind(value)));
        }
        found
    }

    /// A list of ids, each once.
    pub(super) fn ids<T>(&mut self, key: &str, value: &Value) -> Option<Vec<Id<T>>> {
        let Some(values) = value.as_array() else {
            let message = format!("expected a list of ids like [21, 22], found {}", kind(value));
            self.refuse(key, message);
            return None;
        };
        let mut ids: Vec<Id<T>> = Vec::new();
        let faults = self.faults.len();
        for value in values {
            let Some(id) = self.as_id(key, value) else { continue };
            if ids.contains(&id) {
                self.refuse(key, format!("{id} stands in the list twice"));
            } else {
                ids.push(id);
            }
        }
        (self.faults.len() == faults).then_some(ids)
    }

    /// A table below a heading; `None` also where it is left out.
    pub(super) fn table(&mut self, key: &str) -> Option<&'a Table> {
        let value = self.optional(key)?;
        let found = value.as_table();
        if found.is_none() {
            self.refuse(key, format!("expected a heading [{key}] with lines below it, found {}", kind(value)));
        }
        found
    }

    pub(super) fn as_text<'v>(&mut self, key: &str, value: &'v Value) -> Option<&'v str> {
        let found = value.as_str();
        if found.is_none() {
            self.refuse(key, format!("expected a text in quotes, found {}", kind(value)));
        }
        found
    }

    pub(super) fn as_whole(&mut self, key: &str, value: &Value) -> Option<i64> {
        let found = value.as_integer();
        if found.is_none() {
            let fix = match value.as_str().map(str::trim) {
                Some(text) if text.parse::<i64>().is_ok() => format!("; write {text} without quotes"),
                _ => String::new(),
            };
            self.refuse(key, format!("expected a whole number, found {}{fix}", kind(value)));
        }
        found
    }

    pub(super) fn as_id<T>(&mut self, key: &str, value: &Value) -> Option<Id<T>> {
        let number = self.as_whole(key, value)?;
        if number < 1 {
            self.refuse(key, format!("{number} is no id; ids are whole numbers from 1"));
            return None;
        }
        Some(Id::new(number))
    }
}

/// What stands there, for people. Never the value itself.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text in quotes",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number with a fraction",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
}
