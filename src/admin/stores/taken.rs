//! Whether a store's name or shop already belongs to another store. A store whose row this release cannot read counts, too: its
//! name and its shop stay taken.

use sqlx::PgPool;

use super::REMOVED_BEFORE;
use crate::{
    admin::{AdminError, told::bracketed},
    check::Fault,
    db::{
        DbError, hosts,
        stores::{self, Odd},
    },
    domain::{
        ids::{AccountId, StoreId},
        said::{Said, Value},
    },
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
    /// Why its row cannot be read, in brackets; empty if it can.
    why: Value,
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
        let said = Said::new("store-name-taken").with("name", name).with("why", other.why.clone());
        taken.faults.push(Fault::new("name", said));
    }
    let holder = hosts::store_of(pool, account, host).await?.filter(|id| Some(*id) != own);
    let live = others.iter().find(|other| Some(other.id) == holder);
    match (holder, live, own) {
        (_, Some(live), _) => {
            let said = Said::new("shop-taken").with("store", live.name.as_str()).with("why", live.why.clone());
            taken.faults.push(Fault::new("site_url", said));
        }
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
    let readable = readable.into_iter().map(|store| (store.id, store.settings.name, bracketed(None)));
    let odd = odd.into_iter().map(|odd| (odd.id, odd.name, bracketed(Some(&broken(&odd.error)))));
    let all = readable.chain(odd).filter(|(id, ..)| Some(*id) != own);
    Ok((all.map(|(id, name, why)| Other { id, name, why }).collect(), notes))
}

/// Says that a store exists and cannot be read.
pub(in crate::admin) fn unreadable(Odd { called, error, .. }: &Odd) -> Said {
    Said::new("store-unreadable").with("store", called.as_str()).with("error", error.with_cause())
}

fn broken(error: &DbError) -> Said {
    Said::new("internal").with("error", error.with_cause())
}
