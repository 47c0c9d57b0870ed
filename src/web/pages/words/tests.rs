#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use super::*;
use crate::domain::words::messages::{same, values};

/// The messages of a language, each with the names of its values.
fn all(locale: Locale) -> BTreeMap<String, BTreeSet<String>> {
    values(messages(locale))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The keys that templates and sources name.
fn named() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web");
    let mut keys = BTreeSet::new();
    for path in files(&root).into_iter().filter(|path| !path.ends_with("words/tests.rs")) {
        if !path.extension().is_some_and(|kind| kind == "rs" || kind == "html") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for call in ["say(\"", ".with(\"", "with_all(\"", "count(\"", "since(\""] {
            let found = text.split(call).skip(1).map(|rest| {
                let is_of_key = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-' || *c == '_';
                rest.chars().take_while(is_of_key).collect::<String>()
            });
            keys.extend(found.filter(|key| !key.is_empty() && !key.ends_with('-')));
        }
    }
    keys
}

/// Keys that are put together from a word of the program.
const BY_WORD: [&str; 12] = [
    "state-", "do-", "role-", "told-", "field-", "hint-", "choice-", "column-", "error-", "health-", "stage-",
    "double-",
];

#[test]
fn each_language_has_the_same_messages_with_the_same_values() {
    let english = all(Locale::En);
    for locale in Locale::ALL {
        let faults = FluentResource::try_new(messages(locale).to_owned()).err().map(|(_, faults)| faults);
        assert!(faults.is_none(), "{locale:?}: {faults:?}");
        assert_eq!(all(locale), english, "{locale:?}");
    }
}

#[test]
fn each_message_that_a_page_names_is_there_and_each_that_is_there_is_named() {
    let (there, named) = (all(Locale::En), named());
    let missing: Vec<_> = named.iter().filter(|key| !there.contains_key(*key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let is_by_word = |key: &str| BY_WORD.iter().any(|word| key.starts_with(word));
    let unused: Vec<_> = there.keys().filter(|key| !named.contains(*key) && !is_by_word(key)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn nothing_is_left_in_english() {
    // Words that are the same in Portuguese.
    const SAME: [&str; 2] = ["column-total", "webhook"];
    for locale in [Locale::Pt, Locale::Uk] {
        let mut left = same(messages(locale), messages(Locale::En));
        left.retain(|key| !SAME.contains(&key.as_str()));
        assert!(left.is_empty(), "{locale:?}: {left:?}");
    }
}
