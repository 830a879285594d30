//! What the writer is asked to do.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::{Changeset, CommitError, Committed, Result, Stats, Stmt};

pub(crate) enum Work {
    /// A changeset, with its event.
    Change {
        changeset: Box<Changeset>,
        until: Instant,
        reply: oneshot::Sender<Result<Committed, CommitError>>,
    },
    /// Writes without evidence.
    House { stmts: Vec<Stmt>, until: Instant, reply: oneshot::Sender<Result<Vec<u64>, CommitError>> },
    /// Writes to the keys database.
    Keys { stmts: Vec<Stmt>, reply: oneshot::Sender<Result<Vec<u64>, CommitError>> },
    /// A change of the schema.
    Ddl { stmts: Vec<Stmt>, reply: oneshot::Sender<Result<()>> },
    /// The end.
    Close { reply: oneshot::Sender<()> },
}

impl Work {
    pub(crate) fn change(
        changeset: Changeset,
        deadline: Duration,
        reply: oneshot::Sender<Result<Committed, CommitError>>,
    ) -> Self {
        Work::Change { changeset: Box::new(changeset), until: Instant::now() + deadline, reply }
    }

    pub(crate) fn house(
        stmts: Vec<Stmt>,
        deadline: Duration,
        reply: oneshot::Sender<Result<Vec<u64>, CommitError>>,
    ) -> Self {
        Work::House { stmts, until: Instant::now() + deadline, reply }
    }

    /// The bytes it adds to a batch, about; `None` for what is not done in batches.
    pub(crate) fn weight(&self) -> Option<usize> {
        match self {
            Work::Change { changeset, .. } => Some(changeset.weight()),
            Work::House { stmts, .. } => Some(stmts.iter().map(Stmt::weight).sum()),
            Work::Keys { .. } | Work::Ddl { .. } | Work::Close { .. } => None,
        }
    }

    /// Whether nobody waits for it any more.
    pub(crate) fn expired(&self, now: Instant) -> bool {
        match self {
            Work::Change { until, .. } | Work::House { until, .. } => *until <= now,
            _ => false,
        }
    }

    /// Answers that nothing can be written.
    pub(crate) fn refuse(self) {
        // Whoever no longer waits needs no answer.
        match self {
            Work::Change { reply, .. } => drop(reply.send(Err(CommitError::Unavailable))),
            Work::House { reply, .. } | Work::Keys { reply, .. } => {
                drop(reply.send(Err(CommitError::Unavailable)))
            }
            Work::Ddl { reply, .. } => {
                drop(reply.send(Err(crate::StoreError::Unavailable("the writer cannot write now".into()))));
            }
            Work::Close { reply } => drop(reply.send(())),
        }
    }
}

/// What the writer tells about itself.
#[derive(Default)]
pub(crate) struct Counters {
    pub queued: AtomicUsize,
    pub last_batch: AtomicUsize,
    pub commits: AtomicU64,
    pub wal_bytes: AtomicU64,
}

impl Counters {
    pub(crate) fn stats(&self) -> Stats {
        Stats {
            queued: self.queued.load(Ordering::Relaxed),
            last_batch: self.last_batch.load(Ordering::Relaxed),
            commits: self.commits.load(Ordering::Relaxed),
            wal_bytes: self.wal_bytes.load(Ordering::Relaxed),
            busy: 0,
        }
    }
}
