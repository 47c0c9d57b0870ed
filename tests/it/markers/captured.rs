//! Foreign work orders that carry the marker of an order that has none yet: never taken for it unasked.

use cartum_roapp::{
    admin::{self, Identity},
    db::{order_list::Listed, orders::OrderState},
    domain::{ids::OrderNumber, store::StoreState},
    sandbox::roapp::{Order, SeedPerson},
};

use super::{carrying, change};
use crate::{
    store_side::{few, history, in_state, topics},
    support::{
        Words, eventually,
        world::{Daemon, World},
    },
};

/// What staff made of a work order.
type Edit = Box<dyn FnOnce(&mut Order)>;

/// An order that is in RO App and whose client has a phone there; that client.
async fn known(world: &World) -> (i64, i64) {
    let data = world.sandbox.roapp.data();
    let orders = world.orders().await.into_iter();
    let mut clients = orders.filter_map(|order| Some((order.number.get(), data.orders[&order.work_order?].client_id)));
    clients.find(|(_, client)| !data.people[client].phones.is_empty()).unwrap()
}

/// Places an order whose marker a work order carried before; the order's number and that work order.
async fn captured(world: &World, edit: impl FnOnce(&mut Order)) -> (i64, i64) {
    // Of the buyer of an earlier order, so that the client is known.
    let (known, client) = known(world).await;
    let host = world.store().await.marker_host;
    let buyer = world.sandbox.shop.data().orders[&known].clone();
    let next = world.sandbox.shop.data().orders.keys().max().unwrap() + 1;
    let foreign = world.sandbox.roapp.staff().add_order(client, &format!("A repair\n[cartum:{host}/{next}]"));
    change(world, foreign, |order| {
        order.order_type_id = 71;
        edit(order);
    });
    // RO App is looked at first.
    let seen = "SELECT 1 FROM marker_claim WHERE work_order_id = $1";
    let pool = world.database.pool();
    eventually("the claim", || async {
        sqlx::query_scalar::<_, i32>(seen).bind(foreign).fetch_optional(pool).await.unwrap()
    })
    .await;
    world.sandbox.shop.edit(|shop| {
        let placed = shop.place(cartum_roapp::clock::Clock::System.now());
        let mut order = shop.orders.remove(&placed).unwrap();
        (order.id, order.status) = (next, 1);
        (order.name, order.email, order.phone) = (buyer.name, buyer.email, buyer.phone);
        shop.orders.insert(next, order);
    });
    (next, foreign)
}

async fn started() -> (World, Daemon) {
    let world = World::imported_already(few(8)).await;
    let next_look = || async {
        let at = sqlx::query_scalar::<_, i64>("SELECT (extract(epoch FROM watch_at) * 1000)::bigint FROM account");
        at.fetch_one(world.database.pool()).await.unwrap()
    };
    let before = next_look().await;
    let daemon = world.daemon();
    eventually("a look at RO App", || async { (next_look().await > before).then_some(()) }).await;
    (world, daemon)
}

/// The foreign work order is as it was, and nothing was made beside it.
async fn is_left_alone(world: &World, (number, foreign): (i64, i64), held: &Listed) {
    assert_eq!(held.work_order, None);
    assert_eq!(carrying(world, number).await, [foreign]);
    let there = &world.sandbox.roapp.data().orders[&foreign];
    assert!(there.items.is_empty() && there.comments.is_empty() && there.malfunction.is_empty(), "{there:?}");
    assert_eq!(world.store().await.state, StoreState::Active);
    assert!(held.reason.contains("--same") && held.reason.contains("--new"), "{:?}", held.reason);
}

async fn say(world: &World, number: i64, identity: Identity) {
    let (pool, store) = (world.database.pool(), world.store().await);
    admin::identify(pool, &store, OrderNumber::new(number), identity).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_work_order_with_the_next_order_s_marker_holds_that_order_with_the_reason() {
    let (world, daemon) = started().await;
    let stranger =
        world.sandbox.roapp.staff().add_person(SeedPerson { first_name: "Stranger".into(), ..SeedPerson::default() });
    let cases: [(&str, Edit); 5] = [
        ("another client", Box::new(move |order| order.client_id = stranger)),
        ("another location", Box::new(|order| order.branch_id = 12)),
        ("another type", Box::new(|order| order.order_type_id = 72)),
        ("older than the order", Box::new(|order| order.created_at -= chrono::Duration::days(3))),
        ("no record of creating it", Box::new(|_| {})),
    ];
    for (why, edit) in cases {
        let both = captured(&world, edit).await;
        let held = in_state(&world, both.0, OrderState::Held).await;
        assert!(held.reason.contains(why), "{why}: {}", held.reason.words());
        is_left_alone(&world, both, &held).await;
        // Others go on.
        let other = world.sandbox.shop.place_order();
        in_state(&world, other, OrderState::Synced).await;
    }
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_says_that_it_is_another_and_a_new_one_is_made_for_good() {
    let (world, daemon) = started().await;
    let (number, foreign) = captured(&world, |order| order.branch_id = 12).await;
    in_state(&world, number, OrderState::Held).await;
    say(&world, number, Identity::New).await;
    let made = in_state(&world, number, OrderState::Synced).await.work_order.unwrap();
    assert_ne!(made, foreign);
    let data = world.sandbox.roapp.data();
    assert_eq!((data.orders[&made].branch_id, data.orders[&made].order_type_id), (11, 71));
    // Whatever becomes of the other, it is nobody's any more.
    world.sandbox.roapp.staff().edit_malfunction(foreign, "something else").unwrap();
    let other = world.sandbox.shop.place_order();
    in_state(&world, other, OrderState::Synced).await;
    assert_eq!((topics(&world).await, carrying(&world, number).await.len()), (Vec::new(), 2));
    let told = history(&world, number).await;
    assert!(
        told.iter().any(|what| what.contains("a person decided") && what.contains(&foreign.to_string())),
        "{told:?}"
    );
    // Also for a process that takes the account over.
    daemon.stop().await;
    let daemon = world.daemon();
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&number).unwrap().comment = "ring twice".into());
    let malfunction = || world.sandbox.roapp.data().orders[&made].malfunction.clone();
    eventually("the change", || async { malfunction().contains("ring twice").then_some(()) }).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_says_that_it_is_the_same_and_it_is_linked() {
    let (world, daemon) = started().await;
    let (number, foreign) = captured(&world, |_| {}).await;
    in_state(&world, number, OrderState::Held).await;
    say(&world, number, Identity::Same).await;
    let linked = in_state(&world, number, OrderState::Synced).await;
    daemon.stop().await;
    assert_eq!((linked.work_order, carrying(&world, number).await), (Some(foreign), vec![foreign]));
    let (pool, store) = (world.database.pool(), world.store().await);
    let refused = admin::identify(pool, &store, OrderNumber::new(number), Identity::New).await.unwrap_err();
    assert!(refused.to_string().contains("nothing to decide"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_goes_on_by_itself_once_the_marker_is_taken_out_or_the_work_order_deleted() {
    let (world, daemon) = started().await;
    for deleted in [false, true] {
        let (number, foreign) = captured(&world, |order| order.branch_id = 12).await;
        in_state(&world, number, OrderState::Held).await;
        let staff = world.sandbox.roapp.staff();
        if deleted { staff.delete_order(foreign) } else { staff.edit_notes(foreign, "A repair") }.unwrap();
        let made = in_state(&world, number, OrderState::Synced).await.work_order.unwrap();
        assert_ne!(made, foreign);
        assert_eq!(carrying(&world, number).await, [made]);
    }
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_takes_over_adopts_only_what_fits() {
    // What RO App has was there before the process began: it may come from before a restored backup.
    let world = World::imported_already(few(8)).await;
    let (known, client) = known(&world).await;
    let host = world.store().await.marker_host;
    let buyer = world.sandbox.shop.data().orders[&known].clone();
    let place = |phone: &str| {
        let number = world.sandbox.shop.place_order();
        world.sandbox.shop.edit(|shop| {
            let order = shop.orders.get_mut(&number).unwrap();
            (order.name, order.email, order.phone) = (buyer.name.clone(), String::new(), phone.into());
        });
        let made = world.sandbox.roapp.staff().add_order(client, &format!("Made before\n[cartum:{host}/{number}]"));
        change(&world, made, |order| order.order_type_id = 71);
        (number, made)
    };
    let fits = place(&buyer.phone);
    // The database never heard of this buyer, and the client of the work order has another phone.
    let other_buyer = place("+380671230001");
    let elsewhere = place(&buyer.phone);
    change(&world, elsewhere.1, |order| order.branch_id = 12);
    let daemon = world.daemon();
    let adopted = in_state(&world, fits.0, OrderState::Synced).await;
    assert_eq!(adopted.work_order, Some(fits.1));
    for ((number, foreign), why) in [(other_buyer, "another client"), (elsewhere, "another location")] {
        let held = in_state(&world, number, OrderState::Held).await;
        assert!(held.reason.contains(why) && !held.reason.contains("no record of creating it"), "{:?}", held.reason);
        assert_eq!((held.work_order, carrying(&world, number).await), (None, vec![foreign]));
    }
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_unclear_call_made_is_not_mistaken_for_a_foreign_one_of_the_same_client() {
    use cartum_roapp::sandbox::faults::Fault;
    let (world, daemon) = started().await;
    world.sandbox.roapp.faults().add("POST /v2/orders", Fault::CutAfter, 0, 1);
    let number = world.sandbox.shop.place_order();
    eventually("the call that is cut", || async { world.sandbox.roapp.faults().are_spent().then_some(()) }).await;
    let own = carrying(&world, number).await[0];
    let client = world.sandbox.roapp.data().orders[&own].client_id;
    let host = world.store().await.marker_host;
    let foreign = world.sandbox.roapp.staff().add_order(client, &format!("A repair\n[cartum:{host}/{number}]"));
    let synced = in_state(&world, number, OrderState::Synced).await;
    daemon.stop().await;
    assert_eq!(synced.work_order, Some(own));
    assert!(world.sandbox.roapp.data().orders[&foreign].items.is_empty());
}
