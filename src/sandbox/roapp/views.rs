//! The form of records in v2 answers (contract roapp 4.4, 4.5, 5.1).

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::{
    answer::number,
    ask::Ask,
    data::{Person, Phone},
    order::{Item, Order, round},
    quirks::{GroupForm, PhoneForm, RoAppQuirks, WarrantyKey},
    reference::{self, CustomField, ORDER_FIELDS, PEOPLE_FIELDS, Status},
};
use rust_decimal::Decimal;

impl Order {
    /// The whole order, without items.
    pub(super) fn view(&self, ask: &Ask<'_>) -> Value {
        let quirks = ask.quirks;
        let order_type = reference::named(reference::ORDER_TYPES, self.order_type_id).map_or("", |entry| entry.name);
        let name_key = if quirks.names_swapped { "title" } else { "name" };
        let overdue = self.closed_at.is_none() && self.due_date.is_some_and(|due| due < ask.now);
        let taxed = if quirks.taxes_on_top { Decimal::new(12, 1) } else { Decimal::ONE };
        let total = round(self.total(quirks.discount_per_unit) * taxed, 2);
        let discounts: Decimal = self.items.iter().map(|item| item.discount_sum(quirks.discount_per_unit)).sum();
        json!({
            "id": quirks.id(self.id),
            "number": self.number,
            "status": reference::status(self.status_id).map(|status| status_view(status, quirks, true)),
            "status_overdue": false,
            "created_at": quirks.time(self.created_at),
            "created_by_id": quirks.id(21),
            "modified_at": quirks.time(self.modified_at),
            "done_at": null,
            "closed_at": quirks.some_time(self.closed_at),
            "closed_by_id": self.closed_at.map(|_| quirks.id(21)),
            "branch_id": quirks.id(self.branch_id),
            "order_type": {"id": quirks.id(self.order_type_id), name_key: order_type},
            "manager_id": quirks.some_id(self.manager_id),
            "assignee_id": quirks.some_id(self.assignee_id),
            "asset": null,
            "client": client(ask, self.client_id),
            "payer": self.payer_id.map(|id| client(ask, id)),
            "scheduled_for": quirks.some_time(self.scheduled_for),
            "scheduled_to": quirks.some_time(self.scheduled_to),
            "resource": null,
            "malfunction": self.malfunction,
            "manager_notes": self.manager_notes,
            "engineer_notes": self.engineer_notes,
            "address": "",
            "resume": self.resume,
            "estimated_price": self.estimated_price,
            "due_date": quirks.some_time(self.due_date),
            "overdue": overdue,
            "discount_sum": number(discounts),
            "payed": quirks.money(Decimal::ZERO, 2),
            "warranty_date": null,
            "urgent": self.urgent,
            "custom_fields": custom_fields(ORDER_FIELDS, &self.custom_fields, quirks),
            "is_deduction_required": false,
            "ad_campaign_id": quirks.some_id(self.ad_campaign_id),
            "total": quirks.money(total, 2),
        })
    }
}

/// A row of the status dictionary, or the status of an order.
pub(super) fn status_view(status: &Status, quirks: &RoAppQuirks, in_order: bool) -> Value {
    let mut view = json!({"id": quirks.id(status.id), "name": status.name, "color": status.color});
    match quirks.group {
        GroupForm::Int => view["group"] = json!(status.group),
        GroupForm::Absent if in_order => {}
        GroupForm::Object | GroupForm::Absent => {
            view["group"] = json!({"type": status.group, "name": status.group_name});
        }
    }
    view
}

fn client(ask: &Ask<'_>, id: i64) -> Value {
    let organization = Person { first_name: reference::ORGANIZATION.name.into(), ..Person::default() };
    let is_organization = id == reference::ORGANIZATION.id;
    let person = if is_organization { &organization } else { ask.data.any_person(id).unwrap_or(&organization) };
    let as_objects = ask.quirks.phones == PhoneForm::Objects;
    let phones: Vec<Value> = person.phones.iter().map(|phone| phone_view(phone, as_objects)).collect();
    json!({
        "id": ask.quirks.id(id),
        "is_organization": is_organization,
        "name": full_name(person),
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "phone": phones,
        "address": person.address,
        "discount_code": person.discount_code,
        "custom_fields": custom_fields(PEOPLE_FIELDS, &person.custom_fields, ask.quirks),
    })
}

/// First and last name.
pub(super) fn full_name(person: &Person) -> String {
    format!("{} {}", person.first_name, person.last_name).trim().to_owned()
}

impl Person {
    /// A row of people.
    pub(super) fn view(&self, quirks: &RoAppQuirks) -> Value {
        let as_objects = quirks.phones != PhoneForm::Texts;
        let phones: Vec<Value> = self.phones.iter().map(|phone| phone_view(phone, as_objects)).collect();
        json!({
            "id": quirks.id(self.id),
            "first_name": self.first_name,
            "last_name": self.last_name,
            "email": self.email,
            "phones": phones,
            "notes": self.notes,
            "address": self.address,
            "birthday": self.birthday,
            "supplier": self.supplier,
            "manager_id": quirks.some_id(self.manager_id),
            "ad_campaign_id": quirks.some_id(self.ad_campaign_id),
            "tags": self.tags,
            "custom_fields": custom_fields(PEOPLE_FIELDS, &self.custom_fields, quirks),
            "discount_code": self.discount_code,
            "tax_identification_number": self.tax_identification_number,
            "created_at": quirks.time(self.created_at),
            "modified_at": quirks.time(self.modified_at),
        })
    }
}

fn phone_view(phone: &Phone, as_object: bool) -> Value {
    if !as_object {
        return json!(phone.phone);
    }
    json!({
        "phone": phone.phone,
        "title": phone.title,
        "notify": phone.notify,
        "has_viber": phone.has_viber,
        "has_whatsapp": phone.has_whatsapp,
    })
}

fn custom_fields(known: &[CustomField], set: &Map<String, Value>, quirks: &RoAppQuirks) -> Value {
    let mut view = Map::new();
    for field in known {
        let key = format!("f{}", field.id);
        let unset = if field.kind == 1 && !quirks.custom_fields_null { json!("") } else { Value::Null };
        let value = set.get(&key).map_or(unset, |value| match field.kind {
            4 | 5 => moment(value).map_or_else(|| value.clone(), |at| quirks.time(at)),
            _ => value.clone(),
        });
        view.insert(key, value);
    }
    Value::Object(view)
}

fn moment(value: &Value) -> Option<DateTime<Utc>> {
    value.as_str()?.parse().ok()
}

impl Item {
    /// A row of an order's lines.
    pub(super) fn view(&self, ask: &Ask<'_>) -> Value {
        let quirks = ask.quirks;
        let cost = if quirks.item_cost_differs { self.cost + Decimal::ONE } else { self.cost };
        let taxes: Vec<Value> = self.tax_ids.iter().filter_map(|id| tax(*id, quirks)).collect();
        json!({
            "id": quirks.id(self.id),
            "created_at": quirks.time(self.created_at),
            "assignee_id": (!quirks.item_assignee_null).then(|| quirks.id(self.assignee_id)),
            "quantity": quirks.money(self.quantity, 3),
            "price": quirks.money(self.price, 2),
            "cost": quirks.money(cost, 5),
            "margin_id": null,
            "is_deduction_required": false,
            "entity": entity(ask, self.entity_id),
            "comment": self.comment,
            "write_offs": self.written_off.then(|| write_offs(self, quirks)),
            "is_refunded": false,
            "discount": {
                "type": self.discount.kind,
                "percentage": number(self.discount.percentage),
                "amount": quirks.money(self.discount.amount, 2),
                "sponsor": self.discount.sponsor,
            },
            "warranty": warranty(self, quirks),
            "taxes": taxes,
            "expiration_date": null,
        })
    }
}

fn entity(ask: &Ask<'_>, id: i64) -> Value {
    let Some(product) = ask.data.any_product(id) else { return Value::Null };
    json!({
        "id": ask.quirks.id(id),
        "type": "product",
        "code": product.code,
        "sku": product.article,
        "sn_accounting": product.is_serial,
        "title": product.title,
        "image": "",
        "thumbnail": "",
        "uom": uom(product.uom_id, ask.quirks),
        "is_hidden": false,
    })
}

/// A unit of measure inside a product.
pub(super) fn uom(id: i64, quirks: &RoAppQuirks) -> Value {
    let row = reference::UOMS.iter().find(|(known, ..)| *known == id);
    row.map_or(Value::Null, |(id, title, text)| json!({"id": quirks.id(*id), "title": title, "description": text}))
}

fn tax(id: i64, quirks: &RoAppQuirks) -> Option<Value> {
    let tax = reference::named(reference::TAXES, id)?;
    Some(json!({"id": quirks.id(id), "name": tax.name, "rate": 10}))
}

fn write_offs(item: &Item, quirks: &RoAppQuirks) -> Value {
    json!([{
        "cost": number(item.cost),
        "cellId": quirks.id(41_001),
        "goodId": quirks.id(item.entity_id),
        "quantity": number(item.quantity),
        "sernum_id": null,
        "sernum_code": null,
        "warehouseId": quirks.id(41),
        "repairOrderProductId": quirks.id(item.id),
    }])
}

fn warranty(item: &Item, quirks: &RoAppQuirks) -> Value {
    let key = match quirks.warranty_key {
        WarrantyKey::PeriodUnits => "period_units",
        WarrantyKey::PeriodUnitsCamel => "periodUnits",
        WarrantyKey::Unit => "unit",
    };
    let period = if quirks.warranty_period_text {
        json!(item.warranty_period)
    } else {
        json!(item.warranty_period.parse::<u32>().unwrap_or_default())
    };
    json!({"period": period, key: item.warranty_units})
}
