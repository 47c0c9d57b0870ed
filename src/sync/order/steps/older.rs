//! A product that cannot be created because RO App no longer has its older API (contract roapp 0).

use super::product::placeholder_of;
use crate::{
    domain::{product::ProductWant, said::Said},
    sync::{
        account::{Account, alone::Alone, older_api::HELD},
        order::Order,
        outcome::{Outcome, Run},
    },
};

impl Order {
    /// A product that RO App does not have and that cannot be made: the store's placeholder, where there is one, stands in; else
    /// a person adds it.
    pub(in crate::sync::order) async fn without_older_api(&mut self, account: &Account<'_>, want: &ProductWant) -> Run {
        let _alone = account.alone(Alone::Product(placeholder_of(self).0)).await?;
        if self.use_placeholder(account, want).await? {
            return Ok(());
        }
        let product = match want.article.as_str() {
            "" => Said::new("product-named").with("title", want.title.as_str()),
            article => Said::new("product-named-of").with("title", want.title.as_str()).with("article", article),
        };
        Err(Outcome::held(HELD.with("product", product)))
    }
}
