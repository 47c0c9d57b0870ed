//! `user`: who may use the pages.

use std::collections::BTreeSet;

use clap::{Args, Subcommand};
use sqlx::PgPool;

use super::{Context, Output, confirm, when};
use crate::{
    admin::{self, Invitation, UserRow, find_account, find_user, user_rows},
    domain::user::{Reach, Role},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Add a user and print a link that sets the password, valid once and for 24 hours
    Add(Add),
    /// Print a link that sets another password; the present one works until the link is used
    Reset {
        /// Name of the user
        name: String,
    },
    /// List users
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Remove a user and end the user's sessions
    Remove {
        /// Name of the user
        name: String,
        /// Skip the confirmation prompt
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// Name of the user, 1 to 64 characters
    name: String,
    /// What the user may do: `admin` = everything, `viewer` = look
    #[arg(long, default_value = "admin", value_parser = read_role)]
    role: Role,
    /// Name of an account that the user can reach; repeat it for several. Without it: all accounts
    #[arg(long = "account", value_name = "NAME")]
    accounts: Vec<String>,
}

fn read_role(word: &str) -> Result<Role, String> {
    Role::read(word).ok_or_else(|| "write admin or viewer".to_owned())
}

pub(super) async fn run(command: Command, context: &Context) -> anyhow::Result<()> {
    let makes = matches!(command, Command::Add(_));
    let access = &context.access;
    let database = if makes { access.database().await? } else { access.existing_database().await? };
    let pool = &database.pool;
    let done = match command {
        Command::Add(add) => add.run(context, pool).await,
        Command::Reset { name } => reset(context, pool, &name).await,
        Command::List { json } => list(&context.output, pool, json).await,
        Command::Remove { name, yes } => remove(&context.output, pool, &name, yes).await,
    };
    database.close().await;
    done
}

impl Add {
    async fn run(self, context: &Context, pool: &PgPool) -> anyhow::Result<()> {
        let mut accounts = BTreeSet::new();
        for name in &self.accounts {
            accounts.insert(find_account(pool, name).await?.id);
        }
        let reach = if accounts.is_empty() { Reach::Every } else { Reach::Accounts(accounts) };
        let invitation = admin::add_user(pool, &self.name, self.role, &reach).await?;
        context.output.line(format_args!("added the user {:?} ({})", self.name.trim(), self.role.word()))?;
        tell_link(context, &invitation)
    }
}

async fn reset(context: &Context, pool: &PgPool, name: &str) -> anyhow::Result<()> {
    let user = find_user(pool, name).await?;
    let invitation = admin::reset_user(pool, &user).await?;
    tell_link(context, &invitation)
}

/// The one place that shows the link.
fn tell_link(context: &Context, invitation: &Invitation) -> anyhow::Result<()> {
    let http = &context.access.settings.http;
    let url = invitation.url(&http.pages_url(http.listen));
    context.output.line("open this link to set the password; it works once, for 24 hours:")?;
    context.output.line(format_args!("  {}", url.expose()))?;
    Ok(())
}

async fn list(output: &Output, pool: &PgPool, json: bool) -> anyhow::Result<()> {
    let all = user_rows(pool).await?;
    if json {
        output.json(&all)?;
        return Ok(());
    }
    if all.is_empty() {
        output.line("no users yet; add one with: cartum-roapp user add NAME")?;
        return Ok(());
    }
    let rows: Vec<_> = all.iter().map(row).collect();
    output.table(["user", "role", "accounts", "password", "last seen"], &rows)?;
    Ok(())
}

fn row(user: &UserRow) -> [String; 5] {
    [
        user.name.clone(),
        user.role.to_owned(),
        user.accounts.as_ref().map_or_else(|| "all".to_owned(), |names| names.join(", ")),
        if user.has_password { "set" } else { "not set yet" }.to_owned(),
        user.seen_at.map_or_else(|| "never".to_owned(), when),
    ]
}

async fn remove(output: &Output, pool: &PgPool, name: &str, yes: bool) -> anyhow::Result<()> {
    let user = find_user(pool, name).await?;
    if !confirm(&format!("Remove the user {:?}?", user.name), yes)? {
        anyhow::bail!("nothing was removed");
    }
    admin::remove_user(pool, user.id).await?;
    output.line(format_args!("removed the user {:?}; the user's sessions have ended", user.name))?;
    Ok(())
}
