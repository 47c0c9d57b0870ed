#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use super::*;
use crate::domain::{
    dictionary::Named,
    words::messages::{same, values},
};

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|kind| kind == "rs")).collect()
}

/// What stands in quotes after this in a text.
fn quoted_after<'a>(text: &'a str, before: &str) -> impl Iterator<Item = &'a str> {
    text.split(before).skip(1).map(|rest| rest.split('"').next().unwrap())
}

/// The codes that the program says, as they are written in its sources, with the names of the values that are given in the same folder.
fn said() -> BTreeMap<String, BTreeSet<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut codes, mut names) = (BTreeMap::<String, BTreeSet<PathBuf>>::new(), BTreeMap::<_, BTreeSet<String>>::new());
    for path in sources(&root).into_iter().filter(|path| !path.ends_with("said/tests.rs")) {
        let (text, folder) = (fs::read_to_string(&path).unwrap(), path.parent().unwrap().to_owned());
        for code in quoted_after(&text, "Said::new(\"").chain(quoted_after(&text, "Self::new(\"")) {
            codes.entry(code.to_owned()).or_default().insert(folder.clone());
        }
        names.entry(folder).or_default().extend(quoted_after(&text, ".with(\"").map(str::to_owned));
    }
    // A reason of orders that an account's file names.
    let steps = root.join("sync/order/steps");
    let given = |folders: BTreeSet<PathBuf>| folders.iter().chain([&steps]).flat_map(|it| names[it].clone()).collect();
    codes.into_iter().map(|(code, folders)| (code, given(folders))).collect()
}

/// The messages of a language, each with the names of its values.
fn messages_in(locale: Locale) -> BTreeMap<String, BTreeSet<String>> {
    let mut messages = values(messages(locale));
    for names in messages.values_mut() {
        names.remove("shown");
    }
    messages
}

/// What a person can do, which other messages put at their end: not said by itself.
fn is_part(code: &str) -> bool {
    code.starts_with("do-")
}

#[test]
fn each_code_has_a_message_and_each_message_is_said() {
    let codes = |of: BTreeMap<String, _>| of.into_keys().filter(|code| !is_part(code)).collect::<Vec<_>>();
    assert_eq!(codes(said()), codes(messages_in(Locale::En)));
}

#[test]
fn each_message_can_be_read_and_needs_no_other_values_than_it_names() {
    for locale in Locale::ALL {
        let faults = FluentResource::try_new(messages(locale).to_owned()).err().map(|(_, faults)| faults);
        assert!(faults.is_none(), "{locale:?}: {faults:?}");
        for (code, names) in messages_in(locale) {
            let values = names.into_iter().map(|name| (name, Value::Number(1)));
            let said = Said::stored(code.clone(), values);
            let found = |audience| said.find(&Names::default(), audience).filter(|text| !text.is_empty());
            assert!(found(Audience::Page(locale)).is_some(), "{locale:?}: {code}");
            assert!(locale != Locale::En || found(Audience::Command).is_some(), "{code}");
        }
    }
}

/// The keys that the selectors of each message choose by, and what is chosen where none of them fits.
fn choices() -> BTreeMap<String, Vec<String>> {
    let mut choices = BTreeMap::<String, Vec<String>>::new();
    let mut last = String::new();
    for line in messages(Locale::En).lines() {
        if let Some((code, _)) = line.split_once(" = ").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase())) {
            last = code.to_owned();
            choices.insert(last.clone(), vec!["none of them".to_owned()]);
        }
        let key = line.trim_start().strip_prefix('[').and_then(|rest| rest.split(']').next());
        choices.entry(last.clone()).or_default().extend(key.map(str::to_owned));
    }
    choices.remove("");
    choices
}

#[test]
fn no_page_tells_anybody_to_run_a_command() {
    let values = messages_in(Locale::En);
    for (code, keys) in choices() {
        for key in keys {
            let value = |name: &String| (name.clone(), key.parse().map_or_else(|_| key.as_str().into(), Value::Number));
            let said = Said::stored(code.clone(), values[&code].iter().map(value));
            let text = said.find(&Names::default(), Audience::Page(Locale::En)).unwrap();
            let is_of_commands =
                ["`", "cartum-roapp", " --", ".toml", "TOML"].iter().find(|part| text.contains(**part));
            assert!(is_of_commands.is_none(), "{code}: {text}");
        }
    }
}

#[test]
fn a_page_names_its_buttons_where_a_command_names_commands() {
    let deleted = Said::new("work-order-deleted");
    let on = |audience| deleted.for_audience(&Names::default(), audience);
    assert!(on(Audience::Command).ends_with("to create it again, run `order resync --recreate`"));
    assert!(on(Audience::Page(Locale::En)).ends_with("to create it again, press “Create again”"));
}

#[test]
fn who_reads_a_message_is_no_value_of_its_own() {
    assert!(said().values().all(|names| !names.contains("shown")));
}

#[test]
fn each_language_has_each_message_with_the_same_values() {
    let english = messages_in(Locale::En);
    for locale in Locale::ALL {
        assert_eq!(messages_in(locale), english, "{locale:?}");
    }
}

#[test]
fn each_message_is_given_its_values() {
    let said = said();
    for (code, names) in messages_in(Locale::En).into_iter().filter(|(code, _)| !is_part(code)) {
        let missing: Vec<_> = names.difference(&said[&code]).collect();
        assert!(missing.is_empty(), "{code}: {missing:?}");
    }
}

#[test]
fn a_message_has_names_beside_ids_and_other_messages_in_it() {
    let mut names = Names::default();
    names.add(Named::new(Kind::Status, 502, "In progress"));
    let status = |id| Value::Named(Kind::Status, id);
    let moved = Said::new("moved").with("from", status(502)).with("to", status(503));
    assert_eq!(moved.in_words(&names), "a person changed the status in RO App from In progress (502) to 503");
    let part = Said::new("part-line").with("title", "Cable { $x } 2 m");
    let listed: Value = [Value::from(part), Value::from(Said::new("part-price"))].into_iter().collect();
    let settled = Said::new("settled-store").with("parts", listed);
    assert_eq!(settled.in_words(&names), "resolved with the store's values: line Cable { $x } 2 m, estimated price");
}

#[test]
fn a_message_of_another_release_shows_its_code_and_its_values() {
    let later = Said::stored("later".into(), [("count".to_owned(), Value::Number(3)), ("a".to_owned(), "b".into())]);
    assert_eq!(later.in_words(&Names::default()), "later (a: b, count: 3)");
    let short = Said::new("moved").with("from", 1);
    assert_eq!(short.in_words(&Names::default()), "moved (from: 1)");
}

#[test]
fn nothing_is_left_in_english() {
    for locale in [Locale::Pt, Locale::Uk] {
        assert_eq!(same(messages(locale), messages(Locale::En)), [""; 0], "{locale:?}");
    }
}
