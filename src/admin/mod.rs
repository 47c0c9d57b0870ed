//! Everything that the command line does, and later the pages: functions that return values. What a person wrote is read, tried on
//! both sides and saved, or refused with every fault in one answer; what is asked of the daemon is queued. Nothing here writes to RO App
//! or to a store.
//!
//! `accounts` and `stores` are set up here, `store_form` reads the settings of a store, [`crate::check`] tries them on both sides,
//! `orders` shows orders and says what becomes of them. `by_name.rs` finds accounts and stores, `called.rs` names what was found,
//! `hooks.rs` sets up webhooks, `secret_file.rs` reads secrets. `error.rs` says what went wrong.

mod accounts;
mod by_name;
mod called;
mod error;
mod hooks;
mod orders;
mod secret_file;
mod store_form;
mod stores;

use std::sync::Arc;

use sqlx::PgPool;

pub use self::{
    accounts::{AccountChange, AccountReport, NewAccount, remove_account},
    by_name::{find_account, find_store},
    called::{called, called_among, quoted_for_shell},
    error::AdminError,
    hooks::HookView,
    orders::{
        Ask, Asked, Content, Decided, Decision, Found, Identity, LineView, OrderView, Selection, ask, decide, identify,
        look_at_order, resolve, undecided,
    },
    secret_file::{AllowedPath, read_secret, read_secret_given},
    store_form::{Draft, PasswordRule, Site, changed, host_of, is_change, read_site, settings_json},
    stores::{
        AccountLists, Import, ImportSize, Reached, Resumed, audit_now, pause, plan_import, read_now, remove_store,
        resume, settings_toml, start_import,
    },
};
pub use crate::check::{AccountView, Fault, Faults, Report, ShopView, check, look_at_account, look_at_shop};
use crate::{clients::Clients, secrets::Keyring};

/// What works on both sides, where secrets are needed.
#[derive(Debug, Clone)]
pub struct Admin {
    /// The database.
    pub pool: PgPool,
    /// What seals secrets.
    pub keyring: Arc<Keyring>,
    /// Makes the clients.
    pub clients: Clients,
}
