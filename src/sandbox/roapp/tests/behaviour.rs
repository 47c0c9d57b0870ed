//! The limit, faults, lag, the record of calls, and speed.

use crate::sandbox::faults::Fault;

use super::*;

#[tokio::test]
async fn a_fourth_call_within_a_second_is_429() {
    let app = RoApp::start(RoAppOptions { rate_per_second: 3, ..options() }).await.unwrap();
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(get(&app, "/v2/company").await.status);
    }
    assert_eq!((statuses, app.too_many()), (vec![200, 200, 200, 429], 1));
    tokio::time::sleep(Duration::from_millis(1050)).await;
    assert_eq!(get(&app, "/v2/company").await.status, 200);
}

#[tokio::test]
async fn faults_execute_or_do_not_as_they_say() {
    let app = start().await;
    let post = async || send(&app, "sandbox-key", "POST", "/v2/orders", Some(&order(""))).await;
    let cases = [
        (Fault::CutBefore, None, 0),
        (Fault::CutAfter, None, 1),
        (Fault::FailAfter(502), Some(502), 1),
        (Fault::EmptyAfter, Some(200), 1),
        (Fault::Html, Some(200), 0),
        (Fault::Refuse(503), Some(503), 0),
        (Fault::Refuse(401), Some(401), 0),
        (Fault::RefuseWith(422, "no".into()), Some(422), 0),
    ];
    for (fault, status, made) in cases {
        let before = app.data().orders.len();
        app.faults().add("POST /v2/orders", fault.clone(), 0, 1);
        let got = post().await;
        assert_eq!(got.map(|got| got.status), status, "{fault:?}");
        assert_eq!(app.data().orders.len() - before, made, "{fault:?}");
    }
    assert_eq!(post().await.unwrap().status, 200, "each fault came once");
    let recorded: Vec<u16> = app.calls().iter().map(|call| call.status).collect();
    assert_eq!(recorded, [0, 0, 502, 200, 200, 503, 401, 422, 200]);
}

#[tokio::test]
async fn faults_name_calls_by_their_template() {
    let app = start().await;
    let id = add_order(&app).await;
    let line = app.staff().add_item(id, PRODUCT, Decimal::ONE, Decimal::TEN).unwrap();
    app.faults().add("PATCH /v2/orders/{id}/items/{item_id}", Fault::Refuse(500), 0, u32::MAX);
    let path = format!("/v2/orders/{id}/items/{line}");
    assert_eq!(call(&app, "PATCH", &path, json!({"quantity": 2})).await.status, 500);
    assert_eq!(call(&app, "DELETE", &path, Value::Null).await.status, 200);
}

#[tokio::test]
async fn a_call_turned_away_at_the_door_uses_up_no_fault() {
    let app = start().await;
    app.faults().add("POST /v2/orders", Fault::CutBefore, 0, 1);
    let refused = send(&app, "other", "POST", "/v2/orders", Some(&order(""))).await;
    assert_eq!(refused.unwrap().status, 401);
    assert!(send(&app, "sandbox-key", "POST", "/v2/orders", Some(&json!({}))).await.is_none(), "faults before checks");
}

#[tokio::test]
async fn a_slow_call_is_executed_though_the_client_left() {
    let app = start().await;
    app.faults().add("POST /v2/orders", Fault::Slow(Duration::from_millis(200)), 0, 1);
    let body = order("");
    let gone =
        tokio::time::timeout(Duration::from_millis(50), send(&app, "sandbox-key", "POST", "/v2/orders", Some(&body)));
    assert!(gone.await.is_err());
    assert!(app.data().orders.is_empty());
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(app.data().orders.len(), 1);
}

#[tokio::test]
async fn a_new_order_is_listed_late_but_there_by_id() {
    let app = RoApp::start(RoAppOptions { list_lag: Duration::from_millis(300), ..options() }).await.unwrap();
    let id = add_order(&app).await;
    assert_eq!(get(&app, &format!("/v2/orders/{id}")).await.status, 200);
    assert!(get(&app, "/v2/orders").await.ids().is_empty());
    tokio::time::sleep(Duration::from_millis(350)).await;
    assert_eq!(get(&app, "/v2/orders").await.ids(), [id]);
}

#[tokio::test]
async fn every_change_moves_modified_at() {
    let app = start().await;
    let id = add_order(&app).await;
    let items = format!("/v2/orders/{id}/items");
    let line = call(&app, "POST", &items, item(1.0, 81.0, 0.0)).await.id();
    let mut last = app.data().orders[&id].modified_at;
    let calls = [
        ("PATCH", format!("/v2/orders/{id}"), json!({"manager_notes": "new"})),
        ("POST", format!("/v2/orders/{id}/status"), json!({"status_id": 506})),
        ("POST", format!("/v2/orders/{id}/status"), json!({"status_id": 502})),
        ("PATCH", format!("{items}/{line}"), json!({"price": 1})),
        ("DELETE", format!("{items}/{line}"), Value::Null),
    ];
    for (method, path, body) in calls {
        assert_eq!(call(&app, method, &path, body).await.status, 200, "{path}");
        let moved = app.data().orders[&id].modified_at;
        assert!(moved > last, "{method} {path}");
        last = moved;
    }
    let comment = json!({"comment": "hi", "is_private": true});
    assert_eq!(call(&app, "POST", &format!("/v2/orders/{id}/comments"), comment).await.status, 204);
    let held = &app.data().orders[&id];
    assert_eq!((held.manager_notes.as_str(), held.closed_at, held.comments.len()), ("new", None, 1));
}

#[tokio::test]
async fn every_call_is_recorded() {
    let app = start().await;
    get(&app, "/v2/orders?clients_ids=300001&sort=-id").await;
    call(&app, "PATCH", "/v2/orders/5", json!({"urgent": true})).await;
    let calls = app.calls();
    assert_eq!(calls[0].query, [("clients_ids".into(), "300001".into()), ("sort".into(), "-id".into())]);
    assert_eq!(calls[1].name(), "PATCH /v2/orders/{id}");
    assert_eq!((calls[1].path.as_str(), calls[1].status), ("/v2/orders/5", 404));
    assert_eq!(calls[1].body, Some(json!({"urgent": true})));
    assert!(calls[1].at >= calls[0].at);
}

#[tokio::test]
async fn a_dropped_account_answers_nothing_on_open_connections() {
    let app = start().await;
    let mut wire = TcpStream::connect(app.server.addr).await.unwrap();
    let request = b"GET /v2/company HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sandbox-key\r\n\r\n";
    let mut answer = [0; 1024];
    wire.write_all(request).await.unwrap();
    assert!(wire.read(&mut answer).await.unwrap() > 0);
    drop(app);
    wire.write_all(request).await.unwrap();
    assert!(wire.read(&mut answer).await.map_or(true, |read| read == 0));
}

#[tokio::test]
async fn a_thousand_orders_are_listed_at_once() {
    let app = start().await;
    app.staff().edit(|data, now| {
        for _ in 0..1000 {
            data.add_order(Order { client_id: PERSON, ..Order::default() }, now, TimeDelta::zero());
        }
    });
    let start = tokio::time::Instant::now();
    for page in 1..=20 {
        assert_eq!(get(&app, &format!("/v2/orders?page={page}&sort=modified_at")).await.ids().len(), 50);
    }
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}
