//! The parts of a work order in which store and RO App may differ.

use std::fmt;

use crate::domain::ids::ItemId;

/// What a conflict is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The title.
    Title,
    /// The estimated price.
    Price,
    /// Our block of the notes.
    Notes,
    /// A custom field, by its id.
    Field(i64),
    /// The status.
    Status,
    /// Whose the work order is.
    Client,
    /// A line of the store, by its title.
    Line(String),
    /// A line that only RO App has, with its article where it once was the store's.
    Item(ItemId, String),
}

impl Part {
    /// Which part it is, for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Price => "price",
            Self::Notes => "notes",
            Self::Field(_) => "field",
            Self::Status => "status",
            Self::Client => "client",
            Self::Line(_) => "line",
            Self::Item(..) => "item",
        }
    }

    /// Custom fields included.
    #[must_use]
    pub fn is_of_the_head(&self) -> bool {
        matches!(self, Self::Title | Self::Price | Self::Notes | Self::Field(_))
    }

    /// A line on either side.
    #[must_use]
    pub fn is_of_a_line(&self) -> bool {
        matches!(self, Self::Line(_) | Self::Item(..))
    }

    /// RO App's line that the store does not have.
    #[must_use]
    pub fn item(&self) -> Option<ItemId> {
        match self {
            Self::Item(id, _) => Some(*id),
            _ => None,
        }
    }
}

/// As people read it.
impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Title => f.write_str("title"),
            Self::Price => f.write_str("estimated price"),
            Self::Notes => f.write_str("notes"),
            Self::Field(id) => write!(f, "custom field f{id}"),
            Self::Status => f.write_str("status"),
            Self::Client => f.write_str("client"),
            Self::Line(title) => write!(f, "line {title}"),
            Self::Item(id, article) if article.is_empty() => write!(f, "RO App's line {id}"),
            Self::Item(id, article) => write!(f, "RO App's line {id} ({article})"),
        }
    }
}
