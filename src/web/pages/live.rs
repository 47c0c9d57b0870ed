//! A part of a page that is kept up to date while something goes on.

use std::{convert::Infallible, future::Future, sync::Arc, time::Duration};

use axum::response::sse::{Event, Sse};
use futures_util::{Stream, stream};
use tokio::time::sleep;

use super::error::PageError;

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

/// The part again and again as events, until it changes no more. After an error the browser asks again.
pub(super) fn events<F>(
    look: impl Fn() -> F + Send + Sync + 'static,
) -> Sse<impl Stream<Item = Result<Event, Infallible>> + Send>
where
    F: Future<Output = Result<Look, PageError>> + Send + 'static,
{
    let look = Arc::new(look);
    Sse::new(stream::unfold(Some(0), move |nth| {
        let look = Arc::clone(&look);
        async move {
            let nth: u32 = nth?;
            if nth > 0 {
                sleep(EVERY).await;
            }
            let Look { part, is_over } = look().await.ok()?;
            let event = Event::default().event(if is_over { "over" } else { "progress" }).data(part);
            let next = (!is_over && nth + 1 < LOOKS).then_some(nth + 1);
            Some((Ok(event), next))
        }
    }))
}
