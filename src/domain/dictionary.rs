//! The names that people use for ids: names from RO App's lists and the store's, and RO App's numbers of work orders.

use std::collections::BTreeMap;

/// What has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A status in RO App.
    Status,
    /// A status in the store.
    StoreStatus,
    /// A location.
    Location,
    /// A type of work orders.
    OrderType,
    /// An employee.
    Employee,
    /// A category of products.
    Category,
    /// A custom field of work orders.
    Field,
    /// A campaign.
    Campaign,
    /// A work order, by RO App's number.
    WorkOrder,
}

impl Kind {
    /// All that lists have.
    pub const LISTED: [Self; 8] = [
        Self::Status,
        Self::StoreStatus,
        Self::Location,
        Self::OrderType,
        Self::Employee,
        Self::Category,
        Self::Field,
        Self::Campaign,
    ];

    /// As it lies in the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::StoreStatus => "store_status",
            Self::Location => "location",
            Self::OrderType => "order_type",
            Self::Employee => "employee",
            Self::Category => "category",
            Self::Field => "field",
            Self::Campaign => "campaign",
            Self::WorkOrder => "work_order",
        }
    }
}

/// One name of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Of what.
    pub kind: Kind,
    /// Its id.
    pub id: i64,
    /// What people call it.
    pub name: String,
}

impl Named {
    /// One name of a list.
    pub fn new(kind: Kind, id: i64, name: impl Into<String>) -> Self {
        Self { kind, id, name: name.into() }
    }
}

/// How our own sentences speak of an id, and of what. What follows is the id.
const PHRASES: [(&str, Kind); 14] = [
    ("store status ", Kind::StoreStatus),
    ("store's status ", Kind::StoreStatus),
    ("its status ", Kind::StoreStatus),
    ("has status ", Kind::StoreStatus),
    ("has it in status ", Kind::StoreStatus),
    ("RO App's status ", Kind::Status),
    ("RO App status ", Kind::Status),
    ("in RO App from status ", Kind::Status),
    ("status set to ", Kind::Status),
    ("employee ", Kind::Employee),
    ("location ", Kind::Location),
    ("order type ", Kind::OrderType),
    ("work order made: ", Kind::WorkOrder),
    ("work order ", Kind::WorkOrder),
];
/// Only so much of a text is looked through, in bytes: ours are shorter.
const LOOKED_THROUGH: usize = 4_000;

/// Names by what they name.
#[derive(Debug, Clone, Default)]
pub struct Names(BTreeMap<(Kind, i64), String>);

impl Names {
    /// Adds a name; an empty one is none.
    pub fn add(&mut self, named: Named) {
        if !named.name.is_empty() {
            self.0.insert((named.kind, named.id), named.name);
        }
    }

    /// Adds all names of others.
    pub fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// The name, where it is known.
    #[must_use]
    pub fn get(&self, kind: Kind, id: i64) -> Option<&str> {
        self.0.get(&(kind, id)).map(String::as_str)
    }

    /// The name with the id beside it; the id alone where no name is known.
    #[must_use]
    pub fn told(&self, kind: Kind, id: i64) -> String {
        self.get(kind, id).map_or_else(|| id.to_string(), |name| format!("{name} ({id})"))
    }

    /// A sentence of ours, in which the name stands beside each id.
    #[must_use]
    pub fn in_words(&self, text: &str) -> String {
        let (mut rest, end) = text.split_at(text.floor_char_boundary(LOOKED_THROUGH));
        let mut told = String::new();
        while let Some((before, kind, after)) = first_phrase(rest) {
            told.push_str(before);
            rest = self.id(kind, after, &mut told);
            if before.ends_with("from status ")
                && let Some(to) = rest.strip_prefix(" to ")
            {
                told.push_str(" to ");
                rest = self.id(kind, to, &mut told);
            }
        }
        told + rest + end
    }

    /// Tells the id that the text begins with; what follows it.
    fn id<'a>(&self, kind: Kind, text: &'a str, told: &mut String) -> &'a str {
        let (digits, rest) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        match digits.parse().ok().and_then(|id| self.get(kind, id)) {
            Some(name) if !rest.starts_with(" (") => told.extend([name, " (", digits, ")"]),
            _ => told.push_str(digits),
        }
        rest
    }
}

/// The text up to the end of the phrase that comes first, what it speaks of, and what follows.
fn first_phrase(text: &str) -> Option<(&str, Kind, &str)> {
    let found = PHRASES.iter().filter_map(|(phrase, kind)| Some((text.find(phrase)?, phrase.len(), *kind)));
    // Of two that begin at one place the longer one says it better.
    let (begin, length, kind) = found.min_by_key(|(begin, length, _)| (*begin, usize::MAX - length))?;
    let (before, after) = text.split_at(begin + length);
    Some((before, kind, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let mut names = Names::default();
        for (kind, id, name) in [
            (Kind::Status, 502, "In progress"),
            (Kind::Status, 503, "Closed"),
            (Kind::StoreStatus, 5, "Paid"),
            (Kind::Employee, 21, "Olha Petrenko"),
            (Kind::WorkOrder, 700_001, "A003"),
            (Kind::Location, 11, ""),
        ] {
            names.add(Named::new(kind, id, name));
        }
        names
    }

    #[test]
    fn a_name_stands_beside_each_id_that_has_one() {
        for (text, told) in [
            (
                "a person moved it in RO App from status 502 to 503",
                "a person moved it in RO App from status In progress (502) to Closed (503)",
            ),
            ("work order made: 700001", "work order made: A003 (700001)"),
            ("work order 700001 carries the marker", "work order A003 (700001) carries the marker"),
            ("work order 700002 carries the marker", "work order 700002 carries the marker"),
            (
                "store status 5 is not imported (excluded_statuses)",
                "store status Paid (5) is not imported (excluded_statuses)",
            ),
            (
                "the store has status 5, after RO App's status 502 that",
                "the store has status Paid (5), after RO App's status In progress (502) that",
            ),
            ("employee 21 (Olha Petrenko) is not active", "employee 21 (Olha Petrenko) is not active"),
            ("RO App shows no location 11 to", "RO App shows no location 11 to"),
            ("the store has it in status 5, placed", "the store has it in status Paid (5), placed"),
            ("status set to 503", "status set to Closed (503)"),
            ("location and work order ", "location and work order "),
            ("", ""),
        ] {
            assert_eq!(names().in_words(text), told);
        }
    }

    #[test]
    fn a_text_of_any_size_is_told() {
        let text = "work order 700001 Київ ".repeat(100_000);
        assert!(names().in_words(&text).ends_with("work order 700001 Київ "));
    }
}
