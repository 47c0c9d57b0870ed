//! What staff do in RO App, and what the journal knows of it afterwards.
//!
//! Lines and our block of the notes are edited once they were seen to be ours: what staff do to a record in the seconds while
//! nobody knows whether it was made at all cannot be told from its never having been made.

use cartum_roapp::sandbox::roapp::{Data, Item, Order};
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::PgPool;

use super::{
    action::{Elsewhere, StaffEdit},
    journal::{Journal, Known, Notes, Part, Touched},
};
use crate::support::world::World;

/// The living work order that was made for a store order.
pub(super) fn work_order(data: &Data, number: i64) -> Option<&Order> {
    data.orders.values().find(|order| is_of(order, number))
}

/// Whether a work order was made for a store order; nobody touches the custom field with its number.
pub(super) fn is_of(order: &Order, number: i64) -> bool {
    order.made_by_api && order.custom_fields.get("f601").and_then(Value::as_str) == Some(&number.to_string())
}

/// Makes an edit, where there is something to edit.
pub(super) async fn edit(world: &World, journal: &mut Journal, number: i64, edit: &StaffEdit) -> Option<()> {
    let (staff, data) = (world.sandbox.roapp.staff(), world.sandbox.roapp.data());
    let order = work_order(&data, number)?;
    let (id, unique) = (order.id, journal.next());
    let pool = world.database.pool();
    let calls = world.sandbox.roapp.calls().len();
    let known = journal.orders.get_mut(&number)?;
    let part = match edit {
        StaffEdit::Status(status) => {
            if order.status_id == *status {
                return None;
            }
            known.staff_moved(*status);
            known.staff_set.push((*status, world.sandbox.shop.calls().len()));
            staff.set_status(id, *status).ok()?;
            Part::Status
        }
        StaffEdit::Title => {
            let title = format!("Staff's title {unique}");
            staff.edit_malfunction(id, &title).ok()?;
            known.title = Some(title);
            Part::Head
        }
        StaffEdit::Estimate => {
            let estimate = format!("about {unique}");
            staff.edit(|data, _| data.orders.get_mut(&id).map(|order| order.estimated_price.clone_from(&estimate)))?;
            known.estimate = Some(estimate);
            Part::Head
        }
        StaffEdit::WriteAround => {
            let (before, after) = (format!("Staff {unique} before\n"), format!("\nStaff {unique} after"));
            let whole = staff.edit(|data, _| {
                let notes = &mut data.orders.get_mut(&id)?.manager_notes;
                *notes = format!("{before}{notes}{after}");
                Some(notes.clone())
            })?;
            known.notes = match std::mem::take(&mut known.notes) {
                Notes::Ours => Notes::Around(before, after),
                Notes::Around(first, last) => Notes::Around(before + first.as_str(), last + after.as_str()),
                Notes::Theirs(_) => Notes::Theirs(whole),
            };
            Part::Head
        }
        StaffEdit::BreakNotes => {
            if !was_in_step(pool, number).await {
                return None;
            }
            let text = format!("Staff {unique} wrote this instead");
            staff.edit_notes(id, &text).ok()?;
            known.notes = Notes::Theirs(text);
            Part::Head
        }
        StaffEdit::DeleteOrder => {
            if !was_in_step(pool, number).await {
                return None;
            }
            staff.delete_order(id).ok()?;
            known.work_order_deleted = true;
            Part::Head
        }
        StaffEdit::AddLine(product) => {
            let product = *data.products.keys().nth(product % data.products.len())?;
            let price = Decimal::new(i64::from(unique) * 100 + 77, 2);
            let item = staff.add_item(id, product, Decimal::from(11), price).ok()?;
            let item = world.sandbox.roapp.data().orders.get(&id)?.item(item)?.clone();
            known.lines.insert(item.id, Touched { origin: None, left: Some(item) });
            Part::Lines
        }
        StaffEdit::WriteOff(_) | StaffEdit::BringBack => {
            move_goods(world, known, order, edit)?;
            Part::Lines
        }
        StaffEdit::ChangeLine(index, _)
        | StaffEdit::DiscountLine(index)
        | StaffEdit::PercentLine(index)
        | StaffEdit::DeleteLine(index) => {
            let (key, item) = our_line(pool, number, *index).await?;
            let before = order.item(item).filter(|item| !item.written_off)?.clone();
            let article = article(&data, journal, &before);
            let known = journal.orders.get_mut(&number)?;
            let left = change_line(world, id, &before, edit, unique)?;
            let origin = known.lines.get(&item).map_or(Some((key, article)), |touched| touched.origin.clone());
            known.lines.insert(item, Touched { origin, left });
            Part::Lines
        }
    };
    let done = world.sandbox.roapp.calls().len();
    let known = journal.orders.get_mut(&number)?;
    if part == Part::Lines {
        known.line_edits.push(done);
    }
    known.edited.insert(part, calls..done);
    Some(())
}

/// Goods of a line are written off, or all that were are brought back.
fn move_goods(world: &World, known: &mut Known, order: &Order, edit: &StaffEdit) -> Option<()> {
    let staff = world.sandbox.roapp.staff();
    let off = matches!(edit, StaffEdit::WriteOff(_));
    let moved: Vec<_> = match edit {
        StaffEdit::WriteOff(index) => vec![order.items.get(index % order.items.len().max(1))?.id],
        _ => order.items.iter().filter(|item| item.written_off).map(|item| item.id).collect(),
    };
    if moved.is_empty() {
        return None;
    }
    for item in moved {
        if off { staff.write_off(order.id, item) } else { staff.bring_back(order.id, item) }.ok()?;
        if let Some(Touched { left: Some(left), .. }) = known.lines.get_mut(&item) {
            left.written_off = off;
        }
    }
    known.written_off = off;
    known.was_written_off |= off;
    Some(())
}

/// The line as staff leave it; the inner `None` = deleted.
#[expect(clippy::option_option, reason = "done at all, and still there")]
fn change_line(world: &World, order: i64, item: &Item, edit: &StaffEdit, unique: u32) -> Option<Option<Item>> {
    let staff = world.sandbox.roapp.staff();
    let cents = Decimal::new(33, 2) + Decimal::from(unique);
    match edit {
        StaffEdit::ChangeLine(_, price) => {
            let price = Decimal::from(*price) + cents;
            staff.change_item(order, item.id, Decimal::from(12 + unique), price).ok()?;
        }
        StaffEdit::DiscountLine(_) => staff.discount_item(order, item.id, Decimal::new(i64::from(unique), 2)).ok()?,
        StaffEdit::PercentLine(_) => staff.discount_item_by(order, item.id, (unique % 50 + 1).into()).ok()?,
        _ => {
            staff.delete_item(order, item.id).ok()?;
            return Some(None);
        }
    }
    world.sandbox.roapp.data().orders.get(&order)?.item(item.id).cloned().map(Some)
}

/// The article that an item's product had before staff renamed it; the title where it has none.
pub(super) fn article(data: &Data, journal: &Journal, item: &Item) -> String {
    let product = data.products.get(&item.entity_id).or_else(|| data.deleted_products.get(&item.entity_id));
    let original = journal.renamed.get(&item.entity_id).cloned();
    let article = original.or_else(|| product.map(|product| product.article.clone())).unwrap_or_default();
    if article.is_empty() {
        product.map(|product| format!("title {}", product.title)).unwrap_or_default()
    } else {
        article
    }
}

/// A line that RO App was seen to show as we wrote it, while no call of the order is unclear.
async fn our_line(pool: &PgPool, number: i64, index: usize) -> Option<(String, i64)> {
    let lines = "SELECT l.line_key, l.item_id FROM line l JOIN store_order o ON o.id = l.order_id
        WHERE o.number = $1 AND l.verified
          AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.order_id = o.id AND j.state = 'sent') ORDER BY l.item_id";
    let lines: Vec<(String, i64)> = sqlx::query_as(lines).bind(number).fetch_all(pool).await.unwrap();
    lines.get(index % lines.len().max(1)).cloned()
}

/// The work order was seen to be whole at least once.
async fn was_in_step(pool: &PgPool, number: i64) -> bool {
    let whole = "SELECT count(*) FROM store_order WHERE number = $1 AND applied_version_id IS NOT NULL";
    sqlx::query_scalar::<_, i64>(whole).bind(number).fetch_one(pool).await.unwrap() > 0
}

/// Does something that belongs to no store order.
pub(super) async fn elsewhere(world: &World, journal: &mut Journal, what: &Elsewhere) -> Option<()> {
    let (staff, data) = (world.sandbox.roapp.staff(), world.sandbox.roapp.data());
    let person = |index: &usize| data.people.keys().nth(index % data.people.len().max(1)).copied();
    match what {
        Elsewhere::WalkIn(index) => {
            let unique = journal.next();
            let id = staff.add_order(person(index)?, &format!("A walk-in {unique}"));
            journal.walk_ins.push(world.sandbox.roapp.data().orders[&id].clone());
        }
        Elsewhere::RenameProduct(index) => {
            let product = renamable(world, &data, *index).await?;
            let unique = journal.next();
            let article = data.products[&product].article.clone();
            journal.renamed.entry(product).or_insert(article);
            staff.edit_product(product, |product| product.article = format!("RENAMED-{unique}")).ok()?;
        }
        Elsewhere::DeletePerson(index) => {
            let person = person(index)?;
            staff.delete_person(person).ok()?;
            journal.people.remove(&person);
        }
        Elsewhere::MergePeople(index, other) => {
            let (kept, gone) = (person(index)?, person(other)?);
            if kept == gone {
                return None;
            }
            // One that was typed with blanks or brackets, or with an old 8 before it, is not found by its digits, so that the same buyer may
            // be there twice already.
            let mut phones = data.people[&gone].phones.clone();
            let is_found = |text: &str| text.chars().all(|letter| letter == '+' || letter.is_ascii_digit());
            phones.retain(|phone| is_found(&phone.phone) && !phone.phone.starts_with('8'));
            staff.delete_person(gone).ok()?;
            journal.people.remove(&gone);
            let merged = staff.edit(|data, _| {
                let person = data.people.get_mut(&kept)?;
                person.phones.extend(phones);
                Some(person.clone())
            })?;
            journal.people.entry(kept).and_modify(|known| *known = merged);
        }
    }
    Some(())
}

/// A product that orders are linked with already: another name does not part them.
async fn renamable(world: &World, data: &Data, index: usize) -> Option<i64> {
    let linked = "SELECT remote_id FROM link WHERE kind = 'product' AND remote_id IS NOT NULL ORDER BY remote_id";
    let linked: Vec<i64> = sqlx::query_scalar(linked).fetch_all(world.database.pool()).await.unwrap();
    let linked: Vec<_> = linked
        .into_iter()
        .filter(|id| data.products.get(id).is_some_and(|product| !product.article.is_empty()))
        .collect();
    linked.get(index % linked.len().max(1)).copied()
}
