//! A store that does not answer when it is asked for a subscription.

use cartum_roapp::{
    db::subscriptions::{HookState, Subscription},
    sandbox::{
        cartum::{EventBody, EventMethod},
        faults::Fault,
    },
};

use super::{
    Front, OFTEN, SUBSCRIBE, a_day_later, at_rest, calls, few, imported, in_hook_state, known, reads, show_text, start,
    stop, synced,
};
use crate::support::{Words, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_without_an_answer_is_repeated_once_a_day_later_and_never_uses_up_the_places() {
    let world = imported(few()).await;
    let front = Front::open().await;
    world.sandbox.shop.faults().add(SUBSCRIBE, Fault::CutAfter, 0, u32::MAX);
    let daemon = start(&world, &front, &[OFTEN]).await;
    let unclear = |tries: i32| {
        let is =
            move |hook: &Subscription| hook.state == HookState::Asked && hook.tries == tries && !hook.reason.is_empty();
        let world = &world;
        async move { eventually("the attempt", || async { known(world).await.filter(is) }).await }
    };
    unclear(1).await;
    reads(&world, 3).await;
    assert_eq!((calls(&world, SUBSCRIBE), world.sandbox.shop.hooks().len()), (1, 1));
    assert!(show_text(&world).await.contains("not known whether it is subscribed"));
    a_day_later(&world).await;
    unclear(2).await;
    // Whatever a person changes about the store meanwhile: each attempt may have taken up a place.
    for days in 0..3 {
        world.edit(|settings| settings.due_in_days = Some(days)).await;
        a_day_later(&world).await;
        reads(&world, 2).await;
    }
    stop(&world, daemon).await;
    assert_eq!((calls(&world, SUBSCRIBE), world.sandbox.shop.hooks().len()), (2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_the_store_did_not_act_on_is_repeated_later_and_counts_for_nothing() {
    let world = imported(few()).await;
    let front = Front::open().await;
    world.sandbox.shop.faults().add(SUBSCRIBE, Fault::Refuse(429), 0, 3);
    let daemon = start(&world, &front, &[OFTEN]).await;
    for times in 1..=3 {
        eventually("the attempt", || async { (calls(&world, SUBSCRIBE) == times).then_some(()) }).await;
        let idle = in_hook_state(&world, HookState::Idle).await;
        assert!(idle.tries == 0 && idle.reason.contains("HTTP 429"), "{idle:?}");
        reads(&world, 2).await;
        assert_eq!(calls(&world, SUBSCRIBE), times);
        a_day_later(&world).await;
    }
    in_hook_state(&world, HookState::Subscribed).await;
    stop(&world, daemon).await;
    assert_eq!((calls(&world, SUBSCRIBE), world.sandbox.shop.hooks().len()), (4, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_shows_that_an_attempt_without_an_answer_took_effect() {
    let world = imported(few()).await;
    let front = Front::open().await;
    world.sandbox.shop.faults().add(SUBSCRIBE, Fault::CutAfter, 0, 1);
    let daemon = start(&world, &front, &[]).await;
    eventually("the attempt", || async { known(&world).await.filter(|hook| !hook.reason.is_empty()) }).await;
    at_rest(&world).await;
    let number = world.sandbox.shop.place_order();
    assert_eq!(world.sandbox.shop.send_order_created(number, EventMethod::Put, EventBody::Top).await, [200]);
    in_hook_state(&world, HookState::Subscribed).await;
    synced(&world, number).await;
    a_day_later(&world).await;
    stop(&world, daemon).await;
    assert_eq!((calls(&world, SUBSCRIBE), world.sandbox.shop.hooks().len()), (1, 1));
}
