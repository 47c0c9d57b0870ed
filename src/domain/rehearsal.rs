//! What an import would do, as a rehearsal found it: figures for the person who decides whether to begin.

mod rates;

use std::collections::BTreeMap;

use rust_decimal::Decimal;

pub use self::rates::{KeyRate, Shelf};
use super::{
    ids::{OrderNumber, StoreStatusId},
    said::Said,
    store::ProductKeyKind,
};

/// What a rehearsal reads, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The store's orders and what its catalogue says about their articles.
    Orders,
    /// RO App's clients.
    People,
    /// RO App's catalogue.
    Products,
    /// RO App's work orders.
    WorkOrders,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; 4] = [Self::Orders, Self::People, Self::Products, Self::WorkOrders];

    /// The word in the database and in keys of messages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::People => "people",
            Self::Products => "products",
            Self::WorkOrders => "work-orders",
        }
    }
}

/// How far a rehearsal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What it reads.
    pub stage: Stage,
    /// How many orders, or pages, it has read.
    pub done: u64,
    /// Of how many, where that is known.
    pub of: Option<u64>,
}

impl Progress {
    /// At the beginning of a stage.
    #[must_use]
    pub fn begin(stage: Stage) -> Self {
        Self { stage, done: 0, of: None }
    }
}

/// What an import would do.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rehearsal {
    /// Orders for which a work order would be made, those that would be held or may be in RO App already left out.
    pub orders: u64,
    /// Their totals together.
    pub total: Decimal,
    /// Orders that are in RO App already through us, or that a person said are.
    pub in_roapp: u64,
    /// Orders that RO App may have already, of which nobody said that they are others.
    pub doubles: u64,
    /// Orders that cannot be read.
    pub unreadable: u64,
    /// The store was read to the end, and no more orders came than are rehearsed.
    pub is_whole: bool,
    /// Orders that are left out for their status.
    pub excluded: BTreeMap<StoreStatusId, u64>,
    /// Orders that would be held, whatever RO App has.
    pub held: u64,
    /// Some of them, each with the reason.
    pub held_for: Vec<(OrderNumber, Said)>,
    /// Orders whose work order keeps the status that its type gives, by the store's status.
    pub initial: BTreeMap<StoreStatusId, u64>,
    /// Who the buyers are.
    pub people: PeopleFound,
    /// What the lines are.
    pub products: ProductsFound,
    /// Calls to RO App, roughly.
    pub calls: u64,
    /// How many the account may make per second.
    pub calls_per_second: f64,
    /// Work orders that were made within the window without our marker.
    pub strange_work_orders: u64,
    /// All of RO App's work orders of the window were looked through for doubles.
    pub is_searched: bool,
}

impl Rehearsal {
    /// Every order that was found.
    #[must_use]
    pub fn found(&self) -> u64 {
        self.orders + self.in_roapp + self.doubles + self.unreadable + self.held + self.excluded.values().sum::<u64>()
    }

    /// Minutes that the calls take, rounded up.
    #[must_use]
    pub fn minutes(&self) -> u64 {
        let seconds = f64::from(u32::try_from(self.calls).unwrap_or(u32::MAX)) / self.calls_per_second.max(0.1);
        std::time::Duration::try_from_secs_f64(seconds).map_or(u64::MAX, |time| time.as_secs().div_ceil(60))
    }
}

/// Buyers by what the search for each came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PeopleFound {
    /// In RO App already.
    pub matched: u64,
    /// In RO App perhaps: taken, and listed for a person to look at.
    pub doubtful: u64,
    /// Made.
    pub new: u64,
    /// Made, a person for each order, since there is neither a phone nor an e-mail.
    pub without_contact: u64,
    /// Not looked for: RO App has too many people to list them, and there are too many buyers to search for each.
    pub not_compared: u64,
}

/// Products by each key that could be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProductsFound {
    /// Distinct products among the lines.
    pub wanted: u64,
    /// How many of them were looked for; fewer where RO App's catalogue is long.
    pub compared: u64,
    /// What each key finds.
    pub rates: Vec<KeyRate>,
}

impl ProductsFound {
    /// What this key finds.
    #[must_use]
    pub fn by(&self, kind: ProductKeyKind) -> Option<&KeyRate> {
        self.rates.iter().find(|rate| rate.kind == kind)
    }
}
