//! Compares settings with RO App: everything that the settings name by its id (contract roapp 4.6, 4.8, 6, 7, 9).

use super::{AccountView, Findings, choices, fields};
use crate::{
    domain::{
        dictionary::Kind,
        ids::{EmployeeId, StatusId},
        said::{Said, Value},
        store::{LineExecutor, Managers, MappedStatus, Settings},
    },
    roapp::{Campaign, Employee, OrderStatus},
};

/// Groups of statuses that invoices have, not work orders (contract roapp 4.6).
const INVOICE_GROUPS: std::ops::RangeInclusive<i64> = 8..=11;

pub(super) fn compare(
    settings: &Settings,
    account: &AccountView,
    campaigns: Option<&[Campaign]>,
    findings: &mut Findings,
) {
    if !account.older_api {
        findings.warn("account", super::OLDER_API_ENDED);
    }
    location(settings, account, findings);
    if !account.order_types.iter().any(|row| row.id == settings.order_type_id) {
        let list = choices(account.order_types.iter().map(|row| (row.id.get(), row.name.as_str())));
        findings.refuse("order_type_id", unknown(Kind::OrderType, settings.order_type_id.get(), list));
    }
    employees(settings, &account.employees, findings);
    if !account.categories.iter().any(|row| row.id == settings.product_category_id) {
        let list = choices(account.categories.iter().map(|row| (row.id.get(), row.title.as_str())));
        let id = settings.product_category_id;
        findings.refuse("product_category_id", unknown(Kind::Category, id.get(), list));
    }
    statuses(settings, &account.statuses, findings);
    fields::compare(settings, &account.custom_fields, findings);
    if let (Some(id), Some(campaigns)) = (settings.ad_campaign_id, campaigns)
        && !campaigns.iter().any(|row| row.id == id)
    {
        let list = choices(campaigns.iter().map(|row| (row.id.get(), row.name.as_str())));
        findings.refuse("ad_campaign_id", unknown(Kind::Campaign, id.get(), list));
    }
}

fn location(settings: &Settings, account: &AccountView, findings: &mut Findings) {
    const KEY: &str = "location_id";
    let id = settings.location_id;
    let open = || {
        choices(account.locations.iter().filter(|row| !row.is_archived).map(|row| (row.id.get(), row.name.as_str())))
    };
    match account.locations.iter().find(|row| row.id == id) {
        Some(row) if !row.is_archived => {}
        Some(row) => findings.refuse(KEY, unusable(Said::new("location-archived"), id.get(), &row.name, open())),
        None => {
            let said = Said::new("location-not-shown").with("id", Value::Named(Kind::Location, id.get()));
            findings.refuse(KEY, said.with("choices", open()));
        }
    }
}

fn employees(settings: &Settings, employees: &[Employee], findings: &mut Findings) {
    if let Managers::Selected(ids) = &settings.managers {
        for id in ids {
            employee("managers", *id, employees, findings);
        }
    }
    if let LineExecutor::Employee(id) = settings.line_executor {
        employee("line_executor_id", id, employees, findings);
    }
}

fn employee(key: &str, id: EmployeeId, employees: &[Employee], findings: &mut Findings) {
    let active = || choices(employees.iter().filter(|row| row.is_active).map(|row| (row.id.get(), row.name.as_str())));
    match employees.iter().find(|row| row.id == id) {
        Some(row) if row.is_active => {}
        Some(row) => {
            findings.refuse(key, unusable(Said::new("employee-inactive"), id.get(), &row.name, active()));
        }
        None => findings.refuse(key, unknown(Kind::Employee, id.get(), active())),
    }
}

fn statuses(settings: &Settings, statuses: &[OrderStatus], findings: &mut Findings) {
    for (store, mapped) in &settings.status_map {
        if let MappedStatus::Status(id) = mapped {
            status(format!("status_map.{store}"), *id, statuses, findings);
        }
    }
    for id in settings.write_back.keys() {
        status(format!("write_back.{id}"), *id, statuses, findings);
    }
}

fn status(key: String, id: StatusId, statuses: &[OrderStatus], findings: &mut Findings) {
    let is_invoice = |row: &OrderStatus| row.group.is_some_and(|group| INVOICE_GROUPS.contains(&group));
    let usable =
        || choices(statuses.iter().filter(|row| !is_invoice(row)).map(|row| (row.id.get(), row.name.as_str())));
    match statuses.iter().find(|row| row.id == id) {
        Some(row) if is_invoice(row) => {
            findings.refuse(key, unusable(Said::new("status-of-invoices"), id.get(), &row.name, usable()));
        }
        Some(_) => {}
        None => findings.refuse(key, unknown(Kind::Status, id.get(), usable())),
    }
}

/// RO App's list of this kind does not have the id any more, whose name may be known from before.
fn unknown(kind: Kind, id: i64, choices: Said) -> Said {
    let said = Said::new("roapp-has-no").with("what", kind.word());
    said.with("id", Value::Named(kind, id)).with("choices", choices)
}

/// What RO App has under the id cannot be used.
fn unusable(why: Said, id: i64, name: &str, choices: Said) -> Said {
    why.with("id", id).with("name", name).with("choices", choices)
}
