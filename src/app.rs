//! Assembles the running parts: settings, database, keyring and HTTP become a daemon; `access.rs` does the same for a command.

mod access;

use std::{
    io::{self, Write as _},
    sync::Arc,
};

pub use self::access::{Access, AccessError};
pub use crate::db::{Database, DatabaseError};
use crate::{
    admin::{self, Admin, By},
    clients::Clients,
    clock::Clock,
    config::Settings,
    db,
    http::SetupError,
    lifecycle::Stop,
    secrets::Keyring,
    sync::{self, Engine},
    telemetry,
    web::{self, DemoPlaces, Hooks, Pages, Ready, Served, WebError},
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
    run_with(settings, database, keyring, (purpose, None), stop).await
}

/// The same beside the shop and the RO App of a demo, whose user has a link already.
///
/// # Errors
/// When TLS or the listener cannot be set up.
pub async fn run_demo(
    settings: Settings,
    database: &Database,
    keyring: Keyring,
    demo: DemoPlaces,
    stop: &Stop,
) -> Result<(), AppError> {
    run_with(settings, database, keyring, (Purpose::Work, Some(demo)), stop).await
}

async fn run_with(
    settings: Settings,
    database: &Database,
    keyring: Keyring,
    (purpose, demo): (Purpose, Option<DemoPlaces>),
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
    let ready = ready.with_status_token(engine.settings.http.status_token.clone());
    let hooks = (purpose == Purpose::Work).then(|| Hooks::new(engine.pool.clone(), engine.keyring.clone()));
    let pages =
        (purpose == Purpose::Work && engine.settings.http.pages).then(|| pages(&engine).with_demo(demo.clone()));
    if pages.is_some() && demo.is_none() {
        invite(&engine, &address).await;
    }
    let served = web::serve(listener, Served { ready, hooks, pages }, stop.clone()).await;
    stop.request();
    if !stop.finished().await {
        tracing::warn!("some work did not finish in time; calls left unclear are settled at the next start");
    }
    tracing::info!("stopped");
    Ok(served?)
}

fn pages(engine: &Engine) -> Pages {
    let (pool, keyring, clients) = (engine.pool.clone(), Arc::new(engine.keyring.clone()), engine.clients.clone());
    Pages::new(Admin { pool, keyring, clients, by: By::default() }, engine.settings.http.clone(), engine.clock.clone())
}

/// Prints the link with which the first user sets a password, while there is none. It is a secret, so that the log does not have it.
async fn invite(engine: &Engine, address: &str) {
    let pages = engine.settings.http.pages_url(address.parse().unwrap_or(engine.settings.http.listen));
    match admin::first_invitation(&engine.pool).await {
        Ok(None) => {}
        Ok(Some(invitation)) => {
            let url = invitation.url(&pages);
            let told = "nobody can sign in yet. Open this link to become the first user; it works once, for 24 hours:";
            // Where nobody reads standard error, `user add` prints a link as well.
            let _ = writeln!(io::stderr(), "{told}\n  {}", url.expose());
        }
        Err(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the link for the first user could not be made; `user add` makes one"
            );
        }
    }
}
