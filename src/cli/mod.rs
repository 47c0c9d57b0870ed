//! The commands: one file for each group, no logic of their own.
//!
//! A command gets a [`Context`] (settings, log, and on demand database and keyring) and prints through [`Output`].

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::{Parser, Subcommand};

use crate::{
    clients::Clients,
    clock::Clock,
    config::Settings,
    db::{self, Database, accounts},
    secrets::{Keyring, SecretsError},
    setup::Setup,
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
mod order_find;
mod order_show;
mod output;
mod run;
mod sandbox;
mod secrets;
mod store;
mod store_audit;
mod store_edit;
mod store_import;
mod store_show;
mod store_template;

pub use output::{Output, Told, confirm, explain, filled, moment, when};

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "cartum-roapp", version, about, max_term_width = 80)]
pub struct Cli {
    /// The file with the settings; a variable `CARTUM_ROAPP__SECTION__KEY` wins over it
    #[arg(long, global = true, env = "CARTUM_ROAPP_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the daemon: brings the orders of every store to RO App and keeps them in step
    Run(run::Arguments),
    /// Asks the daemon on this machine, at `http.listen`, whether it is ready; for health checks
    Health,
    /// Looks at the settings
    #[command(subcommand)]
    Config(config::Command),
    /// Brings the database to the schema of this program; every command that uses the database does so first
    Migrate,
    /// Makes the key that seals passwords and API keys
    #[command(subcommand)]
    Secrets(secrets::Command),
    /// Sets up RO App accounts
    #[command(subcommand)]
    Account(account::Command),
    /// Sets up Cartum stores; a store is named by its name, or by ACCOUNT/NAME where several are called the same
    #[command(subcommand)]
    Store(store::Command),
    /// Reads a store now instead of at its next poll
    Sync(ask::Sync),
    /// Shows store orders and what became of them, and has them tried again
    #[command(subcommand)]
    Order(order::Command),
    /// Shows it all at work on this machine: a shop, a RO App and the daemon, gone again after Ctrl-C
    Demo(demo::Arguments),
    /// Runs a Cartum store and a RO App on this machine, to try things out
    Sandbox(sandbox::Arguments),
    /// Runs a command with `DATABASE_URL` set to the embedded database, for developers
    EmbeddedShell(embedded::Shell),
    #[command(name = crate::embedded::KEEPER_COMMAND, hide = true)]
    EmbeddedKeeper(embedded::Keeper),
}

/// Runs what the command line asks for.
///
/// # Errors
///
/// With what went wrong, where, and the mend.
pub async fn run(cli: Cli) -> anyhow::Result<()> {
    let (file, output) = (cli.config.as_deref(), Output::stdout());
    match cli.command {
        Command::Config(command) => config::run(&command, file, &output),
        Command::Secrets(command) => secrets::run(&command, &output),
        Command::Account(command) => account::run(command, &Context::load(file, LogTo::Stderr, output)?).await,
        Command::Store(command) => store::run(command, &Context::load(file, LogTo::Stderr, output)?).await,
        Command::Sync(command) => ask::sync(&command, &Context::load(file, LogTo::Stderr, output)?).await,
        Command::Order(command) => order::run(command, &Context::load(file, LogTo::Stderr, output)?).await,
        Command::Health => health::run(&Context::load(file, LogTo::Stderr, output)?).await,
        Command::EmbeddedKeeper(keeper) => keeper.run().await,
        Command::Run(arguments) => run::run(&arguments, Context::load(file, LogTo::Stdout, output)?).await,
        Command::Demo(arguments) => demo::run(&arguments, file, &output).await,
        Command::Sandbox(arguments) => sandbox::run(&arguments, &output).await,
        Command::Migrate => migrate::run(&Context::load(file, LogTo::Stderr, output)?).await,
        Command::EmbeddedShell(shell) => shell.run(&Context::load(file, LogTo::Stderr, output)?).await,
    }
}

/// What a command works with.
#[derive(Debug)]
pub struct Context {
    /// The settings.
    pub settings: Settings,
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
        Ok(Self { settings, clock: Clock::System, output })
    }

    /// The database, migrated. It is waited for if it is away.
    ///
    /// # Errors
    ///
    /// When it cannot be used.
    pub async fn database(&self) -> anyhow::Result<Database> {
        Ok(db::connect(&self.settings).await?)
    }

    /// Refuses a key that is missing, before a database that is away is waited for.
    ///
    /// # Errors
    ///
    /// When somebody has to make a key first.
    pub fn expect_key(&self) -> anyhow::Result<()> {
        Ok(Keyring::expect(&self.settings)?)
    }

    /// The key that seals secrets. One is made only for a database that holds none.
    ///
    /// # Errors
    ///
    /// When there is none, or it is lost.
    pub async fn keyring(&self, database: &Database) -> anyhow::Result<Keyring> {
        if let Some(path) = Keyring::unmade(&self.settings)
            && accounts::holds_secrets(&database.pool).await?
        {
            return Err(SecretsError::Lost(path).into());
        }
        Ok(Keyring::load(&self.settings)?)
    }

    /// What setting up works with.
    ///
    /// # Errors
    ///
    /// When there is no key, or TLS cannot be set up.
    pub async fn setup(&self, database: &Database) -> anyhow::Result<Setup> {
        let clients = Clients::new(&self.settings)?;
        Ok(Setup { pool: database.pool.clone(), keyring: Arc::new(self.keyring(database).await?), clients })
    }
}
