//! `migrate`: the database's schema.

use super::Context;

pub(super) async fn run(context: &Context) -> anyhow::Result<()> {
    let database = context.access.database().await?;
    context.output.line("the database is up to date")?;
    database.close().await;
    Ok(())
}
