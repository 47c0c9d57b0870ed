//! Mismatches found by the hourly watch: each setting that no longer matches one side becomes one notice.

use std::collections::{BTreeMap, BTreeSet};

use super::{AccountView, Findings, account, shop};
use crate::{
    cartum::{Currency, StatusList},
    domain::{ids::StoreStatusId, store::Settings},
    roapp::Campaign,
};

/// How the topic of each such notice begins.
const TOPIC: &str = "mapping ";
/// How the topic of RO App's side ends where the store may have something to say of the same key.
const IN_ROAPP: &str = " in RO App";
/// Keys whose values both sides know.
const SHARED: [&str; 2] = ["status_map.", "write_back."];
/// Keys whose values RO App alone knows.
const OF_ROAPP: [&str; 7] = [
    "location_id",
    "order_type_id",
    "managers",
    "line_executor_id",
    "product_category_id",
    "ad_campaign_id",
    "custom_fields.",
];
/// Keys whose values the store alone knows.
const OF_SHOP: [&str; 3] = ["excluded_statuses", "currency", "api"];

/// What does not fit any more: the sentence by the topic of its notice.
pub type Matters = BTreeMap<String, String>;

/// Whose lists the settings are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The store.
    Shop,
    /// The RO App account.
    RoApp,
}

impl Side {
    /// A notice of this topic comes, and goes, with this side's lists.
    #[must_use]
    pub fn owns(self, topic: &str) -> bool {
        let Some(key) = topic.strip_prefix(TOPIC) else { return false };
        let is_one_of = |keys: &[&str]| keys.iter().any(|one| key.starts_with(one));
        let is_roapps = is_one_of(&OF_ROAPP) || key.ends_with(IN_ROAPP);
        match self {
            Self::RoApp => is_roapps,
            Self::Shop => !is_roapps && (is_one_of(&OF_SHOP) || is_one_of(&SHARED)),
        }
    }
}

/// The topic of the notice about a setting that does not fit one side.
#[must_use]
pub fn topic(side: Side, key: &str) -> String {
    let is_shared = SHARED.iter().any(|one| key.starts_with(one));
    let end = if side == Side::RoApp && is_shared { IN_ROAPP } else { "" };
    format!("{TOPIC}{key}{end}")
}

/// What does not fit the store's lists. `currencies` is `None` where they could not be read; `seen` are the statuses of its
/// orders, which count as well (design section 5: a store may not list all of its own).
#[must_use]
pub fn of_shop(
    settings: &Settings,
    statuses: &StatusList,
    currencies: Option<&[Currency]>,
    seen: &[StoreStatusId],
) -> Matters {
    let mut findings = Findings::default();
    let rows = shop::rows(statuses, &settings.language);
    let is_mapped = |id: &StoreStatusId| settings.status_map.contains_key(id);
    for (id, title) in rows.iter().filter(|(id, _)| !is_mapped(id)) {
        let message = shop::has_no_status(&format!("{id} ({title})"), &id.to_string());
        findings.refuse(format!("status_map.{id}"), message);
    }
    let listed: BTreeSet<_> = rows.iter().map(|(id, _)| *id).collect();
    for id in seen.iter().filter(|id| !is_mapped(id) && !listed.contains(id)) {
        let message = shop::has_no_status(&id.to_string(), &id.to_string());
        findings.refuse(format!("status_map.{id}"), message);
    }
    if matches!(statuses, StatusList::Listed(_)) {
        shop::unknown(settings, &rows, &mut findings);
    }
    if let Some(currencies) = currencies {
        shop::currency(settings, currencies, &mut findings);
    }
    matters(Side::Shop, findings)
}

/// What does not fit RO App's lists; `campaigns` are read only where a store names one.
#[must_use]
pub fn of_account(settings: &Settings, view: &AccountView, campaigns: Option<&[Campaign]>) -> Matters {
    let mut findings = Findings::default();
    account::compare(settings, view, campaigns, &mut findings);
    matters(Side::RoApp, findings)
}

/// One for each key, which may have several faults.
fn matters(side: Side, findings: Findings) -> Matters {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for fault in findings.faults {
        texts.entry(fault.key).or_default().push(fault.message);
    }
    let told = |(key, messages): (String, Vec<String>)| {
        (topic(side, &key), format!("{key}: {}; fix it with `store edit`", messages.join("; ")))
    };
    texts.into_iter().map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cartum::StoreStatus,
        domain::{ids::Id, samples, store::MappedStatus},
    };

    fn listed(ids: &[i64]) -> StatusList {
        let status = |id: &i64| StoreStatus { id: Id::new(*id), titles: BTreeMap::default(), is_successful: false };
        StatusList::Listed(ids.iter().map(status).collect())
    }

    fn settings(statuses: &[i64]) -> Settings {
        let mut settings = samples::settings();
        settings.status_map = statuses.iter().map(|id| (Id::new(*id), MappedStatus::Initial)).collect();
        settings.excluded_statuses = BTreeSet::new();
        settings.write_back = BTreeMap::new();
        settings
    }

    #[test]
    fn each_new_and_each_vanished_status_is_a_matter_of_its_own() {
        let matters = of_shop(&settings(&[1, 2]), &listed(&[1, 7, 8]), None, &[]);
        let topics: Vec<_> = matters.keys().map(String::as_str).collect();
        assert_eq!(topics, ["mapping status_map.2", "mapping status_map.7", "mapping status_map.8"]);
        assert!(matters["mapping status_map.2"].contains("the store has no status 2"), "{matters:?}");
        assert!(matters.values().all(|text| text.ends_with("fix it with `store edit`")), "{matters:?}");
        assert!(of_shop(&settings(&[1, 2]), &listed(&[1, 2]), None, &[]).is_empty());
    }

    #[test]
    fn a_status_that_only_orders_show_is_a_matter_too() {
        let seen = [Id::new(9), Id::new(1)];
        let matters = of_shop(&settings(&[1]), &listed(&[1]), None, &seen);
        assert_eq!(matters.keys().map(String::as_str).collect::<Vec<_>>(), ["mapping status_map.9"]);
        let matters = of_shop(&settings(&[1, 2, 3, 4, 6]), &StatusList::TooOld, None, &seen);
        assert_eq!(matters.keys().map(String::as_str).collect::<Vec<_>>(), ["mapping status_map.9"]);
    }

    #[test]
    fn faults_of_one_key_are_one_matter() {
        let mut settings = settings(&[1]);
        settings.excluded_statuses = [Id::new(4), Id::new(5)].into();
        let matters = of_shop(&settings, &listed(&[1]), None, &[]);
        let text = &matters["mapping excluded_statuses"];
        assert!(matters.len() == 1 && text.contains("no status 4") && text.contains("no status 5"), "{matters:?}");
    }

    #[test]
    fn each_topic_belongs_to_one_side_and_the_rest_to_none() {
        for (topic, shop, roapp) in [
            (topic(Side::Shop, "status_map.9"), true, false),
            (topic(Side::RoApp, "status_map.9"), false, true),
            (topic(Side::Shop, "write_back.502"), true, false),
            (topic(Side::RoApp, "write_back.502"), false, true),
            (topic(Side::RoApp, "custom_fields.f601"), false, true),
            (topic(Side::RoApp, "location_id"), false, true),
            (topic(Side::Shop, "currency"), true, false),
            ("mapping time_zone".to_owned(), false, false),
            ("status 9".to_owned(), false, false),
        ] {
            assert_eq!((Side::Shop.owns(&topic), Side::RoApp.owns(&topic)), (shop, roapp), "{topic}");
        }
    }
}
