//! A request body that reports when it has arrived completely.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use hyper::body::{Body, Frame, Incoming, SizeHint};

/// A body, and what to do once nothing more of it is expected.
pub(super) struct Whole<F> {
    body: Incoming,
    told: Option<F>,
}

impl<F: FnOnce()> Whole<F> {
    pub(super) fn new(body: Incoming, told: F) -> Self {
        let mut whole = Self { body, told: Some(told) };
        whole.report_end();
        whole
    }

    fn report_end(&mut self) {
        if self.body.is_end_stream()
            && let Some(told) = self.told.take()
        {
            told();
        }
    }
}

impl<F: FnOnce() + Unpin> Body for Whole<F> {
    type Data = <Incoming as Body>::Data;
    type Error = <Incoming as Body>::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if matches!(polled, Poll::Ready(None))
            && let Some(told) = self.told.take()
        {
            told();
        }
        self.report_end();
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
