//! Leases accounts that are due and gives each a session, as many at once as the settings allow.

use std::{sync::Arc, time::Duration};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tokio::sync::Semaphore;

use super::{Engine, session};
use crate::db::{DbError, leases};

/// How often it is looked for accounts that are due, on average.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Pause after the database failed.
const DATABASE_PAUSE: Duration = Duration::from_secs(2);

/// Works until the program is asked to stop.
pub async fn run(engine: Arc<Engine>) {
    let most = usize::try_from(engine.settings.sync.max_accounts).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
    let places = Arc::new(Semaphore::new(most));
    // Processes that start together must not look together.
    let (seed, _) = engine.process.as_u64_pair();
    let mut chance = StdRng::seed_from_u64(seed);
    let mut database_away = false;
    loop {
        match lease_due(&engine, &places).await {
            Ok(()) => {
                if std::mem::take(&mut database_away) {
                    tracing::info!("the database answers again");
                }
                engine.ready.beat();
            }
            Err(error) => {
                if !std::mem::replace(&mut database_away, true) {
                    tracing::warn!(error = &error as &dyn std::error::Error, "the database fails; trying until it answers");
                }
                engine.stop.sleep(DATABASE_PAUSE).await;
            }
        }
        let pause = LOOK_EVERY.mul_f64(chance.random_range(0.5..1.5));
        if engine.stop.sleep(pause).await {
            return;
        }
    }
}

async fn lease_due(engine: &Arc<Engine>, places: &Arc<Semaphore>) -> Result<(), DbError> {
    let free = i64::try_from(places.available_permits()).unwrap_or(i64::MAX);
    if free == 0 {
        return Ok(());
    }
    let lease_time = engine.settings.sync.lease_time;
    for lease in leases::acquire(&engine.pool, engine.process, free, lease_time).await? {
        let Ok(place) = Arc::clone(places).try_acquire_owned() else { break };
        let engine = Arc::clone(engine);
        let stop = engine.stop.clone();
        stop.spawn(async move {
            session::work(&engine, lease).await;
            drop(place);
        });
    }
    Ok(())
}
