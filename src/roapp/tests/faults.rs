//! Every kind of fault: what is repeated, what is not, and which error the caller gets.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    time::Instant,
};

use super::{
    writes::{new_order, new_person},
    *,
};
use crate::{
    domain::ids::{ItemId, StatusId, WorkOrderId},
    http::{SendError, Verdict},
};

fn status(code: u16) -> ResponseTemplate {
    ResponseTemplate::new(code)
}

#[tokio::test]
async fn a_refusal_is_final_and_gives_the_reason() {
    for code in [400, 409, 415, 422] {
        let peer = Peer::new([answer(code, fixture!("error-v2-errors-map.json"))]).await;
        let error = peer.roapp.create_order(&new_order()).await.unwrap_err();
        let expected = format!("RO App refused POST /v2/orders with {code}: Validation error; field: message");
        assert_eq!((error.to_string(), error.verdict()), (expected, Verdict::Never));
    }
}

#[tokio::test]
async fn an_access_error_stops_and_says_what_to_fix() {
    for (code, fix) in [(401, "API key"), (402, "tariff"), (403, "rights")] {
        let peer = Peer::new([answer(code, fixture!("error-message-string.json"))]).await;
        let error = peer.roapp.company().await.unwrap_err();
        assert!(matches!(error, RoAppError::Access { status, .. } if status == code), "{error:?}");
        assert_eq!(error.verdict(), Verdict::Stop);
        let text = error.to_string();
        assert!(text.contains(fix) && text.contains("GET /v2/company") && text.contains("Invalid token"), "{text}");
    }
}

#[tokio::test]
async fn a_record_or_call_that_is_missing_is_told_from_a_refusal() {
    for code in [404, 405, 410, 301] {
        let peer = Peer::new([answer(code, "Not found")]).await;
        let error = peer.roapp.set_status(WorkOrderId::new(7), StatusId::new(12)).await.unwrap_err();
        assert!(matches!(error, RoAppError::Missing { status, .. } if status == code), "{error:?}");
        assert_eq!(error.verdict(), Verdict::Never);
        assert!(error.to_string().contains("POST /v2/orders/{id}/status"), "{error}");
    }
}

#[tokio::test]
async fn a_read_is_repeated_while_ro_app_is_out_of_order() {
    let peer = Peer::new([status(503), status(408), status(520), ok("[]")]).await;
    assert_eq!(peer.roapp.order_types().await.unwrap(), []);
    let peer = Peer::new([status(500), status(500), status(500), status(502)]).await;
    let error = peer.roapp.order_types().await.unwrap_err();
    assert!(matches!(error, RoAppError::Unavailable { status: 502, .. }), "{error:?}");
    assert_eq!(error.verdict(), Verdict::Again(None));
}

#[tokio::test]
async fn a_write_is_not_repeated_when_it_may_have_been_executed() {
    for code in [408, 500, 502, 503, 504] {
        let peer = Peer::new([status(code), status(code)]).await;
        let error = peer.roapp.create_order(&new_order()).await.unwrap_err();
        assert_eq!(error.verdict(), Verdict::Unclear, "{error:?}");
        let error = peer.roapp.set_status(WorkOrderId::new(7), StatusId::new(12)).await.unwrap_err();
        assert_eq!((error.verdict(), peer.count()), (Verdict::Unclear, 2), "{error:?}");
    }
}

#[tokio::test]
async fn a_late_answer_leaves_a_write_unclear_and_a_read_to_be_repeated() {
    let options = || Options { request_timeout: Duration::from_millis(150), ..options() };
    let late = || ok("[]").set_delay(Duration::from_secs(1));
    let peer = Peer::with(options(), Fence::open(), [late()]).await;
    let error = peer.roapp.create_person(&new_person()).await.unwrap_err();
    assert!(matches!(error, RoAppError::Send { source: SendError::Timeout { .. }, .. }), "{error:?}");
    assert_eq!((error.verdict(), peer.count()), (Verdict::Unclear, 1));
    let peer = Peer::with(options(), Fence::open(), [late(), ok("[]")]).await;
    assert_eq!(peer.roapp.order_types().await.unwrap(), []);
}

/// Cuts the first `cuts` connections after it has read the request, then answers with an empty list.
async fn cutting_peer(cuts: usize) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            if stream.read(&mut request).await.is_ok_and(|read| read > 0)
                && count.fetch_add(1, Ordering::SeqCst) >= cuts
            {
                let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n[]";
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        }
    });
    (addr, asked)
}

#[tokio::test]
async fn a_connection_that_breaks_leaves_a_write_unclear_and_a_read_to_be_repeated() {
    let (addr, asked) = cutting_peer(usize::MAX).await;
    let roapp = super::roapp(&format!("http://{addr}"), options(), Fence::open());
    let error = roapp.create_order(&new_order()).await.unwrap_err();
    assert!(matches!(error, RoAppError::Send { source: SendError::Cut { .. }, .. }), "{error:?}");
    assert_eq!((error.verdict(), asked.load(Ordering::SeqCst)), (Verdict::Unclear, 1));

    let (addr, asked) = cutting_peer(2).await;
    let roapp = super::roapp(&format!("http://{addr}"), options(), Fence::open());
    assert_eq!(roapp.order_types().await.unwrap(), []);
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_change_that_surely_did_not_arrive_is_sent_again() {
    let addr = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let options = Options { backoff: Duration::from_millis(200), ..options() };
    let roapp = super::roapp(&format!("http://{addr}"), options, Fence::open());
    let call = tokio::spawn(async move { roapp.delete_item(WorkOrderId::new(7), ItemId::new(8)).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let listener = std::net::TcpListener::bind(addr).unwrap();
    let server = MockServer::builder().listener(listener).start().await;
    Mock::given(any()).respond_with(ok(r#"{"id": 1}"#)).expect(1).mount(&server).await;
    call.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_peer_that_nobody_reaches_is_given_up_and_may_be_tried_again() {
    let addr = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let roapp = super::roapp(&format!("http://{addr}"), options(), Fence::open());
    let error = roapp.create_person(&new_person()).await.unwrap_err();
    assert!(matches!(error, RoAppError::Send { source: SendError::NotSent { .. }, .. }), "{error:?}");
    assert_eq!(error.verdict(), Verdict::Again(None));
}

#[tokio::test]
async fn a_private_host_that_the_settings_forbid_is_never_tried_again() {
    let key = Secret::new(KEY.to_owned());
    let (http, url) = (Http::new(false).unwrap(), "http://127.0.0.1:9/".parse().unwrap());
    let roapp = RoApp::new(http, url, key, Pace::local(Duration::ZERO), Fence::open(), options());
    assert_eq!(roapp.company().await.unwrap_err().verdict(), Verdict::Never);
}

#[tokio::test]
async fn too_many_requests_are_repeated_for_reads_and_changes() {
    let peer = Peer::new([status(429), status(429), ok("[]"), status(429), ok("{}")]).await;
    assert_eq!(peer.roapp.order_types().await.unwrap(), []);
    peer.roapp.delete_item(WorkOrderId::new(7), ItemId::new(8)).await.unwrap();
}

#[tokio::test]
async fn a_creating_call_is_sent_once_so_that_it_is_journalled_anew_before_a_repeat() {
    let peer = Peer::new([status(429), status(429)]).await;
    for verdict in [peer.roapp.create_order(&new_order()).await.unwrap_err().verdict(), {
        peer.roapp.create_person(&new_person()).await.unwrap_err().verdict()
    }] {
        assert!(matches!(verdict, Verdict::Again(Some(_))), "{verdict:?}");
    }
    assert_eq!(peer.count(), 2);
}

#[tokio::test]
async fn too_many_requests_are_given_up_after_four_tries() {
    let peer = Peer::new(std::iter::repeat_n(status(429), 4)).await;
    let error = peer.roapp.order_types().await.unwrap_err();
    assert!(matches!(error.verdict(), Verdict::Again(Some(_))), "{error:?}");
    assert_eq!(peer.count(), 4);
}

#[tokio::test]
async fn the_pause_that_ro_app_asks_for_is_kept_in_seconds_and_as_a_date() {
    let seconds = status(429).insert_header("retry-after", "1");
    let date = status(429)
        .insert_header("date", "Sun, 01 Mar 2026 09:30:00 GMT")
        .insert_header("retry-after", "Sun, 01 Mar 2026 09:30:01 GMT");
    for busy in [seconds, date] {
        let peer = Peer::new([busy, ok("[]")]).await;
        let start = Instant::now();
        assert_eq!(peer.roapp.order_types().await.unwrap(), []);
        assert!(start.elapsed() >= Duration::from_secs(1), "{:?}", start.elapsed());
    }
}

#[tokio::test]
async fn a_long_pause_is_left_to_the_caller_but_kept_by_everybody() {
    let peer = Peer::new([status(429).insert_header("retry-after", "61")]).await;
    let error = peer.roapp.create_order(&new_order()).await.unwrap_err();
    assert_eq!(error.verdict(), Verdict::Again(Some(Duration::from_secs(61))));
    let other = peer.roapp.clone();
    let next = tokio::time::timeout(Duration::from_millis(200), other.order_types()).await;
    assert!(next.is_err(), "the account is held off");
}

#[tokio::test]
async fn a_closed_fence_lets_nothing_through() {
    let (_keeper, fence) = Fence::until(Instant::now() + Duration::from_secs(1));
    let peer = Peer::with(options(), fence, []).await;
    let error = peer.roapp.create_order(&new_order()).await.unwrap_err();
    assert!(matches!(error, RoAppError::FenceClosed(_)), "{error:?}");
    assert_eq!(error.verdict(), Verdict::Again(None));
    assert!(matches!(peer.roapp.company().await, Err(RoAppError::FenceClosed(_))));
    assert_eq!(peer.count(), 0);
}

#[tokio::test]
async fn a_lease_that_runs_out_during_a_pause_lets_no_repeat_through() {
    let (_keeper, fence) = Fence::until(Instant::now() + Duration::from_millis(5_500));
    let peer = Peer::with(options(), fence, [status(429).insert_header("retry-after", "1")]).await;
    let removed = peer.roapp.delete_item(WorkOrderId::new(7), ItemId::new(8)).await;
    assert!(matches!(removed, Err(RoAppError::FenceClosed(_))));
}

#[tokio::test]
async fn an_answer_that_is_no_json_is_told_from_one_that_does_not_fit() {
    let peer = Peer::new([ok("<html></html>"), ok(""), ok(r#"{"rows": []}"#), ok("[]")]).await;
    for _ in 0..2 {
        let error = peer.roapp.order_types().await.unwrap_err();
        assert!(matches!(error, RoAppError::NotJson { .. }), "{error:?}");
        assert_eq!(error.verdict(), Verdict::Again(None));
    }
    let error = peer.roapp.order_types().await.unwrap_err();
    assert!(matches!(error, RoAppError::Garbled { .. }), "{error:?}");
    assert_eq!(error.verdict(), Verdict::Never);
    let error = peer.roapp.order(WorkOrderId::new(7)).await.unwrap_err();
    assert!(matches!(error, RoAppError::Garbled { .. }), "{error:?}");
}

#[tokio::test]
async fn no_error_and_no_debug_output_shows_the_key() {
    let peer = Peer::new([answer(401, &format!(r#"{{"message": "unknown key {KEY}"}}"#))]).await;
    let error = peer.roapp.company().await.unwrap_err();
    let shown = format!("{error} {error:?} {:?}", peer.roapp);
    assert!(!shown.contains(KEY), "{shown}");
}

#[test]
fn the_base_url_may_have_a_path_of_its_own() {
    for base in ["https://api.example.com/gate", "https://api.example.com/gate/"] {
        let roapp = super::roapp(base, options(), Fence::open());
        let call = call::Call::get("/v2/orders/{id}/items").at(&[7]).with("sort", "-id");
        assert_eq!(roapp.url(&call).as_str(), "https://api.example.com/gate/v2/orders/7/items?sort=-id");
    }
}

#[test]
fn the_pause_doubles_up_to_a_minute() {
    let roapp = super::roapp("https://api.example.com", Options::default(), Fence::open());
    for (failures, seconds) in [(0, 1), (1, 2), (3, 8), (5, 32)] {
        let pause = roapp.pause(failures);
        let (least, most) = (Duration::from_secs(seconds), Duration::from_secs(seconds * 3 / 2 + 1));
        assert!(pause >= least && pause <= most, "{failures}: {pause:?}");
    }
    assert_eq!(roapp.pause(6), Duration::from_mins(1));
    assert_eq!(roapp.pause(u32::MAX), Duration::from_mins(1));
}
