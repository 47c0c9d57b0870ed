//! `order show`: a store order, its lines and what became of them.

use anyhow::Context as _;
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::{
    Context, Output, filled, moment,
    order::{Told, placed, row_json},
    when,
};
use crate::{
    admin::{Content, LineView, OrderView, find_store, look_at_order},
    db::{Database, identities::Earlier, resolve, stores::Store},
    domain::{dictionary::Kind, ids::OrderNumber, order::Buyer, scope},
};

pub(super) async fn show(
    context: &Context,
    database: &Database,
    store: &str,
    number: i64,
    json: bool,
) -> anyhow::Result<()> {
    let store = find_store(&database.pool, store).await?;
    let view = look_at_order(&database.pool, &store, OrderNumber::new(number)).await?;
    let told = Told::of_one(&view.head, store.settings.time_zone, view.names.clone());
    if json {
        context.output.json(&view_json(&view, &told, store.settings.time_zone))?;
        return Ok(());
    }
    print(&view, &store, &told, &context.output)
}

fn view_json(view: &OrderView, told: &Told, zone: Tz) -> Value {
    let mut shown = row_json(&view.head, told);
    shown["buyer"] = view.buyer.as_ref().map_or(Value::Null, buyer_json);
    match &view.content {
        Content::Lines(lines) => shown["lines"] = lines.iter().map(line_json).collect(),
        Content::Unreadable { error, raw } => {
            shown["lines"] = json!([]);
            shown["decode_error"] = json!(error);
            shown["raw"] = raw.clone();
        }
    }
    shown["person"] = view.person.as_ref().map_or(
        Value::Null,
        |person| json!({ "id": person.remote, "reason": person.reason, "review": filled(&person.review) }),
    );
    shown["write_back"] = json!(filled(&view.write_back));
    shown["earlier"] = view.earlier.iter().map(|earlier| earlier_json(earlier, zone)).collect();
    shown["history"] = view.history.iter().map(|(at, what)| json!({ "at": moment(*at), "what": what })).collect();
    shown
}

fn buyer_json(buyer: &Buyer) -> Value {
    json!({ "name": filled(&buyer.name), "phone": filled(&buyer.phone), "email": filled(&buyer.email) })
}

fn earlier_json(earlier: &Earlier, zone: Tz) -> Value {
    json!({
        "placed_at": earlier.placed_at.map(|at| moment(scope::to_utc(at, zone))),
        "total": earlier.total.map(|total| total.to_string()),
        "work_order_id": earlier.work_order.map(crate::domain::ids::Id::get),
        "ended_at": earlier.ended_at.map(moment),
    })
}

/// An order that had the number before, in words.
fn earlier_words(earlier: &Earlier, zone: Tz) -> String {
    let placed_at = earlier.placed_at.map_or_else(|| "at an unknown time".to_owned(), |at| placed(at, zone));
    let total = earlier.total.map_or_else(String::new, |total| format!(", total {total}"));
    let work_order = earlier.work_order.map_or_else(String::new, |id| format!(", work order {id}, left as it was"));
    let is_same = if earlier.ended_at.is_none() { "; is it the same?" } else { "" };
    format!("another order had the number: placed {placed_at}{total}{work_order}{is_same}")
}

fn line_json(line: &LineView) -> Value {
    json!({
        "title": line.title,
        "article": line.article,
        "quantity": line.quantity.to_string(),
        "price": line.price.to_string(),
        "discount": line.discount.map(|discount| discount.to_string()),
        "item_id": line.item.map(crate::domain::ids::Id::get),
        "product_id": line.product.map(crate::domain::ids::Id::get),
    })
}

fn print(view: &OrderView, store: &Store, told: &Told, output: &Output) -> anyhow::Result<()> {
    let head = &view.head;
    output.line(format_args!("order {} of {} (account {})", head.number, head.store, head.account))?;
    output.entries(&entries(view, store, told))?;
    match &view.content {
        Content::Lines(rows) => {
            let rows: Vec<_> = rows.iter().map(line_row).collect();
            output.line("")?;
            output.table(["title", "article", "quantity", "price", "discount", "item", "product"], &rows)?;
        }
        Content::Unreadable { error, raw } => {
            output.line(format_args!("cannot be read: {error}"))?;
            output.lines(serde_json::to_string_pretty(raw).context("cannot show the order")?.lines())?;
        }
    }
    output.line("")?;
    let rows: Vec<_> = view.history.iter().map(|(at, what)| [when(*at), told.in_words(head, what)]).collect();
    output.table(["when", "what happened"], &rows)?;
    Ok(())
}

fn entries(view: &OrderView, store: &Store, told: &Told) -> Vec<(&'static str, String)> {
    let head = &view.head;
    let reason = if head.reason.is_empty() { String::new() } else { format!(": {}", head.reason) };
    let mut entries = vec![("state", format!("{}{}", head.state.word(), told.in_words(head, &reason)))];
    entries.extend(head.placed_at.map(|at| ("placed", placed(at, store.settings.time_zone))));
    entries.extend(head.status.map(|status| ("store status", told.name(head, Kind::StoreStatus, status.get()))));
    entries.push(("store", store.settings.site_url.clone()));
    if let Some(buyer) = &view.buyer {
        let contact = [&buyer.name, &buyer.phone, &buyer.email].map(String::as_str);
        entries.push(("buyer", contact.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")));
    }
    let work_order = head.work_order.map(|id| told.name(head, Kind::WorkOrder, id));
    entries.push(("work order", work_order.unwrap_or_else(|| "none yet".to_owned())));
    entries.extend(head.total.map(|total| ("total", format!("{total} {}", store.settings.currency))));
    if let Some(person) = &view.person {
        let review = if person.review.is_empty() { String::new() } else { format!("; to review: {}", person.review) };
        entries.push(("person", format!("{} ({}){review}", person.remote, person.reason)));
    }
    if !head.pending_change.is_empty() {
        entries.push(("pending change", told.in_words(head, &head.pending_change)));
    }
    for conflict in &view.conflicts {
        let has = if conflict.overruled.is_some() { "in RO App until the store won" } else { "in RO App" };
        let in_store = told.value(head, &conflict.what, Kind::StoreStatus, &conflict.store);
        let in_roapp = told.value(head, &conflict.what, Kind::Status, &conflict.roapp);
        entries.push(("conflict", format!("{}: {in_store:?} in the store, {in_roapp:?} {has}", conflict.what)));
    }
    entries.extend(head.resolve.map(|keep| ("asked", format!("keep {}; the daemon does it", resolve::word(keep)))));
    if !view.write_back.is_empty() {
        entries.push(("to the store", told.in_words(head, &view.write_back)));
    }
    entries.extend(view.earlier.iter().map(|earlier| ("before", earlier_words(earlier, store.settings.time_zone))));
    entries
}

fn line_row(line: &LineView) -> [String; 7] {
    let id = |id: Option<i64>| id.map_or_else(String::new, |id| id.to_string());
    [
        line.title.clone(),
        line.article.clone(),
        line.quantity.to_string(),
        line.price.to_string(),
        line.discount.map_or_else(String::new, |discount| discount.to_string()),
        id(line.item.map(crate::domain::ids::Id::get)),
        id(line.product.map(crate::domain::ids::Id::get)),
    ]
}
