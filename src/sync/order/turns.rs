//! An order that needs many calls gives way to others after some of them, and continues later: what RO App accepted is on record,
//! and what it refused is remembered here, so that no turn is spent on that again.

use std::collections::BTreeMap;

use crate::{
    db::asks::AskId,
    domain::{ids::VersionId, said::Said},
    sync::{
        account::Account,
        order::{Order, refused::RefusedLines},
        outcome::Outcome,
    },
};

/// What earlier turns of an order came to, as far as nothing of it is on record.
#[derive(Debug, Default)]
pub(in crate::sync) struct Earlier {
    /// Of this version, and of what a person asked; another one is begun anew.
    of: Option<(VersionId, AskId)>,
    /// The plan was made anew after a first refusal.
    pub(super) planned_anew: bool,
    /// Lines that RO App did not take.
    pub(super) refused: RefusedLines,
    /// Products that it did not take, by link key.
    products: BTreeMap<String, Said>,
    /// What a person has to do by hand.
    pub(super) left: Option<Said>,
    /// Lines that a repair has written.
    repaired: usize,
}

impl Earlier {
    /// All is planned anew: what was refused is tried again.
    pub(super) fn start_over(&mut self) {
        (self.refused, self.left) = (RefusedLines::default(), None);
    }
}

impl Order {
    /// What earlier turns came to. But for the count of repairs it is taken out of memory: who asks for the order meanwhile wants
    /// everything tried again.
    pub(super) fn earlier_turns(&mut self, account: &Account<'_>) -> Earlier {
        let of = Some((self.work.version, self.work.asked.last));
        let earlier = account.seen(|seen| {
            let earlier = seen.turns.remove(&self.work.order).filter(|earlier| earlier.of == of)?;
            if earlier.repaired > 0 {
                let left = Earlier { of, repaired: earlier.repaired, ..Earlier::default() };
                seen.turns.insert(self.work.order, left);
            }
            Some(earlier)
        });
        let earlier = earlier.unwrap_or_default();
        self.refused_products.clone_from(&earlier.products);
        earlier
    }

    /// Others have their turn now; it goes on from here.
    pub(super) fn gives_way(&self, account: &Account<'_>, earlier: Earlier) -> Outcome {
        let of = Some((self.work.version, self.work.asked.last));
        let earlier = Earlier { of, products: self.refused_products.clone(), ..earlier };
        account.seen(|seen| seen.turns.insert(self.work.order, earlier));
        Outcome::GivesWay
    }

    /// Counts a line that the repair of an order wrote; how many it did so far, all turns together.
    pub(super) fn count_repair(&self, account: &Account<'_>) -> usize {
        let of = Some((self.work.version, self.work.asked.last));
        account.seen(|seen| {
            let earlier = seen.turns.entry(self.work.order).or_default();
            if earlier.of != of {
                *earlier = Earlier { of, ..Earlier::default() };
            }
            earlier.repaired += 1;
            earlier.repaired
        })
    }

    /// The order came to an end: nothing of its turns matters any more.
    pub(super) fn forget_turns(&self, account: &Account<'_>) {
        account.seen(|seen| seen.turns.remove(&self.work.order));
    }
}
