//! RO App without its older API (contract roapp 0): products are found by v2, and none can be made.

use super::{
    Writer,
    job::Job,
    rest::{Rest, Stop},
};
use crate::{
    check::OLDER_API_ENDED,
    db::{DbError, notices, watch},
    domain::product::ProductWant,
};

/// The notice of the account.
const TOPIC: &str = "older-api";
/// How the reason of an order begins that waits for a product.
const HELD: &str = "RO App's older API has ended, which alone makes products";

impl Writer<'_> {
    /// Tells once that the older API ended. Once it answers again, what was held for it goes on by itself.
    pub(super) async fn note_older_api(&self, answers: Option<bool>) -> Result<(), DbError> {
        let Some(answers) = answers else { return Ok(()) };
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        if answers {
            if notices::clear(&mut tx, self.account.id, None, TOPIC).await? {
                let orders = watch::plan_held_for(&mut tx, self.account.id, HELD).await?;
                tracing::info!(orders, "RO App's older API answers again");
            }
        } else if notices::raise(&mut tx, self.account.id, None, TOPIC, OLDER_API_ENDED).await? {
            tracing::warn!(text = OLDER_API_ENDED, "account notice raised");
        }
        tx.commit().await?;
        Ok(())
    }

    /// A product that RO App does not have and that cannot be made: the store's placeholder, where there is one, stands in; else
    /// a person adds it.
    pub(super) async fn without_older_api(&mut self, job: &mut Job, want: &ProductWant) -> Result<(), Stop> {
        if self.stands_in(job, want).await? {
            return Ok(());
        }
        let article = if want.article.is_empty() { String::new() } else { format!(" (article {})", want.article) };
        let reason =
            format!("{HELD}: RO App does not have {:?}{article}; add it there by hand, then `order retry`", want.title);
        Err(Rest::Held(reason).into())
    }
}
