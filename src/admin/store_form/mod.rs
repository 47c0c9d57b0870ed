//! A store's settings as a TOML file (design section 5), read by hand so that every fault comes in one answer, each with its
//! key and the fix.
//!
//! `reader.rs` takes values out of a table and notes what is wrong with them, `fields.rs` reads the settings, `maps.rs` the
//! tables, `site.rs` the address, `password.rs` the password.

mod changes;
mod fields;
mod maps;
mod password;
mod reader;
mod shown;
mod site;
#[cfg(test)]
mod tests;

use std::{fs::File, io::Read, path::Path};

use toml::Table;

use self::reader::Reader;
pub use self::{
    changes::{changed, is_change},
    shown::settings_json,
    site::{Site, host_of, read_site},
};
use self::{maps::placeholder, reader::KEYS};
use crate::{
    admin::secret_file::AllowedPath,
    check::{Fault, Faults},
    domain::store::Settings,
    secrets::Secret,
    text_file,
};

/// A file is read up to this size, 1 MiB; a store's is under 4 KiB.
const MAX_FILE: u64 = 1 << 20;

/// What a store file says, and what is wrong in it, as far as a file alone can tell. Where a value cannot be read, another stands in, so
/// that the others can be tried.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Name of the account; `None` where it cannot be read.
    pub account: Option<String>,
    /// The settings.
    pub settings: Settings,
    /// The password; `None` where it is left out or cannot be read.
    pub password: Option<Secret>,
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// What a person should know though it is no fault.
    pub warnings: Vec<Fault>,
}

/// Whether a store file must have a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordRule {
    /// A new store.
    Needed,
    /// A store that has one saved.
    MayStay,
}

impl Draft {
    /// Reads a file. A `password_file` in it is relative to its folder.
    ///
    /// # Errors
    /// When it cannot be read, or is not TOML.
    pub fn read(path: &Path, rule: PasswordRule) -> Result<Self, Faults> {
        Self::read_allowing(path, rule, AllowedPath::Beside)
    }

    /// The same, where a person agreed to where the `password_file` may be.
    ///
    /// # Errors
    /// When it cannot be read, or is not TOML.
    pub fn read_allowing(path: &Path, rule: PasswordRule, allowed: AllowedPath) -> Result<Self, Faults> {
        let unreadable = |what: String| Faults::from(Fault::new("", format!("cannot read {}: {what}", path.display())));
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(|error| unreadable(error.to_string()))?;
        file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|error| unreadable(error.to_string()))?;
        if bytes.len() as u64 > MAX_FILE {
            return Err(unreadable("it is larger than 1 MiB and no store file".to_owned()));
        }
        let text = text_file::decode(bytes).map_err(|what| unreadable(format!("it {what}")))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::parse(&text, (folder, allowed), rule)
    }

    fn parse(text: &str, folder: (&Path, AllowedPath), rule: PasswordRule) -> Result<Self, Faults> {
        let table: Table = toml::from_str(text).map_err(|error| syntax_fault(text, &error))?;
        Ok(Self::from_table(&table, folder, rule))
    }

    /// Reads a table. A `password_file` in it is relative to this folder.
    pub(super) fn from_table(table: &Table, folder: (&Path, AllowedPath), rule: PasswordRule) -> Self {
        let mut reader = Reader::new(table);
        reader.refuse_unknown();
        let account = reader.text("account", 64, "main");
        let settings = fields::settings(&mut reader);
        let password = password::password(&mut reader, folder, rule);
        let Reader { faults, warnings, .. } = reader;
        Self { account, settings, password, faults, warnings }
    }

    /// Something is wrong with this setting, or within its table.
    #[must_use]
    pub fn has_fault_at(&self, key: &str) -> bool {
        self.faults.iter().any(|fault| fault.setting() == key)
    }
}

/// Names the line, never its content: it could hold the password.
fn syntax_fault(text: &str, error: &toml::de::Error) -> Faults {
    let start = error.span().map_or(0, |span| span.start).min(text.len());
    let before = text.get(..start).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let message = error.message().lines().collect::<Vec<_>>().join(", ");
    let hint = "put text in quotes, and use each key only once";
    Faults::from(Fault::new("", format!("line {line} is not TOML ({message}); {hint}")))
}
