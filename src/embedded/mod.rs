//! The embedded Postgres: installed or downloaded binaries that we run on a folder of ours, as long as one of our processes
//! needs it.
//!
//! - [`Embedded::start`] creates the data folder if necessary, joins the running server or has one started, and holds the
//!   users' lock for its lifetime;
//! - `keeper` is the process that runs the server, and stops it when the last user has gone, even by `kill -9`;
//! - `cluster` runs Postgres's own commands, `find` finds the binaries, `fetch` downloads them if there are none, `user` is the
//!   system user that they run as, `role` the database role of the program, `layout` the folder.
//!
//! The server listens only on a free port of this machine, and asks for a password that only the owner of the folder can read.

use std::{
    ffi::OsString,
    fs::File,
    io,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use secrecy::SecretString;
use sqlx::{
    Connection as _, PgConnection,
    postgres::{PgConnectOptions, PgSslMode},
};
use tokio::time::{Instant, sleep, timeout};

use crate::secrets::Secret;

mod cluster;
mod error;
mod fetch;
mod find;
mod keeper;
mod layout;
mod role;
mod user;

use cluster::Cluster;
pub use error::EmbeddedError;
pub use fetch::FetchError;
use find::Binaries;
pub use keeper::{KeeperOptions, keep};
use layout::Layout;

/// The database for the daemon's own tables.
pub const DATABASE: &str = "cartum_roapp";
/// The owner of the server. It makes the database and the program's role, and is used for nothing else.
const OWNER: &str = "cartum_roapp";
/// The role that the program uses: it owns its database and has no other rights.
const PROGRAM: &str = "cartum_roapp_program";
/// The hidden subcommand that runs [`keep`].
pub const KEEPER_COMMAND: &str = "embedded-keeper";

/// How long a start may take: after a crash, the server first repairs its data.
const START_LIMIT: Duration = Duration::from_mins(2);
/// How long a server may take to answer once it is ready.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(10);

/// How to run the embedded Postgres.
#[derive(Clone, Debug)]
pub struct EmbeddedOptions {
    /// The data folder; it belongs to this server alone.
    pub data_dir: PathBuf,
    /// The URL from which Postgres is downloaded if none is installed; empty = do not download.
    pub archive_url: String,
    /// The proxy for the download.
    pub proxy: Option<SecretString>,
    /// This program, which is started again as the keeper.
    pub program: PathBuf,
    /// Whether committed data survives a crash of the machine. Off in tests only.
    pub durable: bool,
    /// Whether the data folder is removed when the last user has gone.
    pub throw_away: bool,
}

impl EmbeddedOptions {
    /// A permanent data folder, with the running program as the keeper.
    ///
    /// # Errors
    ///
    /// When the system does not say which program is running.
    pub fn lasting(data_dir: PathBuf, archive_url: String, proxy: Option<SecretString>) -> Result<Self, EmbeddedError> {
        let program = std::env::current_exe().map_err(EmbeddedError::Keeper)?;
        Ok(Self { data_dir, archive_url, proxy, program, durable: true, throw_away: false })
    }
}

/// A use of the embedded Postgres: the server runs at least as long as this process holds it.
#[derive(Debug)]
pub struct Embedded {
    port: u16,
    /// The password of the program's role.
    password: Secret,
    passfile: PathBuf,
    /// The users' lock, held shared; the keeper waits until it is released.
    _user: File,
    /// The keeper, if this process started it.
    keeper: Option<Child>,
}

impl Embedded {
    /// Joins the server of this folder, or has it started; makes the folder and the database if they are missing.
    ///
    /// # Errors
    ///
    /// When there is no usable Postgres, the folder cannot be used, or the server does not start.
    pub async fn start(options: &EmbeddedOptions) -> Result<Self, EmbeddedError> {
        let layout = Layout::new(&options.data_dir);
        layout.prepare().map_err(EmbeddedError::at(layout.root()))?;
        // A keeper that is stopping the server lets nobody in before it has stopped.
        let user = waited(layout.users_lock(), File::lock_shared, layout.root()).await?;
        let _start = waited(layout.start_lock(), File::lock, layout.root()).await?;
        let (owner, password) = (layout.password()?, layout.program_password()?);
        let (port, keeper) = Self::running(options, &layout, &owner).await?;
        let silent = |_| EmbeddedError::Silent { port, waited: ANSWER_LIMIT, log: layout.log() };
        let made = match timeout(ANSWER_LIMIT, role::connect(port, &password)).await.map_err(silent)? {
            Ok(connection) => PgConnection::close(connection).await,
            Err(_) => role::make(port, &owner, &password, options.throw_away || !options.durable).await,
        };
        made.map_err(|source| EmbeddedError::Refused { password: layout.root().join("postgres.password"), source })?;
        layout.write_passfile(PROGRAM, &password)?;
        Ok(Self { port, password, passfile: layout.passfile(), _user: user, keeper })
    }

    /// The port of a server that is ready, and its keeper if that is our child.
    async fn running(
        options: &EmbeddedOptions,
        layout: &Layout,
        password: &Secret,
    ) -> Result<(u16, Option<Child>), EmbeddedError> {
        let log_length = layout.log_length();
        let started = Instant::now();
        let mut child: Option<Child> = None;
        while started.elapsed() < START_LIMIT {
            // A port is valid only while a keeper lives: another program may have taken the port of a dead server.
            match &mut child {
                Some(keeper) => match keeper.try_wait().map_err(EmbeddedError::Keeper)? {
                    Some(status) if status.success() => child = None,
                    Some(_) => {
                        let said = layout.log_since(log_length);
                        return Err(EmbeddedError::NotStarted { log: layout.log(), said });
                    }
                    None => {}
                },
                None if is_free(&layout.keeper_lock().map_err(EmbeddedError::Keeper)?) => {
                    let binaries = binaries(options, layout).await?;
                    child = Some(start_keeper(options, &binaries, layout, password)?);
                }
                None => {}
            }
            if let Some(port) = layout.port() {
                return Ok((port, child));
            }
            sleep(PAUSE).await;
        }
        Err(EmbeddedError::TooSlow { waited: START_LIMIT, log: layout.log() })
    }

    /// Options to connect to a database of this server, as the program's role.
    #[must_use]
    pub fn connect_options(&self, database: &str) -> PgConnectOptions {
        options(self.port, (PROGRAM, &self.password), database)
    }

    /// The URL of a database of this server, with the password: only for those who keep it secret.
    #[must_use]
    pub fn url(&self, database: &str) -> SecretString {
        let Self { port, password, .. } = self;
        format!("postgres://{PROGRAM}:{}@127.0.0.1:{port}/{database}?sslmode=disable", password.expose()).into()
    }

    /// The environment variables by which Postgres's own commands and other programs find the program's database. The password
    /// is in a file that only its owner can read: on a command line, every user of the machine would see it.
    #[must_use]
    pub fn variables(&self) -> Vec<(&'static str, OsString)> {
        let port = self.port;
        let url = format!("postgres://{PROGRAM}@127.0.0.1:{port}/{DATABASE}?sslmode=disable");
        vec![
            ("DATABASE_URL", url.into()),
            ("PGPASSFILE", self.passfile.clone().into()),
            ("PGHOST", "127.0.0.1".into()),
            ("PGPORT", port.to_string().into()),
            ("PGUSER", PROGRAM.into()),
            ("PGDATABASE", DATABASE.into()),
            ("PGSSLMODE", "disable".into()),
        ]
    }

    /// Releases the server. If this process is the first of a container, everything else ends with it, so it waits until the
    /// server has shut down properly.
    pub async fn close(self) {
        if std::process::id() == 1 {
            self.close_and_wait().await;
        }
    }

    /// Releases the server and waits at most 3 s until it has stopped: another process may still use it. If another process
    /// started it, there is nothing to wait for.
    pub async fn close_and_wait(self) {
        let Self { _user: user, keeper, .. } = self;
        drop(user);
        let Some(mut keeper) = keeper else { return };
        let limit = Instant::now() + Duration::from_secs(3);
        while Instant::now() < limit && matches!(keeper.try_wait(), Ok(None)) {
            sleep(PAUSE).await;
        }
    }
}

fn options(port: u16, (user, password): (&str, &Secret), database: &str) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .host("127.0.0.1")
        .port(port)
        .username(user)
        .password(password.expose())
        .database(database)
        .ssl_mode(PgSslMode::Disable)
}

/// Takes a lock without blocking the other tasks of this process.
async fn waited(
    file: io::Result<File>,
    lock: impl FnOnce(&File) -> io::Result<()> + Send + 'static,
    folder: &Path,
) -> Result<File, EmbeddedError> {
    let file = file.map_err(EmbeddedError::at(folder))?;
    let locked = tokio::task::spawn_blocking(move || lock(&file).map(|()| file)).await;
    locked.map_err(io::Error::other).flatten().map_err(EmbeddedError::at(folder))
}

/// Whether nobody holds this lock. Only the holder of the start lock asks.
fn is_free(lock: &File) -> bool {
    lock.try_lock_shared().is_ok()
}

/// The installed binaries that match the data, or else downloaded ones.
async fn binaries(options: &EmbeddedOptions, layout: &Layout) -> Result<Binaries, EmbeddedError> {
    let fetched = layout.fetched();
    match Binaries::find(&layout.data(), &fetched) {
        Err(EmbeddedError::NoPostgres { .. }) if !options.archive_url.is_empty() => {
            fetch::fetch(&fetched, &fetch::address(&options.archive_url), options.proxy.as_ref()).await?;
            Binaries::find(&layout.data(), &fetched)
        }
        found => found,
    }
}

/// Whether this data folder has a database; true if it cannot be read.
#[must_use]
pub fn exists(data_dir: &Path) -> bool {
    Layout::new(data_dir).data().try_exists().unwrap_or(true)
}

/// The folder of the Postgres that serves this data folder, with `psql` and `pg_dump` if they came with it.
#[must_use]
pub fn folder_of_commands(data_dir: &Path) -> Option<PathBuf> {
    let layout = Layout::new(data_dir);
    let found = Binaries::find(&layout.data(), &layout.fetched()).ok()?;
    Some(found.folder().to_owned())
}

/// Starts the keeper in its own process group, so that Ctrl-C does not reach it.
fn start_keeper(
    options: &EmbeddedOptions,
    binaries: &Binaries,
    layout: &Layout,
    password: &Secret,
) -> Result<Child, EmbeddedError> {
    layout.forget_port().map_err(EmbeddedError::at(layout.root()))?;
    Cluster::new(layout.clone(), binaries.folder(), options.durable, options.throw_away).make(password)?;
    let log = layout.open_log().map_err(EmbeddedError::at(&layout.log()))?;
    let mut keeper = Command::new(&options.program);
    keeper.arg(KEEPER_COMMAND).arg("--data-dir").arg(layout.root()).arg("--binaries").arg(binaries.folder());
    if !options.durable {
        keeper.arg("--not-durable");
    }
    if options.throw_away {
        keeper.arg("--throw-away");
    }
    keeper.current_dir(layout.root()).process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    keeper.spawn().map_err(EmbeddedError::at(&options.program))
}
