//! What RO App refuses or no longer has, and what that stops.

use std::time::Duration;

use cartum_roapp::{
    db::{accounts, notices, orders::OrderState},
    domain::store::StoreState,
    sandbox::{faults::Fault, roapp::RoAppQuirks, seed::Discounts, world::SandboxOptions},
};

use crate::{
    execution::paused,
    support::{
        Words, eventually,
        followed::{follow, line},
        oracle::{self, Terms},
        world::{World, small},
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn a_location_closed_to_the_key_pauses_its_store_and_not_the_account() {
    let world = World::new(small(20)).await;
    world.sandbox.roapp.staff().close_location(11);
    world.import().await;
    let daemon = world.daemon();
    let store = paused(&world).await;
    assert!(store.reason.contains("403") && store.reason.contains("location"), "{:?}", store.reason);
    let account = accounts::get(world.database.pool(), store.account).await.unwrap().unwrap();
    assert!(!account.needs_key, "the key is good");
    assert!(world.sandbox.roapp.data().orders.is_empty());

    world.sandbox.roapp.staff().open_location(11);
    cartum_roapp::admin::resume(world.database.pool(), &store, &cartum_roapp::admin::By::CommandLine).await.unwrap();
    world.imported().await;
    daemon.stop().await;
    oracle::check_import(&world, Terms::default()).await;
    assert!(notices::open(world.database.pool(), store.account, Some(store.id)).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_key_may_not_do_with_one_work_order_concerns_that_order_alone() {
    let denied = || Fault::RefuseWith(403, r#"{"message": "not for you"}"#.into());
    for (call, state, reason) in [
        ("GET /v2/orders/{}", OrderState::Failed, "rights"),
        ("PATCH /v2/orders/{id}", OrderState::Failed, "rights"),
        ("POST /v2/orders/{id}/status", OrderState::Held, "set it by hand"),
        ("POST /v2/orders/{id}/comments", OrderState::Synced, ""),
    ] {
        let followed = follow(&[line(1, "A-1", 100, 1)]).await;
        let call = call.replace("{}", &followed.work_order.to_string());
        followed.world.sandbox.roapp.faults().add(&call, denied(), 0, u32::MAX);
        let row = followed
            .edit_to(state, |order| {
                (order.status, order.comment) = (2, "please call".into());
                order.address = "12 Test Street".into();
            })
            .await;
        assert!(row.reason.contains(reason), "{call}: {}", row.reason.words());
        let store = followed.world.store().await;
        assert_eq!(store.state, StoreState::Active, "{call}: {}", store.reason.words());
        let account = accounts::get(followed.world.database.pool(), store.account).await.unwrap().unwrap();
        assert!(!account.needs_key, "{call}");
        followed.daemon.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_or_products_refused_five_times_for_the_same_reason_pause_the_store() {
    for call in ["POST /v2/contacts/people", "POST /products/"] {
        let world = World::new(small(30)).await;
        // RO App has neither the buyer nor the product of any order: one that it takes as it is would break the row.
        world.sandbox.shop.edit(|shop| {
            for (id, order) in &mut shop.orders {
                (order.phone, order.email) = (format!("+38050777{id}"), String::new());
                (order.lines, order.discounts) = (vec![line(*id, &format!("NEW-{id}"), 30, 1)], Discounts::default());
            }
        });
        let refusal = Fault::RefuseWith(400, r#"{"message": "no more of these"}"#.into());
        world.sandbox.roapp.faults().add(call, refusal, 0, u32::MAX);
        world.import().await;
        let daemon = world.daemon();
        let store = paused(&world).await;
        daemon.stop().await;
        assert!(store.reason.contains("no more of these") && store.reason.contains(call), "{:?}", store.reason);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_that_ro_app_refuses_in_every_order_pause_nothing() {
    for refused_text in ["☠", "forbidden"] {
        let world = with(RoAppQuirks { refused_text, ..RoAppQuirks::default() }).await;
        let refused = format!("{refused_text} words");
        world.sandbox.shop.edit(|shop| {
            for (id, order) in &mut shop.orders {
                // A mark may stand in an article, too.
                let article = if refused_text == "☠" { format!("NEW-{id} ☠") } else { format!("NEW-{id}") };
                (order.lines, order.discounts) = (vec![line(*id, &article, 30, 1)], Discounts::default());
                order.lines[0].title.clone_from(&refused);
                for text in [&mut order.comment, &mut order.address, &mut order.name, &mut order.city] {
                    text.clone_from(&refused);
                }
            }
        });
        world.import_whole().await;
        let (store, counts) = (world.store().await, world.counts().await);
        assert_eq!((store.state, store.reason.words().as_str()), (StoreState::Active, ""));
        assert!(counts.done > 5 && counts.held + counts.failed == 0, "{counts:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn articles_that_ro_app_refuses_are_left_out_and_pause_nothing() {
    let world = World::new(small(30)).await;
    world.sandbox.shop.edit(|shop| {
        for (id, order) in &mut shop.orders {
            (order.lines, order.discounts) = (vec![line(*id, &format!("TAKEN-{id}"), 30, 1)], Discounts::default());
            world.sandbox.roapp.staff().refuse_article(&format!("TAKEN-{id}"));
        }
    });
    world.import_whole().await;
    let (store, counts) = (world.store().await, world.counts().await);
    assert_eq!((store.state, store.reason.words().as_str()), (StoreState::Active, ""));
    assert!(counts.done > 5 && counts.held + counts.failed == 0, "{counts:?}");
    let made = || {
        let data = world.sandbox.roapp.data();
        let made = data.products.values().filter(|product| product.title.contains("TAKEN-"));
        made.map(|product| (product.article.clone(), product.description.clone())).collect::<Vec<_>>()
    };
    let before = made();
    assert!(before.len() > 5);
    assert!(before.iter().all(|(article, description)| article.is_empty() && description.starts_with("TAKEN-")));

    // A backup that was restored knows nothing of them.
    sqlx::raw_sql("DELETE FROM link WHERE kind = 'product'").execute(world.database.pool()).await.unwrap();
    let number = world.sandbox.shop.place_order();
    let article = before[0].1.lines().next().unwrap();
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.get_mut(&number).unwrap();
        (order.lines, order.discounts) = (vec![line(number, article, 30, 1)], Discounts::default());
    });
    let daemon = world.daemon();
    eventually("the new order", || async {
        let rows = world.orders().await;
        rows.into_iter().find(|row| row.number.get() == number && row.state == OrderState::Synced)
    })
    .await;
    daemon.stop().await;
    assert_eq!(made(), before, "none is made twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_the_form_requires_pauses_the_store_and_is_named() {
    let world = World::with(small(30), |settings| settings.due_in_days = None).await;
    world.sandbox.roapp.staff().set_required_due_date(true);
    world.import().await;
    let daemon = world.daemon();
    let store = paused(&world).await;
    daemon.stop().await;
    assert!(store.reason.contains("due_date"), "{:?}", store.reason);
    let failed = world.orders().await.into_iter().filter(|order| order.state == OrderState::Failed).count();
    assert_eq!(failed, 5, "no more than five were tried");
}

#[tokio::test(flavor = "multi_thread")]
async fn custom_fields_that_ro_app_requires_of_people_are_sent_empty() {
    for required_absent in [false, true] {
        let world = with(RoAppQuirks { required_absent, ..RoAppQuirks::default() }).await;
        world.sandbox.roapp.staff().require_people_field(611);
        world.import_whole().await;
        oracle::check_import(&world, Terms::default()).await;
        let calls = world.sandbox.roapp.calls();
        let asked = calls.iter().filter(|call| call.name() == "GET /v2/contacts/people/custom-fields").count();
        assert_eq!(asked, 1, "it is known from then on");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_another_company_is_refused_before_anything_is_written() {
    let world = World::new(small(20)).await;
    world.sandbox.roapp.staff().edit(|data, _| data.company_created_at -= chrono::Duration::days(1));
    world.import().await;
    let daemon = world.daemon();
    let account = world.store().await.account;
    let refused = eventually("the account's state", || async {
        accounts::get(world.database.pool(), account).await.unwrap().filter(|account| account.needs_key)
    })
    .await;
    daemon.stop().await;
    assert!(refused.reason.contains("another RO App company"), "{:?}", refused.reason);
    assert!(world.sandbox.roapp.calls().iter().all(|call| call.method == "GET"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_order_missed_once_is_read_again_and_one_that_is_gone_is_removed() {
    let world = World::imported_already(small(20)).await;
    let (one, two) = (world.sandbox.shop.place_order(), world.sandbox.shop.place_order());
    let daemon = world.daemon();
    let state = |number: i64| {
        let world = &world;
        async move { world.orders().await.into_iter().find(|order| order.number.get() == number) }
    };
    for number in [one, two] {
        eventually("the order in RO App", || async {
            state(number).await.filter(|order| order.state == OrderState::Synced)
        })
        .await;
    }
    let gone = state(two).await.unwrap().work_order.unwrap();
    world.sandbox.roapp.faults().add("GET /v2/orders/{id}", Fault::Refuse(404), 0, 1);
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&one).unwrap().comment = "please call".into());
    eventually("the edit in RO App", || async {
        let order = state(one).await?;
        let data = world.sandbox.roapp.data();
        data.orders[&order.work_order?].manager_notes.contains("please call").then_some(())
    })
    .await;
    world.sandbox.roapp.staff().delete_order(gone).unwrap();
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&two).unwrap().comment = "please call".into());
    eventually("the state of the deleted one", || async {
        state(two).await.filter(|order| order.state == OrderState::Removed)
    })
    .await;
    daemon.stop().await;
    assert!(!world.sandbox.roapp.data().orders.contains_key(&gone), "it was not made again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_order_that_is_deleted_while_a_line_of_it_is_unclear_is_removed() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    let faults = followed.world.sandbox.roapp.faults();
    faults.add("POST /v2/orders/{id}/items", Fault::CutAfter, 0, 1);
    let before = followed.row().await;
    followed.world.sandbox.shop.edit(|shop| {
        shop.orders.get_mut(&followed.number).unwrap().lines.push(line(2, "B-2", 30, 1));
    });
    eventually("the call", || async { faults.are_spent().then_some(()) }).await;
    followed.staff().delete_order(followed.work_order).unwrap();
    let row = followed.rests(OrderState::Removed, before).await;
    assert!(row.reason.contains("deleted in RO App"), "{:?}", row.reason);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_and_articles_longer_than_any_index_takes_come_through() {
    let world = World::new(small(20)).await;
    let long: String = (0..3000).map(|at| char::from_u32(0x0410 + at * 7 % 32).unwrap()).collect();
    world.sandbox.shop.edit(|shop| {
        let order = shop.orders.values_mut().rfind(|order| order.status != 3).unwrap();
        order.name.clone_from(&long);
        order.email = format!("{}@example.com", "x".repeat(3000));
        order.phone.clear();
        order.lines[0].article.clone_from(&long);
    });
    world.import_whole().await;
    let counts = world.counts().await;
    assert_eq!((counts.held, counts.failed, counts.waiting), (0, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_is_compared_at_the_start_and_not_with_every_poll() {
    let world = World::imported_already(small(20)).await;
    let asked = || world.sandbox.roapp.calls().iter().filter(|call| call.path == "/v2/company").count();
    let before = asked();
    let daemon = world.daemon();
    for _ in 0..3 {
        let number = world.sandbox.shop.place_order();
        eventually("the new order", || async {
            world.orders().await.into_iter().find(|order| order.number.get() == number && order.work_order.is_some())
        })
        .await;
        tokio::time::sleep(Duration::from_millis(1200)).await;
    }
    daemon.stop().await;
    assert_eq!(asked() - before, 1);
}

async fn with(roapp_quirks: RoAppQuirks) -> World {
    World::new(SandboxOptions { roapp_quirks, ..small(30) }).await
}

/// What a client can only report pauses the store after five orders, with RO App's words.
async fn pauses(roapp_quirks: RoAppQuirks) -> String {
    let world = with(roapp_quirks).await;
    world.import().await;
    let daemon = world.daemon();
    let store = paused(&world).await;
    daemon.stop().await;
    let failed = world.orders().await.into_iter().filter(|order| order.state == OrderState::Failed);
    assert!(failed.map(|order| order.reason).all(|reason| reason.contains("400")));
    store.reason.words()
}

#[tokio::test(flavor = "multi_thread")]
async fn custom_fields_or_warranties_that_ro_app_does_not_take_pause_the_store_with_its_words() {
    // The form wants a field that RO App does not take as we send it: else the field is left out.
    let world = with(RoAppQuirks { custom_fields_refused: true, ..RoAppQuirks::default() }).await;
    world.sandbox.roapp.staff().require_custom_field(601);
    world.import().await;
    let daemon = world.daemon();
    let reason = paused(&world).await.reason.words();
    daemon.stop().await;
    assert!(reason.contains("POST /v2/orders") && reason.contains("custom_fields"), "{reason}");
    let reason = pauses(RoAppQuirks { warranty_unit_in_requests: true, ..RoAppQuirks::default() }).await;
    assert!(reason.contains("POST /v2/orders/{id}/items") && reason.contains("warranty"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ro_app_that_calls_the_unit_of_a_warranty_otherwise_is_told_so_in_the_settings() {
    let world = with(RoAppQuirks { warranty_unit_in_requests: true, ..RoAppQuirks::default() }).await;
    // The contract's list of requests has the default form only.
    world.sandbox.excuse();
    world.import().await;
    let daemon = world.daemon_with(&[("ROAPP__WARRANTY_KEY", "unit")]);
    world.imported().await;
    daemon.stop().await;
    let counts = world.counts().await;
    assert_eq!((counts.held, counts.failed), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn taxes_on_top_of_the_total_leave_every_order_incomplete_with_the_reason() {
    let world = with(RoAppQuirks { taxes_on_top: true, ..RoAppQuirks::default() }).await;
    world.import_whole().await;
    let (counts, orders) = (world.counts().await, world.orders().await);
    assert!(counts.failed > 0 && counts.done == 0, "{counts:?}");
    let incomplete: Vec<_> = orders.iter().filter(|order| order.state == OrderState::Incomplete).collect();
    assert_eq!(i64::try_from(incomplete.len()).unwrap(), counts.failed);
    assert!(incomplete.iter().all(|order| order.reason.contains("taxes")), "{:?}", incomplete[0].reason);
}
