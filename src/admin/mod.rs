//! Everything that the command line and the pages can do, as functions that return values. Input is read, tested against
//! the store and RO App, and saved, or refused with every fault in one answer; requests to the daemon are queued. Nothing here
//! writes to RO App or to a store.
//!
//! `accounts` and `stores` manage accounts and stores, `store_form` reads the settings of a store, [`crate::check`] tests them
//! against both sides, `orders` shows orders and what happens to them. `by_name.rs` finds accounts and stores, `called.rs` names
//! them in commands, `hooks.rs` sets up webhooks, `secret_file.rs` reads secrets, `lost_key.rs` erases what a lost key encrypted.
//! `users.rs` knows who may use the pages, `changes.rs` who changed what. [`progress`] reports what the daemon does about a request, `told.rs` shows messages. `error.rs` holds the errors, `json.rs` the serialisation.

mod accounts;
mod by_name;
mod called;
mod changes;
mod error;
mod hooks;
mod json;
mod lost_key;
mod orders;
pub mod progress;
mod secret_file;
mod store_form;
mod stores;
mod told;
mod users;

use std::sync::Arc;

use sqlx::PgPool;

pub use self::{
    accounts::{
        AccountChange, AccountReport, AccountRow, CategoryRow, Choices, EmployeeRow, FieldRow, LocationRow, NamedRow,
        NewAccount, StatusRow, accounts, read_rate, remove_account,
    },
    by_name::{accounts_within, find_account, find_store, get_store, store_by_id, store_names},
    called::{called, called_among, quoted_for_shell},
    changes::{By, ChangeMade, Changed, changes},
    error::AdminError,
    hooks::{HookView, standing_subscription},
    json::Moment,
    lost_key::{give_up_key, sealed_by},
    orders::{
        Ask, Asked, BuyerView, CandidateRow, ClientChoices, ClientRow, ConflictRow, Conflicting, Decided, Decision,
        Difference, DoubleDecision, DoubleRow, DoublesDecided, EarlierView, Filter, Found, HistoryRow, Identity,
        InboxPage, LineView, OrderRow, OrderView, PersonView, Placed, ProductChoices, ProductRow, Selection,
        Unreadable, ask, ask_each, decide, decide_doubles, identify, inbox, is_undecided, order_view, possible_double,
        possible_doubles, resolve, undecided, undecided_doubles,
    },
    secret_file::{AllowedPath, read_secret, read_secret_given},
    store_form::{Draft, PasswordRule, Site, changed, host_of, is_change, read_site, settings_json},
    stores::{
        Audit, AuditDay, Begun, Health, HeldOrder, Import, ImportPlace, ImportSize, ImportView, KeyView, Level,
        NoticeView, Pairs, PeopleView, Reached, RehearsalReport, RehearsalView, RemappedOrder, Resumed, StatusCount,
        StoreGlance, StoreRow, StoreView, Stores, Verdict, WebhookView, as_pairs, audit_now, glance, glances,
        import_place, names_of, notices, pause, plan_import, read_now, rehearsal, remapped_orders, remove_store,
        resume, settings_toml, settings_warnings, start_import, store_freshness, store_statuses, store_view, stores,
    },
    told::{Told, Words, framed},
    users::{
        Invitation, Session, UserRow, accept, add_guest, add_user, begin_session, change_password, edit_user,
        find_user, first_invitation, guest, has_users, invitation, is_known_device, recognise, remove_user, reset_user,
        session_user, sign_out, sign_out_everywhere, user_by_id, user_rows,
    },
};
pub use crate::{
    check::{AccountView, Fault, Faults, Report, ShopView, check, read_account, read_shop},
    db::DbError,
    db::{
        accounts::Account,
        order_list::About,
        polls::ImportCounts,
        stores::Store,
        subscriptions::HookState,
        users::{Link, User},
    },
};
use crate::{clients::Clients, secrets::Keyring};

/// The functions that need secrets and clients of both sides.
#[derive(Debug, Clone)]
pub struct Admin {
    /// The database.
    pub pool: PgPool,
    /// Encrypts and decrypts secrets.
    pub keyring: Arc<Keyring>,
    /// Creates the clients.
    pub clients: Clients,
    /// Who changes something with them.
    pub by: By,
}
