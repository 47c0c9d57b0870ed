//! What a step that RO App refused means for the order's other steps, and when data read earlier is no longer valid.

use super::{AppliedStatus, Step};
use crate::domain::{ids::StatusId, remote::Head};

/// How RO App did not take a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setback {
    /// It refuses it.
    Refused,
    /// A person has to do something first.
    Held,
    /// It does not answer this call, and answers others.
    Unanswered,
}

/// What is done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Plan once more from what is there now: perhaps staff closed the work order or wrote goods off a moment ago.
    PlanAnew,
    /// Leave this line as it is and go on: no other waits for it.
    LeaveLine,
    /// A person has to remove the line: it holds up no other step.
    SetApart,
    /// It is tried after all others.
    GoLast,
    /// The order cannot go on.
    End,
}

/// What a step that was not taken means; after a refusal it is planned anew once.
#[must_use]
pub fn after(step: &Step, setback: Setback, planned_anew: bool) -> Next {
    match setback {
        Setback::Refused if step.writes_a_line() && !planned_anew => Next::PlanAnew,
        Setback::Refused if step.writes_a_line() || matches!(step, Step::Product(_)) => Next::LeaveLine,
        Setback::Held if matches!(step, Step::RemoveLine { .. }) => Next::SetApart,
        Setback::Unanswered if step.label().is_some() => Next::GoLast,
        _ => Next::End,
    }
}

impl Step {
    /// It writes what staff may write, too: how the work order is must be known before.
    #[must_use]
    pub fn needs_a_fresh_head(&self) -> bool {
        matches!(self, Self::Head { .. } | Self::Status(AppliedStatus { written: Some(_), .. }))
    }

    /// Staff changed what this step is to write since it was planned with the head `before`, where there was one; a new work order
    /// was made with the status `made_with`.
    #[must_use]
    pub fn is_overtaken(&self, before: Option<&Head>, now: &Head, made_with: Option<StatusId>) -> bool {
        let Some(before) = before else {
            return now.is_closed() || made_with.is_some_and(|made| now.status != Some(made));
        };
        // The texts of before were written by then.
        let are_texts_moved = matches!(self, Self::Head { .. }) && !now.has_texts_of(before);
        are_texts_moved || now.status != before.status || now.is_closed() != before.is_closed()
    }
}
