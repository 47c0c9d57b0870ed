//! What people read of a store order in RO App: title, notes, comments, custom fields (design section 6). Texts of the store
//! go through [`defuse_markers`], so that only our own marker is one. `replace.rs` puts a newer block into staff's notes.

mod replace;
#[cfg(test)]
mod tests;

use chrono::{DateTime, SecondsFormat, Utc};
use rust_decimal::Decimal;

pub use self::replace::{news, put_block, replace_block};
use super::{
    ids::OrderNumber,
    marker::Marker,
    money,
    order::{Delivery, StoreOrder},
    scope,
    store::{FieldText, Settings},
    text::{MAX_NAME, MAX_TEXT, defuse_markers, one_line, shorten},
};

/// A line for people: a label of ours, which stays, and a text of the store, which may be shortened.
struct Entry {
    label: &'static str,
    text: String,
}

impl Entry {
    fn new(label: &'static str, text: &str) -> Self {
        Self { label, text: clean(text) }
    }

    /// A line that has something to say.
    fn some(label: &'static str, text: &str) -> Option<Self> {
        Some(Self::new(label, text)).filter(|entry| !entry.text.is_empty())
    }
}

fn clean(text: &str) -> String {
    defuse_markers(&one_line(text))
}

/// The title of the work order: one line of at most [`MAX_NAME`] characters with the number and the buyer's comment.
#[must_use]
pub fn malfunction(order: &StoreOrder) -> String {
    let comment = clean(&order.comment);
    let title = format!("Cartum order {}", order.number);
    if comment.is_empty() { title } else { shorten(&format!("{title}: {comment}"), MAX_NAME) }
}

/// Our block in the internal notes, ending with the marker alone on its line. At most [`MAX_TEXT`] characters: what is too
/// long loses of its longest texts, never of the marker.
#[must_use]
pub fn manager_notes(order: &StoreOrder, settings: &Settings, marker: &Marker, placed_at: DateTime<Utc>) -> String {
    let title = format!("{} — {}", order.number, settings.name);
    let zone = settings.time_zone;
    let placed_at = format!("{} ({})", scope::local(placed_at, zone).format("%Y-%m-%d %H:%M"), zone.name());
    let buyer = &order.buyer;
    let mut entries = vec![
        Entry::new("Cartum order ", &title),
        Entry::new("Store: ", &settings.site_url),
        Entry::new("Placed at: ", &placed_at),
    ];
    entries.extend(Entry::some("Payment: ", &order.payment.method));
    entries.push(Entry::new("Paid: ", yes_or_no(order.payment.paid)));
    if !order.payment.surcharge.is_zero() {
        entries.push(Entry::new("Payment surcharge: ", &money(order, order.payment.surcharge)));
    }
    // The recipient is the contact.
    entries.extend(delivery(order, ""));
    entries.extend(Entry::some("Contact: ", &listed(&[&buyer.name, &buyer.phone, &buyer.email])));
    entries.extend(Entry::some("Coupon: ", &order.coupon));
    entries.extend(Entry::some("Manager's discount: ", &order.manager_discount_title));
    entries.extend(Entry::some("Buyer's comment: ", &order.comment));
    entries.extend(Entry::some("Store staff's comment: ", &order.manager_comment));
    if order.no_callback {
        entries.push(Entry::new("The buyer asked not to be called", ""));
    }
    let marker = marker.to_string();
    let room = MAX_TEXT.saturating_sub(marker.chars().count() + 1);
    format!("{}\n{marker}", fit(entries, room))
}

/// The comment that says how the order is delivered; `None` when the store says nothing about it.
#[must_use]
pub fn delivery_comment(order: &StoreOrder) -> Option<String> {
    let entries = delivery(order, &order.delivery.recipient);
    if entries.is_empty() { None } else { Some(fit(entries, MAX_TEXT)) }
}

/// The comment for an order that was paid in the store after it came here.
#[must_use]
pub fn paid_comment(order: &StoreOrder) -> String {
    let title = format!("Cartum order {} was paid in the store: {}", order.number, money(order, order.total_sum));
    shorten(&clean(&listed(&[&title, &order.payment.method])), MAX_TEXT)
}

/// Says on the work order that the store canceled the order too late for us to follow.
#[must_use]
pub fn canceled_comment(order: &StoreOrder) -> String {
    format!(
        "Cartum order {} was canceled in the store, but its goods are written off already: this work order keeps its status. \
         Decide here what becomes of the goods.",
        order.number
    )
}

/// Says on the work order that the store's order is deleted; another deletion makes another text.
#[must_use]
pub fn gone_comment(number: OrderNumber, noticed_at: DateTime<Utc>) -> String {
    format!(
        "Cartum order {number} was deleted in the store (noticed {}). This work order stays as it is.",
        noticed_at.format("%Y-%m-%d %H:%M UTC")
    )
}

/// The text of a custom field; empty where the order has nothing for it.
#[must_use]
pub fn custom_field(order: &StoreOrder, settings: &Settings, text: &FieldText, placed_at: DateTime<Utc>) -> String {
    let Delivery { method, city, address, tracking, .. } = &order.delivery;
    let text = match text {
        FieldText::Constant(text) => text.clone(),
        FieldText::OrderNumber => order.number.to_string(),
        FieldText::PlacedAt => placed_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        FieldText::Payment => order.payment.method.clone(),
        FieldText::Paid => yes_or_no(order.payment.paid).to_owned(),
        FieldText::Delivery => listed(&[method, city, address]),
        FieldText::TrackingNumber => tracking.clone(),
        FieldText::StoreName => settings.name.clone(),
    };
    shorten(&clean(&text), MAX_TEXT)
}

/// How it is delivered; nothing when the store says nothing of it. A cost of zero, or a recipient, says nothing by itself.
fn delivery(order: &StoreOrder, recipient: &str) -> Vec<Entry> {
    let Delivery { method, price, city, address, tracking, .. } = &order.delivery;
    let costs = price.is_some_and(|price| !price.is_zero());
    if !costs && [method, city, address, tracking].iter().all(|text| one_line(text).is_empty()) {
        return Vec::new();
    }
    let price = price.map_or_else(|| "by the carrier's tariff".to_owned(), |price| money(order, price));
    let entries = [
        Entry::some("Delivery: ", method),
        Entry::some("Delivery price: ", &price),
        Entry::some("Recipient: ", recipient),
        Entry::some("Address: ", &listed(&[city, address])),
        Entry::some("Tracking number: ", tracking),
    ];
    entries.into_iter().flatten().collect()
}

fn yes_or_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

fn money(order: &StoreOrder, amount: Decimal) -> String {
    format!("{} {}", money::plain(amount), order.currency)
}

/// What is not blank, with commas between.
fn listed(texts: &[&str]) -> String {
    let texts: Vec<_> = texts.iter().map(|text| one_line(text)).filter(|text| !text.is_empty()).collect();
    texts.join(", ")
}

/// One line for each entry, in at most `room` characters: no text longer than the greatest length that lets all fit.
fn fit(entries: Vec<Entry>, room: usize) -> String {
    let labels = entries.iter().map(|entry| entry.label.chars().count() + 1).sum::<usize>();
    let room = (room + 1).saturating_sub(labels);
    let lengths: Vec<_> = entries.iter().map(|entry| entry.text.chars().count()).collect();
    let fits = |longest: usize| lengths.iter().map(|length| longest.min(*length)).sum::<usize>() <= room;
    let longest = (0..=room).rev().find(|longest| fits(*longest)).unwrap_or_default();
    let lines = entries.into_iter().map(|Entry { label, text }| {
        let line = format!("{label}{}", shorten(&text, longest));
        line.trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}
