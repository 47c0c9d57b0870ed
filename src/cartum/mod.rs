//! The client of a Cartum store's API (contract cartum; Horoshop stores speak it, too).
//!
//! `client.rs` calls one function at a time and retries, `session.rs` keeps the token, `envelope.rs` classifies the answers,
//! `body.rs` splits them, `error.rs` says what went wrong. `orders.rs` requests orders, `walk.rs` pages through them,
//! `culprit.rs` finds the order that a store fails over, `order.rs` decodes one. `update.rs` writes statuses, `hooks.rs`
//! subscribes webhooks, `lists.rs` and `catalogue.rs` read the rest. `fields.rs` reads single fields leniently, `number.rs`
//! amounts.

mod body;
mod catalogue;
mod client;
mod culprit;
#[doc = include_str!("contract.md")]
pub mod contract {}
mod envelope;
mod error;
mod fields;
mod hooks;
mod lists;
mod number;
mod order;
mod orders;
mod session;
mod update;
mod walk;

#[cfg(test)]
mod tests;

pub use self::{
    catalogue::CatalogueEntry,
    client::{Cartum, Options},
    envelope::AnswerPrint,
    error::{CartumError, DecodeError, Trouble},
    hooks::HookError,
    lists::{Currency, StatusList, StoreStatus},
    order::decode_order,
    orders::{AskedOrders, IDS_AT_A_TIME, OrderFilter, OrderRow},
    walk::Walk,
};
