//! What people read of a store order in RO App: title, notes, comments, custom fields (design section 6). Texts of the store
//! go through [`defuse_markers`], so that only our own marker is one. `replace.rs` puts a newer block into staff's notes.

mod replace;
#[cfg(test)]
mod tests;

use chrono::{DateTime, SecondsFormat, Utc};
use rust_decimal::Decimal;

pub use self::replace::{block_of, language_of, news, put_block, replace_block};
use super::{
    ids::OrderNumber,
    marker::Marker,
    money,
    order::{Delivery, StoreOrder},
    scope,
    store::{FieldText, Settings},
    text::{MAX_NAME, MAX_TEXT, defuse_markers, one_line, shorten},
    words::{Language, Word},
};

/// A line for people: a label of ours, which stays, and a text of the store, which may be shortened.
struct Entry {
    label: String,
    text: String,
}

impl Entry {
    fn new(label: &str, text: &str) -> Self {
        Self { label: format!("{label}: "), text: clean(text) }
    }

    /// A line that has something to say.
    fn some(label: &str, text: &str) -> Option<Self> {
        Some(Self::new(label, text)).filter(|entry| !entry.text.is_empty())
    }
}

fn clean(text: &str) -> String {
    defuse_markers(&one_line(text))
}

/// Stands between what the order is called and the store's name, in the first line of our block.
const DASH: &str = " \u{2014} ";

/// The title of the work order: one line of at most [`MAX_NAME`] characters with the number and the buyer's comment.
#[must_use]
pub fn malfunction(order: &StoreOrder, language: Language) -> String {
    let comment = clean(&order.comment);
    let title = language.order_title(order.number);
    if comment.is_empty() { title } else { shorten(&format!("{title}: {comment}"), MAX_NAME) }
}

/// Our block in the internal notes, ending with the marker alone on its line. At most [`MAX_TEXT`] characters: what is too
/// long loses of its longest texts, never of the marker.
///
/// It leads to the store's site and names the order's number: the address of an order's own page in the store's admin is made of
/// another id, which no call shows (contract cartum 4.4).
#[must_use]
pub fn manager_notes(
    order: &StoreOrder,
    settings: &Settings,
    language: Language,
    marker: &Marker,
    placed_at: DateTime<Utc>,
) -> String {
    let zone = settings.time_zone;
    let placed_at = format!("{} ({})", scope::local(placed_at, zone).format("%Y-%m-%d %H:%M"), zone.name());
    let buyer = &order.buyer;
    let entry = |label, text: &str| Entry::new(&language.word(label), text);
    let some = |label, text: &str| Entry::some(&language.word(label), text);
    let title = language.order_title(order.number);
    let mut entries = vec![
        Entry { label: format!("{title}{DASH}"), text: clean(&settings.name) },
        entry(Word::Store, &settings.site_url),
        entry(Word::PlacedAt, &placed_at),
    ];
    entries.extend(some(Word::Payment, &order.payment.method));
    entries.push(entry(Word::Paid, &language.word(if order.payment.paid { Word::Yes } else { Word::No })));
    if !order.payment.surcharge.is_zero() {
        entries.push(entry(Word::PaymentSurcharge, &money(order, order.payment.surcharge)));
    }
    // The recipient is the contact.
    entries.extend(delivery(order, "", language));
    entries.extend(some(Word::Contact, &listed(&[&buyer.name, &buyer.phone, &buyer.email])));
    entries.extend(some(Word::Coupon, &order.coupon));
    entries.extend(some(Word::ManagersDiscount, &order.manager_discount_title));
    entries.extend(some(Word::BuyersComment, &order.comment));
    entries.extend(some(Word::StoresComment, &order.manager_comment));
    entries.extend(some(Word::LeftOut, &left_out(order)));
    if order.no_callback {
        entries.push(Entry { label: language.word(Word::NoCallback), text: String::new() });
    }
    let marker = marker.to_string();
    let room = MAX_TEXT.saturating_sub(marker.chars().count() + 1);
    format!("{}\n{marker}", fit(entries, room))
}

/// Lines that are not in RO App since nothing was ordered of them.
fn left_out(order: &StoreOrder) -> String {
    let named = order.lines.iter().filter(|line| line.is_left_out()).map(|line| named(&line.title, &line.article));
    named.collect::<Vec<_>>().join(", ")
}

/// Title and article of a line; either may be blank.
#[must_use]
pub fn named(title: &str, article: &str) -> String {
    match (one_line(title), one_line(article)) {
        (title, article) if article.is_empty() => title,
        (title, article) if title.is_empty() => article,
        (title, article) => format!("{title} ({article})"),
    }
}

/// The comment that says how the order is delivered; `None` when the store says nothing about it.
#[must_use]
pub fn delivery_comment(order: &StoreOrder, language: Language) -> Option<String> {
    let entries = delivery(order, &order.delivery.recipient, language);
    if entries.is_empty() { None } else { Some(fit(entries, MAX_TEXT)) }
}

/// The comment for an order that was paid in the store after it came here.
#[must_use]
pub fn paid_comment(order: &StoreOrder, language: Language) -> String {
    let paid = language.order_paid(order.number, &money(order, order.total_sum));
    shorten(&clean(&listed(&[&paid, &order.payment.method])), MAX_TEXT)
}

/// Says on the work order that the store canceled the order too late for us to follow.
#[must_use]
pub fn canceled_comment(order: &StoreOrder, language: Language) -> String {
    language.order_canceled(order.number)
}

/// Says on the work order that the store's order is deleted; another deletion makes another text.
#[must_use]
pub fn gone_comment(number: OrderNumber, noticed_at: DateTime<Utc>, language: Language) -> String {
    language.order_deleted(number, &noticed_at.format("%Y-%m-%d %H:%M UTC").to_string())
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
        // For lists and filters rather than for readers: the same in every language.
        FieldText::Paid => if order.payment.paid { "yes" } else { "no" }.to_owned(),
        FieldText::Delivery => listed(&[method, city, address]),
        FieldText::TrackingNumber => tracking.clone(),
        FieldText::StoreName => settings.name.clone(),
    };
    shorten(&clean(&text), MAX_TEXT)
}

/// How it is delivered; nothing when the store says nothing of it. A cost of zero, or a recipient, says nothing by itself.
fn delivery(order: &StoreOrder, recipient: &str, language: Language) -> Vec<Entry> {
    let Delivery { method, price, city, address, tracking, .. } = &order.delivery;
    let costs = price.is_some_and(|price| !price.is_zero());
    if !costs && [method, city, address, tracking].iter().all(|text| one_line(text).is_empty()) {
        return Vec::new();
    }
    let price = price.map_or_else(|| language.word(Word::ByCarriersTariff), |price| money(order, price));
    let entries = [
        (Word::Delivery, method),
        (Word::DeliveryPrice, &price),
        (Word::Recipient, &recipient.to_owned()),
        (Word::Address, &listed(&[city, address])),
        (Word::TrackingNumber, tracking),
    ];
    entries.into_iter().filter_map(|(label, text)| Entry::some(&language.word(label), text)).collect()
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
