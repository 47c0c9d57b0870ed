//! An order that needs many calls gives way to others after some, and goes on from there: what RO App took of it is on record,
//! what it refused is remembered here, so that no turn is spent on that again.

use std::collections::BTreeMap;

use super::{
    Writer,
    job::Job,
    refused::RefusedLines,
    rest::{Rest, Stop},
};
use crate::domain::ids::VersionId;

/// Calls after which others have a turn: an order that needs more goes on after them, and a batch that made more takes up no
/// further order before it is looked what is due.
pub(super) const CALLS_IN_A_TURN: u64 = 20;

/// What earlier turns of an order came to, as far as nothing of it is on record.
#[derive(Debug, Default)]
pub(in crate::sync) struct Earlier {
    /// Of this version, and of what a person asked; another one is begun anew.
    of: Option<(VersionId, i32)>,
    /// The plan was made anew after a first refusal.
    pub(super) planned_anew: bool,
    /// Lines that RO App did not take.
    pub(super) refused: RefusedLines,
    /// Products that it did not take, by link key.
    products: BTreeMap<String, String>,
    /// What a person has to do by hand.
    pub(super) left: Option<String>,
    /// Lines that a repair has written.
    repaired: usize,
}

impl Writer<'_> {
    /// Calls that the account's client has sent so far.
    pub(super) fn calls(&self) -> u64 {
        self.roapp.as_ref().map_or(0, crate::roapp::RoApp::calls)
    }

    /// The order made so many calls in this run that others go on now.
    pub(super) fn has_had_its_turn(&self, job: &Job) -> bool {
        self.calls().saturating_sub(job.calls_before) >= CALLS_IN_A_TURN
    }

    /// What earlier turns came to. But for the count of repairs it is taken out of memory: who asks for the order meanwhile wants
    /// everything tried again.
    pub(super) fn earlier_turns(&self, job: &mut Job) -> Earlier {
        let of = Some((job.work.version, job.work.resync_asks));
        let earlier = self.engine.seen(self.account.id, |seen| {
            let earlier = seen.turns.remove(&job.work.order).filter(|earlier| earlier.of == of)?;
            if earlier.repaired > 0 {
                let left = Earlier { of, repaired: earlier.repaired, ..Earlier::default() };
                seen.turns.insert(job.work.order, left);
            }
            Some(earlier)
        });
        let earlier = earlier.unwrap_or_default();
        job.refused_products.clone_from(&earlier.products);
        earlier
    }

    /// Others have their turn now; it goes on from here.
    pub(super) fn gives_way(&self, job: &Job, earlier: Earlier) -> Stop {
        let of = Some((job.work.version, job.work.resync_asks));
        let earlier = Earlier { of, products: job.refused_products.clone(), ..earlier };
        self.engine.seen(self.account.id, |seen| seen.turns.insert(job.work.order, earlier));
        Rest::GivesWay.into()
    }

    /// Counts a line that the repair of an order wrote; how many it did so far, all turns together.
    pub(super) fn count_repair(&self, job: &Job) -> usize {
        let of = Some((job.work.version, job.work.resync_asks));
        self.engine.seen(self.account.id, |seen| {
            let earlier = seen.turns.entry(job.work.order).or_default();
            if earlier.of != of {
                *earlier = Earlier { of, ..Earlier::default() };
            }
            earlier.repaired += 1;
            earlier.repaired
        })
    }

    /// The order came to an end: nothing of its turns matters any more.
    pub(super) fn forget_turns(&self, job: &Job) {
        self.engine.seen(self.account.id, |seen| seen.turns.remove(&job.work.order));
    }
}
