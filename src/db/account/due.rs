//! Listens for accounts that become due, so that a person's request does not wait for the next look. The database itself sends
//! the notification (trigger `account_becomes_due`), whichever command or webhook made the account due.

use sqlx::{
    PgPool,
    postgres::{PgListener, PgPoolOptions},
};

use crate::db::DbError;

const CHANNEL: &str = "account_due";

/// Listens on a connection of its own until that is lost, and calls `tell` each time an account may have become due.
pub async fn listen(pool: &PgPool, tell: impl Fn()) -> Result<(), DbError> {
    let options = pool.connect_options().as_ref().clone();
    let own = PgPoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None).connect_lazy_with(options);
    let mut listener = PgListener::connect_with(&own).await?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    // Notifications sent before we listened are lost.
    tell();
    while listener.try_recv().await?.is_some() {
        tell();
    }
    Ok(())
}
