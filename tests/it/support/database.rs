//! A migrated database for each test: a clone of one template in one Postgres that all tests share.
//!
//! The Postgres is the product's own embedded one, made to be thrown away. It goes when the test program ends.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use cartum_roapp::{
    db,
    embedded::{DATABASE, Embedded, EmbeddedOptions},
};
use secrecy::ExposeSecret;
use sqlx::{
    ConnectOptions, Connection, PgPool, PgTransaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::sync::OnceCell;

use super::{desk::Desk, passing, program, roomy_folder};

const TEMPLATE: &str = "template_app";
/// As few as the settings of a daemon may say: each costs a server process that plans every statement anew.
const CONNECTIONS: u32 = 2;
/// Most connections live for one test and make each statement a few times, which Postgres would plan anew each time.
const PLAN_ONCE: &str = "ALTER ROLE CURRENT_USER SET plan_cache_mode = force_generic_plan";
static SERVER: OnceCell<Arc<Server>> = OnceCell::const_new();
static COUNT: AtomicU32 = AtomicU32::new(0);

/// A server, and how it is asked.
struct Server {
    embedded: Embedded,
    /// The folder of the file through which it is asked, which costs half of what the network does; a server that lasts has none.
    sockets: Option<PathBuf>,
    desk: Desk,
}

impl Server {
    fn connect_options(&self, database: &str) -> PgConnectOptions {
        let options = self.embedded.connect_options(database);
        match &self.sockets {
            Some(folder) => options.socket(folder),
            None => options,
        }
    }
}

/// A database of one test. It is dropped with this.
pub(crate) struct TestDatabase {
    name: String,
    pool: Arc<PgPool>,
    /// Connections may be broken, so that each is tried before it is used, as a daemon does: that costs a turn each time.
    may_break: Arc<AtomicBool>,
    server: Arc<Server>,
}

impl TestDatabase {
    /// A fresh database with the newest schema.
    pub(crate) async fn new() -> Self {
        Self::clone_of(TEMPLATE, Arc::clone(SERVER.get_or_init(start).await)).await
    }

    async fn clone_of(template: &str, server: Arc<Server>) -> Self {
        let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        // Copying files is cheaper than writing each page to the log, where nothing has to survive.
        let statement = format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy");
        server.desk.run(statement).await.unwrap();
        Self::named(name, server)
    }

    /// Nobody connects to it any more, so that it can be cloned at any moment.
    pub(crate) async fn seal(&self) {
        self.pool.close().await;
        self.allow_connections(false).await;
        self.throw_out().await;
    }

    async fn allow_connections(&self, are_allowed: bool) {
        let statement = format!("ALTER DATABASE {} ALLOW_CONNECTIONS {are_allowed}", self.name);
        self.server.desk.run(statement).await.unwrap();
    }

    async fn throw_out(&self) {
        // A vacuum of the server's own nobody may end; the copy sends it away.
        let statement = format!(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
             WHERE datname = '{}' AND backend_type = 'client backend'",
            self.name
        );
        self.server.desk.run(statement).await.unwrap();
    }

    /// A copy of one that is sealed.
    pub(crate) async fn another(&self) -> Self {
        Self::clone_of(&self.name, Arc::clone(&self.server)).await
    }

    /// The database of an embedded Postgres of its own, as a daemon with this data folder has it. The server goes with this and
    /// with the last daemon.
    pub(crate) async fn embedded(data_dir: &Path) -> Self {
        // A crash must lose nothing that was committed: what RO App has then would be a stranger's.
        let server = serve(data_dir, true, false).await;
        db::migrate(&server.connect_options(DATABASE)).await.unwrap();
        Self::named(DATABASE.to_owned(), Arc::new(server))
    }

    fn named(name: String, server: Arc<Server>) -> Self {
        let options = server.connect_options(&name).disable_statement_logging();
        let may_break = Arc::new(AtomicBool::new(name == DATABASE));
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).test_before_acquire(false);
        let pool = pool.before_acquire({
            let may_break = Arc::clone(&may_break);
            move |connection, _| {
                let is_tried = may_break.load(Ordering::Relaxed);
                Box::pin(async move { if is_tried { connection.ping().await.map(|()| true) } else { Ok(true) } })
            }
        });
        let pool = Arc::new(pool.connect_lazy_with(options));
        passing::in_database(&pool);
        Self { name, pool, may_break, server }
    }

    /// A copy as it is at this moment, like a restored backup. Whoever is connected is thrown out.
    pub(crate) async fn copy(&self) -> Self {
        let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        // Whoever was thrown out may be back before the copy is made, and whoever is just coming cannot be thrown out yet.
        self.allow_connections(false).await;
        self.may_break.store(true, Ordering::Relaxed);
        let copy = format!("CREATE DATABASE {name} TEMPLATE {}", self.name);
        super::eventually("the copy", || async {
            self.throw_out().await;
            self.server.desk.run(copy.clone()).await.ok()
        })
        .await;
        self.allow_connections(true).await;
        Self::named(name, Arc::clone(&self.server))
    }

    /// Its URL, for the program.
    pub(crate) fn url(&self) -> String {
        self.server.embedded.url(&self.name).expose_secret().to_owned()
    }

    /// How to connect to it over the network.
    pub(crate) fn options(&self) -> PgConnectOptions {
        self.server.embedded.connect_options(&self.name)
    }

    /// What happens in it takes the time it takes, also while the test waits for it.
    pub(crate) fn in_real_time(&self) {
        passing::not_in_database(&self.pool);
    }

    /// A transaction in it.
    pub(crate) async fn begin(&self) -> PgTransaction<'static> {
        db::begin(&self.pool).await.unwrap()
    }

    /// The same on a connection beside the pool's, for one that stays open while a daemon waits for it.
    pub(crate) async fn begin_apart(&self) -> PgTransaction<'static> {
        let options = self.server.connect_options(&self.name);
        db::begin(&PgPoolOptions::new().max_connections(1).connect_lazy_with(options)).await.unwrap()
    }

    /// Waits until such a statement, as `LIKE` has it, waits for what another transaction holds.
    pub(crate) async fn waits_for_a_lock(&self, statement: &str) {
        let waits = "SELECT EXISTS (SELECT FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE $1)";
        super::eventually("a statement to wait for a lock", || async {
            let waits = sqlx::query_scalar::<_, bool>(waits).bind(statement);
            waits.fetch_one(self.pool()).await.unwrap().then_some(())
        })
        .await;
    }

    /// Connections to it.
    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if self.name == DATABASE {
            return;
        }
        // Nobody waits: at the end of all tests the whole server goes.
        drop(self.server.desk.run(format!("DROP DATABASE {} WITH (FORCE)", self.name)));
    }
}

/// The process id of the Postgres that runs in an embedded data folder, as it wrote it itself.
pub(crate) fn server_id(data_dir: &Path) -> String {
    server_id_so_far(data_dir).unwrap()
}

/// The same while one may be starting.
pub(crate) fn server_id_so_far(data_dir: &Path) -> Option<String> {
    let text = fs::read_to_string(data_dir.join("postgres/postmaster.pid")).ok()?;
    // It is written line by line.
    text.split_once('\n').map(|(id, _)| id.to_owned())
}

async fn serve(data_dir: &Path, durable: bool, throw_away: bool) -> Server {
    let sockets = throw_away.then(|| data_dir.join("postgres"));
    let (data_dir, program) = (data_dir.to_owned(), program().to_owned());
    let options = EmbeddedOptions { data_dir, archive_url: String::new(), proxy: None, program, durable, throw_away };
    let embedded = Embedded::start(&options).await.unwrap();
    let whole = embedded.connect_options("postgres");
    let desk = Desk::of(sockets.as_ref().map_or(whole.clone(), |folder| whole.socket(folder)));
    Server { embedded, sockets, desk }
}

async fn start() -> Arc<Server> {
    // The keeper removes the folder when the tests have ended, however they end.
    let server = serve(&roomy_folder().keep(), false, true).await;
    server.desk.run(PLAN_ONCE.to_owned()).await.unwrap();
    server.desk.run(format!("CREATE DATABASE {TEMPLATE}")).await.unwrap();
    db::migrate(&server.connect_options(TEMPLATE)).await.unwrap();
    // A first connection writes down what each later one, also of the copies, would look up in the catalogue.
    server.connect_options(TEMPLATE).connect().await.unwrap().close().await.unwrap();
    Arc::new(server)
}
