//! Conflicts in the form that the database stores.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    db::{DbError, said, to_json},
    domain::{
        ids::{ItemId, StatusId, StoreStatusId},
        plan::{Conflict, Part},
        said::{Said, Value},
    },
};

#[derive(Serialize, Deserialize)]
struct ConflictRow {
    #[serde(flatten)]
    part: PartRow,
    store: Json,
    roapp: Json,
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
pub(super) fn read(rows: &Json) -> Result<Vec<Conflict>, serde_json::Error> {
    let conflict = |ConflictRow { part, store, roapp, overruled }| {
        let (store, roapp) = (said::read_value(store), said::read_value(roapp));
        Conflict { part: part.into(), store, roapp, overruled: overruled.map(StatusId::new) }
    };
    Ok(Vec::<ConflictRow>::deserialize(rows)?.into_iter().map(conflict).collect())
}

/// With the status that the store does not take, which lies with the write-back.
pub(super) fn with_refusal(
    mut conflicts: Vec<Conflict>,
    store: Option<StoreStatusId>,
    refusal: Option<&Said>,
) -> Vec<Conflict> {
    if let Some(refusal) = refusal
        && conflicts.iter().all(|conflict| conflict.part != Part::Status)
    {
        let store = store.map_or_else(|| "".into(), Value::from);
        conflicts.push(Conflict::new(Part::Status, store, refusal.clone()));
    }
    conflicts
}

/// The conflicts in the form that the database stores.
pub(super) fn rows(conflicts: &[Conflict]) -> Result<Json, DbError> {
    let row = |conflict: &Conflict| {
        let Conflict { part, store, roapp, overruled } = conflict.clone();
        let (store, roapp) = (said::value_to_json(&store), said::value_to_json(&roapp));
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
