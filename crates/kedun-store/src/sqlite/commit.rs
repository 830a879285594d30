//! One batch: all changesets that hold, in one transaction of the main file, after the
//! keys they need are durable in theirs.

use std::sync::atomic::Ordering;

use crate::sqlite::apply::{Batch, Fail, lost, touched};
use crate::sqlite::bind::write;
use crate::sqlite::setup::State;
use crate::sqlite::work::Work;
use crate::sqlite::writer::Writer;
use crate::{CommitError, Committed, Feed, Param, StoreError};

/// What is told when the commit is durable.
enum Outcome {
    Change(Result<Committed, CommitError>),
    House(Result<Vec<u64>, CommitError>),
}

impl Writer {
    /// Commits and answers. When the transaction is lost, the batch comes back unanswered.
    pub(super) fn commit(&mut self, batch: Vec<Work>) -> Result<(), (StoreError, Vec<Work>)> {
        let (state, outcomes) = match self.transaction(&batch) {
            Ok(done) => done,
            Err(Fail::Batch(error)) => return Err((error, batch)),
            Err(Fail::Change(error)) => return Err((StoreError::Database(error.to_string()), batch)),
        };
        self.db.state = state;
        self.counters.commits.fetch_add(1, Ordering::Relaxed);
        if batch.iter().any(Work::writes_data) {
            self.counters.data_changed();
        }
        for (work, outcome) in batch.into_iter().zip(outcomes) {
            match (work, outcome) {
                (Work::Change { mut changeset, reply, .. }, Outcome::Change(result)) => {
                    if let Ok(committed) = &result {
                        for (object, ids) in touched(&mut changeset) {
                            // Without subscribers nobody misses it.
                            let _ = self.feed.send(Feed {
                                object,
                                ids,
                                local: true,
                                commit: committed.at_commit,
                            });
                        }
                    }
                    drop(reply.send(result));
                }
                (Work::House { reply, .. }, Outcome::House(result)) => drop(reply.send(result)),
                (work, _) => work.refuse(),
            }
        }
        Ok(())
    }

    fn transaction(&self, batch: &[Work]) -> Result<(State, Vec<Outcome>), Fail> {
        let main = &self.db.main;
        main.execute_batch("BEGIN IMMEDIATE").map_err(lost)?;
        let mut open = Batch {
            main,
            keys: &self.db.keys,
            number: self.db.state.batch.saturating_add(1),
            now: self.context.now(),
            ledger: self.db.state.ledger.clone(),
            events: false,
            keys_open: false,
            single: batch.len() == 1,
        };
        let mut outcomes = Vec::with_capacity(batch.len());
        for work in batch {
            outcomes.push(match work {
                Work::Change { changeset, .. } => Outcome::Change(alone(open.change(changeset))?),
                Work::House { stmts, .. } => Outcome::House(alone(open.house(stmts))?),
                Work::Keys { .. } | Work::Ddl { .. } | Work::Close { .. } => {
                    return Err(Fail::Batch(StoreError::Database("not work of a batch".into())));
                }
            });
        }
        let mut state = State { ledger: open.ledger, batch: self.db.state.batch };
        if open.events {
            state.batch = open.number;
            let params = state.ledger.params().map_err(Fail::Batch)?;
            write(main, "UPDATE ledger_state SET size = ?1, frontier = ?2, chain = ?3 WHERE id = 1", &params)
                .map_err(lost)?;
            let params = [Param::Int(state.batch)];
            write(main, "UPDATE store_meta SET value = ?1 WHERE key = 'batch'", &params).map_err(lost)?;
        }
        if open.keys_open {
            // First the keys: a record whose key is missing could never be read again, while a key
            // without a record is cleared away by its batch number.
            self.db.keys.execute_batch("COMMIT").map_err(lost)?;
        }
        main.execute_batch("COMMIT").map_err(lost)?;
        Ok((state, outcomes))
    }
}

/// Keeps what concerns one changeset, and passes on what concerns all.
fn alone<T>(result: Result<T, Fail>) -> Result<Result<T, CommitError>, Fail> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Fail::Change(error)) => Ok(Err(error)),
        Err(batch) => Err(batch),
    }
}
