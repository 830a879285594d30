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

    /// Whether it writes to more than the evidence.
    pub(crate) fn writes_data(&self) -> bool {
        match self {
            Work::Change { changeset, .. } => changeset.writes_data(),
            Work::House { .. } | Work::Ddl { .. } => true,
            Work::Keys { .. } | Work::Close { .. } => false,
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
    /// Grows with every commit of more than evidence.
    data: AtomicU64,
    /// The length of the log at which it is folded back.
    fold_at: AtomicU64,
}

impl Counters {
    /// The state of everything but the evidence.
    pub(crate) fn data(&self) -> u64 {
        self.data.load(Ordering::Acquire)
    }

    /// Something besides the evidence is other than before. Said before anybody hears of the commit.
    pub(crate) fn data_changed(&self) {
        self.data.fetch_add(1, Ordering::AcqRel);
    }

    /// Sets the length of the log at which it is folded back, bytes.
    pub(crate) fn fold_at(&self, bytes: u64) {
        self.fold_at.store(bytes, Ordering::Relaxed);
    }

    /// Whether the log needs no readers out of its way.
    pub(crate) fn log_is_short(&self) -> bool {
        self.wal_bytes.load(Ordering::Relaxed) < self.fold_at.load(Ordering::Relaxed)
    }

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
