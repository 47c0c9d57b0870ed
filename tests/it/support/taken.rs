//! The calls to RO App that an import took.

use std::collections::{BTreeMap, BTreeSet};

use cartum_roapp::sandbox::roapp::Call;

use super::world::World;

/// What an import took of RO App.
pub(crate) struct Taken {
    calls: Vec<Call>,
}

impl Taken {
    /// Calls for each hundred that wrote something, and what they were.
    pub(crate) fn percent(calls: &[Call]) -> (usize, String) {
        let wrote = |call: &&Call| call.method != "GET" && (200..300).contains(&call.status);
        let needed = calls.iter().filter(wrote).count();
        let mut kinds = BTreeMap::<String, usize>::new();
        for call in calls {
            let query: BTreeSet<_> = call.query.iter().map(|(name, _)| name.as_str()).collect();
            let query: Vec<_> = query.into_iter().collect();
            *kinds.entry(format!("{} {}", call.name(), query.join(","))).or_default() += 1;
        }
        (calls.len() * 100 / needed.max(1), format!("{} calls where {needed} are needed: {kinds:#?}", calls.len()))
    }

    /// Of all calls so far.
    pub(crate) fn of(world: &World) -> Self {
        Self { calls: world.sandbox.roapp.calls() }
    }

    /// All of them.
    pub(crate) fn all(&self) -> &[Call] {
        &self.calls
    }

    /// Without the first hundred work orders.
    pub(crate) fn later(&self) -> &[Call] {
        let mut made = self.calls.iter().enumerate().filter(|(_, call)| call.name() == "POST /v2/orders");
        let from = made.nth(100).map_or(self.calls.len(), |(place, _)| place);
        &self.calls[from..]
    }
}
