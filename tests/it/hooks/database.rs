//! Webhooks that arrive while the database is unavailable: refused, so that they are sent again, and then taken.

use cartum_roapp::sandbox::roapp::Signed;

use super::{
    accounts::{event, hook_url},
    at_rest, count, few, imported,
};
use crate::{
    operations::{database::daemon, status::get},
    support::{Proxy, Wire, eventually},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_arrives_while_the_database_does_not_answer_is_refused_and_taken_when_it_comes_again() {
    let world = imported(few()).await;
    let proxy = Proxy::before(world.database.options().get_port()).await;
    let daemon = daemon(&world, &proxy).env("CARTUM_ROAPP__SYNC__POLL_INTERVAL", "1h").start(&["run"]);
    let url = hook_url(&world, &format!("http://{}", daemon.address().await)).await;
    let (secret, roapp) = (url.rsplit('/').next().unwrap(), &world.sandbox.roapp);
    at_rest(&world).await;
    for (nth, wire) in [(1, Wire::Cut), (2, Wire::Held)] {
        let event = event(nth, 4700 + i64::from(nth));
        proxy.set(wire);
        assert_eq!(roapp.send_event(&url, &event, Signed::With(secret)).await, 503, "{wire:?}");
        let (head, body) = get(&daemon, "/readyz").await;
        assert!(head.contains("503"), "{wire:?}: {head} {body}");
        assert_eq!(count(&world, "account_event").await, i64::from(nth) - 1);

        proxy.cut().await;
        eventually("the daemon to be ready", || async {
            get(&daemon, "/readyz").await.0.contains("200").then_some(())
        })
        .await;
        assert_eq!(roapp.send_event(&url, &event, Signed::With(secret)).await, 200, "{wire:?}");
        assert_eq!(count(&world, "account_event").await, i64::from(nth));
        let path = format!("/v2/orders/{}", event.order);
        eventually("the look at the work order", || async {
            roapp.calls().iter().any(|call| call.path == path).then_some(())
        })
        .await;
    }
}
