//! One JSON object per line, for log collectors: the fields of an event and of every span around it are all at the top level. If a
//! name occurs twice, the event's field comes first, then the innermost span's. Numbers are JSON numbers.

use std::{collections::BTreeMap, error::Error, fmt, io::Write, sync::OnceLock};

use serde_json::Value;
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    Layer,
    fmt::{
        MakeWriter,
        format::Writer,
        time::{FormatTime, SystemTime},
    },
    layer::Context,
    registry::LookupSpan,
};

use super::is_hidden;
use crate::causes::chain;

/// What every line says of itself, in this order, where it has it.
const FIRST: [&str; 6] = ["message", "process", "account", "store", "order", "work_order"];
/// Never numbers, also where they look like one.
const TEXTS: [&str; 4] = ["message", "process", "account", "store"];

/// The process that the lines are of, once it has a name.
pub(super) static PROCESS: OnceLock<String> = OnceLock::new();

/// Writes the lines.
pub(super) struct JsonLines<W>(pub(super) W);

#[derive(Clone, Default)]
struct Fields(BTreeMap<&'static str, Value>);

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.0.insert(field.name(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.insert(field.name(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.insert(field.name(), value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.into());
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.0.insert(field.name(), chain(value).into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        // What is shown as a number is one: ids are handed over as they are shown.
        let number =
            text.parse::<i64>().ok().filter(|number| number.to_string() == text && !TEXTS.contains(&field.name()));
        self.0.insert(field.name(), number.map_or_else(|| text.into(), Value::from));
    }
}

impl<S, W> Layer<S> for JsonLines<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context.event_scope(event).into_iter().flat_map(tracing_subscriber::registry::Scope::from_root) {
            fields.0.extend(span.extensions().get::<Fields>().cloned().unwrap_or_default().0);
        }
        event.record(&mut fields);
        if let Some(process) = PROCESS.get() {
            fields.0.insert("process", process.as_str().into());
        }
        let metadata = event.metadata();
        let mut line = vec![("timestamp", now().into()), ("level", metadata.level().as_str().into())];
        line.extend(FIRST.into_iter().filter_map(|name| fields.0.remove_entry(name)));
        line.extend(fields.0);
        line.push(("target", metadata.target().into()));
        // Where nobody reads the log any more there is nobody to tell.
        drop(self.0.make_writer_for(metadata).write_all(written(&line).as_bytes()));
    }
}

/// RFC 3339, UTC, with microseconds.
fn now() -> String {
    let mut now = String::new();
    match SystemTime.format_time(&mut Writer::new(&mut now)) {
        Ok(()) => now,
        Err(fmt::Error) => String::new(),
    }
}

fn written(line: &[(&str, Value)]) -> String {
    let mut names = std::collections::BTreeSet::new();
    let fields = line.iter().filter(|(name, _)| names.insert(*name));
    let fields = fields.map(|(name, value)| format!("{}:{value}", Value::from(*name)));
    format!("{{{}}}\n", fields.map(|field| escaped(&field)).collect::<Vec<_>>().join(","))
}

/// What JSON leaves as it is, and a viewer would obey or hide.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if is_hidden(c) {
            text.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            text.push(c);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_json_object_whatever_it_holds() {
        let hostile = "a\"b\\c\n\r\u{1b}[31m\u{9b}31m\u{202e}\u{2028}\u{feff}\u{200b}ї{}";
        let line = written(&[("message", hostile.into()), ("order", 7.into()), ("message", "twice".into())]);
        assert_eq!(line.matches('\n').count(), 1, "{line}");
        assert!(line.ends_with("}\n") && !line.trim_end().chars().any(is_hidden), "{line:?}");
        let read: Value = serde_json::from_str(&line).unwrap_or_default();
        assert_eq!((read["message"].as_str(), read["order"].as_i64()), (Some(hostile), Some(7)));
    }

    #[test]
    fn a_moment_is_rfc_3339_in_utc() {
        let now = now();
        assert!(now.ends_with('Z') && now.parse::<chrono::DateTime<chrono::Utc>>().is_ok(), "{now}");
    }
}
