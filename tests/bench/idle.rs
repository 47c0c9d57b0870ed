//! What a poll costs that finds nothing new, with few open orders and with many.

use std::time::Duration;

use cartum_roapp::sandbox::world::SandboxOptions;

use crate::{
    Table, process,
    support::{
        CountingWire, eventually_within,
        world::{World, small},
    },
};

const POLL: &str = "3s";
const POLLS: usize = 20;

/// Adds its figures.
pub(crate) async fn measure(table: &mut Table) {
    for orders in [40, 1000] {
        let world = World::imported_already(SandboxOptions { days: 40, ..small(orders) }).await;
        world.idle_for_an_hour();
        let (port, url) = (world.database.options().get_port(), world.database.url());
        let wire = CountingWire::to(port).await;
        let daemon = world
            .program("bench")
            .env("CARTUM_ROAPP__DATABASE__URL", url.replace(&format!(":{port}/"), &format!(":{}/", wire.port())))
            .env("CARTUM_ROAPP__SYNC__POLL_INTERVAL", POLL)
            .env("CARTUM_ROAPP__SYNC__LEASE_TIME", "30s")
            .start(&["run"]);
        // Each poll asks for new orders first.
        let is_poll = |body: &serde_json::Value| body["offset"] == 0;
        let asked = || {
            let calls = world.sandbox.shop.calls().into_iter();
            calls.filter(|call| call.function == "orders/get" && is_poll(&call.body)).count()
        };
        let reach = async |count: usize| {
            eventually_within(Duration::from_mins(5), "the polls", async || (asked() >= count).then_some(())).await;
        };
        let pool = world.database.pool();
        // What is done once an hour is done.
        reach(asked() + 4).await;
        let postgres = process::cpu_of_postgres(pool).await;
        let (before, cpu, calls) = (wire.count(), process::cpu(daemon.id()), world.sandbox.roapp.calls().len());
        let count = asked();
        reach(count + POLLS).await;
        let (after, cpu) = (wire.count(), process::cpu(daemon.id()).saturating_sub(cpu));
        let polls = u32::try_from(asked() - count).unwrap();
        let postgres = process::cpu_of_postgres(pool).await.saturating_sub(postgres);
        let calls = world.sandbox.roapp.calls().len() - calls;
        drop(daemon);
        let open = "SELECT count(*) FROM store_order WHERE state = 'synced' AND final_at > now()";
        let open = sqlx::query_scalar::<_, i64>(open).fetch_one(pool).await.unwrap();
        let each = |count: f64| count / f64::from(polls);
        let per_poll = |count: usize| format!("{:.1}", each(f64::from(u32::try_from(count).unwrap())));
        let what = |figure: &str| format!("{figure} of an idle poll, {open} open orders");
        let beside = format!("a poll every {POLL}");
        table.add(&what("transactions"), per_poll(after - before), "4", beside.as_str());
        table.add(&what("calls to RO App"), per_poll(calls), "1", beside.as_str());
        let milliseconds = |used: Duration| format!("{:.1} ms", each(used.as_secs_f64() * 1000.0));
        table.add(&what("processor time"), milliseconds(cpu), "< 5 ms", format!("Postgres {}", milliseconds(postgres)));
    }
}
