//! What a changed status map means for orders that both sides have: nothing by itself (invariant 6). Which ones differ from it is said
//! before it is saved, and a person may have them compared again.

use std::collections::BTreeMap;

use sqlx::PgPool;

use crate::{
    admin::{Admin, AdminError, Pairs, store_form::changed_by},
    db::{
        dictionary,
        stores::Store,
        watch::{self, OtherStatus},
    },
    domain::{
        dictionary::Kind,
        ids::{OrderNumber, StoreStatusId},
        status,
        store::MappedStatus,
    },
};

/// Orders that are named at most.
const MOST: i64 = 1_000;

/// An open order whose work order has another status than the new map leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemappedOrder {
    /// Cartum's order number.
    pub number: OrderNumber,
    /// What its status in the store is called.
    pub store_status: String,
    /// What its present status in RO App is called.
    pub present: String,
    /// What the status is called that the new map leads to.
    pub new: String,
}

/// The open orders of a store whose work orders have another status than a new map leads to, as far as that is another one than the
/// saved map's; the newest first, 1,000 at most.
///
/// # Errors
/// When the database fails.
pub async fn remapped_orders(
    pool: &PgPool,
    store: &Store,
    map: &BTreeMap<StoreStatusId, MappedStatus>,
) -> Result<Vec<RemappedOrder>, AdminError> {
    let moved = status::remapped(&store.settings.status_map, map);
    if moved.is_empty() {
        return Ok(Vec::new());
    }
    let names = dictionary::names(pool, store.account, store.id).await?;
    let order = |other: OtherStatus| {
        let new = *moved.get(&other.store)?;
        Some(RemappedOrder {
            number: other.number,
            store_status: names.told(Kind::StoreStatus, other.store.get()),
            present: names.told(Kind::Status, other.roapp.get()),
            new: names.told(Kind::Status, new.get()),
        })
    };
    Ok(watch::with_another_status(pool, store.id, &moved, MOST).await?.into_iter().filter_map(order).collect())
}

impl Admin {
    /// The same for a form that changes these settings; none where something is wrong in it, or nothing was imported yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remapped_by_form(
        &self,
        store: &Store,
        settings: &[&str],
        pairs: &Pairs,
    ) -> Result<Vec<RemappedOrder>, AdminError> {
        let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        match changed_by(store, settings, pairs) {
            Ok(draft) if draft.faults.is_empty() => {
                remapped_orders(&self.pool, store, &draft.settings.status_map).await
            }
            _ => Ok(Vec::new()),
        }
    }
}
