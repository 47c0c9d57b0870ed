//! Compares settings with the store: statuses, language, currency (contract cartum 5, 7 and 8).

use super::{Findings, ShopView, choices, meant};
use crate::{
    cartum::{Currency, StatusList, StoreStatus},
    domain::{
        ids::StoreStatusId,
        said::{Said, Value},
        store::Settings,
    },
};

/// The statuses that every store has, for one that is too old to list its own (contract cartum 5).
const STOCK: [(i64, &str); 5] = [(1, "New"), (2, "Processing"), (3, "Delivered"), (4, "Canceled"), (6, "Shipping")];

pub(super) fn compare(settings: &Settings, shop: &ShopView, findings: &mut Findings) {
    findings.warnings.extend(shop.warnings.iter().cloned());
    let rows = rows(&shop.statuses, &settings.language);
    unmapped(settings, &rows, findings);
    match &shop.statuses {
        StatusList::Listed(_) => unknown(settings, &rows, findings),
        StatusList::TooOld => {
            findings.warn("status_map", Said::new("store-too-old-for-statuses"));
        }
    }
    language(settings, shop, findings);
    currency(settings, &shop.currencies, findings);
}

type Rows = [(StoreStatusId, String)];

/// The store's statuses with their titles, empty where there is none; the stock ones of a store that is too old to list its own.
pub(crate) fn rows(statuses: &StatusList, language: &str) -> Vec<(StoreStatusId, String)> {
    match statuses {
        StatusList::Listed(statuses) => statuses.iter().map(|status| (status.id, title(status, language))).collect(),
        StatusList::TooOld => STOCK.iter().map(|(id, title)| (StoreStatusId::new(*id), (*title).to_owned())).collect(),
    }
}

fn title(status: &StoreStatus, language: &str) -> String {
    status.title(language).unwrap_or_default().to_owned()
}

fn listed(rows: &Rows) -> Said {
    choices(rows.iter().map(|(id, title)| (id.get(), title.as_str())))
}

/// Every store status needs a RO App status.
fn unmapped(settings: &Settings, rows: &Rows, findings: &mut Findings) {
    let missing = rows.iter().filter(|(id, _)| !settings.status_map.contains_key(id));
    let missing: Vec<_> = missing.map(|(id, title)| (*id, title.as_str())).collect();
    if !missing.is_empty() {
        findings.refuse("status_map", has_no_status(&missing));
    }
}

/// What is said of store statuses, each with its title, that lead nowhere.
pub(super) fn has_no_status(statuses: &[(StoreStatusId, &str)]) -> Said {
    let named = |(id, title): &(StoreStatusId, &str)| -> Value {
        if title.is_empty() {
            return id.get().into();
        }
        Said::new("status-titled").with("id", id.get()).with("title", *title).into()
    };
    let example = statuses.first().map_or(0, |(id, _)| id.get());
    let list: Value = statuses.iter().map(named).collect();
    Said::new("status-leads-nowhere").with("statuses", list).with("example", example)
}

fn no_status(id: StoreStatusId, rows: &Rows) -> Said {
    Said::new("store-has-no-status").with("status", id).with("choices", listed(rows))
}

/// Ids that the store does not have.
pub(super) fn unknown(settings: &Settings, rows: &Rows, findings: &mut Findings) {
    let has = |wanted: StoreStatusId| rows.iter().any(|(id, _)| *id == wanted);
    for id in settings.status_map.keys().filter(|id| !has(**id)) {
        findings.refuse(format!("status_map.{id}"), no_status(*id, rows));
    }
    for id in settings.excluded_statuses.iter().filter(|id| !has(**id)) {
        findings.refuse("excluded_statuses", no_status(*id, rows));
    }
    for (status, id) in settings.write_back.iter().filter(|(_, id)| !has(**id)) {
        findings.refuse(format!("write_back.{status}"), no_status(*id, rows));
    }
}

/// The language must be one that the store's own titles show.
fn language(settings: &Settings, shop: &ShopView, findings: &mut Findings) {
    const KEY: &str = "language";
    let wanted = settings.language.as_str();
    if shop.languages.contains(wanted) {
        return;
    }
    if shop.languages.is_empty() {
        findings.warn(KEY, Said::new("no-title-shows-a-language"));
        return;
    }
    let list: Value = shop.languages.iter().map(|language| format!("\"{language}\"")).collect();
    let near = shop.languages.iter().map(String::as_str);
    let hint = match (wanted.to_lowercase().as_str(), shop.languages.contains("ua")) {
        ("uk", true) => Some("ua"),
        (lower, _) => near.clone().find(|language| language.eq_ignore_ascii_case(lower)).or_else(|| meant(lower, near)),
    };
    let said = match hint {
        None => Said::new("no-titles-in-language"),
        Some(hint) => Said::new("no-titles-in-language-but").with("hint", hint),
    };
    findings.refuse(KEY, said.with("language", wanted).with("languages", list));
}

/// The declared currency must be one of the store's.
pub(super) fn currency(settings: &Settings, currencies: &[Currency], findings: &mut Findings) {
    const KEY: &str = "currency";
    if currencies.is_empty() {
        findings.warn(KEY, Said::new("store-shows-no-currency"));
        return;
    }
    if currencies.iter().any(|currency| currency.iso == settings.currency) {
        return;
    }
    let list: Value = currencies.iter().map(|currency| currency.iso.as_str()).collect();
    let said = Said::new("other-currencies").with("currencies", list);
    findings.refuse(KEY, said.with("currency", settings.currency.as_str()));
}
