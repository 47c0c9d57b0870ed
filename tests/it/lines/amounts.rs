//! Figures that are finer than RO App keeps, beyond all measure, or zero.

use cartum_roapp::{
    db::orders::OrderState,
    sandbox::{roapp::RoAppQuirks, seed::LineKind, world::SandboxOptions},
};
use rust_decimal::Decimal;

use crate::support::{
    Words,
    followed::{follow, follow_in, line},
    world::small,
};

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_finer_than_a_cent_and_quantities_finer_than_a_thousandth_come_to_the_stores_total() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    followed
        .edit(|order| {
            let fine = |id, article, price: &str, quantity: &str| {
                let mut line = line(id, article, 1, 1);
                (line.price, line.quantity) = (decimal(price), decimal(quantity));
                line
            };
            order.lines = vec![
                fine(1, "WIRE", "33.333", "3"),
                fine(2, "ROPE", "16.667", "6"),
                fine(3, "GOLD", "1000", "0.3333"),
                fine(4, "BEAD", "0.001", "1000"),
            ];
        })
        .await;
    // 100.00, 100.00, 333.30 and 1.00, as the store says.
    assert_eq!(followed.made().total(false), decimal("534.30"));
    let row = |article: &str, quantity: &str, price: &str, discount: &str| {
        (article.to_owned(), decimal(quantity), decimal(price), decimal(discount))
    };
    assert_eq!(
        followed.lines(),
        [
            row("BEAD", "1000", "0.01", "9"),
            row("GOLD", "0.334", "1000", "0.7"),
            row("ROPE", "6", "16.67", "0.02"),
            row("WIRE", "3", "33.34", "0.02"),
        ]
    );
    // Unchanged in the store, unchanged in RO App.
    let patches = followed.calls("PATCH");
    followed.edit(|order| order.status = 2).await;
    assert_eq!(followed.calls("PATCH"), patches);
    assert_eq!(followed.conflicts().await, []);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discount_that_counts_per_unit_and_does_not_divide_parts_a_line_until_it_does() {
    let roapp_quirks = RoAppQuirks { discount_per_unit: true, ..RoAppQuirks::default() };
    let options = SandboxOptions { roapp_quirks, ..small(4) };
    let followed = follow_in(options, &[line(1, "A-1", 100, 2)], |_| {}).await;
    followed
        .edit(|order| {
            order.lines = vec![line(1, "WIRE", 1, 1)];
            (order.lines[0].price, order.lines[0].quantity) = (decimal("33.333"), 3.into());
        })
        .await;
    assert_eq!(followed.made().total(true), decimal("100.00"));
    let row = |quantity: i64, discount: &str| ("WIRE".to_owned(), quantity.into(), decimal("33.34"), decimal(discount));
    assert_eq!(followed.lines(), [row(1, "0"), row(2, "0.01")]);
    let patches = followed.calls("PATCH");
    followed.edit(|order| order.status = 2).await;
    assert_eq!(followed.calls("PATCH"), patches, "unchanged in the store, unchanged in RO App");
    // Divided again, it is one line again.
    followed
        .edit(|order| {
            (order.lines[0].price, order.lines[0].quantity) = (decimal("33.33"), 3.into());
            (order.discounts.coupon_code, order.discounts.coupon_value) = ("AUTUMN".into(), decimal("0.99"));
        })
        .await;
    assert_eq!(followed.made().total(true), decimal("99.00"));
    assert_eq!(followed.lines().len(), 1, "{:?}", followed.lines());
    assert_eq!(followed.conflicts().await, []);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_quantity_zero_is_left_out_and_named_in_the_notes() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    followed.edit(|order| order.lines.push(line(2, "ZERO-1", 30, 0))).await;
    assert_eq!(followed.lines().len(), 1);
    let notes = followed.made().manager_notes;
    assert!(notes.contains("Left out, of quantity 0: Title of ZERO-1 (ZERO-1)"), "{notes}");
    assert!(followed.world.sandbox.roapp.data().products.values().all(|product| product.article != "ZERO-1"));

    followed.edit(|order| order.lines[1].quantity = 2.into()).await;
    followed.total_is_the_stores();
    assert!(!followed.made().manager_notes.contains("Left out"));
    followed.edit(|order| order.lines.iter_mut().for_each(|line| line.quantity = Decimal::ZERO)).await;
    assert_eq!(followed.lines(), []);
    followed.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_figure_is_said_as_it_is() {
    let followed = follow(&[line(1, "A-1", 100, 1)]).await;
    for (price, quantity, said) in [
        ("1", "1000000000000000", "the quantity of line 1 is too large (1000000000000000)"),
        ("1000000000000", "1", "the price of line 1 is too large (1000000000000)"),
        ("10", "-1", "the quantity of line 1 is below zero (-1)"),
        ("-10", "1", "the price of line 1 is below zero (-10)"),
    ] {
        let row = followed
            .edit_to(OrderState::Held, |order| {
                (order.lines[0].price, order.lines[0].quantity) = (decimal(price), decimal(quantity));
                order.lines[0].kind = LineKind::Product;
            })
            .await;
        assert!(row.reason.contains(said), "{said}: {}", row.reason.words());
    }
    followed.daemon.stop().await;
}
