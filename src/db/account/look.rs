//! A process looks for accounts that are due: in one transaction it shows that it is alive, learns how the work is spread, leases its
//! share, and reads what there is to do on each account that it leased.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::{
    db::{
        DbError,
        accounts::{self, Account},
        agenda::{self, Agenda},
        begin,
        leases::{self, Lease},
        processes::{self, Crew, Load},
        reading::{self, Beside},
        stores::{self, Store},
    },
    domain::ids::{AccountId, StoreId},
};

/// An account that nobody has taken for this long is taken by any process with room, whatever its share is.
const PATIENCE: Duration = Duration::from_secs(3);
/// Accounts that one look takes, at most: the next one follows at once.
const MOST_AT_ONCE: i64 = 200;
/// How long accounts are left to another process before it is looked again.
const LEFT_FOR: Duration = Duration::from_secs(1);
/// Stores of one account that are read at the same time.
pub const STORES_AT_ONCE: usize = 16;

/// A process that looks.
#[derive(Debug, Clone, Copy)]
pub struct Looking<'a> {
    /// The id that its leases carry.
    pub process: Uuid,
    /// The key that it decrypts with: see [`leases::acquire`].
    pub key_id: &'a str,
    /// Accounts that it works on, and how many more it can take.
    pub load: Load,
    /// How long its leases last.
    pub lease_time: Duration,
    /// See [`Agenda::watch`].
    pub slack: Duration,
    /// It only shows that it is alive.
    pub takes_nothing: bool,
    /// The look before failed, perhaps over a single account: fewer are taken, and each is read by itself.
    pub is_careful: bool,
}

/// An account that was leased.
#[derive(Debug)]
pub struct Found {
    /// The lease.
    pub lease: Lease,
    /// What there is to do on it; an error where that cannot be read.
    pub opened: Result<Opened, DbError>,
}

/// What there is to do on an account.
#[derive(Debug)]
pub struct Opened {
    /// The account.
    pub account: Account,
    /// What is due.
    pub agenda: Agenda,
    /// Stores that are to be read.
    pub due: DueStores,
}

/// Stores of an account that are to be read.
#[derive(Debug, Default)]
pub struct DueStores {
    /// As many as may be read at once.
    pub stores: Vec<Due>,
    /// There are more of them.
    pub are_more: bool,
}

/// A store that is to be read, and what else there is to do for it; an error where its row cannot be read.
pub type Due = Result<(Store, Beside), (StoreId, DbError)>;

/// What a look showed.
#[derive(Debug)]
pub struct Looked {
    /// How the work is spread.
    pub crew: Crew,
    /// What this process works on from now.
    pub found: Vec<Found>,
    /// Time until the next account is due, zero where one is that was not taken; `None` where none will be by the passing of time alone.
    pub next: Option<Duration>,
}

/// Looks for accounts that are due, and takes those that this process is to have.
pub async fn look(pool: &PgPool, looking: Looking<'_>) -> Result<Looked, DbError> {
    let Looking { process, key_id, load, lease_time, slack, takes_nothing, is_careful } = looking;
    let mut tx = begin(pool).await?;
    let crew = processes::beat(&mut *tx, process, load, lease_time).await?;
    let mut leases = Vec::new();
    if crew.due > 0 && !takes_nothing {
        let free = load.free.min(if is_careful { 10 } else { MOST_AT_ONCE });
        for (most, waited) in [(crew.take(load).min(free), Duration::ZERO), (free, PATIENCE)] {
            let most = most.saturating_sub(taken(&leases));
            // Alone, it took everything with the first.
            if most > 0 && (waited.is_zero() || !crew.others.is_empty()) {
                leases.extend(leases::acquire(&mut *tx, (process, key_id), most, waited, lease_time).await?);
            }
        }
    }
    let next = next(&crew, taken(&leases));
    let found = match leases {
        leases if leases.is_empty() => Vec::new(),
        leases if is_careful => open_each(&mut tx, leases, slack).await?,
        leases => open(&mut tx, leases, slack).await?,
    };
    tx.commit().await?;
    Ok(Looked { crew, found, next })
}

fn taken(leases: &[Lease]) -> i64 {
    i64::try_from(leases.len()).unwrap_or(i64::MAX)
}

/// When to look again: at once where accounts were left for the next look, soon where they were for another process, or their rows were
/// locked, else when the next one is due.
fn next(crew: &Crew, taken: i64) -> Option<Duration> {
    match crew.due - taken {
        ..=0 => crew.next,
        _ if taken > 0 => Some(Duration::ZERO),
        _ => Some(crew.next.map_or(LEFT_FOR, |next| next.min(LEFT_FOR))),
    }
}

/// The stores of each of these accounts that are to be read, as many as may be read at once beside those that are being read.
pub async fn due(
    by: &mut PgConnection,
    accounts: &[AccountId],
    running: &BTreeSet<StoreId>,
) -> Result<HashMap<AccountId, DueStores>, DbError> {
    let (mut due, mut readable) = (HashMap::<_, DueStores>::new(), HashMap::<_, Vec<_>>::new());
    for (account, store) in stores::due(&mut *by, accounts).await? {
        let (of_account, readable) = (due.entry(account).or_default(), readable.entry(account).or_default());
        match store {
            Ok(store) if running.contains(&store.id) => {}
            Ok(_) if readable.len() + running.len() >= STORES_AT_ONCE => of_account.are_more = true,
            Ok(store) => readable.push(store),
            Err(error) => of_account.stores.push(Err(error)),
        }
    }
    let ids: Vec<_> = readable.values().flatten().map(|store| store.id).collect();
    let mut beside = if ids.is_empty() { BTreeMap::new() } else { reading::beside(&mut *by, &ids).await? };
    for (account, stores) in readable {
        let of_account = due.entry(account).or_default();
        for store in stores {
            // Each is there: removed stores keep their row.
            if let Some(beside) = beside.remove(&store.id) {
                of_account.stores.push(Ok((store, beside)));
            }
        }
    }
    Ok(due)
}

/// What there is to do on each of these accounts.
async fn open(by: &mut PgConnection, leases: Vec<Lease>, slack: Duration) -> Result<Vec<Found>, DbError> {
    let ids: Vec<_> = leases.iter().map(|lease| lease.account).collect();
    let mut accounts: HashMap<_, _> = accounts::each_of(&mut *by, &ids).await?.into_iter().collect();
    let mut agendas: HashMap<_, _> = agenda::each_of(&mut *by, &ids, slack).await?.into_iter().collect();
    let mut due = due(by, &ids, &BTreeSet::new()).await?;
    let found = |lease: Lease| {
        let id = lease.account;
        let (account, agenda) = (accounts.remove(&id)?, agendas.remove(&id)?);
        let due = due.remove(&id).unwrap_or_default();
        Some(Found { lease, opened: account.map(|account| Opened { account, agenda, due }) })
    };
    // Each exists: its row is locked since it was leased.
    Ok(leases.into_iter().filter_map(found).collect())
}

/// The same one by one: what cannot be read of an account is the trouble of that one alone.
async fn open_each(by: &mut PgConnection, leases: Vec<Lease>, slack: Duration) -> Result<Vec<Found>, DbError> {
    let mut found = Vec::new();
    for lease in leases {
        sqlx::raw_sql("SAVEPOINT opened").execute(&mut *by).await?;
        match open(by, vec![lease.clone()], slack).await {
            Ok(opened) => found.extend(opened),
            Err(error) => {
                sqlx::raw_sql("ROLLBACK TO SAVEPOINT opened").execute(&mut *by).await?;
                found.push(Found { lease, opened: Err(error) });
            }
        }
    }
    Ok(found)
}
