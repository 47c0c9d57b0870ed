//! The plan: what has to be done so that RO App has a version of a store order (design sections 3 and 6).
//!
//! A pure function of the version, the settings, the links, the applied version and the remote view. The steps are goals; products
//! and the person are named by their link keys, and ids are filled in when a step is carried out. After every step
//! [`Applied::record`] records what RO App has accepted, so that planning again after all steps gives an empty plan.
//!
//! `lines.rs` plans lines, `hold.rs` decides what is not planned at all, `head.rs` plans the head, status and comments, `client.rs`
//! the client, `settle.rs` handles conflicts, `after.rs` says what a refused step means for the others, `verdict.rs` what a
//! verification needs next, `check.rs` compares the outcome to the cent, `late.rs` postpones what gets no answer, `record.rs`
//! records what was accepted, `status.rs` what that means for a status, `sent.rs` what was sent and not answered.

mod after;
mod check;
mod client;
mod head;
mod hold;
mod late;
mod lines;
mod part;
mod record;
mod sent;
mod settle;
mod shown;
mod status;
#[cfg(test)]
mod tests;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

pub use self::{
    after::{Next, Setback, after},
    check::{Shortfall, check, repair},
    head::differing_fields,
    hold::{Hold, MAX_LINES, may_be_written},
    lines::{same_item, shows_line},
    part::Part,
    sent::{Arrived, Sent},
    settle::Keep,
    status::AppliedStatus,
    verdict::{HeadFrom, Sight, Verdict, Written, verdict},
};
use super::{
    discount::PerWhat,
    ids::{ItemId, PersonId, ProductId, StatusId},
    marker::Marker,
    order::{Buyer, LineKey, StoreOrder},
    product::{Catalogue, ProductWant},
    remote::{Head, Item},
    said::{Said, Value},
    store::Settings,
};

/// Everything a plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The version to bring to RO App.
    pub order: &'a StoreOrder,
    /// The store's settings.
    pub settings: &'a Settings,
    /// Which store order the work order came from.
    pub marker: &'a Marker,
    /// When the order was placed.
    pub placed_at: DateTime<Utc>,
    /// What the store's catalogue says about the articles.
    pub catalogue: &'a Catalogue,
    /// Known links.
    pub links: &'a Links,
    /// Whether RO App takes discount amounts per line or per unit.
    pub per: PerWhat,
    /// The status that the work order was made with; where that was not seen, the last one that the order type gave.
    pub initial_status: Option<StatusId>,
    /// What RO App last accepted.
    pub applied: &'a Applied,
    /// What RO App has now.
    pub remote: Remote<'a>,
    /// A person asked that RO App be compared whole with the version and the present settings.
    pub resync: bool,
    /// Conflicts that were listed before.
    pub listed: &'a [Conflict],
    /// What a person decided about what is listed, whatever there is to it.
    pub decided: Option<Keep>,
    /// A person decided who wins in what is listed: the conflicts, and with [`Keep::RoApp`] the change that was not written.
    pub keep: Option<Keep>,
    /// A person linked the work order, which others made, with the order: it is left as it is, and what the store has counts as
    /// written. Only our block is added to its notes, since it carries the marker.
    pub as_it_is: bool,
    /// A person chose this client for the work order.
    pub chosen_client: Option<PersonId>,
}

/// Links that are known before planning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// The buyer's person is known.
    pub person: bool,
    /// Products by link key.
    pub products: BTreeMap<String, ProductId>,
    /// Link keys whose products cannot be had now: they are not asked for again.
    pub refused: BTreeSet<String>,
}

/// The remote view.
#[derive(Debug, Clone, Copy)]
pub enum Remote<'a> {
    /// There is no work order yet.
    Nothing,
    /// The work order was read, its lines were not.
    Head(&'a Head),
    /// Both were read.
    Lines(&'a Head, &'a [Item]),
}

impl<'a> Remote<'a> {
    /// The work order without its lines, as far as it was read.
    #[must_use]
    pub fn head(self) -> Option<&'a Head> {
        match self {
            Self::Nothing => None,
            Self::Head(head) | Self::Lines(head, _) => Some(head),
        }
    }
}

/// What RO App last accepted, part by part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is on record by itself")]
pub struct Applied {
    /// The head, once the work order was made.
    pub head: Option<AppliedHead>,
    /// Lines by key.
    pub lines: BTreeMap<LineKey, AppliedLine>,
    /// The status, once it was dealt with.
    pub status: Option<AppliedStatus>,
    /// What the last delivery comment said.
    pub delivery: String,
    /// The comment about news for the notes that was sent, until the head that it goes with is written.
    pub news: String,
    /// What RO App shows of `head`, where that is something else than was written.
    pub shown: Option<AppliedHead>,
    /// RO App's notes are not what `head` says: they were left as they are.
    pub notes_left: bool,
    /// RO App was told that the order is paid.
    pub paid: bool,
    /// What RO App was told last about the order's deletion in the store.
    pub gone: String,
    /// RO App was told that the store canceled it after goods were written off.
    pub cancel_told: bool,
    /// The work order was found by its marker alone: what was written to it is not on record, so its lines are matched
    /// with what stands there before any is added.
    pub adopted: bool,
    /// The change that was sent last and not answered.
    pub sent: Option<Sent>,
    /// Steps of lines and products that found no answer ([`Step::label`]), the one that was tried longest ago first.
    pub late: Vec<String>,
    /// The buyer whom the work order's client stands for.
    pub buyer: Option<Buyer>,
}

/// Head fields as they were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedHead {
    /// One-line title.
    pub malfunction: String,
    /// Our block of the notes.
    pub manager_notes: String,
    /// Total as text, such as `599.00`.
    pub estimated_price: String,
    /// Custom fields by id.
    pub custom_fields: BTreeMap<i64, String>,
}

/// A line as it was written, and the item it became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedLine {
    /// RO App's line.
    pub item: ItemId,
    /// Its product.
    pub product: ProductId,
    /// What was written.
    pub values: LineValues,
    /// RO App was seen to show it, or staff keep it their way; until then a difference is ours to repair.
    pub verified: bool,
}

/// What a line says, as RO App takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineValues {
    /// The store's article; another article is another line.
    pub article: String,
    /// Units.
    pub quantity: Decimal,
    /// Price per unit.
    pub price: Decimal,
    /// Discount amount as it is sent: of the line, or of one unit ([`PerWhat`]).
    pub discount: Decimal,
}

/// What has to be done, in this order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Goals.
    pub steps: Vec<Step>,
    /// The lines have to be read before it can be planned what happens to them.
    pub needs_lines: bool,
    /// Once these steps are done, plan again: what comes next depends on their outcome.
    pub again: bool,
    /// Changed on both sides, kept as RO App has it (status: as the store has it).
    pub conflicts: Vec<Conflict>,
    /// A difference that is not written any more, with its reason.
    pub pending: Option<Said>,
    /// The store's status is not in the status map.
    pub unknown_status: bool,
    /// Which of the listed conflicts are none any more: both sides have the same now.
    pub agreed: Vec<Part>,
    /// Which of the listed conflicts cannot be settled as a person decided, each with the reason.
    pub refused: Vec<(Part, Said)>,
}

/// One goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The buyer is a person in RO App.
    Person,
    /// The product is in RO App's catalogue and linked.
    Product(ProductWant),
    /// There is a work order with this head.
    Create(AppliedHead),
    /// The line is there.
    AddLine {
        /// Which line.
        key: LineKey,
        /// Of which product.
        want: ProductWant,
        /// With these values.
        values: LineValues,
        /// Its own title, where other lines of the order are the same product under another one; else empty.
        own_title: String,
    },
    /// The line stands there already, written by us at a time that is not on record.
    AdoptLine {
        /// Which line.
        key: LineKey,
        /// RO App's line.
        item: NewItem,
        /// Its values.
        values: LineValues,
    },
    /// The line has these values.
    ChangeLine {
        /// Which line.
        key: LineKey,
        /// RO App's line.
        item: ItemId,
        /// With these values.
        values: LineValues,
    },
    /// The line is gone.
    RemoveLine {
        /// Which line.
        key: LineKey,
        /// RO App's line.
        item: ItemId,
    },
    /// The line stays out of RO App, as a person decided.
    WaiveLine {
        /// Which line.
        key: LineKey,
        /// Its values in the store.
        values: LineValues,
    },
    /// The line is no longer ours: it is gone on both sides, or staff keep it.
    ForgetLine {
        /// Which line.
        key: LineKey,
    },
    /// The line rests as RO App has it: already right, or changed by staff.
    AcceptLine {
        /// Which line.
        key: LineKey,
        /// Its values.
        values: LineValues,
    },
    /// The head has these fields; only `change` is sent.
    Head {
        /// What is sent.
        change: HeadChange,
        /// What is applied afterwards.
        head: AppliedHead,
        /// But for the notes, which stay as they are.
        notes_left: bool,
    },
    /// The work order is this buyer's, as a person decided.
    Client(Buyer),
    /// The work order's client rests as RO App has it, and stands for this buyer.
    AcceptClient(Buyer),
    /// The store's status is dealt with.
    Status(AppliedStatus),
    /// The event feed says this.
    Comment(Comment),
    /// The event feed says this already, as far as can be told: written by us at a time that is not on record.
    Told(Comment),
}

/// Fields of a head that are sent; `None` = left as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeadChange {
    /// One-line title.
    pub malfunction: Option<String>,
    /// The whole notes, staff's own text included.
    pub manager_notes: Option<String>,
    /// Total as text.
    pub estimated_price: Option<String>,
    /// Custom fields by id.
    pub custom_fields: BTreeMap<i64, String>,
}

impl HeadChange {
    /// Nothing is sent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }

    /// With what was sent later.
    pub fn add(&mut self, later: &Self) {
        let Self { malfunction, manager_notes, estimated_price, custom_fields } = later.clone();
        self.malfunction = malfunction.or(self.malfunction.take());
        self.manager_notes = manager_notes.or(self.manager_notes.take());
        self.estimated_price = estimated_price.or(self.estimated_price.take());
        self.custom_fields.extend(custom_fields);
    }
}

/// A private comment. It is sent at most once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comment {
    /// How it is delivered; again when that changes.
    Delivery(String),
    /// Paid in the store after the work order was made.
    Paid(String),
    /// News for the notes, whose block staff edited.
    Notes(String),
    /// Deleted in the store; again when that happens a second time.
    Gone(String),
    /// Canceled in the store after goods were written off.
    Canceled(String),
}

impl Comment {
    /// What is written into the event feed.
    #[must_use]
    pub fn text(&self) -> &str {
        let (Self::Delivery(text) | Self::Paid(text) | Self::Notes(text) | Self::Gone(text) | Self::Canceled(text)) =
            self;
        text
    }

    /// The comment with this short name and text.
    #[must_use]
    pub fn read(kind: &str, text: &str) -> Option<Self> {
        let make = [Self::Delivery, Self::Paid, Self::Notes, Self::Gone, Self::Canceled];
        make.into_iter().map(|make| make(text.to_owned())).find(|comment| comment.kind() == kind)
    }

    /// A short name for the journal.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Delivery(_) => "delivery",
            Self::Paid(_) => "paid",
            Self::Notes(_) => "notes",
            Self::Gone(_) => "gone",
            Self::Canceled(_) => "canceled",
        }
    }
}

/// A field that changed on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Which part.
    pub part: Part,
    /// What the store has.
    pub store: Value,
    /// What RO App has.
    pub roapp: Value,
    /// The status of staff's that the store's took the place of, in RO App too: listed until a person has seen it.
    pub overruled: Option<StatusId>,
}

impl Conflict {
    /// One in which nobody's status was overruled.
    #[must_use]
    pub fn new(part: Part, store: impl Into<Value>, roapp: impl Into<Value>) -> Self {
        Self { part, store: store.into(), roapp: roapp.into(), overruled: None }
    }
}

/// A new remote id that a step brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewItem {
    /// RO App's line.
    pub item: ItemId,
    /// Its product.
    pub product: ProductId,
}

/// Plans what brings RO App to the version.
///
/// # Errors
/// The [`Hold`] with which the order is held instead.
pub fn plan(facts: &Facts<'_>) -> Result<Plan, Hold> {
    hold::may_be_written(facts.order, facts.settings)?;
    let wanted = lines::wanted(facts)?;
    let mut plan = Plan::default();
    match facts.remote {
        Remote::Nothing => {
            if !facts.links.person {
                plan.steps.push(Step::Person);
            }
            lines::add_all(facts, &wanted, &mut plan);
            let at =
                plan.steps.iter().position(|step| matches!(step, Step::AddLine { .. })).unwrap_or(plan.steps.len());
            plan.steps.insert(at, Step::Create(head::wanted(facts)));
        }
        Remote::Head(head) => {
            plan.needs_lines = facts.resync || lines::differ(facts, &wanted) || settle::needs_lines(facts);
            head::change(facts, head, &mut plan);
            client::change(facts, head, None, &mut plan);
            settle::note_agreed(facts, &wanted, head, None, &mut plan);
        }
        Remote::Lines(head, items) => {
            lines::change(facts, &wanted, head, items, &mut plan);
            if !plan.again {
                head::change(facts, head, &mut plan);
                client::change(facts, head, Some(items), &mut plan);
            }
            settle::note_agreed(facts, &wanted, head, Some(items), &mut plan);
        }
    }
    if !plan.needs_lines && !plan.again {
        head::status(facts, &mut plan);
    }
    if !plan.needs_lines && !plan.again {
        head::comments(facts, &mut plan);
    }
    Ok(plan)
}
