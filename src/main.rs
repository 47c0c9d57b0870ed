//! The `cartum-roapp` program.

use std::{
    io::{self, ErrorKind, Write},
    process::ExitCode,
    time::Duration,
};

use cartum_roapp::cli::{self, Cli};
use clap::Parser;
use tokio::runtime::Runtime;

/// How long what still runs on threads of its own, such as a look-up of a name, may keep the program from its end.
const LAST_WAIT: Duration = Duration::from_millis(500);

fn main() -> ExitCode {
    let runtime = match Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return end(Err(anyhow::Error::new(error).context("cannot start"))),
    };
    let outcome = runtime.block_on(cli::run(Cli::parse()));
    runtime.shutdown_timeout(LAST_WAIT);
    end(outcome)
}

/// Tells what went wrong, as one chain of causes.
fn end(outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // A reader that has gone (`| head`) wants no explanation.
            let broken = error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe);
            if !broken {
                // When standard error is gone too, nobody is left to tell.
                let _ = io::stderr().write_all(cli::explain(&error).as_bytes());
            }
            ExitCode::FAILURE
        }
    }
}
