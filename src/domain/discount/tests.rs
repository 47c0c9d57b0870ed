#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use proptest::prelude::*;

use super::*;
use crate::domain::said::Said;
use crate::domain::{
    money::plain,
    order::{Line, LineKind},
    samples,
};

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// A line from quantity, price, kind and the total that the store sent.
fn line(key: usize, quantity: &str, price: &str, kind: LineKind, total: Option<&str>) -> Line {
    Line {
        key: LineKey(format!("s{key}")),
        article: "A".into(),
        title: "Thing".into(),
        quantity: decimal(quantity),
        price: decimal(price),
        total: total.map(decimal),
        kind,
    }
}

fn product(key: usize, quantity: &str, price: &str) -> Line {
    line(key, quantity, price, LineKind::Product, None)
}

fn order(lines: Vec<Line>, total_default: Decimal, total_sum: Decimal) -> StoreOrder {
    StoreOrder { lines, total_default, total_sum, ..samples::order() }
}

fn price(lines: Vec<Line>, totals: (&str, &str), per: PerWhat) -> Result<Vec<PricedLine>, SumFault> {
    price_lines(&order(lines, decimal(totals.0), decimal(totals.1)), per)
}

fn discounts(priced: &[PricedLine]) -> Vec<String> {
    priced.iter().map(|line| plain(line.discount)).collect()
}

#[test]
fn a_coupon_of_200_on_one_line_of_799_leaves_599() {
    let lines = vec![line(1, "1", "799", LineKind::Product, Some("799"))];
    let priced = price(lines, ("799", "599"), PerWhat::Line).unwrap();
    assert_eq!(discounts(&priced), ["200.00"]);
    assert_eq!(priced[0].price, decimal("799"));
}

#[test]
fn enormous_extras_of_lines_that_do_not_add_up_are_no_explanation_of_it() {
    let mut order = order(vec![product(1, "1", "100")], decimal("50"), decimal("50"));
    (order.delivery.price, order.payment.surcharge) = (Some(Decimal::MAX), Decimal::MAX);
    let fault = price_lines(&order, PerWhat::Line).unwrap_err();
    assert!(matches!(fault, SumFault::Lines { extras: None, .. }), "{fault:?}");
}

#[test]
fn equal_lines_keep_apart_and_the_earlier_one_takes_the_odd_cent() {
    let lines = vec![product(1, "1", "10"), product(2, "1", "10"), product(3, "1", "10")];
    let priced = price(lines, ("30", "29.99"), PerWhat::Line).unwrap();
    assert_eq!(discounts(&priced), ["0.01", "0.00", "0.00"]);
    assert_eq!(priced[1].key, LineKey("s2".into()));
}

#[test]
fn the_largest_remainder_takes_the_odd_cent() {
    let lines = vec![product(1, "1", "0.10"), product(2, "1", "0.20")];
    let priced = price(lines, ("0.30", "0.25"), PerWhat::Line).unwrap();
    assert_eq!(discounts(&priced), ["0.02", "0.03"]);
}

#[test]
fn a_gift_is_a_line_that_costs_nothing_and_bears_no_discount() {
    let lines = vec![
        line(1, "1", "100", LineKind::GiftParent, Some("100")),
        line(2, "1", "50", LineKind::Gift, Some("0")),
        line(3, "1", "0", LineKind::Gift, Some("0")),
    ];
    let priced = price(lines, ("100", "90"), PerWhat::Line).unwrap();
    assert_eq!(discounts(&priced), ["10.00", "50.00", "0.00"]);
}

#[test]
fn parts_of_a_set_stay_out_only_when_the_sum_wants_it() {
    let set = |item_price: &str| {
        vec![line(1, "1", "300", LineKind::SetMain, None), line(2, "1", item_price, LineKind::SetItem, None)]
    };
    assert_eq!(price(set("120"), ("300", "300"), PerWhat::Line).unwrap().len(), 1);
    assert_eq!(price(set("120"), ("420", "420"), PerWhat::Line).unwrap().len(), 2);
    let fault = price(set("120"), ("310", "310"), PerWhat::Line).unwrap_err();
    assert_eq!(
        Said::from(&fault).to_string(),
        "the lines add up to 420.00 (300.00 without the parts of sets), but the store's total before discounts is 310.00; \
         correct the lines in the store"
    );
}

#[test]
fn price_times_quantity_is_rounded_half_away_from_zero() {
    let priced = price(vec![product(1, "0.5", "0.25")], ("0.13", "0.13"), PerWhat::Line).unwrap();
    assert_eq!(discounts(&priced), ["0.00"]);
}

#[test]
fn figures_that_contradict_each_other_are_faults() {
    let fault = |lines, totals| price(lines, totals, PerWhat::Line).unwrap_err();
    assert!(matches!(fault(vec![product(1, "1", "10")], ("10", "12")), SumFault::Surcharge { .. }));
    assert!(matches!(fault(vec![product(1, "1", "10")], ("10", "-1")), SumFault::BelowZero { .. }));
    let fell = fault(vec![product(1, "1", "10"), product(2, "-1", "500")], ("-490", "-490"));
    assert!(Said::from(&fell).to_string().starts_with("the quantity of line 2 is below zero (-1)"), "{fell:?}");
    assert!(matches!(fault(vec![product(1, "1", "10")], ("9", "9")), SumFault::Lines { without_set_items: None, .. }));
    let dear = line(1, "1", "10", LineKind::Product, Some("12"));
    assert!(matches!(fault(vec![dear], ("12", "12")), SumFault::LineTotal { number: 1, .. }));
    assert!(matches!(fault(vec![], ("5", "5")), SumFault::NoLines { .. }));
    assert!(matches!(fault(vec![product(1, "99999999999999", "1")], ("9", "9")), SumFault::TooLarge { .. }));
    let product_of_both = fault(vec![product(1, "99999999999", "99999999999")], ("9", "9"));
    assert!(
        Said::from(&product_of_both).to_string().starts_with("price times quantity of line 1 is too large"),
        "{product_of_both:?}"
    );
}

fn rows(priced: &[PricedLine]) -> Vec<(String, String, String)> {
    let text = |amount: Decimal| amount.normalize().to_string();
    priced.iter().map(|line| (text(line.quantity), text(line.price), text(line.discount))).collect()
}

fn row(quantity: &str, price: &str, discount: &str) -> (String, String, String) {
    (quantity.into(), price.into(), discount.into())
}

#[test]
fn what_is_finer_than_ro_app_keeps_is_rounded_up_and_taken_off_again() {
    let one = |quantity, price_each, total, sum: &str| {
        rows(&price(vec![line(1, quantity, price_each, LineKind::Product, total)], (sum, sum), PerWhat::Line).unwrap())
    };
    assert_eq!(one("3", "33.333", Some("100.00"), "100.00"), [row("3", "33.34", "0.02")]);
    assert_eq!(one("6", "16.667", Some("100.00"), "100.00"), [row("6", "16.67", "0.02")]);
    assert_eq!(one("0.3333", "1000", None, "333.3"), [row("0.334", "1000", "0.7")]);
    // A store that rounds nothing, and one that shows the exact total beside a price that it rounded off or cut off.
    assert_eq!(one("3", "33.333", Some("99.999"), "99.999"), [row("3", "33.34", "0.02")]);
    assert_eq!(one("3", "33.33", Some("100"), "100"), [row("3", "33.34", "0.02")]);
    assert_eq!(one("6", "16.66", Some("100"), "100"), [row("6", "16.67", "0.02")]);
    assert_eq!(
        one("1", "33.333333333333336", Some("33.333333333333336"), "33.333333333333336"),
        [row("1", "33.34", "0.01")]
    );
}

#[test]
fn lines_that_add_up_only_before_each_is_rounded_bear_the_odd_cents() {
    let lines = vec![product(1, "1", "0.333"), product(2, "1", "0.333"), product(3, "1", "0.334")];
    let priced = price(lines, ("1", "1"), PerWhat::Line).unwrap();
    assert_eq!(sum_after_discounts(&priced), Decimal::ONE);
    let lines = vec![product(1, "1", "0.336"), product(2, "1", "0.336"), product(3, "1", "0.328")];
    let priced = price(lines, ("1", "0.5"), PerWhat::Line).unwrap();
    assert_eq!(sum_after_discounts(&priced), decimal("0.5"));
}

#[test]
fn a_line_of_quantity_zero_is_none_unless_it_costs_something() {
    let lines = || vec![product(1, "0", "10"), product(2, "1", "10")];
    assert_eq!(price(lines(), ("10", "9"), PerWhat::Line).unwrap().len(), 1);
    assert_eq!(price(vec![product(1, "0", "10")], ("0", "0"), PerWhat::Line), Ok(vec![]));
    let dear = line(1, "0", "10", LineKind::Product, Some("10"));
    assert!(matches!(price(vec![dear], ("10", "10"), PerWhat::Line), Err(SumFault::LineTotal { .. })));
}

#[test]
fn a_store_that_counts_delivery_and_surcharge_into_its_totals_is_told_so() {
    let mut order = order(vec![product(1, "1", "100")], decimal("185"), decimal("185"));
    (order.delivery.price, order.payment.surcharge) = (Some(decimal("60")), decimal("25"));
    let fault = price_lines(&order, PerWhat::Line).unwrap_err();
    assert_eq!(
        Said::from(&fault).to_string(),
        "the lines add up to 100.00, but the store's total before discounts is 185.00; the store counts the 85.00 for delivery and \
         payment into its totals, which cannot be told apart from goods: enter this order by hand"
    );
    order.payment.surcharge = decimal("24");
    let other = price_lines(&order, PerWhat::Line).unwrap_err();
    assert!(Said::from(&other).to_string().ends_with("correct the lines in the store"), "{other:?}");
}

#[test]
fn an_order_without_lines_and_without_money_is_fine() {
    assert_eq!(price(vec![], ("0", "0"), PerWhat::Line), Ok(vec![]));
}

#[test]
fn a_discount_per_unit_moves_to_a_line_with_one_unit() {
    let lines = || vec![product(1, "3", "10"), product(2, "1", "10")];
    assert_eq!(discounts(&price(lines(), ("40", "39.90"), PerWhat::Line).unwrap()), ["0.08", "0.02"]);
    assert_eq!(discounts(&price(lines(), ("40", "39.90"), PerWhat::Unit).unwrap()), ["0.06", "0.04"]);
}

#[test]
fn a_discount_per_unit_is_found_between_lines_of_two_and_three_units() {
    let lines = vec![product(1, "2", "100"), product(2, "3", "100")];
    let priced = price(lines, ("500", "499.93"), PerWhat::Unit).unwrap();
    assert_eq!(discounts(&priced), ["0.04", "0.03"]);
}

#[test]
fn a_line_is_parted_where_no_quantity_divides_the_discount() {
    let parted = |lines, totals| rows(&price(lines, totals, PerWhat::Unit).unwrap());
    let two_and_three = vec![product(1, "2", "100"), product(2, "3", "110")];
    let rest = [row("2", "100", "0"), row("2", "110", "0"), row("1", "110", "0.01")];
    assert_eq!(parted(two_and_three, ("530", "529.99")), rest);
    assert_eq!(parted(vec![product(1, "2", "10")], ("20", "19.99")), [row("1", "10", "0"), row("1", "10", "0.01")]);
    let fine = |quantity, each, sum| vec![line(1, quantity, each, LineKind::Product, Some(sum))];
    assert_eq!(
        parted(fine("3", "33.333", "100.00"), ("100", "100")),
        [row("1", "33.34", "0"), row("2", "33.34", "0.02")]
    );
    let bead = [row("100", "0.01", "0"), row("900", "0.01", "9")];
    assert_eq!(parted(fine("1000", "0.001", "1.00"), ("1", "1")), bead);
    assert_eq!(
        parted(vec![product(1, "2.5", "10")], ("25", "24.97")),
        [row("0.5", "10", "0"), row("1", "10", "0.01"), row("1", "10", "0.02")]
    );
    let priced = price(vec![product(1, "2", "10")], ("20", "19.99"), PerWhat::Unit).unwrap();
    assert_eq!(priced.iter().map(|line| line.part).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn a_discount_that_no_unit_can_take_is_a_fault_that_says_so() {
    let fault = price(vec![product(1, "0.3", "10")], ("3", "2.99"), PerWhat::Unit).unwrap_err();
    assert!(
        Said::from(&fault).to_string().contains("off each unit, and the discount of 0.01 cannot be divided"),
        "{fault:?}"
    );
}

#[test]
fn a_fraction_of_a_unit_takes_a_discount_that_is_exact_per_unit() {
    let priced = price(vec![product(1, "1.5", "10")], ("15", "14.97"), PerWhat::Unit).unwrap();
    assert_eq!(priced[0].discount / priced[0].quantity, decimal("0.02"));
}

/// Lines as (quantity in tenths, price in minor units, off the line's own total in minor units), and a discount in ‰.
fn any_order() -> impl Strategy<Value = StoreOrder> {
    let quantity = prop_oneof![3 => (1..6_i64).prop_map(|units| units * 10), 1 => 0..40_i64];
    let one = (quantity, prop_oneof![0..30_i64, 0..2_000_000_i64], prop_oneof![3 => Just(0_i64), 1 => 0..1_000_i64]);
    // Most prices are whole cents, some finer.
    let digits = prop_oneof![3 => Just(2_u32), 1 => 3..7_u32];
    (prop::collection::vec((one, digits), 1..8), 0..=1_000_i64).prop_map(|(lines, permille)| {
        let lines: Vec<_> = lines
            .into_iter()
            .enumerate()
            .map(|(at, ((tenths, price, off), digits))| {
                let (quantity, price) = (Decimal::new(tenths, 1), Decimal::new(price, digits));
                let total = (round(quantity * price) - Decimal::new(off, 2)).max(Decimal::ZERO);
                let total = (off != 0).then_some(total);
                Line { quantity, price, total, ..product(at, "1", "1") }
            })
            .collect();
        let before = lines.iter().map(|line| line.total.unwrap_or_else(|| round(line.price * line.quantity))).sum();
        let discount = round(before * Decimal::new(permille, 3));
        order(lines, before, before - discount)
    })
}

fn sum_after_discounts(priced: &[PricedLine]) -> Decimal {
    priced.iter().map(|line| round(line.price * line.quantity) - line.discount).sum()
}

proptest! {
    #[test]
    fn the_spread_is_exact_and_no_share_is_negative_or_above_its_line(order in any_order()) {
        let priced = price_lines(&order, PerWhat::Line).unwrap();
        prop_assert_eq!(priced.len(), order.lines.iter().filter(|line| !line.quantity.is_zero()).count());
        prop_assert_eq!(sum_after_discounts(&priced), order.total_sum);
        for line in &priced {
            prop_assert!(line.discount >= Decimal::ZERO && line.discount <= round(line.price * line.quantity));
            prop_assert!(to_minor(line.price).is_some(), "{} is not in whole cents", line.price);
        }
    }

    #[test]
    fn a_store_that_rounds_only_its_total_is_met_to_the_cent(
        lines in prop::collection::vec((1..60_i64, 0..3_000_000_i64, 2..7_u32, 0..4_u32), 1..9), permille in 0..=1_000_i64
    ) {
        let line = |(at, (quantity, price, digits, parts)): (usize, (i64, i64, u32, u32))| Line {
            quantity: Decimal::new(quantity, parts), price: Decimal::new(price, digits), ..product(at, "1", "1")
        };
        let lines: Vec<_> = lines.into_iter().enumerate().map(line).collect();
        let exact: Decimal = lines.iter().map(|line| line.price * line.quantity).sum();
        let sum = round(round(exact) * Decimal::new(permille, 3));
        let priced = price_lines(&order(lines, exact, sum), PerWhat::Line).unwrap();
        prop_assert_eq!(sum_after_discounts(&priced), sum);
        for line in &priced {
            prop_assert!(line.discount >= Decimal::ZERO && line.discount <= round(line.price * line.quantity));
            prop_assert!(to_minor(line.price).is_some() && line.quantity.normalize().scale() <= 3);
        }
    }

    #[test]
    fn a_spread_per_unit_divides_by_every_quantity_and_is_exact(order in any_order()) {
        let Ok(priced) = price_lines(&order, PerWhat::Unit) else { return Ok(()) };
        prop_assert_eq!(sum_after_discounts(&priced), order.total_sum);
        for line in &priced {
            prop_assert!(line.discount >= Decimal::ZERO && line.discount <= round(line.price * line.quantity));
            if line.quantity.is_zero() {
                prop_assert!(line.discount.is_zero());
            } else {
                let each = line.discount / line.quantity;
                prop_assert!(to_minor(each).is_some(), "{} off each unit", each);
                prop_assert!(each <= line.price);
            }
        }
    }

    #[test]
    fn where_every_quantity_is_whole_every_discount_divides(order in any_order()) {
        let mut order = order;
        order.lines.retain(|line| line.quantity.fract().is_zero() && line.total.is_none());
        order.total_default = order.lines.iter().map(|line| round(line.price * line.quantity)).sum();
        order.total_sum = round(order.total_default * Decimal::new(7, 1));
        prop_assert!(price_lines(&order, PerWhat::Unit).is_ok());
    }
}
