//! Logs: where they go and how a line looks; and what is said when a part of the program panics.

use std::{
    io::{self, IsTerminal},
    panic,
};

use tracing_subscriber::{EnvFilter, filter::ParseError, fmt::writer::BoxMakeWriter, util::TryInitError};

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
    #[error("log.level is no filter")]
    Filter(#[from] ParseError),
    /// Somebody started it before.
    #[error("the log is started already")]
    Started(#[from] TryInitError),
}

/// Starts the log, and sends panics there.
///
/// # Errors
///
/// When the filter does not parse, or the log is started already.
pub fn start(settings: &LogSettings, to: LogTo) -> Result<(), TelemetryError> {
    // Postgres's notices and warnings are chatter (that it restarts, on each connection), and a connection that broke or was long
    // in coming is told by whoever wanted it; a filter of the settings' own for them comes later and wins.
    let quiet = "sqlx::postgres::notice=error,sqlx::pool::acquire=error,sqlx_core::pool::connection=error";
    let filter = EnvFilter::try_new(format!("{quiet},{}", settings.level))?;
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
    // Where nobody reads the log any more, saying so on standard error would only end the program if that is closed too.
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_ansi(coloured);
    let log = log.log_internal_errors(false);
    if json {
        use tracing_subscriber::util::SubscriberInitExt;
        log.json().flatten_event(true).with_current_span(false).finish().try_init()?;
    } else {
        use tracing_subscriber::util::SubscriberInitExt;
        log.finish().try_init()?;
    }
    log_panics();
    Ok(())
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
            "a part of the program panicked; this is a mistake in the program, report the place"
        );
    }));
}
