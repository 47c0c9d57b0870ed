//! What only one order of the account may do at a time: a second order waits, and finds what the first one created or learned
//! (invariant 1). Within this process, since no other process works on the account.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use tokio::{
    sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock},
    time::timeout,
};

use super::Account;
use crate::{
    domain::ids::{OrderNumber, StoreId},
    sync::outcome::Halt,
};

/// What is done by one order at a time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::sync) enum Alone {
    /// Finding or making a person with this contact.
    Contact(String),
    /// Finding or making the product with this link key.
    Product(String),
    /// Making any product: two forms of one article may be the same to RO App.
    NewProduct,
    /// Asking which custom fields RO App requires of people.
    PeopleFields,
    /// Working an order of a store of which no work order was read back yet, or the last one was refused; other orders are worked
    /// beside each other.
    FirstOf(StoreId),
    /// Walking the list of people, or reading what changed in it.
    People,
    /// Searching for the products of the next orders.
    Ahead,
    /// Looking at RO App before a work order is made.
    Look,
    /// Sending the first discount that shows whether it counts per line or per unit.
    Discount,
}

/// How an order of a store is worked.
#[derive(Debug)]
#[expect(dead_code, reason = "held, not looked at")]
pub(in crate::sync) enum StoreTurn {
    /// No other order of the store is worked.
    Alone(OwnedRwLockWriteGuard<()>),
    /// Beside others that are not worked alone.
    Beside(OwnedRwLockReadGuard<()>),
}

/// Who does what alone.
#[derive(Debug, Default)]
pub(super) struct Turns(Mutex<BTreeMap<Alone, Weak<RwLock<()>>>>);

impl Turns {
    fn of(&self, what: Alone) -> Arc<RwLock<()>> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        turns.retain(|_, turn| turn.strong_count() > 0);
        if let Some(turn) = turns.get(&what).and_then(Weak::upgrade) {
            return turn;
        }
        let turn = Arc::default();
        turns.insert(what, Arc::downgrade(&turn));
        turn
    }
}

/// Orders whose work order is being made: RO App may show it although it is not on record yet.
#[derive(Debug, Default)]
pub(super) struct InTheMaking(Mutex<BTreeSet<(StoreId, OrderNumber)>>);

/// The work order of an order is being made until this is dropped.
pub(in crate::sync) struct BeingMade<'a> {
    all: &'a InTheMaking,
    order: (StoreId, OrderNumber),
}

impl InTheMaking {
    fn orders(&self) -> MutexGuard<'_, BTreeSet<(StoreId, OrderNumber)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for BeingMade<'_> {
    fn drop(&mut self) {
        self.all.orders().remove(&self.order);
    }
}

impl Account<'_> {
    /// The work order of this order is about to be made.
    pub(in crate::sync) fn begin_making(&self, order: (StoreId, OrderNumber)) -> BeingMade<'_> {
        self.in_the_making.orders().insert(order);
        BeingMade { all: &self.in_the_making, order }
    }

    /// Whether the work order of this order is being made.
    pub(super) fn is_being_made(&self, order: (StoreId, OrderNumber)) -> bool {
        self.in_the_making.orders().contains(&order)
    }

    /// Waits until no other order of the account does this, and keeps others from it until the answer is dropped.
    ///
    /// # Errors
    /// [`Halt::Stopping`] when the work on the account ended meanwhile.
    pub(in crate::sync) async fn alone(&self, what: Alone) -> Result<OwnedRwLockWriteGuard<()>, Halt> {
        let turn = self.turns.of(what).write_owned().await;
        if self.is_over() { Err(Halt::Stopping) } else { Ok(turn) }
    }

    /// Does this beside other orders, but not while one does it alone.
    ///
    /// # Errors
    /// [`Halt::Stopping`] when the work on the account ended meanwhile.
    pub(in crate::sync) async fn beside(&self, what: Alone) -> Result<OwnedRwLockReadGuard<()>, Halt> {
        let turn = self.turns.of(what).read_owned().await;
        if self.is_over() { Err(Halt::Stopping) } else { Ok(turn) }
    }

    /// As [`Account::alone`]; `None` where another order does it for longer than this.
    pub(in crate::sync) async fn alone_within(
        &self,
        what: Alone,
        patience: Duration,
    ) -> Result<Option<OwnedRwLockWriteGuard<()>>, Halt> {
        match timeout(patience, self.alone(what)).await {
            Ok(turn) => turn.map(Some),
            Err(_) => Ok(None),
        }
    }

    /// As [`Account::alone`] for several at once. They are taken in order, so that no two wait for each other.
    pub(in crate::sync) async fn alone_with(
        &self,
        mut all: Vec<Alone>,
    ) -> Result<Vec<OwnedRwLockWriteGuard<()>>, Halt> {
        all.sort();
        all.dedup();
        let mut held = Vec::with_capacity(all.len());
        for what in all {
            held.push(self.alone(what).await?);
        }
        Ok(held)
    }
}
