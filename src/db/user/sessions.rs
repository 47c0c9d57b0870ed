//! Sessions of users in their browsers, and the browsers that are known.

use std::time::Duration;

use sqlx::PgPool;

use super::users::{self, TokenHash, User};
use crate::{
    db::{DbError, begin, seconds},
    domain::ids::UserId,
};

/// How long a session lasts without a request.
const LIFETIME: Duration = Duration::from_hours(30 * 24);
/// A known browser is forgotten after so long without a sign-in.
const DEVICE_LIFETIME: Duration = Duration::from_hours(400 * 24);

/// Begins a session in a browser, which is known from then on.
pub async fn begin_one(pool: &PgPool, user: UserId, session: TokenHash, device: TokenHash) -> Result<(), DbError> {
    let mut tx = begin(pool).await?;
    sqlx::query!(
        "/* sessions.begin */ WITH over AS (DELETE FROM user_session WHERE expires_at < now()),
             forgotten AS (DELETE FROM user_device WHERE seen_at < now() - $4 * interval '1 second'),
             seen AS (UPDATE app_user SET seen_at = now() WHERE id = $2)
         INSERT INTO user_session (hash, user_id, expires_at) VALUES ($1, $2, now() + $3 * interval '1 second')",
        session.as_slice(),
        user.get(),
        seconds(LIFETIME),
        seconds(DEVICE_LIFETIME)
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "/* sessions.know */ INSERT INTO user_device (hash, user_id) VALUES ($1, $2)
         ON CONFLICT (hash) DO UPDATE SET seen_at = now(), user_id = $2",
        device.as_slice(),
        user.get()
    )
    .execute(&mut *tx)
    .await?;
    Ok(tx.commit().await?)
}

/// Whose session it is; it lasts anew from each request, noted every five minutes.
pub async fn user(pool: &PgPool, session: TokenHash) -> Result<Option<User>, DbError> {
    let row = sqlx::query!(
        r#"/* sessions.user */ SELECT user_id, expires_at < now() + $2 * interval '1 second' - interval '5 minutes' AS "is_old!"
           FROM user_session WHERE hash = $1 AND expires_at > now()"#,
        session.as_slice(),
        seconds(LIFETIME)
    );
    let Some(row) = row.fetch_optional(pool).await? else { return Ok(None) };
    if row.is_old {
        sqlx::query!(
            "/* sessions.lasts */ WITH seen AS (UPDATE app_user SET seen_at = now() WHERE id = $3)
             UPDATE user_session SET expires_at = now() + $2 * interval '1 second' WHERE hash = $1",
            session.as_slice(),
            seconds(LIFETIME),
            row.user_id
        )
        .execute(pool)
        .await?;
    }
    users::get(pool, UserId::new(row.user_id)).await
}

/// Whether this user signed in from this browser before.
pub async fn is_known(pool: &PgPool, device: TokenHash, user: UserId) -> Result<bool, DbError> {
    let known = sqlx::query_scalar!(
        r#"/* sessions.is_known */ SELECT EXISTS (SELECT FROM user_device WHERE hash = $1 AND user_id = $2) AS "is_known!""#,
        device.as_slice(),
        user.get()
    );
    Ok(known.fetch_one(pool).await?)
}

/// Ends one session.
pub async fn end(pool: &PgPool, session: TokenHash) -> Result<(), DbError> {
    sqlx::query!("/* sessions.end */ DELETE FROM user_session WHERE hash = $1", session.as_slice())
        .execute(pool)
        .await?;
    Ok(())
}

/// Ends all sessions of a user.
pub async fn end_all(pool: &PgPool, user: UserId) -> Result<(), DbError> {
    sqlx::query!("/* sessions.end_all */ DELETE FROM user_session WHERE user_id = $1", user.get())
        .execute(pool)
        .await?;
    Ok(())
}
