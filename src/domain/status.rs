//! The status map, both ways (design section 6 "Status").

use std::collections::BTreeMap;

use super::{
    ids::{StatusId, StoreStatusId},
    store::MappedStatus,
};

/// Cancelled. It is never suggested as a target: the API does not restock by it (contract cartum 12, unknown 18).
pub const CANCELLED: StoreStatusId = StoreStatusId::new(4);

/// Where a store status leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The one that the order type gives.
    Initial,
    /// This RO App status.
    Set(StatusId),
    /// The map does not know the store status; it wants a notice.
    Unknown,
}

impl Target {
    /// The RO App status, of a work order that was made with `initial`.
    #[must_use]
    pub fn status(self, initial: Option<StatusId>) -> Option<StatusId> {
        match self {
            Self::Initial => initial,
            Self::Set(id) => Some(id),
            Self::Unknown => None,
        }
    }
}

/// What the map says of a store status.
#[must_use]
pub fn target(map: &BTreeMap<StoreStatusId, MappedStatus>, status: StoreStatusId) -> Target {
    match map.get(&status) {
        Some(MappedStatus::Initial) => Target::Initial,
        Some(MappedStatus::Status(id)) => Target::Set(*id),
        None => Target::Unknown,
    }
}

/// The statuses of the store that another map leads elsewhere, with where that is. What leads to the initial status from now on, or
/// nowhere, moves nothing.
#[must_use]
pub fn remapped(
    before: &BTreeMap<StoreStatusId, MappedStatus>,
    after: &BTreeMap<StoreStatusId, MappedStatus>,
) -> BTreeMap<StoreStatusId, StatusId> {
    let moved = after.iter().filter(|(status, to)| before.get(status) != Some(to));
    moved
        .filter_map(|(status, to)| match to {
            MappedStatus::Status(id) => Some((*status, *id)),
            MappedStatus::Initial => None,
        })
        .collect()
}

/// A write-back map to offer: each RO App status that exactly one store status leads to, back to that one. Never back to
/// [`CANCELLED`], and what that shares with another store status stays ambiguous.
#[must_use]
pub fn suggest_write_back(map: &BTreeMap<StoreStatusId, MappedStatus>) -> BTreeMap<StatusId, StoreStatusId> {
    let mut sources: BTreeMap<StatusId, Vec<StoreStatusId>> = BTreeMap::new();
    for (store, mapped) in map {
        if let MappedStatus::Status(id) = mapped {
            sources.entry(*id).or_default().push(*store);
        }
    }
    let only = |(id, sources): (StatusId, Vec<StoreStatusId>)| match sources[..] {
        [store] if store != CANCELLED => Some((id, store)),
        _ => None,
    };
    sources.into_iter().filter_map(only).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(i64, MappedStatus)]) -> BTreeMap<StoreStatusId, MappedStatus> {
        pairs.iter().map(|(store, mapped)| (StoreStatusId::new(*store), *mapped)).collect()
    }

    fn set(id: i64) -> MappedStatus {
        MappedStatus::Status(StatusId::new(id))
    }

    #[test]
    fn a_status_that_the_map_lacks_is_unknown() {
        let map = map(&[(1, MappedStatus::Initial), (2, set(70))]);
        assert_eq!(target(&map, StoreStatusId::new(1)), Target::Initial);
        assert_eq!(target(&map, StoreStatusId::new(2)), Target::Set(StatusId::new(70)));
        assert_eq!(target(&map, StoreStatusId::new(8)), Target::Unknown);
    }

    #[test]
    fn only_what_is_unambiguous_is_suggested() {
        let map = map(&[(1, MappedStatus::Initial), (2, set(70)), (3, set(80)), (6, set(70)), (7, set(90))]);
        let suggested = suggest_write_back(&map);
        let expected = [(80, 3), (90, 7)].map(|(id, store)| (StatusId::new(id), StoreStatusId::new(store)));
        assert_eq!(suggested, BTreeMap::from(expected));
    }

    #[test]
    fn nothing_leads_back_to_cancelled_and_it_still_makes_others_ambiguous() {
        assert!(suggest_write_back(&map(&[(4, set(90))])).is_empty());
        assert!(suggest_write_back(&map(&[(3, set(80)), (4, set(80))])).is_empty());
    }
}
