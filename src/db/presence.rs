//! Whether the database of a command still answers, looked at beside the command. Any wait for a database that is away ends so, also
//! one in the middle of a statement, and what takes long while the database answers goes on.

use std::{convert::Infallible, time::Duration};

use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use super::{
    connect::{BRIEF, Patience, connection},
    refusal::{self, DatabaseError},
};

/// How long after an answer it is looked again.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How long the connection at hand may take to answer, until a new one is tried.
const SOON: Duration = Duration::from_secs(1);
/// How long a new one is tried: 10 s have passed then since the last answer.
const AGAIN: Duration = Duration::from_secs(7);

/// The server that a command has connected to, once it has.
#[derive(Debug)]
pub struct Presence(watch::Sender<Option<PgConnectOptions>>);

impl Default for Presence {
    fn default() -> Self {
        Self(watch::Sender::new(None))
    }
}

impl Presence {
    /// From now on this server has to answer.
    pub(super) fn expect(&self, server: &PgConnectOptions) {
        self.0.send_replace(Some(server.clone()));
    }

    /// Ends when the server has not answered for 10 s, with the error that says so. It looks in a task of its own, since a command
    /// that asks a person stops its own; and on a connection of its own, which a command that uses all of its pool cannot keep busy.
    pub async fn lost(&self) -> DatabaseError {
        match tokio::spawn(watch_over(self.0.subscribe())).await {
            Ok(Err(away)) => away,
            // Without a look there is nothing to end for.
            Ok(Ok(_)) | Err(_) => std::future::pending().await,
        }
    }

    /// An error of a command. Where the database did not answer it is known in the end whether it is away, and then that is told.
    pub async fn explained(&self, error: anyhow::Error) -> anyhow::Error {
        let is_about_connection =
            |error: &sqlx::Error| refusal::is_away(error) || matches!(error, sqlx::Error::PoolTimedOut);
        let server = self.0.borrow().clone();
        match server {
            Some(server) if error.chain().filter_map(|cause| cause.downcast_ref()).any(is_about_connection) => {
                connection(&server, Patience::Brief(BRIEF)).await.err().map_or(error, Into::into)
            }
            _ => error,
        }
    }
}

/// Looks at the server again and again, from when there is one.
async fn watch_over(mut server: watch::Receiver<Option<PgConnectOptions>>) -> Result<Infallible, DatabaseError> {
    let server = match server.wait_for(Option::is_some).await.ok().and_then(|server| server.clone()) {
        Some(server) => server,
        None => std::future::pending().await,
    };
    let mut at_hand: Option<PgConnection> = None;
    loop {
        sleep(LOOK_EVERY).await;
        if let Some(connection) = &mut at_hand
            && matches!(timeout(SOON, connection.ping()).await, Ok(Ok(())))
        {
            continue;
        }
        at_hand = match connection(&server, Patience::Brief(AGAIN)).await {
            Ok(connection) => Some(connection),
            Err(away @ DatabaseError::Away { .. }) => return Err(away),
            // It answers, though only to say that it has no connection for us.
            Err(_) => None,
        };
    }
}
