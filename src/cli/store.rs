//! `store`: Cartum stores. What is asked for here is done by the daemon.

use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use clap::Subcommand;

use super::{
    Context, Told, confirm, store_audit, store_edit, store_import, store_show,
    store_template::{self, Template},
    when,
};
use crate::{
    admin::{self, AdminError, AllowedPath, Draft, Fault, PasswordRule, Report, Resumed, called, find_store},
    db::{
        Database, notices,
        stores::{self, Store},
        subscriptions::{self, HookState},
    },
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Add a store from a file after testing it against the store and RO App; imports nothing yet
    Add {
        /// The store's settings, as TOML
        file: PathBuf,
        /// Allow an absolute path in `password_file`; its content is sent to the file's `site_url`
        #[arg(long)]
        allow_path: bool,
    },
    /// List stores
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show a store: state, import, notices and settings
    Show {
        /// The store
        name: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
        /// Print only the settings, as a store file that `store edit` takes
        #[arg(long, conflicts_with = "json")]
        toml: bool,
    },
    /// Test a store's saved settings against the store and RO App
    Check {
        /// The store
        name: String,
    },
    /// Read a store's whole window again and compare it, day by day, with what is on record, as happens every night
    Audit {
        /// The store
        name: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Import a store's orders, and keep it in sync from then on
    Import(store_import::Arguments),
    /// Pause a store until it is resumed
    Pause {
        /// The store
        name: String,
    },
    /// Resume a paused store and test its login at once
    Resume {
        /// The store
        name: String,
    },
    /// Print a complete store file for a shop: every setting, with the valid choices read from both sides
    Template(Template),
    /// Change a store's settings after testing them against the store and RO App; a password left out is kept
    Edit {
        /// The store
        name: String,
        /// A file with all settings, as `store show --toml` prints them; or single settings like `import_months=3`,
        /// `status_map.5=503`, `managers=[21,22]`, `due_in_days=` (unset), `password_file=-` (standard input)
        #[arg(required = true, value_name = "FILE|KEY=VALUE")]
        what: Vec<String>,
        /// Allow an absolute path in `password_file`; its content is sent to the file's `site_url`
        #[arg(long)]
        allow_path: bool,
    },
    /// Remove a store and erase its password; its work orders stay in RO App
    Remove {
        /// The store
        name: String,
        /// Skip the confirmation prompt
        #[arg(long)]
        yes: bool,
    },
}

impl Command {
    /// Whether it seals or opens a password or a key.
    fn needs_key(&self) -> bool {
        matches!(self, Self::Add { .. } | Self::Template(_) | Self::Edit { .. } | Self::Check { .. })
    }
}

pub(super) async fn run(command: Command, context: &Context) -> anyhow::Result<()> {
    if command.needs_key() {
        context.expect_key().await?;
    }
    let database = context.existing_database().await?;
    let done = match command {
        Command::Add { file, allow_path } => add(context, &database, &file, allowed(allow_path)).await,
        Command::List { json } => list(context, &database, json).await,
        Command::Show { name, toml: true, .. } => store_show::toml(context, &database, &name).await,
        Command::Show { name, json, .. } => store_show::show(context, &database, &name, json).await,
        Command::Check { name } => check(context, &database, &name).await,
        Command::Audit { name, json } => store_audit::audit(context, &database, &name, json).await,
        Command::Import(arguments) => store_import::import(context, &database, &arguments).await,
        Command::Pause { name } => pause(context, &database, &name).await,
        Command::Resume { name } => resume(context, &database, &name).await,
        Command::Template(command) => store_template::template(context, &database, &command).await,
        Command::Edit { name, what, allow_path } => {
            store_edit::edit(context, &database, &name, (&what, allowed(allow_path))).await
        }
        Command::Remove { name, yes } => remove(context, &database, &name, yes).await,
    };
    database.close().await;
    done
}

fn allowed(allow_path: bool) -> AllowedPath {
    if allow_path { AllowedPath::Absolute } else { AllowedPath::Beside }
}

async fn add(context: &Context, database: &Database, file: &Path, allowed: AllowedPath) -> anyhow::Result<()> {
    let file = Draft::read_allowing(file, PasswordRule::Needed, allowed)?;
    let (name, settings) = (file.settings.name.clone(), file.settings.clone());
    let (id, report) = context.setup(database).await?.add_store(file).await?;
    let store = stores::get(&database.pool, id).await?.ok_or_else(|| anyhow!("the store is gone"))?;
    let called = called(&database.pool, &store).await?;
    let output = &context.output;
    output.line(format_args!("added the store {name:?} as a draft; nothing is imported yet"))?;
    output.line(place(&settings, &report))?;
    warn(context, &report.warnings)?;
    output.line(format_args!("next: cartum-roapp store import {called}"))?;
    Ok(())
}

async fn list(context: &Context, database: &Database, json: bool) -> anyhow::Result<()> {
    let (all, odd) = stores::each(&database.pool, None).await?;
    let told = odd.into_iter().map(|odd| format!("{}: {}", odd.called, odd.error.with_cause())).collect::<Vec<_>>();
    if json {
        context.output.json(&all.iter().map(store_show::head_json).collect())?;
        return tell_odd(&told);
    }
    if all.is_empty() && told.is_empty() {
        context.output.line("no stores yet; add one with: cartum-roapp store add FILE.toml")?;
        return Ok(());
    }
    let rows: Vec<_> = all.iter().map(row).collect();
    context.output.table(["account", "store", "site", "state", "last success", "next poll", "reason"], &rows)?;
    context.tell_without_daemon(database).await?;
    tell_odd(&told)
}

/// What is wrong with stores whose rows cannot be read: they are in no list.
fn tell_odd(told: &[String]) -> anyhow::Result<()> {
    anyhow::ensure!(told.is_empty(), "stores that cannot be read: {}", told.join("; "));
    Ok(())
}

fn row(store: &Store) -> [String; 7] {
    let reason = if store.reason.is_empty() { &store.last_error } else { &store.reason };
    [
        store.account_name.clone(),
        store.settings.name.clone(),
        store.settings.site_url.clone(),
        store_show::state(store).to_owned(),
        store.last_success_at.map_or_else(|| "never".to_owned(), when),
        store_show::next_poll(store).map_or_else(|| "-".to_owned(), when),
        reason.clone(),
    ]
}

async fn check(context: &Context, database: &Database, name: &str) -> anyhow::Result<()> {
    let store = find_store(&database.pool, name).await?;
    let report = context.setup(database).await?.check_store(&store).await;
    // What only the daemon can tell, such as a time zone that orders contradict.
    let notices = notices::open(&database.pool, store.account, Some(store.id)).await?;
    let notices = || notices.iter().try_for_each(|notice| context.output.line(format_args!("notice: {}", notice.text)));
    if report.is_err() {
        notices()?;
    }
    let report = report.map_err(|error| told_of_check(&format!("the store {:?}", store.settings.name), error))?;
    context.output.line(format_args!("{:?} is OK: login, lists and settings all check out", store.settings.name))?;
    context.output.line(place(&store.settings, &report))?;
    warn(context, &report.warnings)?;
    Ok(notices()?)
}

async fn pause(context: &Context, database: &Database, name: &str) -> anyhow::Result<()> {
    let store = find_store(&database.pool, name).await?;
    let name = &store.settings.name;
    let done = admin::pause(&database.pool, &store).await?;
    if done {
        let called = called(&database.pool, &store).await?;
        let next = format_args!("paused the store {name:?}; go on with: cartum-roapp store resume {called}");
        context.output.line(next)?;
    } else {
        context.output.line(format_args!("the store {name:?} was paused already: {}", store.reason))?;
    }
    Ok(())
}

async fn resume(context: &Context, database: &Database, name: &str) -> anyhow::Result<()> {
    let store = find_store(&database.pool, name).await?;
    let name = &store.settings.name;
    let output = &context.output;
    match admin::resume(&database.pool, &store).await? {
        Resumed::Store => output.line(format_args!("the store {name:?} goes on"))?,
        Resumed::Account(reason) => output.line(format_args!(
            "nothing stops the store {name:?}, but its account {:?} waited ({reason}); it is tried at once",
            store.account_name
        ))?,
        Resumed::Nothing => {
            output.line(format_args!("nothing stops the store {name:?}; it is {}", store_show::state(&store)))?;
        }
    }
    context.tell_without_daemon(database).await
}

async fn remove(context: &Context, database: &Database, name: &str, yes: bool) -> anyhow::Result<()> {
    let store = find_store(&database.pool, name).await?;
    let name = &store.settings.name;
    let question =
        format!("Remove the store {name:?}? It stops, its password is erased, its work orders stay in RO App.");
    if !confirm(&question, yes)? {
        bail!("nothing was removed");
    }
    unsubscribe(context, database, &store).await?;
    admin::remove_store(&database.pool, &store).await?;
    context.output.line(format_args!(
        "removed the store {name:?}; its work orders stay in RO App, and adding the same shop again makes none of them twice"
    ))?;
    Ok(())
}

/// Ends the store's webhook while its password is known. A store that does not answer is removed nevertheless.
async fn unsubscribe(context: &Context, database: &Database, store: &Store) -> anyhow::Result<()> {
    let hook = subscriptions::of_store(&database.pool, store.id).await?;
    let Some(hook) = hook.filter(|hook| matches!(hook.state, HookState::Asked | HookState::Subscribed)) else {
        return Ok(());
    };
    let ended = match context.setup(database).await {
        Ok(setup) => setup.unsubscribe(store, &hook).await.map_err(anyhow::Error::from),
        Err(error) => Err(error),
    };
    let Err(error) = ended else { return Ok(()) };
    let (event, url) = (&hook.event, &hook.public_url);
    context.output.line(format_args!(
        "note: the store may keep a webhook ({error}); remove it in the store's admin: {event} to {url}/hooks/cartum/..."
    ))?;
    Ok(())
}

/// Where work orders go, by the names that RO App has for it.
pub(super) fn place(settings: &crate::domain::store::Settings, report: &Report) -> String {
    let locations = &report.account.locations;
    let location = locations.iter().find(|row| row.id == settings.location_id).map_or("", |row| row.name.as_str());
    let types = &report.account.order_types;
    let order_type = types.iter().find(|row| row.id == settings.order_type_id).map_or("", |row| row.name.as_str());
    format!("work orders go to {location:?} as {order_type:?}")
}

/// What a check found, without the word that nothing was saved: nothing was to be.
pub(super) fn told_of_check(what: &str, error: AdminError) -> anyhow::Error {
    let AdminError::Faults(faults) = error else { return error.into() };
    let head = format!("{what} does not work as it is set up:");
    Told { head, rows: faults.0.iter().map(ToString::to_string).collect() }.into()
}

/// Prints what a person should know though it is no fault.
pub(super) fn warn(context: &Context, warnings: &[Fault]) -> anyhow::Result<()> {
    for warning in warnings {
        context.output.line(format_args!("note: {warning}"))?;
    }
    Ok(())
}
