//! Edits in the shop. The totals follow as a shop counts them; texts, prices and articles never come back, so that a change is
//! always one.

use cartum_roapp::sandbox::seed::{CatalogueEntry, Line, LineKind, ShopOrder};
use rust_decimal::{Decimal, RoundingStrategy};

use super::{
    action::ShopEdit,
    journal::{Conflict, Known},
};

/// Storage ids of lines that a history adds begin here.
const FIRST_ID: i64 = 5_000_000;

/// Makes an edit; `unique` is a number that no other edit has.
pub(super) fn edit(order: &mut ShopOrder, known: &mut Known, edit: &ShopEdit, goods: &[CatalogueEntry], unique: u32) {
    let plain: Vec<_> = (0..order.lines.len()).filter(|at| order.lines[*at].kind == LineKind::Product).collect();
    let line = |index: usize| plain.get(index % plain.len().max(1)).copied();
    let id = FIRST_ID + i64::from(unique);
    match edit {
        ShopEdit::Quantity(index, quantity) => {
            change(order, known, line(*index), |line| line.quantity = (*quantity).into());
        }
        ShopEdit::Price(index, price) => {
            let price = Decimal::new(i64::from(*price) * 10_000 + i64::from(unique), 2);
            change(order, known, line(*index), |line| line.price = price);
        }
        ShopEdit::AddLine(entry) => order.lines.extend(new_line(known, goods, *entry, id)),
        ShopEdit::RemoveLine(index) => {
            if let Some(at) = line(*index).filter(|_| plain.len() > 1) {
                order.lines.remove(at);
            }
        }
        ShopEdit::Replace(index, entry) => {
            if let (Some(at), Some(new)) = (line(*index), new_line(known, goods, *entry, id)) {
                order.lines[at] = new;
            }
        }
        ShopEdit::ReplaceInPlace(index, entry) => {
            if let (Some(at), Some(new)) = (line(*index), new_line(known, goods, *entry, id)) {
                order.lines[at] = Line { storage_id: order.lines[at].storage_id, ..new };
            }
        }
        ShopEdit::Twin(index) => {
            let twin = line(*index).map(|at| Line { storage_id: id, ..order.lines[at].clone() });
            order.lines.extend(twin);
        }
        ShopEdit::Coupon(percent) => {
            order.discounts.coupon_code = format!("CODE{unique}");
            order.discounts.coupon_percent = (*percent).into();
        }
        ShopEdit::Discount(amount) => {
            order.discounts.manager_value = (*amount).into();
            order.discounts.manager_title = format!("Because {unique}");
        }
        ShopEdit::Comment => {
            order.comment = format!("please ring {unique} times");
            known.has_news(&order.comment);
            if known.title.is_some() {
                known.conflicts.insert(Conflict::Title);
            }
        }
        ShopEdit::Delivery => order.address = format!("Invented street {unique}"),
        ShopEdit::Tracking => {
            let number = format!("2045{unique:010}");
            known.has_news(&number);
            order.tracking_number = Some(number);
        }
        ShopEdit::Paid => order.paid = true,
        ShopEdit::Status(status) => {
            if order.status != *status {
                order.status = *status;
                known.store_moved(*status);
            }
        }
        ShopEdit::Currency(currency) => (*currency).clone_into(&mut order.currency),
        ShopEdit::Break | ShopEdit::Delete => {}
    }
    count(order);
}

fn change(order: &mut ShopOrder, known: &mut Known, at: Option<usize>, edit: impl FnOnce(&mut Line)) {
    let Some(line) = at.map(|at| &mut order.lines[at]) else { return };
    let before = line.clone();
    edit(line);
    let origin = (key(line), line.article.clone());
    let touched = known.lines.values().any(|touched| touched.origin.as_ref() == Some(&origin));
    if *line != before && touched {
        known.conflicts.insert(Conflict::Line(origin));
    }
}

/// How our database names a line.
pub(super) fn key(line: &Line) -> String {
    format!("s{}", line.storage_id)
}

/// A line of an entry whose article the order never had.
fn new_line(known: &mut Known, goods: &[CatalogueEntry], entry: usize, storage_id: i64) -> Option<Line> {
    let from = entry % goods.len();
    let new = goods[from..].iter().chain(&goods[..from]).find(|entry| !known.articles.contains(&entry.article))?;
    known.articles.insert(new.article.clone());
    Some(Line {
        storage_id,
        parent: None,
        kind: LineKind::Product,
        article: new.article.clone(),
        title: new.mod_titles.values().next().cloned().unwrap_or_default(),
        price: new.price,
        quantity: Decimal::ONE,
        marked_down: false,
    })
}

/// Counts the discounts anew: no more than the goods cost, in whole units of the currency.
fn count(order: &mut ShopOrder) {
    let total = order.total_default(false);
    let discounts = &mut order.discounts;
    if !discounts.coupon_percent.is_zero() {
        let value = total * discounts.coupon_percent / Decimal::ONE_HUNDRED;
        discounts.coupon_value = value.round_dp_with_strategy(0, RoundingStrategy::ToZero);
    }
    discounts.coupon_value = discounts.coupon_value.min(total);
    discounts.order_value = discounts.order_value.min(total - discounts.coupon_value);
    discounts.manager_value = discounts.manager_value.min(total - discounts.coupon_value - discounts.order_value);
}
