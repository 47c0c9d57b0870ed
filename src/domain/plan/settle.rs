//! Settles listed conflicts: by a person's decision, or because both sides have come to agree (invariant 6).

use super::{
    AppliedStatus, Conflict, Facts, Plan, Remote, Step, head,
    lines::{self, WantedLine, describe, part_of, shows},
    part::Part,
};
use crate::domain::{
    ids::{ItemId, ProductId, StatusId},
    likeness::same,
    remote::{Head, Item},
    said::Said,
};

/// Which side wins a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// The store: what is listed is written to RO App.
    Store,
    /// RO App: it stays as it is, and the conflict counts as settled; a status of staff's that the store had overruled is restored.
    RoApp,
}

impl Keep {
    /// The word in the database and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::RoApp => "roapp",
        }
    }

    /// The decision with this word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        [Self::Store, Self::RoApp].into_iter().find(|keep| keep.word() == word)
    }
}

/// A person wants this part, which is listed, written as the store has it.
pub(super) fn is_asked(facts: &Facts<'_>, part: &Part) -> bool {
    facts.keep == Some(Keep::Store) && facts.listed.iter().any(|conflict| conflict.part == *part)
}

/// Only the lines tell what becomes of what is listed.
pub(super) fn needs_lines(facts: &Facts<'_>) -> bool {
    facts.keep == Some(Keep::Store) && facts.listed.iter().any(|conflict| conflict.part.is_of_a_line())
}

/// Whether nothing in the head can be written.
pub(super) fn refuse_head(facts: &Facts<'_>, reason: &Said, plan: &mut Plan) {
    let of_the_head = facts.listed.iter().map(|row| &row.part).filter(|part| part.is_of_the_head());
    let asked = of_the_head.filter(|part| is_asked(facts, part));
    plan.refused.extend(asked.map(|part| (part.clone(), reason.clone())));
}

/// A person wants this line as the store has it. Of several lines with one title it is the one that shows what is listed.
pub(super) fn is_meant(facts: &Facts<'_>, wanted: &[WantedLine], line: &WantedLine) -> bool {
    let fits =
        |row: &Conflict, line: &WantedLine| row.part == part_of(line) && row.store == describe(&line.values).into();
    let is_listed =
        |row: &Conflict| row.part == part_of(line) && (fits(row, line) || !wanted.iter().any(|other| fits(row, other)));
    facts.keep == Some(Keep::Store) && facts.listed.iter().any(is_listed)
}

/// Lines that are as before in the store, and lines that it does not have, as far as they are listed.
pub(super) fn write_lines(
    facts: &Facts<'_>,
    wanted: &[WantedLine],
    (frozen, items): (Option<&Said>, &[Item]),
    plan: &mut Plan,
) {
    for line in wanted.iter().filter(|line| is_meant(facts, wanted, line)) {
        let Some(applied) = facts.applied.lines.get(&line.key) else { continue };
        let item = items.iter().find(|item| item.id == applied.item);
        if item.is_some_and(|item| shows(item, &line.values)) {
            continue;
        }
        match frozen {
            Some(reason) => plan.refused.push((part_of(line), reason.clone())),
            None if applied.values == line.values => write_line(facts, line, item, plan),
            None => {}
        }
    }
    let is_ours = |id: ItemId| facts.applied.lines.values().any(|line| line.item == id);
    let strange = facts.listed.iter().filter_map(|row| Some((row, row.part.item()?)));
    for (row, id) in strange.filter(|(_, id)| !is_ours(*id) && items.iter().any(|item| item.id == *id)) {
        match frozen {
            Some(reason) => plan.refused.push((row.part.clone(), reason.clone())),
            None => plan.steps.push(Step::RemoveLine { key: lines::item_key(id), item: id }),
        }
    }
}

/// Writes the line as in the store; one that staff deleted is added again.
pub(super) fn write_line(facts: &Facts<'_>, line: &WantedLine, item: Option<&Item>, plan: &mut Plan) {
    let (key, values) = (line.key.clone(), line.values.clone());
    match item {
        Some(item) if shows(item, &values) => plan.steps.push(Step::AcceptLine { key, values }),
        Some(item) => plan.steps.push(Step::ChangeLine { key, item: item.id, values }),
        None => {
            lines::products(facts, std::iter::once(line), plan);
            plan.steps.push(lines::add(line));
        }
    }
}

/// Every line counts as the store has it, and RO App keeps its own.
pub(super) fn accept_lines(facts: &Facts<'_>, wanted: &[WantedLine], items: &[Item], plan: &mut Plan) {
    let applied = &facts.applied.lines;
    let gone = applied.keys().filter(|key| wanted.iter().all(|line| line.key != **key));
    plan.steps.extend(gone.map(|key| Step::ForgetLine { key: key.clone() }));
    let mut taken: std::collections::BTreeSet<_> = applied.values().map(|line| line.item).collect();
    for line in wanted {
        let (key, values) = (line.key.clone(), line.values.clone());
        match applied.get(&line.key) {
            Some(applied) if applied.values == values => {}
            Some(_) => plan.steps.push(Step::AcceptLine { key, values }),
            None => {
                // What an adopted work order has is linked all the same.
                let product = facts.links.products.get(&line.want.link_key).copied().filter(|_| facts.applied.adopted);
                let same = lines::same_item(items, product, &values, &taken);
                match same.or_else(|| only_item(facts, wanted, items, (line, &taken))) {
                    Some((item, product)) => {
                        taken.insert(item);
                        let adopted = super::NewItem { item, product };
                        let accept = Step::AcceptLine { key: key.clone(), values: values.clone() };
                        plan.steps.push(Step::AdoptLine { key, item: adopted, values });
                        // Whatever discount stands there: nothing of it is repaired.
                        plan.steps.extend(facts.as_it_is.then_some(accept));
                    }
                    None => plan.steps.push(Step::WaiveLine { key, values }),
                }
            }
        }
    }
}

/// The item of a work order that others made which alone has the line's quantity and price, whatever product they call it.
fn only_item(
    facts: &Facts<'_>,
    wanted: &[WantedLine],
    items: &[Item],
    (line, taken): (&WantedLine, &std::collections::BTreeSet<ItemId>),
) -> Option<(ItemId, ProductId)> {
    let of_line = |line: &WantedLine| (Some(line.values.quantity), Some(line.values.price));
    let mut alike =
        items.iter().filter(|item| !taken.contains(&item.id) && (item.quantity, item.price) == of_line(line));
    let (item, other) = (alike.next()?, alike.next());
    let is_only_line = wanted.iter().filter(|other| of_line(other) == of_line(line)).count() == 1;
    item.product.filter(|_| facts.as_it_is && other.is_none() && is_only_line).map(|product| (item.id, product))
}

/// The status by the map, never out of a closed group; true when that is all there is to it.
pub(super) fn status(facts: &Facts<'_>, target: Option<StatusId>, plan: &mut Plan) -> bool {
    let (Remote::Head(head) | Remote::Lines(head, _)) = facts.remote else { return false };
    let store = facts.order.status;
    let is_known = facts.applied.status.is_some_and(|applied| applied.store == store);
    let reason = match target {
        None => Said::new("status-unmapped").with("store", store),
        Some(target) if head.status == Some(target) => return is_known,
        Some(_) if head.is_closed() => lines::CLOSED,
        Some(target) => {
            plan.steps.push(Step::Status(AppliedStatus::by_the_map(store, target)));
            return true;
        }
    };
    plan.refused.push((Part::Status, reason));
    is_known
}

/// The status of staff's that RO App goes back to, since a person decided for it where the store had won; else why it does not.
/// Only what the decision was about is undone: the store's status, as long as both sides still have it.
pub(super) fn set_back(facts: &Facts<'_>) -> Option<Result<StatusId, Said>> {
    let (Remote::Head(head) | Remote::Lines(head, _)) = facts.remote else { return None };
    let row = facts.listed.iter().find(|row| row.part == Part::Status && facts.decided == Some(Keep::RoApp))?;
    let (staffs, applied) = (row.overruled?, facts.applied.status?);
    if applied.written == Some(staffs) || head.status == Some(staffs) {
        return None;
    }
    let is_won = |written: StatusId| row.store == head::shown_status(facts.order.status, written);
    let why = if applied.store != facts.order.status || !applied.written.is_some_and(is_won) {
        Said::new("store-moved-on").with("store", facts.order.status)
    } else if head.status != applied.written {
        match head.status {
            Some(now) => Said::new("work-order-moved-on").with("status", now),
            None => Said::new("work-order-without-status"),
        }
    } else if head.is_closed() {
        lines::CLOSED
    } else {
        return Some(Ok(staffs));
    };
    Some(Err(Said::new("status-not-set-back").with("status", staffs).with("why", why)))
}

/// Notes which of the listed conflicts are none any more. Lines are compared only where they were read.
pub(super) fn note_agreed(
    facts: &Facts<'_>,
    wanted: &[WantedLine],
    remote: &Head,
    items: Option<&[Item]>,
    plan: &mut Plan,
) {
    if facts.keep.is_some() {
        return;
    }
    let agrees = |row: &&Conflict| {
        plan.conflicts.iter().all(|new| new.part != row.part)
            && !(matches!(row.part, Part::Status | Part::Client) && facts.decided.is_some())
            && (head_agrees(facts, remote, row) || lines_agree(facts, wanted, items, row))
    };
    plan.agreed = facts.listed.iter().filter(agrees).map(|row| row.part.clone()).collect();
}

fn head_agrees(facts: &Facts<'_>, remote: &Head, row: &Conflict) -> bool {
    let wanted = head::wanted(facts);
    match &row.part {
        Part::Title => {
            let shown = facts.applied.shown_of(&wanted);
            same(&remote.malfunction, &wanted.malfunction)
                || shown.is_some_and(|shown| same(&remote.malfunction, &shown.malfunction))
        }
        Part::Price => head::amount(&remote.estimated_price) == wanted.estimated_price,
        Part::Notes => head::has_block(facts.applied, remote, &wanted),
        // It is listed anew as long as it is one.
        Part::Client => true,
        Part::Status => {
            let applied = facts.applied.status.filter(|applied| applied.store == facts.order.status);
            // A person is still to see that the store won, wherever it moved on to, unless both have what staff set by now.
            if row.overruled.is_some() {
                let both =
                    applied.and_then(|applied| applied.written).filter(|written| remote.status == Some(*written));
                return row.overruled == both;
            }
            let target = head::target(facts, &mut Plan::default()).filter(|target| remote.status == Some(*target));
            let (Some(applied), Some(target)) = (applied, target) else { return false };
            // Of earlier entries it is not on record that the store won: both are the same by our own doing then.
            let is_won = applied.written == Some(target) && row.store == head::shown_status(applied.store, target);
            !is_won
        }
        Part::Field(id) => wanted
            .custom_fields
            .get(id)
            .is_some_and(|now| head::same_field(remote.custom_fields.get(id).map_or("", String::as_str), now)),
        Part::Line(_) | Part::Item(..) => false,
    }
}

fn lines_agree(facts: &Facts<'_>, wanted: &[WantedLine], items: Option<&[Item]>, row: &Conflict) -> bool {
    let Some(items) = items else { return false };
    if let Some(id) = row.part.item() {
        return items.iter().all(|item| item.id != id);
    }
    let mut meant = wanted.iter().filter(|line| part_of(line) == row.part).peekable();
    let is_there = |line: &WantedLine| {
        let applied = facts.applied.lines.get(&line.key).filter(|applied| applied.values == line.values);
        let item = applied.and_then(|applied| items.iter().find(|item| item.id == applied.item));
        item.is_some_and(|item| shows(item, &line.values))
    };
    meant.peek().is_some() && meant.all(is_there)
}
