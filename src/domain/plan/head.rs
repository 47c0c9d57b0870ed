//! The head, the status and the comments of a work order (design sections 6 and 8).

use rust_decimal::Decimal;

use super::{
    Applied, AppliedHead, AppliedStatus, Comment, Conflict, Facts, HeadChange, Keep, Part, Plan, Remote, Step, settle,
};
use crate::domain::{
    ids::{StatusId, StoreStatusId},
    likeness::{self, same},
    moment, money, notes,
    plan::lines::CLOSED,
    remote::Head,
    said::{Said, Value},
    status::{self, Target},
    words::Language,
};

/// The head as the store wants it.
pub(super) fn wanted(facts: &Facts<'_>) -> AppliedHead {
    let Facts { order, settings, marker, placed_at, applied, .. } = *facts;
    let (head, applied) = (facts.remote.head(), applied.head.as_ref());
    let custom_fields = settings.custom_fields.iter();
    AppliedHead {
        malfunction: in_words(
            facts,
            |language| notes::malfunction(order, language),
            |text| applied.map(|applied| applied.malfunction == text),
            |text| head.is_some_and(|head| same(&head.malfunction, text)),
        ),
        manager_notes: in_words(
            facts,
            |language| notes::manager_notes(order, settings, language, marker, placed_at),
            |text| applied.map(|applied| applied.manager_notes == text),
            |text| head.is_some_and(|head| notes::replace_block(&head.manager_notes, text, text).is_some()),
        ),
        estimated_price: money::plain(order.total_sum),
        custom_fields: custom_fields
            .map(|(id, text)| (*id, notes::custom_field(order, settings, text, placed_at)))
            .collect(),
    }
}

/// A text in the store's language. One that says the same in another language of ours stays, whether it is what RO App last accepted
/// or, where that is not on record, what stands there: a changed language moves nothing, unless a person asks for it.
fn in_words(
    facts: &Facts<'_>,
    say: impl Fn(Language) -> String,
    is_applied: impl Fn(&str) -> Option<bool>,
    is_there: impl Fn(&str) -> bool,
) -> String {
    let text = say(facts.settings.words());
    let is_ours = |text: &str| is_applied(text).unwrap_or_else(|| is_there(text));
    let is_asked = facts.resync && facts.applied.head.is_some();
    if is_asked || is_ours(&text) {
        return text;
    }
    Language::ALL.into_iter().map(say).find(|text| is_ours(text)).unwrap_or(text)
}

/// Only what changed in the store since the applied version, and only where staff have not changed it.
pub(super) fn change(facts: &Facts<'_>, remote: &Head, plan: &mut Plan) {
    let wanted = wanted(facts);
    // What was written to an adopted work order is not on record: what differs there is kept and listed.
    let applied = facts.applied.head.as_ref();
    let closed = remote.is_closed();
    if closed {
        settle::refuse_head(facts, &CLOSED, plan);
    }
    let store_wins = !closed && facts.keep == Some(Keep::Store);
    let asked = |part: &Part| store_wins && settle::is_asked(facts, part);
    let fields = wanted.custom_fields.keys().map(|id| Part::Field(*id));
    let is_asked = [Part::Title, Part::Price, Part::Notes].into_iter().chain(fields).any(|part| asked(&part));
    if applied == Some(&wanted) && !is_asked {
        return;
    }
    // Our newest block stands there, and when it was written is not on record, as after a restored backup: the comments that went
    // with it may have been sent, and cannot be listed.
    let is_newer = |applied: &AppliedHead| applied.manager_notes != wanted.manager_notes && !facts.applied.notes_left;
    if applied.is_some_and(is_newer) && has_block(facts.applied, remote, &wanted) {
        plan.steps.extend(news(facts).into_iter().map(Step::Told));
    }
    if facts.as_it_is && applied.is_none() {
        let has_block = has_block(facts.applied, remote, &wanted);
        let block = || notes::put_block(&facts.applied.notes_to_send(remote), &wanted.manager_notes);
        let manager_notes = if closed || has_block { None } else { block() };
        let notes_left = manager_notes.is_none() && !has_block;
        let change = HeadChange { manager_notes, ..HeadChange::default() };
        return plan.steps.push(Step::Head { change, head: wanted, notes_left });
    }
    if applied.is_some() && facts.keep == Some(Keep::RoApp) {
        let notes_left = !has_block(facts.applied, remote, &wanted);
        plan.steps.push(Step::Head { change: HeadChange::default(), head: wanted, notes_left });
        return;
    }
    if applied.is_some() && closed {
        plan.pending.get_or_insert(Said::new("pending-head"));
        return;
    }
    let mut change = HeadChange::default();
    let shown = facts.applied.shown.as_ref();
    let mut keep = |part: Part, was: Option<&str>, shown: Option<&str>, now: &str, there: &str| -> Option<String> {
        if same(there, now) || (was == Some(now) && !asked(&part)) {
            return None;
        }
        if store_wins || [was, shown].into_iter().flatten().any(|ours| same(there, ours)) {
            return Some(now.to_owned());
        }
        plan.conflicts.push(Conflict::new(part, now, there));
        None
    };
    let was = applied.map(|applied| applied.malfunction.as_str());
    change.malfunction =
        keep(Part::Title, was, shown.map(|shown| shown.malfunction.as_str()), &wanted.malfunction, &remote.malfunction);
    let was = applied.map(|applied| applied.estimated_price.as_str());
    change.estimated_price = keep(Part::Price, was, None, &wanted.estimated_price, &amount(&remote.estimated_price));
    for (id, now) in &wanted.custom_fields {
        let was = applied.map(|applied| applied.custom_fields.get(id).map_or("", String::as_str));
        let there = remote.custom_fields.get(id).map_or("", String::as_str);
        let there =
            [Some(now.as_str()), was].into_iter().flatten().find(|ours| same_field(there, ours)).unwrap_or(there);
        let shown = shown.map(|shown| shown.custom_fields.get(id).map_or("", String::as_str));
        if let Some(now) = keep(Part::Field(*id), was, shown, now, there) {
            change.custom_fields.insert(*id, now);
        }
    }
    let news = applied.and_then(|applied| notes_news(facts, applied, &wanted, remote, &mut change));
    if asked(&Part::Notes) && change.manager_notes.is_none() && !has_block(facts.applied, remote, &wanted) {
        change.manager_notes = notes::put_block(&facts.applied.notes_to_send(remote), &wanted.manager_notes);
        if change.manager_notes.is_none() {
            plan.refused.push((Part::Notes, Said::new("notes-too-long")));
        }
    } else if applied.is_none() && !has_block(facts.applied, remote, &wanted) {
        plan.conflicts.push(Conflict::new(Part::Notes, wanted.manager_notes.as_str(), remote.manager_notes.as_str()));
    }
    // Before the head, which counts the news as dealt with.
    plan.steps.extend(news.filter(|news| news.text() != facts.applied.news).map(Step::Comment));
    if applied != Some(&wanted) || !change.is_empty() {
        let notes_left = change.manager_notes.is_none() && !has_block(facts.applied, remote, &wanted);
        plan.steps.push(Step::Head { change, head: wanted, notes_left });
    }
}

/// Our block of the notes is replaced by the new one; where staff edited it, it is left, and a comment says what is new.
fn notes_news(
    facts: &Facts<'_>,
    applied: &AppliedHead,
    wanted: &AppliedHead,
    remote: &Head,
    change: &mut HeadChange,
) -> Option<Comment> {
    if applied.manager_notes == wanted.manager_notes || has_block(facts.applied, remote, wanted) {
        return None;
    }
    let current = facts.applied.notes_to_send(remote);
    let shown = facts.applied.shown.as_ref().map(|shown| shown.manager_notes.as_str());
    let read = shown.map(likeness::unescaped);
    let written = [Some(applied.manager_notes.as_str()), shown, read.as_deref()].into_iter().flatten();
    let mut replaced = written.map(|block| notes::replace_block(&current, block, &wanted.manager_notes));
    change.manager_notes = replaced.find_map(|replaced| replaced);
    if change.manager_notes.is_some() {
        return None;
    }
    // In the language of the block that staff have before them, else every line of it would be news.
    let Facts { order, settings, marker, placed_at, .. } = *facts;
    let language = notes::language_of(&applied.manager_notes, order.number).unwrap_or_else(|| settings.words());
    let new = notes::manager_notes(order, settings, language, marker, placed_at);
    Some(Comment::Notes(notes::news(&applied.manager_notes, &new, language)))
}

/// The notes have this block of ours, perhaps as RO App was seen to show it.
pub(super) fn has_block(applied: &Applied, remote: &Head, wanted: &AppliedHead) -> bool {
    let is_there = |block: &str| notes::replace_block(&remote.manager_notes, block, block).is_some();
    let shown = || notes::block_of(&remote.manager_notes, &wanted.manager_notes);
    is_there(&wanted.manager_notes)
        || applied.shown_of(wanted).is_some_and(|shown| is_there(&shown.manager_notes))
        || shown().is_some_and(|block| same(block, &wanted.manager_notes))
}

/// What a person changed of the title, our block of the notes, the estimated price and custom fields of ours: each as RO App has
/// it.
#[must_use]
pub fn differing_fields(remote: &Head, applied: &Applied) -> Vec<(Part, String)> {
    let (all, Some(applied)) = (applied, &applied.head) else { return Vec::new() };
    let shown = all.shown.as_ref();
    let mut fields = Vec::new();
    let mut note = |differs: bool, part: Part, there: &str| {
        if differs {
            fields.push((part, there.to_owned()));
        }
    };
    let is_title = |head: &AppliedHead| same(&remote.malfunction, &head.malfunction);
    note(!is_title(applied) && !shown.is_some_and(is_title), Part::Title, &remote.malfunction);
    note(!has_block(all, remote, applied), Part::Notes, &remote.manager_notes);
    let (there, ours) = (&remote.estimated_price, &applied.estimated_price);
    note(amount(there) != amount(ours), Part::Price, there);
    for (id, ours) in &applied.custom_fields {
        let there = remote.custom_fields.get(id).map_or("", String::as_str);
        let is_shown = |head: &AppliedHead| same(there, head.custom_fields.get(id).map_or("", String::as_str));
        note(!same_field(there, ours) && !shown.is_some_and(is_shown), Part::Field(*id), there);
    }
    fields
}

/// The same of a custom field: RO App may spell numbers and moments otherwise than we wrote them.
pub(super) fn same_field(one: &str, other: &str) -> bool {
    let number = |text: &str| text.trim().parse::<Decimal>().ok();
    same(one, other) || (number(one).is_some() && number(one) == number(other)) || moment::same(one, other)
}

/// An amount as we write it, however it is spelt; staff's own words as they are.
pub(super) fn amount(text: &str) -> String {
    text.trim().parse().map_or_else(|_| text.to_owned(), money::plain)
}

/// The store's status, when it changed since it was last dealt with.
pub(super) fn status(facts: &Facts<'_>, plan: &mut Plan) {
    let store = facts.order.status;
    let before = facts.applied.status;
    let is_known = before.is_some_and(|applied| applied.store == store);
    let is_asked = settle::is_asked(facts, &Part::Status);
    match (settle::set_back(facts), before) {
        (Some(Ok(staffs)), Some(before)) => {
            return plan.steps.push(Step::Status(AppliedStatus { written: Some(staffs), kept: None, ..before }));
        }
        (Some(Err(why)), _) => plan.refused.push((Part::Status, why)),
        _ => {}
    }
    if is_known && !facts.resync && !is_asked {
        return;
    }
    let target = target(facts, plan);
    if is_asked && settle::status(facts, target, plan) {
        return;
    }
    // The status map leads where it led before, or staff brought the status to the store: whatever they made of it stays.
    let made_with = |applied: &AppliedStatus| facts.initial_status.filter(|_| applied.left().is_none());
    let leads_as_before = |applied: &AppliedStatus| target == applied.led_to.or_else(|| made_with(applied));
    let stays = |applied: &AppliedStatus| target.is_none() || applied.is_staffs() || leads_as_before(applied);
    if is_known && before.as_ref().is_some_and(stays) {
        return;
    }
    let head = facts.remote.head();
    let current = head.and_then(|head| head.status);
    let Some(target) = target else {
        // What staff set before is not listed, and counts as theirs still.
        let kept = before.and_then(|applied| applied.left()).or(current.filter(|_| facts.as_it_is));
        plan.steps.push(Step::Status(AppliedStatus { store, written: None, kept, led_to: None }));
        return;
    };
    let differs = current != Some(target);
    // What was written to an adopted work order is not on record: once somebody moved it on, it stays there.
    let is_new_to_us = facts.applied.adopted && before.is_none() && current.is_some();
    let moved_on = is_new_to_us && (facts.as_it_is || current != facts.initial_status);
    if moved_on {
        plan.steps.push(Step::Status(AppliedStatus { store, written: None, kept: current, led_to: Some(target) }));
        return;
    }
    let is_late = differs && is_late_cancellation(facts, plan);
    if plan.needs_lines {
        return;
    }
    let kept = is_late || (differs && head.is_some_and(Head::is_closed));
    // Before the first one is written or kept, it has the status that it was made with.
    let expected = before.and_then(|applied| applied.left()).or(facts.initial_status);
    let staff_moved = differs && expected.is_some() && current.is_some() && expected != current;
    if kept || (staff_moved && facts.keep != Some(Keep::Store)) {
        plan.conflicts.push(Conflict {
            part: Part::Status,
            store: shown_status(store, target),
            roapp: current.map_or_else(|| "".into(), Value::from),
            overruled: current.filter(|_| !kept),
        });
    }
    // Told before the status counts as dealt with: should the call fail, it is planned again.
    if is_late && !facts.applied.cancel_told && !facts.applied.adopted {
        plan.steps.push(Step::Comment(Comment::Canceled(notes::canceled_comment(facts.order, facts.settings.words()))));
    }
    let (written, kept) = if kept { (None, current) } else { (Some(target), None) };
    plan.steps.push(Step::Status(AppliedStatus { store, written, kept, led_to: Some(target) }));
}

/// The store's side of a conflict of statuses.
pub(super) fn shown_status(store: StoreStatusId, target: StatusId) -> Value {
    Said::new("status-of-both").with("store", store).with("roapp", target).into()
}

/// The RO App status that the store's leads to; `None` = the current one is kept.
pub(super) fn target(facts: &Facts<'_>, plan: &mut Plan) -> Option<StatusId> {
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
    let is_told = plan.steps.iter().any(|step| matches!(step, Step::Told(_)));
    // Those of an adopted work order may have been sent, and cannot be listed.
    if !is_told && !facts.applied.adopted {
        plan.steps.extend(news(facts).into_iter().map(Step::Comment));
    }
}

fn news(facts: &Facts<'_>) -> Vec<Comment> {
    let Applied { delivery, paid, head, .. } = facts.applied;
    let (order, language) = (facts.order, facts.settings.words());
    let is_told = |language| notes::delivery_comment(order, language).as_ref() == Some(delivery);
    let delivered = notes::delivery_comment(order, language).filter(|_| !Language::ALL.into_iter().any(is_told));
    let is_paid = order.payment.paid && !paid && head.is_some();
    let paid = is_paid.then(|| Comment::Paid(notes::paid_comment(order, language)));
    delivered.map(Comment::Delivery).into_iter().chain(paid).collect()
}
