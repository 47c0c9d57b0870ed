//! The people of RO App, walked once where that takes fewer calls than searching for the buyers of all orders that wait, and kept in step
//! by what changed since. What RO App's lists do not show as they should is searched for instead.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use crate::{
    db::work,
    domain::{directory::Directory, ids::PersonId, phone::Phone, remote::PersonCard},
    sync::{
        account::{Account, alone::Alone, made_since, watch::OVERLAP},
        outcome::{Halt, Run},
    },
};

/// How long it is taken for known that the list is too long, or cannot be gone by.
const DECIDED_FOR: Duration = Duration::from_hours(1);
/// Orders of one buyer, as a guess.
const ORDERS_PER_BUYER: u64 = 2;

/// People whose card is kept while orders are worked, without its notes: some 4 MB.
const MOST_KEPT: usize = 10_000;

/// How long an order waits for another that walks the list.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the people are known after they were read: whom staff add in the meantime is not found.
const FRESH: Duration = Duration::from_mins(1);
/// People who may have a buyer's contact and are read by themselves, or as many as searching takes calls.
const MOST_READ: usize = 10;

/// What this process knows of the people of an account.
#[derive(Debug, Default)]
pub(in crate::sync) struct KnownPeople {
    /// Everybody, as of the last change that was read.
    listed: Option<(Directory, DateTime<Utc>)>,
    /// How many pages the list has, `None` where it cannot be gone by, and since when that is known.
    pages: Option<(Option<u64>, Instant)>,
}

impl KnownPeople {
    /// Adds people who changed after `since`. A moment that is still to come must not hide others.
    fn add(&mut self, cards: &[PersonCard], since: DateTime<Utc>, present: DateTime<Utc>) {
        let (listed, up_to) = self.listed.get_or_insert_with(|| (Directory::default(), since));
        for card in cards {
            listed.add(card);
        }
        let changed = cards.iter().filter_map(|card| card.modified_at).filter(|at| *at <= present);
        *up_to = changed.fold(since, DateTime::max);
    }

    fn forget(&mut self, id: PersonId) {
        if let Some((listed, _)) = &mut self.listed {
            listed.remove(id);
        }
    }

    fn give_up(&mut self) {
        self.listed = None;
        self.note_pages(None);
    }

    fn note_pages(&mut self, pages: Option<u64>) {
        self.pages = Some((pages, Instant::now()));
    }
}

impl Account<'_> {
    /// Everybody with one of these phones or this e-mail; `None` where they are to be searched for, which takes so many calls.
    pub(in crate::sync) async fn listed_people(
        &self,
        phones: &[Phone],
        email: &str,
        searches: usize,
    ) -> Run<Option<Vec<PersonCard>>> {
        if !self.knows_people(searches).await? {
            return Ok(None);
        }
        let people = self.seen(|seen| seen.people.listed.as_ref().map(|(listed, _)| listed.with(phones, email)));
        let (mut cards, mut unread) = (Vec::new(), Vec::new());
        self.memory(|memory| {
            for id in people.into_iter().flatten() {
                match memory.cards.get(&id) {
                    Some(card) => cards.push(card.clone()),
                    None => unread.push(id),
                }
            }
        });
        if unread.len() > searches.max(MOST_READ) {
            return Ok(None);
        }
        for id in unread {
            match self.spared(self.roapp()?.person(id).await).await? {
                Some(Some(card)) => cards.push(card),
                Some(None) => self.forget_listed(id),
                None => return Ok(None),
            }
        }
        Ok(Some(cards))
    }

    /// The person is gone, although the list showed them.
    pub(super) fn forget_listed(&self, id: PersonId) {
        self.seen(|seen| seen.people.forget(id));
        self.memory(|memory| memory.cards.remove(&id));
    }

    /// Walks the list, or reads what changed since it was read; true where everybody is known. While somebody walks for long, the
    /// others search.
    async fn knows_people(&self, searches: usize) -> Run<bool> {
        let Some(_alone) = self.alone_within(Alone::People, PATIENCE).await? else { return Ok(false) };
        let up_to = self.seen(|seen| seen.people.listed.as_ref().map(|(_, up_to)| *up_to));
        let is_fresh = |read_at: Instant| read_at.elapsed() < FRESH;
        if up_to.is_some() && self.memory(|memory| memory.people_read_at.is_some_and(is_fresh)) {
            return Ok(true);
        }
        let read = async {
            match up_to {
                Some(up_to) => self.read_changed_people(up_to).await,
                None => self.walk_people(searches).await,
            }
        };
        let is_known = tokio::select! {
            read = read => read?,
            () = self.engine.stop.requested() => return Err(Halt::Stopping.into()),
            () = self.let_go.cancelled() => return Ok(false),
        };
        self.memory(|memory| memory.people_read_at = is_known.then(Instant::now));
        Ok(is_known)
    }

    async fn read_changed_people(&self, up_to: DateTime<Utc>) -> Run<bool> {
        // What changes while the pages are read is read once more.
        let present = self.present()?;
        let changed = self.spared(self.roapp()?.people_changed_since(up_to - OVERLAP).await).await?.flatten();
        if changed.is_none() {
            tracing::info!("RO App does not list the people who changed; buyers are searched for one by one");
        }
        self.seen(|seen| match &changed {
            Some(cards) => seen.people.add(cards, up_to, present),
            None => seen.people.give_up(),
        });
        Ok(changed.map(|cards| self.keep_cards(cards)).is_some())
    }

    /// As long as the session lasts, and what changes is read, those people need not be read one by one.
    fn keep_cards(&self, cards: Vec<PersonCard>) {
        self.memory(|memory| {
            for card in cards {
                if memory.cards.len() < MOST_KEPT || memory.cards.contains_key(&card.id) {
                    memory.cards.insert(card.id, PersonCard { notes: String::new(), ..card });
                }
            }
        });
    }

    async fn walk_people(&self, searches: usize) -> Run<bool> {
        let waiting = work::waiting(&self.engine.pool, self.id).await?;
        let searches = u64::try_from(searches).unwrap_or(u64::MAX);
        let worth = searches.saturating_mul((waiting / ORDERS_PER_BUYER).max(1));
        let is_worth = |pages: Option<u64>| pages.is_some_and(|pages| pages <= worth);
        let known = self.seen(|seen| seen.people.pages.filter(|(_, since)| since.elapsed() < DECIDED_FOR));
        if known.is_some_and(|(pages, _)| !is_worth(pages)) {
            return Ok(false);
        }
        let (from, present, roapp) = (made_since(self.engine.clock.now()), self.present()?, self.roapp()?);
        let (first, pages) = self.spared(roapp.people_page(1).await).await?.unwrap_or_default();
        self.seen(|seen| seen.people.note_pages(pages));
        if !is_worth(pages) {
            return Ok(false);
        }
        let all = match pages {
            Some(0 | 1) => Some(first),
            _ => self.spared(roapp.all_people().await).await?.flatten(),
        };
        let all = match all {
            Some(all) if self.shows_contacts(&all).await? => Some(all),
            _ => None,
        };
        self.seen(|seen| match &all {
            Some(cards) => seen.people.add(cards, from, present),
            None => seen.people.give_up(),
        });
        Ok(all.map(|cards| self.keep_cards(cards)).is_some())
    }

    /// The list can be gone by: it shows when people changed, and who is listed without a phone has none (contract roapp unknown 17).
    async fn shows_contacts(&self, all: &[PersonCard]) -> Run<bool> {
        if all.iter().any(|card| card.modified_at.is_none()) {
            return Ok(false);
        }
        let Some(silent) = all.iter().find(|card| card.phones.is_empty()) else { return Ok(true) };
        Ok(match self.spared(self.roapp()?.person(silent.id).await).await? {
            Some(Some(shown)) => shown.phones.is_empty(),
            // Deleted, and listed still.
            Some(None) => true,
            None => false,
        })
    }
}
