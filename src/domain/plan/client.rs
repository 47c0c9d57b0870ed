//! Which client the work order belongs to. A change of the buyer, as opposed to another spelling of the name or the contact, is
//! never applied automatically: it is listed with both values, and a person decides (invariant 6).

use super::{Conflict, Facts, Keep, Part, Plan, Step, lines, settle};
use crate::domain::{
    buyer,
    ids::PersonId,
    matching::{self, PersonChoice},
    order::Buyer,
    phone_field,
    remote::{Head, Item, PersonCard},
    said::{Said, Value},
    text,
};

/// Characters of a person that are listed.
const LONGEST: usize = 200;

/// Lists another buyer, or settles what was listed as a person decided. Only the lines tell whether goods are written off.
pub(super) fn change(facts: &Facts<'_>, remote: &Head, items: Option<&[Item]>, plan: &mut Plan) {
    if let Some(chosen) = facts.chosen_client.filter(|chosen| remote.client != Some(*chosen)) {
        return give_to(facts, remote, items, chosen, plan);
    }
    let (Some(was), now) = (&facts.applied.buyer, &facts.order.buyer) else { return };
    if buyer::is_same_person(was, now, &facts.settings.phone_region) {
        return;
    }
    let conflict = Conflict::new(Part::Client, described(now), shown(remote, was));
    let listed = facts.listed.iter().find(|row| row.part == Part::Client);
    let is_left = facts.keep == Some(Keep::RoApp)
        || (facts.decided == Some(Keep::RoApp) && listed.is_some_and(|row| row.store == conflict.store));
    if is_left || is_of(remote, facts) {
        return plan.steps.push(Step::AcceptClient(now.clone()));
    }
    let items = match items {
        None if !remote.is_closed() => {
            plan.needs_lines = true;
            return;
        }
        items => items.unwrap_or_default(),
    };
    match (lines::frozen(remote, items), settle::is_asked(facts, &Part::Client)) {
        (Some(why), true) => plan.refused.push((Part::Client, why)),
        (None, true) => plan.steps.push(Step::Client(now.clone())),
        (Some(why), false) if listed.is_none() => {
            let before = plan.pending.take().unwrap_or(why);
            let pending = Said::new("pending-client").with("why", before);
            plan.pending = Some(pending.with("store", conflict.store).with("roapp", conflict.roapp));
        }
        (_, false) => plan.conflicts.push(conflict),
    }
}

/// A person chose another client for the work order. Where nothing of it may be changed, that is told.
fn give_to(facts: &Facts<'_>, remote: &Head, items: Option<&[Item]>, chosen: PersonId, plan: &mut Plan) {
    match items {
        None if !remote.is_closed() => plan.needs_lines = true,
        items => match lines::frozen(remote, items.unwrap_or_default()) {
            None => plan.steps.push(Step::Client(facts.order.buyer.clone())),
            Some(why) => {
                let before = plan.pending.take().unwrap_or(why);
                plan.pending = Some(Said::new("pending-chosen-client").with("why", before).with("client", chosen));
            }
        },
    }
}

/// RO App shows the client, and it is the buyer: staff moved the work order there, say.
fn is_of(remote: &Head, facts: &Facts<'_>) -> bool {
    let (buyer, region) = (&facts.order.buyer, &facts.settings.phone_region);
    let Some(card) = &remote.client_card else { return false };
    let phones = phone_field::phones(&buyer.phone, region);
    match matching::choose_person(buyer, &phones, std::slice::from_ref(card), region) {
        PersonChoice::Found { review, .. } => review.is_none(),
        PersonChoice::None => card.phones.is_empty() && card.email.is_empty() && matching::is_name_of(buyer, card),
    }
}

/// A buyer in one line.
fn described(buyer: &Buyer) -> Value {
    let parts = [&buyer.name, &buyer.phone, &buyer.email].map(|part| text::one_line(part));
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { Said::new("buyer-unnamed").into() } else { text::shorten(&parts.join(", "), LONGEST).into() }
}

/// The client in one line, as RO App shows it, else the buyer for whom the work order was made; with its id.
fn shown(remote: &Head, was: &Buyer) -> Value {
    let card =
        |card: &PersonCard| Buyer { name: card.full_name(), phone: card.phones.join(", "), email: card.email.clone() };
    let name = remote.client_card.as_ref().map_or_else(|| described(was), |shown| described(&card(shown)));
    match remote.client {
        Some(id) => Said::new("client-named").with("name", name).with("client", id).into(),
        None => name,
    }
}
