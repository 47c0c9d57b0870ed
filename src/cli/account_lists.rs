//! `account lists`: what there is to choose from in RO App.

use serde_json::{Value, json};

use super::Context;
use crate::{
    admin::{AccountLists, find_account},
    db::Database,
    roapp::{CustomField, Employee, FieldKind, OrderStatus},
};

pub(super) async fn lists(context: &Context, database: &Database, name: &str, json: bool) -> anyhow::Result<()> {
    let account = find_account(&database.pool, name).await?;
    let lists = context.setup(database).await?.account_lists(&account).await?;
    if json {
        context.output.json(&lists_json(&lists))?;
        return Ok(());
    }
    let view = &lists.view;
    let output = &context.output;
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
    let archived = |is_archived| if is_archived { "archived: takes no work orders" } else { "" };
    let rows = view.locations.iter().map(|at| row(at.id.get(), &at.name, archived(at.is_archived)));
    list("locations (location_id)", rows.collect())?;
    list("order types (order_type_id)", view.order_types.iter().map(|at| row(at.id.get(), &at.name, "")).collect())?;
    let rows = view.statuses.iter().map(|at| row(at.id.get(), &at.name, &group(at)));
    list("statuses (status_map, write_back)", rows.collect())?;
    let rows = view.employees.iter().map(|at| row(at.id.get(), &at.name, activity(at)));
    list("employees (managers, line_executor_id)", rows.collect())?;
    let rows = view.categories.iter().map(|at| {
        let parent = at.parent.map_or_else(String::new, |parent| format!("in {parent}"));
        row(at.id.get(), &at.title, &parent)
    });
    list("product categories (product_category_id)", rows.collect())?;
    let rows = view.custom_fields.iter().map(|at| {
        let [id, name, note] = row(at.id, &at.title, &demand(at));
        [format!("f{id}"), name, note]
    });
    list("custom fields of work orders (custom_fields)", rows.collect())?;
    match &lists.campaigns {
        Ok(rows) => {
            list("campaigns (ad_campaign_id)", rows.iter().map(|at| row(at.id.get(), &at.name, "")).collect())?;
        }
        Err(why) => output.lines(["", &format!("campaigns (ad_campaign_id) cannot be read: {why}")])?,
    }
    Ok(())
}

/// What a status is for (contract roapp 4.6).
fn group(status: &OrderStatus) -> String {
    let name = match status.group {
        None => return String::new(),
        Some(1) => "New",
        Some(2) => "In progress",
        Some(3) => "Pending",
        Some(4) => "Ready",
        Some(5) => "Delivery",
        Some(6) => "Closed",
        Some(7) => "Closed unsuccessfully",
        Some(8..=11) => return "of invoices: not for work orders".to_owned(),
        Some(other) => return format!("group {other}"),
    };
    format!("group {name}")
}

fn activity(employee: &Employee) -> &'static str {
    if employee.is_active { "" } else { "not active" }
}

fn kind(field: &CustomField) -> &'static str {
    match field.kind {
        FieldKind::Boolean => "yes/no",
        FieldKind::Text => "text",
        FieldKind::Choice => "choice",
        FieldKind::Time => "time",
        FieldKind::Number => "number",
        FieldKind::Other => "other",
    }
}

fn demand(field: &CustomField) -> String {
    let required = if field.required == Some(true) { ", required" } else { "" };
    format!("{}{required}", kind(field))
}

fn lists_json(lists: &AccountLists) -> Value {
    let view = &lists.view;
    let locations =
        view.locations.iter().map(|at| json!({ "id": at.id.get(), "name": at.name, "archived": at.is_archived }));
    let types = view.order_types.iter().map(|at| json!({ "id": at.id.get(), "name": at.name }));
    let statuses = view.statuses.iter().map(|at| json!({ "id": at.id.get(), "name": at.name, "group": at.group }));
    let employees =
        view.employees.iter().map(|at| json!({ "id": at.id.get(), "name": at.name, "active": at.is_active }));
    let categories = view
        .categories
        .iter()
        .map(|at| json!({ "id": at.id.get(), "name": at.title, "parent": at.parent.map(crate::domain::ids::Id::get) }));
    let fields = view
        .custom_fields
        .iter()
        .map(|at| json!({ "id": format!("f{}", at.id), "name": at.title, "kind": kind(at), "required": at.required }));
    let campaigns = lists.campaigns.as_ref().ok();
    let campaigns =
        campaigns.map(|rows| rows.iter().map(|at| json!({ "id": at.id.get(), "name": at.name })).collect::<Vec<_>>());
    json!({
        "locations": locations.collect::<Vec<_>>(),
        "order_types": types.collect::<Vec<_>>(),
        "statuses": statuses.collect::<Vec<_>>(),
        "employees": employees.collect::<Vec<_>>(),
        "categories": categories.collect::<Vec<_>>(),
        "custom_fields": fields.collect::<Vec<_>>(),
        "campaigns": campaigns,
    })
}
