//! Turns the orders of Cartum online stores into RO App work orders and keeps both in step.
//!
//! # Where to begin
//!
//! [`design`] says what the program promises, in the numbers that the code cites ("design section 6", "invariant 3").
//! [`cartum::contract`] and [`roapp::contract`] say what is known of the two APIs, and how surely ("contract cartum 4.5", "contract
//! roapp unknown 17"). [`domain`] decides, so that it is read first: [`domain::plan`] is the heart of it.
//!
//! # The way of an order
//!
//! ```text
//!  sync::schedule   leases an account (db::leases) and gives it a session
//!  sync::session    works the account as long as the lease lasts, and lets go
//!    |
//!    |  sync::store          asks a store that is due (cartum): new orders, known ones by number, the nightly proof
//!    |  sync::store::intake  saves every row first: a version, or an order that cannot be read (db::orders)
//!    |
//!    |  sync::batch          takes the orders that wait (db::work), and for each of them
//!    |    sync::order::load    reads what belongs to it: an Order, the value that everything below works on
//!    |    sync::order::bring   asks RO App for the work order, plans, and does the steps
//!    |      domain::plan         version, settings, links, what was applied, what RO App has -> goals
//!    |      db::journal          writes down the call that creates something
//!    |      roapp                creates it
//!    |      db::applied          commits the answer, its link, and what RO App has now, together
//!    |    sync::order::verify  compares totals, statuses and markers of many orders by one list
//!    |
//!    |  sync::account        watches what people changed in RO App; sync::store::write_back brings statuses to the store
//! ```
//!
//! An import, a poll, a retry, a resync and the repair after a crash all take this way. A call whose outcome is unclear is settled by
//! `sync::order::unclear`, before anything is planned anew.
//!
//! # The tables
//!
//! | tables | what is in them | changed by |
//! |---|---|---|
//! | `account`, `account_hook`, `account_event` | RO App accounts: key, lease, watermark of the watch; their webhooks | `db::account` |
//! | `store`, `store_host`, `store_hook`, `order_hint`, `catalogue`, `audit_day` | stores: settings, state, polls; every address that a store ever had; webhooks; articles; the days of the proof | `db::store` |
//! | `store_order`, `order_ask`, `version`, `history`, `earlier_order`, `line` | each order ever seen, in one state, which `db::transitions` alone sets; what a person asked of it; what the store said, each state of it once; what happened; what RO App has of its lines | `db::order` |
//! | `work_order`, `link`, `marker_claim`, `work_order_hint` | lasting pairs, each with its reason; work orders that only carry a marker; which to look at | `db::link` |
//! | `journal` | calls that make something, written before they are sent | `db::journal` |
//! | `write_back` | statuses on their way to a store | `db::write_backs` |
//! | `notice`, `dictionary` | what a person should know of an account or a store; what ids stand for | `db::notices`, `db::dictionary` |
//! | `process`, `pace` | who works on this database; the next moment for a call of an account | `db::processes`, `http::Pace` |
//! | `order_count`, `intake_day`, `upkeep`, `stray_row` | what is counted and kept, and for how long; rows without a number | `db::status`, `db::growth` |
//!
//! `tests/it/floors.rs` holds that each table is changed in one place.
//!
//! Links, numbers and the journal keep anything from being made twice (invariants 1 and 3); a version is saved before anything is done
//! with it (invariant 2).
//!
//! # The floors
//!
//! Each module knows only those on lower floors; `tests/it/floors.rs` holds that.
//!
//! ```text
//!  cli                      commands: parse, ask, print
//!  app                      puts the parts together
//!  web                      health, status, webhooks
//!  admin                    everything that commands, and later pages, do: functions that return values
//!  sync                     schedule, session, store, batch; account and order, which alone change RO App
//!  check | clients          settings compared with what both sides offer | how both sides are reached
//!  cartum | roapp | db      the two clients and the database, one file per subject
//!  embedded                 a Postgres of our own
//!  http | hook_url          calls that are paced and fenced | secret addresses of webhooks
//!  secrets | telemetry      sealed texts and their key | the log
//!  lifecycle | config       the end of the process and its signs of life | settings
//!  data_dir | json | clock  the data folder, files, open files | rows cut apart | the time
//!  domain                   everything that decides, without I/O
//! ```
//!
//! The settings of a store are compared with what both sides offer by `check`, which is a room of its own below `sync`: `admin` needs
//! it where a person sets a store up, `sync` where it watches that the settings still fit.
//!
//! [`sandbox`], the shop and the RO App of the demo and the tests, knows nothing of the rest: it is built from the contracts alone.

pub mod admin;
pub mod app;
pub mod cartum;
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
