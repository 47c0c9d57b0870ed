//! `store template`: a complete store file for a shop, with all valid choices.

use std::path::{Path, PathBuf};

use clap::Args;
use sqlx::PgPool;

use super::Context;
use crate::admin::{Fault, Faults, Reached, find_account, read_secret_given};

/// How the shop is reached
#[derive(Debug, Args)]
pub(super) struct Template {
    /// Name of the RO App account that the orders go to
    account: String,
    /// The shop's URL
    url: String,
    /// Cartum user name, not an e-mail address
    #[arg(long, value_name = "NAME")]
    login: String,
    /// File with the password; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    password_file: PathBuf,
}

/// Prints the file.
pub(super) async fn template(context: &Context, pool: &PgPool, command: &Template) -> anyhow::Result<()> {
    let account = find_account(pool, &command.account).await?;
    let given = &command.password_file;
    let password = read_secret_given(given).map_err(|problem| Faults::from(Fault::new("password_file", problem)))?;
    let is_typed = given == Path::new("-");
    let named = if is_typed { "shop.password".to_owned() } else { given.display().to_string() };
    let reached = Reached { site_url: &command.url, login: &command.login, password, password_file: named };
    let text = context.access.admin(pool).await?.template(&account, reached).await?;
    Ok(context.output.verbatim(&text)?)
}
