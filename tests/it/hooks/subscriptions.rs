//! The one subscription of a store: made once, known for good, ended when it is not wanted, never in the way.

use cartum_roapp::{
    db::{notices, stores, subscriptions::HookState},
    sandbox::{
        cartum::{CartumQuirks, NoHooks},
        faults::Fault,
        world::SandboxOptions,
    },
};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    Front, OFTEN, SUBSCRIBE, UNSUBSCRIBE, a_day_later, calls, count, few, imported, in_hook_state, known, reads, send,
    show, show_text, start, stop, subscribed, synced,
};
use crate::support::{Words, eventually, world::World};

async fn edit(world: &World) {
    let store = world.store().await;
    let mut tx = world.database.begin().await;
    stores::set_settings(&mut tx, &store, &store.settings).await.unwrap();
    tx.commit().await.unwrap();
}

async fn pause_and_resume(world: &World) {
    for command in ["pause", "resume"] {
        let done = world.program(command).run(&["store", command, "Sandbox shop"]).await;
        assert!(done.success, "{done:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_is_subscribed_once_over_restarts_and_the_secret_is_kept_in_no_clear_text() {
    let world = imported(few()).await;
    assert_eq!(show(&world).await["webhook"], Value::Null);
    let front = Front::open().await;
    for _ in 0..3 {
        let daemon = start(&world, &front, &[OFTEN]).await;
        in_hook_state(&world, HookState::Subscribed).await;
        reads(&world, 2).await;
        stop(&world, daemon).await;
    }
    assert_eq!((calls(&world, SUBSCRIBE), calls(&world, UNSUBSCRIBE)), (1, 0));
    let hooks = world.sandbox.shop.hooks();
    let [hook] = &hooks[..] else { panic!("{hooks:?}") };
    assert_eq!((hook.event.as_str(), known(&world).await.unwrap().hook.unwrap().get()), ("order_created", hook.id));
    let secret = hook.target_url.strip_prefix(&format!("{}/hooks/cartum/", front.url())).unwrap();
    assert_eq!(secret.len(), 64);
    let row: String = sqlx::query_scalar(
        "SELECT h::text || encode(target_url, 'escape') || encode(secret_hash, 'escape') FROM store_hook h",
    )
    .fetch_one(world.database.pool())
    .await
    .unwrap();
    assert!(!row.contains(secret), "{row}");
    let shown = show(&world).await;
    let webhook = &shown["webhook"];
    assert_eq!((&webhook["state"], &webhook["subscribed"]), (&json!("subscribed"), &json!(true)));
    assert_eq!((&webhook["event"], &webhook["public_url"]), (&json!("order_created"), &json!(front.url())));
    let text = show_text(&world).await;
    assert!(text.contains("order_created to http://127.0.0.1:"), "{text}");
    assert!(!shown.to_string().contains(secret) && !text.contains(secret));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_public_url_no_store_is_subscribed_and_one_that_goes_away_ends_the_subscription() {
    let world = imported(few()).await;
    let front = Front::open().await;
    let daemon = start(&world, &front, &[OFTEN, ("HTTP__PUBLIC_URL", "")]).await;
    reads(&world, 3).await;
    stop(&world, daemon).await;
    assert_eq!((calls(&world, SUBSCRIBE), count(&world, "store_hook").await), (0, 0));
    let daemon = start(&world, &front, &[]).await;
    subscribed(&world).await;
    stop(&world, daemon).await;
    let daemon = start(&world, &front, &[OFTEN, ("HTTP__PUBLIC_URL", "")]).await;
    in_hook_state(&world, HookState::Idle).await;
    reads(&world, 2).await;
    stop(&world, daemon).await;
    assert_eq!((world.sandbox.shop.hooks(), calls(&world, UNSUBSCRIBE)), (vec![], 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_public_url_ends_the_old_subscription_before_a_new_one_is_made() {
    let world = imported(few()).await;
    let (old, new) = (Front::open().await, Front::open().await);
    let daemon = start(&world, &old, &[]).await;
    let before = subscribed(&world).await;
    stop(&world, daemon).await;
    // Others have taken all places but ours.
    for nth in 0..4 {
        world.sandbox.shop.add_hook("order_created", &format!("http://127.0.0.1:1/{nth}"));
    }
    let daemon = start(&world, &new, &[]).await;
    eventually("the new subscription", || async {
        world.sandbox.shop.hooks().into_iter().find(|hook| hook.target_url.starts_with(&new.url()))
    })
    .await;
    old.lead_to(daemon.address().await.port());
    let after = subscribed(&world).await;
    assert_eq!(world.sandbox.shop.hooks().len(), 5);
    assert!(!world.sandbox.shop.hooks().contains(&before));
    assert_ne!(before.target_url.rsplit('/').next(), after.target_url.rsplit('/').next());
    // The end of the old one says nothing of the new one.
    assert_eq!(send(Method::DELETE, &before.target_url, "").await, (404, String::new()));
    let number = world.sandbox.shop.place_order();
    assert_eq!(send(Method::POST, &after.target_url, json!({"order_id": number}).to_string()).await.0, 200);
    synced(&world, number).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_subscription_that_cannot_be_ended_now_is_tried_again_and_no_second_one_is_made_beside_it() {
    let world = imported(few()).await;
    let (old, new) = (Front::open().await, Front::open().await);
    let daemon = start(&world, &old, &[]).await;
    subscribed(&world).await;
    stop(&world, daemon).await;
    world.sandbox.shop.faults().add(UNSUBSCRIBE, Fault::Refuse(503), 0, 1);
    let daemon = start(&world, &new, &[OFTEN]).await;
    eventually("the failure", || async { known(&world).await.filter(|hook| hook.tries == 1) }).await;
    reads(&world, 3).await;
    assert_eq!((calls(&world, UNSUBSCRIBE), calls(&world, SUBSCRIBE)), (1, 1));
    assert!(show_text(&world).await.contains("could not be unsubscribed"));
    a_day_later(&world).await;
    eventually("the new subscription", || async {
        let hooks = world.sandbox.shop.hooks();
        (hooks.len() == 1 && hooks[0].target_url.starts_with(&new.url())).then_some(())
    })
    .await;
    stop(&world, daemon).await;
    assert_eq!((calls(&world, UNSUBSCRIBE), calls(&world, SUBSCRIBE)), (2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_removed_in_the_store_is_not_made_again_until_the_store_is_edited_or_resumed() {
    let world = imported(few()).await;
    let front = Front::open().await;
    let daemon = start(&world, &front, &[OFTEN]).await;
    in_hook_state(&world, HookState::Subscribed).await;
    let hook = world.sandbox.shop.hooks().pop().unwrap();
    assert_eq!(world.sandbox.shop.remove_hook(&hook).await, 200);
    in_hook_state(&world, HookState::Ended).await;
    assert_eq!(send(Method::PUT, &hook.target_url, "").await.0, 404, "its URL is nobody's");
    assert_eq!(send(Method::DELETE, &hook.target_url, "").await.0, 404);
    reads(&world, 3).await;
    let log = stop(&world, daemon).await;
    assert_eq!(log.matches("the webhook was removed in the store").count(), 1);
    assert!(show_text(&world).await.contains("removed in the store, "), "{}", show_text(&world).await);
    let daemon = start(&world, &front, &[OFTEN]).await;
    reads(&world, 3).await;
    assert_eq!(calls(&world, SUBSCRIBE), 1, "not after a restart either");
    assert_eq!(show(&world).await["webhook"]["state"], "ended");
    edit(&world).await;
    in_hook_state(&world, HookState::Subscribed).await;
    let hooks = world.sandbox.shop.hooks();
    assert_eq!((hooks.len(), calls(&world, SUBSCRIBE)), (1, 2));
    assert_ne!(hooks[0].target_url, hook.target_url);
    assert_eq!(world.sandbox.shop.remove_hook(&hooks[0]).await, 200);
    reads(&world, 2).await;
    assert_eq!(calls(&world, SUBSCRIBE), 2);
    pause_and_resume(&world).await;
    in_hook_state(&world, HookState::Subscribed).await;
    stop(&world, daemon).await;
    assert_eq!((world.sandbox.shop.hooks().len(), calls(&world, SUBSCRIBE)), (1, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_refuses_webhooks_is_asked_once_told_once_and_polled_on() {
    for (refusal, word) in [
        (NoHooks::Undefined, "UNDEFINED_FUNCTION"),
        (NoHooks::Forbidden, "FORBIDDEN"),
        (NoHooks::Error, "Webhooks are a part of the Pro plan"),
    ] {
        let cartum_quirks = CartumQuirks { no_hooks: Some(refusal), ..CartumQuirks::default() };
        let world = imported(SandboxOptions { cartum_quirks, ..few() }).await;
        let front = Front::open().await;
        let daemon = start(&world, &front, &[OFTEN, ("LOG__LEVEL", "info")]).await;
        let refused = in_hook_state(&world, HookState::Refused).await;
        assert!(refused.reason.contains(word), "{:?}", refused.reason);
        let number = world.sandbox.shop.place_order();
        synced(&world, number).await;
        reads(&world, 2).await;
        let log = stop(&world, daemon).await;
        assert_eq!((calls(&world, SUBSCRIBE), log.matches("polling continues").count()), (1, 1), "{log}");
        let store = world.store().await;
        assert!(store.failing_since.is_none() && store.last_error.is_empty());
        let open = notices::open(world.database.pool(), store.account, Some(store.id)).await.unwrap();
        assert!(open.is_empty(), "{open:?}");
        let webhook = show(&world).await["webhook"].clone();
        assert_eq!((&webhook["state"], &webhook["subscribed"]), (&json!("refused"), &json!(false)));
        assert!(show_text(&world).await.contains("polling is enough"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_whose_five_places_are_taken_keeps_them() {
    let world = imported(few()).await;
    let others: Vec<_> =
        (0..5).map(|nth| world.sandbox.shop.add_hook("order_created", &format!("http://127.0.0.1:1/{nth}"))).collect();
    let front = Front::open().await;
    let daemon = start(&world, &front, &[OFTEN]).await;
    let refused = in_hook_state(&world, HookState::Refused).await;
    assert!(refused.reason.contains("Subscriptions limit"), "{:?}", refused.reason);
    reads(&world, 2).await;
    stop(&world, daemon).await;
    let daemon = start(&world, &front, &[OFTEN]).await;
    reads(&world, 2).await;
    stop(&world, daemon).await;
    assert_eq!(calls(&world, SUBSCRIBE), 1);
    assert_eq!(world.sandbox.shop.hooks().iter().map(|hook| hook.id).collect::<Vec<_>>(), others);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_store_is_unsubscribed_and_a_store_that_does_not_answer_is_removed_with_a_note() {
    for answers in [true, false] {
        let world = imported(few()).await;
        let front = Front::open().await;
        let daemon = start(&world, &front, &[]).await;
        let hook = subscribed(&world).await;
        stop(&world, daemon).await;
        if !answers {
            world.sandbox.shop.faults().add("*", Fault::Refuse(503), 0, u32::MAX);
        }
        let removed = world.program("remove").run(&["store", "remove", "Sandbox shop", "--yes"]).await;
        assert!(removed.success, "{removed:?}");
        assert_eq!(removed.stdout.contains("note: the store may still have a webhook"), !answers, "{removed:?}");
        let told = format!("order_created to {}/hooks/cartum/...", front.url());
        assert_eq!(removed.stdout.contains(&told), !answers, "{removed:?}");
        assert!(!removed.stdout.contains(hook.target_url.rsplit('/').next().unwrap()));
        assert_eq!(world.sandbox.shop.hooks().is_empty(), answers);
        assert_eq!((count(&world, "store_hook").await, count(&world, "order_hint").await), (0, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_run_subscribes_nothing_and_takes_no_webhooks() {
    let world = imported(few()).await;
    let front = Front::open().await;
    let daemon = start(&world, &front, &[]).await;
    let hook = subscribed(&world).await;
    stop(&world, daemon).await;
    let before = (calls(&world, SUBSCRIBE), calls(&world, UNSUBSCRIBE));
    let looking = world
        .program("look")
        .env("CARTUM_ROAPP__HTTP__PUBLIC_URL", "http://127.0.0.1:9")
        .start(&["run", "--read-only"]);
    front.lead_to(looking.address().await.port());
    eventually("a look", || async { looking.stdout().contains("compared the store").then_some(()) }).await;
    assert_eq!(send(Method::PUT, &hook.target_url, "").await.0, 404);
    assert_eq!(send(Method::DELETE, &hook.target_url, "").await.0, 404);
    assert_eq!((calls(&world, SUBSCRIBE), calls(&world, UNSUBSCRIBE)), before);
    assert_eq!(known(&world).await.unwrap().state, HookState::Subscribed);
}
