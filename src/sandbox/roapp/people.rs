//! `/v2/contacts/people`: clients (contract roapp 5.1).

use chrono::SubsecRound;
use serde_json::Value;

use super::{
    answer::{Answer, Refusal, Reply},
    ask::{Ask, PAGE, Param, Place, Want},
    check::{Field, Kind, may, must},
    data::{Person, Phone},
    orders::merge,
    reference::{self, PEOPLE_FIELDS},
    views::full_name,
};

pub(super) const LIST: &[Param] = &[
    PAGE,
    ("names", Want::Text),
    ("phones", Want::Text),
    ("emails", Want::Text),
    ("managers", Want::Int),
    ("created_at", Want::Instant),
    ("modified_at", Want::Instant),
    ("sort", Want::Word(&["id", "-id", "modified_at", "-modified_at", "name", "-name"])),
];

const BIRTHDAY: &[Field] = &[must("day", Kind::Int), must("month", Kind::Int), may("year", Kind::Int)];

const PHONE: &[Field] = &[
    must("phone", Kind::Text),
    may("title", Kind::Text),
    may("notify", Kind::Flag),
    may("has_viber", Kind::Flag),
    may("has_whatsapp", Kind::Flag),
];

pub(super) const FIELDS: &[Field] = &[
    must("first_name", Kind::Name),
    may("last_name", Kind::Name),
    may("birthday", Kind::Object(BIRTHDAY)),
    may("email", Kind::Name),
    may("phones", Kind::List(&Kind::Object(PHONE))),
    may("notes", Kind::Text),
    may("address", Kind::Text),
    may("supplier", Kind::Flag),
    may("manager_id", Kind::Int),
    may("ad_campaign_id", Kind::Int),
    may("discount_code", Kind::Text),
    may("custom_fields", Kind::CustomFields(PEOPLE_FIELDS)),
    may("tags", Kind::List(&Kind::Text)),
    may("tax_identification_number", Kind::Text),
];

/// GET of the list.
pub(super) fn list(ask: &mut Ask<'_>) -> Answer {
    let deleted = ask.data.deleted_people.values().filter(|_| ask.quirks.deleted_listed);
    let mut rows: Vec<&Person> =
        ask.data.people.values().chain(deleted).filter(|person| is_wanted(ask, person)).collect();
    rows.sort_by_key(|person| person.id);
    ask.query.sort(&mut rows, |by, a, b| match by {
        "modified_at" => a.modified_at.trunc_subsecs(0).cmp(&b.modified_at.trunc_subsecs(0)),
        "name" => full_name(a).cmp(&full_name(b)),
        _ => a.id.cmp(&b.id),
    });
    ask.list(Place::V2, &rows, |person| {
        let mut row = person.view(ask.quirks);
        if ask.quirks.phones_absent {
            row.as_object_mut().and_then(|row| row.remove("phones"));
        }
        row
    })
}

fn is_wanted(ask: &Ask<'_>, person: &Person) -> bool {
    let (query, bound) = (&ask.query, ask.quirks.date_bound);
    let phones = person.phones.iter().map(|phone| phone.phone.as_str());
    query.wants_part("names", &full_name(person))
        && query.wants_phone("phones", ask.quirks.phone_match, phones)
        && query.text("emails").is_none_or(|email| person.email.eq_ignore_ascii_case(email))
        && query.wants_id("managers", person.manager_id)
        && query.wants_time("created_at", bound, Some(person.created_at))
        && query.wants_time("modified_at", bound, Some(person.modified_at))
}

/// GET of one person.
pub(super) fn get(ask: &mut Ask<'_>) -> Answer {
    let person = ask.data.people.get(&ask.id()).ok_or_else(Refusal::missing)?;
    Ok(Reply::json(200, &person.view(ask.quirks)))
}

/// POST.
pub(super) fn create(ask: &mut Ask<'_>) -> Answer {
    check(ask)?;
    for id in &ask.data.rules.required_people_fields {
        let key = format!("f{id}");
        if ask.body.get("custom_fields").is_none_or(|fields| fields.get(&key).is_none()) {
            return Err(Refusal::field(&key, "required"));
        }
    }
    let mut person = Person { made_by_api: true, ..Person::default() };
    apply(ask, &mut person);
    let id = ask.data.add_person(person, ask.now);
    Ok(ask.quirks.created(id, 201))
}

/// PATCH.
pub(super) fn change(ask: &mut Ask<'_>) -> Answer {
    let mut person = ask.data.people.get(&ask.id()).cloned().ok_or_else(Refusal::missing)?;
    check(ask)?;
    apply(ask, &mut person);
    person.modified_at = ask.now;
    ask.data.people.insert(person.id, person);
    Ok(ask.quirks.changed(ask.id()))
}

/// DELETE.
pub(super) fn delete(ask: &mut Ask<'_>) -> Answer {
    let person = ask.data.people.remove(&ask.id()).ok_or_else(Refusal::missing)?;
    ask.data.deleted_people.insert(person.id, person);
    Ok(ask.quirks.changed(ask.id()))
}

fn check(ask: &Ask<'_>) -> Result<(), Refusal> {
    if ask.text("first_name").is_some_and(|name| name.trim().is_empty()) {
        return Err(Refusal::field("first_name", "required"));
    }
    let is_odd = |c: char| !c.is_alphabetic() && !matches!(c, ' ' | '-' | '\'' | '.');
    for name in ["first_name", "last_name"] {
        if ask.quirks.plain_names && ask.text(name).is_some_and(|text| text.contains(is_odd)) {
            return Err(Refusal::field(name, "not a valid name"));
        }
    }
    if ask.text("email").is_some_and(|email| !is_email(&email)) {
        return Err(Refusal::field("email", "not a valid e-mail"));
    }
    if phones(ask).iter().flatten().any(|phone| !is_phone(&phone.phone)) {
        return Err(Refusal::field("phones", "not a valid phone"));
    }
    if ask.int("ad_campaign_id").is_some_and(|id| reference::named(reference::CAMPAIGNS, id).is_none()) {
        return Err(Refusal::field("ad_campaign_id", "no such campaign"));
    }
    ask.check_employee("manager_id")
}

/// Whether the text has the form of an address: something, `@`, something, a dot, something, without spaces.
fn is_email(email: &str) -> bool {
    let Some((name, host)) = email.split_once('@') else { return false };
    let dotted = host.rsplit_once('.').is_some_and(|(domain, top)| !domain.is_empty() && !top.is_empty());
    !name.is_empty() && dotted && !email.contains(char::is_whitespace)
}

/// Whether the text has the form of a phone: no letters, and at least five digits.
fn is_phone(phone: &str) -> bool {
    !phone.contains(char::is_alphabetic) && phone.chars().filter(char::is_ascii_digit).count() >= 5
}

fn phones(ask: &Ask<'_>) -> Option<Vec<Phone>> {
    let sent = ask.body.get("phones").and_then(Value::as_array)?;
    let text = |phone: &Value, name: &str| phone.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let flag = |phone: &Value, name: &str| phone.get(name).and_then(Value::as_bool).unwrap_or_default();
    let phone = |sent: &Value| Phone {
        phone: text(sent, "phone"),
        title: text(sent, "title"),
        notify: flag(sent, "notify"),
        has_viber: flag(sent, "has_viber"),
        has_whatsapp: flag(sent, "has_whatsapp"),
    };
    Some(sent.iter().map(phone).collect())
}

/// Copies the body's values into the person.
fn apply(ask: &Ask<'_>, person: &mut Person) {
    let set_text = |target: &mut String, name| {
        if let Some(text) = ask.text(name) {
            *target = text;
        }
    };
    set_text(&mut person.first_name, "first_name");
    set_text(&mut person.last_name, "last_name");
    set_text(&mut person.email, "email");
    if let Some(notes) = ask.text("notes") {
        person.notes = ask.quirks.texts.of(&notes);
    }
    set_text(&mut person.address, "address");
    set_text(&mut person.discount_code, "discount_code");
    set_text(&mut person.tax_identification_number, "tax_identification_number");
    person.supplier = ask.flag("supplier").unwrap_or(person.supplier);
    person.manager_id = ask.int("manager_id").or(person.manager_id);
    person.ad_campaign_id = ask.int("ad_campaign_id").or(person.ad_campaign_id);
    merge(&mut person.custom_fields, ask.body.get("custom_fields"));
    if let Some(birthday) = ask.body.get("birthday") {
        person.birthday = Some(birthday.clone());
    }
    if let Some(tags) = ask.body.get("tags").and_then(Value::as_array) {
        person.tags = tags.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    }
    if let Some(phones) = phones(ask) {
        if !ask.quirks.phones_merge {
            person.phones.clear();
        }
        person.phones.extend(phones);
    }
}
