//! Slows down those who try passwords, and nobody else. A right password always opens once its turn comes; tries of one browser, or of
//! one address for one user, wait for each other, and longer after each wrong one. A browser in which the user signed in before has a
//! turn of its own, so that no stranger can keep the user out. Who waits holds a connection, so that only a few may wait.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sha2::{Digest, Sha256};
use tokio::{
    sync::{Mutex as Turn, OwnedMutexGuard},
    time::{Instant, sleep_until},
};

/// So many wrong tries cost nothing.
const FREE: u32 = 5;
/// The longest wait after a wrong try.
const LONGEST: Duration = Duration::from_secs(8);
/// After so long without a try, earlier ones are forgotten.
const FORGOTTEN: Duration = Duration::from_mins(15);
/// Turns that are kept; beyond that, the one that rests longest is forgotten.
const MOST: usize = 10_000;
/// Tries of one browser or address that may wait at once.
const WAITING_OF_ONE: usize = 3;
/// Tries of one address that may wait at once, for whatever users.
const WAITING_OF_ADDRESS: usize = 6;
/// Tries of all strangers that may wait at once.
const WAITING: usize = 32;

/// Who tries: a hash, so that it takes the same room whatever is typed, and tells nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Trier {
    hash: [u8; 32],
    /// Of a stranger.
    address: Option<IpAddr>,
}

impl Trier {
    /// A browser in which this user signed in before.
    pub(super) fn known(device: &str) -> Self {
        Self { hash: Sha256::digest(device).into(), address: None }
    }

    /// An address, for the user of this name.
    pub(super) fn stranger(address: IpAddr, name: &str) -> Self {
        let hash = Sha256::new().chain_update(address.to_string()).chain_update("|").chain_update(name.to_lowercase());
        Self { hash: hash.finalize().into(), address: Some(address) }
    }
}

/// The turns of those who try passwords.
#[derive(Debug, Default)]
pub(super) struct Guard {
    turns: Mutex<HashMap<Trier, Kept>>,
    places: Arc<Places>,
}

/// The strangers who wait, or whose try goes on: how many of each address.
#[derive(Debug, Default)]
struct Places(Mutex<HashMap<IpAddr, usize>>);

/// One of them.
#[derive(Debug)]
struct Place {
    places: Arc<Places>,
    address: IpAddr,
}

impl Place {
    /// A place; `None` where there is none left.
    fn take(places: &Arc<Places>, address: IpAddr) -> Option<Self> {
        let mut taken = places.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_address = taken.get(&address).copied().unwrap_or_default();
        if of_address >= WAITING_OF_ADDRESS || taken.values().sum::<usize>() >= WAITING {
            return None;
        }
        taken.insert(address, of_address + 1);
        Some(Self { places: Arc::clone(places), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.address);
            }
        }
    }
}

#[derive(Debug)]
struct Kept {
    turn: Arc<Turn<Tries>>,
    last: Instant,
}

#[derive(Debug, Default)]
struct Tries {
    wrong: u32,
    not_before: Option<Instant>,
    last: Option<Instant>,
}

/// A turn to try a password.
#[derive(Debug)]
pub(super) struct Try {
    tries: OwnedMutexGuard<Tries>,
    _place: Option<Place>,
}

impl Guard {
    /// Waits for a turn; `None` where too many wait already.
    pub(super) async fn turn(&self, who: Trier) -> Option<Try> {
        let turn = self.kept(who);
        // The map holds one, and so does this.
        if Arc::strong_count(&turn) > 2 + WAITING_OF_ONE {
            return None;
        }
        let place = match who.address {
            Some(address) => Some(Place::take(&self.places, address)?),
            None => None,
        };
        let mut tries = turn.lock_owned().await;
        if tries.last.is_some_and(|last| last.elapsed() > FORGOTTEN) {
            *tries = Tries::default();
        }
        if let Some(at) = tries.not_before {
            sleep_until(at).await;
        }
        tries.last = Some(Instant::now());
        Some(Try { tries, _place: place })
    }

    fn kept(&self, who: Trier) -> Arc<Turn<Tries>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if turns.len() >= MOST && !turns.contains_key(&who) {
            // Those that nobody waits for.
            turns.retain(|_, kept| Arc::strong_count(&kept.turn) > 1 || now - kept.last < FORGOTTEN);
            let oldest = turns.iter().filter(|(_, kept)| Arc::strong_count(&kept.turn) == 1);
            if let Some(oldest) = oldest.min_by_key(|(_, kept)| kept.last).map(|(who, _)| *who)
                && turns.len() >= MOST
            {
                turns.remove(&oldest);
            }
        }
        let kept = turns.entry(who).or_insert_with(|| Kept { turn: Arc::default(), last: now });
        kept.last = now;
        Arc::clone(&kept.turn)
    }
}

impl Try {
    /// The password was wrong: the next try waits.
    pub(super) fn wrong(mut self) {
        self.tries.wrong = self.tries.wrong.saturating_add(1);
        let beyond = self.tries.wrong.saturating_sub(FREE);
        if beyond > 0 {
            let wait = Duration::from_secs(1 << (beyond - 1).min(10)).min(LONGEST);
            self.tries.not_before = Some(Instant::now() + wait);
        }
    }

    /// The password was right: earlier tries are forgotten.
    pub(super) fn right(mut self) {
        *self.tries = Tries::default();
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]

    use super::*;

    fn stranger(last: u8, name: &str) -> Trier {
        Trier::stranger(IpAddr::from([203, 0, 113, last]), name)
    }

    #[tokio::test(start_paused = true)]
    async fn wrong_tries_wait_longer_each_time_and_hold_up_nobody_else() {
        let guard = Guard::default();
        let begun = Instant::now();
        for _ in 0..=FREE {
            guard.turn(stranger(1, "owner")).await.unwrap().wrong();
        }
        assert_eq!(begun.elapsed(), Duration::ZERO, "a few slips cost nothing");
        for expected in [1, 2, 4, 8, 8] {
            let before = Instant::now();
            guard.turn(stranger(1, "Owner")).await.unwrap().wrong();
            assert_eq!(before.elapsed().as_secs(), expected);
        }
        let before = Instant::now();
        guard.turn(Trier::known("browser")).await.unwrap().right();
        guard.turn(stranger(2, "owner")).await.unwrap().right();
        guard.turn(stranger(1, "other")).await.unwrap().right();
        assert_eq!(before.elapsed(), Duration::ZERO);
        guard.turn(stranger(1, "owner")).await.unwrap().right();
        let before = Instant::now();
        guard.turn(stranger(1, "owner")).await.unwrap().wrong();
        assert_eq!(before.elapsed(), Duration::ZERO, "a right one clears");
    }

    #[tokio::test(start_paused = true)]
    async fn a_few_may_wait_and_the_browser_that_is_known_always_may() {
        let guard = Arc::new(Guard::default());
        let held = guard.turn(stranger(1, "owner")).await.unwrap();
        let waiting: Vec<_> = (0..10)
            .map(|_| {
                let guard = Arc::clone(&guard);
                tokio::spawn(async move { guard.turn(stranger(1, "owner")).await.is_some() })
            })
            .collect();
        tokio::task::yield_now().await;
        let mut taken = Vec::new();
        for name in 0..100 {
            taken.extend(guard.turn(stranger(2, &name.to_string())).await);
        }
        assert_eq!(taken.len(), WAITING_OF_ADDRESS, "one address holds up nobody else");
        for last in 3..100 {
            taken.extend(guard.turn(stranger(last, "owner")).await);
        }
        assert!((WAITING_OF_ADDRESS + 1..WAITING).contains(&taken.len()), "{}", taken.len());
        assert!(guard.turn(Trier::known("browser")).await.is_some());
        held.right();
        let mut let_in = 0;
        for one in waiting {
            let_in += usize::from(one.await.unwrap());
        }
        assert_eq!(let_in, WAITING_OF_ONE);
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_is_kept_than_there_is_room_for() {
        let guard = Guard::default();
        for name in 0..MOST + 5 {
            guard.turn(stranger(1, &name.to_string())).await.unwrap().wrong();
        }
        assert!(guard.turns.lock().unwrap_or_else(PoisonError::into_inner).len() <= MOST);
    }
}
