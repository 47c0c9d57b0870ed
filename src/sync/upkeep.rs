//! Database maintenance beside the work on accounts: counts are added up, and once a day data that nothing depends on any more is
//! deleted, a few rows at a time.

use std::{sync::Arc, time::Duration};

use super::{Engine, store::intake::CHANGED_A_DAY};
use crate::db::{
    DbError,
    growth::{self, Kept},
    status,
};

/// How often it is looked whether there is something to do.
const LOOK_EVERY: Duration = Duration::from_mins(1);
/// Pause between two statements that drop rows, so that others are not held up.
const BREATH: Duration = Duration::from_millis(50);

/// Keeps the database small and quick until the program is asked to stop.
pub async fn run(engine: Arc<Engine>) {
    loop {
        match clean_up(&engine).await {
            Ok(()) => {}
            Err(error) if error.is_away() => engine.outage.missed(&error),
            Err(error) => {
                tracing::warn!(error = error.with_cause(), "the upkeep of the database failed; it will be retried");
            }
        }
        if !engine.stop.sleep(LOOK_EVERY).await {
            return;
        }
    }
}

async fn clean_up(engine: &Engine) -> Result<(), DbError> {
    status::add_up(&engine.pool).await?;
    if growth::begin_of_day(&engine.pool, engine.settings.retention.hour).await? {
        let outcome = of_day(engine).await;
        // Where the database is away for this too, the claim lapses.
        growth::end_of_day(&engine.pool, outcome.is_ok() && !engine.stop.is_requested()).await?;
        return outcome;
    }
    Ok(())
}

async fn of_day(engine: &Engine) -> Result<(), DbError> {
    growth::clear_changes(&engine.pool, CHANGED_A_DAY).await?;
    drop_old(engine).await
}

/// Drops what is older than the settings keep it.
async fn drop_old(engine: &Engine) -> Result<(), DbError> {
    let keep = engine.settings.retention;
    let all = [
        (Kept::Journal, keep.journal),
        (Kept::Versions, keep.versions),
        (Kept::History, keep.history),
        (Kept::Notices, keep.notices),
        (Kept::StrayRows, keep.stray_rows),
    ];
    for (kept, age) in all {
        let dropped = growth::drop_older(&engine.pool, kept, age, || engine.stop.sleep(BREATH)).await?;
        if dropped > 0 {
            tracing::info!(what = ?kept, dropped, "deleted old rows");
        }
    }
    Ok(())
}
