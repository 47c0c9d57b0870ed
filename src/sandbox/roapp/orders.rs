//! `/v2/orders`: lists, heads, statuses, comments (contract roapp 4.1–4.3, 4.6, 4.7).

use chrono::{SubsecRound, TimeDelta};
use serde_json::{Map, Value};

use super::{
    answer::{Answer, Refusal, Reply},
    ask::{Ask, PAGE, Param, Place, Want},
    check::{Field, Kind, may, must},
    order::{Comment, Order},
    quirks::{CommentAnswer, Deletion, PhoneMatch},
    reference::{self, ORDER_FIELDS},
};

pub(super) const LIST: &[Param] = &[
    PAGE,
    ("types", Want::Int),
    ("branches", Want::Int),
    ("ids", Want::Int),
    ("numbers", Want::Text),
    ("statuses", Want::Int),
    ("managers", Want::Int),
    ("clients_ids", Want::Int),
    ("client_ids", Want::Int),
    ("client_names", Want::Text),
    ("client_phones", Want::Text),
    ("created_at", Want::Instant),
    ("modified_at", Want::Instant),
    ("scheduled_for", Want::Instant),
    ("due_date", Want::Instant),
    ("closed_at", Want::Instant),
    ("asset_uid", Want::Text),
    (
        "sort",
        Want::Word(&[
            "id",
            "-id",
            "modified_at",
            "-modified_at",
            "scheduled_for",
            "-scheduled_for",
            "due_date",
            "-due_date",
        ]),
    ),
];

pub(super) const FIELDS: &[Field] = &[
    must("branch_id", Kind::Int),
    must("order_type_id", Kind::Int),
    must("client_id", Kind::Int),
    may("manager_id", Kind::Int),
    may("assignee_id", Kind::Int),
    may("payer_id", Kind::Int),
    may("asset_id", Kind::Int),
    may("ad_campaign_id", Kind::Int),
    may("scheduled_for", Kind::Instant),
    may("scheduled_to", Kind::Instant),
    may("resource_id", Kind::Int),
    may("malfunction", Kind::Text),
    may("manager_notes", Kind::Text),
    may("engineer_notes", Kind::Text),
    may("resume", Kind::Text),
    may("estimated_price", Kind::Text),
    may("due_date", Kind::Instant),
    may("urgent", Kind::Flag),
    may("custom_fields", Kind::CustomFields(ORDER_FIELDS)),
];

pub(super) const STATUS: &[Field] = &[must("status_id", Kind::Int), may("comment", Kind::Text)];

pub(super) const COMMENT: &[Field] = &[must("comment", Kind::Text), may("is_private", Kind::Flag)];

/// GET of the list: whole orders without items.
pub(super) fn list(ask: &mut Ask<'_>) -> Answer {
    let deleted = ask.data.deleted_orders.values().filter(|_| ask.quirks.deleted_listed);
    let mut rows: Vec<&Order> = ask.data.orders.values().chain(deleted).filter(|order| is_wanted(ask, order)).collect();
    rows.sort_by_key(|order| order.id);
    ask.query.sort(&mut rows, |by, a, b| match by {
        "modified_at" => a.modified_at.trunc_subsecs(0).cmp(&b.modified_at.trunc_subsecs(0)),
        "scheduled_for" => a.scheduled_for.cmp(&b.scheduled_for),
        "due_date" => a.due_date.cmp(&b.due_date),
        _ => a.id.cmp(&b.id),
    });
    ask.list(Place::V2, &rows, |order| order.view(ask))
}

fn is_wanted(ask: &Ask<'_>, order: &Order) -> bool {
    let (query, bound) = (&ask.query, ask.quirks.date_bound);
    order.listed_at <= ask.now
        && query.wants_id("types", Some(order.order_type_id))
        && query.wants_id("branches", Some(order.branch_id))
        && query.wants_id("ids", Some(order.id))
        && query.wants_text("numbers", std::iter::once(order.number.as_str()))
        && query.wants_id("statuses", Some(order.status_id))
        && query.wants_id("managers", order.manager_id)
        && query.wants_id("clients_ids", Some(order.client_id))
        && query.wants_id("client_ids", Some(order.client_id))
        && query.wants_time("created_at", bound, Some(order.created_at))
        && query.wants_time("modified_at", bound, Some(order.modified_at))
        && query.wants_time("scheduled_for", bound, order.scheduled_for)
        && query.wants_time("due_date", bound, order.due_date)
        && query.wants_time("closed_at", bound, order.closed_at)
        && query.wants_text("asset_uid", std::iter::empty())
        && is_of_wanted_client(ask, order)
}

fn is_of_wanted_client(ask: &Ask<'_>, order: &Order) -> bool {
    let person = ask.data.any_person(order.client_id);
    let name = person.map_or(String::new(), |person| format!("{} {}", person.first_name, person.last_name));
    let phones = person.into_iter().flat_map(|person| &person.phones).map(|phone| phone.phone.as_str());
    let how: PhoneMatch = ask.quirks.phone_match;
    ask.query.wants_part("client_names", &name) && ask.query.wants_phone("client_phones", how, phones)
}

/// GET of one order.
pub(super) fn get(ask: &mut Ask<'_>) -> Answer {
    let order = ask.data.orders.get(&ask.id()).ok_or_else(Refusal::missing)?;
    Ok(Reply::json(200, &order.view(ask)))
}

/// POST.
pub(super) fn create(ask: &mut Ask<'_>) -> Answer {
    check_references(ask)?;
    if ask.int("branch_id").is_some_and(|location| ask.data.rules.closed_locations.contains(&location)) {
        return Err(Refusal::status(403, "Access to the location is denied"));
    }
    check_form(ask)?;
    let mut order = Order { made_by_api: true, ..Order::default() };
    apply(ask, &mut order);
    let id = ask.data.add_order(order, ask.now, ask.lag);
    Ok(ask.quirks.created(id, 200))
}

/// PATCH.
pub(super) fn change(ask: &mut Ask<'_>) -> Answer {
    let mut order = ask.data.orders.get(&ask.id()).cloned().ok_or_else(Refusal::missing)?;
    check_references(ask)?;
    apply(ask, &mut order);
    order.modified_at = ask.now;
    ask.data.orders.insert(order.id, order);
    Ok(ask.quirks.changed(ask.id()))
}

/// DELETE.
pub(super) fn delete(ask: &mut Ask<'_>) -> Answer {
    refuse_deletion(ask.quirks.order_delete)?;
    let order = ask.data.orders.remove(&ask.id()).ok_or_else(Refusal::missing)?;
    ask.data.deleted_orders.insert(order.id, order);
    Ok(ask.quirks.changed(ask.id()))
}

/// The refusal, 404 or 405, if DELETE does not work.
pub(super) fn refuse_deletion(deletion: Deletion) -> Result<(), Refusal> {
    match deletion {
        Deletion::Works => Ok(()),
        Deletion::NotFound => Err(Refusal::missing()),
        Deletion::NotAllowed => Err(Refusal::status(405, "Method Not Allowed")),
    }
}

/// POST of a status.
pub(super) fn set_status(ask: &mut Ask<'_>) -> Answer {
    let status_id = ask.int("status_id").unwrap_or_default();
    let (id, now, text) = (ask.id(), ask.now, ask.text("comment"));
    let order = ask.data.orders.get_mut(&id).ok_or_else(Refusal::missing)?;
    if reference::status(status_id).is_none() {
        return Err(Refusal::field("status_id", "no such status"));
    }
    if ask.data.rules.refused_statuses.contains(&status_id) {
        return Err(Refusal::field("status_id", "the conditions of this status are not met"));
    }
    order.move_to(status_id, now, true);
    order.comments.extend(text.map(|text| Comment { text, is_private: true, at: now }));
    Ok(ask.quirks.changed(id))
}

/// POST of a comment.
pub(super) fn comment(ask: &mut Ask<'_>) -> Answer {
    let (id, now) = (ask.id(), ask.now);
    let text = ask.text("comment").unwrap_or_default();
    let is_private = ask.flag("is_private").unwrap_or_default();
    let order = ask.data.orders.get_mut(&id).ok_or_else(Refusal::missing)?;
    let status = match ask.quirks.comments {
        CommentAnswer::NoContent => 204,
        CommentAnswer::EmptyOk => 200,
        CommentAnswer::Refused => return Err(Refusal::field("comment", "not accepted")),
    };
    order.comments.push(Comment { text, is_private, at: now });
    order.modified_at = now;
    Ok(Reply::empty(status))
}

fn check_references(ask: &Ask<'_>) -> Result<(), Refusal> {
    let check = |name: &str, is_known: &dyn Fn(i64) -> bool| match ask.int(name) {
        Some(id) if !is_known(id) => Err(Refusal::field(name, "no such record")),
        _ => Ok(()),
    };
    let is_client = |id| id == reference::ORGANIZATION.id || ask.data.people.contains_key(&id);
    check("branch_id", &|id| ask.data.locations.iter().any(|location| location.id == id && !location.is_archived))?;
    check("order_type_id", &|id| reference::named(reference::ORDER_TYPES, id).is_some())?;
    check("client_id", &is_client)?;
    check("payer_id", &is_client)?;
    check("ad_campaign_id", &|id| reference::named(reference::CAMPAIGNS, id).is_some())?;
    check("asset_id", &|_| false)?;
    check("resource_id", &|_| false)?;
    ask.check_employee("manager_id")?;
    ask.check_employee("assignee_id")
}

/// Checks the form of the order type: fields that staff made required (contract roapp 4.2).
fn check_form(ask: &Ask<'_>) -> Result<(), Refusal> {
    if ask.data.rules.due_date_required && ask.instant("due_date").is_none() {
        return Err(Refusal::field("due_date", "required"));
    }
    for id in &ask.data.rules.required_fields {
        let key = format!("f{id}");
        let given = ask.body.get("custom_fields").and_then(|fields| fields.get(&key));
        if given.is_none_or(|given| given == "") {
            return Err(Refusal::field(&key, "required"));
        }
    }
    Ok(())
}

/// Copies the body's values into the order.
fn apply(ask: &Ask<'_>, order: &mut Order) {
    let set_id = |target: &mut i64, name| *target = ask.int(name).unwrap_or(*target);
    let set_text = |target: &mut String, name| {
        if let Some(text) = ask.text(name) {
            *target = ask.quirks.texts.of(&text);
        }
    };
    set_id(&mut order.branch_id, "branch_id");
    set_id(&mut order.order_type_id, "order_type_id");
    set_id(&mut order.client_id, "client_id");
    order.payer_id = ask.int("payer_id").or(order.payer_id);
    order.manager_id = ask.int("manager_id").or(order.manager_id);
    order.assignee_id = ask.int("assignee_id").or(order.assignee_id);
    order.ad_campaign_id = ask.int("ad_campaign_id").or(order.ad_campaign_id);
    order.scheduled_for = ask.instant("scheduled_for").or(order.scheduled_for);
    order.scheduled_to = ask.instant("scheduled_to").or(order.scheduled_to);
    order.due_date = ask.instant("due_date").or(order.due_date);
    order.urgent = ask.flag("urgent").unwrap_or(order.urgent);
    set_text(&mut order.malfunction, "malfunction");
    set_text(&mut order.manager_notes, "manager_notes");
    set_text(&mut order.engineer_notes, "engineer_notes");
    set_text(&mut order.resume, "resume");
    order.estimated_price = ask.text("estimated_price").unwrap_or_else(|| order.estimated_price.clone());
    let mut fields = ask.body.get("custom_fields").cloned();
    for value in fields.iter_mut().filter_map(Value::as_object_mut).flat_map(Map::values_mut) {
        if let Value::String(text) = value {
            *text = ask.quirks.texts.of(text);
        }
    }
    merge(&mut order.custom_fields, fields.as_ref());
}

/// Replaces the stored values of the sent keys.
pub(super) fn merge(stored: &mut Map<String, Value>, sent: Option<&Value>) {
    let sent = sent.and_then(Value::as_object).cloned().unwrap_or_default();
    stored.extend(sent);
}

/// No lag.
pub(super) const AT_ONCE: TimeDelta = TimeDelta::zero();
