//! Sets accounts and stores up, for the command line and the pages: what a person wrote is read, tried on both sides and
//! saved, or refused with every fault in one answer. Nothing here writes to RO App or to a store.
//!
//! `store_file.rs` reads a store's TOML, [`crate::check`] tries it on both sides, `accounts.rs` and `stores.rs` save, `taken.rs`
//! knows what is another store's, `asks.rs` asks the daemon, `decide.rs` for several orders, `find.rs` finds by name, `called.rs`
//! names what was found, `hooks.rs` sets up webhooks. `order_view.rs` shows what became of an order, `order_find.rs` says where one
//! is, also one that was never seen. `error.rs` says what went wrong, `shown.rs` shows settings again, `template` writes them as
//! files, `changes.rs` changes single ones.

mod accounts;
mod asks;
mod called;
mod changes;
mod decide;
mod error;
mod find;
mod hooks;
mod import_size;
mod order_find;
mod order_view;
mod secret_file;
mod shown;
mod site_move;
mod store_file;
mod stores;
mod taken;
mod template;

use std::sync::Arc;

use sqlx::PgPool;

pub use self::{
    accounts::{AccountChange, AccountReport, NewAccount, remove_account},
    asks::{Ask, Asked, Identity, Selection, ask, audit_now, identify, read_now, resolve},
    called::{called, called_among, quoted_for_shell},
    changes::{changed, is_change},
    decide::{Decided, Decision, decide, undecided},
    error::SetupError,
    find::{find_account, find_store},
    hooks::HookView,
    import_size::ImportSize,
    order_find::Found,
    order_view::{Content, LineView, OrderView, look_at_order},
    secret_file::{AllowedPath, read_secret, read_secret_given},
    shown::settings_json,
    store_file::{Draft, PasswordRule, Site, host_of, read_site},
    stores::{Import, Resumed, pause, plan_import, remove_store, resume, start_import},
    template::{AccountLists, Reached, settings_toml},
};
pub use crate::check::{AccountView, Fault, Faults, Report, ShopView, check, look_at_account, look_at_shop};
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
