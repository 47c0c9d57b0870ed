//! What a file of messages holds, for tests that compare languages.

use std::collections::{BTreeMap, BTreeSet};

/// The whole text of each message.
pub(crate) fn texts(file: &str) -> BTreeMap<String, String> {
    let (mut texts, mut last) = (BTreeMap::<String, String>::new(), String::new());
    for line in file.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        match line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase())) {
            Some((key, text)) => {
                key.clone_into(&mut last);
                texts.insert(last.clone(), text.to_owned());
            }
            None => texts.entry(last.clone()).or_default().push_str(line),
        }
    }
    texts
}

/// The names of the values of each message.
pub(crate) fn values(file: &str) -> BTreeMap<String, BTreeSet<String>> {
    let names = |text: &str| {
        let names = text.split("{ $").skip(1).filter_map(|rest| rest.split([' ', '}']).next());
        names.map(str::to_owned).collect()
    };
    texts(file).iter().map(|(key, text)| (key.clone(), names(text))).collect()
}

/// The messages of a file that are word for word those of another; what only puts its values together is the same everywhere.
pub(crate) fn same(file: &str, other: &str) -> Vec<String> {
    let letters = |text: &str| {
        let between = text.split('{').filter_map(|part| part.rsplit('}').next());
        between.flat_map(str::chars).filter(|c| c.is_alphabetic()).count()
    };
    let other = texts(other);
    let same = texts(file).into_iter().filter(|(key, text)| other.get(key) == Some(text) && letters(text) > 4);
    same.map(|(key, _)| key).collect()
}
