//! The head, the status and the comments of a work order (design sections 6 and 8).

use super::{Applied, AppliedHead, AppliedStatus, Comment, Conflict, Facts, HeadChange, Plan, Remote, Step};
use crate::domain::{
    ids::StatusId,
    money, notes,
    remote::Head,
    status::{self, Target},
};

/// The head as the store wants it.
pub(super) fn wanted(facts: &Facts<'_>) -> AppliedHead {
    let custom_fields = facts.settings.custom_fields.iter();
    AppliedHead {
        malfunction: notes::malfunction(facts.order),
        manager_notes: notes::manager_notes(facts.order, facts.settings, facts.marker, facts.placed_at),
        estimated_price: money::plain(facts.order.total_sum),
        custom_fields: custom_fields
            .map(|(id, text)| (*id, notes::custom_field(facts.order, facts.settings, text, facts.placed_at)))
            .collect(),
    }
}

/// Only what changed in the store since the applied version, and only where staff have not changed it.
pub(super) fn change(facts: &Facts<'_>, remote: &Head, plan: &mut Plan) {
    let wanted = wanted(facts);
    let Some(applied) = &facts.applied.head else {
        // Made by us, but what was written is not on record (adopted by its marker): what stands there is ours.
        plan.steps.push(Step::Head { change: HeadChange::default(), head: wanted });
        return;
    };
    if *applied == wanted {
        return;
    }
    if remote.is_closed() {
        let reason = "the work order is closed; notes and fields changed in the store";
        plan.pending.get_or_insert_with(|| reason.into());
        return;
    }
    let mut change = HeadChange::default();
    let mut keep = |what: &str, (was, now, there): (&str, &str, &str)| -> Option<String> {
        if was == now || there == now {
            return None;
        }
        if there == was {
            return Some(now.to_owned());
        }
        plan.conflicts.push(Conflict { what: what.into(), store: now.into(), roapp: there.into() });
        None
    };
    change.malfunction = keep("title", (&applied.malfunction, &wanted.malfunction, &remote.malfunction));
    let estimate = amount(&remote.estimated_price);
    change.estimated_price = keep("estimated price", (&applied.estimated_price, &wanted.estimated_price, &estimate));
    for (id, now) in &wanted.custom_fields {
        let was = applied.custom_fields.get(id).map_or("", String::as_str);
        let there = remote.custom_fields.get(id).map_or("", String::as_str);
        if let Some(now) = keep(&format!("custom field f{id}"), (was, now, there)) {
            change.custom_fields.insert(*id, now);
        }
    }
    let mut news = None;
    let is_there = notes::replace_block(&remote.manager_notes, &wanted.manager_notes, &wanted.manager_notes).is_some();
    if applied.manager_notes != wanted.manager_notes && !is_there {
        change.manager_notes =
            notes::replace_block(&remote.manager_notes, &applied.manager_notes, &wanted.manager_notes);
        if change.manager_notes.is_none() {
            news = Some(Comment::Notes(notes::news(&applied.manager_notes, &wanted.manager_notes)));
        }
    }
    plan.steps.push(Step::Head { change, head: wanted });
    plan.steps.extend(news.map(Step::Comment));
}

/// An amount as we write it, however it is spelt; staff's own words as they are.
pub(super) fn amount(text: &str) -> String {
    text.trim().parse().map_or_else(|_| text.to_owned(), money::plain)
}

/// The store's status, when it changed since it was last dealt with.
pub(super) fn status(facts: &Facts<'_>, plan: &mut Plan) {
    let store = facts.order.status;
    let before = facts.applied.status;
    if before.is_some_and(|applied| applied.store == store) {
        return;
    }
    let target = target(facts, plan);
    let head = match facts.remote {
        Remote::Nothing => None,
        Remote::Head(head) | Remote::Lines(head, _) => Some(head),
    };
    let current = head.and_then(|head| head.status);
    let Some(target) = target else {
        plan.steps.push(Step::Status(AppliedStatus { store, written: None }));
        return;
    };
    let differs = current != Some(target);
    // What was written to an adopted work order is not on record: once somebody moved it on, it stays there.
    let moved_on = facts.applied.adopted && before.is_none() && current.is_some() && current != facts.initial_status;
    if moved_on {
        plan.steps.push(Step::Status(AppliedStatus { store, written: None }));
        return;
    }
    let kept = differs && (head.is_some_and(Head::is_closed) || is_late_cancellation(facts, plan));
    if plan.needs_lines {
        return;
    }
    let expected = before.and_then(|applied| applied.written.or_else(|| untouched(facts, applied)));
    let staff_moved = differs && expected.is_some() && current.is_some() && expected != current;
    if kept || staff_moved {
        plan.conflicts.push(Conflict {
            what: "status".into(),
            store: format!("{store} (RO App status {target})"),
            roapp: current.map_or_else(String::new, |status| status.to_string()),
        });
    }
    plan.steps.push(Step::Status(AppliedStatus { store, written: (!kept).then_some(target) }));
}

/// The RO App status that the store's leads to; `None` = the current one is kept.
fn target(facts: &Facts<'_>, plan: &mut Plan) -> Option<StatusId> {
    match status::target(&facts.settings.status_map, facts.order.status) {
        Target::Set(id) => Some(id),
        // A new work order has the initial status; an older one goes back to it where it is known.
        Target::Initial => facts.initial_status.filter(|_| facts.applied.status.is_some()),
        Target::Unknown => {
            plan.unknown_status = true;
            None
        }
    }
}

/// The status that a work order has when none was ever written and staff have not moved it.
fn untouched(facts: &Facts<'_>, applied: AppliedStatus) -> Option<StatusId> {
    let is_initial = status::target(&facts.settings.status_map, applied.store) == Target::Initial;
    facts.initial_status.filter(|_| is_initial)
}

/// The store cancelled an order whose goods are written off: a person has to decide. Only the lines can tell.
fn is_late_cancellation(facts: &Facts<'_>, plan: &mut Plan) -> bool {
    if facts.order.status != status::CANCELLED {
        return false;
    }
    match facts.remote {
        Remote::Nothing => false,
        Remote::Head(_) => {
            plan.needs_lines = true;
            false
        }
        Remote::Lines(_, items) => items.iter().any(|item| item.written_off),
    }
}

/// Delivery and payment news, each at most once.
pub(super) fn comments(facts: &Facts<'_>, plan: &mut Plan) {
    let Applied { delivery, paid, head, adopted, .. } = facts.applied;
    if *adopted {
        // They may have been sent, and cannot be listed.
        return;
    }
    if let Some(text) = notes::delivery_comment(facts.order).filter(|text| text != delivery) {
        plan.steps.push(Step::Comment(Comment::Delivery(text)));
    }
    if facts.order.payment.paid && !paid && head.is_some() {
        plan.steps.push(Step::Comment(Comment::Paid(notes::paid_comment(facts.order))));
    }
}
