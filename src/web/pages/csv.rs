//! Tables as files that spreadsheets open (RFC 4180), in which nothing is a formula.

use std::borrow::Cow;

/// A table.
#[derive(Debug)]
pub(super) struct Csv {
    text: String,
    columns: usize,
}

impl Csv {
    /// A table with this head. The mark at its beginning tells spreadsheets that it is UTF-8.
    pub(super) fn new<const N: usize>(head: [Cow<'static, str>; N]) -> Self {
        let mut csv = Self { text: "\u{feff}".to_owned(), columns: N };
        csv.row(head.map(Cow::into_owned));
        csv
    }

    /// Adds a row.
    pub(super) fn row<const N: usize>(&mut self, cells: [String; N]) {
        debug_assert_eq!(N, self.columns);
        let cells = cells.map(|text| cell(&text));
        self.text.push_str(&cells.join(","));
        self.text.push_str("\r\n");
    }

    /// The whole file.
    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// What a spreadsheet would take for a formula begins with an apostrophe, which it hides.
fn cell(text: &str) -> String {
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    let text = if is_formula { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) };
    if text.contains([',', '"', '\n', '\r', ';']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_file_is_a_formula() {
        for (text, expected) in [
            ("plain", "plain"),
            ("a, \"b\"", "\"a, \"\"b\"\"\""),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("+380671234567", "+380671234567"),
            ("-12.50", "-12.50"),
            (" =1+1", "' =1+1"),
            ("two\nlines", "\"two\nlines\""),
        ] {
            assert_eq!(cell(text), expected);
        }
    }
}
