//! Reads the password: from its own file, or from a field beside the other settings.

use std::path::Path;

use super::{PasswordRule, reader::Reader};
use crate::{
    admin::secret_file::{AllowedPath, read_password},
    domain::said::Said,
    secrets::Secret,
};

/// Where a password comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source<'a> {
    /// A file in this folder, or the settings themselves.
    Files(&'a Path, AllowedPath),
    /// The settings alone: who fills in a form must not have files of this machine read.
    Form,
}

/// The password, from exactly one of `password_file` and `password`. No message repeats any of it.
pub(super) fn password(reader: &mut Reader<'_>, source: Source<'_>, rule: PasswordRule) -> Option<Secret> {
    match (reader.optional("password_file"), reader.optional("password"), source) {
        (Some(_), _, Source::Form) => {
            reader.refuse("password_file", Said::new("password-file-in-form"));
            None
        }
        (Some(_), Some(_), _) => {
            reader.refuse("password", Said::new("password-twice"));
            None
        }
        (None, None, _) if rule == PasswordRule::MayStay => None,
        (None, None, Source::Form) => {
            reader.refuse("password", Said::new("is-missing"));
            None
        }
        (None, None, Source::Files(..)) => {
            reader.refuse("password_file", Said::new("password-file-missing"));
            None
        }
        (None, Some(value), _) => {
            let text = reader.as_text("password", value)?;
            if text.is_empty() {
                reader.refuse("password", Said::new("is-empty"));
                return None;
            }
            Some(Secret::new(text.to_owned()))
        }
        (Some(value), None, Source::Files(folder, allowed)) => {
            let name = reader.as_text("password_file", value)?;
            if name.trim().is_empty() {
                reader.refuse("password_file", Said::new("password-file-unnamed"));
                return None;
            }
            let read = read_password(folder, Path::new(name), allowed);
            read.map_err(|problem| reader.refuse("password_file", problem)).ok()
        }
    }
}
