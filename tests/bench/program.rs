//! The program itself: its size, and how long it takes to start.

use std::{fs, time::Duration};

use cartum_roapp::sandbox::world::SandboxOptions;
use tokio::time::Instant;

use crate::{
    Table,
    support::{
        eventually, program,
        world::{World, small},
    },
};

/// Starts that are measured; the median counts.
const STARTS: usize = 5;

/// Adds its figures.
pub(crate) async fn measure(table: &mut Table) {
    #[expect(clippy::cast_precision_loss, reason = "a size")]
    let megabytes = fs::metadata(program()).unwrap().len() as f64 / 1e6;
    table.add("size of the program", format!("{megabytes:.1} MB"), "< 16 MB", "");

    let world = World::imported_already(SandboxOptions { days: 40, ..small(40) }).await;
    let mut took = Vec::new();
    for _ in 0..STARTS {
        // As if its poll had become due.
        sqlx::query("UPDATE store SET next_poll_at = now()").execute(world.database.pool()).await.unwrap();
        sqlx::query("UPDATE account SET due_at = now(), lease_token = NULL")
            .execute(world.database.pool())
            .await
            .unwrap();
        let (before, began) = (world.sandbox.shop.calls().len(), Instant::now());
        let daemon = world.program("start").env("CARTUM_ROAPP__SYNC__POLL_INTERVAL", "5m").start(&["run"]);
        eventually("the first poll", async || (world.sandbox.shop.calls().len() > before).then_some(())).await;
        took.push(began.elapsed());
        drop(daemon);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    took.sort_unstable();
    let (median, worst) = (took[STARTS / 2].as_millis(), took[STARTS - 1].as_millis());
    table.add("from `run` to the first poll", format!("{median} ms, at worst {worst} ms"), "< 1 s", "");
}
