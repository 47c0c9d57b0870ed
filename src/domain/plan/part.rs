//! The parts of a work order in which store and RO App may differ.

use std::fmt;

use crate::domain::{ids::ItemId, said::Said};

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

impl From<&Part> for Said {
    fn from(part: &Part) -> Self {
        match part {
            Part::Title => Said::new("part-title"),
            Part::Price => Said::new("part-price"),
            Part::Notes => Said::new("part-notes"),
            Part::Field(id) => Said::new("part-field").with("field", *id),
            Part::Status => Said::new("part-status"),
            Part::Client => Said::new("part-client"),
            Part::Line(title) => Said::new("part-line").with("title", title.as_str()),
            Part::Item(id, article) if article.is_empty() => Said::new("part-item").with("item", *id),
            Part::Item(id, article) => Said::new("part-item-of").with("item", *id).with("article", article.as_str()),
        }
    }
}

/// The same in English, for the log.
impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Said::from(self))
    }
}
