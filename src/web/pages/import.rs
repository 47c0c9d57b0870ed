//! The first import: what it will do, and then how far it is, live.

use std::borrow::Cow;

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Redirect},
    routing::get,
};
use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Page, Pages,
    error::PageError,
    form::Change,
    live::{self, Look},
    rehearsal, render,
    visit::{SignedIn, Visit},
};
use crate::{
    admin::{
        self, AdminError, Health, Import, ImportCounts, ImportPlace, RehearsalReport, RehearsalView, Store,
        StoreGlance, progress::Landed,
    },
    domain::{rehearsal::Progress as Rehearsing, store::StoreState},
};

pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/stores/{id}/import", get(show).post(start)).route("/stores/{id}/import/events", get(events))
}

#[derive(Template)]
#[template(path = "import.html")]
struct PlanPage {
    v: Visit,
    id: i64,
    name: String,
    import: Import,
    place: ImportPlace,
    rehearsal: RehearsalView,
    /// Orders that RO App may have already, without a decision.
    waiting: i64,
    is_daemon_running: bool,
}

impl PlanPage {
    fn from(&self) -> String {
        self.v.locale.day(self.import.window_from.date())
    }

    /// How far the rehearsal is, while it goes on.
    fn progress(&self) -> Option<Rehearsing> {
        match self.rehearsal {
            RehearsalView::GoesOn(progress) => Some(progress),
            _ => None,
        }
    }

    fn progress_part(&self, progress: &Rehearsing) -> Result<String, askama::Error> {
        rehearsal::ProgressPart { v: &self.v, progress: Some(*progress) }.render()
    }

    /// What the rehearsal found.
    fn report(&self) -> Option<&RehearsalReport> {
        match &self.rehearsal {
            RehearsalView::Ended(report) => Some(report),
            _ => None,
        }
    }

    fn report_part(&self, report: &RehearsalReport) -> Result<String, askama::Error> {
        rehearsal::ReportPart { v: &self.v, report }.render()
    }

    /// Why it found nothing.
    fn failure(&self) -> Option<String> {
        match &self.rehearsal {
            RehearsalView::Failed(why) => Some(self.v.sentence(why)),
            RehearsalView::Interrupted => Some(self.v.say("rehearsal-interrupted").into_owned()),
            _ => None,
        }
    }
}

/// How far an import is.
struct Progress {
    counts: ImportCounts,
    /// Orders at their end, of those found.
    over: i64,
    is_listed: bool,
    is_over: bool,
    /// Minutes that the rest takes at the present pace.
    minutes_left: Option<i64>,
    /// Orders a minute so far.
    a_minute: i64,
    /// How the store is, where that keeps the import waiting.
    stopped: Option<StoreGlance>,
    /// The orders that came to RO App last.
    landed: Vec<Landed>,
}

/// Orders that are named as they come to RO App.
const NAMED: i64 = 5;

#[derive(Template)]
#[template(path = "import_progress.html")]
struct ProgressPage {
    v: Visit,
    id: i64,
    name: String,
    progress: Progress,
}

#[derive(Template)]
#[template(path = "progress.html")]
struct ProgressPart<'a> {
    v: &'a Visit,
    id: i64,
    progress: &'a Progress,
}

impl ProgressPart<'_> {
    fn of(&self) -> Cow<'static, str> {
        let [done, found] = [self.progress.over, self.progress.counts.found].map(|count| self.v.number(count));
        self.v.with_all("progress-of", &[("done", &done), ("found", &found)])
    }
}

impl ProgressPage {
    fn part(&self) -> Result<String, askama::Error> {
        ProgressPart { v: &self.v, id: self.id, progress: &self.progress }.render()
    }
}

async fn show(State(pages): State<Pages>, signed_in: SignedIn, Path(id): Path<i64>) -> Page {
    let SignedIn { visit, user } = signed_in;
    let store = pages.store(&user, id).await?;
    if store.state != StoreState::Draft && store.connected_at.is_some() {
        let progress = progress(&pages, &store, visit.now).await?;
        let page = ProgressPage { v: visit, id, name: store.settings.name, progress };
        return Ok(render(&page)?.into_response());
    }
    if !visit.is_admin() {
        return Err(PageError::OnlyLook);
    }
    let import = admin::plan_import(&store, visit.now)?;
    let page = PlanPage {
        v: visit,
        id,
        name: store.settings.name.clone(),
        import,
        place: admin::import_place(pages.pool(), &store).await?,
        rehearsal: admin::rehearsal(pages.pool(), &store).await?,
        waiting: admin::undecided_doubles(pages.pool(), &store).await?,
        is_daemon_running: admin::progress::is_daemon_running(pages.pool()).await?,
    };
    Ok(render(&page)?.into_response())
}

async fn start(State(pages): State<Pages>, Path(id): Path<i64>, change: Change) -> Page {
    let store = pages.store(&change.user, id).await?;
    if store.state == StoreState::Importing {
        // Pressed twice.
        return Ok(Redirect::to(&format!("/stores/{id}/import")).into_response());
    }
    let import = admin::plan_import(&store, change.visit.now)?;
    admin::start_import(pages.pool(), &store, import, &change.by()).await?;
    Ok(Redirect::to(&format!("/stores/{id}/import")).into_response())
}

async fn progress(pages: &Pages, store: &Store, now: DateTime<Utc>) -> Result<Progress, AdminError> {
    let counts = admin::progress::import_counts(pages.pool(), store.id).await?;
    let glance = admin::glance(pages.pool(), store).await?;
    let is_stopped = !matches!(glance.health, Health::Importing(..) | Health::Fine(_) | Health::Waiting(_));
    let over = counts.found - counts.waiting;
    let is_over = store.finished_at.is_some() && store.state != StoreState::Importing;
    let since = store.connected_at.map_or(TimeDelta::zero(), |at| now - at);
    let written = over - counts.excluded;
    let (a_minute, minutes_left) = pace(written, counts.waiting, since);
    Ok(Progress {
        counts,
        over,
        is_listed: store.listed_at.is_some(),
        is_over,
        minutes_left: minutes_left.filter(|_| !is_over && store.listed_at.is_some()),
        a_minute,
        stopped: Some(glance).filter(|_| is_stopped && !is_over),
        landed: admin::progress::landed(pages.pool(), store.id, NAMED).await?,
    })
}

/// An import that goes on for longer has a pace of its own: two weeks, in seconds.
const LONGEST_PACE: i64 = 14 * 86_400;

/// Orders a minute, and the minutes that the rest takes at that pace.
fn pace(written: i64, waiting: i64, since: TimeDelta) -> (i64, Option<i64>) {
    let seconds = since.num_seconds();
    // A store that was connected long ago and is imported again says nothing about the pace.
    if !(5..LONGEST_PACE).contains(&seconds) || written < 3 {
        return (0, None);
    }
    (written * 60 / seconds, Some((waiting * seconds + written * 60 - 1) / (written * 60)))
}

/// The progress as it goes on: each event holds the part of the page that changes.
async fn events(
    State(pages): State<Pages>,
    signed_in: SignedIn,
    Path(id): Path<i64>,
) -> Result<impl IntoResponse, PageError> {
    let look = move |pages: Pages, store: Store, visit: Visit| async move {
        let progress = progress(&pages, &store, visit.now).await?;
        let part = ProgressPart { v: &visit, id, progress: &progress }.render()?;
        Ok(Look { part, is_over: progress.is_over })
    };
    live::events((pages, signed_in), id, look).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_told_once_there_is_a_pace() {
        assert_eq!(pace(0, 100, TimeDelta::seconds(60)), (0, None));
        assert_eq!(pace(10, 100, TimeDelta::seconds(2)), (0, None));
        assert_eq!(pace(10, 100, TimeDelta::seconds(60)), (10, Some(10)));
        assert_eq!(pace(30, 10, TimeDelta::seconds(60)), (30, Some(1)));
        assert_eq!(pace(30, 0, TimeDelta::seconds(60)), (30, Some(0)));
    }
}
