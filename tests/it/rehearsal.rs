//! What an import would do is found out beforehand, and orders that RO App has already are not made a second time.

use std::collections::BTreeSet;

use cartum_roapp::{
    db::{
        orders::{Listed, OrderState},
        rehearsals,
    },
    sandbox::{
        roapp::{RoAppQuirks, SeedPerson, SeedProduct},
        seed::{Discounts, ShopOrder},
        world::SandboxOptions,
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::support::{
    Finished, Words as _, at_once, eventually, every_order,
    followed::line,
    world::{World, small},
};

const STORE: &str = "Sandbox shop";

impl World {
    async fn command(&self, arguments: &[&str]) -> Finished {
        self.program("command").run(arguments).await
    }

    async fn told(&self, arguments: &[&str]) -> String {
        let done = self.command(arguments).await;
        assert!(done.success, "{arguments:?} {done:?}");
        done.stdout
    }

    async fn rehearsed(&self) -> Value {
        serde_json::from_str(&self.told(&["store", "rehearse", STORE, "--json"]).await).unwrap()
    }

    pub(crate) async fn rests(&self, number: i64, state: OrderState) -> Listed {
        let order = async || self.orders().await.into_iter().find(|order| order.number.get() == number);
        eventually(&format!("{number} {}", state.word()), || async {
            order().await.filter(|order| order.state == state)
        })
        .await
    }

    fn calls_that_write(&self) -> usize {
        self.sandbox.roapp.calls().iter().filter(|call| call.method != "GET").count()
    }
}

/// A shop whose orders have two lines each and are not delivered yet.
pub(crate) async fn shop(orders: u32) -> (World, Vec<i64>) {
    prepared(World::new(SandboxOptions { days: 20, ..small(orders) }).await)
}

/// The same of a shop with whatever orders.
pub(crate) fn prepared(world: World) -> (World, Vec<i64>) {
    world.sandbox.shop.edit(|shop| {
        for (nth, order) in (1..).zip(shop.orders.values_mut()) {
            order.lines = vec![line(nth * 10, "A-1", 100 + nth, 1), line(nth * 10 + 1, "B-2", 7, 2)];
            (order.discounts, order.status) = (Discounts::default(), 1);
        }
    });
    let numbers = world.sandbox.shop.data().orders.keys().copied().collect();
    (world, numbers)
}

/// Another connector brings an order to RO App, with a client and products of its own.
pub(crate) fn brought_by_another(world: &World, number: i64, title: &str) -> i64 {
    let order = world.sandbox.shop.data().orders[&number].clone();
    let staff = || world.sandbox.roapp.staff();
    let ShopOrder { name, phone, .. } = &order;
    let client = staff().add_person(SeedPerson {
        first_name: name.clone(),
        phones: vec![phone.clone()],
        ..SeedPerson::default()
    });
    let id = staff().add_order(client, "brought by another connector");
    for line in &order.lines {
        let product = SeedProduct { title: format!("Their {}", line.article), ..SeedProduct::default() };
        let product = staff().add_product(product);
        staff().add_item(id, product, line.quantity, line.price).unwrap();
    }
    staff().edit_malfunction(id, title).unwrap();
    let placed = placed_at(world, number);
    staff().edit(|data, _| data.orders.get_mut(&id).unwrap().created_at = placed + TimeDelta::hours(1));
    id
}

fn placed_at(world: &World, number: i64) -> DateTime<Utc> {
    let shop = world.sandbox.shop.data();
    let local = shop.orders[&number].placed_at;
    cartum_roapp::domain::scope::to_utc(local, chrono_tz::Europe::Kyiv)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rehearsal_counts_what_the_import_then_does_and_writes_nothing() {
    let (world, numbers) = shop(12).await;
    let [foreign, delivered] = [numbers[0], numbers[1]];
    world.sandbox.shop.edit(|shop| {
        shop.orders.get_mut(&foreign).unwrap().currency = "EUR".into();
        shop.orders.get_mut(&delivered).unwrap().status = 3;
    });
    // One buyer is known, one shares only the phone; of the two products one is known by its article, the other by two.
    let buyers = world.sandbox.shop.data().orders.clone();
    let (known, doubtful) = (buyers[&numbers[2]].clone(), buyers[&numbers[3]].clone());
    let staff = || world.sandbox.roapp.staff();
    let person = |name: &str, phone: &str| SeedPerson {
        first_name: name.into(),
        phones: vec![phone.into()],
        ..SeedPerson::default()
    };
    staff().add_person(person(&known.name, &known.phone));
    staff().add_person(person("Zzyzx Qwerty", &doubtful.phone));
    let product = |article: &str, title: &str| SeedProduct {
        article: article.into(),
        title: title.into(),
        ..SeedProduct::default()
    };
    staff().add_product(product("A-1", "x"));
    let (before, clients) = (world.calls_that_write(), world.sandbox.roapp.data().people.len());

    let found = world.rehearsed().await;
    let report = &found["rehearsal"]["ended"];
    assert_eq!(world.calls_that_write(), before, "nothing is written to RO App");
    assert!(world.orders().await.is_empty(), "nor are orders saved");
    let figures = |keys: &[&str]| keys.iter().map(|key| report[*key].as_u64().unwrap()).collect::<Vec<_>>();
    assert_eq!(figures(&["found", "orders", "held", "unreadable", "in_roapp"]), [12, 10, 1, 0, 0], "{report}");
    assert_eq!(report["held_for"][0]["number"], foreign);
    assert!(report["held_for"][0]["reason"]["text"].as_str().unwrap().contains("EUR"));
    assert_eq!(report["excluded"][0]["orders"], 1);
    let wanted = numbers.iter().filter(|number| ![foreign, delivered].contains(number));
    let total: Decimal = wanted.map(|number| world.sandbox.shop.data().orders[number].total_sum(false)).sum();
    assert_eq!(report["total"].as_str().unwrap().parse::<Decimal>().unwrap(), total);
    let people = &report["people"];
    let count = |key: &str| people[key].as_u64().unwrap();
    assert!(count("matched") >= 1 && count("doubtful") >= 1, "{people}");
    assert_eq!(report["products"], 2);
    let sku = report["keys"].as_array().unwrap().iter().find(|key| key["key"] == "sku").unwrap();
    assert_eq!((&sku["is_chosen"], &sku["matched"], &sku["new"]), (&true.into(), &1.into(), &1.into()), "{sku}");

    // It comes true.
    let told = world.calls_that_write();
    world.import_whole().await;
    let counts = world.counts().await;
    assert_eq!((counts.done, counts.held, counts.excluded), (10, 1, 1));
    let made = world.sandbox.roapp.data();
    assert_eq!(u64::try_from(made.people.len() - clients).unwrap(), count("new"), "{people}");
    let calls = u64::try_from(world.calls_that_write() - told).unwrap();
    let estimate = report["calls"].as_u64().unwrap();
    assert!((calls..calls * 2).contains(&estimate), "told {estimate}, wrote {calls}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_connector_imported_is_linked_skipped_or_created_as_a_person_decides() {
    let (world, numbers) = shop(8).await;
    let [link, skip, create, later, ..] = numbers[..] else { panic!("{numbers:?}") };
    let linked = brought_by_another(&world, link, "Whatever they wrote");
    let skipped = brought_by_another(&world, skip, &format!("Order #{skip}"));
    let beside = brought_by_another(&world, create, &format!("Замовлення {create}"));
    let found_later = brought_by_another(&world, later, &format!("No {later}"));
    let theirs = world.sandbox.roapp.data().orders.clone();

    let found = world.rehearsed().await;
    let doubles = found["doubles"].as_array().unwrap();
    let names: BTreeSet<_> = doubles.iter().map(|double| double["number"].as_i64().unwrap()).collect();
    assert_eq!(names, [link, skip, create, later].into(), "{doubles:?}");
    assert!(doubles.iter().all(|double| double["decision"].is_null()));
    assert_eq!(found["rehearsal"]["ended"]["other_work_orders"], 4);

    // In words, with what to do next.
    let told = world.told(&["store", "rehearse", STORE]).await;
    assert!(told.contains("4 orders may be in RO App already") && told.contains("store doubles"), "{told}");
    let none = world.command(&["store", "doubles", STORE, "--skip"]).await;
    assert!(!none.success && none.stderr.contains("--all"), "{none:?}");
    let unknown = world.command(&["store", "doubles", STORE, "999999", "--skip"]).await;
    assert!(!unknown.success && unknown.stderr.contains("nothing in RO App looks like this order"), "{unknown:?}");
    let wrong = world.command(&["store", "doubles", STORE, &link.to_string(), "--link", "424242"]).await;
    assert!(!wrong.success && wrong.stderr.contains("is not one of those"), "{wrong:?}");
    for (number, decision) in [(link, "--link"), (skip, "--skip"), (create, "--create")] {
        world.told(&["store", "doubles", STORE, &number.to_string(), decision]).await;
    }
    // Another rehearsal forgets no decision.
    let found = world.rehearsed().await;
    let decided = |number: i64| {
        found["doubles"].as_array().unwrap().iter().find(|double| double["number"] == number).unwrap()["decision"]
            .clone()
    };
    assert_eq!([link, skip, create, later].map(decided), ["link".into(), "skip".into(), "create".into(), Value::Null]);

    world.import().await;
    let daemon = world.daemon();
    world.imported().await;
    assert_eq!(world.rests(link, OrderState::Synced).await.work_order, Some(linked));
    let order = world.rests(skip, OrderState::Excluded).await;
    assert!(order.reason.contains("a person decided to skip it") && order.work_order.is_none(), "{order:?}");
    let own = world.rests(create, OrderState::Synced).await.work_order.unwrap();
    assert!(!theirs.contains_key(&own));
    let held = world.rests(later, OrderState::Held).await;
    assert!(held.reason.contains("may already be in RO App") && held.work_order.is_none(), "{held:?}");

    // Theirs are as they were, but for our block in the notes of the linked one.
    let data = world.sandbox.roapp.data();
    assert_eq!(data.orders.len(), theirs.len() + 5, "4 others and the one that was to be created");
    let items = |id: i64| data.orders[&id].items.clone();
    assert!([linked, skipped, beside, found_later].into_iter().all(|id| items(id) == theirs[&id].items));
    let now = &data.orders[&linked];
    assert_eq!((&now.malfunction, now.status_id), (&theirs[&linked].malfunction, theirs[&linked].status_id));
    assert!(now.manager_notes.starts_with("brought by another connector") && now.manager_notes.contains("[cartum:"));
    assert_eq!(data.orders[&skipped], theirs[&skipped]);

    // Trying everything again makes nothing twice, and nothing is taken up by itself.
    let tried = world.told(&["order", "retry", STORE, "--wait"]).await;
    assert!(tried.contains(&later.to_string()), "{tried}");
    world.rests(later, OrderState::Held).await;
    world.rests(skip, OrderState::Excluded).await;
    assert_eq!(world.sandbox.roapp.data().orders.len(), theirs.len() + 5);

    // What changes in the store travels to the linked one.
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&link).unwrap().lines[1].quantity = 3.into());
    eventually("the edit", || async {
        let data = world.sandbox.roapp.data();
        data.orders[&linked].items.iter().any(|item| item.quantity == Decimal::from(3)).then_some(())
    })
    .await;
    assert_eq!(world.sandbox.roapp.data().orders[&linked].items.len(), 2);

    // The decisions can be made later, and changed where nothing was made.
    world.told(&["store", "doubles", STORE, "--all", "--link"]).await;
    assert_eq!(world.rests(later, OrderState::Synced).await.work_order, Some(found_later));
    world.told(&["store", "doubles", STORE, &skip.to_string(), "--create"]).await;
    assert!(world.rests(skip, OrderState::Synced).await.work_order.is_some_and(|id| id != skipped));
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_orders_are_not_linked_with_one_work_order_and_a_gone_one_is_forgotten() {
    let (world, numbers) = shop(4).await;
    let [first, second, ..] = numbers[..] else { panic!("{numbers:?}") };
    let both = brought_by_another(&world, first, &format!("Orders #{first} #{second}"));
    let other = brought_by_another(&world, second, &format!("Order #{second}"));
    world.rehearsed().await;
    let all = world.command(&["store", "doubles", STORE, "--all", "--link"]).await;
    assert!(!all.success && all.stderr.contains("one of several work orders"), "{all:?}");
    let taken = world.command(&["store", "doubles", STORE, &second.to_string(), "--link", &both.to_string()]).await;
    assert!(!taken.success && taken.stderr.contains("another order"), "{taken:?}");
    world.told(&["store", "doubles", STORE, &second.to_string(), "--link", &other.to_string()]).await;

    // Staff delete what they made twice: nothing is left to link or to leave out.
    world.sandbox.roapp.staff().delete_order(both).unwrap();
    world.sandbox.roapp.staff().delete_order(other).unwrap();
    let found = world.rehearsed().await;
    assert_eq!(found["doubles"], Value::Array(Vec::new()), "{found}");
    world.import_whole().await;
    assert_eq!(world.counts().await.done, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_orders_of_two_stores_are_not_linked_with_one_work_order() {
    let (world, numbers) = shop(3).await;
    let second = world.neighbour(3).await;
    second.shop.edit(|shop| shop.orders.values_mut().for_each(|order| order.status = 1));
    let (own, others) = (numbers[0], *second.shop.data().orders.keys().last().unwrap());
    let both = brought_by_another(&world, own, &format!("Orders #{own} #{others}")).to_string();
    let link = async |store: &str, number: i64| {
        world.command(&["store", "doubles", store, &number.to_string(), "--link", &both]).await
    };
    for store in [STORE, "Second shop"] {
        let found = world.told(&["store", "rehearse", store]).await;
        assert!(found.contains(&format!("id {both}")), "{found}");
    }
    assert!(link(STORE, own).await.success);
    let taken = link("Second shop", others).await;
    assert!(!taken.success && taken.stderr.contains("another order"), "{taken:?}");
    world.told(&["store", "doubles", STORE, &own.to_string(), "--create"]).await;
    assert!(link("Second shop", others).await.success);

    // Both were decided in the same moment: one of them gets it, the other is held.
    sqlx::query("UPDATE possible_double SET choice = 'link', work_order_id = $1 WHERE choice IS NOT NULL")
        .bind(both.parse::<i64>().unwrap())
        .execute(world.database.pool())
        .await
        .unwrap();
    let daemon = second.both_imported().await;
    let all = every_order(world.database.pool(), None).await;
    let linked = all.iter().filter(|order| order.work_order.is_some_and(|id| id.to_string() == both));
    assert_eq!(linked.map(|order| order.state).collect::<Vec<_>>(), [OrderState::Synced], "{all:?}");
    let is_refused = |order: &&Listed| order.reason.as_ref().is_some_and(|why| why.code() == "double-of-another");
    let refused = all.iter().filter(is_refused).map(|order| (order.state, order.work_order));
    assert_eq!(refused.collect::<Vec<_>>(), [(OrderState::Held, None)], "{all:?}");
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_that_cannot_read_a_side_says_why_and_another_can_follow() {
    let (world, _) = shop(3).await;
    world.sandbox.roapp.set_key("another-key");
    let failed = world.command(&["store", "rehearse", STORE]).await;
    assert!(!failed.success && failed.stderr.contains("the rehearsal failed"), "{failed:?}");
    world.sandbox.roapp.set_key("sandbox-key");
    assert_eq!(world.rehearsed().await["rehearsal"]["ended"]["orders"], 3);
    // Changed settings would bring something else.
    world.edit(|settings| settings.excluded_statuses = [cartum_roapp::domain::ids::Id::new(1)].into()).await;
    let shown = cartum_roapp::admin::rehearsal(world.database.pool(), &world.store().await).await.unwrap();
    assert_eq!(shown, cartum_roapp::admin::RehearsalView::None);
}

/// Rehearsals that run at once where many alternatives are tried.
const AT_ONCE: usize = 6;

#[test]
fn whatever_ro_app_s_lists_look_like_the_same_orders_are_found() {
    const ABOUT_LISTS: [&str; 14] = [
        "lists", "page", "rows", "small", "products", "past", "client", "dates", "ids", "phones", "emails", "articles",
        "money", "times",
    ];
    let about_lists = |name: &str| ABOUT_LISTS.iter().any(|prefix| name.starts_with(prefix));
    let alternatives = RoAppQuirks::each().into_iter().filter(|(name, _)| about_lists(name));
    let jobs = alternatives.map(|(name, roapp_quirks)| {
        (name, async move || finds_three(name, SandboxOptions { days: 20, roapp_quirks, ..small(8) }).await)
    });
    at_once(AT_ONCE, jobs);
}

async fn finds_three(name: &str, options: SandboxOptions) {
    let (world, numbers) = prepared(World::new(options).await);
    let theirs = numbers[..3].to_vec();
    for (nth, number) in theirs.iter().enumerate() {
        let title = if nth == 0 { "Whatever".to_owned() } else { format!("Order #{number}") };
        brought_by_another(&world, *number, &title);
    }
    // The newest are ours: they fill the first pages.
    let staff = || world.sandbox.roapp.staff();
    let client = staff().add_person(SeedPerson { first_name: "Somebody".into(), ..SeedPerson::default() });
    for number in 1..=9 {
        staff().add_order(client, &format!("[cartum:other.example.com/{number}]"));
    }
    let found = world.rehearsed().await;
    let doubles = found["doubles"].as_array().unwrap();
    let mut names: Vec<_> = doubles.iter().map(|double| double["number"].as_i64().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, theirs, "{name}: {found}");
    assert_eq!(found["rehearsal"]["ended"]["orders"], 5, "{name}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_outlives_what_staff_change_and_a_linked_work_order_stays_as_it_is() {
    let (world, numbers) = shop(4).await;
    let [link, closed, skip, ..] = numbers[..] else { panic!("{numbers:?}") };
    // The store gave a discount that the other connector did not bring.
    world.sandbox.shop.edit(|shop| {
        for order in shop.orders.values_mut() {
            order.discounts.manager_value = 10.into();
        }
    });
    let theirs = [link, closed, skip].map(|number| brought_by_another(&world, number, &format!("Order #{number}")));
    world.rehearsed().await;
    for (number, decision) in [(link, "--link"), (closed, "--link"), (skip, "--skip")] {
        let id = theirs[[link, closed, skip].iter().position(|known| *known == number).unwrap()].to_string();
        let number = number.to_string();
        let mut command = vec!["store", "doubles", STORE, &number, decision];
        command.extend((decision == "--link").then_some(id.as_str()));
        world.told(&command).await;
    }
    for id in theirs {
        world.sandbox.roapp.staff().edit_malfunction(id, "Screen replaced").unwrap();
    }
    world.sandbox.roapp.staff().set_status(theirs[1], 506).unwrap();
    let found = world.rehearsed().await;
    assert_eq!(found["rehearsal"]["ended"]["in_roapp"], 3, "{found}");
    let before = world.sandbox.roapp.data().orders.clone();
    world.import_whole().await;
    for (number, state) in [(link, OrderState::Synced), (closed, OrderState::Synced), (skip, OrderState::Excluded)] {
        world.rests(number, state).await;
    }
    let now = world.sandbox.roapp.data().orders.clone();
    assert_eq!(now.len(), before.len() + 1);
    assert!(theirs.iter().all(|id| now[id].items == before[id].items && now[id].malfunction == "Screen replaced"));
    assert_eq!((&now[&theirs[1]], &now[&theirs[2]]), (&before[&theirs[1]], &before[&theirs[2]]));
    // Nobody is said to have changed what was there before.
    let daemon = world.daemon();
    let history = world.told(&["order", "show", STORE, &link.to_string()]).await;
    assert!(!history.contains("a person changed"), "{history}");
    let found = world.told(&["order", "find", STORE, &skip.to_string()]).await;
    assert!(found.contains("it stays out, as a person decided"), "{found}");
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_imported_while_a_rehearsal_goes_on() {
    let (world, _) = shop(2).await;
    let run = uuid::Uuid::new_v4();
    assert!(rehearsals::begin(world.database.pool(), world.store, run).await.unwrap());
    let refused = world.command(&["store", "import", STORE, "--yes"]).await;
    assert!(!refused.success && refused.stderr.contains("a rehearsal is running"), "{refused:?}");
    let second = world.command(&["store", "rehearse", STORE]).await;
    assert!(!second.success && second.stderr.contains("already running"), "{second:?}");
    // One whose process ended is no hindrance.
    sqlx::query("UPDATE rehearsal SET beat_at = now() - interval '31 seconds'")
        .execute(world.database.pool())
        .await
        .unwrap();
    let told = world.told(&["store", "import", STORE, "--yes"]).await;
    assert!(told.contains("not rehearsed"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_comes_back_under_the_number_inherits_no_decision() {
    let (world, numbers) = shop(4).await;
    let [seen, unseen, ..] = numbers[..] else { panic!("{numbers:?}") };
    let theirs = [seen, unseen].map(|number| brought_by_another(&world, number, &format!("Order #{number}")));
    world.rehearsed().await;
    world.told(&["store", "doubles", STORE, "--all", "--skip"]).await;
    let become_another = |number: i64| {
        world.sandbox.shop.edit(|shop| {
            let order = shop.orders.get_mut(&number).unwrap();
            order.placed_at += TimeDelta::days(3);
            (order.name, order.phone, order.email) = ("Bohdan Melnyk".into(), "0671230098".into(), String::new());
            order.lines = vec![line(number * 100, "C-3", 55, 1)];
        });
    };
    // The shop was emptied between the rehearsal and the import, and a number belongs to another order.
    become_another(unseen);
    world.import().await;
    let daemon = world.daemon();
    world.imported().await;
    world.rests(seen, OrderState::Excluded).await;
    let made = world.rests(unseen, OrderState::Synced).await.work_order;
    assert!(made.is_some_and(|id| !theirs.contains(&id)));
    become_another(seen);
    world.told(&["order", "resync", STORE, &seen.to_string(), "--fetch"]).await;
    let made = world.rests(seen, OrderState::Synced).await.work_order;
    assert!(made.is_some_and(|id| !theirs.contains(&id)));
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_the_import_leaves_out_is_held_once_it_is_to_be_brought() {
    let (world, numbers) = shop(3).await;
    let delivered = numbers[0];
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&delivered).unwrap().status = 3);
    brought_by_another(&world, delivered, &format!("Order #{delivered}"));
    let found = world.rehearsed().await;
    assert_eq!(found["doubles"], Value::Array(Vec::new()), "nothing is to be decided about it yet: {found}");
    world.import().await;
    let daemon = world.daemon();
    world.imported().await;
    world.rests(delivered, OrderState::Excluded).await;
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&delivered).unwrap().status = 1);
    world.told(&["order", "resync", STORE, &delivered.to_string(), "--fetch"]).await;
    let held = world.rests(delivered, OrderState::Held).await;
    assert!(held.reason.contains("may already be in RO App"), "{held:?}");
    let listed = world.told(&["store", "doubles", STORE]).await;
    assert!(listed.contains(&delivered.to_string()), "{listed}");
    daemon.stop().await;
}
