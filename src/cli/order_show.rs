//! `order show`: a store order, its lines and its history.

use anyhow::Context as _;
use sqlx::PgPool;

use super::{Context, Output, order::placed, when};
use crate::{
    admin::{EarlierView, LineView, OrderView, find_store, framed, order_view},
    domain::ids::OrderNumber,
};

pub(super) async fn show(context: &Context, pool: &PgPool, store: &str, number: i64, json: bool) -> anyhow::Result<()> {
    let store = find_store(pool, store).await?;
    let view = order_view(pool, &store, OrderNumber::new(number)).await?;
    if json {
        context.output.json(&view)?;
        return Ok(());
    }
    print(&view, &context.output)
}

/// An order that had the number before, in words.
fn earlier_words(earlier: &EarlierView) -> String {
    let placed_at = earlier.placed.map_or_else(|| "at an unknown time".to_owned(), placed);
    let total = earlier.total.as_ref().map_or_else(String::new, |total| format!(", total {total}"));
    let work_order = earlier.work_order_id.map_or_else(String::new, |id| format!(", work order {id}, left unchanged"));
    let is_same = if earlier.ended_at.is_none() { "; is it the same order?" } else { "" };
    format!("another order had this number: placed {placed_at}{total}{work_order}{is_same}")
}

fn print(view: &OrderView, output: &Output) -> anyhow::Result<()> {
    let row = &view.row;
    output.line(format_args!("order {} of {} (account {})", row.number, row.store, row.account))?;
    output.entries(&entries(view))?;
    if let Some(unreadable) = &view.unreadable {
        output.line(format_args!("cannot be read: {}", unreadable.decode_error))?;
        output.lines(serde_json::to_string_pretty(&unreadable.raw).context("cannot show the order")?.lines())?;
    } else {
        let lines: Vec<_> = view.lines.iter().map(line_row).collect();
        output.line("")?;
        output.table(["title", "article", "quantity", "price", "discount", "item", "product"], &lines)?;
    }
    output.line("")?;
    let history: Vec<_> = view.history.iter().map(|happened| [when(happened.at), happened.what.to_string()]).collect();
    output.table(["when", "what happened"], &history)?;
    Ok(())
}

fn entries(view: &OrderView) -> Vec<(&'static str, String)> {
    let row = &view.row;
    let mut entries = vec![("state", format!("{}{}", row.state, framed(": ", row.reason.as_ref(), "")))];
    entries.extend(row.placed.map(|at| ("placed", placed(at))));
    entries.extend(row.status().map(|status| ("store status", status)));
    entries.push(("store", view.site_url.clone()));
    if let Some(buyer) = &view.buyer {
        let contact = [&buyer.name, &buyer.phone, &buyer.email].map(String::as_str);
        entries.push(("buyer", contact.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")));
    }
    entries.push(("work order", row.work_order().unwrap_or_else(|| "none yet".to_owned())));
    entries.extend(row.total.as_ref().map(|total| ("total", format!("{total} {}", view.currency))));
    if let Some(person) = &view.person {
        let reason = framed(" (", person.reason.as_ref(), ")");
        let review = framed("; to review: ", person.review.as_ref(), "");
        entries.push(("person", format!("{}{reason}{review}", person.id)));
    }
    entries.extend(row.pending_change.as_ref().map(|change| ("pending change", change.to_string())));
    for conflict in &view.differences {
        let has = if conflict.is_overruled { "in RO App until the store won" } else { "in RO App" };
        let difference = &conflict.difference;
        let (what, store, roapp) = (&difference.what, difference.store.to_string(), difference.roapp.to_string());
        entries.push(("conflict", format!("{what}: {store:?} in the store, {roapp:?} {has}")));
    }
    entries.extend(row.resolve.map(|keep| ("queued", format!("resolve: keep {keep}"))));
    entries.extend(view.write_back.as_ref().map(|what| ("to the store", what.to_string())));
    entries.extend(view.earlier.iter().map(|earlier| ("earlier", earlier_words(earlier))));
    entries
}

fn line_row(line: &LineView) -> [String; 7] {
    let id = |id: Option<i64>| id.map_or_else(String::new, |id| id.to_string());
    [
        line.title.clone(),
        line.article.clone(),
        line.quantity.clone(),
        line.price.clone(),
        line.discount.clone().unwrap_or_default(),
        id(line.item_id),
        id(line.product_id),
    ]
}
