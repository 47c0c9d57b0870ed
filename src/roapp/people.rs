//! Clients (contract roapp 5.1). Lists are raw: phones are stored as typed and filters may be ignored, so the caller must
//! compare each row.

use chrono::{DateTime, Utc};

use super::{Created, NewPerson, RoApp, RoAppError, call::Call, row::Row, wire};
use crate::{
    domain::{ids::PersonId, remote::PersonCard, text},
    http::Verdict,
};

const PEOPLE: &str = "/v2/contacts/people";

impl RoApp {
    /// People with this phone, in exactly this spelling; RO App may add others.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn people_by_phone(&self, phone: &str) -> Result<Vec<PersonCard>, RoAppError> {
        self.people("phones", phone).await
    }

    /// People with this e-mail; RO App may add others, and finding nobody proves nothing: the filter is undocumented (contract roapp
    /// unknown 18), and nobody is found where RO App refuses it.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn people_by_email(&self, email: &str) -> Result<Vec<PersonCard>, RoAppError> {
        match self.people("emails", email).await {
            Err(error) if error.verdict() == Verdict::Never => Ok(Vec::new()),
            found => found,
        }
    }

    /// People made at this time or later.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn people_made_since(&self, from: DateTime<Utc>) -> Result<Vec<PersonCard>, RoAppError> {
        let from = wire::whole_seconds(from);
        let mut people = self.people("created_at", &wire::instant_text(from)).await?;
        people.retain(|person| person.created_at.is_none_or(|at| at >= from));
        Ok(people)
    }

    /// One page of the people, counted from 1, in the order of their ids, and how many pages there are, if RO App says so.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn people_page(&self, page: u64) -> Result<(Vec<PersonCard>, Option<u64>), RoAppError> {
        self.one_page(&Call::get(PEOPLE).with("sort", "id"), page, card).await
    }

    /// Everybody; `None` if the list changed in each pass over its pages, so that somebody may be missing.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn all_people(&self) -> Result<Option<Vec<PersonCard>>, RoAppError> {
        let (people, is_whole) = self.pages_settled(Call::get(PEOPLE).with("sort", "id"), card, |_| false).await?;
        Ok(Some(people).filter(|_| is_whole))
    }

    /// People changed at this time or later; `None` if RO App does not keep to the time, or does not show it.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn people_changed_since(&self, from: DateTime<Utc>) -> Result<Option<Vec<PersonCard>>, RoAppError> {
        let from = wire::whole_seconds(from);
        let call = Call::get(PEOPLE).with("modified_at", &wire::instant_text(from)).with("sort", "modified_at");
        let is_odd = |card: &PersonCard| card.modified_at.is_none_or(|at| at < from);
        let (people, is_whole) = self.pages_settled(call, card, |found| found.iter().any(is_odd)).await?;
        Ok(Some(people).filter(|people| is_whole && !people.iter().any(is_odd)))
    }

    /// One client; `None` if RO App has none with this id.
    ///
    /// # Errors
    /// A [`RoAppError`].
    pub async fn person(&self, id: PersonId) -> Result<Option<PersonCard>, RoAppError> {
        self.maybe(Call::get("/v2/contacts/people/{id}").at(&[id.get()]), card).await
    }

    /// Creates a client. `notify` is false.
    ///
    /// # Errors
    /// A [`RoAppError`]; if its verdict is unclear, search for the person before anything else.
    pub async fn create_person(&self, person: &NewPerson) -> Result<Created<PersonId>, RoAppError> {
        let answer = self.send(&Call::create(PEOPLE).body(person.body())).await?;
        Ok(Created::<PersonId>::from_answer(&answer.body))
    }

    async fn people(&self, filter: &'static str, value: &str) -> Result<Vec<PersonCard>, RoAppError> {
        if value.trim().is_empty() {
            return Ok(Vec::new());
        }
        self.pages(Call::get(PEOPLE).with(filter, value).with("sort", "id"), card).await
    }
}

fn card(row: &Row<'_>) -> Result<PersonCard, RoAppError> {
    Ok(PersonCard {
        id: row.id()?,
        first_name: text::word(&row.text("first_name")),
        last_name: text::word(&row.text("last_name")),
        email: text::word(&row.text("email")),
        phones: row.texts("phones", "phone").iter().map(|phone| text::word(phone)).collect(),
        notes: row.text("notes"),
        created_at: row.instant("created_at"),
        modified_at: row.instant("modified_at"),
    })
}
