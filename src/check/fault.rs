//! Faults in a person's input: each names its key and the fix.

use std::fmt;

use crate::domain::said::Said;

/// One fault, or one thing that a person should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The key of the store file, such as `site_url` or `status_map.5`; a form shows the message at the field of that name.
    pub key: String,
    /// What is wrong and the fix.
    pub message: Said,
}

impl Fault {
    /// A fault at a key.
    pub fn new(key: impl Into<String>, message: impl Into<Said>) -> Self {
        Self { key: key.into(), message: message.into() }
    }

    /// The setting that the key belongs to: `status_map` of `status_map.5`.
    #[must_use]
    pub fn setting(&self) -> &str {
        self.key.split('.').next().unwrap_or_default()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() { self.message.fmt(f) } else { write!(f, "{}: {}", self.key, self.message) }
    }
}

/// All faults, in one answer. Nothing was saved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl std::error::Error for Faults {}

impl Faults {
    /// The line before them.
    pub const HEAD: &str = "nothing was saved:";
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::HEAD)?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self(vec![fault])
    }
}

/// The word that was probably meant: the nearest one if it is near enough, or one that contains the given word or is contained in it.
pub(crate) fn meant<'a>(given: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const SHORTEST: usize = 3;
    let given = given.to_lowercase();
    let holds =
        |word: &str| given.len().min(word.len()) >= SHORTEST && (word.contains(given.as_str()) || given.contains(word));
    let limit = (given.chars().count() / 2).clamp(1, 3);
    let ranked = words.into_iter().filter_map(|word| {
        let lower = word.to_lowercase();
        let distance = distance(&given, &lower);
        (distance <= limit || holds(&lower)).then_some((distance, word))
    });
    ranked.min_by_key(|(distance, _)| *distance).map(|(_, word)| word)
}

/// How many letters must be inserted, deleted or changed (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], i + 1);
        for (j, to) in b.iter().enumerate() {
            let change = corner + usize::from(from != *to);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_word_is_offered_and_a_far_one_is_not() {
        let words = ["site_url", "login", "location_id", "line_executor_id"];
        assert_eq!(meant("site-url", words), Some("site_url"));
        assert_eq!(meant("url", words), Some("site_url"));
        assert_eq!(meant("Logn", words), Some("login"));
        assert_eq!(meant("locaton_id", words), Some("location_id"));
        assert_eq!(meant("executor_id", words), Some("line_executor_id"));
        assert_eq!(meant("zzzz", words), None);
        assert_eq!(meant("", words), None);
    }

    #[test]
    fn faults_are_told_one_a_line_each_with_its_key() {
        let faults = Faults(vec![Fault::new("name", Said::new("is-missing")), Fault::new("", "line 3: no".to_owned())]);
        assert_eq!(faults.to_string(), "nothing was saved:\n  name: is missing\n  line 3: no");
    }
}
