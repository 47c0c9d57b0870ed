//! A process looks for accounts that are due: in one transaction it shows that it is alive, learns how the work is spread, leases its
//! share, and reads what there is to do on each account that it leased.

use std::{collections::HashMap, time::Duration};

use sqlx::{PgPool, PgTransaction};
use uuid::Uuid;

use crate::db::{
    DbError,
    accounts::{self, Account},
    agenda::{self, Agenda},
    begin,
    leases::{self, Lease},
    processes::{self, Crew, Load},
    stores,
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
    pub due: Vec<stores::Due>,
}

/// How the work is spread, and what this process works on from now.
pub async fn look(pool: &PgPool, looking: Looking<'_>) -> Result<(Crew, Vec<Found>), DbError> {
    let Looking { process, key_id, load, lease_time, takes_nothing } = looking;
    let mut tx = begin(pool).await?;
    let crew = processes::beat(&mut *tx, process, load, lease_time).await?;
    let mut leases = Vec::new();
    if crew.next == Some(Duration::ZERO) && !takes_nothing {
        for (most, waited) in [(crew.take(load), Duration::ZERO), (load.free, PATIENCE)] {
            let most = most.saturating_sub(i64::try_from(leases.len()).unwrap_or(i64::MAX));
            // Alone, it took everything with the first.
            if most > 0 && (waited.is_zero() || !crew.others.is_empty()) {
                leases.extend(leases::acquire(&mut *tx, (process, key_id), most, waited, lease_time).await?);
            }
        }
    }
    let found = if leases.is_empty() { Vec::new() } else { open(&mut tx, leases).await? };
    tx.commit().await?;
    Ok((crew, found))
}

/// What there is to do on each of these accounts.
async fn open(tx: &mut PgTransaction<'_>, leases: Vec<Lease>) -> Result<Vec<Found>, DbError> {
    let ids: Vec<_> = leases.iter().map(|lease| lease.account).collect();
    let mut accounts: HashMap<_, _> = accounts::each_of(&mut **tx, &ids).await?.into_iter().collect();
    let mut agendas: HashMap<_, _> = agenda::each_of(&mut **tx, &ids).await?.into_iter().collect();
    let mut due: HashMap<_, Vec<_>> = HashMap::new();
    for (account, store) in stores::due(&mut **tx, &ids).await? {
        due.entry(account).or_default().push(store);
    }
    let found = |lease: Lease| {
        let id = lease.account;
        let (account, agenda) = (accounts.remove(&id)?, agendas.remove(&id)?);
        Some(Found { lease, account, agenda, due: due.remove(&id).unwrap_or_default() })
    };
    // Each exists: its row is locked since it was leased.
    Ok(leases.into_iter().filter_map(found).collect())
}
