//! One number for the whole content of an order: two versions have the same number if, and only if, nothing in the order changed.

use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

use super::order::{Buyer, Delivery, Line, LineKind, Payment, StoreOrder};

/// SHA-256 over every field, each with its length before it; amounts count by value, so that 1 is 1.00.
#[must_use]
pub fn fingerprint(order: &StoreOrder) -> [u8; 32] {
    let mut rendering = Rendering(Sha256::new());
    // Destructured in full, here and below: a new field does not compile until it counts.
    let StoreOrder {
        number,
        placed_at,
        status,
        currency,
        buyer,
        lines,
        total_default,
        total_sum,
        coupon,
        manager_discount_title,
        delivery,
        payment,
        comment,
        manager_comment,
        no_callback,
    } = order;
    rendering.number(number.get());
    rendering.text(&placed_at.to_string());
    rendering.number(status.get());
    rendering.text(currency);
    rendering.buyer(buyer);
    // In whatever order they come.
    let mut lines: Vec<[u8; 32]> = lines.iter().map(of_line).collect();
    lines.sort_unstable();
    rendering.field(&lines.len().to_be_bytes());
    for line in lines {
        rendering.field(&line);
    }
    rendering.amount(*total_default);
    rendering.amount(*total_sum);
    rendering.text(coupon);
    rendering.text(manager_discount_title);
    rendering.delivery(delivery);
    rendering.payment(payment);
    rendering.text(comment);
    rendering.text(manager_comment);
    rendering.flag(*no_callback);
    rendering.0.finalize().into()
}

/// A line that has no id of its own is told apart by what it says alone: its key is its place among others.
fn of_line(line: &Line) -> [u8; 32] {
    let mut rendering = Rendering(Sha256::new());
    rendering.line(line);
    rendering.0.finalize().into()
}

struct Rendering(Sha256);

impl Rendering {
    fn field(&mut self, bytes: &[u8]) {
        self.0.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.update(bytes);
    }

    fn text(&mut self, text: &str) {
        self.field(text.as_bytes());
    }

    fn number(&mut self, number: i64) {
        self.field(&number.to_be_bytes());
    }

    fn flag(&mut self, flag: bool) {
        self.field(&[u8::from(flag)]);
    }

    fn amount(&mut self, amount: Decimal) {
        self.text(&amount.normalize().to_string());
    }

    fn amount_or_none(&mut self, amount: Option<Decimal>) {
        // An amount is never an empty text.
        match amount {
            Some(amount) => self.amount(amount),
            None => self.text(""),
        }
    }

    fn buyer(&mut self, Buyer { name, phone, email }: &Buyer) {
        for text in [name, phone, email] {
            self.text(text);
        }
    }

    fn line(&mut self, Line { key, article, title, quantity, price, total, kind }: &Line) {
        for text in [if key.is_ordinal() { "" } else { &key.0 }, article, title] {
            self.text(text);
        }
        self.amount(*quantity);
        self.amount(*price);
        self.amount_or_none(*total);
        self.text(match kind {
            LineKind::Product => "product",
            LineKind::Gift => "gift",
            LineKind::GiftParent => "gift_parent",
            LineKind::SetMain => "set_main",
            LineKind::SetItem => "set_item",
        });
    }

    fn delivery(&mut self, Delivery { method, price, recipient, city, address, tracking }: &Delivery) {
        self.text(method);
        self.amount_or_none(*price);
        for text in [recipient, city, address, tracking] {
            self.text(text);
        }
    }

    fn payment(&mut self, Payment { method, surcharge, paid }: &Payment) {
        self.text(method);
        self.amount(*surcharge);
        self.flag(*paid);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::Duration;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{
        ids::{OrderNumber, StoreStatusId},
        samples,
    };

    type Change = fn(&mut StoreOrder, i64);

    /// One change for each field; the number is never 0 and makes a different value.
    const CHANGES: &[Change] = &[
        |order, n| order.number = OrderNumber::new(order.number.get() + n),
        |order, n| order.placed_at += Duration::seconds(n),
        |order, n| order.status = StoreStatusId::new(order.status.get() + n),
        |order, n| order.currency += &n.to_string(),
        |order, n| order.buyer.name += &n.to_string(),
        |order, n| order.buyer.phone += &n.to_string(),
        |order, n| order.buyer.email += &n.to_string(),
        |order, n| order.lines[0].key.0 += &n.to_string(),
        |order, n| order.lines[0].article += &n.to_string(),
        |order, n| order.lines[0].title += &n.to_string(),
        |order, n| order.lines[0].quantity += Decimal::new(n, 2),
        |order, n| order.lines[0].price += Decimal::new(n, 2),
        |order, n| order.lines[0].total = Some(Decimal::new(79_900 + n, 2)),
        |order, _| order.lines[0].total = None,
        |order, _| order.lines[0].kind = LineKind::Gift,
        |order, _| order.lines[0].kind = LineKind::SetItem,
        |order, _| order.lines.push(order.lines[0].clone()),
        |order, _| order.lines.clear(),
        |order, n| order.total_default += Decimal::new(n, 2),
        |order, n| order.total_sum += Decimal::new(n, 2),
        |order, n| order.coupon += &n.to_string(),
        |order, n| order.manager_discount_title += &n.to_string(),
        |order, n| order.delivery.method += &n.to_string(),
        |order, n| order.delivery.price = Some(Decimal::new(n, 2)),
        |order, _| order.delivery.price = Some(Decimal::ZERO),
        |order, n| order.delivery.recipient += &n.to_string(),
        |order, n| order.delivery.city += &n.to_string(),
        |order, n| order.delivery.address += &n.to_string(),
        |order, n| order.delivery.tracking += &n.to_string(),
        |order, n| order.payment.method += &n.to_string(),
        |order, n| order.payment.surcharge += Decimal::new(n, 2),
        |order, _| order.payment.paid = !order.payment.paid,
        |order, n| order.comment += &n.to_string(),
        |order, n| order.manager_comment += &n.to_string(),
        |order, _| order.no_callback = !order.no_callback,
    ];

    fn changed(change: Change, n: i64) -> StoreOrder {
        let mut order = samples::order();
        change(&mut order, n);
        order
    }

    #[test]
    fn an_amount_counts_by_its_value() {
        let order = changed(|order, _| order.lines[0].quantity = Decimal::new(100, 2), 1);
        assert_eq!(fingerprint(&order), fingerprint(&samples::order()));
    }

    #[test]
    fn a_text_that_moves_to_the_next_field_is_a_change() {
        let split = |name: &str, phone: &str| {
            let mut order = samples::order();
            order.buyer.name = name.into();
            order.buyer.phone = phone.into();
            fingerprint(&order)
        };
        assert_ne!(split("ab", "c"), split("a", "bc"));
    }

    proptest! {
        #[test]
        fn a_change_of_any_field_is_a_change(n in 1_i64..1_000_000) {
            let all: BTreeSet<_> = CHANGES.iter().map(|change| fingerprint(&changed(*change, n))).collect();
            prop_assert_eq!(all.len(), CHANGES.len());
            prop_assert!(!all.contains(&fingerprint(&samples::order())));
        }

        #[test]
        fn equal_orders_have_equal_fingerprints(n in 1_i64..1_000_000, at in 0..CHANGES.len()) {
            prop_assert_eq!(fingerprint(&changed(CHANGES[at], n)), fingerprint(&changed(CHANGES[at], n)));
        }
    }
}
