//! Articles about which the store's catalogue has not been asked yet because it did not answer: titles and barcodes decide which
//! product is meant, so the order waits a little; after that, the titles of its own lines are used.

use std::time::Duration;

use crate::{
    db::catalogue,
    domain::{plan, said::Said},
    sync::{
        account::Account,
        order::Order,
        outcome::{Outcome, Run},
        store::articles,
    },
};

/// An order waits so long for the catalogue; each poll asks again.
const PATIENCE: Duration = Duration::from_mins(15);
/// How often it looks whether the catalogue answered.
const PAUSE: Duration = Duration::from_secs(20);

impl Order {
    /// Has the order wait where the catalogue may still say what its articles are.
    pub(super) async fn await_catalogue(&self, account: &Account<'_>) -> Run {
        // Such an order is held: nothing was asked about its articles.
        if plan::may_be_written(&self.data, &self.store.settings).is_err() {
            return Ok(());
        }
        let named = self.data.lines.iter().map(|line| &line.article).filter(|article| catalogue::is_kept(article));
        let unknown: Vec<_> = named.filter(|article| !self.catalogue.0.contains_key(*article)).cloned().collect();
        if unknown.is_empty() {
            return Ok(());
        }
        if self.work.waited < PATIENCE {
            return Err(Outcome::after(PAUSE));
        }
        let what = Said::new("catalogue-silent").with("number", self.work.number.get());
        Ok(articles::note_silent(account.engine, account.lease, &self.store, &unknown, &what).await?)
    }
}
