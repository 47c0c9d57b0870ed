//! How stores and accounts are named in the commands that a person is told to run next: quoted for a shell, and unambiguous.

use std::fmt::Write as _;

use sqlx::PgPool;

use super::AdminError;
use crate::{
    db::stores::{self, Store},
    domain::plain::plain,
};

/// The store's name as the next command takes it: its name if that is enough, else `ACCOUNT/NAME`; quoted for a shell.
///
/// # Errors
/// When the database fails.
pub async fn called(pool: &PgPool, store: &Store) -> Result<String, AdminError> {
    let (all, _) = stores::each(pool, None).await?;
    Ok(quoted_for_shell(&called_among(&all, store)))
}

/// The store as it is named among all of them.
#[must_use]
pub fn called_among(all: &[Store], store: &Store) -> String {
    let names = || all.iter().map(|store| (store.account_name.as_str(), store.settings.name.as_str()));
    among(names, &store.account_name, &store.settings.name)
}

/// `names` are accounts and names of all stores.
pub(crate) fn among<'a, I>(names: impl Fn() -> I, account: &str, name: &str) -> String
where
    I: Iterator<Item = (&'a str, &'a str)>,
{
    let full = format!("{account}/{name}");
    let is_called = |meant: &str, (account, name): (&str, &str)| {
        name == meant || meant.strip_prefix(account).and_then(|rest| rest.strip_prefix('/')) == Some(name)
    };
    // A name that begins with a dash would be read as an option.
    let is_enough = !name.starts_with('-') && names().filter(|names| is_called(name, *names)).count() <= 1;
    if is_enough { name.to_owned() } else { full }
}

/// The text as one word of a shell command line. Invisible characters, and those that the shell would interpret, are escaped.
#[must_use]
pub fn quoted_for_shell(text: &str) -> String {
    if plain(text) != text {
        return spelled_out(text);
    }
    if text.contains(['"', '\\', '$', '`', '!']) {
        format!("'{}'", text.replace('\'', r"'\''"))
    } else {
        format!("\"{text}\"")
    }
}

/// As bash and zsh read it.
fn spelled_out(text: &str) -> String {
    let mut word = "$'".to_owned();
    for c in text.chars() {
        let _ = match c {
            '\'' | '\\' => write!(word, "\\{c}"),
            ' '..='~' => write!(word, "{c}"),
            _ => write!(word, "\\U{:08x}", u32::from(c)),
        };
    }
    word.push('\'');
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_stands_twice_is_told_with_its_account() {
        let names = || [("a", "Shop"), ("b", "Shop"), ("a", "Other"), ("a", "b/Shop"), ("a", "-x")].into_iter();
        for (account, name, called) in [
            ("a", "Shop", "a/Shop"),
            ("b", "Shop", "b/Shop"),
            ("a", "Other", "Other"),
            ("a", "b/Shop", "a/b/Shop"),
            ("a", "-x", "a/-x"),
        ] {
            assert_eq!(among(names, account, name), called);
        }
    }

    #[test]
    fn a_shell_reads_the_name_back() {
        for name in [
            "My shop",
            "a$(reboot)b",
            "`x`",
            "it's",
            "say \"hi\"",
            "it's $5!",
            "a\\b",
            "Крамниця",
            "a\u{202e}b'\\",
            "-x",
            "a;b&c|d",
            "",
        ] {
            let command = format!("printf %s {}", quoted_for_shell(name));
            let told = std::process::Command::new("bash").env("LC_ALL", "C.UTF-8").args(["-c", &command]).output();
            assert_eq!(
                told.map(|told| String::from_utf8_lossy(&told.stdout).into_owned()).ok().as_deref(),
                Some(name),
                "{command}"
            );
        }
    }
}
