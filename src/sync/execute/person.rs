//! The buyer's person: found by the ladder, else made, claimed first so that two orders of one buyer make one (design
//! section 6, invariant 1).

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use super::{
    Writer,
    job::Job,
    rest::{Halt, Rest, Stop},
};
use crate::{
    db::{
        DbError,
        journal::{self, Outcome, Sign},
        links::{self, Link, LinkKind, NewLink},
        orders, work,
    },
    domain::{
        ids::{EntryId, PersonId},
        marker::Token,
        matching::{self, PersonChoice},
        person::{self, PersonDraft},
        remote::PersonCard,
    },
    http::Verdict,
    roapp::NewPerson,
};

/// People of one search who are read by themselves, at most.
const MOST_READ: usize = 10;
/// Phones of one buyer that are searched for, at most: each takes several calls.
const MOST_SEARCHED: usize = 3;

impl Writer<'_> {
    /// Finds or makes the buyer's person and links it.
    pub(super) async fn person(&mut self, job: &mut Job) -> Result<(), Stop> {
        let pool = &self.engine.pool;
        let contact = job.contact_key();
        let unclear = journal::unclear_of_key(pool, self.account.id, LinkKind::Person.word(), &contact).await?;
        for entry in unclear {
            let is_own = entry.order == job.work.order;
            match self.settle_entry(job, entry).await {
                // What a person has to look at for another order holds up that one alone.
                Err(Stop::Rest(Rest::Held(_))) if !is_own => {}
                done => done?,
            }
        }
        if job.person.is_some() {
            return Ok(());
        }
        let candidates = self.candidates(job).await?;
        let region = &job.store.settings.phone_region;
        match matching::choose_person(&job.order.buyer, &job.phones, &candidates, region) {
            PersonChoice::Found { id, reason, review } => {
                let review = review.unwrap_or_default();
                self.link_person(job, None, id, &reason.to_string(), &review).await
            }
            PersonChoice::None => match links::find(pool, self.account.id, LinkKind::Person, &contact).await? {
                Some(Link::Made(id)) if Some(PersonId::new(id)) != job.decided_against => {
                    self.person_of_contact(job, PersonId::new(id), &contact).await
                }
                Some(_) | None => self.make_person(job, &contact).await,
            },
        }
    }

    /// Whom we made for the same contact may not be listed yet. What the record itself shows decides: staff may have given the
    /// contact to somebody else since.
    async fn person_of_contact(&mut self, job: &mut Job, id: PersonId, contact: &str) -> Result<(), Stop> {
        let card = match self.roapp()?.person(id).await {
            Ok(card) => card,
            Err(error) => return Err(self.stop_for(error, Duration::ZERO).await),
        };
        if card.is_none() {
            self.forget_person(id).await?;
        }
        let region = &job.store.settings.phone_region;
        let without_contact = card.as_ref().is_some_and(|card| card.phones.is_empty() && card.email.is_empty());
        // RO App did not take the contact, which stands in the notes.
        let card = card.map(|card| if without_contact { with_contact(card, job) } else { card });
        match matching::choose_person(&job.order.buyer, &job.phones, card.as_slice(), region) {
            PersonChoice::Found { id, .. } if without_contact => {
                let review = "the same contact as an earlier buyer's, which RO App did not take";
                self.link_person(job, None, id, "same contact, made by us", review).await
            }
            PersonChoice::Found { id, reason, review } => {
                self.link_person(job, None, id, &reason.to_string(), &review.unwrap_or_default()).await
            }
            PersonChoice::None => self.make_person(job, contact).await,
        }
    }

    /// RO App does not have the person any more: they are looked for anew.
    pub(super) async fn forget_person(&self, id: PersonId) -> Result<(), DbError> {
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        links::forget(&mut tx, self.account.id, LinkKind::Person, id.get()).await?;
        tx.commit().await?;
        self.engine.seen(self.account.id, |seen| seen.gone_people.note(id));
        Ok(())
    }

    /// Everybody in RO App who has the buyer's phone, in each spelling, or e-mail.
    async fn candidates(&mut self, job: &Job) -> Result<Vec<PersonCard>, Stop> {
        let roapp = self.roapp()?;
        let mut found = BTreeMap::new();
        // One number is searched for as it was typed, too.
        let typed = if job.phones.len() == 1 { job.order.buyer.phone.as_str() } else { "" };
        let forms = job.phones.iter().take(MOST_SEARCHED).flat_map(|phone| phone.search_forms(typed));
        let take = |found: &mut BTreeMap<_, _>, people: Vec<PersonCard>| {
            for person in people {
                found.entry(person.id).or_insert(person);
            }
        };
        for form in forms {
            match roapp.people_by_phone(&form).await {
                Ok(people) => take(&mut found, people),
                Err(error) => return Err(self.stop_for(error, Duration::ZERO).await),
            }
        }
        self.read_phones(&mut found).await?;
        let email = &job.order.buyer.email;
        if !email.is_empty() {
            match roapp.people_by_email(email).await {
                Ok(people) => take(&mut found, people),
                // The filter is undocumented (contract roapp unknown 18): never a reason to stop.
                Err(error) if error.verdict() == Verdict::Never => {}
                Err(error) => return Err(self.stop_for(error, Duration::ZERO).await),
            }
        }
        // One that was deleted may be listed still (contract roapp unknown 29).
        self.engine.seen(self.account.id, |seen| found.retain(|id, _| !seen.gone_people.has(id)));
        found.retain(|id, _| Some(*id) != job.decided_against);
        Ok(found.into_values().collect())
    }

    /// Rows of a list may leave phones out, which the record itself shows (contract roapp unknown 17). A search that brings many
    /// such rows did not look for the phone.
    async fn read_phones(&mut self, found: &mut BTreeMap<PersonId, PersonCard>) -> Result<(), Stop> {
        let mut silent: Vec<_> = found.values_mut().filter(|person| person.phones.is_empty()).collect();
        if silent.len() > MOST_READ {
            return Ok(());
        }
        for person in &mut silent {
            match self.roapp()?.person(person.id).await {
                Ok(Some(shown)) => **person = shown,
                Ok(None) => {}
                Err(error) if error.verdict() == Verdict::Never => {}
                Err(error) => return Err(self.stop_for(error, Duration::ZERO).await),
            }
        }
        Ok(())
    }

    /// Makes a person. What RO App refuses of it is left out and stands in the notes instead.
    async fn make_person(&mut self, job: &mut Job, contact: &str) -> Result<(), Stop> {
        let drafts = person::drafts(&job.order.buyer, &job.phones, &job.store.settings, job.work.number);
        let mut fields = self.engine.seen(self.account.id, |seen| seen.people_fields.clone());
        let mut last = None;
        let mut drafts = VecDeque::from(drafts);
        while let Some(draft) = drafts.pop_front() {
            let (person, sign) = self.new_person(job, &draft, fields.clone());
            let mut tx = self.lease.begin(&self.engine.pool).await?;
            links::claim(&mut tx, self.account.id, LinkKind::Person, contact, job.work.order).await?;
            let entry = self.journal_in(&mut tx, job, contact, &sign).await?;
            tx.commit().await.map_err(DbError::from)?;
            match self.roapp()?.create_person(&person).await {
                Ok(made) => {
                    self.engine.seen(self.account.id, |seen| seen.people_fields.clone_from(&person.empty_fields));
                    let Some(id) = made.0 else { return Err(self.without_id(entry).await) };
                    return self.link_person(job, Some(entry), id, "made for this buyer", "").await;
                }
                Err(error) if error.verdict() == Verdict::Never => {
                    self.settle(entry, Outcome::Refused).await?;
                    if last.replace(error).is_none() {
                        let required = self.required_of_people().await?;
                        if !required.is_empty() && required != fields {
                            fields = required;
                            drafts.push_front(draft);
                            continue;
                        }
                    }
                    // Perhaps just the empty fields are what it refuses.
                    if drafts.is_empty() && !std::mem::take(&mut fields).is_empty() {
                        drafts.push_front(draft);
                    }
                }
                Err(error) => return Err(self.create_failed(entry, error).await),
            }
        }
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        links::drop_claim(&mut tx, self.account.id, LinkKind::Person, contact).await?;
        tx.commit().await.map_err(DbError::from)?;
        let reason = last.map_or_else(|| "RO App refuses the person".into(), |error| error.to_string());
        Err(Rest::Refused(reason).into())
    }

    /// The person as it is sent, with the token of this call, and what the call is known by later.
    fn new_person(&self, job: &Job, draft: &PersonDraft, empty_fields: Vec<i64>) -> (NewPerson, Sign) {
        let PersonDraft { first_name, last_name, email, phones, notes } = draft.clone();
        let buyer_key = job.buyer_key();
        let token = Token::person(&job.marker.host, &buyer_key, self.engine.clock.now().timestamp_micros());
        let name = format!("{first_name} {last_name}").trim().to_owned();
        let notes = notes.into_iter().chain([token.to_string()]).collect::<Vec<_>>().join("\n");
        let phones = phones.iter().map(ToString::to_string).collect();
        (
            NewPerson { first_name, last_name, email, phones, notes, empty_fields },
            Sign::Person { token: token.0, buyer_key, name },
        )
    }

    /// Custom fields that RO App may require of people, asked for when it refuses one; none where it does not tell.
    async fn required_of_people(&self) -> Result<Vec<i64>, Halt> {
        let fields = match self.roapp()?.people_custom_fields().await {
            Ok(fields) => fields,
            Err(error) => self.concerns_it_alone(error).await.map(|()| Vec::new())?,
        };
        Ok(fields.iter().filter(|field| field.required != Some(false)).map(|field| field.id).collect())
    }

    /// Links the buyer with a person; with a person that we made, also the contact.
    pub(super) async fn link_person(
        &self,
        job: &mut Job,
        made_by: Option<EntryId>,
        id: PersonId,
        reason: &str,
        review: &str,
    ) -> Result<(), Stop> {
        let (contact, buyer) = (job.contact_key(), job.buyer_key());
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        let account = self.account.id;
        let link = |key| NewLink {
            account,
            kind: LinkKind::Person,
            key,
            remote: id.get(),
            reason,
            review,
            order: job.work.order,
        };
        if let Some(entry) = made_by {
            journal::settle(&mut tx, entry, Outcome::Done(Some(id.get()))).await?;
            links::save_newest(&mut tx, &link(&contact)).await?;
            work::progressed(&mut tx, job.work.order).await?;
        } else {
            links::drop_claim(&mut tx, account, LinkKind::Person, &contact).await?;
        }
        if job.decided_against.is_some() {
            // Later orders of the buyer do not follow the link that was wrong.
            links::save_newest(&mut tx, &link(&buyer)).await?;
        } else {
            links::save(&mut tx, &link(&buyer)).await?;
        }
        orders::tell(&mut tx, job.work.order, &format!("person {id}: {reason}")).await?;
        tx.commit().await.map_err(DbError::from)?;
        job.person = Some(id);
        job.made_person = made_by.is_some();
        Ok(())
    }
}

/// As if the contact stood on the card.
fn with_contact(card: PersonCard, job: &Job) -> PersonCard {
    let phones = job.phones.iter().map(ToString::to_string).collect();
    PersonCard { phones, email: job.order.buyer.email.clone(), ..card }
}
