//! A change on its way.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::{CommitError, Committed};

/// The outcome of a submitted changeset, to be awaited when it is needed. Dropping it
/// does not take the change back.
#[must_use = "without waiting nobody knows whether the change is durable"]
pub struct Pending(Pin<Box<dyn Future<Output = Result<Committed, CommitError>> + Send>>);

impl std::fmt::Debug for Pending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pending")
    }
}

impl Pending {
    pub(crate) fn waiting(
        reply: oneshot::Receiver<Result<Committed, CommitError>>,
        deadline: Duration,
    ) -> Self {
        let until = tokio::time::Instant::now() + deadline;
        Pending(Box::pin(async move { answer(reply, until).await }))
    }

    pub(crate) fn failed(error: CommitError) -> Self {
        Pending(Box::pin(std::future::ready(Err(error))))
    }
}

impl Future for Pending {
    type Output = Result<Committed, CommitError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx)
    }
}

/// The reply, or `Unavailable` when it does not come in time or its sender is gone.
pub(crate) async fn answer<T>(
    reply: oneshot::Receiver<Result<T, CommitError>>,
    until: tokio::time::Instant,
) -> Result<T, CommitError> {
    match tokio::time::timeout_at(until, reply).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(CommitError::Unavailable),
        Err(_) => {
            tracing::error!("a write was not answered in time");
            Err(CommitError::Unavailable)
        }
    }
}
