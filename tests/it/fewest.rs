//! How many calls to RO App an import takes, beside the fewest possible: one for each person, product, work order, line, status and
//! comment that it has to write.

use std::time::Duration;

use cartum_roapp::sandbox::world::SandboxOptions;

use crate::{
    store_side::few,
    support::{taken::Taken, world::World},
};

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
