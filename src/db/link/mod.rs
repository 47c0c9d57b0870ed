//! The links, which keep anything from being made twice. `links.rs` pairs buyers with people and articles with products,
//! `work_orders.rs` store orders with work orders. `claims.rs` holds work orders that carry the marker of an order without
//! being linked with it, `watch.rs` what was last seen of linked work orders.

pub mod claims;
pub mod links;
pub mod watch;
pub mod work_orders;
