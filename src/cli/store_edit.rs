//! `store edit`: all settings from a file, or single ones.

use std::path::Path;

use anyhow::bail;
use sqlx::PgPool;

use super::{
    Context,
    store::{place, warn},
};
use crate::admin::{
    AllowedPath, Draft, Fault, Faults, PasswordRule, RemappedOrder, called, changed, find_store, get_store, is_change,
    read_secret_given, remapped_orders,
};
use crate::domain::ids::StoreId;

/// `what` is a file, or changes like `import_months=3`.
pub(super) async fn edit(
    context: &Context,
    pool: &PgPool,
    name: &str,
    (what, allowed): (&[String], AllowedPath),
) -> anyhow::Result<()> {
    let store = find_store(pool, name).await?;
    let draft = match what {
        [file] if !is_change(file) => Draft::read_allowing(Path::new(file), PasswordRule::MayStay, allowed)?,
        changes => {
            if let Some(word) = changes.iter().find(|word| !is_change(word)) {
                bail!("{word:?} is not a change; write key=value, or name one file with all settings");
            }
            // A password that is typed is no setting of a file.
            let (typed, changes): (Vec<_>, Vec<_>) =
                changes.iter().cloned().partition(|change| change == "password_file=-");
            let mut draft = changed(&store, &changes, (Path::new(""), allowed))?;
            if !typed.is_empty() {
                let read = read_secret_given(Path::new("-"));
                draft.password = Some(read.map_err(|problem| Faults::from(Fault::new("password_file", problem)))?);
            }
            draft
        }
    };
    let (name, settings) = (draft.settings.name.clone(), draft.settings.clone());
    let remapped = remapped_orders(pool, &store, &settings.status_map).await?;
    let report = context.access.admin(pool).await?.edit_store(&store, draft).await?;
    context.output.line(format_args!("saved the store {name:?}"))?;
    context.output.line(place(&settings, &report))?;
    warn(context, &report.warnings)?;
    tell_remapped(context, pool, store.id, &remapped).await
}

/// Orders that are named in one command.
const NAMED: usize = 50;

/// Open orders that differ from the new map stay as they are, unless somebody asks.
async fn tell_remapped(
    context: &Context,
    pool: &PgPool,
    store: StoreId,
    remapped: &[RemappedOrder],
) -> anyhow::Result<()> {
    let numbers: Vec<_> = remapped.iter().map(|order| order.number.to_string()).collect();
    let which = match numbers.len() {
        0 => return Ok(()),
        1 => "1 open order has another status in RO App than the new status_map leads to, and keeps it".to_owned(),
        count => {
            format!("{count} open orders have another status in RO App than the new status_map leads to, and keep it")
        }
    };
    let called = called(pool, &get_store(pool, store).await?).await?;
    let (named, more) = numbers.split_at(numbers.len().min(NAMED));
    let more = if more.is_empty() { String::new() } else { format!(" (and {} more)", more.len()) };
    let numbers = named.join(" ");
    context
        .output
        .line(format_args!("{which}; to compare again: cartum-roapp order resync {called} {numbers}{more}"))?;
    Ok(())
}
