//! The names that people use for ids: names from RO App's lists and the store's, and RO App's numbers of work orders.

use std::{collections::BTreeMap, sync::Arc};

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

    /// All that have names.
    const ALL: [Self; 9] = {
        let [a, b, c, d, e, f, g, h] = Self::LISTED;
        [a, b, c, d, e, f, g, h, Self::WorkOrder]
    };

    /// The kind with this word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

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

/// Names by what they name; cheap to clone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names(Arc<BTreeMap<(Kind, i64), String>>);

impl Names {
    /// Adds a name; an empty one is none.
    pub fn add(&mut self, named: Named) {
        if !named.name.is_empty() {
            Arc::make_mut(&mut self.0).insert((named.kind, named.id), named.name);
        }
    }

    /// Adds all names of others.
    pub fn extend(&mut self, others: Self) {
        let others = Arc::unwrap_or_clone(others.0);
        Arc::make_mut(&mut self.0).extend(others);
    }

    /// The name, where it is known.
    #[must_use]
    pub fn get(&self, kind: Kind, id: i64) -> Option<&str> {
        self.0.get(&(kind, id)).map(String::as_str)
    }

    /// The ids of this kind that have a name.
    pub fn ids(&self, kind: Kind) -> impl Iterator<Item = i64> {
        self.0.keys().filter(move |(of, _)| *of == kind).map(|(_, id)| *id)
    }

    /// The name with the id beside it; the id alone where no name is known.
    #[must_use]
    pub fn told(&self, kind: Kind, id: i64) -> String {
        self.get(kind, id).map_or_else(|| id.to_string(), |name| format!("{name} ({id})"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_beside_each_id_that_has_one() {
        let mut names = Names::default();
        names.add(Named::new(Kind::Status, 502, "In progress"));
        names.add(Named::new(Kind::Location, 11, ""));
        let told = |kind, id| names.told(kind, id);
        assert_eq!(told(Kind::Status, 502), "In progress (502)");
        assert_eq!((told(Kind::StoreStatus, 502), told(Kind::Location, 11)), ("502".to_owned(), "11".to_owned()));
        for kind in Kind::ALL {
            assert_eq!(Kind::read(kind.word()), Some(kind));
        }
    }
}
