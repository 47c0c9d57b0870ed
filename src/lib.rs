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
//! | tables | what is in them | owner |
//! |---|---|---|
//! | `account`, `pace` | RO App accounts: key, lease, rate limit, watermark of the watch | `db::accounts`, `db::leases` |
//! | `store`, `store_host` | stores: settings, state, watermarks of the polls; every address that a store ever had | `db::stores`, `db::polls` |
//! | `store_order`, `version` | each order ever seen, in one state; what the store said, each state of it once | `db::orders`, `db::work` |
//! | `work_order`, `line`, `link` | lasting pairs, each with its reason | `db::work_orders`, `db::applied`, `db::links` |
//! | `journal` | calls that make something, written before they are sent | `db::journal` |
//! | `write_back` | statuses on their way to a store | `db::write_backs` |
//! | `history`, `notice` | what happened to an order; what a person should know of an account or a store | `db::orders`, `db::notices` |
//! | `stray_row`, `catalogue`, `audit_day` | rows without a number, articles of the store, the days of the proof | `db::orders`, `db::catalogue`, `db::audits` |
//! | `store_hook`, `order_hint`, `account_hook`, `account_event`, `work_order_hint` | webhooks and what they hinted at | `db::subscriptions`, `db::order_hints`, `db::hooks` |
//! | `process` | who works on this database | `db::processes` |
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
