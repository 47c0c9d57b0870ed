//! `demo`: a shop and a RO App from the sandbox, a Postgres and the daemon, all on this machine for as long as the command runs,
//! with a store set up as a person would do it. `files.rs` writes the files, `watch.rs` reports the progress.

use std::{
    ffi::OsString,
    fs, io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    os::unix::fs::PermissionsExt,
    path::Path,
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use clap::Args;
use tempfile::TempDir;

use super::Output;
use crate::{
    admin::{self, By, Draft, NewAccount, PasswordRule, get_store},
    app::{self, Access, Database, DatabaseError, Purpose},
    clock::Clock,
    config::{Origin, Settings},
    domain::rate::Rate,
    lifecycle::Stop,
    sandbox::{
        desk::Desk,
        world::{Sandbox, SandboxOptions},
    },
    secrets::{Keyring, Secret},
    telemetry::{self, LogTo},
    web::DemoPlaces,
};

mod files;
mod watch;

use files::{API_KEY, Files, STORE};

/// How quick RO App is: calls a second that it allows, and that are used.
struct Pace {
    allowed: u32,
    used: Rate,
}

/// So that the import takes half a minute.
const QUICK: Pace = Pace { allowed: 30, used: Rate::Fixed(25.0) };
/// As the real one is, and used as `account add` has it; the import takes minutes then.
const REAL: Pace = Pace { allowed: 3, used: Rate::Auto };
/// How long the database may go on starting after Ctrl-C, so that it ends in order.
const PATIENCE: Duration = Duration::from_secs(3);

/// How the demo is started.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Number of orders in the shop, placed in the last 90 days
    #[arg(long, value_name = "N", default_value_t = 150)]
    orders: u32,
    /// Interval between new orders
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = humantime::parse_duration)]
    new_order_every: Duration,
    /// Limit RO App to 3 calls a second, like the real one; the import then takes minutes
    #[arg(long)]
    real_pace: bool,
}

impl Arguments {
    fn pace(&self) -> Pace {
        if self.real_pace { REAL } else { QUICK }
    }
}

/// Runs until Ctrl-C or SIGTERM. Of the file and the variables of a real set-up only `log.level` counts: nothing real is
/// touched.
pub(super) async fn run(arguments: &Arguments, config: Option<&Path>, output: &Output) -> anyhow::Result<()> {
    let stop = Stop::new();
    stop.on_signals()?;
    output.line(
        "cartum-roapp demo: a shop, a RO App and the daemon, all on this machine. Ctrl-C stops and removes it all.",
    )?;
    let folder = folder().context("cannot create a temporary folder; set TMPDIR to another place")?;
    let files = Files::new(folder.path());
    let settings = settings(&files, &log_level(config)?)?;
    telemetry::start(&settings.log, LogTo::Stderr)?;
    output.line("starting a Postgres in a temporary folder ...")?;
    let keyring = Keyring::load(&settings)?;
    let outcome = match connect(&settings, &stop).await {
        Ok(None) => Ok(()),
        Ok(Some(database)) => {
            let demo = Demo { files: &files, settings, keyring, database: &database, output, stop: &stop };
            let outcome = demo.run(arguments).await;
            database.close_and_wait().await;
            outcome
        }
        // Ctrl-C on a terminal also ends the commands that make the database.
        Err(_) if stop.is_requested() => Ok(()),
        Err(error) => Err(error.into()),
    };
    remove(folder).await.context("cannot remove the temporary folder")?;
    outcome?;
    output.line("stopped; nothing is left running and the temporary folder is removed")?;
    Ok(())
}

/// The database; `None` when asked to stop while it starts. Where it takes its time, it ends by itself: nobody uses it.
async fn connect(settings: &Settings, stop: &Stop) -> Result<Option<Database>, DatabaseError> {
    let asked = async {
        stop.requested().await;
        tokio::time::sleep(PATIENCE).await;
    };
    let connect = app::connect(settings, Purpose::Work);
    tokio::select! {
        database = connect => Ok(Some(database?)),
        () = asked => Ok(None),
    }
}

/// Removes the folder, also while what was started in it still ends.
async fn remove(folder: TempDir) -> io::Result<()> {
    const TRIES: u32 = 30;
    let path = folder.keep();
    for _ in 0..TRIES {
        match fs::remove_dir_all(&path) {
            Ok(()) => tokio::time::sleep(Duration::from_millis(100)).await,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
        }
    }
    if path.exists() { fs::remove_dir_all(&path) } else { Ok(()) }
}

struct Demo<'a> {
    files: &'a Files,
    settings: Settings,
    keyring: Keyring,
    database: &'a Database,
    output: &'a Output,
    stop: &'a Stop,
}

impl Demo<'_> {
    /// Runs sandbox and daemon until asked to stop, or until one of the parts fails.
    async fn run(&self, arguments: &Arguments) -> anyhow::Result<()> {
        let sandbox = Sandbox::start(SandboxOptions {
            orders: arguments.orders,
            rate_per_second: arguments.pace().allowed,
            new_order_every: Some(arguments.new_order_every),
            ..SandboxOptions::default()
        })
        .await
        .context("cannot start the sandbox")?;
        let sandbox = Arc::new(sandbox);
        let desk = Desk::open(Arc::clone(&sandbox)).await.context("no free port on this machine")?;
        let guest = admin::add_guest(&self.database.pool, "demo").await?;
        self.introduce(&sandbox, &guest, arguments)?;
        let daemon = async {
            let (settings, keyring) = (self.settings.clone(), self.keyring.clone());
            let demo = DemoPlaces { shop: format!("{}/shop", desk.url), board: format!("{}/board", desk.url) };
            let served = app::run_demo(settings, self.database, keyring, demo, self.stop).await;
            self.stop.request();
            served
        };
        let pace = arguments.pace();
        let person = async {
            let shown = tokio::select! {
                shown = self.set_up_and_watch(&sandbox, &pace) => shown,
                () = self.stop.requested() => Ok(()),
            };
            self.stop.request();
            shown
        };
        let (served, shown) = tokio::join!(daemon, person);
        served?;
        shown
    }

    fn introduce(&self, sandbox: &Sandbox, guest: &Secret, arguments: &Arguments) -> io::Result<()> {
        let program = std::env::args_os().next().unwrap_or_else(|| OsString::from("cartum-roapp"));
        let command = format!("{} --config {}", program.display(), self.files.config().display());
        let (shop, roapp, listen) = (sandbox.shop.site_url(), sandbox.roapp.base_url(), self.settings.http.listen);
        let lines = [
            String::new(),
            "Open this in a browser, you are signed in there:".to_owned(),
            format!("  http://{listen}/enter/{}", guest.expose()),
            String::new(),
            format!("  store     {shop}"),
            format!("  RO App    {roapp}"),
            format!("  health    http://{listen}/readyz"),
            format!("  settings  {}", self.files.config().display()),
            String::new(),
            "Try from a second terminal:".to_owned(),
            format!("  {command} order list"),
            format!("  {command} store show {STORE:?}"),
            format!("  {command} order show {STORE:?} NUMBER"),
            String::new(),
            if arguments.real_pace {
                format!(
                    "This RO App allows {} calls a second, like the real one; the daemon uses {}.",
                    REAL.allowed, REAL.used
                )
            } else {
                format!("To import in half a minute, this RO App allows {} calls a second;", QUICK.allowed)
            },
            if arguments.real_pace {
                "The import takes some minutes.".to_owned()
            } else {
                "the real one allows 3 (try that with --real-pace).".to_owned()
            },
            String::new(),
        ];
        lines.iter().try_for_each(|line| self.output.line(line))
    }

    /// Goes the way a person goes: `account add`, `store add`, `store import`.
    async fn set_up_and_watch(&self, sandbox: &Sandbox, pace: &Pace) -> anyhow::Result<()> {
        let pool = &self.database.pool;
        let admin = Access::new(self.settings.clone()).admin(pool).await?;
        let account = admin.add_account(NewAccount {
            name: "demo".to_owned(),
            base_url: sandbox.roapp.base_url(),
            api_key: Secret::new(API_KEY.to_owned()),
            rate: pace.used,
        });
        let account = account.await?;
        self.output.line(format_args!("account add:   {:?}, {} locations", account.company, account.locations))?;
        self.files.write_store(&sandbox.shop.site_url())?;
        let file = Draft::read(&self.files.store(), PasswordRule::Needed)?;
        let (id, _) = admin.add_store(file).await?;
        self.output.line(format_args!("store add:     {STORE:?} from {}", self.files.store().display()))?;
        let store = get_store(pool, id).await?;
        let import = admin::plan_import(&store, Clock::System.now())?;
        admin::start_import(pool, &store, import, &By::CommandLine).await?;
        let from = import.window_from.format("%Y-%m-%d %H:%M");
        self.output.line(format_args!("store import:  orders placed from {from} on, and every later one"))?;
        watch::watch(pool, id, self.output, self.stop).await
    }
}

/// A folder that the user who runs Postgres may pass through.
fn folder() -> io::Result<TempDir> {
    let folder = tempfile::Builder::new().prefix("cartum-roapp-demo-").tempdir()?;
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o711))?;
    Ok(folder)
}

/// What a person set for the log; else warnings only, since standard error is on the same screen.
fn log_level(config: Option<&Path>) -> anyhow::Result<String> {
    let own = Settings::load(config)?;
    let set = own.effective.iter().any(|row| row.key == "log.level" && row.origin != Origin::Default);
    Ok(if set { own.log.level } else { "warn".to_owned() })
}

/// Writes the file of settings and reads it: what a second terminal works with is what the demo works with.
fn settings(files: &Files, log_level: &str) -> anyhow::Result<Settings> {
    let listen = free_address().context("no free port on this machine")?;
    files.write_config(listen, log_level)?;
    Ok(Settings::from_layers(Some(&files.config()), [])?)
}

fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}
