//! `embedded-shell` and the hidden `embedded-keeper`: access to the embedded Postgres for developers, and the process that runs it.

use std::{ffi::OsString, path::PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use super::Context;
use crate::embedded::{KeeperOptions, folder_of_commands, keep};

#[derive(Debug, Args)]
pub(super) struct Shell {
    /// Command and arguments, for example `psql` or `pg_dump --no-owner`
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl Shell {
    pub(super) async fn run(&self, context: &Context) -> anyhow::Result<()> {
        let [program, arguments @ ..] = self.command.as_slice() else { bail!("no command given") };
        let database = context.access.database().await?;
        let Some(server) = database.embedded() else {
            bail!("database.url names a server of your own; this command works with the embedded one only");
        };
        // Ctrl-C is for the command: the server stays until that has ended.
        let mut interrupts = signal(SignalKind::interrupt())?;
        tokio::spawn(async move { while interrupts.recv().await.is_some() {} });
        // Those of the same version come first: `pg_dump` does not read a newer server.
        let commands = folder_of_commands(&context.access.settings.database.data_dir).into_iter();
        let others = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(commands.chain(std::env::split_paths(&others)))?;
        let mut command = tokio::process::Command::new(program);
        command.env("PATH", path);
        command.args(arguments).envs(server.variables());
        let status = command.status().await.with_context(|| format!("cannot run {}", program.display()))?;
        database.close().await;
        if !status.success() {
            bail!("{} failed: {status}", program.display());
        }
        Ok(())
    }
}

#[derive(Debug, Args)]
pub(super) struct Keeper {
    #[arg(long)]
    data_dir: PathBuf,
    #[arg(long)]
    binaries: PathBuf,
    #[arg(long)]
    not_durable: bool,
    #[arg(long)]
    throw_away: bool,
}

impl Keeper {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self { data_dir, binaries, not_durable, throw_away } = self;
        keep(KeeperOptions { data_dir, binaries, durable: !not_durable, throw_away }).await?;
        Ok(())
    }
}
