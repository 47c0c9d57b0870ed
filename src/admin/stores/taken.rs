//! Whether a store's name or shop already belongs to another store. A store whose row this release cannot read counts, too: its
//! name and its shop stay taken.

use sqlx::PgPool;

use super::REMOVED_BEFORE;
use crate::{
    admin::AdminError,
    check::Fault,
    db::{
        hosts,
        stores::{self, Odd},
    },
    domain::ids::{AccountId, StoreId},
};

/// What the other stores of an account already have.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// Faults: what another store has.
    pub(super) faults: Vec<Fault>,
    /// The stores that cannot be read.
    pub(super) notes: Vec<Fault>,
}

/// Another store of the account.
struct Other {
    id: StoreId,
    name: String,
    /// Why its row cannot be read; empty if it can.
    unreadable: String,
}

impl Other {
    /// How a fault about what this store has ends.
    fn why(&self) -> String {
        if self.unreadable.is_empty() { String::new() } else { format!(" ({})", self.unreadable) }
    }
}

/// A name and a shop each belong to one store in an account; `own` is the store that is being changed.
pub(super) async fn taken(
    pool: &PgPool,
    account: AccountId,
    own: Option<StoreId>,
    (name, host): (&str, &str),
) -> Result<Taken, AdminError> {
    let (others, notes) = others(pool, account, own).await?;
    let mut taken = Taken { faults: Vec::new(), notes };
    if let Some(other) = others.iter().find(|other| other.name == name) {
        let message = format!("the account has a store {name:?} already{}; take another name", other.why());
        taken.faults.push(Fault::new("name", message));
    }
    let holder = hosts::store_of(pool, account, host).await?.filter(|id| Some(*id) != own);
    let live = others.iter().find(|other| Some(other.id) == holder);
    match (holder, live, own) {
        (_, Some(live), _) => taken.faults.push(Fault::new(
            "site_url",
            format!("this shop is already the store {:?} of the account{}", live.name, live.why()),
        )),
        (Some(_), None, Some(_)) => taken.faults.push(Fault::new("site_url", REMOVED_BEFORE)),
        (_, None, _) => {}
    }
    Ok(taken)
}

async fn others(
    pool: &PgPool,
    account: AccountId,
    own: Option<StoreId>,
) -> Result<(Vec<Other>, Vec<Fault>), AdminError> {
    let (readable, odd) = stores::each(pool, Some(account)).await?;
    let notes = odd.iter().map(|odd| Fault::new("", unreadable(odd))).collect();
    let readable = readable.into_iter().map(|store| (store.id, store.settings.name, String::new()));
    let odd = odd.into_iter().map(|odd| (odd.id, odd.name, odd.error.with_cause()));
    let all = readable.chain(odd).filter(|(id, ..)| Some(*id) != own);
    Ok((all.map(|(id, name, unreadable)| Other { id, name, unreadable }).collect(), notes))
}

/// Says that a store exists and cannot be read.
pub(in crate::admin) fn unreadable(Odd { called, error, .. }: &Odd) -> String {
    format!("this release cannot read the store {called:?}: {}", error.with_cause())
}
