//! `secrets`: the key file.

use std::path::PathBuf;

use clap::Subcommand;

use super::Output;
use crate::secrets::Keyring;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Makes a key file that only its owner can read; a file that exists is never overwritten
    NewKey {
        /// The file to make; name it in `secrets.key_file`
        file: PathBuf,
    },
}

pub(super) fn run(command: &Command, output: &Output) -> anyhow::Result<()> {
    let Command::NewKey { file } = command;
    let keyring = Keyring::make(file)?;
    output.line(format_args!(
        "made key {} in {}; keep a copy apart from the database's backups",
        keyring.key_id(),
        file.display()
    ))?;
    Ok(())
}
