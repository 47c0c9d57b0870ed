//! Where statuses lead in a history. Where the way back is the inverse of the way there, whatever is written once too often is
//! right all the same; so there is one whose ways do not fit together.

use cartum_roapp::domain::{
    ids::Id,
    store::{MappedStatus, Settings},
};

use crate::support::world::STATUS_MAP;

/// Store status to RO App status; 1 is the initial one.
type There = [(i64, Option<i64>); 7];
/// RO App status to store status.
type Back = &'static [(i64, i64)];

/// Nowhere from 507.
const INVERSE: Back = &[(501, 1), (502, 2), (503, 5), (504, 8), (505, 6), (506, 3)];
/// Two store statuses each lead to 502 and to 503.
const CROOKED_THERE: There =
    [(1, None), (2, Some(502)), (3, Some(506)), (4, Some(507)), (5, Some(503)), (6, Some(503)), (8, Some(502))];
/// 502 and 503 come back as one of two; what 504 and 505 go to leads to 503 and 502; nowhere from 501 and 507.
const CROOKED_BACK: Back = &[(502, 2), (503, 6), (504, 5), (505, 8), (506, 3)];

/// Which ways statuses go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Maps {
    /// From the store alone.
    #[default]
    OneWay,
    /// Back by the inverse of the way there.
    Inverse,
    /// Back to elsewhere.
    Crooked,
}

impl Maps {
    fn ways(self) -> (There, Back) {
        match self {
            Self::OneWay => (STATUS_MAP, &[]),
            Self::Inverse => (STATUS_MAP, INVERSE),
            Self::Crooked => (CROOKED_THERE, CROOKED_BACK),
        }
    }

    /// Where a store status leads.
    pub(super) fn there(self, store: i64) -> i64 {
        self.ways().0.iter().find(|(id, _)| *id == store).and_then(|(_, roapp)| *roapp).unwrap_or(501)
    }

    /// The store status that a RO App status is written back as.
    pub(super) fn back(self, roapp: i64) -> Option<i64> {
        self.ways().1.iter().find(|(id, _)| *id == roapp).map(|(_, store)| *store)
    }

    /// Puts them into the settings of a store.
    pub(super) fn set(self, settings: &mut Settings) {
        let (there, back) = self.ways();
        let to = |roapp: Option<i64>| roapp.map_or(MappedStatus::Initial, |id| MappedStatus::Status(Id::new(id)));
        settings.status_map = there.iter().map(|(store, roapp)| (Id::new(*store), to(*roapp))).collect();
        settings.write_back = back.iter().map(|(roapp, store)| (Id::new(*roapp), Id::new(*store))).collect();
    }
}
