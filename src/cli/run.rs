//! `run`: the daemon.

use clap::Args;

use crate::{
    app::{self, Purpose},
    cli::Context,
    db,
    lifecycle::Stop,
    open_files,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Reads stores and RO App and logs what it would do; writes nothing, neither there nor into the database
    #[arg(long)]
    read_only: bool,
}

/// Runs until SIGTERM or Ctrl-C.
pub(super) async fn run(arguments: &Arguments, context: Context) -> anyhow::Result<()> {
    let purpose = if arguments.read_only { Purpose::Look } else { Purpose::Work };
    let connect = async {
        match purpose {
            Purpose::Work => db::connect(&context.settings).await,
            Purpose::Look => db::connect_to_look(&context.settings).await,
        }
    };
    // Each connection is an open file: those of strangers, of stores, of the database.
    open_files::raise();
    tracing::debug!(limit = open_files::limit(), "files that may be open");
    let stop = Stop::new();
    stop.on_signals()?;
    context.expect_key().await?;
    let database = tokio::select! {
        database = connect => database?,
        () = stop.requested() => return Ok(()),
    };
    let outcome = match context.keyring(&database).await {
        Ok(keyring) => app::run(context.settings, &database, keyring, purpose, &stop).await.map_err(Into::into),
        Err(refusal) => Err(refusal),
    };
    // A service manager kills what outlives this process, so the server is waited for.
    database.close_and_wait().await;
    outcome
}
