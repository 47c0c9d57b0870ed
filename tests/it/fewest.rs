//! How many calls to RO App an import takes, beside the fewest possible: one for each person, product, work order, line, status and
//! comment that it has to write.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use cartum_roapp::sandbox::{roapp::Call, world::SandboxOptions};

use crate::{store_side::few, support::world::World};

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

async fn import(options: SandboxOptions) -> Taken {
    let world = World::new(SandboxOptions { list_lag: Duration::ZERO, ..options }).await;
    world.import_whole().await;
    Taken::of(&world)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_takes_hardly_more_calls_than_it_writes() {
    let taken = import(few(600)).await;
    let (all, what) = Taken::percent(taken.all());
    let (later, what_later) = Taken::percent(taken.later());
    assert!(all <= 110, "{all} %: {what}");
    // What changed in the last two minutes is listed again each time, which is all of this import: at 3 calls a second it is less.
    assert!(later <= 107, "{later} % after the first hundred: {what_later}");
}
