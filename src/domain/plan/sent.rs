//! A change that was sent and not answered. RO App may have applied it: if that were ignored, the change would look like one of
//! staff's once the store changes again. There is at most one, since an order stops at the first call that fails.

use super::{Applied, AppliedHead, AppliedStatus, LineValues, Step, head, lines::shows};
use crate::domain::{
    ids::{PersonId, StatusId},
    likeness, notes,
    order::LineKey,
    remote::{Head, Item},
};

/// What a change says. What makes or removes something is not in here: the journal and the lines themselves tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// The head.
    Head(AppliedHead),
    /// A line.
    Line(LineKey, LineValues),
    /// The status.
    Status(AppliedStatus),
    /// The client.
    Client(PersonId),
}

/// What RO App has of a change that was not answered, and the watch is not to take for somebody else's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrived {
    /// The status.
    Status(StatusId),
    /// The client.
    Client(PersonId),
}

impl Sent {
    /// What is sent by this step, if it is a change that says all of it.
    #[must_use]
    pub fn of(step: &Step) -> Option<Self> {
        match step {
            Step::Head { head, .. } => Some(Self::Head(head.clone())),
            Step::ChangeLine { key, values, .. } => Some(Self::Line(key.clone(), values.clone())),
            Step::Status(status) => Some(Self::Status(*status)),
            _ => None,
        }
    }

    /// The lines have to be read to tell whether RO App has it.
    #[must_use]
    pub fn is_of_a_line(&self) -> bool {
        matches!(self, Self::Line(..))
    }
}

impl Applied {
    /// Counts as applied what RO App shows of the change that was not answered; the rest of it was not executed. Status or client,
    /// where it was that and RO App has it.
    pub fn take_in_sent(&mut self, remote: &Head, items: Option<&[Item]>) -> Option<Arrived> {
        match self.sent.take() {
            Some(Sent::Head(sent)) => self.take_in_head(sent, remote),
            Some(Sent::Line(key, values)) => {
                let line = self.lines.get_mut(&key)?;
                let item = items.into_iter().flatten().find(|item| item.id == line.item);
                if item.is_some_and(|item| shows(item, &values)) {
                    (line.values, line.verified) = (values, false);
                }
            }
            Some(Sent::Status(sent)) if sent.written.is_some() && sent.written == remote.status => {
                self.status = Some(sent);
                return sent.written.map(Arrived::Status);
            }
            Some(Sent::Client(sent)) if remote.client == Some(sent) => return Some(Arrived::Client(sent)),
            Some(Sent::Status(_) | Sent::Client(_)) | None => {}
        }
        None
    }

    fn take_in_head(&mut self, sent: AppliedHead, remote: &Head) {
        let Some(applied) = &mut self.head else { return };
        if likeness::same(&remote.malfunction, &sent.malfunction) {
            applied.malfunction = sent.malfunction;
        }
        if head::amount(&remote.estimated_price) == sent.estimated_price {
            applied.estimated_price = sent.estimated_price;
        }
        let block = notes::block_of(&remote.manager_notes, &sent.manager_notes);
        if notes::replace_block(&remote.manager_notes, &sent.manager_notes, &sent.manager_notes).is_some()
            || block.is_some_and(|block| likeness::same(block, &sent.manager_notes))
        {
            applied.manager_notes = sent.manager_notes;
            self.notes_left = false;
        }
        let shown = sent
            .custom_fields
            .into_iter()
            .filter(|(id, text)| remote.custom_fields.get(id).is_some_and(|shown| head::same_field(shown, text)));
        applied.custom_fields.extend(shown);
    }
}
