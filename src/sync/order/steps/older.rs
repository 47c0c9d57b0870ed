//! A product that cannot be created because RO App no longer has its older API (contract roapp 0).

use super::product::placeholder_of;
use crate::{
    domain::product::ProductWant,
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
        if self.stands_in(account, want).await? {
            return Ok(());
        }
        let article = if want.article.is_empty() { String::new() } else { format!(" (article {})", want.article) };
        let reason =
            format!("{HELD}: RO App does not have {:?}{article}; add it there by hand, then `order retry`", want.title);
        Err(Outcome::held(reason))
    }
}
