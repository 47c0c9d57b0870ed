//! What can go wrong with the embedded Postgres, and how to fix it.

use std::{
    io,
    path::{Path, PathBuf},
    process::ExitStatus,
    time::Duration,
};

use rand::rngs::SysError;

use super::FetchError;

/// Why the embedded Postgres is not available.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// This machine has no Postgres binaries.
    #[error("Postgres is not installed; install it with `{install}`, or set database.url to a server of your own")]
    NoPostgres {
        /// The command that installs Postgres here.
        install: String,
    },
    /// This machine has no Postgres binaries, and they could not be downloaded.
    #[error(
        "Postgres is not installed, and cannot be downloaded from {url}; install it with `{install}`, set database.archive_url to \
         an address that has it, or database.url to a server of your own"
    )]
    NotFetched {
        /// The URL of the archive.
        url: String,
        /// The command that installs Postgres here.
        install: String,
        /// Why the download failed.
        source: FetchError,
    },
    /// The data was made by a Postgres version that is not installed.
    #[error(
        "the data in {} was made by Postgres {made_by}, but only {found} is installed; install it with `{install}`",
        .data.display()
    )]
    OtherVersion {
        /// Postgres's folder.
        data: PathBuf,
        /// The major version that made the data.
        made_by: String,
        /// The installed major versions.
        found: String,
        /// The command that installs the right version.
        install: String,
    },
    /// Postgres refuses to run as root, and the user that runs it instead cannot reach its folder.
    #[error(
        "Postgres does not run as root, and the user it runs as cannot enter {}; allow that with `chmod o+x {}`, \
         or choose another database.data_dir",
        .folder.display(), .folder.display()
    )]
    Barred {
        /// The folder that this user cannot enter.
        folder: PathBuf,
    },
    /// A file or folder of ours cannot be used.
    #[error("cannot use {}; choose a database.data_dir that this user may write to", .path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// `initdb` failed.
    #[error("Postgres cannot create its data folder in {}: {said}", .folder.display())]
    NotMade {
        /// The data folder.
        folder: PathBuf,
        /// The output of `initdb`.
        said: String,
    },
    /// The keeper process ended before the server was ready.
    #[error("the embedded Postgres does not start; {} ends with:\n{said}", .log.display())]
    NotStarted {
        /// The log.
        log: PathBuf,
        /// The end of the log.
        said: String,
    },
    /// The server ended by itself.
    #[error("the embedded Postgres stopped unexpectedly ({status}); see {}", .log.display())]
    Ended {
        /// Its exit status.
        status: ExitStatus,
        /// The log.
        log: PathBuf,
    },
    /// The server was not ready in time.
    #[error("the embedded Postgres is not ready after {} s; see {}", .waited.as_secs(), .log.display())]
    TooSlow {
        /// How long we waited.
        waited: Duration,
        /// The log.
        log: PathBuf,
    },
    /// The server runs but does not answer.
    #[error(
        "the Postgres at 127.0.0.1:{port} has not answered for {} s; it is the embedded one, which is running but hangs: see {}",
        .waited.as_secs(),
        .log.display()
    )]
    Silent {
        /// Its port.
        port: u16,
        /// How long we waited.
        waited: Duration,
        /// The log.
        log: PathBuf,
    },
    /// The server does not stop.
    #[error("the embedded Postgres does not stop")]
    NotStopped,
    /// The server runs but refuses us.
    #[error("the embedded Postgres refuses the connection; if {} was changed, restore it", .password.display())]
    Refused {
        /// The file with the password.
        password: PathBuf,
        /// The server's error.
        source: sqlx::Error,
    },
    /// The keeper process cannot work.
    #[error("the process that runs the embedded Postgres failed")]
    Keeper(#[source] io::Error),
    /// The system provided no random bytes.
    #[error("the system provides no random bytes")]
    NoRandom(#[source] SysError),
}

impl EmbeddedError {
    /// For errors about this file or folder: makes them name it.
    pub(super) fn at(path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::File { path: path.to_owned(), source }
    }
}
