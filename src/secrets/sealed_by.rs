//! Which keys encrypted which secrets, for people: a key that does not match the database is named by its id and by what it does
//! not decrypt.

use std::{collections::BTreeMap, fmt};

/// So many sealed values of a key are named; the others are counted.
const NAMED: usize = 3;

/// What is sealed, by the id of its key: that a value is in it says nothing of the value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SealedBy(BTreeMap<String, Vec<String>>);

impl SealedBy {
    /// Notes that `what`, such as `the API key of the account "main"`, was sealed with this key.
    pub fn note(&mut self, key_id: &str, what: String) {
        self.0.entry(key_id.to_owned()).or_default().push(what);
    }

    /// How many values.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }

    /// The keys' ids.
    pub fn key_ids(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The command that gives up the first of the keys.
    pub(super) fn give_up(&self) -> String {
        format!("cartum-roapp secrets give-up {}", self.key_ids().next().unwrap_or("KEY-ID"))
    }
}

impl fmt::Display for SealedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, (key_id, what)) in self.0.iter().enumerate() {
            let named = what.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
            let more = what.len().saturating_sub(NAMED);
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            write!(f, "{}key {key_id} ({named}{more})", if nth == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_is_told_with_the_first_of_what_it_sealed() {
        let mut sealed = SealedBy::default();
        for store in ["a", "b", "c", "d", "e"] {
            sealed.note("0a1b", format!("the password of the store {store:?}"));
        }
        sealed.note("ffff", "the API key of the account \"main\"".to_owned());
        assert_eq!(sealed.count(), 6);
        assert_eq!(
            sealed.to_string(),
            "key 0a1b (the password of the store \"a\", the password of the store \"b\", the password of the store \"c\" and 2 \
             more), key ffff (the API key of the account \"main\")"
        );
    }
}
