//! Numbers that come back as other orders, as those of a restored or emptied shop: held, and the old work order is left alone.

use std::sync::Arc;

use cartum_roapp::{
    admin::{self, Identity},
    clock::Clock,
    db::{order_list::Listed, orders::OrderState},
    domain::{ids::OrderNumber, scope},
    sandbox::{roapp::Order, seed::ShopOrder},
};
use chrono::TimeDelta;

use super::carrying;
use crate::{
    copies::LISTED,
    store_side::{history, in_state, order, polls, sql, topics},
    support::{
        Words,
        followed::{Followed, follow, follow_in, line},
        world::{World, small},
    },
};

/// An order that the shop gives the number of the followed one, weeks after it.
fn another(order: &mut ShopOrder) {
    order.placed_at += TimeDelta::days(1) + TimeDelta::minutes(7);
    (order.name, order.phone, order.email) = ("Another Buyer".into(), "+380671239999".into(), String::new());
    order.lines = vec![line(9, "Z-9", 77, 2)];
    order.comment = "quite another".into();
}

fn made(world: &World, work_order: i64) -> Order {
    world.sandbox.roapp.data().orders[&work_order].clone()
}

async fn followed() -> Followed {
    follow(&[line(1, "A-1", 100, 1), line(2, "B-2", 30, 2)]).await
}

impl Followed {
    async fn comes_back_as_another(&self) -> Listed {
        self.edit_to(OrderState::Held, another).await
    }

    async fn say(&self, identity: Identity) {
        let (pool, store) = (self.world.database.pool(), self.world.store().await);
        admin::identify(pool, &store, OrderNumber::new(self.number), identity).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_comes_back_as_another_order_is_held_and_nothing_is_written() {
    let followed = follow_in(small(4), &[line(1, "A-1", 100, 1)], |settings| {
        settings.write_back = [(cartum_roapp::domain::ids::Id::new(503), cartum_roapp::domain::ids::Id::new(5))].into();
    })
    .await;
    let (world, before) = (&followed.world, followed.made());
    let held = followed.comes_back_as_another().await;
    assert_eq!(held.work_order, Some(followed.work_order));
    for word in ["different order", "--new", "--same"] {
        assert!(held.reason.contains(word), "{:?}", held.reason);
    }
    assert!(topics(world).await.contains(&"numbers again".to_owned()));
    // What staff do to the old work order concerns the new order no more than the other way round.
    followed.staff().set_status(followed.work_order, 503).unwrap();
    followed.tells("503").await;
    // Tried again, changed in the shop, or decided about as a conflict: it waits for the answer.
    let (pool, store, number) = (world.database.pool(), world.store().await, OrderNumber::new(followed.number));
    sql(world, "UPDATE store_order SET state = 'waiting', reason = NULL, next_try_at = now() WHERE state = 'held'")
        .await;
    in_state(world, followed.number, OrderState::Held).await;
    followed.edit_to(OrderState::Held, |order| order.comment = "changed since".into()).await;
    let refused = admin::resolve(pool, &store, number, cartum_roapp::domain::plan::Keep::Store).await.unwrap_err();
    assert!(refused.to_string().contains("--new"), "{refused}");
    polls(world, 2).await;
    let other = world.sandbox.shop.place_order();
    in_state(world, other, OrderState::Synced).await;
    followed.daemon.stop().await;
    let after = made(&followed.world, followed.work_order);
    assert_eq!(
        (after.items, after.malfunction, after.manager_notes),
        (before.items, before.malfunction, before.manager_notes)
    );
    assert_eq!((after.comments, after.client_id), (before.comments, before.client_id));
    assert_eq!(followed.world.sandbox.shop.data().orders[&followed.number].status, 1);
    assert_eq!(carrying(&followed.world, followed.number).await, [followed.work_order]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_order_that_cannot_be_read_at_first_is_held_once_it_can() {
    let followed = followed().await;
    let (world, number, before) = (&followed.world, followed.number, followed.made());
    world.sandbox.shop.edit(|shop| {
        another(shop.orders.get_mut(&number).unwrap());
        shop.broken.insert(number);
    });
    in_state(world, number, OrderState::Unreadable).await;
    world.sandbox.shop.edit(|shop| shop.broken.clear());
    let held = in_state(world, number, OrderState::Held).await;
    assert!(held.reason.contains("--new"), "{:?}", held.reason);
    let after = followed.made();
    assert_eq!((after.items, after.manager_notes), (before.items, before.manager_notes));
    // And one that is the same after all goes on.
    let other = world.sandbox.shop.place_order();
    in_state(world, other, OrderState::Synced).await;
    world.sandbox.shop.edit(|shop| shop.broken.extend([other]));
    in_state(world, other, OrderState::Unreadable).await;
    world.sandbox.shop.edit(|shop| shop.broken.clear());
    in_state(world, other, OrderState::Synced).await;
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn said_to_be_a_new_one_it_gets_a_work_order_of_its_own_that_is_not_mistaken_for_the_old_one() {
    let mut followed = followed().await;
    let (number, old) = (followed.number, followed.work_order);
    followed.comes_back_as_another().await;
    let before = made(&followed.world, old);
    followed.say(Identity::New).await;
    let new = in_state(&followed.world, number, OrderState::Synced).await.work_order.unwrap();
    assert_ne!(new, old);
    let marker = format!("[cartum:{}/{number}#2]", followed.world.store().await.marker_host);
    assert!(
        made(&followed.world, new).manager_notes.ends_with(&marker),
        "{}",
        made(&followed.world, new).manager_notes
    );
    assert_ne!(made(&followed.world, new).client_id, before.client_id);
    assert!(topics(&followed.world).await.is_empty());

    // Whoever takes over goes on with the new one, whatever is copied or moves.
    followed.daemon.stop().await;
    let client = made(&followed.world, old).client_id;
    followed.world.sandbox.roapp.staff().add_order(client, &before.manager_notes);
    followed.daemon = followed.world.daemon();
    followed.staff().edit_notes(old, &format!("{}\nstaff was here", before.manager_notes)).unwrap();
    followed.edit(|order| order.comment = "ring twice".into()).await;
    assert!(made(&followed.world, new).malfunction.contains("ring twice"));
    followed.daemon.stop().await;
    let after = made(&followed.world, old);
    assert_eq!((after.items, after.malfunction, after.comments), (before.items, before.malfunction, before.comments));
    assert_eq!(order(&followed.world, number).await.work_order, Some(new));
    assert_eq!(carrying(&followed.world, number).await.len(), 2, "the old one and its copy");
    let told = history(&followed.world, number).await;
    assert!(told.iter().any(|what| what.contains("a person decided") && what.contains(&old.to_string())), "{told:?}");
    // On record, for people.
    let shown = followed.world.program("show").run(&["order", "show", "Sandbox shop", &number.to_string()]).await;
    let words = format!("work order {old}, left unchanged");
    assert!(shown.success && shown.stdout.contains(&words) && shown.stdout.contains(&new.to_string()), "{shown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn said_to_be_the_same_its_work_order_is_brought_up_to_date() {
    let followed = followed().await;
    followed.comes_back_as_another().await;
    let resolved = ["order", "resolve", "Sandbox shop", &followed.number.to_string(), "--same", "--wait"];
    let said = followed.world.program("resolve").run(&resolved).await;
    assert!(said.success && said.stdout.contains("a person decided"), "{said:?}");
    let synced = in_state(&followed.world, followed.number, OrderState::Synced).await;
    assert_eq!(synced.work_order, Some(followed.work_order));
    assert!(followed.made().malfunction.contains("quite another"));
    followed.total_is_the_stores();
    assert!(topics(&followed.world).await.is_empty());
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_was_deleted_and_whose_number_comes_back_is_held_too_and_goes_on_if_it_is_itself() {
    let followed = followed().await;
    let world = &followed.world;
    let kept = world.sandbox.shop.data().orders[&followed.number].clone();
    world.sandbox.shop.edit(|shop| drop(shop.orders.remove(&followed.number)));
    polls(world, 4).await;
    sql(world, "UPDATE store_order SET missing_since = now() - interval '2 hours' WHERE missing_times > 2").await;
    in_state(world, followed.number, OrderState::Gone).await;
    let before = followed.made();
    world.sandbox.shop.edit(|shop| {
        let mut order = kept.clone();
        another(&mut order);
        shop.orders.insert(followed.number, order);
    });
    let held = in_state(world, followed.number, OrderState::Held).await;
    assert!(held.reason.contains("different order"), "{:?}", held.reason);
    // The backup is brought back: it is the order that it was.
    world.sandbox.shop.edit(|shop| drop(shop.orders.insert(followed.number, kept)));
    in_state(world, followed.number, OrderState::Synced).await;
    assert_eq!(topics(world).await, Vec::<String>::new());
    assert_eq!(followed.made().items, before.items);
    followed.daemon.stop().await;
    assert_eq!(carrying(&followed.world, followed.number).await, [followed.work_order]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_changes_its_zone_shows_the_same_orders() {
    let followed = followed().await;
    let synced = followed
        .edit(|order| {
            order.placed_at += TimeDelta::hours(2);
            order.comment = "after the zone".into();
        })
        .await;
    assert_eq!(synced.work_order, Some(followed.work_order));
    assert!(followed.made().malfunction.contains("after the zone"));
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_whose_order_never_came_to_ro_app_is_simply_the_new_order_s() {
    let world = World::new(small(4)).await;
    let number = *world.sandbox.shop.data().orders.first_key_value().unwrap().0;
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().status = 3);
    world.import_whole().await;
    assert_eq!(order(&world, number).await.state, OrderState::Excluded);
    let now = scope::local(Clock::System.now(), chrono_tz::Europe::Kyiv);
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&number).unwrap();
        another(order);
        (order.placed_at, order.status) = (now, 1);
    });
    let daemon = world.daemon();
    let made = in_state(&world, number, OrderState::Synced).await;
    daemon.stop().await;
    assert_eq!(carrying(&world, number).await, [made.work_order.unwrap()]);
    assert!(history(&world, number).await.iter().any(|what| what.contains("the number now belongs to another order")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_backup_asks_again_and_then_links_what_was_made_since() {
    let mut followed = followed().await;
    let number = followed.number;
    followed.daemon.stop().await;
    let backup = followed.world.database.copy().await;
    followed.daemon = followed.world.daemon();
    followed.comes_back_as_another().await;
    followed.say(Identity::New).await;
    let new = in_state(&followed.world, number, OrderState::Synced).await.work_order.unwrap();
    followed.daemon.stop().await;
    tokio::time::sleep(LISTED).await;
    let made = followed.world.sandbox.roapp.data().orders.len();

    followed.world.database = Arc::new(backup);
    followed.daemon = followed.world.daemon();
    in_state(&followed.world, number, OrderState::Held).await;
    followed.say(Identity::New).await;
    let linked = in_state(&followed.world, number, OrderState::Synced).await;
    followed.daemon.stop().await;
    assert_eq!((linked.work_order, followed.world.sandbox.roapp.data().orders.len()), (Some(new), made));
}
