//! Who may use the pages, and what they see there.

use std::collections::BTreeSet;

use super::ids::AccountId;

/// What a user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Everything, in the accounts that the user can reach.
    Admin,
    /// Look.
    Viewer,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Admin, Self::Viewer];

    /// The word in the database and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Viewer => "viewer",
        }
    }

    /// The role with this word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// The accounts that a user can reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// All, also those that are added later.
    Every,
    /// These.
    Accounts(BTreeSet<AccountId>),
}

impl Reach {
    /// Whether this account is among them.
    #[must_use]
    pub fn holds(&self, account: AccountId) -> bool {
        match self {
            Self::Every => true,
            Self::Accounts(accounts) => accounts.contains(&account),
        }
    }
}

/// The fewest characters of a password.
pub const SHORTEST_PASSWORD: usize = 10;
/// The most: longer ones only make the hash expensive.
pub const LONGEST_PASSWORD: usize = 200;
/// The longest name of a user.
pub const LONGEST_NAME: usize = 64;

/// What is wrong with a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weak {
    /// Fewer than [`SHORTEST_PASSWORD`] characters.
    Short,
    /// Too long to be hashed.
    Long,
    /// The user's name, or one character again and again.
    Obvious,
}

/// Why a password is not taken; `None` if it is.
#[must_use]
pub fn weakness(password: &str, name: &str) -> Option<Weak> {
    let length = password.chars().count();
    if length < SHORTEST_PASSWORD {
        return Some(Weak::Short);
    }
    if length > LONGEST_PASSWORD {
        return Some(Weak::Long);
    }
    let one_again_and_again = password.chars().all(|c| password.starts_with(c));
    (one_again_and_again || password.to_lowercase() == name.to_lowercase()).then_some(Weak::Obvious)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_enough_and_not_obvious() {
        for (password, expected) in [
            ("short", Some(Weak::Short)),
            ("ти дев'ять", None),
            ("aaaaaaaaaaaa", Some(Weak::Obvious)),
            ("Olena.Kovalenko", Some(Weak::Obvious)),
            ("correct horse", None),
        ] {
            assert_eq!(weakness(password, "olena.kovalenko"), expected, "{password}");
        }
        assert_eq!(weakness(&"ab".repeat(101), "x"), Some(Weak::Long));
    }
}
