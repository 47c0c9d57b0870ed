//! What is listed as a conflict, as it lies in the database.

use serde::{Deserialize, Serialize};

use crate::domain::plan::Conflict;

#[derive(Serialize, Deserialize)]
struct ConflictRow {
    what: String,
    store: String,
    roapp: String,
}

/// What lies there.
pub(super) fn read(rows: serde_json::Value) -> Result<Vec<Conflict>, serde_json::Error> {
    let rows: Vec<ConflictRow> = serde_json::from_value(rows)?;
    Ok(rows.into_iter().map(|ConflictRow { what, store, roapp }| Conflict { what, store, roapp }).collect())
}

/// As it lies there.
pub(super) fn rows(conflicts: &[Conflict]) -> serde_json::Value {
    let row = |conflict: &Conflict| {
        let Conflict { what, store, roapp } = conflict.clone();
        ConflictRow { what, store, roapp }
    };
    let rows: Vec<_> = conflicts.iter().map(row).collect();
    serde_json::to_value(rows).unwrap_or_default()
}
