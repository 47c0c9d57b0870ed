//! Subscriptions: what counts as made and ended, what may be retried, and what is never repeated.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::time::Duration;

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::support::{Store, cartum, said};
use crate::{
    cartum::{HookError, Options},
    domain::ids::HookId,
    http::Fence,
    secrets::Secret,
};

const SUBSCRIBE: &str = "hooks/subscribe";
const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const UNSUBSCRIBE: &str = "hooks/unSubscribe";

fn target() -> Secret {
    Secret::new(format!("https://sync.example.com/hooks/cartum/{SECRET}"))
}

fn bare(status: u16, body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(body)
}

async fn subscribe(answer: ResponseTemplate) -> (Result<HookId, HookError>, usize) {
    let store = Store::open().await;
    store.on(SUBSCRIBE, move |_, _| answer.clone()).await;
    let options = Options { request_timeout: Duration::from_millis(500), min_gap: Duration::ZERO };
    let outcome = cartum(&store.uri(), options).subscribe("order_created", &target(), &Fence::open()).await;
    (outcome, store.calls(SUBSCRIBE).await.len())
}

#[tokio::test]
async fn an_id_is_success_at_the_top_and_under_response() {
    for answer in [
        bare(201, &json!({"id": 7})),
        bare(200, &json!({"id": "7"})),
        bare(200, &json!({"status": "OK", "response": {"id": 7}})),
        bare(201, &json!({"status": "OK", "id": 7, "response": []})),
        bare(201, &json!({"response": {"id": 7}})),
    ] {
        let (id, calls) = subscribe(answer).await;
        assert_eq!((id.unwrap().get(), calls), (7, 1));
    }
}

#[tokio::test]
async fn a_refusal_is_known_by_its_word_or_its_code_and_shows_no_secret() {
    let limit = "Subscriptions limit for current event has been reached";
    for (answer, part) in [
        (said("ERROR", json!({"message": limit})), limit),
        (bare(201, &json!({"status": "ERROR", "response": {"message": limit}})), limit),
        (said("UNDEFINED_FUNCTION", json!([])), "UNDEFINED_FUNCTION"),
        (said("FORBIDDEN", json!({"message": "Use of the method is not allowed"})), "FORBIDDEN"),
        (bare(400, &json!({"message": format!("wrong target_url {}", target().expose())})), "HTTP 400"),
        (bare(422, &json!({"id": 7})), "HTTP 422"),
        (ResponseTemplate::new(404), "HTTP 404"),
    ] {
        let (outcome, calls) = subscribe(answer).await;
        let error = outcome.unwrap_err();
        assert!(matches!(error, HookError::Refused(_)) && error.to_string().contains(part), "{error:?}");
        assert!(!format!("{error} {error:?}").contains(SECRET));
        assert_eq!(calls, 1);
    }
}

#[tokio::test]
async fn an_unclear_outcome_is_told_as_such_and_nothing_is_sent_again() {
    for answer in [
        ResponseTemplate::new(502),
        ResponseTemplate::new(200),
        ResponseTemplate::new(200).set_body_string("<html>"),
        bare(201, &json!({})),
        bare(200, &json!({"status": "OK", "response": []})),
        bare(201, &json!({"id": 7})).set_delay(Duration::from_secs(2)),
    ] {
        let (outcome, calls) = subscribe(answer).await;
        assert!(matches!(outcome, Err(HookError::Unclear(_))), "{outcome:?}");
        assert_eq!(calls, 1);
    }
    let page = ResponseTemplate::new(403).set_body_string("<html>");
    for answer in [ResponseTemplate::new(429), ResponseTemplate::new(302), page] {
        let (outcome, calls) = subscribe(answer).await;
        assert!(matches!(outcome, Err(HookError::NotDone(_))), "{outcome:?}");
        assert_eq!(calls, 1);
    }
}

#[tokio::test]
async fn a_dead_token_is_renewed_once_and_the_subscription_asked_for_again() {
    let store = Store::open().await;
    store
        .on(SUBSCRIBE, |_, nth| if nth == 0 { said("UNAUTHORIZED", json!([])) } else { bare(201, &json!({"id": 3})) })
        .await;
    assert_eq!(store.cartum().subscribe("order_created", &target(), &Fence::open()).await.unwrap().get(), 3);
    let calls = store.calls(SUBSCRIBE).await;
    assert_eq!(calls.iter().map(|call| call["token"].clone()).collect::<Vec<_>>(), ["token-1", "token-2"]);
    assert_eq!((&calls[1]["event"], &calls[1]["target_url"]), (&json!("order_created"), &json!(target().expose())));

    // Refused with a fresh token as well: the user lacks the right.
    let store = Store::open().await;
    store.on(SUBSCRIBE, |_, _| said("UNAUTHORIZED", json!([]))).await;
    let refused = store.cartum().subscribe("order_created", &target(), &Fence::open()).await;
    assert!(matches!(refused, Err(HookError::Refused(_))), "{refused:?}");
    assert_eq!(store.calls(SUBSCRIBE).await.len(), 2);
}

#[tokio::test]
async fn a_login_that_fails_leaves_the_subscription_unasked_for() {
    let store = Store::bare().await;
    store.on("auth", |_, _| ResponseTemplate::new(502)).await;
    let outcome = store.cartum().subscribe("order_created", &target(), &Fence::open()).await;
    assert!(matches!(outcome, Err(HookError::NotDone(_))), "{outcome:?}");
    assert_eq!(store.calls(SUBSCRIBE).await.len(), 0);
}

#[tokio::test]
async fn http_410_is_the_end_of_a_subscription() {
    for (answer, ends) in [
        (bare(410, &json!({"status": "OK"})), true),
        (ResponseTemplate::new(410), true),
        (said("OK", json!([])), true),
        (said("ERROR", json!({"message": "Subscription not found"})), false),
        (bare(400, &json!({})), false),
    ] {
        let store = Store::open().await;
        store.on(UNSUBSCRIBE, move |_, _| answer.clone()).await;
        let outcome = store.cartum().unsubscribe(HookId::new(7), &target(), &Fence::open()).await;
        assert!(if ends { outcome.is_ok() } else { matches!(outcome, Err(HookError::Refused(_))) }, "{outcome:?}");
        let calls = store.calls(UNSUBSCRIBE).await;
        assert_eq!(calls.len(), 1);
        assert_eq!((&calls[0]["id"], &calls[0]["target_url"]), (&json!(7), &json!(target().expose())));
    }
}
