//! The walk over pages, in every way that RO App may page (contract roapp 2.1, unknowns 6, 7 and 32).

use super::*;

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
async fn a_row_without_an_id_is_named() {
    let peer = Peer::new([ok(r#"{"data": [{"id": 1}, {"name": "x"}]}"#), ok(r"[[1]]")]).await;
    let error = peer.roapp.order_types().await.unwrap_err();
    assert_eq!(error.to_string(), "the answer to GET /v2/orders/types does not fit at data[1].id");
    let error = peer.roapp.order_types().await.unwrap_err();
    assert_eq!(error.to_string(), "the answer to GET /v2/orders/types does not fit at data[0]");
}
