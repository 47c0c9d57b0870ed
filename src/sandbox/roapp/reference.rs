//! What every sandbox account has from the start: its dictionaries, with fixed ids.

use super::data::{Employee, Location};

/// A status of work orders (contract roapp 4.6).
#[derive(Debug)]
pub(super) struct Status {
    pub(super) id: i64,
    pub(super) name: &'static str,
    pub(super) color: &'static str,
    pub(super) group: i64,
    pub(super) group_name: &'static str,
}

/// A custom field; `kind` 0 boolean, 1 text, 5 date, 6 number (contract roapp 4.8).
#[derive(Debug)]
pub(super) struct CustomField {
    pub(super) id: i64,
    pub(super) title: &'static str,
    pub(super) kind: i64,
}

/// An entry of a plain dictionary.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) id: i64,
    pub(super) name: &'static str,
}

/// A category of products.
#[derive(Debug)]
pub(super) struct Category {
    pub(super) id: i64,
    pub(super) title: &'static str,
    pub(super) parent_id: Option<i64>,
}

/// The status of new work orders, unless the rules of the account say otherwise.
pub(super) const INITIAL_STATUS: i64 = 501;

pub(super) const STATUSES: &[Status] = &[
    Status { id: 501, name: "New", color: "#1E79C7", group: 1, group_name: "New" },
    Status { id: 502, name: "In progress", color: "#5CB85C", group: 2, group_name: "In progress" },
    Status { id: 503, name: "Waiting for parts", color: "#F89200", group: 3, group_name: "Pending" },
    Status { id: 504, name: "Ready", color: "#53585C", group: 4, group_name: "Completed" },
    Status { id: 505, name: "Handed to courier", color: "#5BC0DE", group: 5, group_name: "Delivery" },
    Status { id: 506, name: "Closed", color: "#939699", group: 6, group_name: "Closed" },
    Status { id: 507, name: "Cancelled", color: "#DF4B4B", group: 7, group_name: "Closed unsuccessfully" },
];

pub(super) const ORDER_TYPES: &[Named] = &[Named { id: 71, name: "Online order" }, Named { id: 72, name: "Repair" }];

pub(super) const ORDER_FIELDS: &[CustomField] = &[
    CustomField { id: 601, title: "Store order", kind: 1 },
    CustomField { id: 602, title: "Parcels", kind: 6 },
    CustomField { id: 603, title: "Placed at", kind: 5 },
    CustomField { id: 604, title: "Paid", kind: 0 },
];

pub(super) const PEOPLE_FIELDS: &[CustomField] = &[CustomField { id: 611, title: "Loyalty card", kind: 1 }];

pub(super) const CATEGORIES: &[Category] = &[
    Category { id: 5, title: "Online goods", parent_id: None },
    Category { id: 6, title: "Обладнання", parent_id: Some(5) },
];

pub(super) const CAMPAIGNS: &[Named] = &[Named { id: 31, name: "Online store" }];
pub(super) const MARGINS: &[Named] = &[Named { id: 81, name: "Retail" }, Named { id: 82, name: "Wholesale" }];
pub(super) const TAXES: &[Named] = &[Named { id: 5628, name: "State taxes" }];
pub(super) const WAREHOUSES: &[Named] = &[Named { id: 41, name: "Main warehouse" }];
pub(super) const UOMS: &[(i64, &str, &str)] = &[(1, "pcs", "Pieces"), (2, "m", "Metres")];

/// The only organization; a walk-in order of staff may belong to it.
pub(super) const ORGANIZATION: Named = Named { id: 290_001, name: "Invented Works Ltd" };

pub(super) fn status(id: i64) -> Option<&'static Status> {
    STATUSES.iter().find(|status| status.id == id)
}

pub(super) fn named(list: &'static [Named], id: i64) -> Option<&'static Named> {
    list.iter().find(|entry| entry.id == id)
}

pub(super) fn category(id: i64) -> Option<&'static Category> {
    CATEGORIES.iter().find(|category| category.id == id)
}

pub(super) fn locations() -> Vec<Location> {
    let location = |id, name: &str, is_archived| Location { id, name: name.into(), is_archived };
    vec![
        location(11, "Workshop on Market Street", false),
        location(12, "Second shop", false),
        location(13, "Old kiosk", true),
    ]
}

pub(super) fn employees() -> Vec<Employee> {
    let employee = |id, first: &str, last: &str, position: &str, is_active| Employee {
        id,
        first_name: first.into(),
        last_name: last.into(),
        position: position.into(),
        is_active,
    };
    vec![
        employee(21, "Ivan", "Prykladnyi", "Manager", true),
        employee(22, "Оксана", "Вигадана", "Менеджер", true),
        employee(23, "Petro", "Kolyshnii", "Manager", false),
        employee(24, "Тарас", "Майстренко", "Technician", true),
    ]
}
