//! What people read: lines and tables on standard output, and questions on a terminal.

use std::{
    fmt,
    io::{self, BufRead, IsTerminal, Write},
};

use anyhow::bail;
use chrono::{DateTime, SecondsFormat, Utc};

/// Standard output. That its reader has gone (`| head`) is an error that ends the command quietly.
#[derive(Debug)]
pub struct Output(io::Stdout);

impl Output {
    /// This process's standard output.
    #[must_use]
    pub fn stdout() -> Self {
        Self(io::stdout())
    }

    /// Prints one line, or several.
    ///
    /// # Errors
    ///
    /// When nobody reads it.
    pub fn line(&self, line: impl fmt::Display) -> io::Result<()> {
        writeln!(self.0.lock(), "{line}")
    }

    /// Prints one JSON value, for programs.
    ///
    /// # Errors
    ///
    /// When nobody reads it.
    pub fn json(&self, value: &serde_json::Value) -> io::Result<()> {
        self.line(format_args!("{value:#}"))
    }
}

/// A moment as JSON shows it: RFC 3339 in UTC, whole seconds.
#[must_use]
pub fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A text as JSON shows it: an empty one is none.
#[must_use]
pub fn filled(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// Lines in columns, each as wide as its widest cell, below a heading.
#[must_use]
pub fn table<const N: usize>(heading: [&str; N], rows: &[[String; N]]) -> String {
    let heading = heading.map(str::to_owned);
    let all = || std::iter::once(&heading).chain(rows);
    let width = |column: usize| all().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    all().map(line).collect::<Vec<_>>().join("\n")
}

/// Asks a person to agree; `yes` is the answer given beforehand, by `--yes`.
///
/// # Errors
///
/// When there is nobody to ask.
pub fn confirm(question: &str, yes: bool) -> anyhow::Result<bool> {
    if yes {
        return Ok(true);
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        bail!("{question} There is nobody to ask here; add --yes to agree");
    }
    write!(io::stderr(), "{question} [y/N] ")?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["Київ".to_owned(), "1".to_owned()], ["a".to_owned(), String::new()]];
        assert_eq!(table(["city", "n"], &rows), "city  n\nКиїв  1\na");
    }

    #[test]
    fn an_answer_given_beforehand_is_not_asked_for() -> anyhow::Result<()> {
        assert!(confirm("Import 300 orders?", true)?);
        Ok(())
    }
}
