//! Plays many histories, several at once, and shrinks those that end otherwise than the design says.

use std::{
    panic::{self, AssertUnwindSafe},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use tokio::{runtime::Runtime, time::Instant};

use super::{
    action::{Action, History},
    draw, play,
};

/// Histories that are played at once: most of their time is waiting.
const AT_ONCE: usize = 8;
/// Histories that are played, unless another number is asked for.
const HISTORIES: u64 = 100;
/// A failure that comes of a race may need more than one try to show.
const TRIES: u32 = 3;
/// So many failures are shrunk; the rest is told as it is.
const SHRUNK: usize = 3;

/// What a variable says.
#[expect(clippy::disallowed_methods, reason = "how many histories are played is no setting of the program")]
fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

/// `CARTUM_ROAPP_TEST_HISTORIES` = how many; `CARTUM_ROAPP_TEST_SEED` = the first one's seed; `CARTUM_ROAPP_TEST_AT_ONCE`.
#[test]
#[ignore = "chaos; .ci/run runs it"]
#[expect(clippy::print_stderr, reason = "a failure is told as a history, shrunk or not, and a run with its number")]
fn after_any_history_every_invariant_holds() {
    let first = variable("CARTUM_ROAPP_TEST_SEED").unwrap_or(1);
    let count = variable("CARTUM_ROAPP_TEST_HISTORIES").unwrap_or(HISTORIES);
    let at_once = variable("CARTUM_ROAPP_TEST_AT_ONCE").map_or(AT_ONCE, |count| usize::try_from(count).unwrap());
    let began = Instant::now();
    let played = AtomicU64::new(0);
    let failed = Mutex::new(Vec::new());
    let work = || {
        loop {
            let next = played.fetch_add(1, Ordering::SeqCst);
            if next >= count {
                played.fetch_sub(1, Ordering::SeqCst);
                return;
            }
            let history = draw::history(first + next);
            if let Some(faults) = outcome(&history) {
                eprintln!("{history}{}", faults.join("\n"));
                failed.lock().unwrap().push(history);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(work);
        }
    });
    let (played, failed) = (played.into_inner(), failed.into_inner().unwrap());
    // `.ci/run` prints it: a test that passes says nothing.
    let told = concat!(env!("CARGO_TARGET_TMPDIR"), "/histories");
    std::fs::write(told, format!("histories={played} failed={}\n", failed.len())).unwrap();
    eprintln!("{played} histories in {:?}, {} failed", began.elapsed(), failed.len());
    for history in failed.iter().take(SHRUNK) {
        let (history, faults) = shrink(history);
        eprintln!("shrunk: {history}{}", faults.join("\n"));
    }
    let seeds: Vec<_> = failed.iter().map(|history| history.seed).collect();
    assert!(seeds.is_empty(), "of {played} histories these failed: {seeds:?}");
}

/// What is wrong at the end of a history, if anything.
fn outcome(history: &History) -> Option<Vec<String>> {
    let run = || Runtime::new().unwrap().block_on(play::play(history));
    match panic::catch_unwind(AssertUnwindSafe(run)) {
        Ok(faults) if faults.is_empty() => None,
        Ok(faults) => Some(faults),
        Err(_) => Some(vec!["panicked, see above".into()]),
    }
}

/// Leaves out every action without which it still fails: halves first, then one by one.
fn shrink(history: &History) -> (History, Vec<String>) {
    let Some(faults) = (0..TRIES).find_map(|_| outcome(history)) else {
        return (history.clone(), vec!["did not fail again".into()]);
    };
    let mut smallest = (history.clone(), faults);
    let mut size = history.actions.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at + size <= smallest.0.actions.len() {
            let mut fewer = smallest.0.clone();
            fewer.actions.drain(at..at + size);
            if fewer.actions.last() != Some(&Action::Rest) {
                break;
            }
            match (0..TRIES - 1).find_map(|_| outcome(&fewer)) {
                Some(faults) => smallest = (fewer, faults),
                None => at += size,
            }
        }
        size /= 2;
    }
    smallest
}
