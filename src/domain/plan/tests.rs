//! The planner against a small RO App: `model` carries out plans, `draft` creates orders.

mod after;
mod amounts;
#[expect(clippy::unwrap_used, reason = "a test may stop here")]
mod client;
mod draft;
#[expect(clippy::unwrap_used, reason = "a test may stop here")]
mod examples;
mod language;
#[expect(clippy::unwrap_used, reason = "a test may stop here")]
mod linked;
#[expect(clippy::unwrap_used, reason = "a test may stop here")]
mod model;
#[expect(clippy::unwrap_used, reason = "a test may stop here")]
mod properties;
#[expect(clippy::unwrap_used, reason = "a test may stop here")]
mod settle;
mod statuses;
mod verdict;
