//! Products whose answer was lost: only what says what was sent is taken for them.

use cartum_roapp::{
    clock::Clock,
    db::orders::{Listed, OrderState},
    sandbox::{faults::Fault, roapp::Product, seed::Discounts},
};

use crate::support::{
    Words, eventually,
    followed::line,
    world::{World, small},
};

const ARTICLE: &str = "NEVER-SEEN";

async fn rests(world: &World, number: i64, state: OrderState) -> Listed {
    let row = || async { world.orders().await.into_iter().find(|order| order.number.get() == number) };
    eventually(state.word(), || async { row().await.filter(|row| row.state == state) }).await
}

fn made(world: &World) -> Vec<Product> {
    let data = world.sandbox.roapp.data();
    data.products.values().filter(|product| product.description.contains("#product-")).cloned().collect()
}

fn set_article(world: &World, product: i64, article: &str) {
    world.sandbox.roapp.staff().edit_product(product, |product| product.article = article.into()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_that_got_another_article_meanwhile_is_taken_once_it_has_the_stores_again() {
    let world = World::imported_already(small(2)).await;
    let before = made(&world).len();
    world.sandbox.roapp.faults().add("POST /products/", Fault::CutAfter, 0, 1);
    let mut number = 0;
    world.sandbox.shop.edit(|shop| {
        number = shop.place(Clock::System.now());
        let order = shop.orders.get_mut(&number).unwrap();
        (order.lines, order.discounts) = (vec![line(1, ARTICLE, 10, 1)], Discounts::default());
    });
    let daemon = world.daemon();
    let product = eventually("the product", || async { made(&world).into_iter().find(|p| p.article == ARTICLE) }).await;
    set_article(&world, product.id, "STAFFS-OWN");
    let held = rests(&world, number, OrderState::Held).await;
    assert!(
        held.reason.contains(&format!("product {}", product.id)) && !held.reason.contains("delete"),
        "{:?}",
        held.reason
    );
    set_article(&world, product.id, ARTICLE);
    let done = world.program("retry").run(&["order", "retry", "Sandbox shop", &number.to_string()]).await;
    assert!(done.success, "{done:?}");
    let row = rests(&world, number, OrderState::Synced).await;
    let data = world.sandbox.roapp.data();
    assert_eq!(data.orders[&row.work_order.unwrap()].items[0].entity_id, product.id);
    drop(data);
    assert_eq!(made(&world).len(), before + 1);
    daemon.stop().await;
}
