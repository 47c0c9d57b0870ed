//! The commands: one file per group, no logic of their own.
//!
//! A command gets a [`Context`], parses its arguments, calls `admin`, and prints through [`Output`].

use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};
use sqlx::PgPool;

use crate::{
    admin::progress::is_daemon_running,
    app::Access,
    clock::Clock,
    config::Settings,
    telemetry::{self, LogTo},
};

mod account;
mod account_lists;
mod ask;
mod config;
mod demo;
mod embedded;
mod health;
mod migrate;
mod order;
mod order_client;
mod order_find;
mod order_resolve;
mod order_show;
mod output;
mod run;
mod sandbox;
mod secrets;
mod store;
mod store_audit;
mod store_edit;
mod store_import;
mod store_rehearse;
mod store_show;
mod store_template;
mod user;
mod waiting;

pub use output::{Output, Told, confirm, explain, when};

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "cartum-roapp", version, about, max_term_width = 80)]
pub struct Cli {
    /// Settings file; environment variables like `CARTUM_ROAPP__SECTION__KEY` override it
    #[arg(long, global = true, env = "CARTUM_ROAPP_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the daemon: bring the orders of every store to RO App and keep them in sync
    Run(run::Arguments),
    /// Ask the daemon on this machine (at `http.listen`) whether it is ready; for health checks
    Health,
    /// Inspect the settings
    #[command(subcommand)]
    Config(config::Command),
    /// Migrate the database to this program's schema; every command that uses the database does so first
    Migrate,
    /// Manage the key that encrypts passwords and API keys
    #[command(subcommand)]
    Secrets(secrets::Command),
    /// Set up RO App accounts
    #[command(subcommand)]
    Account(account::Command),
    /// Set up Cartum stores; write ACCOUNT/NAME where several stores share a name
    #[command(subcommand)]
    Store(store::Command),
    /// Read a store now instead of waiting for its next poll
    Sync(ask::Sync),
    /// List, inspect, retry and resolve store orders
    #[command(subcommand)]
    Order(order::Command),
    /// Manage the users of the pages
    #[command(subcommand)]
    User(user::Command),
    /// Run a complete demo on this machine: a shop, a RO App and the daemon; Ctrl-C removes it all
    Demo(demo::Arguments),
    /// Run a simulated Cartum store and a simulated RO App on this machine, to try things out
    Sandbox(sandbox::Arguments),
    /// Run a command such as `psql` or `pg_dump` against the embedded database; it finds the database through `PGHOST` etc. and
    /// `DATABASE_URL`
    EmbeddedShell(embedded::Shell),
    #[command(name = crate::embedded::KEEPER_COMMAND, hide = true)]
    EmbeddedKeeper(embedded::Keeper),
}

/// Runs what the command line asks for.
///
/// # Errors
///
/// With what went wrong, where, and the fix.
pub async fn run(cli: Cli) -> anyhow::Result<()> {
    let (file, output) = (cli.config.as_deref(), Output::stdout());
    match cli.command {
        Command::Config(command) => config::run(&command, file, &output),
        Command::Secrets(secrets::Command::NewKey { file: key }) => secrets::new_key(&key, &output),
        Command::Secrets(secrets::Command::GiveUp { key_id, yes }) => {
            bounded(file, output, async |context| secrets::give_up(&key_id, yes, context).await).await
        }
        Command::Account(command) => bounded(file, output, async |context| account::run(command, context).await).await,
        Command::Store(command) => bounded(file, output, async |context| store::run(command, context).await).await,
        Command::Sync(command) => bounded(file, output, async |context| ask::sync(&command, context).await).await,
        Command::Order(command) => bounded(file, output, async |context| order::run(command, context).await).await,
        Command::User(command) => bounded(file, output, async |context| user::run(command, context).await).await,
        Command::Health => health::run(&Context::load(file, LogTo::Stderr, output)?).await,
        Command::EmbeddedKeeper(keeper) => keeper.run().await,
        Command::Run(arguments) => run::run(&arguments, Context::load(file, LogTo::Stdout, output)?).await,
        Command::Demo(arguments) => demo::run(&arguments, file, &output).await,
        Command::Sandbox(arguments) => sandbox::run(&arguments, &output).await,
        Command::Migrate => bounded(file, output, migrate::run).await,
        Command::EmbeddedShell(shell) => shell.run(&Context::load(file, LogTo::Stderr, output)?).await,
    }
}

/// Runs a command that ends when its database is away for 10 s, whatever it is doing.
async fn bounded(
    config: Option<&Path>,
    output: Output,
    command: impl AsyncFnOnce(&Context) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let context = Context::load(config, LogTo::Stderr, output)?;
    let done = tokio::select! {
        done = command(&context) => done,
        away = context.access.lost() => return Err(away.into()),
    };
    match done {
        Err(error) => Err(context.access.explained(error).await),
        done => done,
    }
}

/// What is said where nobody does what is asked for.
const NO_DAEMON: &str =
    "note: no daemon is running on this database, so nothing happens until you start one: cartum-roapp run";

/// What a command works with.
#[derive(Debug)]
pub struct Context {
    /// The way to the database and its secrets.
    pub access: Access,
    /// The time.
    pub clock: Clock,
    /// Standard output.
    pub output: Output,
}

impl Context {
    /// Reads the settings and starts the log.
    fn load(config: Option<&Path>, log: LogTo, output: Output) -> anyhow::Result<Self> {
        let settings = Settings::load(config)?;
        telemetry::start(&settings.log, log)?;
        Ok(Self { access: Access::new(settings), clock: Clock::System, output })
    }

    /// Tells, after something was asked of the daemon, that none runs.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn tell_without_daemon(&self, pool: &PgPool) -> anyhow::Result<()> {
        if !is_daemon_running(pool).await? {
            self.output.paragraph(NO_DAEMON)?;
        }
        Ok(())
    }
}
