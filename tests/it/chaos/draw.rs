//! Draws histories: the same seed, the same history.

use std::time::Duration;

use cartum_roapp::{domain::plan::Keep, sandbox::faults::Fault};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::{
    action::{Action, Elsewhere, History, ShopEdit, StaffEdit},
    maps::Maps,
};

/// Calls to RO App that go wrong, `*` = any; those that make something more often.
const ROAPP_CALLS: [&str; 20] = [
    "*",
    "*",
    "GET /v2/company",
    "GET /v2/contacts/people",
    "GET /products/",
    "GET /v2/orders",
    "GET /v2/orders/{id}",
    "GET /v2/orders/{id}/items",
    "PATCH /v2/orders/{id}",
    "PATCH /v2/orders/{id}/items/{item_id}",
    "DELETE /v2/orders/{id}/items/{item_id}",
    "POST /v2/orders/{id}/status",
    "POST /v2/orders/{id}/comments",
    "POST /v2/contacts/people",
    "POST /products/",
    "POST /v2/orders",
    "POST /v2/orders",
    "POST /v2/orders/{id}/items",
    "POST /v2/orders/{id}/items",
    "POST /v2/orders/{id}/items",
];

/// What a history is mostly about: for each kind of action how likely it is.
struct Mood {
    orders: u32,
    shop: u32,
    staff: u32,
    faults: u32,
    processes: u32,
}

/// The history of a seed.
pub(super) fn history(seed: u64) -> History {
    let mut rng = StdRng::seed_from_u64(seed);
    let processes = rng.random_bool(0.3);
    let maps = [Maps::OneWay, Maps::OneWay, Maps::Inverse, Maps::Crooked, Maps::Crooked][rng.random_range(0..5)];
    let mood = match rng.random_range(0..4) {
        0 => Mood { orders: 5, shop: 40, staff: 40, faults: 5, processes: 3 },
        1 => Mood { orders: 25, shop: 30, staff: 5, faults: 40, processes: 5 },
        2 => Mood { orders: 15, shop: 25, staff: 10, faults: 15, processes: 25 },
        _ => Mood { orders: 12, shop: 30, staff: 25, faults: 15, processes: 10 },
    };
    let mut actions = vec![Action::Start];
    if rng.random_bool(0.8) {
        actions.push(Action::Rest);
    }
    for _ in 0..rng.random_range(8..36) {
        if rng.random_bool(0.3) {
            actions.push(Action::Pause(rng.random_range(1..600)));
        }
        actions.push(action(&mut rng, &mood, processes));
    }
    actions.push(Action::Rest);
    if rng.random_bool(0.15) {
        actions.extend([Action::Kill, Action::Start, Action::Pause(500), Action::Rest]);
    }
    History { seed, orders: rng.random_range(1..5), processes, maps, actions }
}

fn action(rng: &mut StdRng, mood: &Mood, processes: bool) -> Action {
    let Mood { orders, shop, staff, faults, processes: daemons } = *mood;
    let weights = [orders, 6, shop, staff, 4, faults, faults / 4, daemons, 4, 2, 4, 2, 4, 3, 3, 6];
    let mut drawn = rng.random_range(0..weights.iter().sum());
    let kind = weights.iter().position(|weight| {
        let is_it = drawn < *weight;
        drawn = drawn.saturating_sub(*weight);
        is_it
    });
    match kind {
        Some(0) => Action::Place(rng.random_range(0..3000)),
        Some(1) => Action::PlaceAgain(number(rng), rng.random_range(0..3000)),
        Some(2) => Action::Shop(number(rng), shop_edit(rng)),
        Some(3) => Action::Staff(number(rng), staff_edit(rng)),
        Some(4) => Action::Elsewhere(elsewhere(rng)),
        Some(5) => {
            let call = ROAPP_CALLS[rng.random_range(0..ROAPP_CALLS.len())];
            Action::RoAppFault(call, roapp_fault(rng, call), rng.random_range(0..3), rng.random_range(1..4))
        }
        Some(6) => {
            let call = ["auth", "orders/get", "catalog/export", "orders/update"][rng.random_range(0..4)];
            Action::ShopFault(call, shop_fault(rng), rng.random_range(0..3), rng.random_range(1..3))
        }
        Some(7) => match rng.random_range(0..10) {
            0..4 => Action::Start,
            4 => Action::Stop,
            5..7 => Action::Kill,
            _ if processes => Action::KillAtCall(rng.random_range(0..25), rng.random_bool(0.5)),
            _ => Action::Kill,
        },
        Some(8) => Action::AnHourPasses,
        Some(9) => Action::Rest,
        Some(10) => Action::Webhook(number(rng)),
        Some(11) => Action::Proof,
        Some(12) => Action::ShopWebhook(number(rng)),
        Some(13) => Action::Resync(number(rng)),
        Some(14) => Action::Decide(number(rng), [Keep::Store, Keep::RoApp][rng.random_range(0..2)]),
        _ => Action::Pause(rng.random_range(100..1500)),
    }
}

/// Which order: mostly one of the first few, so that both sides meet at the same.
fn number(rng: &mut StdRng) -> usize {
    let most = if rng.random_bool(0.7) { 2 } else { 12 };
    rng.random_range(0..most)
}

fn shop_edit(rng: &mut StdRng) -> ShopEdit {
    let (line, entry) = (rng.random_range(0..4), rng.random_range(0..40));
    match rng.random_range(0..100) {
        0..10 => ShopEdit::Quantity(line, rng.random_range(1..9)),
        10..18 => ShopEdit::Price(line, rng.random_range(1..2000)),
        18..30 => ShopEdit::AddLine(entry),
        30..38 => ShopEdit::RemoveLine(line),
        38..44 => ShopEdit::Replace(line, entry),
        44..48 => ShopEdit::ReplaceInPlace(line, entry),
        48..53 => ShopEdit::Twin(line),
        53..59 => ShopEdit::Coupon(rng.random_range(1..40)),
        59..63 => ShopEdit::Discount(rng.random_range(1..90)),
        63..70 => ShopEdit::Comment,
        70..74 => ShopEdit::Delivery,
        74..76 => ShopEdit::Tracking,
        76..79 => ShopEdit::Paid,
        79..93 => ShopEdit::Status([1, 2, 3, 4, 5, 6, 8][rng.random_range(0..7)]),
        93..95 => ShopEdit::Break,
        95..98 => ShopEdit::Currency(["EUR", "UAH"][rng.random_range(0..2)]),
        _ => ShopEdit::Delete,
    }
}

fn staff_edit(rng: &mut StdRng) -> StaffEdit {
    let line = rng.random_range(0..4);
    match rng.random_range(0..100) {
        0..28 => StaffEdit::Status([501, 502, 503, 504, 505, 506, 507][rng.random_range(0..7)]),
        28..32 => StaffEdit::Title,
        32..35 => StaffEdit::Estimate,
        35..41 => StaffEdit::WriteAround,
        41..47 => StaffEdit::BreakNotes,
        47..60 => StaffEdit::ChangeLine(line, rng.random_range(0..900)),
        60..64 => StaffEdit::DiscountLine(line),
        64..66 => StaffEdit::PercentLine(line),
        66..76 => StaffEdit::DeleteLine(line),
        76..88 => StaffEdit::AddLine(rng.random_range(0..30)),
        88..93 => StaffEdit::WriteOff(line),
        93..96 => StaffEdit::BringBack,
        _ => StaffEdit::DeleteOrder,
    }
}

fn elsewhere(rng: &mut StdRng) -> Elsewhere {
    let (one, other) = (rng.random_range(0..60), rng.random_range(0..60));
    match rng.random_range(0..4) {
        0 => Elsewhere::WalkIn(one),
        1 => Elsewhere::RenameProduct(one),
        2 => Elsewhere::DeletePerson(one),
        _ => Elsewhere::MergePeople(one, other),
    }
}

/// A request may take a second. A creating call that takes longer was given up by its sender and is executed all the same; a
/// change does not: hours that pass at once would bring the next one before it. Where only the status says that a call was
/// accepted, no page of HTML says so falsely.
fn roapp_fault(rng: &mut StdRng, call: &str) -> Fault {
    let is_creating =
        ["POST /v2/contacts/people", "POST /products/", "POST /v2/orders"].contains(&call) || call.ends_with("items");
    let says_more = is_creating || call.starts_with("GET");
    match rng.random_range(0..14) {
        0..3 => Fault::CutAfter,
        3 => Fault::CutBefore,
        4 | 5 => Fault::FailAfter(500),
        6 => Fault::FailAfter(502),
        7 => Fault::EmptyAfter,
        8 if says_more => Fault::Html,
        8 | 9 => Fault::Refuse(503),
        10 => Fault::Refuse(429),
        _ if is_creating => Fault::Slow(Duration::from_millis([300, 1050, 1150][rng.random_range(0..3)])),
        _ => Fault::Slow(Duration::from_millis(300)),
    }
}

fn shop_fault(rng: &mut StdRng) -> Fault {
    match rng.random_range(0..6) {
        0 => Fault::CutAfter,
        1 => Fault::CutBefore,
        2 => Fault::FailAfter(500),
        3 => Fault::Html,
        4 => Fault::Refuse(503),
        _ => Fault::Slow(Duration::from_millis(1100)),
    }
}
