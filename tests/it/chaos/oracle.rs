//! What must be true when everything is at rest, told from the design, the shop's own truth and the journal of the history.

use std::collections::{BTreeMap, BTreeSet};

use cartum_roapp::{
    db::orders::{Listed, OrderState},
    domain::plan,
    sandbox::{
        cartum::ShopCall,
        roapp::{Call, Data, Order},
        seed::{Line, ShopData, ShopOrder, phones},
    },
};

use super::{
    journal::{Conflict, Journal, Known, Notes, Part},
    lines,
    shop::key,
    staff::is_of,
    statuses,
};
use crate::support::{Words, oracle::check_calls, world::World};

/// Both sides as they are at rest.
pub(super) struct Facts {
    pub(super) shop: ShopData,
    pub(super) roapp: Data,
    pub(super) calls: Vec<Call>,
    pub(super) shop_calls: Vec<ShopCall>,
    /// Orders about whose status a conflict was told since everything last was at rest.
    pub(super) in_conflict: BTreeSet<i64>,
}

/// What is wrong with one order.
pub(super) struct Complaints<'a> {
    pub(super) all: &'a mut Vec<String>,
    pub(super) number: i64,
}

impl Complaints<'_> {
    pub(super) fn add(&mut self, what: impl std::fmt::Display) {
        self.all.push(format!("order {}: {what}", self.number));
    }
}

/// Everything that is wrong, if anything; else the journal knows what is there now.
pub(super) async fn check(world: &World, journal: &mut Journal) -> Result<(), Vec<String>> {
    let facts = Facts {
        shop: world.sandbox.shop.data(),
        roapp: world.sandbox.roapp.data(),
        calls: world.sandbox.roapp.calls(),
        shop_calls: world.sandbox.shop.calls(),
        in_conflict: statuses::in_conflict(world, journal.told).await,
    };
    let listed: BTreeMap<_, _> = world.orders().await.into_iter().map(|order| (order.number.get(), order)).collect();
    let mut all = Vec::new();
    for (number, known) in &journal.orders {
        let mut complaints = Complaints { all: &mut all, number: *number };
        check_order(&mut complaints, &facts, journal, known, listed.get(number));
    }
    check_rest(&mut all, &facts, journal);
    check_calls(&mut all, world);
    if world.sandbox.roapp.too_many() > 0 {
        all.push(format!("{} calls too many were made", world.sandbox.roapp.too_many()));
    }
    if !all.is_empty() {
        all.extend(told(world).await);
        return Err(all);
    }
    let told = "SELECT coalesce(max(id), 0) FROM history";
    journal.told = sqlx::query_scalar(told).fetch_one(world.database.pool()).await.unwrap();
    journal.is_rough = false;
    for (number, known) in &mut journal.orders {
        known.written_back = statuses::written_back(&facts, *number, known);
        if let Some(order) = facts.shop.orders.get(number) {
            known.rested(facts.roapp.orders.values().find(|made| is_of(made, *number)), order.status);
        }
    }
    Ok(())
}

fn check_order(complaints: &mut Complaints<'_>, facts: &Facts, journal: &Journal, known: &Known, row: Option<&Listed>) {
    let number = complaints.number;
    let made: Vec<_> = facts.roapp.orders.values().filter(|order| is_of(order, number)).collect();
    let deleted = facts.roapp.deleted_orders.values().filter(|order| is_of(order, number)).count();
    if made.len() + deleted > 1 {
        complaints.add(format!("{} work orders were made", made.len() + deleted));
    }
    statuses::check_written_back(complaints, facts, journal, known);
    let order = facts.shop.orders.get(&number);
    let Some(row) = row else {
        if !known.deleted {
            complaints.add("is not on record");
        }
        return;
    };
    if !matches!(row.state, OrderState::Waiting | OrderState::Synced) && row.reason.is_empty() {
        complaints.add(format!("is {} without a reason", row.state.word()));
    }
    let Some(order) = order else {
        return check_gone(complaints, journal, row, made.first().copied());
    };
    if known.deletion_told && deleted > 0 && !matches!(row.state, OrderState::Removed | OrderState::Excluded) {
        complaints.add(format!("is {} ({}), though its work order was deleted", row.state.word(), row.reason.words()));
    }
    let mut expected = expected_state(order, known);
    if made.first().is_some_and(|made| is_unverified(facts, known, made)) {
        expected.push("incomplete");
    }
    if !expected.contains(&row.state.word()) {
        complaints.add(format!("is {} ({}), not {expected:?}", row.state.word(), row.reason.words()));
        return;
    }
    let made = match (row.state, made.first()) {
        (OrderState::Synced, Some(made)) => *made,
        (OrderState::Synced, None) if deleted == 0 => return complaints.add("is synced without a work order"),
        (OrderState::Excluded, Some(_)) => return complaints.add("is excluded, yet a work order was made"),
        _ => return,
    };
    if row.work_order != Some(made.id) {
        complaints.add(format!("is linked with {:?}, not {}", row.work_order, made.id));
    }
    statuses::check(complaints, facts, journal, known, (order, made));
    check_head(complaints, facts, known, order, made);
    check_comments(complaints, journal, order, made);
    check_news(complaints, facts, journal, known, made);
    check_person(complaints, facts, order, made);
    lines::check(complaints, facts, journal, known, (order, made, row));
    if known.is_untouched() && !row.conflicts.is_empty() {
        complaints.add(format!("conflicts are listed, yet staff did nothing: {:?}", row.conflicts));
    }
    if !known.was_closed && !known.written_off {
        check_conflicts(complaints, known, order, row);
    }
}

/// Deleted in the store: RO App is told, once.
fn check_gone(complaints: &mut Complaints<'_>, journal: &Journal, row: &Listed, made: Option<&Order>) {
    if !matches!(row.state, OrderState::Gone | OrderState::Excluded | OrderState::Removed) {
        complaints.add(format!("is {} ({}), though it was deleted in the store", row.state.word(), row.reason.words()));
    }
    let Some(made) = made.filter(|_| row.state == OrderState::Gone) else { return };
    let told = made.comments.iter().filter(|comment| comment.text.contains("deleted in the store")).count();
    if told > 1 || (told == 0 && !journal.was_rough) {
        complaints.add(format!("told {told} times that it was deleted: {:?}", made.comments));
    }
}

/// What changed on both sides is listed, unless the line is gone meanwhile, or both sides came to agree on it.
fn check_conflicts(complaints: &mut Complaints<'_>, known: &Known, order: &ShopOrder, row: &Listed) {
    for due in &known.conflicts {
        let is_about: fn(&plan::Part) -> bool = match due {
            Conflict::Title => |part| *part == plan::Part::Title,
            Conflict::Line(origin) => {
                let is_it = |line: &&Line| (key(line), line.article.clone()) == *origin;
                let Some(line) = order.lines.iter().find(is_it) else { continue };
                let touched = known.lines.values().filter(|touched| touched.origin.as_ref() == Some(origin));
                let mut left = touched.filter_map(|touched| touched.left.as_ref());
                if left.any(|item| item.quantity == line.quantity && item.price == line.price) {
                    continue;
                }
                |part| matches!(part, plan::Part::Line(_))
            }
        };
        if !row.conflicts.iter().any(|conflict| is_about(&conflict.part)) {
            complaints.add(format!("no conflict about {due:?} is listed: {:?}", row.conflicts));
        }
    }
}

/// Staff edited lines between our write to them and our look whether it arrived: a line that is gone then is flagged.
fn is_unverified(facts: &Facts, known: &Known, made: &Order) -> bool {
    let path = format!("/v2/orders/{}/items", made.id);
    let last_before = |end: &usize| facts.calls.iter().take(*end).rfind(|call| call.path.starts_with(&path));
    known.line_edits.iter().any(|end| last_before(end).is_some_and(|call| call.method != "GET"))
}

fn expected_state(order: &ShopOrder, known: &Known) -> Vec<&'static str> {
    let mut expected = vec![if order.currency == "UAH" { "synced" } else { "held" }];
    if known.early && order.status == 3 {
        expected.push("excluded");
    }
    if known.work_order_deleted {
        expected.push("removed");
    }
    expected
}

fn check_head(complaints: &mut Complaints<'_>, facts: &Facts, known: &Known, order: &ShopOrder, made: &Order) {
    if raced(facts, known, made, Part::Head) {
        return;
    }
    let mut same = |what: &str, left: &Option<String>, there: &str| {
        if let Some(left) = left.as_ref().filter(|left| *left != there) {
            complaints.add(format!("staff's {what} {left:?} became {there:?}"));
        }
    };
    same("title", &known.title, &made.malfunction);
    same("estimated price", &known.estimate, &made.estimated_price);
    let (before, after) = match &known.notes {
        Notes::Ours => (String::new(), String::new()),
        Notes::Around(before, after) => (before.clone(), after.clone()),
        Notes::Theirs(text) => {
            same("notes", &Some(text.clone()), &made.manager_notes);
            return;
        }
    };
    let Some(block) = made.manager_notes.strip_prefix(&before).and_then(|rest| rest.strip_suffix(&after)) else {
        return complaints.add(format!("staff's text around our block is gone: {:?}", made.manager_notes));
    };
    if known.was_closed {
        return;
    }
    let comment = words(&order.comment);
    let paid = if order.paid { "Paid: yes" } else { "Paid: no" };
    let facts_of_block = [
        paid.to_owned(),
        order.id.to_string(),
        order.discounts.coupon_code.clone(),
        order.tracking_number.clone().unwrap_or_default(),
        if order.address.starts_with("Invented") { order.address.clone() } else { String::new() },
        if comment.starts_with("please") { comment.clone() } else { String::new() },
    ];
    for fact in facts_of_block {
        if !block.contains(&fact) {
            complaints.add(format!("the notes do not say {fact:?}: {block:?}"));
        }
    }
    let title = format!("Cartum order {}", order.id);
    let title_fits = made.malfunction.starts_with(&title)
        && (!comment.starts_with("please") || made.malfunction.ends_with(&comment));
    if known.title.is_none() && !title_fits {
        complaints.add(format!("the title is {:?}", made.malfunction));
    }
    let estimate = made.estimated_price.parse().ok();
    if known.estimate.is_none() && estimate != Some(order.total_sum(false)) {
        complaints.add(format!("the estimated price is {:?}", made.estimated_price));
    }
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Each at most once; and, when no call failed and nobody was killed, what is true now was told.
fn check_comments(complaints: &mut Complaints<'_>, journal: &Journal, order: &ShopOrder, made: &Order) {
    let texts: Vec<_> = made.comments.iter().map(|comment| comment.text.as_str()).collect();
    let once: BTreeSet<_> = texts.iter().collect();
    if once.len() < texts.len() || made.comments.iter().any(|comment| !comment.is_private) {
        complaints.add(format!("a comment stands twice or is public: {texts:?}"));
    }
    if texts.iter().filter(|text| text.contains("was paid in the store")).count() > 1 {
        complaints.add(format!("told twice that it was paid: {texts:?}"));
    }
    let told = !order.address.starts_with("Invented") || texts.iter().any(|text| text.contains(&order.address));
    if !told && !journal.was_rough {
        complaints.add(format!("nobody told that it now goes to {:?}: {texts:?}", order.address));
    }
}

/// What changed in the store and stands in our block of the notes, which staff edited, was told by a comment.
fn check_news(complaints: &mut Complaints<'_>, facts: &Facts, journal: &Journal, known: &Known, made: &Order) {
    let Some(news) = known.news.as_ref().filter(|_| !journal.was_rough && !known.was_closed) else { return };
    let told = made.comments.iter().any(|comment| comment.text.contains(news));
    if !told && !raced(facts, known, made, Part::Head) {
        complaints.add(format!("nobody told the news {news:?}, which the notes do not say: {:?}", made.comments));
    }
}

fn check_person(complaints: &mut Complaints<'_>, facts: &Facts, order: &ShopOrder, made: &Order) {
    let Some(person) = facts.roapp.people.get(&made.client_id) else {
        if !facts.roapp.deleted_people.contains_key(&made.client_id) {
            complaints.add("has no client");
        }
        return;
    };
    let digits = order.phone.chars().filter(char::is_ascii_digit).count();
    let clean = !order.phone.chars().any(char::is_alphabetic) && digits >= 9;
    let Some(truth) = order.buyer.phone.as_ref().filter(|_| clean) else { return };
    let reachable = person.phones.iter().any(|phone| phones::tail(&phone.phone) == phones::tail(truth));
    if !reachable && (order.email.is_empty() || !person.email.eq_ignore_ascii_case(&order.email)) {
        complaints.add(format!("belongs to person {}, who has neither the buyer's phone nor e-mail", person.id));
    }
}

/// What belongs to no order: people, products, walk-ins.
fn check_rest(all: &mut Vec<String>, facts: &Facts, journal: &Journal) {
    let roapp = &facts.roapp;
    crate::support::oracle::check_twins(all, roapp);
    for (id, left) in &journal.people {
        if roapp.people.get(id) != Some(left) {
            all.push(format!("person {id}, whom we did not make, was changed"));
        }
    }
    for left in &journal.walk_ins {
        if roapp.orders.get(&left.id) != Some(left) {
            all.push(format!("the walk-in {} was changed", left.id));
        }
    }
    let ours = roapp.orders.values().filter(|order| order.made_by_api);
    for order in ours.filter(|order| !journal.orders.keys().any(|number| is_of(order, *number))) {
        all.push(format!("work order {} belongs to no store order", order.id));
    }
}

/// RO App has no compare-and-set: what staff edit between our reading and our writing is written over. True when the first
/// write after their last edit had been read for before it.
pub(super) fn raced(facts: &Facts, known: &Known, made: &Order, part: Part) -> bool {
    let Some(edited) = known.edited.get(&part).cloned() else { return false };
    let path = format!("/v2/orders/{}", made.id);
    let read = if part == Part::Lines { format!("{path}/items") } else { path.clone() };
    // Calls that had begun when staff edited may have been executed after it.
    let calls = facts.calls.iter().enumerate().skip(edited.start.saturating_sub(3));
    let mut of_part = calls.filter(|(_, call)| match part {
        Part::Head => call.path == path,
        Part::Status => call.path == path || call.path == format!("{path}/status"),
        Part::Lines => call.path.starts_with(&format!("{path}/items")),
    });
    of_part
        .find(|(at, call)| call.method != "GET" || (*at >= edited.end && call.path == read))
        .is_some_and(|(_, call)| call.method != "GET")
}

/// What happened to the orders, for whoever looks into it.
async fn told(world: &World) -> Vec<String> {
    let history = "SELECT o.number || ' ' || to_char(h.at, 'MI:SS.MS') || ' ' || h.what::text FROM history h
        JOIN store_order o ON o.id = h.order_id ORDER BY o.number, h.id";
    let told: Vec<String> = sqlx::query_scalar(history).fetch_all(world.database.pool()).await.unwrap();
    told.into_iter().map(|line| format!("    {line}")).collect()
}
