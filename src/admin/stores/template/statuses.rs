//! Suggests a RO App status for each store status: by its name, else by its meaning, else the order type's first one.

use std::collections::BTreeMap;

use crate::{
    domain::{
        ids::{StatusId, StoreStatusId},
        status::CANCELLED,
        store::MappedStatus,
    },
    roapp::OrderStatus,
};

/// What titles say, in the languages that shops have, and the group of RO App's statuses that means it (contract roapp 4.6).
/// Earlier rows win.
const MEANINGS: [(i64, &[&str]); 7] = [
    (
        7,
        &[
            "cancel",
            "refus",
            "return",
            "скасов",
            "відмов",
            "поверн",
            "отмен",
            "отказ",
            "возврат",
            "anul",
            "refuz",
            "zwrot",
            "devol",
        ],
    ),
    (
        6,
        &[
            "deliver",
            "complet",
            "done",
            "closed",
            "доставлен",
            "викон",
            "заверш",
            "выполн",
            "livrat",
            "finaliz",
            "dostarcz",
            "zrealiz",
            "entreg",
            "conclu",
        ],
    ),
    (5, &["ship", "sent", "courier", "відправ", "отправ", "в дороз", "expedi", "wysłan", "enviad"]),
    (4, &["ready", "packed", "assembl", "готов", "зібран", "собран", "pregătit", "gotow", "spakow", "pronto"]),
    (
        3,
        &[
            "wait",
            "pending",
            "hold",
            "paid",
            "очіку",
            "оплач",
            "ожида",
            "aștept",
            "plătit",
            "oczek",
            "opłac",
            "pagament",
            "aguard",
        ],
    ),
    (
        2,
        &[
            "process",
            "progress",
            "confirm",
            "accept",
            "оброб",
            "підтверд",
            "обработ",
            "подтверд",
            "procesare",
            "confirmat",
            "przetwarz",
            "potwierdz",
            "processa",
        ],
    ),
    (1, &["new", "нов", "nou", "now", "novo", "nova"]),
];
/// The statuses that every store has (contract cartum 5), and their groups.
const STOCK: [(i64, i64); 5] = [(1, 1), (2, 2), (3, 6), (4, 7), (6, 5)];

/// A status of the store.
pub(super) struct Wanted {
    pub(super) id: StoreStatusId,
    pub(super) title: String,
    pub(super) is_successful: bool,
}

/// A RO App status for each store status.
pub(super) fn map(wanted: &[Wanted], offered: &[OrderStatus]) -> BTreeMap<StoreStatusId, MappedStatus> {
    wanted.iter().map(|status| (status.id, one(status, offered))).collect()
}

fn one(wanted: &Wanted, offered: &[OrderStatus]) -> MappedStatus {
    let title = wanted.title.to_lowercase();
    let named = offered.iter().find(|status| is_work(status) && status.name.to_lowercase() == title);
    let group = group(wanted, &title);
    if named.is_none() && group == Some(1) {
        return MappedStatus::Initial;
    }
    let found = named.or_else(|| offered.iter().find(|status| group.is_some() && status.group == group));
    found.map_or(MappedStatus::Initial, |status| MappedStatus::Status(status.id))
}

fn group(wanted: &Wanted, title: &str) -> Option<i64> {
    let stock = STOCK.iter().find(|(id, _)| *id == wanted.id.get()).map(|(_, group)| *group);
    let successful = wanted.is_successful.then_some(6);
    let said = || MEANINGS.iter().find(|(_, words)| words.iter().any(|word| title.contains(word)));
    stock.or_else(|| said().map(|(group, _)| *group)).or(successful)
}

/// Not one of invoices.
pub(super) fn is_work(status: &OrderStatus) -> bool {
    status.group.is_none_or(|group| !(8..=11).contains(&group))
}

/// The way back, where one RO App status stands for one store status alone; never to one that locks the order.
pub(super) fn back(map: &BTreeMap<StoreStatusId, MappedStatus>) -> BTreeMap<StatusId, StoreStatusId> {
    let pairs = || {
        map.iter().filter_map(|(store, mapped)| match mapped {
            MappedStatus::Status(status) => Some((*status, *store)),
            MappedStatus::Initial => None,
        })
    };
    let is_one = |status: StatusId| pairs().filter(|(other, _)| *other == status).count() == 1;
    pairs().filter(|(status, store)| is_one(*status) && *store != CANCELLED).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::Id;

    fn offered() -> Vec<OrderStatus> {
        let status = |id, name: &str, group| OrderStatus { id: Id::new(id), name: name.to_owned(), group: Some(group) };
        vec![
            status(501, "New", 1),
            status(502, "In progress", 2),
            status(503, "Waiting", 3),
            status(504, "Ready", 4),
            status(505, "Delivery", 5),
            status(506, "Closed", 6),
            status(507, "Closed unsuccessfully", 7),
            status(508, "Draft", 8),
        ]
    }

    fn wanted(id: i64, title: &str) -> Wanted {
        Wanted { id: Id::new(id), title: title.to_owned(), is_successful: false }
    }

    #[test]
    fn a_status_goes_by_its_name_then_by_what_it_means_and_else_to_the_first_one() {
        for (status, mapped) in [
            (wanted(1, "New"), Some(501)),
            (wanted(1, "Нове"), None),
            (wanted(2, "Processing"), Some(502)),
            (wanted(3, "Delivered"), Some(506)),
            (wanted(4, "Canceled"), Some(507)),
            (wanted(6, "Shipping"), Some(505)),
            (wanted(5, "Очікує оплати"), Some(503)),
            (wanted(8, "Ready for pickup"), Some(504)),
            (wanted(9, "ready"), Some(504)),
            (wanted(10, "Draft"), None),
            (wanted(11, "???"), None),
        ] {
            let expected = mapped.map_or(MappedStatus::Initial, |id| MappedStatus::Status(Id::new(id)));
            assert_eq!(one(&status, &offered()), expected, "{}", status.title);
        }
        let sold = Wanted { is_successful: true, ..wanted(12, "Sold") };
        assert_eq!(one(&sold, &offered()), MappedStatus::Status(Id::new(506)));
    }

    #[test]
    fn the_way_back_is_told_where_there_is_but_one() {
        let map = map(
            &[wanted(2, "Processing"), wanted(20, "Confirmed"), wanted(6, "Shipping"), wanted(4, "Canceled")],
            &offered(),
        );
        let back = back(&map);
        assert_eq!(back, [(Id::new(505), Id::new(6))].into());
    }
}
