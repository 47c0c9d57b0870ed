//! `account`: RO App accounts.

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args, Subcommand};
use sqlx::PgPool;

use super::{Context, account_lists, store::told_of_check, when};
use crate::{
    admin::{
        self, AccountChange, AccountRow, By, Fault, Faults, NewAccount, accounts, find_account, framed,
        quoted_for_shell,
    },
    domain::rate::Rate,
    secrets::Secret,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Add a RO App account after testing its API key
    Add(Add),
    /// Change an account's name, API key (same company), call rate or webhook secret
    Edit(Edit),
    /// List accounts
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Test an account's API key and read every list of valid choices
    Check {
        /// Name of the account
        name: String,
    },
    /// List the valid choices for a store's settings: locations, order types, statuses, employees and so on
    Lists {
        /// Name of the account
        name: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show the URL that RO App sends its webhooks to, secret included; created on first use
    Hook {
        /// Name of the account
        name: String,
    },
    /// Remove an account that has no stores, and erase its API key
    Remove {
        /// Name of the account
        name: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// Name of the account, 1 to 64 characters
    name: String,
    /// File with the API key (in RO App: Settings > API); `-` reads standard input
    #[arg(long, value_name = "FILE")]
    api_key_file: PathBuf,
    /// Base URL of the API
    #[arg(long, value_name = "URL", default_value = "https://api.roapp.io")]
    base_url: String,
    /// Calls per second to RO App: `auto`, or 0.1 to 1000; RO App allows 3, shared with other programs
    #[arg(long, value_name = "N", default_value_t = Rate::Auto, allow_negative_numbers = true)]
    calls_per_second: Rate,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("change").args(["rename", "api_key_file", "calls_per_second", "webhook_secret_file"]).required(true).multiple(true))]
pub(super) struct Edit {
    /// Name of the account
    name: String,
    /// Another name, 1 to 64 characters
    #[arg(long, value_name = "NAME")]
    rename: Option<String>,
    /// File with the new API key; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<PathBuf>,
    /// Calls per second to RO App: `auto`, or 0.1 to 1000
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    calls_per_second: Option<Rate>,
    /// File with the secret that RO App signs webhooks with, if it shows one
    #[arg(long, value_name = "FILE")]
    webhook_secret_file: Option<PathBuf>,
}

impl Command {
    /// Whether it seals or opens a key.
    fn needs_key(&self) -> bool {
        matches!(self, Self::Add(_) | Self::Edit(_) | Self::Check { .. } | Self::Lists { .. } | Self::Hook { .. })
    }
}

pub(super) async fn run(command: Command, context: &Context) -> anyhow::Result<()> {
    if command.needs_key() {
        context.access.expect_key().await?;
    }
    let makes = matches!(command, Command::Add(_));
    let access = &context.access;
    let database = if makes { access.database().await? } else { access.existing_database().await? };
    let pool = &database.pool;
    let done = match command {
        Command::Add(add) => add.run(context, pool).await,
        Command::Edit(edit) => edit.run(context, pool).await,
        Command::List { json } => list(context, pool, json).await,
        Command::Check { name } => check(context, pool, &name).await,
        Command::Lists { name, json } => account_lists::lists(context, pool, &name, json).await,
        Command::Hook { name } => hook(context, pool, &name).await,
        Command::Remove { name } => remove(context, pool, &name).await,
    };
    database.close().await;
    done
}

impl Add {
    async fn run(self, context: &Context, pool: &PgPool) -> anyhow::Result<()> {
        let Self { name, api_key_file, base_url, calls_per_second } = self;
        let api_key = read_key(&api_key_file)?;
        let new = NewAccount { name, base_url, api_key, rate: calls_per_second };
        let name = new.name.trim().to_owned();
        let report = context.access.admin(pool).await?.add_account(new).await?;
        let company = told(&report.company);
        context.output.line(format_args!("added the account {name:?}{company}, {} locations", report.locations))?;
        super::store::warn(context, &report.warnings)
    }
}

impl Edit {
    async fn run(self, context: &Context, pool: &PgPool) -> anyhow::Result<()> {
        let account = find_account(pool, &self.name).await?;
        let api_key = self.api_key_file.as_deref().map(read_key).transpose()?;
        let webhook_secret = self.webhook_secret_file.as_deref().map(read_webhook_secret).transpose()?;
        let name = self.rename.as_deref().map_or(account.name.as_str(), str::trim).to_owned();
        let change = AccountChange { name: self.rename, api_key, rate: self.calls_per_second, webhook_secret };
        context.access.admin(pool).await?.edit_account(&account, change).await?;
        context.output.line(format_args!("saved the account {name:?}"))?;
        Ok(())
    }
}

async fn list(context: &Context, pool: &PgPool, json: bool) -> anyhow::Result<()> {
    let all = accounts(pool).await?;
    if json {
        context.output.json(&all)?;
        return Ok(());
    }
    if all.is_empty() {
        context.output.line("no accounts yet; add one with: cartum-roapp account add NAME --api-key-file FILE")?;
        return Ok(());
    }
    let rows: Vec<_> = all.iter().map(row).collect();
    let heading = ["account", "state", "stores", "calls/s", "last answer", "API", "reason"];
    context.output.table(heading, &rows)?;
    Ok(())
}

async fn check(context: &Context, pool: &PgPool, name: &str) -> anyhow::Result<()> {
    let account = find_account(pool, name).await?;
    let report = context.access.admin(pool).await?.check_account(&account).await;
    let report = report.map_err(|error| told_of_check(&format!("the account {:?}", account.name), error))?;
    let company = told(&report.company);
    context
        .output
        .line(format_args!("account {:?} is OK{company}: key, company and lists all check out", account.name))?;
    Ok(())
}

/// The one place that shows the secret.
async fn hook(context: &Context, pool: &PgPool, name: &str) -> anyhow::Result<()> {
    let account = find_account(pool, name).await?;
    let hook = context.access.admin(pool).await?.account_hook(&account).await?;
    let public_url = &context.access.settings.http.public_url;
    let url = hook.url(public_url);
    let (name, output) = (&account.name, &context.output);
    output.line(format_args!("enter this in RO App under Settings > API > + Webhook, for the account {name:?}:"))?;
    output.line(format_args!("  URL     {}", url.expose()))?;
    output.line("  events  Order.Created, Order.Status.Changed, Order.Deleted")?;
    let edit = format!("cartum-roapp account edit {} --webhook-secret-file FILE", quoted_for_shell(name));
    if hook.has_signing_secret {
        output.line(format_args!("  secret  the one that you set; to change it: {edit}"))?;
    } else {
        output.line(format_args!(
            "  secret  the last part of the URL; if RO App shows a secret of its own, set it with: {edit}"
        ))?;
    }
    output.line("keep the URL secret: it works like a password")?;
    if public_url.is_empty() {
        output.line("note: http.public_url is not set; prefix the path with the address that leads to http.listen")?;
    }
    Ok(())
}

async fn remove(context: &Context, pool: &PgPool, name: &str) -> anyhow::Result<()> {
    let account = find_account(pool, name).await?;
    admin::remove_account(pool, &account, &By::CommandLine).await?;
    context.output.line(format_args!("removed the account {:?}; its API key is erased", account.name))?;
    Ok(())
}

fn read_key(file: &Path) -> Result<Secret, Faults> {
    admin::read_secret_given(file).map_err(|problem| Fault::new("api_key_file", problem).into())
}

fn read_webhook_secret(file: &Path) -> Result<Secret, Faults> {
    admin::read_secret_given(file).map_err(|problem| Fault::new("webhook_secret_file", problem).into())
}

fn told(company: &str) -> String {
    if company.is_empty() { String::new() } else { format!(" (company {company:?})") }
}

/// The calls a second, and whether they are found out.
fn rate(account: &AccountRow) -> String {
    let now = account.calls_per_second;
    if account.is_auto { format!("{now} (auto)") } else { now.to_string() }
}

fn row(account: &AccountRow) -> [String; 7] {
    let reason = account.reason.as_ref().or(account.last_error.as_ref());
    [
        account.name.clone(),
        account.state.to_owned(),
        account.stores.to_string(),
        rate(account),
        account.last_success_at.map_or_else(|| "never".to_owned(), when),
        account.base_url.clone(),
        framed("", reason, ""),
    ]
}
