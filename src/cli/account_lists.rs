//! `account lists`: the valid choices that RO App offers.

use sqlx::PgPool;

use super::Context;
use crate::admin::{FieldRow, StatusRow, find_account};

pub(super) async fn lists(context: &Context, pool: &PgPool, name: &str, json: bool) -> anyhow::Result<()> {
    let account = find_account(pool, name).await?;
    let choices = context.access.admin(pool).await?.choices(&account).await?;
    let output = &context.output;
    if json {
        output.json(&choices)?;
        return Ok(());
    }
    let mut is_first = true;
    let mut list = |setting: &str, rows: Vec<[String; 3]>| -> std::io::Result<()> {
        if !std::mem::take(&mut is_first) {
            output.line("")?;
        }
        output.line(setting)?;
        if rows.is_empty() {
            return output.line("  none");
        }
        output.table(["id", "name", "note"], &rows)
    };
    let row = |id: i64, name: &str, note: &str| [id.to_string(), name.to_owned(), note.to_owned()];
    let archived = |archived| if archived { "archived: accepts no work orders" } else { "" };
    let rows = choices.locations.iter().map(|at| row(at.id, &at.name, archived(at.archived)));
    list("locations (location_id)", rows.collect())?;
    list("order types (order_type_id)", choices.order_types.iter().map(|at| row(at.id, &at.name, "")).collect())?;
    let rows = choices.statuses.iter().map(|at| row(at.id, &at.name, &group(at)));
    list("statuses (status_map, write_back)", rows.collect())?;
    let activity = |active| if active { "" } else { "inactive" };
    let rows = choices.employees.iter().map(|at| row(at.id, &at.name, activity(at.active)));
    list("employees (managers, line_executor_id)", rows.collect())?;
    let rows = choices.categories.iter().map(|at| {
        let parent = at.parent.map_or_else(String::new, |parent| format!("in {parent}"));
        row(at.id, &at.name, &parent)
    });
    list("product categories (product_category_id)", rows.collect())?;
    let rows = choices.custom_fields.iter().map(|at| [at.id.clone(), at.name.clone(), demand(at)]);
    list("custom fields of work orders (custom_fields)", rows.collect())?;
    match &choices.campaigns {
        Ok(rows) => list("campaigns (ad_campaign_id)", rows.iter().map(|at| row(at.id, &at.name, "")).collect())?,
        Err(why) => output.lines(["", &format!("campaigns (ad_campaign_id) cannot be read: {why}")])?,
    }
    Ok(())
}

/// What a status is for (contract roapp 4.6).
fn group(status: &StatusRow) -> String {
    let name = match status.group {
        None => return String::new(),
        Some(1) => "New",
        Some(2) => "In progress",
        Some(3) => "Pending",
        Some(4) => "Ready",
        Some(5) => "Delivery",
        Some(6) => "Closed",
        Some(7) => "Closed unsuccessfully",
        Some(8..=11) => return "for invoices, not for work orders".to_owned(),
        Some(other) => return format!("group {other}"),
    };
    format!("group {name}")
}

fn demand(field: &FieldRow) -> String {
    let required = if field.required == Some(true) { ", required" } else { "" };
    format!("{}{required}", field.kind)
}
