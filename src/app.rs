//! Assembles the running parts: settings, database, keyring and HTTP become a daemon; `access.rs` does the same for a command.

mod access;

use std::sync::Arc;

pub use self::access::{Access, AccessError};
pub use crate::db::{Database, DatabaseError};
use crate::{
    clients::Clients,
    clock::Clock,
    config::Settings,
    db,
    http::SetupError,
    lifecycle::Stop,
    secrets::Keyring,
    sync::{self, Engine},
    telemetry,
    web::{self, Hooks, Ready, WebError},
};

/// The daemon cannot start, or its web server failed.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// TLS cannot be set up.
    #[error(transparent)]
    Http(#[from] SetupError),
    /// The web server cannot listen, or failed.
    #[error(transparent)]
    Web(#[from] WebError),
}

/// What the daemon is started for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To bring orders to RO App.
    Work,
    /// To read, to plan, and to log what it would do.
    Look,
}

/// Opens the database of a daemon, and waits for it as long as it is unavailable.
///
/// # Errors
/// When the database cannot be used.
pub async fn connect(settings: &Settings, purpose: Purpose) -> Result<Database, DatabaseError> {
    match purpose {
        Purpose::Work => db::connect(settings).await,
        Purpose::Look => db::connect_to_read(settings).await,
    }
}

/// Runs the scheduler and the web server until `stop` is requested, then lets both finish.
///
/// # Errors
/// When TLS or the listener cannot be set up.
pub async fn run(
    settings: Settings,
    database: &Database,
    keyring: Keyring,
    purpose: Purpose,
    stop: &Stop,
) -> Result<(), AppError> {
    let clients = Clients::new(&settings)?;
    let clients = if purpose == Purpose::Look { clients.reading_only() } else { clients };
    let listener = web::listen(&settings).await?;
    let engine = Arc::new(Engine::new(database.pool.clone(), keyring, clients, settings, Clock::System, stop.clone()));
    let address = listener.local_addr().map_or_else(|_| String::new(), |address| address.to_string());
    telemetry::name_process(&engine.process.to_string());
    tracing::info!(version = env!("CARGO_PKG_VERSION"), address, "started");
    match purpose {
        Purpose::Work => {
            stop.spawn(sync::run(Arc::clone(&engine)));
            stop.spawn(sync::upkeep(Arc::clone(&engine)));
        }
        Purpose::Look => {
            tracing::info!(
                "read-only: reading and comparing stores and RO App; nothing is written except the rate-limit slots of our calls"
            );
            stop.spawn(sync::rehearse(Arc::clone(&engine), database.pace.clone()));
        }
    }
    let ready = Ready::new(&engine.pool, engine.heartbeat.clone()).with_key(engine.keyring.key_id());
    let hooks = (purpose == Purpose::Work).then(|| Hooks::new(engine.pool.clone(), engine.keyring.clone()));
    let served = web::serve(listener, ready, hooks, stop.clone()).await;
    stop.request();
    if !stop.finished().await {
        tracing::warn!("some work did not finish in time; calls left unclear are settled at the next start");
    }
    tracing::info!("stopped");
    Ok(served?)
}
