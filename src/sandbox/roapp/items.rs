//! `/v2/orders/{id}/items`: lines of a work order (contract roapp 4.5).

use rust_decimal::Decimal;
use serde_json::Value;

use super::{
    answer::{Answer, Refusal, Reply},
    ask::{Ask, decimal},
    check::{Field, Kind, may, must},
    order::{Discount, Item, Order, round},
    orders::refuse_deletion,
    quirks::{CreatedShape, ItemAnswer},
    reference,
};

const DISCOUNT: &[Field] = &[
    must("type", Kind::Word(&["percentage", "value"])),
    must("percentage", Kind::Number),
    must("amount", Kind::Number),
    must("sponsor", Kind::Word(&["staff", "company"])),
];

pub(super) const CREATE: &[Field] = &[
    must("entity_id", Kind::Int),
    must("assignee_id", Kind::Int),
    must("quantity", Kind::Number),
    must("price", Kind::Number),
    must("cost", Kind::Number),
    must("discount", Kind::Object(DISCOUNT)),
    must("warranty", Kind::Warranty),
    may("tax_ids", Kind::List(&Kind::Int)),
    may("comment", Kind::Text),
];

/// All fields except `entity_id`.
pub(super) const CHANGE: &[Field] = CREATE.split_at(1).1;

/// GET.
pub(super) fn list(ask: &mut Ask<'_>) -> Answer {
    let order = ask.data.orders.get(&ask.id()).ok_or_else(Refusal::missing)?;
    Ok(ask.quirks.dictionary(order.items.iter().map(|item| item.view(ask)).collect()))
}

/// POST, one line.
pub(super) fn create(ask: &mut Ask<'_>) -> Answer {
    open_order(ask)?;
    let entity_id = ask.int("entity_id").unwrap_or_default();
    if !ask.data.products.contains_key(&entity_id) {
        return Err(Refusal::field("entity_id", "no such product"));
    }
    if ask.data.rules.archived_products.contains(&entity_id) {
        return Err(Refusal::field("entity_id", "Product is archived"));
    }
    check(ask)?;
    let mut item = Item {
        id: ask.data.next_item(),
        entity_id,
        assignee_id: 0,
        quantity: Decimal::ZERO,
        price: Decimal::ZERO,
        cost: Decimal::ZERO,
        discount: Discount::default(),
        warranty_period: "0".into(),
        warranty_units: "days".into(),
        tax_ids: Vec::new(),
        comment: String::new(),
        written_off: false,
        created_at: ask.now,
        made_by_api: true,
    };
    apply(ask, &mut item);
    let reply = created(ask, &item);
    let order = order_mut(ask)?;
    order.items.push(item);
    Ok(reply)
}

/// PATCH.
pub(super) fn change(ask: &mut Ask<'_>) -> Answer {
    let mut item = open_order(ask)?.item(ask.item_id()).cloned().ok_or_else(Refusal::missing)?;
    check(ask)?;
    apply(ask, &mut item);
    let id = item.id;
    if let Some(place) = order_mut(ask)?.items.iter_mut().find(|known| known.id == id) {
        *place = item;
    }
    Ok(ask.quirks.changed(id))
}

/// DELETE.
pub(super) fn delete(ask: &mut Ask<'_>) -> Answer {
    refuse_deletion(ask.quirks.item_delete)?;
    let id = open_order(ask)?.item(ask.item_id()).map(|item| item.id).ok_or_else(Refusal::missing)?;
    order_mut(ask)?.items.retain(|item| item.id != id);
    Ok(ask.quirks.changed(id))
}

/// The order, if its lines can still be changed: it is not closed, and nothing is written off.
fn open_order<'a>(ask: &'a Ask<'_>) -> Result<&'a Order, Refusal> {
    let order = ask.data.orders.get(&ask.id()).ok_or_else(Refusal::missing)?;
    let is_shut = order.is_closed() || order.items.iter().any(|item| item.written_off);
    if is_shut && !ask.quirks.closed_lines_change {
        return Err(Refusal::field("order", "closed or written off"));
    }
    Ok(order)
}

/// The order to be changed now.
fn order_mut<'a>(ask: &'a mut Ask<'_>) -> Result<&'a mut Order, Refusal> {
    let (id, now) = (ask.id(), ask.now);
    let order = ask.data.orders.get_mut(&id).ok_or_else(Refusal::missing)?;
    order.modified_at = now;
    Ok(order)
}

fn check(ask: &Ask<'_>) -> Result<(), Refusal> {
    ask.check_employee("assignee_id")?;
    if ask.decimal("quantity").is_some_and(|quantity| quantity <= Decimal::ZERO) {
        return Err(Refusal::field("quantity", "must be above zero"));
    }
    for name in ["price", "cost"] {
        if ask.decimal(name).is_some_and(|amount| amount < Decimal::ZERO) {
            return Err(Refusal::field(name, "must not be negative"));
        }
    }
    if let Some(discount) = discount(ask) {
        let is_percent = (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&discount.percentage);
        if !is_percent || discount.amount < Decimal::ZERO {
            return Err(Refusal::field("discount", "out of range"));
        }
    }
    match tax_ids(ask).iter().flatten().find(|id| reference::named(reference::TAXES, **id).is_none()) {
        Some(_) => Err(Refusal::field("tax_ids", "no such tax")),
        None => Ok(()),
    }
}

fn tax_ids(ask: &Ask<'_>) -> Option<Vec<i64>> {
    let ids = ask.body.get("tax_ids").and_then(Value::as_array)?;
    Some(ids.iter().filter_map(Value::as_i64).collect())
}

fn discount(ask: &Ask<'_>) -> Option<Discount> {
    let sent = ask.body.get("discount")?;
    let text = |name: &str| sent.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let amount = |name: &str| sent.get(name).and_then(decimal).unwrap_or_default();
    Some(Discount {
        kind: text("type"),
        percentage: amount("percentage"),
        amount: round(amount("amount"), 2),
        sponsor: text("sponsor"),
    })
}

/// Copies the body's values into the line, rounded to the decimals that RO App keeps.
fn apply(ask: &Ask<'_>, item: &mut Item) {
    item.assignee_id = ask.int("assignee_id").unwrap_or(item.assignee_id);
    item.quantity = ask.decimal("quantity").map_or(item.quantity, |quantity| round(quantity, 3));
    item.price = ask.decimal("price").map_or(item.price, |price| round(price, 2));
    item.cost = ask.decimal("cost").map_or(item.cost, |cost| round(cost, 5));
    if let Some(discount) = discount(ask) {
        item.discount = discount;
    }
    if let Some(tax_ids) = tax_ids(ask) {
        item.tax_ids = tax_ids;
    }
    if let Some(comment) = ask.text("comment") {
        item.comment = ask.quirks.texts.of(&comment);
    }
    if let Some(warranty) = ask.body.get("warranty") {
        let text = |name: &str| warranty.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        item.warranty_period = text("period");
        item.warranty_units = text(if ask.quirks.warranty_unit_in_requests { "unit" } else { "periodUnits" });
    }
}

fn created(ask: &Ask<'_>, item: &Item) -> Reply {
    if ask.quirks.created != CreatedShape::Object || ask.quirks.item_answer == ItemAnswer::Id {
        return ask.quirks.created(item.id, 200);
    }
    let mut row = item.view(ask);
    if let (ItemAnswer::Sparse, Some(row)) = (ask.quirks.item_answer, row.as_object_mut()) {
        for name in ["entity", "quantity", "price", "discount"] {
            row.remove(name);
        }
    }
    Reply::json(ask.quirks.created_status.unwrap_or(200), &row)
}
