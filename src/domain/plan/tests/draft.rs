//! Random orders that add up. Drafts are drawn from few values, so that two of them are edits of each other: lines come, go and
//! change.

use std::collections::BTreeMap;

use proptest::{collection::btree_map, prelude::*};
use rust_decimal::Decimal;

use crate::domain::{
    ids::StoreStatusId,
    money,
    order::{Line, LineKey, LineKind, StoreOrder},
    samples,
};

/// What is random of a line.
#[derive(Debug, Clone)]
pub(super) struct DraftLine {
    /// 0 has a blank article.
    pub(super) article: u8,
    /// In tenths.
    pub(super) tenths: i64,
    /// In cents.
    pub(super) cents: i64,
    pub(super) kind: LineKind,
    /// The line's own total is so many cents less than its price says.
    pub(super) off: i64,
}

/// What is random of an order.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) lines: BTreeMap<u8, DraftLine>,
    /// Discount of the whole order.
    pub(super) percent: i64,
    pub(super) status: i64,
    pub(super) paid: bool,
    pub(super) delivery: u8,
    pub(super) comment: u8,
}

prop_compose! {
    fn line()(
        article in 0_u8..3,
        tenths in prop::sample::select(vec![10_i64, 10, 20, 30, 5, 15]),
        cents in prop::sample::select(vec![0_i64, 1, 999, 1000, 33_333]),
        kind in prop::sample::select(vec![LineKind::Product, LineKind::GiftParent, LineKind::Gift, LineKind::SetItem]),
        off in prop::sample::select(vec![0_i64, 0, 1, 100]),
    ) -> DraftLine {
        DraftLine { article, tenths, cents, kind, off }
    }
}

prop_compose! {
    pub(super) fn draft()(
        lines in btree_map(0_u8..5, line(), 0..5),
        percent in prop::sample::select(vec![0_i64, 0, 7, 50, 100]),
        status in 1_i64..7,
        paid in any::<bool>(),
        delivery in 0_u8..3,
        comment in 0_u8..3,
    ) -> Draft {
        Draft { lines, percent, status, paid, delivery, comment }
    }
}

impl Draft {
    pub(super) fn order(&self) -> StoreOrder {
        let mut order = samples::order();
        order.lines = self.lines.iter().map(|(id, line)| line.line(*id)).collect();
        let with_parts = self.comment == 0;
        let counted = order.lines.iter().filter(|line| with_parts || line.kind != LineKind::SetItem);
        let net = |line: &Line| line.total.unwrap_or_else(|| money::round(line.price * line.quantity));
        order.total_default = counted.map(net).sum();
        order.total_sum = order.total_default - money::round(order.total_default * Decimal::new(self.percent, 2));
        order.coupon = if self.percent == 0 { String::new() } else { format!("MINUS{}", self.percent) };
        order.status = StoreStatusId::new(self.status);
        order.payment.paid = self.paid;
        order.delivery.address = format!("Branch {}", self.delivery);
        order.comment = format!("Ring {} times", self.comment);
        if self.delivery == 0 {
            order.delivery = crate::domain::order::Delivery::default();
        }
        order
    }
}

impl DraftLine {
    fn line(&self, id: u8) -> Line {
        let (quantity, price) = (Decimal::new(self.tenths, 1), Decimal::new(self.cents, 2));
        let gross = money::round(price * quantity);
        let total = (gross - Decimal::new(self.off, 2)).max(Decimal::ZERO);
        Line {
            key: LineKey(format!("s{id}")),
            article: if self.article == 0 { String::new() } else { format!("A-{}", self.article) },
            title: format!("Thing {}", id % 2),
            quantity,
            price,
            total: (self.off > 0).then_some(total),
            kind: self.kind,
        }
    }
}
