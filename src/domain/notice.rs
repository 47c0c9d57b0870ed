//! What notices are about. Of one topic at most one notice of a store, or of an account, is open at a time.

use std::fmt;

use super::ids::WorkOrderId;

/// What a notice is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// A setting that no longer matches the lists of one side, by its key in the store file.
    Setting(Side, String),
    /// The store's clock is not in the configured zone.
    Zone,
    /// A work order carries the marker of an order that is linked with another.
    Double(WorkOrderId),
    /// Anything else, of which there is one.
    Plain(Plain),
}

/// Whose lists the settings are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The store.
    Shop,
    /// The RO App account.
    RoApp,
}

/// What a store or an account can have one notice about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Plain {
    /// RO App refuses the API key.
    RoApp,
    /// A peer's clock differs from this machine's.
    Clock,
    /// RO App ended its older API.
    OlderApi,
    /// The store cannot be read.
    Api,
    /// The store is unavailable.
    Away,
    /// The store answers, but not to the end.
    Unfinished,
    /// The store ignores what it is asked for.
    Filter,
    /// The store does not show orders that it had.
    Missing,
    /// The store does not answer for single orders.
    Unanswered,
    /// The store sends more new orders than are taken in a day.
    NewOrders,
    /// The store changes its orders all the time.
    Changes,
    /// The store sends rows that are no orders.
    StrayRows,
    /// The store's catalogue does not answer.
    Catalogue,
    /// Order numbers come back as other orders.
    NumbersAgain,
    /// The audit found a gap, or could not be held.
    Audit,
    /// Many work orders are missing in RO App at once.
    Removed,
    /// A second program creates work orders for the store.
    Stranger,
    /// RO App refused several work orders in a row.
    Refusals,
    /// RO App does not show markers.
    Marker,
    /// The key's employee has no right to what the store needs.
    Rights,
    /// The settings of the store cannot be read.
    Settings,
}

impl Plain {
    /// All of them.
    pub const ALL: [Self; 21] = [
        Self::RoApp,
        Self::Clock,
        Self::OlderApi,
        Self::Api,
        Self::Away,
        Self::Unfinished,
        Self::Filter,
        Self::Missing,
        Self::Unanswered,
        Self::NewOrders,
        Self::Changes,
        Self::StrayRows,
        Self::Catalogue,
        Self::NumbersAgain,
        Self::Audit,
        Self::Removed,
        Self::Stranger,
        Self::Refusals,
        Self::Marker,
        Self::Rights,
        Self::Settings,
    ];

    /// As it lies in the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::RoApp => "roapp",
            Self::Clock => "clock",
            Self::OlderApi => "older-api",
            Self::Api => "api",
            Self::Away => "store away",
            Self::Unfinished => "unfinished",
            Self::Filter => "filter",
            Self::Missing => "missing",
            Self::Unanswered => "unanswered",
            Self::NewOrders => "new orders",
            Self::Changes => "changes",
            Self::StrayRows => "stray rows",
            Self::Catalogue => "catalogue",
            Self::NumbersAgain => "numbers again",
            Self::Audit => "audit",
            Self::Removed => "removed",
            Self::Stranger => "stranger",
            Self::Refusals => "refusals",
            Self::Marker => "marker",
            Self::Rights => "rights",
            Self::Settings => "settings",
        }
    }
}

impl From<Plain> for Topic {
    fn from(plain: Plain) -> Self {
        Self::Plain(plain)
    }
}

impl Topic {
    /// The kind, as it lies in the database.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Setting(Side::Shop, _) => "setting",
            Self::Setting(Side::RoApp, _) => "roapp-setting",
            Self::Zone => "zone",
            Self::Double(_) => "double",
            Self::Plain(plain) => plain.word(),
        }
    }

    /// Which one of its kind; empty where there is only one.
    #[must_use]
    pub fn about(&self) -> String {
        match self {
            Self::Setting(_, key) => key.clone(),
            Self::Double(work_order) => work_order.to_string(),
            Self::Zone | Self::Plain(_) => String::new(),
        }
    }

    /// The topic with this word; `None` where this release does not know it.
    #[must_use]
    pub fn read(word: &str, about: &str) -> Option<Self> {
        match word {
            "setting" => Some(Self::Setting(Side::Shop, about.to_owned())),
            "roapp-setting" => Some(Self::Setting(Side::RoApp, about.to_owned())),
            "zone" => Some(Self::Zone),
            "double" => about.parse().ok().map(|id| Self::Double(WorkOrderId::new(id))),
            word => Plain::ALL.into_iter().find(|plain| plain.word() == word).map(Self::Plain),
        }
    }
}

/// For programs and the log.
impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(self.word(), &self.about()))
    }
}

/// A topic by its kind and which one of them it is.
#[must_use]
pub fn shown(word: &str, about: &str) -> String {
    if about.is_empty() { word.to_owned() } else { format!("{word} {about}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_topic_is_read_as_it_was_saved() {
        let others = [
            Topic::Setting(Side::Shop, "status_map.9".into()),
            Topic::Setting(Side::RoApp, "status_map.9".into()),
            Topic::Zone,
            Topic::Double(WorkOrderId::new(7)),
        ];
        for topic in others.into_iter().chain(Plain::ALL.map(Topic::from)) {
            assert_eq!(Topic::read(topic.word(), &topic.about()), Some(topic));
        }
        assert_eq!(Topic::read("double", "seven"), None);
        assert_eq!(Topic::read("of a newer release", ""), None);
    }
}
