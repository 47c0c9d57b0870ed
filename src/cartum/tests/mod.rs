//! Tests of the client over real sockets, and of decoding on the contract's examples.

mod auth;
mod decoding;
mod failures;
mod fence;
mod hooks;
mod hostile;
mod lists;
mod paging;
mod retries;
mod support;
