//! The client of an order that was found by less than a name with a contact: a person confirms it, or chooses another.

use cartum_roapp::{db::orders::OrderState, sandbox::roapp::SeedPerson};
use serde_json::Value;

use crate::pages::site::Site;
use crate::support::{
    Finished, eventually,
    world::{Daemon, World, small},
};

const STORE: &str = "Sandbox shop";
const PHONE: &str = "0671230099";

fn person(name: &str, phone: &str) -> SeedPerson {
    SeedPerson { first_name: name.into(), phones: vec![phone.into()], ..SeedPerson::default() }
}

/// Somebody orders whose phone belongs to a client of another name; the order's number, and both clients that it may be.
async fn ordered() -> (World, Daemon, i64, [i64; 2]) {
    let world = World::imported_already(small(2)).await;
    let staff = || world.sandbox.roapp.staff();
    let clients = [staff().add_person(person("Zzyzx Qwerty", PHONE)), staff().add_person(person("Iryna Bondar", "1"))];
    let daemon = world.daemon();
    let number = place(&world).await;
    (world, daemon, number, clients)
}

async fn place(world: &World) -> i64 {
    let number = world.sandbox.shop.place_order();
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&number).unwrap();
        (order.name, order.phone, order.email) = ("Irina Bondarenko".into(), PHONE.into(), String::new());
        order.status = 1;
    });
    eventually("the order", || async {
        let mut orders = world.orders().await.into_iter();
        orders.find(|order| order.number.get() == number && order.state == OrderState::Synced)
    })
    .await;
    number
}

impl World {
    async fn client(&self, number: i64, rest: &[&str]) -> Finished {
        let number = number.to_string();
        self.program("command").run(&[&["order", "client", STORE, &number], rest].concat()).await
    }

    async fn clients(&self, number: i64) -> Value {
        let done = self.client(number, &["--json"]).await;
        assert!(done.success, "{done:?}");
        serde_json::from_str(&done.stdout).unwrap()
    }

    async fn reviews(&self) -> usize {
        let done = self.program("command").run(&["order", "list", "--review", "--json"]).await;
        serde_json::from_str::<Value>(&done.stdout).unwrap().as_array().unwrap().len()
    }

    async fn client_of(&self, number: i64) -> i64 {
        let order = self.orders().await.into_iter().find(|order| order.number.get() == number).unwrap();
        self.sandbox.roapp.data().orders[&order.work_order.unwrap()].client_id
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_that_was_found_is_confirmed_once_for_all() {
    let (world, daemon, number, [found, _]) = ordered().await;
    assert_eq!(world.client_of(number).await, found);
    let shown = world.clients(number).await;
    assert_eq!((&shown["linked"], &shown["candidates"][0]["id"]), (&found.into(), &found.into()), "{shown}");
    assert_eq!(world.reviews().await, 1);
    let done = world.client(number, &["--confirm"]).await;
    assert!(done.success && done.stdout.contains("confirmed"), "{done:?}");
    assert_eq!(world.reviews().await, 0);
    let again = world.client(number, &["--confirm"]).await;
    assert!(!again.success && again.stderr.contains("needs no check"), "{again:?}");
    // The next order of the buyer needs none either.
    let next = place(&world).await;
    assert_eq!((world.client_of(next).await, world.reviews().await), (found, 0));
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_client_gets_the_work_order_and_the_next_ones() {
    let (world, daemon, number, [_, right]) = ordered().await;
    for (wrong, why) in [("999999", "has no client 999999"), ("x", "invalid value")] {
        let done = world.client(number, &["--choose", wrong]).await;
        assert!(!done.success && done.stderr.contains(why), "{done:?}");
    }
    let done = world.client(number, &["--choose", &right.to_string()]).await;
    assert!(done.success, "{done:?}");
    eventually("the other client", || async { (world.client_of(number).await == right).then_some(()) }).await;
    assert_eq!(world.reviews().await, 0);
    let next = place(&world).await;
    assert_eq!(world.client_of(next).await, right);
    // Nothing is listed as changed by staff.
    let shown = world.program("command").run(&["order", "show", STORE, &number.to_string(), "--json"]).await;
    let shown: Value = serde_json::from_str(&shown.stdout).unwrap();
    assert_eq!((&shown["state"], &shown["conflicts"]), (&"synced".into(), &Value::Array(Vec::new())), "{shown}");
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_cannot_be_set_any_more_is_told() {
    let (world, daemon, number, [found, right]) = ordered().await;
    let order = world.orders().await.into_iter().find(|order| order.number.get() == number).unwrap();
    world.sandbox.roapp.staff().set_status(order.work_order.unwrap(), 506).unwrap();
    let done = world.client(number, &["--choose", &right.to_string()]).await;
    assert!(done.success, "{done:?}");
    eventually("what is pending", || async {
        let order = world.orders().await.into_iter().find(|order| order.number.get() == number).unwrap();
        order.pending_change.filter(|why| why.to_string().contains("chose client")).map(drop)
    })
    .await;
    assert_eq!(world.client_of(number).await, found);
    // Once the work order is open again, it is given to the client.
    world.sandbox.roapp.staff().set_status(order.work_order.unwrap(), 502).unwrap();
    eventually("the chosen client", || async { (world.client_of(number).await == right).then_some(()) }).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_is_checked_and_chosen_on_a_page() {
    let (world, daemon, number, [found, right]) = ordered().await;
    let site = Site::open(&world).await;
    let mut owner = site.owner(&world).await;
    let order = format!("/stores/{}/orders/{number}", world.store);
    let page = format!("{order}/client");
    assert!(owner.get(&order).await.text.contains("Check the client"));
    let shown = owner.get(&page).await.text;
    assert!(shown.contains("Zzyzx Qwerty") && shown.contains("This is right"), "{shown}");
    let nobody = owner.post(&page, &page, &[("client", "999999")]).await;
    assert!(nobody.text.contains("RO App has no client 999999"), "{}", nobody.text);
    assert_eq!(owner.post(&page, &page, &[("client", "x")]).await.status, 404);
    assert_eq!(owner.post(&page, &page, &[("client", "confirmed")]).await.status, 303);
    assert!(!owner.get(&order).await.text.contains("Check the client"));
    assert_eq!(world.client_of(number).await, found);
    assert_eq!(owner.post(&page, &page, &[("client", &right.to_string())]).await.status, 303);
    eventually("the other client", || async { (world.client_of(number).await == right).then_some(()) }).await;
    daemon.stop().await;
}
