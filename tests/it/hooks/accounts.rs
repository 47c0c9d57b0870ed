//! Webhooks of RO App: signed, each taken once, and a hint to look at a work order.

use std::time::Duration;

use cartum_roapp::{
    db::hooks,
    domain::ids::WorkOrderId,
    sandbox::roapp::{HookEvent, Signed},
};
use reqwest::Method;

use super::{Front, at_rest, count, few, imported, send, start};
use crate::support::{Finished, eventually, world::World};

pub(super) fn event(nth: u32, order: i64) -> HookEvent {
    HookEvent { id: format!("0b6c1b6e-7d1c-4d5a-9a38-{nth:012}"), name: "Order.Status.Changed".into(), order, more: 0 }
}

async fn run(world: &World, public_url: &str, arguments: &[&str]) -> Finished {
    let program = world.program("command").env("CARTUM_ROAPP__HTTP__PUBLIC_URL", public_url);
    std::fs::write(program.path("hook.secret"), "RO App's own\n").unwrap();
    program.run(arguments).await
}

/// The URL that a person enters in RO App.
pub(super) async fn hook_url(world: &World, public_url: &str) -> String {
    let shown = run(world, public_url, &["account", "hook", "main"]).await;
    assert!(shown.success, "{shown:?}");
    let url = shown.stdout.lines().find_map(|line| line.trim().strip_prefix("URL")).unwrap();
    url.trim().to_owned()
}

pub(super) async fn hinted(world: &World) -> Vec<i64> {
    let account = world.store().await.account;
    let hinted =
        hooks::hinted_work_orders(world.database.pool(), account, (Duration::ZERO, Duration::ZERO)).await.unwrap();
    hinted.into_iter().map(|(work_order, _)| work_order.get()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_url_is_made_on_first_use_stays_and_goes_with_the_account() {
    let world = imported(few()).await;
    let shown = run(&world, "https://sync.example.com/in/", &["account", "hook", "main"]).await.stdout;
    for part in
        ["Settings > API > + Webhook", "Order.Created, Order.Status.Changed, Order.Deleted", "--webhook-secret-file"]
    {
        assert!(shown.contains(part), "{shown}");
    }
    let url = hook_url(&world, "https://sync.example.com/in/").await;
    let secret = url.strip_prefix("https://sync.example.com/in/hooks/roapp/").unwrap();
    assert!(secret.len() == 64 && shown.contains(&url), "{shown}");
    assert_eq!(hook_url(&world, "").await, format!("/hooks/roapp/{secret}"));
    let bare = run(&world, "", &["account", "hook", "main"]).await.stdout;
    assert!(bare.contains("note: http.public_url is not set"), "{bare}");
    let refused = run(&world, "", &["account", "hook", "nobody"]).await;
    assert!(!refused.success && refused.stderr.contains("the accounts are \"main\""), "{refused:?}");
    let row: String = sqlx::query_scalar("SELECT h::text || encode(secret, 'escape') FROM account_hook h")
        .fetch_one(world.database.pool())
        .await
        .unwrap();
    assert!(!row.contains(secret), "{row}");
    for command in [&["store", "remove", "Sandbox shop", "--yes"][..], &["account", "remove", "main"]] {
        assert!(run(&world, "", command).await.success);
    }
    assert_eq!(count(&world, "account_hook").await, 0);
}

/// How often RO App was asked for this work order, which it does not have.
fn looks(world: &World, work_order: i64) -> usize {
    let path = format!("/v2/orders/{work_order}");
    world.sandbox.roapp.calls().iter().filter(|call| call.path == path).count()
}

async fn looked_at(world: &World, work_order: i64, times: usize) {
    eventually("the look at the work order", || async { (looks(world, work_order) >= times).then_some(()) }).await;
    eventually("the end of the hint", || async { hinted(world).await.is_empty().then_some(()) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_event_hints_at_its_work_order_once() {
    let world = imported(few()).await;
    let front = Front::open().await;
    let url = hook_url(&world, &front.url()).await;
    let secret = url.rsplit('/').next().unwrap().to_owned();
    let daemon = start(&world, &front, &[]).await;
    at_rest(&world).await;
    let roapp = &world.sandbox.roapp;
    assert_eq!(roapp.send_event(&url, &event(1, 4711), Signed::With(&secret)).await, 200);
    looked_at(&world, 4711, 1).await;

    // Duplicates are answered, and nothing else.
    for _ in 0..2 {
        assert_eq!(roapp.send_event(&url, &event(1, 4711), Signed::With(&secret)).await, 200);
    }
    assert_eq!((count(&world, "account_event").await, hinted(&world).await), (1, Vec::new()));

    // Another event of the same work order is another hint, in whatever order they come.
    for (nth, order) in [(5, 12), (3, 4711), (4, 12)] {
        assert_eq!(roapp.send_event(&url, &event(nth, order), Signed::With(&secret)).await, 200);
    }
    looked_at(&world, 12, 1).await;
    looked_at(&world, 4711, 2).await;
    assert_eq!(looks(&world, 4711), 2, "the duplicates were no hints");
    let log = daemon.stdout();
    assert!(
        log.contains("received a webhook from RO App") && !log.contains(&secret) && !log.contains("Olena"),
        "{log}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_without_the_right_signature_is_answered_and_changes_nothing() {
    let world = imported(few()).await;
    let front = Front::open().await;
    let url = hook_url(&world, &front.url()).await;
    let secret = url.rsplit('/').next().unwrap().to_owned();
    let daemon = start(&world, &front, &[]).await;
    let roapp = &world.sandbox.roapp;
    for signed in [Signed::With("another"), Signed::With(""), Signed::AsReference(&secret), Signed::Not] {
        // RO App would repeat what is answered otherwise, and disable a webhook that keeps failing.
        assert_eq!(roapp.send_event(&url, &event(1, 4711), signed).await, 200, "{signed:?}");
    }
    for body in
        ["", "[]", "{}", r#"{"id": null}"#, r#"{"context": {"object_id": 1, "object_type": "order"}}"#, "\0", "<html>"]
    {
        assert_eq!(send(Method::POST, &url, body).await, (200, String::new()), "{body}");
    }
    assert_eq!(send(Method::POST, &url, vec![0xff; 65 << 10]).await.0, 200);
    assert_eq!(send(Method::POST, &url, vec![b' '; (4 << 20) + 1]).await.0, 200);
    assert_eq!(send(Method::PUT, &url, "{}").await.0, 405);
    let nobody = url.replace(&secret, &"0".repeat(64));
    assert_eq!(roapp.send_event(&nobody, &event(1, 4711), Signed::With(&secret)).await, 404);
    assert_eq!((count(&world, "account_event").await, hinted(&world).await.len()), (0, 0));
    let log = daemon.stdout();
    assert!(log.contains("\"so_far\":10") && log.contains("ignored a RO App webhook"), "they are counted: {log}");
    // The same event with its signature is none that was seen before.
    assert_eq!(roapp.send_event(&url, &event(1, 4711), Signed::With(&secret)).await, 200);
    looked_at(&world, 4711, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ro_app_s_own_secret_takes_the_place_of_the_one_in_the_path() {
    let world = imported(few()).await;
    let front = Front::open().await;
    let edited = run(&world, &front.url(), &["account", "edit", "main", "--webhook-secret-file", "hook.secret"]).await;
    assert!(edited.success, "{edited:?}");
    let shown = run(&world, &front.url(), &["account", "hook", "main"]).await.stdout;
    assert!(shown.contains("the one that you set") && !shown.contains("RO App's own\n"), "{shown}");
    let url = hook_url(&world, &front.url()).await;
    let _daemon = start(&world, &front, &[]).await;
    let (roapp, in_path) = (&world.sandbox.roapp, url.rsplit('/').next().unwrap());
    assert_eq!(roapp.send_event(&url, &event(1, 7), Signed::With(in_path)).await, 200);
    assert!(hinted(&world).await.is_empty() && looks(&world, 7) == 0);
    assert_eq!(roapp.send_event(&url, &event(1, 7), Signed::With("RO App's own")).await, 200);
    looked_at(&world, 7, 1).await;
    let missing = run(&world, "", &["account", "edit", "main", "--webhook-secret-file", "no.secret"]).await;
    assert!(missing.stderr.contains("webhook_secret_file: cannot read no.secret"), "{missing:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_wakes_the_account_what_is_settled_was_looked_at_and_old_events_are_forgotten() {
    let world = imported(few()).await;
    let (pool, account) = (world.database.pool(), world.store().await.account);
    let take =
        async |event: &str, order: i64| hooks::take(pool, account, event, Some(WorkOrderId::new(order))).await.unwrap();
    let far = "UPDATE account SET due_at = now() + interval '1 hour'";
    let due = async || count(&world, "account WHERE due_at <= now()").await == 1;
    sqlx::query(far).execute(pool).await.unwrap();
    assert!(take("a", 1).await && due().await, "the account is looked at now");
    sqlx::query(far).execute(pool).await.unwrap();
    assert!(!take("a", 1).await && !due().await, "but not for what was seen");
    assert!(take("b", 2).await);
    let until = hooks::hinted_work_orders(pool, account, (Duration::ZERO, Duration::ZERO)).await.unwrap()[1].1;
    let looked_at = [1, 2].map(WorkOrderId::new);
    assert!(take("c", 1).await && take("d", 3).await);
    let mut tx = world.database.begin().await;
    hooks::drop_hints(&mut tx, account, &looked_at, until).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(hinted(&world).await, [1, 3], "1 was named again after the look");
    sqlx::query("UPDATE account_event SET seen_at = seen_at - interval '8 days' WHERE event_id = 'a'")
        .execute(pool)
        .await
        .unwrap();
    assert!(take("e", 1).await && !take("b", 2).await);
    assert_eq!(count(&world, "account_event").await, 4);
}
