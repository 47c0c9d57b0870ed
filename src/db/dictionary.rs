//! Names from the lists of RO App and the stores, as last read, and RO App's numbers of work orders. Holds no data of buyers.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{PgPool, PgTransaction};

use super::DbError;
use crate::domain::{
    dictionary::{Kind, Named, Names},
    ids::{AccountId, OrderId, StoreId},
};

/// The store id of names that belong to the account.
const OF_ACCOUNT: i64 = 0;
/// The longest name that is kept, in characters.
const LONGEST: usize = 200;

/// Saves names from RO App, or from a store. Others are kept.
pub async fn keep(
    tx: &mut PgTransaction<'_>,
    account: AccountId,
    store: Option<StoreId>,
    names: &[Named],
) -> Result<(), DbError> {
    // What has no name is shown by its id.
    let shown = names.iter().filter(|named| !named.name.trim().is_empty());
    let mut rows: Vec<_> = shown.map(|named| (named.kind.word(), named.id, text(&named.name))).collect();
    // A list may show a row twice.
    rows.sort();
    rows.dedup_by_key(|(kind, id, _)| (*kind, *id));
    let kinds: Vec<_> = rows.iter().map(|(kind, ..)| (*kind).to_owned()).collect();
    let ids: Vec<_> = rows.iter().map(|(_, id, _)| *id).collect();
    let names: Vec<_> = rows.into_iter().map(|(.., name)| name).collect();
    sqlx::query!(
        "/* dictionary.keep */ INSERT INTO dictionary AS d (account_id, store_id, kind, id, name)
         SELECT $1, $2, kind, id, name FROM unnest($3::text[], $4::bigint[], $5::text[]) AS new (kind, id, name)
         ON CONFLICT (account_id, store_id, kind, id) DO UPDATE SET name = excluded.name WHERE d.name <> excluded.name",
        account.get(),
        store.map_or(OF_ACCOUNT, StoreId::get),
        &kinds,
        &ids,
        &names
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The name in a form that the database accepts, cut to [`LONGEST`].
pub(super) fn text(name: &str) -> String {
    name.chars().filter(|c| *c != '\0').take(LONGEST).collect()
}

/// The names of an account, and of one of its stores.
pub async fn names(pool: &PgPool, account: AccountId, store: StoreId) -> Result<Names, DbError> {
    Ok(names_of(pool, &BTreeSet::from([(account, store)])).await?.remove(&store).unwrap_or_default())
}

/// The names of several stores, each with those of its account.
pub async fn names_of(
    pool: &PgPool,
    stores: &BTreeSet<(AccountId, StoreId)>,
) -> Result<BTreeMap<StoreId, Names>, DbError> {
    let (accounts, mut ids): (Vec<_>, Vec<_>) = stores.iter().map(|(account, id)| (account.get(), id.get())).unzip();
    ids.push(OF_ACCOUNT);
    let rows = sqlx::query!(
        "/* dictionary.names_of */ SELECT account_id, store_id, kind, id, name FROM dictionary
         WHERE account_id = ANY($1) AND store_id = ANY($2)",
        &accounts,
        &ids
    )
    .fetch_all(pool)
    .await?;
    let mut lists: BTreeMap<(i64, i64), Names> = BTreeMap::new();
    for row in rows {
        if let Some(kind) = Kind::LISTED.into_iter().find(|kind| kind.word() == row.kind) {
            lists.entry((row.account_id, row.store_id)).or_default().add(Named::new(kind, row.id, row.name));
        }
    }
    let names = stores.iter().map(|(account, store)| {
        let mut names = lists.get(&(account.get(), OF_ACCOUNT)).cloned().unwrap_or_default();
        names.extend(lists.remove(&(account.get(), store.get())).unwrap_or_default());
        (*store, names)
    });
    Ok(names.collect())
}

/// RO App's numbers of the work orders of these orders, by the work order's id.
pub async fn numbers(pool: &PgPool, orders: &[OrderId]) -> Result<Names, DbError> {
    let ids: Vec<_> = orders.iter().map(|order| order.get()).collect();
    let rows = sqlx::query!(
        "/* dictionary.numbers */ SELECT w.work_order_id, w.shown_number FROM store_order o
         JOIN work_order w ON w.store_id = o.store_id AND w.number = o.number WHERE o.id = ANY($1)",
        &ids
    )
    .fetch_all(pool)
    .await?;
    let mut names = Names::default();
    for row in rows {
        names.add(Named::new(Kind::WorkOrder, row.work_order_id, row.shown_number));
    }
    Ok(names)
}
