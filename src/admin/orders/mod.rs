//! Store orders: what became of them, and what a person asks for and decides.
//!
//! `view.rs` shows all of one, `find` says where one is, also one that was never seen. `ask.rs` has orders worked again, `decide.rs` settles
//! what waits for a person.

mod ask;
mod decide;
mod find;
mod view;

pub use self::{
    ask::{Ask, Asked, Selection, ask},
    decide::{Decided, Decision, Identity, decide, identify, resolve, undecided},
    find::Found,
    view::{Content, LineView, OrderView, look_at_order},
};
