//! Hears that an account became due, so that what a person asks for does not wait for the next look. The database says so itself, see
//! the trigger `account_becomes_due`: whichever command or webhook it was.

use sqlx::{
    PgPool,
    postgres::{PgListener, PgPoolOptions},
};

use crate::db::DbError;

const CHANNEL: &str = "account_due";

/// Listens on a connection of its own until that is lost, and calls `tell` each time that an account may have become due.
///
/// # Errors
/// When the database fails.
pub async fn listen(pool: &PgPool, tell: impl Fn()) -> Result<(), DbError> {
    let options = pool.connect_options().as_ref().clone();
    let own = PgPoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None).connect_lazy_with(options);
    let mut listener = PgListener::connect_with(&own).await?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    // What came while nobody listened was told to nobody.
    tell();
    while listener.try_recv().await?.is_some() {
        tell();
    }
    Ok(())
}
