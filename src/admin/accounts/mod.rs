//! Adds, changes, checks and removes RO App accounts. A key is tested before it is saved, and an account belongs to one company for
//! good.
//!
//! `list.rs` lists accounts, `choices.rs` the valid choices that an account offers.

mod choices;
mod list;

use sqlx::PgPool;
use url::Url;

pub(super) use self::choices::AccountLists;
pub use self::{
    choices::{CategoryRow, Choices, EmployeeRow, FieldRow, LocationRow, NamedRow, StatusRow},
    list::{AccountRow, accounts},
};
use super::{
    Admin, By,
    changes::{Changed, secret, state},
    error::AdminError,
    stores::unreadable,
};
use crate::{
    check::{Fault, Faults, read_account, roapp_reason},
    db::{
        self,
        accounts::{self, Account},
        changes, dictionary, hooks, leases, stores,
    },
    domain::{
        host,
        ids::AccountId,
        rate::Rate,
        said::{Said, Value},
    },
    http::Fence,
    roapp::{Company, RoApp},
    secrets::Secret,
};

/// A new account, as a person describes it.
#[derive(Debug)]
pub struct NewAccount {
    /// 1 to 64 characters.
    pub name: String,
    /// Base URL of the API: `https://api.roapp.io`.
    pub base_url: String,
    /// The key.
    pub api_key: Secret,
    /// How often RO App may be called.
    pub rate: Rate,
}

/// What to change.
#[derive(Debug, Default)]
pub struct AccountChange {
    /// Another name.
    pub name: Option<String>,
    /// Another key of the same company.
    pub api_key: Option<Secret>,
    /// Another rate of calls.
    pub rate: Option<Rate>,
    /// What RO App signs its webhooks with.
    pub webhook_secret: Option<Secret>,
}

/// What RO App showed about an account.
#[derive(Debug, Clone)]
pub struct AccountReport {
    /// Our id, once it is saved.
    pub id: AccountId,
    /// The company's name, possibly empty.
    pub company: String,
    /// How many locations the key's employee can see.
    pub locations: usize,
    /// What a person should know although it is not a fault.
    pub warnings: Vec<Fault>,
}

impl Admin {
    /// Tests a key and saves the account.
    ///
    /// # Errors
    /// [`AdminError::Faults`] at `name`, `base_url`, `api_key` or `calls_per_second`; [`AdminError::Db`] when an account with this name
    /// or company already exists.
    pub async fn add_account(&self, new: NewAccount) -> Result<AccountReport, AdminError> {
        let (base_url, name, mut warnings) = self.read_new(&new).await?;
        let roapp = self.clients.new_key(&self.pool, &base_url, new.api_key.clone());
        let (company, locations) = try_key(&roapp).await?;
        if company.fingerprint().is_empty() {
            warnings.push(Fault::new("api_key", Said::new("company-not-shown")));
        }
        let spelled = base_url.as_str().trim_end_matches('/');
        let seal = |id| self.keyring.seal(&accounts::key_place(id), &new.api_key);
        let id = accounts::add(&self.pool, &name, spelled, &company.fingerprint(), new.rate, seal).await?;
        changes::add(&self.pool, self.by.user(), (id, None), &[state("", "added")]).await?;
        Ok(AccountReport { id, company: company.name, locations, warnings })
    }

    async fn read_new(&self, new: &NewAccount) -> Result<(Url, String, Vec<Fault>), AdminError> {
        let mut faults = Vec::new();
        let name = new.name.trim().to_owned();
        if let Some(problem) = name_problem(&name) {
            faults.push(Fault::new("name", problem));
        } else if accounts::list(&self.pool).await?.iter().any(|account| account.name == name) {
            faults.push(Fault::new("name", Said::new("account-name-taken").with("name", name.as_str())));
        }
        faults.extend(rate_fault(new.rate));
        let base_url = read_base_url(&new.base_url);
        match base_url {
            Ok((url, warnings)) if faults.is_empty() => Ok((url, name, warnings)),
            Ok(_) => Err(Faults(faults).into()),
            Err(problem) => {
                faults.push(Fault::new("base_url", problem));
                Err(Faults(faults).into())
            }
        }
    }

    /// Saves a new key after testing it, another name or rate, or the secret of RO App's webhooks.
    ///
    /// # Errors
    /// [`AdminError::Faults`] when the key does not work or is another company's, or at `name` or `calls_per_second`;
    /// [`AdminError::Db`] when another account has the name. Nothing is saved then.
    pub async fn edit_account(&self, account: &Account, change: AccountChange) -> Result<(), AdminError> {
        let name = change.name.as_deref().map(str::trim).filter(|name| *name != account.name);
        let mut faults: Vec<Fault> = change.rate.and_then(rate_fault).into_iter().collect();
        faults.extend(name.and_then(name_problem).map(|problem| Fault::new("name", problem)));
        if let Some(key) = &change.api_key
            && let Err(error) = self.try_same_company(account, key).await
        {
            match error {
                AdminError::Faults(more) => faults.extend(more.0),
                other => return Err(other),
            }
        }
        if !faults.is_empty() {
            return Err(Faults(faults).into());
        }
        let sealed = match &change.api_key {
            Some(key) => Some(self.keyring.seal(&accounts::key_place(account.id), key)?),
            None => None,
        };
        let signing = match &change.webhook_secret {
            Some(secret) => {
                self.make_hook(account).await?;
                Some(self.keyring.seal(&hooks::signing_place(account.id), secret)?)
            }
            None => None,
        };
        let mut tx = db::begin(&self.pool).await?;
        let mut made = Vec::new();
        made.extend(change.api_key.is_some().then(|| secret("api_key")));
        made.extend(change.webhook_secret.is_some().then(|| secret("webhook_secret")));
        made.extend(change.rate.map(|rate| Changed {
            setting: "calls_per_second".to_owned(),
            before: account.rate.to_string(),
            after: rate.to_string(),
        }));
        made.extend(name.map(|name| Changed {
            setting: "name".to_owned(),
            before: account.name.clone(),
            after: name.to_owned(),
        }));
        changes::add(&mut *tx, self.by.user(), (account.id, None), &made).await?;
        if let Some(name) = name {
            accounts::set_name(&mut tx, account.id, name).await?;
        }
        if let Some(sealed) = sealed {
            accounts::set_key(&mut tx, account.id, &sealed).await?;
        }
        if let Some(rate) = change.rate {
            accounts::set_rate(&mut tx, account.id, rate).await?;
        }
        if let Some(signing) = signing {
            hooks::set_signing_secret(&mut tx, account.id, &signing).await?;
        }
        accounts::free(&mut tx, account.id).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn try_same_company(&self, account: &Account, key: &Secret) -> Result<(), AdminError> {
        let base_url = Url::parse(&account.base_url)
            .map_err(|source| crate::clients::ClientError::Address { url: account.base_url.clone(), source })?;
        let roapp = self.clients.new_key(&self.pool, &base_url, key.clone());
        let (company, _) = try_key(&roapp).await?;
        same_company(account, &company)?;
        Ok(())
    }

    /// Reads the company and every list of valid choices, with the saved key.
    ///
    /// # Errors
    /// [`AdminError::Faults`] when the key does not work, is another company's, or a list cannot be read.
    pub async fn check_account(&self, account: &Account) -> Result<AccountReport, AdminError> {
        let roapp = self.clients.roapp(&self.pool, &self.keyring, account, Fence::open())?;
        let (company, _) = try_key(&roapp).await?;
        same_company(account, &company)?;
        let fault = |error| Faults::from(Fault::new("api_key", roapp_reason(&error)));
        let view = read_account(&roapp).await.map_err(fault)?;
        let locations = view.locations.len();
        let mut tx = db::begin(&self.pool).await?;
        accounts::succeeded(&mut tx, account.id).await?;
        dictionary::keep(&mut tx, account.id, None, &view.names()).await?;
        leases::wake(&mut tx, account.id).await?;
        tx.commit().await?;
        Ok(AccountReport { id: account.id, company: company.name, locations, warnings: Vec::new() })
    }
}

/// Erases the key of an account without stores; its links are kept in case it is added again.
///
/// # Errors
/// [`AdminError::Refused`] while it has stores, which the error names, including those whose rows this release cannot read.
pub async fn remove_account(pool: &PgPool, account: &Account, by: &By) -> Result<(), AdminError> {
    let (stores, odd) = stores::each(pool, Some(account.id)).await?;
    if !odd.is_empty() {
        let stores = odd.iter().map(unreadable).collect::<Value>();
        let said = Said::new("account-not-removed").with("account", account.name.as_str());
        return Err(AdminError::Refused(said.with("stores", stores)));
    }
    if !stores.is_empty() {
        let names = stores.iter().map(|store| format!("{:?}", store.settings.name)).collect::<Vec<_>>().join(", ");
        let said = Said::new("account-has-stores").with("account", account.name.as_str());
        return Err(AdminError::Refused(said.with("stores", names)));
    }
    let mut tx = db::begin(pool).await?;
    accounts::remove(&mut tx, account.id).await?;
    changes::add(&mut *tx, by.user(), (account.id, None), &[state("active", "removed")]).await?;
    Ok(tx.commit().await?)
}

/// Reads the company and the locations with a key: the test that it works.
async fn try_key(roapp: &RoApp) -> Result<(Company, usize), Faults> {
    use crate::{http::SendError, roapp::RoAppError};
    let fault = |error: RoAppError| {
        let key = match &error {
            RoAppError::Send { source: SendError::PrivateHost { .. } | SendError::NotSent { .. }, .. }
            | RoAppError::NotJson { .. }
            | RoAppError::Garbled { .. }
            | RoAppError::Missing { .. } => "base_url",
            RoAppError::Access { .. } => "api_key",
            _ => "",
        };
        Faults::from(Fault::new(key, roapp_reason(&error)))
    };
    let company = roapp.company().await.map_err(fault)?;
    let locations = roapp.locations().await.map_err(fault)?;
    Ok((company, locations.len()))
}

/// A key of another company would write one company's orders into the other's RO App.
fn same_company(account: &Account, company: &Company) -> Result<(), Faults> {
    let (was, is) = (&account.company, company.fingerprint());
    if was.is_empty() || is.is_empty() || *was == is {
        return Ok(());
    }
    let said = match company.name.as_str() {
        "" => Said::new("other-company"),
        name => Said::new("other-company-named").with("company", name),
    };
    let said = said.with("is", is).with("was", was.as_str()).with("account", account.name.as_str());
    Err(Fault::new("api_key", said).into())
}

fn name_problem(name: &str) -> Option<Said> {
    const LONGEST: usize = 64;
    if name.is_empty() {
        return Some(Said::new("is-empty"));
    }
    if name.chars().count() > LONGEST {
        return Some(Said::new("longer-than").with("most", LONGEST));
    }
    name.chars().any(char::is_control).then_some(Said::new("control-character"))
}

/// Reads a rate of calls as a form has it: a number, or `auto`.
///
/// # Errors
/// What is wrong, at `calls_per_second`.
pub fn read_rate(text: &str) -> Result<Rate, Faults> {
    let said = || Said::new("rate-out-of-range").with("rate", text.trim());
    text.trim().parse().map_err(|_| Fault::new("calls_per_second", said()).into())
}

fn rate_fault(rate: Rate) -> Option<Fault> {
    let said = || Said::new("rate-out-of-range").with("rate", rate.to_string());
    (!rate.is_in_range()).then(|| Fault::new("calls_per_second", said()))
}

/// Reads the base URL of the API, without `/v2`.
fn read_base_url(text: &str) -> Result<(Url, Vec<Fault>), Said> {
    let text = text.trim();
    let bare = text.trim_end_matches('/');
    let bare = bare.strip_suffix("/v2").unwrap_or(bare);
    let url = Url::parse(bare)
        .map_err(|error| Said::new("base-url-invalid").with("text", text).with("error", error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(Said::new("base-url-not-http").with("text", text));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Said::new("base-url-with-user"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Said::new("base-url-with-query"));
    }
    let mut warnings = Vec::new();
    if url.scheme() == "http" && !host::is_loopback(&url) {
        warnings.push(Fault::new("base_url", Said::new("base-url-unencrypted")));
    }
    Ok((url, warnings))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]
    use super::*;

    #[test]
    fn an_api_address_is_read_without_its_version() {
        for text in ["https://api.roapp.io", "https://API.roapp.io/", " https://api.roapp.io/v2/ "] {
            assert_eq!(read_base_url(text).unwrap().0.as_str(), "https://api.roapp.io/", "{text}");
        }
        assert_eq!(read_base_url("http://127.0.0.1:9/x/").unwrap().0.as_str(), "http://127.0.0.1:9/x");
        assert_eq!(read_base_url("http://api.roapp.io").unwrap().1.len(), 1);
        for text in ["", "api.roapp.io", "ftp://api.roapp.io", "https://a:b@api.roapp.io", "https://api.roapp.io?x"] {
            assert!(read_base_url(text).is_err(), "{text}");
        }
    }
}
