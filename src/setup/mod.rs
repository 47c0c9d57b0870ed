//! Sets accounts and stores up, for the command line and the pages: what a person wrote is read, tried on both sides and
//! saved, or refused with every fault in one answer. Nothing here writes to RO App or to a store.
//!
//! `store_file.rs` reads a store's TOML, `look.rs` asks both sides what there is, `check.rs` compares the two,
//! `accounts.rs` and `stores.rs` save, `asks.rs` asks the daemon, `find.rs` finds by name, `hooks.rs` sets up webhooks. `order_view.rs` shows what became of an order. `fault.rs` and `error.rs`
//! say what is wrong, `shown.rs` shows settings again.

mod accounts;
mod asks;
mod check;
mod error;
mod fault;
mod find;
mod hooks;
mod look;
mod order_view;
mod secret_file;
mod shown;
mod site_move;
mod store_file;
mod stores;

use std::sync::Arc;

use sqlx::PgPool;

pub use self::{
    accounts::{AccountChange, AccountReport, NewAccount, remove_account},
    asks::{Ask, Asked, Selection, ask, audit_now, read_now},
    check::{Report, check},
    error::SetupError,
    fault::{Fault, Faults},
    find::{find_account, find_store},
    hooks::HookView,
    look::{AccountView, ShopView, look_at_account, look_at_shop},
    order_view::{Content, LineView, OrderView, look_at_order},
    secret_file::read_secret,
    shown::settings_json,
    store_file::{PasswordRule, Site, StoreFile, host_of, read_site},
    stores::{Import, pause, plan_import, remove_store, resume, start_import},
};
use crate::{clients::Clients, secrets::Keyring};

/// What setting up works with where secrets are needed.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The database.
    pub pool: PgPool,
    /// What seals secrets.
    pub keyring: Arc<Keyring>,
    /// Makes the clients.
    pub clients: Clients,
}
