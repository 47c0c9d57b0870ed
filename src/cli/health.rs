//! `health`: whether the daemon on this machine is ready; for a container's health check.

use super::Context;
use crate::web;

pub(super) async fn run(context: &Context) -> anyhow::Result<()> {
    web::ask_ready(context.access.settings.http.listen).await?;
    context.output.line("ready")?;
    Ok(())
}
