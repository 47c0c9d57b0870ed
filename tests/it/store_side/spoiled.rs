//! Answers with something in them that a strict reader refuses, or with too much of it: one order's trouble, and told as it is.

use std::time::Duration;

use cartum_roapp::{db::orders::OrderState, sandbox::faults::Fault};

use super::{few, in_state, order, sql, topics};
use crate::{
    operations::status::get,
    support::{
        Words, eventually,
        oracle::{self, Terms},
        world::World,
    },
};

/// The first orders of the shop, each with a comment of its own that comes as these bytes.
fn spoil(world: &World, texts: &[Vec<u8>]) -> Vec<i64> {
    let mut numbers = Vec::new();
    world.sandbox.shop.edit(|shop| {
        for (at, text) in texts.iter().enumerate() {
            let order = shop.orders.values_mut().filter(|order| order.status != 3).nth(at).unwrap();
            order.comment = format!("SPOILED-{at}-");
            numbers.push(order.id);
            shop.spoiled.push((format!("SPOILED-{at}-"), text.clone()));
        }
    });
    numbers
}

async fn title(world: &World, number: i64) -> String {
    let work_order = order(world, number).await.work_order.unwrap();
    world.sandbox.roapp.data().orders[&work_order].malfunction.clone()
}

async fn raw(world: &World, number: i64) -> String {
    sqlx::query_scalar(
        "SELECT v.raw::text FROM version v JOIN store_order o ON o.version_id = v.id WHERE o.number = $1",
    )
    .bind(number)
    .fetch_one(world.database.pool())
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_plainly_meant_in_an_order_is_repaired_and_its_page_goes_on() {
    let world = World::new(few(16)).await;
    let deep = format!("\",\"deep\":{}{},\"x\":\"", "[".repeat(5_000), "]".repeat(5_000));
    let texts: [(&[u8], &str); 6] = [
        (br"cut emoji \ud83d", "cut emoji \u{fffd}"),
        (b"caf\xe9 \xff", "caf\u{fffd} \u{fffd}"),
        (b"N\0U\\u0000L", "NUL"),
        (b"one\ntwo\x1b\x07", "one two"),
        (deep.as_bytes(), ""),
        (b"same\",\"comment\":\"twice", "twice"),
    ];
    let numbers = spoil(&world, &texts.map(|(text, _)| text.to_vec()));
    world.import_whole().await;
    for (number, (_, wanted)) in numbers.iter().zip(texts) {
        let row = order(&world, *number).await;
        assert_eq!(row.state, OrderState::Synced, "{wanted}: {}", row.reason.words());
        let title = title(&world, *number).await;
        assert!(title.ends_with(wanted), "{title:?}");
    }
    assert_eq!(world.store().await.last_error, None);
    world.sandbox.shop.edit(|shop| shop.spoiled.clear());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_json_is_one_order_s_trouble_whether_its_page_can_be_cut_apart_or_not() {
    let world = World::new(few(24)).await;
    let texts: [&[u8]; 6] = [
        b"he said \"hi\" twice",
        b"an odd \" quote",
        b"\"]}, \"x\": [\"",
        b"\", \"y\" \"z",
        br#"", "sums": [1, 2}, "z": ""#,
        br#"odd " quote, "order_id": 77, x"#,
    ];
    let numbers = spoil(&world, &texts.map(<[u8]>::to_vec));
    world.import_whole().await;
    for number in &numbers {
        let row = order(&world, *number).await;
        assert_eq!(row.state, OrderState::Unreadable, "{number} {}", row.reason.words());
        assert!(row.reason.contains("at byte") || row.reason.contains("byte "), "{:?}", row.reason);
        assert!(!row.reason.contains("protection page"), "{:?}", row.reason);
        assert!(raw(&world, *number).await.contains("order_id"));
    }
    let orders = world.orders().await;
    assert_eq!(orders.len(), world.sandbox.shop.data().orders.len());
    let others = orders.iter().filter(|order| !numbers.contains(&order.number.get()));
    let states = [OrderState::Synced, OrderState::Excluded];
    assert!(others.clone().count() > 10 && others.clone().all(|order| states.contains(&order.state)));
    assert_eq!(world.store().await.last_error, None);

    // Orders that come later come, and one that is put right goes on.
    let daemon = world.daemon();
    let number = world.sandbox.shop.place_order();
    in_state(&world, number, OrderState::Synced).await;
    world.sandbox.shop.edit(|shop| shop.spoiled.clear());
    sql(&world, "UPDATE store SET watermark = watermark - interval '60 days'").await;
    for number in numbers {
        in_state(&world, number, OrderState::Synced).await;
    }
    daemon.stop().await;
    oracle::check_import(&world, Terms::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_cannot_be_cut_out_stops_no_other_that_is_asked_for_by_number() {
    let world = World::imported_already(few(9)).await;
    let daemon = world.daemon();
    let numbers = spoil(&world, &[b"an odd \" quote".to_vec()]);
    let other = {
        let mut orders = world.orders().await;
        orders.retain(|order| order.state == OrderState::Synced && !numbers.contains(&order.number.get()));
        orders.into_iter().filter(super::is_open).map(|order| order.number.get()).min().unwrap()
    };
    world.sandbox.shop.edit(|shop| shop.orders.get_mut(&other).unwrap().comment = "changed".into());
    in_state(&world, numbers[0], OrderState::Unreadable).await;
    eventually("the change", || async { title(&world, other).await.ends_with("changed").then_some(()) }).await;
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_an_answer_may_hold_is_asked_for_in_smaller_pieces() {
    let world = World::new(few(16)).await;
    let megabytes = |count: usize| "long ".repeat(count * ((1 << 20) / 5)).into_bytes();
    // The number stands before the titles of lines and behind the comment.
    let numbers = spoil(&world, &[megabytes(3), megabytes(3), b"huge title".to_vec(), megabytes(3), megabytes(9)]);
    world.sandbox.shop.edit(|shop| {
        shop.orders.get_mut(&numbers[2]).unwrap().lines[0].title = "HUGE-TITLE".into();
        shop.spoiled.push(("HUGE-TITLE".into(), megabytes(9)));
    });
    // On a busy machine so much takes its time.
    world.import().await;
    let daemon = world.daemon_with(&[("CARTUM__REQUEST_TIMEOUT", "20s"), ("SYNC__LEASE_TIME", "30s")]);
    world.imported().await;
    daemon.stop().await;
    let huge = order(&world, numbers[2]).await;
    assert_eq!(huge.state, OrderState::Unreadable, "{:?}", huge.reason);
    assert!(huge.reason.contains("more than 8 MiB"), "{:?}", huge.reason);
    let orders = world.orders().await;
    assert_eq!(orders.len(), world.sandbox.shop.data().orders.len() - 1);
    for order in orders.into_iter().filter(|order| order.number.get() != numbers[2]) {
        assert!(
            matches!(order.state, OrderState::Synced | OrderState::Excluded),
            "{}: {}",
            order.number,
            order.reason.words()
        );
    }
    let stray: String =
        sqlx::query_scalar("SELECT reason::text FROM stray_row").fetch_one(world.database.pool()).await.unwrap();
    assert!(stray.contains("more than 8 MiB"), "{stray}");
    assert!(title(&world, numbers[0]).await.contains("long long"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_million_rows_without_an_order_are_that_store_s_trouble_in_words() {
    let world = World::imported_already(few(6)).await;
    let rows = format!(r#"{{"status":"OK","response":{{"orders":[{}]}}}}"#, vec![r#"{"a":1}"#; 900_000].join(","));
    world.sandbox.shop.faults().add("orders/get", Fault::RefuseWith(200, rows), 0, u32::MAX);
    let daemon = world.daemon_with(&[("CARTUM__REQUEST_TIMEOUT", "20s"), ("SYNC__LEASE_TIME", "30s")]);
    let store = eventually("a failed poll", || async {
        Some(world.store().await).filter(|store| store.failing_since.is_some())
    })
    .await;
    assert!(store.last_error.contains("more than 5,000 rows"), "{:?}", store.last_error);
    let strays: i64 =
        sqlx::query_scalar("SELECT count(*) FROM stray_row").fetch_one(world.database.pool()).await.unwrap();
    assert_eq!(strays, 0);
    world.sandbox.shop.faults().clear();
    sql(&world, "UPDATE store SET next_poll_at = now()").await;
    sql(&world, "UPDATE account SET due_at = now()").await;
    eventually("a poll that went well", || async { world.store().await.failing_since.is_none().then_some(()) }).await;
    daemon.stop().await;
    assert!(topics(&world).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_store_prints_around_its_json_stops_no_order() {
    let world = World::new(few(8)).await;
    world.sandbox.shop.edit(|shop| {
        let notice = b"\xef\xbb\xbf<br />\n<b>Notice</b>: Undefined index: [x] {y}\n{\"response\":";
        shop.spoiled.push(("{\"response\":".into(), notice.to_vec()));
        shop.spoiled.push(("\"status\":\"OK\"}".into(), b"\"status\":\"OK\"}\n<!-- 0.2 s {\"a\": -->".to_vec()));
    });
    world.import_whole().await;
    oracle::check_import(&world, Terms::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_broken_answer_is_told_but_what_stands_before_it() {
    let world = World::imported_already(few(6)).await;
    let (name, email, phone) = ("Secret Person", "secret@example.com", "+38 (055) 555-01-01");
    let orders = format!(
        r#"{{"status": "OK", "response": {{"orders": [{{"delivery_name": "{name}", "delivery_email": "{email}", "delivery_phone": "{phone}""#
    );
    for (stray, told) in [("<br />\n", ""), ("Fatal error\u{1b}[31m \n", "Fatal error"), ("", "")] {
        world.sandbox.shop.faults().add("orders/get", Fault::RefuseWith(200, format!("{stray}{orders}")), 0, u32::MAX);
        let running = world.process(&[("LOG__LEVEL", "debug")]);
        let store = eventually("a failed poll", || async {
            let store = world.store().await;
            Some(store)
                .filter(|store| store.last_error.contains("bytes of text/plain") && store.last_error.contains(told))
        })
        .await;
        let status = get(&running, "/status").await.1;
        for secret in [name, email, phone, "Secret", "secret@", "555-01-01"] {
            for shown in [&store.last_error.words(), &status, &running.stdout()] {
                assert!(!shown.contains(secret), "{secret}: {shown}");
            }
        }
        assert!(!store.last_error.words().contains('\u{1b}'), "{:?}", store.last_error);
        running.kill_9();
        world.sandbox.shop.faults().clear();
        sql(&world, "UPDATE store SET next_poll_at = now(), failing_since = NULL, last_error = NULL").await;
        sql(&world, "UPDATE account SET due_at = now(), lease_token = NULL").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_store_says_of_a_fault_names_no_buyer_anywhere() {
    let world = World::imported_already(few(6)).await;
    let said = r#"{"status":"EXCEPTION","response":{"message":"SQLSTATE[23000]: INSERT INTO x VALUES ('Secret Person','Secret st. 1')"}}"#;
    world.sandbox.shop.faults().add("orders/get", Fault::RefuseWith(200, said.into()), 0, u32::MAX);
    let running = world.process(&[("LOG__LEVEL", "debug")]);
    let store = eventually("a failed poll", || async {
        Some(world.store().await).filter(|store| store.last_error.contains("EXCEPTION"))
    })
    .await;
    let status = get(&running, "/status").await.1;
    for shown in [&store.last_error.words(), &status, &running.stdout()] {
        assert!(!shown.contains("Secret"), "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_or_a_word_of_a_store_s_own_is_in_no_reason() {
    for (from, to, state, told) in [
        (
            r#""products":["#,
            r#""products":{"Secret Person, Main st. 1":{"title":"x"}},"others":["#,
            OrderState::Unreadable,
            "products.?.price",
        ),
        (
            r#""currency":"UAH""#,
            r#""currency":"Secret Person, Main st. 1""#,
            OrderState::Held,
            "a text of 25 characters",
        ),
    ] {
        let world = World::new(few(3)).await;
        world.sandbox.shop.edit(|shop| shop.spoiled.push((from.to_owned(), to.into())));
        world.import_whole().await;
        let orders = world.orders().await;
        let spoiled: Vec<_> = orders.iter().filter(|order| order.state == state).collect();
        assert!(!spoiled.is_empty(), "{orders:?}");
        for order in spoiled {
            let reason = order.reason.words();
            assert!(reason.contains(told) && !reason.to_lowercase().contains("secret"), "{reason}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_description_that_is_hard_to_read_freezes_nothing() {
    let world = World::imported_already(few(4)).await;
    world.sandbox.shop.edit(|shop| {
        shop.spoiled.push((
            "\"description\":".into(),
            format!("\"description\":\"{}\",\"d\":", "<a".repeat(1 << 19)).into_bytes(),
        ));
    });
    let number = world.sandbox.shop.place_order();
    world.sandbox.shop.edit(|shop| {
        let line = &mut shop.orders.get_mut(&number).unwrap().lines[0];
        line.article = shop.catalogue[0].article.clone();
    });
    sql(&world, "DELETE FROM catalogue").await;
    let daemon = world.daemon_with(&[("CARTUM__REQUEST_TIMEOUT", "20s"), ("SYNC__LEASE_TIME", "30s")]);
    let began = tokio::time::Instant::now();
    in_state(&world, number, OrderState::Synced).await;
    assert!(began.elapsed() < Duration::from_mins(1), "{:?}", began.elapsed());
    daemon.stop().await;
    world.sandbox.shop.edit(|shop| shop.spoiled.clear());
}
