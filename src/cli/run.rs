//! `run`: the daemon.

use clap::Args;

use crate::{
    app::{self, Purpose},
    cli::Context,
    lifecycle::Stop,
    open_files,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Read stores and RO App and log what the daemon would do; write nothing, neither there nor to the database
    #[arg(long)]
    read_only: bool,
}

/// Runs until SIGTERM or Ctrl-C.
pub(super) async fn run(arguments: &Arguments, context: Context) -> anyhow::Result<()> {
    let purpose = if arguments.read_only { Purpose::Look } else { Purpose::Work };
    let Context { access, .. } = context;
    let connect = app::connect(&access.settings, purpose);
    // Each connection is an open file: those of strangers, of stores, of the database.
    open_files::raise();
    tracing::debug!(limit = open_files::limit(), "limit of open files");
    let stop = Stop::new();
    stop.on_signals()?;
    access.expect_key().await?;
    let database = tokio::select! {
        database = connect => database?,
        () = stop.requested() => return Ok(()),
    };
    let outcome = match access.keyring(&database.pool).await {
        Ok(keyring) => app::run(access.settings, &database, keyring, purpose, &stop).await.map_err(Into::into),
        Err(refusal) => Err(anyhow::Error::from(refusal)),
    };
    // A service manager kills what outlives this process, so the server is waited for.
    database.close_and_wait().await;
    outcome
}
