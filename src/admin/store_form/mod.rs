//! Reads a store's settings (design section 5) from named fields, whether they come from a TOML file or a form. The fields are read
//! by hand, so that every fault is reported at once, each with its key and the fix, and both sources report the same.
//!
//! `field.rs` is what both sources produce: `file.rs` from TOML, `form.rs` from pairs of a name and a value; `changes.rs` changes
//! single settings that way. `keys.rs` knows every setting, `reader.rs` reads values from fields and records faults, `settings.rs`
//! reads the settings, `maps.rs` the tables, `site.rs` the site's URL, `password.rs` the password; `shown.rs` converts settings
//! back.

mod changes;
mod field;
mod file;
mod form;
mod keys;
mod maps;
mod password;
mod reader;
mod settings;
mod shown;
mod site;
#[cfg(test)]
mod tests;

use std::path::Path;

pub(super) use self::changes::changed_by;
pub use self::{
    changes::{changed, is_change},
    shown::settings_json,
    site::{Site, host_of, read_site},
};
use self::{field::Fields, form::Form, maps::placeholder, password::Source, reader::Reader};
use crate::{
    admin::secret_file::AllowedPath,
    check::{Fault, Faults},
    domain::store::Settings,
    secrets::Secret,
};

/// A store's settings as a person entered them, and the faults that show without asking either side. A placeholder replaces a value that
/// cannot be read, so that the others can be tested.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Name of the account; `None` if it cannot be read.
    pub account: Option<String>,
    /// The settings.
    pub settings: Settings,
    /// The password; `None` if it is left out or cannot be read.
    pub password: Option<Secret>,
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// What a person should know although it is not a fault.
    pub warnings: Vec<Fault>,
}

/// Whether there must be a password.
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

    /// The same, with the places where the `password_file` may be.
    ///
    /// # Errors
    /// When it cannot be read, or is not TOML.
    pub fn read_allowing(path: &Path, rule: PasswordRule, allowed: AllowedPath) -> Result<Self, Faults> {
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::parse(&file::read(path)?, Source::Files(folder, allowed), rule)
    }

    fn parse(text: &str, source: Source<'_>, rule: PasswordRule) -> Result<Self, Faults> {
        Ok(Self::from_fields(&file::fields(text)?, source, rule))
    }

    /// Reads a form: pairs of a name and a value, such as `status_map.5` and `506`; a list repeats its name for each entry. An empty
    /// field counts as left out.
    #[must_use]
    pub fn from_form<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>, rule: PasswordRule) -> Self {
        let form = Form::read(pairs);
        let mut draft = Self::from_fields(&form.fields, Source::Form, rule);
        draft.faults.splice(0..0, form.faults);
        draft
    }

    fn from_fields(fields: &Fields, source: Source<'_>, rule: PasswordRule) -> Self {
        let mut reader = Reader::new(fields);
        reader.refuse_unknown();
        let account = reader.text("account", 64, "main");
        let settings = settings::settings(&mut reader);
        let password = password::password(&mut reader, source, rule);
        let Reader { faults, warnings, .. } = reader;
        Self { account, settings, password, faults, warnings }
    }

    /// Whether there is a fault in this setting or in its table.
    #[must_use]
    pub fn has_fault_at(&self, key: &str) -> bool {
        self.faults.iter().any(|fault| fault.setting() == key)
    }
}
