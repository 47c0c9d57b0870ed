//! A store from a form in a browser: what a person leaves open there is suggested by what both sides show.

use serde_json::Value as Json;

use super::template::suggest;
use crate::{
    admin::{Admin, AdminError, Draft, PasswordRule, find_account, host_of, settings_json, store_form::changed_by},
    check::{Fault, Faults, Report, read_shop},
    db::stores::Store,
    domain::{ids::StoreId, said::Said},
};

/// A form: pairs of a name and a value.
pub type Pairs = [(String, String)];

/// Settings that a form may leave open, with what stands in for them while a side cannot be asked.
const OPEN: [(&str, &str); 5] = [
    ("language", "en"),
    ("time_zone", "UTC"),
    ("phone_region", "UA"),
    ("currency", "UAH"),
    ("status_map.1", "initial"),
];
/// More that is suggested, if a form has none of it.
const ALSO_SUGGESTED: [&str; 3] = ["write_back", "custom_fields", "excluded_statuses"];

impl Admin {
    /// Tests what a form says of a new store against both sides, and saves it as a draft. What the form leaves open (language, time zone,
    /// country of phones, currency, statuses) is taken from what the store shows.
    ///
    /// # Errors
    /// [`AdminError::Faults`] with everything that is wrong, in the form and on both sides; nothing is saved then.
    pub async fn add_store_by_form(&self, pairs: &Pairs) -> Result<(StoreId, Report), AdminError> {
        let stand_in = OPEN.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let draft = draft(pairs, &stand_in);
        let is_reachable = !["account", "site_url", "login", "password"].iter().any(|key| draft.has_fault_at(key));
        let suggested = if is_reachable { self.suggested(&draft).await? } else { None };
        match suggested {
            Some(suggested) => self.add_store(self::draft(pairs, &suggested)).await,
            None => Err(self.faults_of(draft).await?.into()),
        }
    }

    /// Changes what a form names of a store's settings, tests all of them, and saves them; `settings` are those of the form, also
    /// where it leaves them out.
    ///
    /// # Errors
    /// [`AdminError::Faults`] with everything that is wrong; nothing is saved then.
    pub async fn edit_store_by_form(
        &self,
        store: &Store,
        settings: &[&str],
        pairs: &Pairs,
    ) -> Result<Report, AdminError> {
        let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let draft = changed_by(store, settings, pairs)?;
        let host = |url: &str| url::Url::parse(url).map(|url| host_of(&url)).ok();
        let is_elsewhere = host(&draft.settings.site_url) != host(&store.settings.site_url);
        if is_elsewhere && draft.password.is_none() && !draft.has_fault_at("site_url") {
            return Err(Faults::from(Fault::new("password", Said::new("password-for-new-address"))).into());
        }
        self.edit_store(store, draft).await
    }

    /// What both sides suggest, as a form would have it; none where one of them cannot be read.
    async fn suggested(&self, draft: &Draft) -> Result<Option<Vec<(String, String)>>, AdminError> {
        let (Some(account), Some(password)) = (&draft.account, &draft.password) else { return Ok(None) };
        let Ok(account) = find_account(&self.pool, account).await else { return Ok(None) };
        let settings = &draft.settings;
        let cartum = self.clients.new_store(&settings.site_url, &settings.login, password.clone())?;
        let (shop, lists) = tokio::join!(read_shop(&cartum), self.account_lists(&account));
        let (Ok(shop), Ok(lists)) = (shop, lists) else { return Ok(None) };
        let suggested = suggest(&settings.site_url, &settings.login, &shop, &lists.view);
        Ok(Some(as_pairs(&settings_json(&account.name, &suggested))))
    }

    /// Everything that is wrong with a new store; at least that it has to be tried again.
    async fn faults_of(&self, draft: Draft) -> Result<Faults, AdminError> {
        let mut faults = self.try_new(&draft).await?;
        faults.retain(|fault| !OPEN.iter().any(|(key, _)| key.split('.').next() == Some(fault.setting())));
        if faults.is_empty() {
            faults.push(Fault::new("site_url", Said::new("not-read-now")));
        }
        Ok(Faults(faults))
    }
}

/// What a person should know about settings although nothing in them is wrong, as far as that shows without asking either side.
#[must_use]
pub fn settings_warnings(store: &Store) -> Faults {
    let pairs = as_pairs(&settings_json(&store.account_name, &store.settings));
    let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    Faults(Draft::from_form(pairs, PasswordRule::MayStay).warnings)
}

/// The form, with what it leaves open from elsewhere.
fn draft(pairs: &Pairs, elsewhere: &Pairs) -> Draft {
    let setting = |key: &str| key.split('.').next().unwrap_or_default().to_owned();
    let is_given =
        |key: &str| pairs.iter().any(|(name, value)| setting(name) == setting(key) && !value.trim().is_empty());
    let is_open = |key: &str| {
        OPEN.iter().any(|(open, _)| setting(open) == setting(key)) || ALSO_SUGGESTED.contains(&setting(key).as_str())
    };
    let open = elsewhere.iter().filter(|(key, _)| is_open(key) && !is_given(key));
    let all = pairs.iter().chain(open).map(|(name, value)| (name.as_str(), value.as_str()));
    Draft::from_form(all, PasswordRule::Needed)
}

/// Settings as a form has them: `status_map.5` and `506`; a list is one value.
#[must_use]
pub fn as_pairs(settings: &Json) -> Vec<(String, String)> {
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut pairs = Vec::new();
    for (key, value) in settings.as_object().into_iter().flatten() {
        match value {
            Json::Null => {}
            Json::Object(rows) => pairs.extend(rows.iter().map(|(line, value)| (format!("{key}.{line}"), text(value)))),
            value => pairs.push((key.clone(), text(value))),
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_form_leaves_open_comes_from_elsewhere_and_nothing_else_does() {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let form = [pair("name", "Shop"), pair("language", "pt"), pair("time_zone", " ")];
        let elsewhere = [
            pair("language", "uk"),
            pair("time_zone", "Europe/Lisbon"),
            pair("login", "x"),
            pair("status_map.5", "503"),
        ];
        let draft = draft(&form, &elsewhere);
        assert_eq!((draft.settings.language.as_str(), draft.settings.time_zone.name()), ("pt", "Europe/Lisbon"));
        assert_eq!(draft.settings.status_map.len(), 1);
        assert!(draft.has_fault_at("login"), "the person has to say that");
    }
}
