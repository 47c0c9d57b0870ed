//! What can go wrong on the way to a usable database, and how to fix it.

use std::{path::PathBuf, time::Duration};

use sqlx::{migrate::MigrateError, postgres::PgConnectOptions};

use crate::embedded::EmbeddedError;

/// Why there is no usable database.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The embedded Postgres is not available.
    #[error(transparent)]
    Embedded(Box<EmbeddedError>),
    /// There is no embedded database yet, and the request only reads.
    #[error(
        "there is no database yet in {}; begin with `cartum-roapp account add NAME --api-key-file FILE`, or set database.data_dir or \
         database.url to the folder or the Postgres that has one",
        .folder.display()
    )]
    NoneYet {
        /// The data folder.
        folder: PathBuf,
    },
    /// The image contains no Postgres, and its disk is lost with the container.
    #[error(
        "this container runs no Postgres of its own: set CARTUM_ROAPP__DATABASE__URL to postgres://user:password@host:5432/name, and \
         CARTUM_ROAPP__SECRETS__KEY_FILE to a mounted key file"
    )]
    InContainer,
    /// The server does not answer.
    #[error(
        "the Postgres at {host}:{port} has not answered for {} s ({error}); is it running, and is database.url right?",
        .waited.as_secs()
    )]
    Away {
        /// The server.
        host: String,
        /// Its port.
        port: u16,
        /// How long we waited for it.
        waited: Duration,
        /// The error of the last try.
        error: String,
    },
    /// The server rejects the name or password.
    #[error("the Postgres at {host} refuses the user {user}; fix the name or the password in database.url")]
    Login {
        /// The server.
        host: String,
        /// The role.
        user: String,
        /// What the server said.
        source: sqlx::Error,
    },
    /// The server has no such database.
    #[error("the Postgres at {host} has no database {database}; create it, or name another one in database.url")]
    NoDatabase {
        /// The server.
        host: String,
        /// The missing database.
        database: String,
        /// What the server said.
        source: sqlx::Error,
    },
    /// Any other error that waiting does not fix.
    #[error("the database that database.url names cannot be used")]
    NotUsable(#[source] sqlx::Error),
    /// A newer program has migrated the database.
    #[error(
        "the database was migrated by a newer cartum-roapp (migration {version} is unknown here); \
         run that release or a later one"
    )]
    Newer {
        /// The unknown migration.
        version: i64,
    },
    /// The database lacks migrations of this program, and this process only reads.
    #[error(
        "the database has the schema of an older cartum-roapp, and --read-only does not migrate it; on a copy, run \
         `cartum-roapp migrate` first"
    )]
    Older,
    /// An applied migration differs from the one in this program.
    #[error(
        "migration {version} of the database differs from the one in this program; run the release that migrated it, \
         or restore a backup"
    )]
    Changed {
        /// The migration.
        version: i64,
    },
    /// A migration failed; its changes are rolled back.
    #[error("the database could not be migrated")]
    NotMigrated(#[source] MigrateError),
}

/// Whether the server may become available without anybody doing something.
pub(super) fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        // 57P is a server that starts or stops, 53 one that is out of connections or memory.
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| code.starts_with("57P") || code.starts_with("53"))
        }
        _ => false,
    }
}

/// The error for a refusal, with names for the message.
pub(super) fn refusal(options: &PgConnectOptions, error: sqlx::Error) -> DatabaseError {
    let host = options.get_host().to_owned();
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code).unwrap_or_default().into_owned();
    match code.as_str() {
        "28P01" | "28000" => DatabaseError::Login { host, user: options.get_username().to_owned(), source: error },
        "3D000" => DatabaseError::NoDatabase {
            host,
            database: options.get_database().unwrap_or(options.get_username()).to_owned(),
            source: error,
        },
        _ => DatabaseError::NotUsable(error),
    }
}
