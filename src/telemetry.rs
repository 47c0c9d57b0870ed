//! Logs: where they go and how a line looks; and what is logged when a part of the program panics.
//!
//! `json.rs` writes lines for log collectors, `text.rs` lines for people.

mod json;
mod text;

use std::{
    io::{self, IsTerminal},
    panic,
};

use tracing_subscriber::{
    EnvFilter, Layer,
    filter::LevelFilter,
    filter::ParseError,
    fmt::writer::BoxMakeWriter,
    layer::SubscriberExt,
    util::{SubscriberInitExt, TryInitError},
};

use self::{json::JsonLines, text::TextFields};
use crate::config::{LogFormat, LogSettings};

/// Which stream the log goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogTo {
    /// The daemon's log: standard output, as the settings say.
    Stdout,
    /// The log of a command whose output is on standard output: text on standard error.
    Stderr,
}

/// Why the log cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter does not parse.
    #[error("log.level is not a log filter")]
    Filter(#[from] ParseError),
    /// Somebody started it before.
    #[error("the log has already been started")]
    Started(#[from] TryInitError),
}

/// Starts the log, and sends panics there.
///
/// # Errors
///
/// When the filter does not parse, or the log has already been started.
pub fn start(settings: &LogSettings, to: LogTo) -> Result<(), TelemetryError> {
    let filter = EnvFilter::try_new(directives(&settings.level))?;
    let (terminal, writer) = match to {
        LogTo::Stdout => (io::stdout().is_terminal(), BoxMakeWriter::new(io::stdout)),
        LogTo::Stderr => (io::stderr().is_terminal(), BoxMakeWriter::new(io::stderr)),
    };
    let json = match (to, settings.format) {
        (LogTo::Stderr, _) | (_, LogFormat::Text) => false,
        (LogTo::Stdout, LogFormat::Json) => true,
        (LogTo::Stdout, LogFormat::Auto) => !terminal,
    };
    let coloured = terminal && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty());
    let lines = if json {
        JsonLines(writer).boxed()
    } else {
        let lines = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(coloured).fmt_fields(TextFields);
        // Where nobody reads the log any more, saying so on standard error would only end the program if that is closed too.
        lines.log_internal_errors(false).boxed()
    };
    tracing_subscriber::registry().with(lines).with(filter).try_init()?;
    log_panics();
    Ok(())
}

/// Every line from now on says which process it is of.
pub fn name_process(name: &str) {
    // The first name stays: a process has one.
    drop(json::PROCESS.set(name.to_owned()));
}

/// A level without a part is of this program: what its libraries say of a broken connection or a slow statement is told by whoever
/// used them, once, and in words of the trade. A part that is named is heard, whosever it is.
fn directives(level: &str) -> String {
    let parts = level.split(',').map(str::trim).filter(|part| !part.is_empty());
    let ours = |part: &str| match part.parse::<LevelFilter>() {
        Ok(_) => format!("cartum_roapp={part}"),
        Err(_) => part.to_owned(),
    };
    std::iter::once("off".to_owned()).chain(parts.map(ours)).collect::<Vec<_>>().join(",")
}

/// What a terminal or a viewer of logs would obey or hide rather than show.
fn is_hidden(c: char) -> bool {
    let is_mark = matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}');
    c.is_control() || is_mark || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// Logs the place of a panic only: its message may hold what was being worked on, a password or a customer's name.
fn log_panics() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let thread = std::thread::current();
        let thread = thread.name().unwrap_or("unnamed");
        tracing::error!(
            place,
            thread,
            "internal error: a part of the program panicked (this is a bug; please report it with this place)"
        );
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_without_a_part_is_of_this_program_alone() {
        for (level, filter) in [
            ("info", "off,cartum_roapp=info"),
            ("off", "off,cartum_roapp=off"),
            ("info,cartum_roapp::sync=debug", "off,cartum_roapp=info,cartum_roapp::sync=debug"),
            (" warn , sqlx::query=debug", "off,cartum_roapp=warn,sqlx::query=debug"),
            ("sqlx=info", "off,sqlx=info"),
        ] {
            assert_eq!(directives(level), filter);
            assert!(EnvFilter::try_new(filter).is_ok(), "{filter}");
        }
        assert!(EnvFilter::try_new(directives("loud=loud")).is_err());
    }
}
