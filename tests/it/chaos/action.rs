//! What can happen in a history, and how it is told. Orders, lines and texts are named by numbers that count round, so that
//! an action means something whatever happened before it, and a history stays one when actions are left out.

use std::fmt;

use cartum_roapp::{domain::plan::Keep, sandbox::faults::Fault};

use super::maps::Maps;

/// One thing that happens.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Action {
    /// A buyer orders; the number decides the kind of basket, buyer and discount.
    Place(u32),
    /// The buyer of an order orders again.
    PlaceAgain(usize, u32),
    /// Somebody edits an order in the shop.
    Shop(usize, ShopEdit),
    /// Somebody edits the work order of an order in RO App.
    Staff(usize, StaffEdit),
    /// Somebody does something else in RO App.
    Elsewhere(Elsewhere),
    /// Calls to RO App go wrong: which, how, after how many, how often.
    RoAppFault(&'static str, Fault, u32, u32),
    /// Calls to the store go wrong.
    ShopFault(&'static str, Fault, u32, u32),
    /// One more daemon starts.
    Start,
    /// A daemon is asked to stop.
    Stop,
    /// A daemon is killed.
    Kill,
    /// Every daemon is killed while it waits for the answer to the so manieth call to RO App from now, executed or not.
    KillAtCall(u32, bool),
    /// A webhook of RO App names the work order of an order, also one that is deleted there.
    Webhook(usize),
    /// A webhook of the store names an order, also one that is deleted there.
    ShopWebhook(usize),
    /// The proof is asked for that no order is missing.
    Proof,
    /// A person asks that an order is compared whole with RO App.
    Resync(usize),
    /// Everything comes to rest, and a person decides who wins in what is listed with some order.
    Decide(usize, Keep),
    /// Milliseconds.
    Pause(u64),
    /// Everything that waits for its time is due.
    AnHourPasses,
    /// Faults end, everything comes to rest, and is checked.
    Rest,
}

impl Action {
    /// No order changes by it, on either side.
    pub(super) fn leaves_orders_alone(&self) -> bool {
        matches!(
            self,
            Self::Start
                | Self::Stop
                | Self::Kill
                | Self::KillAtCall(..)
                | Self::Webhook(_)
                | Self::ShopWebhook(_)
                | Self::Proof
                | Self::Resync(_)
                | Self::Pause(_)
                | Self::AnHourPasses
                | Self::Rest
        )
    }
}

/// An edit of an order in the shop. A line is one of those that are neither gifts nor parts of sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ShopEdit {
    Quantity(usize, u32),
    Price(usize, u32),
    AddLine(usize),
    RemoveLine(usize),
    Replace(usize, usize),
    ReplaceInPlace(usize, usize),
    Twin(usize),
    Coupon(u32),
    Discount(u32),
    Comment,
    Delivery,
    Tracking,
    Paid,
    Status(i64),
    Currency(&'static str),
    /// The store sends it so that it cannot be read, or as it should again.
    Break,
    Delete,
}

/// What staff do to a work order. A line is one of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum StaffEdit {
    Status(i64),
    Title,
    Estimate,
    WriteAround,
    BreakNotes,
    ChangeLine(usize, u32),
    DiscountLine(usize),
    /// In per cent.
    PercentLine(usize),
    DeleteLine(usize),
    AddLine(usize),
    WriteOff(usize),
    /// All goods that were written off are brought back.
    BringBack,
    DeleteOrder,
}

/// What staff do elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Elsewhere {
    WalkIn(usize),
    RenameProduct(usize),
    DeletePerson(usize),
    MergePeople(usize, usize),
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Place(kind) => write!(f, "an order of kind {kind} is placed"),
            Self::PlaceAgain(order, kind) => write!(f, "the buyer of order #{order} places one of kind {kind}"),
            Self::Shop(order, edit) => write!(f, "shop, order #{order}: {edit:?}"),
            Self::Staff(order, edit) => write!(f, "staff, order #{order}: {edit:?}"),
            Self::Elsewhere(what) => write!(f, "staff: {what:?}"),
            Self::RoAppFault(call, fault, skip, times) => {
                write!(f, "RO App, after {skip} of {call}, {times} times: {fault:?}")
            }
            Self::ShopFault(call, fault, skip, times) => {
                write!(f, "store, after {skip} of {call}, {times} times: {fault:?}")
            }
            Self::Start => f.write_str("a daemon starts"),
            Self::Stop => f.write_str("a daemon stops"),
            Self::Kill => f.write_str("a daemon is killed"),
            Self::KillAtCall(skip, true) => {
                write!(f, "the daemons are killed after RO App executed call {skip} from now")
            }
            Self::KillAtCall(skip, false) => {
                write!(f, "the daemons are killed before RO App executes call {skip} from now")
            }
            Self::Webhook(order) => write!(f, "RO App's webhook names the work order of #{order}"),
            Self::ShopWebhook(order) => write!(f, "the store's webhook names order #{order}"),
            Self::Proof => f.write_str("a proof is asked for"),
            Self::Resync(order) => write!(f, "a resync of order #{order} is asked for"),
            Self::Decide(order, keep) => {
                write!(f, "everything comes to rest, and {keep:?} wins in an order from #{order} on")
            }
            Self::Pause(milliseconds) => write!(f, "{milliseconds} ms pass"),
            Self::AnHourPasses => f.write_str("an hour passes"),
            Self::Rest => f.write_str("everything comes to rest"),
        }
    }
}

/// A history: the shop it begins with, and what happens.
#[derive(Debug, Clone)]
pub(super) struct History {
    /// What it was drawn from; the shop's seed, too.
    pub(super) seed: u64,
    /// Orders in the shop when it is connected.
    pub(super) orders: u32,
    /// Daemons are processes of their own, which can be killed for good.
    pub(super) processes: bool,
    /// Where statuses lead.
    pub(super) maps: Maps,
    pub(super) actions: Vec<Action>,
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let daemons = if self.processes { "processes" } else { "tasks" };
        writeln!(
            f,
            "history {}: a shop with {} orders, daemons as {daemons}, statuses {:?}",
            self.seed, self.orders, self.maps
        )?;
        for action in &self.actions {
            writeln!(f, "  - {action}")?;
        }
        Ok(())
    }
}
