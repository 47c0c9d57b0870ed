//! What a change that people made in RO App means for the plan and for the store.

use super::Change;
use crate::domain::{
    ids::StoreStatusId,
    order_state::OrderState,
    remote::{Head, Item},
};

/// Why an order is planned again after people changed its work order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replan {
    /// Both sides may have come to agree on what is listed as a conflict.
    Conflict,
    /// They may have done what the order is held for, such as to set a status that RO App refuses to the key.
    Held,
}

impl Replan {
    /// Whether it is, for an order in this state.
    #[must_use]
    pub fn after(state: OrderState, is_in_conflict: bool, is_moved: bool) -> Option<Self> {
        match state {
            OrderState::Held if is_moved => Some(Self::Held),
            _ => is_in_conflict.then_some(Self::Conflict),
        }
    }
}

/// What could not be written, because the work order was closed or goods were written off, may be written now. Goods written off
/// show only in the lines: where those were not read, any change may have freed them.
#[must_use]
pub fn may_go_on(changes: &[Change], head: &Head, items: Option<&[Item]>) -> bool {
    let is_free = items.is_none_or(|items| items.iter().all(|item| !item.written_off));
    !head.is_closed() && (is_free || changes.iter().any(Change::frees))
}

/// What is known of an order when a person moved its work order.
#[derive(Debug, Clone, Copy)]
pub struct Moved {
    /// The store's status as it was last seen.
    pub store: Option<StoreStatusId>,
    /// The store's status that RO App last followed, or that was written to the store.
    pub dealt_with: Option<StoreStatusId>,
    /// Where the settings lead from the new status.
    pub target: Option<StoreStatusId>,
    /// What is being written to the store just now.
    pub under_way: Option<StoreStatusId>,
    /// The order is worked, and surely the one that the work order was made for.
    pub is_worked: bool,
}

impl Moved {
    /// The store's status from which it is to be brought to the target; `None` = nothing goes to the store.
    #[must_use]
    pub fn goes_back_from(&self) -> Option<StoreStatusId> {
        let (store, target) = (self.store?, self.target?);
        // A change of the store's that is on its way to RO App wins.
        let is_dealt_with = self.dealt_with == Some(store);
        // What is under way may be there already, or come: the store is brought back from it, too.
        let differs = target != store || self.under_way.is_some_and(|sent| sent != target);
        (self.is_worked && is_dealt_with && differs).then_some(store)
    }
}

/// What to do about a status that a person set in RO App, once the store was read again (compare and set).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteBack {
    /// The store has what is wanted: we wrote it before, or both sides agree.
    Done(StoreStatusId),
    /// The store still has the status last seen: this one is written.
    Write(StoreStatusId),
    /// The store moved on: it wins.
    StoreMoved,
    /// The settings do not lead anywhere from that RO App status any more.
    NotMapped,
}

/// Decides by what the store shows `now`. `from` is what it showed when the person's change was seen, `written` what we
/// wrote last: either is "as last seen".
#[must_use]
pub fn write_back(
    target: Option<StoreStatusId>,
    from: StoreStatusId,
    written: Option<StoreStatusId>,
    now: StoreStatusId,
) -> WriteBack {
    match target {
        None => WriteBack::NotMapped,
        Some(target) if now == target => WriteBack::Done(target),
        Some(target) if now == from || Some(now) == written => WriteBack::Write(target),
        Some(_) => WriteBack::StoreMoved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_planned_again_where_what_it_waits_for_may_be_done() {
        use OrderState::{Held, Synced};
        assert_eq!(Replan::after(Held, false, true), Some(Replan::Held));
        assert_eq!(Replan::after(Held, true, true), Some(Replan::Held));
        assert_eq!(Replan::after(Held, true, false), Some(Replan::Conflict));
        assert_eq!(Replan::after(Synced, true, true), Some(Replan::Conflict));
        assert_eq!((Replan::after(Held, false, false), Replan::after(Synced, false, true)), (None, None));
    }

    #[test]
    fn a_status_that_a_person_set_goes_to_the_store_unless_that_is_ahead_or_there_already() {
        let [one, two, six] = [1, 2, 6].map(StoreStatusId::new);
        let moved =
            Moved { store: Some(one), dealt_with: Some(one), target: Some(six), under_way: None, is_worked: true };
        assert_eq!(moved.goes_back_from(), Some(one));
        let there = Moved { target: Some(one), ..moved };
        assert_eq!(there.goes_back_from(), None);
        assert_eq!(Moved { under_way: Some(two), ..there }.goes_back_from(), Some(one), "it is brought back");
        assert_eq!(Moved { under_way: Some(one), ..there }.goes_back_from(), None);
        for nothing in [
            Moved { store: None, ..moved },
            Moved { dealt_with: Some(two), ..moved },
            Moved { dealt_with: None, ..moved },
            Moved { target: None, ..moved },
            Moved { is_worked: false, ..moved },
        ] {
            assert_eq!(nothing.goes_back_from(), None, "{nothing:?}");
        }
    }

    #[test]
    fn a_status_goes_back_only_where_the_store_has_the_one_last_seen() {
        let [one, two, six] = [1, 2, 6].map(StoreStatusId::new);
        assert_eq!(write_back(Some(six), two, None, two), WriteBack::Write(six));
        assert_eq!(write_back(Some(six), two, None, six), WriteBack::Done(six));
        assert_eq!(write_back(Some(six), two, None, one), WriteBack::StoreMoved);
        assert_eq!(write_back(Some(one), two, Some(six), six), WriteBack::Write(one), "ours, not confirmed yet");
        assert_eq!(write_back(None, two, None, two), WriteBack::NotMapped);
    }
}
