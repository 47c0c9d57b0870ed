//! Whom of the buyers RO App has, found as the import finds them.

use std::collections::BTreeMap;

use super::{ImportError, Sides, orders::BuyerMet};
use crate::domain::{
    directory::Directory,
    ids::PersonId,
    matching::{self, PersonChoice},
    person::searched_forms,
    rehearsal::PeopleFound,
    remote::PersonCard,
};

/// People whom a search shows without a phone and who are read by themselves, for a buyer at most.
const MOST_READ: usize = 10;

/// Pages of the list of people that are read at most: 50,000 people.
const MOST_LISTED: u64 = 1_000;
/// Searches that are made at most: a quarter of an hour at 2.5 a second.
const MOST_SEARCHES: usize = 2_000;

/// Looks for each buyer: in the list of all people where that takes fewer calls, else by searching.
pub(super) async fn find(sides: &Sides<'_>, buyers: &mut [BuyerMet]) -> Result<PeopleFound, ImportError> {
    let searches: usize = buyers.iter().filter(|buyer| is_sought(buyer)).map(searches).sum();
    let mut candidates: Vec<Vec<PersonCard>> = buyers.iter().map(|_| Vec::new()).collect();
    if searches > 0 {
        let (first, pages) = sides.roapp.people_page(1).await?;
        let worth = u64::try_from(searches).unwrap_or(u64::MAX).min(MOST_LISTED);
        // A list that shows no phones says nothing about buyers (contract roapp unknown 17).
        let shows_phones = first.is_empty() || first.iter().any(|card| !card.phones.is_empty());
        if let Some(pages) = pages.filter(|pages| *pages <= worth && shows_phones) {
            take(&first, buyers, &mut candidates);
            for page in 2..=pages {
                sides.did(page, Some(pages));
                take(&sides.roapp.people_page(page).await?.0, buyers, &mut candidates);
            }
        } else {
            search_each(sides, buyers, &mut candidates).await?;
        }
    }
    let (mut found, mut made) = (PeopleFound::default(), Made::default());
    for (buyer, candidates) in buyers.iter_mut().zip(candidates) {
        *count(buyer, &candidates, &sides.store.settings.phone_region, (&mut found, &mut made)) += 1;
    }
    Ok(found)
}

/// Searches for one buyer after the other, as long as that does not take too many searches.
async fn search_each(
    sides: &Sides<'_>,
    buyers: &mut [BuyerMet],
    candidates: &mut [Vec<PersonCard>],
) -> Result<(), ImportError> {
    let all = u64::try_from(buyers.len()).unwrap_or(u64::MAX);
    let mut left = MOST_SEARCHES;
    for (done, (buyer, found)) in (1..).zip(buyers.iter_mut().zip(candidates)) {
        if is_sought(buyer) {
            buyer.is_compared = left >= searches(buyer);
            left = left.saturating_sub(searches(buyer));
            if buyer.is_compared {
                *found = search(sides, buyer).await?;
            }
        }
        sides.did(done, Some(all));
    }
    Ok(())
}

/// People that would be made: a later order of one finds them.
#[derive(Default)]
struct Made {
    known: Directory,
    cards: BTreeMap<PersonId, PersonCard>,
}

impl Made {
    fn of(&self, buyer: &BuyerMet) -> Vec<PersonCard> {
        let found = self.known.with(&buyer.phones, &buyer.buyer.email);
        found.iter().filter_map(|id| self.cards.get(id)).cloned().collect()
    }

    fn add(&mut self, BuyerMet { buyer, phones, .. }: &BuyerMet) {
        // An id that RO App never gives.
        let id = PersonId::new(-1 - i64::try_from(self.cards.len()).unwrap_or(i64::MAX - 1));
        let card = PersonCard {
            id,
            first_name: buyer.name.clone(),
            last_name: String::new(),
            email: buyer.email.clone(),
            phones: phones.iter().map(ToString::to_string).collect(),
            notes: String::new(),
            created_at: None,
            modified_at: None,
        };
        self.known.add(&card);
        self.cards.insert(id, card);
    }
}

/// RO App may have them, and that is not known yet.
fn is_sought(buyer: &BuyerMet) -> bool {
    buyer.person.is_none() && has_contact(buyer)
}

fn has_contact(buyer: &BuyerMet) -> bool {
    !buyer.phones.is_empty() || !buyer.buyer.email.is_empty()
}

fn searches(buyer: &BuyerMet) -> usize {
    searched_forms(&buyer.buyer, &buyer.phones).len() + usize::from(!buyer.buyer.email.is_empty())
}

/// Keeps those who may be one of the buyers.
fn take(cards: &[PersonCard], buyers: &[BuyerMet], candidates: &mut [Vec<PersonCard>]) {
    let mut page = Directory::default();
    for card in cards {
        page.add(card);
    }
    for (buyer, found) in buyers.iter().zip(candidates) {
        let known = page.with(&buyer.phones, &buyer.buyer.email);
        found.extend(cards.iter().filter(|card| known.contains(&card.id)).cloned());
    }
}

async fn search(sides: &Sides<'_>, buyer: &BuyerMet) -> Result<Vec<PersonCard>, ImportError> {
    let mut found = Vec::new();
    for form in searched_forms(&buyer.buyer, &buyer.phones) {
        found.extend(sides.roapp.people_by_phone(&form).await?);
    }
    found.extend(sides.roapp.people_by_email(&buyer.buyer.email).await?);
    for card in found.iter_mut().filter(|card| card.phones.is_empty()).take(MOST_READ) {
        if let Some(shown) = sides.roapp.person(card.id).await? {
            *card = shown;
        }
    }
    Ok(found)
}

/// What the search for a buyer came to.
fn count<'f>(
    buyer: &mut BuyerMet,
    candidates: &[PersonCard],
    region: &str,
    (found, made): (&'f mut PeopleFound, &mut Made),
) -> &'f mut u64 {
    if buyer.person.is_some() {
        return &mut found.matched;
    }
    if !has_contact(buyer) {
        return &mut found.without_contact;
    }
    if !buyer.is_compared {
        return &mut found.not_compared;
    }
    let choose = |candidates: &[PersonCard]| matching::choose_person(&buyer.buyer, &buyer.phones, candidates, region);
    let (choice, is_there) = match choose(candidates) {
        PersonChoice::None => (choose(&made.of(buyer)), false),
        there @ PersonChoice::Found { .. } => (there, true),
    };
    match choice {
        PersonChoice::Found { id, review, .. } => {
            buyer.person = Some(id).filter(|_| is_there);
            if review.is_some() { &mut found.doubtful } else { &mut found.matched }
        }
        PersonChoice::None => {
            made.add(buyer);
            &mut found.new
        }
    }
}
