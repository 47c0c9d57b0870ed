//! Who changed which setting of an account or a store: noted with the change, and shown beside it.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::PgPool;

use super::{AdminError, as_pairs, settings_json};
use crate::{
    db::{changes, stores::Store},
    domain::{ids::AccountId, store::Settings},
};

pub use crate::db::changes::{Change as ChangeMade, Changed};

/// Changes that are shown.
const SHOWN: i64 = 100;

/// Who changes something.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum By {
    /// Somebody at a terminal of the machine.
    #[default]
    CommandLine,
    /// The user of this name, on a page.
    User(String),
}

impl By {
    pub(super) fn user(&self) -> Option<&str> {
        match self {
            Self::CommandLine => None,
            Self::User(name) => Some(name),
        }
    }
}

/// The latest changes of an account itself, or of a store of it, newest first.
///
/// # Errors
/// When the database fails.
pub async fn changes(pool: &PgPool, account: AccountId, store: Option<&Store>) -> Result<Vec<ChangeMade>, AdminError> {
    Ok(changes::latest(pool, account, store.map(|store| store.id), SHOWN).await?)
}

/// A secret that changed.
pub(super) fn secret(setting: &str) -> Changed {
    Changed { setting: setting.to_owned(), before: String::new(), after: String::new() }
}

/// A state that changed.
pub(super) fn state(before: &str, after: &str) -> Changed {
    Changed { setting: "state".to_owned(), before: before.to_owned(), after: after.to_owned() }
}

/// The settings that differ.
pub(super) fn differences(before: &Settings, after: &Settings) -> Vec<Changed> {
    let pairs = |settings| as_pairs(&settings_json("", settings)).into_iter().collect::<BTreeMap<_, _>>();
    let (before, after) = (pairs(before), pairs(after));
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let changed = |key: &String| Changed {
        setting: key.clone(),
        before: before.get(key).cloned().unwrap_or_default(),
        after: after.get(key).cloned().unwrap_or_default(),
    };
    keys.into_iter().map(changed).filter(|changed| changed.before != changed.after).collect()
}
