//! Paging in every way that RO App may page (contract roapp 2.1, unknowns 6, 7 and 32).

use super::*;
use crate::domain::ids::{PersonId, WorkOrderId};

async fn changed(peer: &Peer) -> Vec<i64> {
    let heads = peer.roapp.orders_modified_since(at("2026-01-01T00:00:00Z")).await.unwrap();
    heads.into_iter().map(|head| head.id.get()).collect()
}

fn pages_asked(peer: &Peer) -> Vec<Option<String>> {
    let page = |seen: Seen| seen.query.into_iter().find(|(name, _)| name == "page").map(|(_, value)| value);
    peer.seen().into_iter().map(page).collect()
}

fn asked(pages: &[&str]) -> Vec<Option<String>> {
    let later = pages.iter().map(|page| Some((*page).to_owned()));
    std::iter::once(None).chain(later).collect()
}

fn rows(ids: &[i64]) -> String {
    let rows: Vec<_> = ids.iter().map(|id| format!(r#"{{"id": {id}}}"#)).collect();
    format!("[{}]", rows.join(","))
}

#[tokio::test]
async fn the_number_of_pages_is_believed_wherever_it_stands() {
    for (first, second) in [
        (r#""paging": {"page": 1, "total_pages": 2}"#, r#""paging": {"page": 2, "total_pages": 2}"#),
        (r#""page": 1, "page_size": 2, "total_pages": 2, "count": 3"#, r#""total_pages": "2""#),
    ] {
        let page = |ids: &[i64], end: &str| ok(&format!(r#"{{"data": {}, {end}}}"#, rows(ids)));
        let peer = Peer::new([page(&[1, 2], first), page(&[3], second)]).await;
        assert_eq!(changed(&peer).await, [1, 2, 3]);
        assert_eq!(pages_asked(&peer), asked(&["2"]));
    }
}

#[tokio::test]
async fn one_page_is_one_call() {
    let peer = Peer::new([ok(fixture!("v2-paged-envelope-empty.json"))]).await;
    assert_eq!(changed(&peer).await, Vec::<i64>::new());
}

#[tokio::test]
async fn without_a_number_of_pages_an_empty_page_ends_the_walk() {
    let page = |ids: &[i64]| ok(&format!(r#"{{"data": {}, "page": 1, "count": 2, "success": true}}"#, rows(ids)));
    let peer = Peer::new([page(&[1, 2]), page(&[3]), page(&[])]).await;
    assert_eq!(changed(&peer).await, [1, 2, 3]);
    assert_eq!(pages_asked(&peer), asked(&["2", "3"]));
}

#[tokio::test]
async fn without_a_number_of_pages_a_page_without_news_ends_the_walk() {
    let peer = Peer::new([ok(&rows(&[1, 2])), ok(&rows(&[1, 2]))]).await;
    assert_eq!(changed(&peer).await, [1, 2], "a server that ignores the page");
    let peer = Peer::new([ok(r#"{"data": null}"#)]).await;
    assert_eq!(changed(&peer).await, Vec::<i64>::new(), "a server that has nothing");
}

#[tokio::test]
async fn a_list_of_choices_that_pages_is_read_to_its_end() {
    let page = |ids: &[i64]| ok(&format!(r#"{{"data": {}, "total_pages": 2}}"#, rows(ids)));
    let peer = Peer::new([page(&[1]), page(&[2]), page(&[1]), page(&[2])]).await;
    assert_eq!(peer.roapp.locations().await.unwrap().len(), 2);
    assert_eq!(peer.roapp.categories().await.unwrap().len(), 2);
}

#[tokio::test]
async fn of_a_row_that_shifts_between_pages_the_later_reading_counts() {
    let page = |rows: &str| ok(&format!(r#"{{"data": {rows}, "paging": {{"total_pages": 2}}}}"#));
    let first = r#"[{"id": 1, "number": "old"}, {"id": 2}]"#;
    let second = r#"[{"id": 2}, {"id": 1, "number": "new"}, {"id": 3}]"#;
    let peer = Peer::new([page(first), page(second)]).await;
    let heads = peer.roapp.orders_modified_since(at("2026-01-01T00:00:00Z")).await.unwrap();
    let shown: Vec<_> = heads.iter().map(|head| (head.id.get(), head.number.as_str())).collect();
    assert_eq!(shown, [(1, "new"), (2, ""), (3, "")]);
}

#[tokio::test]
async fn a_list_without_end_is_given_up() {
    let page = ok(r#"{"data": [{"id": 1}], "total_pages": 1000000}"#);
    let peer = Peer::new(std::iter::repeat_n(page, 1_000)).await;
    let error = peer.roapp.orders_modified_since(at("2026-01-01T00:00:00Z")).await.unwrap_err();
    assert!(matches!(error, RoAppError::Endless { pages: 1_000, .. }), "{error}");
}

#[tokio::test]
async fn a_row_without_an_id_is_named_where_each_counts() {
    let peer = Peer::new([ok(r#"[{"id": 1}, {"name": "nameless"}]"#)]).await;
    let error = peer.roapp.items(WorkOrderId::new(7)).await.unwrap_err();
    assert!(matches!(&error, RoAppError::Garbled { place, .. } if place == "data[1].id"), "{error:?}");
}

#[tokio::test]
async fn one_row_never_spoils_its_page() {
    let list = r#"{"paging": {"total_pages": 1, "count": 5}, "data": [
        {"id": 1, "manager_notes": "half an emoji \ud83d", "total": 1e999},
        {"number": "A2"}, "odd", {"id": 3, "malfunction": "he said "hi" twice"}, {"id": 4}]}"#;
    let peer = Peer::new([ok(list)]).await;
    assert_eq!(changed(&peer).await, [1, 4]);
    let types = r#"{"data": [{"id": 1, "name": "cut \ud83d"}, {"name": "nameless"}, {"id": 2 "name"}], "count": 3}"#;
    let peer = Peer::new([ok(types)]).await;
    let types: Vec<_> = peer.roapp.order_types().await.unwrap().into_iter().map(|kind| kind.name).collect();
    assert_eq!(types, ["cut \u{fffd}"]);
    let people = r#"[{"id": 1, "first_name": "A"}, {"first_name": "nameless"}]"#;
    let peer = Peer::new([ok(people), ok("[]")]).await;
    assert_eq!(peer.roapp.people_by_phone("380").await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_row_with_a_token_of_ours_is_never_passed_over_where_it_is_looked_for() {
    let from = at("2026-01-01T00:00:00Z");
    for row in [r#"{"manager_notes": "[cartum:shop.example.com/7]"}"#, r#"{"id": 1, "notes": "[cartum:a/7]" x}"#] {
        let peer = Peer::new([ok(&format!("[{row}]")), ok(&format!("[{row}]"))]).await;
        let error = peer.roapp.orders_of_client(PersonId::new(1), from).await.unwrap_err();
        assert!(matches!(error, RoAppError::Garbled { .. }), "{error:?}");
        assert!(!error.to_string().contains("shop.example"), "{error}");
        let error = peer.roapp.people_by_phone("380").await.unwrap_err();
        assert!(matches!(error, RoAppError::Garbled { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_list_that_cannot_be_cut_apart_is_told_by_its_place_and_not_by_what_it_holds() {
    let peer = Peer::new([ok(r#"{"data": [{"id": 1, "email": "secret@example.com"#)]).await;
    let error = peer.roapp.order_types().await.unwrap_err().to_string();
    assert!(error.contains("48 bytes") && error.contains("it ends within a text at byte 48"), "{error}");
    assert!(!error.contains("secret"), "{error}");
}
