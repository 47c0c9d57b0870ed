//! `store`: Cartum stores. The daemon carries out what is requested here.

use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Subcommand;
use sqlx::PgPool;

use super::{
    Context, Told, confirm, store_audit, store_edit, store_import, store_rehearse, store_show,
    store_template::{self, Template},
    when,
};
use crate::{
    admin::{
        self, AdminError, AllowedPath, By, Draft, Fault, PasswordRule, Report, Resumed, Store, StoreRow, Stores,
        called, find_store, framed, get_store, notices, standing_subscription, stores,
    },
    domain::said::Said,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Add a store from a file after testing it against the store and RO App; imports nothing yet
    Add {
        /// Store file: the settings, as TOML
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
        /// Name of the store
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
        /// Name of the store
        name: String,
    },
    /// Read a store's whole import window again and compare it day by day with what is on record, as is done every night
    Audit {
        /// Name of the store
        name: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Find out what the import of a store would do; nothing is written to either side
    Rehearse {
        /// Name of the store
        name: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// List the orders that RO App may have already without our marker, or decide about them: link, skip or create
    Doubles(store_rehearse::Doubles),
    /// Import a store's orders, and keep it in sync from then on
    Import(store_import::Arguments),
    /// Pause a store until it is resumed
    Pause {
        /// Name of the store
        name: String,
    },
    /// Resume a paused store and test its login at once
    Resume {
        /// Name of the store
        name: String,
    },
    /// Print a complete store file for a shop: every setting, with the valid choices read from both sides
    Template(Template),
    /// Change a store's settings after testing them against the store and RO App; a password left out is kept
    Edit {
        /// Name of the store
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
        /// Name of the store
        name: String,
        /// Skip the confirmation prompt
        #[arg(long)]
        yes: bool,
    },
}

impl Command {
    /// Whether it seals or opens a password or a key.
    fn needs_key(&self) -> bool {
        matches!(
            self,
            Self::Add { .. } | Self::Template(_) | Self::Edit { .. } | Self::Check { .. } | Self::Rehearse { .. }
        )
    }
}

pub(super) async fn run(command: Command, context: &Context) -> anyhow::Result<()> {
    if command.needs_key() {
        context.access.expect_key().await?;
    }
    let database = context.access.existing_database().await?;
    let pool = &database.pool;
    let done = match command {
        Command::Add { file, allow_path } => add(context, pool, &file, allowed(allow_path)).await,
        Command::List { json } => list(context, pool, json).await,
        Command::Show { name, toml: true, .. } => store_show::toml(context, pool, &name).await,
        Command::Show { name, json, .. } => store_show::show(context, pool, &name, json).await,
        Command::Check { name } => check(context, pool, &name).await,
        Command::Audit { name, json } => store_audit::audit(context, pool, &name, json).await,
        Command::Rehearse { name, json } => store_rehearse::rehearse(context, pool, &name, json).await,
        Command::Doubles(command) => store_rehearse::doubles(context, pool, &command).await,
        Command::Import(arguments) => store_import::import(context, pool, &arguments).await,
        Command::Pause { name } => pause(context, pool, &name).await,
        Command::Resume { name } => resume(context, pool, &name).await,
        Command::Template(command) => store_template::template(context, pool, &command).await,
        Command::Edit { name, what, allow_path } => {
            store_edit::edit(context, pool, &name, (&what, allowed(allow_path))).await
        }
        Command::Remove { name, yes } => remove(context, pool, &name, yes).await,
    };
    database.close().await;
    done
}

fn allowed(allow_path: bool) -> AllowedPath {
    if allow_path { AllowedPath::Absolute } else { AllowedPath::Beside }
}

async fn add(context: &Context, pool: &PgPool, file: &Path, allowed: AllowedPath) -> anyhow::Result<()> {
    let file = Draft::read_allowing(file, PasswordRule::Needed, allowed)?;
    let (name, settings) = (file.settings.name.clone(), file.settings.clone());
    let (id, report) = context.access.admin(pool).await?.add_store(file).await?;
    let called = called(pool, &get_store(pool, id).await?).await?;
    let output = &context.output;
    output.line(format_args!("added the store {name:?} as a draft; nothing is imported yet"))?;
    output.line(place(&settings, &report))?;
    warn(context, &report.warnings)?;
    output.line(format_args!("next: cartum-roapp store import {called}"))?;
    Ok(())
}

async fn list(context: &Context, pool: &PgPool, json: bool) -> anyhow::Result<()> {
    let Stores { rows, unreadable } = stores(pool).await?;
    if json {
        context.output.json(&rows)?;
        return tell_unreadable(&unreadable);
    }
    if rows.is_empty() && unreadable.is_empty() {
        context.output.line("no stores yet; add one with: cartum-roapp store add FILE.toml")?;
        return Ok(());
    }
    let rows: Vec<_> = rows.iter().map(row).collect();
    context.output.table(["account", "store", "site", "state", "last success", "next poll", "reason"], &rows)?;
    context.tell_without_daemon(pool).await?;
    tell_unreadable(&unreadable)
}

/// What is wrong with stores whose rows cannot be read: they are in no list.
fn tell_unreadable(told: &[Said]) -> anyhow::Result<()> {
    let told: Vec<_> = told.iter().map(ToString::to_string).collect();
    anyhow::ensure!(told.is_empty(), "stores that cannot be read: {}", told.join("; "));
    Ok(())
}

fn row(store: &StoreRow) -> [String; 7] {
    let reason = store.reason.as_ref().or(store.last_error.as_ref());
    [
        store.account.clone(),
        store.name.clone(),
        store.site_url.clone(),
        store.state_or_off().to_owned(),
        store.last_success_at.map_or_else(|| "never".to_owned(), when),
        store.next_poll_at.map_or_else(|| "-".to_owned(), when),
        framed("", reason, ""),
    ]
}

async fn check(context: &Context, pool: &PgPool, name: &str) -> anyhow::Result<()> {
    let store = find_store(pool, name).await?;
    let report = context.access.admin(pool).await?.check_store(&store).await;
    // What only the daemon can tell, such as a time zone that orders contradict.
    let notices = notices(pool, &store).await?;
    let notices = || notices.iter().try_for_each(|notice| context.output.line(format_args!("notice: {}", notice.what)));
    if report.is_err() {
        notices()?;
    }
    let report = report.map_err(|error| told_of_check(&format!("the store {:?}", store.settings.name), error))?;
    context.output.line(format_args!("{:?} is OK: login, lists and settings all check out", store.settings.name))?;
    context.output.line(place(&store.settings, &report))?;
    warn(context, &report.warnings)?;
    Ok(notices()?)
}

async fn pause(context: &Context, pool: &PgPool, name: &str) -> anyhow::Result<()> {
    let store = find_store(pool, name).await?;
    let name = &store.settings.name;
    let done = admin::pause(pool, &store, &By::CommandLine).await?;
    if done {
        let called = called(pool, &store).await?;
        let next = format_args!("paused the store {name:?}; resume it with: cartum-roapp store resume {called}");
        context.output.line(next)?;
    } else {
        context
            .output
            .line(format_args!("the store {name:?} is already paused{}", framed(": ", store.reason.as_ref(), "")))?;
    }
    Ok(())
}

async fn resume(context: &Context, pool: &PgPool, name: &str) -> anyhow::Result<()> {
    let store = find_store(pool, name).await?;
    let name = &store.settings.name;
    let output = &context.output;
    match admin::resume(pool, &store, &By::CommandLine).await? {
        Resumed::Store => output.line(format_args!("resumed the store {name:?}"))?,
        Resumed::Account(reason) => output.line(format_args!(
            "the store {name:?} is not paused, but its account {:?} was waiting{}; the account is retried at once",
            store.account_name,
            framed(" (", reason.as_ref(), ")")
        ))?,
        Resumed::Nothing => {
            let state = if store.settings.enabled { store.state.word() } else { "off" };
            output.line(format_args!("the store {name:?} is not paused; it is {state}"))?;
        }
    }
    context.tell_without_daemon(pool).await
}

async fn remove(context: &Context, pool: &PgPool, name: &str, yes: bool) -> anyhow::Result<()> {
    let store = find_store(pool, name).await?;
    let name = &store.settings.name;
    let question = format!(
        "Remove the store {name:?}? It stops syncing and its password is erased; its work orders stay in RO App."
    );
    if !confirm(&question, yes)? {
        bail!("nothing was removed");
    }
    unsubscribe(context, pool, &store).await?;
    admin::remove_store(pool, &store, &By::CommandLine).await?;
    context.output.line(format_args!(
        "removed the store {name:?}; its work orders stay in RO App, and adding the same shop again duplicates none of them"
    ))?;
    Ok(())
}

/// Ends the store's webhook while its password is known. A store that does not answer is removed nevertheless.
async fn unsubscribe(context: &Context, pool: &PgPool, store: &Store) -> anyhow::Result<()> {
    let Some(hook) = standing_subscription(pool, store).await? else { return Ok(()) };
    let ended = match context.access.admin(pool).await {
        Ok(admin) => admin.unsubscribe(store, &hook).await.map_err(anyhow::Error::from),
        Err(error) => Err(error.into()),
    };
    let Err(error) = ended else { return Ok(()) };
    let (event, url) = (&hook.event, &hook.public_url);
    context.output.line(format_args!(
        "note: the store may still have a webhook ({error}); remove it in the store's admin: {event} to {url}/hooks/cartum/..."
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
    let head = format!("{what} does not work as set up:");
    Told { head, rows: faults.0.iter().map(ToString::to_string).collect() }.into()
}

/// Prints what a person should know though it is no fault.
pub(super) fn warn(context: &Context, warnings: &[Fault]) -> anyhow::Result<()> {
    for warning in warnings {
        context.output.line(format_args!("note: {warning}"))?;
    }
    Ok(())
}
