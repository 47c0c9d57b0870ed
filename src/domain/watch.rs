//! What people changed in RO App since a work order was last seen, told apart from our own writes (design sections 7 and 8), and
//! what a change of its status means for the store.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

mod follow;

pub use self::follow::{Moved, Replan, WriteBack, may_go_on, write_back};
use super::{
    ids::{PersonId, StatusId},
    plan::{Applied, differing_fields, shows_line},
    remote::{Head, Item, PersonCard},
    said::Said,
};

/// A digest: two digests are equal if, and only if, their inputs are.
pub type Print = [u8; 32];

/// A work order as it was last seen, or written by us since.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// RO App's own clock, whole seconds.
    pub modified_at: Option<DateTime<Utc>>,
    /// `None` = never seen: the first read only records it.
    pub status: Option<StatusId>,
    /// The client; `None` = never seen.
    pub client: Option<PersonId>,
    /// In a closed group.
    pub is_closed: bool,
    /// Goods of some line are written off.
    pub is_written_off: bool,
    /// Digest of the fields, once they differed from what we wrote.
    pub fields: Option<Print>,
    /// Digest of the lines, once they differed from what we wrote.
    pub lines: Option<Print>,
    /// Whether something changed while the lines could not be compared: they are compared with the next read.
    pub lines_due: bool,
}

/// A change that we did not make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A person moved the work order.
    Status {
        /// The status last seen.
        from: StatusId,
        /// The status now.
        to: StatusId,
    },
    /// A person assigned the work order to this client.
    Client(PersonId),
    /// The work order is in a closed group now.
    Closed,
    /// The work order was in a closed group.
    Reopened,
    /// Goods are written off now.
    WrittenOff,
    /// No goods are written off any more.
    BroughtBack,
    /// Title, notes, price or custom fields are not as we wrote them.
    Fields,
    /// Lines are not as we wrote them, or others stand beside them.
    Lines,
}

impl Seen {
    /// Nothing in RO App moved since it was seen, or the answer is older than that. Its clock has whole seconds: what a person
    /// changes within the second of our own write, but for the status, is told with the next change. What shows a moment after
    /// `present`, as the end of a day is for which no hour is told, may change on without showing another.
    #[must_use]
    pub fn is_known(&self, head: &Head, present: DateTime<Utc>) -> bool {
        match (self.modified_at, head.modified_at) {
            (Some(seen), Some(now)) if now < seen => true,
            (_, Some(now)) if self.lines_due || now > present => false,
            (seen, now) => seen == now && self.status.is_some() && self.status == head.status,
        }
    }

    /// Somebody moved it or gave it to another client, if the answer does not lag behind our own write.
    #[must_use]
    pub fn is_moved(&self, head: &Head) -> bool {
        let is_given = self.client.is_some() && head.client.is_some() && self.client != head.client;
        self.status.is_some() && (self.status != head.status || is_given)
    }

    /// Takes in what RO App shows now and says what changed. The lines count only where they were read.
    pub fn take(&mut self, head: &Head, items: Option<&[Item]>, applied: &Applied) -> Vec<Change> {
        let mut changes = Vec::new();
        let is_first = self.status.is_none();
        let is_moved = self.status != head.status;
        if let (Some(from), Some(to)) = (self.status, head.status)
            && is_moved
        {
            changes.push(Change::Status { from, to });
        }
        if let (Some(from), Some(to)) = (self.client, head.client)
            && from != to
        {
            changes.push(Change::Client(to));
        }
        // What we moved there ourselves was noted when it was written.
        if self.is_closed != head.is_closed() && is_moved && !is_first {
            changes.push(if head.is_closed() { Change::Closed } else { Change::Reopened });
        }
        if let Some(items) = items {
            changes.extend(self.take_lines(items, applied));
        }
        let fields = Some(differing_fields(head, applied)).filter(|fields| !fields.is_empty());
        let fields = fields.map(|fields| print(&format!("{fields:?}")));
        if fields.is_some() && fields != self.fields {
            changes.push(Change::Fields);
        }
        self.fields = fields;
        self.modified_at = head.modified_at.or(self.modified_at);
        self.status = head.status.or(self.status);
        self.client = head.client.or(self.client);
        self.is_closed = head.is_closed();
        changes
    }

    /// Takes in the lines alone.
    pub fn take_lines(&mut self, items: &[Item], applied: &Applied) -> Vec<Change> {
        let mut changes = Vec::new();
        self.lines_due = false;
        let is_written_off = items.iter().any(|item| item.written_off);
        if is_written_off != self.is_written_off {
            changes.push(if is_written_off { Change::WrittenOff } else { Change::BroughtBack });
        }
        self.is_written_off = is_written_off;
        let lines = print_of_lines(items, applied);
        if lines.is_some() && lines != self.lines {
            changes.push(Change::Lines);
        }
        self.lines = lines;
        changes
    }
}

impl Change {
    /// What the order's history says; `head` shows who the client is.
    #[must_use]
    pub fn said(&self, head: &Head) -> Said {
        match self {
            Self::Status { from, to } => Said::new("moved").with("from", *from).with("to", *to),
            Self::Client(to) => {
                let name = head.client_card.as_ref().map(PersonCard::full_name).filter(|name| !name.is_empty());
                match name {
                    Some(name) => Said::new("given-to").with("client", *to).with("name", name),
                    None => Said::new("given").with("client", *to),
                }
            }
            Self::Closed => Said::new("closed"),
            Self::Reopened => Said::new("reopened"),
            Self::WrittenOff => Said::new("written-off"),
            Self::BroughtBack => Said::new("brought-back"),
            Self::Fields => Said::new("fields-changed"),
            Self::Lines => Said::new("lines-changed"),
        }
    }

    /// What could not be written because of a closed work order or goods written off may be written now.
    #[must_use]
    pub fn frees(&self) -> bool {
        matches!(self, Self::Reopened | Self::BroughtBack)
    }
}

/// Of the lines that are not as we wrote them, others beside them, and ours that are gone; `None` where there are none.
fn print_of_lines(items: &[Item], applied: &Applied) -> Option<Print> {
    let ours = || applied.lines.values().filter(|line| !line.is_waived());
    let is_as_written = |item: &&Item| ours().any(|line| line.item == item.id && shows_line(item, line));
    let strange = items.iter().filter(|item| !is_as_written(item)).map(|item| {
        let Item { id, product, quantity, price, discount, percentage, .. } = item;
        let amounts = [quantity, price, discount, percentage].map(|amount| amount.map(|amount| amount.normalize()));
        format!("{id} {product:?} {amounts:?}")
    });
    let gone =
        ours().filter(|line| items.iter().all(|item| item.id != line.item)).map(|line| format!("{} gone", line.item));
    let mut rows: Vec<_> = strange.chain(gone).collect();
    rows.sort();
    (!rows.is_empty()).then(|| print(&rows.join("\n")))
}

fn print(text: &str) -> Print {
    Sha256::digest(text).into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::{
        dictionary::Names,
        ids::{Id, ItemId, ProductId},
        order::LineKey,
        plan::{AppliedHead, AppliedLine, LineValues},
    };

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap_or_default()
    }

    fn head(status: i64, group: i64, second: i64) -> Head {
        Head {
            id: Id::new(1),
            number: "A1".into(),
            status: Some(Id::new(status)),
            group: Some(group),
            created_at: None,
            modified_at: DateTime::from_timestamp(second, 0),
            client: None,
            client_card: None,
            location: None,
            order_type: None,
            total: None,
            malfunction: "Cartum order 7".into(),
            manager_notes: "ours\n[cartum:shop/7]".into(),
            estimated_price: "10.00".into(),
            custom_fields: BTreeMap::new(),
        }
    }

    fn item(quantity: i64, written_off: bool) -> Item {
        Item {
            id: ItemId::new(5),
            product: Some(ProductId::new(9)),
            quantity: Some(quantity.into()),
            price: Some(10.into()),
            discount: Some(0.into()),
            percentage: None,
            written_off,
        }
    }

    fn applied() -> Applied {
        let values = LineValues { article: "A".into(), quantity: 1.into(), price: 10.into(), discount: 0.into() };
        let line = AppliedLine { item: ItemId::new(5), product: ProductId::new(9), values, verified: true };
        let head = AppliedHead {
            malfunction: "Cartum order 7".into(),
            manager_notes: "ours\n[cartum:shop/7]".into(),
            estimated_price: "10.00".into(),
            custom_fields: BTreeMap::new(),
        };
        Applied { head: Some(head), lines: [(LineKey("1".into()), line)].into(), ..Applied::default() }
    }

    #[test]
    fn the_first_look_at_a_work_order_is_nobodys_change() {
        let mut seen = Seen::default();
        assert_eq!(seen.take(&head(506, 6, 10), None, &applied()), []);
        assert!(seen.is_known(&head(506, 6, 10), at(60)) && seen.is_closed);
    }

    #[test]
    fn each_kind_of_change_is_told_apart_and_once() {
        let (applied, mut seen) = (applied(), Seen::default());
        seen.take(&head(501, 1, 10), Some(&[item(1, false)]), &applied);
        let (from, to) = (Id::new(501), Id::new(502));
        assert_eq!(seen.take(&head(502, 2, 20), Some(&[item(1, false)]), &applied), [Change::Status { from, to }]);
        assert_eq!(seen.take(&head(502, 2, 30), Some(&[item(1, true)]), &applied), [Change::WrittenOff]);
        assert_eq!(
            seen.take(&head(502, 2, 40), Some(&[item(2, false)]), &applied),
            [Change::BroughtBack, Change::Lines]
        );
        assert_eq!(seen.take(&head(502, 2, 41), Some(&[item(2, false)]), &applied), []);
        let edited = Head { malfunction: "call first".into(), ..head(502, 2, 50) };
        assert_eq!(seen.take(&edited, None, &applied), [Change::Fields]);
        assert_eq!(seen.take(&edited, None, &applied), []);
        let closed = seen.take(&head(506, 6, 60), None, &applied);
        assert_eq!(closed, [Change::Status { from: to, to: Id::new(506) }, Change::Closed]);
        let reopened = seen.take(&head(502, 2, 70), None, &applied);
        assert!(reopened.contains(&Change::Reopened) && reopened.iter().any(Change::frees));
    }

    #[test]
    fn another_client_is_told_once_and_the_first_one_is_not() {
        let mut seen = Seen::default();
        let of = |client, second| Head { client: Some(PersonId::new(client)), ..head(501, 1, second) };
        seen.take(&head(501, 1, 10), None, &applied());
        assert!(!seen.is_moved(&of(7, 20)), "it was not shown before");
        assert_eq!(seen.take(&of(7, 20), None, &applied()), []);
        assert!(seen.is_moved(&of(8, 30)) && !seen.is_moved(&head(501, 1, 30)));
        let given = Change::Client(PersonId::new(8));
        assert_eq!(seen.take(&of(8, 30), None, &applied()), [given]);
        assert_eq!(seen.take(&of(8, 40), None, &applied()), []);
        let (id, first_name, last_name) = (PersonId::new(8), "Ann".to_owned(), "Lee".to_owned());
        let (email, notes, phones, created_at) = (String::new(), String::new(), Vec::new(), None);
        let card = PersonCard { id, first_name, last_name, email, phones, notes, created_at, modified_at: None };
        let shown = Head { client_card: Some(card), ..of(8, 40) };
        assert_eq!(
            given.said(&shown).in_words(&Names::default()),
            "a person assigned the work order to client 8 (Ann Lee) in RO App"
        );
        assert_eq!(
            given.said(&of(8, 40)).in_words(&Names::default()),
            "a person assigned the work order to client 8 in RO App"
        );
    }

    #[test]
    fn a_moment_that_is_still_to_come_says_nothing_until_then() {
        let mut seen = Seen::default();
        seen.take(&head(502, 2, 20), None, &applied());
        assert!(!seen.is_known(&head(502, 2, 20), at(19)) && seen.is_known(&head(502, 2, 20), at(20)));
    }

    #[test]
    fn an_answer_from_before_the_last_look_says_nothing() {
        let mut seen = Seen::default();
        seen.take(&head(502, 2, 20), None, &applied());
        assert!(seen.is_known(&head(501, 1, 10), at(60)));
        assert!(!seen.is_known(&head(501, 1, 20), at(60)), "moved within the same second");
        assert!(!seen.is_known(&head(502, 2, 21), at(60)));
    }
}
