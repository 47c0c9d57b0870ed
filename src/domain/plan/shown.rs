//! What RO App makes of our texts counts as ours: what it shows right after they were written is the base of later comparisons.

use super::{Applied, AppliedHead, HeadChange, head};
use crate::domain::{likeness, notes, remote::Head};

impl From<&AppliedHead> for HeadChange {
    /// All of it.
    fn from(head: &AppliedHead) -> Self {
        Self {
            malfunction: Some(head.malfunction.clone()),
            manager_notes: Some(head.manager_notes.clone()),
            estimated_price: Some(head.estimated_price.clone()),
            custom_fields: head.custom_fields.clone(),
        }
    }
}

impl Applied {
    /// Takes in what RO App shows of what was just `written`; true when it shows something else than was sent. What is no rendering of
    /// ours, somebody else wrote meanwhile.
    pub fn take_shown(&mut self, remote: &Head, written: &HeadChange) -> bool {
        let Some(sent) = self.shown.as_ref().or(self.head.as_ref()) else { return false };
        let mut shown = sent.clone();
        let take = |ours: &mut String, there: &str| {
            if likeness::renders(there, ours) {
                there.clone_into(ours);
            }
        };
        if written.malfunction.is_some() {
            take(&mut shown.malfunction, &remote.malfunction);
        }
        let block = notes::block_of(&remote.manager_notes, &shown.manager_notes);
        if let Some(block) = block.filter(|_| written.manager_notes.is_some() && !self.notes_left) {
            take(&mut shown.manager_notes, block);
        }
        for (id, ours) in shown.custom_fields.iter_mut().filter(|(id, _)| written.custom_fields.contains_key(id)) {
            let there = remote.custom_fields.get(id).map_or("", String::as_str);
            if !head::same_field(there, ours) {
                take(ours, there);
            }
        }
        let is_news = shown != *sent;
        if is_news {
            self.shown = Some(shown);
        }
        is_news
    }

    /// What was seen of a head before still holds for what was not written anew.
    pub(super) fn keep_shown(&mut self, before: Option<AppliedHead>, head: &AppliedHead, written: &HeadChange) {
        self.shown = before.map(|mut shown| {
            if written.malfunction.is_some() {
                shown.malfunction.clone_from(&head.malfunction);
            }
            if written.manager_notes.is_some() {
                shown.manager_notes.clone_from(&head.manager_notes);
            }
            shown.estimated_price.clone_from(&head.estimated_price);
            for (id, text) in &head.custom_fields {
                if written.custom_fields.contains_key(id) || !shown.custom_fields.contains_key(id) {
                    shown.custom_fields.insert(*id, text.clone());
                }
            }
            shown
        });
    }

    /// What RO App was seen to show of the head as `ours` has it; `None` where that is not known.
    pub(super) fn shown_of(&self, ours: &AppliedHead) -> Option<&AppliedHead> {
        self.shown.as_ref().filter(|_| self.head.as_ref() == Some(ours))
    }

    /// What RO App's notes are, freed of its escapes where it is known to escape ours: they are not escaped again then.
    pub(super) fn notes_to_send(&self, remote: &Head) -> String {
        let escapes = self.head.as_ref().zip(self.shown.as_ref()).is_some_and(|(head, shown)| {
            let (ours, theirs) = (&head.manager_notes, &shown.manager_notes);
            likeness::unescaped(theirs) != *theirs && likeness::unescaped(ours) == *ours
        });
        if escapes { likeness::unescaped(&remote.manager_notes) } else { remote.manager_notes.clone() }
    }
}
