//! Logins that are refused, and stores that do not serve (invariant 8).

use std::time::Duration;

use cartum_roapp::{
    db::{orders::OrderState, stores},
    domain::store::StoreState,
    sandbox::{cartum::CartumQuirks, faults::Fault, world::SandboxOptions},
    secrets::Secret,
};
use tokio::task::{JoinSet, LocalSet};

use super::{few, polls, read_once, sql, topics};
use crate::{
    operations::status::{get, status},
    support::{
        Words, eventually,
        oracle::{self, Terms},
        world::World,
    },
};

async fn in_store_state(world: &World, state: StoreState) -> stores::Store {
    eventually(state.word(), || async { Some(world.store().await).filter(|store| store.state == state) }).await
}

/// The first refusal was half a minute ago, and the second try is due.
async fn half_a_minute_later(world: &World) {
    eventually("the first refusal", || async { world.store().await.login_refused_at }).await;
    sql(world, "UPDATE store SET login_refused_at = login_refused_at - interval '30 seconds', next_poll_at = now()")
        .await;
    sql(world, "UPDATE account SET due_at = now()").await;
}

/// What `store edit` saves.
async fn edit_password(world: &World, password: &str) {
    let store = world.store().await;
    let sealed = world.keyring.seal(&stores::password_place(store.id), &Secret::new(password.into())).unwrap();
    let mut tx = world.database.begin().await;
    stores::set_password(&mut tx, store.id, &sealed).await.unwrap();
    stores::set_settings(&mut tx, &store, &store.settings).await.unwrap();
    tx.commit().await.unwrap();
}

fn logins(world: &World) -> usize {
    world.sandbox.shop.calls().iter().filter(|call| call.function == "auth").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_changed_while_an_import_runs_is_believed_at_the_second_refusal_and_fixed_by_an_edit() {
    let world = World::new(SandboxOptions {
        cartum_quirks: CartumQuirks { page_cap: 5, ..CartumQuirks::default() },
        ..few(16)
    })
    .await;
    world.sandbox.shop.faults().add("orders/get", Fault::Slow(Duration::from_millis(300)), 1, 3);
    world.import().await;
    let daemon = world.daemon();
    eventually("the first page", || async { (!world.orders().await.is_empty()).then_some(()) }).await;
    world.sandbox.shop.set_password("another-one");
    world.sandbox.shop.kill_tokens();
    eventually("the first refusal", || async { world.store().await.login_refused_at }).await;
    assert_eq!(world.store().await.state, StoreState::Importing, "one refusal is not believed");
    half_a_minute_later(&world).await;
    let store = in_store_state(&world, StoreState::NeedsCredentials).await;
    assert!(store.reason.contains("\"sync-manager\"") && store.reason.contains("since 20"), "{:?}", store.reason);
    assert!(store.next_poll_at > cartum_roapp::clock::Clock::System.now() + Duration::from_hours(5));
    let tried = logins(&world);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(logins(&world), tried, "a refused login is only probed");

    edit_password(&world, "another-one").await;
    world.imported().await;
    daemon.stop().await;
    oracle::check_import(&world, Terms::default()).await;
    assert_eq!(world.store().await.state, StoreState::Active);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_refusal_is_believed_only_half_a_minute_after_the_first() {
    let world = World::imported_already(few(6)).await;
    world.sandbox.shop.set_password("another-one");
    world.sandbox.shop.kill_tokens();
    let daemon = world.daemon();
    let first = eventually("the first refusal", || async { world.store().await.login_refused_at }).await;
    let tried = logins(&world);
    read_once(&world).await;
    let store = world.store().await;
    assert!(logins(&world) > tried);
    assert_eq!((store.state, store.login_refused_at), (StoreState::Active, Some(first)), "the second came at once");
    sql(&world, "UPDATE store SET login_refused_at = login_refused_at - interval '31 seconds'").await;
    read_once(&world).await;
    daemon.stop().await;
    assert_eq!(world.store().await.state, StoreState::NeedsCredentials);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_user_stops_the_store_until_a_resume_and_it_catches_up_from_the_old_watermark() {
    let world = World::imported_already(few(8)).await;
    world.sandbox.shop.set_password("nobody knows it");
    world.sandbox.shop.kill_tokens();
    let daemon = world.daemon();
    half_a_minute_later(&world).await;
    let store = in_store_state(&world, StoreState::NeedsCredentials).await;
    let number = world.sandbox.shop.place_order();
    // A probe that is refused tells nothing anew.
    sql(&world, "UPDATE store SET next_poll_at = now()").await;
    sql(&world, "UPDATE account SET due_at = now()").await;
    polls(&world, 1).await;
    let probed = world.store().await;
    assert_eq!((probed.state, &probed.reason, probed.state_since), (store.state, &store.reason, store.state_since));
    assert_eq!(probed.watermark, store.watermark);

    world.sandbox.shop.set_password("sandbox-password");
    let mut tx = world.database.begin().await;
    stores::resume(&mut tx, &store).await.unwrap();
    tx.commit().await.unwrap();
    eventually("the order of meanwhile", || async {
        world.orders().await.into_iter().find(|order| order.number.get() == number && order.work_order.is_some())
    })
    .await;
    daemon.stop().await;
    assert_eq!(world.store().await.state, StoreState::Active);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_login_is_told_once_in_the_log_and_shown_with_its_name_and_since_when() {
    let world = World::imported_already(few(6)).await;
    world.sandbox.shop.set_password("another-one");
    world.sandbox.shop.kill_tokens();
    let program = world.program("one");
    let daemon = program.start(&["run"]);
    half_a_minute_later(&world).await;
    let store = in_store_state(&world, StoreState::NeedsCredentials).await;
    for _ in 0..2 {
        sql(&world, "UPDATE store SET next_poll_at = now()").await;
        sql(&world, "UPDATE account SET due_at = now()").await;
        polls(&world, 1).await;
    }
    let since = store.state_since.format("%Y-%m-%dT%H:%M").to_string();
    let shown = program.run(&["store", "show", "Sandbox shop"]).await.stdout;
    for part in [
        "needs_credentials",
        "the store has refused the login \"sync-manager\" since 20",
        "`store edit`",
        &since.replace('T', " "),
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let shown = status(&daemon).await["accounts"][0]["stores"][0].clone();
    assert_eq!((&shown["state"], &shown["login"]), (&"needs_credentials".into(), &"sync-manager".into()));
    assert!(shown["since"].as_str().unwrap().starts_with(&since), "{shown}");
    assert_eq!(shown["reason"]["text"], store.reason.words());
    assert!(get(&daemon, "/readyz").await.0.contains("200"), "a login is no matter of the process");

    let log = daemon.stdout();
    let told: Vec<_> = log.lines().filter(|line| line.contains("it needs credentials")).collect();
    assert_eq!(told.len(), 1, "{log}");
    let told: serde_json::Value = serde_json::from_str(told[0]).unwrap();
    assert_eq!((&told["level"], &told["login"]), (&"WARN".into(), &"sync-manager".into()), "{told}");
    assert!(told["since"].as_str().unwrap().starts_with("20"), "{told}");
    let warned = log.lines().filter(|line| line.contains("\"WARN\"") || line.contains("\"ERROR\"")).count();
    assert_eq!(warned, 2, "the first refusal and that it is believed: {log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_the_old_password_says_nothing_once_a_new_one_was_saved_meanwhile() {
    let world = World::imported_already(few(6)).await;
    world.sandbox.shop.set_password("another-one");
    world.sandbox.shop.kill_tokens();
    sql(&world, "UPDATE store SET login_refused_at = now() - interval '1 minute', next_poll_at = now()").await;
    world.sandbox.shop.faults().add("auth", Fault::Slow(Duration::from_millis(1500)), 0, 1);
    let daemon = world.daemon();
    tokio::time::sleep(Duration::from_secs(1)).await;
    edit_password(&world, "another-one").await;
    eventually("a good poll", || async {
        let store = world.store().await;
        (store.failures == 0 && store.last_success_at > Some(store.state_since)).then_some(())
    })
    .await;
    polls(&world, 1).await;
    daemon.stop().await;
    let store = world.store().await;
    assert_eq!((store.state, store.login_refused_at), (StoreState::Active, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_without_api_in_each_shape_is_a_notice_and_no_quick_retry() {
    let (local, mut shapes) = (LocalSet::new(), JoinSet::new());
    let _within = local.enter();
    for (name, quirks) in CartumQuirks::refusals() {
        shapes.spawn_local(async move {
            let world = World::new(SandboxOptions { cartum_quirks: quirks, ..few(5) }).await;
            world.import().await;
            let daemon = world.daemon();
            eventually(name, || async { topics(&world).await.contains(&"api".to_owned()).then_some(()) }).await;
            let calls = world.sandbox.shop.calls().len();
            tokio::time::sleep(Duration::from_secs(2)).await;
            assert_eq!(world.sandbox.shop.calls().len(), calls, "{name}");
            daemon.stop().await;
            let store = world.store().await;
            assert!(store.last_error.contains("plan must include API access"), "{name}: {}", store.last_error.words());
            assert!(store.next_poll_at > cartum_roapp::clock::Clock::System.now() + Duration::from_mins(25), "{name}");
            assert_eq!((store.state, store.last_success_at), (StoreState::Importing, None), "{name}");
        });
    }
    local.run_until(async { while shapes.join_next().await.transpose().unwrap().is_some() {} }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_answers_html_for_a_while_uses_up_no_tries_and_is_caught_up_with() {
    let world = World::imported_already(few(8)).await;
    let healthy = world.store().await.last_success_at;
    world.sandbox.shop.faults().add("*", Fault::Html, 0, u32::MAX);
    let number = world.sandbox.shop.place_order();
    let daemon = world.daemon();
    eventually("three failed polls", || async { (world.store().await.failures >= 3).then_some(()) }).await;
    let store = world.store().await;
    assert_eq!((store.state, store.last_success_at), (StoreState::Active, healthy));
    let says_why = |part: &str| store.last_error.contains(part);
    assert!(
        store.failing_since.is_some() && (says_why("no JSON") || says_why("does not answer like")),
        "{:?} {}",
        store.failing_since,
        store.last_error.words()
    );
    world.sandbox.shop.faults().clear();
    eventually("the order of meanwhile", || async {
        world.orders().await.into_iter().find(|order| order.number.get() == number && order.work_order.is_some())
    })
    .await;
    daemon.stop().await;
    let store = world.store().await;
    assert!(store.failing_since.is_none() && store.last_success_at > healthy);
    let tries: i32 =
        sqlx::query_scalar("SELECT max(tries) FROM store_order").fetch_one(world.database.pool()).await.unwrap();
    assert_eq!(tries, 0);
    assert!(world.orders().await.iter().all(|order| order.state != OrderState::Failed));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_killed_between_two_pages_is_renewed_and_the_walk_goes_on() {
    let world = World::new(SandboxOptions {
        cartum_quirks: CartumQuirks { page_cap: 5, ..CartumQuirks::default() },
        ..few(16)
    })
    .await;
    world.sandbox.shop.faults().add("orders/get", Fault::Slow(Duration::from_millis(400)), 1, 1);
    world.import().await;
    let daemon = world.daemon();
    eventually("the first page", || async { (!world.orders().await.is_empty()).then_some(()) }).await;
    let before = logins(&world);
    world.sandbox.shop.kill_tokens();
    world.imported().await;
    daemon.stop().await;
    assert_eq!(logins(&world), before + 1);
    oracle::check_import(&world, Terms::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_refused_right_after_a_good_login_is_temporary() {
    let world = World::imported_already(few(6)).await;
    let refusal = r#"{"status": "UNAUTHORIZED", "response": {"message": "Invalid token"}}"#;
    world.sandbox.shop.faults().add("orders/get", Fault::RefuseWith(200, refusal.into()), 0, 4);
    let daemon = world.daemon();
    eventually("a failed poll", || async { world.store().await.failing_since }).await;
    assert_eq!(world.store().await.login_refused_at, None);
    eventually("a good poll", || async { world.store().await.failing_since.is_none().then_some(()) }).await;
    daemon.stop().await;
    assert_eq!(world.store().await.state, StoreState::Active);
}
