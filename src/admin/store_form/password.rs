//! Reads the password: from its own file, or from a field beside the other settings.

use std::path::Path;

use super::{PasswordRule, reader::Reader};
use crate::{
    admin::secret_file::{AllowedPath, read_password},
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
            reader.refuse("password_file", "a form cannot name files; put the password itself into password");
            None
        }
        (Some(_), Some(_), _) => {
            reader.refuse("password", "is given together with password_file; write only one of them");
            None
        }
        (None, None, _) if rule == PasswordRule::MayStay => None,
        (None, None, Source::Form) => {
            reader.refuse("password", "is missing");
            None
        }
        (None, None, Source::Files(..)) => {
            let example = "password_file = \"shop.password\", a file that holds nothing but the password";
            reader.refuse("password_file", format!("is missing; write it like {example}"));
            None
        }
        (None, Some(value), _) => {
            let text = reader.as_text("password", value)?;
            if text.is_empty() {
                reader.refuse("password", "is empty");
                return None;
            }
            Some(Secret::new(text.to_owned()))
        }
        (Some(value), None, Source::Files(folder, allowed)) => {
            let name = reader.as_text("password_file", value)?;
            if name.trim().is_empty() {
                reader.refuse("password_file", "is empty; name the file that holds the password");
                return None;
            }
            let read = read_password(folder, Path::new(name), allowed);
            read.map_err(|problem| reader.refuse("password_file", problem)).ok()
        }
    }
}
