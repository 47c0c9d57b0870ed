//! The buyer's person: found by the matching rules, else created; claimed first, so that two orders of one buyer create one person
//! (design section 6, invariant 1).

use std::{collections::BTreeMap, time::Duration};

use crate::{
    db::{
        DbError, history,
        journal::{self, Settled, Sign},
        links::{self, LinkKind, NewLink},
        transitions,
    },
    domain::{
        buyer,
        ids::{EntryId, PersonId},
        marker::Token,
        matching::{self, PersonChoice},
        person::{self, Attempts, PersonDraft},
        phone::Phone,
        remote::PersonCard,
        said::Said,
    },
    http::Verdict,
    roapp::NewPerson,
    sync::{
        account::{Account, alone::Alone},
        order::Order,
        outcome::{Halt, Outcome, Run},
    },
};

impl Order {
    /// Finds or makes the buyer's person and links it.
    pub(in crate::sync::order) async fn person(&mut self, account: &Account<'_>) -> Run {
        let pool = &account.engine.pool;
        let keys = self.contact_keys();
        let _alone = account.alone_with(keys.iter().cloned().map(Alone::Contact).collect()).await?;
        let mut unclear = Vec::new();
        for key in &keys {
            unclear.extend(journal::unclear_of_key(pool, account.id, LinkKind::Person.word(), key).await?);
        }
        for entry in unclear {
            let is_own = entry.order == self.work.order;
            match self.settle_entry(account, entry).await {
                // What a person has to look at for another order holds up that one alone.
                Err(outcome) if outcome.is_held() && !is_own => {}
                done => done?,
            }
        }
        if self.decided_against.is_none()
            && let Some(id) = self.linked_person(pool, account.id).await?
        {
            self.person = Some(id);
        }
        if self.person.is_some() {
            return Ok(());
        }
        let candidates = self.candidates(account).await?;
        let region = &self.store.settings.phone_region;
        match matching::choose_person(&self.data.buyer, &self.phones, &candidates, region) {
            PersonChoice::Found { id, reason, review } => {
                self.link_person(account, None, id, &reason.into(), review.as_ref()).await
            }
            PersonChoice::None => match self.made_for_contact(account, &keys).await? {
                Some((id, shared)) => self.person_of_contact(account, id, &shared).await,
                None => self.make_person(account).await,
            },
        }
    }

    /// Whom we made for one of the buyer's contacts, and that contact.
    async fn made_for_contact(
        &self,
        account: &Account<'_>,
        keys: &[String],
    ) -> Result<Option<(PersonId, String)>, DbError> {
        for key in keys {
            let made = links::find(&account.engine.pool, account.id, LinkKind::Person, key).await?.map(PersonId::new);
            if let Some(id) = made.filter(|id| Some(*id) != self.decided_against) {
                return Ok(Some((id, key.clone())));
            }
        }
        Ok(None)
    }

    /// Whom we made for the same contact may not be listed yet. What the record itself shows decides: staff may have given the
    /// contact to somebody else since.
    async fn person_of_contact(&mut self, account: &Account<'_>, id: PersonId, shared: &str) -> Run {
        let card = match account.roapp()?.person(id).await {
            Ok(card) => card,
            Err(error) => return Err(account.stop_for(error, Duration::ZERO).await),
        };
        if card.is_none() {
            account.forget_person(id).await?;
        }
        let region = &self.store.settings.phone_region;
        let without_contact = card.as_ref().is_some_and(|card| card.phones.is_empty() && card.email.is_empty());
        // RO App did not take the contact, which stands in the notes.
        let card = card.map(|card| if without_contact { with_contact(card, self, shared) } else { card });
        match matching::choose_person(&self.data.buyer, &self.phones, card.as_slice(), region) {
            PersonChoice::Found { id, .. } if without_contact => {
                let review = Said::new("review-contact-not-taken");
                self.link_person(account, None, id, &Said::new("matched-contact-made"), Some(&review)).await
            }
            PersonChoice::Found { id, reason, review } => {
                self.link_person(account, None, id, &reason.into(), review.as_ref()).await
            }
            PersonChoice::None => self.make_person(account).await,
        }
    }

    /// Everybody in RO App who has the buyer's phone, in each spelling, or e-mail.
    async fn candidates(&self, account: &Account<'_>) -> Run<Vec<PersonCard>> {
        let forms = person::searched_forms(&self.data.buyer, &self.phones);
        let email = &self.data.buyer.email;
        let searches = forms.len() + usize::from(!email.is_empty());
        if searches == 0 {
            return Ok(Vec::new());
        }
        let mut found = match account.listed_people(&self.phones, email, searches).await? {
            Some(listed) => listed.into_iter().map(|card| (card.id, card)).collect(),
            None => self.search_people(account, forms).await?,
        };
        // One that was deleted may be listed still (contract roapp unknown 29).
        account.seen(|seen| found.retain(|id, _| !seen.gone_people.has(id)));
        found.retain(|id, _| Some(*id) != self.decided_against);
        Ok(found.into_values().collect())
    }

    /// Everybody whom a search for these spellings of the buyer's phones finds, or for the e-mail.
    async fn search_people(&self, account: &Account<'_>, forms: Vec<String>) -> Run<BTreeMap<PersonId, PersonCard>> {
        let roapp = account.roapp()?;
        let mut found = BTreeMap::new();
        let take = |found: &mut BTreeMap<_, _>, people: Vec<PersonCard>| {
            for person in people {
                found.entry(person.id).or_insert(person);
            }
        };
        for form in forms {
            match roapp.people_by_phone(&form).await {
                Ok(people) => take(&mut found, people),
                Err(error) => return Err(account.stop_for(error, Duration::ZERO).await),
            }
        }
        account.read_phones(&mut found).await?;
        match roapp.people_by_email(&self.data.buyer.email).await {
            Ok(people) => take(&mut found, people),
            Err(error) => return Err(account.stop_for(error, Duration::ZERO).await),
        }
        Ok(found)
    }

    /// Makes a person. What RO App refuses of it is left out and stands in the notes instead.
    async fn make_person(&mut self, account: &Account<'_>) -> Run {
        let contact = &self.contact_key();
        let drafts = person::drafts(&self.data.buyer, &self.phones, &self.store.settings, self.work.number);
        let mut attempts = Attempts::new(drafts, account.seen(|seen| seen.people_fields.clone()));
        let mut last = None;
        while let Some(draft) = attempts.next() {
            let (person, sign) = self.new_person(account, &draft, attempts.fields().to_vec());
            let entry = self.journal_claimed(account, LinkKind::Person, contact, &sign).await?;
            match account.roapp()?.create_person(&person).await {
                Ok(made) => {
                    account.seen(|seen| seen.people_fields.clone_from(&person.empty_fields));
                    let Some(id) = made.0 else { return Err(account.without_id(entry).await) };
                    return self.link_person(account, Some(entry), id, &Said::new("made-for-buyer"), None).await;
                }
                Err(error) if error.verdict() == Verdict::Never => {
                    account.settle(entry, Settled::Refused).await?;
                    last = Some(error);
                    let asks = attempts.asks_for_fields();
                    let required = if asks { required_fields(account, attempts.fields()).await? } else { Vec::new() };
                    attempts.refused(draft, required);
                }
                Err(error) => return Err(account.create_failed(entry, error).await),
            }
        }
        account
            .commit("person.refused", |mut tx| async move {
                links::drop_claim(&mut tx, account.id, LinkKind::Person, contact).await
            })
            .await?;
        Err(Outcome::refused(last.as_ref().map_or(Said::new("person-refused"), Said::from)))
    }

    /// The person as it is sent, with the token of this call, and what the call is known by later.
    fn new_person(&self, account: &Account<'_>, draft: &PersonDraft, empty_fields: Vec<i64>) -> (NewPerson, Sign) {
        let PersonDraft { first_name, last_name, email, phones, notes } = draft.clone();
        let buyer_key = self.buyer_key();
        let token = Token::person(&self.marker.host, &buyer_key, account.engine.clock.now().timestamp_micros());
        let name = format!("{first_name} {last_name}").trim().to_owned();
        let notes = notes.into_iter().chain([token.to_string()]).collect::<Vec<_>>().join("\n");
        let phones = phones.iter().map(ToString::to_string).collect();
        (
            NewPerson { first_name, last_name, email, phones, notes, empty_fields },
            Sign::Person { token: token.0, buyer_key, name },
        )
    }

    /// Links the buyer with a person; with a person that we made, also the contact.
    pub(in crate::sync::order) async fn link_person(
        &mut self,
        account: &Account<'_>,
        made_by: Option<EntryId>,
        id: PersonId,
        reason: &Said,
        review: Option<&Said>,
    ) -> Run {
        let (contact, buyer) = (&self.contact_key(), &self.buyer_key());
        let contacts = &self.contact_keys();
        let order = &*self;
        account
            .commit("person.link_person", |mut tx| async move {
                let account = account.id;
                let link = |key| NewLink {
                    account,
                    kind: LinkKind::Person,
                    key,
                    remote: id.get(),
                    reason,
                    review,
                    order: order.work.order,
                };
                if let Some(entry) = made_by {
                    journal::settle(&mut tx, entry, Settled::Done(Some(id.get()))).await?;
                    links::save_newest(&mut tx, &link(contact)).await?;
                    // Who gives only some of it next time is found by that, before RO App lists the person.
                    for other in contacts {
                        links::save(&mut tx, &link(other)).await?;
                    }
                    transitions::progress(&mut tx, order.work.order).await?;
                } else {
                    links::drop_claim(&mut tx, account, LinkKind::Person, contact).await?;
                }
                if order.decided_against.is_some() {
                    // Later orders of the buyer do not follow the link that was wrong.
                    links::save_newest(&mut tx, &link(buyer)).await?;
                } else {
                    links::save(&mut tx, &link(buyer)).await?;
                }
                let what = Said::new("person-linked").with("person", id).with("reason", reason.clone());
                history::add(&mut tx, order.work.order, &what).await
            })
            .await?;
        self.person = Some(id);
        Ok(())
    }
}

/// Custom fields that RO App requires of people, where it refused one with these: asked for once, whatever orders are on their way.
async fn required_fields(account: &Account<'_>, sent: &[i64]) -> Result<Vec<i64>, Halt> {
    let _alone = account.alone(Alone::PeopleFields).await?;
    let known = account.seen(|seen| seen.people_fields.clone());
    if known != sent {
        return Ok(known);
    }
    let required = account.required_of_people().await?;
    if !required.is_empty() {
        account.seen(|seen| seen.people_fields.clone_from(&required));
    }
    Ok(required)
}

/// As if the shared contact stood on the card.
fn with_contact(card: PersonCard, order: &Order, shared: &str) -> PersonCard {
    let buyer = &order.data.buyer;
    let is_shared = |phone: Option<&Phone>| buyer::contact_key(buyer, phone).as_deref() == Some(shared);
    let phones = order.phones.iter().filter(|phone| is_shared(Some(phone))).map(ToString::to_string).collect();
    let email = if is_shared(None) { buyer.email.clone() } else { String::new() };
    PersonCard { email, phones, ..card }
}
