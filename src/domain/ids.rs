//! Ids as newtypes: one generic wrapper, and one alias for each kind of thing that has an id.
//!
//! `OrderNumber`, `StoreStatusId`, `HookId` belong to the store; `WorkOrderId` to `CampaignId` belong to RO App; the rest are ours.

use std::{cmp::Ordering, fmt, hash, marker::PhantomData, num::ParseIntError, str::FromStr};

/// An integer id that cannot be mixed up with the id of another kind of thing.
pub struct Id<T> {
    raw: i64,
    kind: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// Wraps a raw id as it came from a database row or a peer's answer.
    #[must_use]
    pub const fn new(raw: i64) -> Self {
        Self { raw, kind: PhantomData }
    }

    /// The raw id, for SQL and for the wire.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.raw
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.raw.cmp(&other.raw)
    }
}
impl<T> hash::Hash for Id<T> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.raw.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.raw.fmt(f)
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.raw.fmt(f)
    }
}
impl<T> FromStr for Id<T> {
    type Err = ParseIntError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self::new)
    }
}

/// What an id can belong to. Never made, only named.
pub mod kind {
    /// Our row of a RO App account.
    #[derive(Debug)]
    pub enum Account {}
    /// Our row of a store.
    #[derive(Debug)]
    pub enum Store {}
    /// Our row of a store order.
    #[derive(Debug)]
    pub enum Order {}
    /// Our row of a version of a store order.
    #[derive(Debug)]
    pub enum Version {}
    /// Our row of a user of the pages.
    #[derive(Debug)]
    pub enum User {}
    /// Our row of a journalled call.
    #[derive(Debug)]
    pub enum Entry {}
    /// An order in Cartum.
    #[derive(Debug)]
    pub enum StoreOrder {}
    /// An order status in Cartum.
    #[derive(Debug)]
    pub enum StoreStatus {}
    /// A webhook subscription in Cartum.
    #[derive(Debug)]
    pub enum Hook {}
    /// An order in RO App.
    #[derive(Debug)]
    pub enum WorkOrder {}
    /// A line of a work order.
    #[derive(Debug)]
    pub enum Item {}
    /// A client in RO App.
    #[derive(Debug)]
    pub enum Person {}
    /// A catalogue entry in RO App.
    #[derive(Debug)]
    pub enum Product {}
    /// A work order status in RO App.
    #[derive(Debug)]
    pub enum Status {}
    /// A location in RO App.
    #[derive(Debug)]
    pub enum Location {}
    /// An order type in RO App.
    #[derive(Debug)]
    pub enum OrderType {}
    /// An employee in RO App.
    #[derive(Debug)]
    pub enum Employee {}
    /// A product category in RO App.
    #[derive(Debug)]
    pub enum Category {}
    /// A marketing campaign in RO App.
    #[derive(Debug)]
    pub enum Campaign {}
}

/// Our id of a RO App account.
pub type AccountId = Id<kind::Account>;
/// Our id of a store.
pub type StoreId = Id<kind::Store>;
/// Our id of a store order.
pub type OrderId = Id<kind::Order>;
/// Our id of a version of a store order.
pub type VersionId = Id<kind::Version>;
/// Our id of a user of the pages.
pub type UserId = Id<kind::User>;
/// Our id of a journal entry.
pub type EntryId = Id<kind::Entry>;
/// Cartum's `order_id`, the number that people know the order by.
pub type OrderNumber = Id<kind::StoreOrder>;
/// Cartum's id of an order status.
pub type StoreStatusId = Id<kind::StoreStatus>;
/// Cartum's id of a webhook subscription.
pub type HookId = Id<kind::Hook>;
/// RO App's id of a work order.
pub type WorkOrderId = Id<kind::WorkOrder>;
/// RO App's id of a work order's line.
pub type ItemId = Id<kind::Item>;
/// RO App's id of a client.
pub type PersonId = Id<kind::Person>;
/// RO App's id of a product.
pub type ProductId = Id<kind::Product>;
/// RO App's id of a work order status.
pub type StatusId = Id<kind::Status>;
/// RO App's id of a location.
pub type LocationId = Id<kind::Location>;
/// RO App's id of an order type.
pub type OrderTypeId = Id<kind::OrderType>;
/// RO App's id of an employee.
pub type EmployeeId = Id<kind::Employee>;
/// RO App's id of a product category.
pub type CategoryId = Id<kind::Category>;
/// RO App's id of a marketing campaign.
pub type CampaignId = Id<kind::Campaign>;
