//! `run`: the daemon.

use crate::{app, cli::Context, lifecycle::Stop};

/// Runs until SIGTERM or Ctrl-C.
pub(super) async fn run(context: Context) -> anyhow::Result<()> {
    let stop = Stop::new();
    stop.on_signals()?;
    let keyring = context.keyring()?;
    let database = tokio::select! {
        database = context.database() => database?,
        () = stop.requested() => return Ok(()),
    };
    let outcome = app::run(context.settings, &database, keyring, &stop).await;
    // A service manager kills what outlives this process, so the server is waited for.
    database.close_and_wait().await;
    Ok(outcome?)
}
