//! What a person is told, as a text that a test looks into.

use cartum_roapp::domain::said::{Said, Value};

/// A message, or none, in words.
pub(crate) trait Words {
    /// In English; empty where there is none.
    fn words(&self) -> String;

    /// Says this.
    fn contains(&self, part: &str) -> bool {
        self.words().contains(part)
    }

    /// Says nothing.
    fn is_empty(&self) -> bool {
        self.words().is_empty()
    }
}

impl Words for Said {
    fn words(&self) -> String {
        self.to_string()
    }
}

impl Words for Value {
    fn words(&self) -> String {
        self.to_string()
    }
}

impl<S: Words> Words for Option<S> {
    fn words(&self) -> String {
        self.as_ref().map_or_else(String::new, Words::words)
    }
}

impl<S: Words> Words for &S {
    fn words(&self) -> String {
        (*self).words()
    }
}
