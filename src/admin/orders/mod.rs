//! Store orders: what became of them, and what a person asks for and decides.
//!
//! `inbox.rs` lists them, each as a `row.rs`; `view.rs` shows all of one, `find` says where one is, also one that was never seen. `ask.rs`
//! has orders worked again, `decide.rs` settles what waits for a person.

mod ask;
mod decide;
mod find;
mod inbox;
mod row;
mod view;

pub use self::{
    ask::{Ask, Asked, Selection, ask, ask_each},
    decide::{Decided, Decision, Identity, decide, identify, resolve, undecided},
    find::Found,
    inbox::{Filter, InboxPage, inbox},
    row::{Difference, OrderRow, Placed},
    view::{
        BuyerView, Conflicting, EarlierView, HistoryRow, LineView, OrderView, PersonView, Unreadable, look_at_order,
    },
};
