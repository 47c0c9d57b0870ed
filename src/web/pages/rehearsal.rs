//! The rehearsal of an import: how far it is, and what it found.

use std::{borrow::Cow, cmp::Ordering};

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Redirect},
    routing::{get, post},
};

use super::{
    Page, Pages,
    error::PageError,
    form::Change,
    live::{self, Look},
    visit::{SignedIn, Visit},
};
use crate::{
    admin::{self, KeyView, RehearsalReport, RehearsalView, Store, User},
    domain::rehearsal::{Progress, Stage},
};

pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/stores/{id}/rehearsal", post(begin)).route("/stores/{id}/rehearsal/events", get(events))
}

/// What changes of the page while a rehearsal goes on.
#[derive(Template)]
#[template(path = "rehearsal_progress.html")]
pub(super) struct ProgressPart<'a> {
    pub(super) v: &'a Visit,
    /// How far it is; `None` once it has ended, however it did.
    pub(super) progress: Option<Progress>,
}

impl ProgressPart<'_> {
    /// Each stage with how it stands, a word for style sheets, and how many were read for the one that goes on.
    fn stages(&self) -> impl Iterator<Item = (&'static str, &'static str, Option<Cow<'static, str>>)> {
        let now = self.progress.map_or(Stage::ALL.len(), |progress| place(progress.stage));
        Stage::ALL.into_iter().map(move |stage| match place(stage).cmp(&now) {
            Ordering::Less => (stage.word(), "good", None),
            Ordering::Equal => (stage.word(), "wait", self.count()),
            Ordering::Greater => (stage.word(), "off", None),
        })
    }

    fn count(&self) -> Option<Cow<'static, str>> {
        let Progress { done, of, .. } = self.progress.filter(|progress| progress.done > 0)?;
        let done = self.v.number(done);
        Some(match of {
            None => done.into(),
            Some(of) => self.v.with_all("progress-of", &[("done", &done), ("found", &self.v.number(of))]),
        })
    }
}

fn place(stage: Stage) -> usize {
    Stage::ALL.iter().position(|known| *known == stage).unwrap_or_default()
}

/// What a rehearsal found.
#[derive(Template)]
#[template(path = "rehearsal.html")]
pub(super) struct ReportPart<'a> {
    pub(super) v: &'a Visit,
    pub(super) report: &'a RehearsalReport,
}

impl ReportPart<'_> {
    fn total(&self) -> String {
        let RehearsalReport { total, currency, .. } = self.report;
        total.parse().map_or_else(|_| total.clone(), |total| self.v.locale.money(total, currency))
    }

    /// What a key is called in the form of settings.
    fn key_name(&self, key: &KeyView) -> Cow<'static, str> {
        self.v.say(format!("choice-{}", key.key))
    }
}

impl Pages {
    /// Begins to rehearse the import of a store, unless a rehearsal goes on. It is carried out behind the pages.
    pub(super) async fn rehearse(&self, user: &User, store: &Store, visit: &Visit) -> Result<(), PageError> {
        let import = admin::plan_import(store, visit.now)?;
        match self.admin_by(user).begin_rehearsal(store, import).await {
            Ok(begun) => drop(tokio::spawn(begun.carry_out())),
            Err(admin::AdminError::Refused(why)) if why.code() == "rehearsal-runs" => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}

async fn begin(State(pages): State<Pages>, Path(id): Path<i64>, change: Change) -> Page {
    let store = pages.store(&change.user, id).await?;
    pages.rehearse(&change.user, &store, &change.visit).await?;
    Ok(Redirect::to(&format!("/stores/{id}/import")).into_response())
}

/// How far it is, as it goes on.
async fn events(
    State(pages): State<Pages>,
    signed_in: SignedIn,
    Path(id): Path<i64>,
) -> Result<impl IntoResponse, PageError> {
    let look = |pages: Pages, store: Store, visit: Visit| async move {
        let progress = match admin::rehearsal(pages.pool(), &store).await? {
            RehearsalView::GoesOn(progress) => Some(progress),
            _ => None,
        };
        let part = ProgressPart { v: &visit, progress }.render()?;
        Ok(Look { part, is_over: progress.is_none() })
    };
    live::events((pages, signed_in), id, look).await
}
