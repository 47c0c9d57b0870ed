//! The verification of a work order, step by step: what has to be read or repaired before it is known whether the work order is
//! complete (invariant 5).

use rust_decimal::Decimal;

use super::{Applied, Shortfall, Step, check, repair};
use crate::domain::{
    discount::PerWhat,
    ids::StatusId,
    marker::Marker,
    remote::{Head, Item},
    said::Said,
};

/// What was written, as far as it is compared.
#[derive(Debug, Clone, Copy)]
pub struct Written<'a> {
    /// What RO App accepted.
    pub applied: &'a Applied,
    /// The total that the work order must have.
    pub total: Decimal,
    /// The marker that the notes of a new work order must contain.
    pub marker: &'a Marker,
    /// Whether the work order was created in this run.
    pub is_new: bool,
    /// The status that it was created with.
    pub made_with: Option<StatusId>,
    /// How RO App applies discounts.
    pub per: PerWhat,
    /// Whether that is not known yet, and the total may show it.
    pub may_learn_per: bool,
    /// Whether its lines were repaired before.
    pub repaired: bool,
}

/// What RO App was seen to have.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'a> {
    /// The head.
    pub head: &'a Head,
    /// Where the head was read.
    pub from: HeadFrom,
    /// The lines, if they were read.
    pub items: Option<&'a [Item]>,
    /// Whether a status that had not arrived was set once more.
    pub status_set: bool,
}

/// How fresh a head is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadFrom {
    /// A list, which may lag behind (contract roapp unknown 8).
    List,
    /// The work order itself.
    Itself,
    /// The work order itself, after its lines were read.
    ItselfAfterLines,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing: the work order is complete.
    Complete,
    /// Read the work order itself.
    ReadHead,
    /// Set its status once more.
    SetStatus(StatusId),
    /// Find out from the total how RO App applies discounts.
    LearnPer,
    /// Read its lines.
    ReadLines,
    /// Write these lines once more, and read both again.
    Repair(Vec<Step>),
    /// A person has to check it.
    Incomplete(Said),
}

/// Compares what was written with what was seen.
#[must_use]
pub fn verdict(written: &Written<'_>, sight: &Sight<'_>) -> Verdict {
    if let Some(target) = left_behind(written, sight) {
        return if sight.from == HeadFrom::List { Verdict::ReadHead } else { Verdict::SetStatus(target) };
    }
    if written.is_new && !written.marker.is_in(&sight.head.manager_notes) {
        return Verdict::Incomplete(Said::new("marker-missing").with("marker", written.marker.to_string()));
    }
    let shortfall = match check(sight.head, sight.items, written.applied, written.total, written.per) {
        Ok(()) => return Verdict::Complete,
        Err(shortfall) => shortfall,
    };
    match (shortfall, sight.items) {
        _ if written.may_learn_per => Verdict::LearnPer,
        (Shortfall::ReadLines, _) => Verdict::ReadLines,
        // Staff may have changed lines between the two readings.
        (Shortfall::Total { .. }, _) if sight.from != HeadFrom::ItselfAfterLines => Verdict::ReadHead,
        (shortfall, Some(items)) if !written.repaired => match repair(items, written.applied) {
            steps if steps.is_empty() => Verdict::Incomplete(Said::from(&shortfall)),
            steps => Verdict::Repair(steps),
        },
        (shortfall, _) => Verdict::Incomplete(Said::from(&shortfall)),
    }
}

/// The status that a new work order was given and does not show: it has the one that it was made with. Somebody who moved it in
/// the meantime is not overruled.
fn left_behind(written: &Written<'_>, sight: &Sight<'_>) -> Option<StatusId> {
    let head = sight.head;
    let target = written.applied.status?.written?;
    let is_as_made = head.status == written.made_with || written.made_with.is_none();
    let is_new = written.is_new && !written.applied.adopted;
    let is_to_be_set = is_new && !sight.status_set && sight.items.is_none();
    (is_to_be_set && is_as_made && head.status != Some(target) && !head.is_closed()).then_some(target)
}
