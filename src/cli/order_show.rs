//! `order show`: a store order, its lines and what became of them.

use anyhow::Context as _;
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::{
    Context, Output, filled, moment,
    order::{placed, row_json},
    when,
};
use crate::{
    db::{Database, resolve},
    domain::ids::OrderNumber,
    setup::{Content, LineView, OrderView, find_store, look_at_order},
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
    if json {
        context.output.json(&view_json(&view, store.settings.time_zone))?;
        return Ok(());
    }
    print(&view, store.settings.time_zone, &context.output)
}

fn view_json(view: &OrderView, zone: Tz) -> Value {
    let mut shown = row_json(&view.head, zone);
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
    shown["history"] = view.history.iter().map(|(at, what)| json!({ "at": moment(*at), "what": what })).collect();
    shown
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

fn print(view: &OrderView, zone: Tz, output: &Output) -> anyhow::Result<()> {
    let head = &view.head;
    output.line(format_args!("order {} of {} (account {})", head.number, head.store, head.account))?;
    output.entries(&entries(view, zone))?;
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
    let rows: Vec<_> = view.history.iter().map(|(at, what)| [when(*at), what.clone()]).collect();
    output.table(["when", "what happened"], &rows)?;
    Ok(())
}

fn entries(view: &OrderView, zone: Tz) -> Vec<(&'static str, String)> {
    let head = &view.head;
    let reason = if head.reason.is_empty() { String::new() } else { format!(": {}", head.reason) };
    let mut entries = vec![("state", format!("{}{reason}", head.state.word()))];
    entries.extend(head.placed_at.map(|at| ("placed", placed(at, zone))));
    entries.push(("work order", head.work_order.map_or_else(|| "none yet".to_owned(), |id| id.to_string())));
    entries.extend(head.total.map(|total| ("total", total.to_string())));
    if let Some(person) = &view.person {
        let review = if person.review.is_empty() { String::new() } else { format!("; to review: {}", person.review) };
        entries.push(("person", format!("{} ({}){review}", person.remote, person.reason)));
    }
    if !head.pending_change.is_empty() {
        entries.push(("pending change", head.pending_change.clone()));
    }
    for conflict in &view.conflicts {
        let has = if conflict.overruled.is_some() { "in RO App until the store won" } else { "in RO App" };
        let text = format!("{}: {:?} in the store, {:?} {has}", conflict.what, conflict.store, conflict.roapp);
        entries.push(("conflict", text));
    }
    entries.extend(head.resolve.map(|keep| ("asked", format!("keep {}; the daemon does it", resolve::word(keep)))));
    if !view.write_back.is_empty() {
        entries.push(("to the store", view.write_back.clone()));
    }
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
