//! A status on its way to the store when its process stops: it is written once, whoever goes on.

use std::time::Duration;

use cartum_roapp::{
    db::orders::OrderState,
    domain::ids::{Id, StoreStatusId},
    sandbox::{faults::Fault, world::SandboxOptions},
};

use super::audit;
use crate::support::{
    Running, eventually,
    world::{World, small},
};

/// How long a process may be silent in these tests.
const LEASE: &str = "4s";

/// An imported order with status 1 in a store to which 502, 503 and 505 go back as 2, 5 and 6.
struct Moved {
    world: World,
    number: i64,
    work_order: i64,
}

impl Moved {
    async fn new() -> Self {
        let world = World::with(SandboxOptions { days: 20, ..small(3) }, |settings| {
            settings.write_back =
                [(502, 2), (503, 5), (505, 6)].map(|(roapp, store)| (Id::new(roapp), StoreStatusId::new(store))).into();
        })
        .await;
        let number = world.sandbox.shop.place_order();
        world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().status = 1);
        world.import_whole().await;
        let rows = world.orders().await;
        let row = rows.into_iter().find(|row| row.number.get() == number && row.state == OrderState::Synced).unwrap();
        audit::begin(world.database.pool()).await;
        Self { number, work_order: row.work_order.unwrap(), world }
    }

    fn daemon(&self, name: &str, min_gap: &str) -> Running {
        self.world
            .program(name)
            .env("CARTUM_ROAPP__SYNC__LEASE_TIME", LEASE)
            .env("CARTUM_ROAPP__CARTUM__REQUEST_TIMEOUT", "2s")
            .env("CARTUM_ROAPP__CARTUM__MIN_GAP", min_gap)
            .start(&["run"])
    }

    fn updates(&self) -> usize {
        self.world.sandbox.shop.calls().iter().filter(|call| call.function == "orders/update").count()
    }

    async fn shop_gets(&self, status: i64) {
        eventually("the store's status", || async {
            (self.world.sandbox.shop.data().orders[&self.number].status == status).then_some(())
        })
        .await;
    }

    /// Waits for a figure of the database.
    async fn counts(&self, what: &str, expected: i64) {
        eventually(what, || async {
            let text = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM write_back WHERE {what}"));
            let count: i64 = sqlx::query_scalar(text).fetch_one(self.world.database.pool()).await.unwrap();
            (count == expected).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_paused_before_a_status_goes_to_the_store_until_its_lease_is_gone_never_sends_it() {
    let moved = Moved::new().await;
    // Each call to the store waits for its turn.
    let mut one = moved.daemon("one", "1s");
    moved.world.sandbox.roapp.staff().set_status(moved.work_order, 503).unwrap();
    moved.counts("written_store = 5", 1).await;
    one.signal("STOP");
    assert_eq!(moved.updates(), 0, "it was stopped before the call");
    let two = moved.daemon("two", "0s");
    moved.shop_gets(5).await;
    moved.counts("wanted_roapp IS NOT NULL", 0).await;
    one.signal("CONT");
    // Time for whatever it still had in mind.
    tokio::time::sleep(Duration::from_secs(3)).await;
    // The database may have ended its transaction meanwhile.
    let has_let_go = ["the lease was lost", "the session ended early"].iter().any(|what| one.stdout().contains(what));
    assert!(one.is_running() && has_let_go, "{}", one.stdout());
    assert_eq!(moved.updates(), 1);
    drop(two);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "chaos; .ci/run runs it"]
async fn each_status_is_written_once_though_the_process_dies_in_the_middle_of_every_write() {
    let moved = Moved::new().await;
    let mut crew = vec![("one", moved.daemon("one", "0s")), ("two", moved.daemon("two", "0s"))];
    let next = ["three", "four", "five", "six"];
    let steps = [(503, 5, Fault::HangAfter), (505, 6, Fault::HangBefore), (502, 2, Fault::HangAfter)];
    for (step, (roapp, store, fault)) in steps.into_iter().enumerate() {
        let faults = moved.world.sandbox.shop.faults();
        faults.add("orders/update", fault, 0, 1);
        moved.world.sandbox.roapp.staff().set_status(moved.work_order, roapp).unwrap();
        eventually("the call", || async { faults.are_spent().then_some(()) }).await;
        let notes = audit::notes(moved.world.database.pool()).await;
        let holder = notes.iter().rfind(|note| note.what == "lease").unwrap().process.clone();
        let at = crew.iter().position(|(name, _)| *name == holder).unwrap();
        crew.remove(at).1.kill_9();
        crew.push((next[step], moved.daemon(next[step], "0s")));
        moved.shop_gets(store).await;
        moved.counts("wanted_roapp IS NOT NULL", 0).await;
        assert_eq!(
            (moved.updates(), moved.world.sandbox.roapp.data().orders[&moved.work_order].status_id),
            (step + 1, roapp)
        );
        // RO App's clock has whole seconds.
        tokio::time::sleep(Duration::from_millis(1_100)).await;
    }
    drop(crew);
    audit::check(&audit::notes(moved.world.database.pool()).await);
    assert_eq!(moved.updates(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_run_writes_no_status_of_staff_s_to_the_store() {
    let moved = Moved::new().await;
    // One status is known and still to be written.
    let faults = moved.world.sandbox.shop.faults();
    faults.add("orders/update", Fault::Refuse(503), 0, u32::MAX);
    moved.world.sandbox.roapp.staff().set_status(moved.work_order, 503).unwrap();
    let mut daemon = moved.daemon("one", "0s");
    moved.counts("wanted_roapp IS NOT NULL", 1).await;
    daemon.signal("TERM");
    daemon.ended().await;
    faults.clear();
    let before = moved.updates();
    let look = async || {
        let looking = moved.world.program("look").start(&["run", "--read-only"]);
        eventually("two looks", || async {
            (looking.stdout().matches("compared the store").count() >= 2).then_some(())
        })
        .await;
    };
    look().await;
    // Another is not known yet.
    moved.world.sandbox.roapp.staff().set_status(moved.work_order, 505).unwrap();
    look().await;
    assert_eq!((moved.updates(), moved.world.sandbox.shop.data().orders[&moved.number].status), (before, 1));

    let daemon = moved.daemon("two", "0s");
    moved.shop_gets(6).await;
    drop(daemon);
}
