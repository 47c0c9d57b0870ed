//! The commands through the front door: the program, against the sandbox's store and RO App.

mod account;
mod alone;
mod ask;
mod audit;
mod faults;
mod frozen;
mod import_size;
mod keys;
mod named;
mod odd;
mod order;
mod order_pages;
mod progress;
mod resolve;
mod sandbox;
mod secret;
mod store;
mod template;
mod terminal;
mod world;
mod write_back;
