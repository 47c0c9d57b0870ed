//! `config`: the settings in effect.

use std::path::Path;

use clap::Subcommand;

use super::Output;
use crate::config::{Settings, usual_file};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show every setting in effect and where it comes from, or everything that is wrong with them
    Check,
}

pub(super) fn run(command: &Command, file: Option<&Path>, output: &Output) -> anyhow::Result<()> {
    let Command::Check = command;
    let settings = Settings::load(file)?;
    let row = |setting: &crate::config::Effective| {
        [setting.key.to_owned(), setting.shown.clone(), setting.origin.to_string()]
    };
    let rows: Vec<[String; 3]> = settings.effective.iter().map(row).collect();
    match &settings.file {
        Some(file) => output.line(format_args!("settings file: {}", file.display()))?,
        None => output.line(format_args!(
            "settings file: none; looked for ./{} and /{}",
            usual_file::BESIDE,
            usual_file::OF_SYSTEM
        ))?,
    }
    output.table(["setting", "value", "from"], &rows)?;
    Ok(())
}
