//! `secrets`: the key file.

use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Subcommand;

use super::{Context, Output, confirm};
use crate::{
    admin::{give_up_key, sealed_by},
    secrets::Keyring,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create a key file that only its owner can read; never overwrites an existing file
    NewKey {
        /// File to create; name it in `secrets.key_file`
        file: PathBuf,
    },
    /// Erase the secrets encrypted with a key that is lost for good, so that they can be entered again
    GiveUp {
        /// ID of the lost key, as named in the error
        key_id: String,
        /// Skip the confirmation prompt
        #[arg(long)]
        yes: bool,
    },
}

pub(super) fn new_key(file: &Path, output: &Output) -> anyhow::Result<()> {
    let keyring = Keyring::make(file)?;
    output.line(format_args!(
        "created key {} in {}; keep a copy of it apart from the database's backups",
        keyring.key_id(),
        file.display()
    ))?;
    Ok(())
}

pub(super) async fn give_up(key_id: &str, yes: bool, context: &Context) -> anyhow::Result<()> {
    let at_hand = Keyring::path(&context.access.settings).filter(|path| path.exists());
    if let Some(path) = at_hand
        && Keyring::read(&path)?.key_id() == key_id
    {
        bail!("key {key_id} is not lost: it is in {}; nothing was erased", path.display());
    }
    let database = context.access.existing_database().await?;
    let done = async {
        let sealed = sealed_by(&database.pool).await?;
        if !sealed.key_ids().any(|known| known == key_id) {
            let what =
                if sealed.count() == 0 { "no secrets".to_owned() } else { format!("secrets encrypted with {sealed}") };
            bail!("no secret is encrypted with key {key_id}; the database holds {what}");
        }
        let question = format!(
            "Erase the secrets encrypted with key {key_id}? Each API key and password must then be entered again."
        );
        if !confirm(&question, yes)? {
            bail!("nothing was erased");
        }
        let erased = give_up_key(&database.pool, key_id).await?;
        context.output.line(format_args!(
            "erased {erased} secrets; links and orders stay. Next: `account edit NAME --api-key-file FILE` for each account, then \
             `store edit NAME FILE.toml` with a password for each store"
        ))?;
        Ok(())
    };
    let done = done.await;
    database.close().await;
    done
}
