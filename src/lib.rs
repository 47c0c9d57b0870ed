//! Turns the orders of Cartum online stores into RO App work orders and keeps both in step.
//!
//! # Where to begin
//!
//! [`design`] lists what the program promises; the code cites its numbers ("design section 6", "invariant 3").
//! [`cartum::contract`] and [`roapp::contract`] record what is known of the two APIs and how certain it is ("contract cartum 4.5",
//! "contract roapp unknown 17"). [`domain`] makes the decisions, so read it first: [`domain::plan`] is the heart of it.
//!
//! # The way of an order
//!
//! ```text
//!  sync::schedule   leases an account (db::leases) and gives it a session
//!  sync::session    works on the account while the lease lasts, and releases it
//!    |
//!    |  sync::store          reads a store that is due (cartum): new orders, known ones by number, the nightly audit
//!    |  sync::store::intake  saves every row first: as a version, or as an order that cannot be read (db::orders)
//!    |
//!    |  sync::batch          takes the waiting orders (db::work), and for each of them:
//!    |    sync::order::load    reads all that belongs to it into an Order, the value that everything below works on
//!    |    sync::order::bring   reads the work order from RO App, plans, and carries out the steps
//!    |      domain::plan         version, settings, links, applied version, remote view -> goals
//!    |      db::journal          records a call before it creates something
//!    |      roapp                creates it
//!    |      db::applied          commits the answer, its link, and what RO App has now, together
//!    |  sync::batch::written  compares totals, statuses and markers of up to 40 written orders with one list call, while
//!    |                       others are on their way; sync::order::verify repairs what differs
//!    |
//!    |  sync::account        watches what people change in RO App; sync::store::write_back writes statuses to the store
//! ```
//!
//! An import, a poll, a retry, a resync and the repair after a crash all go this way. `sync::order::unclear` settles a call whose
//! outcome is unclear before anything is planned again.
//!
//! # The tables
//!
//! | tables | content | changed by |
//! |---|---|---|
//! | `account`, `pace`, `account_hook`, `account_event` | RO App accounts: key, lease, watermark of the watch over RO App; when the next call may be sent; webhooks | `db::account` |
//! | `store`, `store_host`, `store_hook`, `order_hint`, `catalogue`, `audit_day`, `rehearsal` | stores: settings, state, polls; every address that a store ever had; webhooks; articles; the days of the audit; what an import would do | `db::store` |
//! | `store_order`, `order_ask`, `version`, `history`, `earlier_order`, `possible_double`, `line` | every order ever seen, in exactly one state, which only `db::transitions` sets; what a person asked for; every version that the store showed, once; what happened; orders that RO App may have already; what RO App accepted of the lines | `db::order` |
//! | `work_order`, `link`, `marker_claim`, `work_order_hint` | permanent links, each with its reason; work orders that only carry a marker; hints from webhooks | `db::link` |
//! | `journal` | calls that create something, recorded before they are sent | `db::journal` |
//! | `write_back` | statuses on their way to a store | `db::write_backs` |
//! | `notice`, `dictionary` | what a person should know about an account or a store; the names of ids | `db::notices`, `db::dictionary` |
//! | `process` | the processes that work on this database | `db::processes` |
//! | `app_user`, `app_user_account`, `user_link`, `user_session`, `user_device`, `setting_change` | who may use the pages and where, links that set passwords, sessions, known browsers; who changed which setting | `db::user` |
//! | `order_count`, `intake_day`, `upkeep`, `stray_row` | counts, and the limits on what is kept; rows without an order number | `db::status`, `db::growth` |
//!
//! `tests/it/floors.rs` checks that each table is changed in one place only.
//!
//! Links, order numbers and the journal ensure that nothing is created twice (invariants 1 and 3); a version is saved before anything is
//! done with it (invariant 2).
//!
//! # What people are told
//!
//! Reasons, history, notices, conflicts, reviews, faults in what a person enters and refusals are messages: a code with its values
//! ([`domain::said`], stored by `db::said`). Code compares codes and values, never sentences. `src/domain/said/` has the sentence of each
//! code in each language, for those who read it at a terminal or on a page; [`admin::Told`] shows both. The labels of the pages are in
//! `src/web/words/`.
//!
//! # The floors
//!
//! Each module uses only modules on lower floors; `tests/it/floors.rs` enforces that.
//!
//! ```text
//!  cli                      commands: parse, call admin, print
//!  app                      assembles the parts
//!  web                      pages for people, health, status, webhooks
//!  admin                    everything that commands and pages can do: functions that return values
//!  sync                     schedule, session, store, batch; account and order, the only modules that change RO App
//!  check | clients          settings compared with both sides | the clients of both sides
//!  cartum | roapp | db      the two clients and the database, one file per subject
//!  embedded                 a private Postgres
//!  http | hook_url          paced and fenced calls | secret URLs of webhooks
//!  secrets | telemetry      encrypted secrets and their key | the log
//!  lifecycle | config       shutdown and heartbeat of the process | settings
//!  data_dir | json | clock  the data folder, files, open files | JSON split into rows | the time
//!  causes                   the causes of an error
//!  domain                   every decision, without I/O
//! ```
//!
//! `check` compares the settings of a store with what both sides offer. It is a module of its own below `sync`, because `admin` needs it
//! when a person sets a store up, and `sync` to watch that the settings still match.
//!
//! [`sandbox`], the shop and the RO App of the demo and the tests, uses nothing of the rest: it is built from the contracts alone.

pub mod admin;
pub mod app;
pub mod cartum;
pub mod causes;
pub mod check;
pub mod cli;
pub mod clients;
pub mod clock;
pub mod config;
pub mod data_dir;
pub mod db;
#[doc = include_str!("design.md")]
pub mod design {}
pub mod domain;
pub mod embedded;
pub mod hook_url;
pub mod http;
pub mod json;
pub mod lifecycle;
pub mod open_files;
pub mod plain_file;
pub mod roapp;
pub mod sandbox;
pub mod secrets;

pub mod sync;
pub mod telemetry;
pub mod text_file;
pub mod web;
