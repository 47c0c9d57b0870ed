//! What is listed as a conflict, as it lies in the database.

use serde::{Deserialize, Serialize};

use super::{DbError, to_json};
use crate::domain::{ids::StatusId, plan::Conflict};

#[derive(Serialize, Deserialize)]
struct ConflictRow {
    what: String,
    store: String,
    roapp: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    overruled: Option<i64>,
}

/// What lies there.
pub(super) fn read(rows: serde_json::Value) -> Result<Vec<Conflict>, serde_json::Error> {
    let rows: Vec<ConflictRow> = serde_json::from_value(rows)?;
    let conflict = |row| {
        let ConflictRow { what, store, roapp, overruled } = row;
        Conflict { what, store, roapp, overruled: overruled.map(StatusId::new) }
    };
    Ok(rows.into_iter().map(conflict).collect())
}

/// As it lies there.
pub(super) fn rows(conflicts: &[Conflict]) -> Result<serde_json::Value, DbError> {
    let row = |conflict: &Conflict| {
        let Conflict { what, store, roapp, overruled } = conflict.clone();
        ConflictRow { what, store, roapp, overruled: overruled.map(StatusId::get) }
    };
    let rows: Vec<_> = conflicts.iter().map(row).collect();
    to_json("store_order", "conflicts", &rows)
}
