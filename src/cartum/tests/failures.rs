//! Each kind of failure has its own error, its verdict and a text without secrets.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::{error::Error as _, time::Duration};

use serde_json::json;
use wiremock::ResponseTemplate;

use super::support::{PASSWORD, Store, cartum, fixture, html, json_page, said};
use crate::{
    cartum::{Cartum, CartumError, Options, OrderFilter},
    http::{Http, SendError, Verdict},
    secrets::Secret,
};

type Answer = fn() -> ResponseTemplate;

async fn error_of_auth(answer: Answer) -> CartumError {
    let store = Store::bare().await;
    store.on("auth", move |_, _| answer()).await;
    store.cartum().sign_in().await.unwrap_err()
}

async fn error_of_orders(answer: Answer) -> (CartumError, usize) {
    let store = Store::open().await;
    store.on("orders/get", move |_, _| answer()).await;
    let error = store.cartum().walk(OrderFilter::default()).next().await.unwrap_err();
    (error, store.calls("orders/get").await.len())
}

#[tokio::test]
async fn a_plan_without_the_api_is_told_in_every_shape() {
    let at_login: [Answer; 4] = [
        || ResponseTemplate::new(404),
        || ResponseTemplate::new(404).set_body_json(json!({"error": "off"})),
        || said("FORBIDDEN", json!({"message": "Use of the method is not allowed"})),
        || json_page(fixture!("undefined_function.response.json")),
    ];
    for answer in at_login {
        let error = error_of_auth(answer).await;
        assert!(matches!(error, CartumError::NotOnPlan { .. }), "{error}");
        assert_eq!(error.verdict(), Verdict::Stop);
    }
    let after_login: [Answer; 3] = [
        || said("FORBIDDEN", json!({"message": "Use of the method is not allowed"})),
        || json_page(fixture!("undefined_function.response.json")),
        || ResponseTemplate::new(404),
    ];
    for answer in after_login {
        let (error, calls) = error_of_orders(answer).await;
        assert!(matches!(&error, CartumError::NotOnPlan { what, .. } if what.contains("orders/get")), "{error}");
        assert_eq!(error.verdict(), Verdict::Stop);
        assert_eq!(calls, 1, "no fast retries");
    }
}

#[tokio::test]
async fn a_site_that_is_no_cartum_store_is_told_apart() {
    let answers: [(Answer, u16); 5] = [
        (|| html(200), 200),
        (|| html(404), 404),
        (|| html(403), 403),
        (|| json_page(r#"{"error":"rest_no_route"}"#), 200),
        (|| json_page("plain words"), 200),
    ];
    for (answer, code) in answers {
        let error = error_of_auth(answer).await;
        assert!(matches!(&error, CartumError::NotCartum { status, .. } if *status == code), "{error}");
        let stops = error.verdict() == Verdict::Stop;
        assert_eq!(stops, code == 404, "a page may be an outage, a 404 page is none");
    }
    let error = error_of_auth(|| html(200)).await.to_string();
    assert!(error.contains("<!doctype html> <html><head><title>Down for repairs"), "{error}");
}

#[tokio::test]
async fn an_empty_answer_to_a_login_does_not_make_the_site_another() {
    let error = error_of_auth(|| ResponseTemplate::new(200)).await;
    assert!(matches!(error, CartumError::NotJson { .. }), "{error}");
}

#[tokio::test]
async fn a_page_in_place_of_orders_is_temporary_and_its_beginning_is_shown() {
    for answer in [(|| html(200)) as Answer, || html(403), || html(404)] {
        let (error, calls) = error_of_orders(answer).await;
        let CartumError::NotJson { seen, function, .. } = &error else { panic!("{error}") };
        assert!(seen.is_page && seen.stray.starts_with("<!doctype html> <html>") && *function == "orders/get");
        assert!(error.to_string().contains("protection page"), "{error}");
        assert_eq!(error.verdict(), Verdict::Again(None));
        assert_eq!(calls, 3 + 2, "tries, and looks whether it answers for other orders");
    }
}

#[tokio::test]
async fn a_long_page_is_shortened_to_one_line_of_100_characters() {
    let (error, _) = error_of_orders(|| json_page(&"<p>\nнемає\n".repeat(1_000))).await;
    let CartumError::NotJson { seen, .. } = error else { panic!("{error}") };
    assert_eq!(seen.stray.chars().count(), 100);
    assert!(!seen.stray.contains('\n'));
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_names_the_site_to_set() {
    let elsewhere = Store::open().await;
    let store = Store::bare().await;
    let location = format!("{}/api/auth/", elsewhere.uri());
    store.on("auth", move |_, _| ResponseTemplate::new(301).insert_header("location", location.as_str())).await;
    let error = store.cartum().sign_in().await.unwrap_err();
    let CartumError::Redirected { location, .. } = &error else { panic!("{error}") };
    assert_eq!(*location, elsewhere.uri());
    assert!(error.to_string().contains("set site_url to"), "{error}");
    assert_eq!(error.verdict(), Verdict::Never);
    assert_eq!(elsewhere.requests().await, 0);
    assert_eq!(store.requests().await, 1);

    let error = error_of_auth(|| ResponseTemplate::new(302).insert_header("location", "/en/api/auth")).await;
    assert!(
        matches!(&error, CartumError::Redirected { location, .. } if location.ends_with("/en/api/auth")),
        "{error}"
    );
}

#[tokio::test]
async fn an_unknown_word_is_a_failure_and_never_no_data() {
    let (error, calls) = error_of_orders(|| said("ALMOST", json!({"orders": []}))).await;
    assert!(
        matches!(&error, CartumError::UnknownWord { word, function: "orders/get", .. } if word == "ALMOST"),
        "{error}"
    );
    assert_eq!(error.verdict(), Verdict::Again(None));
    assert_eq!(calls, 1);
    let (error, _) = error_of_orders(|| said("no orders of Ivan Petrenko", json!([]))).await;
    assert!(matches!(&error, CartumError::UnknownWord { word, .. } if word == "a text of 26 characters"), "{error}");
    for word in ["ok", ""] {
        let store = Store::open().await;
        store.on("orders/get", move |_, _| said(word, json!([]))).await;
        let error = store.cartum().walk(OrderFilter::default()).next().await.unwrap_err();
        assert!(matches!(error, CartumError::UnknownWord { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_partial_or_failed_answer_is_no_data_either() {
    for answer in [
        (|| said("WARNING", json!({"orders": [], "log": []}))) as Answer,
        || said("EXCEPTION", json!({"message": "x"})),
        || said("ERROR", json!([])),
        || said("HTTP_ERROR", json!({"code": 400, "message": "bad request"})),
    ] {
        let (error, calls) = error_of_orders(answer).await;
        let CartumError::Failed { word, .. } = &error else { panic!("{error}") };
        // One of the orders may be the cause, so two other positions are tried.
        assert_eq!(calls, if word == "EXCEPTION" { 3 } else { 1 });
    }
}

#[tokio::test]
async fn a_body_that_does_not_fit_is_named_with_its_place() {
    let (error, _) = error_of_orders(|| said("OK", json!({"items": [1]}))).await;
    assert!(error.to_string().contains("orders/get"), "{error}");
    assert_eq!(error.source().unwrap().to_string(), "orders: expected a list, found nothing");
    let (error, _) = error_of_orders(|| said("OK", json!({"orders": "many"}))).await;
    assert_eq!(error.source().unwrap().to_string(), "orders: expected a list, found another text");
    let (error, _) = error_of_orders(|| json_page(r#"{"orders":[]}"#)).await;
    assert_eq!(error.source().unwrap().to_string(), "status: expected a word, found none");
    assert_eq!(error.verdict(), Verdict::Again(None));
}

#[tokio::test]
async fn a_private_host_is_refused_unless_allowed() {
    let store = Store::open().await;
    let options = Options { request_timeout: Duration::from_secs(5), min_gap: Duration::ZERO };
    let (http, password) = (Http::new(false).unwrap(), Secret::new(PASSWORD.to_owned()));
    let cartum = Cartum::new(http, store.uri().parse().unwrap(), "api".to_owned(), password, options);
    let error = cartum.statuses().await.unwrap_err();
    assert!(matches!(&error, CartumError::Send { source: SendError::PrivateHost { .. }, .. }), "{error}");
    assert_eq!(error.verdict(), Verdict::Never);
    assert_eq!(store.requests().await, 0);
}

#[tokio::test]
async fn an_unreachable_host_is_named_and_tried_again_later() {
    let options = Options { request_timeout: Duration::from_secs(5), min_gap: Duration::ZERO };
    let error = cartum("http://127.0.0.1:1", options).sign_in().await.unwrap_err();
    assert!(matches!(&error, CartumError::Send { source: SendError::NotSent { .. }, .. }), "{error}");
    assert!(error.source().unwrap().to_string().contains("127.0.0.1"));
    assert_eq!(error.verdict(), Verdict::Again(None));
}

#[tokio::test]
async fn no_error_shows_the_password_or_the_token_even_when_the_store_repeats_them() {
    let echo = |params: &serde_json::Value| format!("{params} {PASSWORD} {} {}", params["token"], params["password"]);
    let shapes: [fn(String) -> ResponseTemplate; 7] = [
        |echo| said("ERROR", json!({"message": echo})),
        |echo| said("EXCEPTION", json!(echo)),
        |echo| said(&echo, json!([])),
        |echo| said("FORBIDDEN", json!({"message": echo})),
        |echo| json_page(&format!("<html>{echo}")),
        |echo| ResponseTemplate::new(302).insert_header("location", echo.as_str()),
        |_| ResponseTemplate::new(302).insert_header("location", "/?p=s3cret+%22pass%22&q=s3cret%20%22pass%22"),
    ];
    for (at, shape) in shapes.into_iter().enumerate() {
        for function in ["auth", "orders/get"] {
            let store = if function == "auth" { Store::bare().await } else { Store::open().await };
            store.on(function, move |params, _| shape(echo(params))).await;
            let error = store.cartum().walk(OrderFilter::default()).next().await.unwrap_err();
            let shown = format!("{error} {error:?}");
            for secret in [PASSWORD, "s3cret", "token-1"] {
                assert!(!shown.contains(secret), "shape {at} of {function} shows {secret}: {shown}");
            }
        }
    }
    assert!(!format!("{:?}", Store::open().await.cartum()).contains("s3cret"));
}

/// Everything that the error shows, with its causes.
fn told(error: &CartumError) -> String {
    let source = error.source().map(ToString::to_string).unwrap_or_default();
    format!("{error} {source} {error:?}")
}

#[tokio::test]
async fn nothing_that_a_store_quotes_or_names_beside_plain_words_is_shown_of_orders() {
    let answers: [(Answer, &str); 11] = [
        (|| ResponseTemplate::new(302).insert_header("location", "/en/?name=Secret"), "/en/;"),
        (|| ResponseTemplate::new(302).insert_header("location", "http://[Secret/"), "a text of 15 characters"),
        (
            || {
                said(
                    "EXCEPTION",
                    json!({"message": "SQLSTATE[23000]: INSERT INTO t VALUES ('Secret Person','Secret 1')"}),
                )
            },
            "a text of",
        ),
        (|| said("ERROR", json!("Order of Secret Person cannot be read")), "a text of"),
        (|| said("ERROR", json!({"message": "near Secret 1 at line 5"})), "a text of"),
        (|| said("ERROR", json!({"message": "Unknown client \u{201c}secret person\u{201d}"})), "a text of"),
        (|| said("FORBIDDEN", json!({"message": "Not for Secret"})), "a text of"),
        (|| said("UNAUTHORIZED", json!({"message": "No token for Secret"})), "a text of"),
        (|| said("EXCEPTION", json!({"message": "Something broke"})), "(Something broke)"),
        (|| said("FORBIDDEN", json!({"message": "No access to API"})), "No access to API"),
        (|| json_page("<b>Warning</b>: Duplicate entry 'Secret Person' for key x"), "Duplicate entry…"),
    ];
    for (answer, shown) in answers {
        let (error, _) = error_of_orders(answer).await;
        let told = told(&error);
        assert!(!told.to_lowercase().contains("secret person") && !told.contains("Secret"), "{told}");
        assert!(told.contains(shown), "{told} lacks {shown}");
    }
}

#[tokio::test]
async fn what_a_store_says_of_a_login_is_shown_up_to_what_it_quotes() {
    let answers: [(Answer, &str); 4] = [
        (|| said("ERROR", json!({"message": format!("no user for {PASSWORD} here")})), "no user for *** here"),
        (
            || said("ERROR", json!({"message": "Access denied for user 'Secret'@'localhost' (using password: YES)"})),
            "Access denied for user…",
        ),
        (|| said("ERROR", json!({"message": "Method [Secret] isn't there"})), "Method…"),
        (
            || said("ERROR", json!({"message": "The user doesn't exist or об'єкт is off"})),
            "The user doesn't exist or об'єкт is off",
        ),
    ];
    for (answer, shown) in answers {
        let told = told(&error_of_auth(answer).await);
        assert!(!told.contains("Secret") && !told.contains("s3cret") && told.contains(shown), "{told} lacks {shown}");
    }
}

#[tokio::test]
async fn a_key_of_the_store_s_own_is_not_shown_in_a_place() {
    let store = Store::open().await;
    let list = json!({"statuses": {"Secret Person, Main st. 1": {"id": "many"}}});
    store.on("orders/get_available_statuses", move |_, _| said("OK", list.clone())).await;
    let told = told(&store.cartum().statuses().await.unwrap_err());
    assert!(!told.contains("Secret") && told.contains("?.id"), "{told}");
}
