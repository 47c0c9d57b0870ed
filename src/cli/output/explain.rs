//! Errors for people: what went wrong and its causes, one per line; no error spans more lines than it should.

use std::{error::Error, fmt};

use crate::{
    admin::{AdminError, Faults},
    app::DatabaseError,
    config,
    domain::plain::plain,
    embedded::EmbeddedError,
};

/// An error of several lines: what is wrong, and the particulars.
#[derive(Debug)]
pub struct Told {
    /// The first line.
    pub head: String,
    /// One a line.
    pub rows: Vec<String>,
}

impl Error for Told {}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.head)?;
        self.rows.iter().try_for_each(|row| write!(f, "\n  {row}"))
    }
}

/// The error and its causes, one a line. A cause that the line before has told is left out.
#[must_use]
pub fn explain(error: &anyhow::Error) -> String {
    let mut told = error.to_string();
    let mut lines = tell("error: ", told_in_lines(error.as_ref()));
    for cause in error.chain().skip(1) {
        let text = cause.to_string();
        if !told.contains(&text) {
            lines.extend(tell("  because: ", told_in_lines(cause)));
        }
        told = text;
    }
    lines.join("\n") + "\n"
}

fn tell(before: &str, Told { head, rows }: Told) -> Vec<String> {
    let head = format!("{before}{}", plain(&head));
    std::iter::once(head).chain(rows.iter().map(|row| format!("  {}", plain(row)))).collect()
}

/// An error of ours that has several lines, line by line; of any other a line break came from outside.
fn told_in_lines(error: &(dyn Error + 'static)) -> Told {
    if let Some(Told { head, rows }) = error.downcast_ref() {
        return Told { head: head.clone(), rows: rows.clone() };
    }
    let faults = match error.downcast_ref() {
        Some(AdminError::Faults(faults)) => Some(faults),
        _ => error.downcast_ref::<Faults>(),
    };
    if let Some(faults) = faults {
        return Told { head: Faults::HEAD.to_owned(), rows: faults.0.iter().map(ToString::to_string).collect() };
    }
    if let Some(config::Faults(faults)) = error.downcast_ref() {
        return Told { head: config::Faults::HEAD.to_owned(), rows: faults.iter().map(ToString::to_string).collect() };
    }
    let embedded = match error.downcast_ref() {
        Some(DatabaseError::Embedded(embedded)) => Some(&**embedded),
        _ => error.downcast_ref(),
    };
    if let Some(EmbeddedError::NotStarted { .. }) = embedded {
        let text = error.to_string();
        let mut lines = text.lines().map(str::to_owned);
        return Told { head: lines.next().unwrap_or_default(), rows: lines.collect() };
    }
    Told { head: error.to_string(), rows: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::Fault;

    #[test]
    fn an_error_and_its_causes_hold_nothing_that_a_terminal_obeys() {
        let inner = anyhow::anyhow!("RO App says \x1b[31m\nerror: all is lost\u{202e}");
        let text = explain(&inner.context("store \"a\u{9b}\" cannot be read"));
        assert_eq!(
            text,
            "error: store \"a\\u{9b}\" cannot be read\n  because: RO App says \\u{1b}[31m error: all is lost\\u{202e}\n"
        );
    }

    #[test]
    fn faults_are_one_a_line_whatever_stands_in_them() {
        let faults = Faults(vec![Fault::new("name", "a\nb".to_owned()), Fault::new("login", "is empty".to_owned())]);
        let told = "error: nothing was saved:\n  name: a b\n  login: is empty\n";
        assert_eq!(explain(&anyhow::Error::new(AdminError::from(faults.clone()))), told);
        assert_eq!(explain(&anyhow::Error::new(faults)), told);
        let told = Told { head: "does not balance".to_owned(), rows: vec!["x\r\ny".to_owned()] };
        assert_eq!(explain(&anyhow::Error::new(told)), "error: does not balance\n  x y\n");
    }
}
