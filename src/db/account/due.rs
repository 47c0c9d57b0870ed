//! Listens for accounts that become due, so that a person's request does not wait for the next look. The database itself sends
//! the notification (trigger `account_becomes_due`), whichever command or webhook made the account due.

use sqlx::{
    PgPool,
    postgres::{PgListener, PgPoolOptions},
};

use crate::{db::DbError, domain::ids::AccountId};

const CHANNEL: &str = "account_due";

/// Listens on a connection of its own until that is lost, and calls `tell` each time an account became due, whether or not it is
/// being worked; with `None` where it may be any.
pub async fn listen(pool: &PgPool, tell: impl Fn(Option<AccountId>)) -> Result<(), DbError> {
    let options = pool.connect_options().as_ref().clone();
    let own = PgPoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None).connect_lazy_with(options);
    let mut listener = PgListener::connect_with(&own).await?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    // Notifications sent before we listened are lost.
    tell(None);
    while let Some(notification) = listener.try_recv().await? {
        tell(notification.payload().parse().ok().map(AccountId::new));
    }
    Ok(())
}
