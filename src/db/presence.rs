//! Watches beside a running command whether its database still answers. This ends any wait for an unavailable database, even in
//! the middle of a statement, while slow work goes on as long as the database answers.

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

/// How long after an answer the next check follows.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How long the existing connection may take to answer before a new one is tried.
const SOON: Duration = Duration::from_secs(1);
/// How long a new connection is tried; by then 10 s have passed since the last answer.
const AGAIN: Duration = Duration::from_secs(7);

/// The server that a command is connected to, once it is.
#[derive(Debug)]
pub struct Presence(watch::Sender<Option<PgConnectOptions>>);

impl Default for Presence {
    fn default() -> Self {
        Self(watch::Sender::new(None))
    }
}

impl Presence {
    /// From now on, this server has to answer.
    pub(super) fn expect(&self, server: &PgConnectOptions) {
        self.0.send_replace(Some(server.clone()));
    }

    /// Ends when the server has not answered for 10 s, and returns the error that says so. Runs in a task of its own, because a
    /// command that asks a person a question blocks its own task; and on a connection of its own, because a command may use all
    /// connections of its pool.
    pub async fn lost(&self) -> DatabaseError {
        match tokio::spawn(watch_over(self.0.subscribe())).await {
            Ok(Err(away)) => away,
            // The watch itself ended, which is no reason to end the command.
            Ok(Ok(_)) | Err(_) => std::future::pending().await,
        }
    }

    /// The best error to show for a failed command: if the error is about the connection, checks whether the database is
    /// unavailable, and says so if it is.
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

/// Checks the server again and again, once there is one.
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
            // The server answers, if only to say that it has no connection for us.
            Err(_) => None,
        };
    }
}
