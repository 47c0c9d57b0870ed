//! A process looks for accounts that are due: in one transaction it shows that it is alive, learns how the work is spread, leases its
//! share, and reads what there is to do on each account that it leased.

use std::{
    collections::{BTreeMap, HashMap},
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
}

/// An account that was leased, and what there is to do on it.
#[derive(Debug)]
pub struct Found {
    /// The lease.
    pub lease: Lease,
    /// The account; an error where its row cannot be read.
    pub account: Result<Account, DbError>,
    /// What is due.
    pub agenda: Agenda,
    /// The stores that are to be read.
    pub due: Vec<Due>,
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
    let Looking { process, key_id, load, lease_time, slack, takes_nothing } = looking;
    let mut tx = begin(pool).await?;
    let crew = processes::beat(&mut *tx, process, load, lease_time).await?;
    let (mut leases, mut are_all) = (Vec::new(), !crew.is_due);
    if crew.is_due && !takes_nothing {
        for (most, waited) in [(crew.take(load), Duration::ZERO), (load.free, PATIENCE)] {
            let most = most.saturating_sub(i64::try_from(leases.len()).unwrap_or(i64::MAX));
            if most > 0 && !are_all {
                let taken = leases::acquire(&mut *tx, (process, key_id), most, waited, lease_time).await?;
                are_all = waited.is_zero() && i64::try_from(taken.len()).is_ok_and(|taken| taken < most);
                leases.extend(taken);
            }
        }
    }
    let found = if leases.is_empty() { Vec::new() } else { open(&mut tx, leases, slack).await? };
    tx.commit().await?;
    let next = if are_all { crew.next } else { Some(Duration::ZERO) };
    Ok(Looked { crew, found, next })
}

/// The stores of each of these accounts that are to be read.
pub async fn due(by: &mut PgConnection, accounts: &[AccountId]) -> Result<HashMap<AccountId, Vec<Due>>, DbError> {
    let found = stores::due(&mut *by, accounts).await?;
    let ids: Vec<_> = found.iter().filter_map(|(_, store)| Some(store.as_ref().ok()?.id)).collect();
    let mut beside = if ids.is_empty() { BTreeMap::new() } else { reading::beside(&mut *by, &ids).await? };
    let mut due = HashMap::<_, Vec<_>>::new();
    for (account, store) in found {
        let store = match store {
            // Deleted since: removed stores keep their row.
            Ok(store) => match beside.remove(&store.id) {
                Some(beside) => Ok((store, beside)),
                None => continue,
            },
            Err(error) => Err(error),
        };
        due.entry(account).or_default().push(store);
    }
    Ok(due)
}

/// What there is to do on each of these accounts.
async fn open(by: &mut PgConnection, leases: Vec<Lease>, slack: Duration) -> Result<Vec<Found>, DbError> {
    let ids: Vec<_> = leases.iter().map(|lease| lease.account).collect();
    let mut accounts: HashMap<_, _> = accounts::each_of(&mut *by, &ids).await?.into_iter().collect();
    let mut agendas: HashMap<_, _> = agenda::each_of(&mut *by, &ids, slack).await?.into_iter().collect();
    let mut due = due(by, &ids).await?;
    let found = |lease: Lease| {
        let id = lease.account;
        let (account, agenda) = (accounts.remove(&id)?, agendas.remove(&id)?);
        Some(Found { lease, account, agenda, due: due.remove(&id).unwrap_or_default() })
    };
    // Each exists: its row is locked since it was leased.
    Ok(leases.into_iter().filter_map(found).collect())
}
