//! Conflicts in the form that the database stores.

use serde::{Deserialize, Serialize};

use crate::{
    db::{DbError, to_json},
    domain::{
        ids::{ItemId, StatusId},
        plan::{Conflict, Part},
    },
};

#[derive(Serialize, Deserialize)]
struct ConflictRow {
    #[serde(flatten)]
    part: PartRow,
    store: String,
    roapp: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    overruled: Option<i64>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
enum PartRow {
    Title,
    Price,
    Notes,
    Field { field: i64 },
    Status,
    Client,
    Line { title: String },
    Item { item: i64, article: String },
}

/// The conflicts from the form that the database stores.
pub(super) fn read(rows: &serde_json::Value) -> Result<Vec<Conflict>, serde_json::Error> {
    let rows = Vec::<ConflictRow>::deserialize(rows)?;
    let conflict = |row| {
        let ConflictRow { part, store, roapp, overruled } = row;
        Conflict { part: part.into(), store, roapp, overruled: overruled.map(StatusId::new) }
    };
    Ok(rows.into_iter().map(conflict).collect())
}

/// The conflicts in the form that the database stores.
pub(super) fn rows(conflicts: &[Conflict]) -> Result<serde_json::Value, DbError> {
    let row = |conflict: &Conflict| {
        let Conflict { part, store, roapp, overruled } = conflict.clone();
        ConflictRow { part: part.into(), store, roapp, overruled: overruled.map(StatusId::get) }
    };
    let rows: Vec<_> = conflicts.iter().map(row).collect();
    to_json("store_order", "conflicts", &rows)
}

impl From<Part> for PartRow {
    fn from(part: Part) -> Self {
        match part {
            Part::Title => Self::Title,
            Part::Price => Self::Price,
            Part::Notes => Self::Notes,
            Part::Field(field) => Self::Field { field },
            Part::Status => Self::Status,
            Part::Client => Self::Client,
            Part::Line(title) => Self::Line { title },
            Part::Item(id, article) => Self::Item { item: id.get(), article },
        }
    }
}

impl From<PartRow> for Part {
    fn from(row: PartRow) -> Self {
        match row {
            PartRow::Title => Self::Title,
            PartRow::Price => Self::Price,
            PartRow::Notes => Self::Notes,
            PartRow::Field { field } => Self::Field(field),
            PartRow::Status => Self::Status,
            PartRow::Client => Self::Client,
            PartRow::Line { title } => Self::Line(title),
            PartRow::Item { item, article } => Self::Item(ItemId::new(item), article),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]
    use super::*;

    #[test]
    fn a_conflict_is_read_as_it_was_saved() {
        let parts = [
            Part::Title,
            Part::Price,
            Part::Notes,
            Part::Field(7),
            Part::Status,
            Part::Client,
            Part::Line("RO App's line 5".into()),
            Part::Item(ItemId::new(9), "A 1".into()),
        ];
        let overruled = |part: &Part| (*part == Part::Status).then(|| StatusId::new(3));
        let conflict = |part: Part| Conflict { overruled: overruled(&part), ..Conflict::new(part, "a", "b") };
        let conflicts: Vec<_> = parts.into_iter().map(conflict).collect();
        assert_eq!(read(&rows(&conflicts).unwrap()).unwrap(), conflicts);
    }
}
