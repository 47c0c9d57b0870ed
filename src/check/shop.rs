//! Compares settings with the store: statuses, language, currency (contract cartum 5, 7 and 8).

use super::{Findings, ShopView, choices, meant};
use crate::{
    cartum::{Currency, StatusList, StoreStatus},
    domain::{ids::StoreStatusId, store::Settings},
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
            let message = "the store is too old to list its statuses; if it has statuses of its own, map these, too";
            findings.warn("status_map", message);
        }
    }
    language(settings, shop, findings);
    currency(settings, &shop.currencies, findings);
}

type Rows = [(StoreStatusId, String)];

/// The store's statuses with their titles; the stock ones of a store that is too old to list its own.
pub(crate) fn rows(statuses: &StatusList, language: &str) -> Vec<(StoreStatusId, String)> {
    match statuses {
        StatusList::Listed(statuses) => statuses.iter().map(|status| (status.id, title(status, language))).collect(),
        StatusList::TooOld => STOCK.iter().map(|(id, title)| (StoreStatusId::new(*id), (*title).to_owned())).collect(),
    }
}

fn title(status: &StoreStatus, language: &str) -> String {
    status.title(language).unwrap_or("(without a title)").to_owned()
}

fn listed(rows: &Rows) -> String {
    choices(rows.iter().map(|(id, title)| (id.get(), title.as_str())))
}

/// Every store status needs a RO App status.
fn unmapped(settings: &Settings, rows: &Rows, findings: &mut Findings) {
    let missing = rows.iter().filter(|(id, _)| !settings.status_map.contains_key(id));
    let missing: Vec<_> = missing.map(|(id, title)| format!("{id} ({title})")).collect();
    if !missing.is_empty() {
        let (list, example) = (missing.join(", "), missing[0].split(' ').next().unwrap_or_default());
        findings.refuse("status_map", has_no_status(&list, example));
    }
}

/// What is said of store statuses that lead nowhere; `example` is the id of one.
pub(super) fn has_no_status(list: &str, example: &str) -> String {
    let fix = format!("write a line like {example} = \"initial\", or {example} = 501 with a RO App status id");
    format!("the store's status {list} has no RO App status; {fix}")
}

/// Ids that the store does not have.
pub(super) fn unknown(settings: &Settings, rows: &Rows, findings: &mut Findings) {
    let has = |wanted: StoreStatusId| rows.iter().any(|(id, _)| *id == wanted);
    for id in settings.status_map.keys().filter(|id| !has(**id)) {
        findings.refuse(format!("status_map.{id}"), format!("the store has no status {id}; {}", listed(rows)));
    }
    for id in settings.excluded_statuses.iter().filter(|id| !has(**id)) {
        findings.refuse("excluded_statuses", format!("the store has no status {id}; {}", listed(rows)));
    }
    for (status, id) in settings.write_back.iter().filter(|(_, id)| !has(**id)) {
        findings.refuse(format!("write_back.{status}"), format!("the store has no status {id}; {}", listed(rows)));
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
        findings.warn(KEY, "no title of the store shows a language, so this one could not be checked");
        return;
    }
    let list = shop.languages.iter().map(|language| format!("\"{language}\"")).collect::<Vec<_>>().join(", ");
    let near = shop.languages.iter().map(String::as_str);
    let hint = match (wanted.to_lowercase().as_str(), shop.languages.contains("ua")) {
        ("uk", true) => Some("ua"),
        (lower, _) => near.clone().find(|language| language.eq_ignore_ascii_case(lower)).or_else(|| meant(lower, near)),
    };
    let hint = hint.map_or_else(String::new, |language| format!("; did you mean \"{language}\"?"));
    findings.refuse(KEY, format!("the store has no titles in \"{wanted}\"; it has {list}{hint}"));
}

/// The declared currency must be one of the store's.
pub(super) fn currency(settings: &Settings, currencies: &[Currency], findings: &mut Findings) {
    const KEY: &str = "currency";
    if currencies.is_empty() {
        findings.warn(KEY, "the store shows no currency, so this one could not be checked");
        return;
    }
    if currencies.iter().any(|currency| currency.iso == settings.currency) {
        return;
    }
    let list = currencies.iter().map(|currency| currency.iso.as_str()).collect::<Vec<_>>().join(", ");
    findings.refuse(
        KEY,
        format!(
            "the store sells in {list}, not in {}; amounts are never converted, so the store and RO App must \
             use the same currency",
            settings.currency
        ),
    );
}
