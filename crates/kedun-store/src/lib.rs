//! The two database engines behind one interface: SQLite in one encrypted file,
//! or PostgreSQL shared by any number of equal nodes.
//!
//! Reading goes through [`Store::query`] and its relatives; writing through a
//! [`Changeset`], which cannot be made without an event, so that a change
//! without evidence does not compile. [`Store::commit`] applies it whole, with
//! its events, keys and jobs, or fails with the precondition that broke.
//!
//! # Invariant
//!
//! This is the only crate that knows SQL text, `rusqlite` and `tokio_postgres`.
//! It does not know people, rights, policies, plaintext or HTTP: sealed values,
//! wrapped keys and event bodies are bytes to it. Names of tables and columns
//! come from this program and from generated numbers, never from users.

mod changeset;
mod config;
pub mod ddl;
mod dialect;
mod error;
mod events;
mod explain;
mod feed;
mod housekeeping;
mod idempotency;
mod insert;
mod jobs;
mod keys;
mod ledger;
mod lists;
mod migrate;
mod migrations;
mod pending;
mod postgres;
mod proofs;
mod row;
mod schema;
mod sqlite;
mod store;

pub use sea_query as sq;

pub use changeset::{Changeset, Committed, KeyRow, NewJob};
pub use config::{StoreConfig, Tuning};
pub use dialect::{Dialect, Param, Stmt};
pub use error::{CommitError, Result, StoreError};
pub use events::{EventFilter, StoredEvent};
pub use feed::Feed;
pub use idempotency::{DONE_BEFORE, Earlier, Once};
pub use jobs::{Job, JobState};
pub use keys::{EpochRow, SecretRow};
pub use ledger::{AnchorRow, CheckpointRow, LedgerHead};
pub use lists::{in_ints, in_texts, in_uuids};
pub use migrate::Migration;
pub use pending::Pending;
pub use postgres::admin;
pub use row::Row;
pub use schema::{ColumnType, IndexKind, ObjectColumn, SchemaStep, column_type, plan_object, system_columns};
pub use store::{Snapshot, Stats, Store};
