//! Whether a number still stands for the same order: shops are restored, tables are emptied, and numbering starts again.

use chrono::{NaiveDateTime, TimeDelta, Timelike};
use rust_decimal::Decimal;

use super::order::{Buyer, StoreOrder};

/// Zones of the world differ by no more.
const ZONES_DIFFER: TimeDelta = TimeDelta::hours(26);
/// And by whole quarters of an hour.
const QUARTER: i64 = 15 * 60;

/// Whether these are two orders, though they have one number. An edit changes everything of an order but when it was placed. A
/// store whose zone or way to write dates was changed shows another moment of the same buyer's same goods.
#[must_use]
pub fn is_another(earlier: &StoreOrder, now: &StoreOrder) -> bool {
    // A store may begin to show fractions of seconds, or end it.
    let [was, is] = [earlier, now].map(|order| order.placed_at.with_nanosecond(0).unwrap_or(order.placed_at));
    let is_explained = is_shifted(was, is) || is_cut(was, is) || is_cut(is, was);
    let is_alike = is_same_buyer(&earlier.buyer, &now.buyer) && goods(earlier) == goods(now);
    was != is && !(is_explained && is_alike)
}

/// By a zone.
fn is_shifted(was: NaiveDateTime, is: NaiveDateTime) -> bool {
    let by = is - was;
    by.abs() <= ZONES_DIFFER && by.num_seconds() % QUARTER == 0
}

/// The time, or the seconds, are left out.
fn is_cut(whole: NaiveDateTime, cut: NaiveDateTime) -> bool {
    let to_the_minute = whole.with_second(0);
    cut == whole.date().into() || Some(cut) == to_the_minute
}

fn is_same_buyer(one: &Buyer, other: &Buyer) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let phone = digits(&one.phone);
    let folded = |text: &str| text.trim().to_lowercase();
    (!phone.is_empty() && phone == digits(&other.phone))
        || (folded(&one.name) == folded(&other.name) && folded(&one.email) == folded(&other.email))
}

/// Articles with quantities, in any order.
fn goods(order: &StoreOrder) -> Vec<(&str, Decimal)> {
    let mut goods: Vec<_> = order.lines.iter().map(|line| (line.article.trim(), line.quantity.normalize())).collect();
    goods.sort_unstable();
    goods
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples;

    fn moved(change: impl FnOnce(&mut StoreOrder)) -> bool {
        let mut earlier = samples::order();
        earlier.placed_at = earlier.placed_at.date().and_hms_opt(13, 47, 31).unwrap_or_default();
        let mut now = earlier.clone();
        change(&mut now);
        is_another(&earlier, &now)
    }

    #[test]
    fn an_edit_of_anything_but_the_date_is_the_same_order() {
        assert!(!moved(|_| {}));
        assert!(!moved(|order| {
            order.buyer = Buyer { name: "Somebody Else".into(), phone: "1".into(), email: String::new() };
            order.lines.truncate(1);
            order.comment = "other".into();
            order.total_sum += Decimal::ONE;
        }));
    }

    #[test]
    fn another_date_is_another_order_also_of_the_same_buyer_and_goods() {
        assert!(moved(|order| order.placed_at += TimeDelta::days(40)));
        assert!(moved(|order| order.placed_at += TimeDelta::seconds(61)));
        assert!(moved(|order| order.placed_at -= TimeDelta::hours(27)));
    }

    #[test]
    fn a_changed_zone_or_format_of_the_store_is_the_same_order() {
        for hours in [-14, -1, 2, 24] {
            assert!(!moved(|order| order.placed_at += TimeDelta::hours(hours)), "{hours}");
        }
        assert!(!moved(|order| order.placed_at += TimeDelta::minutes(345)));
        assert!(!moved(|order| order.placed_at = order.placed_at.date().into()));
        assert!(!moved(|order| order.placed_at += TimeDelta::milliseconds(412)));
        assert!(!moved(|order| order.placed_at -= TimeDelta::hours(3) - TimeDelta::milliseconds(412)));
        // But not where buyer or goods are others.
        assert!(moved(|order| {
            order.placed_at += TimeDelta::hours(2);
            order.buyer = Buyer { name: "Somebody Else".into(), phone: "1".into(), email: String::new() };
        }));
        assert!(moved(|order| {
            order.placed_at += TimeDelta::hours(2);
            order.lines[0].article += "-2";
        }));
    }
}
