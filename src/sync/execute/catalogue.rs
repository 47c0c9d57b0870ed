//! Articles that the store's catalogue was not asked about, since it did not answer: titles and barcodes decide which product
//! is meant, so that the order waits a little; then the titles of its own lines serve.

use std::time::Duration;

use super::{
    Writer,
    job::Job,
    rest::{Rest, Stop},
};
use crate::{db::catalogue, domain::plan, sync::articles};

/// An order waits so long for the catalogue; each poll asks again.
const PATIENCE: Duration = Duration::from_mins(15);
/// How often it looks whether the catalogue answered.
const PAUSE: Duration = Duration::from_secs(20);

impl Writer<'_> {
    /// Has the order wait where the catalogue may still say what its articles are.
    pub(super) async fn await_catalogue(&self, job: &Job) -> Result<(), Stop> {
        // Such an order is held: nothing was asked about its articles.
        if plan::may_be_written(&job.order, &job.store.settings).is_err() {
            return Ok(());
        }
        let named = job.order.lines.iter().map(|line| &line.article).filter(|article| catalogue::is_kept(article));
        let unknown: Vec<_> = named.filter(|article| !job.catalogue.0.contains_key(*article)).cloned().collect();
        if unknown.is_empty() {
            return Ok(());
        }
        if job.work.waited < PATIENCE {
            return Err(Rest::Wait(PAUSE).into());
        }
        let text = format!(
            "the store's catalogue does not answer about articles of order {}; titles are taken from the orders",
            job.work.number
        );
        Ok(articles::note_silent(self.engine, self.lease, &job.store, &unknown, &text).await?)
    }
}
