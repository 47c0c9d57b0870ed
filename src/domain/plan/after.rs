//! What a step that RO App refused means for the order's other steps, and when data read earlier is no longer valid.

use super::{AppliedStatus, Step};
use crate::domain::{ids::StatusId, remote::Head};

/// How a step failed in RO App.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setback {
    /// RO App refuses it.
    Refused,
    /// A person has to do something first.
    Held,
    /// RO App does not answer this call, but answers others.
    Unanswered,
}

/// What is done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Plan again from the current state: staff may have closed the work order or written goods off a moment ago.
    PlanAnew,
    /// Leave this line as it is and continue: no other step depends on it.
    LeaveLine,
    /// A person has to remove the line: it blocks no other step.
    SetApart,
    /// Retry this step after all others.
    GoLast,
    /// The order cannot continue.
    End,
}

/// What to do after a failed step; after a refusal, the order is planned again once.
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
