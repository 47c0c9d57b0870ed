//! The states of an order.

/// States of an order (design section 10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderState {
    /// To be sent, or being checked.
    Waiting,
    /// RO App has the newest version.
    Synced,
    /// Sent, but total or lines differ after one repair.
    Incomplete,
    /// Waits for a person.
    Held,
    /// Refused by RO App or out of tries.
    Failed,
    /// Out of scope.
    Excluded,
    /// Could not be decoded; the raw JSON is kept.
    Unreadable,
    /// Deleted in the store.
    Gone,
    /// Deleted in RO App.
    Removed,
}

impl OrderState {
    /// All states, in the order of the design's table.
    pub const ALL: [Self; 9] = [
        Self::Waiting,
        Self::Synced,
        Self::Incomplete,
        Self::Held,
        Self::Failed,
        Self::Excluded,
        Self::Unreadable,
        Self::Gone,
        Self::Removed,
    ];

    /// The word in the database and in output for people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Synced => "synced",
            Self::Incomplete => "incomplete",
            Self::Held => "held",
            Self::Failed => "failed",
            Self::Excluded => "excluded",
            Self::Unreadable => "unreadable",
            Self::Gone => "gone",
            Self::Removed => "removed",
        }
    }

    /// The state with this word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}
