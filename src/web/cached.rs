//! A value that anybody can request as often as they like: it is computed once for all requests at about the same time.

use std::{sync::Arc, time::Duration};

use tokio::{sync::Mutex, time::Instant};

/// A value is kept for this many times as long as it took to compute.
const PER_COST: u32 = 20;
/// But for no longer than this.
const LONGEST: Duration = Duration::from_secs(30);

/// Keeps a computed value for a while; cheap to clone.
#[derive(Debug)]
pub(super) struct Cached<T> {
    fresh: Duration,
    kept: Arc<Mutex<Option<Kept<T>>>>,
}

#[derive(Debug)]
struct Kept<T> {
    until: Instant,
    value: T,
}

impl<T> Clone for Cached<T> {
    fn clone(&self) -> Self {
        Self { fresh: self.fresh, kept: Arc::clone(&self.kept) }
    }
}

impl<T: Clone + Send + 'static> Cached<T> {
    /// Keeps each value at least for `fresh`.
    pub(super) fn new(fresh: Duration) -> Self {
        Self { fresh, kept: Arc::default() }
    }

    /// The kept value, or the one that `find` computes. Requests that come meanwhile wait for that value; the computation
    /// continues even if the first request is dropped.
    pub(super) async fn get(&self, find: impl Future<Output = T> + Send + 'static) -> Option<T> {
        let cached = self.clone();
        tokio::spawn(async move {
            let mut kept = cached.kept.lock().await;
            if let Some(kept) = kept.as_ref().filter(|kept| Instant::now() < kept.until) {
                return kept.value.clone();
            }
            let begun = Instant::now();
            let value = find.await;
            let fresh = (begun.elapsed() * PER_COST).min(LONGEST).max(cached.fresh);
            *kept = Some(Kept { until: Instant::now() + fresh, value: value.clone() });
            value
        })
        .await
        .ok()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn many_who_ask_at_once_are_one_and_the_value_ages() {
        let (cached, found) = (Cached::new(Duration::from_secs(2)), Arc::new(AtomicU32::new(0)));
        let get = |takes: Duration| {
            let (cached, found) = (cached.clone(), Arc::clone(&found));
            tokio::spawn(async move {
                let find = async move {
                    tokio::time::sleep(takes).await;
                    found.fetch_add(1, Ordering::Relaxed)
                };
                cached.get(find).await
            })
        };
        let asked: Vec<_> = (0..60).map(|_| get(Duration::from_millis(10))).collect();
        // Dropping one request does not make the others start again.
        asked[0].abort();
        for task in asked.into_iter().skip(1) {
            assert_eq!(task.await.ok().flatten(), Some(0));
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(get(Duration::ZERO).await.ok().flatten(), Some(0));
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(get(Duration::from_secs(1)).await.ok().flatten(), Some(1));
        tokio::time::sleep(Duration::from_secs(15)).await;
        assert_eq!(get(Duration::ZERO).await.ok().flatten(), Some(1), "what was expensive is kept for longer");
    }
}
