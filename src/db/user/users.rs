//! Users, the accounts that they reach, and the links that set their passwords.

use std::{collections::BTreeSet, fmt, time::Duration};

use chrono::{DateTime, Utc};
use sqlx::{PgExecutor, PgPool, PgTransaction};

use crate::{
    db::{DbError, begin, seconds, unknown_word},
    domain::{
        ids::{AccountId, UserId},
        said::Said,
        user::{Reach, Role},
    },
};

/// A user of the pages.
#[derive(Clone)]
pub struct User {
    /// Our id.
    pub id: UserId,
    /// Unique without regard to case.
    pub name: String,
    /// What the user may do.
    pub role: Role,
    /// Where.
    pub reach: Reach,
    /// The hash of the password; `None` until one is set.
    pub password: Option<String>,
    /// When the user was added.
    pub made_at: DateTime<Utc>,
    /// When a page was last requested, to five minutes.
    pub seen_at: Option<DateTime<Utc>>,
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("id", &self.id).field("role", &self.role).finish_non_exhaustive()
    }
}

/// The hash of a token: what it is found by.
pub type TokenHash = [u8; 32];

struct Row {
    id: i64,
    name: String,
    role: String,
    every_account: bool,
    accounts: Vec<i64>,
    password: Option<String>,
    made_at: DateTime<Utc>,
    seen_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for User {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let accounts: BTreeSet<_> = row.accounts.into_iter().map(AccountId::new).collect();
        Ok(Self {
            id: UserId::new(row.id),
            name: row.name,
            role: Role::read(&row.role).ok_or_else(|| unknown_word("app_user", row.id, "role", &row.role))?,
            reach: if row.every_account { Reach::Every } else { Reach::Accounts(accounts) },
            password: row.password,
            made_at: row.made_at,
            seen_at: row.seen_at,
        })
    }
}

/// All users, or the one with this id or this name, by name.
async fn select(by: impl PgExecutor<'_>, id: Option<UserId>, name: Option<&str>) -> Result<Vec<User>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        r#"/* users.select */ SELECT u.id, u.name, u.role, u.every_account, u.password, u.made_at, u.seen_at,
               ARRAY(SELECT a.account_id FROM app_user_account a WHERE a.user_id = u.id) AS "accounts!"
           FROM app_user u WHERE ($1::bigint IS NULL OR u.id = $1) AND ($2::text IS NULL OR u.folded = $2)
           ORDER BY u.folded"#,
        id.map(UserId::get),
        name.map(str::to_lowercase)
    )
    .fetch_all(by)
    .await?;
    rows.into_iter().map(User::try_from).collect()
}

/// All users, by name.
pub async fn list(pool: &PgPool) -> Result<Vec<User>, DbError> {
    select(pool, None, None).await
}

/// One user, if it is still there.
pub async fn get(by: impl PgExecutor<'_>, id: UserId) -> Result<Option<User>, DbError> {
    Ok(select(by, Some(id), None).await?.pop())
}

/// The user with this name, without regard to case.
pub async fn named(pool: &PgPool, name: &str) -> Result<Option<User>, DbError> {
    Ok(select(pool, None, Some(name)).await?.pop())
}

/// Whether there is a user who can sign in.
pub async fn any(by: impl PgExecutor<'_>) -> Result<bool, DbError> {
    let any = sqlx::query_scalar!(
        r#"/* users.any */ SELECT EXISTS (SELECT FROM app_user WHERE password IS NOT NULL) AS "any!""#
    );
    Ok(any.fetch_one(by).await?)
}

/// Adds a user, without a password.
///
/// # Errors
/// [`DbError::Taken`] when the name is in use.
pub async fn add(tx: &mut PgTransaction<'_>, name: &str, role: Role, reach: &Reach) -> Result<UserId, DbError> {
    let id = sqlx::query_scalar!(
        "/* users.add */ INSERT INTO app_user (name, folded, role, every_account) VALUES ($1, $2, $3, $4) RETURNING id",
        name,
        name.to_lowercase(),
        role.word(),
        *reach == Reach::Every
    )
    .fetch_one(&mut **tx)
    .await
    .map_err(|error| DbError::name_taken(error, "app_user_name", || Said::new("user-taken").with("name", name)))?;
    let id = UserId::new(id);
    set_accounts(tx, id, reach).await?;
    Ok(id)
}

/// Changes what a user may do, and where.
pub async fn set_rights(tx: &mut PgTransaction<'_>, id: UserId, role: Role, reach: &Reach) -> Result<(), DbError> {
    sqlx::query!(
        "/* users.set_rights */ UPDATE app_user SET role = $2, every_account = $3 WHERE id = $1",
        id.get(),
        role.word(),
        *reach == Reach::Every
    )
    .execute(&mut **tx)
    .await?;
    set_accounts(tx, id, reach).await
}

async fn set_accounts(tx: &mut PgTransaction<'_>, id: UserId, reach: &Reach) -> Result<(), DbError> {
    let accounts: Vec<i64> = match reach {
        Reach::Every => Vec::new(),
        Reach::Accounts(accounts) => accounts.iter().map(|account| account.get()).collect(),
    };
    sqlx::query!(
        "/* users.set_accounts */ WITH other AS (DELETE FROM app_user_account WHERE user_id = $1 AND account_id <> ALL($2))
         INSERT INTO app_user_account (user_id, account_id) SELECT $1, unnest($2::bigint[]) ON CONFLICT DO NOTHING",
        id.get(),
        &accounts
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Removes a user with all sessions.
pub async fn remove(pool: &PgPool, id: UserId) -> Result<(), DbError> {
    sqlx::query!("/* users.remove */ DELETE FROM app_user WHERE id = $1", id.get()).execute(pool).await?;
    Ok(())
}

/// Sets the hash of a password, and ends everything that the old one, or a link, opened.
pub async fn set_password(tx: &mut PgTransaction<'_>, id: UserId, hash: &str) -> Result<(), DbError> {
    sqlx::query!(
        "/* users.set_password */ WITH link AS (DELETE FROM user_link WHERE user_id = $1),
             session AS (DELETE FROM user_session WHERE user_id = $1), device AS (DELETE FROM user_device WHERE user_id = $1)
         UPDATE app_user SET password = $2 WHERE id = $1",
        id.get(),
        hash
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Saves a link: for this user, or for the first one.
pub async fn add_link(
    by: impl PgExecutor<'_>,
    hash: TokenHash,
    user: Option<UserId>,
    lifetime: Duration,
) -> Result<(), DbError> {
    sqlx::query!(
        "/* users.add_link */ WITH over AS (DELETE FROM user_link WHERE expires_at < now())
         INSERT INTO user_link (hash, user_id, expires_at) VALUES ($1, $2, now() + $3 * interval '1 second')",
        hash.as_slice(),
        user.map(UserId::get),
        seconds(lifetime)
    )
    .execute(by)
    .await?;
    Ok(())
}

/// Saves a link that signs a user in at once.
pub async fn add_entrance(pool: &PgPool, hash: TokenHash, user: UserId, lifetime: Duration) -> Result<(), DbError> {
    sqlx::query!(
        "/* users.add_entrance */ INSERT INTO user_link (hash, user_id, enters, expires_at)
         VALUES ($1, $2, true, now() + $3 * interval '1 second')",
        hash.as_slice(),
        user.get(),
        seconds(lifetime)
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Whom a link signs in.
pub async fn entering(pool: &PgPool, hash: TokenHash) -> Result<Option<UserId>, DbError> {
    let user = sqlx::query_scalar!(
        r#"/* users.entering */ SELECT user_id AS "user_id!" FROM user_link
           WHERE hash = $1 AND enters AND user_id IS NOT NULL AND expires_at > now()"#,
        hash.as_slice()
    );
    Ok(user.fetch_optional(pool).await?.map(UserId::new))
}

/// For whom a link is.
#[derive(Debug, Clone)]
pub enum Link {
    /// For the first user.
    First,
    /// For this one.
    Of(Box<User>),
}

/// What a link opens; `None` if it was used, expired, or never was.
pub async fn link(pool: &PgPool, hash: TokenHash) -> Result<Option<Link>, DbError> {
    let row = sqlx::query!(
        "/* users.link */ SELECT user_id FROM user_link WHERE hash = $1 AND NOT enters AND expires_at > now()",
        hash.as_slice()
    );
    let Some(row) = row.fetch_optional(pool).await? else { return Ok(None) };
    match row.user_id {
        None => Ok(Some(Link::First)),
        Some(id) => Ok(get(pool, UserId::new(id)).await?.map(|user| Link::Of(Box::new(user)))),
    }
}

/// Uses a link of a user: sets the password. False if the link was used meanwhile.
pub async fn use_link(pool: &PgPool, hash: TokenHash, user: UserId, password: &str) -> Result<bool, DbError> {
    let mut tx = begin(pool).await?;
    if !take_link(&mut tx, hash).await? {
        return Ok(false);
    }
    set_password(&mut tx, user, password).await?;
    tx.commit().await?;
    Ok(true)
}

/// Uses the link of the first user: adds an admin of every account, and ends all such links. `None` if the link was used, or another
/// user could already sign in.
pub async fn use_first_link(
    pool: &PgPool,
    hash: TokenHash,
    name: &str,
    password: &str,
) -> Result<Option<UserId>, DbError> {
    let mut tx = begin(pool).await?;
    // Of two who use such links at once, one waits for the other.
    sqlx::query!("/* users.one_first */ SELECT pg_advisory_xact_lock(hashtext('app_user'))").execute(&mut *tx).await?;
    if any(&mut *tx).await? || !take_link(&mut tx, hash).await? {
        return Ok(None);
    }
    let id = add(&mut tx, name, Role::Admin, &Reach::Every).await?;
    set_password(&mut tx, id, password).await?;
    sqlx::query!("/* users.no_more_first */ DELETE FROM user_link WHERE user_id IS NULL").execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(Some(id))
}

async fn take_link(tx: &mut PgTransaction<'_>, hash: TokenHash) -> Result<bool, DbError> {
    let taken = sqlx::query!(
        "/* users.take_link */ DELETE FROM user_link WHERE hash = $1 AND expires_at > now()",
        hash.as_slice()
    );
    Ok(taken.execute(&mut **tx).await?.rows_affected() == 1)
}
