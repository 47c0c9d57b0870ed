//! The fields of a line for people: nothing in them starts another line or controls the terminal.

use std::{error::Error, fmt};

use tracing::field::{Field, Visit};
use tracing_subscriber::{
    field::RecordFields,
    fmt::{FormatFields, format::Writer},
};

use super::is_hidden;
use crate::causes::chain;

/// Writes the message, then `name=value` with blanks between.
pub(super) struct TextFields;

impl<'writer> FormatFields<'writer> for TextFields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'writer>, fields: R) -> fmt::Result {
        let mut line = Line { writer, is_first: true, written: Ok(()) };
        fields.record(&mut line);
        line.written
    }
}

struct Line<'writer> {
    writer: Writer<'writer>,
    is_first: bool,
    written: fmt::Result,
}

impl Line<'_> {
    fn put(&mut self, field: &Field, value: &str) {
        let between = if self.is_first { "" } else { " " };
        self.is_first = false;
        let value = escaped(value);
        self.written = self.written.and_then(|()| match field.name() {
            "message" => write!(self.writer, "{between}{value}"),
            name => write!(self.writer, "{between}{name}={value}"),
        });
    }
}

impl Visit for Line<'_> {
    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.put(field, &chain(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, &format!("{value:?}"));
    }
}

fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_on_its_line() {
        assert_eq!(escaped("a\nERROR forged\r\u{1b}[2J\u{202e} ї"), "a\\nERROR forged\\r\\u{1b}[2J\\u{202e} ї");
    }
}
