//! Reads settings from a TOML file.

use std::{fs::File, io::Read, path::Path};

use toml::Table;

use super::{
    field::{Fields, of_toml},
    keys::{Takes, takes},
};
use crate::{
    admin::secret_file::cannot_read,
    check::{Fault, Faults},
    domain::said::{Said, Value},
    text_file,
};

/// A file is read up to this size, 1 MiB; a store's is under 4 KiB.
const MAX_FILE: u64 = 1 << 20;

/// The text of a file.
pub(super) fn read(path: &Path) -> Result<String, Faults> {
    let shown = path.display().to_string();
    let unreadable = |why: Value| Faults::from(Fault::new("", cannot_read(&shown, why)));
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| unreadable(error.to_string().into()))?;
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|error| unreadable(error.to_string().into()))?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(unreadable(Said::new("store-file-too-large").into()));
    }
    text_file::decode(bytes).map_err(|what| unreadable(Said::new("it-is").with("what", Said::from(what)).into()))
}

/// The fields of a file. What is not TOML is told by its line.
pub(super) fn fields(text: &str) -> Result<Fields, Fault> {
    let table: Table = toml::from_str(text).map_err(|error| syntax_fault(text, &error))?;
    Ok(of_toml(table))
}

/// Names the line, and the setting that is there twice; never a value: it could be the password.
fn syntax_fault(text: &str, error: &toml::de::Error) -> Fault {
    let start = error.span().map_or(0, |span| span.start).min(text.len());
    let before = text.get(..start).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let message = error.message().lines().collect::<Vec<_>>().join(", ");
    let doubled = error.message().starts_with("duplicate key").then(|| key_at(text, start)).flatten();
    Fault::new(doubled.unwrap_or_default(), Said::new("not-toml").with("line", line).with("error", message))
}

/// The key of the setting that begins here, with its table's.
fn key_at(text: &str, start: usize) -> Option<String> {
    let (before, after) = text.split_at_checked(start)?;
    let key: String = after.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    let heading = before.lines().rev().find_map(|line| line.trim().strip_prefix('[')?.strip_suffix(']'));
    match heading {
        Some(table) => matches!(takes(table), Some(Takes::Table(_))).then(|| format!("{table}.{key}")),
        None => takes(&key).map(|_| key),
    }
}
