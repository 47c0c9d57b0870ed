//! Users of the pages: how they are added, set their password once by a link, and sign in.

use std::time::Duration;

use serde::Serialize;
use sqlx::PgPool;

use super::{AdminError, Moment};
use crate::{
    check::{Fault, Faults},
    db::{
        self, accounts, sessions,
        users::{self, Link, TokenHash, User},
    },
    domain::{
        ids::UserId,
        said::{Said, Value},
        user::{LONGEST_NAME, LONGEST_PASSWORD, Reach, Role, SHORTEST_PASSWORD, Weak, weakness},
    },
    hook_url,
    secrets::{Secret, SecretsError, hash_password, is_password},
};

/// How long a link may wait to be used.
const LINK_LIFETIME: Duration = Duration::from_hours(24);

/// A link with which a user sets a password.
#[derive(Debug)]
pub struct Invitation {
    token: Secret,
}

impl Invitation {
    fn fresh() -> Result<Self, AdminError> {
        Ok(Self { token: fresh_token()? })
    }

    fn hash(&self) -> TokenHash {
        hook_url::hash(self.token.expose())
    }

    /// The whole link below the address of the pages, which has no slash at its end.
    #[must_use]
    pub fn url(&self, pages: &str) -> Secret {
        Secret::new(format!("{pages}/welcome/{}", self.token.expose()))
    }
}

/// A user as shown to a person.
#[derive(Debug, Clone, Serialize)]
pub struct UserRow {
    /// Our id.
    #[serde(skip)]
    pub id: UserId,
    /// The name.
    pub name: String,
    /// `admin` or `viewer`.
    pub role: &'static str,
    /// The accounts that the user reaches, by name; `None` = all.
    pub accounts: Option<Vec<String>>,
    /// Whether a password is set; else a link waits to be used.
    pub has_password: bool,
    /// When the user was added.
    pub made_at: Moment,
    /// When the user last requested a page, to five minutes.
    pub seen_at: Option<Moment>,
}

/// A session in a browser.
#[derive(Debug)]
pub struct Session {
    /// What the browser shows from now on.
    pub token: Secret,
    /// What the browser is known by at its next sign-in.
    pub device: Secret,
}

/// The link for the first user; `None` once there is a user who can sign in.
///
/// # Errors
/// When the database fails.
pub async fn first_invitation(pool: &PgPool) -> Result<Option<Invitation>, AdminError> {
    if users::any(pool).await? {
        return Ok(None);
    }
    let invitation = Invitation::fresh()?;
    users::add_link(pool, invitation.hash(), None, LINK_LIFETIME).await?;
    Ok(Some(invitation))
}

/// Whether there is a user who can sign in.
///
/// # Errors
/// When the database fails.
pub async fn has_users(pool: &PgPool) -> Result<bool, AdminError> {
    Ok(users::any(pool).await?)
}

/// Adds a user, who sets a password with the link.
///
/// # Errors
/// [`AdminError::Faults`] at `name`.
pub async fn add_user(pool: &PgPool, name: &str, role: Role, reach: &Reach) -> Result<Invitation, AdminError> {
    let name = read_name(name)?;
    if users::named(pool, name).await?.is_some() {
        return Err(fault("name", Said::new("user-taken").with("name", name)));
    }
    let invitation = Invitation::fresh()?;
    let mut tx = db::begin(pool).await?;
    let id = users::add(&mut tx, name, role, reach).await?;
    users::add_link(&mut *tx, invitation.hash(), Some(id), LINK_LIFETIME).await?;
    tx.commit().await?;
    Ok(invitation)
}

/// A link with which a user sets another password; the present one holds until then.
///
/// # Errors
/// When the database fails.
pub async fn reset_user(pool: &PgPool, user: &User) -> Result<Invitation, AdminError> {
    let invitation = Invitation::fresh()?;
    users::add_link(pool, invitation.hash(), Some(user.id), LINK_LIFETIME).await?;
    Ok(invitation)
}

/// Changes what a user may do, and where.
///
/// # Errors
/// When the database fails.
pub async fn edit_user(pool: &PgPool, user: UserId, role: Role, reach: &Reach) -> Result<(), AdminError> {
    let mut tx = db::begin(pool).await?;
    users::set_rights(&mut tx, user, role, reach).await?;
    Ok(tx.commit().await?)
}

/// Removes a user, whose sessions end.
///
/// # Errors
/// When the database fails.
pub async fn remove_user(pool: &PgPool, user: UserId) -> Result<(), AdminError> {
    Ok(users::remove(pool, user).await?)
}

/// The user of this name.
///
/// # Errors
/// [`AdminError::Faults`] at `name` names the existing users.
pub async fn find_user(pool: &PgPool, name: &str) -> Result<User, AdminError> {
    if let Some(user) = users::named(pool, name.trim()).await? {
        return Ok(user);
    }
    let names: Vec<_> = users::list(pool).await?.into_iter().map(|user| user.name).collect();
    let said = if names.is_empty() {
        Said::new("no-user-yet")
    } else {
        Said::new("no-user").with("names", names.into_iter().collect::<Value>())
    };
    let said = said.with("name", name.trim());
    Err(fault("name", said))
}

/// The user of this id, if it was not removed.
///
/// # Errors
/// When the database fails.
pub async fn user_by_id(pool: &PgPool, id: UserId) -> Result<Option<User>, AdminError> {
    Ok(users::get(pool, id).await?)
}

/// Every user, by name.
///
/// # Errors
/// When the database fails.
pub async fn user_rows(pool: &PgPool) -> Result<Vec<UserRow>, AdminError> {
    let accounts = accounts::list(pool).await?;
    let reached = |reach: &Reach| match reach {
        Reach::Every => None,
        Reach::Accounts(_) => Some(accounts.iter().filter(|it| reach.holds(it.id)).map(|it| it.name.clone()).collect()),
    };
    let row = |user: User| UserRow {
        id: user.id,
        accounts: reached(&user.reach),
        name: user.name,
        role: user.role.word(),
        has_password: user.password.is_some(),
        made_at: Moment(user.made_at),
        seen_at: user.seen_at.map(Moment),
    };
    Ok(users::list(pool).await?.into_iter().map(row).collect())
}

/// For whom a link of this token is; `None` if it was used, expired, or never was.
///
/// # Errors
/// When the database fails.
pub async fn invitation(pool: &PgPool, token: &str) -> Result<Option<Link>, AdminError> {
    Ok(users::link(pool, hook_url::hash(token)).await?)
}

/// Sets the password with a link; `name` is that of the first user. Returns the user; `None` if the link was used meanwhile.
///
/// # Errors
/// [`AdminError::Faults`] at `name` or `password`.
pub async fn accept(
    pool: &PgPool,
    (token, link): (&str, &Link),
    name: &str,
    password: &Secret,
) -> Result<Option<UserId>, AdminError> {
    let name = match link {
        Link::First => read_name(name)?,
        Link::Of(user) => &user.name,
    };
    check_password(name, password)?;
    let (hash, hashed) = (hook_url::hash(token), hash_password(password).await?);
    match link {
        Link::First => Ok(users::use_first_link(pool, hash, name, &hashed).await?),
        Link::Of(user) => Ok(users::use_link(pool, hash, user.id, &hashed).await?.then_some(user.id)),
    }
}

/// Adds an admin without a password, and a link that signs the admin in at once, as often as it is opened: for the demo, where nothing
/// is worth guarding.
///
/// # Errors
/// When the database fails.
pub async fn add_guest(pool: &PgPool, name: &str) -> Result<Secret, AdminError> {
    let token = fresh_token()?;
    let mut tx = db::begin(pool).await?;
    let id = users::add(&mut tx, name, Role::Admin, &Reach::Every).await?;
    tx.commit().await?;
    users::add_entrance(pool, hook_url::hash(token.expose()), id, LINK_LIFETIME).await?;
    Ok(token)
}

/// Whom such a link signs in.
///
/// # Errors
/// When the database fails.
pub async fn guest(pool: &PgPool, token: &str) -> Result<Option<UserId>, AdminError> {
    Ok(users::entering(pool, hook_url::hash(token)).await?)
}

/// The user of this name and password.
///
/// # Errors
/// When the database fails.
pub async fn recognise(pool: &PgPool, name: &str, password: &Secret) -> Result<Option<User>, AdminError> {
    let user = users::named(pool, name.trim()).await?;
    let is_right = is_password(password, user.as_ref().and_then(|user| user.password.as_deref())).await;
    Ok(user.filter(|_| is_right))
}

/// Another password for somebody who knows the present one. Every session of the user ends.
///
/// # Errors
/// [`AdminError::Faults`] at `present` or `password`.
pub async fn change_password(
    pool: &PgPool,
    user: &User,
    present: &Secret,
    password: &Secret,
) -> Result<(), AdminError> {
    if !is_password(present, user.password.as_deref()).await {
        return Err(fault("present", Said::new("password-wrong")));
    }
    check_password(&user.name, password)?;
    let hashed = hash_password(password).await?;
    let mut tx = db::begin(pool).await?;
    users::set_password(&mut tx, user.id, &hashed).await?;
    Ok(tx.commit().await?)
}

/// Begins a session; `device` is what the browser was known by before.
///
/// # Errors
/// When the database fails.
pub async fn begin_session(pool: &PgPool, user: UserId, device: Option<&str>) -> Result<Session, AdminError> {
    let device = device.map_or_else(fresh_token, |device| Ok(Secret::new(device.to_owned())))?;
    let session = Session { token: fresh_token()?, device };
    let (token, device) = (hook_url::hash(session.token.expose()), hook_url::hash(session.device.expose()));
    sessions::begin_one(pool, user, token, device).await?;
    Ok(session)
}

/// Whose session a browser shows.
///
/// # Errors
/// When the database fails.
pub async fn session_user(pool: &PgPool, token: &str) -> Result<Option<User>, AdminError> {
    Ok(sessions::user(pool, hook_url::hash(token)).await?)
}

/// Whether the user of this name signed in from this browser before.
///
/// # Errors
/// When the database fails.
pub async fn is_known_device(pool: &PgPool, device: &str, name: &str) -> Result<bool, AdminError> {
    match users::named(pool, name.trim()).await? {
        Some(user) => Ok(sessions::is_known(pool, hook_url::hash(device), user.id).await?),
        None => Ok(false),
    }
}

/// Ends this session.
///
/// # Errors
/// When the database fails.
pub async fn sign_out(pool: &PgPool, token: &str) -> Result<(), AdminError> {
    Ok(sessions::end(pool, hook_url::hash(token)).await?)
}

/// Ends every session of a user.
///
/// # Errors
/// When the database fails.
pub async fn sign_out_everywhere(pool: &PgPool, user: UserId) -> Result<(), AdminError> {
    Ok(sessions::end_all(pool, user).await?)
}

fn fresh_token() -> Result<Secret, AdminError> {
    Ok(hook_url::fresh_secret().map_err(SecretsError::NoRandom)?)
}

fn read_name(name: &str) -> Result<&str, AdminError> {
    let name = name.trim();
    if name.is_empty() {
        return Err(fault("name", Said::new("user-without-name")));
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(fault("name", Said::new("user-name-long").with("most", LONGEST_NAME)));
    }
    if name.chars().any(char::is_control) {
        return Err(fault("name", Said::new("user-name-unprintable")));
    }
    Ok(name)
}

fn check_password(name: &str, password: &Secret) -> Result<(), AdminError> {
    let said = match weakness(password.expose(), name) {
        None => return Ok(()),
        Some(Weak::Short) => Said::new("password-short").with("least", SHORTEST_PASSWORD),
        Some(Weak::Long) => Said::new("password-long").with("most", LONGEST_PASSWORD),
        Some(Weak::Obvious) => Said::new("password-obvious"),
    };
    Err(fault("password", said))
}

fn fault(key: &str, said: Said) -> AdminError {
    Faults::from(Fault::new(key, said)).into()
}
