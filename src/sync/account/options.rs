//! Watches whether RO App still has what the settings of an account's stores name: once an hour for all stores, and at once after
//! an edit. Orders take precedence over this check, and it is skipped while RO App is unavailable.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::{
    check::{self, AccountView, read_account},
    db::{
        DbError, dictionary,
        leases::Tx,
        mapping, polls,
        stores::{self, Store},
        work,
    },
    domain::{
        dictionary::{Kind, Named},
        ids::EmployeeId,
        notice::{Side, Topic},
        store::Managers,
    },
    roapp::{Campaign, Employee},
    sync::{account::Account, outcome::Halt},
};

/// How long it waits after orders came in between, or a list could not be read.
const INTERRUPTED: Duration = Duration::from_secs(20);
const UNREADABLE: Duration = Duration::from_mins(5);
/// How often it is looked for orders meanwhile.
const GLANCE: Duration = Duration::from_millis(200);

impl Account<'_> {
    /// Compares the settings of the account's stores with what RO App offers. Nothing is concluded from what cannot be read.
    ///
    /// # Errors
    /// When the database fails or the lease is lost.
    pub(in crate::sync) async fn watch_offer(&self) -> Result<(), DbError> {
        let (engine, account) = (self.engine, self.id);
        let now = Instant::now();
        let is_early = engine.seen(account, |seen| seen.offer_not_before.is_some_and(|at| now < at));
        if self.rests() || self.needs_key() || is_early {
            return Ok(());
        }
        if let Err(halt) = self.prepare().await {
            return self.note_halt(halt).await;
        }
        let pause = tokio::select! {
            read = self.read_offer() => match read {
                Ok((view, campaigns)) => return self.compare(&view, campaigns.as_deref()).await,
                Err(Halt::Lease) => return Err(DbError::LeaseLost),
                Err(Halt::Db(error)) => return Err(error),
                Err(halt) => {
                    tracing::debug!(?halt, "the lists of RO App could not be read");
                    UNREADABLE
                }
            },
            interrupted = self.order_comes() => {
                interrupted?;
                INTERRUPTED
            }
        };
        engine.seen(account, |seen| seen.offer_not_before = Some(now + pause));
        Ok(())
    }

    async fn read_offer(&self) -> Result<(AccountView, Option<Vec<Campaign>>), Halt> {
        let roapp = self.roapp()?;
        let view = read_account(&roapp).await.map_err(Halt::of)?;
        let names_one = self.stores().await?.iter().any(|store| store.settings.ad_campaign_id.is_some());
        let campaigns =
            if names_one && view.older_api { Some(roapp.campaigns().await.map_err(Halt::of)?) } else { None };
        Ok((view, campaigns))
    }

    /// Ends when an order waits to be written, or another process or nobody is to go on.
    async fn order_comes(&self) -> Result<(), DbError> {
        while !self.is_given_up() && work::due(&self.engine.pool, self.id, 1).await?.is_empty() {
            sleep(GLANCE).await;
        }
        Ok(())
    }

    /// The account's stores that are worked.
    async fn stores(&self) -> Result<Vec<Store>, DbError> {
        let (mut stores, _) = stores::each(&self.engine.pool, Some(self.id)).await?;
        stores.retain(Store::is_worked);
        Ok(stores)
    }

    async fn compare(&self, view: &AccountView, campaigns: Option<&[Campaign]>) -> Result<(), DbError> {
        self.note_older_api(Some(view.older_api)).await?;
        let campaign = |row: &Campaign| Named::new(Kind::Campaign, row.id.get(), &row.name);
        let mut names = view.names();
        names.extend(campaigns.into_iter().flatten().map(campaign));
        let names = &names;
        self.commit("options.compare", |mut tx| async move { dictionary::keep(&mut tx, self.id, None, names).await })
            .await?;
        for store in self.stores().await? {
            let compared = self.commit("options.compare_store", |tx| compare_store(tx, &store, view, campaigns));
            for topic in compared.await? {
                // The text names employees: it stands in the notice, not in the log.
                tracing::warn!(store = %store.settings.name, %topic, "the settings no longer match RO App; see `store show`");
            }
        }
        Ok(())
    }
}

/// Compares a store's settings, as they are now, with what RO App offers: the topics that are new.
async fn compare_store(
    mut tx: Tx,
    store: &Store,
    view: &AccountView,
    campaigns: Option<&[Campaign]>,
) -> Result<Vec<Topic>, DbError> {
    let settings = mapping::settings(&mut tx, store.id).await?;
    if settings.ad_campaign_id.is_some() && campaigns.is_none() && view.older_api {
        // Edited while the lists were read: the next look reads campaigns too.
        return Ok(Vec::new());
    }
    let matters = check::of_account(&settings, view, campaigns);
    polls::note_inactive(&mut tx, store.id, &inactive(&settings.managers, &view.employees)).await?;
    let of_store = (store.account, store.id);
    let new = mapping::keep_notices(&mut tx, of_store, &matters, |topic| check::owns(Side::RoApp, topic)).await?;
    mapping::offer_checked(&mut tx, store.id).await?;
    Ok(new)
}

/// The selected managers who are not active, or not there any more.
pub(in crate::sync) fn inactive(managers: &Managers, employees: &[Employee]) -> Vec<EmployeeId> {
    let Managers::Selected(managers) = managers else { return Vec::new() };
    let is_active = |id: &EmployeeId| employees.iter().any(|employee| employee.id == *id && employee.is_active);
    managers.iter().copied().filter(|id| !is_active(id)).collect()
}
