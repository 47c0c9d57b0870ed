//! What the daemon serves over HTTP on `http.listen`.
//!
//! - `connections`: accepts connections, within limits; `cached`: computes one answer for many requests;
//! - `ask`: queries another of our processes on this machine;
//! - `health`: whether the process is running, and whether it can do its work;
//! - `hooks`: webhooks of stores and of RO App;
//! - `pages`: what people set up, see and decide in a browser;
//! - `status`: the state of every account and store.

use std::{io, net::SocketAddr, time::Duration};

use axum::Router;
use tokio::{net::TcpListener, time::sleep};

use crate::{config::Settings, lifecycle::Stop};

mod ask;
mod cached;
mod connections;
mod health;
mod hooks;
mod pages;
mod status;

pub use ask::{AskError, ask_ready};
pub use health::Ready;
pub use hooks::Hooks;
pub use pages::{DemoPlaces, Pages};

/// Why nothing can be served.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// Another program uses the address.
    #[error("the address {0} is in use; end the program that uses it, or set http.listen to another port")]
    InUse(SocketAddr),
    /// The address cannot be used.
    #[error("cannot listen on {address}; set http.listen to an address of this machine")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's error.
        source: io::Error,
    },
}

/// Binds the address of the settings, before anything else starts.
///
/// # Errors
///
/// When the address is in use or does not belong to this machine.
pub async fn listen(settings: &Settings) -> Result<TcpListener, WebError> {
    let address = settings.http.listen;
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => WebError::InUse(address),
        _ => WebError::Listen { address, source },
    })
}

/// How long requests may still take to be answered once the server is to stop, 1 s: `run` has to end within 10 s.
const LAST_ANSWERS: Duration = Duration::from_secs(1);

/// What is served.
#[derive(Debug)]
pub struct Served {
    /// Health and status.
    pub ready: Ready,
    /// Webhooks; none where a process only reads.
    pub hooks: Option<Hooks>,
    /// Pages for people; none where they are switched off, or a process only reads.
    pub pages: Option<Pages>,
}

/// Serves until asked to stop, and answers the requests that are complete by then; it does not wait for incomplete ones.
///
/// # Errors
///
/// None today: a connection that cannot be accepted is logged, and accepted later.
pub async fn serve(listener: TcpListener, served: Served, stop: Stop) -> Result<(), WebError> {
    let Served { ready, hooks, pages } = served;
    let router = Router::new().merge(health::routes(ready.clone())).merge(status::routes(ready));
    let router = router.merge(hooks.map(hooks::routes).unwrap_or_default());
    let router = router.merge(pages.map(pages::routes).unwrap_or_default());
    let serving = connections::serve(listener, router, stop.clone());
    let over = async {
        stop.requested().await;
        sleep(LAST_ANSWERS).await;
    };
    tokio::select! {
        () = serving => Ok(()),
        () = over => Ok(()),
    }
}
