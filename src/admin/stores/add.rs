//! Adds, changes and checks stores: settings are tested against both sides before they are saved.

use url::Url;

use super::{
    REMOVED_BEFORE,
    site_move::{COMPARED, same_shop, which_shop},
    taken::{Taken, taken},
};
use crate::{
    admin::{
        Admin, AdminError, Draft,
        by_name::no_account,
        changes::{self as made, differences, state},
        host_of,
    },
    cartum::Cartum,
    check::{self, Fault, Faults, Report},
    clients,
    db::{
        self,
        accounts::{self, Account},
        changes, dictionary,
        hosts::{self, KnownShop},
        stores::{self, Store},
    },
    domain::{
        ids::{AccountId, StoreId},
        said::Said,
        store::Settings,
    },
    http::Fence,
    secrets::Secret,
};

/// What came of trying a new store.
struct Tried {
    account: Option<Account>,
    shop: Option<Cartum>,
    report: Option<Report>,
    faults: Vec<Fault>,
    notes: Vec<Fault>,
}

impl Admin {
    /// Tests a new store against both sides and saves it as a draft. A removed store of the same shop is restored with its links.
    ///
    /// # Errors
    /// [`AdminError::Faults`] with everything that is wrong, in the file and on both sides; nothing is saved then.
    pub async fn add_store(&self, draft: Draft) -> Result<(StoreId, Report), AdminError> {
        let settings = &draft.settings;
        let host = host(settings);
        let Tried { account, shop, report, faults, mut notes } = self.try_draft_of_new(&draft).await?;
        let (Some(account), Some(cartum), Some(password), Some(report), true) =
            (account, shop, draft.password, report, faults.is_empty())
        else {
            return Err(Faults(faults).into());
        };
        let mut same = hosts::store_of(&self.pool, account.id, &host).await?;
        if same.is_none() {
            let known = hosts::shops(&self.pool, account.id, COMPARED).await?;
            match which_shop(&cartum, &known).await.map_err(Faults::from)? {
                Some(shop) if shop.is_live => return Err(Faults::from(taken_elsewhere(shop)).into()),
                shop => same = shop.map(|shop| shop.store),
            }
        }
        let seal = |id| self.keyring.seal(&stores::password_place(id), &password);
        let id = stores::add(&self.pool, account.id, (same, &host), settings, seal).await?;
        changes::add(&self.pool, self.by.user(), (account.id, Some(id)), &[state("", "draft")]).await?;
        self.keep_names(account.id, id, settings, &report).await?;
        notes.extend(draft.warnings);
        Ok((id, with_warnings(report, notes)))
    }

    /// What is wrong with a new store; nothing is saved.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn try_new(&self, draft: &Draft) -> Result<Vec<Fault>, AdminError> {
        Ok(self.try_draft_of_new(draft).await?.faults)
    }

    async fn try_draft_of_new(&self, draft: &Draft) -> Result<Tried, AdminError> {
        let settings = &draft.settings;
        let (mut faults, mut notes) = (Vec::new(), Vec::new());
        let account = match &draft.account {
            Some(name) => self.account_of(name).await?.map_err(|fault| faults.push(fault)).ok(),
            None => None,
        };
        if let Some(account) = &account {
            let taken = taken(&self.pool, account.id, None, (&settings.name, &host(settings))).await?;
            faults.extend(taken.faults);
            notes = taken.notes;
        }
        let shop = self.shop_in(draft, draft.password.clone())?;
        let (tried, report) = self.try_draft(draft, shop.as_ref(), account.as_ref()).await?;
        faults.extend(tried);
        Ok(Tried { account, shop, report, faults, notes })
    }

    /// Tests changed settings of a store against both sides and saves them; the daemon reads the store at once. A new address
    /// must belong to the same shop; the old one stays an alias.
    ///
    /// # Errors
    /// [`AdminError::Faults`] with everything that is wrong, in the file and on both sides; nothing is saved then.
    pub async fn edit_store(&self, store: &Store, draft: Draft) -> Result<Report, AdminError> {
        let settings = &draft.settings;
        let account = self.account_of(&store.account_name).await?.map_err(Faults::from)?;
        let host = host(settings);
        let Taken { mut faults, mut notes } =
            taken(&self.pool, account.id, Some(store.id), (&settings.name, &host)).await?;
        let elsewhere = draft.account.as_ref().filter(|wanted| **wanted != store.account_name);
        faults.extend(elsewhere.map(|wanted| other_account(store, wanted)));
        // Its ids would be another RO App's.
        let asked = elsewhere.is_none().then_some(&account);
        let secret = match &draft.password {
            Some(typed) => typed.clone(),
            None => clients::password(&self.keyring, store)?,
        };
        let shop = self.shop_in(&draft, Some(secret))?;
        let (tried, report) = self.try_draft(&draft, shop.as_ref(), asked).await?;
        faults.extend(tried);
        if let Some(cartum) = &shop
            && faults.is_empty()
            && settings.site_url != store.settings.site_url
        {
            let known = hosts::shops(&self.pool, account.id, COMPARED).await?;
            let (own, others): (Vec<_>, Vec<_>) = known.into_iter().partition(|known| known.store == store.id);
            match own.first() {
                Some(own) => faults.extend(same_shop(cartum, own).await.err()),
                // It has no order yet, so that it may be any shop but another store's.
                None => match which_shop(cartum, &others).await {
                    Ok(other) => faults.extend(other.map(taken_elsewhere)),
                    Err(fault) => faults.push(fault),
                },
            }
        }
        let report = report.filter(|_| faults.is_empty()).ok_or(Faults(faults))?;
        let seal = |typed| self.keyring.seal(&stores::password_place(store.id), typed);
        let sealed = draft.password.as_ref().map(seal).transpose()?;
        let mut tx = db::begin(&self.pool).await?;
        hosts::add(&mut tx, account.id, store.id, &host).await?;
        if let Some(sealed) = sealed {
            stores::set_password(&mut tx, store.id, &sealed).await?;
        }
        stores::set_settings(&mut tx, store, settings).await?;
        let mut changed = differences(&store.settings, settings);
        changed.extend(draft.password.is_some().then(|| made::secret("password")));
        changes::add(&mut *tx, self.by.user(), (account.id, Some(store.id)), &changed).await?;
        tx.commit().await?;
        self.keep_names(account.id, store.id, settings, &report).await?;
        notes.extend(draft.warnings);
        Ok(with_warnings(report, notes))
    }

    /// Tests a store's saved settings against the store and RO App.
    ///
    /// # Errors
    /// [`AdminError::Faults`] with everything that no longer matches.
    pub async fn check_store(&self, store: &Store) -> Result<Report, AdminError> {
        let account = self.account_of(&store.account_name).await?.map_err(Faults::from)?;
        let cartum = self.clients.cartum(&self.keyring, store)?;
        let roapp = self.clients.roapp(&self.pool, &self.keyring, &account, Fence::open())?;
        let report = check::check(&store.settings, Some(&cartum), Some(&roapp)).await?;
        self.keep_names(account.id, store.id, &store.settings, &report).await?;
        Ok(report)
    }

    /// Saves the names of what both sides showed.
    async fn keep_names(
        &self,
        account: AccountId,
        store: StoreId,
        settings: &Settings,
        report: &Report,
    ) -> Result<(), AdminError> {
        let mut tx = db::begin(&self.pool).await?;
        dictionary::keep(&mut tx, account, None, &report.account.names()).await?;
        dictionary::keep(&mut tx, account, Some(store), &report.shop.names(&settings.language)).await?;
        Ok(tx.commit().await?)
    }

    /// The faults of a file, and those that both sides find in the rest of it, as far as they can be asked.
    async fn try_draft(
        &self,
        draft: &Draft,
        cartum: Option<&Cartum>,
        account: Option<&Account>,
    ) -> Result<(Vec<Fault>, Option<Report>), AdminError> {
        let roapp = account.map(|account| self.clients.roapp(&self.pool, &self.keyring, account, Fence::open()));
        let tried = check::check(&draft.settings, cartum, roapp.transpose()?.as_ref()).await;
        let mut faults = draft.faults.clone();
        let report = tried.map_err(|Faults(found)| {
            faults.extend(found.into_iter().filter(|fault| !draft.has_fault_at(fault.setting())));
        });
        Ok((faults, report.ok()))
    }

    /// The client of the shop in a file; `None` if its address, login or password is at fault.
    fn shop_in(&self, draft: &Draft, password: Option<Secret>) -> Result<Option<Cartum>, AdminError> {
        const NEEDED: [&str; 4] = ["site_url", "login", "password_file", "password"];
        let Some(password) = password.filter(|_| !NEEDED.iter().any(|key| draft.has_fault_at(key))) else {
            return Ok(None);
        };
        let Settings { site_url, login, .. } = &draft.settings;
        Ok(Some(self.clients.new_store(site_url, login, password)?))
    }

    async fn account_of(&self, name: &str) -> Result<Result<Account, Fault>, AdminError> {
        let all = accounts::list(&self.pool).await?;
        let names: Vec<_> = all.iter().map(|account| account.name.clone()).collect();
        let found = all.into_iter().find(|account| account.name == name);
        Ok(found.ok_or_else(|| Fault::new("account", no_account(name, &names))))
    }
}

/// Host and port of a normalised address.
fn host(settings: &Settings) -> String {
    Url::parse(&settings.site_url).map_or_else(|_| settings.site_url.clone(), |url| host_of(&url))
}

fn taken_elsewhere(shop: &KnownShop) -> Fault {
    let live = || Said::new("shop-taken-elsewhere").with("store", shop.name.as_str());
    Fault::new("site_url", if shop.is_live { live() } else { REMOVED_BEFORE })
}

fn other_account(store: &Store, wanted: &str) -> Fault {
    let said = Said::new("store-cannot-move").with("store", store.settings.name.as_str());
    Fault::new("account", said.with("account", store.account_name.as_str()).with("wanted", wanted))
}

fn with_warnings(mut report: Report, warnings: Vec<Fault>) -> Report {
    report.warnings.splice(0..0, warnings);
    report
}
