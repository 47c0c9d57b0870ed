//! `store import --wait`: a bar on a terminal, lines elsewhere.

use cartum_roapp::db::orders::OrderState;

use super::{
    order::{raw, save},
    world::World,
};

/// Of an import of four orders one is done. No daemon goes on with it.
async fn importing() -> World {
    let world = World::with_store().await;
    world.ok(&["store", "import", "My shop", "--yes"]).await;
    save(&world, 1001, &raw(1001), OrderState::Synced, "").await;
    for number in 1002..=1004 {
        save(&world, number, &raw(number), OrderState::Waiting, "").await;
    }
    sql(&world, "UPDATE store SET import_listed_at = now()").await;
    world
}

async fn sql(world: &World, statement: &'static str) {
    sqlx::raw_sql(statement).execute(world.database.pool()).await.unwrap();
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_a_bar_with_figures_and_time_on_a_terminal_and_plain_lines_elsewhere() {
    let world = importing().await;
    let command = "$PROGRAM store import 'My shop' --wait";
    let mut terminal = world.program.start_on_terminal(80, &format!("TERM=xterm {command}"));
    // One that cannot draw.
    let mut dumb = world.program.start_on_terminal(80, &format!("TERM=dumb {command}"));
    let mut plain = world.program.start(&["store", "import", "My shop", "--wait"]);
    terminal.prints("1/4 time left not known yet").await;
    for lines in [&plain, &dumb] {
        lines.prints("1 of 4 orders; time left not known yet").await;
    }
    sql(&world, "UPDATE store_order SET state = 'synced' WHERE number = 1002").await;
    terminal.prints("2/4 less than a minute left").await;
    sql(&world, "UPDATE store_order SET state = 'held', reason = '{\"code\": \"gone\"}' WHERE number = 1003").await;
    terminal.prints("3/4 less than a minute left, 1 held, 0 failed").await;
    sql(
        &world,
        "UPDATE store_order SET state = 'synced' WHERE number = 1004;
         UPDATE store SET state = 'active', import_finished_at = now()",
    )
    .await;
    for (running, drawn) in [(&mut terminal, true), (&mut dumb, false), (&mut plain, false)] {
        assert!(running.ended().await.success(), "{}{}", running.stdout(), running.stderr());
        let shown = running.stdout();
        let end = "import finished: 4 found, 3 done, 0 excluded, 1 held, 0 failed, 0 waiting";
        assert!(shown.contains(end) && shown.contains("order list --store \"My shop\" --state held"), "{shown}");
        assert_eq!(shown.contains('\u{1b}'), drawn, "{shown:?}");
        assert_eq!(shown.contains('█'), drawn, "{shown:?}");
        let after = shown.split(end).nth(1).unwrap();
        assert!(!after.contains("/4"), "the bar is gone at the end: {shown:?}");
    }
    assert!(!plain.stderr().contains('█'), "{}", plain.stderr());
}
