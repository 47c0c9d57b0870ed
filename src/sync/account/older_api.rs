//! RO App without its older API (contract roapp 0): products are found through v2, and none can be created.

use crate::{
    check::OLDER_API_ENDED,
    db::{DbError, notices, orders, transitions},
    domain::{
        notice::{Plain, Topic},
        order_state::OrderState,
        said::Said,
    },
    sync::account::Account,
};

/// The notice of the account.
const TOPIC: Topic = Topic::Plain(Plain::OlderApi);
/// The reason of an order that waits for a product.
pub(in crate::sync) const HELD: Said = Said::new("older-api-ended-for-product");

impl Account<'_> {
    /// Tells once that the older API ended. Once it answers again, what was held for it goes on by itself.
    pub(in crate::sync) async fn note_older_api(&self, answers: Option<bool>) -> Result<(), DbError> {
        let Some(answers) = answers else { return Ok(()) };
        self.commit("older_api.note_older_api", |mut tx| async move {
            if answers {
                if notices::clear(&mut tx, self.id, None, &TOPIC).await? {
                    let held = orders::held_for(&mut tx, self.id, HELD.code()).await?;
                    let orders = transitions::wake(&mut tx, &held, &[OrderState::Held]).await?.len();
                    tracing::info!(orders, "RO App's older API answers again");
                }
            } else if notices::raise(&mut tx, self.id, None, &TOPIC, &OLDER_API_ENDED).await? {
                tracing::warn!(text = %OLDER_API_ENDED, "account notice raised");
            }
            Ok(())
        })
        .await
    }
}
