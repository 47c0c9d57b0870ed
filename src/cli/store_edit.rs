//! `store edit`: all settings from a file, or single ones.

use std::path::Path;

use anyhow::bail;
use sqlx::PgPool;

use super::{
    Context,
    store::{place, warn},
};
use crate::admin::{
    AllowedPath, Draft, Fault, Faults, PasswordRule, changed, find_store, is_change, read_secret_given,
};

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
    let report = context.access.admin(pool).await?.edit_store(&store, draft).await?;
    context.output.line(format_args!("saved the store {name:?}"))?;
    context.output.line(place(&settings, &report))?;
    warn(context, &report.warnings)
}
