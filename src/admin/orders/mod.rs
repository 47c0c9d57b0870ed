//! Store orders: their state, and what a person requests and decides about them.
//!
//! `inbox.rs` lists orders, each as a `row.rs`; `view.rs` shows one in full; `find` locates one, even one never seen. `ask.rs`
//! queues orders for the daemon, `decide.rs` records a person's decisions, `product.rs` which product an order means, `client.rs` which client,
//! `doubles.rs` which orders RO App has already.

mod ask;
mod client;
mod decide;
mod doubles;
mod find;
mod inbox;
mod product;
mod row;
mod view;

pub use self::{
    ask::{Ask, Asked, Selection, ask, ask_each},
    client::{ClientChoices, ClientRow},
    decide::{Decided, Decision, Identity, decide, identify, is_undecided, resolve, undecided},
    doubles::{
        CandidateRow, DoubleDecision, DoubleRow, DoublesDecided, decide_doubles, possible_double, possible_doubles,
        undecided_doubles,
    },
    find::Found,
    inbox::{Filter, InboxPage, inbox},
    product::{ProductChoices, ProductRow},
    row::{ConflictRow, Difference, OrderRow, Placed},
    view::{BuyerView, Conflicting, EarlierView, HistoryRow, LineView, OrderView, PersonView, Unreadable, order_view},
};
