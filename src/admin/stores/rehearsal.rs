//! The rehearsal of an import: run beforehand, and shown with names.

use std::time::Duration;

use serde::Serialize;
use sqlx::PgPool;
use tokio::{sync::watch, time::sleep};
use uuid::Uuid;

use crate::{
    admin::{Admin, AdminError, Import, Moment, Told},
    causes::internal,
    db::{
        self, accounts, dictionary,
        doubles::DoublesFound,
        rehearsals::{self, Rehearsed},
        stores::Store,
    },
    domain::{
        dictionary::{Kind, Names},
        ids::{OrderNumber, StoreStatusId},
        money,
        rehearsal::{PeopleFound, Progress, Rehearsal, Stage},
        said::Said,
        scope::Window,
        store::ProductKeyKind,
    },
    http::Fence,
    sync::import::{self as rehearsing, ImportError, Sides},
};

/// How often a rehearsal records how far it is.
const BEAT: Duration = Duration::from_secs(1);
/// How long one may take.
const LONGEST: Duration = Duration::from_mins(LONGEST_MINUTES as u64);
const LONGEST_MINUTES: u32 = 30;

/// How a rehearsal stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RehearsalView {
    /// There was none since the settings were changed.
    None,
    /// It goes on.
    #[serde(skip)]
    GoesOn(Progress),
    /// Its process ended before it did.
    Interrupted,
    /// It could not go on.
    Failed(Told),
    /// What it found.
    Ended(Box<RehearsalReport>),
}

/// What an import would do, with names.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RehearsalReport {
    /// When it ended.
    pub at: Moment,
    /// Orders that were found in the window.
    pub found: u64,
    /// Of these, the ones for which a work order is made.
    pub orders: u64,
    /// Their totals together, in the store's currency.
    pub total: String,
    /// The currency.
    pub currency: String,
    /// Orders that are in RO App already through us, or that a person said are.
    pub in_roapp: u64,
    /// Orders that RO App may have already.
    pub possible_doubles: u64,
    /// Orders that cannot be read.
    pub unreadable: u64,
    /// All orders of the window were read.
    pub is_whole: bool,
    /// Orders that are left out for their status.
    pub excluded: Vec<StatusCount>,
    /// Orders that would be held.
    pub held: u64,
    /// Some of them.
    pub held_for: Vec<HeldOrder>,
    /// Orders whose work order keeps the status that its type gives.
    pub initial: Vec<StatusCount>,
    /// Buyers.
    pub people: PeopleView,
    /// Distinct products.
    pub products: u64,
    /// How many of them were looked for.
    pub products_compared: u64,
    /// What each possible key finds of them.
    pub keys: Vec<KeyView>,
    /// Calls to RO App, roughly.
    pub calls: u64,
    /// How many the account may make per second.
    pub calls_per_second: f64,
    /// How long they take.
    pub minutes: u64,
    /// Work orders of the window that were not made by us.
    pub other_work_orders: u64,
    /// All of them were looked through for doubles.
    pub is_searched: bool,
}

/// A status of the store, and how many orders have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatusCount {
    /// Its id.
    pub status: i64,
    /// Its name, where that is known.
    pub name: Option<String>,
    /// How many.
    pub orders: u64,
}

impl StatusCount {
    /// Its name, else its id.
    #[must_use]
    pub fn called(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.status.to_string())
    }
}

/// An order that would be held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldOrder {
    /// Cartum's order number.
    pub number: i64,
    /// Why.
    pub reason: Told,
}

/// Buyers by what the search for each came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PeopleView {
    /// In RO App already.
    pub matched: u64,
    /// Perhaps in RO App: taken, and listed for review.
    pub doubtful: u64,
    /// Created.
    pub new: u64,
    /// Created, one for each order.
    pub without_contact: u64,
    /// Not looked for: there are too many.
    pub not_compared: u64,
}

/// What a key finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyView {
    /// Its word in the settings.
    pub key: &'static str,
    /// It is the one that is set.
    pub is_chosen: bool,
    /// Products that one of RO App's matches.
    pub matched: u64,
    /// Products that none does.
    pub new: u64,
    /// Products that several do.
    pub ambiguous: u64,
    /// Products for which the store has no such key: the title is used.
    pub blank: u64,
}

impl KeyView {
    /// How many of a hundred it matches.
    #[must_use]
    pub fn percent(&self) -> u64 {
        let all = self.matched + self.new + self.ambiguous + self.blank;
        (self.matched * 100).checked_div(all).unwrap_or_default()
    }
}

impl RehearsalReport {
    fn new(found: &Rehearsal, at: Moment, store: &Store, names: &Names) -> Self {
        let count = |(status, orders): (&StoreStatusId, &u64)| StatusCount {
            status: status.get(),
            name: names.get(Kind::StoreStatus, status.get()).map(str::to_owned),
            orders: *orders,
        };
        let key = |kind: ProductKeyKind| {
            let rate = found.products.by(kind)?;
            let is_chosen = kind == store.settings.identify_products_by;
            let [matched, new, ambiguous, blank] = [rate.matched, rate.new, rate.ambiguous, rate.blank];
            Some(KeyView { key: kind.word(), is_chosen, matched, new, ambiguous, blank })
        };
        let PeopleFound { matched, doubtful, new, without_contact, not_compared } = found.people;
        let held_for =
            |(number, why): &(OrderNumber, Said)| HeldOrder { number: number.get(), reason: Told::new(why, names) };
        Self {
            at,
            found: found.found(),
            orders: found.orders,
            total: money::plain(found.total),
            currency: store.settings.currency.clone(),
            in_roapp: found.in_roapp,
            possible_doubles: found.doubles,
            unreadable: found.unreadable,
            is_whole: found.is_whole,
            excluded: found.excluded.iter().map(count).collect(),
            held: found.held,
            held_for: found.held_for.iter().map(held_for).collect(),
            initial: found.initial.iter().map(count).collect(),
            people: PeopleView { matched, doubtful, new, without_contact, not_compared },
            products: found.products.wanted,
            products_compared: found.products.compared,
            keys: ProductKeyKind::ALL.into_iter().filter_map(key).collect(),
            calls: found.calls,
            calls_per_second: found.calls_per_second,
            minutes: found.minutes(),
            other_work_orders: found.strange_work_orders,
            is_searched: found.is_searched,
        }
    }
}

/// The last rehearsal of a store.
///
/// # Errors
/// When the database fails.
pub async fn rehearsal(pool: &PgPool, store: &Store) -> Result<RehearsalView, AdminError> {
    let Some(last) = rehearsals::last(pool, store.id).await? else { return Ok(RehearsalView::None) };
    let names = dictionary::names(pool, store.account, store.id).await?;
    Ok(match last {
        Rehearsed::GoesOn(progress) => RehearsalView::GoesOn(progress),
        Rehearsed::Interrupted => RehearsalView::Interrupted,
        Rehearsed::Failed(why) => RehearsalView::Failed(Told::new(&why, &names)),
        Rehearsed::Ended(found, at) => {
            RehearsalView::Ended(Box::new(RehearsalReport::new(&found, Moment(at), store, &names)))
        }
    })
}

/// A rehearsal that was begun and is to be carried out.
#[derive(Debug)]
pub struct Begun {
    admin: Admin,
    store: Store,
    import: Import,
    run: Uuid,
    progress: watch::Sender<Progress>,
}

impl Admin {
    /// Begins to rehearse an import. What is returned carries it out.
    ///
    /// # Errors
    /// [`AdminError::Refused`] while another rehearsal of the store goes on.
    pub async fn begin_rehearsal(&self, store: &Store, import: Import) -> Result<Begun, AdminError> {
        let run = Uuid::new_v4();
        if !rehearsals::begin(&self.pool, store.id, run).await? {
            return Err(AdminError::Refused(Said::new("rehearsal-runs")));
        }
        let progress = watch::Sender::new(Progress::begin(Stage::Orders));
        Ok(Begun { admin: self.clone(), store: store.clone(), import, run, progress })
    }
}

impl Begun {
    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    /// Carries it out and records how it ended. A database that fails leaves it interrupted.
    pub async fn carry_out(self) {
        let found = tokio::select! {
            found = self.read() => found,
            error = self.record() => Err(error),
            () = sleep(LONGEST) => Err(ImportError::Unread(Said::new("rehearsal-too-long").with("minutes", i64::from(LONGEST_MINUTES)))),
        };
        let ended = async {
            let mut tx = db::begin(&self.admin.pool).await?;
            let outcome = match &found {
                Ok((found, doubles)) => Ok((found, doubles)),
                Err(ImportError::Unread(why)) => Err(why),
                Err(ImportError::Db(_)) => return Ok(()),
            };
            rehearsals::end(&mut tx, self.store.id, self.run, outcome).await?;
            Ok::<_, db::DbError>(tx.commit().await?)
        };
        if let Err(error) = ended.await.and(found.map(drop).or_else(database)) {
            tracing::warn!(error = &error as &dyn std::error::Error, "a rehearsal ended with an error of the database");
        }
    }

    async fn read(&self) -> Result<(Rehearsal, DoublesFound), ImportError> {
        let Self { admin: Admin { pool, keyring, clients, .. }, store, import, progress, .. } = self;
        let unread = |why: Said| ImportError::Unread(why);
        let account = accounts::get(pool, store.account).await?;
        let account = account.ok_or_else(|| unread(Said::new("account-was-removed")))?;
        let shop = clients.cartum(keyring, store).map_err(|error| unread(internal(&error)))?;
        let roapp = clients.roapp(pool, keyring, &account, Fence::open()).map_err(|error| unread(internal(&error)))?;
        let window = Window { connected_at: import.connected_at, from: import.window_from };
        rehearsing::rehearse(&Sides { pool, store, shop: &shop, account: &account, roapp: &roapp, window, progress })
            .await
    }

    /// Records again and again how far it is; ends when it cannot, or another one took its place.
    async fn record(&self) -> ImportError {
        loop {
            sleep(BEAT).await;
            let progress = *self.progress.borrow();
            match rehearsals::goes_on(&self.admin.pool, self.store.id, self.run, progress).await {
                Ok(true) => {}
                Ok(false) => return ImportError::Unread(Said::new("rehearsal-runs")),
                Err(error) => return ImportError::Db(error),
            }
        }
    }
}

/// An error of the database; why a side could not be read is on record.
fn database(error: ImportError) -> Result<(), db::DbError> {
    match error {
        ImportError::Db(error) => Err(error),
        ImportError::Unread(_) => Ok(()),
    }
}
