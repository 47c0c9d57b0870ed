//! A part of a page that is kept up to date while something goes on.

use std::{convert::Infallible, future::Future, sync::Arc, time::Duration};

use axum::response::sse::{Event, Sse};
use futures_util::{Stream, stream};
use tokio::time::sleep;

use super::{
    Pages,
    error::PageError,
    visit::{SignedIn, Visit},
};
use crate::admin::Store;

/// Between two looks.
const EVERY: Duration = Duration::from_secs(2);
/// A browser asks again after so many looks: a connection does not last long here.
const LOOKS: u32 = 10;

/// The part as it is now.
pub(super) struct Look {
    /// As HTML.
    pub(super) part: String,
    /// It changes no more.
    pub(super) is_over: bool,
}

/// The part of a store's page again and again as events, each from the store as it is then, until it changes no more. After an error the
/// browser asks again.
pub(super) async fn events<F>(
    (pages, SignedIn { visit, user }): (Pages, SignedIn),
    id: i64,
    look: impl Fn(Pages, Store, Visit) -> F + Send + Sync + 'static,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>> + Send>, PageError>
where
    F: Future<Output = Result<Look, PageError>> + Send + 'static,
{
    pages.store(&user, id).await?;
    let look = Arc::new(look);
    Ok(Sse::new(stream::unfold(Some(0), move |nth| {
        let (pages, user, mut visit, look) = (pages.clone(), user.clone(), visit.clone(), Arc::clone(&look));
        async move {
            let nth: u32 = nth?;
            if nth > 0 {
                sleep(EVERY).await;
            }
            visit.now = pages.now();
            let store = pages.store(&user, id).await.ok()?;
            let Look { part, is_over } = look(pages, store, visit).await.ok()?;
            let event = Event::default().event(if is_over { "over" } else { "progress" }).data(part);
            let next = (!is_over && nth + 1 < LOOKS).then_some(nth + 1);
            Some((Ok(event), next))
        }
    })))
}
