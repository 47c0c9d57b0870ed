//! A store's audit as shown to a person: day by day, and the verdict.

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    admin::{Moment, Told, told::after_colon},
    db::audits::Last,
    domain::{
        dictionary::Names,
        money,
        proof::{Column, Day, Figures},
        said::{Said, Value},
    },
};

/// A finished audit; serialised as its days.
#[derive(Debug, Clone)]
pub struct Audit {
    /// When it ended.
    pub at: Moment,
    /// The table, by day; orders without a readable date last.
    pub days: Vec<AuditDay>,
    found: i32,
    revived: i32,
}

/// A day of the audit.
#[derive(Debug, Clone)]
pub struct AuditDay(pub Day);

/// The verdict of an audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether every day balances.
    pub balances: bool,
    /// One line that continues after the store's name.
    pub head: Said,
    /// The details, one per line.
    pub rows: Vec<Said>,
}

impl From<Last> for Audit {
    fn from(Last { at, found, revived, days }: Last) -> Self {
        Self { at: Moment(at), days: days.into_iter().map(AuditDay).collect(), found, revived }
    }
}

impl Audit {
    /// The verdict.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let gaps: Vec<_> = self.days.iter().filter(|day| !day.0.balances()).collect();
        let orders: i64 = self.days.iter().map(|day| day.0.store.orders).sum();
        let head = if gaps.is_empty() {
            Said::new("audit-balances").with("orders", orders)
        } else {
            Said::new("audit-does-not-balance").with("gaps", gaps.len())
        };
        let gap = |day: &&AuditDay| {
            Said::new("audit-gap").with("day", day.date()).with("why", after_colon(day.0.why.as_ref()))
        };
        let late = [(self.found, Said::new("audit-orders-found")), (self.revived, Said::new("audit-orders-revived"))];
        let late = late.into_iter().filter(|(count, _)| *count > 0).map(|(count, said)| said.with("count", count));
        let rows = gaps.iter().map(gap).chain(late).collect();
        Verdict { balances: gaps.is_empty(), head: head.with("days", self.days.len()), rows }
    }
}

impl AuditDay {
    /// The day, in words.
    #[must_use]
    pub fn date(&self) -> Value {
        self.0.day.map_or_else(|| Said::new("undated").into(), |day| day.to_string().into())
    }
}

impl Serialize for Audit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.days.serialize(serializer)
    }
}

impl Serialize for AuditDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Day { day, store, columns, why } = &self.0;
        let sum = |figures: &Figures| figures.sum.map(money::plain);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("day", &day.map(|day| day.to_string()))?;
        map.serialize_entry("store_orders", &store.orders)?;
        map.serialize_entry("store_sum", &sum(store))?;
        for (column, figures) in Column::ALL.into_iter().zip(columns) {
            map.serialize_entry(column.word(), &figures.orders)?;
            map.serialize_entry(&format!("{}_sum", column.word()), &sum(figures))?;
        }
        map.serialize_entry("balances", &self.0.balances())?;
        map.serialize_entry("why", &Told::of(why.as_ref(), &Names::default()))?;
        map.end()
    }
}
