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
                let _ = io::stderr().write_all(cli::explain(&error).as_bytes());
            }
            ExitCode::FAILURE
        }
    }
}
