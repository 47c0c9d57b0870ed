//! The `cartum-roapp` program.

use std::{
    io::{self, ErrorKind, Write},
    process::ExitCode,
};

use cartum_roapp::cli::{self, Cli};
use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    match cli::run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // A reader that has gone (`| head`) wants no explanation.
            let broken = error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe);
            if !broken {
                // When standard error is gone too, nobody is left to tell.
                let _ = io::stderr().write_all(explain(&error).as_bytes());
            }
            ExitCode::FAILURE
        }
    }
}

/// The error and its causes, one a line. A cause that the line before has told is left out.
fn explain(error: &anyhow::Error) -> String {
    let mut lines = vec![format!("error: {error}\n")];
    let mut told = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !told.contains(&cause) {
            lines.push(format!("  because: {cause}\n"));
        }
        told = cause;
    }
    lines.concat()
}
