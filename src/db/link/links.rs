//! Links between buyers and people and between articles and products, and the claims that precede them (invariant 1).

use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

use sqlx::{PgPool, PgTransaction};

use crate::{
    db::{DbError, said},
    domain::{
        ids::{AccountId, OrderId, ProductId},
        said::Said,
    },
};

/// What is linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// A buyer with a person.
    Person,
    /// An article with a product.
    Product,
}

impl LinkKind {
    /// The word in the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Product => "product",
        }
    }
}

/// RO App's id linked under a key; `None` also while the key is only claimed.
pub async fn find(pool: &PgPool, account: AccountId, kind: LinkKind, key: &str) -> Result<Option<i64>, DbError> {
    let found = sqlx::query_scalar!(
        "/* links.find */ SELECT remote_id FROM link WHERE account_id = $1 AND kind = $2 AND key = $3",
        account.get(),
        kind.word(),
        key
    )
    .fetch_optional(pool)
    .await?;
    Ok(found.flatten())
}

/// A link with its reason, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// RO App's id.
    pub remote: i64,
    /// Why these two belong together.
    pub reason: Option<Said>,
    /// Why a person should look at it, if so.
    pub review: Option<Said>,
}

/// The link under a key, with its reason; `None` also while the key is only claimed.
pub async fn explain(
    pool: &PgPool,
    account: AccountId,
    kind: LinkKind,
    key: &str,
) -> Result<Option<Explained>, DbError> {
    let found = sqlx::query!(
        r#"/* links.explain */ SELECT remote_id AS "remote!", reason, review FROM link
           WHERE account_id = $1 AND kind = $2 AND key = $3 AND remote_id IS NOT NULL"#,
        account.get(),
        kind.word(),
        key
    )
    .fetch_optional(pool)
    .await?;
    found.map(|row| Explained::read(row.remote, row.reason, row.review)).transpose()
}

/// Why products are linked under these keys, by key.
pub async fn product_reasons(
    pool: &PgPool,
    account: AccountId,
    keys: &[String],
) -> Result<BTreeMap<String, Explained>, DbError> {
    let rows = sqlx::query!(
        r#"/* links.product_reasons */ SELECT key, remote_id AS "remote!", reason, review FROM link
           WHERE account_id = $1 AND kind = 'product' AND key = ANY($2) AND remote_id IS NOT NULL"#,
        account.get(),
        keys
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter().map(|row| Ok((row.key, Explained::read(row.remote, row.reason, row.review)?))).collect()
}

impl Explained {
    fn read(remote: i64, reason: Option<Json>, review: Option<Json>) -> Result<Self, DbError> {
        let reason = said::read_any("link", remote, "reason", reason)?;
        Ok(Self { remote, reason, review: said::read_any("link", remote, "review", review)? })
    }
}

/// The products linked under these keys.
pub async fn products(
    pool: &PgPool,
    account: AccountId,
    keys: &[String],
) -> Result<BTreeMap<String, ProductId>, DbError> {
    let rows = sqlx::query!(
        r#"/* links.products */ SELECT key, remote_id AS "id!" FROM link
           WHERE account_id = $1 AND kind = 'product' AND key = ANY($2) AND remote_id IS NOT NULL"#,
        account.get(),
        keys
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.key, ProductId::new(row.id))).collect())
}

/// Claims a key before something is made under it. An existing claim is taken over: the call of the order that made it is
/// settled through the journal first.
pub async fn claim(
    tx: &mut PgTransaction<'_>,
    account: AccountId,
    kind: LinkKind,
    key: &str,
    order: OrderId,
) -> Result<(), DbError> {
    sqlx::query!(
        "/* links.claim */ INSERT INTO link (account_id, kind, key, order_id) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id, kind, key) DO UPDATE SET order_id = excluded.order_id WHERE link.remote_id IS NULL",
        account.get(),
        kind.word(),
        key,
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A link to save.
#[derive(Debug, Clone)]
pub struct NewLink<'a> {
    /// The account.
    pub account: AccountId,
    /// The kind.
    pub kind: LinkKind,
    /// The key.
    pub key: &'a str,
    /// RO App's id.
    pub remote: i64,
    /// Why these two belong together.
    pub reason: &'a Said,
    /// Why a person should look at it, if so.
    pub review: Option<&'a Said>,
    /// The order it was made for.
    pub order: OrderId,
}

/// Saves a link; an existing one is kept.
pub async fn save(tx: &mut PgTransaction<'_>, link: &NewLink<'_>) -> Result<(), DbError> {
    put(tx, link, false).await
}

/// Saves a link, replacing an existing one: it points to the newest record made under the key.
pub async fn save_newest(tx: &mut PgTransaction<'_>, link: &NewLink<'_>) -> Result<(), DbError> {
    put(tx, link, true).await
}

async fn put(tx: &mut PgTransaction<'_>, link: &NewLink<'_>, in_place_of_another: bool) -> Result<(), DbError> {
    sqlx::query!(
        "/* links.put */ INSERT INTO link (account_id, kind, key, remote_id, reason, review, order_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (account_id, kind, key) DO UPDATE
         SET remote_id = excluded.remote_id, reason = excluded.reason, review = excluded.review, order_id = excluded.order_id
         WHERE $8 OR link.remote_id IS NULL",
        link.account.get(),
        link.kind.word(),
        link.key,
        link.remote,
        said::to_json(link.reason),
        said::column(link.review),
        link.order.get(),
        in_place_of_another
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Records that a person looked at a link and found it right: what it links, or `None` where nobody had to look.
pub async fn confirm(
    tx: &mut PgTransaction<'_>,
    account: AccountId,
    kind: LinkKind,
    key: &str,
) -> Result<Option<i64>, DbError> {
    let confirmed = sqlx::query_scalar!(
        r#"/* links.confirm */ UPDATE link SET review = NULL WHERE account_id = $1 AND kind = $2 AND key = $3 AND review IS NOT NULL
           AND remote_id IS NOT NULL RETURNING remote_id AS "remote!""#,
        account.get(),
        kind.word(),
        key
    );
    Ok(confirmed.fetch_optional(&mut **tx).await?)
}

/// Which of these people or products are linked under a key other than these.
pub async fn of_others(
    pool: &PgPool,
    account: AccountId,
    kind: LinkKind,
    remotes: &[i64],
    own_keys: &[String],
) -> Result<BTreeSet<i64>, DbError> {
    let rows = sqlx::query_scalar!(
        r#"/* links.of_others */ SELECT DISTINCT remote_id AS "remote!" FROM link
           WHERE account_id = $1 AND kind = $2 AND remote_id = ANY($3) AND key <> ALL($4)"#,
        account.get(),
        kind.word(),
        remotes,
        own_keys
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().collect())
}

/// Drops every link to a person or product that is gone in RO App, so that it is searched for again.
pub async fn forget(
    tx: &mut PgTransaction<'_>,
    account: AccountId,
    kind: LinkKind,
    remote: i64,
) -> Result<(), DbError> {
    sqlx::query!(
        "/* links.forget */ DELETE FROM link WHERE account_id = $1 AND kind = $2 AND remote_id = $3",
        account.get(),
        kind.word(),
        remote
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Keeps the links made for an order, but for no order: its number belongs to another order now.
pub async fn leave(tx: &mut PgTransaction<'_>, order: OrderId) -> Result<(), DbError> {
    sqlx::query!(
        "/* links.leave */ UPDATE link SET order_id = NULL WHERE order_id = $1 AND remote_id IS NOT NULL",
        order.get()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Drops a claim under which nothing was made.
pub async fn drop_claim(
    tx: &mut PgTransaction<'_>,
    account: AccountId,
    kind: LinkKind,
    key: &str,
) -> Result<(), DbError> {
    sqlx::query!(
        "/* links.drop_claim */ DELETE FROM link WHERE account_id = $1 AND kind = $2 AND key = $3 AND remote_id IS NULL",
        account.get(),
        kind.word(),
        key
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The links that were made for an order, each with its kind.
pub async fn of_order(pool: &PgPool, order: OrderId) -> Result<Vec<(String, Explained)>, DbError> {
    let rows = sqlx::query!(
        r#"/* links.of_order */ SELECT kind, remote_id AS "remote!", reason, review FROM link
           WHERE order_id = $1 AND remote_id IS NOT NULL ORDER BY kind, key"#,
        order.get()
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter().map(|row| Ok((row.kind, Explained::read(row.remote, row.reason, row.review)?))).collect()
}
