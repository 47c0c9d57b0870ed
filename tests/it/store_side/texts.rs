//! Texts as shops store them: entities and tags of HTML, characters that nobody sees, moments that name their offset.

use cartum_roapp::{
    db::orders::OrderState,
    sandbox::seed::{Discounts, ShopOrder},
};

use super::{in_state, order};
use crate::support::{
    followed::line,
    world::{Daemon, World, small},
};

/// A daemon, and a new order made by `change`, in RO App.
async fn placed(world: &World, change: impl FnOnce(&mut ShopOrder)) -> (Daemon, i64) {
    let number = world.sandbox.shop.place_order();
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&number).unwrap();
        (order.discounts, order.status) = (Discounts::default(), 1);
        change(order);
    });
    let daemon = world.daemon();
    in_state(world, number, OrderState::Synced).await;
    (daemon, number)
}

#[tokio::test(flavor = "multi_thread")]
async fn html_is_read_once_in_every_text_of_a_store() {
    let world = World::imported_already(small(4)).await;
    let (daemon, number) = placed(&world, |order| {
        order.name = "Anna O&#039;Brien-M&uuml;ller".into();
        order.email = "ann.entity@example.com".into();
        order.comment = "5&quot; &lt; 6&quot;<br />after six &amp;lt; a<b and c>d".into();
        order.address = "Main St. 5 &amp; 7".into();
        order.delivery.1 = "<b>Courier</b> &amp; co".into();
        order.payment.1 = "<span style=\"color:red\">Card</span>&nbsp;online".into();
        order.lines = vec![line(1, "ENT-1", 100, 1)];
        order.lines[0].title = "<b>Brush</b> &amp; Roller 5&quot; &#8211; Pro<br/>x <Type-C>".into();
    })
    .await;
    daemon.stop().await;
    let work_order = order(&world, number).await.work_order.unwrap();
    let data = world.sandbox.roapp.data();
    let made = &data.orders[&work_order];
    let person = &data.people[&made.client_id];
    assert_eq!((person.first_name.as_str(), person.last_name.as_str()), ("Anna", "O'Brien-Müller"));
    assert_eq!(data.products[&made.items[0].entity_id].title, "Brush & Roller 5\" – Pro x <Type-C>");
    assert!(made.malfunction.ends_with("5\" < 6\" after six &lt; a<b and c>d"), "{}", made.malfunction);
    for text in ["Main St. 5 & 7", "Courier & co", "Payment: Card online"] {
        assert!(made.manager_notes.contains(text), "{text}: {}", made.manager_notes);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_sees_makes_no_second_product_and_no_second_client() {
    for unseen in ['\u{200b}', '\u{feff}', '\u{200e}', '\u{ad}', '\u{a0}'] {
        let world = World::new(small(4)).await;
        world.import_whole().await;
        let (daemon, first) = placed(&world, |order| {
            (order.name, order.phone, order.email) = ("Ivan Petrenko".into(), String::new(), "zw@example.com".into());
            order.lines = vec![line(1, "SKU-001", 10, 1)];
        })
        .await;
        daemon.stop().await;
        let (daemon, second) = placed(&world, |order| {
            let name =
                if unseen == '\u{a0}' { "Ivan\u{a0}Petrenko".into() } else { format!("Iv{unseen}an Petrenko{unseen}") };
            (order.name, order.phone, order.email) = (name, String::new(), format!("zw@example.com{unseen}"));
            order.lines = vec![line(2, &format!("SKU-001{unseen}"), 10, 1)];
        })
        .await;
        daemon.stop().await;
        let data = world.sandbox.roapp.data();
        let mut made = Vec::new();
        for number in [first, second] {
            let work_order = &data.orders[&order(&world, number).await.work_order.unwrap()];
            made.push((work_order.client_id, work_order.items[0].entity_id));
        }
        assert_eq!(made[0], made[1], "{unseen:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moment_with_an_offset_is_that_moment_in_the_store_s_zone() {
    let world = World::imported_already(small(4)).await;
    let number = world.sandbox.shop.place_order();
    let local = world.sandbox.shop.data().orders[&number].placed_at;
    let utc = cartum_roapp::domain::scope::to_utc(local, chrono_tz::Europe::Kyiv);
    let as_local = format!("\"{}\"", local.format("%Y-%m-%d %H:%M:%S"));
    for text in [utc.format("\"%Y-%m-%dT%H:%M:%SZ\"").to_string(), utc.format("\"%Y-%m-%d %H:%M:%S+0000\"").to_string()]
    {
        world.sandbox.shop.edit(|shop| shop.spoiled = vec![(as_local.clone(), text.into_bytes())]);
        let daemon = world.daemon();
        in_state(&world, number, OrderState::Synced).await;
        daemon.stop().await;
        assert_eq!(order(&world, number).await.placed_at, Some(local));
    }
}
