//! Many independent pieces of work, a few at once.

use std::{fmt::Display, panic, sync::Mutex, thread};

use tokio::runtime::Runtime;

/// Does every job, `most` at once, each in a runtime of its own; panics with the names of those that panicked.
pub(crate) fn at_once<N: Display + Send, J: AsyncFnOnce() + Send>(most: usize, jobs: impl IntoIterator<Item = (N, J)>) {
    let left = Mutex::new(jobs.into_iter().collect::<Vec<_>>());
    let wrong = Mutex::new(Vec::new());
    let work = || {
        while let Some((name, job)) = { left.lock().unwrap().pop() } {
            let run = panic::AssertUnwindSafe(|| Runtime::new().unwrap().block_on(job()));
            if panic::catch_unwind(run).is_err() {
                wrong.lock().unwrap().push(name.to_string());
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..most {
            scope.spawn(work);
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "these came out otherwise: {wrong:#?}");
}
