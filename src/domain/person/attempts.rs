//! The forms in which a person is sent to RO App, one after another, until it accepts one.

use std::collections::VecDeque;

use super::PersonDraft;

/// The forms that are left.
#[derive(Debug, Clone)]
pub struct Attempts {
    drafts: VecDeque<PersonDraft>,
    /// Custom fields that are sent empty, since RO App requires them.
    fields: Vec<i64>,
    /// One was refused already.
    refused: bool,
}

impl Attempts {
    /// These drafts, with the custom fields that RO App was seen to require.
    #[must_use]
    pub fn new(drafts: Vec<PersonDraft>, fields: Vec<i64>) -> Self {
        Self { drafts: drafts.into(), fields, refused: false }
    }

    /// Custom fields that are sent empty.
    #[must_use]
    pub fn fields(&self) -> &[i64] {
        &self.fields
    }

    /// RO App is to be asked which custom fields it requires, before [`Attempts::refused`] is told: only once.
    #[must_use]
    pub fn asks_for_fields(&self) -> bool {
        !self.refused
    }

    /// RO App refused this draft, and requires these custom fields, as far as it was asked.
    pub fn refused(&mut self, draft: PersonDraft, required: Vec<i64>) {
        let are_news = !self.refused && !required.is_empty() && required != self.fields;
        self.refused = true;
        if are_news {
            self.fields = required;
            self.drafts.push_front(draft);
        } else if self.drafts.is_empty() && !std::mem::take(&mut self.fields).is_empty() {
            // Perhaps just the empty fields are what it refuses.
            self.drafts.push_front(draft);
        }
    }
}

impl Iterator for Attempts {
    type Item = PersonDraft;

    fn next(&mut self) -> Option<PersonDraft> {
        self.drafts.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(name: &str) -> PersonDraft {
        let (last_name, email, phones, notes) = (String::new(), None, Vec::new(), Vec::new());
        PersonDraft { first_name: name.into(), last_name, email, phones, notes }
    }

    /// The attempts with their fields, all refused; `required` is what RO App says when it is asked.
    fn all(fields: &[i64], required: &[i64]) -> Vec<(String, Vec<i64>)> {
        let mut attempts = Attempts::new(vec![draft("whole"), draft("less")], fields.to_vec());
        let mut made = Vec::new();
        while let Some(draft) = attempts.next() {
            made.push((draft.first_name.clone(), attempts.fields().to_vec()));
            let required = if attempts.asks_for_fields() { required.to_vec() } else { Vec::new() };
            attempts.refused(draft, required);
        }
        made
    }

    fn attempt(name: &str, fields: &[i64]) -> (String, Vec<i64>) {
        (name.into(), fields.to_vec())
    }

    #[test]
    fn each_draft_is_offered_once() {
        assert_eq!(all(&[], &[]), [attempt("whole", &[]), attempt("less", &[])]);
    }

    #[test]
    fn required_fields_are_learned_once_and_left_out_at_last() {
        let tried = [attempt("whole", &[]), attempt("whole", &[7]), attempt("less", &[7]), attempt("less", &[])];
        assert_eq!(all(&[], &[7]), tried);
        assert_eq!(all(&[7], &[7]), [attempt("whole", &[7]), attempt("less", &[7]), attempt("less", &[])]);
    }
}
