//! Finds accounts and stores by the names that people use.

use sqlx::PgPool;

use super::{called::quoted_for_shell, error::AdminError};
use crate::{
    db::{
        accounts::{self, Account},
        names,
        stores::{self, Odd, Store},
    },
    domain::{
        ids::StoreId,
        said::{Said, Value},
        user::Reach,
    },
};

/// The account of this name.
///
/// # Errors
/// [`AdminError::NotFound`] names the existing accounts.
pub async fn find_account(pool: &PgPool, name: &str) -> Result<Account, AdminError> {
    let all = accounts::list(pool).await?;
    let names: Vec<_> = all.iter().map(|account| account.name.clone()).collect();
    let found = all.into_iter().find(|account| account.name == name.trim());
    found.ok_or_else(|| AdminError::NotFound(no_account(name, &names)))
}

/// Says that there is no such account, and names the existing ones.
pub(super) fn no_account(name: &str, names: &[String]) -> Said {
    let said = match names {
        [] => Said::new("no-account-yet"),
        _ => Said::new("no-account").with("accounts", quoted(names)),
    };
    said.with("name", name)
}

/// The store of this name if it is unambiguous, or of `ACCOUNT/NAME`.
///
/// # Errors
/// [`AdminError::NotFound`] names the existing stores, or the candidates.
pub async fn find_store(pool: &PgPool, name: &str) -> Result<Store, AdminError> {
    let name = name.trim();
    let (all, odd) = stores::each(pool, None).await?;
    let full = |store: &Store| format!("{}/{}", store.account_name, store.settings.name);
    let names: Vec<_> = all.iter().map(full).collect();
    let is_meant = |store: &Store| store.settings.name == name || full(store) == name;
    let mut meant: Vec<_> = all.into_iter().filter(is_meant).collect();
    if meant.len() > 1 {
        let candidates: Vec<_> = meant.iter().map(full).collect();
        // A store whose name looks like ACCOUNT/NAME stands in the way of the one that is meant by it.
        let hidden = meant.iter().find(|store| full(store) == name);
        let in_the_way = candidates.iter().find(|candidate| *candidate != name).filter(|_| hidden.is_some());
        let said = match in_the_way {
            Some(other) => Said::new("several-stores-but-one")
                .with("other", other.as_str())
                .with("called", quoted_for_shell(other)),
            None => Said::new("several-stores").with("stores", quoted(&candidates)),
        };
        return Err(AdminError::NotFound(said.with("name", name)));
    }
    if let Some(store) = meant.pop() {
        return Ok(store);
    }
    let is_odd = |odd: &Odd| odd.called == name || odd.called.split_once('/').is_some_and(|(_, own)| own == name);
    if let Some(odd) = odd.into_iter().find(is_odd) {
        return Err(odd.error.into());
    }
    let said = match names.as_slice() {
        [] => Said::new("no-store-yet"),
        names => Said::new("no-store").with("stores", quoted(names)),
    };
    Err(AdminError::NotFound(said.with("name", name)))
}

/// The store of this id.
///
/// # Errors
/// [`AdminError::NotFound`] when it was removed.
pub async fn get_store(pool: &PgPool, id: StoreId) -> Result<Store, AdminError> {
    stores::get(pool, id).await?.ok_or_else(|| AdminError::NotFound(Said::new("store-was-removed")))
}

/// The store of this id, if it was not removed.
///
/// # Errors
/// When the database fails.
pub async fn store_by_id(pool: &PgPool, id: StoreId) -> Result<Option<Store>, AdminError> {
    Ok(stores::get(pool, id).await?)
}

/// The stores that a user reaches: id and name, by name.
///
/// # Errors
/// When the database fails.
pub async fn store_names(pool: &PgPool, reach: &Reach) -> Result<Vec<(i64, String)>, AdminError> {
    let accounts: Option<Vec<_>> = match reach {
        Reach::Every => None,
        Reach::Accounts(accounts) => Some(accounts.iter().map(|account| account.get()).collect()),
    };
    Ok(names::stores(pool, accounts.as_deref()).await?)
}

/// The accounts that a user reaches, by name.
///
/// # Errors
/// When the database fails.
pub async fn accounts_within(pool: &PgPool, reach: &Reach) -> Result<Vec<Account>, AdminError> {
    let all = accounts::list(pool).await?.into_iter();
    Ok(all.filter(|account| reach.holds(account.id)).collect())
}

/// At most twenty names in quotes.
fn quoted(names: &[String]) -> Value {
    const SHOWN: usize = 20;
    let shown = names.iter().take(SHOWN).map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    match names.len().checked_sub(SHOWN) {
        Some(more @ 1..) => Said::new("named-and-more").with("named", shown).with("more", more).into(),
        _ => shown.into(),
    }
}
