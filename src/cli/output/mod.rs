//! Output for people: lines and tables on standard output, questions on a terminal, and errors. Everything that is printed for
//! people goes through here, so that no text from a shop or from RO App reaches a terminal unescaped.
//!
//! `layout.rs` lays out tables and texts, `explain.rs` formats errors.

use std::{
    fmt,
    io::{self, BufRead, IsTerminal, Write},
};

use anyhow::bail;
use serde::Serialize;

mod explain;
mod layout;

pub use self::explain::{Told, explain};
use crate::{
    admin::Moment,
    domain::plain::{escaped_json, plain},
};

/// How wide a line may be on a terminal that does not say how wide it is.
const USUAL_WIDTH: usize = 80;
/// A terminal that says to be narrower does not know.
const NARROWEST: usize = 20;

/// Standard output. That its reader has gone (`| head`) is an error that ends the command quietly.
#[derive(Debug)]
pub struct Output(io::Stdout);

impl Output {
    /// This process's standard output.
    #[must_use]
    pub fn stdout() -> Self {
        Self(io::stdout())
    }

    /// Prints one line; what would break it is taken out.
    ///
    /// # Errors
    ///
    /// When nobody reads it.
    pub fn line(&self, line: impl fmt::Display) -> io::Result<()> {
        writeln!(self.0.lock(), "{}", plain(&line.to_string()))
    }

    /// Prints lines.
    ///
    /// # Errors
    ///
    /// When nobody reads them.
    pub fn lines(&self, lines: impl IntoIterator<Item = impl fmt::Display>) -> io::Result<()> {
        lines.into_iter().try_for_each(|line| self.line(line))
    }

    /// Prints a text, broken between words where the terminal ends.
    ///
    /// # Errors
    ///
    /// When nobody reads it.
    pub fn paragraph(&self, text: &str) -> io::Result<()> {
        self.lines(layout::wrapped(text, width()))
    }

    /// Prints rows in columns below a heading; where the terminal is too narrow, long cells go on below, or each row is a block.
    ///
    /// # Errors
    ///
    /// When nobody reads it.
    pub fn table<const N: usize>(&self, heading: [&str; N], rows: &[[String; N]]) -> io::Result<()> {
        self.lines(layout::table(heading, rows, width()))
    }

    /// Prints texts beside their labels, long ones over several lines.
    ///
    /// # Errors
    ///
    /// When nobody reads it.
    pub fn entries(&self, entries: &[(&str, String)]) -> io::Result<()> {
        let widest = entries.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
        let lines = |(label, text): &(&str, String)| layout::entry(label, widest.max(14), text, width());
        self.lines(entries.iter().flat_map(lines))
    }

    /// Whether a person reads it on a terminal.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        self.0.is_terminal()
    }

    /// Prints one JSON value, for programs: exact, and with nothing that a terminal would obey.
    ///
    /// # Errors
    ///
    /// When nobody reads it.
    pub fn json(&self, value: &impl Serialize) -> io::Result<()> {
        let value = serde_json::to_value(value)?;
        writeln!(self.0.lock(), "{}", escaped_json(&format!("{value:#}")))
    }

    /// Prints a JSON list as [`Output::json`] does, a part at a time, so that a long one takes no memory.
    #[must_use]
    pub fn json_list(&self) -> JsonList<'_> {
        JsonList { output: self, is_empty: true }
    }

    /// Prints a text as it is, for a file or a program that takes it.
    ///
    /// # Errors
    ///
    /// When nobody reads it.
    pub fn verbatim(&self, text: &str) -> io::Result<()> {
        write!(self.0.lock(), "{text}")
    }
}

/// A JSON list that is being printed.
#[derive(Debug)]
pub struct JsonList<'a> {
    output: &'a Output,
    is_empty: bool,
}

impl JsonList<'_> {
    /// Prints more rows.
    ///
    /// # Errors
    ///
    /// When nobody reads them.
    pub fn add(&mut self, rows: &[impl Serialize]) -> io::Result<()> {
        let mut out = self.output.0.lock();
        for row in rows {
            let row = format!("{:#}", serde_json::to_value(row)?).replace('\n', "\n  ");
            write!(out, "{}\n  {}", if self.is_empty { "[" } else { "," }, escaped_json(&row))?;
            self.is_empty = false;
        }
        Ok(())
    }

    /// Ends the list.
    ///
    /// # Errors
    ///
    /// When nobody reads it.
    pub fn end(self) -> io::Result<()> {
        writeln!(self.output.0.lock(), "{}", if self.is_empty { "[]" } else { "\n]" })
    }
}

/// How wide a line may be: as wide as the terminal. A file or a program gets each row whole, in one line, unless `COLUMNS` says
/// otherwise.
#[expect(clippy::disallowed_methods, reason = "a variable of terminals, no setting")]
fn width() -> usize {
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    if !io::stdout().is_terminal() {
        return said.map_or(usize::MAX, |columns: usize| columns.max(NARROWEST));
    }
    let told =
        terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)).filter(|width| *width >= NARROWEST);
    told.unwrap_or(USUAL_WIDTH)
}

/// A moment for people, with its zone.
#[must_use]
pub fn when(Moment(at): Moment) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
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
        bail!("{question} Not a terminal: pass --yes to confirm");
    }
    write!(io::stderr(), "{} [y/N] ", plain(question))?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_given_beforehand_is_not_asked_for() -> anyhow::Result<()> {
        assert!(confirm("Import 300 orders?", true)?);
        Ok(())
    }
}
