//! What one use case changes: applied whole, with its evidence, or not at all.

use kedun_ledger::PreparedEvent;
use kedun_model::{JobId, OrgId, PersonId};
use uuid::Uuid;

use crate::{Param, Stmt, insert::Insert};

/// The wrapped key of a data subject, as kept in the keys database.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyRow {
    pub subject: [u8; 16],
    pub generation: u32,
    /// The epoch whose key wraps it.
    pub epoch: u32,
    pub wrapped: Vec<u8>,
    /// Tells a wrong key from a damaged row.
    pub commitment: [u8; 32],
    /// Microseconds of UTC.
    pub created_at: i64,
}

impl std::fmt::Debug for KeyRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyRow")
            .field("generation", &self.generation)
            .field("epoch", &self.epoch)
            .finish_non_exhaustive()
    }
}

/// A piece of long work to be queued with a change.
#[derive(Clone)]
pub struct NewJob {
    pub id: JobId,
    pub org: OrgId,
    /// Which runner takes it, such as `import`.
    pub kind: String,
    /// What to do: sealed, or without personal data.
    pub payload: Vec<u8>,
    pub created_by: PersonId,
    /// Not before this moment, microseconds of UTC.
    pub run_at: i64,
}

/// One step of a changeset, in the order given.
#[derive(Clone)]
pub(crate) enum Op {
    Epoch { org: i64, expected: u64 },
    Lock(i64),
    Rows { stmt: Stmt, count: u64, code: &'static str },
    Exec { stmt: Stmt, expect: Option<(u64, &'static str)> },
    Insert(Insert),
}

/// A change: preconditions, statements, keys, jobs, and at least one event.
#[derive(Clone)]
#[must_use = "a changeset does nothing until it is committed"]
pub struct Changeset {
    pub(crate) events: Vec<PreparedEvent>,
    pub(crate) ops: Vec<Op>,
    pub(crate) keys: Vec<KeyRow>,
    pub(crate) jobs: Vec<NewJob>,
    pub(crate) touched: Vec<(u32, Vec<Uuid>)>,
}

impl std::fmt::Debug for Changeset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Changeset")
            .field("events", &self.events)
            .field("ops", &self.ops.len())
            .field("keys", &self.keys.len())
            .field("jobs", &self.jobs.len())
            .finish_non_exhaustive()
    }
}

impl Changeset {
    /// A change that is evidenced by `event`, and does nothing else yet.
    pub fn new(event: PreparedEvent) -> Self {
        Changeset {
            events: vec![event],
            ops: Vec::new(),
            keys: Vec::new(),
            jobs: Vec::new(),
            touched: Vec::new(),
        }
    }

    /// Whether it writes to more than the evidence and the keys.
    pub(crate) fn writes_data(&self) -> bool {
        !self.jobs.is_empty() || self.ops.iter().any(|op| matches!(op, Op::Exec { .. } | Op::Insert(_)))
    }

    /// Adds another event, after those already there.
    pub fn also_event(mut self, event: PreparedEvent) -> Self {
        self.events.push(event);
        self
    }

    /// Fails with [`crate::CommitError::EpochChanged`] unless the access epoch of `org` is still `expected`.
    pub fn require_epoch(mut self, org: OrgId, expected: u64) -> Self {
        self.ops.push(Op::Epoch { org: org.0, expected });
        self
    }

    /// Fails with `code` unless the SELECT gives exactly `count` rows when its turn comes; 0 means none may exist.
    pub fn require_rows(mut self, stmt: Stmt, count: u64, code: &'static str) -> Self {
        self.ops.push(Op::Rows { stmt, count, code });
        self
    }

    /// Waits until no other transaction holds `key`, and holds it to the end: a check that is
    /// followed by an insert is then safe on PostgreSQL too. SQLite has one writer anyway.
    pub fn lock(mut self, key: i64) -> Self {
        self.ops.push(Op::Lock(key));
        self
    }

    /// Runs a statement that may affect any number of rows.
    pub fn exec(mut self, stmt: Stmt) -> Self {
        self.ops.push(Op::Exec { stmt, expect: None });
        self
    }

    /// Runs a statement and fails with `code` unless it affects exactly `rows` rows.
    pub fn exec_expect(mut self, stmt: Stmt, rows: u64, code: &'static str) -> Self {
        self.ops.push(Op::Exec { stmt, expect: Some((rows, code)) });
        self
    }

    /// Inserts rows into `table`, each with one value per column.
    pub fn insert(mut self, table: impl Into<String>, columns: Vec<String>, rows: Vec<Vec<Param>>) -> Self {
        if !rows.is_empty() {
            self.ops.push(Op::Insert(Insert { table: table.into(), columns, rows }));
        }
        self
    }

    /// Adds a subject's key; it is durable before the change is.
    pub fn add_key(mut self, key: KeyRow) -> Self {
        self.keys.push(key);
        self
    }

    /// Queues a job.
    pub fn job(mut self, job: NewJob) -> Self {
        self.jobs.push(job);
        self
    }

    /// Tells subscribers, after the commit, that these records of `object` changed.
    pub fn touched(mut self, object: u32, ids: Vec<Uuid>) -> Self {
        self.touched.push((object, ids));
        self
    }

    /// The bytes this changeset adds to a batch, about.
    pub(crate) fn weight(&self) -> usize {
        let events: usize = self.events.iter().map(|e| e.sealed_body.len() + 2 * e.records.len() + 160).sum();
        let ops: usize = self
            .ops
            .iter()
            .map(|op| match op {
                Op::Epoch { .. } | Op::Lock(_) => 16,
                Op::Rows { stmt, .. } | Op::Exec { stmt, .. } => stmt.weight(),
                Op::Insert(insert) => insert.weight(),
            })
            .sum();
        events + ops + self.keys.len() * 160 + self.jobs.iter().map(|j| j.payload.len() + 96).sum::<usize>()
    }
}

/// What came of a changeset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// The positions of its events in the evidence, in order; empty on PostgreSQL, where the
    /// sequencer gives them within a second.
    pub seqs: Vec<u64>,
    /// The number of the commit: it grows, and several changesets of one batch share it.
    pub at_commit: u64,
}
