//! What RO App must hold after an import, told from the two contracts and the shop's own truth, not from the planner.

use crate::support::Words;
use std::collections::{BTreeMap, BTreeSet};

use cartum_roapp::{
    db::orders::{Listed, OrderState},
    sandbox::{
        roapp::{Data, Order, Person},
        seed::{LineKind, ShopData, ShopOrder, phones},
    },
};
use rust_decimal::Decimal;

use super::{
    Asked,
    world::{STATUS_MAP, World},
};

/// Which truths a sandbox with quirks still promises.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Terms {
    /// Discounts count per unit.
    pub(crate) discount_per_unit: bool,
    /// Parts of sets count.
    pub(crate) sets_counted: bool,
    /// Delivery and surcharge count, so that orders with them cannot be told right.
    pub(crate) extras_in_totals: bool,
    /// Orders that the store sends broken.
    pub(crate) broken: Option<i64>,
}

/// Panics with everything that is wrong.
pub(crate) async fn check_import(world: &World, terms: Terms) {
    let (shop, roapp) = (world.sandbox.shop.data(), world.sandbox.roapp.data());
    let store = world.store().await;
    let listed: BTreeMap<_, _> = world.orders().await.into_iter().map(|order| (order.number.get(), order)).collect();
    let from = store.window_from.unwrap();
    let mut faults = Vec::new();
    let mut due = BTreeSet::new();
    for order in shop.orders.values().filter(|order| order.placed_at >= from) {
        let Some(row) = listed.get(&order.id) else {
            faults.push(format!("order {} is not on record", order.id));
            continue;
        };
        if terms.broken == Some(order.id) {
            expect(&mut faults, row, OrderState::Unreadable);
        } else if order.status == 3 {
            expect(&mut faults, row, OrderState::Excluded);
        } else if terms.extras_in_totals && !order.extras().is_zero() {
            expect(&mut faults, row, OrderState::Held);
            if !row.reason.contains("into its totals") {
                faults.push(format!("order {} is held because {:?}", order.id, row.reason));
            }
        } else {
            due.insert(order.id);
            let marker = format!("[cartum:{}/{}]", store.marker_host, order.id);
            check_order(&mut faults, &marker, &shop, &roapp, order, row, terms);
        }
    }
    for row in listed.values() {
        if row.state != OrderState::Waiting && row.state != OrderState::Synced && row.reason.is_empty() {
            faults.push(format!("order {} is {} without a reason", row.number, row.state.word()));
        }
    }
    let marked = roapp.orders.values().filter(|order| order.manager_notes.contains("[cartum:")).count();
    if marked != due.len() {
        faults.push(format!("{} orders are due, {marked} work orders were made", due.len()));
    }
    check_twins(&mut faults, &roapp);
    check_strangers(&mut faults, &shop, &roapp);
    let counts = world.counts().await;
    let sum = counts.done + counts.excluded + counts.held + counts.failed + counts.waiting;
    if counts.found != sum {
        faults.push(format!("the figures do not add up: {counts:?}"));
    }
    if world.sandbox.roapp.too_many() > 0 {
        faults.push(format!("{} calls too many were made", world.sandbox.roapp.too_many()));
    }
    check_calls(&mut faults, world);
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

fn expect(faults: &mut Vec<String>, row: &Listed, state: OrderState) {
    if row.state != state {
        faults.push(format!(
            "order {} is {} ({}), not {}",
            row.number,
            row.state.word(),
            row.reason.words(),
            state.word()
        ));
    }
}

/// Lines of one price are one.
fn units(lines: Vec<(Decimal, Decimal)>) -> Vec<(Decimal, Decimal)> {
    let mut units = BTreeMap::<_, Decimal>::new();
    for (price, quantity) in lines {
        *units.entry(price).or_default() += quantity;
    }
    units.into_iter().collect()
}

fn check_order(
    faults: &mut Vec<String>,
    marker: &str,
    shop: &ShopData,
    roapp: &Data,
    order: &ShopOrder,
    row: &Listed,
    terms: Terms,
) {
    expect(faults, row, OrderState::Synced);
    let made: Vec<_> = roapp.orders.values().filter(|there| there.manager_notes.contains(marker)).collect();
    let [made] = made.as_slice() else {
        faults.push(format!("order {} has {} work orders", order.id, made.len()));
        return;
    };
    let mut fault = |what: String| faults.push(format!("order {}: {what}", order.id));
    if row.work_order != Some(made.id) {
        fault(format!("linked to {:?}, not {}", row.work_order, made.id));
    }
    let total = made.total(terms.discount_per_unit);
    let expected = order.total_sum(terms.sets_counted);
    if total != expected {
        fault(format!("RO App's total is {total}, the store's {expected}"));
    }
    let map: BTreeMap<_, _> = STATUS_MAP.into_iter().collect();
    let status = map[&order.status].unwrap_or(501);
    if made.status_id != status {
        fault(format!("status {} instead of {status}", made.status_id));
    }
    // Contract cartum 4.5: all lines where they add up, else without the parts of sets.
    let all: Decimal = order.lines.iter().map(cartum_roapp::sandbox::seed::Line::total).sum();
    let with_parts = all == order.total_default(terms.sets_counted);
    let lines: Vec<_> = order.lines.iter().filter(|line| with_parts || line.kind != LineKind::SetItem).collect();
    let mut wanted: Vec<_> = lines.iter().map(|line| (line.price.normalize(), line.quantity.normalize())).collect();
    let mut there: Vec<_> = made.items.iter().map(|item| (item.price.normalize(), item.quantity.normalize())).collect();
    wanted.sort();
    there.sort();
    if terms.discount_per_unit {
        // A line whose discount does not divide by its quantity is parted.
        (wanted, there) = (units(wanted), units(there));
    }
    if wanted != there {
        fault(format!("lines {there:?} instead of {wanted:?}"));
    }
    for line in lines.iter().filter(|line| !line.article.is_empty()) {
        let has = |item: &&cartum_roapp::sandbox::roapp::Item| roapp.products[&item.entity_id].article == line.article;
        if !made.items.iter().any(|item| has(&item)) {
            fault(format!("no line with the product {}", line.article));
        }
    }
    check_person(&mut fault, shop, roapp, order, made);
    let deliveries = made.comments.len();
    if deliveries > 2 {
        fault(format!("{deliveries} comments"));
    }
}

fn check_person(fault: &mut impl FnMut(String), _shop: &ShopData, roapp: &Data, order: &ShopOrder, made: &Order) {
    let Some(person) = roapp.people.get(&made.client_id) else {
        fault("has no client".into());
        return;
    };
    let clean =
        !order.phone.chars().any(char::is_alphabetic) && order.phone.chars().filter(char::is_ascii_digit).count() >= 9;
    let Some(truth) = order.buyer.phone.as_ref().filter(|_| clean) else { return };
    let tail = phones::tail(truth);
    let reachable = person.phones.iter().any(|phone| phones::tail(&phone.phone) == tail);
    let same_email = !order.email.is_empty() && person.email.eq_ignore_ascii_case(&order.email);
    if !reachable && !same_email {
        fault(format!("belongs to person {}, who has neither the buyer's phone nor e-mail", person.id));
    }
}

/// Nobody and nothing was made twice.
pub(crate) fn check_twins(faults: &mut Vec<String>, roapp: &Data) {
    let made: Vec<&Person> = roapp.people.values().filter(|person| person.made_by_api).collect();
    let mut seen = BTreeSet::new();
    for person in made {
        let own: BTreeSet<_> = person.phones.iter().map(|phone| phones::tail(&phone.phone)).collect();
        for phone in own {
            if !seen.insert(phone) {
                faults.push(format!("a person with the phone of person {} was made twice", person.id));
            }
        }
        if person.phones.is_empty() && !person.email.is_empty() && !seen.insert(person.email.to_lowercase()) {
            faults.push(format!("a person with the e-mail of person {} was made twice", person.id));
        }
        if person.phones.iter().any(|phone| phone.notify) {
            faults.push(format!("person {} is notified", person.id));
        }
    }
    let mut articles = BTreeSet::new();
    for product in roapp.products.values() {
        let twin = !articles.insert(product.article.clone());
        if !product.article.is_empty() && twin && product.made_by_api {
            faults.push(format!("the article {} stands twice", product.article));
        }
    }
    let mut titles = BTreeSet::new();
    for product in roapp.products.values().filter(|product| product.made_by_api && product.article.is_empty()) {
        if !titles.insert(product.title.clone()) {
            faults.push(format!("the product {:?} was made twice", product.title));
        }
    }
}

/// Nobody was made whom RO App already had under a phone that is looked for: as digits, with a plus, as dialled at home, as
/// the store writes it, or as every order of that phone has it. The phone alone decides (design section 6), whatever the name.
fn check_strangers(faults: &mut Vec<String>, shop: &ShopData, roapp: &Data) {
    let (made, before): (Vec<&Person>, Vec<_>) = roapp.people.values().partition(|person| person.made_by_api);
    for (person, number) in made.iter().flat_map(|person| person.phones.iter().map(move |phone| (person, &phone.phone)))
    {
        let typed: BTreeSet<_> = shop
            .orders
            .values()
            .filter(|order| phones::tail(&order.phone) == phones::tail(number))
            .map(|o| &o.phone)
            .collect();
        let mut searched = vec![number.clone(), number.trim_start_matches('+').to_owned()];
        if let Some(local) = number.strip_prefix("+38") {
            searched.push(local.to_owned());
            searched.push(format!("+38 ({}) {}-{}-{}", &local[..3], &local[3..6], &local[6..8], &local[8..]));
        }
        searched.extend(typed.iter().filter(|_| typed.len() == 1).map(|phone| (*phone).clone()));
        let is_known = |old: &&&Person| old.phones.iter().any(|phone| searched.contains(&phone.phone));
        for old in before.iter().filter(is_known) {
            faults.push(format!("person {} was made although RO App had person {} with that phone", person.id, old.id));
        }
    }
}

/// Every request of the whole run fits the contracts.
pub(crate) fn check_calls(faults: &mut Vec<String>, world: &World) {
    faults.extend(world.sandbox.complaints());
}

/// How many calls each imported order took.
pub(crate) fn calls_per_order(world: &World, orders: usize) -> Decimal {
    (Decimal::from(world.sandbox.roapp.calls().len()) / Decimal::from(orders.max(1))).round_dp(2)
}
