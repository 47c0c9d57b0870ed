//! What the tests stand on: a folder, a database, the program, and patience with a limit.

use std::{
    env, fs,
    future::Future,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    sync::{LazyLock, Once},
    time::Duration,
};

use cartum_roapp::{
    db::order_list::{self, Choice, Listed},
    domain::ids::StoreId,
};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

mod at_once;
mod checked;
pub(crate) mod conformance;
pub(crate) mod crowd;
mod daemon;
mod database;
mod desk;
pub(crate) mod followed;
mod imported;
pub(crate) mod neighbour;
pub(crate) mod oracle;
mod passing;
mod program;
mod proxy;
pub(crate) mod taken;
mod transactions;
mod words;
pub(crate) mod world;

pub(crate) use at_once::at_once;
pub(crate) use checked::{Asked, Checked};
pub(crate) use database::{TestDatabase, server_id, server_id_so_far};
use passing::Leaps;
pub(crate) use program::{Finished, Program, Running};
pub(crate) use proxy::{Proxy, Wire};
pub(crate) use transactions::CountingWire;
pub(crate) use words::Words;

/// What the databases of the tests that run at once need, and their log, in KiB.
const ROOM: u64 = 4 << 20;
/// Between two looks.
const SHORTEST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// This crate's program.
pub(crate) fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_cartum-roapp"))
}

/// A folder of its own, which the user that runs Postgres may pass through.
pub(crate) fn folder() -> TempDir {
    folder_in(&env::temp_dir())
}

/// The same in this one.
fn folder_in(parent: &Path) -> TempDir {
    let folder = tempfile::Builder::new().prefix("cartum-roapp-").tempdir_in(parent).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o711)).unwrap();
    folder
}

/// A folder for the files of a Postgres: in memory if there is room. A disk spends more on making and deleting the hundreds of files of a
/// database than the tests spend on their statements.
pub(crate) fn roomy_folder() -> TempDir {
    folder_in(&roomy())
}

/// Asked once, for it takes a process.
fn roomy() -> PathBuf {
    static ROOMY: LazyLock<PathBuf> = LazyLock::new(find_roomy);
    ROOMY.clone()
}

fn find_roomy() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let answer = Command::new("df").arg("-Pk").arg(memory).output();
    let said = answer.map(|answer| String::from_utf8_lossy(&answer.stdout).into_owned()).unwrap_or_default();
    let free = said.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)).and_then(|free| free.parse().ok());
    if free.unwrap_or(0_u64) > ROOM { memory.to_owned() } else { env::temp_dir() }
}

/// `RUST_LOG=cartum_roapp=debug` shows what the daemons of this process say.
fn log() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let filter = tracing_subscriber::EnvFilter::from_default_env();
        drop(tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init());
    });
}

/// Every order, or every one of a store, newest first.
pub(crate) async fn every_order(pool: &sqlx::PgPool, store: Option<StoreId>) -> Vec<Listed> {
    order_list::whole(pool, &Choice { store, ..Choice::default() }).await.unwrap()
}

/// Looks again and again until there is an answer, for at most a minute.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, look: impl FnMut() -> F) -> T {
    eventually_within(Duration::from_mins(1), what, look).await
}

/// The same with another limit. What has not come soon is looked for less often: with many tests at once the looking would keep the
/// machine from what is waited for.
pub(crate) async fn eventually_within<T, F: Future<Output = Option<T>>>(
    limit: Duration,
    what: &str,
    mut look: impl FnMut() -> F,
) -> T {
    let (began, mut leaps) = (Instant::now(), Leaps::new());
    loop {
        if let Some(found) = look().await {
            return found;
        }
        let waited = began.elapsed();
        assert!(waited < limit, "waited in vain for {what}");
        leaps.leap().await;
        sleep((waited / 10).clamp(SHORTEST_PAUSE, LONGEST_PAUSE)).await;
    }
}
