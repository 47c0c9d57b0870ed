//! The password: in a file of its own, or in the store file.

use std::path::Path;

use super::{PasswordRule, reader::Reader};
use crate::{
    admin::secret_file::{AllowedPath, read_password},
    secrets::Secret,
};

/// The password, from exactly one of `password_file` and `password`. No message repeats any of it.
pub(super) fn password(
    reader: &mut Reader<'_>,
    (folder, allowed): (&Path, AllowedPath),
    rule: PasswordRule,
) -> Option<Secret> {
    match (reader.optional("password_file"), reader.optional("password")) {
        (Some(_), Some(_)) => {
            reader.refuse("password", "stands next to password_file; write one of both");
            None
        }
        (None, None) if rule == PasswordRule::MayStay => None,
        (None, None) => {
            let example = "password_file = \"shop.password\", a file that holds nothing but the password";
            reader.refuse("password_file", format!("is missing; write for example {example}"));
            None
        }
        (None, Some(value)) => {
            let text = reader.as_text("password", value)?;
            if text.is_empty() {
                reader.refuse("password", "is empty");
                return None;
            }
            Some(Secret::new(text.to_owned()))
        }
        (Some(value), None) => {
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
