//! `order client`: which client an order's buyer is; a person confirms the one that was found, or chooses another.

use clap::Args;
use sqlx::PgPool;

use super::Context;
use crate::{
    admin::{ClientChoices, ClientRow, find_store},
    domain::ids::{OrderNumber, PersonId},
};

/// Shows who the buyer of an order may be in RO App, or decides it
#[derive(Debug, Args)]
pub(super) struct Client {
    /// Name of the store
    store: String,
    /// The store's order number
    number: i64,
    /// The client that was found is right: it needs no check any more
    #[arg(long)]
    confirm: bool,
    /// It is the client with this id: the work order is given to it, and later orders of this buyer follow
    #[arg(long, value_name = "ID", conflicts_with = "confirm")]
    choose: Option<i64>,
    /// Print JSON
    #[arg(long, conflicts_with_all = ["confirm", "choose"])]
    json: bool,
}

/// `order client`.
pub(super) async fn client(command: &Client, context: &Context, pool: &PgPool) -> anyhow::Result<()> {
    let store = find_store(pool, &command.store).await?;
    let (number, output) = (OrderNumber::new(command.number), &context.output);
    let admin = context.access.admin(pool).await?;
    if command.confirm {
        admin.confirm_client(&store, number).await?;
        output.line(format_args!("the client of order {number} is confirmed"))?;
        return Ok(());
    }
    if let Some(id) = command.choose {
        admin.choose_client(&store, number, PersonId::new(id)).await?;
        output.line(format_args!("queued: the daemon gives the work order of {number} to client {id}"))?;
        return context.tell_without_daemon(pool).await;
    }
    let choices = admin.client_choices(&store, number).await?;
    if command.json {
        return Ok(output.json(&choices)?);
    }
    let ClientChoices { linked, candidates } = choices;
    if candidates.is_empty() {
        output.line("RO App has nobody with the buyer's phone or e-mail")?;
        return Ok(());
    }
    let row = |client: &ClientRow| {
        let is_linked = if linked == Some(client.id) { "linked" } else { "-" };
        let (name, phones, email) = (client.name.clone(), client.phones.join(", "), client.email.clone());
        [client.id.to_string(), name, phones, email, is_linked.to_owned()]
    };
    let rows: Vec<_> = candidates.iter().map(row).collect();
    Ok(output.table(["client", "name", "phones", "e-mail", "linked"], &rows)?)
}
