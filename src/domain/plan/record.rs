//! What RO App has accepted so far, step by step.

use super::{Applied, AppliedHead, AppliedLine, Comment, NewItem, Step, lines::item_key};
use crate::domain::{
    discount::{PerWhat, price_lines},
    ids::{ItemId, ProductId},
    notes,
    order::{LineKey, StoreOrder},
    words::Language,
};

impl AppliedLine {
    /// It stays out of RO App, as a person decided; its ids mean nothing then.
    #[must_use]
    pub fn is_waived(&self) -> bool {
        self.item.get() < 0
    }
}

impl Step {
    /// The line that it is about; no other is changed by it.
    #[must_use]
    pub fn line(&self) -> Option<&LineKey> {
        match self {
            Self::AddLine { key, .. }
            | Self::AdoptLine { key, .. }
            | Self::ChangeLine { key, .. }
            | Self::RemoveLine { key, .. }
            | Self::WaiveLine { key, .. }
            | Self::ForgetLine { key }
            | Self::AcceptLine { key, .. } => Some(key),
            Self::Person
            | Self::Product(_)
            | Self::Create(_)
            | Self::Head { .. }
            | Self::Client(_)
            | Self::AcceptClient(_)
            | Self::Status(_)
            | Self::Comment(_)
            | Self::Told(_) => None,
        }
    }
}

impl Applied {
    /// Notes what RO App accepted with `step`; `made` is the new line of an `AddLine`.
    pub fn record(&mut self, step: &Step, made: Option<NewItem>) {
        self.sent = None;
        match step {
            Step::Person | Step::Product(_) => {}
            Step::Create(head) => self.record_head(head, false),
            Step::Head { head, change, notes_left } => {
                let before = self.shown.take();
                self.record_head(head, *notes_left);
                self.keep_shown(before, head, change);
            }
            Step::AddLine { key, values, .. } => {
                if let Some(NewItem { item, product }) = made {
                    self.lines
                        .insert(key.clone(), AppliedLine { item, product, values: values.clone(), verified: false });
                }
            }
            Step::AdoptLine { key, item: NewItem { item, product }, values } => {
                let (item, product, values) = (*item, *product, values.clone());
                self.lines.insert(key.clone(), AppliedLine { item, product, values, verified: false });
            }
            Step::ChangeLine { key, values, .. } | Step::AcceptLine { key, values } => {
                if let Some(line) = self.lines.get_mut(key) {
                    line.values = values.clone();
                    line.verified = matches!(step, Step::AcceptLine { .. });
                }
            }
            Step::WaiveLine { key, values } => {
                // It has no item: its id is one that RO App never gives.
                let lowest = self.lines.values().map(|line| line.item.get()).min().unwrap_or_default();
                let (item, product) = (ItemId::new(lowest.min(0) - 1), ProductId::new(0));
                self.lines.insert(key.clone(), AppliedLine { item, product, values: values.clone(), verified: true });
            }
            Step::RemoveLine { key, .. } | Step::ForgetLine { key } => {
                self.lines.remove(key);
            }
            Step::Client(buyer) | Step::AcceptClient(buyer) => self.buyer = Some(buyer.clone()),
            Step::Status(status) => self.status = Some(*status),
            Step::Comment(comment) | Step::Told(comment) => self.told(comment),
        }
    }

    fn record_head(&mut self, head: &AppliedHead, notes_left: bool) {
        self.head = Some(head.clone());
        self.shown = None;
        self.notes_left = notes_left;
        self.news.clear();
    }

    fn told(&mut self, comment: &Comment) {
        match comment {
            Comment::Delivery(text) => self.delivery.clone_from(text),
            Comment::Paid(_) => self.paid = true,
            Comment::Notes(text) => self.news.clone_from(text),
            Comment::Gone(text) => self.gone.clone_from(text),
            Comment::Canceled(_) => self.cancel_told = true,
        }
    }

    /// RO App does not let go of a line that is to be removed: it gives up its key, which a line that replaces it in place has,
    /// too. Its removal is planned each time, until it is gone.
    pub fn set_apart(&mut self, key: &LineKey, item: ItemId) {
        if self.lines.get(key).is_some_and(|line| line.item == item)
            && let Some(line) = self.lines.remove(key)
        {
            self.lines.insert(item_key(item), line);
        }
    }

    /// RO App was seen to show all of it. What an adopted work order was told is not on record: it counts as told, since
    /// comments cannot be listed and are sent at most once. It counts as adopted until each line is found in it or added to
    /// it, which waits while it is closed or goods are written off.
    pub fn verify(&mut self, order: &StoreOrder) {
        if self.adopted {
            // Told in any language is told.
            self.delivery = notes::delivery_comment(order, Language::En).unwrap_or_default();
            self.paid = order.payment.paid;
            let lines = price_lines(order, PerWhat::Line).unwrap_or_default();
            self.adopted = lines.iter().any(|line| !self.lines.contains_key(&line.key));
        }
        for line in self.lines.values_mut() {
            line.verified = true;
        }
        self.late.clear();
        // Of an adopted work order it is not on record for whom it was made.
        self.buyer.get_or_insert_with(|| order.buyer.clone());
    }
}
