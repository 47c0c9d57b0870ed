//! Statuses, currencies and catalogue entries in every form.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::error::Error as _;

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::support::{Store, fixture, json_page, ok, said};
use crate::cartum::{CartumError, StatusList, StoreStatus};

const STATUSES: &str = "orders/get_available_statuses";

async fn statuses(answer: ResponseTemplate) -> Result<StatusList, CartumError> {
    let store = Store::open().await;
    store.on(STATUSES, move |_, _| answer.clone()).await;
    store.cartum().statuses().await
}

async fn listed(answer: ResponseTemplate) -> Vec<StoreStatus> {
    match statuses(answer).await.unwrap() {
        StatusList::Listed(list) => list,
        StatusList::TooOld => panic!("the store lists its statuses"),
    }
}

#[tokio::test]
async fn the_contracts_statuses_are_read_by_id_with_titles_by_language() {
    let list = listed(json_page(fixture!("get_available_statuses.response.json"))).await;
    assert_eq!(list.iter().map(|status| status.id.get()).collect::<Vec<_>>(), [1, 2, 3, 4, 6]);
    assert_eq!(list.iter().map(|status| status.is_successful).collect::<Vec<_>>(), [false, false, true, false, false]);
    assert_eq!(list[4].titles["ro"], "În procesul de livrare");
    assert_eq!(list[0].title("ro"), Some("Nou"));
    assert_eq!(list[0].title("pl"), Some("New"));
    let list = listed(json_page(fixture!("get_available_statuses.response.horoshop.json"))).await;
    assert_eq!(list[0].title("ua"), Some("Нове"));
}

#[tokio::test]
async fn statuses_are_read_from_an_array_and_from_keys_alone() {
    let list = listed(ok(json!({"statuses": [{"id": "10", "title": [], "is_successful": "1"}, {"id": 11}]}))).await;
    assert_eq!(list.iter().map(|status| status.id.get()).collect::<Vec<_>>(), [10, 11]);
    assert!(list[0].is_successful && list[0].titles.is_empty() && !list[1].is_successful);
    let list = listed(ok(json!({"statuses": {"7": {"title": {"en": "", "ro": "Plătit"}}}}))).await;
    assert_eq!((list[0].id.get(), list[0].title("en")), (7, Some("Plătit")));
    assert!(listed(ok(json!({"statuses": []}))).await.is_empty());
    assert!(listed(said("EMPTY", json!([]))).await.is_empty());
}

#[tokio::test]
async fn a_status_without_an_id_is_an_error_that_names_it() {
    let error = statuses(ok(json!({"statuses": [{"id": 1}, {"title": {}}]}))).await.unwrap_err();
    assert!(matches!(error, CartumError::Contract { .. }), "{error}");
    assert_eq!(error.source().unwrap().to_string(), "1.id: expected an id, found nothing");
}

#[tokio::test]
async fn a_store_too_old_to_list_statuses_is_no_plan_error() {
    let list = statuses(json_page(fixture!("undefined_function.response.json"))).await.unwrap();
    assert_eq!(list, StatusList::TooOld);
    let error = statuses(said("FORBIDDEN", json!([]))).await.unwrap_err();
    assert!(matches!(error, CartumError::NotOnPlan { .. }), "{error}");
}

#[tokio::test]
async fn currencies_are_read_by_their_code() {
    let store = Store::open().await;
    let list = json!({"currency": [{"id": 1, "iso": "ron ", "title": "Leu", "exchangeRates": []}, {"id": 2}]});
    store.on("currency/export", move |_, _| ok(list.clone())).await;
    let list = store.cartum().currencies().await.unwrap();
    assert_eq!(list.iter().map(|currency| (&*currency.iso, &*currency.title)).collect::<Vec<_>>(), [("RON", "Leu")]);
    assert_eq!(store.calls("currency/export").await, [json!({"token": "token-1"})]);
}

/// A catalogue row of the given article.
fn row(article: &str) -> Value {
    json!({"article": article, "parent_article": "P", "title": {"en": "Shirt", "ro": ""},
           "mod_title": {"en": "Shirt red", "ro": ""}, "price": "19.90", "gtin": 4_006_381_333_931_i64})
}

#[tokio::test]
async fn the_catalogue_is_asked_in_fifties_and_its_rows_are_checked_again() {
    let store = Store::open().await;
    store
        .on("catalog/export", |params, _| {
            let asked = params["expr"]["article"].as_array().unwrap();
            let rows = asked.iter().map(|article| row(article.as_str().unwrap())).chain([row("not asked for")]);
            ok(json!({"products": rows.collect::<Vec<_>>()}))
        })
        .await;
    let articles: Vec<_> = (0..60).map(|n| format!("SKU-{n}")).chain([" ".to_owned(), " SKU-1".to_owned()]).collect();
    let entries = store.cartum().catalogue(&articles).await.unwrap();
    assert_eq!(entries.len(), 60);
    assert!(entries.iter().all(|entry| entry.article.starts_with("SKU-")));
    assert_eq!(entries[0].gtin, "4006381333931");
    let calls = store.calls("catalog/export").await;
    assert_eq!(calls.iter().map(|c| c["expr"]["article"].as_array().unwrap().len()).collect::<Vec<_>>(), [50, 10]);
    let params = json!(["article", "parent_article", "title", "mod_title", "price", "gtin", "description"]);
    assert!(calls.iter().all(|call| call["includedParams"] == params && call["limit"] == 500));
}

#[tokio::test]
async fn an_empty_catalogue_answer_is_no_error() {
    let store = Store::open().await;
    store.on("catalog/export", |_, _| said("EMPTY", json!([]))).await;
    let cartum = store.cartum();
    assert!(cartum.catalogue(&["X".to_owned()]).await.unwrap().is_empty());
    assert!(cartum.catalogue(&[String::new()]).await.unwrap().is_empty());
    assert_eq!(store.calls("catalog/export").await.len(), 1);
}

#[tokio::test]
async fn a_sample_shows_the_languages_of_titles() {
    let store = Store::open().await;
    store.on("catalog/export", |_, _| ok(json!({"products": [row("A"), {"article": "B", "title": []}]}))).await;
    let sample = store.cartum().titles_sample().await.unwrap();
    assert_eq!(sample[0].titles.keys().collect::<Vec<_>>(), ["en", "ro"]);
    assert!(sample[1].titles.is_empty());
    assert!(store.calls("catalog/export").await[0].get("expr").is_none());
}

#[tokio::test]
async fn a_title_falls_back_from_the_language_to_english_to_any() {
    let store = Store::open().await;
    let plain = json!({"article": "A", "parent_article": "A", "title": {"en": "Shirt", "ro": "Cămașă", "pl": ""},
                       "mod_title": {"en": "Shirt, any", "pl": "Koszula"}});
    let only_ua = json!({"article": "C", "title": {"ua": "Сорочка", "en": ""}, "mod_title": null});
    let rows = json!({"products": [plain, row("B"), only_ua, {"article": "D"}]});
    store.on("catalog/export", move |_, _| ok(rows.clone())).await;
    let entries = store.cartum().titles_sample().await.unwrap();
    assert_eq!(entries[0].title("ro"), Some("Cămașă"));
    assert_eq!(entries[0].title("en"), Some("Shirt"));
    assert_eq!(entries[0].title("pl"), Some("Koszula"), "the language counts more than which title");
    assert_eq!(entries[1].title("ro"), Some("Shirt red"), "a variant goes by its own title");
    assert_eq!(entries[2].title("ro"), Some("Сорочка"));
    assert_eq!(entries[3].title("ro"), None);
}
