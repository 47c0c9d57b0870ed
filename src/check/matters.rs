//! Mismatches found by the hourly watch: each setting that no longer matches one side becomes one notice.

use std::collections::{BTreeMap, BTreeSet};

use super::{AccountView, Findings, account, shop};
use crate::{
    cartum::{Currency, StatusList},
    domain::{
        ids::StoreStatusId,
        notice::{Side, Topic},
        said::{Said, Value},
        store::Settings,
    },
    roapp::Campaign,
};

/// What does not fit any more, by the topic of its notice.
pub type Matters = BTreeMap<Topic, Said>;

/// A notice of this topic comes, and goes, with this side's lists.
#[must_use]
pub fn owns(side: Side, topic: &Topic) -> bool {
    matches!(topic, Topic::Setting(of, _) if *of == side)
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
        let message = shop::has_no_status(&[(*id, title.as_str())]);
        findings.refuse(format!("status_map.{id}"), message);
    }
    let listed: BTreeSet<_> = rows.iter().map(|(id, _)| *id).collect();
    for id in seen.iter().filter(|id| !is_mapped(id) && !listed.contains(id)) {
        let message = shop::has_no_status(&[(*id, "")]);
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
    let mut messages: BTreeMap<String, Vec<Said>> = BTreeMap::new();
    for fault in findings.faults {
        messages.entry(fault.key).or_default().push(fault.message);
    }
    let told = |(key, messages): (String, Vec<Said>)| {
        let what = Said::new("setting-does-not-fit").with("key", key.as_str());
        (Topic::Setting(side, key), what.with("faults", messages.into_iter().collect::<Value>()))
    };
    messages.into_iter().map(told).collect()
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

    fn topics(matters: &Matters) -> Vec<String> {
        matters.keys().map(ToString::to_string).collect()
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
        assert_eq!(topics(&matters), ["setting status_map.2", "setting status_map.7", "setting status_map.8"]);
        let told = matters[&Topic::Setting(Side::Shop, "status_map.2".into())].to_string();
        assert!(told.contains("the store has no status 2"), "{told}");
        assert!(matters.values().all(|what| what.to_string().ends_with("fix it with `store edit`")), "{matters:?}");
        assert!(of_shop(&settings(&[1, 2]), &listed(&[1, 2]), None, &[]).is_empty());
    }

    #[test]
    fn a_status_that_only_orders_show_is_a_matter_too() {
        let seen = [Id::new(9), Id::new(1)];
        let matters = of_shop(&settings(&[1]), &listed(&[1]), None, &seen);
        assert_eq!(topics(&matters), ["setting status_map.9"]);
        let matters = of_shop(&settings(&[1, 2, 3, 4, 6]), &StatusList::TooOld, None, &seen);
        assert_eq!(topics(&matters), ["setting status_map.9"]);
    }

    #[test]
    fn faults_of_one_key_are_one_matter() {
        let mut settings = settings(&[1]);
        settings.excluded_statuses = [Id::new(4), Id::new(5)].into();
        let matters = of_shop(&settings, &listed(&[1]), None, &[]);
        let text = matters[&Topic::Setting(Side::Shop, "excluded_statuses".into())].to_string();
        assert!(matters.len() == 1 && text.contains("no status 4") && text.contains("no status 5"), "{matters:?}");
    }
}
