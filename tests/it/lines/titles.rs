//! Lines of one article under several titles, and articles that are none.

use cartum_roapp::{
    domain::store::{ProductKeyKind, UnknownProducts},
    sandbox::{cartum::CartumQuirks, roapp::Item, seed::Line, world::SandboxOptions},
};

use crate::support::{
    followed::{Followed, follow, follow_in, line},
    world::small,
};

fn titled(id: i64, article: &str, title: &str, price: i64) -> Line {
    Line { title: title.into(), ..line(id, article, price, 1) }
}

/// Title of the product and comment of each line, in the order they were made.
fn shown(followed: &Followed) -> Vec<(String, String)> {
    let data = followed.world.sandbox.roapp.data();
    let row = |item: &Item| (data.products[&item.entity_id].title.clone(), item.comment.clone());
    data.orders[&followed.work_order].items.iter().map(row).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_of_one_article_keep_their_own_titles() {
    let lines = [
        titled(1, "OPT-1", "Shirt (red)", 10),
        titled(2, "OPT-1", "Shirt (blue)", 12),
        titled(3, "B-2", "Socks", 5),
        titled(4, "B-2", "Socks", 6),
    ];
    let followed = follow(&lines).await;
    let row = |title: &str, comment: &str| (title.to_owned(), comment.to_owned());
    assert_eq!(
        shown(&followed),
        [row("Shirt (red)", "Shirt (red)"), row("Shirt (red)", "Shirt (blue)"), row("Socks", ""), row("Socks", "")]
    );
    followed.edit(|order| order.lines.push(titled(5, "OPT-1", "Shirt (green)", 14))).await;
    assert_eq!(shown(&followed)[4].1, "Shirt (green)");
    followed.total_is_the_stores();
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filler_instead_of_an_article_identifies_nothing() {
    let fillers = ["-", "--", ".", "n/a", "0", "—", "_", "N/A", "#N/A", "n.a.", "б/н", "Без артикула", "NaN", "#REF!"];
    let lines: Vec<_> =
        (1..).zip(fillers).map(|(id, filler)| titled(id, filler, &format!("Goods {id}"), 10 + id)).collect();
    let followed = follow(&lines).await;
    let titles: Vec<_> = shown(&followed).into_iter().map(|(title, _)| title).collect();
    assert_eq!(titles, (1..=fillers.len()).map(|id| format!("Goods {id}")).collect::<Vec<_>>());
    let data = followed.world.sandbox.roapp.data();
    let made = data.products.values().filter(|product| product.title.starts_with("Goods "));
    assert!(made.clone().all(|product| product.article.is_empty()), "{:?}", made.collect::<Vec<_>>());
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_lines_without_ids_those_that_stay_keep_their_own_goods() {
    let cartum_quirks = CartumQuirks { no_storage_ids: true, ..CartumQuirks::default() };
    let options = SandboxOptions { cartum_quirks, ..small(4) };
    let lines = [
        titled(1, "-", "Hammer", 10),
        titled(2, "-", "Saw", 10),
        titled(3, "OPT-1", "Shirt (red)", 10),
        titled(4, "OPT-1", "Shirt (blue)", 12),
    ];
    let followed = follow_in(options, &lines, |_| {}).await;
    let ids = || followed.made().items.iter().map(|item| item.id).collect::<Vec<_>>();
    let before = ids();
    followed
        .edit(|order| {
            order.lines.remove(2);
            order.lines.remove(0);
        })
        .await;
    let row = |title: &str, comment: &str| (title.to_owned(), comment.to_owned());
    assert_eq!(shown(&followed), [row("Saw", ""), row("Shirt (red)", "Shirt (blue)")]);
    assert_eq!(ids(), [before[1], before[3]], "neither is made anew");
    // Another title alone, and with another quantity, is the same line; other goods of an article that says nothing are not.
    followed
        .edit(|order| {
            (order.lines[1].title, order.lines[1].quantity) = ("Shirt (navy)".into(), 2.into());
            order.lines[0].title = "Drill".into();
        })
        .await;
    let items = followed.made().items;
    assert!(items.iter().any(|item| item.id == before[3] && item.quantity == 2.into()), "{items:?}");
    assert!(shown(&followed).contains(&row("Drill", "")) && items.len() == 2, "{:?}", shown(&followed));
    followed.total_is_the_stores();
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_placeholder_says_title_and_article_as_far_as_there_are_any() {
    let lines = [titled(1, "", "part 1", 10), titled(2, "X-2", "part 2", 20), titled(3, "-", "part 3", 30)];
    let followed = follow_in(small(4), &lines, |settings| {
        (settings.unknown_products, settings.identify_products_by) =
            (UnknownProducts::Placeholder, ProductKeyKind::Title);
    })
    .await;
    let comments: Vec<_> = shown(&followed).into_iter().map(|(_, comment)| comment).collect();
    assert_eq!(comments, ["part 1", "part 2 (X-2)", "part 3"]);
    followed.daemon.stop().await;
}
