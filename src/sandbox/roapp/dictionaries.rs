//! The company and the account's dictionaries (contract roapp 4.8, 6, 7, 8, 9).

#![expect(clippy::unnecessary_wraps, reason = "the table of calls wants one signature")]

use serde_json::{Value, json};

use super::{
    answer::{Answer, Reply},
    ask::{Ask, PAGE, Param, Place, Want},
    data::{Employee, Location},
    reference::{self, CustomField},
    views::status_view,
};

pub(super) const PAGED: &[Param] = &[PAGE];
pub(super) const EMPLOYEES: &[Param] = &[PAGE, ("sort", Want::Word(&["id", "-id", "name", "-name"]))];
pub(super) const LOCATIONS: &[Param] = &[
    PAGE,
    ("is_archived", Want::Flag),
    ("legal_entity_id", Want::Int),
    ("sort", Want::Word(&["id", "-id", "name", "-name"])),
];
pub(super) const WAREHOUSES: &[Param] = &[PAGE, ("branch_id", Want::Int), ("type", Want::Word(&["product", "asset"]))];

/// The only legal entity.
const LEGAL_ENTITY: i64 = 91;

/// `GET /v2/orders/statuses`.
pub(super) fn statuses(ask: &mut Ask<'_>) -> Answer {
    let rows = reference::STATUSES.iter().map(|status| status_view(status, ask.quirks, false));
    Ok(ask.quirks.dictionary(rows.collect()))
}

/// `GET /v2/orders/types`.
pub(super) fn order_types(ask: &mut Ask<'_>) -> Answer {
    let key = if ask.quirks.names_swapped { "title" } else { "name" };
    let rows = reference::ORDER_TYPES.iter().map(|entry| json!({"id": ask.quirks.id(entry.id), key: entry.name}));
    Ok(ask.quirks.dictionary(rows.collect()))
}

/// `GET /v2/orders/custom-fields`.
pub(super) fn order_fields(ask: &mut Ask<'_>) -> Answer {
    Ok(custom_fields(ask, reference::ORDER_FIELDS))
}

/// `GET /v2/contacts/people/custom-fields`.
pub(super) fn people_fields(ask: &mut Ask<'_>) -> Answer {
    Ok(custom_fields(ask, reference::PEOPLE_FIELDS))
}

fn custom_fields(ask: &Ask<'_>, fields: &[CustomField]) -> Reply {
    let row = |field: &CustomField| {
        let key = if ask.quirks.names_swapped { "name" } else { "title" };
        let mut row = json!({"id": ask.quirks.id(field.id), key: field.title, "type": field.kind});
        if !ask.quirks.required_absent {
            let rules = &ask.data.rules;
            let required = [&rules.required_fields, &rules.required_people_fields];
            row["required"] = json!(required.iter().any(|ids| ids.contains(&field.id)));
        }
        row
    };
    ask.quirks.dictionary(fields.iter().map(row).collect())
}

/// `GET /v2/company`.
pub(super) fn company(ask: &mut Ask<'_>) -> Answer {
    let created_at = ask.quirks.time(ask.data.company_created_at);
    Ok(Reply::json(200, &json!({"name": "Sandbox Workshop", "created_at": created_at})))
}

/// `GET /v2/company/locations`.
pub(super) fn locations(ask: &mut Ask<'_>) -> Answer {
    let archived = ask.query.text("is_archived").map(|text| text == "true");
    let is_wanted = |location: &&Location| {
        archived.is_none_or(|archived| archived == location.is_archived)
            && ask.query.wants_id("legal_entity_id", Some(LEGAL_ENTITY))
    };
    let mut rows: Vec<&Location> = ask.data.locations.iter().filter(is_wanted).collect();
    ask.query.sort(&mut rows, |by, a, b| if by == "name" { a.name.cmp(&b.name) } else { a.id.cmp(&b.id) });
    ask.list(Place::SmallV2, &rows, |location| {
        json!({
            "id": ask.quirks.id(location.id),
            "name": location.name,
            "is_archived": location.is_archived,
            "legal_entity_id": ask.quirks.id(LEGAL_ENTITY),
        })
    })
}

/// `GET /v2/company/employees`.
pub(super) fn employees(ask: &mut Ask<'_>) -> Answer {
    let mut rows: Vec<&Employee> = ask.data.employees.iter().collect();
    let name = |employee: &Employee| format!("{} {}", employee.first_name, employee.last_name);
    ask.query.sort(&mut rows, |by, a, b| if by == "name" { name(a).cmp(&name(b)) } else { a.id.cmp(&b.id) });
    ask.list(Place::SmallV2, &rows, |employee| {
        json!({
            "id": ask.quirks.id(employee.id),
            "created_at": ask.quirks.time(ask.data.company_created_at),
            "first_name": employee.first_name,
            "last_name": employee.last_name,
            "phone": "",
            "email": format!("employee{}@example.com", employee.id),
            "position": employee.position,
            "hire_date": null,
            "notes": "",
            "is_active": employee.is_active,
            "login": format!("employee{}", employee.id),
            "avatar": null,
        })
    })
}

/// `GET /v2/catalog/products/categories`.
pub(super) fn catalog_categories(ask: &mut Ask<'_>) -> Answer {
    categories(ask, Place::SmallV2)
}

/// `GET /warehouse/categories/`.
pub(super) fn warehouse_categories(ask: &mut Ask<'_>) -> Answer {
    categories(ask, Place::SmallPlain)
}

fn categories(ask: &Ask<'_>, place: Place) -> Answer {
    ask.list(place, reference::CATEGORIES, |category| {
        let parent = ask.quirks.some_id(category.parent_id);
        json!({"id": ask.quirks.id(category.id), "title": category.title, "parent_id": parent})
    })
}

/// `GET /warehouse/`: the only warehouse is of type `product` and belongs to location 11.
pub(super) fn warehouses(ask: &mut Ask<'_>) -> Answer {
    let wanted = ask.query.text("type") != Some("asset") && ask.query.wants_id("branch_id", Some(11));
    let rows = if wanted { reference::WAREHOUSES } else { &[] };
    ask.list(
        Place::SmallPlain,
        rows,
        |entry| json!({"id": ask.quirks.id(entry.id), "title": entry.name, "is_global": false, "type": "product"}),
    )
}

/// `GET /catalogs/uoms`.
pub(super) fn uoms(ask: &mut Ask<'_>) -> Answer {
    ask.list(
        Place::SmallPlain,
        reference::UOMS,
        |(id, title, description)| json!({"id": ask.quirks.id(*id), "title": title, "description": description}),
    )
}

/// `GET /margins/`.
pub(super) fn margins(ask: &mut Ask<'_>) -> Answer {
    ask.list(Place::SmallPlain, reference::MARGINS, |entry| json!({"id": ask.quirks.id(entry.id), "title": entry.name}))
}

/// `GET /marketing/campaigns/`.
pub(super) fn campaigns(ask: &mut Ask<'_>) -> Answer {
    ask.list(Place::SmallPlain, reference::CAMPAIGNS, |entry| {
        let no_branches: [Value; 0] = [];
        json!({
            "id": ask.quirks.id(entry.id),
            "name": entry.name,
            "branch_ids": no_branches,
            "start_at": ask.data.company_created_at.timestamp_millis(),
            "finish_at": null,
        })
    })
}
